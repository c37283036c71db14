"""Changing a dataset: by SPARQL update, or a whole graph at a time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple, Protocol, TypeAlias, TypeVar

import pyoxigraph as ox

from .errors import DecisionError, PreconditionError, QueryError, SourceError
from .network import refuse_load, refuse_service
from .rdf import parse_rdf
from .updates import Update, read_update, with_dataset

__all__ = ["Change", "Condition", "Document", "EngineWriter", "Writer"]

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


_ALWAYS: Final = Condition()


@dataclass(frozen=True)
class Change:
    """A change of a dataset.

    :param action: `update` runs a SPARQL 1.1 update (https://www.w3.org/TR/sparql11-update/), `put`
        makes a graph hold exactly the triples of some documents, `post` adds them to it, and
        `delete` removes it; `decide` keeps a decision about links, and `withdraw` takes it back.
    :param graph: the IRI of the graph that is put, added to or removed; None for the default graph.
    :param documents: without named graphs; each has blank nodes of its own.
    :param base: IRI against which relative IRIs are resolved.
    :param condition: what must hold when a graph is changed.
    :param text: the update.
    :param using: IRIs of the graphs that are the default graph of each WHERE of the update.
    :param using_named: IRIs of the graphs that GRAPH can see in it.
    :param decision: what is decided, by the names of the fields of `linking.decisions.Decision`.
    """

    action: Literal["update", "put", "post", "delete", "decide", "withdraw"]
    graph: str | None = None
    documents: Sequence[Document] = ()
    base: str | None = None
    condition: Condition = _ALWAYS
    text: str = ""
    using: Sequence[str] = ()
    using_named: Sequence[str] = ()
    decision: Mapping[str, str | None] = field(default_factory=dict)


class Writer(Protocol):
    """What changes a dataset. Each change is made whole or not at all, one after the other."""

    def make(self, change: Change) -> bool:
        """Make a change.

        :return: whether the graph that was put or added to is new; whether the one that was removed
            was there.
        :raises QueryError: an update does not parse, cannot be run, reads from the network, or
            names a dataset of its own beside `using`.
        :raises DecisionError: a decision contradicts others, or there is nothing that it is about.
        :raises PreconditionError: the condition does not hold.
        :raises SourceError: a document cannot be read.
        :raises ShapeError: the dataset would break a shape.
        :raises StoreError: the store cannot be written.
        """
        ...


class EngineWriter(ABC):
    """Changes an engine; subclasses say which, and what becomes of it."""

    @abstractmethod
    def change(self, edit: Callable[[ox.Store, int], Changed]) -> Changed:
        """Let an edit change the engine, alone, whole or not at all.

        :param edit: gets the engine and the number of the generation that it holds.
        """

    def make(self, change: Change) -> bool:
        """See `Writer.make`."""
        if change.action in ("decide", "withdraw"):
            return self.decide(change)
        if change.action == "update":
            return self._update(change)
        if change.action == "delete":
            return self._change(change, _delete)
        clear = change.action == "put"
        triples = _triples(change.documents, change.base)
        return self._change(change, lambda e, name: _put(e, name, triples, clear=clear))

    def decide(self, change: Change) -> bool:
        """Keep a decision, or take it back.

        :return: whether the dataset is another now.
        """
        raise DecisionError(
            f"What this server shows keeps no decisions: {change.action} needs a data folder.",
            hint="symposia serve --data DIR",
        )

    def _update(self, change: Change) -> bool:
        refuse_load(change.text)
        refuse_service(change.text)
        read = read_update(change.text, change.base)
        if change.using or change.using_named:
            read.check()  # so that errors speak of the text that was sent
            text = with_dataset(read.text, change.using, change.using_named)
            read = read._replace(text=text)
        self.change(lambda engine, _: self.run(engine, read))
        return False

    def run(self, engine: ox.Store, update: Update) -> None:
        """Run an update that holds its whole dataset."""
        update.run(engine)

    def _change(self, change: Change, edit: Callable[[ox.Store, _Name], bool]) -> bool:
        """Change a graph if a condition holds."""
        name = _name(change.graph)

        def checked(engine: ox.Store, number: int) -> bool:
            seen, exists = change.condition
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
