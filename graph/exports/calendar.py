"""Programmes as iCalendar, for calendar programs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Final

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vText, vUri

from .identifiers import guid
from .lines import one_line, paragraphs
from .programme import Part, Programme

__all__ = ["to_calendar"]

_PRODUCT: Final = "-//Symposia//Conference programmes as linked open data//EN"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def to_calendar(
    programme: Programme,
    changed: datetime | None = None,
    chosen: Collection[str] | None = None,
) -> bytes:
    """Write a programme as iCalendar (https://www.rfc-editor.org/rfc/rfc5545).

    Each event keeps its UID, which follows from its IRI. Times are those of the venue's clock, in a
    time zone of its offset; where the offset is not known they float. A session whose talks all
    have times is given as its talks; a talk without a time stands in the text of its session. A
    conference of which no times are known is one event of whole days.

    :param changed: when the dataset was published, if it was.
    :param chosen: IRIs of the parts that are wanted; all of them if None.
    """
    parts = programme.smallest() if chosen is None else programme.chosen(chosen)
    parts = [part for part in parts if part.start is not None]
    stamp = (changed or _first_day(programme)).astimezone(UTC).replace(microsecond=0)
    calendar = Calendar()
    calendar.add("PRODID", _PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    for name in ("NAME", "X-WR-CALNAME"):
        calendar.add(name, one_line(programme.title))
    calendar.add("URL", vUri(programme.iri))
    for offset in sorted(set(_offsets(parts))):
        calendar.add_component(_zone(offset))
    for part in parts:
        calendar.add_component(_event(programme, part, stamp))
    if not parts and chosen is None and programme.start:
        calendar.add_component(_days(programme, stamp))
    return bytes(calendar.to_ical())


def _event(programme: Programme, part: Part, stamp: datetime) -> Event:
    event = _begun(part.iri, part.title, stamp)
    _add_time(event, "DTSTART", part.start)
    if part.timed:
        _add_time(event, "DTEND", part.end)
    if place := part.where or programme.place:
        event.add("LOCATION", one_line(place))
    if text := "\n".join(_told(part)):
        event.add("DESCRIPTION", text)
    event.add("CATEGORIES", [each for each in (part.word, one_line(part.track)) if each])
    return event


def _told(part: Part) -> Iterator[str]:
    """What an event is, for people: who, the abstract, and what it holds."""
    if people := ", ".join(one_line(each.name) for each in part.people):
        yield people
    if part.chairs:
        yield f"Chaired by {', '.join(one_line(each.name) for each in part.chairs)}"
    if part.above:
        yield f"Part of {one_line(part.above.title)}"
    if part.text:
        yield paragraphs(part.text)
    for each in part.parts:
        clock = f"{each.start:%H:%M} " if each.start else ""
        names = ", ".join(one_line(person.name) for person in each.people)
        yield f"{clock}{one_line(each.title)}{f' ({names})' if names else ''}"


def _days(programme: Programme, stamp: datetime) -> Event:
    event = _begun(programme.iri, programme.title, stamp)
    start = programme.start
    if start is not None:
        event.add("DTSTART", start)
        event.add("DTEND", max(start, programme.end or start) + timedelta(days=1))
    if programme.place:
        event.add("LOCATION", one_line(programme.place))
    return event


def _begun(iri: str, title: str, stamp: datetime) -> Event:
    event = Event()
    event.add("UID", str(guid(iri)))
    event.add("DTSTAMP", stamp)
    event.add("SUMMARY", one_line(title))
    event.add("URL", vUri(iri))
    return event


def _add_time(event: Event, name: str, moment: datetime | None) -> None:
    if moment is None:
        return
    offset = moment.utcoffset()
    if offset is None:
        event.add(name, moment)
    elif not offset:
        event.add(name, moment.replace(tzinfo=UTC))
    else:
        event.add(name, moment.replace(tzinfo=None), {"TZID": _zone_name(offset)})


def _offsets(parts: Iterable[Part]) -> Iterator[timedelta]:
    for part in parts:
        for moment in (part.start, part.end):
            if moment is not None and (offset := moment.utcoffset()):
                yield offset


def _zone(offset: timedelta) -> Timezone:
    """A time zone that is always at one offset: the name of the venue's own is not known."""
    standard = TimezoneStandard()
    standard.add("DTSTART", datetime(1970, 1, 1))
    standard.add("TZOFFSETFROM", offset)
    standard.add("TZOFFSETTO", offset)
    standard.add("TZNAME", vText(_zone_name(offset)))
    zone = Timezone()
    zone.add("TZID", _zone_name(offset))
    zone.add_component(standard)
    return zone


def _zone_name(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"Venue{'-' if minutes < 0 else '+'}{hours:02}{rest:02}"


def _first_day(programme: Programme) -> datetime:
    if programme.start is None:
        return _EPOCH
    return datetime.combine(programme.start, time(0), UTC)
