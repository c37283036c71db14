"""Reads the folder of a Mini-Conf site: papers in CSV; sessions, workshops and people in YAML.

See https://github.com/Mini-Conf/Mini-Conf/blob/master/sitedata/README.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Final

from ..accounts import Fields
from ..errors import SourceError
from ..iris import slug
from ..items import Agent, Event, Item, Meeting, Office, Place, Presentation, Volume, Work
from ..loss import Loss
from ..reading import Reading, ReadOptions, Source
from ..tidy import tidy
from .people_lists import agents_of, names_of
from .publish import describe, single
from .roles import event_kind, role_of
from .tables import rows
from .times import day_of, instant, moment
from .yaml import Map, Node, read_yaml

__all__ = ["READER", "MiniconfReader"]

_NAMES: Final = re.compile(r"(\w*_)?papers\.csv|\w+\.ya?ml")
_BREAK: Final = re.compile(r"<br\s*/?>|\n|•", re.IGNORECASE)
_YEAR: Final = re.compile(r"(?<=[a-z])[ _-]?(?=(?:19|20)\d\d)", re.IGNORECASE)


class MiniconfReader:
    """Reads the folder of a Mini-Conf site as one programme."""

    name = "miniconf"
    label = "Mini-Conf folder"
    suffixes = ()

    def sniff(self, head: bytes, path: Path) -> int:  # noqa: ARG002
        """See `Reader.sniff`."""
        if not path.is_dir() or not (path / "config.yml").is_file():
            return 0
        return 3 if any(path.glob("*papers.csv")) else 0

    def read(self, path: Path, *, options: ReadOptions) -> list[Reading]:
        """See `Reader.read`."""
        if not (path / "config.yml").is_file():
            raise SourceError("the folder has no config.yml.", source=str(path))
        names = sorted(each.name for each in path.iterdir() if _NAMES.fullmatch(each.name))
        kinds = {".csv": "text/csv", ".yml": "application/yaml", ".yaml": "application/yaml"}
        files: dict[str, Source] = {
            name: describe(path / name, options, kinds[Path(name).suffix]) for name in names
        }
        site = _Site(path, names, options)
        return [single(site.slug, files, site.items(), site.loss, options)]


class _Site:
    """One folder on its way to records."""

    def __init__(self, path: Path, names: list[str], options: ReadOptions) -> None:
        self.loss = Loss(path.name)
        self._path = path
        self._names = names
        self._options = options
        self._titles: dict[str, str] = {}
        config = self._yaml("config.yml")
        if not isinstance(config, Map):
            raise SourceError("it is no map of settings.", source=str(path / "config.yml"))
        self._config = config
        self.slug = slug(_YEAR.sub("-", config.text("name")[:300])) or slug(path.name)

    def items(self) -> Iterator[Item]:
        """The records: first what others refer to."""
        yield from self._event()
        for name in self._names:
            if name.endswith(".csv"):
                yield from self._papers(name)
        parts = {
            "plenary_sessions": self._plenaries,
            "speakers": self._plenaries,
            "paper_sessions": self._sessions,
            "tutorials": self._workshops,
            "workshops": self._workshops,
            "overall_calendar": self._calendar,
            "committee": self._committee,
        }
        for name in self._names:
            if name.endswith(".csv") or name == "config.yml":
                continue
            read = parts.get(Path(name).stem)
            content = self._yaml(name)
            if read is None:
                place = Place(name)
                leaves = content.leaves() if isinstance(content, Map) else ()
                Fields(place, leaves).post(self.loss, f"{name}/")
            else:
                yield from read(name, content)

    def _yaml(self, name: str) -> Node:
        return read_yaml(self._path / name, self.loss)

    def _event(self) -> Iterator[Item]:
        config = self._config
        fields = Fields(_place("config.yml", config), config.leaves("calendar"))
        calendar = config.get("calendar")
        days = calendar if isinstance(calendar, Map) else Map()
        dates = Fields(_place("config.yml", days), days.leaves())
        name, tagline = fields.take("name"), fields.tidy("tagline")
        year = re.search(r"(?:19|20)\d\d", tagline or name)
        title = fields.tidy("proceedings_title")
        yield Event(
            fields.where,
            self._options.name or tagline or name or self._path.name,
            start=_day(dates, "start"),
            end=_day(dates, "end"),
            homepage=fields.take("site_url"),
            acronym=name if tagline else "",
            year=year[0] if year else "",
        )
        if title:
            yield Volume(fields.where, "main", title)
        fields.post(self.loss, "config.yml/")
        dates.post(self.loss, "config.yml/calendar/")

    def _papers(self, name: str) -> Iterator[Item]:
        path = self._path / name
        volume = "main" if name in {"main_papers.csv", "papers.csv"} else ""
        found = rows(
            path,
            self.loss,
            file=name,
            required=("UID", "title", "authors"),
            lenient=self._options.lenient,
        )
        for fields in found:
            key = fields.take("UID")
            title = fields.tidy("title")
            if not key or not title:
                fields.refuse("UID" if not key else "title", "", "The paper has none.")
                fields.post(self.loss, f"{name}/")
                continue
            links = tuple(
                link for each in ("pdf_url", "demo_url") if (link := self._link(fields, each))
            )
            self._titles[key] = title
            yield Work(
                fields.where,
                key,
                title,
                authors=tuple(self._agents(fields, "authors", "|")),
                volume=volume if "proceedings_title" in self._config else "",
                volume_title=volume,
                abstract=fields.tidy("abstract", prose=True),
                identifiers=(key,),
                links=links,
                keywords=tuple(names_of(fields.take("keywords"), "|")),
                track=fields.tidy("track"),
            )
            fields.post(self.loss, f"{name}/")

    def _sessions(self, name: str, content: Node) -> Iterator[Item]:
        """Sessions by their keys, with the papers in them."""
        if not isinstance(content, Map):
            raise SourceError("it is no map of sessions.", source=str(self._path / name))
        found = [(key, each) for key, each in content.items() if isinstance(each, Map)]
        for key, session in sorted(found, key=lambda pair: _instant(pair[1])):
            fields = Fields(_place(name, session, key), session.leaves())
            papers = fields.take_all("papers")
            start, end = _times(fields)
            title = fields.tidy("long_name") or fields.tidy("name") or key
            if "name" in fields and fields.peek("name") in title:
                fields.take("name")
            yield Meeting(fields.where, key, title, start, end, kind="PaperSession")
            for paper in papers:
                if paper not in self._titles:
                    fields.refuse("papers", paper, "No paper has this UID.")
                    continue
                where = Place(name, getattr(paper, "line", 0), getattr(paper, "line", 0), key)
                yield Presentation(where, f"{key} {paper}", key, self._titles[paper], work=paper)
            fields.post(self.loss, f"{name}/")

    def _plenaries(self, name: str, content: Node) -> Iterator[Item]:
        for entry in _maps(content):
            fields = Fields(_place(name, entry), entry.leaves("sessions"))
            title = fields.tidy("title") or fields.tidy("UID")
            fields.take("UID")
            kind, concept = event_kind(title)
            people = tuple(
                self._agents(fields, "presenter" if "presenter" in fields else "speaker")
            )
            if len(people) == 1:
                people = (self._described(people[0], fields),)
            abstract = fields.tidy("abstract", prose=True)
            for number, session in enumerate(entry.maps("sessions") or [entry]):
                times = Fields(_place(name, session), session.leaves())
                start, end = _times(times)
                key = f"{name} {entry.line} {number}"
                yield Meeting(
                    times.where, key, title, start, end, kind, concept or "PlenarySession"
                )
                if kind == "Panel":
                    for person in people:
                        yield Office(fields.where, person, "Panelist", "Panelist", key)
                elif people:
                    role = "KeynoteSpeaker" if kind == "Keynote" else "Presenter"
                    yield Presentation(
                        fields.where, key, key, title, speakers=people, role=role, abstract=abstract
                    )
                if session is not entry:
                    times.post(self.loss, f"{name}/sessions/")
            if kind == "Panel" or not people:
                fields.keep("abstract")
            fields.post(self.loss, f"{name}/")

    def _workshops(self, name: str, content: Node) -> Iterator[Item]:
        """Workshops and tutorials, with their slots and recorded talks."""
        concept = "Tutorial" if name.startswith("tutorial") else "Workshop"
        entries = [(entry, *_span(entry)) for entry in _maps(content)]
        for entry, start, end in sorted(entries, key=lambda each: instant(moment(each[1]))):
            fields = Fields(
                _place(name, entry), entry.leaves("sessions", "prerecorded_talks", "prerecorded")
            )
            key = fields.take("UID") or f"{name} {entry.line}"
            title = fields.tidy("title") or key
            yield Meeting(
                fields.where,
                key,
                title,
                moment(start),
                moment(end),
                type=concept,
                description=fields.tidy("abstract", prose=True),
                homepage=self._link(fields, "website"),
            )
            for person in self._agents(fields, "organizers"):
                yield Office(fields.where, person, "Organiser", "Organiser", key)
            yield from self._slots(name, key, entry)
            if talks := entry.maps("prerecorded_talks"):
                part = f"{key} recorded"  # without times: whoever speaks here is not bound by them
                yield Meeting(fields.where, part, "Prerecorded talks", part_of=key)
                for talk in talks:
                    yield from self._recorded(name, part, talk)
            rest = {part: entry[part] for part in ("prerecorded",) if part in entry}
            Fields(fields.where, Map(rest).leaves()).post(self.loss, f"{name}/")
            fields.post(self.loss, f"{name}/")

    def _slots(self, name: str, key: str, entry: Map) -> Iterator[Item]:
        slots = sorted(entry.maps("sessions"), key=_instant)
        for number, slot in enumerate(slots):
            fields = Fields(_place(name, slot, key), slot.leaves())
            start, end = _times(fields)
            wording = fields.take_all("name")[0] if "name" in fields else ""
            first, *rest = [part for part in _BREAK.split(wording) if tidy(part)[0]] or [""]
            title, _ = tidy(first)
            if title != " ".join(wording.split()):
                why = "Markup and what stands behind the first line are no part of the name."
                fields.repair("name", wording, title, why)
            kind, concept = event_kind(title)
            yield Meeting(
                fields.where,
                f"{key} {number}",
                title or "Session",
                start,
                end,
                kind,
                concept,
                part_of=key,
                description=tidy(" ".join(rest))[0],
            )
            fields.post(self.loss, f"{name}/sessions/")

    def _recorded(self, name: str, key: str, talk: Map) -> Iterator[Item]:
        fields = Fields(_place(name, talk, key), talk.leaves())
        title = fields.tidy("title")
        if title:
            people = tuple(self._agents(fields, "speakers"))
            yield Presentation(
                fields.where, f"{key} {talk.line}", key, title, speakers=people, recorded=True
            )
        fields.post(self.loss, f"{name}/prerecorded_talks/")

    def _calendar(self, name: str, content: Node) -> Iterator[Item]:
        """Entries of the calendar; those for the view of a week repeat those of days."""
        for entry in sorted(_maps(content), key=lambda each: instant(moment(each.text("start")))):
            fields = Fields(_place(name, entry), entry.leaves())
            if entry.text("view") == "week":
                fields.post(self.loss, f"{name}/")
                continue
            title = fields.tidy("title")
            start, end = _times(fields, "start", "end")
            kind, concept = event_kind(title)
            key = f"{name} {entry.line}"
            yield Meeting(fields.where, key, title or "Event", start, end, kind, concept)
            fields.post(self.loss, f"{name}/")

    def _committee(self, name: str, content: Node) -> Iterator[Item]:
        entries = content.maps("committee") if isinstance(content, Map) else _maps(content)
        for entry in entries:
            fields = Fields(_place(name, entry), entry.leaves())
            title, person = fields.tidy("role"), fields.tidy("name")
            if person:
                organisation = fields.tidy("aff")
                holder = Agent(person, organisations=(organisation,) if organisation else ())
                yield Office(fields.where, holder, role_of(title), title)
            else:
                fields.refuse("name", "", "The entry names nobody.")
            fields.post(self.loss, f"{name}/")

    def _described(self, person: Agent, fields: Fields) -> Agent:
        institution = fields.tidy("institution")
        return Agent(
            person.name,
            organisations=(institution,) if institution else person.organisations,
            biography=fields.tidy("bio", prose=True),
        )

    def _agents(self, fields: Fields, name: str, separator: str = "") -> Iterator[Agent]:
        for person, wording in agents_of(fields.take(name), separator):
            if person is None:
                fields.repair(name, wording, "", "It names nobody.")
            else:
                yield person

    def _link(self, fields: Fields, name: str) -> str:
        found = fields.take(name)
        if found and not re.match(r"https?://", found):
            fields.refuse(name, found, "It is no web address.")
            return ""
        return found


def _place(name: str, entry: Map, path: str = "") -> Place:
    return Place(name, entry.line, entry.last, path)


def _maps(content: Node) -> list[Map]:
    return [each for each in content if isinstance(each, Map)] if isinstance(content, list) else []


def _day(fields: Fields, name: str) -> date | None:
    found = fields.take(name)
    day = day_of(found) if found else None
    if found and day is None:
        fields.refuse(name, found, "It is no date.")
    return day


def _times(
    fields: Fields, first: str = "start_time", last: str = "end_time"
) -> tuple[datetime | None, datetime | None]:
    return _moment(fields, first), _moment(fields, last)


def _moment(fields: Fields, name: str) -> datetime | None:
    text = fields.take(name)
    time = moment(text) if text else None
    if text and time is None:
        fields.refuse(name, text, "It is no date with time.")
    return time


def _instant(slot: Map) -> float:
    return instant(moment(slot.text("start_time")))


def _span(entry: Map) -> tuple[str, str]:
    """The beginning of the first slot and the end of the last."""
    starts = [slot.text("start_time") for slot in entry.maps("sessions")]
    ends = [slot.text("end_time") for slot in entry.maps("sessions")]
    timed = [text for text in starts if moment(text)]
    until = [text for text in ends if moment(text)]
    return (
        min(timed, key=lambda text: instant(moment(text)), default=""),
        max(until, key=lambda text: instant(moment(text)), default=""),
    )


READER: Final = MiniconfReader()
