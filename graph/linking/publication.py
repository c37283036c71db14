"""A paper as another catalogue tells of it, made of what its record has for fields."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, unquote

from ..iris import slug
from ..namespaces import BASE
from ..tidy import tidy

__all__ = ["NAMES", "Publication", "fields_of", "grouped", "publication"]

_LONGEST: Final = 2_000
"""Characters of a title, a name or another value that are kept."""
_MOST_AUTHORS: Final = 500

NAMES: Final = {
    "id": ("id", "key", "identifier"),
    "title": ("title", "name"),
    "authors": ("authors", "author", "creators", "creator"),
    "venue": ("venue", "containertitle", "journal", "booktitle", "conference", "publication"),
    "year": ("year", "issued", "published", "date"),
    "doi": ("doi",),
    "link": ("url", "link", "ee"),
    "kind": ("type", "kind"),
}
"""What a record's fields are called in tables and JSON, the first that there is."""

_SIGNS: Final = re.compile("[^a-z0-9]")
_YEAR: Final = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_DOI: Final = re.compile(r"(?:^|doi\.org/|doi:\s*)(10\.\d{4,9}(?:\.\d+)*/\S+)$", re.IGNORECASE)
_ARXIV: Final = re.compile(
    r"(?:^arxiv:\s*|arxiv\.org/(?:abs|pdf)/|^10\.48550/arxiv\.)"
    r"(\d{4}\.\d{4,5}|[a-z.-]+/\d{7})(?:v\d+)?(?:\.pdf)?$",
    re.IGNORECASE,
)
_NAMESAKE: Final = re.compile(r"(.*\D) \d{4}")
"""dblp tells namesakes apart by a number."""


@dataclass(frozen=True, slots=True)
class Publication:
    """A paper as another catalogue tells of it.

    :param id: its IRI, or what stands for one in its file.
    :param authors: their names in order, given name first.
    :param year: in which it appeared or was presented.
    :param venue: the journal, conference or archive as the source writes it.
    :param doi: in lower case, without `https://doi.org/`; empty where it is not known.
    :param arxiv: identifier at arXiv, without a version.
    :param key: what its source calls it, or its number there.
    """

    id: str
    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str = ""
    doi: str = ""
    arxiv: str = ""
    kind: str = ""
    key: str = field(default="", compare=False)


def grouped(rows: Iterable[Mapping[str, str]]) -> Iterator[Publication]:
    """Papers of rows that tell a fact each: `paper`, `fact`, `value` and, of authors, `position`.

    :param rows: the facts are `title`, `author`, `venue`, `year`, `doi`, `link` and `kind`.
    """
    papers: dict[str, dict[str, dict[str, int]]] = {}
    for row in rows:
        facts = papers.setdefault(row["paper"], defaultdict(dict))
        same, position = facts[row["fact"]], int(row.get("position") or _MOST_AUTHORS)
        same[row["value"]] = min(position, same.get(row["value"], position))
    for iri in sorted(papers):
        facts = papers[iri]
        told: dict[str, Any] = {
            "id": iri,
            "authors": sorted(facts["author"], key=lambda name: (facts["author"][name], name)),
        }
        for name in ("title", "year", "doi", "kind"):
            told[name] = min(facts[name], default="")
        told["venue"] = "; ".join(sorted(facts["venue"]))
        told["link"] = sorted(facts["link"])
        if found := publication(told, ""):
            yield found


def fields_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record's fields under our names, whatever the case and the signs of its own."""
    lowered = {_SIGNS.sub("", str(name).lower()): value for name, value in record.items()}
    return {
        ours: next((lowered[name] for name in theirs if lowered.get(name)), "")
        for ours, theirs in NAMES.items()
    }


def publication(told: Mapping[str, Any], file: str, number: int = 0) -> Publication | None:
    """A publication of fields under our names; None where there is no title.

    :param file: what the file is called, without ending, and `number` which record it is: of these
        is the IRI of a record that has none.
    """
    title = _text(told["title"]).removesuffix(".")
    if not title:
        return None
    links = told["link"] if isinstance(told["link"], list) else [told["link"]]
    hints = [_text(each) for each in (told["doi"], told["id"], *links)]
    doi = next((unquote(m[1]).lower() for each in hints if (m := _DOI.search(each))), "")
    arxiv = next((m[1].lower() for each in (*hints, doi) if (m := _ARXIV.search(each))), "")
    year = _YEAR.search(_date(told["year"]))
    key = _text(told["id"]) or str(number)
    return Publication(
        _iri(key, doi, file),
        title,
        tuple(_authors(told["authors"])),
        int(year[0]) if year else None,
        _text(told["venue"]),
        doi,
        arxiv,
        _text(told["kind"]).lower(),
        key,
    )


def _iri(key: str, doi: str, file: str) -> str:
    """The IRI of a record: its own, that of its DOI, or one below the file's name."""
    if re.match(r"(?:https?://|urn:)[^\s<>\"{}|\\^`]+$", key):
        return key
    if doi:
        return f"https://doi.org/{quote(doi, safe='/:;()._-')}"
    return f"{BASE}record/{slug(file) or 'records'}/{quote(key, safe='')}"


def _text(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if not isinstance(value, str | int | float):
        return ""
    return tidy(str(value)[:_LONGEST])[0]


def _date(value: object) -> str:
    """A date as text, also one of CSL: `{"date-parts": [[2023, 3]]}`."""
    if isinstance(value, dict):
        parts = value.get("date-parts") or value.get("literal") or value.get("raw") or ""
        return json.dumps(parts)
    return str(value)


def _authors(value: object) -> Iterator[str]:
    if isinstance(value, str):
        value = _split(value[: _LONGEST * 50])
    if not isinstance(value, list):
        return
    for each in value[:_MOST_AUTHORS]:
        if isinstance(each, dict):
            parts = (each.get(name) for name in ("given", "non-dropping-particle", "family"))
            each = " ".join(str(part) for part in parts if part) or (
                each.get("literal") or each.get("name") or ""
            )
        name = _text(each)
        match = _NAMESAKE.fullmatch(name)
        if name := (match[1] if match else name):
            yield name


def _split(text: str) -> list[str]:
    """Names in one cell: `A B; C D`, `B, A; D, C`, `A B and C D`, `A B, C D and E F`."""
    plain = tidy(text)[0]
    if ";" in plain:
        return [_turned(name) for name in plain.split(";")]
    parts = re.split(r"\s+and\s+|\s*&\s*", plain)
    if len(parts) > 1 and all(re.fullmatch(r"[^\s,]+(?: [^\s,]+)?, [^,]+", p) for p in parts):
        return [_turned(name) for name in parts]
    return [name for part in parts for name in part.split(",")]


def _turned(name: str) -> str:
    family, comma, given = name.partition(",")
    return f"{given.strip()} {family.strip()}" if comma else name
