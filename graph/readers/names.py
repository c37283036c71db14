"""Names of people: honorific, surname in capitals, doubled words, given and family name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import zip_longest
from typing import Final

from ..records import PersonName
from .organisations import names_organisation

__all__ = ["Names", "has_capital_surname", "is_name_shaped", "split_honorific"]

_HONORIFIC: Final = re.compile(
    r"(?:(?:dr|prof|professor|mr|mrs|ms|mx|ir|sir|dame|ing|dipl\.?-ing)\b\.? ?)+(?<=[. ])(?=\S)",
    re.IGNORECASE,
)
_DEGREE: Final = re.compile(r"(?:,? (?:ph\.? ?d\.?|m\.?d\.?|m\.?sc\.?|d\.?sc\.?))+$", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|[-.'’‘`](?=[^\W\d_]))*\.?")

_PARTICLES: Final = frozenset(
    {"af", "al", "av", "bin", "da", "das", "de", "del", "della", "den", "der", "des", "di", "do"}
    | {"dos", "du", "e", "el", "ibn", "la", "las", "le", "los", "te", "ten", "ter", "van", "von"}
    | {"y", "zu", "zum", "zur"}
)
_SMALL: Final = frozenset(
    {"da", "das", "de", "del", "den", "der", "dos", "ten", "ter", "van", "von", "y", "zu", "zum"}
    | {"zur"}
)
"""Particles that are written small when a surname in capitals is put in normal case."""

_GENERATIONS: Final = frozenset({"II", "III", "IV", "Jr", "Jr.", "Sr", "Sr."})
"""What tells namesakes apart ("Robert Smith III"): a part of the family name, never shouted."""

_SMALL_AFTER_PARTICLE: Final = frozenset({"la", "las", "le", "los"})


def split_honorific(text: str) -> tuple[str | None, str]:
    """Divide "Dr. Alex Jones" into ("Dr.", "Alex Jones")."""
    match = _HONORIFIC.match(text)
    return (match.group().strip(), text[match.end() :]) if match else (None, text)


def _plain(text: str) -> list[str]:
    """The words of a name without honorific and degrees."""
    return _DEGREE.sub("", split_honorific(" ".join(text.split()).rstrip(" ,"))[1]).split()


def _is_capitals(word: str) -> bool:
    if word in _GENERATIONS:
        return False
    letters = [letter for letter in word if letter.isalpha()]
    return len(letters) > 1 and all(letter.isupper() for letter in letters)


def _shouts(word: str) -> bool:
    """Capitals, also behind a prefix in normal case ("McGREGOR")."""
    return _is_capitals(word) or re.fullmatch(r"(?:Mc|Mac|De|de)[A-Z]{3,}", word) is not None


def is_name_shaped(text: str) -> bool:
    """Whether a text could be a person's name by its form.

    It has two to six words of letters that begin with a capital, but for particles and doubled
    words, and none that organisations are named with.
    """
    words = _plain(text)
    if not 2 <= len(words) <= 6 or not all(_WORD.fullmatch(word) for word in words):
        return False
    capital = {word.casefold() for word in words if not word[0].islower()}
    small = [word for word in words if word[0].islower()]
    return (
        bool(capital)
        and all(word in _PARTICLES or word.casefold() in capital for word in small)
        and not names_organisation(text)
    )


def has_capital_surname(text: str) -> bool:
    """Whether a name ends with its surname in capitals ("Vijay JANAPA REDDI")."""
    words = _without_generation(_plain(text))
    return is_name_shaped(text) and _shouts(words[-1]) and not _is_capitals(words[0])


class Names:
    """Reads names and keeps one spelling for one person throughout a document.

    :param spelled: names that the document writes in lists. Where one is spelled without
        capitals, that spelling holds for the same name in capitals too.
    """

    def __init__(self, spelled: Iterable[str] = ()) -> None:
        self._spelling: dict[str, str] = {}
        self._family_words: dict[str, int] = {}
        for name in spelled:
            words = _undoubled(_plain(name))
            if not any(map(_shouts, words)):
                text = " ".join(words)
                self._spelling.setdefault(text.casefold(), text)

    def learn(self, found: str) -> None:
        """Remember how many words of a name its capitals mark as the family name."""
        if has_capital_surname(found):
            name = self.read(found)
            self._family_words.setdefault(name.full.casefold(), len(name.family.split()))

    def read(self, found: str) -> PersonName:
        """A name as people write it.

        :param found: the wording as found; capitals mark the family name wherever they stand.
        """
        words = _undoubled(_plain(found)) or found.split()
        first, end = _family_part(words)
        family = _normal_case(words[first:end])
        given = _normal_case(words[:first] + words[end:])
        full = " ".join([*given, *family])
        full = self._spelling.get(full.casefold(), full)
        words = full.split()
        cut = len(words) - self._family_words.get(full.casefold(), len(family))
        return PersonName(
            full=full,
            given=" ".join(words[:cut]),
            family=" ".join(words[cut:]),
            found=found.strip(),
            honorific=split_honorific(found)[0],
        )


def _undoubled(words: list[str]) -> list[str]:
    """Write "Deliang fan Fan" without the doubling; two equal words alone are a name."""
    if len(words) < 3:
        return words
    kept: list[str] = []
    for word in words:
        if kept and kept[-1].casefold() == word.casefold():
            kept[-1] = word if kept[-1][0].islower() else kept[-1]
        else:
            kept.append(word)
    return kept


def _without_generation(words: list[str]) -> list[str]:
    return words[:-1] if len(words) > 2 and words[-1] in _GENERATIONS else words


def _family_part(words: list[str]) -> tuple[int, int]:
    """Where the family name begins and ends.

    It is what stands in capitals, at the end or at the beginning; in a name without capitals it
    is the last word. Particles before it belong to it, and a generation after it.
    """
    body = _without_generation(words)
    first, end = _surname(body)
    return first, len(words) if end == len(body) else end


def _surname(words: list[str]) -> tuple[int, int]:
    loud = [_shouts(word) for word in words]
    first = len(words) - 1
    if any(loud) and not all(loud):
        if loud[0] and not loud[-1]:
            return 0, loud.index(False)
        while first > 0 and loud[-1] and loud[first - 1]:
            first -= 1
    while first > 1 and _is_particle(words[first - 1]):
        first -= 1
    return first, len(words)


def _is_particle(word: str) -> bool:
    """Whether a word is one: "van", "VAN" and "De" are, an initial and a given "Le" are not."""
    small = word.casefold()
    return small in (_PARTICLES if word.islower() else _SMALL - {"y"})


def _normal_case(words: list[str]) -> list[str]:
    result: list[str] = []
    for word, following in zip_longest(words, words[1:]):
        small = word.casefold()
        after_particle = small in _SMALL_AFTER_PARTICLE and result and result[-1].islower()
        if not _shouts(word):
            result.append(word)
        elif following and (small in _SMALL or after_particle):
            result.append(small)
        else:
            result.append(_capitalised(word))
    return result


def _capitalised(word: str) -> str:
    """Write "O'BRIEN" as "O'Brien", "MCDONALD" as "McDonald", "SAINT-JEAN" as "Saint-Jean"."""
    if match := re.fullmatch(r"(Mc|Mac|De|de)([A-Z]{3,})", word):
        return match.group(1) + match.group(2).capitalize()
    parts = re.split(r"([-'’‘`.])", word)
    text = "".join(part[:1].upper() + part[1:].lower() for part in parts)
    return re.sub(r"\bMc([a-z])(?=[a-z]{2})", lambda match: "Mc" + match.group(1).upper(), text)
