"""Changing a dataset: by SPARQL update, or a whole graph at a time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple, Protocol, TypeAlias, TypeVar

import pyoxigraph as ox

from .errors import PreconditionError, QueryError, SourceError
from .network import refuse_load, refuse_service
from .rdf import parse_rdf
from .updates import Update, read_update, with_dataset

__all__ = ["ALWAYS", "Condition", "Document", "EngineWriter", "Writer"]

Changed = TypeVar("Changed")
_Name: TypeAlias = ox.NamedNode | ox.DefaultGraph


class Document(NamedTuple):
    """Triples as they were sent.

    :param format: a name of `formats.FORMATS`.
    :param name: what messages call it.
    """

    data: bytes
    format: str
    name: str


class Condition(NamedTuple):
    """What must hold when a graph is changed (https://www.rfc-editor.org/rfc/rfc9110#section-13).

    :param generation: the number of the generation that its author has seen; None for any.
    :param exists: whether the graph must be there; None for either.
    """

    generation: int | None = None
    exists: bool | None = None


ALWAYS: Final = Condition()


class Writer(Protocol):
    """What changes a dataset. Each change is made whole or not at all, one after the other."""

    def update(
        self,
        update: str,
        base: str | None = None,
        using: Sequence[str] = (),
        using_named: Sequence[str] = (),
    ) -> None:
        """Run a SPARQL 1.1 update (https://www.w3.org/TR/sparql11-update/).

        :param base: IRI against which relative IRIs are resolved.
        :param using: IRIs of the graphs that are the default graph of each WHERE.
        :param using_named: IRIs of the graphs that GRAPH can see in it.
        :raises QueryError: it does not parse, cannot be run, reads from the network, or names a
            dataset of its own beside `using`.
        :raises ShapeError: the dataset would break a shape.
        :raises StoreError: the store cannot be written.
        """
        ...

    def put(
        self,
        graph: str | None,
        documents: Sequence[Document],
        base: str | None = None,
        condition: Condition = ALWAYS,
    ) -> bool:
        """Make a graph hold exactly the triples of some documents.

        :param graph: its IRI, None for the default graph.
        :param documents: without named graphs; each has blank nodes of its own.
        :param base: IRI against which relative IRIs are resolved.
        :return: whether the graph is new.
        :raises PreconditionError: the condition does not hold.
        :raises SourceError: a document cannot be read.
        :raises ShapeError, StoreError: as `update`.
        """
        ...

    def post(
        self,
        graph: str | None,
        documents: Sequence[Document],
        base: str | None = None,
        condition: Condition = ALWAYS,
    ) -> bool:
        """Add the triples of some documents to a graph; otherwise as `put`."""
        ...

    def delete(self, graph: str | None, condition: Condition = ALWAYS) -> bool:
        """Remove a graph; returns whether it was there. Otherwise as `put`."""
        ...


class EngineWriter(ABC):
    """Changes an engine; subclasses say which, and what becomes of it."""

    @abstractmethod
    def change(self, edit: Callable[[ox.Store, int], Changed]) -> Changed:
        """Let an edit change the engine, alone, whole or not at all.

        :param edit: gets the engine and the number of the generation that it holds.
        """

    def update(
        self,
        update: str,
        base: str | None = None,
        using: Sequence[str] = (),
        using_named: Sequence[str] = (),
    ) -> None:
        """See `Writer.update`."""
        refuse_load(update)
        refuse_service(update)
        read = read_update(update, base)
        if using or using_named:
            read.check()  # so that errors speak of the text that was sent
            read = read._replace(text=with_dataset(read.text, using, using_named))
        self.change(lambda engine, _: self.run(engine, read))

    def run(self, engine: ox.Store, update: Update) -> None:
        """Run an update that holds its whole dataset."""
        update.run(engine)

    def put(
        self,
        graph: str | None,
        documents: Sequence[Document],
        base: str | None = None,
        condition: Condition = ALWAYS,
    ) -> bool:
        """See `Writer.put`."""
        triples = _triples(documents, base)
        return self._change(graph, condition, lambda e, name: _put(e, name, triples, clear=True))

    def post(
        self,
        graph: str | None,
        documents: Sequence[Document],
        base: str | None = None,
        condition: Condition = ALWAYS,
    ) -> bool:
        """See `Writer.post`."""
        triples = _triples(documents, base)
        return self._change(graph, condition, lambda e, name: _put(e, name, triples, clear=False))

    def delete(self, graph: str | None, condition: Condition = ALWAYS) -> bool:
        """See `Writer.delete`."""
        return self._change(graph, condition, _delete)

    def _change(
        self,
        graph: str | None,
        condition: Condition,
        edit: Callable[[ox.Store, _Name], bool],
    ) -> bool:
        """Change a graph if a condition holds."""
        name = _name(graph)

        def checked(engine: ox.Store, number: int) -> bool:
            seen, exists = condition
            if seen not in (None, number) or exists not in (None, _exists(engine, name)):
                raise PreconditionError(
                    "What is there is not what the request expects; nothing was changed.",
                    hint="Read it again, and send the change with its new ETag in If-Match.",
                )
            return edit(engine, name)

        return self.change(checked)


def _triples(documents: Iterable[Document], base: str | None) -> list[ox.Triple]:
    found: list[ox.Triple] = []
    for document in documents:
        quads = parse_rdf(document.data, document.format, name=document.name, base=base)
        if any(quad.graph_name != ox.DefaultGraph() for quad in quads):
            raise SourceError(
                "it holds named graphs.",
                source=document.name,
                hint="Send one graph at a time, without its name.",
            )
        own: dict[ox.BlankNode, ox.BlankNode] = {}
        found += [_with_own_blank_nodes(quad.triple, own) for quad in quads]
    return found


def _with_own_blank_nodes(triple: ox.Triple, own: dict[ox.BlankNode, ox.BlankNode]) -> ox.Triple:
    """The triple with blank nodes that no other graph has, whatever they were called."""

    def fresh(term: Any) -> Any:
        if isinstance(term, ox.BlankNode):
            return own.setdefault(term, ox.BlankNode())
        return _with_own_blank_nodes(term, own) if isinstance(term, ox.Triple) else term

    return ox.Triple(fresh(triple.subject), triple.predicate, fresh(triple.object))


def _exists(engine: ox.Store, name: _Name) -> bool:
    return isinstance(name, ox.DefaultGraph) or engine.contains_named_graph(name)


def _put(engine: ox.Store, name: _Name, triples: Iterable[ox.Triple], *, clear: bool) -> bool:
    new = not _exists(engine, name)
    if clear and not new:
        engine.clear_graph(name)
    if isinstance(name, ox.NamedNode):
        engine.add_graph(name)
    engine.extend(ox.Quad(t.subject, t.predicate, t.object, name) for t in triples)
    return new


def _delete(engine: ox.Store, name: _Name) -> bool:
    there = _exists(engine, name)
    if isinstance(name, ox.DefaultGraph):
        engine.clear_graph(name)
    else:
        engine.remove_graph(name)
    return there


def _name(graph: str | None) -> _Name:
    try:
        return ox.DefaultGraph() if graph is None else ox.NamedNode(graph)
    except ValueError as error:
        raise QueryError(f"'{graph}' is not an absolute IRI.") from error
