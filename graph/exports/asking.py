"""How exports ask a dataset: query files of `queries/programmes` with one value bound."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

import pyoxigraph as ox

from ..store import Store, Term

__all__ = ["Ask", "Solution", "asker", "solutions"]

Ask: TypeAlias = Callable[[Sequence[tuple[str, Mapping[str, Term]]]], Sequence[Any]]
"""Answers several SELECT queries, each with values of variables, in their order."""
Solution: TypeAlias = Mapping[str, Term]
"""The terms of a solution by variable; those that are unbound are left out."""


def asker(store: Store) -> Ask:
    """What asks a store in this process."""
    return lambda queries: [store.query(text, bindings) for text, bindings in queries]


def solutions(ask: Ask, iri: str, *names: str) -> list[list[Solution]]:
    """The solutions of query files for a thing, which each has as `?this`.

    They come by `?position`, if there is one, and then by their terms.

    :param iri: the thing.
    :param names: of the files, without `.rq`.
    :raises SymposiaError: a query fails.
    """
    this = {"this": ox.NamedNode(iri)}
    return [_read(found) for found in ask([(_text(name), this) for name in names])]


@cache
def _text(name: str) -> str:
    return files("symposia").joinpath("queries", "programmes", f"{name}.rq").read_text("utf-8")


def _read(found: Any) -> list[Solution]:
    # The engine takes four times as long for an answer that it puts in order.
    names = [variable.value for variable in found.variables]
    rows = [{name: solution[name] for name in names} for solution in found]
    rows.sort(key=lambda row: (_number(row.get("position")), *(str(row[name]) for name in names)))
    return [{name: term for name, term in row.items() if term is not None} for row in rows]


def _number(term: Any) -> int:
    """The position that a row tells; without one it comes last."""
    text = term.value if term is not None else ""
    return int(text) if text.isdecimal() and len(text) < 10 else sys.maxsize
