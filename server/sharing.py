"""Who may read answers from elsewhere: pages of any origin may read what anyone may read."""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, request

__all__ = ["SHARED", "register"]

SHARED: Final = (
    ("Access-Control-Allow-Origin", "*"),
    (
        "Access-Control-Expose-Headers",
        "Content-Disposition, ETag, Link, Location, Retry-After, X-Request-Id",
    ),
)
"""What lets pages of other origins read an answer; a 304 needs it too."""

_READS: Final = ("GET", "HEAD", "OPTIONS")
_READS_BY_POST: Final = (
    "sparql.sparql",
    "sparql.originals",
    "reconcile.service",
    "reconcile.matched",
    "reconcile.extended",
)
"""Endpoints whose POST asks and changes nothing without a token."""

_ALLOWED: Final = "Accept, Content-Type, If-None-Match, X-Request-Id"
_DAY: Final = "86400"


def register(app: Flask) -> None:
    """Share the reads of an application (https://fetch.spec.whatwg.org/#http-cors-protocol).

    Nothing that a browser sends by itself opens anything here, so any origin may read. Changes
    need a token in a header that no other origin is allowed to send.
    """
    app.after_request(_share)


def _share(response: Response) -> Response:
    asks = (request.endpoint or "") in _READS_BY_POST
    if request.method in _READS or (request.method == "POST" and asks):
        response.headers.extend(SHARED)
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
        methods = ("GET", "HEAD", *(("POST",) if asks else ()), "OPTIONS")
        response.headers["Access-Control-Allow-Methods"] = ", ".join(methods)
        response.headers["Access-Control-Allow-Headers"] = _ALLOWED
        response.headers["Access-Control-Max-Age"] = _DAY
    return response
