"""What a page needs beyond the rows of its queries: the timetable, trees and sections."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import pyoxigraph as ox
from flask import request

from ..graph.namespaces import PREFIXES
from .filters import by
from .kinds import Kind, session_kind
from .programmes import timetable
from .schemes import scheme
from .terms import Row

__all__ = ["bindings", "extras"]

Rows = Mapping[str, Sequence[Row]]

UNSHOWN: Final = (
    PREFIXES["rdf"] + "type",
    PREFIXES["prov"] + "wasQuotedFrom",
    PREFIXES["prov"] + "wasDerivedFrom",
    PREFIXES["prov"] + "generatedAtTime",
)
"""Properties that a page tells elsewhere: in its kind and among its sources."""


def bindings() -> dict[str, ox.Literal]:
    """Whether a page shows one IRI alone (`?identities=own`), or all that are one with it."""
    return {"own": ox.Literal(request.args.get("identities") == "own")}


def extras(kind: Kind, rows: Rows, classes: Sequence[str]) -> dict[str, Any]:
    """What the template of a kind needs besides the rows of its queries.

    :param rows: the rows of the page's own queries, by name.
    :param classes: the classes of the thing.
    """
    make = _EXTRAS.get(kind.name)
    return {"unshown": UNSHOWN, **(make(rows, classes) if make else {})}


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
