"""A query that a worker answers, from its first frame to its last."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, Self

from ..graph.errors import EvaluationError, LimitError, QueryTimeoutError
from .child import Child
from .failures import failure_from_bytes
from .frames import END, FAILED, START, WHOLE, Frame

if TYPE_CHECKING:
    from .workers import Pool

__all__ = ["LOOK", "ClientLeftError", "Run", "timed_out"]

LOOK: Final = 0.1
"""Seconds between two looks whether the client is still there."""


class ClientLeftError(EvaluationError):
    """The client is gone; nobody reads this."""

    http_status = 499
    title = "Client left"


class Run:
    """A query that a worker answers; `close` frees the worker, whatever it is doing.

    :param deadline: when it is stopped, by `time.monotonic`.
    :param left: whether the client has gone.
    """

    _look = LOOK
    first: Frame
    """The first frame of the answer: `frames.WHOLE` or `frames.START`."""

    def __init__(self, pool: Pool, child: Child, deadline: float, left: Callable[[], bool]) -> None:
        self._pool = pool
        self._child = child
        self._deadline = deadline
        self._left = left
        self._open = True
        self.killed = False
        """Whether the worker has not outlived it."""
        self.seconds = 0.0
        """How long its answer took to begin."""

    def begin(self, request: bytes) -> Self:
        """Ask, and wait until the answer begins.

        :raises SymposiaError: the query ended before that.
        """
        begun = time.monotonic()
        try:
            self._child.ask(request, max(self._deadline - time.monotonic(), LOOK))
        except TimeoutError:
            self.close("deadline")
            raise self._timed_out() from None
        except EOFError:
            self.close("crash")
            raise self._child.cause_of_death() from None
        self.first = self._next()
        self.seconds = time.monotonic() - begun
        return self

    def gather(self, most: int) -> bool:
        """Wait for the whole answer, and make it one frame.

        :param most: bytes that it may have; an answer with more is stopped.
        :return: whether it is whole.
        :raises SymposiaError: what the query ended in, if not in the end of its answer.
        """
        parts = [self.first.payload]
        size = len(parts[0])
        if self.first.kind == START:
            while size <= most and (frame := self._next()).kind != END:
                parts.append(frame.payload)
                size += len(frame.payload)
        if size > most:
            self.close("deadline")
            return False
        self.first = Frame(WHOLE, b"".join(parts))
        self.finish()
        return True

    def rest(self) -> Iterator[bytes]:
        """The payloads of the further frames of the answer.

        :raises SymposiaError: what the query ended in, if not in the end of its answer.
        """
        try:
            while (frame := self._next()).kind != END:
                yield frame.payload
            self.finish()
        finally:
            self.close()

    def finish(self) -> None:
        """The answer has ended: the worker is free."""
        if self._open:
            self._open = False
            self._pool.give_back(self._child)

    def close(self, cause: str = "client") -> None:
        """Stop the query, unless it has ended.

        :param cause: why, for the counts.
        """
        if self._open:
            self._open = False
            self.killed = True
            self._pool.discard(self._child, cause)

    def proceed(self, patience: float) -> Frame:
        """Let the worker make the change that it has prepared; nothing stops it meanwhile.

        :param patience: seconds that it gets.
        :return: its answer.
        :raises SymposiaError: what the change ended in; it may have been made.
        """
        self._deadline = self._child.deadline = time.monotonic() + patience
        self._left = lambda: False
        try:
            self._child.ask(b"", patience)
        except (TimeoutError, EOFError):
            self.close("crash")
            raise self._child.cause_of_death() from None
        return self._next()

    def _next(self) -> Frame:
        try:
            frame = self._wait()
        except BaseException as error:
            self.close(_CAUSES.get(type(error), "crash"))
            raise
        if frame.kind == FAILED:
            self.finish()
            raise failure_from_bytes(frame.payload)
        return frame

    def _wait(self) -> Frame:
        while not self._over():
            remaining = max(self._deadline - time.monotonic(), 0.001)
            try:
                return self._child.receive(min(remaining, self._look))
            except TimeoutError:
                if self._left():
                    raise ClientLeftError("The client has left.") from None
            except EOFError:
                if time.monotonic() >= self._deadline:
                    raise self._timed_out() from None
                raise self._child.cause_of_death() from None
        raise self._timed_out()

    def _over(self) -> bool:
        """Whether its time is over."""
        return time.monotonic() >= self._deadline

    def _timed_out(self) -> QueryTimeoutError:
        return timed_out(self._pool)


def timed_out(pool: Pool) -> QueryTimeoutError:
    """What is told of a query for which a pool had no more time."""
    return QueryTimeoutError(
        f"The {pool.told} was stopped after {pool.limits.timeout:g} seconds.",
        hint="Ask for less, or for fewer combinations.",
    )


_CAUSES: Final[Mapping[type[BaseException], str]] = {
    QueryTimeoutError: "deadline",
    ClientLeftError: "client",
    LimitError: "memory",
}
