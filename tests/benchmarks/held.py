"""How long pages and look-ups take while heavy queries hold every worker."""

from __future__ import annotations

import random
import re
import socket
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from urllib.parse import quote

from .conferences import SESSIONS, TALKS
from .figures import Figure, Site
from .servers import Running
from .single import Client

__all__ = ["held"]

_DIGITS = " ".join(map(str, range(100)))
_HEAVY = (
    f"SELECT (COUNT(*) AS ?n) {{ {' '.join(f'VALUES ?v{i} {{ {_DIGITS} }}' for i in range(8))} }}"
)
"""It does not end, and takes no memory: a product of triples met the limit of memory first."""
_TIMEOUT = 3600
"""Seconds; it ends with its connection, and neither by itself nor by its time."""
_TIMES = 300
_TARGET = 250.0
_PAGE = "text/html"


def held(site: Site, conferences: int) -> Iterator[Figure]:
    """Ask for pages and look-ups while as many heavy queries run as there are workers.

    :param conferences: how many there are in the graph.
    """
    chance = random.Random(4)  # noqa: S311  it must repeat itself
    papers = [
        f"/bench-{chance.randrange(conferences)}/paper/"
        f"{chance.randrange(SESSIONS)}-{chance.randrange(TALKS)}.html"
        for _ in range(_TIMES)
    ]
    looked_up = [each.query for each in site.asked if each.kind == "look-up"][:100]
    with site.ours("--timeout", str(_TIMEOUT)) as ours, ExitStack() as heavy:
        client = Client(ours.port)
        heavy.callback(client.close)
        targets = [ours.target(query) for query in looked_up]
        for target in targets:
            assert client.get(target)[0] == 200
        workers = sum(_workers(ours).values())
        for i in range(workers):
            heavy.enter_context(closing(_asked(ours, i)))
        _until(lambda: _workers(ours)["busy"] == workers)
        page = partial(client.get, accept=_PAGE)
        yield _timed(
            f"the page of a paper, not in memory, {workers} of {workers} workers held", page, papers
        )
        yield _timed("the same pages from memory", page, papers)
        again = [targets[i % len(targets)] for i in range(_TIMES)]
        yield _timed("a look-up from memory, likewise", client.get, again)
        new = [ours.target(f"{looked_up[i % len(looked_up)]} # {i}") for i in range(_TIMES)]
        yield _timed("a look-up that no cache knows, likewise", client.get, new)
        _until(lambda: _workers(ours)["busy"] == workers)  # they have not ended by themselves


def _asked(ours: Running, number: int) -> socket.socket:
    """A connection on which a heavy query was asked."""
    line = socket.create_connection(("127.0.0.1", ours.port))
    query = quote(f"{_HEAVY} # {number}", safe="")
    line.sendall(f"GET {ours.path}?query={query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return line


def _workers(ours: Running) -> dict[str, int]:
    """How many workers for queries are in which state, by the server's own counts."""
    with closing(socket.create_connection(("127.0.0.1", ours.port), timeout=60)) as line:
        line.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        text = b"".join(iter(lambda: line.recv(65_536), b"")).decode()
    told = re.compile(r'^symposia_workers\{state="(\w+)",work="query"\} (\d+)', re.MULTILINE)
    return {state: int(number) for state, number in told.findall(text)}


def _until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "the workers are not all held"
        time.sleep(0.05)


def _timed(name: str, ask: Callable[[str], tuple[int, int]], targets: list[str]) -> Figure:
    times = []
    for target in targets:
        began = time.perf_counter()
        status, _ = ask(target)
        times.append(1000 * (time.perf_counter() - began))
        assert status == 200, (status, target)
    cuts = statistics.quantiles(times, n=100)
    return Figure(
        f"{name}: p50 / p99",
        f"{cuts[49]:.1f} / {cuts[98]:.1f} ms",
        "",
        None,
        f"a p99 under {_TARGET:g} ms",
        cuts[98] < _TARGET,
    )
