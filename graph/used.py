"""Which triples a mapping reads, told by its own text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final, TypeAlias

from rdflib import BNode
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Identifier

from .errors import QueryError
from .tokens import Token, tokens

__all__ = ["reading"]

_Pattern: TypeAlias = tuple[Identifier, Identifier, Identifier]
_Guards: TypeAlias = frozenset[str]

_BRANCH: Final = "branch_"
_INNER: Final = ("p", "p1", "p2")


@cache
def reading(mapping: str) -> str:
    """Return the query that constructs the triples which a CONSTRUCT query reads.

    Its template holds the triple patterns of the WHERE clause, also those of OPTIONAL, UNION and
    sub-selects; what a FILTER, MINUS or a named graph asks is left out. Run over the same graph, it
    gives the triples that took part in a solution, so that what is not among them was not mapped.
    A pattern of one branch of a UNION is constructed for the solutions of that branch alone.

    :param mapping: a CONSTRUCT query without blank nodes and property paths in its WHERE clause,
        whose sub-selects project the variables of their patterns.
    :raises QueryError: it is another kind of query, or has what cannot be a template.
    """
    from rdflib.plugins.sparql import prepareQuery

    head, where = _clauses(mapping)
    marked = mapping[:where] + _with_branches(mapping[where:])
    algebra = prepareQuery(marked).algebra
    template: dict[str, None] = {}
    guarded: dict[tuple[str, _Guards], str] = {}
    for (subject, predicate, value), guards in _patterns(algebra.p, frozenset()):
        own = subject.n3()
        if guards:
            own = guarded.setdefault((own, guards), f"?guarded_{len(guarded) + 1}")
        template[f"{own} {predicate.n3()} {value.n3()}"] = None
    bindings = "".join(
        f"  BIND(IF({' && '.join(f'BOUND(?{guard})' for guard in sorted(guards))}, {own}, ?none)"
        f" AS {new})\n"
        for (own, guards), new in guarded.items()
    )
    body, _, _ = marked[where:].rpartition("}")
    return f"{mapping[:head]}CONSTRUCT {{\n{' .'.join(template)}\n}}\n{body}{bindings}}}\n"


def _patterns(part: Any, guards: _Guards) -> Iterator[tuple[_Pattern, _Guards]]:
    """The triple patterns, each with the branches in which it stands."""
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
        yield triple, guards
    for key in _INNER if part.name != "Minus" else _INNER[:2]:
        inner = held.get(key)
        yield from _patterns(inner, guards | _branch(inner) if part.name == "Union" else guards)


def _branch(side: Any) -> _Guards:
    """The mark of a branch; none where the side is a UNION again."""
    while isinstance(side, CompValue) and side.name in ("Extend", "Filter"):
        if side.name == "Extend" and str(side.var).startswith(_BRANCH):
            return frozenset({str(side.var)})
        side = side.p
    return frozenset()


def _clauses(query: str) -> tuple[int, int]:
    """Where the template's CONSTRUCT and the WHERE clause begin."""
    words: list[Token] = []
    depth = 0
    for token in tokens(query):
        depth += {"{": 1, "}": -1}.get(token.text, 0) if token.kind == "mark" else 0
        if token.kind == "word" and depth == 0:
            words.append(token)
    starts = {word.text.upper(): word.start for word in reversed(words)}
    if not {"CONSTRUCT", "WHERE"} <= starts.keys():
        raise QueryError("A mapping is a CONSTRUCT query that names its WHERE clause.")
    return starts["CONSTRUCT"], starts["WHERE"]


def _with_branches(where: str) -> str:
    """Mark each branch of a UNION by a variable that only its solutions have."""
    found = list(tokens(where))
    union = {i for i, token in enumerate(found) if token.text.upper() == "UNION"}
    edits: list[tuple[int, str]] = []
    opened: list[int] = []
    selects: list[tuple[int, int, list[str]]] = []
    for i, token in enumerate(found):
        if token.kind == "word" and token.text.upper() == "SELECT":
            selects.append((len(opened), token.start + len(token.text), []))
        elif token.text == "{":
            opened.append(i)
        elif token.text == "}":
            start = opened.pop()
            if start - 1 in union or i + 1 in union:
                name = f"?{_BRANCH}{len(edits) + 1}"
                edits.append((token.start, f" BIND(1 AS {name}) "))
                for _, _, names in selects:
                    names.append(name)
            if selects and selects[-1][0] > len(opened):
                _, place, names = selects.pop()
                edits.append((place, "".join(f" {name}" for name in names)))
    for place, text in sorted(edits, reverse=True):
        where = where[:place] + text + where[place:]
    return where
