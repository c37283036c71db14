"""What the server counts, in the text format of Prometheus."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Final, Protocol

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

from .changes import RESULTS
from .health import Health

if TYPE_CHECKING:
    from .caching import Caching

__all__ = ["FROM_MEMORY", "Metrics", "Workers", "blueprint"]

blueprint = Blueprint("metrics", __name__)
disable_created_metrics()  # type: ignore[no-untyped-call]

_BUCKETS: Final = (
    *(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5),
    *(1.0, 2.5, 5.0, 10.0, 30.0, 60.0),
)
FROM_MEMORY: Final = "(from memory)"
"""The route of requests that are answered without looking for one."""
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
    """What is told of processes that do work."""

    @property
    def work(self) -> str:
        """What they do, in a word."""

    @property
    def busy(self) -> int:
        """How many are at work."""

    @property
    def waiting(self) -> int:
        """How many requests wait for one."""

    @property
    def pids(self) -> list[int]:
        """Their process ids."""

    @property
    def kills(self) -> Mapping[str, int]:
        """How many ended before their answer, by cause."""


class Metrics:
    """The counts of one application.

    :param health: tells what is served now.
    :param workers: those that work for strangers, by what they do.
    :param caching: the answers that are kept in memory.
    """

    def __init__(
        self, health: Callable[[], Health], workers: Sequence[Workers], caching: Caching
    ) -> None:
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
        self._updates = Counter(
            "symposia_updates", "Changes of the dataset.", ("result",), registry=self.registry
        )
        self._update_seconds = Histogram(
            "symposia_update_duration_seconds",
            "Time that a change of the dataset took, waiting for others included.",
            buckets=_BUCKETS,
            registry=self.registry,
        )
        for result in RESULTS:
            self._updates.labels(result)
        self.registry.register(_State(self, health, workers, caching))
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

    def count_update(self, result: str, seconds: float) -> None:
        """Count a change of the dataset.

        :param result: one of `changes.RESULTS`.
        """
        self._updates.labels(result).inc()
        self._update_seconds.observe(seconds)

    def from_memory(self) -> tuple[float, float]:
        """How many requests were answered from memory: with an answer, and with 304."""
        found = {200: 0.0, 304: 0.0}
        for family in self._requests.collect():
            for sample in family.samples:
                if sample.labels["route"] == FROM_MEMORY and sample.name.endswith("_total"):
                    found[int(sample.labels["status"])] += sample.value
        return found[200], found[304]


class _State(Collector):
    """What is looked up when it is asked for."""

    def __init__(
        self,
        counts: Metrics,
        health: Callable[[], Health],
        workers: Sequence[Workers],
        caching: Caching,
    ) -> None:
        self._counts = counts
        self._health = health
        self._workers = workers
        self._caching = caching

    def collect(self) -> Iterator[Metric]:
        parts = ["symposia", "pyoxigraph"]
        info = GaugeMetricFamily("symposia_info", "The versions.", labels=["version", *parts[1:]])
        info.add_metric([version(part) for part in parts], 1)
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
        yield from self._of_cache()
        yield from _of_workers(self._workers)

    def _of_cache(self) -> Iterator[Metric]:
        kept = self._caching.cache
        yield GaugeMetricFamily("symposia_cache_bytes", "Bytes of kept answers.", value=kept.bytes)
        yield GaugeMetricFamily("symposia_cache_answers", "Answers that are kept.", value=len(kept))
        hits, unmodified = self._counts.from_memory()
        reads = CounterMetricFamily(
            "symposia_cache_reads",
            "Reads that were answered from memory, with 304, or by work.",
            labels=["result"],
        )
        reads.add_metric(["hit"], hits)
        reads.add_metric(["not_modified"], unmodified)
        reads.add_metric(["miss"], self._caching.misses)
        yield reads


def _of_workers(pools: Sequence[Workers]) -> Iterator[Metric]:
    states = GaugeMetricFamily(
        "symposia_workers", "Processes that do the work of strangers.", labels=["work", "state"]
    )
    waiting = GaugeMetricFamily(
        "symposia_waiting", "Requests that wait for such a process.", labels=["work"]
    )
    killed = CounterMetricFamily(
        "symposia_workers_killed",
        "Such processes that ended before their answer.",
        labels=["work", "cause"],
    )
    for pool in pools:
        busy = pool.busy
        states.add_metric([pool.work, "busy"], busy)
        states.add_metric([pool.work, "idle"], max(len(pool.pids) - busy, 0))
        waiting.add_metric([pool.work], pool.waiting)
        for cause in _CAUSES:
            killed.add_metric([pool.work, cause], pool.kills.get(cause, 0))
    yield from (states, waiting, killed)
