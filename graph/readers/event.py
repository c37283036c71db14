"""What an event is called, and with which other event it is held."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Final

from ..records import CoLocation
from .dates import DATES
from .ledger import Ledger
from .lines import Line

__all__ = ["co_location", "event_name", "slug_of"]

_CONJUNCTION: Final = re.compile(
    r"\b(?:in conjunction with|co-?located with|collocated with|alongside|as part of)\s+(?:the\s+)?"
)
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_REACH: Final = 200
"""Characters before or after a phrase in which a name is looked for."""

_ARTICLES: Final = frozenset({"a", "an", "the", "this", "our", "its", "each", "annual"})
_JOINING: Final = frozenset({"on", "of", "for", "and", "the", "in"})
_KINDS: Final = frozenset(
    {"research", "symposium", "workshop", "conference", "summit", "forum", "meeting", "seminar"}
    | {"school", "international", "annual", "first", "second", "third", "fourth", "fifth"}
    | {"a", "an"}
)
"""Words that tell no event from another."""


def event_name(heading: str, prose: Sequence[Line], year: int) -> tuple[str, str]:
    """The name with its year, and the words that the prose puts before the heading's.

    "Research Symposium - March 27, 2023" is the symposium that the prose calls "the tinyML
    Research Symposium".
    """
    words = _trimmed(DATES.sub("", heading))
    bare = _trimmed(" ".join(_YEAR.sub(" ", words).split())) or words
    found = Counter(before for line in prose for before in _before(line.text, bare))
    prefix = found.most_common(1)[0][0] if found else ""
    return f"{prefix} {bare} {year}".strip(), prefix


def _trimmed(text: str) -> str:
    return text.strip(" -–—−:,|()")


def _before(text: str, name: str) -> Iterator[str]:
    """The words with capitals right before each mention of a name, at most four."""
    for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text):
        start = match.start()
        words = text[max(0, start - _REACH) : start].split()[-4:]
        named = list(takewhile(_is_name_word, reversed(words)))[::-1]
        while named and named[0].casefold() in _ARTICLES:
            named.pop(0)
        if named:
            yield " ".join(named)


def _is_name_word(word: str) -> bool:
    """Whether a word stands inside a name: a capital or a digit, no punctuation after it."""
    return any(letter.isupper() or letter.isdigit() for letter in word) and word[-1].isalnum()


def slug_of(name: str, year: int) -> str:
    """Last part of a programme's IRI: the words that tell it from other events, and the year."""
    words = re.findall(r"[a-z0-9]+", name.casefold())
    telling = [word for word in words if word not in _KINDS | _JOINING and word != str(year)]
    return "-".join([*(telling or words or ["programme"])[:6], str(year)])


def co_location(prose: Iterable[Line], year: int, ledger: Ledger) -> CoLocation | None:
    """The event "in conjunction with" which this one is held, with its year."""
    found = [
        (name, line)
        for line in prose
        for match in _CONJUNCTION.finditer(line.text)
        if (name := _name_at(line.text[match.end() : match.end() + _REACH]))
    ]
    if not found:
        return None
    name, line = max(found, key=lambda item: (bool(_YEAR.search(item[0])), len(item[0])))
    named = name if _YEAR.search(name) else f"{name} {year}"
    return CoLocation(named, ledger.document.quote(line))


def _name_at(text: str) -> str:
    """The name at the beginning of a text: words with capitals, small ones between them."""
    words: list[str] = []
    for word in text.split():
        bare = word.rstrip(".,;:)")
        if not (bare and _is_name_word(bare)) and word not in _JOINING:
            break
        words.append(bare)
        if bare != word:
            break
    while words and words[-1] in _JOINING:
        words.pop()
    return " ".join(words)
