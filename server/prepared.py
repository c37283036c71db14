"""Files that are made once from each generation, such as the search index, and shared by requests.

A file is kept under the generation and the program that it was made from and by, and is whole once
it is there: none is ever out of date, and none is half. Making it is begun in the background soon
after the generation is first served; a request that needs it earlier waits, but not for long.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Final, NamedTuple, Protocol

from ..graph.errors import OverloadedError, ReplacedError, StoreError, SymposiaError
from ..graph.files import sync_folder
from ..graph.store import Store
from ..graph.temporary import temporary_folder_of
from .limits import UPDATES, Limits
from .workers import Pool

__all__ = ["MAKERS", "Apart", "AtHand", "Prepared", "Recipe", "make"]

_PAUSE: Final = 2.0
"""Seconds that a generation is served before its files are begun: another may follow at once."""
_PATIENCE: Final = 10.0
"""Seconds that a request waits for a file."""
_WAITING: Final = 4
"""How many requests may wait at a time."""
_LONGEST: Final = 900.0
"""Seconds that the making of a file may take."""
_AGAIN: Final = 60.0
"""Seconds after which what failed is tried again, and what may have changed is made anew."""
_NICENESS: Final = 10
"""How far what makes a file stands back behind those that answer requests."""
_SKETCH: Final = ".making-"


class Recipe(NamedTuple):
    """How a file is made.

    :param function: `module.name` in this package, called with a `graph.store.Store` and the `Path`
        of the file, in a process that does nothing else.
    :param what: the file in words for people, as in "The … is being made."
    :param early: whether it is made before it is asked for.
    """

    function: str
    what: str
    early: bool = True


MAKERS: Final[dict[str, Recipe]] = {
    "networks": Recipe("networks.make", "networks"),
    "merged": Recipe("merging.make", "merged dataset", early=False),
    "dump.nq.gz": Recipe("dump_files.make", "dump", early=False),
    "papers.bib": Recipe("paper_files.bibtex", "BibTeX of all papers", early=False),
    "papers.ris": Recipe("paper_files.ris", "RIS of all papers", early=False),
    "papers.csl.json": Recipe("paper_files.csl", "CSL-JSON of all papers", early=False),
    "papers.csv": Recipe("paper_files.csv", "table of all papers", early=False),
    "search.sqlite": Recipe("search_index.make", "search index"),
    "things": Recipe("things.make", "list of things"),
}
"""The files that each generation has, by their names."""


def make(store: Store, name: str, path: Path) -> None:
    """Make the file of a name.

    :param path: of the file, in a folder that is there; on return it is whole on the disk. A store
        is a folder, and whoever makes it sees to that.
    :raises SymposiaError: that fails.
    """
    module, _, function = MAKERS[name].function.rpartition(".")
    with _space():
        getattr(import_module(f".{module}", __package__), function)(store, path)
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())


class Making(Protocol):
    """What has files made."""

    def make(self, name: str, path: Path) -> None:
        """See the function `make`."""
        ...

    def close(self) -> None:
        """Stop what is being made."""
        ...


class AtHand:
    """Makes files in this process, from a store that no other process can open."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def make(self, name: str, path: Path) -> None:
        """See `Making.make`."""
        make(self._store, name, path)

    def close(self) -> None:
        """Nothing: it is not stopped."""


class Apart:
    """Has files made by a process of their own, which is stopped when one takes too much.

    :param location: where the store is, as `graph.locations` writes it.
    """

    def __init__(self, location: str) -> None:
        self._location = location
        self._lock = threading.Lock()
        self._pool: Pool | None = None
        self._closed = False

    def make(self, name: str, path: Path) -> None:
        """See `Making.make`."""
        from .preparer import Order

        limits = Limits(timeout=_LONGEST, memory=UPDATES.memory)
        with self._lock:
            if self._closed:
                raise _anew()
            pool = self._pool = Pool(1, limits, "preparer", MAKERS[name].what, niceness=_NICENESS)
        try:
            order = Order(self._location, name, str(path))
            pool.run(order.to_bytes(), lambda: self._closed).finish()
        finally:
            pool.close()

    def close(self) -> None:
        """See `Making.close`."""
        with self._lock:
            self._closed = True
            pool = self._pool
        if pool is not None:
            pool.close()


class Prepared:
    """The files of a generation.

    :param making: has them made.
    :param folder: where they are kept, so that a restart finds them; None keeps them in a temporary
        folder, as is done where this one cannot be written.
    :param lasting: whether what they are made from never changes; else they are made anew when they
        are asked for and a minute old.
    """

    def __init__(self, making: Making, folder: Path | None, *, lasting: bool = True) -> None:
        self._making = making
        self._kept = folder
        self._lasting = lasting
        self._temporary: Path | None = None
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._places = threading.BoundedSemaphore(_WAITING)
        self._begun: dict[str, tuple[float, Future[Path]]] = {}
        self._timer: threading.Timer | None = None
        self._tidied = self._closed = False

    def begin(self) -> None:
        """Have all files made, in a while and in the background."""
        self._timer = threading.Timer(_PAUSE, self._begin_all)
        self._timer.daemon = True
        self._timer.start()

    def file(self, name: str) -> Path:
        """The path of a file.

        :param name: one of `MAKERS`.
        :raises OverloadedError: it is being made, and that takes longer than a request waits.
        :raises SymposiaError: it cannot be made.
        """
        making, old = self._start(name)
        if making.done():
            return making.result()
        if old is not None:
            return old
        if not self._places.acquire(blocking=False):
            raise _not_yet(name)
        try:
            return making.result(_PATIENCE)
        except TimeoutError as error:
            raise _not_yet(name) from error
        finally:
            self._places.release()

    def there(self, name: str) -> Path | None:
        """The path of a file if it is there; else it is begun, and nobody waits."""
        making, old = self._start(name)
        return making.result() if making.done() and not making.exception() else old

    def close(self) -> None:
        """Stop what is being made; files that are there stay."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        self._making.close()

    def _begin_all(self) -> None:
        for name, recipe in MAKERS.items():
            if not recipe.early:
                continue
            with suppress(SymposiaError):  # who asks for it is told
                self._start(name)

    def _start(self, name: str) -> tuple[Future[Path], Path | None]:
        """The making of a file, which is begun unless it was; and the file that it replaces."""
        with self._lock:
            since, making = self._begun.get(name, (0.0, None))
            old = None
            if making is not None and making.done():
                failed = making.exception() is not None
                over = time.monotonic() - since > _AGAIN and (failed or not self._lasting)
                lost = not failed and not making.result().exists()
                old = None if failed or lost else making.result()
                making = None if over or lost else making
            if making is None:
                if self._closed:
                    raise _anew()
                making = Future()
                self._begun[name] = time.monotonic(), making
                there = self._kept / name if self._kept and self._lasting else None
                if there is not None and there.exists():
                    making.set_result(there)
                else:
                    self._run(name, making)
            return making, old

    def _run(self, name: str, making: Future[Path]) -> None:
        def run() -> None:
            try:
                with self._turn:  # one at a time: pages come first
                    making.set_result(self._made(name))
            except SymposiaError as error:
                making.set_exception(_anew() if self._closed else error)
            except Exception as error:  # noqa: BLE001  raised to each who waits
                making.set_exception(error)
            with self._lock:
                self._begun[name] = time.monotonic(), making

        threading.Thread(target=run, name=f"making {name}", daemon=True).start()

    def _made(self, name: str) -> Path:
        folder = self._folder()
        with (
            _space(),
            TemporaryDirectory(prefix=_SKETCH, dir=folder, ignore_cleanup_errors=True) as sketch,
        ):
            made = Path(sketch) / name
            self._making.make(name, made)
            if made.is_dir():
                shutil.rmtree(folder / name, ignore_errors=True)  # no folder takes another's place
            made = made.replace(folder / name)
            sync_folder(folder)
            return made

    def _folder(self) -> Path:
        """Where files are kept: in a temporary folder where the other cannot be written."""
        if self._kept is not None and self._temporary is None:
            with suppress(OSError):
                self._kept.parent.mkdir(exist_ok=True)  # not what holds it, which may be gone
                self._kept.mkdir(exist_ok=True)
                TemporaryFile(dir=self._kept).close()
                self._tidy(self._kept)
                return self._kept
        if self._temporary is None:
            with _space():
                self._temporary = temporary_folder_of(self)
        return self._temporary

    def _tidy(self, folder: Path) -> None:
        """Remove, once, what other programs have made, and what was cut off long ago."""
        if self._tidied:
            return  # another program that serves the same folder makes its own again
        self._tidied = True
        for other in folder.parent.iterdir():
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)
        for sketch in folder.glob(f"{_SKETCH}*"):
            if time.time() - sketch.stat().st_mtime > _LONGEST:
                shutil.rmtree(sketch, ignore_errors=True)


@contextmanager
def _space() -> Iterator[None]:
    """Turn what the system says of a file that cannot be written into a sentence."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"A file of this generation cannot be written: {error.strerror or error}.",
            hint="Look whether there is space in the data folder and for temporary files.",
        ) from error


def _not_yet(name: str) -> OverloadedError:
    return OverloadedError(
        f"The {MAKERS[name].what} of this generation is being made.",
        hint="Try again in some seconds.",
        retry_after=5,
    )


def _anew() -> ReplacedError:
    return ReplacedError("The dataset was published anew meanwhile.", hint="Ask again.")
