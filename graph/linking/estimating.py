"""Estimates the probabilities and the bars of a linkage from pairs whose truth is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from .declared import Level, Linkage, Thresholds

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["bars", "estimated"]

_DECLARED: Final = 5.0
"""Pairs of a level that its declared probability counts for, so that few pairs change little."""
_MOST: Final = 0.999999
"""The largest probability of a level."""
_PRECISION: Final = 0.99
"""The share of what is stated to be the same that is to be right."""


def estimated(linkage: Linkage, same: pa.Table, others: pa.Table | None = None) -> Linkage:
    """A linkage with the probabilities that pairs of known truth suggest.

    A level that is found in `seen` of `of` pairs has the probability (seen + 5) / (of + 5 /
    declared): what is declared counts as much as five pairs that were found. Nobody who reviews a
    hundred pairs can tell whether one of a million others is alike, and one slip is no rule.

    :param same: levels of pairs that are the same (`scoring.compare`), for m.
    :param others: levels of pairs at random, with the probability of each to be the same, for u;
        where there are none u stays as declared.
    """
    comparisons = {}
    for name, levels in linkage.comparisons.items():
        m = _shares([level.m for level in levels], levels, _seen(same, name))
        u = [level.u for level in levels]
        if others is not None:
            u = _shares(u, levels, _seen(others, name, others["probability"].to_pylist()))
        comparisons[name] = tuple(
            level if level.null else replace(level, m=mine, u=theirs)
            for level, mine, theirs in zip(levels, m, u, strict=True)
        )
    return replace(linkage, comparisons=comparisons)


def bars(declared: Thresholds, scored: Iterable[tuple[float, bool]]) -> Thresholds:
    """The bars that tell pairs of known truth apart.

    `close` is the bar with the best F1, and `same` the lowest above it that lets 99 in 100 right
    pairs through, if there were one more wrong pair than was seen; else it stays as declared.

    :param scored: the probability of each pair, and whether it is the same.
    """
    known = sorted(scored, reverse=True)
    close, same, best = declared.close, declared.same, 0.0
    right, all_right = 0, sum(match for _, match in known)
    for at, (probability, match) in enumerate(known, start=1):
        right += match
        if probability <= 0 or (at < len(known) and known[at][0] == probability):
            continue
        if (f1 := 2 * right / (at + all_right)) > best:
            close, best = probability, f1
        if right / (at + 1) >= _PRECISION:
            same = probability
    close, same = (min(max(int(bar * 10_000) / 10_000, 0.0001), 0.9999) for bar in (close, same))
    return Thresholds(max(same, close), close, min(declared.review, close))


def _seen(
    pairs: pa.Table, name: str, probability: Sequence[float] | None = None
) -> dict[int, float]:
    """How many pairs have each level; of those at random as far as they are not the same."""
    found: dict[int, float] = {}
    levels = pairs[name].to_pylist()
    weights = (1 - each for each in probability) if probability is not None else [1.0] * len(levels)
    for level, weight in zip(levels, weights, strict=True):
        found[level] = found.get(level, 0.0) + weight
    return found


def _shares(
    declared: Sequence[float], levels: Sequence[Level], seen: Mapping[int, float]
) -> list[float]:
    """The probabilities of levels; together they are as much as before."""
    numbers = iter(range(sum(not level.null for level in levels) - 1, -1, -1))
    of = sum(number for level, number in seen.items() if level >= 0)
    found = [
        share
        if level.null
        else (seen.get(next(numbers), 0.0) + _DECLARED) / (of + _DECLARED / share)
        for share, level in zip(declared, levels, strict=True)
    ]
    known = [at for at, level in enumerate(levels) if not level.null]
    scale = sum(declared[at] for at in known) / sum(found[at] for at in known)
    return [
        float(f"{min(each * scale, _MOST):.6g}") if at in known else each
        for at, each in enumerate(found)
    ]
