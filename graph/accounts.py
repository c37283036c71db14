"""What became of each field of a record, so that every one is mapped, kept or refused."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from .items import Place
from .loss import Loss
from .tidy import tidy

__all__ = ["Fields"]


_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")


class Fields:
    """The fields of one record; whoever takes a field maps it, and what nobody takes is kept.

    :param where: the place of the record.
    :param values: name and text of each field, repeated names allowed; empty texts are no fields.
    """

    def __init__(self, where: Place, values: Iterable[tuple[str, str]]) -> None:
        self.where = where
        self._taken: set[str] = set()
        self._refused: list[tuple[str, str, str]] = []
        self._repaired: list[tuple[str, str, str, str]] = []
        self._values: dict[str, list[str]] = {}
        for name, value in values:
            if _CONTROL.search(value):
                value = self._printable(name, value)
            if value and not value.isspace():
                self._values.setdefault(name, []).append(value)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def peek(self, name: str) -> str:
        """The first value of a field, which is not yet taken by that; empty where it has none."""
        return " ".join(self._values.get(name, ("",))[0].split())

    def take(self, name: str) -> str:
        """The first value of a field, in which space is made single; empty where it has none."""
        return " ".join((self.take_all(name) or [""])[0].split())

    def take_all(self, name: str) -> list[str]:
        """All values of a field."""
        self._taken.add(name)
        return self._values.get(name, [])

    def tidy(self, name: str, *, prose: bool = False) -> str:
        """The first value, free of markup and of damage, which is noted as a repair."""
        found = self.take(name)
        mended, why = tidy(found, prose=prose)
        if why:
            self.repair(name, found, mended, why)
        return mended

    def keep(self, *names: str) -> None:
        """Leave fields that were taken in the original after all."""
        self._taken.difference_update(names)

    def repair(self, name: str, found: str, mended: str, why: str) -> None:
        """Note that a value was mended."""
        self._repaired.append((name, found, mended, why))

    def _printable(self, name: str, value: str) -> str:
        first = _CONTROL.search(value)
        code = ord(first[0]) if first else 0
        plain = _CONTROL.sub("", value)
        self.repair(name, value, plain, f"It holds the control character U+{code:04X}.")
        return plain

    def refuse(self, name: str, found: str, why: str) -> None:
        """Note that a value of a field cannot be read."""
        self._taken.add(name)
        self._refused.append((name, found, why))

    def post(self, loss: Loss, prefix: str = "") -> None:
        """Count the fields.

        :param prefix: what stands before their names, such as "paper/".
        """
        for name, values in self._values.items():
            refused = sum(1 for each, _, _ in self._refused if each == name)
            rest = len(values) - refused
            taken = name in self._taken
            loss.count(
                "field", prefix + name, mapped=rest if taken else 0, kept=0 if taken else rest
            )
        place = str(self.where)
        for name, found, why in self._refused:
            loss.refuse("field", prefix + name, place=f"{place}, {name}", found=found, why=why)
        for name, found, mended, why in self._repaired:
            loss.repair(
                "field",
                prefix + name,
                place=f"{place}, {name}",
                found=found,
                mended=mended,
                why=why,
            )
