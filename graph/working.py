"""The working store of the one writer, from which generations are taken."""

from __future__ import annotations

import json
import shutil
import threading
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

import pyoxigraph as ox

from .files import replace_file, sync_folder
from .rdf import with_union

__all__ = ["Content", "WorkingStore"]


_PART: Final = 16 * 1024 * 1024
_MANY: Final = 250_000
"""Triples that come in several parts."""
_AMENDED: Final = 128 * 1024 * 1024
"""Bytes of the largest graph whose lines are compared in memory."""
_FEW: Final = 10
"""Of so many lines one may be another for a graph to be amended; else it is loaded anew."""
_SYNTAX: Final = ox.RdfFormat.N_TRIPLES
_END: Final = b" .\n"
"""How each line of canonical N-Triples ends, and nothing else in it."""


class Content(NamedTuple):
    """What a named graph of the store is to hold.

    :param path: a file of N-Triples; its name changes when its content does.
    :param triples: how many it has.
    :param label: what it is called while work is reported.
    :param default: whether it is part of the default graph.
    """

    iri: str
    path: Path
    triples: int
    label: str
    default: bool = True


_Held: TypeAlias = dict[str, tuple[str, int, bool]]
"""Files in the store, their triples, whether in the default graph too, by IRI of the graph."""


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
        sync_folder(self._note.parent)  # before the store changes
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
        now = {c.iri: (c.path.name, c.triples, c.default) for c in wanted}
        stale = {iri for iri in held if held[iri] != now.get(iri)}
        if sum(held[iri][1] for iri in stale) * 2 >= sum(held[iri][1] for iri in held):
            held, stale = {}, set()  # building it anew is quicker
            shutil.rmtree(self._folder, ignore_errors=True)
        engine = ox.Store(str(self._folder))
        apart = {iri for iri in held if not held[iri][2]}
        missing = [content for content in wanted if held.get(content.iri) != now[content.iri]]
        for content in missing:
            if content.iri in stale and _amend(engine, content, held[content.iri], apart):
                held = {**held, content.iri: now[content.iri]}
                stale.remove(content.iri)
        for iri in stale:
            _remove(engine, ox.NamedNode(iri), apart)
        missing = [content for content in missing if held.get(content.iri) != now[content.iri]]
        together = _Together(engine)
        for number, content in enumerate(missing, 1):
            what = f"storing {content.label} ({number} of {len(missing)})"
            report(what)
            if content.path.stat().st_size < _PART // 4:
                together.add(content)
                continue
            for share in _load(engine, content):
                report(f"{what}, {share:.0%}")
        together.load()
        loaded, whole = (sum(c.triples for c in found) for found in (missing, wanted))
        if loaded >= max(_MANY, whole / 4):
            report("putting the store in order")
            engine.optimize()  # what was loaded in several parts is read at half the speed
        report("writing the generation")
        engine.flush()
        engine.backup(str(target))
        return now

    def _held(self) -> _Held:
        with suppress(OSError, ValueError, TypeError):
            note = json.loads(self._note.read_text(encoding="utf-8"))
            return {str(iri): (str(f), int(n), bool(d)) for iri, (f, n, d) in note.items()}
        return {}


class _Together:
    """Small graphs that are loaded at once: each load writes and syncs files of its own."""

    def __init__(self, engine: ox.Store) -> None:
        self._engine = engine
        self._quads: list[bytes] = []

    def add(self, content: Content) -> None:
        """Load a graph, now or with those that follow."""
        text = _plain(self._engine, content.path.read_bytes(), content)
        self._quads.append(text.replace(_END, f" <{content.iri}>".encode() + _END))
        if content.default:
            self._quads.append(text)
        if sum(map(len, self._quads)) >= _PART:
            self.load()

    def load(self) -> None:
        """Load what is not yet loaded."""
        if self._quads:
            self._engine.bulk_load(b"".join(self._quads), ox.RdfFormat.N_QUADS, lenient=True)
            self._quads.clear()


def _load(engine: ox.Store, content: Content) -> Iterator[float]:
    """Load a graph, and its triples into the union.

    It is loaded in parts, since the engine needs six times as much memory as it loads at once.

    :return: the share that is loaded, after each part but the last.
    """
    name = ox.NamedNode(content.iri)
    size = content.path.stat().st_size
    with content.path.open("rb") as file:
        while text := file.read(_PART):
            text = _plain(engine, text + file.readline(), content)
            if text and content.default:
                _load_twice(engine, text, name)
            elif text:
                engine.bulk_load(text, _SYNTAX, to_graph=name, lenient=True)
            if file.tell() < size:
                yield file.tell() / size


def _plain(engine: ox.Store, text: bytes, content: Content) -> bytes:
    """Load the lines with blank nodes, and return the others.

    A bulk load gives blank nodes new names, which differ from one load to the next.
    """
    if b"_:" not in text:
        return text
    lines = text.splitlines(keepends=True)
    quads = _named(b"".join(line for line in lines if b"_:" in line), ox.NamedNode(content.iri))
    engine.bulk_extend(with_union(quads) if content.default else quads)
    return b"".join(line for line in lines if b"_:" not in line)


def _load_twice(engine: ox.Store, text: bytes, name: ox.NamedNode) -> None:
    """Load N-Triples of ours, whose IRIs need no second check, into a graph and the union."""
    failures: list[BaseException] = []

    def load(graph: ox.NamedNode | ox.DefaultGraph) -> None:
        try:
            engine.bulk_load(text, _SYNTAX, to_graph=graph, lenient=True)
        except BaseException as error:  # noqa: BLE001  it is raised below
            failures.append(error.with_traceback(None))  # whose frames would keep the store open

    beside = threading.Thread(target=load, args=(ox.DefaultGraph(),))
    beside.start()
    try:
        load(name)
    finally:
        beside.join()
    if failures:
        raise failures[0]


def _named(text: bytes, graph: ox.NamedNode) -> Iterator[ox.Quad]:
    for quad in ox.parse(text, _SYNTAX, lenient=True):
        yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)


def _amend(
    engine: ox.Store, content: Content, held: tuple[str, int, bool], apart: Collection[str]
) -> bool:
    """Change the few triples of a graph that are others now; False where they are not few.

    :param held: the file of the graph as the store has it, its triples, and whether it is part of
        the union.
    """
    before, now = content.path.with_name(held[0]), content.path
    if held[2] != content.default or not before.is_file():
        return False
    if max(before.stat().st_size, now.stat().st_size) > _AMENDED:
        return False
    old, new = before.read_bytes(), now.read_bytes()
    if b"_:" in old or b"_:" in new:  # blank nodes have other names in the store
        return False
    were, are = set(old.splitlines(keepends=True)), set(new.splitlines(keepends=True))
    if len(were ^ are) * _FEW > len(were):
        return False
    name = ox.NamedNode(content.iri)
    gone = list(_named(b"".join(sorted(were - are)), name))
    if content.default:
        _remove_from_union(engine, gone, name, apart)
    for quad in gone:
        engine.remove(quad)
    added = _named(b"".join(sorted(are - were)), name)
    engine.extend(with_union(added) if content.default else added)
    return True


def _remove(engine: ox.Store, name: ox.NamedNode, apart: Collection[str]) -> None:
    """Remove a graph, and from the union what no other graph says.

    :param apart: the graphs that are no part of the union.
    """
    if name.value not in apart:
        quads = engine.quads_for_pattern(None, None, None, name)  # as they are now
        _remove_from_union(engine, quads, name, apart)
    engine.remove_graph(name)


def _remove_from_union(
    engine: ox.Store, quads: Iterable[ox.Quad], name: ox.NamedNode, apart: Collection[str]
) -> None:
    """Remove triples of a graph from the union, where no other graph says them."""
    own = {name, ox.DefaultGraph(), *map(ox.NamedNode, apart)}
    for quad in quads:
        subject, predicate, value = quad.triple
        said = engine.quads_for_pattern(subject, predicate, value, None)
        if all(other.graph_name in own for other in said):
            engine.remove(ox.Quad(subject, predicate, value))
