"""Programmes as schedules of frab and pretalx, in JSON and XML, which say the same.

See https://c3voc.de/wiki/schedule.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from xml.etree import ElementTree as ET

from ..iris import slug
from .identifiers import guid, numbers
from .lines import one_line, paragraphs
from .programme import Part, Programme

__all__ = ["to_schedule_json", "to_schedule_xml"]

_SLOT: Final = "00:05"
_GENERATOR: Final = {"name": "symposia", "url": "https://w3id.org/symposia/"}

Event = dict[str, Any]
Days = list[tuple[date, dict[str, list[Event]]]]


def to_schedule_json(programme: Programme, version: str) -> bytes:
    """Write a programme as schedule JSON.

    Its events are the smallest parts of the programme that have a beginning and an end; one whose
    talks have none lists them in its description, and their speakers are its own. Numbers and UUIDs
    follow from IRIs. A time has no offset where that of the venue is not known.

    :param version: of the dataset, such as its generation.
    """
    days = _days(programme)
    conference = {
        **_head(programme, days),
        "daysCount": len(days),
        "days": [
            {
                "index": index,
                "date": day.isoformat(),
                "day_start": _bound(rooms, min, "date"),
                "day_end": _bound(rooms, max, "end"),
                "rooms": {
                    room: [{k: v for k, v in event.items() if k != "end"} for event in events]
                    for room, events in rooms.items()
                },
            }
            for index, (day, rooms) in enumerate(days, 1)
        ],
    }
    content = {
        "generator": _GENERATOR,
        "schedule": {"version": version, "base_url": programme.iri, "conference": conference},
    }
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def to_schedule_xml(programme: Programme, version: str) -> bytes:
    """Write a programme as schedule XML; see `to_schedule_json`.

    :param version: of the dataset, such as its generation.
    """
    days = _days(programme)
    root = ET.Element("schedule")
    ET.SubElement(root, "generator", {"name": _GENERATOR["name"]})
    ET.SubElement(root, "version").text = version
    head = _head(programme, days) | {"days": str(len(days)), "base_url": programme.iri}
    _texts(ET.SubElement(root, "conference"), {k: v for k, v in head.items() if k != "url"})
    for index, (day, rooms) in enumerate(days, 1):
        attributes = {
            "index": str(index),
            "date": day.isoformat(),
            "start": _bound(rooms, min, "date"),
            "end": _bound(rooms, max, "end"),
        }
        shown = ET.SubElement(root, "day", attributes)
        for room, events in rooms.items():
            place = ET.SubElement(shown, "room", {"name": room})
            for event in events:
                _write(ET.SubElement(place, "event"), event)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _write(element: ET.Element, event: Event) -> None:
    element.set("id", str(event["id"]))
    element.set("guid", event["guid"])
    nested = ("id", "guid", "persons", "links", "end", "do_not_record")
    _texts(element, {name: value for name, value in event.items() if name not in nested})
    persons = ET.SubElement(element, "persons")
    for person in event["persons"]:
        ET.SubElement(persons, "person", {"id": str(person["id"])}).text = person["name"]
    links = ET.SubElement(element, "links")
    for link in event["links"]:
        ET.SubElement(links, "link", {"href": link["url"]}).text = link["title"]


def _texts(element: ET.Element, values: Mapping[str, str]) -> None:
    for name, value in values.items():
        ET.SubElement(element, name).text = value


def _head(programme: Programme, days: Days) -> dict[str, str]:
    """What both files say of the conference; its days are those of its events where unknown."""
    first = programme.start or (days[0][0] if days else None)
    last = programme.end or (days[-1][0] if days else first)
    head = {
        "acronym": slug(programme.slug).replace("-", "_"),
        "title": one_line(programme.title),
        "start": first.isoformat() if first else "",
        "end": last.isoformat() if last else "",
        "timeslot_duration": _SLOT,
        "url": programme.iri,
    }
    return {name: value for name, value in head.items() if value}


def _days(programme: Programme) -> Days:
    """The events by day and room, in the order of time."""
    parts = [part for part in programme.smallest() if part.timed]
    everyone = [person.iri for part in parts for person in part.everyone]
    number = numbers([part.iri for part in parts])
    people = numbers(everyone)
    found: dict[date, dict[str, list[Event]]] = {}
    for part in parts:
        if part.start and part.end:
            room = one_line(part.where or programme.place)
            event = _event(programme, part, room, number[part.iri], people)
            found.setdefault(part.start.date(), {}).setdefault(room, []).append(event)
    return sorted(found.items())


def _event(
    programme: Programme, part: Part, room: str, number: int, people: Mapping[str, int]
) -> Event:
    start, end = part.start or datetime.min, part.end or datetime.min
    name = slug(part.title, limit=60)
    talks = "\n".join(_talk(each) for each in part.parts)
    return {
        "id": number,
        "guid": str(guid(part.iri)),
        "date": start.isoformat(),
        "start": f"{start:%H:%M}",
        "duration": _duration(end - start),
        "end": end.isoformat(),
        "room": room,
        "slug": "-".join(filter(None, [slug(programme.slug), str(number), name])),
        "url": part.iri,
        "title": one_line(part.title),
        "subtitle": "",
        "track": one_line(part.track),
        "type": part.word,
        "language": part.language,
        "abstract": paragraphs(part.text),
        "description": talks,
        "persons": [
            {"id": people[each.iri], "name": one_line(each.name)} for each in part.everyone
        ],
        "links": [
            {"url": each.iri, "title": one_line(each.name)}
            for inner in part.walk()
            for each in inner.papers
        ],
    }


def _talk(part: Part) -> str:
    names = ", ".join(one_line(each.name) for each in part.people)
    return f"{one_line(part.title)}{f' ({names})' if names else ''}"


def _duration(length: timedelta) -> str:
    """Hours and minutes, with days before them where there are any."""
    minutes = round(length.total_seconds() / 60)
    days, hours = divmod(minutes // 60, 24)
    clock = f"{hours:02}:{minutes % 60:02}"
    return f"{days}:{clock}" if days else clock


def _bound(rooms: Mapping[str, list[Event]], which: Any, name: str) -> str:
    """The first or the last of the times of a day, by the clock on the wall."""
    times = (event[name] for events in rooms.values() for event in events)
    return str(which(times, key=lambda each: each[:19]))
