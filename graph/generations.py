"""The data folder: one working store, and immutable generations of it that are served.

    DATA/lock            held by the one writer
    DATA/graphs/         the published graphs as canonical N-Triples, named by their digests
    DATA/store/          the working store; store.json beside it says what is whole in it
    DATA/store-originals/  the same for the originals of foreign sources, which are queried apart
    DATA/derived.json    what the derived graphs were derived from
    DATA/originals/      the bytes of the sources, named by their digests
    DATA/generations/N/  a checkpoint of it, with manifest.json
    DATA/current         the number of the generation that is served; replaced atomically

A publish that is cut off anywhere leaves `current` as it was, and the next one repairs the rest.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from .canonical import fingerprint, keep
from .dataset import NamedGraph
from .errors import StoreError
from .files import copy_file, replace_file, sync_folder, writing
from .gone import keep_gone
from .manifest import (
    KEPT,
    ORIGINALS,
    Generation,
    PublishedGraph,
    digest_of,
    read_generation,
    write_manifest,
)
from .store import Store
from .working import Content, WorkingStore

__all__ = ["Generation", "Generations", "PublishedGraph"]

_KEEP: Final = 3
_WAIT: Final = 60.0
_SKETCH: Final = ".new-"


class Generations:
    """The generations of a data folder.

    :param data: the folder; made when something is published.
    :param keep: how many generations stay, the current one included.
    :param wait: seconds to wait for another writer.
    """

    def __init__(self, data: str | Path, keep: int = _KEEP, wait: float = _WAIT) -> None:
        self.data = Path(data)
        self._keep = max(keep, 1)
        self._wait = wait
        self._lock: FileLock | None = None
        self.ready: Callable[[], None] = lambda: None
        """Called when a publish is prepared and not yet seen; what it raises undoes the publish."""

    def current(self) -> Generation | None:
        """The generation that is served, or None when nothing was published yet.

        :raises StoreError: the folder cannot be read, or what `current` names is not there.
        """
        try:
            text = (self.data / "current").read_text(encoding="utf-8").strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(f"The data folder {self.data} cannot be read: {error}.") from error
        generation = read_generation(self.data / "generations" / text) if text.isdecimal() else None
        if generation is None:
            raise StoreError(
                f"The data folder {self.data} names generation '{text}', which is not there.",
                hint="Publish again to rebuild it: symposia serve.",
            )
        return generation

    def stamp(self) -> tuple[int, int, int] | None:
        """What is another after every publish, and costs little to ask; None while unknown."""
        try:
            found = (self.data / "current").stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def history(self) -> list[Generation]:
        """The generations that are kept, oldest first."""
        kept = (
            read_generation(self.data / "generations" / str(number)) for number in self._numbers()
        )
        return [generation for generation in kept if generation is not None]

    def open(self) -> Store | None:
        """Open the store of the current generation, or None when nothing was published yet.

        :raises StoreError: it is missing or broken.
        """
        generation = self.current()
        if generation is None:
            return None
        try:
            return generation.open()
        except StoreError:
            newer = self.current()  # it may have been replaced and removed just now
            if newer is None or newer.id == generation.id:
                raise
            return newer.open()

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the one writer of the folder; may be nested.

        :raises StoreError: the folder cannot be written, or another writer did not end in time.
        """
        with writing(self.data):
            self.data.mkdir(parents=True, exist_ok=True)
            self._lock = self._lock or FileLock(self.data / "lock", timeout=self._wait)
            try:
                self._lock.acquire()
            except Timeout as error:
                raise StoreError(
                    f"Another process has been publishing to {self.data} for {self._wait:g} s.",
                    hint="Try again when it is done, or choose another folder by --data.",
                ) from error
        try:
            yield
        finally:
            self._lock.release()

    def keep_gone(self, before: Generation, now: Generation) -> None:
        """Keep what a generation had and the next has no more; see `gone.keep_gone`."""
        keep_gone(before, now, self.data)

    def keep(self, files: Mapping[str, Path]) -> None:
        """Keep the bytes of sources, for the next publish, which forgets what it does not need.

        :param files: by SHA-256, hexadecimal.
        :raises StoreError: the folder cannot be written, or is full.
        """
        with writing(self.data):
            folder = self.data / KEPT
            folder.mkdir(parents=True, exist_ok=True)
            for digest, path in files.items():
                if not (folder / digest).exists():
                    copy_file(path, folder / digest)
            sync_folder(folder)

    def publish(
        self,
        graphs: Iterable[NamedGraph],
        origins: Mapping[str, str] | None = None,
        check: Callable[[], None] = lambda: None,
        report: Callable[[str], None] = lambda _: None,
    ) -> Generation:
        """Make graphs the current generation.

        The same content as the current generation's changes nothing.

        :param graphs: all graphs of the new generation.
        :param origins: where graphs came from, by IRI; by default their files' names.
        :param check: validates the graphs; called when they differ from the current generation's,
            and what it raises stops the publish.
        :param report: is told what is being done, in a few words.
        :return: the current generation.
        :raises SourceError: a graph's file cannot be read or parsed.
        :raises StoreError: the folder cannot be written, is full, or another writer holds it.
        """
        with self.lock(), writing(self.data):
            self._sweep()
            try:
                wanted = self._sources(graphs, origins or {}, report)
                now = self._intact()
                if now is None or now.digest != digest_of(wanted):
                    check()
                    now = self._make(wanted, report)
                return now
            finally:
                self._sweep()
                self._forget()

    def _make(self, wanted: list[PublishedGraph], report: Callable[[str], None]) -> Generation:
        """Write a generation beside the others, then switch to it."""
        folder = self.data / "generations"
        number = max(self._numbers(), default=0) + 1
        sketch = folder / f"{_SKETCH}{number}"
        sketch.mkdir(parents=True)
        contents = {
            g.iri: Content(g.iri, self.data / "graphs" / g.file, g.triples, g.label, g.default)
            for g in wanted
        }
        WorkingStore(self.data / "store").checkpoint(contents.values(), sketch / "store", report)
        originals = [contents[g.iri]._replace(default=True) for g in wanted if g.original]
        if originals:
            store = WorkingStore(self.data / f"store-{ORIGINALS}")
            store.checkpoint(originals, sketch / ORIGINALS, report)
        made = Generation(number, folder / str(number), _now(), digest_of(wanted), tuple(wanted))
        write_manifest(made, sketch / "manifest.json")
        sync_folder(sketch)
        sketch.rename(made.path)
        sync_folder(folder)
        self.ready()
        replace_file(self.data / "current", f"{number}\n".encode())
        sync_folder(self.data)
        return made

    def _sources(
        self,
        graphs: Iterable[NamedGraph],
        origins: Mapping[str, str],
        report: Callable[[str], None],
    ) -> list[PublishedGraph]:
        """Keep the graphs in the folder as sorted N-Triples, and list them by IRI."""
        folder = self.data / "graphs"
        folder.mkdir(exist_ok=True)
        kept = [graph for generation in self.history() for graph in generation.graphs]
        latest = {graph.iri: graph for graph in kept}
        read = {graph.fingerprint: graph for graph in kept if graph.fingerprint}
        wanted: dict[str, PublishedGraph] = {}
        for graph in graphs:
            known = latest.get(graph.iri)
            origin = origins.get(graph.iri) or (known.origin if known else graph.label)
            if known is None or graph.source != folder / known.file:
                report(f"reading {graph.label}")
                mark = fingerprint(graph)
                known = read.get(mark) or self._kept(graph, mark)
            wanted[graph.iri] = known.told(graph, origin)
        sync_folder(folder)
        return [wanted[iri] for iri in sorted(wanted)]

    def _kept(self, graph: NamedGraph, mark: str) -> PublishedGraph:
        made = keep(graph, self.data / "graphs")
        same = mark == fingerprint(graph)  # else it was changed while it was read
        return PublishedGraph(graph.iri, "", "", *made, mark if same else "")

    def _intact(self) -> Generation | None:
        """The current generation, if its store opens."""
        with suppress(StoreError):
            now = self.current()
            if now is not None:
                now.open()
            return now
        return None

    def _numbers(self) -> list[int]:
        folder = self.data / "generations"
        names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
        return sorted(int(name) for name in names if name.isdecimal())

    def _sweep(self) -> None:
        """Remove what cut-off publishes left, old generations, and sources that none needs.

        Where a system keeps a file that is in use, it goes with a later sweep.
        """
        folder = self.data / "generations"
        try:
            now = self.current()
        except StoreError:
            return  # nothing is removed while it is unclear what is served
        numbers = self._numbers()
        served = now.id if now else 0
        old = [number for number in numbers if number <= served]
        for number in {*numbers} - {*old[-self._keep :]}:
            shutil.rmtree(folder / str(number), ignore_errors=True)
        for sketch in folder.glob(f"{_SKETCH}*"):
            shutil.rmtree(sketch, ignore_errors=True)
        for sketch in self.data.glob(".*.*"):  # of files that were being replaced
            with suppress(OSError):
                sketch.unlink()
        needed = {graph.file for generation in self.history() for graph in generation.graphs}
        for path in (self.data / "graphs").glob("*"):
            if path.name not in needed:
                with suppress(OSError):
                    path.unlink()

    def _forget(self) -> None:
        """Remove the bytes of sources that no generation was read from."""
        named = {digest for g in self.history() for graph in g.graphs for digest in graph.sources}
        for path in (self.data / KEPT).glob("*"):
            if path.name not in named:
                with suppress(OSError):
                    path.unlink()


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
