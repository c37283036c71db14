"""Where what sources say stands in the dataset: beside what others say, and never in its place."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from .adding import Prepared, Task, prepare
from .conferences import Known, published
from .dataset import NamedGraph, programme_of
from .errors import ShapeError, SourceError
from .iris import slug
from .joining import Home, part_of
from .library import SHIPPED, Library

if TYPE_CHECKING:
    from .manifest import PublishedGraph

__all__ = ["Places"]


class Places:
    """The programmes of a dataset, and of new sources as they get their places.

    :param replacing: whether a programme takes the place of what other sources said of it.
    :ivar present: the graphs that are published.
    :ivar gone: those of them that go with each new source, by its number.
    """

    def __init__(self, library: Library, replacing: bool) -> None:
        self._library = library
        self._replacing = replacing
        self.present: list[PublishedGraph] = library.contents()
        self.gone: dict[int, set[str]] = {}
        self._new: dict[str, tuple[str, NamedGraph]] = {}

    def settle(self, number: int, task: Task, found: list[Prepared]) -> list[Prepared]:
        """Give the programmes of a source their places; it is read again where that needs it.

        :raises SymposiaError: it cannot stand there, or is about what belongs to another.
        """
        before = {_apart(task, one).programme for one in found}
        found = self._placed(task, found)
        for one in found:
            self._check(one)
        self.gone[number] = set()
        for one in found:
            self._known.setdefault(one.programme, one.known)
            self._new.update((graph.iri, (one.origin, graph)) for graph in one.graphs)
            for programme in (one.programme, *before):
                self.gone[number].update(self._given_before(one, programme))
        return found

    def notes(self, found: list[Prepared]) -> bool:
        """Whether there are other graphs that no source gave, and that may speak of anything."""
        programmes = {one.programme for one in found}
        return any(
            graph.default and not graph.key and graph.origin not in (SHIPPED, "derived")
            for graph in self.present
            if programme_of(graph.iri) not in programmes
        )

    @cached_property
    def _known(self) -> dict[str, Known]:
        """By what the programmes are known."""
        names = {programme_of(graph.iri) for graph in self.present}
        return published(self._library.store(), names)

    def _placed(self, task: Task, found: list[Prepared]) -> list[Prepared]:
        """Read a source again where it does not stand alone in its programme.

        :raises SymposiaError: it cannot stand there.
        """
        may_move = len(found) == 1 and not task.options.slug
        homes = {one.programme: self._home(task, one, may_move) for one in found if not one.own}
        try:
            return self._at(homes, task, found)
        except ShapeError:
            if not (may_move and any(home.part for home in homes.values())):
                raise
        # They contradict each other in what cannot be kept apart.
        return self._at({one.programme: _apart(task, one) for one in found}, task, found)

    def _at(self, homes: dict[str, Home], task: Task, found: list[Prepared]) -> list[Prepared]:
        """A source at its places, which is read again if they are not its own alone."""
        said = {
            one.programme: homes[one.programme]._replace(
                beside=self._beside(homes[one.programme], one)
            )
            for one in found
            if one.programme in homes
        }
        if all(home == Home(iri) for iri, home in said.items()):
            return found
        return prepare(task._replace(homes=tuple(said.items())))

    def _home(self, task: Task, one: Prepared, may_move: bool) -> Home:
        """Where a programme stands: with another source's, if that is of the same conference."""
        homes = [
            iri
            for iri, known in self._known.items()
            if known.is_(one.known) and self._of_another(iri, one)
            if may_move or iri == one.programme
        ]
        if homes:
            iri = one.programme if one.programme in homes else min(homes)
            return Home(iri, part_of(slug(task.path.stem, limit=40)))
        apart = may_move and self._of_another(one.programme, one)
        return _apart(task, one) if apart else Home(one.programme)

    def _beside(self, home: Home, one: Prepared) -> tuple[NamedGraph, ...]:
        """What others say at a place."""
        goes = self._given_before(one, home.programme).union(*self.gone.values())
        goes.update(home.graph(graph.iri.rpartition("/graph/")[2]) for graph in one.graphs)
        new = {iri: graph for iri, (_, graph) in self._new.items()}
        stays = {g.iri for g in self.present if g.default and programme_of(g.iri) == home.programme}
        stays -= goes | new.keys()
        old = {g.iri: g for g in self._library.graphs() if g.iri in stays} if stays else {}
        return tuple(
            graph
            for iri, graph in sorted((old | new).items())
            if graph.default and programme_of(iri) == home.programme and iri not in goes
        )

    def _given_before(self, one: Prepared, programme: str) -> set[str]:
        """The graphs of a programme that a source gave before, or that it takes the place of."""
        if one.own and not self._replacing:
            return set()
        return {
            graph.iri
            for graph in self.present
            if graph.key and programme_of(graph.iri) == programme
            if (self._replacing and programme == one.programme) or _same(graph.origin, one.origin)
        }

    def _owner(self, programme: str) -> str:
        """The source that gave a programme first; empty where none did."""
        main = f"{programme}/graph/programme"
        if main in self._new:
            return self._new[main][0]
        gone = set[str]().union(*self.gone.values())
        given = {
            g.iri: g.origin
            for g in self.present
            if programme_of(g.iri) == programme and (g.key or g.origin == SHIPPED)
            if g.iri not in gone
        }
        return given.get(main) or next(iter(given.values()), "")

    def _of_another(self, programme: str, one: Prepared) -> bool:
        """Whether another source gave a programme, of which it does not take the place."""
        if self._replacing and f"{programme}/graph/programme" not in self._new:
            return False
        owner = self._owner(programme)
        return bool(owner) and not _same(owner, one.origin)

    def _check(self, one: Prepared) -> None:
        """See that what a source says is its to say.

        :raises SourceError: it is about what belongs to another.
        """
        graphs = {graph.iri for graph in one.graphs}
        names = {g.iri for g in self.present if programme_of(g.iri) == one.programme}
        own = one.own and graphs & names
        taken = self._of_another(one.programme, one)
        if taken and one.whole and not one.part and not own:
            raise SourceError(
                f"the programme <{one.programme}> is there already, from"
                f" {self._owner(one.programme)}.",
                source=one.origin,
                hint="Name this one by --slug, or put it in the place of the other:"
                " symposia replace.",
            )
        twice = sorted(graphs & self._new.keys())
        if twice:
            raise SourceError(
                f"it is the graph {twice[0]}, and so is {self._new[twice[0]][0]}.",
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


def _apart(task: Task, one: Prepared) -> Home:
    """Where a programme stands whose name is another's."""
    last = one.programme.rpartition("/")[2]
    return Home(f"{task.options.base}{last}-{slug(task.path.stem) or 'source'}"[:200])


def _same(owner: str, origin: str) -> bool:
    """Whether two names are of the same source: a file of the same name, wherever it lies."""
    return Path(owner).name == Path(origin).name
