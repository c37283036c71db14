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
from .conferences import Known, published
from .dataset import NamedGraph, programme_of
from .errors import ShapeError, SourceError, SymposiaError
from .iris import slug
from .joining import Home, part_of
from .library import SHIPPED, Change, Library

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
    present: list[PublishedGraph] = field(default_factory=list)
    new: dict[str, tuple[str, NamedGraph]] = field(default_factory=dict)
    """The graphs that are new, with their sources."""
    gone: dict[int, set[str]] = field(default_factory=dict)
    """The graphs that go with what each source gives now."""
    known: dict[str, Known] = field(default_factory=dict)
    """By what the programmes are known."""

    def add(self, tasks: Sequence[Task], processes: int) -> Added:
        with self.library.generations.lock():
            self.present = self.library.contents()
            keys = {graph.key for graph in self.present if graph.key}
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
            if found:
                names = {programme_of(graph.iri) for graph in self.present}
                self.known = published(self.library.store(), names)
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
        before = {_apart(task, one).programme for one in found}
        try:
            found = self._placed(task, found)
            for one in found:
                self._check(one)
        except SymposiaError as error:
            self._fail(number, task, error)
            return []
        self.gone[number] = set()
        for one in found:
            self.known.setdefault(one.programme, one.known)
            self.new.update((graph.iri, (one.origin, graph)) for graph in one.graphs)
            for programme in (one.programme, *before):
                self.gone[number].update(self._given_before(one, programme))
        return found

    def _placed(self, task: Task, found: list[Prepared]) -> list[Prepared]:
        """Read a source again where it does not stand alone in its programme.

        :raises SymposiaError: it cannot stand there.
        """
        homes = {one.programme: self._home(task, one) for one in found if not one.own}
        if any(home.part or home.beside for home in homes.values()):
            try:
                return prepare(task._replace(homes=tuple(homes.items())))
            except ShapeError:
                if not any(home.part for home in homes.values()):
                    raise
                # They contradict each other in what cannot be kept apart.
        taken = [one for one in found if not one.own and self._taken(one)]
        if not taken or len(found) > 1 or task.options.slug:
            return found
        (one,) = found
        home = self._beside(_apart(task, one), one)
        return prepare(task._replace(homes=((one.programme, home),)))

    def _home(self, task: Task, one: Prepared) -> Home:
        """Where a programme stands: with another source's, if that is of the same conference."""
        homes = [
            iri
            for iri, known in self.known.items()
            if known.is_(one.known) and (owner := self._owner(iri)) and not _same(owner, one.origin)
        ]
        if self.replacing or not homes:
            return self._beside(Home(one.programme), one)
        iri = one.programme if one.programme in homes else min(homes)
        return self._beside(Home(iri, part_of(slug(task.path.stem, limit=40))), one)

    def _beside(self, home: Home, one: Prepared) -> Home:
        """A place, with what others say there."""
        given = self._given_before(one, home.programme)
        names = {home.graph(graph.iri.rpartition("/graph/")[2]) for graph in one.graphs}
        stays = {
            graph.iri
            for graph in self.present
            if graph.default and programme_of(graph.iri) == home.programme
            if graph.iri not in given | names and not self._goes(graph.iri)
        }
        old = (
            [g for g in self.library.graphs() if g.iri in stays - self.new.keys()] if stays else []
        )
        new = [
            graph
            for iri, (_, graph) in self.new.items()
            if graph.default and programme_of(iri) == home.programme
        ]
        return home._replace(beside=(*old, *new))

    def _given_before(self, one: Prepared, programme: str) -> set[str]:
        """The graphs of a programme that a source gave before, or that it takes the place of."""
        if one.own and not self.replacing:
            return set()
        return {
            graph.iri
            for graph in self.present
            if graph.key and programme_of(graph.iri) == programme
            if (self.replacing and programme == one.programme) or _same(graph.origin, one.origin)
        }

    def _goes(self, graph: str) -> bool:
        return any(graph in gone for gone in self.gone.values())

    def _owner(self, programme: str) -> str:
        """The source that gave a programme first; empty where none did."""
        main = f"{programme}/graph/programme"
        if main in self.new:
            return self.new[main][0]
        given = {
            g.iri: g.origin
            for g in self.present
            if programme_of(g.iri) == programme and (g.key or g.origin == SHIPPED)
            if not self._goes(g.iri)
        }
        return given.get(main) or next(iter(given.values()), "")

    def _taken(self, one: Prepared) -> bool:
        """Whether another source gave the programme."""
        owner = self._owner(one.programme)
        return bool(owner) and not _same(owner, one.origin) and not self.replacing

    def _check(self, one: Prepared) -> None:
        """See that what a source says is its to say.

        :raises SourceError: it is about what belongs to another.
        """
        graphs = {graph.iri for graph in one.graphs}
        names = {g.iri for g in self.present if programme_of(g.iri) == one.programme}
        own = one.own and graphs & names
        if self._taken(one) and one.whole and not one.part and not own:
            raise SourceError(
                f"the programme <{one.programme}> is there already, from"
                f" {self._owner(one.programme)}.",
                source=one.origin,
                hint="Name this one by --slug, or put it in the place of the other:"
                " symposia replace.",
            )
        twice = sorted(graphs & self.new.keys())
        if twice:
            raise SourceError(
                f"it is the graph {twice[0]}, and so is {self.new[twice[0]][0]}.",
                source=one.origin,
                hint="Add one of them, or name its graph by --graph.",
            )
        wrong = sorted(other for other in one.others if self._owner(other))
        if wrong:
            raise SourceError(
                f"it says something about <{wrong[0]}>, which is the programme of"
                f" {self._owner(wrong[0])}.",
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
            {iri for number in part for iri in self.gone[number]},
            {source.sha256: source.path for one in found for source in one.sources},
            valid=not any(one.own for one in found) and not self._handmade(found),
            progress=self.progress,
        )

    def _handmade(self, found: list[Prepared]) -> bool:
        """Whether there are graphs that no source gave and that may speak of any programme."""
        programmes = {one.programme for one in found}
        return any(
            graph.default and not graph.key and graph.origin not in (SHIPPED, "derived")
            for graph in self.present
            if programme_of(graph.iri) not in programmes
        )


def _apart(task: Task, one: Prepared) -> Home:
    """Where a programme stands whose name is another's."""
    last = one.programme.rpartition("/")[2]
    return Home(f"{task.options.base}{last}-{slug(task.path.stem) or 'source'}"[:200])


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
