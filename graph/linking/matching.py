"""Compares records by a linkage, and chooses where a record can have one match only."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .scoring import Scores, score

if TYPE_CHECKING:
    import pyarrow as pa

    from .engines import Engine
    from .kinds import Kind
    from .linkage import Linkage

__all__ = ["compare", "match"]


def compare(
    kind: Kind,
    linkage: Linkage,
    left: pa.Table,
    right: pa.Table | None = None,
    *,
    engine: Engine | None = None,
) -> Scores:
    """Score the pairs of records of a kind, choose among them, and let them confirm each other.

    :param left, right: its records; those of one table are compared with themselves.
    :raises LinkageError: see `score`.
    """
    scores = score(linkage, left, right, engine=engine)
    if right is not None:
        scores = match(scores, linkage.cardinality)
    return kind.confirm(scores, left, right)


def match(scores: Scores, cardinality: str) -> Scores:
    """The pairs that a cardinality allows, the most probable first; the rest is left out.

    :param cardinality: `any` (all pairs), `best` (each left record at most one right record) or
        `one-to-one` (each record at most one pair): greedily by weight, which is within a factor
        of two of the best assignment and needs no memory for it. Of pairs with the same weight
        the one that is first by left and right identifier is taken, so that runs repeat.
    """
    if cardinality == "any":
        return scores
    import pyarrow as pa

    pairs = scores.pairs
    numbered = pairs.append_column("at", pa.array(range(pairs.num_rows), pa.int64()))
    order = numbered.sort_by(
        [("weight", "descending"), ("left", "ascending"), ("right", "ascending")]
    )
    columns = (order[name].to_pylist() for name in ("at", "left", "right"))
    taken: set[str] = set()
    kept = []
    for at, left, right in zip(*columns, strict=True):
        if left in taken or (cardinality == "one-to-one" and right in taken):
            continue
        taken |= {left, right} if cardinality == "one-to-one" else {left}
        kept.append(at)
    return replace(scores, pairs=pairs.take(pa.array(sorted(kept), pa.int64())))
