"""The dataset as a static site: every page, its data, search and SPARQL, as files that link."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Final
from urllib.parse import quote

from ..graph.errors import StoreError
from ..graph.generations import Generations
from ..graph.namespaces import BASE
from ..graph.remote_generations import RemoteGenerations
from . import site_extras, things
from .documents import DOCUMENTS
from .site_addresses import Target, target
from .site_pages import Made, Maker, Source
from .terms import path_of

__all__ = ["Export", "export_site"]

_MARK: Final = ".symposia-site.json"
"""The file by which a folder is known to have been made here."""
_BATCH: Final = 10
_SEEDS: Final = ("/", "/papers", "/people", "/organisations", "/systems", "/results", "/topic")
_MORE: Final = ("/queries/", "/network", "/organisations/network", "/topics/map", "/missing")
_LEAST: Final = 60
"""Pages for which a second process is worth its start."""


@dataclass
class Export:
    """What was made.

    :param files: how many.
    :param size: bytes of all.
    """

    files: int = 0
    size: int = 0


@dataclass
class _State:
    seen: set[str] = field(default_factory=set)
    todo: deque[Target] = field(default_factory=deque)
    made: int = 0
    dead: set[str] = field(default_factory=set)
    needing: dict[str, set[Target]] = field(default_factory=dict)


def export_site(
    data: Path | RemoteGenerations,
    folder: Path,
    *,
    base: str = BASE,
    url: str = "",
    force: bool = False,
    processes: int | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Export:
    """Write the current dataset as a site that needs no server.

    It is made in a folder beside, which takes the place of the last one when it is whole.

    :param folder: where it goes: a new or an empty folder, or one that was made here before.
    :param base: the IRI under which things are named.
    :param url: the address at which it will be, for what must be absolute; by default the base.
    :param force: whether any other folder is replaced too.
    :param processes: how many work at it; by default as many as there are processors.
    :param progress: is told what is being done.
    :raises StoreError: the folder holds something else or cannot be written, or the dataset cannot
        be read or was published anew meanwhile.
    """
    folder = Path(os.path.abspath(folder))  # noqa: PTH100  a link stays one
    _refuse(folder, force)
    remote = isinstance(data, RemoteGenerations)
    current = (data if isinstance(data, RemoteGenerations) else Generations(data)).current()
    shown = data if remote or current is not None else None
    source = Source(shown, base, current.id if current else 0, (url or base).rstrip("/") + "/")
    with _whole(folder) as sketch:
        maker = Maker(source, sketch)
        site_extras.prepare(maker, progress)
        state = _State()
        _add(state, _seeds(maker))
        _make_all(state, maker, source, sketch, processes, progress)
        progress("writing search, data and scripts")
        site_extras.write(maker, sketch, state.seen - state.dead, state.dead)
        mark = {"made by": "symposia export --site", "base": base, "url": source.site}
        (sketch / _MARK).write_text(json.dumps(mark) + "\n", "utf-8")
        files = [path for path in sketch.rglob("*") if path.is_file()]
        return Export(len(files), sum(path.stat().st_size for path in files))


def _seeds(maker: Maker) -> Iterator[Target]:
    addresses = [*_SEEDS, *_MORE, "/ontology", "/.well-known/void"]
    served = maker.served
    for iri in things.read(served.file("things")):
        path = path_of(iri, served.base)
        own = f"/{path.partition('#')[0]}.html" if path else ""
        addresses.append(own or f"/resource?iri={quote(iri)}")
    addresses += [f"/dump.{each.suffix}" for each in DOCUMENTS[1:]]
    return (found for each in addresses if (found := target(each)))


def _add(state: _State, targets: Iterator[Target] | Sequence[Target]) -> None:
    for each in targets:
        if each.address and each.file not in state.seen:
            state.seen.add(each.file)
            state.todo.append(each)


def _make_all(
    state: _State,
    maker: Maker,
    source: Source,
    folder: Path,
    processes: int | None,
    progress: Callable[[str], None],
) -> None:
    """Make what is wanted, and what that needs, until there is nothing more."""
    while state.todo and state.made < _LEAST:
        _note(state, maker.make(state.todo.popleft()), progress)
    number = processes or os.cpu_count() or 1
    if number < 2 or isinstance(source.data, RemoteGenerations):
        while state.todo:
            _note(state, maker.make(state.todo.popleft()), progress)
    else:
        _share(state, source, folder, number, progress)
    for wanted in {each for file in state.dead for each in state.needing.get(file, ())}:
        maker.make(wanted, state.dead)


def _note(state: _State, made: Made, progress: Callable[[str], None]) -> None:
    state.made += 1
    if made.size is None:
        state.dead.add(made.target.file)
    for each in made.targets:
        state.needing.setdefault(each.file, set()).add(made.target)
    _add(state, made.targets)
    progress(f"{state.made:,} of {state.made + len(state.todo):,} or more files")


def _share(
    state: _State, source: Source, folder: Path, number: int, progress: Callable[[str], None]
) -> None:
    """Have several processes make the rest."""
    pool = ProcessPoolExecutor(number, get_context("spawn"), _begin, (source, folder))
    try:
        running: set[Future[list[Made]]] = set()
        while state.todo or running:
            while state.todo and len(running) < 2 * number:
                batch = [state.todo.popleft() for _ in range(min(_BATCH, len(state.todo)))]
                running.add(pool.submit(_work, batch))
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for each in done:
                for made in each.result():
                    _note(state, made, progress)
    finally:
        pool.shutdown(cancel_futures=True)


_maker: Maker | None = None
"""What makes files in a process that does nothing else."""


def _begin(source: Source, folder: Path) -> None:
    global _maker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started it stops it
    _maker = Maker(source, folder)


def _work(batch: Sequence[Target]) -> list[Made]:
    assert _maker is not None  # noqa: S101  `_begin` has run
    return [_maker.make(each) for each in batch]


def _refuse(folder: Path, force: bool) -> None:
    """Refuse a folder in which something else is.

    :raises StoreError: there is.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise StoreError(f"{folder} is a file.", hint="Name a folder for the site.")
    if any(folder.iterdir()) and not (folder / _MARK).is_file() and not force:
        raise StoreError(
            f"{folder} holds something that is no site of Symposia's.",
            hint="Name a new folder, or replace all that is in it by --force.",
        )


@contextmanager
def _whole(folder: Path) -> Iterator[Path]:
    """A new folder that takes the place of another at the end, or is gone.

    :raises StoreError: it cannot be written.
    """
    sketch = folder.with_name(f".{folder.name}.{os.getpid()}")
    before = folder.with_name(f".{folder.name}.{os.getpid()}.before")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        sketch.mkdir()
        yield sketch
        if folder.exists():
            folder.rename(before)
        try:
            sketch.rename(folder)
        except OSError:
            if before.exists():
                before.rename(folder)
            raise
    except OSError as error:
        raise StoreError(f"{folder} cannot be written ({error.strerror or error}).") from error
    finally:
        shutil.rmtree(sketch, ignore_errors=True)
        shutil.rmtree(before, ignore_errors=True)
