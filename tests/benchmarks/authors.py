"""Author records as a bibliography has them, with the truth of who is who; seeded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

__all__ = ["AUTHORS", "authors"]

AUTHORS = Path(__file__).with_name("authors.toml")
"""The linkage of these records."""
_FAMILIES = 60_000
_GIVEN = 6_000
_LAB = 8
"""Persons of one affiliation who write together."""
_SYLLABLES = [c + v for c in "bcdfghjklmnprstvwz" for v in "aeiou"] + ["an", "en", "in", "on", "er"]


def authors(records: int, seed: int = 11) -> tuple[pa.Table, pa.Array]:
    """Records of authorships, and the number of the person of each.

    Family and given names follow Zipf's law, so that many people share one, and the most usual
    family name has one of twenty. A person has from one to some fifty records (three in the
    mean). Of the records three of ten have initials only, one of ten a slip in a name, and one of
    five no affiliation; co-authors are of the same lab, as each record spells them.

    :param records: how many, about.
    """
    chance = np.random.default_rng(seed)
    people = max(2, round(records / 3))
    counts = np.minimum(1 + chance.geometric(0.45, people) * (chance.random(people) < 0.75), 50)
    counts[chance.random(people) < 0.02] *= 6
    person = np.repeat(np.arange(people), counts)
    person = person[chance.permutation(len(person))]
    number = len(person)
    families = _names(chance, _FAMILIES, 3)
    given = _names(chance, _GIVEN, 2)
    family_of = _zipf(chance, people, _FAMILIES, 0.9)
    given_of = _zipf(chance, people, _GIVEN, 0.9)
    family = families[family_of[person]]
    first = given[given_of[person]]
    family = _slips(chance, family, 0.05)
    first = _slips(chance, first, 0.05)
    initial = first.astype("U1")
    short = chance.random(number) < 0.3
    affiliation = np.char.add(
        "university of ", families[chance.integers(0, _FAMILIES, people // _LAB + 1)]
    )
    whose = affiliation[person // _LAB]
    moved = chance.random(number) < 0.1
    whose = np.where(moved, affiliation[chance.integers(0, len(affiliation), number)], whose)
    unknown = chance.random(number) < 0.2
    together = _coauthors(chance, person, families[family_of], given[given_of].astype("U1"))
    name = np.char.add(np.char.add(np.where(short, initial, first), " "), family)
    table = pa.table(
        {
            "id": pa.array([f"r{at:08d}" for at in range(number)]),
            "name": pa.array(name.tolist()),
            "family": pa.array(family.tolist()),
            "given": pa.array(first.tolist(), mask=short),
            "initial": pa.array(initial.tolist()),
            "affiliation": pa.array(whose.tolist(), mask=unknown),
            "coauthors": together,
        }
    )
    return table, pa.array(person)


def _names(chance: np.random.Generator, number: int, most: int) -> np.ndarray:
    """So many different names; usual ones are not shorter than others."""
    found: dict[str, None] = {}
    while len(found) < number:
        parts = chance.integers(0, len(_SYLLABLES), (number, most + 1))
        lengths = chance.integers(2, most + 2, number)
        for row, length in zip(parts, lengths, strict=True):
            found.setdefault("".join(_SYLLABLES[at] for at in row[:length]), None)
    return np.array(list(found)[:number])


def _zipf(chance: np.random.Generator, size: int, number: int, exponent: float) -> np.ndarray:
    weights = np.arange(1, number + 1) ** -exponent
    return np.asarray(chance.choice(number, size, p=weights / weights.sum()))


def _slips(chance: np.random.Generator, names: np.ndarray, share: float) -> np.ndarray:
    """The same names, some with two letters exchanged, one left out, or one twice."""
    names = names.astype(object)
    for at in np.flatnonzero(chance.random(len(names)) < share):
        name = names[at]
        here = int(chance.integers(1, len(name) - 1)) if len(name) > 2 else 0
        kind = chance.integers(0, 3)
        if kind == 0:
            names[at] = name[:here] + name[here : here + 2][::-1] + name[here + 2 :]
        elif kind == 1:
            names[at] = name[:here] + name[here + 1 :]
        else:
            names[at] = name[:here] + name[here] + name[here:]
    return names.astype("U")


def _coauthors(
    chance: np.random.Generator, person: np.ndarray, family: np.ndarray, initial: np.ndarray
) -> pa.Array:
    """For each record one to four of the lab, the nearest ones most often, as `family initial`."""
    called = pa.array(np.char.add(np.char.add(family, " "), initial).tolist())
    number = chance.integers(1, 5, len(person))
    whose = np.repeat(person, number)
    steps = 1 + np.minimum(chance.geometric(0.45, len(whose)) - 1, _LAB - 2)
    others = np.minimum(whose // _LAB * _LAB + (whose % _LAB + steps) % _LAB, len(family) - 1)
    offsets = np.concatenate([[0], np.cumsum(number)])
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), called.take(pa.array(others)))
