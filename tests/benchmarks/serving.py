"""How fast it serves, against Oxigraph's own server over the same triples in the same run."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import pyoxigraph as ox

from .conferences import write
from .figures import Figure, Site
from .held import held
from .load import Measured, load
from .mix import Request, lookups, mix, requests
from .servers import Running, load_oxigraph, publish
from .single import single

__all__ = ["measure"]

_REQUESTS = 20_000


def measure(
    triples: int, seconds: float, connections: Sequence[int], rounds: int = 3
) -> Iterator[Figure]:
    """Compare both servers.

    :param triples: how many there are, about.
    :param seconds: of each load.
    :param rounds: how often each load is repeated; medians are told.
    :raises AssertionError: the two answer differently.
    """
    with tempfile.TemporaryDirectory(prefix="symposia-bench-") as name:
        folder = Path(name)
        conferences = write(folder / "bench.nt", triples)
        site = Site(folder / "data", folder / "peer", requests(conferences))
        yield from _loading(site, folder / "bench.nt", folder)
        yield _equality(site)
        for kind, sequence in (("the mix", mix), ("look-ups alone", lookups)):
            for number in connections:
                yield from _loaded(site, kind, sequence, number, seconds, rounds)
        yield from single(site, rounds)
        yield from held(site, conferences)
        yield from _standing(site)


def _loading(site: Site, triples: Path, folder: Path) -> Iterator[Figure]:
    def bare() -> float:
        store = ox.Store(str(folder / "bare"))
        began = time.perf_counter()
        store.bulk_load(path=triples, format=ox.RdfFormat.N_TRIPLES)
        store.flush()
        return time.perf_counter() - began

    floor = bare()
    began = time.perf_counter()
    publish(site.data, triples)
    ours = time.perf_counter() - began
    load_oxigraph(site.peer, sorted((site.data / "graphs").glob("*")))
    ratio = floor / ours
    yield Figure(
        "publish (not validated), against the bare engine's bulk load",
        f"{ours:.1f} s",
        f"{floor:.1f} s",
        ratio,
        "at least 0.9 times the speed",
        ratio >= 0.9,
    )


def _equality(site: Site) -> Figure:
    with site.ours() as ours, site.theirs() as theirs:
        kinds = {each.kind: [r for r in site.asked if r.kind == each.kind] for each in site.asked}
        asked = [each for found in kinds.values() for each in found[:40]]
        for each in asked:
            one, other = ours.ask(each.query), theirs.ask(each.query)
            assert one == other, f"the answers differ: {each.query}"
    return Figure("answers compared, all equal", str(len(asked)), str(len(asked)), None)


Sequenced = Callable[[Sequence[Request], int], list[int]]


def _loaded(
    site: Site, kind: str, sequence: Sequenced, connections: int, seconds: float, rounds: int
) -> Iterator[Figure]:
    order = sequence(site.asked, _REQUESTS)

    def run(server: AbstractContextManager[Running]) -> Measured:
        with server as running:
            targets = [running.target(each.query) for each in site.asked]
            found = load(running.port, [targets[i] for i in order], connections, seconds)
        assert found.errors == 0, found
        return found

    pairs = [(run(site.ours()), run(site.theirs())) for _ in range(rounds)]
    ours, theirs = (
        {
            name: statistics.median(getattr(pair[side], name) for pair in pairs)
            for name in ("per_second", "p50", "p99")
        }
        for side in (0, 1)
    )
    ratio = ours["per_second"] / theirs["per_second"]
    least = 3.0 if kind == "the mix" else 0.5
    name = f"{kind}, {connections} connections"
    yield Figure(
        f"{name}: requests a second",
        f"{ours['per_second']:,.0f}",
        f"{theirs['per_second']:,.0f}",
        ratio,
        f"at least {least:g} times",
        ratio >= least,
    )
    better = ours["p99"] <= theirs["p99"]
    mixed = kind == "the mix"
    yield Figure(
        f"{name}: p50 / p99",
        f"{ours['p50']:.2f} / {ours['p99']:.1f} ms",
        f"{theirs['p50']:.2f} / {theirs['p99']:.1f} ms",
        ours["p99"] / theirs["p99"],
        "a better p99" if mixed else "",
        better if mixed else None,
    )


def _standing(site: Site) -> Iterator[Figure]:
    """Memory after some load, and the time of a cold start."""
    order = mix(site.asked, 2000)
    sizes, starts = [], []
    for server in (site.ours, site.theirs):
        with server() as running:
            targets = [running.target(site.asked[i].query) for i in order]
            load(running.port, targets, 8, 3)
            sizes.append(running.memory() / 2**20)
        found = []
        for _ in range(3):
            with server() as running:
                found.append(running.seconds)
        starts.append(statistics.median(found))
    yield Figure(
        "memory after the mix, all processes",
        f"{sizes[0]:,.0f} MiB",
        f"{sizes[1]:,.0f} MiB",
        sizes[0] / sizes[1],
        "at most 2 times",
        sizes[0] <= 2 * sizes[1],
    )
    yield Figure(
        "start to first answer",
        f"{starts[0]:.2f} s",
        f"{starts[1]:.2f} s",
        starts[0] / starts[1],
        "under 1.5 s",
        starts[0] < 1.5,
    )
