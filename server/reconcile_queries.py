"""Reading the queries of the reconciliation API, of both versions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ..graph.errors import QueryError
from .matching import Condition, Wanted
from .reconcilable import iri_of, kind_named
from .search import LONGEST

__all__ = [
    "a_list",
    "a_string",
    "an_object",
    "bounded",
    "limit_of",
    "parsed",
    "text_of",
    "wanted_0_2",
    "wanted_1_0",
    "wrong",
]

MOST: Final = 200
"""Queries, or things, that may come at once."""
CANDIDATES: Final = 10
ALL: Final = 50
Json = Any


def wanted_0_2(query: Mapping[str, Json]) -> Wanted:
    """A query of 0.2.

    :raises QueryError: it is none.
    """
    types = query.get("type") or []
    conditions = tuple(
        Condition(iri_of(a_string(an_object(each).get("pid"), "pid")), _values(each.get("v")))
        for each in a_list(query.get("properties") or [], "properties")
    )
    return _checked(
        a_string(query.get("query", ""), "query"),
        [types] if isinstance(types, str) else a_list(types, "type"),
        query.get("limit"),
        conditions,
    )


def wanted_1_0(query: Mapping[str, Json]) -> Wanted:
    """A query of the draft of 1.0.

    :raises QueryError: it is none.
    """
    name, conditions = "", []
    for each in map(an_object, a_list(query.get("conditions"), "conditions")):
        found = _values(each.get("propertyValue"))
        kind = each.get("matchType")
        if kind in ("name", "id"):
            name = name or next(iter(found), "")
        elif kind == "property":
            of = iri_of(a_string(each.get("propertyId"), "propertyId"))
            conditions.append(Condition(of, found, each.get("required") is True))
        else:
            raise wrong("matchType", "name, id or property")
    types = [query["type"]] if query.get("type") else []
    return _checked(name, types, query.get("limit"), tuple(conditions))


def _checked(
    name: str, types: Sequence[Json], limit: Json, conditions: tuple[Condition, ...]
) -> Wanted:
    if not name.strip() and not conditions:
        raise QueryError("A query has neither a name nor properties.")
    kinds = [kind_named(a_string(each, "type")) for each in types]
    told = limit_of(limit, ALL) if limit is not None else CANDIDATES
    return Wanted(text_of(name), tuple(filter(None, kinds)), told, conditions)


def parsed(text: str, name: str) -> Json:
    """What a text in JSON says.

    :raises QueryError: it is no JSON.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise wrong(name, "JSON") from error


def an_object(value: Json) -> Mapping[str, Json]:
    """The value, where it is an object.

    :raises QueryError: it is none.
    """
    if not isinstance(value, dict):
        raise wrong("the query", "an object")
    return value


def a_list(value: Json, name: str) -> list[Json]:
    """The value, where it is a list.

    :raises QueryError: it is none.
    """
    if not isinstance(value, list):
        raise wrong(name, "a list")
    return value


def a_string(value: Json, name: str) -> str:
    """The value, where it is text.

    :raises QueryError: it is none.
    """
    if not isinstance(value, str):
        raise wrong(name, "text")
    return value


def _values(value: Json) -> tuple[str, ...]:
    several = value if isinstance(value, list) else [value]
    return tuple(
        text_of(str(each.get("id", "")) if isinstance(each, dict) else str(each))
        for each in several[:MOST]
        if each is not None
    )


def text_of(text: str) -> str:
    """A text of which no more is looked at than is searched for."""
    return text.strip()[:LONGEST]


def limit_of(value: Json, most: int, least: int = 1) -> int:
    """A number of things, between the least and the most.

    :raises QueryError: it is no number.
    """
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError) as error:
        if value is None:
            return most
        raise wrong("limit", "a whole number") from error
    return min(max(least, number), most)


def bounded(several: list[Json]) -> list[Json]:
    """Several, where they are not too many.

    :raises QueryError: they are.
    """
    if len(several) > MOST:
        raise QueryError(f"There are {len(several):,} at once; {MOST} may be asked for.")
    return several


def wrong(name: str, what: str) -> QueryError:
    """That something is not what it should be."""
    return QueryError(f"{name} must be {what}.", hint="The manifest is at /reconcile.")
