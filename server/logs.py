"""Structured logs: one line an event, in logfmt or JSON, with the id of the request."""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import IO, Any, Final

__all__ = ["REQUEST", "configure", "request_id", "slow_after"]

REQUEST: Final[ContextVar[str]] = ContextVar("request", default="")
"""The id of the request that this thread is answering."""

_slow: float | None = None
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:=+/-]{0,127}")
_PLAIN: Final = re.compile(r"[!#-<>-\[\]-~]+")


def request_id(given: str | None) -> str:
    """The id that a client or a proxy gave a request, if it is one; else a new one.

    :param given: the value of `X-Request-Id`: at most 128 letters, digits and `._:=+/-`.
    """
    if given is not None and _ID.fullmatch(given):
        return given
    return secrets.token_hex(8)


def configure(
    form: str = "text",
    *,
    requests: bool = True,
    queries: float | None = None,
    stream: IO[str] | None = None,
) -> None:
    """Send the logs of this process to a stream.

    :param form: `text` for logfmt, `json` for an object a line.
    :param requests: whether every request is logged; faults always are.
    :param queries: seconds after which the text of a query is logged; None logs none.
    :param stream: by default standard error.
    """
    global _slow
    _slow = queries
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Json() if form == "json" else _Logfmt())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("symposia").setLevel(logging.INFO)
    logging.getLogger("symposia.requests").setLevel(logging.INFO if requests else logging.ERROR)
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)  # what it tells is logged here
    logging.captureWarnings(True)


def slow_after() -> float | None:
    """Seconds after which the text of a query is logged; None where none is."""
    return _slow


class _Json(logging.Formatter):
    """An object a line."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_fields(record), ensure_ascii=False, default=str)


class _Logfmt(logging.Formatter):
    """`name=value` pairs; a value that is not plain is written as a JSON string."""

    def format(self, record: logging.LogRecord) -> str:
        return " ".join(f"{name}={_value(value)}" for name, value in _fields(record).items())


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    fields: dict[str, Any] = {
        "time": moment.replace("+00:00", "Z"),
        "level": record.levelname.lower(),
        "event": record.getMessage(),
    }
    if ident := REQUEST.get():
        fields["request_id"] = ident
    fields |= getattr(record, "fields", {})
    if record.exc_info:
        fields["exception"] = logging.Formatter().formatException(record.exc_info)
    return fields


def _value(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6f}"
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text)
