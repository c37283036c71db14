"""Threads for requests: the one that worked last works next, while what it needs is at hand."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue

__all__ = ["Threads"]

Work = Callable[[], None]


class Threads:
    """Threads that are made when they are needed; work beyond them waits in order.

    :param most: how many there may be.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._made = 0
        self._idle: list[SimpleQueue[Work]] = []
        self._waiting: deque[Work] = deque()
        self._lock = threading.Lock()

    def run(self, work: Work) -> None:
        """Have something done; returns at once.

        :param work: it may not raise.
        """
        with self._lock:
            if self._idle:
                line = self._idle.pop()
            elif self._made < self._most:
                self._made += 1
                line = SimpleQueue()
                threading.Thread(
                    target=self._serve, args=[line], name="requests", daemon=True
                ).start()
            else:
                self._waiting.append(work)
                return
        line.put(work)

    def _serve(self, line: SimpleQueue[Work]) -> None:
        while True:
            work: Work | None = line.get()
            while work is not None:
                work()
                work = self._next(line)

    def _next(self, line: SimpleQueue[Work]) -> Work | None:
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            self._idle.append(line)
            return None
