"""What speaks for an organisation that an affiliation may name, beside its rivals for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from .affiliations import COMMON, Token, is_shouted, parts, tokens
from .organisation_names import ACRONYM, CORE, FORMER, OTHER, SHORT, Frequencies, Names, Words

__all__ = ["Affiliation", "Candidate", "evidence"]

_LONGEST: Final = 60
"""Words of an affiliation that are looked at."""
_KINDS: Final = ("shown", "other", "former", "without its place", "one word", "acronym")
_COST: Final = {FORMER: 0.6, SHORT: 2.0, CORE: 5.0, ACRONYM: 3.0}
_UNITS: Final = frozenset(
    {"center", "college", "department", "division", "faculty", "institute", "laboratory", "school"}
)


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

    @cached_property
    def known(self) -> frozenset[str]:
        """Its words in no order."""
        return frozenset(self.words)

    def runs(self, name: Words) -> list[int]:
        """Where these words follow one another."""
        size = len(name)
        starts = range(len(self.words) - size + 1)
        return [at for at in starts if self.words[at : at + size] == name]

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

    :param places: the words of its cities and states.
    :param related: identifiers of its parents, children and so on.
    """

    id: str
    names: Names
    places: tuple[Words, ...]
    countries: frozenset[str]
    types: frozenset[str]
    related: Mapping[str, frozenset[str]]
    system: bool

    @property
    def type(self) -> str:
        """The first of its types that counts."""
        known = ("education", "healthcare", "company", "facility")
        return next((each for each in known if each in self.types), "other")


class _Found(NamedTuple):
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
        return self.together and self.information >= 7 and self.kind <= FORMER


_ORDER: Final = (
    "some", "fragment", "scattered", "words", "turned",
    "inside", "start", "end", "across", "part", "whole",
)  # fmt: skip
"""How a name stands in a text, the best last."""
_ORDER_OF: Final = {shape: n for n, shape in enumerate(_ORDER)}


def evidence(
    text: Affiliation,
    candidates: Sequence[Candidate],
    frequencies: Frequencies,
    countries: Mapping[Words, frozenset[str]],
) -> list[dict[str, str]]:
    """What is to be said of each candidate: a value a feature.

    :param countries: codes of the countries that words name.
    """
    found = [_best(text, each, frequencies) for each in candidates]
    named = frozenset().union(
        *(
            countries.get(segment[-n:], frozenset())
            for segment in text.segments
            for n in (1, 2, 3)
            if len(segment) >= n
        )
    )
    whole = [each for each in found if each is not None and each.whole]
    return [
        {"shape": "none"}
        if each is None
        else _about(text, each, frequencies) | _rivals(each, whole, named)
        for each in found
    ]


def _best(text: Affiliation, candidate: Candidate, frequencies: Frequencies) -> _Found | None:
    """The name of a candidate that stands best in a text."""
    best: tuple[tuple[bool, float], _Found] | None = None
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
    return _Found(candidate, shape, (acronym,), ACRONYM, 1.0, frozenset([at]), told)


def _stands(
    text: Affiliation, candidate: Candidate, name: Words, kind: int, frequencies: Frequencies
) -> _Found | None:
    tells = frequencies.information_of
    total = sum(map(tells, name)) or 1e-9
    there = [word for word in name if word in text.known]
    if len(there) < len(name):
        return _fragment(text, candidate, name, kind, frequencies) if there else None
    if at := text.runs(name):
        first, last = at[-1], at[-1] + len(name) - 1
        where = frozenset(range(first, last + 1))
        return _Found(candidate, text.within(first, last), name, kind, 1.0, where, total)
    meant, in_order = frozenset(name), sorted(name)
    turned = [n for n, each in enumerate(text.segments) if sorted(each) == in_order]
    inside = turned or [n for n, each in enumerate(text.segments) if meant.issubset(each)]
    where = frozenset(
        at
        for at, word in enumerate(text.words)
        if word in meant and (not inside or text.segment_of[at] == inside[0])
    )
    shape = "turned" if turned else "words" if inside else "scattered"
    return _Found(candidate, shape, name, kind, 1.0, where, total)


def _fragment(
    text: Affiliation, candidate: Candidate, name: Words, kind: int, frequencies: Frequencies
) -> _Found | None:
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
    return _Found(candidate, shape, name, kind, min(covered, 0.999), where, total)


def _about(text: Affiliation, found: _Found, frequencies: Frequencies) -> dict[str, str]:
    """What a candidate and its name tell by themselves."""
    candidate, name = found.candidate, found.name
    first, last = min(found.at), max(found.at)
    shared = frequencies.acronyms[name[0]] if found.kind == ACRONYM else frequencies.names[name]
    rarest = max(map(frequencies.information_of, name))
    placed = any(
        not found.at.issuperset(range(at, at + len(place)))
        for place in candidate.places
        for at in text.runs(place)
    )
    type_, related = candidate.type, candidate.related
    education = type_ == "education"
    told = {
        "shape": f"{found.shape}, {_KINDS[found.kind]}",
        "stands": found.shape,
        "name": _KINDS[found.kind],
        "both": str(found.both),
        "information": f"{_bin(found.information, 4, 6, 8, 10, 13, 17, 22)}",
        "rarest": f"{_bin(rarest, 4, 5, 6, 7, 8, 9, 10)}",
        "words": f"{min(len(name), 4)}",
        "shared": f"{min(shared, 5)}, {found.kind == ACRONYM}",
        "before": text.beside(first - 1, first),
        "after": text.beside(last + 1, last),
        "unit": str(name[0] in _UNITS),
        "placed": str(placed),
        "type": type_,
        "type_shape": f"{type_}, {found.together}",
        "hospital": f"{type_}, {'hospital' in text.words}",
        "medicine": f"{type_}, {'medicine' in text.words}",
        "affiliated": f"{type_}, {'affiliated' in text.words}",
        "funder": f"{'funder' in candidate.types}, {type_}",
        "university": f"{education}, {'university' in name}, {'university' in text.words}",
        "system": str(candidate.system and "system" not in text.words),
        "children": f"{_bin(len(related.get('child', ())), 1, 3, 10, 30)}",
        "relations": f"{_bin(len(related.get('related', ())), 1, 3, 10)}",
        "names": f"{_bin(len(candidate.names.named), 2, 4, 7, 11)}",
        "child": str(bool(related.get("parent"))),
    }
    if not found.whole:
        missing = [word for word in name if word not in text.known]
        told |= {
            "covered": f"{_bin(found.covered, 0.6, 0.7, 0.8, 0.9)}",
            "covered_told": f"{_bin(found.covered * found.information, 6, 9, 12, 16, 20)}",
            "university_missing": str(("university" in text.words) != ("university" in name)),
            "missing_common": str(COMMON.issuperset(missing)),
        }
    return told


def _rivals(found: _Found, whole: Sequence[_Found], named: frozenset[str]) -> dict[str, str]:
    """What the other candidates tell about one."""
    candidate, related = found.candidate, found.candidate.related
    others = [each for each in whole if each.candidate.id != candidate.id]
    first, last = min(found.at), max(found.at)
    inside, ties, told = 0, 0, set()
    for each in others:
        if each.at > found.at:
            inside = max(inside, 1 + (each.information > found.information + 3) + each.together)
        elif each.at == found.at and found.whole:
            ties += 1
            told |= {kind for kind in ("parent", "child") if each.candidate.id in related[kind]}
            if each.kind <= OTHER < found.kind:
                told.add("better")
            if each.together and not found.together:
                told.add("ordered")
            if named & each.candidate.countries and not named & candidate.countries:
                told.add("country")
        elif each.at >= found.at:
            inside = max(inside, 2)
    later = [each for each in others if each.strong and min(each.at) > last]
    earlier = [each for each in others if each.strong and max(each.at) < first]
    there = {each.candidate.id for each in others}
    education = candidate.type == "education"
    country = "-" if not named else str(bool(named & candidate.countries))
    return {
        "inside": f"{inside}",
        "ties": f"{min(ties, 3)}",
        **{f"tied_{kind}": str(kind in told) for kind in _TIES},
        **{f"{kind}_too": str(bool(related[kind] & there)) for kind in _RELATIONS},
        "later": f"{min(len(later), 2)}",
        "earlier": f"{min(len(earlier), 2)}",
        "education": f"{education}, {_any(later)}, {_any(earlier)}",
        "country": country,
    }


_TIES: Final = ("parent", "child", "better", "ordered", "country")
_RELATIONS: Final = ("parent", "child", "related", "successor", "predecessor")


def _any(found: Sequence[_Found]) -> bool:
    return any(each.candidate.type == "education" for each in found)


def _bin(value: float, *edges: float) -> int:
    return sum(value >= edge for edge in edges)
