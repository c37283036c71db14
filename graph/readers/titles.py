"""What the title of a proceedings volume says of its conference: name, acronym, place, days."""

from __future__ import annotations

import re
from calendar import month_name
from dataclasses import dataclass
from datetime import date
from typing import Final

from ..iris import slug

__all__ = ["Conference", "conference_of", "month_of", "year_of"]

_MONTHS: Final = {name[:3].casefold(): number for number, name in enumerate(month_name) if number}
_MONTH: Final = "(" + "|".join(month_name[1:]) + "|" + "|".join(n[:3] for n in month_name[1:]) + ")"
_DAYS: Final = re.compile(
    rf"{_MONTH}\.? (\d{{1,2}})(?:\s?[-–]+\s?(?:{_MONTH}\.? )?(\d{{1,2}}))?, (\d{{4}})"
)
_DAYS_FIRST: Final = re.compile(
    rf"(\d{{1,2}})(?: {_MONTH}\.?)?\s?[-–]+\s?(\d{{1,2}}) {_MONTH}\.?,? (\d{{4}})"
)
_ACRONYM: Final = re.compile(
    r"\b(?=[A-Za-z]{2,20}[ '-])([A-Z][A-Za-z]*[A-Z][A-Za-z]*)[ '-]{1,3}(\d{4})\b"
)
_OPENING: Final = re.compile(r"^(?:the )?proceedings of (?:the )?", re.IGNORECASE)
_VOLUME: Final = re.compile(
    r"\s*(?:\((?:volume|long|short|demo|tutorial|part)[^)]*\)|[,:.]? \(?(?:volume|part) [\dIVX]+.*"
    r"|\(\d+\)|: tutorial.*|[,.:]? proceedings\b.*)\s*$",
    re.IGNORECASE,
)
_PLACE: Final = re.compile(r"[A-Z][\w .'-]*(?:, [A-Z][\w .'-]*){0,2}")
_LONGEST: Final = 60
_MOST: Final = 1_000
"""Characters of a title that are looked at."""


@dataclass(frozen=True, slots=True)
class Conference:
    """A conference as the title of its proceedings tells of it.

    :param key: what its IRI may end in, such as "iswc-2015".
    :param place: town and country.
    """

    key: str
    name: str
    acronym: str = ""
    place: str = ""
    start: date | None = None
    end: date | None = None


def conference_of(title: str, year: str = "") -> Conference:
    """Read the title of a volume.

    :param year: of the publication, where the title has none.
    """
    title = title[:_MOST]
    name = _OPENING.sub("", title).strip()
    days = _DAYS.search(name) or _DAYS_FIRST.search(name)
    start, end = _days(days) if days else (None, None)
    acronym = _ACRONYM.search(name)
    place = ""
    if days and start:
        before = name[: days.start()].rstrip(" ,(")
        if acronym and acronym.end() <= len(before):
            candidate = before[acronym.end() :].strip(" ,")
            place = candidate if _PLACE.fullmatch(candidate) else ""
            name = before[: acronym.end()]
        else:
            name = before
    else:
        name = _VOLUME.sub("", name).strip(" ,.") or title
    if acronym:
        label = f"{acronym[1]} {acronym[2]}"
        return Conference(slug(label), name, label, place, start, end)
    key = slug(name, limit=_LONGEST) or "proceedings"
    if year and year not in key:
        key = f"{key}-{year}"
    return Conference(key, name, "", place, start, end)


def month_of(text: str) -> int | None:
    """The number of a month from its name, its beginning ("Jul.") or its number."""
    word = text.strip().casefold()
    if word.isdigit() and 1 <= int(word) <= 12:
        return int(word)
    return _MONTHS.get(re.split(r"[\W_]", word)[0][:3]) if word else None


def year_of(text: str) -> str:
    """A year of four digits; empty where the text is none."""
    return text if re.fullmatch(r"1[5-9]\d\d|20\d\d", text) else ""


def _days(match: re.Match[str]) -> tuple[date | None, date | None]:
    if match.re is _DAYS:
        month, first, other, last, year = match.groups()
    else:
        first, other, last, month, year = match.groups()
        month, other = other or month, month
    try:
        start = date(int(year), month_of(month) or 0, int(first))
        end = date(int(year), month_of(other or month) or 0, int(last or first))
    except ValueError:
        return None, None
    return (start, end) if start <= end else (None, None)
