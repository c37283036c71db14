"""How things that were found are divided: by kind, conference, year and topic."""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Final

from .search_index import FACETS, seldom

__all__ = ["Choice", "Facets"]

LISTED: Final = 40
"""Values of a facet that are told, the most frequent."""
_MANY: Final = 2_000
"""Things from which they are counted by bits, and not one by one."""
_ONE: Final = ord("1")


@dataclass(frozen=True)
class Choice:
    """A value of a facet, and how many things there are with it."""

    value: str
    label: str
    count: int
    chosen: bool


class Facets:
    """The values that things have.

    :param database: an index, as `search_index.make` writes it.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._numbers: dict[str, tuple[array[int], array[int]]] = {}
        self._values: dict[str, list[tuple[str, str]]] = {facet: [] for facet in FACETS}
        self._bits: dict[str, dict[int, int]] = {facet: {} for facet in FACETS}
        self._seldom: dict[str, list[tuple[int, int]]] = {}
        for facet, ends, numbers in database.execute("SELECT facet, ends, numbers FROM numbers"):
            self._numbers[facet] = _array(ends), _array(numbers)
        told = "SELECT facet, number, key, label, bits FROM value ORDER BY facet, number"
        for facet, number, key, label, bits in database.execute(told):
            self._values[facet].append((key, label))
            if bits is not None:
                self._bits[facet][number] = int.from_bytes(bits, "little")
        self._chosen = {
            facet: {key: number for number, (key, _) in enumerate(values)}
            for facet, values in self._values.items()
        }
        self.things = len(self._numbers["kind"][0]) - 1
        """How many things there are."""

    def label(self, facet: str, value: str) -> str:
        """What people call a value of a facet; the value itself where no thing has it."""
        number = self._chosen[facet].get(value)
        return value if number is None else self._values[facet][number][1]

    def narrowed(
        self, found: Sequence[int], only: Mapping[str, str], but: str = ""
    ) -> Sequence[int]:
        """Those of things that have the values that are wanted.

        :param but: a facet whose value is not looked at.
        """
        for facet, value in only.items():
            if facet != but:
                number = self._chosen[facet].get(value, -1)
                ends, numbers = self._numbers[facet]
                found = [i for i in found if number in numbers[ends[i - 1] : ends[i]]]
        return found

    def choices(
        self, found: Sequence[int], only: Mapping[str, str], facets: Sequence[str]
    ) -> dict[str, list[Choice]]:
        """The values that things have, and may be narrowed to.

        :param only: the values that are wanted; for a facet its own is not looked at.
        """
        every = _Some(found, self.things)
        return {
            facet: self._choices(
                facet,
                _Some(self.narrowed(found, only, facet), self.things) if only else every,
                found,
                only,
            )
            for facet in facets
        }

    def _choices(
        self, facet: str, some: _Some, found: Sequence[int], only: Mapping[str, str]
    ) -> list[Choice]:
        values = self._values[facet]
        wanted = self._chosen[facet].get(only.get(facet, ""), -1)
        told = self._counts(facet, some).most_common(LISTED)
        if wanted >= 0 and wanted not in dict(told):
            told.append((wanted, len(self.narrowed(found, only))))
        choices = [Choice(*values[n], count, n == wanted) for n, count in told]
        if facet == "year":
            return sorted(choices, key=lambda each: each.value, reverse=True)
        return sorted(choices, key=lambda each: (-each.count, each.label))

    def _counts(self, facet: str, some: _Some) -> Counter[int]:
        """How many of some things have each value; of many, at least the most frequent values."""
        if len(some.things) > _MANY:
            counts: Counter[int] = Counter()
            for number, bits in self._bits[facet].items():
                if count := (bits & some.bits).bit_count():
                    counts[number] = count
            last = counts.most_common(LISTED)[LISTED - 1 :]
            whole = len(self._bits[facet]) == len(self._values[facet])
            if not whole and not (last and last[0][1] >= seldom(self.things)):
                # A value that has no bits may be as frequent.
                having = some.digits
                counts.update(n for thing, n in self._others(facet) if having[thing] == _ONE)
            return counts
        ends, numbers = self._numbers[facet]
        return Counter(chain.from_iterable([numbers[ends[i - 1] : ends[i]] for i in some.things]))

    def _others(self, facet: str) -> list[tuple[int, int]]:
        """The things that have a value which has no bits, each with the number of the value."""
        if facet not in self._seldom:
            ends, numbers = self._numbers[facet]
            bits = self._bits[facet]
            self._seldom[facet] = [
                (thing, number)
                for thing in range(1, len(ends))
                for number in numbers[ends[thing - 1] : ends[thing]]
                if number not in bits
            ]
        return self._seldom[facet]


class _Some:
    """Some of all things, by their numbers, and as bits once these are asked for."""

    def __init__(self, things: Sequence[int], most: int) -> None:
        self.things = things
        self._most = most

    @cached_property
    def digits(self) -> bytearray:
        """For each thing whether it is among them: `_ONE` or another digit."""
        digits = bytearray(b"0") * (self._most + 1)
        for thing in self.things:
            digits[thing] = _ONE
        return digits

    @cached_property
    def bits(self) -> int:
        """The same as bits of a number."""
        return int(self.digits[::-1], 2)


def _array(data: bytes) -> array[int]:
    made = array("I")
    made.frombytes(data)
    return made
