"""The timetable: where each session stands on a time axis that is to scale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import lcm
from typing import Final

from .kinds import session_kind
from .terms import Cell, Row

__all__ = ["Day", "Slot", "Talk", "days"]

STEP: Final = 5
"""Minutes of one row of the grid."""

_NEAR: Final = 2
"""Rows within which the mark of an hour would crowd the start of a session."""
_LONG: Final = timedelta(minutes=75)
"""Time without sessions that is not drawn to scale, and the rows that it gets."""
_PAUSE: Final = 4
_FINEST: Final = 420
"""Columns of the grid at most."""


@dataclass
class Talk:
    """A talk of a session, and what it can be found by.

    :param people: who speaks.
    :param names: all who speak or wrote what is presented.
    :param start: when it begins, at its own offset; empty where only its session has a time.
    """

    talk: Cell
    paper: Cell | None = None
    start: str = ""
    people: list[Cell] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    organisations: list[str] = field(default_factory=list)


@dataclass
class Slot:
    """A session on the axis.

    :param begins: its beginning with the offset of the venue, if that is known, and `ends` its end.
    :param row: the grid row at which it begins, 1-based.
    :param span: how many rows it lasts.
    :param offset: of the venue's clock from UTC, as in `-0700`; empty when it is not known.
    :param track: which of the sessions at its time it is, 1-based, of so many `beside`.
    :param column: the grid column at which it begins, 1-based without that of the hours.
    :param width: how many columns it has.
    """

    session: Cell
    kind: str
    word: str
    start: datetime
    end: datetime
    begins: str
    ends: str
    row: int = 1
    span: int = 1
    offset: str = ""
    track: int = 1
    beside: int = 1
    column: int = 1
    width: int = 1
    place: Cell | None = None
    chairs: list[Cell] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)

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
    :param columns: how many grid columns there are, without that of the hours.
    :param rooms: the room of each column, where the columns are rooms.
    """

    date: date
    slots: list[Slot]
    hours: list[tuple[datetime, int]]
    rows: int
    tracks: int
    columns: int = 1
    rooms: list[Cell] = field(default_factory=list)

    @property
    def zone(self) -> str:
        """The offset from UTC that its times have, as in `UTC−07:00`; empty without one."""
        text = self.slots[0].offset
        return f"UTC{text[:3]}:{text[3:5]}".replace("-", "−") if text else ""


def days(
    sessions: Iterable[Row],
    talks: Mapping[str, Sequence[Talk]] | None = None,
    chairs: Iterable[Row] = (),
    rooms: Iterable[Row] = (),
) -> list[Day]:
    """Lay sessions out, day by day; sessions at one time stand side by side.

    Where all that are at one time have rooms of their own, each room has its column.

    :param sessions: rows with `session`, `start`, `end`, and perhaps `kind`.
    :param talks: of each session, in their order.
    :param chairs: rows with `session` and `chair`.
    :param rooms: rows with `session` and `place`.
    """
    slots = [slot for row in sessions if (slot := _slot(row)) is not None]
    by_iri = {slot.session.value: slot for slot in slots}
    for slot in slots:
        slot.talks = list((talks or {}).get(slot.session.value, ()))
    for row in chairs:
        if row.session and row.chair and (found := by_iri.get(row.session.value)):
            found.chairs.append(row.chair)
    for row in rooms:
        if row.session and row.place and (found := by_iri.get(row.session.value)):
            found.place = found.place or row.place
    if len({slot.place.value if slot.place else "" for slot in slots}) == 1:
        for slot in slots:
            slot.place = None  # where all is in one place, it is that of the conference
    dates = sorted({slot.start.date() for slot in slots})
    return [_day(day, [slot for slot in slots if slot.start.date() == day]) for day in dates]


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
    begins, ends = first.isoformat(), last.isoformat()
    return Slot(row.session, kind, word, start, end, begins, ends, offset=first.strftime("%z"))


def _day(day: date, slots: Sequence[Slot]) -> Day:
    ordered = sorted(slots, key=lambda slot: (slot.start.isoformat(), slot.end.isoformat()))
    bands = _bands(ordered)
    axis = _Axis(bands)
    for slot in ordered:
        slot.row = axis.row(slot.start)
        slot.span = max(1, axis.row(slot.end) - slot.row)
    for band in bands:
        free: list[datetime] = []
        for slot in band:
            slot.track = _track(free, slot)
        for slot in band:
            slot.beside = len(free)
    rows = max(slot.row + slot.span - 1 for slot in ordered)
    tracks = max(slot.beside for slot in ordered)
    found = Day(day, ordered, axis.hours([slot.row for slot in ordered], rows), rows, tracks)
    found.rooms = _rooms(ordered)
    if found.rooms:
        _place_by_room(found)
    else:
        _place_by_track(found)
    return found


def _bands(ordered: Sequence[Slot]) -> list[list[Slot]]:
    """Sessions in groups between which nothing goes on."""
    bands: list[list[Slot]] = []
    until = datetime.min
    for slot in ordered:
        if slot.start >= until:
            bands.append([])
        bands[-1].append(slot)
        until = max(until, slot.end)
    return bands


class _Axis:
    """The rows of moments: to scale, but for long times in which there is nothing."""

    def __init__(self, bands: Sequence[Sequence[Slot]]) -> None:
        self._pieces: list[tuple[datetime, datetime, int]] = []
        row, until = 1, bands[0][0].start
        for band in bands:
            start, end = band[0].start, max(slot.end for slot in band)
            gap = start - until
            row += _PAUSE if gap > _LONG else _steps(gap)
            self._pieces.append((start, end, row))
            row, until = row + _steps(end - start), end

    def row(self, moment: datetime) -> int:
        """The row of a moment within a band."""
        start, _, row = next(piece for piece in reversed(self._pieces) if piece[0] <= moment)
        return row + _steps(moment - start)

    def hours(self, starts: Sequence[int], rows: int) -> list[tuple[datetime, int]]:
        """The full hours within bands, with their rows, but those near a start."""
        found = []
        for start, end, _ in self._pieces:
            hour = start.replace(minute=0, second=0, microsecond=0)
            while hour <= end:
                if hour >= start and 1 <= self.row(hour) <= rows:
                    found.append((hour, self.row(hour)))
                hour += timedelta(hours=1)
        return [each for each in found if all(abs(each[1] - row) > _NEAR for row in starts)]


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


def _rooms(slots: Sequence[Slot]) -> list[Cell]:
    """The rooms of a day by name; none unless they keep all parallel sessions apart."""
    rooms: dict[str, Cell] = {}
    until: dict[str, datetime] = {}
    for slot in slots:
        if slot.beside == 1:
            continue
        if slot.place is None or until.get(slot.place.value, slot.start) > slot.start:
            return []
        rooms.setdefault(slot.place.value, slot.place)
        until[slot.place.value] = slot.end
    return sorted(rooms.values(), key=lambda cell: cell.text)


def _place_by_room(day: Day) -> None:
    day.columns = day.tracks = len(day.rooms)
    number = {room.value: column for column, room in enumerate(day.rooms, 1)}
    for slot in day.slots:
        if slot.beside == 1 or slot.place is None:
            slot.column, slot.width = 1, day.columns
        else:
            slot.column = number[slot.place.value]


def _place_by_track(day: Day) -> None:
    """Give the sessions at one time equal widths; one that is alone has the whole."""
    counts = {slot.beside for slot in day.slots}
    day.columns = min(lcm(*counts), max(_FINEST, day.tracks))
    for slot in day.slots:
        first = day.columns * (slot.track - 1) // slot.beside
        slot.column = first + 1
        slot.width = max(1, day.columns * slot.track // slot.beside - first)
