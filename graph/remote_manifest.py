"""What is published to a SPARQL server: a small graph beside the data."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple, cast

import pyoxigraph as ox

from .errors import StoreError
from .manifest import PublishedGraph
from .remote import RemoteStore

__all__ = [
    "MANIFEST",
    "STORE",
    "Manifest",
    "originals_of",
    "read_manifest",
    "read_number",
    "union_of",
]

STORE: Final = "https://w3id.org/symposia/store/"
"""The graphs under this IRI are how a server keeps a dataset, and no part of it."""

MANIFEST: Final = f"{STORE}manifest"
"""The graph that says what is published."""

_TERMS: Final = "http://purl.org/dc/terms/"
_LABEL: Final = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
_TRIPLES: Final = ox.NamedNode("http://rdfs.org/ns/void#triples")
_MEMBER: Final = ox.NamedNode(f"{_TERMS}hasPart")
_NUMBER: Final = ox.NamedNode(f"{_TERMS}hasVersion")
_DIGEST: Final = ox.NamedNode(f"{_TERMS}identifier")
_CREATED: Final = ox.NamedNode(f"{_TERMS}created")
_SOURCE: Final = ox.NamedNode(f"{_TERMS}source")
_UNION: Final = ox.NamedNode(f"{_TERMS}isFormatOf")
_VALID: Final = ox.NamedNode(f"{_TERMS}valid")
_APART: Final = ox.NamedNode(f"{STORE}apart")
_FORMAT: Final = ox.NamedNode(f"{_TERMS}format")
_KEY: Final = ox.NamedNode(f"{STORE}key")
_FILE: Final = ox.NamedNode(f"{STORE}file")
_PROBLEMS: Final = ox.NamedNode(f"{STORE}problems")
_SELF: Final = ox.NamedNode(MANIFEST)

_ALL: Final = "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"
_NOW: Final = """\
PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT ?number ?digest WHERE {
  <https://w3id.org/symposia/store/manifest> dcterms:hasVersion ?number ; dcterms:identifier ?digest
}
"""


class Manifest(NamedTuple):
    """A published state.

    :param number: counted from 1.
    :param created: when it was published, UTC.
    :param digest: SHA-256 over the names and digests of its graphs, hexadecimal.
    :param graphs: its graphs, by IRI.
    :param finished: whether no publish after it was cut off.
    """

    number: int
    created: datetime
    digest: str
    graphs: tuple[PublishedGraph, ...]
    finished: bool = True

    @property
    def union(self) -> str:
        """The graph that holds the union of its graphs."""
        return union_of(self.number)

    @property
    def originals(self) -> str:
        """The graph that holds the union of its originals."""
        return originals_of(self.number)

    def triples(self) -> list[ox.Triple]:
        """The graph that says it."""
        found = [
            ox.Triple(_SELF, _NUMBER, ox.Literal(str(self.number))),
            ox.Triple(_SELF, _CREATED, ox.Literal(self.created.isoformat())),
            ox.Triple(_SELF, _DIGEST, ox.Literal(self.digest)),
            ox.Triple(_SELF, _UNION, ox.NamedNode(self.union)),
        ]
        for graph in self.graphs:
            name = ox.NamedNode(graph.iri)
            found += [
                ox.Triple(_SELF, _MEMBER, name),
                ox.Triple(name, _LABEL, ox.Literal(graph.label)),
                ox.Triple(name, _SOURCE, ox.Literal(graph.origin)),
                ox.Triple(name, _DIGEST, ox.Literal(graph.digest)),
                ox.Triple(name, _TRIPLES, ox.Literal(str(graph.triples))),
            ]
            if not graph.default:
                found.append(ox.Triple(name, _APART, ox.Literal("true")))
            if graph.format:
                found.append(ox.Triple(name, _FORMAT, ox.Literal(graph.format)))
            if graph.key:
                found.append(ox.Triple(name, _KEY, ox.Literal(graph.key)))
            for source in graph.sources:
                found.append(ox.Triple(name, _FILE, ox.Literal(source)))
            if graph.problems:
                found.append(ox.Triple(name, _PROBLEMS, ox.Literal(str(graph.problems))))
        return found


def originals_of(number: int) -> str:
    """The IRI of the graph that holds the union of a generation's originals."""
    return f"{STORE}originals/{number}"


def union_of(number: int) -> str:
    """The IRI of the graph that holds the union of a generation's graphs."""
    return f"{STORE}union/{number}"


def read_number(store: RemoteStore) -> tuple[int, str] | None:
    """The number and digest of what is published; None where nothing is.

    :raises StoreError: the server cannot be asked.
    """
    rows = list(cast("ox.QuerySolutions", store.query(_NOW, default_graphs=[MANIFEST])))
    if not rows:
        return None
    if len(rows) > 1 or not rows[0]["number"].value.isdecimal():
        raise _broken(store)
    return int(rows[0]["number"].value), rows[0]["digest"].value


def read_manifest(store: RemoteStore, graph: str = MANIFEST) -> Manifest | None:
    """What is published; None where nothing is.

    :param graph: the graph that says it.
    :raises StoreError: the server cannot be asked, or what it says makes no sense.
    """
    said: dict[tuple[str, str], list[str]] = {}
    for row in cast("ox.QuerySolutions", store.query(_ALL, default_graphs=[graph])):
        said.setdefault((row["s"].value, row["p"].value), []).append(row["o"].value)
    if not said:
        return None

    def one(subject: str, predicate: ox.NamedNode) -> str:
        (value,) = said[subject, predicate.value]
        return value

    def any_(subject: str, predicate: ox.NamedNode) -> str:
        (value,) = said.get((subject, predicate.value), [""])
        return value

    try:
        graphs = tuple(
            PublishedGraph(
                iri,
                one(iri, _LABEL),
                one(iri, _SOURCE),
                one(iri, _DIGEST),
                int(one(iri, _TRIPLES)),
                default=(iri, _APART.value) not in said,
                format=any_(iri, _FORMAT),
                key=any_(iri, _KEY),
                problems=int(any_(iri, _PROBLEMS) or 0),
                sources=tuple(sorted(said.get((iri, _FILE.value), []))),
            )
            for iri in sorted(said.get((MANIFEST, _MEMBER.value), []))
        )
        return Manifest(
            int(one(MANIFEST, _NUMBER)),
            datetime.fromisoformat(one(MANIFEST, _CREATED)),
            one(MANIFEST, _DIGEST),
            graphs,
            (MANIFEST, _VALID.value) not in said,
        )
    except (KeyError, ValueError) as error:
        raise _broken(store) from error


def _broken(store: RemoteStore) -> StoreError:
    return StoreError(
        f"The graph {MANIFEST} of the store at {store.endpoint.origin} is broken.",
        hint="Remove it, and publish again.",
    )
