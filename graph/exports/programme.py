"""A programme, or a part of one, as records: what happens when, where, and by whom."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from ..namespaces import SYM
from .asking import Ask, Solution, solutions

__all__ = ["Named", "Part", "Programme", "read_programme"]

_PLAIN: Final = frozenset(("Event", "Session"))
_EARLY: Final = datetime.min.isoformat()


@dataclass(frozen=True, slots=True)
class Named:
    """A thing with a name."""

    iri: str
    name: str


@dataclass(slots=True)
class Part:
    """A session, a talk or another part of a programme.

    :param kind: the local name of its kind, "Session" or "Talk" where nothing more is known.
    :param start: with the offset of the venue, if that is known; None without a time of day.
    :param place: name of the room or venue; empty if unknown.
    :param people: who presents; where no presenter is known, the authors of what is presented.
    :param papers: what is presented.
    :param recorded: whether a recording is listed; None if unknown.
    :param parts: of this part, in their order.
    """

    iri: str
    title: str
    kind: str = "Session"
    start: datetime | None = None
    end: datetime | None = None
    position: int = 0
    place: str = ""
    track: str = ""
    text: str = ""
    link: str = ""
    language: str = ""
    keywords: tuple[str, ...] = ()
    people: tuple[Named, ...] = ()
    chairs: tuple[Named, ...] = ()
    papers: tuple[Named, ...] = ()
    recorded: bool | None = None
    above: Part | None = None
    parts: list[Part] = field(default_factory=list)

    @property
    def word(self) -> str:
        """The kind for people: "paper session"."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", self.kind).lower()

    @property
    def timed(self) -> bool:
        """Whether it has a beginning and an end after that."""
        return comes_before(self.start, self.end)

    @property
    def everyone(self) -> tuple[Named, ...]:
        """Its people and those of its parts, each once."""
        found = {each.iri: each for part in self.walk() for each in part.people}
        return tuple(found.values())

    @property
    def where(self) -> str:
        """Its place, or that of the nearest event which it is part of."""
        return self.place or (self.above.where if self.above else "")

    def walk(self) -> Iterator[Part]:
        """It and its parts, depth first."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def smallest(self) -> Iterator[Part]:
        """The smallest parts that begin at a time: a session whose talks all do is its talks."""
        if self.parts and all(any(True for _ in part.smallest()) for part in self.parts):
            for part in self.parts:
                yield from part.smallest()
        elif self.start is not None:
            yield self
            for part in self.parts:
                yield from part.smallest()
        else:
            for part in self.parts:
                yield from part.smallest()


@dataclass(slots=True)
class Programme:
    """A conference with its parts, or with some of them.

    :param parts: the topmost of what was asked for, in their order.
    """

    iri: str
    title: str
    acronym: str = ""
    start: date | None = None
    end: date | None = None
    place: str = ""
    homepage: str = ""
    parts: list[Part] = field(default_factory=list)

    @property
    def slug(self) -> str:
        """The last word of its IRI, such as `tinyml-2023`."""
        return self.iri.rstrip("/").rpartition("/")[2]

    def chosen(self, iris: Collection[str]) -> list[Part]:
        """Those of its parts that have one of the IRIs, in the order of time."""
        found = (part for top in self.parts for part in top.walk() if part.iri in iris)
        return in_order_of_time(found)

    def smallest(self) -> list[Part]:
        """All of the smallest parts that begin at a time, in order."""
        return in_order_of_time(part for top in self.parts for part in top.smallest())


def in_order_of_time(parts: Iterable[Part]) -> list[Part]:
    """Parts by their beginning; those without one come last."""
    return sorted(parts, key=_moment)


def _moment(part: Part) -> tuple[bool, str, str, int, str]:
    # Times with and without offset cannot be compared: the clock on the wall can.
    start, end = (each.isoformat() if each else _EARLY for each in (part.start, part.end))
    return part.start is None, start[:19], end[:19], part.position, part.iri


def comes_before(start: datetime | None, end: datetime | None) -> bool:
    """Whether two times are there, can be compared, and are in order."""
    if start is None or end is None or (start.tzinfo is None) != (end.tzinfo is None):
        return False
    return start < end


def read_programme(ask: Ask, iri: str) -> Programme | None:
    """Read a programme, a session or a talk.

    :param ask: asks the dataset.
    :param iri: a conference, or a part of one.
    :return: the conference with all its parts, or with that part alone; None where the IRI is
        neither.
    :raises SymposiaError: a query fails.
    """
    event, parts, facts, people = solutions(ask, iri, "event", "parts", "facts", "people")
    if not event:
        return None
    programme = _programme(event)
    found = {row["event"].value: _part(row) for row in reversed(parts)}
    _tell(found, facts)
    _cast(found, people)
    for row in parts:
        part, above = found[row["event"].value], found.get(row["above"].value)
        if above is not None and above is not part and part.above is None:
            part.above = above
    for part in found.values():
        if part.above is None or _within(part.above, part):
            part.above = None
            programme.parts.append(part)
        else:
            part.above.parts.append(part)
    programme.parts = in_order_of_time(programme.parts)
    for part in found.values():
        part.parts.sort(key=lambda each: (each.position, _moment(each)))
    return programme


def _within(above: Part, part: Part) -> bool:
    """Whether an event is, against all sense, part of itself through others."""
    seen: set[str] = set()
    each: Part | None = above
    while each is not None and each.iri not in seen:
        if each is part:
            return True
        seen.add(each.iri)
        each = each.above
    return each is not None


def _programme(rows: list[Solution]) -> Programme:
    row = rows[0]
    return Programme(
        row["event"].value,
        row["label"].value,
        acronym=_value(row, "acronym"),
        start=_day(_value(row, "start")),
        end=_day(_value(row, "end")),
        place=_value(row, "place"),
        homepage=_value(row, "homepage"),
    )


def _part(row: Solution) -> Part:
    return Part(
        row["event"].value,
        " ".join(row["label"].value.split()),
        start=_time(_value(row, "start")),
        end=_time(_value(row, "end")),
        position=_number(_value(row, "position")),
    )


def _tell(found: Mapping[str, Part], facts: Iterable[Solution]) -> None:
    for row in facts:
        part = found.get(row["event"].value)
        if part is None:
            continue
        fact, value, label = row["fact"].value, row["value"].value, _value(row, "label")
        if fact == "class":
            part.kind = _kind(part.kind, value)
        elif fact == "paper":
            part.papers += (Named(value, label or value),)
        elif fact == "keyword":
            part.keywords += (value,)
        elif fact == "recorded":
            part.recorded = value == "true"
        elif fact in ("abstract", "description"):
            part.text = part.text or value
        elif fact == "place":
            part.place = part.place or label
        elif not getattr(part, fact):
            setattr(part, fact, value)


def _kind(known: str, iri: str) -> str:
    """The more telling of two kinds: a talk is more than an event, a keynote than a session."""
    name = iri.removeprefix(SYM)
    if not iri.startswith(SYM) or name in _PLAIN:
        return known
    return name if known in _PLAIN or name != "Talk" else known


def _cast(found: Mapping[str, Part], people: Iterable[Solution]) -> None:
    authors: dict[str, dict[str, Named]] = {}
    for row in people:
        part = found.get(row["event"].value)
        if part is None:
            continue
        named = Named(row["person"].value, row["label"].value)
        role = row["as"].value
        if role == "author":
            authors.setdefault(part.iri, {}).setdefault(named.iri, named)
        elif role == "presenter" and named not in part.people:
            part.people += (named,)
        elif role == "chair" and named not in part.chairs:
            part.chairs += (named,)
    for iri, named_authors in authors.items():
        found[iri].people = found[iri].people or tuple(named_authors.values())


def _value(row: Solution, name: str) -> str:
    term = row.get(name)
    return term.value if term is not None else ""


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if "T" in text else None
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
