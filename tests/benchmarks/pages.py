"""How long each kind of page takes that no cache knows, asked of a server that runs."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from .conferences import ORGANISATIONS, PEOPLE, SESSIONS, TALKS, TOPICS, write
from .figures import Figure
from .servers import publish, symposia
from .single import Client

__all__ = ["pages"]

_TIMES = 30
_HTML = "text/html"
_P50, _P99 = 5.0, 30.0
"""Milliseconds that a page should take."""


def pages(triples: int, rounds: int) -> Iterator[Figure]:
    """Time pages of every kind that the graph has, one at a time, not one from memory.

    :param triples: how many there are, about.
    :param rounds: of thirty requests for each kind.
    """
    with tempfile.TemporaryDirectory(prefix="symposia-pages-") as name:
        folder = Path(name)
        conferences = write(folder / "bench.nt", triples)
        publish(folder / "data", folder / "bench.nt")
        with (
            symposia(folder / "data", "--cache", "0") as ours,  # each is made anew
            closing(Client(ours.port)) as client,
        ):
            for kind, path in _kinds(random.Random(5), conferences).items():  # noqa: S311  repeats
                yield _timed(kind, client, [path() for _ in range(_TIMES * rounds)])


def _kinds(chance: random.Random, conferences: int) -> dict[str, Callable[[], str]]:
    """A path of each kind, drawn by chance."""
    draw = chance.randrange

    def event() -> str:
        return f"/bench-{draw(conferences)}"

    def talk() -> str:
        return f"{draw(SESSIONS)}-{draw(TALKS)}"

    return {
        "a conference": lambda: f"{event()}.html",
        "a session": lambda: f"{event()}/session/{draw(SESSIONS)}.html",
        "a talk": lambda: f"{event()}/talk/{talk()}.html",
        "a paper": lambda: f"{event()}/paper/{talk()}.html",
        "a person": lambda: f"{event()}/person/{draw(PEOPLE)}.html",
        "an organisation": lambda: f"{event()}/organisation/{draw(ORGANISATIONS)}.html",
        "a role": lambda: f"{event()}/talk/{talk()}/presenter.html",
        "an authorship": lambda: f"{event()}/paper/{talk()}/author/1.html",
        "a topic": lambda: f"/bench/topic/{draw(TOPICS)}.html",
        "the topic of most papers": lambda: "/bench/topic/0.html",
        "all topics": lambda: "/bench/topics.html",
        "the home page": lambda: "/",
        "the list of people": lambda: f"/people?page={1 + draw(conferences * PEOPLE // 100)}",
        "the list of papers": lambda: f"/papers?page={1 + draw(conferences // 2)}",
    }


def _timed(kind: str, client: Client, paths: list[str]) -> Figure:
    """The first answers of a server count for nothing: it is still loading what it needs."""
    times = []
    for number, path in enumerate([*paths[:5], *paths]):
        began = time.perf_counter()
        status, _ = client.get(path, _HTML)
        if number >= 5:
            times.append(1000 * (time.perf_counter() - began))
        assert status == 200, (status, path)
    cuts = statistics.quantiles(times, n=100)
    return Figure(
        f"the page of {kind}, uncached: p50 / p99"
        if kind.startswith(("a ", "an "))
        else f"{kind}, uncached: p50 / p99",
        f"{cuts[49]:.1f} / {cuts[98]:.1f} ms",
        "",
        None,
        f"{_P50:g} / {_P99:g} ms",
        cuts[49] <= _P50 and cuts[98] <= _P99,
    )
