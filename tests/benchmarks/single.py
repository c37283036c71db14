"""Requests that no cache knows, one at a time, against the engine in this process."""

from __future__ import annotations

import socket
import statistics
import time
from collections.abc import Iterator

from symposia.graph.generations import Generations
from symposia.graph.results import serialise_results
from symposia.graph.store import Store

from .figures import Figure, Site
from .servers import JSON

__all__ = ["Client", "single"]

_QUERIES = 40
_LONG = 5.0
"""Milliseconds from which a ratio is promised, and not a difference."""


class Client:
    """One connection, with as little work for an answer as can be."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb", buffering=1 << 18)

    def get(self, target: str, accept: str = JSON, more: str = "") -> tuple[int, int]:
        """Ask, and read the answer to its end; its status and the bytes of its body.

        :param more: further lines of the head, each with its end.
        """
        self._socket.sendall(
            f"GET {target} HTTP/1.1\r\nHost: x\r\nAccept: {accept}\r\n{more}\r\n".encode()
        )
        status = int(self._file.readline().split()[1])
        length: int | None = None
        while (line := self._file.readline().lower().rstrip()) != b"":
            if line.startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        if length is not None:
            return status, len(self._file.read(length))
        total = 0
        while size := int(self._file.readline(), 16):
            total += len(self._file.read(size))
            self._file.readline()
        self._file.readline()
        return status, total

    def close(self) -> None:
        """Close the connection."""
        self._file.close()
        self._socket.close()


def single(site: Site, rounds: int) -> Iterator[Figure]:
    """Time each kind of request in turns with the engine; the median of all rounds is told."""
    generation = Generations(site.data).current()
    assert generation is not None
    store: Store = generation.open()
    with site.ours() as ours:
        client = Client(ours.port)

        def over_http(query: str) -> int:
            status, size = client.get(ours.target(query))
            assert status == 200
            return size

        def in_process(query: str) -> int:
            return len(serialise_results(store.query(query), "json"))

        for kind in ("look-up", "50 rows", "10,000 rows"):
            asked = [each.query for each in site.asked if each.kind == kind][:_QUERIES]
            times: tuple[list[float], list[float]] = ([], [])
            for turn in range(rounds):
                for i, query in enumerate(asked):
                    # Another comment is another request; the first turn of each is not counted.
                    for name in ([f"warm {i}"] if not turn else []) + [f"{turn} {i}"]:
                        sizes = []
                        for place, work in enumerate((over_http, in_process)):
                            began = time.perf_counter()
                            sizes.append(work(f"{query} #{name}"))
                            if not name.startswith("warm"):
                                times[place].append(1000 * (time.perf_counter() - began))
                        assert sizes[0] == sizes[1], f"the answers differ: {query}"
            yield _compared(kind, *map(statistics.median, times))
        client.close()


def _compared(kind: str, mine: float, floor: float) -> Figure:
    long = floor > _LONG
    return Figure(
        f"{kind}, uncached, one at a time, against the engine in process",
        f"{mine:.2f} ms",
        f"{floor:.2f} ms",
        mine / floor,
        "at most 1.3 times" if long else "at most 1.5 ms more",
        mine <= 1.3 * floor if long else mine - floor <= 1.5,
    )
