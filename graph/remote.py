"""A store on a SPARQL server, in the embedded engine's place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Final, Self, TypeAlias, cast
from urllib.parse import urlencode

import pyoxigraph as ox

from .endpoint import Endpoint
from .errors import LimitError, QueryError, StoreError
from .exchange import Exchange, Reply, SortLimitError
from .explanations import explain
from .namespaces import PREFIXES
from .network import refuse_service
from .replies import ACCEPTED, join, read
from .store import QUERY_LIMIT, Results, Store, Term
from .substitution import substitute
from .tokens import dataset_of, tokens, without_dataset
from .virtuoso import DESCRIBE_MODE, RowLimit, Select, as_select, is_virtuoso, refused

__all__ = ["Contents", "RemoteStore"]

_Fields: TypeAlias = list[tuple[str, str]]
_FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_GRAPHS: Final = ("CONSTRUCT", "DESCRIBE")
_EMPTY: Final = "https://w3id.org/symposia/store/empty"
"""A graph that is nowhere, for a default graph without triples."""
_GRAPH: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_SLICE: Final = """\
CONSTRUCT { ?s ?p ?o } WHERE {
  ?s ?p ?o
  BIND(MD5(STR(?s)) AS ?digest)
  FILTER(?digest >= ?least && ?digest < ?most)
}
"""
_DIGESTS: Final = 16**4
_COUNT: Final = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
_NAMES: Final = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
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
    :param own: whether the queries are ours: an ORDER BY in them leaves no two rows in doubt, so
        that an answer that the server would cut off can be fetched by pages.
    """

    def __init__(
        self, endpoint: Endpoint, contents: Contents | None = None, *, own: bool = True
    ) -> None:
        self.union = True
        self._own = own
        self._limit = RowLimit()
        self.endpoint = endpoint
        self.contents = contents
        self._exchange = Exchange(endpoint)

    def limited(self, timeout: float, size: int) -> Self:
        """The same store with other limits, as `Endpoint.limited`."""
        return type(self)(self.endpoint.limited(timeout, size), self.contents, own=self._own)

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
        return self._answer(sent, _form(text), self._fields(dataset, "graph" in text.lower()))

    def _answer(self, query: str, form: str, fields: _Fields) -> Results:
        try:
            reply = self._ask(query, form, fields)
        except SortLimitError:  # of Virtuoso
            reply = self._ask(Select.of(query).within(), form, fields)
        if not is_virtuoso(reply.headers):
            return read(reply, form).results
        if form == "ASK" and (table := as_select(query)):
            return read(self._ask(table, form, fields), form).results
        if form == "DESCRIBE":
            reply = self._ask(DESCRIBE_MODE + query, form, fields)
        results, size = read(reply, form)
        limit = self._cut(reply, form, size)
        if limit is None:
            return results
        del results  # it belongs to this thread: an error may not keep it for another
        if self._own and form == "SELECT" and (select := Select.of(query)).ordered:
            return self._paged(select, fields, limit)
        raise refused(limit)

    def _cut(self, reply: Reply, form: str, size: int) -> int | None:
        """The number of rows at which Virtuoso has cut an answer off; None where it is whole."""
        if form not in _GRAPHS:
            return self._limit.of_table(reply.headers, size)

        def ask(query: str) -> tuple[int, Mapping[str, str]]:
            told = self._ask(query, "SELECT", [])
            return read(told, "SELECT").size, told.headers

        return self._limit.of_graph(reply.headers, size, ask)

    def _paged(self, select: Select, fields: _Fields, limit: int) -> Results:
        """A table by pages; its ORDER BY leaves no two rows in doubt.

        :raises LimitError: it has a LIMIT of its own, or is larger than an answer may be.
        :raises StoreError: the pages are not the whole, as the dataset has changed meanwhile.
        """
        if select.slice:
            raise refused(limit)
        rows = self._number(select.counted(), fields)
        step = limit - 1
        replies: list[Reply] = []
        for offset in range(0, rows, step):
            replies.append(self._ask(select.page(step, offset), "SELECT", fields))
            if sum(len(reply.body) for reply in replies) > self.endpoint.size:
                raise LimitError(f"The answer has more than {self.endpoint.size:,} bytes.")
        results, size = join(replies)
        if size == rows:
            return results
        del results
        raise _changed()

    def _ask(self, query: str, form: str, fields: _Fields) -> Reply:
        kind = "application/x-www-form-urlencoded"
        return self._exchange.send(
            "POST",
            self.endpoint.query,
            {"Content-Type": kind, "Accept": ACCEPTED[form in _GRAPHS]},
            urlencode([("query", query), *fields]).encode(),
        )

    def _number(self, query: str, fields: _Fields) -> int:
        found = read(self._ask(query, "SELECT", fields), "SELECT").results
        return int(next(cast("ox.QuerySolutions", found))["n"].value)

    def _fields(
        self, dataset: tuple[Iterable[str], Iterable[str]] | None, by_name: bool
    ) -> _Fields:
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
        found = cast("ox.QuerySolutions", self.query(_NAMES))
        return sorted(row["g"].value for row in found)

    def has_graph(self, iri: str) -> bool:
        """Whether there is a named graph of this IRI.

        :raises QueryError: it is no absolute IRI.
        """
        if self.contents is not None:
            return _iri(iri) in self.contents.graphs
        return bool(self.query("ASK { ?s ?p ?o }", default_graphs=[iri]))

    def graph(self, iri: str) -> Iterator[ox.Triple]:
        """The triples of a named graph; none where there is no such graph.

        From a server that cuts answers off it is fetched in parts, which are counted.

        :raises LimitError: it is larger than an answer may be.
        :raises StoreError: the server cannot be reached or fails, or the graph has changed.
        """
        if not self.has_graph(iri):
            return
        yield from self._whole(self._fields(([iri], ()), by_name=False))

    def default_graph(self) -> Iterator[ox.Triple]:
        """The triples of the union, fetched as those of a graph are."""
        yield from self._whole(self._fields(None, by_name=False))

    def _whole(self, fields: _Fields) -> Iterator[ox.Triple]:
        """All triples of a dataset's default graph."""
        reply = self._ask(_GRAPH, "CONSTRUCT", fields)
        found = read(reply, "CONSTRUCT")
        if is_virtuoso(reply.headers) and (whole := self._number(_COUNT, fields)) != found.size:
            yield from self._sliced(fields, whole, max(found.size, 1))
        else:
            yield from cast("ox.QueryTriples", found.results)

    def _sliced(self, fields: _Fields, whole: int, limit: int) -> Iterator[ox.Triple]:
        """A graph in parts, by digests of its subjects: nothing has to be sorted for that.

        :param whole: its triples.
        :param limit: the triples that an answer has at most; a part that has as many is halved.
        """
        parts = min(2 * whole // limit + 1, _DIGESTS)
        edges = [_DIGESTS * number // parts for number in range(parts, -1, -1)]
        ahead = list(zip(edges[1:], edges, strict=False))
        total = 0
        while ahead:
            least, most = ahead.pop()
            values = {"least": _digest(least), "most": _digest(most)}
            reply = self._ask(substitute(_SLICE, values), "CONSTRUCT", fields)
            results, size = read(reply, "CONSTRUCT")
            if size < limit:
                total += size
                yield from cast("ox.QueryTriples", results)
            del results  # an error may not keep it for another thread
            if size >= limit:
                ahead += _halves(least, most, limit)
        if total != whole:
            raise _changed()

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
        dataset = None if iri is None else ([iri], ())
        return self._number(_COUNT, self._fields(dataset, by_name=False))


def _digest(number: int) -> ox.Literal:
    """Where digests of these first four digits begin; `g` comes after them all."""
    return ox.Literal(f"{number:04x}" if number < _DIGESTS else "g")


def _halves(least: int, most: int, limit: int) -> list[tuple[int, int]]:
    if most - least < 2:
        raise refused(limit)
    half = (least + most) // 2
    return [(half, most), (least, half)]


def _changed() -> StoreError:
    return StoreError("The dataset has changed while it was read in parts.", hint="Try again.")


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


def _iri(iri: str) -> str:
    try:
        return ox.NamedNode(iri).value
    except ValueError as error:
        raise QueryError(f"'{iri}' is not an IRI: {error}.") from error
