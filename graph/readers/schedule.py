"""Reads schedules of pretalx and frab, in JSON and XML.

See https://c3voc.de/wiki/schedule and https://github.com/voc/schedule/tree/master/validator.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from ..accounts import Fields
from ..errors import SourceError
from ..iris import slug
from ..items import Agent, Event, Item, Meeting, Presentation
from ..loss import Loss
from ..reading import Reading, ReadOptions
from .encodings import beginning
from .publish import cut_off, describe, single
from .roles import event_kind
from .schedule_files import Conference, Person, Slot, read_json, read_xml
from .times import instant, moment, zone_named
from .xml import root_of

__all__ = ["READER", "ScheduleReader"]

_DURATION: Final = re.compile(r"(?:(\d+):)?(\d+):(\d\d)")
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d\d)(?::\d\d)?")
_YEAR: Final = re.compile(r"(?<=[A-Za-z])[ '_-]*(?=(?:19|20)\d\d\b)")


class ScheduleReader:
    """Reads a schedule as one programme; what a room holds on a day is a session."""

    name = "schedule"
    label = "pretalx or frab schedule"
    suffixes = (".json", ".xml")

    def sniff(self, head: bytes, path: Path) -> int:  # noqa: ARG002
        """See `Reader.sniff`."""
        text = beginning(head)
        if root_of(text) == "schedule":
            return 3 if "<conference" in text else 0
        if (
            '"conference"' in text
            and '"schedule"' in text
            and text.lstrip("\ufeff \r\n")[:1] == "{"
        ):
            return 3
        return 0

    def read(self, path: Path, *, options: ReadOptions) -> list[Reading]:
        """See `Reader.read`."""
        loss = Loss(path.name)
        with path.open("rb") as file:
            markup = beginning(file.read(64)).lstrip("\ufeff \r\n").startswith("<")
        broken = cut_off(loss, lenient=options.lenient)
        conference, slots = read_xml(path, broken) if markup else read_json(path, loss)
        source = describe(path, options, "application/xml" if markup else "application/json")
        schedule = _Schedule(conference, slots, loss, options)
        return [single(schedule.slug, {"": source}, schedule.items(), loss, options)]


@dataclass(slots=True)
class _Talk:
    """A slot with its time."""

    slot: Slot
    fields: Fields
    title: str
    start: datetime | None
    end: datetime | None
    speakers: tuple[Agent, ...] = field(default=())


class _Schedule:
    """One schedule on its way to records."""

    def __init__(
        self, conference: Conference, slots: list[Slot], loss: Loss, options: ReadOptions
    ) -> None:
        self._loss = loss
        self._options = options
        self._slots = slots
        self._conference = Fields(conference.where, conference.values)
        title, acronym = self._conference.tidy("title"), self._conference.take("acronym")
        self._name = options.name or title or acronym or "Conference"
        self._acronym = acronym
        called = _YEAR.sub("-", acronym[:300]) if re.search(r"\d{4}", acronym) else title or acronym
        self.slug = slug(called) or "conference"
        found = self._conference.take("time_zone_name")
        self._zone = self._known_zone(options.timezone or found)
        self._change = _clock(self._conference.take("day_change")) or time(0)

    def items(self) -> Iterator[Item]:
        """The records: the conference, its rooms day by day, and what is in them."""
        fields = self._conference
        start, end = self._day("start"), self._day("end")
        places = [fields.tidy(name) for name in ("venue", "city")]
        yield Event(
            fields.where,
            self._name,
            start,
            end,
            place=", ".join(part for part in places if part),
            homepage=self._link(fields, "url") or self._link(fields, "base_url"),
            acronym=self._acronym if self._acronym != self._name else "",
            description=fields.tidy("description", prose=True),
        )
        fields.post(self._loss, "conference/")
        talks: dict[tuple[str, str], list[_Talk]] = {}
        for slot in self._slots:
            talk = self._talk(slot)
            if talk is not None:
                talks.setdefault((slot.day, slot.room), []).append(talk)
        for (day, room), group in sorted(talks.items()):
            yield from self._session(day, room, group)

    def _session(self, day: str, room: str, talks: list[_Talk]) -> Iterator[Item]:
        """What a room holds on a day, which is all that the format groups talks by."""
        talks.sort(key=lambda talk: instant(talk.start))
        starts = [talk.start for talk in talks if talk.start]
        ends = [talk.end for talk in talks if talk.end]
        key = f"{day} {room}"
        where = talks[0].fields.where
        label = f"{room}, {day}" if room else day or "Programme"
        yield Meeting(
            where,
            key,
            label,
            min(starts, key=instant) if starts else None,
            max(ends, key=instant) if ends else None,
            room=room,
        )
        for number, talk in enumerate(talks):
            yield self._item(key, number, talk)
            talk.fields.post(self._loss, "event/")

    def _item(self, session: str, number: int, talk: _Talk) -> Item:
        fields, key = talk.fields, f"{session} {number}"
        wanted = fields.take("type")
        kind, concept = event_kind(wanted, talk.title)
        subtitle, track = fields.tidy("subtitle"), fields.tidy("track")
        abstract = fields.tidy("abstract", prose=True) or fields.tidy("description", prose=True)
        if "abstract" in fields:
            fields.keep("description")
        if kind == "Break" or (kind == "Registration" and not talk.speakers):
            return Meeting(
                fields.where,
                key,
                talk.title,
                talk.start,
                talk.end,
                kind,
                concept,
                part_of=session,
                description=abstract,
            )
        language = fields.take("language")
        if language and not re.fullmatch(r"[a-zA-Z]{2,3}(-[A-Za-z]{2})?", language):
            fields.refuse("language", language, "It is no code of a language.")
            language = ""
        recorded = {"true": False, "false": None}.get(fields.peek("do_not_record").casefold())
        if recorded is False:
            fields.take("do_not_record")
        return Presentation(
            fields.where,
            key,
            session,
            f"{talk.title}: {subtitle}" if subtitle else talk.title,
            start=talk.start,
            end=talk.end,
            speakers=talk.speakers,
            role="KeynoteSpeaker" if kind == "Keynote" else "Presenter",
            abstract=abstract,
            recorded=recorded,
            keywords=(track,) if track else (),
            links=tuple(filter(None, [self._link(fields, "url")])),
            language=language.lower(),
        )

    def _talk(self, slot: Slot) -> _Talk | None:
        fields = Fields(slot.where, slot.values)
        fields.take("room")
        title = fields.tidy("title")
        if not title:
            fields.refuse("title", "", "The event has no title.")
            fields.post(self._loss, "event/")
            return None
        start = self._start(fields, slot.day)
        end = None
        found = fields.take("duration")
        span = _span(found) if found else None
        if found and span is None:
            fields.refuse("duration", found, "It is no duration such as 00:30.")
        if start and span:
            end = start + span
        speakers = tuple(self._agents(slot.persons, fields))
        return _Talk(slot, fields, title, start, end, speakers)

    def _start(self, fields: Fields, day: str) -> datetime | None:
        """The beginning: the exact date with time, else the time of day on the day."""
        exact = fields.take("date")
        found = moment(exact, self._zone) if "T" in exact else None
        if exact and found is None:
            fields.refuse("date", exact, "It is no date with time.")
        clock_text = fields.take("start")
        if found:
            return found
        clock = _clock(clock_text)
        if clock_text and clock is None:
            fields.refuse("start", clock_text, "It is no time of day.")
        try:
            begins = date.fromisoformat(day[:10])
        except ValueError:
            return None
        if clock is None:
            return None
        if clock < self._change:
            begins += timedelta(days=1)  # after midnight, but before the day of the event ends
        return datetime.combine(begins, clock, self._zone)

    def _agents(self, persons: tuple[Person, ...], fields: Fields) -> Iterator[Agent]:
        for person in persons:
            own = Fields(fields.where, person.values)
            name = own.tidy("public_name") or own.tidy("name") or own.tidy("full_public_name")
            key = next((own.take(each) for each in ("guid", "code", "id") if each in own), "")
            if name:
                yield Agent(
                    name,
                    key=f"person {key}" if key else "",
                    homepage=self._link(own, "url"),
                    biography=own.tidy("biography", prose=True),
                )
            else:
                own.refuse("name", "", "The person has no name.")
            own.post(self._loss, "person/")

    def _day(self, name: str) -> date | None:
        found = self._conference.take(name)
        try:
            return date.fromisoformat(found[:10]) if found else None
        except ValueError:
            self._conference.refuse(name, found, "It is no date.")
            return None

    def _link(self, fields: Fields, name: str) -> str:
        found = fields.take(name)
        if found and not re.match(r"https?://", found):
            fields.keep(name)
            return ""
        return found

    def _known_zone(self, name: str) -> ZoneInfo | None:
        try:
            return zone_named(name)
        except SourceError:
            if self._options.timezone:
                raise
            self._conference.refuse("time_zone_name", name, "There is no such time zone.")
            return None


def _clock(text: str) -> time | None:
    match = _CLOCK.fullmatch(text)
    try:
        return time(int(match[1]), int(match[2])) if match else None
    except ValueError:
        return None


def _span(text: str) -> timedelta | None:
    """A duration: hours and minutes, before them days."""
    match = _DURATION.fullmatch(text)
    if match is None or len(text) > 12:
        return None
    days, hours, minutes = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)


READER: Final = ScheduleReader()
