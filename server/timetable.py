"""The timetable: where each session stands on a time axis that is to scale."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from .kinds import session_kind
from .terms import Cell, Row

__all__ = ["Day", "Slot", "days"]

STEP: Final = 5
"""Minutes of one row of the grid."""


_NEAR: Final = 2
"""Rows within which the mark of an hour would crowd the start of a session."""


@dataclass
class Slot:
    """A session on the axis.

    :param row: the grid row at which it begins, 1-based.
    :param span: how many rows it lasts.
    :param offset: of the venue's clock from UTC, as in `-0700`; empty when it is not known.
    :param track: the column that it stands in, 1-based.
    """

    session: Cell
    kind: str
    word: str
    start: datetime
    end: datetime
    row: int
    span: int
    offset: str = ""
    track: int = 1
    place: Cell | None = None
    chairs: list[Cell] = field(default_factory=list)
    talks: list[Row] = field(default_factory=list)
    speakers: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return int((self.end - self.start).total_seconds() // 60)


@dataclass
class Day:
    """A day of a programme.

    :param hours: the full hours on the axis at which nothing begins, each with its grid row.
    :param rows: how many grid rows there are.
    :param tracks: how many sessions stand side by side at most.
    """

    date: date
    slots: list[Slot]
    hours: list[tuple[datetime, int]]
    rows: int
    tracks: int

    @property
    def zone(self) -> str:
        """The offset from UTC that its times have, as in `UTC−07:00`; empty without one."""
        text = self.slots[0].offset
        return f"UTC{text[:3]}:{text[3:5]}".replace("-", "−") if text else ""


def days(
    sessions: Iterable[Row],
    talks: Iterable[Row] = (),
    chairs: Iterable[Row] = (),
    speakers: Iterable[Row] = (),
) -> list[Day]:
    """Lay sessions out, day by day; sessions at one time stand side by side.

    :param sessions: rows with `session`, `start`, `end`, and perhaps `kind` and `place`.
    :param talks: rows with `session` and what the template shows, in order.
    :param chairs: rows with `session` and `chair`.
    :param speakers: rows with `talk` and `person`.
    """
    timed = [slot for row in sessions if (slot := _slot(row)) is not None]
    said_by: dict[str, list[Row]] = {}
    for row in speakers:
        if row.talk:
            said_by.setdefault(row.talk.value, []).append(row)
    by_iri = {slot.session.value: slot for slot in timed}
    for row in talks:
        if row.session and (slot := by_iri.get(row.session.value)):
            slot.talks.append(row)
            if row.talk:
                slot.speakers[row.talk.value] = said_by.get(row.talk.value, [])
    for row in chairs:
        if row.session and row.chair and (slot := by_iri.get(row.session.value)):
            slot.chairs.append(row.chair)
    dates = sorted({slot.start.date() for slot in timed})
    return [_day(day, [slot for slot in timed if slot.start.date() == day]) for day in dates]


def _slot(row: Row) -> Slot | None:
    if row.session is None or row.start is None or row.end is None:
        return None
    try:
        first = datetime.fromisoformat(row.start.value)
        last = datetime.fromisoformat(row.end.value)
    except ValueError:
        return None
    # The axis shows the clock on the wall of the venue.
    start, end = first.replace(tzinfo=None), last.replace(tzinfo=None)
    if not start < end <= start + timedelta(days=1):
        return None
    kind, word = session_kind(row.kind.value if row.kind else None)
    return Slot(row.session, kind, word, start, end, 1, 1, first.strftime("%z"), place=row.place)


def _day(day: date, slots: Sequence[Slot]) -> Day:
    ordered = sorted(slots, key=lambda slot: (slot.start.isoformat(), slot.end.isoformat()))
    origin = ordered[0].start
    free: list[datetime] = []
    for slot in ordered:
        slot.row = _steps(slot.start - origin) + 1
        slot.span = max(1, _steps(slot.end - slot.start))
        slot.track = _track(free, slot)
    starts = [slot.row for slot in ordered]
    rows = max(slot.row + slot.span - 1 for slot in ordered)
    first = origin.replace(minute=0, second=0, microsecond=0)
    hours = [first + timedelta(hours=n) for n in range(rows * STEP // 60 + 2)]
    marked = [
        (hour, row)
        for hour in hours
        if 1 <= (row := _steps(hour - origin) + 1) <= rows
        and all(abs(row - start) > _NEAR for start in starts)
    ]
    return Day(day, ordered, marked, rows, len(free))


def _steps(length: timedelta) -> int:
    return round(length.total_seconds() / 60 / STEP)


def _track(free: list[datetime], slot: Slot) -> int:
    """The first column that is free when the slot begins; `free` says until when each is taken."""
    for column, until in enumerate(free):
        if until <= slot.start:
            free[column] = slot.end
            return column + 1
    free.append(slot.end)
    return len(free)
