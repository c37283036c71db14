"""The timetable of a page: slots, their chairs and their talks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from ..errors import SourceError
from ..records import Kind, Slot, Speaker, Talk
from .dates import find_dates, read_slot_time
from .ledger import Ledger
from .lines import CHAIR, Line, Mark, is_prose, mark
from .people import People
from .talks import TalkLines, divide_talks
from .text import Words

__all__ = ["Timetable"]

_KINDS: Final = (
    (Kind.REGISTRATION, r"\b(?:registration|check-?in|badges?)\b"),
    (Kind.KEYNOTE, r"\bkeynote\b|^(?:invited|plenary) (?:talk|lecture)\b"),
    (Kind.PANEL, r"^panel\b|\bpanel(?: (?:discussion|session))?$"),
    (
        Kind.OPENING,
        r"^welcome\b|\bwelcome$|^opening$|\bopening (?:statement|remarks?|session|address|words)\b",
    ),
    (Kind.BREAK, r"\b(?:break|lunch|coffee|tea|dinner|reception|breakfast)\b"),
)
"""What the title of a slot says; the first that fits counts."""

_WITHOUT_TALKS: Final = (Kind.REGISTRATION, Kind.BREAK)
_WITHOUT_PAPERS: Final = (Kind.KEYNOTE, Kind.PANEL)
_IN_BRACKETS: Final = re.compile(
    r"(?P<title>[^()\[\]]*[^()\[\]\s]) ?[(\[](?P<chair>[^()\[\]]+)[)\]]"
)
_IS_KIND: Final = re.compile(
    r"(?:(?:opening|closing) )?(?:keynote|invited|plenary|panel)"
    r"(?: (?:talk|speech|address|lecture|speaker|session|discussion)s?)?",
    re.IGNORECASE,
)


class Timetable:
    """Reads the lines of the timetable.

    :param year: for day headings without one.
    :param zone: IANA zone of the local times; None leaves them naive.
    """

    def __init__(
        self, people: People, words: Words, ledger: Ledger, day: date, zone: str | None
    ) -> None:
        self._people = people
        self._words = words
        self._ledger = ledger
        self._document = ledger.document
        self._day = day
        self._zone = ZoneInfo(zone) if zone else None

    def read(self, lines: Sequence[Line]) -> list[Slot]:
        """All slots in the order of the page."""
        slots: list[Slot] = []
        for block in blocks(lines):
            if mark(block[0].text) is Mark.DATE:
                self._set_day(block[0])
                for line in block[1:]:
                    self._ledger.unread(
                        line, "A line between the heading of a day and its first slot."
                    )
                continue
            slots.append(self._slot(block[0], block[1:]))
        return slots

    def _set_day(self, line: Line) -> None:
        found = find_dates(line.text, self._day.year)
        if found:
            self._day = found[0]
        self._ledger.mark(line)

    def _times(self, line: Line) -> tuple[datetime, datetime]:
        times = read_slot_time(line.text, self._day)
        if times is None or times[1] <= times[0]:
            raise SourceError(
                f"The slot '{line.text}' "
                + ("does not end after it starts." if times else "has a time that does not exist."),
                source=self._document.name,
                line=line.number,
                hint="Expected a line such as '9:15 am to 10:00 am' or '13:00 to 14:30'.",
            )
        start, end = times
        return start.replace(tzinfo=self._zone), end.replace(tzinfo=self._zone)

    def _slot(self, time: Line, body: Sequence[Line]) -> Slot:
        start, end = self._times(time)
        chairs, lines = self._chairs(body)
        before, talks = divide_talks(lines, self._people, self._ledger)
        title = next((line for line in before if not is_prose(line.text)), None)
        if not title and len(talks) == 1:
            title = talks[0].title
        rest = [line for line in before if line is not title]
        kind = self._kind(title, talks)
        if rest and not talks and kind not in _WITHOUT_TALKS:
            talks = [TalkLines(title, paragraphs=rest)]
            self._doubt(rest)
            rest = []
        for line in rest:
            self._ledger.unread(line, "A line between the title of a slot and its first talk.")
        return Slot(
            kind=kind,
            start=start,
            end=end,
            quote=self._document.quote(time, title),
            title=self._words.mend(title.text) if title else None,
            title_found=title.text if title else None,
            chairs=tuple(chairs),
            talks=tuple(self._talk(talk, kind) for talk in talks),
        )

    def _doubt(self, lines: Sequence[Line]) -> None:
        """Below a title without speakers, what is no sentence may be more than text."""
        for line in lines:
            if not is_prose(line.text) and not line.text.endswith((".", "!", "?", "…")):
                self._ledger.warn(
                    line, "Read as text about the slot; it may name a talk or a speaker."
                )

    def _chairs(self, body: Sequence[Line]) -> tuple[list[Speaker], list[Line]]:
        """The chairs of a slot, and its other lines."""
        chairs: list[Speaker] = []
        rest: list[Line] = []
        awaited = False
        for line in body:
            title, chair = _chair_in_brackets(line.text)
            if match := CHAIR.fullmatch(chair):
                awaited = not match["rest"]
                chairs.extend(self._chair(line, match["rest"]))
                rest += [replace(line, text=title)] if title else []
            elif awaited and self._people.is_person(line.text):
                chairs.append(self._people.read(line.text, self._document.quote(line)))
            else:
                awaited = False
                rest.append(line)
        return chairs, rest

    def _chair(self, line: Line, names: str) -> list[Speaker]:
        """The people after "Session Chair:", divided by semicolons."""
        quote = self._document.quote(line)
        found = [part.strip() for part in names.split(";") if self._people.has_name(part.strip())]
        if not names:
            self._ledger.mark(line)
        elif not found:
            self._ledger.unread(line, "No name can be told in this line.")
        return [self._people.read(part, quote) for part in found]

    def _kind(self, title: Line | None, talks: Sequence[TalkLines]) -> Kind:
        if not title:
            if not talks:
                return Kind.BREAK
            if len(talks) == 1 and not talks[0].heading:
                return Kind.KEYNOTE
            return Kind.PAPERS
        for kind, pattern in _KINDS:
            if not (talks and kind in _WITHOUT_TALKS) and re.search(
                pattern, title.text, re.IGNORECASE
            ):
                return kind
        return Kind.PAPERS if any(talk.heading for talk in talks) else Kind.OTHER

    def _talk(self, talk: TalkLines, kind: Kind) -> Talk:
        quote = self._document.quote
        title = None if talk.title and _IS_KIND.fullmatch(talk.title.text) else talk.title
        paragraphs = talk.paragraphs
        heads = [line for line in (title, *talk.speakers, *paragraphs, talk.heading) if line]
        if talk.heading:
            self._ledger.mark(talk.heading)
        return Talk(
            quote=quote(heads[0]),
            title=self._words.mend(title.text) if title else None,
            title_found=title.text if title else None,
            speakers=tuple(
                self._people.read(text, quote(line))
                for line in talk.speakers
                for text in self._people.speakers(line.text)
            ),
            paper=talk.heading is not None and kind not in _WITHOUT_PAPERS,
            abstract="\n\n".join(self._words.mend(line.text) for line in paragraphs) or None,
            abstract_quote=quote(paragraphs[0], paragraphs[-1]) if paragraphs else None,
            recorded=talk.recording is not None,
            recorded_quote=quote(talk.recording) if talk.recording else None,
        )


def _chair_in_brackets(text: str) -> tuple[str, str]:
    """Divide "Short papers (Chair: Ada MOE)"; any other line has no title and may be a chair."""
    match = _IN_BRACKETS.fullmatch(text)
    return (
        (match["title"], match["chair"])
        if match and CHAIR.fullmatch(match["chair"])
        else ("", text)
    )


def blocks(lines: Sequence[Line]) -> list[list[Line]]:
    """Cut the timetable before every time of a slot and every heading of a day."""
    result: list[list[Line]] = []
    for line in lines:
        if mark(line.text) in (Mark.TIME, Mark.DATE) or not result:
            result.append([])
        result[-1].append(line)
    return result
