"""The two files of a schedule, JSON and XML, as the same plain records."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ..errors import SourceError
from ..items import Place
from ..loss import Loss
from .encodings import read_text
from .xml import Element, elements

__all__ = ["Conference", "Person", "Slot", "read_json", "read_xml"]

_LIMIT: Final = 32 * 1024 * 1024

Values = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Conference:
    """What a schedule says of its conference."""

    where: Place
    values: Values


@dataclass(frozen=True, slots=True)
class Person:
    """A person of a slot."""

    values: Values


@dataclass(frozen=True, slots=True)
class Slot:
    """An event of a schedule, with the day and the room under which it stands."""

    where: Place
    day: str
    room: str
    values: Values
    persons: tuple[Person, ...]


def read_json(path: Path, loss: Loss) -> tuple[Conference, list[Slot]]:
    """Read schedule JSON.

    :raises SourceError: it cannot be read, is no JSON, is nested too deep, larger than 32 MB, or
        has no schedule with a conference.
    """
    text = read_text(path, loss, _LIMIT).lstrip("\ufeff")
    try:
        content = json.loads(text)
    except RecursionError as error:
        raise SourceError("the JSON is nested too deep.", source=str(path)) from error
    except json.JSONDecodeError as error:
        raise SourceError(
            f"the file is no JSON: {error.msg}.",
            source=str(path),
            line=error.lineno,
            column=error.colno,
        ) from error
    conference = _member(_member(content, "schedule"), "conference")
    if not conference:
        raise SourceError("the JSON has no schedule with a conference.", source=str(path))
    root = "$.schedule.conference"
    values = tuple(_flat({k: v for k, v in conference.items() if k != "days"}))
    days = conference.get("days")
    slots = [*_days(days if isinstance(days, list) else [], f"{root}.days")]
    return Conference(Place(path=root), values), slots


def read_xml(
    path: Path, broken: Callable[[SourceError], None] | None = None
) -> tuple[Conference, list[Slot]]:
    """Read schedule XML.

    :param broken: as `xml.elements` takes it.
    :raises SourceError: it cannot be read, is not well-formed or has no conference.
    """
    conference: Conference | None = None
    slots: list[Slot] = []
    day = room = ""
    for element in elements(path, ("conference", "<day", "<room", "event"), broken):
        if element.name == "conference":
            where = Place(first=element.line, last=element.last, path="conference")
            conference = Conference(where, tuple(_values(element)))
        elif element.name == "day":
            day, room = element.attributes.get("date", ""), ""
        elif element.name == "room":
            room = " ".join(element.attributes.get("name", "").split())
        else:
            slots.append(_slot(element, day, room))
    if conference is None:
        raise SourceError("the schedule has no conference.", source=str(path))
    return conference, slots


def _slot(element: Element, day: str, room: str) -> Slot:
    number = element.attributes.get("id") or element.attributes.get("guid", "")
    where = Place(first=element.line, last=element.last, path=f"event {number}")
    people = element.find("persons")
    persons = tuple(
        Person(
            (
                *((name, value) for name, value in each.attributes.items()),
                ("name", "".join(part for part in each.content if isinstance(part, str))),
                *_values(each),
            )
        )
        for each in people or ()
    )
    attributes = ((f"@{name}", value) for name, value in element.attributes.items())
    values = (*attributes, *_values(element, "persons"))
    return Slot(where, day, room, values, persons)


def _values(element: Element, *skip: str) -> Iterator[tuple[str, str]]:
    for each in element:
        if each.name not in skip:
            yield each.name, each.text() or " ".join(each.attributes.values())


def _days(days: list[Any], place: str) -> Iterator[Slot]:
    for number, day in enumerate(days):
        rooms = _member(day, "rooms")
        for room, events in rooms.items():
            for index, event in enumerate(events if isinstance(events, list) else []):
                if not isinstance(event, dict):
                    continue
                where = Place(path=f"{place}[{number}].rooms['{room}'][{index}]")
                people = event.get("persons")
                persons = tuple(
                    Person(tuple(_flat(each)))
                    for each in (people if isinstance(people, list) else [])
                    if isinstance(each, dict)
                )
                rest = {name: value for name, value in event.items() if name != "persons"}
                yield Slot(
                    where,
                    str(day.get("date", "")),
                    " ".join(room.split()),
                    tuple(_flat(rest)),
                    persons,
                )


def _member(content: object, name: str) -> dict[str, Any]:
    found = content.get(name) if isinstance(content, dict) else None
    return found if isinstance(found, dict) else {}


def _flat(content: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The values of an object as texts, those inside others by the name of the outermost."""
    for name, value in content.items():
        waiting = [value]
        while waiting:
            one = waiting.pop(0)
            if isinstance(one, dict):
                waiting += one.values()
            elif isinstance(one, list):
                waiting += one
            elif one is not None:
                yield name, str(one).lower() if isinstance(one, bool) else str(one)
