"""Evaluating a query into bytes of a chosen format: the seam behind which workers can stand."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

from ..graph.errors import LimitError, NotAcceptableError, SymposiaError
from ..graph.results import serialise_results
from ..graph.store import Store
from .acceptable import acceptable
from .clients import arrival, departure, takes_parts
from .frames import WHOLE, Query, Request
from .lanes import Lane
from .negotiation import Format
from .runs import Run
from .workers import Pool

__all__ = ["Answer", "Evaluator", "InProcess", "NotAcceptableError", "Query", "Workers"]


@dataclass(frozen=True)
class Answer:
    """An answer, ready to be sent.

    :param format: the format that it is in.
    :param chunks: its bytes. They belong to the thread that asked for them.
    """

    format: Format
    chunks: Iterable[bytes]

    def read(self, most: int | None = None) -> bytes:
        """The whole answer.

        :param most: bytes that it may have; None for any number.
        :raises LimitError: it has more; it is not read on.
        """
        parts: list[bytes] = []
        size = 0
        for part in self.chunks:
            parts.append(part)
            size += len(part)
            if most is not None and size > most:
                close = getattr(self.chunks, "close", None)
                if close is not None:
                    close()
                raise LimitError(
                    "The answer is too large to be shown on a page.",
                    hint="Take it as CSV or JSON, or put LIMIT 1000 at the end of the query.",
                )
        return b"".join(parts)


class Evaluator(Protocol):
    """What evaluates queries: this process, or a worker that can be stopped."""

    def evaluate(self, query: Query, results: Format | None, graph: Format | None) -> Answer:
        """Evaluate a query (https://www.w3.org/TR/sparql11-protocol/#query-operation).

        :param results: the format of a SELECT or ASK answer, None when none is acceptable.
        :param graph: the format of a CONSTRUCT or DESCRIBE answer, None likewise.
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

    def evaluate(self, query: Query, results: Format | None, graph: Format | None) -> Answer:
        """See `Evaluator.evaluate`."""
        found = query.ask(self._store)
        try:
            wanted = acceptable(found, results, graph)
            return Answer(wanted, [*_chunks(serialise_results(found, wanted.name))])
        except SymposiaError as error:
            # What was found belongs to this thread: no error may keep it for another.
            cause: BaseException | None = error
            while cause is not None:
                traceback.clear_frames(cause.__traceback__)
                cause = cause.__cause__
            raise
        finally:
            del found


class Workers:
    """Evaluates in processes that are killed when a query exceeds its limits.

    An answer is streamed: errors before its first part are raised by `evaluate`, later ones by the
    iterator, so that the connection breaks.

    :param pool: the processes.
    :param store: where the store is that is queried, as `graph.locations` writes it.
    """

    def __init__(self, pool: Pool | Lane, store: str) -> None:
        self.pool = pool
        self._store = store

    def evaluate(self, query: Query, results: Format | None, graph: Format | None) -> Answer:
        """See `Evaluator.evaluate`."""
        limits = self.pool.limits
        request = Request(
            self._store,
            query,
            results.name if results else None,
            graph.name if graph else None,
            limits.rows,
            limits.size * 1024 * 1024,
        )
        run = self.pool.run(request.to_bytes(), departure(), arrival())
        name, _, first = run.first.payload.partition(b"\n")
        formats = [each for each in (results, graph) if each and each.name == name.decode()]
        if run.first.kind == WHOLE:
            run.finish()
            return Answer(formats[0], [first])
        parts = Parts(first, run)
        return Answer(formats[0], parts if takes_parts() else [b"".join(parts)])


class Parts(Iterator[bytes]):
    """The parts of an answer as they come; `close` stops the query that they come from."""

    def __init__(self, first: bytes, run: Run) -> None:
        self._run = run
        self._parts = chain([first], run.rest())

    def __next__(self) -> bytes:
        return next(self._parts)

    def close(self) -> None:
        """Stop, unless the answer has ended."""
        self._run.close()


def _chunks(data: bytes, size: int = 65_536) -> Iterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]
