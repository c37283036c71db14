"""Names of people: honorific, surname in capitals, doubled words, given and family name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from ..records import PersonName
from .organisations import names_organisation

__all__ = ["Names", "has_capital_surname", "is_name_shaped", "split_honorific"]

_HONORIFIC = re.compile(
    r"((?:(?:dr|prof|professor|mr|mrs|ms|mx|ir|sir|dame|ing|dipl\.?-ing)\b\.?\s*)+)\s(?=\S)", re.IGNORECASE
)  # fmt: skip
_LOWER_PARTICLES: Final = frozenset(
    [
        "de",
        "da",
        "do",
        "das",
        "dos",
        "del",
        "della",
        "der",
        "den",
        "des",
        "di",
        "du",
        "la",
        "las",
        "le",
        "los",
        "van",
        "von",
        "zu",
        "zur",
        "zum",
        "ter",
        "ten",
        "te",
        "bin",
        "ibn",
        "al",
        "el",
        "y",
        "e",
        "af",
        "av",
    ]
)
_ALWAYS_LOWER: Final = frozenset(
    [
        "de",
        "da",
        "das",
        "dos",
        "del",
        "der",
        "den",
        "van",
        "von",
        "zu",
        "zur",
        "zum",
        "ter",
        "ten",
        "y",
    ]
)
_AFTER_PARTICLE: Final = frozenset(["la", "las", "los", "le"])
_WORD = re.compile(r"[^\W\d_][^\W\d_.'’‘`-]*(?:[.'’‘`-]+[^\W\d_]+)*\.?")


def split_honorific(text: str) -> tuple[str | None, str]:
    """ "Dr. Alex Jones" as ("Dr.", "Alex Jones")."""
    match = _HONORIFIC.match(text)
    return (match.group(1).strip(), text[match.end() :].strip()) if match else (None, text)


def _is_capitals(word: str) -> bool:
    letters = [letter for letter in word if letter.isalpha()]
    return len(letters) > 1 and all(letter.isupper() for letter in letters)


def _shouts(word: str) -> bool:
    """Capitals, also behind a prefix in lower case ("McGREGOR", "deLUCA")."""
    return _is_capitals(word) or bool(re.fullmatch(r"(?:Mc|Mac|de|De|O')[A-Z]{3,}", word))


def is_name_shaped(text: str) -> bool:
    """Whether two to six words could be a person's name: letters, capitals first, no "of"."""
    words = split_honorific(text)[1].split()
    if not 2 <= len(words) <= 6 or not all(_WORD.fullmatch(word) for word in words):
        return False
    neighbours = {word.casefold() for word in words if word[0].isupper()}
    lower = [word for word in words if word[0].islower()]
    return (
        all(word in _LOWER_PARTICLES or word.casefold() in neighbours for word in lower)
        and len(lower) < len(words)
        and not names_organisation(text)
    )


def has_capital_surname(text: str) -> bool:
    """Whether a name has its surname in capitals at its end ("Vijay JANAPA REDDI")."""
    words = split_honorific(text)[1].split()
    return is_name_shaped(text) and _shouts(words[-1]) and not _is_capitals(words[0])


class Names:
    """Reads names and keeps one spelling for one person throughout a document.

    :param spelled: names that the document writes without capitals, as evidence for others.
    """

    def __init__(self, spelled: Iterable[str] = ()) -> None:
        self._spelling: dict[str, str] = {}
        self._families: dict[str, str] = {}
        for name in spelled:
            text = " ".join(_undoubled(split_honorific(name)[1].split()))
            if not any(_shouts(word) for word in text.split()):
                self._spelling.setdefault(text.casefold(), text)

    def learn(self, found: str) -> None:
        """Remember where a surname in capitals begins, for the same name without capitals."""
        name = self.read(found)
        if has_capital_surname(found):
            self._families.setdefault(name.full.casefold(), name.family)

    def read(self, found: str) -> PersonName:
        """A name as people write it, with the wording as found."""
        honorific, text = split_honorific(" ".join(found.split()).rstrip(" ,"))
        words = _undoubled(text.split())
        first, last = _family_part(words)
        family = _normal_case(words[first:last])
        given = _normal_case(words[:first] + words[last:])
        full = " ".join([*given, *family])
        full = self._spelling.get(full.casefold(), full)
        known = self._families.get(full.casefold())
        count = len(known.split()) if known else len(family)
        spelled = full.split()
        return PersonName(
            full=full,
            given=" ".join(spelled[:-count]),
            family=" ".join(spelled[-count:]),
            found=found.strip(),
            honorific=honorific,
        )


def _undoubled(words: list[str]) -> list[str]:
    """ "Deliang fan Fan" without the doubling; "Sirhan Sirhan" is a name."""
    if len(words) < 3:
        return words
    kept: list[str] = []
    for word in words:
        if kept and kept[-1].casefold() == word.casefold():
            kept[-1] = max(kept[-1], word, key=lambda one: (one[0].isupper(), one == word))
        else:
            kept.append(word)
    return kept


def _family_part(words: list[str]) -> tuple[int, int]:
    """Where the family name begins and ends: words in capitals, else the last with its particles."""
    loud = [_shouts(word) for word in words]
    first = len(words) - 1
    if all(loud) or not any(loud):
        if first > 0 and words[first].rstrip(".").casefold() in ("jr", "sr"):
            first -= 1
    elif loud[-1]:
        while first > 0 and loud[first - 1]:
            first -= 1
    elif loud[0]:
        end = loud.index(False)
        return 0, end
    while (
        first > 1
        and words[first - 1].casefold() in _LOWER_PARTICLES
        and (words[first - 1].islower() or _is_capitals(words[first - 1]))
    ):
        first -= 1
    return max(first, 1 if len(words) > 1 else 0), len(words)


def _normal_case(words: list[str]) -> list[str]:
    result: list[str] = []
    for index, word in enumerate(words):
        small = word.casefold()
        is_last = index == len(words) - 1
        if not _shouts(word):
            result.append(word)
        elif not is_last and (
            small in _ALWAYS_LOWER or (small in _AFTER_PARTICLE and result and result[-1].islower())
        ):
            result.append(small)
        else:
            result.append(_capitalised(word))
    return result


def _capitalised(word: str) -> str:
    """ "O'BRIEN" as "O'Brien", "MCDONALD" as "McDonald", "SAINT-JEAN" as "Saint-Jean"."""
    if match := re.fullmatch(r"(Mc|Mac|de|De|O')([A-Z]{3,})", word):
        return match.group(1) + match.group(2).capitalize()
    parts = re.split(r"([-'’‘`.])", word)
    fixed = [part[:1].upper() + part[1:].lower() for part in parts]
    text = "".join(fixed)
    return re.sub(r"\bMc([a-z])(?=[a-z]{2})", lambda found: "Mc" + found.group(1).upper(), text)
