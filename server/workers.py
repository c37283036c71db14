"""A pool of workers: processes that answer queries within limits and are replaced."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from ..graph.errors import OverloadedError
from .child import Child, KilledError
from .limits import Limits
from .runs import LOOK, ClientLeftError, Run

__all__ = ["Pool"]

_TICK: Final = 0.25
_START: Final = 10.0
"""Seconds that a worker gets to be prepared."""
_OFTEN: Final = 0.4
"""Seconds of the pause once processes have ended by themselves three times in a row."""
_TRIES: Final = 3
_BLOATED: Final = 256
"""MiB that a worker may hold when it is idle, or half of what a query may take."""
_log = logging.getLogger(__name__)


@dataclass(eq=False)
class _Ticket:
    """A place in the queue."""

    called: threading.Event = field(default_factory=threading.Event)
    child: Child | None = None
    urgent: bool = False


class Pool:
    """Workers, each of which answers one query at a time.

    Any number of threads may use it. Processes are started when the first query comes, or by
    `start`; a worker that ends in any way is replaced.

    :param size: the number of workers; None is the number of processors.
    :param module: what they run, of this package.
    :param work: what they do, in a word for who watches.
    :param told: what one of them works on, in a word for people; None is `work`.
    :param reserve: how many of them are for what is urgent.
    :param niceness: how far they stand back behind others for a processor.
    """

    def __init__(
        self,
        size: int | None = None,
        limits: Limits | None = None,
        module: str = "worker",
        work: str = "query",
        told: str | None = None,
        reserve: int = 0,
        niceness: int = 0,
    ) -> None:
        self.size = size or os.cpu_count() or 1
        self.limits = limits or Limits()
        self.work = work
        self.told = told or work
        self.kills: Counter[str] = Counter()
        """How many workers ended before their answer: by deadline, memory, client or crash."""
        self.trouble = ""
        """Why no worker can be started, in a sentence, while that is so."""
        self._module = module
        self._reserve = reserve
        self._niceness = niceness
        self._bloated = max(_BLOATED, self.limits.memory // 2) * 1024 * 1024
        self._lock = threading.Lock()
        self._children: set[Child] = set()
        self._idle: deque[Child] = deque()
        self._queue: deque[_Ticket] = deque()
        self._dead: list[Child] = []
        self._wake = threading.Event()
        self._keeper: threading.Thread | None = None
        self._preparation: bytes | None = None
        self._failed = False
        self._closing = self._closed = False

    @property
    def busy(self) -> int:
        """How many workers are answering."""
        with self._lock:
            return sum(child.deadline is not None for child in self._children)

    @property
    def held(self) -> bool:
        """Whether a query that comes now would have to wait for another one."""
        with self._lock:
            busy = sum(child.deadline is not None for child in self._children)
            return not self._idle and (bool(self._queue) or busy >= self.size)

    @property
    def waiting(self) -> int:
        """How many queries wait for a worker."""
        return len(self._queue)

    @property
    def pids(self) -> list[int]:
        """The process ids of the workers."""
        with self._lock:
            return sorted(child.pid for child in self._children)

    def start(self) -> None:
        """Start the workers, unless they are."""
        with self._lock:
            if self._keeper is None and not self._closed:
                # Children end with the thread that made them, so one thread makes them all.
                self._keeper = threading.Thread(target=self._keep, name="workers", daemon=True)
                self._keeper.start()

    def prepare(self, request: bytes) -> None:
        """Have each worker answer a request before it answers others.

        :param request: what lets it have at hand what others need.
        """
        with self._lock:
            self._preparation = request
            idle = [*self._idle]
            self._idle.clear()
            for child in idle:
                child.deadline = time.monotonic() + _START
        for child in idle:
            self._ready(child, request)

    def _ready(self, child: Child, request: bytes) -> None:
        """Have a worker answer a request, and offer it then."""

        def ask() -> None:
            try:
                child.ask(request, _START)
                child.receive(_START)
            except (TimeoutError, EOFError):
                self._failed = True
                self.discard(child)
            else:
                self.give_back(child)

        threading.Thread(target=ask, name="preparing", daemon=True).start()

    def run(self, request: bytes, left: Callable[[], bool], since: float | None = None) -> Run:
        """Have a request answered; returns when the answer begins.

        :param request: the payload of a `frames.Request`.
        :param left: whether the client has gone.
        :param since: when the request came, by `time.monotonic`; None is now.
        :raises SymposiaError: what the query ended in, if it ended before its answer began.
        :raises OverloadedError: no worker came free in time.
        :raises QueryTimeoutError: the answer did not begin in time.
        """
        self.start()
        deadline = (time.monotonic() if since is None else since) + self.limits.timeout
        for _ in range(_TRIES - 1):
            # Nothing was sent yet, and to be killed is not the query's fault.
            with suppress(KilledError):
                return Run(self, self.take(deadline, left), deadline, left).begin(request)
        return Run(self, self.take(deadline, left), deadline, left).begin(request)

    def close(self, drain: float = 0.0) -> None:
        """Answer no further query, and end all workers.

        :param drain: seconds that running queries get to end.
        """
        self._closing = True
        end = time.monotonic() + drain
        while self.busy and time.monotonic() < end:
            time.sleep(0.02)
        self._closed = True
        self._wake.set()
        keeper = self._keeper
        if keeper is not None:
            keeper.join()

    def take(self, deadline: float, left: Callable[[], bool], *, urgent: bool = False) -> Child:
        """An idle worker, in the order of asking; it is to be given back, or discarded.

        :param deadline: until when it is needed, by `time.monotonic`.
        :param urgent: whether it goes before those that are not.
        :raises OverloadedError: none came free in time.
        :raises ClientLeftError: the client has gone meanwhile.
        """
        with self._lock:
            if self._closing:
                raise OverloadedError("The server is stopping.", retry_after=5)
            child = self._spare(urgent)
            if child is not None:
                return self._lend(child, deadline)
            ticket = self._line_up(urgent)
        until = min(time.monotonic() + self.limits.wait, deadline)
        gone = False
        while not ticket.called.wait(max(min(until - time.monotonic(), LOOK), 0)):
            gone = left()
            if gone or time.monotonic() >= until:
                break
        with self._lock:
            if ticket.child is not None and not gone:
                return self._lend(ticket.child, deadline)
            if ticket.child is not None:
                self._offer(ticket.child)
            elif ticket in self._queue:
                self._queue.remove(ticket)
        raise ClientLeftError("The client has left.") if gone else self._overloaded()

    def _spare(self, urgent: bool) -> Child | None:
        """A worker that is idle and that nobody waits for; the lock is held."""
        reserved, waiting = (0, False) if urgent else (self._reserve, bool(self._queue))
        while len(self._idle) > reserved and not waiting:
            child = self._idle.pop()
            if child.alive:
                return child
            self._children.discard(child)
            self._dead.append(child)
            self._wake.set()
        return None

    def _line_up(self, urgent: bool) -> _Ticket:
        """A place in the queue, before all that is not urgent; the lock is held."""
        if len(self._queue) >= self.limits.queue:
            if not urgent or self._queue[-1].urgent:
                raise self._overloaded()
            self._queue.pop().called.set()  # it gets none
        ticket = _Ticket(urgent=urgent)
        before = sum(each.urgent for each in self._queue) if urgent else len(self._queue)
        self._queue.insert(before, ticket)
        return ticket

    def _overloaded(self) -> OverloadedError:
        return OverloadedError(
            f"All {self.size} workers are busy with other queries.",
            hint="Try again in a few seconds.",
            retry_after=max(1, round(self.limits.wait)),
        )

    def _lend(self, child: Child, deadline: float) -> Child:
        child.deadline = deadline
        return child

    def _offer(self, child: Child) -> None:
        """Give a worker to who has waited longest; the lock is held."""
        child.deadline = None
        self._idle.append(child)
        while self._queue and len(self._idle) > (0 if self._queue[0].urgent else self._reserve):
            ticket = self._queue.popleft()
            ticket.child = self._idle.pop()
            # It is lent from now on, so that the keeper does not take it for idle.
            ticket.child.deadline = time.monotonic() + self.limits.timeout
            ticket.called.set()

    def give_back(self, child: Child) -> None:
        """Take back a worker that has answered."""
        with self._lock:
            if child in self._children:
                self._offer(child)
                return
        self.discard(child)

    def discard(self, child: Child, cause: str = "crash") -> None:
        """Kill a worker, and have it replaced.

        :param cause: why, for the counts.
        """
        child.kill()
        with self._lock:
            self.kills[cause] += 1
            self._children.discard(child)
            self._dead.append(child)
        if self._closed:
            child.bury()
        self._wake.set()

    def _retire(self, child: Child) -> None:
        """End an idle worker; the lock is held."""
        self._children.discard(child)
        self._dead.append(child)
        self._idle.remove(child)

    def _keep(self) -> None:
        """Start, watch, replace and at last end the workers."""
        pause = 0.0
        while not self._closed:
            failed = self._look()
            pause = min(max(pause * 2, 0.1), 5.0) if failed else 0.0
            if pause:
                time.sleep(pause)
            try:
                self._fill()
                often = pause >= _OFTEN
                self.trouble = f"Processes for a {self.told} end as they start." if often else ""
            except OSError as error:
                _log.exception("A worker cannot be started")
                self.trouble = f"No process for a {self.told} can be started ({error.strerror})."
                time.sleep(1.0)
            self._wake.wait(_TICK)
            self._wake.clear()
        with self._lock:
            dead, self._dead = [*self._children, *self._dead], []
            self._children.clear()
            self._idle.clear()
        for child in dead:
            child.bury()

    def _fill(self) -> None:
        while len(self._children) < self.size and not self._closed:
            child = Child(self.limits.memory, self._module, self.told, self._niceness)
            with self._lock:
                self._children.add(child)
                request = self._preparation
                if request is None:
                    self._offer(child)
                else:
                    child.deadline = time.monotonic() + _START
            if request is not None:
                self._ready(child, request)

    def _look(self) -> bool:
        """Bury the dead, end what is over its time; whether a worker failed by itself."""
        now = time.monotonic()
        failed, self._failed = self._failed, False
        with self._lock:
            for child in [*self._children]:
                idle = child.deadline is None
                if idle and not child.alive:
                    failed = True
                    self._retire(child)
                elif idle and child.memory() > self._bloated:
                    self._retire(child)
                elif not child.alive:
                    self._children.discard(child)  # its run buries it
                elif child.deadline is not None and now > child.deadline + LOOK:
                    child.kill()  # whoever reads from it finds it dead
            dead, self._dead = self._dead, []
        for child in dead:
            child.bury()
        return failed
