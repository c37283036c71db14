"""The working store of the one writer, from which generations are taken."""

from __future__ import annotations

import json
import shutil
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from .files import replace_file, sync_folder
from .rdf import named_quads, parse_rdf, with_union

__all__ = ["Content", "WorkingStore"]


class Content(NamedTuple):
    """What a named graph of the store is to hold.

    :param path: an RDF file.
    :param name: what messages call it.
    """

    iri: str
    path: Path
    name: str


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
    ) -> dict[str, int]:
        """Bring the store to the wanted content and write a checkpoint of it.

        :param wanted: the named graphs; all others are removed.
        :param target: the folder of the checkpoint; it shares its files with the store.
        :param report: is told what is being done.
        :return: the number of distinct triples of each graph.
        :raises SourceError: a file cannot be read or parsed.
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
        return {iri: triples for iri, (_, triples) in now.items()}

    def _attempt(
        self,
        held: dict[str, tuple[str, int]],
        wanted: list[Content],
        target: Path,
        report: Callable[[str], None],
    ) -> dict[str, tuple[str, int]]:
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
        held: dict[str, tuple[str, int]],
        wanted: list[Content],
        target: Path,
        report: Callable[[str], None],
    ) -> dict[str, tuple[str, int]]:
        if not held:
            shutil.rmtree(self._folder, ignore_errors=True)
        engine = ox.Store(str(self._folder))
        now = {c.iri: held[c.iri] for c in wanted if held.get(c.iri, ("", 0))[0] == c.path.name}
        stale = held.keys() - now.keys()
        for iri in stale:
            _remove(engine, ox.NamedNode(iri))
        missing = [content for content in wanted if content.iri not in now]
        for number, content in enumerate(missing, 1):
            report(f"storing {content.name} ({number} of {len(missing)})")
            read = parse_rdf(content.path, name=content.name, base=content.iri)
            quads = set(named_quads(content.iri, read))
            engine.bulk_extend(with_union(quads))
            now[content.iri] = (content.path.name, len(quads))
        if stale:
            report("tidying the store")
            engine.optimize()
        report("writing the generation")
        engine.flush()
        engine.backup(str(target))
        return now

    def _held(self) -> dict[str, tuple[str, int]]:
        with suppress(OSError, ValueError, TypeError):
            note = json.loads(self._note.read_text(encoding="utf-8"))
            return {str(iri): (str(file), int(n)) for iri, (file, n) in note.items()}
        return {}


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
