"""Our own queries: several are asked at once, of processes that are stopped when it takes long."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Final, Protocol, TypeAlias

import pyoxigraph as ox

from ..graph.errors import QueryTimeoutError
from ..graph.store import Results, Store, Term
from .clients import arrival, departure
from .frames import Several
from .limits import UPDATES, Limits
from .runs import Run
from .workers import Pool

__all__ = ["Ahead", "Found", "Here", "Ours", "Query", "There"]

_MIB: Final = 1024 * 1024

Query: TypeAlias = tuple[str, Mapping[str, Term]]
"""A text, and the values of its variables."""
Found: TypeAlias = Results | list[ox.Triple]
"""An answer; a graph is a list where it comes from elsewhere."""


class Ours(Protocol):
    """What answers our own queries."""

    def ask(self, queries: Sequence[Query]) -> list[Found]:
        """The answers of several queries, in their order.

        :raises QueryTimeoutError: they take too long together.
        :raises OverloadedError: too many others are asked.
        :raises SymposiaError: one of them fails.
        """
        ...

    def apart(self, seconds: float) -> AbstractContextManager[Ours]:
        """The same for what takes longer than a page may, out of the way of pages.

        :param seconds: that each of its queries gets.
        """
        ...


class Here:
    """Asks in this process."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def ask(self, queries: Sequence[Query]) -> list[Found]:
        """See `Ours.ask`."""
        return [self._store.query(text, bindings) for text, bindings in queries]

    @contextmanager
    def apart(self, seconds: float) -> Iterator[Here]:  # noqa: ARG002  nothing stops them here
        """See `Ours.apart`."""
        yield self


class Ahead:
    """Asks with the first queries that are asked others that will be, so that none waits for them.

    :param ours: is asked.
    :param queries: the others; each is given its answer when it is asked, once.
    """

    def __init__(self, ours: Ours, queries: Sequence[Query]) -> None:
        self._ours = ours
        self._others = {_key(query): query for query in queries}
        self._found: dict[object, Found] = {}

    def ask(self, queries: Sequence[Query]) -> list[Found]:
        """See `Ours.ask`."""
        keys = [_key(query) for query in queries]
        new = {
            key: query for key, query in zip(keys, queries, strict=True) if key not in self._found
        }
        if new:
            new, self._others = new | self._others, {}
            self._found |= zip(new, self._ours.ask([*new.values()]), strict=True)
        return [self._found.pop(key) for key in keys]

    def apart(self, seconds: float) -> AbstractContextManager[Ours]:
        """See `Ours.apart`."""
        return self._ours.apart(seconds)


def _key(query: Query) -> object:
    text, bindings = query
    return text, frozenset(bindings.items())


class Workers(Protocol):
    """Processes that answer requests."""

    limits: Limits

    def run(self, request: bytes, left: Callable[[], bool], since: float | None = None) -> Run:
        """See `Pool.run`."""
        ...


class There:
    """Asks processes, all of a request's queries within one time.

    :param workers: the processes.
    :param store: where the store is that is asked, as `graph.locations` writes it.
    """

    def __init__(self, workers: Workers, store: str) -> None:
        self._workers = workers
        self._store = store

    def ask(self, queries: Sequence[Query]) -> list[Found]:
        """See `Ours.ask`."""
        if not queries:
            return []
        asked = Several(self._store, queries, self._workers.limits.size * _MIB)
        try:
            run = self._workers.run(asked.to_bytes(), departure(), arrival())
        except QueryTimeoutError as error:
            error.hint = "Ask for a part of it at /sparql, or try again later."
            raise
        run.finish()
        sizes, _, answers = run.first.payload.partition(b"\n")
        found: list[Found] = []
        begin = 0
        for size in json.loads(sizes):
            found.append(_read(answers[begin : begin + size]))
            begin += size
        return found

    @contextmanager
    def apart(self, seconds: float) -> Iterator[There]:
        """See `Ours.apart`."""
        usual = self._workers.limits
        limits = replace(usual, timeout=seconds, memory=max(usual.memory, UPDATES.memory))
        pool = Pool(1, limits, told="count")
        try:
            yield There(pool, self._store)
        finally:
            pool.close()


def _read(answer: bytes) -> Found:
    """An answer as `frames.Several` has it."""
    if answer.startswith(b"{"):
        return ox.parse_query_results(answer, format=ox.QueryResultsFormat.JSON)
    return [quad.triple for quad in ox.parse(answer, ox.RdfFormat.N_TRIPLES)]
