"""The dataset in which one IRI stands for all that are one, for who asks for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ..graph.merging import merge
from ..graph.store import Store
from .evaluation import Workers
from .serving import Served

__all__ = ["make", "merged"]


def make(store: Store, path: Path) -> None:
    """Make the merged dataset; see `prepared`."""
    merge(store, path)


def merged(served: Served) -> Served:
    """The merged dataset of what is served, for the queries of strangers.

    :raises OverloadedError: it is being made, and that takes longer than a request waits.
    :raises SymposiaError: it cannot be made.
    """
    found = served.memo.get("merged")
    if not isinstance(found, Served):
        path = served.file("merged")
        workers = Workers(served.workers.pool, str(path)) if served.workers else None
        found = replace(served, store=Store.open(path), workers=workers, ours=None)
        if served.version:  # else what it is made from may change
            served.memo["merged"] = found
    return found
