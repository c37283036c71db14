"""Reads the CSV tables that EasyChair exports: authors, submissions, sessions, committees.

Tables are told by their columns, whatever their files are called, so that one folder is one source.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from ..accounts import Fields
from ..errors import SourceError
from ..filenames import called
from ..iris import slug
from ..items import Agent, Event, Item, Meeting, Office, Presentation, Work
from ..loss import Loss
from ..reading import HEAD, Reading, ReadOptions
from .easychair_people import People
from .encodings import beginning
from .people_lists import agents_of
from .publish import describe, single
from .roles import event_kind, role_of
from .tables import header_of, rows
from .times import instant, taken, zone_named

__all__ = ["READER", "EasychairReader"]

_TABLES: Final = (
    ("author", {"submission", "first name", "last name", "person"}),
    ("keynote", {"title", "first name", "last name", "start", "date"}),
    ("role", {"first name", "last name", "role"}),
    ("talk", {"paper id", "session id"}),
    ("session", {"title", "date", "start", "end"}),
    ("submission", {"title", "authors", "decision"}),
    ("track", {"name", "long name"}),
)
"""Kinds of table, each with columns that tell it, in the order in which they are tried."""

_SURE: Final = frozenset({"author", "role", "session", "submission"})
_KINDS: Final = {
    "BreakEvent": ("Break", ""),
    "MealEvent": ("Break", "Meal"),
    "TutorialEvent": ("", "Tutorial"),
    "WorkshopEvent": ("", "Workshop"),
    "SocialEvent": ("", "SocialEvent"),
    "PanelEvent": ("Panel", ""),
    "SessionEvent": ("PaperSession", ""),
}
_ACCEPTED: Final = re.compile(r"\s*(?:conditional(?:ly)?\s+)?(?:probably )?accept", re.IGNORECASE)
_MOST: Final = 300
_LIMIT: Final = 64 * 1024 * 1024
_CALLED: Final = re.compile(r"([A-Za-z]{3,})[ '’-]*((?:19|20)\d\d)")
_DOI: Final = re.compile(r"(?:https?://(?:dx\.)?doi\.org/)?(10\.[0-9]+(?:\.[0-9]+)*/\S+)")


class EasychairReader:
    """Reads a folder of EasyChair's tables, or one table."""

    name = "easychair"
    label = "EasyChair CSV"
    suffixes = (".csv",)

    def sniff(self, head: bytes, path: Path) -> int:
        """See `Reader.sniff`."""
        if path.is_dir():
            kinds = set(_tables(path).values())
            return 3 if len(kinds) > 1 and kinds & _SURE else 2 if kinds & _SURE else 0
        kind = _kind(header_of(beginning(head)))
        return 2 if kind in _SURE else 1 if kind else 0

    def read(self, path: Path, *, options: ReadOptions) -> list[Reading]:
        """See `Reader.read`."""
        tables = _tables(path) if path.is_dir() else {path: _kind_of(path)}
        tables = {file: kind for file, kind in tables.items() if kind}
        if not tables:
            raise SourceError("no table has the columns of EasyChair's.", source=str(path))
        files = {file.name: describe(file, options, "text/csv") for file in tables}
        export = _Export(path, tables, options)
        items = export.items()
        return [single(export.slug, files, items, export.loss, options)]


class _Export:
    """The tables of one conference on their way to records."""

    def __init__(self, path: Path, tables: dict[Path, str], options: ReadOptions) -> None:
        self.loss = Loss(path.name)
        self._options = options
        self._zone = zone_named(options.timezone)
        self._rows: dict[str, list[Fields]] = {}
        for file, kind in tables.items():
            if file.stat().st_size > _LIMIT:
                raise SourceError(f"the table has more than {_LIMIT:,} bytes.", source=str(file))
            for fields in rows(file, self.loss, file=file.name, lenient=options.lenient):
                self._rows.setdefault(kind, []).append(fields)
        self._people = People()
        self._papers: dict[str, str] = {}
        self._tracks: dict[str, str] = {}
        self._sessions: dict[str, datetime | None] = {}
        told = self._called() or called(path)
        self._name = options.name or told
        self.slug = slug(told) or "conference"

    def items(self) -> Iterator[Item]:
        """The records: first what others refer to."""
        for fields in self._rows.get("track", []):
            number = _any(fields, "#", "track")
            self._tracks[number] = fields.tidy("long name") or fields.tidy("name")
            fields.post(self.loss, "track/")
        meetings = sorted(self._meetings(), key=lambda each: instant(each.start))
        yield from self._event(meetings)
        authors = self._authors()
        yield from self._works(authors)
        yield from meetings
        yield from self._keynotes()
        yield from self._talks()
        yield from self._offices()

    def _event(self, meetings: list[Meeting]) -> Iterator[Item]:
        first = next(iter(self._rows.values()), [])
        if not first:
            raise SourceError("the tables have no rows.", source=self.loss.source)
        days = [meeting.start.date() for meeting in meetings if meeting.start]
        start, end = (min(days), max(days)) if days else (None, None)
        yield Event(first[0].where, self._name, start, end)

    def _authors(self) -> dict[str, list[Agent]]:
        """The authors of each submission, in the order of rows."""
        found: dict[str, list[Agent]] = {}
        for fields in self._rows.get("author", []):
            submission = _any(fields, "submission #", "submission")
            if agent := self._people.read(fields):
                found.setdefault(submission, []).append(agent)
            fields.post(self.loss, "author/")
        return found

    def _works(self, authors: dict[str, list[Agent]]) -> Iterator[Item]:
        for fields in self._rows.get("submission", []):
            # What was not accepted is nobody's business: it is not published.
            if not _ACCEPTED.match(fields.peek("decision")):
                fields.post(self.loss, "submission/")
                continue
            fields.take("decision")
            key = _any(fields, "#", "ID")
            title = fields.tidy("title")
            if not key or not title:
                fields.refuse("title" if key else "#", "", "The submission has none.")
                fields.post(self.loss, "submission/")
                continue
            self._papers[key] = title
            track = self._tracks.get(_any(fields, "track #", "track_id"), "")
            named = fields.take("track name")
            yield Work(
                fields.where,
                f"submission {key}",
                title,
                authors=tuple(self._ordered(fields, authors.get(key, []))),
                abstract=fields.tidy("abstract", prose=True),
                doi=_doi(fields),
                links=_links(fields, "url"),
                keywords=tuple(self._keywords(fields)),
                track=track or named,
            )
            fields.post(self.loss, "submission/")

    def _ordered(self, fields: Fields, known: list[Agent]) -> list[Agent]:
        """Authors as the submission lists them; those of the table say who they are."""
        wording = fields.take("authors")
        listed = [agent for agent, _ in agents_of(wording) if agent]
        if not known:
            return [self._people.known(agent) for agent in listed]
        place = {agent.name.casefold(): number for number, agent in enumerate(listed)}
        if all(agent.name.casefold() in place for agent in known):
            return sorted(known, key=lambda agent: place[agent.name.casefold()])
        return known

    def _keywords(self, fields: Fields) -> Iterator[str]:
        for found in fields.take_all("keywords"):
            for each in re.split(r"[\n;]", found):
                if word := " ".join(each.split()):
                    yield word

    def _meetings(self) -> Iterator[Meeting]:
        for fields in self._rows.get("session", []):
            key = fields.take("id")
            title = fields.tidy("title")
            if not title:
                fields.refuse("title", "", "The session has no title.")
                fields.post(self.loss, "session/")
                continue
            start = taken(fields, "date", "start", self._zone)
            end = taken(fields, "date", "end", self._zone)
            kind, concept = _KINDS.get(fields.take("type"), event_kind(title))
            description = fields.tidy("description", prose=True)
            self._sessions[key] = start
            yield Meeting(
                fields.where,
                key,
                title,
                start,
                end,
                kind,
                concept,
                room=fields.tidy("location"),
                description="" if description == title else description,
                track=fields.tidy("track"),
            )
            fields.post(self.loss, "session/")

    def _keynotes(self) -> Iterator[Item]:
        for fields in self._rows.get("keynote", []):
            key = f"keynote {fields.take('id')}"
            title = fields.tidy("title")
            start = taken(fields, "date", "start", self._zone)
            end = taken(fields, "date", "end", self._zone)
            speaker = self._people.read(fields)
            label = f"Keynote: {title}" if title else "Keynote"
            yield Meeting(
                fields.where, key, label, start, end, "Keynote", room=fields.tidy("location")
            )
            yield Presentation(
                fields.where,
                key,
                key,
                title or "Keynote",
                speakers=(speaker,) if speaker else (),
                role="KeynoteSpeaker",
                abstract=fields.tidy("description", prose=True),
            )
            fields.post(self.loss, "keynote/")

    def _talks(self) -> Iterator[Item]:
        for fields in self._rows.get("talk", []):
            paper, session = fields.take("paper id"), fields.take("session id")
            if session not in self._sessions:
                fields.refuse("session id", session, "No session has this number.")
            elif paper not in self._papers:
                fields.refuse("paper id", paper, "No accepted submission has this number.")
            else:
                start, end = (
                    self._during(fields, session, "start"),
                    self._during(fields, session, "end"),
                )
                yield Presentation(
                    fields.where,
                    f"{session} {paper}",
                    session,
                    self._papers[paper],
                    f"submission {paper}",
                    start,
                    end,
                )
            fields.post(self.loss, "talk/")

    def _during(self, fields: Fields, session: str, name: str) -> datetime | None:
        """A time of day on the day of a session."""
        day = self._sessions[session]
        clock = fields.take(name)
        if day is None or not clock:
            fields.keep(name)
            return None
        day_of_session = Fields(fields.where, [("date", day.date().isoformat()), (name, clock)])
        found = taken(day_of_session, "date", name, self._zone)
        if found is None:
            fields.refuse(name, clock, "It is no time of day.")
        return found

    def _offices(self) -> Iterator[Item]:
        for fields in self._rows.get("role", []):
            fields.take("role")
            title = fields.tidy("role")
            holder = self._people.read(fields)
            if holder is None or not title:
                fields.refuse("role", title, "The row names nobody, or no role.")
            else:
                yield Office(fields.where, holder, role_of(title), title)
            fields.post(self.loss, "role/")

    def _called(self) -> str:
        """The conference's name with its year, as tracks are called; empty where none tells."""
        found: Counter[str] = Counter()
        for table in self._rows.values():
            for fields in table:
                for name in ("long name", "track name", "name"):
                    if match := _CALLED.search(fields.peek(name)[:_MOST]):
                        found[f"{match[1]} {match[2]}"] += 1
        return found.most_common(1)[0][0] if found else ""


def _kind(columns: list[str]) -> str:
    plain = {column.casefold().replace("_", " ").replace(" #", "") for column in columns}
    return next((kind for kind, needed in _TABLES if needed <= plain), "")


def _kind_of(path: Path) -> str:
    with path.open("rb") as file:
        return _kind(header_of(beginning(file.read(HEAD))))


def _tables(path: Path) -> dict[Path, str]:
    found = {file: _kind_of(file) for file in sorted(path.glob("*.csv"))}
    return {file: kind for file, kind in found.items() if kind}


def _any(fields: Fields, *names: str) -> str:
    """The value of the one of these columns that the table has."""
    return next((fields.take(name) for name in names if name in fields), "")


def _doi(fields: Fields) -> str:
    found = fields.take("doi")
    match = _DOI.fullmatch(found)
    if found and match is None:
        fields.refuse("doi", found, "A DOI begins with 10. and a number.")
    return match[1] if match else ""


def _links(fields: Fields, name: str) -> tuple[str, ...]:
    found = fields.take(name)
    if found and not re.match(r"https?://", found):
        fields.refuse(name, found, "It is no web address.")
        return ()
    return (found,) if found else ()


READER: Final = EasychairReader()
