"""The graphs that are derived from all others whenever the dataset changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from .dataset import NamedGraph
from .identity import identities
from .namespaces import BASE, PREFIXES
from .rdf import quads_of
from .store import Store
from .topics import matched_topics

__all__ = ["DERIVED", "derive"]

DERIVED: Final = frozenset({f"{BASE}graph/identity", f"{BASE}graph/matched-topics"})
"""The IRIs of graphs that are derived."""

_READ: Final = {
    PREFIXES[prefix] + name
    for prefix, names in {
        "foaf": ("homepage", "mbox_sha1sum", "name"),
        "owl": ("sameAs",),
        "rdf": ("type",),
        "rdfs": ("label",),
        "schema": ("keywords", "sameAs"),
        "skos": ("altLabel", "inScheme", "prefLabel"),
        "sym": ("of", "topic"),
    }.items()
    for name in names
}
"""The properties that the questions of `queries/derived` ask for."""

_LINE: Final = {f"<{iri}>".encode() for iri in _READ}


def derive(graphs: Iterable[NamedGraph], folder: Path) -> list[NamedGraph]:
    """Derive graphs from those of a dataset: who is who, and which topics keywords stand for.

    A graph with nothing to say is left out. What was derived before is not read.

    :param folder: where the graphs are written, as N-Triples.
    :raises SourceError: a graph's file cannot be read or parsed.
    """
    engine = ox.Store()
    for graph in graphs:
        if graph.default and graph.iri not in DERIVED:
            if isinstance(graph.source, Path) and graph.source.suffix == ".nt":
                engine.bulk_load(
                    b"".join(_lines(graph.source)), ox.RdfFormat.N_TRIPLES, lenient=True
                )
            else:
                engine.bulk_extend(
                    ox.Quad(*quad.triple)
                    for quad in quads_of(graph)
                    if quad.predicate.value in _READ
                )
    store = Store(engine, union=False)
    made = (identities(store, folder), matched_topics(store, folder))
    return [graph for graph in made if graph is not None]


def _lines(path: Path) -> Iterator[bytes]:
    """The lines of N-Triples, as we write them, that say what is asked for."""
    with path.open("rb") as file:
        for line in file:
            if line.split(b" ", 2)[1] in _LINE:
                yield line
