"""Graphs on their way into a store in memory, as validation sees them: in its default graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Final, TypeAlias

import pyoxigraph as ox
import rdflib

from .dataset import NamedGraph, shipped
from .namespaces import BASE
from .rdf import quads_of
from .terms import from_rdflib

__all__ = ["Data", "load", "shared"]

Data: TypeAlias = rdflib.Graph | NamedGraph | Iterable[ox.Quad | ox.Triple]
"""What can be validated: a graph of rdflib, a named graph, or triples of pyoxigraph."""

_SHARED: Final = frozenset({f"{BASE}graph/ontology", f"{BASE}graph/topics"})
_PART: Final = 16 * 1024 * 1024
"""Bytes that are loaded at a time: the engine needs six times as much memory for them."""


def load(engine: ox.Store, data: Data) -> None:
    """Put a graph into the default graph of a store.

    :raises SourceError: a named graph cannot be read; RdfSyntaxError where it is broken.
    """
    if isinstance(data, NamedGraph):
        if not _load_lines(engine, data.source):
            engine.bulk_extend(ox.Quad(*quad.triple) for quad in quads_of(data))
        return
    triples = from_rdflib(data) if isinstance(data, rdflib.Graph) else data
    engine.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)


def shared() -> list[NamedGraph]:
    """The shipped ontology and topic scheme, to which all programmes refer."""
    return [graph for graph in shipped() if graph.iri in _SHARED]


def _load_lines(engine: ox.Store, source: Path | rdflib.Graph) -> bool:
    """Load N-Triples without an object for each; False where the other way is needed.

    Blank nodes would get other names each time, and errors would say less.
    """
    if not isinstance(source, Path) or source.suffix != ".nt":
        return False
    try:
        with source.open("rb") as file:
            if any(b"_:" in part for part in _parts(file)):
                return False
            file.seek(0)
            for part in _parts(file):
                engine.bulk_load(part, ox.RdfFormat.N_TRIPLES)
    except (OSError, SyntaxError, ValueError):
        return False
    return True


def _parts(file: IO[bytes]) -> Iterator[bytes]:
    """A file of lines in parts of whole lines."""
    while text := file.read(_PART):
        yield text + file.readline()
