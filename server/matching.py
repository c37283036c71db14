"""Matching names and values of somebody's table with the things of the dataset."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import pyoxigraph as ox

from .folding import fold
from .panels import query_text
from .reconcilable import is_iri
from .searching import Asked, Hit, Index
from .serving import Served

__all__ = ["Candidate", "Condition", "Wanted", "match", "values"]

_LOOKED_AT: Final = 25
"""Things whose names are compared, for each that is asked for."""
_SURE: Final = 95.0
"""The least score of a candidate that may be said to match."""
_NAME: Final = 0.75
"""The weight of the name, where properties are compared too."""


@dataclass(frozen=True)
class Condition:
    """A property that a thing should have.

    :param property: its IRI.
    :param values: IRIs or texts, any of which will do.
    :param required: whether what has none of them is no candidate.
    """

    property: str
    values: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True)
class Wanted:
    """What is asked for.

    :param name: what it is called; empty where only properties are known.
    :param kinds: names of kinds (`kinds.Kind`), any of which will do; none for all.
    :param limit: how many candidates are told.
    """

    name: str
    kinds: tuple[str, ...]
    limit: int
    conditions: tuple[Condition, ...] = field(default=())


@dataclass(frozen=True)
class Candidate:
    """A thing that may be meant.

    :param score: 0 to 100.
    :param sure: whether it is the only one with a name that is the same.
    :param features: what the score is made of, each 0 to 100, by name.
    """

    hit: Hit
    score: float
    sure: bool
    features: Mapping[str, float]


def match(served: Served, index: Index, wanted: Sequence[Wanted]) -> list[list[Candidate]]:
    """The candidates of each, the best first.

    :raises QueryTimeoutError: it takes too long.
    """
    hits = [_hits(index, each) for each in wanted]
    iris = {hit.iri for found in hits for hit in found}
    names = _names(served, {iri for iri in iris if is_iri(iri)})
    known = values(served, iris) if any(each.conditions for each in wanted) else {}
    return [_scored(each, found, names, known) for each, found in zip(wanted, hits, strict=True)]


def values(
    served: Served, iris: set[str]
) -> dict[str, dict[str, list[tuple[ox.NamedNode | ox.Literal, str]]]]:
    """What is said of things: terms with their labels, by thing and property."""
    ordered = sorted(iris)
    text = query_text("reconcile/values.rq")
    tables = served.tables(*((text, {"this": ox.NamedNode(iri)}) for iri in ordered))
    found: dict[str, dict[str, list[tuple[ox.NamedNode | ox.Literal, str]]]] = {}
    for iri, rows in zip(ordered, tables, strict=True):
        own = found.setdefault(iri, defaultdict(list))
        for row in rows:
            if row.property is None or row.value is None or row.value.kind == "bnode":
                continue
            term = (
                ox.NamedNode(row.value.value)
                if row.value.kind == "iri"
                else ox.Literal(row.value.value, datatype=ox.NamedNode(row.value.datatype))
            )
            own[row.property.value].append((term, row.value.text))
    return found


def _hits(index: Index, wanted: Wanted) -> list[Hit]:
    """Things that are called nearly so, of each kind, or that have to do with the values."""
    if "://" in wanted.name:
        return [Hit(wanted.name, "", wanted.name, "", (), "")]
    text = wanted.name or " ".join(value for each in wanted.conditions for value in each.values)
    found: dict[str, Hit] = {}
    for kind in wanted.kinds or ("",):
        only = {"kind": kind} if kind else {}
        told = index.search(Asked(text[:200], only), 0, _LOOKED_AT, ())
        found |= {hit.iri: hit for hit in told.hits if hit.kind != "question"}
    return [*found.values()]


def _names(served: Served, iris: set[str]) -> dict[str, list[str]]:
    ordered = sorted(iris)
    text = query_text("reconcile/names.rq")
    tables = served.tables(*((text, {"this": ox.NamedNode(iri)}) for iri in ordered))
    return {
        iri: [row.name.value for row in rows if row.name is not None]
        for iri, rows in zip(ordered, tables, strict=True)
    }


def _scored(
    wanted: Wanted,
    hits: Sequence[Hit],
    names: Mapping[str, Sequence[str]],
    known: Mapping[str, Mapping[str, Sequence[tuple[ox.NamedNode | ox.Literal, str]]]],
) -> list[Candidate]:
    scored = []
    for hit in hits:
        if hit.iri == wanted.name:  # it was asked for by its address
            own = names.get(hit.iri)
            return [Candidate(replace(hit, name=own[0]), 100.0, True, {})] if own else []
        features: dict[str, float] = {}
        if wanted.name:
            features["name"] = _likeness(wanted.name, [hit.name, *names[hit.iri]])
        for each in wanted.conditions:
            said = known[hit.iri].get(each.property, ())
            found = [text for term, label in said for text in (term.value, label)]
            features[each.property] = max((_likeness(v, found) for v in each.values), default=0.0)
        if all(features[each.property] >= _SURE for each in wanted.conditions if each.required):
            scored.append((_score(features), hit, features))
    scored.sort(key=lambda each: (-each[0], each[1].name, each[1].iri))
    same = [score for score, _, features in scored if min(features.values()) >= _SURE]
    return [
        Candidate(hit, round(score, 1), len(same) == 1 and score == same[0], features)
        for score, hit, features in scored[: wanted.limit]
        if score > 0
    ]


def _score(features: Mapping[str, float]) -> float:
    others = [value for name, value in features.items() if name != "name"]
    if "name" not in features:
        return sum(others) / len(others)
    if not others:
        return features["name"]
    return _NAME * features["name"] + (1 - _NAME) * sum(others) / len(others)


def _likeness(one: str, others: Sequence[str]) -> float:
    """How like a text is to the most like of others, 0 to 100, whatever the order of its words."""
    from rapidfuzz.fuzz import ratio, token_sort_ratio

    folded = fold(one)
    if not folded:
        return 0.0
    known = [fold(each) for each in others]
    return max(
        (max(ratio(folded, each), token_sort_ratio(folded, each)) for each in known), default=0.0
    )
