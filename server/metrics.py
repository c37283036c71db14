"""What the server counts, in the text format of Prometheus."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from typing import Final, Protocol

from flask import Blueprint, Response, current_app, request
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from .cache import Cache
from .health import Health

__all__ = ["Metrics", "Workers", "blueprint"]

blueprint = Blueprint("metrics", __name__)
disable_created_metrics()  # type: ignore[no-untyped-call]

_BUCKETS: Final = (
    *(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5),
    *(1.0, 2.5, 5.0, 10.0, 30.0, 60.0),
)
_CAUSES: Final = ("deadline", "memory", "client", "crash")
_METHODS: Final = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


@blueprint.route("/metrics")
def metrics() -> Response:
    """The counts (https://prometheus.io/docs/instrumenting/exposition_formats/)."""
    counted: Metrics = current_app.extensions["symposia.metrics"]
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    response = Response(encode(counted.registry), content_type=content_type)
    response.headers["Cache-Control"] = "no-store"
    return response


class Workers(Protocol):
    """What is told of the workers that answer queries."""

    @property
    def busy(self) -> int:
        """How many are answering."""

    @property
    def waiting(self) -> int:
        """How many queries wait for one."""

    @property
    def pids(self) -> list[int]:
        """Their process ids."""

    @property
    def kills(self) -> Mapping[str, int]:
        """How many ended before their answer, by cause."""


class Metrics:
    """The counts of one application.

    :param health: tells what is served now.
    :param workers: those that answer the queries of strangers, if there are any.
    :param kept: the answers that are kept in memory.
    """

    def __init__(self, health: Callable[[], Health], workers: Workers | None, kept: Cache) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "symposia_http_requests",
            "Requests that were answered; those of route `(from memory)` without any work.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "symposia_http_request_duration_seconds",
            "Time from a request to the last byte of its answer.",
            ("route", "method"),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._cut = Counter(
            "symposia_http_answers_cut",
            "Answers that ended before they were whole.",
            ("route",),
            registry=self.registry,
        )
        self.registry.register(_State(health, workers, kept))
        ProcessCollector(registry=self.registry)

    def count(self, route: str, method: str, status: int, seconds: float, whole: bool) -> None:
        """Count a request that has been answered.

        :param route: the pattern of its address, so that there are few.
        :param seconds: from the request to the last byte.
        :param whole: whether all of the answer was sent.
        """
        method = method if method in _METHODS else "other"
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route, method).observe(seconds)
        if not whole:
            self._cut.labels(route).inc()


class _State(Collector):
    """What is looked up when it is asked for."""

    def __init__(self, health: Callable[[], Health], workers: Workers | None, kept: Cache) -> None:
        self._health = health
        self._workers = workers
        self._kept = kept

    def collect(self) -> Iterator[Metric]:
        info = GaugeMetricFamily("symposia_info", "The version.", labels=["version"])
        info.add_metric([version("symposia")], 1)
        yield info
        now = self._health()
        yield GaugeMetricFamily(
            "symposia_ready", "Whether there is something to serve.", value=now.ready
        )
        if now.generation is not None:
            yield GaugeMetricFamily(
                "symposia_generation", "The generation that is served.", value=now.generation
            )
        if now.triples is not None:
            yield GaugeMetricFamily(
                "symposia_triples", "Triples over all graphs.", value=now.triples
            )
        yield GaugeMetricFamily(
            "symposia_cache_bytes", "Bytes of answers that are kept.", value=self._kept.bytes
        )
        yield GaugeMetricFamily(
            "symposia_cache_answers", "Answers that are kept.", value=len(self._kept)
        )
        if self._workers is not None:
            yield from _of_workers(self._workers)


def _of_workers(workers: Workers) -> Iterator[Metric]:
    busy, all_ = workers.busy, len(workers.pids)
    states = GaugeMetricFamily("symposia_workers", "Processes for queries.", labels=["state"])
    states.add_metric(["busy"], busy)
    states.add_metric(["idle"], max(all_ - busy, 0))
    yield states
    yield GaugeMetricFamily(
        "symposia_queries_waiting", "Queries that wait for a worker.", value=workers.waiting
    )
    killed = CounterMetricFamily(
        "symposia_workers_killed", "Workers that ended before their answer.", labels=["cause"]
    )
    for cause in _CAUSES:
        killed.add_metric([cause], workers.kills.get(cause, 0))
    yield killed
