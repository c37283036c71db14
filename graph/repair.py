"""What is mended before a graph is mapped: IRIs that are none, and stray space in names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar
from urllib.parse import quote

import pyoxigraph as ox

from .loss import Loss
from .namespaces import PREFIXES

__all__ = ["repair_iris", "repair_texts"]

_FORBIDDEN: Final = re.compile(r"""[\x00-\x20<>"{}|\\^`\x7f]|%(?![0-9A-Fa-f]{2})""")
_SPACE: Final = re.compile(r"\s+")
_NAMES: Final = frozenset(
    PREFIXES[prefix] + name
    for prefix, name in (
        ("rdfs", "label"),
        ("dcterms", "title"),
        ("foaf", "name"),
        ("foaf", "givenName"),
        ("foaf", "familyName"),
        ("skos", "altLabel"),
        ("skos", "prefLabel"),
        ("schema", "keywords"),
    )
)
_KEYWORDS: Final = PREFIXES["schema"] + "keywords"
_SEPARATOR: Final = "\x1f"
"""What a mapping puts between the keywords that its source has in one text."""
_Statement = TypeVar("_Statement", ox.Quad, ox.Triple)


def repair_iris(quads: Iterable[ox.Quad], loss: Loss) -> Iterator[ox.Quad]:
    r"""Percent-encode what an IRI may not hold: space, `<>"{}|\^`, a lone `%` and controls.

    What RFC 3987 allows stays as it is, accents and commas too. Every repair is reported.
    See https://www.rfc-editor.org/rfc/rfc3987#section-2.2.
    """
    seen: dict[str, ox.NamedNode] = {}

    def mended(term: ox.NamedNode, quad: ox.Quad) -> ox.NamedNode:
        if not _FORBIDDEN.search(term.value):
            return term
        if term.value not in seen:
            seen[term.value] = ox.NamedNode(
                _FORBIDDEN.sub(lambda match: quote(match.group(), safe=""), term.value)
            )
        loss.repair(
            "property",
            quad.predicate.value,
            place=str(quad.subject),
            found=term.value,
            mended=seen[term.value].value,
            why="The IRI held characters that no IRI may hold; they are percent-encoded.",
        )
        return seen[term.value]

    for quad in quads:
        subject, value = quad.subject, quad.object
        yield ox.Quad(
            mended(subject, quad) if isinstance(subject, ox.NamedNode) else subject,
            mended(quad.predicate, quad),
            mended(value, quad) if isinstance(value, ox.NamedNode) else value,
            quad.graph_name,
        )


def repair_texts(statements: Iterable[_Statement], loss: Loss) -> Iterator[_Statement]:
    """Take stray space out of names, titles, labels and keywords; empty ones are left out."""
    for one in _single(statements):
        value = one.object
        if not isinstance(value, ox.Literal) or one.predicate.value not in _NAMES:
            yield one
            continue
        text = _SPACE.sub(" ", value.value).strip()
        if text == value.value:
            yield one
            continue
        loss.repair(
            "property",
            one.predicate.value,
            place=str(one.subject),
            found=value.value,
            mended=text,
            why="A name holds no line breaks and no doubled, leading or trailing space.",
        )
        if not text:
            continue
        literal = ox.Literal(text, language=value.language) if value.language else ox.Literal(text)
        if isinstance(one, ox.Quad):
            yield ox.Quad(one.subject, one.predicate, literal, one.graph_name)
        else:
            yield ox.Triple(one.subject, one.predicate, literal)


def _single(statements: Iterable[_Statement]) -> Iterator[_Statement]:
    """A statement for each keyword."""
    for one in statements:
        value = one.object
        if (
            one.predicate.value != _KEYWORDS
            or not isinstance(value, ox.Literal)
            or _SEPARATOR not in value.value
        ):
            yield one
            continue
        for text in filter(str.strip, value.value.split(_SEPARATOR)):
            keyword = ox.Literal(text)
            if isinstance(one, ox.Quad):
                yield ox.Quad(one.subject, one.predicate, keyword, one.graph_name)
            else:
                yield ox.Triple(one.subject, one.predicate, keyword)
