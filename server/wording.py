"""What is searched for, as the index is asked: words, their other spellings, what was meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from .folding import spellings, words
from .nearness import Vocabulary

__all__ = ["either", "every", "mended", "spelt"]

_WORDS: Final = 12
"""Words of a text that count."""


def spelt(text: str) -> dict[str, list[str]]:
    """The words of a text, and how else each may be spelt."""
    terms = {word: [word] for word in words(text)[:_WORDS]}
    for part in text.split():
        alone = words(part)
        if len(alone) == 1 and alone[0] in terms and not part.isascii():
            terms[alone[0]] += [each for each in spellings(part) if each not in alone]
    for word, ways in terms.items():
        if len(word) > 4 and word.endswith("s") and not word.endswith("ss"):
            ways.append(word[:-1])  # all words are looked for as beginnings
        ways += [word.replace(*pair) for pair in _BRITISH if pair[0] in word]
    return terms


_BRITISH: Final = (
    ("isation", "ization"),
    ("ization", "isation"),
    ("ising", "izing"),
    ("izing", "ising"),
    ("ised", "ized"),
    ("ized", "ised"),
    ("our", "or"),
)
"""What is written one way or the other in English."""


def either(ways: Sequence[str]) -> str:
    """The expression of FTS5 for words in any of these spellings, or words that begin with them.

    A spelling has nothing but letters a to z and digits, so that nothing of it is syntax. A word
    that is whole counts twice.
    """
    joined = " OR ".join(f'"{each}" OR "{each}"*' for each in dict.fromkeys(ways))
    return f"({joined})"


def every(terms: Mapping[str, Sequence[str]]) -> str:
    """The expression for all words, each in any of its spellings."""
    return " AND ".join(map(either, terms.values()))


def mended(
    known: Vocabulary, terms: Mapping[str, list[str]]
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Words that may have been meant: in the place of those that nothing has, else beside all."""
    lost = [word for word, ways in terms.items() if not any(map(known.begins, ways))]
    near = {word: known.nearest(word) for word in lost or terms}
    wanted = {}
    for word, ways in terms.items():
        others = near.get(word, [])
        wanted[word] = others if word in lost and others else [*ways, *others]
    return wanted, near
