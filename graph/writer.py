"""Changing a dataset: by SPARQL update, or a whole graph at a time."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

import pyoxigraph as ox

from .errors import QueryError
from .network import refuse_load, refuse_service
from .store import Store
from .updates import Update, read_update, with_dataset

__all__ = ["EngineWriter", "ScratchWriter", "Writer"]

Changed = TypeVar("Changed")
Triples = Iterable[ox.Triple | ox.Quad]


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

    def put(self, graph: str | None, triples: Triples) -> bool:
        """Make a graph hold exactly some triples.

        :param graph: its IRI, None for the default graph.
        :return: whether the graph is new.
        """
        ...

    def post(self, graph: str | None, triples: Triples) -> bool:
        """Add triples to a graph; returns whether it is new."""
        ...

    def delete(self, graph: str | None) -> bool:
        """Remove a graph; returns whether it was there."""
        ...


class EngineWriter(ABC):
    """Changes an engine; subclasses say which, and what becomes of it."""

    @abstractmethod
    def change(self, edit: Callable[[ox.Store], Changed]) -> Changed:
        """Let an edit change the engine, alone, whole or not at all."""

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
        self.change(lambda engine: self.run(engine, read))

    def run(self, engine: ox.Store, update: Update) -> None:
        """Run an update that holds its whole dataset."""
        update.run(engine)

    def put(self, graph: str | None, triples: Triples) -> bool:
        """See `Writer.put`."""
        return self.change(lambda engine: _put(engine, graph, triples, clear=True))

    def post(self, graph: str | None, triples: Triples) -> bool:
        """See `Writer.post`."""
        return self.change(lambda engine: _put(engine, graph, triples, clear=False))

    def delete(self, graph: str | None) -> bool:
        """See `Writer.delete`."""
        return self.change(lambda engine: _delete(engine, graph))


class ScratchWriter(EngineWriter):
    """Changes a store in place, without validation.

    :param folder: an empty folder for the store.

    `changes` counts what was tried, `store` is what it changes.
    """

    def __init__(self, folder: Path) -> None:
        self._engine = ox.Store(str(folder))
        self._lock = threading.Lock()
        self.changes = 0
        self.store = Store(self._engine, union=False)

    def change(self, edit: Callable[[ox.Store], Changed]) -> Changed:
        """See `EngineWriter.change`."""
        with self._lock:
            try:
                return edit(self._engine)
            finally:
                self.changes += 1  # only now, so that what is read under a number never ages


def _put(engine: ox.Store, graph: str | None, triples: Triples, *, clear: bool) -> bool:
    name = _name(graph)
    new = isinstance(name, ox.NamedNode) and not engine.contains_named_graph(name)
    quads = [ox.Quad(t.subject, t.predicate, t.object, name) for t in triples]
    if clear and not new:
        engine.clear_graph(name)
    if isinstance(name, ox.NamedNode):
        engine.add_graph(name)
    engine.extend(quads)
    return new


def _delete(engine: ox.Store, graph: str | None) -> bool:
    name = _name(graph)
    if isinstance(name, ox.DefaultGraph):
        engine.clear_graph(name)
        return True
    there = engine.contains_named_graph(name)
    engine.remove_graph(name)
    return there


def _name(graph: str | None) -> ox.NamedNode | ox.DefaultGraph:
    try:
        return ox.DefaultGraph() if graph is None else ox.NamedNode(graph)
    except ValueError as error:
        raise QueryError(f"'{graph}' is not an absolute IRI.") from error
