"""The parts of a programme page: head, committee, timetable, people."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Final

from ..errors import SourceError
from .entries import looks_like_name
from .ledger import Ledger
from .lines import Document, Line, Mark, is_prose, mark

__all__ = ["Parts", "divide"]

_PEOPLE_HEADING: Final = re.compile(r"(?:organi|speaker|committee)", re.IGNORECASE)
_CONTACT: Final = re.compile(r"contact", re.IGNORECASE)
_CLOCK: Final = re.compile(r"(?<!\d)\d{1,2}[:.h]\d{2}(?!\d)")


@dataclass(slots=True)
class Parts:
    """The lines of a page by the part in which they stand.

    :param head: what stands before committee and timetable.
    :param committee: the members of the committee.
    :param slots: the timetable, from the first time of a slot.
    :param people: organising roles and the closing list.
    """

    head: list[Line] = field(default_factory=list)
    committee: list[Line] = field(default_factory=list)
    slots: list[Line] = field(default_factory=list)
    people: list[Line] = field(default_factory=list)


def divide(ledger: Ledger) -> Parts:
    """Tell the parts of a page by the lines that open them.

    The heading of a committee, the first time of a slot, an organising role, and the note that
    the schedule may change each open a part; the order of the parts is free.

    :raises SourceError: when the page is empty or has no timetable.
    """
    document = ledger.document
    if not document.lines:
        raise SourceError(
            "The page is empty.",
            source=document.name,
            hint="Expected a programme page: a heading with a date, a timetable, its people.",
        )
    parts = _Divider(ledger).run()
    if not parts.slots:
        raise _no_timetable(document)
    return parts


class _Divider:
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._parts = Parts()
        self._current = self._parts.head
        self._contact = False

    def run(self) -> Parts:
        lines = self._ledger.document.lines
        for line, following in zip_longest(lines, lines[1:]):
            kind = mark(line.text)
            self._contact = self._contact and kind is Mark.TEXT
            if kind is Mark.TEXT:
                self._text(line, following)
            elif not self._opens(line, kind, following):
                self._current.append(line)
        return self._parts

    def _opens(self, line: Line, kind: Mark, following: Line | None) -> bool:
        """Turn to another part where a line opens one; whether the line itself is done with."""
        parts = self._parts
        if kind is Mark.TIME:
            self._current = parts.slots
        elif kind is Mark.ROLE:
            self._current = parts.people
        elif kind is Mark.DATE:
            return self._date(line, following)
        elif kind is Mark.COMMITTEE:
            self._current = parts.committee
            self._ledger.mark(line)
        elif kind is Mark.HEADING:
            self._ledger.mark(line)
            if self._current is not parts.head and _PEOPLE_HEADING.match(line.text):
                self._current = parts.people
        elif kind is Mark.CLOSING:
            self._current = parts.people if self._current is parts.slots else self._current
            self._ledger.unread(line, "A note on the schedule; the model has no place for it.")
        elif kind is Mark.BOILERPLATE:
            self._contact = bool(_CONTACT.match(line.text))
            self._ledger.unread(line, "A note of the web site, no part of the programme.")
        return kind not in (Mark.TIME, Mark.ROLE, *_IN_SLOTS)

    def _date(self, line: Line, following: Line | None) -> bool:
        """The heading of a day belongs to the timetable; other dates stay in the head."""
        parts = self._parts
        if self._current is parts.head:
            return False
        if following and mark(following.text) is Mark.TIME:
            self._current = parts.slots
        if self._current is parts.slots:
            return False
        self._ledger.mark(line)
        return True

    def _text(self, line: Line, following: Line | None) -> None:
        """A name right before a role opens the part of the roles; others follow "Contact us"."""
        if (
            following
            and following.gap <= 1
            and mark(following.text) is Mark.ROLE
            and self._current is not self._parts.people
            and looks_like_name(line.text) is True
        ):
            self._parts.people.append(line)
        elif self._contact and looks_like_name(line.text) is not False:
            self._ledger.unread(line, "A contact; the model has no contacts.")
        elif self._current in (self._parts.committee, self._parts.people) and is_prose(line.text):
            self._ledger.unread(line, "A paragraph among lists of people.")
        else:
            self._contact = False
            self._current.append(line)


_IN_SLOTS: Final = (Mark.ABSTRACT, Mark.CHAIR, Mark.SPEAKER, Mark.RECORDING, Mark.LINK)


def _no_timetable(document: Document) -> SourceError:
    near = next(
        (line for line in document.lines if _CLOCK.search(line.text) and not is_prose(line.text)),
        None,
    )
    return SourceError(
        f"The page has no timetable that can be read: in '{near.text[:60]}' the time does not "
        "stand alone on its line."
        if near
        else "The page ends before a timetable begins.",
        source=document.name,
        line=(near or document.lines[-1]).number,
        hint="Expected lines such as '9:00 am to 9:15 am', each followed by its slot.",
    )
