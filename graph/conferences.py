"""Which sources are about the same conference, by exact evidence alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

import pyoxigraph as ox
from anyascii import anyascii

from .filenames import tells
from .namespaces import PREFIXES
from .store import Store

__all__ = ["Known", "known_by", "published"]

_SAME: Final = PREFIXES["owl"] + "sameAs"
_NAMES: Final = (
    PREFIXES["rdfs"] + "label",
    PREFIXES["skos"] + "prefLabel",
    PREFIXES["skos"] + "altLabel",
)
_START: Final = PREFIXES["schema"] + "startDate"
_END: Final = PREFIXES["schema"] + "endDate"
_DATE: Final = PREFIXES["dcterms"] + "date"

_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_WORDS: Final = re.compile(r"[a-z]+|\d+")
_SAID: Final = f"""\
PREFIX rdf: <{PREFIXES["rdf"]}>
PREFIX sym: <{PREFIXES["sym"]}>
SELECT ?conference ?property ?value WHERE {{
  VALUES ?property {{ {" ".join(f"<{iri}>" for iri in (_SAME, *_NAMES, _START, _END, _DATE))} }}
  ?conference rdf:type sym:Conference ; ?property ?value .
}}
"""


class Known(NamedTuple):
    """By what a conference is known.

    :param iris: what it is elsewhere.
    :param names: its names without signs and letter case, each with its year.
    :param first: its first day, as ISO 8601 writes it; empty where that is not known.
    :param last: its last day, likewise.
    """

    iris: frozenset[str] = frozenset()
    names: frozenset[tuple[str, str]] = frozenset()
    first: str = ""
    last: str = ""

    def is_(self, other: Known) -> bool:
        """Whether they are one conference.

        They are where they have an IRI in common; or a name with its year, and no day speaks
        against it: what is called the same and held at other days is something else.
        """
        if self.iris & other.iris:
            return True
        if not self.names & other.names:
            return False
        days = self.first, self.last, other.first, other.last
        return not all(days) or (self.first <= other.last and other.first <= self.last)


def known_by(said: Iterable[tuple[str, str]]) -> Known:
    """By what a conference is known.

    :param said: what is said of it: properties and values.
    """
    iris: set[str] = set()
    names: list[str] = []
    days: dict[str, set[str]] = {_START: set(), _END: set(), _DATE: set()}
    for term, value in said:
        if term == _SAME:
            iris.add(value)
        elif term in _NAMES:
            names.append(value)
        elif term in days:
            days[term].add(value[:10])
    first, last = min(days[_START], default=""), max(days[_END], default="")
    year = (first or min(days[_DATE], default="") or last)[:4]
    found = (_name(text, year) for text in names)
    return Known(frozenset(iris), frozenset(name for name in found if name), first, last or first)


def published(store: Store, conferences: Collection[str]) -> dict[str, Known]:
    """By what conferences of a dataset are known.

    :param conferences: their IRIs.
    """
    said: dict[str, list[tuple[str, str]]] = {iri: [] for iri in conferences}
    rows: Iterable[ox.QuerySolution] = store.query(_SAID)  # type: ignore[assignment]
    for row in rows:
        if row["conference"].value in said:
            said[row["conference"].value].append((row["property"].value, row["value"].value))
    return {iri: known_by(each) for iri, each in said.items() if each}


def _name(text: str, year: str) -> tuple[str, str] | None:
    """A name and its year; None where it has none, or is what any conference may be called."""
    plain = anyascii(text).lower()
    years = _YEAR.findall(plain)
    year = years[0] if years else year
    bare = "".join(_WORDS.findall(_YEAR.sub(" ", plain)))
    return (bare, year) if year and tells(_YEAR.sub(" ", plain)) else None
