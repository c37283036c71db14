"""Adding sources to the dataset: each stands alone, and one that fails leaves the others."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final, Literal

from .adding import Prepared, Task, key_of, prepare
from .dataset import NamedGraph
from .errors import ShapeError, SourceError, SymposiaError
from .library import Change, Library
from .placing import Places

__all__ = ["Added", "Outcome", "add_sources"]

Progress = Callable[[str], None]
_PARALLEL: Final = 256 * 1024
"""Bytes of sources from which on it is quicker to read them in processes beside each other."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a source.

    :param origin: what it is called.
    :param programmes: what was read from it.
    :param error: why it was not published.
    """

    origin: str
    status: Literal["added", "unchanged", "failed"]
    programmes: tuple[Prepared, ...] = ()
    error: SymposiaError | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """What adding sources did.

    :param change: of the dataset; None where nothing was to be published.
    """

    outcomes: tuple[Outcome, ...]
    change: Change | None

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The sources that were not published."""
        return tuple(each for each in self.outcomes if each.status == "failed")


def add_sources(
    library: Library,
    tasks: Sequence[Task],
    lost: Sequence[tuple[str, SourceError]] = (),
    *,
    replacing: bool = False,
    processes: int = 1,
    progress: Progress = lambda _: None,
) -> Added:
    """Read sources, and publish those that can be.

    A source that was read before in the same way changes nothing, and is not read again. One that
    has changed replaces what it gave before. One that is about the conference of another source by
    exact evidence (`conferences.Known`) becomes a part of the same programme, with graphs and
    things of its own. Where it merely would have the same name, it gets its source's name too, such
    as `iswc-2015-calendars`, unless it is our own work or named by the user: then it fails. Graphs
    that no source gave, such as those of updates, stay.

    :param lost: sources that could not be had, with the reasons.
    :param replacing: whether a programme takes the place of what other sources said of it.
    :param processes: how many sources are read at a time.
    :raises StoreError: nothing can be published.
    """
    added = _Adding(library, replacing, progress).add(tasks, processes)
    failed = (Outcome(origin, "failed", error=error) for origin, error in lost)
    return replace(added, outcomes=(*added.outcomes, *failed))


@dataclass
class _Adding:
    library: Library
    replacing: bool
    progress: Progress
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    places: Places = field(init=False)

    def add(self, tasks: Sequence[Task], processes: int) -> Added:
        with self.library.generations.lock():
            self.places = Places(self.library, self.replacing)
            keys = {graph.key for graph in self.places.present if graph.key}
            new: dict[int, Task] = {}
            for number, task in enumerate(tasks):
                try:
                    known = key_of(task) in keys
                except SymposiaError as error:
                    self.outcomes[number] = Outcome(task.origin, "failed", error=error)
                    continue
                if known:
                    self.outcomes[number] = Outcome(task.origin, "unchanged")
                else:
                    new[number] = task
            found = self._prepared(new, processes)
            ready = {n: each for n in sorted(found) if (each := self._settled(n, new[n], found[n]))}
            change = self._published(new, ready)
        outcomes = tuple(self.outcomes[number] for number in sorted(self.outcomes))
        return Added(outcomes, change)

    def _prepared(self, tasks: dict[int, Task], processes: int) -> dict[int, list[Prepared]]:
        """The sources as they were read, without those that failed."""
        found: dict[int, list[Prepared]] = {}
        for number, (task, result) in enumerate(_each(tasks, processes, self.progress), 1):
            self.progress(f"read {tasks[task].origin} ({number} of {len(tasks)})")
            try:
                found[task] = result()
            except SymposiaError as error:
                self._fail(task, tasks[task], error)
            except (RecursionError, MemoryError) as error:
                why = SourceError("it is nested too deep, or too large.", source=tasks[task].origin)
                why.__cause__ = error
                self._fail(task, tasks[task], why)
        return found

    def _fail(self, number: int, task: Task, error: SymposiaError) -> None:
        self.outcomes[number] = Outcome(task.origin, "failed", error=error)

    def _settled(self, number: int, task: Task, found: list[Prepared]) -> list[Prepared]:
        """A source whose programmes have their places; none where it has failed."""
        try:
            return self.places.settle(number, task, found)
        except SymposiaError as error:
            self._fail(number, task, error)
            return []

    def _published(self, tasks: dict[int, Task], ready: dict[int, list[Prepared]]) -> Change | None:
        """Publish what can be: all at once, else what is surely valid, then each of the rest."""
        sure = {n: each for n, each in ready.items() if not any(one.own for one in each)}
        parts = [ready] if ready else []
        change = None
        while parts:
            part = parts.pop(0)
            try:
                change = self._include(part) or change
            except ShapeError as error:
                if len(part) > 1:
                    first = [sure] if 0 < len(sure) < len(part) else []
                    parts = first + [{n: e} for n, e in part.items() if not first or n not in sure]
                    continue
                for number in part:
                    self._fail(number, tasks[number], error)
                continue
            for number, found in part.items():
                self.outcomes[number] = Outcome(tasks[number].origin, "added", tuple(found))
        return change

    def _include(self, part: dict[int, list[Prepared]]) -> Change:
        found = [one for each in part.values() for one in each]
        graphs: dict[str, list[NamedGraph]] = {}
        for one in found:
            graphs.setdefault(one.origin, []).extend(one.graphs)
        return self.library.include(
            graphs,
            {iri for number in part for iri in self.places.gone[number]},
            {source.sha256: source.path for one in found for source in one.sources},
            valid=not any(one.own for one in found) and not self.places.notes(found),
            progress=self.progress,
        )


def _each(
    tasks: dict[int, Task], processes: int, progress: Progress
) -> Iterator[tuple[int, Callable[[], list[Prepared]]]]:
    """What reads each source, or has read it in another process."""
    if processes < 2 or len(tasks) < 2 or sum(map(_size, tasks.values())) < _PARALLEL:
        for number, task in tasks.items():
            progress(f"reading {task.origin}")
            yield number, partial(prepare, task)
        return
    context = multiprocessing.get_context("spawn")
    largest = sorted(tasks, key=lambda number: -_size(tasks[number]))
    with ProcessPoolExecutor(min(processes, len(tasks)), mp_context=context) as pool:
        futures: dict[Future[list[Prepared]], int] = {
            pool.submit(prepare, tasks[number]): number for number in largest
        }
        for future in as_completed(futures):
            yield futures[future], future.result


def _size(task: Task) -> int:
    files: Iterable[Path] = task.path.iterdir() if task.path.is_dir() else (task.path,)
    try:
        return sum(file.stat().st_size for file in files)
    except OSError:
        return 0
