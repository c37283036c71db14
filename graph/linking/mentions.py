"""Where an affiliation mentions an organisation, and by which of its names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from .affiliations import COMMON, LONGEST, Token, is_shouted, parts, spelling, tokens
from .organisation_names import ACRONYM, CORE, FORMER, SHORT, Frequencies, Names, Words

__all__ = ["Affiliation", "Candidate", "Mention", "mention_of"]

_LONGEST: Final = 60
"""Words of an affiliation that are looked at."""
_SIGNS: Final = re.compile(r"[,;()]")
_COST: Final = {FORMER: 0.6, SHORT: 2.0, CORE: 5.0, ACRONYM: 3.0}


class Affiliation:
    """A text that may name organisations."""

    def __init__(self, text: str) -> None:
        segments: list[list[Token]] = []
        left = _LONGEST
        shouted = is_shouted(text)
        for part in parts(text):
            if found := tokens(part, shouted=shouted)[:left]:
                segments.append(found)
                left -= len(found)
        self.segments = [tuple(each.word for each in segment) for segment in segments]
        self.words = tuple(word for segment in self.segments for word in segment)
        self.acronyms = tuple(each.acronym for segment in segments for each in segment)
        self.segment_of = [n for n, segment in enumerate(segments) for _ in segment]
        self._spelled = [spelling(each) for each in _SIGNS.split(text[:LONGEST])]
        self._line = f" {' '.join(self._spelled)} "

    @cached_property
    def known(self) -> frozenset[str]:
        """Its words in no order."""
        return frozenset(self.words)

    def runs(self, name: Words) -> list[int]:
        """Where these words follow one another."""
        size = len(name)
        starts = range(len(self.words) - size + 1)
        return [at for at in starts if self.words[at : at + size] == name]

    def spells(self, name: str) -> str:
        """Whether it has a name as it is spelled, in no other language: `part`, `there` or `-`."""
        if f" {name} " not in self._line or not name:
            return "-"
        return "part" if name in self._spelled else "there"

    def within(self, first: int, last: int) -> str:
        """How a run of words stands in the text."""
        if last - first + 1 == len(self.words):
            return "whole"
        if self.segment_of[first] != self.segment_of[last]:
            return "across"
        starts = first == 0 or self.segment_of[first - 1] != self.segment_of[first]
        ends = last + 1 == len(self.words) or self.segment_of[last + 1] != self.segment_of[last]
        return ("part" if ends else "start") if starts else "end" if ends else "inside"

    def beside(self, at: int, inner: int) -> str:
        """What word stands beside a run, in the same part."""
        if not 0 <= at < len(self.words) or self.segment_of[at] != self.segment_of[inner]:
            return "-"
        word = self.words[at]
        return "-" if word.isdigit() else word if word in COMMON else "word"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An organisation that may be meant.

    :param spelled: its names as they are spelled, the one that is shown first.
    :param places: the words of its cities and states.
    :param related: identifiers of its parents, children and so on.
    """

    id: str
    names: Names
    spelled: tuple[str, ...]
    places: tuple[Words, ...]
    countries: frozenset[str]
    types: frozenset[str]
    related: Mapping[str, frozenset[str]]
    system: bool

    @property
    def called(self) -> int:
        """How many names it has."""
        return len(self.names.named) + len(self.names.acronyms)

    @property
    def type(self) -> str:
        """The first of its types that counts."""
        known = ("education", "healthcare", "company", "facility")
        return next((each for each in known if each in self.types), "other")


class Mention(NamedTuple):
    """How a name stands in a text.

    :param covered: the share of the name's information that is in the text.
    :param at: places of its words.
    """

    candidate: Candidate
    shape: str
    name: Words
    kind: int
    covered: float
    at: frozenset[int]
    information: float
    both: bool = False

    @property
    def whole(self) -> bool:
        """Whether all words of the name are there."""
        return self.covered == 1.0

    @property
    def together(self) -> bool:
        """Whether they follow one another."""
        return self.shape in _ORDER[4:]

    @property
    def strong(self) -> bool:
        """Whether it is surely mentioned: a full name of rare words that follow one another."""
        return self.together and self.information >= 7 and self.kind <= FORMER


_ORDER: Final = (
    "some", "fragment", "scattered", "words", "turned",
    "inside", "start", "end", "across", "part", "whole",
)  # fmt: skip
"""How a name stands in a text, the best last."""
_ORDER_OF: Final = {shape: n for n, shape in enumerate(_ORDER)}


def mention_of(text: Affiliation, candidate: Candidate, frequencies: Frequencies) -> Mention | None:
    """The name of a candidate that stands best in a text."""
    best: tuple[tuple[bool, float], Mention] | None = None
    for name, kind in candidate.names.named.items():
        found = _stands(text, candidate, name, kind, frequencies)
        if found is None:
            continue
        value = (
            found.covered * found.information
            + 0.3 * _ORDER_OF[found.shape]
            - _COST.get(kind, 0.3 * kind)
        )
        if best is None or (found.whole, value) > best[0]:
            best = (found.whole, value), found
    chosen = best[1] if best else None
    acronym = next((a for a in text.acronyms if a and a in candidate.names.acronyms), "")
    if not acronym:
        return chosen
    if chosen is not None and chosen.whole and chosen.kind != CORE:
        return chosen._replace(both=True)
    at = text.acronyms.index(acronym)
    told = frequencies.information_of(acronym)
    shape = text.within(at, at)
    return Mention(candidate, shape, (acronym,), ACRONYM, 1.0, frozenset([at]), told)


def _stands(
    text: Affiliation, candidate: Candidate, name: Words, kind: int, frequencies: Frequencies
) -> Mention | None:
    tells = frequencies.information_of
    total = sum(map(tells, name)) or 1e-9
    there = [word for word in name if word in text.known]
    if len(there) < len(name):
        return _fragment(text, candidate, name, kind, frequencies) if there else None
    if runs := text.runs(name):
        first, last = runs[-1], runs[-1] + len(name) - 1
        where = frozenset(range(first, last + 1))
        return Mention(candidate, text.within(first, last), name, kind, 1.0, where, total)
    size, meant, in_order = len(name), frozenset(name), sorted(name)
    for at in range(len(text.words) - size + 1):
        if text.segment_of[at] == text.segment_of[at + size - 1] and in_order == sorted(
            text.words[at : at + size]
        ):
            return Mention(
                candidate, "turned", name, kind, 1.0, frozenset(range(at, at + size)), total
            )
    inside = [n for n, each in enumerate(text.segments) if meant.issubset(each)]
    where = frozenset(
        at
        for at, word in enumerate(text.words)
        if word in meant and (not inside or text.segment_of[at] == inside[0])
    )
    return Mention(candidate, "words" if inside else "scattered", name, kind, 1.0, where, total)


def _fragment(
    text: Affiliation, candidate: Candidate, name: Words, kind: int, frequencies: Frequencies
) -> Mention | None:
    """A part of the text that has most words of a name."""
    tells = frequencies.information_of
    total, meant = sum(map(tells, name)), frozenset(name)
    if sum(tells(word) for word in name if word in text.known) < 0.5 * total:
        return None
    told = [sum(map(tells, meant.intersection(each))) for each in text.segments]
    best = max(range(len(told)), key=told.__getitem__)
    covered = told[best] / total
    if covered < 0.5:
        return None
    shape = "fragment" if meant.issuperset(text.segments[best]) else "some"
    where = frozenset(
        at for at, word in enumerate(text.words) if text.segment_of[at] == best and word in meant
    )
    return Mention(candidate, shape, name, kind, min(covered, 0.999), where, total)
