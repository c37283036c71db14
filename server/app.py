"""The web application: SPARQL, linked-data documents and pages over one dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from flask import Flask, Response, current_app, g, request

from ..graph.namespaces import BASE
from ..graph.remote_generations import RemoteGenerations
from ..graph.scratch import Scratch
from ..graph.store import Store
from ..graph.writer import Writer
from . import (
    api,
    aspects,
    caching,
    editing,
    filters,
    graph_store,
    kept,
    lists,
    networks,
    pages,
    problems,
    reconcile,
    renewal,
    review,
    search,
    sparql,
    statics,
    tallies,
    update,
)
from .addresses import address
from .changes import Changes
from .http import STORELESS, register
from .lanes import Lanes
from .serving import Serving
from .terms import leads_to

__all__ = ["create_app"]

LONGEST_REQUEST: Final = 2 * 1024 * 1024
"""Bytes of the largest body that is read."""

_POLICY: Final = (
    "default-src 'none'; style-src 'self'{styles}; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def create_app(
    data: Path | RemoteGenerations | Scratch | None = None,
    *,
    base: str = BASE,
    store: Store | None = None,
    writer: Writer | None = None,
    token: bytes | None = None,
    lanes: Lanes | None = None,
    cache: int = 0,
) -> Flask:
    """Make the application.

    :param data: the data folder whose current generation is served; a generation published later
        is picked up by the next request. Or a SPARQL server or a scratch store in its place.
    :param base: the IRI under which the things of the dataset live; a path of it is the same path
        on this server.
    :param store: what is served when there is no data folder; without either, the graphs that are
        shipped, from memory.
    :param writer: what changes the dataset.
    :param token: what a request must bring to change something; None refuses all changes.
    :param lanes: the workers that evaluate the queries of strangers; None evaluates them in this
        process, without limits.
    :param cache: bytes of answers that are kept in memory; 0 keeps none.
    :raises StoreError: the shipped graphs cannot be loaded.
    """
    app = Flask("symposia.server", static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=LONGEST_REQUEST, MAX_FORM_MEMORY_SIZE=LONGEST_REQUEST)
    app.config["SYMPOSIA_TOKEN"] = token
    app.url_map.strict_slashes = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    serving = Serving(data, base.rstrip("/") + "/", store, writer, lanes)
    app.extensions["symposia"] = serving
    _prepare_templates(app)
    statics.register(app)
    for module in (
        sparql,
        editing,
        aspects,
        update,
        graph_store,
        api,
        kept,
        lists,
        networks,
        tallies,
        reconcile,
        search,
        review,
        pages,
    ):
        app.register_blueprint(module.blueprint)
    problems.register(app)
    app.extensions["symposia.caching"] = caching.register(app, serving, cache)
    renewal.register(app)
    pools = [*lanes.pools] if lanes else []
    register(app, [*pools, writer.pool] if isinstance(writer, Changes) else pools)
    app.before_request(_begin)
    app.after_request(_secure)
    return app


def _prepare_templates(app: Flask) -> None:
    app.jinja_env.globals.update(leads_to=leads_to, pages_of=lists.NAVIGATION)
    filters.register(app)

    @app.context_processor
    def common() -> dict[str, object]:
        return {"served": g.get("served"), "href": address}


def _begin() -> None:
    if request.endpoint not in STORELESS and request.method != "OPTIONS":
        # A request reads one dataset, whatever is published meanwhile.
        g.served = request.environ.get(caching.SERVED) or _serving().now()


def _serving() -> Serving:
    serving: Serving = current_app.extensions["symposia"]
    return serving


def _secure(response: Response) -> Response:
    styles = "".join(f" '{each}'" for each in g.get("style_hashes", ()))
    response.headers.setdefault("Content-Security-Policy", _POLICY.format(styles=styles))
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
