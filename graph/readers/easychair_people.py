"""People in EasyChair's tables: one by their number, where it does not stand for two names."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from ..accounts import Fields
from ..items import Agent

__all__ = ["People"]

_MOST: Final = 2_000
_MAILBOX: Final = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")


class People:
    """Remembers who has which number."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._keys: dict[str, str] = {}

    def read(self, fields: Fields) -> Agent | None:
        """The person of a row; None where it names nobody."""
        given = self._take(fields, "first name", "first_name")
        family = self._take(fields, "last name", "last_name")
        name = f"{given} {family}".strip()
        if not name:
            return None
        organisation = self._take(fields, "organization", "affiliation")
        country = self._take(fields, "country")
        if country and not organisation:
            fields.keep("country")
        return Agent(
            name,
            given,
            family,
            key=self._key(fields, name),
            email=self._checked(fields, _MAILBOX, "It is no e-mail address.", "email"),
            homepage=self._homepage(fields),
            organisations=(organisation,) if organisation else (),
            country=country[:1].upper() + country[1:],
        )

    def known(self, agent: Agent) -> Agent:
        """A person who is only named, with the number of the only one of that name."""
        return replace(agent, key=self._keys.get(agent.name, ""))

    def _key(self, fields: Fields, name: str) -> str:
        column = next((each for each in ("person #", "person") if each in fields), "")
        number = fields.take(column) if column else ""
        if not number:
            return self._keys.get(name, "")
        other = self._names.setdefault(number, name)
        if not _alike(other, name):
            why = f"The number is that of {other}, so that the name tells who it is."
            fields.repair(column, number, name, why)
            return self._keys.get(name, "")
        key = f"person {number}"
        self._keys.setdefault(name, key)
        return key

    def _homepage(self, fields: Fields) -> str:
        pattern = re.compile(r"https?://\S+", re.IGNORECASE)
        return self._checked(
            fields, pattern, "It is no web address.", "Web site", "web site", "Web_page", "Web page"
        )

    def _checked(self, fields: Fields, pattern: re.Pattern[str], why: str, *names: str) -> str:
        name = next((each for each in names if each in fields), "")
        found = fields.take(name) if name else ""
        if found and not pattern.fullmatch(found[:_MOST]):
            fields.refuse(name, found, why)
            return ""
        return found

    def _take(self, fields: Fields, *names: str) -> str:
        return next((fields.tidy(name) for name in names if name in fields), "")


def _alike(one: str, other: str) -> bool:
    """Whether two names may be those of one person: one has all words of the other."""
    first, second = ({*re.split(r"[\s.-]+", name.casefold())} for name in (one, other))
    return first <= second or second <= first
