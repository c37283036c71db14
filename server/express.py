"""An express lane: workers on which a query is tried for a moment while all others are held."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Final

from ..graph.errors import OverloadedError, QueryTimeoutError
from .child import Child, KilledError
from .frames import WHOLE, Frame
from .limits import Limits
from .runs import Run
from .workers import Pool

__all__ = ["Express"]

_WORKERS: Final = 2
"""One is for queries of shapes that are known to be quick."""
_SLICE: Final = 0.1
"""Seconds of a processor that a query gets."""
_LAST: Final = 0.6
"""Seconds after which it is stopped, though it had to wait for a processor or another server."""
_LOOK: Final = 0.05
_WAIT: Final = 1.0
_QUEUE: Final = 64
_LARGEST: Final = 4 * 1024 * 1024
"""Bytes of an answer, which is held until it is whole."""
_KNOWN: Final = 4096
"""How many queries are remembered as slow, and how many shapes as quick."""
_KILLS: Final = 2.0
"""Workers that queries of unknown shape may cost in a second, each 0.1 s of a processor."""
_AT_ONCE: Final = 8.0
_LONGEST: Final = 8192
# What two queries of one shape differ in: IRIs, strings, bound values and numbers.
_VALUE: Final = re.compile(rb'<[^<>"]*>|\\".*?\\"|\["(?:uri|bnode|literal)",[^\]]*\]|[0-9]+')


class Express:
    """Tries queries for a moment each; what takes longer is stopped before anything was sent.

    A query that was too slow is not tried again. One of a shape that was quick before, on whatever
    worker, goes first; the others may only cost so many workers a second, so that any number of
    slow queries leaves room for quick ones.

    :param limits: those of the queries; their time, and how many may wait, are its own.
    :param module: what its workers run.
    """

    def __init__(self, limits: Limits, module: str = "worker") -> None:
        bounds = replace(limits, wait=min(_WAIT, limits.wait), queue=_QUEUE)
        self.pool = Pool(_WORKERS, bounds, module, "express", "query", 1)
        self._lock = threading.Lock()
        self._slow: OrderedDict[bytes, None] = OrderedDict()
        self._quick: OrderedDict[bytes, None] = OrderedDict()
        self._left = _AT_ONCE
        self._counted = time.monotonic()

    def attempt(self, request: bytes, left: Callable[[], bool], deadline: float) -> Run | None:
        """Try a request.

        :param request: the payload of a `frames.Request`.
        :param left: whether the client has gone.
        :param deadline: that of the request, by `time.monotonic`.
        :return: a run whose answer is whole; None where it must wait for another worker.
        :raises SymposiaError: what the query ended in, other than its time.
        """
        shape = _shape(request)
        quick = self._admits(request, shape)
        if quick is None:
            return None
        self.pool.start()
        try:
            child = self.pool.take(deadline, left, urgent=quick)
        except OverloadedError:
            return None
        if self._admits(request, shape) is None:  # it may have been found slow meanwhile
            self.pool.give_back(child)
            return None
        run = _Try(self.pool, child, min(deadline, time.monotonic() + _LAST), left)
        try:
            if run.begin(request).gather(_LARGEST):
                self.learn(run, request)
                return run
        except QueryTimeoutError:
            if time.monotonic() >= deadline:
                raise
        except KilledError:  # which is not the query's fault
            return None
        finally:
            if run.killed:
                self._spend()
        self._forget(request, shape)
        return None

    def learn(self, run: Run, request: bytes) -> None:
        """Remember the shape of a request that was answered quickly."""
        if run.first.kind == WHOLE and run.seconds < _SLICE:
            with self._lock:
                _put(self._quick, _shape(request))

    def _admits(self, request: bytes, shape: bytes) -> bool | None:
        """Whether a request is of a shape that was quick before; None: it is not to be tried."""
        with self._lock:
            if _digest(request) in self._slow:
                return None
            quick = shape in self._quick
            return quick if quick or self._budget() >= 1 else None

    def _forget(self, request: bytes, shape: bytes) -> None:
        with self._lock:
            _put(self._slow, _digest(request))
            self._quick.pop(shape, None)

    def _spend(self) -> None:
        with self._lock:
            self._left = self._budget() - 1

    def _budget(self) -> float:
        """How many workers may be lost now; the lock is held."""
        now = time.monotonic()
        self._left = min(self._left + (now - self._counted) * _KILLS, _AT_ONCE)
        self._counted = now
        return self._left


class _Try(Run):
    """A run that gets a slice of a processor."""

    _look = _LOOK

    def __init__(self, pool: Pool, child: Child, deadline: float, left: Callable[[], bool]) -> None:
        super().__init__(pool, child, deadline, left)
        self._spent = child.seconds()

    def _wait(self) -> Frame:
        try:
            return super()._wait()
        except QueryTimeoutError:
            # It may have come while many threads kept this one from looking.
            with suppress(TimeoutError, EOFError):
                return self._child.receive(0.001)
            raise

    def _over(self) -> bool:
        return super()._over() or self._child.seconds() - self._spent >= _SLICE


def _digest(text: bytes) -> bytes:
    return hashlib.blake2b(text, digest_size=16).digest()


def _shape(request: bytes) -> bytes:
    return _digest(_VALUE.sub(b"", request[:_LONGEST]))


def _put(known: OrderedDict[bytes, None], key: bytes) -> None:
    known[key] = None
    known.move_to_end(key)
    if len(known) > _KNOWN:
        known.popitem(last=False)
