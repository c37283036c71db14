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
_SHORT_YEAR: Final = re.compile(r"(?<=[A-Za-z])[ '’-]?(\d\d)(?!\d|st|nd|rd|th)")
_ACRONYM: Final = re.compile(
    r"(?<![\w-])((?:[A-Za-z]*[A-Z][A-Za-z]*[A-Z][A-Za-z]*(?:[ '’-]?(?:\d\d){1,2})?[+/&])*"
    r"[A-Za-z]*[A-Z][A-Za-z]*[A-Z][A-Za-z]*)(?=[ '’-]?(?:\d\d){1,2}(?!\d))"
)
"""What stands before a year is the conference's own acronym: `ISWC 2008`, `ISWC+ASWC 2007`."""
_IN_BRACKETS: Final = re.compile(r"\(([A-Za-z]{3,12})\b")
_WHOLE: Final = re.compile(r"\s*([A-Za-z]*[A-Z][A-Za-z]*[A-Z][A-Za-z]*)\s*")
_LETTERS: Final = re.compile("[A-Za-z]{3,12}")
_NUMBERS: Final = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12,
}  # fmt: skip
_EDITION: Final = re.compile(r"\b(\d{1,3})(?:st|nd|rd|th)\b|\b(" + "|".join(_NUMBERS) + r")\b")
_ORDINAL: Final = re.compile(
    r"\b(?:\d+(?:st|nd|rd|th)|(?:twenty|thirty|forty)?-?(?:first|second|third|fourth|fifth|sixth"
    r"|seventh|eighth|ninth)|tenth|eleventh|twelfth|annual)\b",
    re.IGNORECASE,
)
_GENERAL: Final = frozenset({
    "a", "an", "and", "at", "conf", "conference", "for", "in", "int", "international",
    "long", "meeting", "of", "on", "papers", "proc", "proceedings", "short", "symposium", "the",
    "volume", "workshop", "with",
})  # fmt: skip
"""Words that do not tell which conference it is."""
_BESIDE: Final = re.compile(r"\s(?:at|@|co-?located with|in conjunction with)\s.*", re.IGNORECASE)
"""What follows is the conference at which a workshop is held."""
_KINDS: Final = {
    kind: re.compile(rf"\b(?:{words})", re.IGNORECASE)
    for kind, words in {
        "workshop": "workshops?\\b",
        "tutorial": "tutorials?\\b",
        "posters": "(?:posters?|demos?|demonstrations?)\\b",
        "industry": "industr(?:y|ial)[ -](?:track|papers?)",
        "school": "(?:summer|winter|doctoral|phd|student)\\b|school\\b|consortium\\b",
        "track": "track\\b",
        "summit": "summit\\b",
    }.items()
}
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
        `beside` (conferences in conjunction with which it is held), `work` (titles) and `kind`
        (what it is called: a workshop, a track), as far as they are known.
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
            "edition": several,
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
    called = " ".join((*names, *values("kind")))
    return {
        "id": iri,
        "name": min(values("name"), default=None),
        "year": year,
        "first": first.toordinal() if first else None,
        "last": last.toordinal() if last else None,
        "edition": sorted({each for name in names[:1] for each in _editions(name)}) or None,
        "series": sorted({each for name in names for each in _series(name)}) or None,
        "words": sorted(words) or None,
        "kind": next((kind for kind in _KINDS if _KINDS[kind].search(called)), "conference"),
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


def _editions(name: str) -> set[str]:
    """Which of its series it is: `7` of the 7th; several where two conferences meet."""
    found = _EDITION.findall(name.lower())
    return {digits or str(_NUMBERS[word]) for digits, word in found}


def _series(name: str) -> set[str]:
    """Its own acronyms, and the initials of its words: by these a series is known."""
    plain = anyascii(name)
    whole = _WHOLE.fullmatch(_YEAR.sub(" ", plain))
    texts = [*_ACRONYM.findall(plain), *_IN_BRACKETS.findall(plain), whole[1] if whole else ""]
    found = {each.lower() for text in texts for each in _LETTERS.findall(text)}
    words = [w for w in _plain(_ORDINAL.sub(" ", _YEAR.sub(" ", name))) if w.isalpha()]
    initials = "".join(w[0] for w in words if w not in {"a", "and", "for", "in", "of", "on", "the"})
    return found | ({initials} if 2 < len(initials) < 8 else set())
