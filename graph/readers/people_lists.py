"""People in one text: "A, B and C", with what stands in brackets behind a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from typing import Final

from ..items import Agent
from ..tidy import tidy

__all__ = ["agents_of", "names_of"]

_AND: Final = re.compile(r"\s*(?:,\s*and\s+|,|;|\band\b|&)\s*", re.IGNORECASE)
_BRACKET: Final = re.compile(r"\s*\(([^()]*)\)")
_NOBODY: Final = re.compile(r"(?:tb[ad]|n/?a|none|unknown|anonymous|-+|\?+)", re.IGNORECASE)
_LETTERS: Final = re.compile(r"[^\W\d_]{2}")
_NO_NAME: Final = re.compile(r"https?:|@|[<>|]|\d{3}|\b(?:organi[sz]ers?|committee|team)\b", re.I)


def names_of(text: str, separator: str = "") -> list[str]:
    """The names in a text.

    :param separator: what stands between them; by default commas, semicolons, "and", "&".
    """
    parts = text.split(separator) if separator else _AND.split(text)
    return [name for part in parts if (name := tidy(part)[0])]


def agents_of(text: str, separator: str = "") -> Iterator[tuple[Agent | None, str]]:
    """The people in a text, each with its wording; None where the wording names nobody."""
    brackets = [match[1] for match in _BRACKET.finditer(text)]
    if brackets and not separator:
        numbers = count()
        marked = _BRACKET.sub(lambda _: f"\x00{next(numbers)}\x00", text)
    else:
        marked = text
    for part in names_of(marked, separator):
        name, _, rest = part.partition("\x00")
        index = rest.partition("\x00")[0]
        place = brackets[int(index)] if index else ""
        name = name.strip()
        if _NOBODY.fullmatch(name) or _NO_NAME.search(name) or not _LETTERS.search(name):
            yield None, name
        else:
            yield Agent(name, organisations=(place,) if place else ()), part
