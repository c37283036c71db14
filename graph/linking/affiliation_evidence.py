"""What speaks for an organisation that an affiliation may name, beside its rivals for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from .affiliations import COMMON
from .mentions import Affiliation, Candidate, Mention, mention_of
from .organisation_names import ACRONYM, OTHER, Frequencies, Words

__all__ = ["evidence"]

_KINDS: Final = ("shown", "other", "former", "without its place", "one word", "acronym")
_UNITS: Final = frozenset(
    {"center", "college", "department", "division", "faculty", "institute", "laboratory", "school"}
)
_HEADS: Final = _UNITS - {"department", "division", "faculty"} | frozenset(
    {"academy", "agency", "clinic", "council", "foundation", "hospital", "ministry", "museum"}
    | {"observatory", "polytechnic", "university"}
)
"""What organisations are called, other than parts of them."""


def evidence(
    text: Affiliation,
    candidates: Sequence[Candidate],
    frequencies: Frequencies,
    countries: Mapping[Words, frozenset[str]],
) -> list[dict[str, str]]:
    """What is to be said of each candidate: a value a feature.

    :param countries: codes of the countries that words name.
    """
    found = [mention_of(text, each, frequencies) for each in candidates]
    named = frozenset().union(
        *(
            countries.get(segment[-n:], frozenset())
            for segment in text.segments
            for n in (1, 2, 3)
            if len(segment) >= n
        )
    )
    whole = [each for each in found if each is not None and each.whole]
    others = _others(text, whole)
    return [
        {"shape": "none"}
        if each is None
        else _about(text, each, frequencies)
        | _around(text, each, frequencies)
        | _rivals(each, whole, named)
        | {"others": f"{others}, {each.candidate.type}"}
        for each in found
    ]


def _others(text: Affiliation, whole: Sequence[Mention]) -> int:
    """How many parts seem to be organisations of which no candidate has the name, two at most."""
    known: set[int] = set().union(*(each.at for each in whole if each.information >= 6))
    named = {text.segment_of[at] for at in known}
    heads = (
        n not in named and not _HEADS.isdisjoint(each) and not COMMON.issuperset(each)
        for n, each in enumerate(text.segments)
    )
    return min(2, sum(heads))


def _about(text: Affiliation, found: Mention, frequencies: Frequencies) -> dict[str, str]:
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
        begun = bool(text.runs(name[: len(name) - len(missing)]))
        told |= {
            "covered": f"{_bin(found.covered, 0.6, 0.7, 0.8, 0.9)}",
            "covered_told": f"{_bin(found.covered * found.information, 6, 9, 12, 16, 20)}",
            "university_missing": str(("university" in text.words) != ("university" in name)),
            "missing_common": str(COMMON.issuperset(missing)),
            "begun": f"{begun}, {found.shape}, {COMMON.issuperset(missing)}",
        }
    return told


def _around(text: Affiliation, found: Mention, frequencies: Frequencies) -> dict[str, str]:
    """Where the name is, how it is spelled, and what else the same part of the text tells."""
    candidate, segment = found.candidate, text.segment_of[min(found.at)]
    places = {word for place in candidate.places for word in place}
    rest = [
        word
        for at, word in enumerate(text.words)
        if text.segment_of[at] == segment and at not in found.at and word not in places
    ]
    left = sum(map(frequencies.information_of, rest))
    spelled = {text.spells(each) for each in candidate.spelled}
    shown = text.spells(candidate.spelled[0]) != "-" if candidate.spelled else False
    return {
        "spelled": f"{max(spelled, key=_SPELLED.index, default='-')}, {shown}",
        "left": f"{_bin(left, 1, 4, 8, 13, 20)}, {found.whole}",
        "part": f"{min(segment, 2)}, {min(len(text.segments) - 1 - segment, 2)}",
    }


def _rivals(found: Mention, whole: Sequence[Mention], named: frozenset[str]) -> dict[str, str]:
    """What the other candidates tell about one."""
    candidate, related = found.candidate, found.candidate.related
    others = [each for each in whole if each.candidate.id != candidate.id]
    first, last = min(found.at), max(found.at)
    inside, ties, longer, told = 0, 0, -1.0, set[str]()
    tied_names, tied_relations = 0, 0
    for each in others:
        if each.at > found.at:
            inside = max(inside, 1 + (each.information > found.information + 3) + each.together)
            longer = max(longer, each.information - found.information)
        elif each.at == found.at and found.whole:
            ties += 1
            tied_names = max(tied_names, each.candidate.called)
            tied_relations = max(tied_relations, _class_of_relations(each.candidate))
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
        "longer": f"{_bin(longer, 0, 3, 6, 10, 15)}",
        "tied_names": _against(candidate.called, tied_names) if ties else "-",
        "tied_relations": (
            _against(_class_of_relations(candidate), tied_relations) if ties else "-"
        ),
    }


_SPELLED: Final = ("-", "there", "part")
_TIES: Final = ("parent", "child", "better", "ordered", "country")
_RELATIONS: Final = ("parent", "child", "related", "successor", "predecessor")


def _any(found: Sequence[Mention]) -> bool:
    return any(each.candidate.type == "education" for each in found)


def _against(own: int, others: int) -> str:
    return "more" if own > others else "less" if own < others else "equal"


def _class_of_relations(candidate: Candidate) -> int:
    return _bin(sum(map(len, candidate.related.values())), 1, 3, 10)


def _bin(value: float, *edges: float) -> int:
    return sum(value >= edge for edge in edges)
