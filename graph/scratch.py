"""A store that is thrown away: changed without validation, each change a checkpoint of its own.

FOLDER/current        the number of the checkpoint that is served; replaced atomically
FOLDER/generations/N  a checkpoint, which never changes
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from weakref import WeakValueDictionary

import pyoxigraph as ox

from .files import replace_file, writing
from .manifest import Generation
from .store import Store
from .writer import Changed, EngineWriter

__all__ = ["Checkpoint", "Scratch", "ScratchWriter"]


@dataclass(frozen=True)
class Checkpoint(Generation):
    """A state of a scratch store; its default graph is a graph of its own."""

    def open(self) -> Store:
        """See `Generation.open`; the files are opened when something is asked of it."""
        return _LateStore(self.path / "store")


class _LateStore(Store):
    def __init__(self, path: Path) -> None:
        self._path = path
        self.union = False

    @cached_property
    def _engine(self) -> ox.Store:  # type: ignore[override]
        return Store.open(self._path)._engine


class Scratch:
    """The states of a scratch store, used like `generations.Generations`.

    :param data: its folder; an empty store is made where there is none.
    :param sweep: whether states that nobody holds any more are removed when a new one is seen. One
        process does that: the one that serves them.
    """

    def __init__(self, data: Path, *, sweep: bool = True) -> None:
        self.data = data
        self._sweep = sweep
        self._held: WeakValueDictionary[int, Checkpoint] = WeakValueDictionary()
        self._known: tuple[object, Checkpoint] | None = None
        self._lock = threading.Lock()
        if not (data / "current").exists():
            self._folder(0).mkdir(parents=True)
            ox.Store(str(self._folder(0) / "store")).flush()
            replace_file(data / "current", b"0\n")

    def stamp(self) -> tuple[int, int, int]:
        """What is another after every change, and costs little to ask."""
        found = (self.data / "current").stat()
        return found.st_ino, found.st_mtime_ns, found.st_size

    def current(self) -> Checkpoint:
        """The state that is served. Its files stay as long as this process holds it."""
        with self._lock:
            stamp = self.stamp()
            if self._known is None or self._known[0] != stamp:
                number = int((self.data / "current").read_text("ascii"))
                seen = Checkpoint(number, self._folder(number), datetime.now(UTC), "", ())
                self._held[number] = seen
                self._known = stamp, seen
                self._remove_old(number)
            return self._known[1]

    def publish(self, engine: ox.Store, ready: Callable[[], None]) -> None:
        """Make what a store holds the next state.

        :param ready: called when all is prepared; what it raises leaves everything as it was.
        :raises StoreError: the folder cannot be written.
        """
        with writing(self.data):
            number = self.current().id + 1
            folder = self._folder(number)
            shutil.rmtree(folder, ignore_errors=True)  # of a change that was cut off
            folder.mkdir()
            engine.backup(str(folder / "store"))
            ready()
            replace_file(self.data / "current", f"{number}\n".encode())

    def _folder(self, number: int) -> Path:
        return self.data / "generations" / str(number)

    def _remove_old(self, now: int) -> None:
        if self._sweep:
            for path in (self.data / "generations").iterdir():
                if int(path.name) < now and int(path.name) not in self._held:
                    shutil.rmtree(path, ignore_errors=True)


class ScratchWriter(EngineWriter):
    """Changes a scratch store, without validation.

    :param ready: called before a change is made to be seen; what it raises undoes the change.
    """

    def __init__(self, scratch: Scratch, ready: Callable[[], None] = lambda: None) -> None:
        self._scratch = scratch
        self._ready = ready
        self._lock = threading.Lock()
        self._working: tuple[int, ox.Store] | None = None

    def change(self, edit: Callable[[ox.Store, int], Changed]) -> Changed:
        """See `EngineWriter.change`."""
        with self._lock:
            now = self._scratch.current()
            # What an edit that fails leaves behind is not used again.
            working, self._working = self._working, None
            engine = working[1] if working and working[0] == now.id else self._copy(now)
            result = edit(engine, now.id)
            self._scratch.publish(engine, self._ready)
            self._working = self._scratch.current().id, engine
            return result

    def _copy(self, state: Checkpoint) -> ox.Store:
        with writing(self._scratch.data):
            for old in self._scratch.data.glob("working-*"):
                shutil.rmtree(old, ignore_errors=True)
            folder = Path(tempfile.mkdtemp(prefix="working-", dir=self._scratch.data))
            return state.copy(folder / "store")
