"""Fit `graph/linking/affiliation_weights.py`: `python -m tests.quality.fit_organisations`.

Four fifths of the Crossref affiliations are fitted to, by a conditional logit: of all candidates
for an affiliation and "none of them" one is right. What Splink says of a pair is kept as it is. The
m and u of `organisations.toml` are printed, to be written there before the rest is fitted.
"""

from __future__ import annotations

import math
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from symposia.graph.linking import affiliation_weights
from symposia.graph.linking.choosing import compared
from symposia.graph.linking.kinds import organisations
from symposia.graph.linking.linkage import read_linkage
from symposia.graph.linking.scoring import score

from .measures import fold
from .organisations import HELD_OUT, gold_of

ROOT = Path(__file__).resolve().parents[2]
LEAST = 25
"""Pairs that have a value, for it to be fitted."""
SMALLEST = 0.05
"""Weights below it are left out."""
STEPS, RATE, RIDGE = 250, 0.06, 1.0


def main() -> int:
    """Print m and u, fit, and rewrite the module of weights."""
    shared = ROOT.parent / "shared" / "linking"
    gold = gold_of(shared / "affiliations" / "crossref_train.csv")
    gold = {text: given for text, given in gold.items() if fold(text) != HELD_OUT}
    register = organisations.records_of(shared / "ror" / "ror-records.jsonl.gz")
    left = organisations.affiliations({text: text for text in gold})
    linkage = read_linkage("organisations")
    every = replace(linkage, thresholds=replace(linkage.thresholds, review=1e-9))
    rows = score(every, left, register).pairs.to_pylist()
    print_shares(rows, gold, linkage.labels)
    kept = [row for row in rows if row["probability"] >= linkage.thresholds.review]
    weights = fitted(kept, compared(kept, left, register), gold)
    Path(str(affiliation_weights.__file__)).write_text(module(weights), "utf-8")
    return 0


def print_shares(
    rows: Sequence[Mapping], gold: Mapping[str, frozenset[str]], labels: Mapping
) -> None:
    """The shares of pairs that are right, and of those that are wrong, at each level."""
    right, wrong = Counter(), Counter()
    for row in rows:
        (right if row["right"] in gold[row["left"]] else wrong)[row["name"]] += 1
    whole = right.total(), wrong.total()
    print(f"share of matches {whole[0] / sum(whole):.4f} of {sum(whole):,} pairs")
    for level in sorted(right | wrong, reverse=True):
        m, u = right[level] / whole[0], wrong[level] / whole[1]
        print(f"m {m:.4f}  u {u:.4f}  {labels['name', level]}")


def fitted(
    rows: Sequence[Mapping], features: Sequence[Mapping[str, str]], gold: Mapping
) -> dict[str, dict[str, float]]:
    """The weights by feature and value."""
    counts = Counter(each for told in features for each in told.items())
    known = {each: n for n, each in enumerate(sorted(e for e, n in counts.items() if n >= LEAST))}
    matrix = np.zeros((len(rows), len(known) + 1), np.float32)
    matrix[:, -1] = 1
    for at, told in enumerate(features):
        matrix[at, [known[each] for each in told.items() if each in known]] = 1
    offset = np.array([row["weight"] * math.log(2) for row in rows], np.float32)
    _, group = np.unique([row["left"] for row in rows], return_inverse=True)
    right = np.array([row["right"] in gold[row["left"]] for row in rows])
    found = _logit(matrix, offset, group, right)
    weights: dict[str, dict[str, float]] = defaultdict(dict)
    weights["bias"][""] = round(float(found[-1]), 2)
    for (name, value), at in known.items():
        if abs(found[at]) >= SMALLEST:
            weights[name][value] = round(float(found[at]), 2)
    return weights


def _logit(
    matrix: np.ndarray, offset: np.ndarray, group: np.ndarray, right: np.ndarray
) -> np.ndarray:
    """A conditional logit with a ridge, by Adam (https://arxiv.org/abs/1412.6980)."""
    size = group.max() + 1
    weights = np.zeros(matrix.shape[1], np.float32)
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    ridge = np.full_like(weights, RIDGE)
    ridge[-1] = 0
    for step in range(1, STEPS + 1):
        odds = np.exp(np.clip(matrix @ weights + offset, -30, 30))
        chosen = odds / (1 + np.bincount(group, odds, size))[group]
        among = np.bincount(group, odds * right, size)[group]
        wanted = np.where(right, odds / np.maximum(among, 1e-30), 0)
        slope = (chosen - wanted).astype(np.float32) @ matrix + ridge * weights
        mean = 0.9 * mean + 0.1 * slope
        square = 0.99 * square + 0.01 * slope**2
        rate = RATE * (0.2 if step > 0.75 * STEPS else 1)
        scale = np.sqrt(square / (1 - 0.99**step)) + 1e-8
        weights = weights - rate * mean / (1 - 0.9**step) / scale
    return weights


def module(weights: Mapping[str, Mapping[str, float]]) -> str:
    """The text of the module."""
    lines = [
        '"""Weights of what speaks for an organisation that an affiliation may name.',
        "",
        "Natural logarithms, fitted by `python -m tests.quality.fit_organisations`.",
        '"""',
        "",
        "from __future__ import annotations",
        "",
        "from collections.abc import Mapping",
        "from typing import Final",
        "",
        '__all__ = ["WEIGHTS"]',
        "",
        "WEIGHTS: Final[Mapping[str, Mapping[str, float]]] = {",
    ]
    for name in sorted(weights):
        lines.append(f'    "{name}": {{')
        line = "       "
        for value, weight in sorted(weights[name].items()):
            item = f' "{value}": {weight},'
            if len(line) + len(item) > 99:
                lines.append(line)
                line = "       "
            line += item
        lines += [line, "    },"]
    lines += ["}  # fmt: skip", '"""By feature and value; what is not there weighs nothing."""']
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
