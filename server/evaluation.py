"""Evaluating a query into bytes of a chosen format: the seam behind which workers can stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import pyoxigraph as ox

from ..graph.errors import SymposiaError
from ..graph.results import serialise_results
from ..graph.store import Store, Term
from .negotiation import Format

__all__ = ["Answer", "Evaluator", "InProcess", "NotAcceptableError"]


class NotAcceptableError(SymposiaError):
    """The answer cannot be written in any format that the client accepts."""

    http_status = 406
    title = "Not acceptable"


@dataclass(frozen=True)
class Answer:
    """An answer, ready to be sent.

    :param format: the format that it is in.
    :param chunks: its bytes. They belong to the thread that asked for them.
    """

    format: Format
    chunks: Iterable[bytes]

    def read(self) -> bytes:
        """The whole answer."""
        return b"".join(self.chunks)


class Evaluator(Protocol):
    """What evaluates queries: this process, or a worker that can be stopped."""

    def evaluate(
        self,
        query: str,
        *,
        results: Format | None,
        graph: Format | None,
        bindings: Mapping[str, Term] | None = None,
        default_graphs: Iterable[str] | None = None,
        named_graphs: Iterable[str] | None = None,
        base: str | None = None,
    ) -> Answer:
        """Evaluate a query (https://www.w3.org/TR/sparql11-protocol/#query-operation).

        :param results: the format of a SELECT or ASK answer, None when none is acceptable.
        :param graph: the format of a CONSTRUCT or DESCRIBE answer, None likewise.
        :param bindings: values of variables, by name without `?`.
        :param default_graphs: with `named_graphs` the dataset; None for both is the whole store.
        :param base: IRI against which relative IRIs of the query are resolved.
        :raises QueryError: the query does not parse or cannot be run.
        :raises NotAcceptableError: its form has no acceptable format.
        """
        ...


class InProcess:
    """Evaluates in this process and thread; each answer is whole before its first byte is sent.

    :param store: what is queried.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def evaluate(
        self,
        query: str,
        *,
        results: Format | None,
        graph: Format | None,
        bindings: Mapping[str, Term] | None = None,
        default_graphs: Iterable[str] | None = None,
        named_graphs: Iterable[str] | None = None,
        base: str | None = None,
    ) -> Answer:
        """See `Evaluator.evaluate`."""
        found = self._store.query(query, bindings, default_graphs, named_graphs, base)
        wanted = graph if isinstance(found, ox.QueryTriples) else results
        if wanted is None:
            form = "a graph" if isinstance(found, ox.QueryTriples) else "a table or truth value"
            raise NotAcceptableError(
                f"The answer is {form}, and no format of your Accept header can hold that.",
                hint="Accept */* gets the usual one.",
            )
        return Answer(wanted, _chunks(serialise_results(found, wanted.name)))


def _chunks(data: bytes, size: int = 65_536) -> Iterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]
