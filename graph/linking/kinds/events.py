"""Conferences: what is compared of them to tell that two graphs mean the same one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from anyascii import anyascii

from ...dataset import NamedGraph
from ...store import Store
from ..bibliographic import texts

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["records", "records_of", "table"]

_WORD: Final = re.compile(r"[a-z]+|\d+")
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SHORT_YEAR: Final = re.compile(r"(?<=[A-Za-z])[ '’-]?(\d\d)(?!\d)")
_ACRONYM: Final = re.compile(r"\b(?=\w*[A-Z]\w*[A-Z])[A-Za-z]{3,12}\b|(?<=\()[A-Za-z]{3,12}(?=\W)")
_ORDINAL: Final = re.compile(
    r"\b(?:\d+(?:st|nd|rd|th)|(?:twenty|thirty|forty)?-?(?:first|second|third|fourth|fifth|sixth"
    r"|seventh|eighth|ninth)|tenth|eleventh|twelfth|annual)\b",
    re.IGNORECASE,
)
_GENERAL: Final = frozenset({
    "a", "an", "and", "at", "conf", "conference", "for", "in", "int", "international",
    "meeting", "of", "on", "proc", "proceedings", "symposium", "the", "workshop", "with",
})  # fmt: skip
"""Words that do not tell which conference it is."""
_BESIDE: Final = re.compile(r"\s(?:at|@|co-?located with|in conjunction with)\s.*", re.IGNORECASE)
"""What follows is the conference at which a workshop is held."""
_KINDS: Final = ("workshop", "tutorial", "track", "summit", "school", "consortium")
"""What is part of a conference, held beside it, or is another meeting of the same people."""
_MOST_WORKS: Final = 2_000


def records(store: Store) -> pa.Table:
    """The conferences of a dataset."""
    text = (files("symposia") / "queries" / "linking" / "events.rq").read_text("utf-8")
    facts: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in texts(store.query(text)):
        facts[row["event"]][row["fact"]].add(row["value"])
    return table(facts)


def records_of(path: Path) -> pa.Table:
    """The conferences of a file of RDF in this project's vocabulary.

    :raises SourceError: it cannot be read.
    """
    return records(Store.memory([NamedGraph("urn:records", path, path.name)]))


def table(facts: Mapping[str, Mapping[str, Iterable[str]]]) -> pa.Table:
    """What is compared of conferences, a row each.

    :param facts: of each its `name`, `short` (other names), `start`, `end`, `place`, `link`,
        `beside` (conferences in conjunction with which it is held) and `work` (titles), as far as
        they are known.
    """
    import pyarrow as pa  # it is slow to load

    several = pa.list_(pa.string())
    schema = pa.schema(
        {
            "id": pa.string(),
            "name": pa.string(),
            "year": pa.int32(),
            "first": pa.int32(),
            "last": pa.int32(),
            "series": several,
            "words": several,
            "kind": pa.string(),
            "place": several,
            "links": several,
            "works": several,
            "beside": several,
            "own": several,
        }
    )
    rows = [_row(iri, facts[iri]) for iri in sorted(facts)]
    return pa.Table.from_pylist(rows, schema=schema)


def _row(iri: str, told: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    def values(name: str) -> list[str]:
        return sorted(told.get(name, ()))

    names = [_BESIDE.sub("", each) for each in (*values("name"), *values("short"))]
    first, last = _day(min(values("start"), default="")), _day(max(values("end"), default=""))
    last = last or first
    years = [year for each in names if (year := _year_in(each))]
    year = first.year if first else min(years, default=None) or _year_in(" ".join(values("start")))
    words = {word for name in names[:1] for word in _words(name)}
    places = {word for each in values("place") for word in _plain(each) if len(word) > 2}
    kinds = {kind for name in names for kind in _KINDS if kind in name.lower()}
    return {
        "id": iri,
        "name": min(values("name"), default=None),
        "year": year,
        "first": first.toordinal() if first else None,
        "last": last.toordinal() if last else None,
        "series": sorted({each for name in names for each in _series(name)}) or None,
        "words": sorted(words) or None,
        "kind": next((kind for kind in _KINDS if kind in kinds), "conference"),
        "place": sorted(places - words - _GENERAL - {"location", "venue"}) or None,
        "links": [*dict.fromkeys(each.rstrip("/") for each in values("link"))] or None,
        "works": sorted({"".join(_plain(each)) for each in values("work")})[:_MOST_WORKS] or None,
        "beside": values("beside") or None,
        "own": [iri],
    }


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _year_in(text: str) -> int | None:
    if found := _YEAR.search(text):
        return int(found[0])
    short = _SHORT_YEAR.search(text)
    if not short:
        return None
    return (1900 if int(short[1]) > 60 else 2000) + int(short[1])


def _plain(text: str) -> list[str]:
    return _WORD.findall(anyascii(text).lower())


def _words(name: str) -> list[str]:
    bare = _ORDINAL.sub(" ", _YEAR.sub(" ", name))
    return [word for word in _plain(bare) if word.isalpha() and word not in _GENERAL]


def _series(name: str) -> set[str]:
    """Acronyms in a name, and the initials of its words: by these a series is known."""
    found = {each.lower() for each in _ACRONYM.findall(anyascii(_YEAR.sub(" ", name)))}
    words = [w for w in _plain(_ORDINAL.sub(" ", _YEAR.sub(" ", name))) if w.isalpha()]
    initials = "".join(w[0] for w in words if w not in {"a", "and", "for", "in", "of", "on", "the"})
    return found | ({initials} if 2 < len(initials) < 8 else set())
