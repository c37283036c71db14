"""Reads the XML of dblp: the whole of it, of a conference or of a search, record by record.

See https://dblp.org/faq/16154937.html and https://dblp.org/xml/docu/dblpxml.pdf.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ..accounts import Fields
from ..items import Agent, Event, Item, Place, Volume, Work
from ..loss import Loss
from ..reading import Reading, ReadOptions
from .encodings import beginning
from .publish import cut_off, describe, grouped
from .titles import conference_of, year_of
from .xml import Element, elements, root_of

__all__ = ["READER", "DblpReader", "programme_of"]

_RECORDS: Final = (
    "article", "book", "data", "incollection", "inproceedings", "mastersthesis", "phdthesis",
    "proceedings", "www",
)  # fmt: skip
_DOI: Final = re.compile(r"https?://(?:dx\.)?doi\.org/(10\.[0-9.]+/\S+)")
_NAMESAKE: Final = re.compile(r"(.+) (\d{4})")
_NUMBER: Final = re.compile(r" \([\w ]+\)$")


class DblpReader:
    """Reads dblp XML; each conference of a year is a programme."""

    name = "dblp-xml"
    label = "dblp XML"
    suffixes = (".xml",)

    def sniff(self, head: bytes, path: Path) -> int:  # noqa: ARG002
        """See `Reader.sniff`."""
        text = beginning(head)
        if root_of(text) in {"dblp", "dblpperson", "bht"}:
            return 3 if any(f"<{name} " in text for name in _RECORDS) else 2
        return 0

    def read(self, path: Path, *, options: ReadOptions) -> list[Reading]:
        """See `Reader.read`."""
        source = describe(path, options, "application/xml")
        file = _File(path, options)
        return grouped({"": source}, file.items(), file.loss, options)


class _File:
    """One file on its way to records."""

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self._path = path
        self._options = options
        self._common = Loss(path.name)
        self._losses: dict[str, Loss] = {}
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
        broken = cut_off(self._common, lenient=self._options.lenient)
        for element in elements(self._path, _RECORDS, broken):
            key = element.attributes.get("key", "")
            where = Place(first=element.line, last=element.last, path=key)
            values = ((each.name, _text(each)) for each in element)
            fields = Fields(where, [("@key", key), *values])
            if element.name in {"inproceedings", "proceedings"} and key:
                yield from self._record(element, key, fields)
            else:
                fields.post(self._common, f"{element.name}/")

    def _record(self, element: Element, key: str, fields: Fields) -> Iterator[tuple[str, Item]]:
        fields.take("@key")
        year = year_of(fields.peek("year"))
        parent = fields.peek("crossref")
        called = _NUMBER.sub("", fields.peek("booktitle"))
        title = fields.peek("title") if element.name == "proceedings" else called
        conference = conference_of(title, year)
        volume = key if element.name == "proceedings" else parent
        name = programme_of(volume or f"{_stream(key)}/{year}", year) or conference.key
        if name not in self._events:
            self._events.add(name)
            label = f"{called} {year}".strip() if called else conference.name
            yield name, Event(fields.where, self._options.name or label, year=year)
        if element.name == "proceedings":
            yield (
                name,
                Event(
                    fields.where,
                    label if (label := self._options.name or conference.name) else name,
                    start=conference.start,
                    end=conference.end,
                    place=conference.place,
                ),
            )
            yield name, self._volume(element, key, fields)
        else:
            yield name, self._work(element, key, fields, called)
        fields.post(self.loss(name), f"{element.name}/")

    def _volume(self, element: Element, key: str, fields: Fields) -> Volume:
        doi, pages = _links(fields)
        fields.take("booktitle")
        return Volume(
            fields.where,
            key,
            _title(fields) or key,
            editors=tuple(_agents(element, "editor", fields)),
            publisher=fields.take("publisher"),
            issued=_issued(fields),
            isbn=tuple(fields.take_all("isbn")),
            doi=doi,
            series=fields.take("series"),
            number=fields.take("volume"),
            pages=pages,
            same=(f"https://dblp.org/rec/{key}",),
        )

    def _work(self, element: Element, key: str, fields: Fields, called: str) -> Work:
        doi, pages = _links(fields)
        fields.take("booktitle")
        volume = fields.take("crossref")
        title = _title(fields)
        if not title:
            fields.refuse("title", "", "The paper has no title; its key stands for it.")
        issued = _issued(fields)
        return Work(
            fields.where,
            key,
            title or key,
            authors=tuple(_agents(element, "author", fields)),
            volume=volume or (called and f"{called} {issued}".strip()),
            volume_title=f"{called} {issued}".strip(),
            pages=fields.take("pages").replace("-", "–"),
            doi=doi,
            links=pages,
            issued=issued,
            same=(f"https://dblp.org/rec/{key}",),
        )


def programme_of(key: str, year: str) -> str | None:
    """The programme to which a record of dblp belongs, by its key or that of its proceedings.

    :param key: of the proceedings; of a paper without any, its stream and its year.
    """
    if len(key) > 200:
        return None
    match = re.fullmatch(r"conf/([\w-]+)/(\w*?)((?:19|20)\d\d)?([a-zA-Z]\w*)?(-\w+)?", key)
    if match is None:
        return None
    stream, before, event, workshop, _ = match.groups()
    if event is None:
        return f"{stream}-{year}".lower().strip("-")
    parts = (stream, event, before or workshop)
    return "-".join(part for part in parts if part).lower().replace("_", "-")


def _stream(key: str) -> str:
    """What a key of dblp stands under: conf/acl of conf/acl/Smith18."""
    return key.rpartition("/")[0]


def _text(element: Element) -> str:
    """The text of an element; what dblp sets high or low (H<sub>2</sub>O) is in the line."""
    return "".join(each if isinstance(each, str) else _text(each) for each in element.content)


def _title(fields: Fields) -> str:
    """The title, tidy, without the full stop that dblp puts behind each."""
    title = fields.tidy("title")
    return title[:-1] if title.endswith(".") and not title.endswith("..") else title


def _issued(fields: Fields) -> str:
    found = fields.take("year")
    if found and not year_of(found):
        fields.refuse("year", found, "A year has four digits.")
    return year_of(found)


def _links(fields: Fields) -> tuple[str, tuple[str, ...]]:
    """The DOI and the other web addresses of a record."""
    doi, pages = "", []
    for each in fields.take_all("ee"):
        address = each.strip()
        if not doi and (match := _DOI.fullmatch(address)):
            doi = match[1]
        elif re.match(r"https?://", address):
            pages.append(address)
        else:
            fields.refuse("ee", each, "It is no web address.")
    return doi, tuple(pages)


def _agents(element: Element, name: str, fields: Fields) -> Iterator[Agent]:
    """People, in their order; dblp tells namesakes apart by a number behind the name."""
    fields.take_all(name)
    for each in element:
        if each.name != name:
            continue
        found = " ".join(each.text().split())
        if not found:
            fields.refuse(name, "", "The name is empty.")
            continue
        match = _NAMESAKE.fullmatch(found)
        pid = each.attributes.get("pid", "")
        yield Agent(
            match[1] if match else found,
            key=found if match else "",
            orcid=each.attributes.get("orcid", ""),
            same=(f"https://dblp.org/pid/{pid}",) if pid else (),
        )


READER: Final = DblpReader()
