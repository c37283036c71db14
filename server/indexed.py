"""The index of a generation, opened once, and what it knows of names before the store is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

import pyoxigraph as ox

from ..graph.errors import SymposiaError
from ..graph.store import Term
from .gathering import QUESTION
from .kinds import KINDS
from .panels import query_text
from .searching import Asked, Index
from .serving import Served

__all__ = ["Naming", "at_hand", "index_of"]

_FILE: Final = "search.sqlite"
"""Its name among the files of a generation."""
_LONGEST: Final = 200
"""Letters of a name that are searched for."""
_LIKE: Final = 25
"""Things with a name that is like another, at most."""
_MOST: Final = 100
"""Things of one name that are looked at."""
_SEARCHED: Final = frozenset(
    iri
    for kind in KINDS
    for iri in kind.classes
    if kind.name not in ("scheme", "ontology", "role", "statement", "source")
)
"""The classes whose things are in the index."""


def index_of(served: Served) -> Index:
    """The index of what is served, opened once.

    :raises OverloadedError: it is being made.
    :raises StoreError: it cannot be made or read.
    """
    path = served.file(_FILE)
    changed = path.stat().st_mtime_ns
    kept = cast("tuple[int, Index] | None", served.memo.get(_FILE))
    if kept is None or kept[0] != changed:
        kept = changed, Index(path)
        served.memo[_FILE] = kept
    return kept[1]


def at_hand(served: Served) -> Index | None:
    """The index, if nobody has to wait for a process that makes it; it is begun otherwise."""
    prepared = served.prepared
    if prepared is None or (served.ours is not None and prepared.there(_FILE) is None):
        return None
    try:
        return index_of(served)
    except SymposiaError:  # what can be told without it is told
        return None


class Naming:
    """What answers queries, and finds things by their names: see `graph.parameters.Named`."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._index = at_hand(served)

    def query(self, text: str, bindings: Mapping[str, Term] | None = None) -> Any:
        """The answer of one of our own queries."""
        return self._served.query(text, bindings)

    def called(self, name: str, of_class: str) -> Sequence[str] | None:
        """The IRIs of all that may have a name; None where only the store can tell.

        :param of_class: IRI of the class of what is meant.
        """
        if self._index is None or of_class not in _SEARCHED:
            return None
        return self._all(self._index.called(name)[:_MOST])

    def like(self, name: str) -> Sequence[str]:
        """The IRIs of what has names that are like one; those of other classes are among them."""
        if self._index is None:
            return ()
        found = self._index.search(Asked(name[:_LONGEST]), 0, _LIKE, ())
        return self._all([hit.iri for hit in found.hits if hit.kind != QUESTION])

    def _all(self, iris: Sequence[str]) -> list[str]:
        """Things, and those that are one with them, which the index has as one."""
        text = query_text("search/others.rq")
        nodes = [ox.NamedNode(iri) for iri in iris]
        tables = self._served.tables(*((text, {"this": node}) for node in nodes))
        others = (row.other.value for rows in tables for row in rows if row.other)
        return [*dict.fromkeys([*iris, *others])]
