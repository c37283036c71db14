"""Changing a published dataset: every change becomes a generation, or nothing."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeVar

import pyoxigraph as ox

from .canonical import digest_of
from .dataset import NamedGraph
from .errors import StoreError
from .files import writing
from .library import Library
from .manifest import Generation
from .updates import Update, operations, refuse_default_graph
from .writer import Change, EngineWriter

__all__ = ["LibraryWriter"]

Changed = TypeVar("Changed")

_ORIGIN: Final = "an update"
_UNION: Final = "DROP DEFAULT; INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } %s}"


class LibraryWriter(EngineWriter):
    """Changes the dataset of a data folder.

    A change is made in a copy of the current generation. What differs then is validated with the
    rest and published, before the change counts as done; so one that fails leaves nothing, and one
    that is done survives whatever happens to the process.

    The default graph is the union of named graphs: it can be read and not written. A graph
    without triples is no graph.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._apart: list[ox.NamedNode] = []

    def change(self, edit: Callable[[ox.Store, int], Changed]) -> Changed:
        """See `EngineWriter.change`.

        :raises ShapeError: the dataset would break a shape.
        :raises StoreError: the folder cannot be written, or another writer holds it.
        """
        generations = self._library.generations
        folder = generations.data / ".edit"
        with self._lock, generations.lock(), writing(generations.data):
            now = generations.current()
            if now is None:
                raise StoreError("There is no published dataset yet.", hint="symposia serve")
            shutil.rmtree(folder, ignore_errors=True)  # of a process that was killed
            folder.mkdir()
            try:
                engine = now.copy(folder / "store")
                self._apart = [ox.NamedNode(g.iri) for g in now.graphs if not g.default]
                result = edit(engine, now.id)
                changed = list(_changed(engine, now, folder))
                removed = {graph.iri for graph in now.graphs}.difference(_names(engine))
                del engine
                if changed or removed:
                    self._library.revise(changed, removed, _ORIGIN)
                return result
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    def decide(self, change: Change) -> bool:
        """See `EngineWriter.decide`."""
        from .linking.decisions import Decision, Verdict
        from .linking.reviewing import decide, withdraw

        left, right = change.decision["left"], change.decision["right"]
        assert left is not None  # noqa: S101  each is about something
        with self._lock:
            if change.action == "withdraw":
                return withdraw(self._library, left, right) is not None
            verdict = Verdict(change.decision["verdict"] or "")
            told = (change.decision[name] or "" for name in ("by", "why", "at"))
            return decide(self._library, Decision(left, right, verdict, *told)) is not None

    def run(self, engine: ox.Store, update: Update) -> None:
        """See `EngineWriter.run`; each operation sees the union as the one before left it."""
        update.check()
        refuse_default_graph(update.text)
        prologue = ""
        for number, operation in enumerate(operations(update.text)):
            if number and {"WHERE", "DEFAULT"}.intersection(operation.words):
                engine.update(_UNION % self._without())
            prologue += update.text[operation.prologue : operation.start]
            text = prologue + update.text[operation.start : operation.end]
            update._replace(text=text).run(engine)

    def _without(self) -> str:
        """What leaves out graphs that are no part of the union; the engine writes their IRIs.

        An empty list matches nothing in the engine.
        """
        names = ", ".join(map(str, self._apart))
        return f"FILTER(?g NOT IN ({names})) " if names else ""


def _changed(engine: ox.Store, before: Generation, folder: Path) -> Iterator[NamedGraph]:
    """The graphs that differ from those of a generation, as files of N-Triples."""
    known = {graph.iri: graph for graph in before.graphs}
    for number, iri in enumerate(_names(engine)):
        path = folder / f"{number}.nt"
        engine.dump(path, ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(iri))
        if iri in known and known[iri].digest == digest_of(path):
            path.unlink()
        else:
            yield known[iri].named(path) if iri in known else NamedGraph(iri, path, iri)


def _names(engine: ox.Store) -> list[str]:
    """The IRIs of the graphs that have triples."""
    names = [name.value for name in engine.named_graphs() if isinstance(name, ox.NamedNode)]
    return sorted(n for n in names if any(True for _ in _quads(engine, n)))


def _quads(engine: ox.Store, iri: str) -> Iterator[ox.Quad]:
    return engine.quads_for_pattern(None, None, None, ox.NamedNode(iri))
