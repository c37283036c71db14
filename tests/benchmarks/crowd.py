"""People of many programmes that never were, with the truth of who is who; seeded."""

from __future__ import annotations

import random
from itertools import accumulate

from symposia.graph.linking.kinds.people import Person
from symposia.graph.namespaces import BASE

__all__ = ["crowd"]

_PROGRAMME = 600
"""People of a programme."""
_LAB = 8
"""People of one affiliation who write together."""
_USUAL = """
wang li zhang liu chen yang huang zhao wu zhou xu sun kim lee park nguyen singh kumar smith garcia
muller rossi tanaka
"""
_PARTS = "wei jing xin hao yu lei tao min jun ying hua ming jian hong bo kai fang na li yan"
_FAMILIES, _SYLLABLE = _USUAL.split(), _PARTS.split()
_GIVEN = [one + other for one in _SYLLABLE for other in ("", *_SYLLABLE)]
_SYLLABLES = [c + v for c in "bcdfghjklmnprstvwz" for v in "aeiou"] + ["an", "en", "in", "on", "er"]


def crowd(records: int, seed: int = 5) -> tuple[list[Person], dict[str, int]]:
    """Records of people in programmes of six hundred, and the number of who each is.

    One of six has one of 9,660 usual names, the others names of Zipf's distribution; a fifth has an
    initial instead of the given name, and one in ten of the others a slip in it. A person is in
    three programmes in the mean, in forty at most, and writes with those of the same lab.

    :param records: how many, about.
    """
    chance = random.Random(seed)  # noqa: S311  no secret
    families, given = _names(chance, 60_000, 3), _names(chance, 6_000, 2)
    usual = [
        list(accumulate(1 / at**0.9 for at in range(1, len(n) + 1))) for n in (families, given)
    ]
    programmes = max(2, records // _PROGRAMME)
    people: list[Person] = []
    truth: dict[str, int] = {}
    lab: list[tuple[str, str]] = []
    place, where = "", [0]
    for number in range(records // 3):
        if number % _LAB == 0:
            lab = [
                (chance.choice(_FAMILIES), chance.choice(_GIVEN))
                if chance.random() < 1 / 6
                else (
                    chance.choices(families, cum_weights=usual[0])[0],
                    chance.choices(given, cum_weights=usual[1])[0],
                )
                for _ in range(_LAB)
            ]
            place = f"University of {chance.choice(families).title()}"
            where = chance.sample(range(programmes), min(programmes, 2 * _LAB))
        family, first = lab[number % _LAB]
        times = min(1 + int(chance.expovariate(0.5)), 40)
        for programme in sorted(set(chance.choices(where, k=times))):
            iri = f"{BASE}c-{programme}/person/p{number}"
            shown = first[0] + "." if chance.random() < 0.2 else _slip(chance, first)
            works = [f"{BASE}c-{programme}/paper/l{number // _LAB}-{chance.randrange(2)}"]
            affiliations = [place] if chance.random() < 0.7 else []
            person = Person(iri, f"{BASE}c-{programme}", [f"{shown} {family}".title()])
            person.affiliations, person.works = affiliations, works
            people.append(person)
            truth[iri] = number
    return people, truth


def _names(chance: random.Random, number: int, most: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < number:
        found["".join(chance.choices(_SYLLABLES, k=chance.randint(2, most + 1)))] = None
    return list(found)


def _slip(chance: random.Random, name: str) -> str:
    """The name, or one in ten times the same with two letters exchanged."""
    if chance.random() >= 0.1 or len(name) < 3:
        return name
    at = chance.randrange(1, len(name) - 1)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
