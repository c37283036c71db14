"""Dates and times as sources write them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from ..accounts import Fields
from .zones import check_zone

__all__ = ["day_of", "instant", "moment", "taken", "zone_named"]

_SLASHED: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d\d)")
_DOTTED: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d\d)")
_CLOCK: Final = re.compile(r"(\d{1,2})[:.h](\d\d)(?::(\d\d))?\s*([ap]m)?", re.IGNORECASE)


def zone_named(name: str | None) -> ZoneInfo | None:
    """The time zone of a name; None where there is no name.

    :raises SourceError: there is no such zone.
    """
    return ZoneInfo(check_zone(name)) if name else None


def moment(text: str, zone: ZoneInfo | None = None) -> datetime | None:
    """A date with time, in ISO 8601 or nearly so; None where the text is none.

    :param zone: of a time that has no offset.
    """
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found.replace(tzinfo=zone) if found.tzinfo is None and zone else found


def instant(moment: datetime | None) -> float:
    """What moments are put in order by: those that are not known first, local times as UTC."""
    if moment is None:
        return 0
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def day_of(text: str) -> date | None:
    """A date: 2016-05-31, 05/31/16 (month first) or 31.05.16 (day first); None for other texts.

    A date with slashes whose first number is above 12 has the day first.
    """
    text = text.strip()
    try:
        if match := _SLASHED.fullmatch(text):
            first, second, year = (int(part) for part in match.groups())
            month, day = (second, first) if first > 12 else (first, second)
            return date(_whole(year), month, day)
        if match := _DOTTED.fullmatch(text):
            day, month, year = (int(part) for part in match.groups())
            return date(_whole(year), month, day)
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def taken(fields: Fields, day: str, clock: str, zone: ZoneInfo | None) -> datetime | None:
    """The date with time that two fields give; what cannot be read is refused."""
    date_text, clock_text = fields.take(day), fields.take(clock)
    if not date_text or not clock_text:
        return None
    found = day_of(date_text)
    if found is None:
        fields.refuse(day, date_text, "It is no date.")
        return None
    hour = _clock(clock_text)
    if hour is None:
        fields.refuse(clock, clock_text, "It is no time of day.")
        return None
    return datetime.combine(found, hour, zone)


def _clock(text: str) -> time | None:
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        return None
    hour, half = int(match[1]), (match[4] or "").casefold()
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        return time(hour, int(match[2]), int(match[3] or 0))
    except ValueError:
        return None


def _whole(year: int) -> int:
    return year + 2000 if year < 70 else year + 1900 if year < 100 else year
