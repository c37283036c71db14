"""What a page needs beyond the rows of its queries: the timetable, trees and sections."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from flask import g
from markupsafe import Markup

from ..graph.namespaces import PREFIXES
from .filters import by
from .kinds import Kind, session_kind
from .schemes import scheme
from .terms import Row
from .timetable import Day, days

__all__ = ["allow_style", "extras", "timetable"]

Rows = Mapping[str, Sequence[Row]]

UNSHOWN: Final = (
    PREFIXES["rdf"] + "type",
    PREFIXES["prov"] + "wasQuotedFrom",
    PREFIXES["prov"] + "wasDerivedFrom",
    PREFIXES["prov"] + "generatedAtTime",
)
"""Properties that a page tells elsewhere: in its kind and among its sources."""


def extras(kind: Kind, rows: Rows, classes: Sequence[str]) -> dict[str, Any]:
    """What the template of a kind needs besides the rows of its queries.

    :param rows: the rows of the page's own queries, by name.
    :param classes: the classes of the thing.
    """
    make = _EXTRAS.get(kind.name)
    return {"unshown": UNSHOWN, **(make(rows, classes) if make else {})}


def timetable(rows: Rows) -> dict[str, Any]:
    """The days of a conference, with the style that puts each session in its place.

    The policy of our pages allows no style in attributes, so the places stand in one style
    element, whose digest the response names (https://www.w3.org/TR/CSP3/#grammardef-hash-source).
    """
    found = days(rows["sessions"], rows["talks"], rows["chairs"], rows["speakers"])
    if not found:
        return {"days": []}
    style = "\n" + "".join(_style(number, each) for number, each in enumerate(found, 1))
    allow_style(style)
    return {"days": found, "placing": Markup(f"<style>{style}</style>")}  # noqa: S704  numbers only


def allow_style(text: str) -> None:
    """Have the policy of this answer allow one style element, by the digest of its text."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    g.style_hashes = (*g.get("style_hashes", ()), f"sha256-{digest}")


def _style(number: int, each: Day) -> str:
    """The grid rows and columns of a day; a phone shows one column and needs none of it."""
    lines = []
    for position, slot in enumerate(each.slots, 1):
        place = f"grid-area:{slot.row}/{slot.track + 1}/span {slot.span}/span 1"
        lines.append(f"#axis-{number}>:nth-child({position}){{{place}}}")
    for position, (_, row) in enumerate(each.hours, len(each.slots) + 1):
        lines.append(f"#axis-{number}>:nth-child({position}){{grid-area:{row}/1}}")
    columns = f"#axis-{number}{{--tracks:{each.tracks}}}"
    return "@media (min-width:48rem),print{" + columns + "".join(lines) + "}\n"


def _conference(rows: Rows, _: Sequence[str]) -> dict[str, Any]:
    return timetable(rows)


def _session(_: Rows, classes: Sequence[str]) -> dict[str, Any]:
    found = [session_kind(each) for each in classes]
    style, word = next((pair for pair in found if pair[0] != "talks"), session_kind(None))
    return {"session_style": style, "session_word": word}


def _scheme(rows: Rows, _: Sequence[str]) -> dict[str, Any]:
    return scheme(rows)


def _ontology(rows: Rows, _: Sequence[str]) -> dict[str, Any]:
    groups = by(rows["terms"], "term")
    owl = PREFIXES["owl"]

    def of(*classes: str) -> list[list[Row]]:
        wanted = {owl + name for name in classes}
        return [group for group in groups if wanted & {row["class"].value for row in group}]  # type: ignore[union-attr]

    properties = of("ObjectProperty", "DatatypeProperty", "AnnotationProperty")
    classes = of("Class")
    others = [group for group in groups if group not in properties and group not in classes]
    sections = (
        ("Classes", "classes", classes),
        ("Properties", "properties", properties),
        ("Concepts", "concepts", others),
    )
    return {"sections": [section for section in sections if section[2]]}


_EXTRAS: Final[dict[str, Callable[[Rows, Sequence[str]], dict[str, Any]]]] = {
    "conference": _conference,
    "session": _session,
    "scheme": _scheme,
    "ontology": _ontology,
}
