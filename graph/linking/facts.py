"""What a dataset says that keeps two things apart."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import Final

from ..derived import answers
from ..namespaces import PREFIXES
from ..store import Store
from .clusters import Facts, identifier

__all__ = ["PROPERTIES", "facts_of"]

PROPERTIES: Final = frozenset(
    PREFIXES[prefix] + name
    for prefix, names in {
        "bibo": ("doi",),
        "dcterms": ("creator",),
        "org": ("unitOf",),
        "owl": ("sameAs",),
        "rdf": ("type",),
        "rdfs": ("label",),
        "schema": ("endDate", "location", "sameAs", "startDate"),
        "sym": ("chair", "partOf", "presenter"),
    }.items()
    for name in names
)
"""The properties that are asked for."""


def facts_of(store: Store) -> Facts:
    """The facts of a dataset.

    :param store: all programmes, in our model.
    """
    identifiers: dict[str, set[tuple[str, str]]] = defaultdict(set)
    works: dict[str, set[str]] = defaultdict(set)
    wholes: dict[str, set[str]] = defaultdict(set)
    dates: dict[str, tuple[str, str]] = {}
    presence: dict[str, list[tuple[str, datetime, datetime]]] = defaultdict(list)
    for row in answers(store, "facts"):
        thing, fact, value, start, end = ("" if each is None else each.value for each in row)
        if fact in ("identifier", "doi"):
            known = identifier(value if fact == "identifier" else f"https://doi.org/{value}")
            if known:
                identifiers[thing].add(known)
        elif fact == "author":
            works[thing].add(value)
        elif fact == "part":
            wholes[thing].add(value)
        elif fact == "date":
            dates[thing] = (start[:10], (end or start)[:10])
        else:
            begun, ended = _moment(start), _moment(end)
            if begun and ended:
                presence[thing].append((value, begun, ended))
    return Facts(
        {thing: frozenset(found) for thing, found in identifiers.items()},
        {thing: frozenset(found) for thing, found in works.items()},
        {thing: tuple(sorted(set(found))) for thing, found in presence.items()},
        dates,
        {thing: frozenset(found) for thing, found in wholes.items()},
    )


def _moment(text: str) -> datetime | None:
    """A moment in UTC; None where the zone or the time of day is not known."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None
