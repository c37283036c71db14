"""How text is written for the search: plain Latin letters and digits, whatever the script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from anyascii import anyascii

__all__ = ["fold", "spellings", "words"]

_WORD: Final = re.compile(r"[a-z0-9]+")
_MARKS: Final = re.compile(r"['\u2019\u02bc`\u00b4]")
_EAST: Final = re.compile(r"([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff])")
_JOINED: Final = re.compile(r"\b\w+(?:[-\u2010\u2011]\w+)+")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_TWO_LETTERS: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
    | {"Å": "Aa", "Ø": "Oe"}
)
_LONGEST: Final = 40
"""Letters of a word that count."""


def words(text: str) -> list[str]:
    """The words of a text: without accents, transliterated, in lower case.

    What an apostrophe parts is one word, and so is not every sign of an East Asian script.
    """
    plain = text if text.isascii() else anyascii(_EAST.sub(r" \1 ", text))
    return [word[:_LONGEST] for word in _WORD.findall(_MARKS.sub("", plain).lower())]


def fold(text: str) -> str:
    """The words of a text with single spaces between them: equal for equal names."""
    return " ".join(words(text))


def spellings(text: str) -> Iterator[str]:
    """Words that a text could also be looked for by.

    Those are joined words in one (on-device: ondevice), the parts of words with capitals inside
    (MobileNet: mobile, net), letters with marks as two (Müller: mueller), parts that an apostrophe
    divides (d'Alembert: alembert), and in one what is written in signs of which each is a word.
    """
    for joined in _JOINED.findall(text):
        yield from words(re.sub(r"\W", "", joined))
    if any(mark in text for mark in "'\u2019"):
        yield from words(_MARKS.sub(" ", text))
    for part in text.split():
        pieces = _CAMEL.split(part)
        if len(pieces) > 1:
            yield from (word for piece in pieces for word in words(piece))
    if not text.isascii():
        for part in text.split():
            two = part.translate(_TWO_LETTERS)
            if two != part:
                yield from words(two)
            if _EAST.search(part):
                yield "".join(words(part))[:_LONGEST]
