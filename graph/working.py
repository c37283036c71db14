"""The working store of the one writer, from which generations are taken."""

from __future__ import annotations

import json
import re
import shutil
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

import pyoxigraph as ox

from .files import replace_file, sync_folder
from .rdf import with_union

__all__ = ["Content", "WorkingStore"]


_BLANK: Final = re.compile(rb"^_:|> _:", re.MULTILINE)


class Content(NamedTuple):
    """What a named graph of the store is to hold.

    :param path: a file of N-Triples; its name changes when its content does.
    :param triples: how many it has.
    :param label: what it is called while work is reported.
    """

    iri: str
    path: Path
    triples: int
    label: str


_Held: TypeAlias = dict[str, tuple[str, int]]
"""The files that the store holds and their numbers of triples, by IRI of the graph."""


class WorkingStore:
    """A store on disk that is brought to a wanted content step by step.

    A note beside it says which files it holds. The note is taken away while the store changes, and
    a store without one is built anew; so it does not matter where a change is cut off.

    :param folder: the store's folder; the note is `FOLDER.json`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._note = folder.with_suffix(".json")

    def checkpoint(
        self, wanted: Iterable[Content], target: Path, report: Callable[[str], None]
    ) -> None:
        """Bring the store to the wanted content and write a checkpoint of it.

        :param wanted: the named graphs; all others are removed.
        :param target: the folder of the checkpoint; it shares its files with the store.
        :param report: is told what is being done.
        :raises OSError: the disk is full, or the folder cannot be written.
        """
        held = self._held()
        self._note.unlink(missing_ok=True)
        wanted = list(wanted)
        try:
            now = self._attempt(held, wanted, target, report)
        except (OSError, RuntimeError):  # how the engine tells that a store is damaged
            if not held:
                raise
            now = self._attempt({}, wanted, target, report)
        replace_file(self._note, json.dumps(now).encode())
        sync_folder(self._note.parent)

    def _attempt(
        self,
        held: _Held,
        wanted: list[Content],
        target: Path,
        report: Callable[[str], None],
    ) -> _Held:
        """Make the change, or leave nothing of it."""
        try:
            return self._change(held, wanted, target, report)
        except BaseException as error:
            # The error's frames would keep the broken store open, and locked, while it is shown.
            traceback.clear_frames(error.__traceback__)
            for folder in (self._folder, target):
                shutil.rmtree(folder, ignore_errors=True)
            raise

    def _change(
        self,
        held: _Held,
        wanted: list[Content],
        target: Path,
        report: Callable[[str], None],
    ) -> _Held:
        now = {c.iri: (c.path.name, c.triples) for c in wanted}
        stale = {iri for iri in held if held[iri] != now.get(iri)}
        if sum(held[iri][1] for iri in stale) * 2 >= sum(n for _, n in held.values()):
            held, stale = {}, set()  # building it anew is quicker
            shutil.rmtree(self._folder, ignore_errors=True)
        engine = ox.Store(str(self._folder))
        for iri in stale:
            _remove(engine, ox.NamedNode(iri))
        missing = [content for content in wanted if held.get(content.iri) != now[content.iri]]
        for number, content in enumerate(missing, 1):
            report(f"storing {content.label} ({number} of {len(missing)})")
            _load(engine, content)
        report("writing the generation")
        engine.flush()
        engine.backup(str(target))
        return now

    def _held(self) -> _Held:
        with suppress(OSError, ValueError, TypeError):
            note = json.loads(self._note.read_text(encoding="utf-8"))
            return {str(iri): (str(file), int(n)) for iri, (file, n) in note.items()}
        return {}


def _load(engine: ox.Store, content: Content) -> None:
    """Load a graph, and its triples into the union."""
    name, syntax = ox.NamedNode(content.iri), ox.RdfFormat.N_TRIPLES
    if _BLANK.search(content.path.read_bytes()):
        # A bulk load gives blank nodes new names, which differ from one load to the next.
        parsed = ox.parse(path=content.path, format=syntax)
        quads = (ox.Quad(q.subject, q.predicate, q.object, name) for q in parsed)
        engine.bulk_extend(with_union(quads))
        return
    for graph in (name, None):
        engine.bulk_load(path=content.path, format=syntax, to_graph=graph)


def _remove(engine: ox.Store, name: ox.NamedNode) -> None:
    """Remove a graph, and from the union what no other graph says."""
    union = ox.DefaultGraph()
    triples = [quad.triple for quad in engine.quads_for_pattern(None, None, None, name)]
    engine.remove_graph(name)
    for triple in triples:
        subject, predicate, value = triple
        said = (q.graph_name for q in engine.quads_for_pattern(subject, predicate, value, None))
        if all(graph == union for graph in said):
            engine.remove(ox.Quad(subject, predicate, value))
