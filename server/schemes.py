"""The tree of a concept scheme, as much of it as a page can hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from .filters import by
from .terms import Row

__all__ = ["Node", "scheme"]

_MOST: Final = 1000
"""Concepts that a page shows; where there are more, it ends at the level that fits."""
_DEEPEST: Final = 24
_OPEN: Final = 100
"""Concepts up to which the whole tree is open from the start."""


@dataclass
class Node:
    """A concept in the tree.

    :param row: its name and definition.
    :param names: what else it is called.
    :param matches: what it is in other vocabularies.
    :param works: how many papers and talks are on it or on anything narrower.
    :param below: the narrower concepts that are shown.
    :param hidden: how many narrower ones are not.
    """

    row: Row
    names: Sequence[Row] = ()
    matches: Sequence[Row] = ()
    works: int = 0
    below: list[Node] = field(default_factory=list)
    hidden: int = 0


class _Concepts:
    """The concepts of a scheme by IRI, and what is narrower than each."""

    def __init__(self, rows: Mapping[str, Sequence[Row]]) -> None:
        self.rows = {g[0].concept.value: g[0] for g in by(rows["concepts"], "concept")}  # type: ignore[union-attr]
        self._names = {g[0].concept.value: g for g in by(rows["names"], "concept")}  # type: ignore[union-attr]
        self._matches = {g[0].concept.value: g for g in by(rows["matches"], "concept")}  # type: ignore[union-attr]
        self._works = {r.concept.value: int(r.works.value) for r in rows["included"]}  # type: ignore[union-attr]
        pairs = [
            (row.broader.value, row.concept.value)
            for row in rows["broader"]
            if row.concept and row.broader and row.broader.value in self.rows
        ]
        self.narrower: dict[str, list[str]] = defaultdict(list)
        for above, concept in pairs:
            if concept in self.rows and above != concept:
                self.narrower[above].append(concept)
        led_to = {concept for above, concept in pairs if above != concept}
        self.top = [iri for iri in self.rows if iri not in led_to]
        if not self.top:  # all are in circles
            self.top = [*self.rows][:1]

    def deepest(self) -> int:
        """The number of levels that a page can hold."""
        level, shown, depth = self.top, 0, 0
        while level and depth < _DEEPEST:
            shown += len(level)
            if shown > _MOST and depth:
                break
            depth += 1
            level = [each for iri in level for each in self.narrower.get(iri, ())][: 2 * _MOST]
        return depth

    def node(self, iri: str, above: tuple[str, ...], levels: int) -> Node:
        """The tree below a concept, which stands below each of its broader ones."""
        found = [each for each in self.narrower.get(iri, ()) if each not in above and each != iri]
        found.sort(key=lambda each: self.rows[each].concept.text.lower())  # type: ignore[union-attr]
        shown = found if levels > 1 else []
        return Node(
            self.rows[iri],
            self._names.get(iri, ()),
            self._matches.get(iri, ()),
            self._works.get(iri, 0),
            [self.node(each, (*above, iri), levels - 1) for each in shown],
            len(found) - len(shown),
        )


def scheme(rows: Mapping[str, Sequence[Row]]) -> dict[str, Any]:
    """What the page of a concept scheme shows.

    :param rows: of the queries in `kinds/scheme`, by name.
    """
    concepts = _Concepts(rows)
    levels = concepts.deepest() if concepts.rows else 0
    return {
        "tree": [concepts.node(iri, (), levels) for iri in concepts.top[:_MOST]],
        "left": max(0, len(concepts.top) - _MOST),
        "number": len(concepts.rows),
        "opened": len(concepts.rows) <= _OPEN,
    }
