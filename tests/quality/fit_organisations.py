"""Fit `graph/linkages/weights/organisations.toml`: `python -m tests.quality.fit_organisations`.

Four fifths of the Crossref affiliations are fitted to, by a conditional logit: of all candidates
for an affiliation and "none of them" one is right. What Splink says of a pair is kept as it is. The
m and u of `organisations.toml` are printed, to be written there before the rest is fitted. What is
to be expected of others is told by cross-validation within the four fifths, in which no affiliation
is in two folds, and once more with no organisation in two folds.
"""

from __future__ import annotations

import math
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import wrap

import numpy as np
from symposia.graph.linking.choosing import compared
from symposia.graph.linking.kinds import organisations
from symposia.graph.linking.linkage import read_linkage
from symposia.graph.linking.scoring import score

from .measures import fold
from .organisations import HELD_OUT, current, gold_of

ROOT = Path(__file__).resolve().parents[2]
LEAST = 25
"""Pairs that have a value, for it to be fitted."""
SMALLEST = 0.05
"""Weights below it are left out."""
STEPS, RATE, RIDGE = 250, 0.06, 1.0
FOLDS = 5
_HEADER = """
What speaks for an organisation that an affiliation may name: natural logarithms by feature and
value (graph/linking/affiliation_evidence.py); what is not here weighs nothing. Written by
python -m tests.quality.fit_organisations, fitted to four fifths of the Crossref affiliations.
"""


@dataclass(frozen=True)
class Pairs:
    """Candidates for affiliations, with what is said of each.

    :param values: numbers of the features' values in `known`, padded by the one of none.
    :param offset: what Splink says, as a natural logarithm.
    :param group: the number of the affiliation.
    """

    known: Mapping[tuple[str, str], int]
    values: np.ndarray
    offset: np.ndarray
    group: np.ndarray
    right: np.ndarray

    def part(self, chosen: np.ndarray) -> Pairs:
        """Some of the pairs."""
        _, group = np.unique(self.group[chosen], return_inverse=True)
        return Pairs(
            self.known, self.values[chosen], self.offset[chosen], group, self.right[chosen]
        )


def main() -> int:
    """Print m and u and what is to be expected, fit, and rewrite the weights."""
    shared = ROOT.parent / "shared" / "linking"
    dump = shared / "ror" / "ror-records.jsonl.gz"
    gold = current(gold_of(shared / "affiliations" / "crossref_train.csv"), dump)
    gold = {text: given for text, given in gold.items() if fold(text) != HELD_OUT}
    register = organisations.records_of(dump)
    known = set(register["id"].to_pylist())
    left = organisations.affiliations({text: text for text in gold})
    linkage = read_linkage("organisations")
    every = replace(linkage, thresholds=replace(linkage.thresholds, review=1e-9))
    rows = score(every, left, register).pairs.to_pylist()
    print_shares(rows, gold, linkage.labels)
    rows = [row for row in rows if row["probability"] >= linkage.thresholds.review]
    pairs = pairs_of(rows, compared(rows, left, register), gold)
    texts = [row["left"] for row in rows]
    true = sum(len(given & known) for given in gold.values())
    by_text = {text: fold(f"again {text}") for text in gold}
    by_organisation = {text: fold(min(given, default=text)) for text, given in gold.items()}
    told = []
    for name, folds in (("affiliation", by_text), ("organisation", by_organisation)):
        found = expected(pairs, np.array([folds[text] for text in texts]))
        told.append(f"Cross-validated, no {name} in two folds: {scores(found, pairs, true)}.")
        print(told[-1])
    target = ROOT / "graph" / "linkages" / "weights" / "organisations.toml"
    target.write_text(declared(named(pairs, fitted(pairs)), told), "utf-8")
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


def pairs_of(
    rows: Sequence[Mapping], features: Sequence[Mapping[str, str]], gold: Mapping
) -> Pairs:
    """The candidates with their features as numbers; the last value is what all have."""
    counts = Counter(each for told in features for each in told.items())
    kept = sorted(each for each, n in counts.items() if n >= LEAST)
    known = {each: n for n, each in enumerate([*kept, ("bias", "all")])}
    found = [[known[each] for each in told.items() if each in known] for told in features]
    values = np.full((len(rows), max(map(len, found)) + 1), len(known), np.int32)
    for at, each in enumerate(found):
        values[at, : len(each)] = each
    values[:, -1] = known["bias", "all"]
    offset = np.array([row["weight"] * math.log(2) for row in rows])
    _, group = np.unique([row["left"] for row in rows], return_inverse=True)
    right = np.array([row["right"] in gold[row["left"]] for row in rows])
    return Pairs(known, values, offset, group, right)


def fitted(pairs: Pairs) -> np.ndarray:
    """A conditional logit with a ridge, by Adam (https://arxiv.org/abs/1412.6980)."""
    size, number = pairs.group.max() + 1, len(pairs.known)
    flat, width = pairs.values.ravel(), pairs.values.shape[1]
    weights, mean, square = (np.zeros(number + 1) for _ in range(3))
    ridge = np.full(number + 1, RIDGE)
    ridge[-2:] = 0
    for step in range(1, STEPS + 1):
        odds = _odds(pairs, weights)
        chosen = odds / (1 + np.bincount(pairs.group, odds, size))[pairs.group]
        among = np.bincount(pairs.group, odds * pairs.right, size)[pairs.group]
        wanted = np.where(pairs.right, odds / np.maximum(among, 1e-30), 0)
        slope = np.bincount(flat, np.repeat(chosen - wanted, width), number + 1)
        slope[-1] = 0
        slope += ridge * weights
        mean = 0.9 * mean + 0.1 * slope
        square = 0.99 * square + 0.01 * slope**2
        rate = RATE * (0.2 if step > 0.75 * STEPS else 1)
        scale = np.sqrt(square / (1 - 0.99**step)) + 1e-8
        weights = weights - rate * mean / (1 - 0.9**step) / scale
    return weights


def _odds(pairs: Pairs, weights: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.exp(np.clip(weights[pairs.values].sum(axis=1) + pairs.offset, -30, 30))
    return found


def expected(pairs: Pairs, folds: np.ndarray) -> np.ndarray:
    """The probability of each pair, by weights that were fitted to the other folds."""
    found = np.zeros(len(folds))
    for each in range(FOLDS):
        weights = fitted(pairs.part(folds != each))
        held = pairs.part(folds == each)
        odds = _odds(held, weights)
        found[folds == each] = odds / (1 + np.bincount(held.group, odds))[held.group]
    return found


def scores(found: np.ndarray, pairs: Pairs, true: int) -> str:
    """F1 at several bars; one organisation at most is stated of each affiliation."""
    best = np.zeros(pairs.group.max() + 1)
    np.maximum.at(best, pairs.group, found)
    told = []
    for bar in (0.4, 0.45, 0.5, 0.55):
        stated = (found >= bar) & (found == best[pairs.group])
        right = int((stated & pairs.right).sum())
        f1, precision = 2 * right / (int(stated.sum()) + true), right / int(stated.sum())
        told.append(f"{f1:.4f} ({precision:.3f}, {right / true:.3f}) at {bar}")
    return "F1 (precision, recall) " + ", ".join(told)


def named(pairs: Pairs, weights: np.ndarray) -> dict[str, dict[str, float]]:
    """The weights by feature and value, without the small ones."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for (name, value), at in pairs.known.items():
        if abs(weights[at]) >= SMALLEST or name == "bias":
            found[name][value] = round(float(weights[at]), 2)
    return found


def declared(weights: Mapping[str, Mapping[str, float]], found: Sequence[str]) -> str:
    """The text of the declaration.

    :param found: what the cross-validation said.
    """
    told = [*_HEADER.strip().splitlines(), *(line for each in found for line in wrap(each, 98))]
    lines = [f"# {line}" for line in told]
    for name in sorted(weights):
        lines += ["", f"[{name}]"]
        lines += [f'"{value}" = {weight}' for value, weight in sorted(weights[name].items())]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
