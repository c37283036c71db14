"""Chooses which record of a register an affiliation names, by weights that were fitted."""

from __future__ import annotations

import math
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from .affiliation_evidence import evidence
from .affiliations import bare, spelling, words
from .mentions import Affiliation, Candidate
from .organisation_names import Frequencies, Names, Words

if TYPE_CHECKING:
    import pyarrow as pa

    from .scoring import Scores

__all__ = ["GROUPS", "choose", "compared", "weights"]

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "place_in_text": (
        "stands", "shape", "name", "both", "spelled", "before", "after", "unit", "part", "left",
        "covered", "covered_told", "begun", "missing_common", "university_missing",
    ),
    "rarity": ("information", "rarest", "words", "shared"),
    "organisation_type": (
        "type", "type_shape", "hospital", "medicine", "affiliated", "university", "education",
    ),
    "prominence": ("funder", "system", "children", "relations", "names", "child"),
    "rivals": (
        "inside", "longer", "ties", "later", "earlier", "others", "tied_names", "tied_relations",
        "tied_parent", "tied_child", "tied_better", "tied_ordered", "tied_country",
        "parent_too", "child_too", "related_too", "successor_too", "predecessor_too",
    ),
    "country": ("country", "placed"),
}  # fmt: skip
"""The comparisons that people read, with the features that each sums up."""
_COMPETITION: Final = "competition"

_LABELS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "place_in_text": (
        "stands",
        {
            "none": "Less than half of any name is in the affiliation",
            "some": "Some words of its name are in a part of the affiliation",
            "fragment": "A part of the affiliation is a part of its name",
            "scattered": "The words of its name are in several parts of the affiliation",
            "words": "The words of its name are in a part of the affiliation",
            "turned": "A part of the affiliation is its name in another order",
            "inside": "Its name is within a part of the affiliation",
            "start": "A part of the affiliation begins with its name",
            "end": "A part of the affiliation ends with its name",
            "across": "Parts of the affiliation are its name",
            "part": "A part of the affiliation is its name",
            "whole": "The affiliation is its name",
        },
    ),
    "rarity": (
        "information",
        {str(n): f"{'Rare' if n > 3 else 'Common'} words (class {n} of 7)" for n in range(8)},
    ),
    "organisation_type": (
        "type",
        {
            "education": "An organisation of education",
            "healthcare": "A hospital",
            "company": "A company",
            "facility": "A research facility",
            "other": "An organisation of another type",
        },
    ),
    "prominence": (
        "children",
        {
            "0": "It has no part of its own in the register",
            "1": "It has one part or two",
            "2": "It has several parts",
            "3": "It has many parts",
            "4": "It has 30 parts or more",
        },
    ),
    "rivals": (
        "inside",
        {
            "0": "No longer name that is there has its words in it",
            "1": "Another name that is there has its words in it",
            "2": "A longer name that is there has its words in it",
            "3": "A much longer name that is there has its words in it",
        },
    ),
    "country": (
        "country",
        {
            "-": "The affiliation names no country",
            "True": "The affiliation names its country",
            "False": "The affiliation names another country",
        },
    ),
}
_NOT_TOLD: Final = "Nothing of this is known"
_COMPETES: Final = "All candidates, and none of them, are weighed against each other"

_COUNTRIES: Final = {
    "GB": "uk|england|scotland|wale|great britain",
    "US": "usa|us|united state",
    "CN": "p r china|pr china|people republic china",
    "KR": "korea|republic korea",
    "RU": "russia|russian federation",
    "DE": "deutschland",
    "ES": "espana",
    "IT": "italia",
    "BR": "brasil",
    "CZ": "czech republic",
    "TR": "turkey",
}
"""What countries are called besides their names in the register."""
_LOG2: Final = math.log(2)


@cache
def weights() -> Mapping[str, Mapping[str, float]]:
    """Natural logarithms by feature and value, as declared; what is not there weighs nothing."""
    declared = files("symposia") / "graph" / "linkages" / "weights" / "organisations.toml"
    found: Mapping[str, Mapping[str, float]] = tomllib.loads(declared.read_text("utf-8"))
    return found


def choose(scores: Scores, left: pa.Table, right: pa.Table) -> Scores:
    """Weigh the candidates of each left record, against each other and against "none".

    :param right: the records of a register, as `kinds.organisations` makes them.
    :returns: the pairs with a comparison for each of `GROUPS`, and `competition`, which makes the
        sum of the weights that of the probability.
    """
    rows = scores.pairs.to_pylist()
    told = compared(rows, left, right)
    weighed = [_weighed(row, features) for row, features in zip(rows, told, strict=True)]
    for _, group in groupby(range(len(rows)), key=lambda at: rows[at]["left"]):
        _compete([weighed[at] for at in group])
    return replace(scores, pairs=_joined(scores.pairs, weighed), labels=_labels(scores.labels))


def compared(
    rows: Sequence[Mapping[str, Any]], left: pa.Table, right: pa.Table
) -> list[dict[str, str]]:
    """The features of each pair; pairs of one left record follow one another."""
    register = _Register(right, {row["right"] for row in rows})
    names = zip(left["id"].to_pylist(), left["texts"].to_pylist(), strict=True)
    wanted = {row["left"] for row in rows}
    said = {each: "; ".join(found or ()) for each, found in names if each in wanted}
    features: list[dict[str, str]] = []
    for each, group in groupby(rows, key=lambda row: row["left"]):
        candidates = [register.candidates[row["right"]] for row in group]
        text = Affiliation(said[each])
        features += evidence(text, candidates, register.frequencies, register.countries)
    return features


class _Register:
    """The records of the right side, those that are candidates in full."""

    def __init__(self, table: pa.Table, wanted: set[str]) -> None:
        names = [
            Names(
                {tuple(name.split()): int(kind) for name, kind in zip(*called, strict=True)},
                set(acronyms or ()),
            )
            for *called, acronyms in _columns(table, "called", "kinds", "acronyms")
        ]
        self.frequencies = Frequencies(names)
        self.countries = _countries(table["countries"].to_pylist())
        self.candidates = {}
        for each, row in zip(names, table.to_pylist(), strict=True):
            if row["id"] in wanted:
                self.candidates[row["id"]] = _candidate(row, each)


def _columns(table: pa.Table, *names: str) -> Iterator[tuple[Any, ...]]:
    columns = (table[name].to_pylist() for name in names)
    return zip(*([each or () for each in column] for column in columns), strict=True)


def _candidate(row: Mapping[str, Any], names: Names) -> Candidate:
    related = ("parent", "child", "related", "successor", "predecessor")
    shown = next(iter(row["texts"]), "") if row["texts"] else ""
    return Candidate(
        row["id"],
        names,
        tuple(spelling(bare(each)) for each in row["texts"] or ()),
        tuple(tuple(place.split()) for place in row["places"] or ()),
        frozenset(each.split(" ", 1)[0] for each in row["countries"] or ()),
        frozenset(row["types"] or ()),
        {kind: frozenset(row[kind] or ()) for kind in related},
        "system" in words(shown),
    )


def _countries(found: Iterable[Sequence[str] | None]) -> dict[Words, frozenset[str]]:
    """The codes of the countries that words name."""
    named: dict[Words, set[str]] = defaultdict(set)
    for each in {country for countries in found for country in countries or ()}:
        code, name = each.split(" ", 1)
        named[words(name)].add(code)
    for code, others in _COUNTRIES.items():
        for name in others.split("|"):
            named[tuple(name.split())].add(code)
    return {name: frozenset(codes) for name, codes in named.items()}


def _weighed(row: Mapping[str, Any], features: Mapping[str, str]) -> dict[str, Any]:
    """A pair with the weight and the level of each group, in log2."""
    given = weights()
    found: dict[str, Any] = {"weight": row["weight"] + given["bias"]["all"] / _LOG2}
    for group, names in GROUPS.items():
        weight = sum(
            given.get(name, {}).get(features[name], 0.0) for name in names if name in features
        )
        key, labels = _LABELS[group]
        levels = list(labels)
        found[group] = levels.index(features[key]) if key in features else -1
        found[f"{group}_weight"] = weight / _LOG2
        found["weight"] += weight / _LOG2
    return found


def _compete(candidates: Sequence[dict[str, Any]]) -> None:
    """Divide what is certain among candidates and none of them (a softmax)."""
    odds = [2.0 ** max(-60.0, min(60.0, each["weight"])) for each in candidates]
    whole = 1.0 + sum(odds)
    for each, own in zip(candidates, odds, strict=True):
        after = math.log2(own / (whole - own)) if whole > own else 60.0
        each[_COMPETITION] = 0
        each[f"{_COMPETITION}_weight"] = after - each["weight"] + weights()["bias"]["all"] / _LOG2
        each["weight"] = after
        each["probability"] = own / whole


def _joined(pairs: pa.Table, weighed: Sequence[Mapping[str, Any]]) -> pa.Table:
    import pyarrow as pa

    types = {"probability": pa.float64(), "weight": pa.float64()}
    for group in (*GROUPS, _COMPETITION):
        types |= {group: pa.int32(), f"{group}_weight": pa.float64()}
    for name, type_ in types.items():
        column = pa.array([each[name] for each in weighed], type_)
        at = pairs.schema.get_field_index(name)
        pairs = pairs.append_column(name, column) if at < 0 else pairs.set_column(at, name, column)
    return pairs


def _labels(labels: Mapping[tuple[str, int], str]) -> dict[tuple[str, int], str]:
    found = {**labels, (_COMPETITION, 0): _COMPETES}
    for group, (_, told) in _LABELS.items():
        found |= {(group, at): label for at, label in enumerate(told.values())}
        found[group, -1] = _NOT_TOLD
    return found
