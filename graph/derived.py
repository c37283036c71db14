"""What graphs that are derived from all programmes share: questions, provenance, a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

import pyoxigraph as ox

from .dataset import NamedGraph
from .namespaces import BASE
from .store import Store
from .triples import english, term, triple

__all__ = ["answers", "provenance", "write"]


def answers(store: Store, name: str) -> Iterator[ox.QuerySolution]:
    """The answers to a question of `queries/derived`.

    :param name: of the file, without ending.
    """
    text = (files("symposia") / "queries" / "derived" / f"{name}.rq").read_text("utf-8")
    yield from store.query(text)  # type: ignore[misc]


def provenance(
    graph: ox.NamedNode, activity: ox.NamedNode, label: str, how: str
) -> Iterator[ox.Triple]:
    """How a derived graph came to be (PROV-O), without any time of day.

    :param label: of the graph.
    :param how: label of the activity.
    """
    agent = ox.NamedNode(f"{BASE}agent/symposia")
    for thing, kind, words in (
        (graph, "prov:Entity", label),
        (activity, "prov:Activity", how),
        (agent, "prov:SoftwareAgent", "Symposia"),
    ):
        yield triple(thing, "rdf:type", term(kind))
        yield triple(thing, "rdfs:label", english(words))
    yield triple(graph, "prov:wasGeneratedBy", activity)
    yield triple(activity, "prov:wasAssociatedWith", agent)


def write(iri: str, label: str, path: Path, triples: Iterable[ox.Triple]) -> NamedGraph:
    """Write triples, each of them once, as N-Triples into the file of a graph."""
    ox.serialize(triples, str(path), ox.RdfFormat.N_TRIPLES)
    return NamedGraph(iri, path, label)
