"""Local times get the offset of their zone, and nothing else changes."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from symposia.graph.zones import localise

S, C = ox.NamedNode("http://a.example/s"), ox.NamedNode("http://a.example/c")
SCHEMA, XSD = "https://schema.org/", "http://www.w3.org/2001/XMLSchema#"


def told(value: str, datatype: str = "dateTime") -> ox.Triple:
    literal = ox.Literal(value, datatype=ox.NamedNode(XSD + datatype))
    return ox.Triple(S, ox.NamedNode(SCHEMA + "startDate"), literal)


def zone(thing: ox.NamedNode, name: str) -> ox.Triple:
    return ox.Triple(thing, ox.NamedNode(SCHEMA + "scheduleTimezone"), ox.Literal(name))


@pytest.mark.parametrize(
    ("name", "time", "expected"),
    [
        ("Europe/Rome", "2030-05-06T09:00:00", "2030-05-06T09:00:00+02:00"),
        ("Europe/Rome", "2030-01-06T09:00:00", "2030-01-06T09:00:00+01:00"),
        ("GMT+2", "2030-05-06T09:00:00", "2030-05-06T09:00:00+02:00"),
        ("UTC-03:30", "2030-05-06T09:00:00", "2030-05-06T09:00:00-03:30"),
        ("GMT", "2030-05-06T09:00:00", "2030-05-06T09:00:00+00:00"),
        ("Europe/Rome", "2030-05-06T09:00:00Z", "2030-05-06T09:00:00Z"),
        ("Europe/Rome", "soon", "soon"),
        ("Middle/Earth", "2030-05-06T09:00:00", "2030-05-06T09:00:00"),
        ("../../etc/passwd", "2030-05-06T09:00:00", "2030-05-06T09:00:00"),
        ("GMT+99", "2030-05-06T09:00:00", "2030-05-06T09:00:00"),
        ("", "2030-05-06T09:00:00", "2030-05-06T09:00:00"),
    ],
)
def test_offsets(name: str, time: str, expected: str) -> None:
    assert localise([told(time), zone(S, name)], conference=C.value)[0] == told(expected)


def test_days_have_no_offset() -> None:
    found = localise([told("2030-05-06", "date"), zone(S, "Europe/Rome")], conference=C.value)
    assert found[0] == told("2030-05-06", "date")


def test_whose_zone_counts() -> None:
    time, rome, tokyo = (
        "2030-05-06T09:00:00",
        "2030-05-06T09:00:00+02:00",
        "2030-05-06T09:00:00+09:00",
    )
    own, shared = zone(S, "Asia/Tokyo"), zone(C, "Europe/Rome")
    assert localise([told(time), own, shared], conference=C.value)[0] == told(tokyo)
    assert localise([told(time), shared], conference=C.value)[0] == told(rome)
    assert localise([told(time)], conference=C.value, timezone="Europe/Rome")[0] == told(rome)
    assert localise([told(time)], conference=C.value)[0] == told(time)
