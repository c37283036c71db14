"""Whether the server lives, whether it is ready, and what it serves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

from flask import Blueprint, Flask, Response, current_app, json

from ..graph.errors import SymposiaError
from ..graph.store import Store
from .serving import Served, Serving

__all__ = ["Health", "Trouble", "blueprint", "health_of", "watch"]

blueprint = Blueprint("health", __name__)

MEDIA_TYPE: Final = "application/health+json"
_WATCHED: Final = "symposia.health"
_ALIVE = "ASK {}"
_COUNT = "SELECT (COUNT(*) AS ?triples) WHERE { GRAPH ?graph { ?s ?p ?o } }"


class Trouble(NamedTuple):
    """What is wrong with a part of the server.

    :param what: a sentence.
    :param served: whether requests are answered all the same, from what is held.
    """

    what: str
    served: bool = True


@dataclass(frozen=True)
class Health:
    """How it stands.

    :param ready: whether a dataset is published and answers.
    :param triples: how many there are over all graphs.
    :param problem: why it is not ready, or what is wrong though it is, in a sentence.
    :param troubles: what is wrong with each part that has something wrong.
    """

    ready: bool
    generation: int | None = None
    triples: int | None = None
    published: datetime | None = None
    problem: str = ""
    troubles: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """`pass`; `warn` when something is wrong and requests are answered; `fail`."""
        if not self.ready:
            return "fail"
        return "warn" if self.troubles else "pass"


def watch(app: Flask, part: str, look: Callable[[], Trouble | None]) -> None:
    """Let `/health` tell of a part of an application.

    :param part: its name, in one word.
    :param look: says what is wrong with it now, if anything is; it must not wait for others.
    """
    app.extensions.setdefault(_WATCHED, {})[part] = look


@blueprint.route("/health")
@blueprint.route("/health/ready", endpoint="ready")
def health() -> Response:
    """Say whether there is something to serve: 200, or 503 with the reason.

    The names are those of https://datatracker.ietf.org/doc/html/draft-inadarei-api-health-check-06.
    """
    now = health_of(current_app)
    body: dict[str, object] = {
        "status": now.status,
        "live": True,
        "ready": now.ready,
        "generation": now.generation,
        "triples": now.triples,
        "published": now.published.isoformat() if now.published else None,
    }
    if now.problem:
        body["output"] = now.problem
    if now.troubles:
        state = "warn" if now.ready else "fail"
        body["checks"] = {
            part: [{"status": state, "output": what}] for part, what in now.troubles.items()
        }
    return _answer(body, 200 if now.ready else 503)


@blueprint.route("/health/live")
def live() -> Response:
    """Say that requests are answered at all."""
    return _answer({"status": "pass", "live": True})


def _answer(body: dict[str, object], status: int = 200) -> Response:
    response = Response(json.dumps(body) + "\n", status, content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    return response


def health_of(app: Flask) -> Health:
    """How an application stands; what is wrong is told, not raised."""
    looks: dict[str, Callable[[], Trouble | None]] = app.extensions.get(_WATCHED, {})
    found = {part: trouble for part, look in looks.items() if (trouble := look())}
    told = {part: trouble.what for part, trouble in found.items()}
    problem = next(iter(told.values()), "")
    serves = all(trouble.served for trouble in found.values())
    serving: Serving = app.extensions["symposia"]
    try:
        served = serving.now()
        if not told:  # a part that is known to be down need not be asked
            served.store.query(_ALIVE)
        triples = _triples(served, ask=not told)
        return Health(serves, served.generation, triples, served.published, problem, told)
    except SymposiaError as error:
        return Health(False, problem=str(error), troubles=told)


def _triples(served: Served, *, ask: bool) -> int | None:
    if served.triples is not None:
        return served.triples
    if "triples" not in served.memo and ask:
        served.memo["triples"] = _count(served.store)
    return served.memo.get("triples")  # type: ignore[return-value]


def _count(store: Store) -> int:
    (row,) = store.query(_COUNT)  # type: ignore[misc]
    return int(row["triples"].value)
