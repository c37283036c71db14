"""What an application has beside its pages and queries: descriptions, health, counts, sharing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from flask import Flask

from . import dump_files, dumps, health, metrics, openapi, sharing, sitemap, versions, wellknown
from .changes import Changes
from .observed import observe
from .workers import Pool

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


def register(app: Flask, workers: Sequence[Pool] = ()) -> None:
    """Add it all to an application, and watch its requests.

    What is put around the application before this is watched too.

    :param workers: those that work for strangers.
    """
    caching = app.extensions["symposia.caching"]
    counts = metrics.Metrics(lambda: health.health_of(app), workers, caching)
    for pool in workers:
        health.watch(app, f"{pool.work} processes", partial(_trouble, pool))
    writer = app.extensions["symposia"].writer
    if isinstance(writer, Changes):
        writer.observe = counts.count_update
        health.watch(app, "updates", partial(_trouble, writer))
    app.extensions["symposia.metrics"] = counts
    observe(app, counts)
    for module in (wellknown, sitemap, dumps, dump_files, health, metrics, openapi):
        app.register_blueprint(module.blueprint)
    sharing.register(app)
    versions.register(app)


def _trouble(part: Pool | Changes) -> health.Trouble | None:
    return health.Trouble(part.trouble) if part.trouble else None
