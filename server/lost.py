"""The answer for an IRI of which nothing is known: the things whose names are nearest to it."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Final
from urllib.parse import unquote

from flask import Response

from .folding import fold
from .gathering import QUESTION
from .indexed import at_hand
from .problems import problem
from .searching import Asked
from .serving import Served

__all__ = ["missing"]

_NEAREST: Final = 5
_LOOKED_AT: Final = 50
"""Things whose names are compared with an address that leads nowhere."""
_ALIKE: Final = 0.55


def missing(served: Served, iri: str) -> Response:
    """Answer 404, with the nearest names where the search has an index."""
    nearest = _nearest(served, iri)
    return problem(
        404,
        "Not found",
        f"Nothing is known of {iri}.",
        hint="The nearest names are below." if nearest else "",
        nearest=[{"iri": iri, "label": label} for iri, label in nearest],
    )


def _nearest(served: Served, iri: str) -> list[tuple[str, str]]:
    """The things whose path or name looks most like that of an IRI."""
    index = at_hand(served)
    wanted = unquote(iri).rstrip("/#").rpartition("/")[2].lower()[:100]
    words = fold(re.sub(r"[-_.]", " ", wanted))
    if index is None or not words:
        return []
    scored = []
    for hit in index.search(Asked(words), 0, _LOOKED_AT, ()).hits:
        name = fold(hit.name)
        score = max(SequenceMatcher(None, words, name, autojunk=False).ratio(), words in name)
        if hit.kind != QUESTION and score >= _ALIKE:
            scored.append((-score, hit.iri.count("/"), hit.iri, hit.name))
    return [(each, name) for _, _, each, name in sorted(scored)[:_NEAREST]]
