"""The time zone of an address, where the address tells it beyond doubt."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from functools import cache
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from ..errors import SourceError
from .places import Address

__all__ = ["check_zone", "zone_of"]

_EASTERN, _CENTRAL, _MOUNTAIN, _PACIFIC = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
)
_STATES: Final = {
    _EASTERN: "CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV",
    _CENTRAL: "AL AR IA IL LA MN MO MS OK WI",
    _MOUNTAIN: "CO MT NM UT WY",
    _PACIFIC: "CA WA NV",
    "America/Phoenix": "AZ",
    "Pacific/Honolulu": "HI",
}
"""Zone to the states that keep one time (two border towns of Nevada and the Navajo Nation aside).

States cut by a zone boundary are missing on purpose: there the city must be a zone's own city.
"""
_PROVINCES: Final = {
    "America/Edmonton": "AB",
    "America/Winnipeg": "MB",
    "America/Moncton": "NB",
    "America/Halifax": "NS PE",
    "America/Regina": "SK",
    "America/Whitehorse": "YT",
}
_REGIONS: Final = {"US": _STATES, "CA": _PROVINCES}
_CITIES: Final = {
    ("MI", "Detroit"): "America/Detroit",
    ("IN", "Indianapolis"): "America/Indiana/Indianapolis",
    ("KY", "Louisville"): "America/Kentucky/Louisville",
    ("ID", "Boise"): "America/Boise",
    ("AK", "Anchorage"): "America/Anchorage",
    ("AK", "Juneau"): "America/Juneau",
    ("BC", "Vancouver"): "America/Vancouver",
    ("ON", "Toronto"): "America/Toronto",
    ("NL", "St. John's"): "America/St_Johns",
}
"""Cities that a zone is named after, in states and provinces that a zone boundary cuts."""


def check_zone(name: str) -> str:
    """Return a zone's name if the time zone database has it.

    :raises SourceError: when it has not.
    """
    if name not in available_timezones():
        raise SourceError(
            f"There is no time zone called '{name}'.",
            hint="Give a name of the IANA database such as Europe/Zurich.",
        )
    return name


def zone_of(address: Address, days: Iterable[date]) -> str | None:
    """The IANA zone of an address on the given days; None where the address does not tell.

    It tells by its US state or Canadian province; by its city, when a zone of the country is
    named after it; or by its country, when all zones of the country keep one time on these days.
    """
    country, region, city = address.country or "", address.region or "", address.locality or ""
    for zone, names in _REGIONS.get(country, {}).items():
        if region in names.split():
            return zone
    if country in _REGIONS:
        return _CITIES.get((region, city))
    zones = _zones_of_countries().get(country, ())
    for zone in zones:
        if zone.rpartition("/")[2].casefold() == city.replace(" ", "_").casefold():
            return zone
    noons = [datetime.combine(day, time(12)) for day in days]
    offsets = {
        tuple(noon.replace(tzinfo=ZoneInfo(zone)).utcoffset() for noon in noons) for zone in zones
    }
    return zones[0] if len(offsets) == 1 else None


@cache
def _zones_of_countries() -> dict[str, tuple[str, ...]]:
    """Alpha-2 code to zones, the most populous first, from the database's `zone.tab`."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    zones: dict[str, tuple[str, ...]] = {}
    for row in table.splitlines():
        if row and not row.startswith("#"):
            code, _, zone = row.split("\t")[:3]
            zones[code] = (*zones.get(code, ()), zone)
    return zones
