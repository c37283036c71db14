"""The lines of a programme page and what each looks like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from ..errors import SourceError
from ..records import Quote, Role
from .dates import is_date_line, is_time_line, split_time
from .text import tidy

__all__ = ["CHAIR", "SPEAKER", "Document", "Line", "Mark", "is_prose", "mark", "role_of"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank.

    :param number: counted from 1. A time with a title behind it is two lines of one number.
    :param text: the line without outer or doubled spaces.
    :param gap: blank lines before it. A page that lost a field leaves one more than usual.
    """

    number: int
    text: str
    gap: int


class Mark(Enum):
    """What a line alone gives away about itself."""

    TIME = "time of a slot"
    DATE = "date"
    ABSTRACT = "heading of an abstract"
    CHAIR = "session chair"
    SPEAKER = "speakers of a talk"
    RECORDING = "link to a recording"
    LINK = "link"
    COMMITTEE = "heading of the committee"
    ROLE = "organising role"
    CLOSING = "end of the timetable"
    HEADING = "heading of a part of the page"
    BOILERPLATE = "note of the web site"
    TEXT = "text"


_LONGEST_LINE: Final = 50_000
_LONGEST_MARK: Final = 300
_LONGEST_TITLE: Final = 40
"""In words; what is longer is prose."""


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


CHAIR: Final = _pattern(
    r"(?:(?:session|panel)\s+)?(?:co-?)?(?:chair(?:person|man|woman)?s?|moderators?)\s*:\s*"
    r"(?P<rest>.*)"
)
"""A line that names the chairs of a session; `rest` is what follows the colon."""

SPEAKER: Final = _pattern(
    r"(?:(?:keynote|invited)\s+)?(?:speakers?|presenters?|presented by|panell?ists?)\s*:\s*"
    r"(?P<rest>.+)"
)
"""A line that names the speakers of a talk; `rest` is what follows the colon."""

_ROLES: Final = (
    (_pattern(r"general (?:co-?)?chairs?"), Role.GENERAL_CO_CHAIR),
    (_pattern(r"(?:technical )?program(?:me)? (?:co-?)?chairs?"), Role.PROGRAM_CO_CHAIR),
    (_pattern(r"steering committee(?: (?:member|chair)s?)?"), Role.STEERING),
    (_pattern(r"(?:publications?|proceedings) (?:co-?)?chairs?"), Role.PUBLICATIONS),
    (_pattern(r"publicity (?:co-?)?chairs?"), Role.PUBLICITY),
)
_MARKS: Final = (
    (Mark.ABSTRACT, _pattern(r"abstract(?:\s*\(\w+\))?\s*:?")),
    (
        Mark.RECORDING,
        _pattern(r"[•*·‣–-]?\s*(?:watch (?:on |the )?)?(?:youtube|vimeo|videos?|recordings?)"),
    ),
    (Mark.LINK, _pattern(r"[•*·‣]\s*\S.{0,60}")),
    (Mark.CHAIR, CHAIR),
    (Mark.SPEAKER, SPEAKER),
    (Mark.CLOSING, _pattern(r"(?:schedule|program(?:me)?|agenda)\b.*\bsubject to change\b.*")),
    (
        Mark.HEADING,
        _pattern(
            r"(?:about|venue|location|schedule|program(?:me)?|agenda|timetable|committees?"
            r"|organi[sz]ers?|speakers?|organi[sz]ing committee)\s*:?"
        ),
    ),
    (
        Mark.COMMITTEE,
        _pattern(
            r"(?:(?:further|other|the|technical|program(?:me)?|scientific|review)\s+){0,3}"
            r"com+it+e+(?:\s+members?)?(?:\s+(?:are|is))?\s*:?"
        ),
    ),
    (
        Mark.BOILERPLATE,
        _pattern(
            r"(?:contact(?: us)?|sponsors?|register(?: now| here)?|registration is \w+"
            r"|back to top|share(?: this)?)\s*:?|\(?\s*click (?:on|here)\b.*"
            r"|(?:©|copyright\b).{0,5}\d{4}\b.*"
        ),
    ),
)


def role_of(text: str) -> tuple[Role, str] | None:
    """The organising role that a line names, with what follows it on the line.

    "General Co-Chair" and "Program Co-Chair: Jane DOE, Example University" are such lines.
    """
    head, _, rest = text.partition(":")
    for pattern, role in _ROLES:
        if pattern.fullmatch(head.strip()):
            return role, rest.strip()
    return None


def mark(text: str) -> Mark:
    """What a line looks like, without regard to its neighbours."""
    if len(text) > _LONGEST_MARK:
        return Mark.TEXT
    if is_time_line(text):
        return Mark.TIME
    if is_date_line(text):
        return Mark.DATE
    if role_of(text):
        return Mark.ROLE
    return next((kind for kind, pattern in _MARKS if pattern.fullmatch(text)), Mark.TEXT)


def is_prose(text: str) -> bool:
    """Whether a line is a paragraph and not a title, a name or an organisation."""
    words = text.count(" ") + 1
    ends = text.rstrip("”\"')").endswith((".", "!", ";", ":"))
    return words > _LONGEST_TITLE or (words > _LONGEST_TITLE * 0.3 and ends)


class Document:
    """A text as numbered lines.

    :param text: the decoded text; blank lines count.
    :param name: file name or address, for messages.
    :raises SourceError: when a line is far longer than any paragraph.
    """

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self._found = text.split("\n")
        self.lines: Sequence[Line] = tuple(self._numbered())
        for line in self.lines:
            if len(line.text) > _LONGEST_LINE:
                raise SourceError(
                    f"The line has {len(line.text):,} characters; a line of a programme page has "
                    f"at most {_LONGEST_LINE:,}.",
                    source=name,
                    line=line.number,
                )

    def _numbered(self) -> Iterator[Line]:
        gap = 0
        for number, found in enumerate(self._found, 1):
            text = tidy(found)
            parts = split_time(text) if len(text) <= _LONGEST_MARK else None
            if parts and not is_prose(parts[1]):
                yield Line(number, parts[0], gap)
                yield Line(number, parts[1], 0)
            elif text:
                yield Line(number, text, gap)
            gap = 0 if text else gap + 1

    def quote(self, first: Line, last: Line | None = None) -> Quote:
        """The lines from `first` to `last` (default: the same) as found, blank ones included."""
        end = (last or first).number
        return Quote(first.number, end, "\n".join(self._found[first.number - 1 : end]))

    def between(self, first: Line, last: Line) -> bool:
        """Whether other lines with text stand between two lines."""
        return any(first.number < line.number < last.number for line in self.lines)
