"""Dates and clock times as programme pages write them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Final

__all__ = [
    "DATES",
    "find_dates",
    "is_date_line",
    "is_time_line",
    "read_slot_time",
    "split_time",
]

_CLOCK: Final = r"\d{1,2}(?:[:.h]\d{2})?(?:\s*[ap]\.?\s?m\.?(?!\w)|\s*noon|\s*midnight)?"
_SLOT_TIME: Final = re.compile(
    rf"(?P<start>{_CLOCK})\s*(?:to|until|till|[-–—−])\s*(?P<end>{_CLOCK})\s*:?", re.IGNORECASE
)
_TIME_AND_TITLE: Final = re.compile(
    rf"(?P<time>{_CLOCK}\s*(?:to|until|till|[-–—−])\s*{_CLOCK})(?:\s*[:|–—-]\s+|\s+)(?P<title>\w.*)",
    re.IGNORECASE,
)
_CLOCK_PARTS: Final = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?\s*(?P<half>[ap]|noon|midnight)?.*", re.IGNORECASE
)
_MONTHS: Final = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH: Final = r"(?:" + "|".join(f"{name[:3]}(?:{name[3:]})?" for name in _MONTHS) + r")\b\.?"
_TO: Final = r"\s*(?:[-–—−]|to|and|&)\s*"
_DAY: Final = r"(?<!\d)\d{1,2}(?:st|nd|rd|th)?(?!\w)"
DATES: Final = re.compile(
    rf"(?P<month1>{_MONTH})\s+(?P<day1>{_DAY})(?:{_TO}(?P<month2>{_MONTH}\s+)?(?P<day2>{_DAY}))?"
    r"(?:,?\s+(?P<year1>\d{4})(?!\d))?"
    rf"|(?P<day3>{_DAY})(?:\.?\s+(?P<month3>{_MONTH}))?{_TO}(?P<day4>{_DAY})\.?\s+(?P<month4>{_MONTH})"
    r"(?:,?\s+(?P<year2>\d{4})(?!\d))?"
    rf"|(?P<day5>{_DAY})\.?\s+(?P<month5>{_MONTH})(?:,?\s+(?P<year3>\d{{4}})(?!\d))?"
    r"|(?<!\d)(?P<iso>\d{4}-\d{2}-\d{2})(?!\d)",
    re.IGNORECASE,
)
_BEFORE_DATE: Final = re.compile(
    r"(?:day\s+\w{1,5}\s*[-–—:,]?\s*)?\(?(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)"
    r"(?:day)?\.?,?\s*)?",
    re.IGNORECASE,
)


def is_time_line(text: str) -> bool:
    """Whether a line is the time of a slot and nothing else ("9:15 am to 10:00 am")."""
    match = _SLOT_TIME.fullmatch(text)
    return bool(match) and any(
        not match[part].strip().isdigit() for part in ("start", "end") if match
    )


def split_time(text: str) -> tuple[str, str] | None:
    """The time of a slot and the title behind it on one line ("9:15 - 10:00 Coffee break").

    None where the line does not begin with a time, or goes on as a sentence would, in small
    letters.
    """
    match = _TIME_AND_TITLE.fullmatch(text)
    if not match or match["title"][0].islower() or not is_time_line(match["time"]):
        return None
    return match["time"], match["title"]


def is_date_line(text: str) -> bool:
    """Whether a line is a date or a range of days and nothing else ("Monday, March 27, 2023")."""
    before = _BEFORE_DATE.match(text)
    match = DATES.match(text, before.end() if before else 0)
    return bool(match) and text[match.end() if match else 0 :].strip(" ):.") == ""


def find_dates(text: str, year: int | None = None) -> tuple[date, date] | None:
    """First and last day of the first date in a text; None when it has none.

    :param year: the year of a date that is written without one.
    """
    for match in DATES.finditer(text):
        if found := _read_dates(match, year):
            return found
    return None


def _read_dates(match: re.Match[str], year: int | None) -> tuple[date, date] | None:
    part = match.groupdict()
    try:
        if part["iso"]:
            day = date.fromisoformat(part["iso"])
            return day, day
        found = part["year1"] or part["year2"] or part["year3"]
        when = int(found) if found else year
        if when is None:
            return None
        first_day = part["day1"] or part["day3"] or part["day5"]
        last_day = part["day2"] or part["day4"] or first_day
        first_month = part["month1"] or part["month3"] or part["month4"] or part["month5"]
        last_month = part["month2"] or part["month4"] or first_month
        first = date(when, _month(first_month), _number(first_day))
        last = date(when, _month(last_month), _number(last_day))
    except ValueError:
        return None
    if last < first:
        first = first.replace(year=when - 1) if last_month != first_month else last
    return first, last


def _month(name: str) -> int:
    return next(index for index, month in enumerate(_MONTHS, 1) if month[:3] == name[:3].lower())


def _number(day: str) -> int:
    return int(re.sub(r"\D", "", day))


def read_slot_time(text: str, day: date) -> tuple[datetime, datetime] | None:
    """Start and end of a slot without time zone; None when the clock times do not exist.

    "12:10 pm" is ten past noon and "12:00 am" midnight; a slot may end after midnight, at most
    twelve hours after it starts. A half of the day that only the end names counts for the start
    too, where that keeps the order ("11:30 to 12:10 pm" starts before noon).
    """
    match = _SLOT_TIME.fullmatch(text)
    if not match:
        return None
    first, last = _clock(match["start"]), _clock(match["end"])
    if first is None or last is None:
        return None
    (start, start_half), (end, end_half) = first, last
    if not start_half and end_half in ("a", "p"):
        same = _in_half(start, end_half)
        other = _in_half(start, "a" if end_half == "p" else "p")
        start = same if same < _in_half(end, end_half) else other
    else:
        start = _in_half(start, start_half)
    if not end_half and start_half in ("a", "p"):
        end = min((_in_half(end, half) for half in "ap"), key=lambda t: (t <= start, t))
    else:
        end = _in_half(end, end_half)
    begin, finish = datetime.combine(day, start), datetime.combine(day, end)
    if finish <= begin and finish + timedelta(days=1) - begin <= timedelta(hours=12):
        finish += timedelta(days=1)
    return begin, finish


def _clock(text: str) -> tuple[time, str] | None:
    match = _CLOCK_PARTS.fullmatch(text)
    if not match:
        return None
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    half = (match["half"] or "").lower()
    if hour > 24 or minute > 59 or (half and not 1 <= hour <= 12) or (hour == 24 and minute):
        return None
    return time(hour % 24, minute), {"noon": "p", "midnight": "a"}.get(half, half)


def _in_half(clock: time, half: str) -> time:
    if half == "a":
        return clock.replace(hour=clock.hour % 12)
    if half == "p":
        return clock.replace(hour=clock.hour % 12 + 12)
    return clock
