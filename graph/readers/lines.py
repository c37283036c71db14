"""The lines of a programme page and what each looks like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from ..records import Quote, Role
from .dates import is_date_line, is_time_line
from .text import tidy

__all__ = ["Document", "Line", "Mark", "is_prose", "mark", "role_of"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank.

    :param number: counted from 1.
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
    RECORDING = "link to a recording"
    LINK = "link"
    COMMITTEE = "heading of the committee"
    ROLE = "organising role"
    CLOSING = "end of the timetable"
    HEADING = "heading of a part of the page"
    BOILERPLATE = "note of the web site"
    TEXT = "text"


CHAIR: Final = re.compile(
    r"(?:(?:session|panel)\s+)?(?:co-?)?(?:chair(?:person|man|woman)?s?|moderators?)\s*:\s*(?P<rest>.*)",
    re.IGNORECASE,
)
_ROLES: Final = (
    (re.compile(r"general (?:co-?)?chairs?"), Role.GENERAL_CO_CHAIR),
    (re.compile(r"(?:technical )?program(?:me)? (?:co-?)?chairs?"), Role.PROGRAM_CO_CHAIR),
    (re.compile(r"steering committee(?: (?:member|chair)s?)?"), Role.STEERING),
    (re.compile(r"(?:publications?|proceedings) (?:co-?)?chairs?"), Role.PUBLICATIONS),
    (re.compile(r"publicity (?:co-?)?chairs?"), Role.PUBLICITY),
)
_PATTERNS: Final = (
    (Mark.ABSTRACT, re.compile(r"abstract(?:\s*\(\w+\))?\s*:?", re.IGNORECASE)),
    (
        Mark.RECORDING,
        re.compile(
            r"[•*·‣\-–]?\s*(?:watch (?:on|the) )?(?:youtube|vimeo|video|recording)s?", re.IGNORECASE
        ),
    ),
    (Mark.LINK, re.compile(r"[•*·‣]\s*\S.{0,60}")),
    (Mark.CHAIR, CHAIR),
    (
        Mark.HEADING,
        re.compile(
            r"(?:about|venue|location|schedule|program(?:me)?|agenda|timetable|committees?"
            r"|organi[sz]ers?|speakers?|organi[sz]ing committee)\s*:?",
            re.IGNORECASE,
        ),
    ),
    (
        Mark.COMMITTEE,
        re.compile(
            r"(?:(?:further|other|the)\s+)?(?:\w+\s+){0,3}com+it+e+(?:\s+members?)?(?:\s+(?:are|is))?\s*:?",
            re.IGNORECASE,
        ),
    ),
    (Mark.CLOSING, re.compile(r"(?:schedule|program(?:me)?|agenda)\b.*\bsubject to change\b.*", re.I)),
    (
        Mark.BOILERPLATE,
        re.compile(
            r"(?:contact(?: us)?|sponsors?|register(?: now| here)?|registration is \w+|back to top"
            r"|share(?: this)?|\(?\s*click (?:on|here)\b.*|(?:c(?:opyright)?|©).{0,3}\d{4}\b.*)\s*:?",
            re.IGNORECASE,
        ),
    ),
)  # fmt: skip


def role_of(text: str) -> tuple[Role, str] | None:
    """The organising role that a line names, with what follows it on the line.

    "General Co-Chair" and "Program Co-Chair: Jane DOE, KU Leuven" are such lines.
    """
    head, _, rest = text.partition(":")
    wanted = head.strip().lower()
    for pattern, role in _ROLES:
        if pattern.fullmatch(wanted):
            return role, rest.strip()
    return None


def mark(text: str) -> Mark:
    """What a line looks like, without regard to its neighbours."""
    if len(text) > 300:
        return Mark.TEXT
    if role_of(text):
        return Mark.ROLE
    if is_time_line(text):
        return Mark.TIME
    if is_date_line(text):
        return Mark.DATE
    for kind, pattern in _PATTERNS:
        if pattern.fullmatch(text):
            return kind
    return Mark.TEXT


def is_prose(text: str) -> bool:
    """Whether a line is a paragraph and not a title, a name or an organisation."""
    words = text.count(" ") + 1
    return words > 40 or (words > 12 and text.rstrip("”\"')").endswith((".", "!", ";", ":")))


class Document:
    """A text as numbered lines.

    :param text: the decoded text; blank lines count.
    :param name: file name or address, for messages.
    """

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self._found = text.split("\n")
        self.lines: Sequence[Line] = tuple(self._numbered())

    def _numbered(self) -> Iterator[Line]:
        gap = 0
        for number, found in enumerate(self._found, 1):
            if text := tidy(found):
                yield Line(number, text, gap)
                gap = 0
            else:
                gap += 1

    def quote(self, first: Line | int, last: Line | int | None = None) -> Quote:
        """The lines from `first` to `last` (default: the same) as found."""
        start = first if isinstance(first, int) else first.number
        end = start if last is None else last if isinstance(last, int) else last.number
        return Quote(start, end, "\n".join(self._found[start - 1 : end]))

    def between(self, first: Line, last: Line) -> bool:
        """Whether other lines with text stand between two lines."""
        return any(first.number < line.number < last.number for line in self.lines)
