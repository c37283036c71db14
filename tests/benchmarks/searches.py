"""How long searches take, asked of a server that runs and keeps no answers."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote_plus

from .conferences import write
from .figures import Figure
from .servers import publish, symposia
from .single import Client

__all__ = ["searches"]

_TIMES = 30
_P95 = 50.0
"""Milliseconds that nineteen of twenty searches should stay under."""
_READY = 300.0
"""Seconds that the index may take."""
_JSON = "application/json"
_KINDS = {
    "one usual word": ["network", "sensor", "data", "vision", "pruning", "university"],
    "two words": ["neural network", "sparse vision", "efficient radar", "symposium bench"],
    "a name": ["bali doni", "soki deba", "lena mora", "university of kora"],
    "a name with slips": ["balli donni", "sokki deeba", "netwrok", "univresity", "quantsed"],
    "the beginning of a word": ["n", "ne", "net", "un", "sy", "b", "be"],
    "what is not there": ["xyzzyx", "qqqq zzzz"],
}


def searches(triples: int, rounds: int) -> Iterator[Figure]:
    """Time searches of several kinds, one at a time, and how long the index takes to be there.

    :param triples: how many there are, about.
    :param rounds: of thirty searches of each kind.
    """
    with tempfile.TemporaryDirectory(prefix="symposia-searches-") as name:
        folder = Path(name)
        write(folder / "bench.nt", triples)
        publish(folder / "data", folder / "bench.nt")
        with (
            symposia(folder / "data", "--cache", "0") as ours,
            closing(Client(ours.port)) as client,
        ):
            began = time.monotonic()
            while client.get("/search?q=network", _JSON)[0] == 503:
                assert time.monotonic() - began < _READY
            (index,) = folder.glob("data/generations/*/prepared/*/search.sqlite")
            size = index.stat().st_size / 1e6
            yield Figure(
                "the index of the search: made in, size",
                f"{time.monotonic() - began:.0f} s, {size:.0f} MB",
                "",
                None,
            )
            chance = random.Random(5)  # noqa: S311  repeats
            every: list[float] = []
            for kind, texts in _KINDS.items():
                times = _timed(client, "/search", texts, chance, _TIMES * rounds)
                every += times
                yield _figure(f"a search for {kind}", times)
            yield _figure("a search of any kind", every)
            typed = [text for texts in _KINDS.values() for text in texts]
            times = _timed(client, "/search/suggest", typed, chance, 3 * _TIMES * rounds)
            yield _figure("a completion", times)


def _timed(
    client: Client, path: str, texts: Sequence[str], chance: random.Random, number: int
) -> list[float]:
    """Milliseconds of each request; the first five count for nothing."""
    times = []
    for turn in range(number + 5):
        text = quote_plus(chance.choice(texts))
        began = time.perf_counter()
        status, _ = client.get(f"{path}?q={text}", _JSON)
        if turn >= 5:
            times.append(1000 * (time.perf_counter() - began))
        assert status == 200, (status, text)
    return times


def _figure(name: str, times: Sequence[float]) -> Figure:
    cuts = statistics.quantiles(times, n=100)
    return Figure(
        f"{name}, uncached: p50 / p95",
        f"{cuts[49]:.1f} / {cuts[94]:.1f} ms",
        "",
        None,
        f"a p95 under {_P95:g} ms",
        cuts[94] <= _P95,
    )
