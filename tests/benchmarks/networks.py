"""How long networks of a large dataset take, and the file that they are read from."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from .conferences import write
from .figures import Figure
from .servers import publish, symposia
from .single import Client

__all__ = ["networks"]

_HTML = "text/html"
_MOST = 200.0
"""Milliseconds that an answer should take."""
_WAIT = 600.0
_EVENT = "https://w3id.org/symposia/bench-"
_ONE, _OTHER = f"person={_EVENT}7/person/0", f"other={_EVENT}7/person/1"
_ADDRESSES = {
    "the network of all, as a page": "/network?least=1",
    "the network of all, 5,000 ties, as JSON": "/network?most=5000&format=json",
    "the network of all, as GraphML": "/network?format=graphml",
    "the network of one conference, as a page": f"/network?conference={_EVENT}1",
    "the network of ten conferences, as a page": "/network?"
    + "&".join(f"conference={_EVENT}{number}" for number in range(10)),
    "the network two steps around a person, as a page": f"/network?{_ONE}&distance=2",
    "the chain between two people, as a page": f"/network?{_ONE}&{_OTHER}",
    "the network of organisations, as a page": "/organisations/network",
    "the network of topics, as a page": "/topics/map",
    "the matrix of organisations": "/organisations/matrix",
    "topics by year": "/topics/years",
}


def networks(triples: int, rounds: int) -> Iterator[Figure]:
    """Time networks, one at a time, not one from memory.

    :param triples: how many there are, about; 1,250,000 have 20,000 authors.
    :param rounds: of five requests for each kind.
    """
    with tempfile.TemporaryDirectory(prefix="symposia-networks-") as name:
        folder = Path(name)
        write(folder / "bench.nt", triples)
        publish(folder / "data", folder / "bench.nt")
        (folder / "bench.nt").unlink()
        with (
            symposia(folder / "data", "--cache", "0") as ours,  # each is made anew
            closing(Client(ours.port)) as client,
        ):
            began = time.monotonic()
            while client.get("/network?format=json", "*/*")[0] != 200:
                assert time.monotonic() - began < _WAIT, "the file of the networks is not made"
                time.sleep(1)
            yield Figure("until the file is made", f"{time.monotonic() - began:.0f} s", "", None)
            for kind, address in _ADDRESSES.items():
                yield _timed(kind, client, address, 5 * rounds)


def _timed(kind: str, client: Client, address: str, times: int) -> Figure:
    """The first answer counts for nothing: the server is still loading what it needs."""
    took = []
    for number in range(times + 1):
        began = time.perf_counter()
        status, _ = client.get(address, "*/*" if "format=" in address else _HTML)
        took += [1000 * (time.perf_counter() - began)] * (number > 0)
        assert status == 200, (status, address)
    middle, longest = statistics.median(took), max(took)
    return Figure(
        f"{kind}: median / longest",
        f"{middle:.0f} / {longest:.0f} ms",
        "",
        None,
        f"under {_MOST:g} ms",
        longest < _MOST,
    )
