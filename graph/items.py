"""Typed records of proceedings and programmes, as readers yield them one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

__all__ = [
    "Agent",
    "Event",
    "Item",
    "Meeting",
    "Office",
    "Place",
    "Presentation",
    "Volume",
    "Work",
]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands in a source.

    :param file: name of the file within the source; empty where the source is one file.
    :param first: first line, counted from 1; 0 where the format has no lines.
    :param last: last line.
    :param path: what finds it within the file: "paper 12", "$.schedule.conference.days[0]".
    """

    file: str = ""
    first: int = 0
    last: int = 0
    path: str = ""

    def __str__(self) -> str:
        lines = f"line {self.first}" if self.first else ""
        return ", ".join(part for part in (self.file, lines, self.path) if part)


@dataclass(frozen=True, slots=True)
class Agent:
    """A person as one place of a source names them.

    :param name: the name as people write it; `given` and `family` where the source parts it.
    :param key: identifier in the source by which the person is one; else the name is it.
    :param email: an address; only its SHA-1 (foaf:mbox_sha1sum) is stated.
    :param orcid: an ORCID iD, such as 0000-0002-1825-0097.
    :param same: IRIs that the source uses for the person.
    :param organisations: names of what the person belongs to at the event.
    """

    name: str
    given: str = ""
    family: str = ""
    key: str = ""
    email: str = ""
    homepage: str = ""
    orcid: str = ""
    same: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    country: str = ""
    biography: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """The conference itself; further records of it complete what is not yet stated.

    :param year: in which it takes place, stated where it has no start.
    :param place: town, address or venue as the source writes it.
    :param same: IRIs that the source uses for it.
    """

    where: Place
    name: str
    start: date | None = None
    end: date | None = None
    place: str = ""
    homepage: str = ""
    acronym: str = ""
    description: str = ""
    year: str = ""
    same: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Volume:
    """A volume of proceedings.

    :param key: by which papers refer to it.
    :param issued: year, or year and month: "2018", "2018-07".
    """

    where: Place
    key: str
    title: str
    editors: tuple[Agent, ...] = ()
    publisher: str = ""
    issued: str = ""
    isbn: tuple[str, ...] = ()
    doi: str = ""
    series: str = ""
    number: str = ""
    pages: tuple[str, ...] = ()
    same: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """A paper.

    :param key: by which talks refer to it, unique in the source.
    :param volume: key of its volume, and `volume_title` what it is called if it has no record.
    :param pages: "1-11" as the source counts them.
    :param identifiers: what the source calls it by.
    :param links: addresses of its page, its files and its code.
    :param track: name of the track or section to which it was submitted.
    """

    where: Place
    key: str
    title: str
    authors: tuple[Agent, ...] = ()
    volume: str = ""
    volume_title: str = ""
    abstract: str = ""
    pages: str = ""
    doi: str = ""
    identifiers: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    track: str = ""
    issued: str = ""
    same: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session, or another slot or part of the programme.

    :param kind: local name of its class ("PaperSession", "Break", ...); empty for a plain session.
    :param type: local name of its concept in sym:EventKinds ("Workshop"); may be empty.
    :param part_of: key of the meeting that it is part of; empty for the conference.
    :param room: name of the room, and `room_same` the IRI that the source uses for it.
    """

    where: Place
    key: str
    title: str
    start: datetime | None = None
    end: datetime | None = None
    kind: str = ""
    type: str = ""
    part_of: str = ""
    room: str = ""
    room_same: str = ""
    chairs: tuple[Agent, ...] = ()
    description: str = ""
    homepage: str = ""
    track: str = ""
    same: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Presentation:
    """A talk.

    :param meeting: key of its session.
    :param work: key of the paper that it presents; the title may then be empty.
    :param role: local name of the speakers' role, "Presenter" or "KeynoteSpeaker".
    :param recorded: whether a recording is listed; None where the source does not tell.
    """

    where: Place
    key: str
    meeting: str
    title: str = ""
    work: str = ""
    start: datetime | None = None
    end: datetime | None = None
    speakers: tuple[Agent, ...] = ()
    role: str = "Presenter"
    abstract: str = ""
    recorded: bool | None = None
    keywords: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Office:
    """That somebody has a role at the conference, or at one of its meetings.

    :param role: local name of its concept in sym:Roles.
    :param title: the role as the source words it.
    :param meeting: key of a meeting; empty for the conference.
    """

    where: Place
    holder: Agent
    role: str
    title: str = ""
    meeting: str = ""


Item: TypeAlias = Event | Volume | Work | Meeting | Presentation | Office
"""What a reader yields."""
