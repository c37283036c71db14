"""A process that answers queries, one at a time, and can be killed.

Run as `python -m symposia.server.worker`, it reads requests from the socket that is its standard
input, and ends when the server does.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Final, cast

import pyoxigraph as ox

from ..graph.errors import LimitError, QueryError, SymposiaError
from ..graph.locations import open_store
from ..graph.results import RESULT_FORMATS, write_table
from ..graph.store import Store, failure
from .acceptable import acceptable
from .confinement import confine, limit_memory
from .failures import failure_to_bytes
from .frames import DATA, END, FAILED, START, WHOLE, Frames, Request, Several, asked
from .rows import LEAST, row_counter

__all__ = ["main"]

_HELD: Final = 16_384
_PIECE: Final = 65_536
_UNCOUNTED: Final = 4 * 1024 * 1024
"""Bytes of an answer that may be sent before its rows are counted."""
_TABLE: Final = ox.QueryResultsFormat.JSON


class Outbox:
    """Sends an answer in pieces as it is written; the first is held until it is worth sending.

    :param rows: counts the rows of a piece, and `limit` is how many there may be.
    :param size: bytes that there may be.
    """

    def __init__(self, line: Frames, format_: str, limit: int, size: int) -> None:
        self._line = line
        self._format = format_
        self._count = row_counter(format_) if format_ in RESULT_FORMATS else None
        self._limit = limit
        self._size = size
        self._uncounted: list[bytes] | None = []
        self._held: list[bytes] = []
        self._bytes = self._sent = 0

    def write(self, piece: bytes) -> int:
        """Take a piece.

        :raises LimitError: the answer grows beyond a limit.
        """
        self._held.append(piece)
        self._bytes += len(piece)
        if self._count is not None and self._rows(piece) > self._limit:
            raise too_many(self._limit, "rows")
        if self._bytes > self._size:
            raise LimitError(
                f"The answer has more than {self._size:,} bytes.",
                hint="Ask for less at a time, by LIMIT and OFFSET.",
            )
        if self._bytes - self._sent >= (_PIECE if self._sent else _HELD):
            self._send(DATA if self._sent else START)
        return len(piece)

    def _rows(self, piece: bytes) -> int:
        """How many rows there are at least: none, while so few bytes cannot be too many rows."""
        assert self._count is not None  # noqa: S101  the caller has looked
        if self._uncounted is None:
            return self._count(piece)
        self._uncounted.append(piece)
        if self._bytes <= min(self._limit * LEAST[self._format], _UNCOUNTED):
            return 0
        early, self._uncounted = self._uncounted, None
        return self._count(b"".join(early))

    def flush(self) -> None:
        """Nothing: pieces are sent when they are large enough."""

    def end(self) -> None:
        """Send what is held, and that there is no more."""
        if not self._sent:
            self._send(WHOLE)
            return
        if self._held:
            self._send(DATA)
        self._line.send(END)

    def _send(self, kind: bytes) -> None:
        head = [] if kind == DATA else [self._format.encode(), b"\n"]
        self._line.send(kind, *head, *self._held)
        self._held.clear()
        self._sent = self._bytes


class Sheaf:
    """Answers that are sent together.

    :param size: bytes that there may be.
    """

    def __init__(self, size: int) -> None:
        self.parts: list[bytes] = []
        self.sizes: list[int] = []
        self._limit = size
        self._size = self._bound = 0

    def write(self, piece: bytes) -> int:
        """Take a piece of an answer.

        :raises LimitError: the answers grow beyond their limit.
        """
        self.parts.append(piece)
        self._size += len(piece)
        if self._size > self._limit:
            raise LimitError(
                f"What this would show has more than {self._limit:,} bytes.",
                hint="Ask for the part that you need: /sparql.",
            )
        return len(piece)

    def flush(self) -> None:
        """Nothing: all is sent at once."""

    def bind(self) -> None:
        """End an answer."""
        self.sizes.append(self._size - self._bound)
        self._bound = self._size


def too_many(limit: int, what: str) -> LimitError:
    """The error for an answer with too many rows or triples."""
    return LimitError(
        f"The answer has more than {limit:,} {what}.",
        hint="Ask for fewer at a time, by LIMIT and OFFSET.",
    )


class Worker:
    """Answers requests with the store that each names; the last one stays open.

    :param memory: MiB that a query may take.
    """

    def __init__(self, line: Frames, memory: int) -> None:
        self._line = line
        self._memory = memory
        self._opened = ("", False)
        self._store: Store | None = None

    def run(self) -> None:
        """Answer requests until the server is gone."""
        with suppress(EOFError, ConnectionError):
            while True:
                request = asked(self._line.receive().payload)
                self._answer(request)

    def _answer(self, request: Request | Several) -> None:
        try:
            if isinstance(request, Several):
                self._evaluate_all(request)
            else:
                self._evaluate(request)
        except SymposiaError as error:
            self._fail(error)
        except MemoryError:
            self._fail(LimitError("The query needs more memory than it may have."))
        except RecursionError:
            self._fail(QueryError("The query is nested too deeply."))

    def _fail(self, error: SymposiaError) -> None:
        self._line.send(FAILED, failure_to_bytes(error))

    def _evaluate(self, request: Request) -> None:
        found = request.query.ask(self._open(request.store))
        form = acceptable(found, request.results, request.graph)
        outbox = Outbox(self._line, form, request.rows, request.size)
        try:
            if isinstance(found, ox.QueryTriples):
                from ..graph.export import serialise

                outbox.write(serialise(_bounded(found, request.rows), form))
            else:
                write_table(found, form, outbox)
        except ConnectionError:
            raise  # the server is gone
        except (OSError, RuntimeError, ValueError) as error:
            raise failure(error) from error
        outbox.end()

    def _evaluate_all(self, several: Several) -> None:
        store = self._open(several.store, own=True)
        if not several.queries:
            _prepare()
        answers = Sheaf(several.size)
        for text, bindings in several.queries:
            found = store.query(text, bindings)
            form = ox.RdfFormat.N_TRIPLES if isinstance(found, ox.QueryTriples) else _TABLE
            try:
                found.serialize(cast("IO[bytes]", answers), format=form)  # type: ignore[arg-type]
            except (OSError, RuntimeError, ValueError) as error:
                raise failure(error) from error
            answers.bind()
        self._line.send(WHOLE, json.dumps(answers.sizes).encode(), b"\n", *answers.parts)

    def _open(self, location: str, *, own: bool = False) -> Store:
        if self._store is None or self._opened != (location, own):
            self._store = None
            limit_memory(None)
            self._store, self._opened = open_store(location, own=own), (location, own)
            limit_memory(self._memory)
        return self._store


def _bounded(triples: ox.QueryTriples, limit: int) -> Iterator[ox.Triple]:
    for number, triple in enumerate(triples, 1):
        if number > limit:
            raise too_many(limit, "triples")
        yield triple


def _prepare() -> None:
    """Load what only graphs need, 10 MiB and a tenth of a second."""
    from ..graph import blank_nodes, export, terms, turtle  # noqa: F401


def main() -> None:
    """Serve the parent: `worker PARENT MEMORY`, its process id and MiB for a query."""
    parent, memory = map(int, sys.argv[1:3])
    line = socket.socket(fileno=os.dup(0))
    confine(parent, line)
    Worker(Frames(line), memory).run()


if __name__ == "__main__":
    main()
