"""What organisations are called: in full, without the place, by acronyms; and how rare that is."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Final

from .affiliations import COMMON, bare, words

__all__ = ["Frequencies", "Names", "names_of"]

Words = tuple[str, ...]

SHOWN, OTHER, FORMER, SHORT, CORE, ACRONYM = range(6)
"""Kinds of names: what is shown, another one, one of a predecessor, one without the place, the one
word that is no common one ("Yale"), an acronym."""

_PLAIN: Final = re.compile(r"[a-z0-9]+")
_USUAL: Final = 50_000
"""Organisations of a register, by which the information of words is scaled."""
_FEW: Final = 6
"""Words of a text that is looked for with typing errors."""
_RARE: Final = 20
"""Organisations up to which a word alone finds them."""


class Names:
    """The names of an organisation.

    :param named: the words of each name, with its kind.
    :param acronyms: of one word, in small letters.
    """

    __slots__ = ("acronyms", "named")

    def __init__(self, named: dict[Words, int], acronyms: set[str]) -> None:
        self.named = named
        self.acronyms = acronyms

    def take(self, other: Names) -> None:
        """Take the names of a predecessor."""
        for name, kind in other.named.items():
            self.named.setdefault(name, max(kind, FORMER))


def names_of(
    names: Sequence[str],
    acronyms: Iterable[str] = (),
    places: Iterable[str] = (),
    *,
    university: bool = False,
) -> Names:
    """The names of an organisation as they are compared.

    :param names: as they are written, first the one that is shown; what is in brackets counts not.
    :param places: where it is: its names are said without them, too.
    :param university: whether its one rare word stands for it ("Yale School of Medicine").
    """
    found: dict[Words, int] = {}
    for at, name in enumerate(names):
        _add(found, words(bare(name)), OTHER if at else SHOWN)
    where = [each for each in map(words, places) if each]
    for full in list(found):
        for rest in _without(full, where):
            _add(found, rest, SHORT)
        if university and "university" in full and len(full) < 4:
            core = tuple(word for word in full if word not in COMMON)
            if core not in where:
                _add(found, core, CORE)
    short = set()
    for acronym in acronyms:
        letters = _PLAIN.findall(acronym.lower())
        if len(letters) == 1 and len(letters[0]) > 1:
            short.add(letters[0])
        elif letters:
            _add(found, words(acronym), OTHER)
    return Names(found, short)


def _add(found: dict[Words, int], name: Words, kind: int) -> None:
    if len("".join(name)) > 1 and not (len(name) < 3 and COMMON.issuperset(name)):
        found.setdefault(name, kind)


def _without(name: Words, places: Iterable[Words]) -> Iterator[Words]:
    """A name without each of the places in it, as far as that leaves a rare word."""
    for place in places:
        for at in range(len(name) - len(place) + 1):
            rest = name[:at] + name[at + len(place) :]
            if name[at : at + len(place)] == place and not COMMON.issuperset(rest):
                yield rest


class Frequencies:
    """How many organisations are called by a word, a name, an acronym."""

    def __init__(self, all_names: Sequence[Names]) -> None:
        self.words: Counter[str] = Counter()
        self.names: Counter[Words] = Counter()
        self.acronyms: Counter[str] = Counter()
        for each in all_names:
            self.words.update({word for name in each.named for word in name})
            self.names.update(each.named.keys())
            self.acronyms.update(each.acronyms)
        records = max(1, len(all_names))
        most = max(_USUAL, records)
        self._unknown = math.log(most)
        # In a small register words are rare that are common elsewhere.
        self.information = {
            word: self._unknown - math.log(n * most / records if word in COMMON else n)
            for word, n in self.words.items()
        }

    def information_of(self, word: str) -> float:
        """How much a word tells, in nats: the logarithm of its inverse document frequency."""
        return self.information.get(word, self._unknown)

    def keys(self, names: Names) -> list[str]:
        """By what an organisation is found: acronyms, rare words, pairs of a name's rarest."""
        found = {f"@{acronym}" for acronym in names.acronyms}
        for name in names.named:
            rare = sorted(set(name), key=lambda word: (-self.information_of(word), word))
            if len(rare) == 1 or self.words[rare[0]] <= _RARE:
                found.add(rare[0])
            found.update(" ".join(sorted((rare[0], other))) for other in rare[1:3])
            if names.named[name] == SHOWN:
                found |= spelling_keys(rare[:1])
        return sorted(found)


def keys_of_text(found: Sequence[str], acronyms: Iterable[str]) -> list[str]:
    """By what an affiliation finds organisations: its words, pairs of them, acronyms."""
    rare = {word for word in found if word not in COMMON}
    keys = rare | {f"@{acronym}" for acronym in acronyms if acronym}
    for (one, first), (other, second) in combinations([(w, n) for n, w in enumerate(found)], 2):
        if one != other and (second - first < 3 or (second - first < 12 and rare & {one, other})):
            keys.add(" ".join(sorted((one, other))))
    if len(found) <= _FEW:
        keys |= spelling_keys(rare)
    return sorted(keys)


def spelling_keys(rare: Iterable[str]) -> set[str]:
    """By what words are found that have a typing error near their middle, or their end."""
    long = [word for word in rare if len(word) > 5]
    return {f"~{word[0]}{word[-4:]}" for word in long} | {f"~{word[:5]}" for word in long}
