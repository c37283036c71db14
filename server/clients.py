"""What is known of the client while its request is being answered."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from flask import has_request_context, request

__all__ = ["ARRIVED", "GONE", "arrival", "departure", "takes_parts"]

ARRIVED: Final = "symposia.arrived"
"""Key of the environment of a request: when it came, by `time.monotonic`."""

GONE: Final = "symposia.client_gone"
"""Key of the environment of a request: a function that says whether its client has gone."""


def departure() -> Callable[[], bool]:
    """A function that says whether the client of the current request has gone.

    It may be called after the request's context has ended. Outside of a request, and with a server
    that cannot tell, nobody ever goes.
    """
    if has_request_context():
        gone: Callable[[], bool] | None = request.environ.get(GONE)
        if gone is not None:
            return gone
    return lambda: False


def arrival() -> float:
    """When the current request came, by `time.monotonic`; now, outside of a request."""
    came: float | None = request.environ.get(ARRIVED) if has_request_context() else None
    return time.monotonic() if came is None else came


def takes_parts() -> bool:
    """Whether the client of the current request can tell a whole answer from one that broke off.

    HTTP/1.0 knows no chunks: an answer of unknown length ends where the connection does.
    """
    return not (has_request_context() and request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0")
