"""What a network says of each of its members: neighbours, centrality, group and place.

The work is done by igraph (https://python.igraph.org/). The same ties give the same figures.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import igraph

__all__ = ["Figures", "graph_of", "measured", "reproducible"]

Tie = tuple[int, int, int]
"""Numbers of two members, and how many works they have in common."""

_lock = threading.Lock()


class Figures(NamedTuple):
    """What is measured of a member.

    :param neighbours: how many members they are tied to (degree).
    :param betweenness: the share of the shortest chains between any two others that pass them, from
        0 to 1 (https://doi.org/10.2307/3033543).
    :param closeness: the mean of one divided by the distance to each other member, from 0 to 1
        (harmonic closeness, https://arxiv.org/abs/cond-mat/0008357).
    :param group: number of their community, the largest is 1 (https://arxiv.org/abs/1810.08473).
    """

    neighbours: int
    betweenness: float
    closeness: float
    group: int


@contextmanager
def reproducible() -> Iterator[None]:
    """Let igraph, whose random numbers come from one place, draw the same ones each time."""
    import igraph

    with _lock:
        igraph.set_random_number_generator(random.Random(20230327))  # noqa: S311  no secret
        yield


def graph_of(size: int, ties: Sequence[Tie]) -> igraph.Graph:
    """An undirected graph whose edges are weighted by works in common.

    :param size: how many members there are, numbered from 0.
    """
    import igraph

    graph = igraph.Graph(size, [(one, other) for one, other, _ in ties])
    graph.es["weight"] = [works for _, _, works in ties]
    return graph


def measured(size: int, ties: Sequence[Tie], sample: int) -> list[Figures]:
    """Measure each member of a network.

    :param size: how many members there are, numbered from 0.
    :param sample: betweenness and closeness are estimated from the chains that begin at so many of
        them, spread evenly (https://doi.org/10.1142/S0218127407018403); exact where there are no
        more.
    """
    graph = graph_of(size, ties)
    step = max(1, -(-size // sample))
    sources = range(0, size, step)
    between = graph.betweenness(directed=False, sources=list(sources))
    pairs = (size - 1) * (size - 2) / 2 * len(sources) / size if size > 2 else 1
    close = _closeness(graph, sources)
    degrees = graph.degree()
    with reproducible():
        found = graph.community_leiden("modularity", weights="weight", n_iterations=4)
    groups = _by_size(found.membership)
    return [
        Figures(degrees[i], round(between[i] / pairs, 6), round(close[i], 6), groups[i])
        for i in range(size)
    ]


_BATCH: Final = 16


def _closeness(graph: igraph.Graph, sources: range) -> list[float]:
    """Harmonic closeness to the sources; whoever cannot be reached counts as infinitely far."""
    size = graph.vcount()
    sums = [0.0] * size
    for start in range(0, len(sources), _BATCH):
        for distances in graph.distances(list(sources[start : start + _BATCH])):
            for i, distance in enumerate(distances):
                if 0 < distance < size:
                    sums[i] += 1 / distance
    chosen = set(sources)
    return [total / max(1, len(sources) - (i in chosen)) for i, total in enumerate(sums)]


def _by_size(groups: Sequence[int]) -> list[int]:
    """Groups numbered anew from 1 on: the largest first, of equals the one that comes first."""
    sizes = Counter(groups)
    first: dict[int, int] = {}
    for place, group in enumerate(groups):
        first.setdefault(group, place)
    order = sorted(sizes, key=lambda group: (-sizes[group], first[group]))
    numbers = {group: number for number, group in enumerate(order, 1)}
    return [numbers[group] for group in groups]
