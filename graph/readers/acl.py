"""Reads the XML of the ACL Anthology: a collection of volumes with their papers.

See https://github.com/acl-org/acl-anthology/blob/master/data/xml/schema.rnc.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Final

from ..accounts import Fields
from ..errors import SourceError
from ..items import Agent, Event, Item, Place, Volume, Work
from ..loss import Loss
from ..reading import Reading, ReadOptions
from ..tidy import delatex
from .encodings import beginning
from .publish import cut_off, describe, single
from .titles import conference_of, month_of, year_of
from .xml import Element, elements, root_of

__all__ = ["READER", "AclReader"]

_VENUES: Final = {
    "A": "anlp", "C": "coling", "D": "emnlp", "E": "eacl", "H": "hlt", "I": "ijcnlp", "J": "cl",
    "K": "conll", "L": "lrec", "M": "muc", "N": "naacl", "P": "acl", "Q": "tacl", "R": "ranlp",
    "S": "semeval", "T": "tinlap", "X": "tipster", "Y": "paclic",
}  # fmt: skip
"""What the letter of an identifier of before 2020 stands for."""

_OLD: Final = re.compile(r"([A-Z])(\d\d)")
_NEW: Final = re.compile(r"(\d{4})\.([a-z0-9_-]+)")
_PAGE: Final = "https://aclanthology.org/"


class AclReader:
    """Reads collections of the ACL Anthology; a collection is a programme."""

    name = "acl"
    label = "ACL Anthology XML"
    suffixes = (".xml",)

    def sniff(self, head: bytes, path: Path) -> int:  # noqa: ARG002
        """See `Reader.sniff`."""
        text = beginning(head)
        return 3 if root_of(text) == "collection" and "<volume" in text else 0

    def read(self, path: Path, *, options: ReadOptions) -> list[Reading]:
        """See `Reader.read`."""
        source = describe(path, options, "application/xml")
        loss = Loss(source.name)
        collection = _Collection(path, loss, options)
        items = collection.items()
        first = [*islice(items, 1)]  # the name stands before it
        return [single(collection.slug, {"": source}, chain(first, items), loss, options)]


class _Collection:
    """One file on its way to records."""

    def __init__(self, path: Path, loss: Loss, options: ReadOptions) -> None:
        self._path = path
        self._loss = loss
        self._options = options
        self._identifier = ""
        self._volume = ""
        self._year = ""
        self.slug = ""

    def items(self) -> Iterator[Item]:
        wanted = ("<collection", "<volume", "meta", "frontmatter", "paper", "event")
        broken = cut_off(self._loss, lenient=self._options.lenient)
        for element in elements(self._path, wanted, broken):
            if element.name == "collection":
                self._identifier = element.attributes.get("id", "")
                self.slug = _slug(self._identifier) or "acl-anthology"
            elif element.name == "volume":
                self._volume = element.attributes.get("id", "")
            elif element.name == "meta" and self._volume:
                yield from self._meta(element)
            elif element.name == "paper":
                yield self._paper(element)
            else:
                fields = Fields(_place(element, element.name), _values(element))
                fields.post(self._loss, f"{element.name}/")
        if not self._volume:
            raise SourceError("the collection has no volume.", source=str(self._path))

    def _meta(self, element: Element) -> Iterator[Item]:
        where = _place(element, f"volume {self._volume}")
        fields = Fields(where, _values(element))
        title = fields.tidy("booktitle") or f"{self._identifier}-{self._volume}"
        year, month = fields.take("year"), fields.take("month")
        issued = self._issued(fields, year, month)
        self._year = issued
        key = f"{self._identifier}-{self._volume}"
        name = self._options.name or conference_of(title).name
        yield Event(
            where,
            name,
            place=fields.tidy("address"),
            year=year if issued else "",
        )
        yield Volume(
            where,
            key,
            title,
            editors=tuple(self._agents(element, "editor", fields)),
            publisher=fields.tidy("publisher"),
            issued=issued,
            isbn=tuple(fields.take_all("isbn")),
            doi=fields.take("doi"),
            pages=_pages(fields.take("url") or key),
        )
        fields.post(self._loss, "volume/")

    def _issued(self, fields: Fields, year: str, month: str) -> str:
        """The month or the year, as XML Schema writes it."""
        if year and not year_of(year):
            fields.refuse("year", year, "A year has four digits.")
        number = month_of(month) if year_of(year) else None
        if number is None:
            fields.keep("month")
        return f"{year}-{number:02}" if number else year_of(year)

    def _paper(self, element: Element) -> Item:
        number = element.attributes.get("id", "")
        where = _place(element, f"paper {self._volume}/{number}")
        fields = Fields(where, [("@id", number), *_values(element)])
        key = self._key(fields.take("@id"))
        title = fields.tidy("title")
        if not title:
            title = key
            fields.repair("title", "", title, "The paper has no title.")
        doi = fields.take("doi")
        address = fields.take("url")
        work = Work(
            where,
            key,
            title,
            authors=tuple(self._agents(element, "author", fields)),
            volume=f"{self._identifier}-{self._volume}",
            abstract=fields.tidy("abstract", prose=True),
            pages=fields.take("pages"),
            doi=doi,
            identifiers=(key,),
            links=(*_pages(address or key), *_materials(fields)),
            issued=self._year,
        )
        fields.post(self._loss, "paper/")
        return work

    def _key(self, number: str) -> str:
        """The identifier of a paper: P18-1001 before 2020, 2020.acl-main.1 since."""
        if _NEW.fullmatch(self._identifier):
            return f"{self._identifier}-{self._volume}.{number}"
        digits = 3 if self._identifier[:1] != "W" else 2
        return f"{self._identifier}-{self._volume}{number.zfill(digits)}"

    def _agents(self, element: Element, name: str, fields: Fields) -> Iterator[Agent]:
        fields.take_all(name)
        for each in element:
            if each.name != name:
                continue
            parts = {part.name: " ".join(part.text().split()) for part in each}
            given, family = parts.get("first", ""), parts.get("last", "")
            full = " ".join(part for part in (given, family) if part) or " ".join(
                each.text().split()
            )
            if not full:
                fields.refuse(name, "", "The name is empty.")
                continue
            yield Agent(
                full,
                given,
                family,
                key=each.attributes.get("id", ""),
                orcid=each.attributes.get("orcid", ""),
                organisations=tuple(filter(None, [parts.get("affiliation", "")])),
            )


def _slug(identifier: str) -> str:
    if match := _OLD.fullmatch(identifier):
        letter, digits = match.groups()
        year = int(digits) + (1900 if int(digits) >= 50 else 2000)
        return f"{_VENUES.get(letter, f'acl-{letter.lower()}')}-{year}"
    if match := _NEW.fullmatch(identifier):
        return f"{match[2].replace('_', '-')}-{match[1]}"
    return ""


def _place(element: Element, path: str) -> Place:
    return Place(first=element.line, last=element.last, path=path)


def _values(element: Element) -> Iterator[tuple[str, str]]:
    """The fields of an element: what is directly inside, by name."""
    for each in element:
        value = _text(each) or " ".join(each.attributes.values())
        yield each.name, value


def _text(element: Element) -> str:
    """The text of an element, with its formulas as characters."""
    return "".join(
        each
        if isinstance(each, str)
        else delatex(f"${each.text()}$")
        if each.name == "tex-math"
        else _text(each)
        for each in element.content
    )


def _pages(address: str) -> tuple[str, ...]:
    """The page of an identifier, or the address itself."""
    if re.match(r"https?://", address):
        return (address,)
    return (_PAGE + address,) if re.fullmatch(r"[A-Za-z0-9._-]+", address) else ()


def _materials(fields: Fields) -> Iterator[str]:
    """The addresses of recordings, slides, posters and code; a field stays where one is none."""
    for name in ("video", "attachment", "software"):
        found = [_material(value) for value in fields.take_all(name)]
        if all(found):
            yield from found
        else:
            fields.keep(name)


def _material(value: str) -> str:
    """The address of a file that is given by its name or by its address."""
    address = next((part for part in value.split() if re.match(r"https?://", part)), "")
    named = re.fullmatch(r"[A-Za-z0-9._-]+", value)
    return address or (f"{_PAGE}attachments/{value}" if named else "")


READER: Final = AclReader()
