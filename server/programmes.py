"""The timetable of a page: laid out, narrowed to what is wanted, with what was chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl, urljoin, urlsplit

from flask import request
from markupsafe import Markup

from .addresses import document
from .downloads import CALENDAR
from .policy import allow_style
from .terms import Row
from .timetable import Day, days
from .wanted import Wanted, narrowed, suggestions, talks_of

__all__ = ["ON_TIMETABLE", "timetable"]

ON_TIMETABLE: Final = (
    "sessions",
    "talks",
    "chairs",
    "speakers",
    "rooms",
    "topics",
    "organisations",
    "papers",
)
"""The queries of a conference's page that its timetable needs."""

_MOST: Final = 2000
"""Sessions that can be chosen in an address."""


def timetable(rows: Mapping[str, Sequence[Row]]) -> dict[str, Any]:
    """The days of a conference, with the style that puts each session in its place.

    The policy of our pages allows no style in attributes, so the places stand in one style
    element, whose digest the response names (https://www.w3.org/TR/CSP3/#grammardef-hash-source).

    The address of the page may say what is wanted (`topic`, `person`, `organisation`) and which
    sessions are chosen (`id`, many times).

    :param rows: of the queries that `ON_TIMETABLE` names.
    """
    sessions, talks = rows["sessions"], talks_of(rows)
    whole = days(sessions, talks, rows["chairs"], rows["rooms"])
    if not whole:
        return {"days": []}
    wanted = Wanted.of(request.args)
    found = whole
    if wanted:
        kept, left = narrowed(sessions, talks, rows["chairs"], wanted)
        found = days(kept, left, rows["chairs"], rows["rooms"])
    style = "\n" + "".join(_style(number, each) for number, each in enumerate(found, 1))
    allow_style(style)
    programme = next(row.this.value for row in sessions if row.this)
    calendar = urlsplit(document(programme, CALENDAR))
    given = request.args.getlist("id")[:_MOST]
    return {
        "days": found,
        "placing": Markup(f"<style>{style}</style>"),  # noqa: S704  numbers only
        "wanted": wanted,
        "suggested": suggestions(whole),
        "programme": programme,
        "chosen": {urljoin(f"{programme}/", each) for each in given},
        "calendar": calendar.path,
        "calendar_fields": parse_qsl(calendar.query),
        "page_fields": [("iri", each) for each in request.args.getlist("iri")[:1]],
    }


def _style(number: int, each: Day) -> str:
    """The grid rows and columns of a day; a phone shows one column and needs none of it."""
    lines = []
    axis = f"#axis-{number}>"
    position = 0
    for column, _ in enumerate(each.rooms, 2):
        position += 1
        lines.append(f"{axis}:nth-child({position}){{grid-area:1/{column}}}")
    first = 1 if each.rooms else 0
    for slot in each.slots:
        position += 1
        area = f"{slot.row + first}/{slot.column + 1}/span {slot.span}/span {slot.width}"
        lines.append(f"{axis}:nth-child({position}){{grid-area:{area}}}")
    for _, row in each.hours:
        position += 1
        lines.append(f"{axis}:nth-child({position}){{grid-area:{row + first}/1}}")
    columns = f"#axis-{number}{{--columns:{each.columns};--tracks:{each.tracks}}}"
    return "@media (min-width:48rem),print{" + columns + "".join(lines) + "}\n"
