"""A source as a part of a programme that another source gave: beside it, never mixed with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyoxigraph as ox

from .dataset import NamedGraph
from .rdf import quads_of
from .reading import Reading

__all__ = ["GRAPHS", "Home", "moved", "part_of"]

GRAPHS: Final = ("programme", "original", "quarantine", "loss")
"""What the graphs are called that a source gives."""

_KINDS: Final = frozenset({
    "activity", "address", "affiliation", "agent", "event", "graph", "organisation", "paper",
    "person", "place", "proceedings", "quarantine", "role", "scheme", "series", "session", "source",
    "talk", "topic", "work",
})  # fmt: skip
"""What stands behind a programme's IRI in those of its things."""


class Home(NamedTuple):
    """Where a programme stands in the dataset.

    :param programme: its IRI.
    :param part: what is between it and what a source says that is not the first; empty for that.
    :param beside: what others say of it, together with which it must break no shape.
    """

    programme: str
    part: str = ""
    beside: tuple[NamedGraph, ...] = ()

    def graph(self, name: str) -> str:
        """The IRI of a graph: `PROGRAMME/graph/original-PART`."""
        return f"{self.programme}/graph/{name}{f'-{self.part}' if self.part else ''}"

    @property
    def root(self) -> str:
        """The IRI below which its things are: `PROGRAMME/PART`."""
        return f"{self.programme}/{self.part}" if self.part else self.programme


def moved(reading: Reading, home: Home, folder: Path) -> Reading:
    """A reading whose conference is the programme's, and whose things are below its part.

    Two sources name their things independently of each other, so that the same name does not tell
    that they mean the same: nothing is one but the conference.

    :param folder: where its graph in our model is written.
    """
    old = reading.programme
    if old == home.programme and not home.part:
        return reading

    def renamed(iri: str) -> str:
        if iri == old:
            return home.programme
        if iri.startswith(f"{old}/graph/"):
            return home.graph(iri.removeprefix(f"{old}/graph/"))
        return home.root + iri.removeprefix(old) if iri.startswith(f"{old}/") else iri

    graphs = []
    for number, graph in enumerate(reading.graphs):
        source = graph.source
        if graph.default:
            source = folder / f"part-{home.part}-{number}.nt"
            ox.serialize(_renamed(graph, renamed), str(source), ox.RdfFormat.N_TRIPLES)
        graphs.append(replace(graph, iri=renamed(graph.iri), source=source))
    return replace(reading, programme=home.programme, graphs=tuple(graphs))


def part_of(name: str) -> str:
    """What a part is called, by the slug of its source: none of the kinds of things."""
    return f"{name}-source" if name in _KINDS else name or "another"


def _renamed(graph: NamedGraph, rename: Callable[[str], str]) -> Iterator[ox.Triple]:
    def term(of: Any) -> Any:
        return ox.NamedNode(rename(of.value)) if isinstance(of, ox.NamedNode) else of

    for quad in quads_of(graph):
        yield ox.Triple(term(quad.subject), quad.predicate, term(quad.object))
