"""The options of `serve` for what the queries of strangers, and updates, may take."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import click

from ..limits import UPDATES, Limits
from .terminal import say

__all__ = ["limits"]

_USUAL: Final = Limits()
_MIB: Final = click.IntRange(1, 1_048_576)
_MEMORY: Final = click.IntRange(32, 1_048_576)
_SECONDS: Final = click.FloatRange(0.1, 86_400)


def limits(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options; the function gets a `server.lanes.Lanes` as `lanes`, not started yet.

    As `updates` it gets the limits of an update. Where there can be no processes both are None.
    """

    @functools.wraps(function)
    def limited(
        *args: Any,
        timeout: float,
        workers: int | None,
        memory: int,
        max_rows: int,
        max_size: int,
        update_timeout: float,
        update_memory: int,
        **others: Any,
    ) -> Any:
        if os.name == "nt":  # children cannot inherit sockets there
            say("Warning: on this system everything runs in the server itself, without limits.")
            return function(*args, lanes=None, updates=None, **others)
        from ..lanes import Lanes

        allowed = Limits(timeout=timeout, memory=memory, rows=max_rows, size=max_size)
        updates = replace(UPDATES, timeout=update_timeout, memory=update_memory)
        return function(*args, lanes=Lanes(workers, allowed), updates=updates, **others)

    for option in reversed(_OPTIONS):
        limited = option(limited)
    return limited


def _option(
    name: str, unit: str, kind: Any, does: str, default: float | None, shown: str | bool = True
) -> Callable[..., Any]:
    return click.option(
        name, metavar=unit, type=kind, help=does, default=default, show_default=shown
    )


_PROCESSORS: Final = f"one for each processor: {os.cpu_count() or 1}"
_OPTIONS: Final = (
    _option("--timeout", "SECONDS", _SECONDS, "Stop a query after this time.", _USUAL.timeout),
    _option(
        *("--workers", "N", click.IntRange(1, 1024)),
        *("Processes that answer queries.", None, _PROCESSORS),
    ),
    _option("--memory", "MIB", _MEMORY, "Memory that a query may take.", _USUAL.memory),
    _option(
        *("--max-rows", "N", click.IntRange(1)),
        *("Rows or triples that an answer may have.", _USUAL.rows),
    ),
    _option("--max-size", "MIB", _MIB, "Size that an answer may have.", _USUAL.size),
    _option(
        *("--update-timeout", "SECONDS", _SECONDS),
        *("Stop an update after this time, unless it is being published.", UPDATES.timeout),
    ),
    _option(
        *("--update-memory", "MIB", _MEMORY),
        *("Memory that an update and its validation may take.", UPDATES.memory),
    ),
)
