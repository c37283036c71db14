"""The updates that publish a dataset on a SPARQL server.

Operations on whole graphs take no variables (https://www.w3.org/TR/sparql11-update/#rMove), so no
value can be bound in them: graphs are named as the engine serialises IRIs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Final

import pyoxigraph as ox

from .remote_manifest import MANIFEST, STORE, Manifest, originals_of, union_of

__all__ = ["NEXT", "drop", "gather", "staged_name", "switch"]

NEXT: Final = f"{STORE}staged/manifest"
"""The graph in which the next manifest is prepared."""

_ADD: Final = "ADD GRAPH {} TO GRAPH {}"
_MOVE: Final = "MOVE GRAPH {} TO GRAPH {}"
_DROP: Final = "DROP SILENT GRAPH {}"
_MARK: Final = """\
INSERT DATA { GRAPH <https://w3id.org/symposia/store/manifest> {
  <https://w3id.org/symposia/store/manifest> <http://purl.org/dc/terms/valid> false
} }"""
"""Says in the manifest that the publish which replaces it has begun."""


def staged_name(iri: str) -> str:
    """The graph in which the new content of a graph is prepared."""
    return f"{STORE}staged/{hashlib.sha256(iri.encode()).hexdigest()}"


def gather(parts: Iterable[str], union: str) -> list[str]:
    """The operations that make a graph the union of others."""
    return [drop(union), *(_written(_ADD, part, union) for part in parts)]


def switch(before: Manifest | None, after: Manifest, staged: Mapping[str, str]) -> list[str]:
    """The operations that put a generation in the place of another.

    The union of the one before stays, for queries that are under way, until the next time.

    :param staged: the graphs that change, and where their new content is.
    """
    full = {graph.iri for graph in after.graphs if graph.triples}
    gone = [graph.iri for graph in before.graphs if graph.iri not in full] if before else []
    operations = [_MARK] if before else []
    operations += [_written(_MOVE, source, iri) for iri, source in staged.items()]
    operations += [drop(iri) for iri in gone]
    operations.append(_written(_MOVE, NEXT, MANIFEST))
    if after.number > 2:
        operations.append(drop(union_of(after.number - 2)))
        operations.append(drop(originals_of(after.number - 2)))
    return operations


def drop(graph: str) -> str:
    """The operation that removes a graph, if it is there."""
    return _written(_DROP, graph)


def _written(operation: str, *graphs: str) -> str:
    """An operation on graphs; what is no IRI raises an error."""
    return operation.format(*(str(ox.NamedNode(graph)) for graph in graphs))
