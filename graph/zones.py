"""Local times with the offset of the zone that they are told in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from datetime import timezone as fixed
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import pyoxigraph as ox

from .namespaces import PREFIXES

__all__ = ["localise"]

_ZONE: Final = ox.NamedNode(PREFIXES["schema"] + "scheduleTimezone")
_TIMES: Final = frozenset(
    ox.NamedNode(PREFIXES["schema"] + name) for name in ("startDate", "endDate")
)
_DATE_TIME: Final = ox.NamedNode(PREFIXES["xsd"] + "dateTime")
_FIXED: Final = re.compile(r"(?:GMT|UTC)(?:([+-])(\d{1,2})(?::?(\d\d))?)?")


def localise(
    triples: Iterable[ox.Triple], *, conference: str, timezone: str | None = None
) -> list[ox.Triple]:
    """Give the times of events (schema:startDate, endDate) the offset of their zone.

    SPARQL has no time zones, so this is no query. The zone of an event is its
    schema:scheduleTimezone, a name of the IANA database, or GMT+2, which people write for an offset
    of two hours to the east. A time with an offset, or of no known zone, stays as it is.

    :param conference: the IRI of the conference, whose zone is that of events that have none.
    :param timezone: the zone of events where the conference has none either.
    """
    found = list(triples)
    zones = {
        triple.subject: triple.object.value
        for triple in found
        if triple.predicate == _ZONE and isinstance(triple.object, ox.Literal)
    }
    shared = zones.get(ox.NamedNode(conference), timezone or "")
    return [
        _with_offset(triple, zones.get(triple.subject, shared))
        if triple.predicate in _TIMES
        else triple
        for triple in found
    ]


def _with_offset(triple: ox.Triple, name: str) -> ox.Triple:
    value, zone = triple.object, _zone(name)
    if zone is None or not isinstance(value, ox.Literal) or value.datatype != _DATE_TIME:
        return triple
    try:
        moment = datetime.fromisoformat(value.value)
    except ValueError:
        return triple
    if moment.tzinfo is not None:
        return triple
    told = ox.Literal(moment.replace(tzinfo=zone).isoformat(), datatype=_DATE_TIME)
    return ox.Triple(triple.subject, triple.predicate, told)


@cache
def _zone(name: str) -> tzinfo | None:
    try:
        if match := _FIXED.fullmatch(name.strip()):
            sign, hours, minutes = match.groups(default="0")
            offset = timedelta(hours=int(hours), minutes=int(minutes))
            return fixed(-offset if sign == "-" else offset)
        return ZoneInfo(name.strip())
    except (ValueError, OSError, KeyError):
        return None
