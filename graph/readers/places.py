"""Countries and addresses, as far as a programme page writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

__all__ = ["Address", "country_code", "is_place", "is_region_code", "read_address"]

US_STATES: Final = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California",
    "CO": "Colorado", "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia",
    "FL": "Florida", "GA": "Georgia", "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois",
    "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana",
    "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota",
    "MS": "Mississippi", "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada",
    "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York",
    "NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon",
    "PA": "Pennsylvania", "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota",
    "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VA": "Virginia",
    "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
}  # fmt: skip
CA_PROVINCES: Final = {
    "AB": "Alberta", "BC": "British Columbia", "MB": "Manitoba", "NB": "New Brunswick",
    "NL": "Newfoundland and Labrador", "NS": "Nova Scotia", "NT": "Northwest Territories",
    "NU": "Nunavut", "ON": "Ontario", "PE": "Prince Edward Island", "QC": "Quebec",
    "SK": "Saskatchewan", "YT": "Yukon",
}  # fmt: skip
_ALIASES: Final = {
    "uk": "GB", "united kingdom": "GB", "great britain": "GB", "england": "GB", "scotland": "GB",
    "wales": "GB", "northern ireland": "GB", "usa": "US", "u.s.a.": "US", "u.s.": "US",
    "united states of america": "US", "south korea": "KR", "republic of korea": "KR",
    "korea": "KR", "the netherlands": "NL", "holland": "NL", "czechia": "CZ", "türkiye": "TR",
    "uae": "AE", "p.r. china": "CN", "people's republic of china": "CN", "russian federation": "RU",
    "viet nam": "VN", "deutschland": "DE", "österreich": "AT", "schweiz": "CH", "suisse": "CH",
    "italia": "IT", "españa": "ES", "brasil": "BR", "méxico": "MX",
}  # fmt: skip
_REGION: Final = r"(?P<state>[A-Z]{2}|[A-Z][a-z]+(?: [A-Z][a-z]+)*)"
_US_CODE: Final = r"\d{5}(?:-\d{4})?"
_CA_CODE: Final = r"[A-Z]\d[A-Z] ?\d[A-Z]\d"
_CODE: Final = rf"\d{{4,7}}(?:-\d{{3,4}})?|[A-Z]{{1,2}}\d[A-Z\d]? \d[A-Z]{{2}}|{_CA_CODE}"
_CODE_FIRST: Final = re.compile(
    r"(?P<code>(?:[A-Z]{1,2}-)?\d{3,6}(?:-\d{3,4})?(?: ?[A-Z]{2}(?= )| \d{2}(?= ))?) (?P<place>\D+)"
)
_CODE_LAST: Final = re.compile(rf"(?P<place>\D+?) (?P<code>{_CODE})")
_REGIONS: Final = {
    "US": (US_STATES, re.compile(rf"{_REGION} (?P<code>{_US_CODE})")),
    "CA": (CA_PROVINCES, re.compile(rf"{_REGION} (?P<code>{_CA_CODE})")),
}


@dataclass(frozen=True, slots=True)
class Address:
    """An address taken apart; what could not be told is None. The country is ISO 3166-1 alpha-2."""

    street: str | None = None
    locality: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None


@cache
def _countries() -> dict[str, str]:
    """Lower-case name or alpha-2 code to code, from the time zone database's country list."""
    table = files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text(encoding="utf-8")
    known = dict(_ALIASES)
    for row in table.splitlines():
        if row and not row.startswith("#"):
            code, _, name = row.partition("\t")
            known[name.lower()] = known[code.lower()] = code
    return known


def country_code(text: str, *, codes: bool = True) -> str | None:
    """The alpha-2 code of a country given by name or, with `codes`, by a code in capitals."""
    if len(text) == 2 and text.lower() not in _ALIASES and not (codes and text.isupper()):
        return None
    return _countries().get(text.lower())


def is_region_code(text: str) -> bool:
    """Whether a code is that of a state of the US or a province of Canada."""
    return text in US_STATES or text in CA_PROVINCES


def is_place(text: str) -> bool:
    """Whether a word or two can only be a country, a state of the US or a province of Canada."""
    return (
        country_code(text) is not None
        or text in US_STATES
        or text in US_STATES.values()
        or text in CA_PROVINCES
        or text in CA_PROVINCES.values()
    )


def read_address(text: str) -> Address | None:
    """Take an address in one line apart; None when it does not look like one.

    A code that means a country and a state ("DE", "CA") is neither unless a postal code or a
    country follows it.
    """
    parts = [part.strip() for part in text.rstrip(".").split(",") if part.strip()]
    if len(parts) < 2:
        return None
    if _is_two_places(parts[-1]):
        return Address(", ".join(parts[:-2]) or None, parts[-2])
    country = country_code(parts[-1]) if parts[-1] not in {*US_STATES, *CA_PROVINCES} else None
    if country:
        parts.pop()
    for code in _REGIONS:
        if country in (None, code) and (found := _with_region(parts, code)):
            return found
    return _elsewhere(parts, country) if country else None


def _is_two_places(text: str) -> bool:
    states = {*US_STATES, *US_STATES.values(), *CA_PROVINCES, *CA_PROVINCES.values()}
    return text in states and country_code(text) is not None


def _with_region(parts: list[str], country: str) -> Address | None:
    """Read "street, city, ST 12345", "street, city, ST, 12345" or "city, ST"."""
    names, pattern = _REGIONS[country]
    rest = list(parts)
    code = rest.pop() if len(rest) > 2 and re.fullmatch(_CODE, rest[-1]) else None
    region = rest[-1]
    if match := pattern.fullmatch(region):
        region, code = match["state"], match["code"]
    region = next((short for short, name in names.items() if region in (short, name)), "")
    if not region or len(rest) < 2:
        return None
    return Address(", ".join(rest[:-2]) or None, rest[-2], region, code, country)


def _elsewhere(parts: list[str], country: str) -> Address:
    """Read "street, 1234 AB city" or "street, city AB1 2CD", with at most a region after it."""
    for index in range(len(parts) - 1, -1, -1):
        match = _CODE_FIRST.fullmatch(parts[index]) or _CODE_LAST.fullmatch(parts[index])
        if match and (index or len(parts) == 1):
            street = ", ".join(parts[:index]) or None
            region = ", ".join(parts[index + 1 :]) or None
            return Address(street, match["place"].strip(), region, match["code"], country)
    code = parts.pop() if len(parts) > 1 and re.fullmatch(_CODE, parts[-1]) else None
    return Address(", ".join(parts[:-1]) or None, parts[-1], None, code, country)
