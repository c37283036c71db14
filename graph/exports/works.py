"""Papers as records: what a reference to each has to say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .asking import Ask, Solution, solutions

__all__ = ["Author", "Venue", "Work", "read_works"]


@dataclass(frozen=True, slots=True)
class Author:
    """An author; `given` and `family` are empty where the dataset does not part the name."""

    iri: str
    name: str
    given: str = ""
    family: str = ""


@dataclass(frozen=True, slots=True)
class Venue:
    """A conference at which a paper is presented; `start` and `end` are days such as 2023-03-27."""

    iri: str
    title: str
    start: str = ""
    end: str = ""
    place: str = ""


@dataclass(slots=True)
class Volume:
    """A volume of proceedings; what is not known is empty."""

    title: str = ""
    issued: str = ""
    publisher: str = ""
    isbn: str = ""
    number: str = ""
    series: str = ""


@dataclass(slots=True)
class Work:
    """A paper; what is not known is empty.

    :param issued: a year, month or day: "2018", "2018-07", "2018-07-01".
    :param authors: in their order.
    :param link: the first of its addresses on the web.
    """

    iri: str
    title: str = ""
    issued: str = ""
    abstract: str = ""
    doi: str = ""
    pages: str = ""
    first: str = ""
    last: str = ""
    link: str = ""
    language: str = ""
    keywords: tuple[str, ...] = ()
    authors: list[Author] = field(default_factory=list)
    volume: Volume | None = None
    venue: Venue | None = None

    @property
    def date(self) -> str:
        """When it was published: its own date, that of its volume, else that of its venue."""
        volume = self.volume.issued if self.volume else ""
        return self.issued or volume or (self.venue.start if self.venue else "")

    @property
    def container(self) -> str:
        """What it stands in: its volume, else the conference at which it is presented."""
        if self.volume and self.volume.title:
            return self.volume.title
        return self.venue.title if self.venue else ""

    @property
    def range(self) -> str:
        """Its pages: "1-11"."""
        return self.pages or "-".join(each for each in (self.first, self.last) if each)


def read_works(ask: Ask, iri: str) -> list[Work]:
    """Read the papers of a thing, which may be a paper itself.

    A person has written or presented them, an organisation is the affiliation of an author, a topic
    is theirs, a volume holds them, at a conference, a session or a talk they are presented; a class
    has them as its members.

    :param ask: asks the dataset.
    :return: the papers by title.
    :raises SymposiaError: a query fails.
    """
    facts, volumes, authors, venues = solutions(ask, iri, "works", "volumes", "authors", "venues")
    found: dict[str, Work] = {}
    books = _volumes(volumes)
    for row in facts:
        _tell(found.setdefault(row["work"].value, Work(row["work"].value)), row, books)
    for row in authors:
        work = found.get(row["work"].value)
        if work and all(each.iri != row["person"].value for each in work.authors):
            work.authors.append(_author(row))
    for row in venues:
        work = found.get(row["work"].value)
        if work and work.venue is None:
            work.venue = _venue(row)
    return sorted(found.values(), key=lambda work: (work.title.casefold(), work.iri))


def _tell(work: Work, row: Solution, volumes: Mapping[str, Volume]) -> None:
    fact, value = row["fact"].value, " ".join(row["value"].value.split())
    if fact == "keyword":
        work.keywords += (value,)
    elif fact == "topic":
        work.keywords += (_value(row, "label") or value,)
    elif fact == "volume":
        work.volume = work.volume or volumes.get(value) or Volume(_value(row, "label"))
    elif fact == "link":
        if not work.link and value.startswith(("http://", "https://")):
            work.link = value
    elif not getattr(work, fact):
        setattr(work, fact, value)


def _volumes(rows: Iterable[Solution]) -> dict[str, Volume]:
    found: dict[str, Volume] = {}
    for row in rows:
        volume = found.setdefault(row["volume"].value, Volume())
        fact, value = row["fact"].value, _value(row, "label") or row["value"].value
        if not getattr(volume, fact):
            setattr(volume, fact, " ".join(value.split()))
    return found


def _author(row: Solution) -> Author:
    given, family = _value(row, "given"), _value(row, "family")
    whole = given and family
    return Author(
        row["person"].value,
        " ".join(row["label"].value.split()),
        " ".join(given.split()) if whole else "",
        " ".join(family.split()) if whole else "",
    )


def _venue(row: Solution) -> Venue:
    title = " ".join(row["label"].value.split())
    start, end = _value(row, "start")[:10], _value(row, "end")[:10]
    return Venue(row["event"].value, title, start, end, _value(row, "place"))


def _value(row: Solution, name: str) -> str:
    term = row.get(name)
    return term.value if term is not None else ""
