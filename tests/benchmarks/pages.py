"""How long each kind of page and document takes, made anew and from memory, of a running server."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from .conferences import ORGANISATIONS, PEOPLE, SESSIONS, TALKS, TOPICS, write
from .figures import Figure
from .servers import Running, publish, symposia
from .single import Client

__all__ = ["pages"]

_TIMES = 30
_EARLY = 5
_HTML = "text/html"
_GZIP = "Accept-Encoding: gzip\r\n"
_P50, _P99 = 5.0, 30.0
"""Milliseconds that a page should take."""
_READY = 300.0
"""Seconds that the index of the search may take."""

Draw = Callable[[], str]


def pages(triples: int, rounds: int) -> Iterator[Figure]:
    """Time pages of every kind that the graph has, one at a time.

    :param triples: how many there are, about.
    :param rounds: of thirty requests for each kind.
    """
    with tempfile.TemporaryDirectory(prefix="symposia-pages-") as name:
        folder = Path(name)
        conferences = write(folder / "bench.nt", triples)
        publish(folder / "data", folder / "bench.nt")
        kinds = _kinds(random.Random(5), conferences)  # noqa: S311  repeats
        drawn = {kind: [path() for _ in range(_TIMES * rounds)] for kind, path in kinds.items()}
        with (
            symposia(folder / "data", "--cache", "0") as ours,  # each is made anew
            closing(Client(ours.port)) as client,
        ):
            yield _first(client)
            for kind, paths in drawn.items():
                yield _timed(kind, ours, client, [*paths[:_EARLY], *paths])
        with symposia(folder / "data") as ours, closing(Client(ours.port)) as client:
            paths = [path for paths in drawn.values() for path in paths[:_EARLY]]
            for path in paths:
                client.get(path, _HTML)
            yield _timed("any of these pages", ours, client, paths * 3, "from memory")


def _kinds(chance: random.Random, conferences: int) -> dict[str, Draw]:
    """A path of each kind, drawn by chance."""
    draw = chance.randrange

    def event() -> str:
        return f"/bench-{draw(conferences)}"

    def talk() -> str:
        return f"{draw(SESSIONS)}-{draw(TALKS)}"

    def paper(suffix: str) -> Draw:
        return lambda: f"{event()}/paper/{talk()}.{suffix}"

    return {
        "the page of a conference": lambda: f"{event()}.html",
        "the page of a session": lambda: f"{event()}/session/{draw(SESSIONS)}.html",
        "the page of a talk": lambda: f"{event()}/talk/{talk()}.html",
        "the page of a paper": paper("html"),
        "the page of a person": lambda: f"{event()}/person/{draw(PEOPLE)}.html",
        "the page of an organisation": lambda: f"{event()}/organisation/{draw(ORGANISATIONS)}.html",
        "the page of a role": lambda: f"{event()}/talk/{talk()}/presenter.html",
        "the page of an authorship": lambda: f"{event()}/paper/{talk()}/author/1.html",
        "the page of a topic": lambda: f"/bench/topic/{draw(TOPICS)}.html",
        "the topic of most papers": lambda: "/bench/topic/0.html",
        "all topics": lambda: "/bench/topics.html",
        "a class that others have named": lambda: (
            "/resource.html?iri=http://xmlns.com/foaf/0.1/Person"
        ),
        "the home page": lambda: "/",
        "the list of people": lambda: f"/people?page={1 + draw(conferences * PEOPLE // 100)}",
        "the list of papers": lambda: f"/papers?page={1 + draw(conferences // 2)}",
        "the list of organisations": lambda: (
            f"/organisations?page={1 + draw(max(1, conferences * ORGANISATIONS // 100))}"
        ),
        "two people compared": lambda: (
            f"/compare?one={event()[1:]}/person/{draw(PEOPLE)}"
            f"&other={event()[1:]}/person/{draw(PEOPLE)}"
        ),
        "why the statements about a paper": lambda: f"/why?subject={event()[1:]}/paper/{talk()}",
        "the page of a search": lambda: f"/search?q=network+{draw(10)}",
        "what is not found": lambda: f"{event()}/person/nobody-{draw(1000)}",
        "a paper as Turtle": paper("ttl"),
        "a paper as JSON-LD": paper("jsonld"),
        "a paper as N-Quads": paper("nq"),
        "where a paper is": lambda: f"{event()}/paper/{talk()}",
    }


def _first(client: Client) -> Figure:
    """The first address of a generation that leads nowhere, and then the index for the others."""
    began = time.perf_counter()
    status, _ = client.get("/bench-0/person/nobody", _HTML)
    took = 1000 * (time.perf_counter() - began)
    assert status == 404, status
    end = time.monotonic() + _READY
    while client.get("/search?q=network")[0] == 503:
        assert time.monotonic() < end
    return Figure(
        "the first 404 of a server, before the index is there", f"{took:.0f} ms", "", None
    )


def _timed(
    kind: str, ours: Running, client: Client, paths: Sequence[str], how: str = "made anew"
) -> Figure:
    """The first answers count for nothing: the server is still loading what it needs."""
    times, sizes = [], []
    for number, path in enumerate(paths):
        if number == _EARLY:
            spent = ours.processor()
        began = time.perf_counter()
        status, size = client.get(path, _HTML, _GZIP)
        if number >= _EARLY:
            times.append(1000 * (time.perf_counter() - began))
            sizes.append(size)
        wanted = 404 if "nobody" in path else 303 if "." not in path and "/paper/" in path else 200
        assert status in (wanted, 200), (status, path)
    processor = 1000 * ours.since(spent) / len(times)
    cuts = statistics.quantiles(times, n=100)
    return Figure(
        f"{kind}, {how}: p50 / p99, processor, largest",
        f"{cuts[49]:.1f} / {cuts[98]:.1f} ms, {processor:.1f} ms, {max(sizes) / 1000:.0f} kB",
        "",
        None,
        f"{_P50:g} / {_P99:g} ms",
        cuts[49] <= _P50 and cuts[98] <= _P99,
    )
