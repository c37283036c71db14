"""Adding sources to the dataset: each stands alone, and one that fails leaves the others."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from .adding import Prepared, Task, key_of, prepare
from .dataset import NamedGraph, programme_of
from .errors import ShapeError, SourceError, SymposiaError
from .iris import slug
from .library import Change, Library

if TYPE_CHECKING:
    from .manifest import PublishedGraph

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
    has changed replaces what it gave before. Where another source gave the same programme already,
    a programme gets the source's name too, such as `iswc-2015-calendars`, unless it is our own work
    or named by the user: then it fails.

    :param lost: sources that could not be had, with the reasons.
    :param replacing: whether a programme takes the place of one that another source gave.
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
    new: dict[str, str] = field(default_factory=dict)
    """Which source gives a graph now."""

    def add(self, tasks: Sequence[Task], processes: int) -> Added:
        with self.library.generations.lock():
            present = self.library.contents()
            keys = {graph.key for graph in present if graph.key}
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
            owners = {programme_of(g.iri): g.origin for g in reversed(present)}
            ready = {
                n: each
                for n in sorted(found)
                if (each := self._settled(n, new[n], found[n], owners, present))
            }
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

    def _settled(
        self,
        number: int,
        task: Task,
        found: list[Prepared],
        owners: dict[str, str],
        present: list[PublishedGraph],
    ) -> list[Prepared]:
        """A source whose programmes are its own, if they can be; none where it has failed."""
        try:
            if len(found) == 1 and not found[0].own and not task.options.slug:
                (one,) = found
                if self._taken(one, owners):
                    own = f"{one.programme.rpartition('/')[2]}-{slug(task.path.stem) or 'source'}"
                    named = task._replace(options=replace(task.options, slug=own[:80]))
                    found = [replace(each, graphs=_keyed(each, one)) for each in prepare(named)]
            for one in found:
                self._check(one, owners, present)
        except SymposiaError as error:
            self._fail(number, task, error)
            return []
        for one in found:
            owners.setdefault(one.programme, one.origin)
            self.new.update((graph.iri, one.origin) for graph in one.graphs)
        return found

    def _taken(self, one: Prepared, owners: dict[str, str]) -> bool:
        """Whether another source gave the programme."""
        owner = owners.get(one.programme)
        return owner is not None and not _same(owner, one.origin) and not self.replacing

    def _check(self, one: Prepared, owners: dict[str, str], present: list[PublishedGraph]) -> None:
        """See that what a source says is its to say.

        :raises SourceError: it is about what belongs to another.
        """
        graphs = {graph.iri for graph in one.graphs}
        names = {g.iri for g in present if programme_of(g.iri) == one.programme}
        if self._taken(one, owners) and one.whole and not (one.own and graphs & names):
            raise SourceError(
                f"the programme <{one.programme}> is there already, from {owners[one.programme]}.",
                source=one.origin,
                hint="Name this one by --slug, or put it in the place of the other:"
                " symposia replace.",
            )
        twice = sorted(graphs & self.new.keys())
        if twice:
            raise SourceError(
                f"it is the graph {twice[0]}, and so is {self.new[twice[0]]}.",
                source=one.origin,
                hint="Add one of them, or name its graph by --graph.",
            )
        wrong = sorted(other for other in one.others if other in owners)
        if wrong:
            raise SourceError(
                f"it says something about <{wrong[0]}>, which is the programme of"
                f" {owners[wrong[0]]}.",
                source=one.origin,
                hint=f"Call its graph <{wrong[0]}/graph/…>, or use IRIs of your own.",
            )

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
                    rest = [{n: each} for n, each in part.items() if n not in sure]
                    parts = ([sure] if sure else []) + rest
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
            {one.programme for one in found if not one.own or self.replacing},
            {source.sha256: source.path for one in found for source in one.sources},
            valid=not any(one.own for one in found),
            progress=self.progress,
        )


def _keyed(one: Prepared, first: Prepared) -> tuple[NamedGraph, ...]:
    """The graphs of a source that got another name, under the key that it has without."""
    return tuple(replace(graph, key=first.graphs[0].key) for graph in one.graphs)


def _same(owner: str, origin: str) -> bool:
    """Whether two names are of the same source: a file of the same name, wherever it lies."""
    return Path(owner).name == Path(origin).name


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
