"""Reads the events of an iCalendar file, which are slots of a programme.

See https://www.rfc-editor.org/rfc/rfc5545.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar import Event as Entry
from icalendar.error import BrokenCalendarProperty

from ..accounts import Fields
from ..errors import SourceError
from ..filenames import called
from ..iris import slug
from ..items import Event, Item, Meeting, Place
from ..loss import Loss
from ..reading import Reading, ReadOptions
from .encodings import beginning, read_text
from .publish import cut_off, describe, single
from .roles import event_kind
from .times import instant, zone_named

__all__ = ["READER", "IcalendarReader"]

_LIMIT: Final = 32 * 1024 * 1024
_LONGEST: Final = 200_000
_YEAR: Final = re.compile(r"(?<=[A-Za-z])[ '_-]*(?=(?:19|20)\d\d\b)")


class IcalendarReader:
    """Reads a calendar as one programme."""

    name = "icalendar"
    label = "iCalendar"
    suffixes = (".ics",)

    def sniff(self, head: bytes, path: Path) -> int:  # noqa: ARG002
        """See `Reader.sniff`."""
        return 3 if beginning(head).lstrip("\ufeff \r\n").upper().startswith("BEGIN:VCAL") else 0

    def read(self, path: Path, *, options: ReadOptions) -> list[Reading]:
        """See `Reader.read`."""
        files = {"": describe(path, options, "text/calendar")}
        loss = Loss(path.name)
        rooms: dict[str, str] = {}
        beside = sorted(path.parent.glob("locations*.json"))
        calendar = _Calendar(path, loss, options)
        if beside and (rooms := _rooms(beside[0], calendar.rooms(), loss)):
            files[beside[0].name] = describe(beside[0], options, "application/json")
        items = calendar.items(rooms)
        return [single(calendar.slug, files, items, loss, options)]


@dataclass(frozen=True, slots=True)
class _Block:
    """The lines of an event, unfolded, and where they stand."""

    lines: tuple[str, ...]
    first: int
    last: int


class _Calendar:
    """One file on its way to records."""

    def __init__(self, path: Path, loss: Loss, options: ReadOptions) -> None:
        self._path = path
        self._loss = loss
        self._options = options
        self._head: list[tuple[str, str]] = []
        self._zones: list[str] = []
        self._blocks: list[_Block] = []
        self._parse(read_text(path, loss, _LIMIT))
        if not self._blocks:
            raise SourceError("the calendar has no event.", source=str(path))
        head = dict(self._head)
        told = head.get("X-WR-CALNAME") or head.get("NAME") or called(path)
        self._name = _YEAR.sub(" ", " ".join(told[:300].split()))
        self._zone = zone_named(options.timezone) or _known_zone(head.get("X-WR-TIMEZONE", ""))
        self.slug = slug(self._name) or "calendar"

    def rooms(self) -> set[str]:
        """The names of rooms that the events have."""
        return {
            line.partition(":")[2].replace("\\,", ",")
            for block in self._blocks
            for line in block.lines
            if line.upper().startswith("LOCATION")
        }

    def items(self, rooms: dict[str, str]) -> Iterator[Item]:
        """The records, in the order of time."""
        meetings = list(self._meetings(rooms))
        meetings.sort(key=lambda each: (instant(each.start), each.where.first))
        days = [each.start.date() for each in meetings if each.start]
        fields = Fields(Place(first=1, last=1, path="calendar"), self._head)
        fields.take("NAME" if "X-WR-CALNAME" not in fields else "X-WR-CALNAME")
        fields.take("X-WR-TIMEZONE")
        fields.post(self._loss, "VCALENDAR/")
        yield Event(
            fields.where,
            self._options.name or self._name,
            min(days) if days else None,
            max(days) if days else None,
        )
        yield from meetings

    def _meetings(self, rooms: dict[str, str]) -> Iterator[Meeting]:
        seen: set[str] = set()
        for block in self._blocks:
            entry = self._entry(block)
            if entry is None:
                continue
            where = Place(first=block.first, last=block.last)
            values = [_property(line) for line in block.lines[1:-1]]
            fields = Fields(where, values)
            if fields.peek("STATUS").upper() == "CANCELLED":
                fields.post(self._loss, "VEVENT/")
                continue
            start, end = self._times(entry, fields)
            key = fields.take("UID") or f"line {block.first}"
            if key in seen:
                why = "The identifier is that of another event before."
                key = f"{key} {block.first}"
                fields.repair("UID", fields.peek("UID"), key, why)
            seen.add(key)
            yield self._meeting(fields, key, start, end, rooms)
            fields.post(self._loss, "VEVENT/")

    def _meeting(
        self,
        fields: Fields,
        key: str,
        start: datetime | None,
        end: datetime | None,
        rooms: dict[str, str],
    ) -> Meeting:
        summary, description = fields.tidy("SUMMARY"), fields.tidy("DESCRIPTION", prose=True)
        title, category = summary or "Event", fields.tidy("CATEGORIES")
        if description and summary.endswith(f": {description}"):
            title, description = description, ""  # "Papers SPARQL: SPARQL" is a kind and a name
        kind, concept = event_kind(category, summary, title)
        page, room = fields.take("URL"), fields.tidy("LOCATION")
        if page and not re.match(r"https?://", page):
            fields.refuse("URL", page, "It is no web address.")
            page = ""
        return Meeting(
            fields.where,
            key,
            title,
            start,
            end,
            kind,
            concept,
            room=room,
            room_same=rooms.get(room, ""),
            description="" if description == title else description,
            homepage=page,
            track=category,
        )

    def _times(self, entry: Any, fields: Fields) -> tuple[datetime | None, datetime | None]:
        start = self._moment(entry.get("DTSTART"), fields, "DTSTART")
        end = self._moment(entry.get("DTEND"), fields, "DTEND")
        duration = entry.get("DURATION")
        if end is None and start is not None and duration is not None:
            fields.take("DURATION")
            span = _value(duration)
            if isinstance(span, timedelta):
                end = start + span
        return start, end

    def _moment(self, value: Any, fields: Fields, name: str) -> datetime | None:
        """A time; a whole day stays in the source, as a slot has a time of day."""
        found = _value(value)
        if isinstance(found, datetime):
            fields.take(name)
            return found.replace(tzinfo=self._zone) if found.tzinfo is None else found
        if value is not None and not isinstance(found, date):
            fields.refuse(name, fields.peek(name), "It is no date with time.")
        return None

    def _entry(self, block: _Block) -> Any:
        try:
            if self._zones:
                text = "\r\n".join(
                    ["BEGIN:VCALENDAR", *self._zones, *block.lines, "END:VCALENDAR", ""]
                )
                return next(iter(Calendar.from_ical(text).walk("VEVENT")))
            return Entry.from_ical("\r\n".join([*block.lines, ""]))
        except (ValueError, StopIteration, KeyError, IndexError) as error:
            self._loss.refuse(
                "field",
                "VEVENT",
                place=f"line {block.first}",
                found=" ".join(block.lines),
                why=f"The event cannot be read: {error}.",
            )
            return None

    def _parse(self, text: str) -> None:
        """Take the text apart into its head, time zones and events."""
        within, lines, first, last = "", list[str](), 0, 0
        for number, last, line in _unfolded(text, self._path):
            upper = line.upper()
            if not within and upper.startswith("BEGIN:") and not upper.startswith("BEGIN:VCAL"):
                within, lines, first = upper[6:].strip(), [], number
            if not within:
                if not upper.startswith(("BEGIN:", "END:")) and ":" in line:
                    self._head.append(_property(line))
                continue
            if upper.strip() == "BEGIN:VEVENT" and lines:
                raise self._error("an event begins within another.", number)
            lines.append(line)
            if upper.strip() == f"END:{within}":
                self._take(within, _Block(tuple(lines), first, last))
                within = ""
        if within:
            error = self._error(f"the file ends within {within}.", last)
            broken = cut_off(self._loss, lenient=self._options.lenient)
            if broken is None:
                raise error
            broken(error)

    def _take(self, kind: str, block: _Block) -> None:
        if kind == "VEVENT":
            self._blocks.append(block)
        elif kind == "VTIMEZONE":
            self._zones += block.lines
        else:
            self._loss.count("field", kind, kept=1)

    def _error(self, message: str, line: int) -> SourceError:
        return SourceError(message, source=str(self._path), line=line, hint="Is the file whole?")


def _unfolded(text: str, path: Path) -> Iterator[tuple[int, int, str]]:
    """The content lines with their first and last line in the file (RFC 5545, section 3.1)."""
    parts, first, size = list[str](), 1, 0
    number = 0
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text.lstrip("\ufeff")), start=1):
        if line[:1] in {" ", "\t"} and parts:
            parts.append(line[1:])
        elif line:
            if parts:
                yield first, number - 1, "".join(parts)
            parts, first, size = [line], number, 0
        size += len(line)
        if size > _LONGEST:
            raise SourceError(
                f"a line has more than {_LONGEST:,} characters.", source=str(path), line=first
            )
    if parts:
        yield first, number, "".join(parts)


def _property(line: str) -> tuple[str, str]:
    """The name and the text of a content line."""
    match = re.match(r'([A-Za-z0-9-]+)((?:;[^:;"]*(?:"[^"]*"[^:;"]*)*)*):', line)
    if match is None:
        return "(line)", line
    text = re.sub(r"\\([nN,;\\])", lambda each: "\n" if each[1] in "nN" else each[1],
                  line[match.end() :])  # fmt: skip
    return match[1].upper(), text


def _value(value: Any) -> object:
    """What a property stands for; None where it is broken."""
    try:
        return getattr(value, "dt", None)
    except BrokenCalendarProperty:
        return None


def _known_zone(name: str) -> ZoneInfo | None:
    try:
        return zone_named(name.strip() or None)
    except SourceError:
        return None


def _rooms(path: Path, used: set[str], loss: Loss) -> dict[str, str]:
    """The IRIs of rooms in a file beside, where it knows one that the events use."""
    try:
        content = json.loads(read_text(path, Loss(path.name), _LIMIT))
        found = {each["name"]: each["id"] for each in content["locations"]}
    except (SourceError, ValueError, RecursionError, KeyError, TypeError):
        return {}
    if not used & found.keys():
        return {}
    for name in found:
        known = name in used
        loss.count("field", "locations/id", mapped=int(known), kept=int(not known))
    return {name: iri for name, iri in found.items() if isinstance(iri, str)}


READER: Final = IcalendarReader()
