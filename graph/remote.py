"""A store on a SPARQL server, in the embedded engine's place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Final, cast
from urllib.parse import urlencode

import pyoxigraph as ox

from .endpoint import Endpoint
from .errors import QueryError, StoreError
from .exchange import Exchange, Reply
from .explanations import explain
from .lexical import canonical
from .namespaces import PREFIXES
from .network import refuse_service
from .store import QUERY_LIMIT, Results, Store, Term
from .substitution import substitute
from .tokens import dataset_of, tokens, without_dataset
from .virtuoso import as_select, check_whole, is_virtuoso

__all__ = ["Contents", "RemoteStore"]

_TABLES: Final = "application/sparql-results+json, application/sparql-results+xml;q=0.5"
_TRIPLES: Final = "application/n-triples, text/turtle;q=0.5, application/rdf+xml;q=0.3"
_FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_RESULTS: Final = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
}
_JSON: Final = ox.QueryResultsFormat.JSON
_TRUTH: Final = {
    value: b'{"head": {}, "boolean": %s}' % word
    for value, word in ((True, b"true"), (False, b"false"))
}
_GRAPHS: Final = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/ntriples": ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
_EMPTY: Final = "https://w3id.org/symposia/store/empty"
"""A graph that is nowhere, for a default graph without triples."""
_DEPTH: Final = 32
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


class RemoteStore(Store):
    """Named graphs on a SPARQL server, and SPARQL over them.

    :param endpoint: the server.
    :param contents: which of its graphs are the dataset; None is all that it shows.
    """

    def __init__(self, endpoint: Endpoint, contents: Contents | None = None) -> None:
        self.union = True
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
        services: Collection[str] = (),  # noqa: ARG002
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
        refuse_service(text)  # the server would ask from where it stands, so none is allowed
        _check(text, base)
        sent = substitute(without_dataset(text), bindings or {})
        if base is not None:
            sent = f"BASE {ox.NamedNode(base)}\n{sent}"
        own = default_graphs is not None or named_graphs is not None
        dataset = (default_graphs or (), named_graphs or ()) if own else dataset_of(text, base)
        fields = [("query", sent), *self._fields(dataset, "graph" in text.lower())]
        form = _form(text)
        accepted = _TRIPLES if form in ("CONSTRUCT", "DESCRIBE") else _TABLES
        reply = self._ask(fields, accepted)
        table = as_select(sent) if form == "ASK" and is_virtuoso(reply.headers) else None
        if table is not None:
            reply = self._ask([("query", table), *fields[1:]], accepted)
        return _results(reply, form)

    def _ask(self, fields: list[tuple[str, str]], accepted: str) -> Reply:
        return self._exchange.send(
            "POST",
            self.endpoint.query,
            {"Content-Type": "application/x-www-form-urlencoded", "Accept": accepted},
            urlencode(fields).encode(),
        )

    def _fields(
        self, dataset: tuple[Iterable[str], Iterable[str]] | None, by_name: bool
    ) -> list[tuple[str, str]]:
        """The fields that name the dataset of a query; they override its FROM.

        :param by_name: whether the query may look into graphs by their names.
        """
        contents = self.contents
        if dataset is None:
            if contents is None:
                return []
            default, named = [contents.union], [*contents.graphs] if by_name else []
        else:
            default, named = ([_iri(iri) for iri in iris] for iris in dataset)
            if contents is not None:  # what else the server holds is not to be seen
                default = [iri for iri in default if iri in contents.graphs]
                named = [iri for iri in named if iri in contents.graphs]
        # An empty list would mean all graphs to Virtuoso.
        fields = [("default-graph-uri", iri) for iri in default or [_EMPTY]]
        return fields + [("named-graph-uri", iri) for iri in named or [_EMPTY] if by_name]

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

    def describe(self, iri: str) -> list[ox.Quad]:
        """The concise bounded description of a thing, as `store.Store.describe`.

        :raises QueryError: it is no absolute IRI, or its description is nested too deeply.
        """
        found: list[ox.Quad] = []
        for depth in range(1, _DEPTH):
            before, found = found, self._described(ox.NamedNode(_iri(iri)), depth)
            if len(found) == len(before):
                return found
        raise QueryError(f"The description of <{iri}> is nested more than {_DEPTH} deep.")

    def _described(self, node: ox.NamedNode, depth: int) -> list[ox.Quad]:
        """What is said of a thing and, through blank nodes, up to a depth."""
        nodes = [f"?t{i}" for i in range(1, depth)]
        branches = []
        for steps in range(depth):
            path = [str(node), *nodes[:steps]]
            chain = [
                f"{path[i]} ?q{i} {path[i + 1]} FILTER(isBlank({path[i + 1]}))"
                for i in range(steps)
            ]
            branches.append(f"{{ {' '.join(chain)} GRAPH ?g {{ {path[-1]} ?p ?o }} }}")
        query = f"SELECT DISTINCT {' '.join(nodes)} ?p ?o ?g WHERE {{ {' UNION '.join(branches)} }}"
        found: dict[ox.Quad, None] = {}
        for row in cast("ox.QuerySolutions", self.query(query)):
            reached = [row[name[1:]] for name in nodes if row[name[1:]] is not None]
            found[ox.Quad(reached[-1] if reached else node, row["p"], row["o"], row["g"])] = None
        return list(found)

    def local(self) -> Store:
        """A copy in the embedded engine, for what servers are known to answer differently."""
        copy = Store.memory()
        for iri in self.graphs():
            copy.load(iri, self.graph(iri))
        return copy

    def _dump_union(self, output: IO[bytes], format: ox.RdfFormat) -> None:  # noqa: A002
        triples = (quad.triple for quad in self.quads())
        ox.serialize(triples, output, format, prefixes=PREFIXES)

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


def _form(query: str) -> str:
    """The form of a query that parses."""
    words = (token.text.upper() for token in tokens(query) if token.kind == "word")
    return next((word for word in words if word in _FORMS), "")


def _results(reply: Reply, form: str) -> Results:
    """The answer in a reply, as the embedded engine would give it."""
    virtuoso = is_virtuoso(reply.headers)
    try:
        if reply.media_type in _RESULTS:
            syntax = _RESULTS[reply.media_type]
            found = ox.parse_query_results(reply.body, format=syntax)
            if isinstance(found, ox.QuerySolutions):
                rows = sum(1 for _ in found)  # a broken answer is found before it is used
                if form == "ASK":
                    return ox.parse_query_results(_TRUTH[rows > 0], format=_JSON)
                if virtuoso:
                    check_whole(reply.headers, rows)
                found = canonical(reply.body, syntax)
            return found
        if reply.media_type in _GRAPHS:
            engine = ox.Store()
            engine.bulk_extend(ox.parse(reply.body, format=_GRAPHS[reply.media_type]))
            if virtuoso:
                check_whole(reply.headers, len(engine))
            return engine.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    except (SyntaxError, ValueError, OSError) as error:
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
