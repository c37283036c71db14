"""Whether the server lives, whether it is ready, and what it serves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Flask, Response, current_app, jsonify

from ..graph.errors import SymposiaError
from .serving import Served, Serving

__all__ = ["Health", "blueprint", "health_of"]

blueprint = Blueprint("health", __name__)

_ALIVE = "ASK {}"
_COUNT = "SELECT (COUNT(*) AS ?triples) WHERE { GRAPH ?graph { ?s ?p ?o } }"


@dataclass(frozen=True)
class Health:
    """How it stands.

    :param ready: whether a dataset is published and answers.
    :param triples: how many there are over all graphs.
    :param problem: why it is not ready, in a sentence.
    """

    ready: bool
    generation: int | None = None
    triples: int | None = None
    published: datetime | None = None
    problem: str = ""


@blueprint.route("/health")
@blueprint.route("/health/ready", endpoint="ready")
def health() -> tuple[Response, int]:
    """Say whether there is something to serve: 200, or 503 with the reason."""
    now = health_of(current_app)
    body: dict[str, object] = {
        "status": "ok" if now.ready else "unavailable",
        "live": True,
        "ready": now.ready,
        "generation": now.generation,
        "triples": now.triples,
        "published": now.published.isoformat() if now.published else None,
    }
    if now.problem:
        body["problem"] = now.problem
    return _fresh(jsonify(body)), 200 if now.ready else 503


@blueprint.route("/health/live")
def live() -> Response:
    """Say that requests are answered at all."""
    return _fresh(jsonify(status="ok", live=True))


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def health_of(app: Flask) -> Health:
    """How an application stands; what is wrong is told, not raised."""
    serving: Serving = app.extensions["symposia"]
    try:
        served = serving.now()
        served.store.query(_ALIVE)
        return Health(True, served.generation, _triples(served), served.published)
    except SymposiaError as error:
        return Health(False, problem=str(error))


def _triples(served: Served) -> int:
    if served.triples is not None:
        return served.triples
    if "triples" not in served.memo:
        served.memo["triples"] = int(served.rows(_COUNT)[0]["triples"].value)  # type: ignore[union-attr]
    return served.memo["triples"]  # type: ignore[return-value]
