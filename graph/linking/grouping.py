"""Groups of pairs that have nothing in common: folds, and how sure a share is."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

__all__ = ["Quality", "folded", "grouped", "quality"]

Pair = tuple[str, str]
Interval = tuple[float, float, float]
"""A share, and the ends of its 95 % interval."""

_SAMPLES: Final = 1_000
_SEED: Final = 20_261_123


@dataclass(frozen=True, slots=True)
class Quality:
    """How many of the stated pairs are right, and how many of the right pairs are stated."""

    precision: Interval
    recall: Interval
    f1: Interval


def grouped(pairs: Iterable[Pair]) -> list[list[Pair]]:
    """The pairs in groups: no thing is in pairs of two; the largest group first."""
    parent: dict[str, str] = {}

    def root(thing: str) -> str:
        while (above := parent.setdefault(thing, thing)) != thing:
            parent[thing] = thing = parent[above]
        return thing

    known = sorted(pairs)
    for one, other in known:
        parent[root(one)] = root(other)
    groups: dict[str, list[Pair]] = defaultdict(list)
    for pair in known:
        groups[root(pair[0])].append(pair)
    return sorted(groups.values(), key=lambda group: (-len(group), group))


def folded(groups: Sequence[Sequence[Pair]], folds: int) -> list[set[Pair]]:
    """The groups in so many parts of about as many pairs."""
    found: list[set[Pair]] = [set() for _ in range(folds)]
    for group in groups:
        min(found, key=len).update(group)
    return found


def quality(
    groups: Iterable[Sequence[Pair]], truth: Mapping[Pair, bool], stated: Collection[Pair]
) -> Quality:
    """How good what is stated is, with bootstrap intervals over the groups.

    Pairs of a group are not independent of each other; groups are.
    """
    counts = Counter(
        (
            sum(truth[pair] and pair in stated for pair in group),
            sum(not truth[pair] and pair in stated for pair in group),
            sum(truth[pair] and pair not in stated for pair in group),
        )
        for group in groups
    )
    chance = random.Random(_SEED)  # noqa: S311  no secret
    kinds, weights = list(counts), list(counts.values())
    samples = [
        _shares(Counter(chance.choices(kinds, weights, k=counts.total()))) for _ in range(_SAMPLES)
    ]
    found = []
    for at, share in enumerate(_shares(counts)):
        known = sorted(sample[at] for sample in samples)
        found.append((share, known[round(0.025 * _SAMPLES)], known[round(0.975 * _SAMPLES) - 1]))
    return Quality(*found)


def _shares(counts: Mapping[tuple[int, int, int], int]) -> tuple[float, float, float]:
    right, wrong, missed = (
        sum(kind[at] * number for kind, number in counts.items()) for at in range(3)
    )
    precision = right / (right + wrong) if right + wrong else 1.0
    recall = right / (right + missed) if right + missed else 1.0
    both = 2 * right + wrong + missed
    return precision, recall, 2 * right / both if both else 1.0
