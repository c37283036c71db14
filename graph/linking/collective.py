"""What is known of all people together: who wrote with whom, and who is more alike."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pyarrow as pa

    from .scoring import Scores

__all__ = ["confirm"]

_ROUNDS: Final = 3
"""Rounds in which what a pair is worth changes what others are."""
_COMPANIONS: Final = 100
"""Co-authors of a person who are looked at; the works of a thousand authors tell little."""
_LIKELY: Final = 0.5
"""Probability from which two people are taken for one, when others are judged by them."""
_MET: Final = 5.0
"""Weight of a co-author who is the same, of another name than the comparison of names saw."""
_RIVAL: Final = -4.0
"""Weight of another person of the same programme who is more alike, by this many bits or more."""
_MARGIN: Final = 3.0

_LABELS: Final = {
    ("company", 1): "co-authors of other names are the same people",
    ("company", 0): "co-authors of the same names are other people",
    ("company", -1): "nothing more is known of co-authors",
    ("rival", 0): "another person of the same programme is more alike",
    ("rival", -1): "nobody of the same programme is more alike",
}

Pair = tuple[str, str]


def confirm(scores: Scores, left: pa.Table, right: pa.Table | None = None) -> Scores:
    """Let the pairs of people confirm or refute each other.

    Two comparisons are added. By `company`, co-authors who are probably the same people count even
    if their names did not tell so, and those who share a name and probably are not no longer do. By
    `rival`, a person of a programme yields to another of it who is clearly more alike, unless these
    two are probably one.

    :param scores: pairs of people; a comparison `coauthors` is taken into account.
    :param left, right: their records; `written_with` and `programme` are read.
    """
    pairs = list(zip(*(scores.pairs[side].to_pylist() for side in ("left", "right")), strict=True))
    if not pairs:
        return _with(scores, [], [], [])
    tables = [left] if right is None or right is left else [left, right]
    company: dict[str, list[str]] = _column(tables, "written_with")
    rivals = _rivals(pairs, _column(tables, "programme"))
    before = scores.pairs["weight"].to_pylist()
    named, by_name = [-1] * len(pairs), [0.0] * len(pairs)
    if "coauthors" in scores.pairs.column_names:
        named = scores.pairs["coauthors"].to_pylist()
        by_name = scores.pairs["coauthors_weight"].to_pylist()
    weights, companies, yields = before, [(-1, 0.0)] * len(pairs), [False] * len(pairs)
    for _ in range(_ROUNDS):
        met = _met(pairs, weights, company)
        companies = [_company(*each) for each in zip(met, named, by_name, strict=True)]
        sums = [weight + more for weight, (_, more) in zip(before, companies, strict=True)]
        yields = _yields(pairs, sums, rivals)
        found = [w + (_RIVAL if less else 0.0) for w, less in zip(sums, yields, strict=True)]
        if found == weights:
            break
        weights = found
    return _with(scores, weights, companies, yields)


def _column(tables: Iterable[pa.Table], name: str) -> dict[str, Any]:
    """What is known in a column, by id."""
    return {
        each: value
        for table in tables
        for each, value in zip(table["id"].to_pylist(), table[name].to_pylist(), strict=True)
        if value is not None
    }


def _met(
    pairs: Sequence[Pair], weights: Sequence[float], company: Mapping[str, Sequence[str]]
) -> list[float]:
    """How many co-authors each pair is likely to share, by who is who."""
    same: dict[str, dict[str, float]] = defaultdict(dict)
    for (one, other), weight in zip(pairs, weights, strict=True):
        likely = _probability(weight)
        if likely >= _LIKELY:
            same[one][other] = same[other][one] = likely
    found = []
    for one, other in pairs:
        theirs = set(company.get(other, ())[:_COMPANIONS]) - {one}
        sum_ = 0.0
        for each in company.get(one, ())[:_COMPANIONS]:
            if each != other and (known := same.get(each)):
                sum_ += max((known[x] for x in theirs & known.keys()), default=0.0)
        found.append(sum_)
    return found


def _company(met: float, named: int, by_name: float) -> tuple[int, float]:
    """The level and the weight of co-authors, beside what their names told."""
    if met >= 1 - _LIKELY / 2 and named <= 0:
        return 1, _MET
    if met < _LIKELY / 2 and named > 0:
        return 0, -by_name
    return -1, 0.0


def _rivals(
    pairs: Sequence[Pair], programme: Mapping[str, str]
) -> dict[tuple[str, str], list[int]]:
    """The pairs of each person with those of one programme, where these are several."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, (one, other) in enumerate(pairs):
        if programme.get(one) != programme.get(other):
            for each, there in ((one, other), (other, one)):
                if there in programme:
                    found[each, programme[there]].append(number)
    return {key: numbers for key, numbers in found.items() if len(numbers) > 1}


def _yields(
    pairs: Sequence[Pair],
    weights: Sequence[float],
    rivals: Mapping[tuple[str, str], Sequence[int]],
) -> list[bool]:
    """Which pairs yield to another one of the same person and programme."""
    one_person = {
        pair for pair, weight in zip(pairs, weights, strict=True) if _probability(weight) >= _LIKELY
    }
    found = [False] * len(pairs)
    for (person, _), numbers in rivals.items():
        best = max(numbers, key=lambda number: (weights[number], -number))
        first = _other(pairs[best], person)
        for number in numbers:
            second = _other(pairs[number], person)
            both = (first, second) if first < second else (second, first)
            if weights[number] <= weights[best] - _MARGIN and both not in one_person:
                found[number] = True
    return found


def _other(pair: Pair, person: str) -> str:
    return pair[1] if pair[0] == person else pair[0]


def _probability(weight: float) -> float:
    return 1 / (1 + math.exp2(-min(max(weight, -500.0), 500.0)))


def _with(
    scores: Scores,
    weights: Sequence[float],
    companies: Sequence[tuple[int, float]],
    yields: Sequence[bool],
) -> Scores:
    """The scores with both comparisons, and with what follows of them."""
    import pyarrow as pa  # it is slow to load

    pairs = scores.pairs
    for name, values in (("weight", weights), ("probability", map(_probability, weights))):
        column = pa.array(values, pa.float64())
        pairs = pairs.set_column(pairs.column_names.index(name), name, column)
    added = {
        "company": pa.array((level for level, _ in companies), pa.int32()),
        "company_weight": pa.array((weight for _, weight in companies), pa.float64()),
        "rival": pa.array((0 if less else -1 for less in yields), pa.int32()),
        "rival_weight": pa.array((_RIVAL if less else 0.0 for less in yields), pa.float64()),
    }
    for name, column in added.items():
        pairs = pairs.append_column(name, column)
    return replace(scores, pairs=pairs, labels={**scores.labels, **_LABELS})
