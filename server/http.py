"""What every answer has in common: who may read it from elsewhere, and which methods there are."""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, request

from . import dumps, health, metrics, openapi, wellknown
from .observed import observe

__all__ = ["STORELESS", "register"]

STORELESS: Final = frozenset(
    (
        "static",
        "health.health",
        "health.ready",
        "health.live",
        "metrics.metrics",
        "openapi.openapi",
    )
)
"""Endpoints that answer when nothing has been published."""

_READS: Final = ("GET", "HEAD")
_READS_BY_POST: Final = ("sparql.sparql",)
"""Endpoints whose POST asks and changes nothing."""

_EXPOSED: Final = "Content-Disposition, ETag, Link, Location, Retry-After, X-Request-Id"
_DAY: Final = "86400"


def register(app: Flask) -> None:
    """Give an application its descriptions and headers."""
    counts = metrics.Metrics(lambda: health.health_of(app))
    app.extensions["symposia.metrics"] = counts
    observe(app, counts)
    for module in (wellknown, dumps, health, metrics, openapi):
        app.register_blueprint(module.blueprint)
    app.after_request(_share)


def _share(response: Response) -> Response:
    """Let pages of other origins read (https://fetch.spec.whatwg.org/#http-cors-protocol).

    Nothing that a browser sends by itself opens anything here, so any origin may read what
    anyone may read. Changes need a token and are not shared.
    """
    endpoint = request.endpoint or ""
    reads = request.method in _READS or endpoint in _READS_BY_POST
    if request.method == "OPTIONS" or reads:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = _EXPOSED
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
        posts = ("POST",) if endpoint in _READS_BY_POST else ()
        response.headers["Access-Control-Allow-Methods"] = ", ".join((*_READS, *posts, "OPTIONS"))
        response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type, X-Request-Id"
        response.headers["Access-Control-Max-Age"] = _DAY
    return response
