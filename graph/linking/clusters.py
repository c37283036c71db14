"""Clusters of things that are the same, which refuse what would contradict a fact or a decision."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations, product
from typing import Final

from ..iris import slug
from .decisions import Decision, Verdict

__all__ = ["Clusters", "Facts", "Names", "identifier"]

Names = Mapping[str, Iterable[str]]

_SCHEMES: Final = {
    "ORCID": re.compile(r"https?://(?:www\.)?orcid\.org/(\d{4}-\d{4}-\d{4}-\d{3}[\dX])/?"),
    "ROR identifier": re.compile(r"https?://(?:www\.)?ror\.org/(0[a-z0-9]{6}\d\d)/?"),
    "arXiv identifier": re.compile(
        r"https?://(?:(?:dx\.)?doi\.org/10\.48550/arxiv\.|arxiv\.org/abs/)(\d{4}\.\d{4,5})(?:v\d+)?",
        re.IGNORECASE,
    ),
    "DOI": re.compile(r"https?://(?:dx\.)?doi\.org/(10\.\d{4,9}/\S+)", re.IGNORECASE),
}
"""Identifiers of which a thing has one at most."""

_UMLAUT: Final = re.compile("([aou])e")
"""Names are written with umlauts, and without."""


def identifier(iri: str) -> tuple[str, str] | None:
    """The scheme and the value of an identifier of which a thing has one at most."""
    for scheme, pattern in _SCHEMES.items():
        if match := pattern.fullmatch(iri):
            return scheme, match[1].lower()
    return None


@dataclass(frozen=True, slots=True)
class Facts:
    """What things cannot share, or cannot have twice, by their IRIs.

    :param identifiers: those of which each has one at most, with their schemes.
    :param works: the papers of which people are authors: nobody is two authors of one.
    :param presence: where someone was, from when to when (UTC).
    :param dates: the first and the last day of events.
    :param wholes: the organisations of which one is a unit.
    """

    identifiers: Mapping[str, frozenset[tuple[str, str]]] = field(default_factory=dict)
    works: Mapping[str, frozenset[str]] = field(default_factory=dict)
    presence: Mapping[str, tuple[tuple[str, datetime, datetime], ...]] = field(default_factory=dict)
    dates: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    wholes: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def conflict(self, ours: Iterable[str], theirs: Iterable[str]) -> str:
        """Why two clusters cannot be one; empty where they can."""
        ours, theirs = tuple(ours), tuple(theirs)
        return (
            self._identifiers(ours, theirs)
            or self._works(ours, theirs)
            or self._dates(ours, theirs)
            or self._wholes(ours, theirs)
            or self._presence(ours, theirs)
        )

    def _identifiers(self, ours: Iterable[str], theirs: Iterable[str]) -> str:
        one, other = self._held(ours), self._held(theirs)
        for scheme in sorted(one.keys() & other.keys()):
            if not one[scheme] & other[scheme]:
                values = f"{min(one[scheme])} and {min(other[scheme])}"
                return f"They have two {scheme}s: {values}."
        return ""

    def _held(self, things: Iterable[str]) -> dict[str, set[str]]:
        held: dict[str, set[str]] = defaultdict(set)
        for thing in things:
            own = identifier(thing)
            for scheme, value in (*self.identifiers.get(thing, ()), *((own,) if own else ())):
                held[scheme].add(value)
        return held

    def _works(self, ours: Iterable[str], theirs: Iterable[str]) -> str:
        mine: frozenset[str] = frozenset().union(*(self.works.get(each, ()) for each in ours))
        both = mine.intersection(*[{w for each in theirs for w in self.works.get(each, ())}])
        return f"They are two authors of {min(both)}." if both else ""

    def _dates(self, ours: Iterable[str], theirs: Iterable[str]) -> str:
        for one, other in product(ours, theirs):
            if one in self.dates and other in self.dates:
                (start, end), (begin, stop) = self.dates[one], self.dates[other]
                if end < begin or stop < start:
                    return f"They are two events: one began on {start}, the other on {begin}."
        return ""

    def _wholes(self, ours: Iterable[str], theirs: Iterable[str]) -> str:
        for one, other in product(ours, theirs):
            for part, whole in ((one, other), (other, one)):
                if whole in self.wholes.get(part, ()):
                    return f"{part} is a unit of {whole}."
        return ""

    def _presence(self, ours: Iterable[str], theirs: Iterable[str]) -> str:
        for one, other in product(ours, theirs):
            for place, start, end in self.presence.get(one, ()):
                for elsewhere, begin, stop in self.presence.get(other, ()):
                    if place != elsewhere and start < stop and begin < end:
                        when = f"{max(start, begin):%Y-%m-%d %H:%M} UTC"
                        return f"They were at two places at {when}: {place} and {elsewhere}."
        return ""


class Clusters:
    """Who is joined, by union and find.

    :param names: the names of each person; of other things names do not matter.
    :param decisions: what is rejected is never joined, and what is split is joined with nobody.
    """

    def __init__(
        self, names: Names, decisions: Iterable[Decision] = (), facts: Facts | None = None
    ) -> None:
        self._names = names
        self._facts = facts or Facts()
        self._words: dict[str, list[tuple[str, ...]]] = {}
        self._root: dict[str, str] = {}
        self._members: dict[str, set[str]] = {}
        self._apart: dict[str, set[str]] = defaultdict(set)
        self.split: set[str] = set()
        for each in decisions:
            if each.verdict is Verdict.SPLIT:
                self.split.add(each.left)
            elif each.verdict is Verdict.REJECT and each.right:
                self._apart[each.left].add(each.right)
                self._apart[each.right].add(each.left)

    def join(self, found: Iterable[str], *, alike: bool) -> str:
        """Join people or organisations by evidence that they all have, or say why they are not.

        :param alike: whether any two names need a word in common.
        """
        roots = sorted({self._root.get(each, each) for each in found if each not in self.split})
        members = sorted({each for root in roots for each in self.members(root)})
        reason = self._decided(members) or self._named_otherwise(combinations(members, 2), alike)
        if not reason:
            self._merge(roots)
        return reason

    def link(self, left: str, right: str, *, decided: bool = False) -> str:
        """Join two things, or say why they are not.

        :param decided: whether someone decided it, who knows more than the facts.
        """
        reason = self.conflict(left, right, decided=decided)
        if not reason:
            self._merge(sorted({self._root.get(left, left), self._root.get(right, right)}))
        return reason

    def conflict(self, left: str, right: str, *, decided: bool = False) -> str:
        """Why two things cannot be one; empty where they can, or are."""
        ours, theirs = self.members(left), self.members(right)
        if right in ours:
            return ""
        alone = sorted(self.split.intersection((left, right)))
        reason = f"It is decided that {alone[0]} is the same as no other." if alone else ""
        reason = reason or self._decided(sorted(ours | theirs))
        if reason or decided:
            return reason
        named = self._named_otherwise(product(sorted(ours), sorted(theirs)), alike=False)
        return named or self._facts.conflict(sorted(ours), sorted(theirs))

    def members(self, thing: str) -> set[str]:
        """All that a thing is one with, itself included."""
        return self._members.get(self._root.get(thing, thing), {thing})

    def __iter__(self) -> Iterator[set[str]]:
        """The clusters of more than one."""
        return (members for members in self._members.values() if len(members) > 1)

    def _merge(self, roots: list[str]) -> None:
        members = set().union(*(self.members(root) for root in roots))
        for root in roots[1:]:
            self._members.pop(root, None)
        if roots:
            self._members[roots[0]] = members
            self._root.update(dict.fromkeys(members, roots[0]))

    def _decided(self, members: list[str]) -> str:
        for one in members:
            for other in sorted(self._apart.get(one, set()).intersection(members)):
                return f"It is decided that {one} and {other} are two."
        return ""

    def _named_otherwise(self, pairs: Iterable[tuple[str, str]], alike: bool) -> str:
        """Why people cannot be one, by their names."""
        for one, other in pairs:
            ours, theirs = self._named(one), self._named(other)
            if not ours or not theirs:
                continue
            if _event(one) == _event(other):
                if not any(_agree(a, b) for a in ours for b in theirs):
                    return f"At one event it stands for {self._called(one, other)}."
            elif alike and not any({*a} & {*b} for a in ours for b in theirs):
                return f"It stands for {self._called(one, other)}, who share no name."
        return ""

    def _named(self, person: str) -> list[tuple[str, ...]]:
        if person not in self._words:
            names = (_UMLAUT.sub(r"\1", slug(name)) for name in self._names.get(person, ()))
            found = (tuple(name.split("-")) for name in names)
            self._words[person] = [words for words in dict.fromkeys(found) if words != ("",)]
        return self._words[person]

    def _called(self, *people: str) -> str:
        return " and ".join(next(iter(self._names.get(person, (person,)))) for person in people)


def _event(person: str) -> str:
    """The programme below which a person has an IRI; anyone else is alone."""
    return person.rpartition("/person/")[0] or person


def _agree(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names may be of one person: a word may be missing, or stand as its initial."""
    short, long = sorted((one, other), key=len)
    left, full = [*long], 0
    for word in sorted(short, key=len, reverse=True):
        match = next((each for each in left if _same(each, word)), None)
        if match is None:
            return False
        left.remove(match)
        full += len(word) > 1 and len(match) > 1
    return full > 0


def _same(one: str, other: str) -> bool:
    """Whether two words of names may be one: equal, an initial, or a short form of the other."""
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) != 2 and long.startswith(short))
