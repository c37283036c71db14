"""The lanes of a server: which workers a query is given to, and which when those are held."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from ..graph.errors import QueryTimeoutError
from .express import Express
from .frames import Several
from .limits import Limits
from .ours import Query
from .runs import Run, timed_out
from .workers import Pool

__all__ = ["Lane", "Lanes"]

_PAGE: Final = 10.0
"""Seconds that the queries of a page get together."""
_PAGES: Final = 16
"""How many pages may wait for a worker."""
_NOTHING: Final[Query] = ("ASK {}", {})
_LITTLE: Final = 1024
_NICENESS: Final = 10
"""How far queries of strangers stand back behind pages and look-ups for a processor."""


class Lane:
    """Workers for one kind of work, and the express lane beside them.

    :param pool: the workers.
    """

    def __init__(self, pool: Pool, express: Express) -> None:
        self.pool = pool
        self.limits = pool.limits
        self._express = express

    def run(self, request: bytes, left: Callable[[], bool], since: float | None = None) -> Run:
        """As `Pool.run`. While all workers are held, the request is tried on an express one."""
        since = time.monotonic() if since is None else since
        if self.pool.held:
            try:
                run = self._express.attempt(request, left, since + self.limits.timeout)
            except QueryTimeoutError:  # of the express lane, whose times mean nothing to who asked
                raise timed_out(self.pool) from None
            if run is not None:
                return run
        run = self.pool.run(request, left, since)
        self._express.learn(run, request)
        return run


class Lanes:
    """All workers that ask the dataset.

    :param size: how many answer the queries of strangers; None is the number of processors.
    :param limits: of a query of a stranger.
    :param module: what the workers run.
    """

    def __init__(
        self, size: int | None = None, limits: Limits | None = None, module: str = "worker"
    ) -> None:
        self.limits = limits or Limits()
        express = Express(self.limits, module)
        self.queries = Lane(Pool(size, self.limits, module, niceness=_NICENESS), express)
        """For the queries of strangers."""
        bounds = replace(self.limits, timeout=_PAGE, queue=_PAGES)
        self.pages = Lane(
            Pool(max(1, self.queries.pool.size // 2), bounds, module, "page"), express
        )
        """For the queries of our own pages."""
        self.pools = (self.queries.pool, self.pages.pool, express.pool)

    @property
    def most(self) -> int:
        """How many requests may be at work or wait."""
        return sum(pool.size + pool.limits.queue for pool in self.pools)

    def prepare(self, store: str) -> None:
        """Have the workers of short queries open a store, which is not theirs to wait for.

        :param store: where it is, as `graph.locations` writes it.
        """
        _, pages, express = self.pools
        pages.prepare(Several(store, [_NOTHING], _LITTLE).to_bytes())
        express.prepare(Several(store).to_bytes())  # a graph has little time there

    def start(self) -> None:
        """Start the workers for queries; the others start when they are first needed."""
        self.queries.pool.start()

    def close(self, drain: float = 0.0) -> None:
        """Answer no further query, and end all workers.

        :param drain: seconds that running queries get to end.
        """
        end = time.monotonic() + drain
        for pool in self.pools:
            pool.close(max(end - time.monotonic(), 0.0))
