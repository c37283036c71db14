"""Which triples a mapping reads, told by its own text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from rdflib import BNode
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Identifier

from .errors import QueryError
from .tokens import Token, tokens

__all__ = ["reading"]

_INNER: Final = ("p", "p1", "p2")


@cache
def reading(mapping: str) -> str:
    """Return the query that constructs the triples which a CONSTRUCT query reads.

    Its template holds the triple patterns of the WHERE clause, also those of OPTIONAL, UNION and
    sub-selects; what a FILTER, MINUS or a named graph asks is left out. Run over the same graph, it
    gives the triples that took part in a solution, so that what is not among them was not mapped.

    :param mapping: a CONSTRUCT query without blank nodes and property paths in its WHERE clause,
        whose sub-selects project the variables of their patterns.
    :raises QueryError: it is another kind of query, or has what cannot be a template.
    """
    from rdflib.plugins.sparql import prepareQuery

    algebra = prepareQuery(mapping).algebra
    if algebra.name != "ConstructQuery":
        raise QueryError("A mapping is a CONSTRUCT query.")
    patterns = dict.fromkeys(_patterns(algebra.p))
    head, where = _clauses(mapping)
    return f"{mapping[:head]}CONSTRUCT {{\n{' .'.join(patterns)}\n}}\n{mapping[where:]}"


def _patterns(part: Any) -> Iterator[str]:
    if not isinstance(part, CompValue) or part.name == "Graph":
        return
    held = dict(part)  # a CompValue's own `get` evaluates
    for triple in held.get("triples", ()):
        for term in triple:
            if isinstance(term, BNode) or not isinstance(term, Identifier):
                raise QueryError(
                    "A mapping's WHERE clause has a blank node or a property path.",
                    hint="Write a variable, or a pattern for each step.",
                )
        yield " ".join(term.n3() for term in triple)
    for key in _INNER if part.name != "Minus" else _INNER[:2]:
        yield from _patterns(held.get(key))


def _clauses(query: str) -> tuple[int, int]:
    """Where the template's CONSTRUCT and the WHERE clause begin."""
    words: list[Token] = []
    depth = 0
    for token in tokens(query):
        depth += {"{": 1, "}": -1}.get(token.text, 0) if token.kind == "mark" else 0
        if token.kind == "word" and depth == 0:
            words.append(token)
    starts = {word.text.upper(): word.start for word in reversed(words)}
    if "WHERE" not in starts:
        raise QueryError("A mapping names its WHERE clause.")
    return starts["CONSTRUCT"], starts["WHERE"]
