"""A store on a SPARQL server, in the embedded engine's place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast
from urllib.parse import urlencode

import pyoxigraph as ox

from .endpoint import Endpoint
from .errors import QueryError, StoreError
from .exchange import Exchange, Reply
from .explanations import explain
from .network import refuse_service
from .store import QUERY_LIMIT, Results, Term
from .substitution import substitute
from .tokens import dataset_of

__all__ = ["Contents", "RemoteStore"]

_ACCEPT: Final = (
    "application/sparql-results+json, application/n-triples, application/sparql-results+xml;q=0.8,"
    " text/turtle;q=0.5"
)
_RESULTS: Final = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
}
_GRAPHS: Final = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/ntriples": ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
_UNKNOWN: Final[dict[ox.Variable, Term | ox.Triple]] = {
    ox.Variable("symposia0"): ox.NamedNode("urn:x")
}


@dataclass(frozen=True)
class Contents:
    """The graphs of a store that are the dataset; the server may hold others.

    :param union: IRI of the graph that holds the union of the named graphs.
    :param graphs: IRIs of the named graphs.
    """

    union: str
    graphs: tuple[str, ...]


class RemoteStore:
    """Named graphs on a SPARQL server, and SPARQL over them; used like a `store.Store`.

    :param endpoint: the server.
    :param contents: which of its graphs are the dataset; None is all that it shows.
    """

    union = True

    def __init__(self, endpoint: Endpoint, contents: Contents | None = None) -> None:
        self.endpoint = endpoint
        self.contents = contents
        self._exchange = Exchange(endpoint)

    def query(
        self,
        text: str,
        bindings: Mapping[str, Term] | None = None,
        default_graphs: Iterable[str] | None = None,
        named_graphs: Iterable[str] | None = None,
        base: str | None = None,
        services: Collection[str] = (),
    ) -> Results:
        """Run a query, as `store.Store.query`.

        It is checked here, so that errors are the same whatever the server.

        :raises QueryError: as `store.Store.query`, or the server refuses it.
        :raises QueryTimeoutError: the server does not answer in time.
        :raises LimitError: the answer is too large, or the server has cut it off.
        :raises StoreError: the server cannot be reached, or fails.
        """
        if len(text) > QUERY_LIMIT:
            raise QueryError(
                f"The query has {len(text):,} characters; {QUERY_LIMIT:,} is the limit."
            )
        refuse_service(text)
        _check(text, base)
        sent = substitute(text, bindings or {})
        if base is not None:
            sent = f"BASE {ox.NamedNode(base)}\n{sent}"
        fields = [("query", sent), *self._dataset(text, default_graphs, named_graphs, base)]
        reply = self._exchange.send(
            "POST",
            self.endpoint.query,
            {"Content-Type": "application/x-www-form-urlencoded", "Accept": _ACCEPT},
            urlencode(fields).encode(),
        )
        return _results(reply)

    def _dataset(
        self,
        text: str,
        default: Iterable[str] | None,
        named: Iterable[str] | None,
        base: str | None,
    ) -> list[tuple[str, str]]:
        """The fields that name the dataset of a query."""
        if default is not None or named is not None:
            graphs = [("default-graph-uri", _iri(iri)) for iri in default or ()]
            return graphs + [("named-graph-uri", _iri(iri)) for iri in named or ()]
        if self.contents is None or dataset_of(text, base) is not None:
            return []
        fields = [("default-graph-uri", self.contents.union)]
        if "GRAPH" in text.upper():
            fields += [("named-graph-uri", iri) for iri in self.contents.graphs]
        return fields

    def graphs(self) -> list[str]:
        """The IRIs of the named graphs, sorted."""
        if self.contents is not None:
            return sorted(self.contents.graphs)
        found = cast(
            "ox.QuerySolutions", self.query("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
        )
        return sorted(row["g"].value for row in found)

    def has_graph(self, iri: str) -> bool:
        """Whether there is a named graph of this IRI.

        :raises QueryError: it is no absolute IRI.
        """
        if self.contents is not None:
            return _iri(iri) in self.contents.graphs
        return bool(self.query("ASK { ?s ?p ?o }", default_graphs=[iri]))

    def graph(self, iri: str) -> Iterator[ox.Triple]:
        """The triples of a named graph; none where there is no such graph."""
        if self.has_graph(iri):
            query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
            yield from cast("ox.QueryTriples", self.query(query, default_graphs=[iri]))

    def quads(self) -> Iterator[ox.Quad]:
        """Every triple of every named graph."""
        for iri in self.graphs():
            name = ox.NamedNode(iri)
            for triple in self.graph(iri):
                yield ox.Quad(triple.subject, triple.predicate, triple.object, name)

    def count(self, iri: str | None = None) -> int:
        """The number of triples of a named graph, or of the union of all."""
        if iri is not None and not self.has_graph(iri):
            return 0
        query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
        found = self.query(query, default_graphs=None if iri is None else [iri])
        return int(next(cast("ox.QuerySolutions", found))["n"].value)


def _check(text: str, base: str | None) -> None:
    """Check that a query parses, without evaluating it."""
    try:
        # A value for a variable that no query has is refused after parsing and before evaluation.
        ox.Store().query(text, base_iri=base, substitutions=_UNKNOWN)
    except SyntaxError as error:
        raise explain(text, str(error)) from error
    except (RuntimeError, ValueError):
        return


def _results(reply: Reply) -> Results:
    """The answer in a reply, as the embedded engine would give it."""
    try:
        if reply.media_type in _RESULTS:
            return ox.parse_query_results(reply.body, format=_RESULTS[reply.media_type])
        if reply.media_type in _GRAPHS:
            engine = ox.Store()
            engine.extend(ox.parse(reply.body, format=_GRAPHS[reply.media_type]))
            found = engine.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
            return cast("ox.QueryTriples", found)
    except (SyntaxError, ValueError) as error:
        raise StoreError(f"The store's answer is broken: {error}.") from error
    raise StoreError(
        f"The store answered with '{reply.media_type}', which is no format of SPARQL results.",
        hint="Give the address of its SPARQL endpoint.",
    )


def _iri(iri: str) -> str:
    try:
        return ox.NamedNode(iri).value
    except ValueError as error:
        raise QueryError(f"'{iri}' is not an IRI: {error}.") from error
