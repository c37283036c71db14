"""Reads proceedings in BibTeX, entry by entry, with their LaTeX as plain text.

See https://www.bibtex.org/Format/ and, for what dblp writes, https://dblp.org/faq/1474679.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..accounts import Fields
from ..items import Agent, Event, Item, Place, Volume, Work
from ..loss import Loss
from ..reading import Reading, ReadOptions
from ..tidy import delatex
from .bibtex_entries import Entry, Parser, entries_of
from .dblp import programme_of
from .encodings import beginning, encoding_of
from .publish import describe, grouped
from .titles import Conference, conference_of, month_of, year_of

if TYPE_CHECKING:
    from pybtex.database import Person

__all__ = ["READER", "BibtexReader"]

_KNOWN: Final = re.compile(
    r"^[ \t]*@[ \t]*(inproceedings|proceedings|conference|incollection|article|book|misc|string"
    r"|phdthesis|techreport)[ \t]*[{(]",
    re.IGNORECASE | re.MULTILINE,
)
_PAPERS: Final = frozenset({"inproceedings", "conference"})
_DOI: Final = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)
_NAMESAKE: Final = re.compile(r"(.+)[\s~]+\d{4}")
"""dblp tells namesakes apart by a number."""
_DBLP: Final = re.compile(r"DBLP:(?P<key>[\w./-]+)")


class BibtexReader:
    """Reads files of BibTeX; each proceedings in them is a programme."""

    name = "bibtex"
    label = "BibTeX"
    suffixes = (".bib",)

    def sniff(self, head: bytes, path: Path) -> int:
        """See `Reader.sniff`."""
        if _KNOWN.search(beginning(head)):
            return 3 if path.suffix.lower() == ".bib" else 2
        return 0

    def read(self, path: Path, *, options: ReadOptions) -> list[Reading]:
        """See `Reader.read`."""
        source = describe(path, options, "application/x-bibtex")
        file = _File(path, options)
        return grouped({"": source}, file.items(), file.loss, options)


class _File:
    """One file on its way to records.

    It is read twice: papers stand before the proceedings that they refer to.
    """

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self._path = path
        self._options = options
        self._common = Loss(path.name)
        self._encoding = encoding_of(path, self._common)
        self._losses: dict[str, Loss] = {}
        self._parser = Parser()
        self._parents: dict[str, dict[str, str]] = {}
        self._events: set[str] = set()

    def loss(self, programme: str) -> Loss:
        """The report of a programme; what belongs to none is in that of the first."""
        if self._options.slug:
            return self._common
        if not self._losses:
            self._losses[programme] = self._common
        return self._losses.setdefault(programme, Loss(self._path.name))

    def items(self) -> Iterator[tuple[str, Item]]:
        """The records, each with its programme."""
        for entry in entries_of(self._path, self._encoding):
            if entry.kind in {"proceedings", "book", "string"} and (
                parsed := self._parser.parse(entry)
            ):
                self._parents[parsed[0].casefold()] = dict(parsed[1])
        for entry in entries_of(self._path, self._encoding):
            if entry.kind in {"comment", "preamble", "string"}:
                continue
            parsed = self._parser.parse(entry)
            if parsed is None:
                self._common.refuse(
                    "field", "(entry)", place=f"line {entry.first}", found=entry.text[:200],
                    why=self._parser.wrong(entry),
                )  # fmt: skip
                continue
            yield from self._records(entry, *parsed)

    def _records(
        self, entry: Entry, key: str, values: list[tuple[str, str]]
    ) -> Iterator[tuple[str, Item]]:
        fields = Fields(Place(first=entry.first, last=entry.last, path=key), values)
        if entry.kind not in _PAPERS and entry.kind != "proceedings":
            fields.post(self._common, f"{entry.kind}/")
            return
        parent = fields.take("crossref") if entry.kind in _PAPERS else key
        above = self._parents.get(parent.casefold(), {})
        title = above.get("title") or above.get("booktitle") or fields.peek("booktitle")
        if entry.kind == "proceedings":
            title = fields.peek("title")
        year = year_of(fields.peek("year") or above.get("year", ""))
        conference = _named(parent, key, delatex(title), year)
        if not title:
            fields.refuse("booktitle", "", "Nothing says in which proceedings the paper is.")
        loss = self.loss(conference.key)
        if conference.key not in self._events:
            self._events.add(conference.key)
            yield conference.key, self._event(fields.where, conference, year)
        if entry.kind == "proceedings":
            yield conference.key, self._volume(fields, key)
            fields.post(loss, "proceedings/")
        else:
            volume = parent if above else conference.key
            yield conference.key, self._work(fields, key, volume, delatex(title))
            fields.post(loss, "inproceedings/")

    def _event(self, where: Place, conference: Conference, year: str) -> Event:
        return Event(
            where,
            self._options.name or conference.name,
            start=conference.start,
            end=conference.end,
            place=conference.place,
            acronym=conference.acronym if conference.acronym != conference.name else "",
            year=year,
        )

    def _volume(self, fields: Fields, key: str) -> Volume:
        return Volume(
            fields.where,
            key,
            _plain(fields, "title") or key,
            editors=tuple(_agents(fields, "editor")),
            publisher=_plain(fields, "publisher"),
            issued=_issued(fields),
            isbn=tuple(fields.take_all("isbn")),
            doi=_doi(fields),
            series=_plain(fields, "series"),
            number=_plain(fields, "volume"),
            pages=_links(fields),
            same=_same(key),
        )

    def _work(self, fields: Fields, key: str, volume: str, title: str) -> Work:
        name = _plain(fields, "title")
        if not name:
            fields.refuse("title", "", "The paper has no title; its key stands for it.")
        fields.take("booktitle")
        return Work(
            fields.where,
            key,
            name or key,
            authors=tuple(_agents(fields, "author")),
            volume=volume,
            volume_title=title or volume,
            abstract=_plain(fields, "abstract"),
            pages=re.sub(r"\s*-{1,3}\s*", "–", fields.take("pages")),
            doi=_doi(fields),
            links=_links(fields),
            keywords=tuple(_keywords(fields)),
            issued=_issued(fields),
            same=_same(key),
        )


def _named(parent: str, key: str, title: str, year: str) -> Conference:
    """The conference of a volume, which dblp's keys name better than titles do."""
    conference = conference_of(title, year)
    match = _DBLP.fullmatch(parent or f"{key.rpartition('/')[0]}/{year}")
    name = programme_of(match["key"], year) if match else None
    if name is None:
        return conference
    return Conference(
        name,
        conference.name,
        conference.acronym,
        conference.place,
        conference.start,
        conference.end,
    )


def _plain(fields: Fields, name: str) -> str:
    """The text of a field without LaTeX, which belongs to BibTeX and is no damage."""
    return delatex(fields.take(name).replace("~", " "))


def _issued(fields: Fields) -> str:
    found = fields.take("year")
    year = year_of(found)
    if found and not year:
        fields.refuse("year", found, "A year has four digits.")
    number = month_of(delatex(fields.take("month"))) if year else None
    if number is None:
        fields.keep("month")
    return f"{year}-{number:02}" if number else year


def _doi(fields: Fields) -> str:
    found = fields.take("doi")
    doi = _DOI.sub("", found).replace("\\_", "_").replace("{", "").replace("}", "")
    if doi and not re.fullmatch(r"10\.[0-9]+(\.[0-9]+)*/\S+", doi):
        fields.refuse("doi", found, "A DOI begins with 10. and a number.")
        return ""
    return doi


def _links(fields: Fields) -> tuple[str, ...]:
    found = [" ".join(each.split()).replace("\\", "") for each in fields.take_all("url")]
    good = tuple(each for each in found if re.match(r"https?://", each))
    for each in found:
        if each not in good:
            fields.refuse("url", each, "It is no web address.")
    return good


def _keywords(fields: Fields) -> Iterator[str]:
    for each in re.split(r"[;,]", fields.take("keywords")):
        if word := delatex(each):
            yield word


def _same(key: str) -> tuple[str, ...]:
    match = _DBLP.fullmatch(key)
    return (f"https://dblp.org/rec/{match['key']}",) if match else ()


def _agents(fields: Fields, name: str) -> Iterator[Agent]:
    """The people of a field, in their order."""
    from pybtex.bibtex.utils import split_name_list
    from pybtex.database import InvalidNameString, Person

    for found in split_name_list(fields.take(name)):
        if found.casefold() == "others":
            fields.repair(name, "and others", "", "The source leaves out the others.")
            continue
        try:
            number = _NAMESAKE.fullmatch(found)
            yield _agent(
                Person(number[1] if number else found), number and " ".join(number[0].split())
            )
        except InvalidNameString:
            plain = delatex(found)
            fields.repair(name, found, plain, "The name has too many commas.")
            yield Agent(plain)


def _agent(person: Person, key: str | None) -> Agent:
    given = delatex(" ".join([*person.first_names, *person.middle_names]).replace("~", " "))
    family = delatex(" ".join([*person.prelast_names, *person.last_names]).replace("~", " "))
    lineage = delatex(" ".join(person.lineage_names))
    family = f"{family} {lineage}".strip()
    return Agent(f"{given} {family}".strip(), given, family, key=key or "")


READER: Final = BibtexReader()
