"""Whether a query may answer differently when it is asked again of the same data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from .tokens import Token, tokens

__all__ = ["is_volatile"]

_VOLATILE: Final = frozenset(("NOW", "RAND", "UUID", "STRUUID", "BNODE", "SERVICE"))
_SIGN: Final = re.compile(r"NOW|RAND|UUID|BNODE|SERVICE|CONSTRUCT", re.IGNORECASE)


def is_volatile(query: str) -> bool:
    """Whether a query asks for the time, for chance, another server or new blank nodes.

    :param query: a SPARQL query; what does not parse, or has code points escaped, may count as one.
    """
    if "\\u" in query or "\\U" in query:
        return True  # it may spell any word (SPARQL 1.1, section 19.2)
    if not _SIGN.search(query):
        return False
    found = tokens(query)
    for token in found:
        word = token.text.upper() if token.kind == "word" else ""
        if word in _VOLATILE or (word == "CONSTRUCT" and _makes_blank_nodes(found)):
            return True
    return False


def _makes_blank_nodes(found: Iterator[Token]) -> bool:
    """Whether the template that comes next has blank nodes, which are new in each answer."""
    for _, text, _ in found:
        if text == "}":
            break
        if text in ("[", "(") or text.startswith("_:"):
            return True
    return False
