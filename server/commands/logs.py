"""The options of `serve` for what is logged."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click

__all__ = ["logs"]


def logs(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options; the logs are set up before the function."""

    @functools.wraps(function)
    def with_logs(
        *args: Any, log_format: str, log_requests: bool, log_queries: float, **others: Any
    ) -> Any:
        from ..logs import configure

        configure(log_format, requests=log_requests, queries=log_queries)
        return function(*args, **others)

    for option in reversed(_OPTIONS):
        with_logs = option(with_logs)
    return with_logs


_OPTIONS = (
    click.option(
        "--log-format",
        default="text",
        show_default=True,
        type=click.Choice(["text", "json"]),
        help="Form of a log line: name=value pairs or JSON.",
    ),
    click.option(
        "--log-requests/--no-log-requests",
        default=True,
        show_default=True,
        help="Log every request.",
    ),
    click.option(
        "--log-queries",
        metavar="SECONDS",
        default=5.0,
        show_default=True,
        type=click.FloatRange(0),
        help="Log the text of a query that takes longer; 0 logs all.",
    ),
)
