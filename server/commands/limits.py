"""The options of `serve` for what the queries of strangers may take."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any, Final

import click

from ..limits import Limits
from .terminal import say

__all__ = ["limits"]

_USUAL: Final = Limits()


def limits(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options; the function gets a `server.workers.Pool` as `pool`, not started yet.

    Where there can be no workers it gets None.
    """

    @functools.wraps(function)
    def with_pool(
        *args: Any,
        timeout: float,
        workers: int | None,
        memory: int,
        max_rows: int,
        max_size: int,
        **others: Any,
    ) -> Any:
        if os.name == "nt":  # children cannot inherit sockets there
            say("Warning: on this system queries run in the server itself, without limits.")
            return function(*args, pool=None, **others)
        from ..workers import Pool

        allowed = Limits(timeout=timeout, memory=memory, rows=max_rows, size=max_size)
        return function(*args, pool=Pool(workers, allowed), **others)

    for option in reversed(_OPTIONS):
        with_pool = option(with_pool)
    return with_pool


_OPTIONS: Final = (
    click.option(
        "--timeout",
        metavar="SECONDS",
        default=_USUAL.timeout,
        show_default=True,
        type=click.FloatRange(0.1, 86_400),
        help="Stop a query after this time.",
    ),
    click.option(
        "--workers",
        metavar="N",
        type=click.IntRange(1, 1024),
        show_default=f"one for each processor: {os.cpu_count() or 1}",
        help="Processes that answer queries.",
    ),
    click.option(
        "--memory",
        metavar="MIB",
        default=_USUAL.memory,
        show_default=True,
        type=click.IntRange(32, 1_048_576),
        help="Memory that a query may take.",
    ),
    click.option(
        "--max-rows",
        metavar="N",
        default=_USUAL.rows,
        show_default=True,
        type=click.IntRange(1),
        help="Rows or triples that an answer may have.",
    ),
    click.option(
        "--max-size",
        metavar="MIB",
        default=_USUAL.size,
        show_default=True,
        type=click.IntRange(1, 1_048_576),
        help="Size that an answer may have.",
    ),
)
