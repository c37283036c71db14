"""The dataset of a data folder: adding, removing and publishing graphs, always validated."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Final

from platformdirs import user_data_path

from .dataset import NamedGraph, programme_of, shipped
from .deriving import DERIVED, Derivation
from .errors import ShapeError, SourceError, StoreError
from .generations import Generation, Generations, PublishedGraph
from .joining import GRAPHS, Home
from .namespaces import BASE
from .rdf import quads_of
from .store import Store
from .temporary import temporary_folder

if TYPE_CHECKING:
    from .remote_generations import RemoteGenerations
    from .validation import Report

__all__ = ["Change", "Library", "data_folder", "find_graphs", "iri_of"]

SHIPPED: Final = "shipped"
"""The origin of graphs that come with the project."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Change:
    """What a change of the dataset did.

    :param generation: what is served after it.
    :param added, replaced, unchanged, removed: IRIs of graphs.
    :param report: of the validation; None where nothing had to be validated.
    """

    generation: Generation
    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    report: Report | None = None


class Library:
    """The dataset of a data folder.

    Until something is published it is the shipped graph. Nothing that breaks a shape is published.

    :param data: the folder, or a SPARQL server in its place.
    """

    def __init__(self, data: str | Path | RemoteGenerations) -> None:
        self.generations: Generations | RemoteGenerations = (
            Generations(data) if isinstance(data, str | Path) else data
        )

    def store(self) -> Store:
        """The store of the current generation, or the shipped graph in memory.

        A SPARQL server to which nothing was published is shown as it is.

        :raises StoreError: the store is missing or broken.
        """
        return self.generations.open() or Store.memory(shipped())

    def unchanged(self) -> Change | None:
        """What is published, as a change that changed nothing; None where nothing is."""
        now = self.generations.current()
        if now is None:
            return None
        return Change(now, unchanged=tuple(graph.iri for graph in now.graphs))

    def originals(self) -> Store:
        """The originals of foreign sources; their union is the default graph.

        :raises StoreError: the store is missing or broken.
        """
        now = self.generations.current()
        return now.originals() if now else Store.memory()

    def graphs(self) -> list[NamedGraph]:
        """The graphs of the dataset."""
        latest = self._latest()
        return shipped() if latest is None else latest.named_graphs()

    def contents(self) -> list[PublishedGraph]:
        """The graphs of the dataset with their origins and sizes, by IRI."""
        latest = self._latest()
        if latest is not None:
            return list(latest.graphs)
        return [PublishedGraph(g.iri, g.label, SHIPPED, "", len({*quads_of(g)})) for g in shipped()]

    def violations(self) -> dict[str, int]:
        """How many violations of each programme's sources are kept apart, by its IRI."""
        graphs = self.contents()
        sources = {(programme_of(g.iri), g.key, g.origin): g.problems for g in graphs}
        found: Counter[str] = Counter()
        for (programme, *_), number in sources.items():
            found[programme] += number
        return dict(found)

    def publish(self, progress: Progress = lambda _: None) -> Change:
        """Publish the dataset as it is, with the shipped graphs brought up to date.

        Shipped graphs that were removed stay away, and those that were replaced stay so.

        :raises ShapeError: the dataset breaks a shape; the last generation still serves.
        :raises StoreError: the folder cannot be written, is full, or another writer holds it.
        """
        with self.generations.lock():
            latest = self._latest()
            wanted = {graph.iri: graph for graph in self.graphs()}
            origins = _origins(latest)
            for graph in shipped():
                if origins.get(graph.iri, SHIPPED if latest is None else "") == SHIPPED:
                    wanted[graph.iri] = graph
                    origins[graph.iri] = SHIPPED
            return self._change(latest, wanted, origins, progress)

    def include(
        self,
        graphs: Mapping[str, Iterable[NamedGraph]],
        gone: Collection[str] = (),
        files: Mapping[str, Path] | None = None,
        *,
        valid: bool = False,
        progress: Progress = lambda _: None,
    ) -> Change:
        """Publish the dataset with whole programmes that were read from sources.

        :param graphs: the graphs of each source, by what it is called.
        :param gone: IRIs of graphs that go, unless they are among these.
        :param files: the files that were read, by SHA-256; their bytes are kept.
        :param valid: whether what is added is known to break no shape together with the rest.
        :raises ShapeError: the dataset would break a shape; nothing changed.
        :raises StoreError: the folder cannot be written, is full, or another writer holds it.
        """
        with self.generations.lock():
            latest = self._latest()
            before = self.graphs()
            wanted = {g.iri: g for g in before if g.iri not in gone}
            origins = _origins(latest) or dict.fromkeys((g.iri for g in before), SHIPPED)
            for origin, added in graphs.items():
                for graph in added:
                    wanted[graph.iri] = graph
                    origins[graph.iri] = origin
            self.generations.keep(files or {})
            return self._change(latest, wanted, origins, progress, valid=valid)

    def remove(self, names: Iterable[str], progress: Progress = lambda _: None) -> Change:
        """Remove graphs from the dataset and publish it.

        :param names: IRIs of graphs or programmes (all their graphs), whole or without the base.
        :raises SourceError: nothing has such a name.
        :raises ShapeError: what stays would break a shape; nothing changed.
        :raises StoreError: the folder cannot be written, is full, or another writer holds it.
        """
        with self.generations.lock():
            latest = self._latest()
            wanted = {graph.iri: graph for graph in self.graphs()}
            origins = _origins(latest) or dict.fromkeys(wanted, SHIPPED)
            for name in names:
                for iri in find_graphs(name, wanted):
                    wanted.pop(iri)
            return self._change(latest, wanted, origins, progress)

    def revise(
        self,
        changed: Iterable[NamedGraph],
        removed: Iterable[str],
        origin: str,
        progress: Progress = lambda _: None,
        *,
        valid: bool = False,
    ) -> Change:
        """Publish the dataset with some graphs changed, or new, and some removed.

        :param removed: IRIs of graphs; one that is not there does not matter.
        :param origin: where graphs that no source gave came from, for people.
        :param valid: whether the change is known to break no shape together with the rest.
        :raises ShapeError: the dataset would break a shape; nothing changed.
        :raises StoreError: the folder cannot be written, is full, or another writer holds it.
        """
        with self.generations.lock():
            latest = self._latest()
            wanted = {graph.iri: graph for graph in self.graphs()}
            origins = _origins(latest) or dict.fromkeys(wanted, SHIPPED)
            for iri in removed:
                wanted.pop(iri, None)
            for graph in changed:
                wanted[graph.iri] = graph
                if not graph.key:  # what a source gave stays the source's
                    origins[graph.iri] = origin
            return self._change(latest, wanted, origins, progress, valid=valid)

    def _latest(self) -> Generation | None:
        try:
            return self.generations.current()
        except StoreError:
            return next(reversed(self.generations.history()), None)

    def _change(
        self,
        before: Generation | None,
        wanted: Mapping[str, NamedGraph],
        origins: Mapping[str, str],
        progress: Progress,
        *,
        valid: bool = False,
    ) -> Change:
        report: Report | None = None

        def check() -> None:
            nonlocal report
            if not valid:
                report = _checked(wanted.values(), progress)

        with temporary_folder() as folder:
            derivation = Derivation(wanted.values(), before, self.generations.data)
            wanted = {graph.iri: graph for graph in derivation.graphs(folder)}
            origins = {**origins, **dict.fromkeys(DERIVED, "derived")}
            now = self.generations.publish(wanted.values(), origins, check, progress)
            derivation.keep(now)
        if before is not None and before.id != now.id:
            self.generations.keep_gone(before, now)
        old = {graph.iri: graph.digest for graph in before.graphs} if before else {}
        new = {graph.iri: graph.digest for graph in now.graphs}
        return Change(
            generation=now,
            added=tuple(iri for iri in new if iri not in old),
            replaced=tuple(iri for iri in new if old.get(iri, new[iri]) != new[iri]),
            unchanged=tuple(iri for iri in new if old.get(iri) == new[iri]),
            removed=tuple(iri for iri in old if iri not in new),
            report=report,
        )


def _checked(graphs: Iterable[NamedGraph], progress: Progress) -> Report:
    from .validation import validate

    progress("validating")
    report = validate(*(graph for graph in graphs if graph.default))
    if not report.conforms:
        number = len(report.violations)
        raise ShapeError(
            f"The dataset would break the shapes ({number} violation{'s' * (number > 1)});"
            " nothing was published.",
            report=report,
        )
    return report


def _origins(generation: Generation | None) -> dict[str, str]:
    return {graph.iri: graph.origin for graph in generation.graphs} if generation else {}


def find_graphs(name: str, graphs: Iterable[str]) -> list[str]:
    """The graphs that a name stands for.

    :param name: IRI of a graph, of a programme (all its graphs), or of the part of one that another
        source gave (`iswc-2015/calendars`), whole or without the base.
    :param graphs: IRIs of the graphs there are.
    :raises SourceError: nothing has such a name.
    """
    graphs = list(graphs)
    whole = iri_of(name)
    programme, _, part = whole.rstrip("/").rpartition("/")
    of_part = {Home(programme, part).graph(kind) for kind in GRAPHS}
    found = [
        iri
        for iri in graphs
        if iri == whole or iri.startswith(whole.rstrip("/") + "/") or iri in of_part
    ]
    if not found:
        short = [iri.removeprefix(BASE) for iri in graphs]
        short += sorted({text.partition("/graph/")[0] for text in short if "/graph/" in text})
        near = get_close_matches(name.removeprefix(BASE), short, n=3, cutoff=0.4)
        hint = f"Did you mean {', '.join(near)}?" if near else "List them: symposia list"
        raise SourceError(f"No graph or programme is called '{name}'.", hint=hint)
    return found


def iri_of(name: str) -> str:
    """The IRI of a graph or programme that is named whole or without the base."""
    return name if "://" in name else BASE + name.strip("/")


def data_folder(folder: str | Path | None = None) -> Path:
    """The data folder that is meant; by default SYMPOSIA_DATA, else the user's."""
    if folder is None:
        folder = os.environ.get("SYMPOSIA_DATA") or user_data_path("symposia", appauthor=False)
    return Path(folder)
