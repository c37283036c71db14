"""A store of named graphs that answers SPARQL, over pyoxigraph."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, TypeAlias

import pyoxigraph as ox

from .errors import QueryError, ServiceError, StoreError
from .explanations import explain
from .namespaces import PREFIXES
from .network import refuse_service
from .rdf import ENGINES, named_quads, quads_of, with_union
from .substitution import substitute
from .tokens import dataset_of

if TYPE_CHECKING:
    from .dataset import NamedGraph

__all__ = ["QUERY_LIMIT", "Results", "Store", "Term", "failure"]

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal
Results: TypeAlias = ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean
"""An answer. It belongs to the thread that asked: touching it from another ends the process."""

_UNION: Final = ox.DefaultGraph()
_UNKNOWN: Final = ox.NamedNode("https://example.org/unknown")

QUERY_LIMIT: Final = 1_000_000
"""Characters of the longest query that is looked at."""


class Store:
    """Named graphs, and SPARQL over them with their union as the default graph.

    The union is kept in the engine's default graph: the engine's own union counts a triple once for
    each graph that has it (https://github.com/oxigraph/oxigraph/issues/1919), which is wrong.

    A store may be shared by threads; an answer (`Results`) may not.
    """

    def __init__(self, engine: ox.Store, *, union: bool = True) -> None:
        """Wrap an engine; `memory` and `open` are the usual ways to a store.

        :param union: whether its default graph holds the union of the named graphs; otherwise it
            is a graph of its own.
        """
        self._engine = engine
        self.union = union

    @classmethod
    def memory(cls, graphs: Iterable[NamedGraph] = ()) -> Store:
        """A store in memory.

        :param graphs: the named graphs that it holds.
        """
        engine = ox.Store()
        for graph in graphs:
            quads = quads_of(graph)
            engine.bulk_extend(with_union(quads) if graph.default else quads)
        return cls(engine)

    @classmethod
    def open(cls, path: str | Path) -> Store:
        """Open a store on disk, read-only; any number of processes may.

        :raises StoreError: there is no store at the path, or it is broken.
        """
        try:
            return cls(ox.Store.read_only(str(path)))
        except (OSError, RuntimeError, ValueError) as error:
            raise StoreError(
                f"The store in {path} cannot be opened: {_first_line(error)}.",
                hint="Publish again to rebuild it.",
            ) from error

    def query(
        self,
        text: str,
        bindings: Mapping[str, Term] | None = None,
        default_graphs: Iterable[str] | None = None,
        named_graphs: Iterable[str] | None = None,
        base: str | None = None,
        services: Collection[str] = (),
    ) -> Results:
        """Run a SPARQL 1.1 query.

        The default graph is the union of all named graphs, unless the query has FROM. If
        `default_graphs` or `named_graphs` is given, the two are the whole dataset and override FROM
        (https://www.w3.org/TR/sparql11-protocol/#dataset).

        :param bindings: values of variables, by name without `?`. They are bound, never spliced; a
            SELECT must have them in its projection.
        :param default_graphs: IRIs of the graphs whose union is the default graph.
        :param named_graphs: IRIs of the graphs that GRAPH can see.
        :param base: IRI against which relative IRIs of the query are resolved.
        :param services: IRIs of the endpoints that SERVICE may ask.
        :raises QueryError: the query does not parse, asks another server, or lacks a variable that
            is bound; with line and column where there are any.
        """
        if len(text) > QUERY_LIMIT:
            raise QueryError(
                f"The query has {len(text):,} characters; {QUERY_LIMIT:,} is the limit."
            )
        refuse_service(text, services)
        own = default_graphs is not None or named_graphs is not None
        dataset = (default_graphs or (), named_graphs or ()) if own else dataset_of(text, base)
        try:
            engine, graphs = self._dataset(dataset)
            if not bindings:
                return engine.query(text, base_iri=base, **graphs)
            values: dict[ox.Variable, Any] = {
                ox.Variable(name): value for name, value in bindings.items()
            }
            if any(isinstance(value, ox.BlankNode) for value in values.values()):
                return engine.query(text, base_iri=base, substitutions=values, **graphs)
            _check(text, base, frozenset(values))
            # The engine plans a query before it looks at values that are given beside it: those
            # that stand in the text make some queries a thousand times quicker.
            return engine.query(substitute(text, bindings), base_iri=base, **graphs)
        except SyntaxError as error:
            raise explain(text, str(error)) from error
        except (OSError, RuntimeError, ValueError) as error:
            raise failure(error) from error

    def _dataset(
        self, dataset: tuple[Iterable[str], Iterable[str]] | None
    ) -> tuple[ox.Store, dict[str, Any]]:
        """The engine and its arguments for a dataset; None is the union and all named graphs."""
        if dataset is None:
            return self._engine, {}
        default, named = ({_node(iri) for iri in iris} for iris in dataset)
        if len(default) < 2:
            return self._engine, {"default_graph": [*default], "named_graphs": [*named]}
        merged = ox.Store()
        for name in default:
            quads = self._engine.quads_for_pattern(None, None, None, name)
            merged.bulk_extend(ox.Quad(*quad.triple) for quad in quads)
        for name in named:
            merged.bulk_extend(self._engine.quads_for_pattern(None, None, None, name))
        return merged, {"default_graph": [ox.DefaultGraph()], "named_graphs": [*named]}

    def load(self, iri: str, triples: Iterable[ox.Triple | ox.Quad]) -> None:
        """Put triples into a named graph of a store in memory.

        :param iri: the graph's IRI; graph names of quads are not kept.
        """
        self._engine.bulk_extend(with_union(named_quads(iri, triples)))

    def graphs(self) -> list[str]:
        """The IRIs of the named graphs, sorted."""
        return sorted(node.value for node in self._engine.named_graphs())

    def has_graph(self, iri: str) -> bool:
        """Whether there is a named graph of this IRI.

        :raises QueryError: it is no absolute IRI.
        """
        return self._engine.contains_named_graph(_node(iri))

    def graph(self, iri: str) -> Iterator[ox.Triple]:
        """The triples of a named graph; none where there is no such graph."""
        for quad in self._engine.quads_for_pattern(None, None, None, _node(iri)):
            yield quad.triple

    def dump(self, output: IO[bytes], format: str) -> None:  # noqa: A002 - the field's word
        """Write everything while it is read, in memory that does not grow with it.

        :param output: takes many small pieces; what it raises ends the writing.
        :param format: `nquads`, `trig` or `jelly`, which keep the graphs apart, or `ntriples` or
            `turtle`, which hold their union.
        :raises StoreError: the store fails.
        """
        try:
            if format == "jelly":
                from .jelly import write_jelly

                write_jelly(self.quads(), output)
            elif format in ("nquads", "trig"):
                ox.serialize(self.quads(), output, ENGINES[format], prefixes=PREFIXES)
            else:
                self._dump_union(output, ENGINES[format])
        except OSError as error:
            raise StoreError(f"The store failed: {_first_line(error)}.") from error

    def _dump_union(self, output: IO[bytes], format: ox.RdfFormat) -> None:  # noqa: A002
        if self.union:
            self._engine.dump(output, format, from_graph=_UNION, prefixes=PREFIXES)
        else:
            triples = (quad.triple for quad in self.quads())
            ox.serialize(triples, output, format, prefixes=PREFIXES)

    def quads(self) -> Iterator[ox.Quad]:
        """Every triple of every named graph, and of a default graph of its own."""
        if not self.union:
            yield from self._engine
            return
        for name in self._engine.named_graphs():
            yield from self._engine.quads_for_pattern(None, None, None, name)

    def default_graph(self) -> Iterator[ox.Triple]:
        """The triples of the default graph."""
        for quad in self._engine.quads_for_pattern(None, None, None, _UNION):
            yield quad.triple

    def count(self, iri: str | None = None) -> int:
        """The number of triples of a named graph, or of the union of all."""
        name = _UNION if iri is None else _node(iri)
        return sum(1 for _ in self._engine.quads_for_pattern(None, None, None, name))


@lru_cache(maxsize=128)
def _check(text: str, base: str | None, names: frozenset[ox.Variable]) -> None:
    """Let the engine look at a query before values are written into its text.

    :raises SyntaxError: it does not parse.
    :raises ValueError: it lacks a variable that gets a value.
    """
    ox.Store().query(text, base_iri=base, substitutions=dict.fromkeys(names, _UNKNOWN))


def failure(error: Exception) -> QueryError | StoreError:
    """What an error of the engine, on a query that parses, means to who asked."""
    message = str(error)
    if " with payload:" in message:  # the engine's words on an endpoint that SERVICE asks
        told = message.partition(" with payload:")[2].strip() or "it failed"
        return ServiceError(f"SERVICE cannot be answered: {told.splitlines()[0].rstrip('.')}.")
    if isinstance(error, OSError):
        return StoreError(f"The store failed: {_first_line(error)}.")
    return QueryError(f"The query cannot be run: {_first_line(error)}.")


def _node(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise QueryError(f"'{iri}' is not an IRI: {_first_line(error)}.") from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
