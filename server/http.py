"""What an application has beside its pages and queries: descriptions, health, counts, sharing."""

from __future__ import annotations

from typing import Final

from flask import Flask

from . import dumps, health, metrics, openapi, sharing, wellknown
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


def register(app: Flask, workers: metrics.Workers | None = None) -> None:
    """Add it all to an application, and watch its requests.

    What is put around the application before this is watched too.

    :param workers: those that answer the queries of strangers, if there are any.
    """
    kept = app.extensions["symposia.caching"].cache
    counts = metrics.Metrics(lambda: health.health_of(app), workers, kept)
    app.extensions["symposia.metrics"] = counts
    observe(app, counts)
    for module in (wellknown, dumps, health, metrics, openapi):
        app.register_blueprint(module.blueprint)
    sharing.register(app)
