"""Where the members of a network stand in its picture: the same ties give the same places."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING, Final

from .measures import Tie, graph_of, reproducible

if TYPE_CHECKING:
    import igraph

__all__ = ["places"]

Place = tuple[float, float]

_EXACT: Final = 300
"""Up to so many members a part is laid out by Kamada and Kawai, a larger one by Fruchterman and
Reingold, which is quicker (https://doi.org/10.1016/0020-0190(89)90102-6)."""
_ROUNDS: Final = 300
_GAP: Final = (1.6, 0.8)
"""Beside and below each part, where a tie is about 1 long; names need room beside."""
_WIDE: Final = 1.1
"""Width of the picture for one of its height."""


def places(size: int, ties: Sequence[Tie]) -> list[Place]:
    """Lay a network out: each connected part by itself, and the parts beside each other.

    :param size: how many members there are, numbered from 0.
    :return: x and y of each, from 0 on; a tie is about 1 long.
    """
    graph = graph_of(size, ties)
    parts = sorted(graph.connected_components(), key=lambda part: (-len(part), part[0]))
    with reproducible():
        boxes = [_fitted(graph.induced_subgraph(part)) for part in parts]
    found: list[Place] = [(0.0, 0.0)] * size
    for part, box, (left, top) in zip(parts, boxes, _packed(boxes), strict=True):
        for member, (x, y) in zip(part, box, strict=True):
            found[member] = (left + x, top + y)
    return found


def _fitted(part: igraph.Graph) -> list[Place]:
    """The places of a connected part, in a box that begins at 0, 0."""
    size = part.vcount()
    if size == 1:
        return [(0.0, 0.0)]
    start = [
        (math.sqrt(i) * math.cos(2.4 * i), math.sqrt(i) * math.sin(2.4 * i)) for i in range(size)
    ]
    if size <= _EXACT:
        found = part.layout_kamada_kawai(maxiter=20 * size, seed=start).coords
    else:
        found = part.layout_fruchterman_reingold(niter=_ROUNDS, seed=start, grid=True).coords
    unit = median(math.dist(found[one], found[other]) for one, other in part.get_edgelist()) or 1.0
    left, top = (min(place[axis] for place in found) for axis in (0, 1))
    return [((x - left) / unit, (y - top) / unit) for x, y in found]


def _packed(boxes: Sequence[Sequence[Place]]) -> list[Place]:
    """Where each box begins, when they stand in rows."""
    sizes = [
        tuple(max(place[axis] for place in box) + _GAP[axis] for axis in (0, 1)) for box in boxes
    ]
    width = max(
        [math.sqrt(_WIDE * sum(w * h for w, h in sizes)), *(w for w, _ in sizes)], default=0
    )
    corners: list[Place] = []
    left = top = height = 0.0
    for w, h in sizes:
        if left + w > width + 1e-9:
            left, top, height = 0.0, top + height, 0.0
        corners.append((left, top))
        left, height = left + w, max(height, h)
    return corners
