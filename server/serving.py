"""What is served at this moment: a store, the generation it is, and when it was published."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from secrets import token_hex
from typing import Any

from ..graph.dataset import shipped
from ..graph.errors import StoreError
from ..graph.generations import Generation, Generations
from ..graph.library import SHIPPED
from ..graph.locations import locate
from ..graph.remote_generations import RemoteGeneration, RemoteGenerations
from ..graph.scratch import Scratch
from ..graph.store import Store, Term
from ..graph.writer import Writer
from .build import program
from .evaluation import Evaluator, InProcess, Workers
from .lanes import Lanes
from .ours import Ahead, Found, Here, Ours, Query, There
from .prepared import Apart, AtHand, Prepared
from .terms import Row

__all__ = ["Served", "Serving"]


@dataclass(frozen=True)
class Served:
    """A dataset that never changes while it is served.

    :param generation: its number; 0 for a store that was never published.
    :param published: when it was published, if it was.
    :param base: the IRI under which its things live, with a slash at the end.
    :param labels: what its named graphs are, by IRI.
    :param shipped: the IRIs of those graphs that come with the project.
    :param triples: how many there are over all graphs, where that is known.
    :param memo: what pages have worked out from this dataset and want to keep.
    :param workers: what evaluates the queries of strangers; None evaluates them in this process.
    :param ours: what answers our own queries; None answers them in this process.
    :param version: stands for all of this and for the program, as nothing else does; empty where
        the store may change by itself.
    :param held: what must stay as long as this is served.
    :param prepared: the files that are made from it; None where nothing is to be made.
    """

    store: Store
    generation: int
    published: datetime | None
    base: str
    labels: Mapping[str, str] = field(default_factory=dict)
    shipped: frozenset[str] = frozenset()
    triples: int | None = None
    memo: dict[str, object] = field(default_factory=dict, compare=False)
    workers: Workers | None = field(default=None, compare=False)
    ours: Ours | None = field(default=None, compare=False)
    version: str = field(default="", compare=False)
    held: object = field(default=None, compare=False)
    prepared: Prepared | None = field(default=None, compare=False)

    @cached_property
    def mark(self) -> str:
        """What entity tags of answers that are made from it begin with."""
        digest = hashlib.blake2b(self.version.encode(), digest_size=8).hexdigest()
        return f"{self.generation}-{digest}"

    @property
    def evaluator(self) -> Evaluator:
        """What evaluates the queries of strangers."""
        return self.workers or InProcess(self.store)

    def query(self, text: str, bindings: Mapping[str, Term] | None = None) -> Found:
        """The answer of one of our own queries, as `Ours.ask`.

        :param bindings: values of variables, by name without `?`.
        """
        return self.ask((text, bindings or {}))[0]

    def ask(self, *queries: Query) -> list[Found]:
        """The answers of several of our own queries, asked at once, as `Ours.ask`."""
        return self._ours.ask(queries)

    def tables(self, *queries: Query) -> list[list[Row]]:
        """The solutions of several of our own SELECT queries, as `Ours.ask`.

        :param queries: the text of each, and values of variables that it selects and has bound.
        """
        return [self.rows(found) for found in self.ask(*queries)]

    def rows(self, found: Any) -> list[Row]:
        """The solutions in the answer of a SELECT query."""
        names = [variable.value for variable in found.variables]
        return [Row.of(solution, names, self.base) for solution in found]

    def expecting(self, *queries: Query) -> Served:
        """The same, which asks some queries with the first that it is asked: see `ours.Ahead`."""
        return replace(self, ours=Ahead(self.ours, queries)) if self.ours else self

    def file(self, name: str) -> Path:
        """The path of a file that is made once from it, as `Prepared.file`."""
        assert self.prepared is not None, "nothing is prepared of it"  # noqa: S101
        return self.prepared.file(name)

    @contextmanager
    def apart(self, seconds: float) -> Iterator[Served]:
        """The same for queries that take longer than a page may; see `Ours.apart`."""
        with self._ours.apart(seconds) as ours:
            yield replace(self, ours=ours)

    @property
    def _ours(self) -> Ours:
        return self.ours or Here(self.store)


class Serving:
    """Gives each request the dataset that is current at that moment.

    :param data: the data folder whose current generation is served, or a SPARQL server or a scratch
        store in its place; None for a store in memory.
    :param base: the IRI under which the things of the dataset live.
    :param store: what is served without a data folder; None for the graphs that are shipped.
    :param writer: what changes the dataset.
    :param lanes: the workers that evaluate the queries of strangers, from the data folder's store.
    """

    def __init__(
        self,
        data: Path | RemoteGenerations | Scratch | None,
        base: str,
        store: Store | None = None,
        writer: Writer | None = None,
        lanes: Lanes | None = None,
    ) -> None:
        self._lanes = lanes
        self.writer = writer
        self._base = base
        self._generations = _generations(data) if store is None else None
        self._lock = threading.Lock()
        self._served: Served | None = None
        self._seen: tuple[Served, object] | None = None
        self._unpublished: Prepared | None = None
        if self._generations is None:
            graphs = shipped() if store is None else []
            labels = {graph.iri: graph.label for graph in graphs}
            held = store or Store.memory(graphs)
            self._served = Served(
                held,
                0,
                None,
                base,
                labels,
                frozenset(labels),
                version=token_hex() if store is None else "",
                prepared=Prepared(AtHand(held), None, lasting=store is None),
            )

    def now(self) -> Served:
        """What is served now; a generation published since the last call is picked up.

        :raises StoreError: nothing was published yet, or the store cannot be opened.
        """
        if self._generations is None:
            assert self._served is not None  # noqa: S101  set at the start
            return self._served
        served = self.unchanged()
        if served is not None:
            return served
        stamp = self._generations.stamp()
        current = self._generations.current()
        if current is None:
            if isinstance(self._generations, RemoteGenerations):
                return self._as_it_is(self._generations)
            raise StoreError(
                f"Nothing has been published to {self._generations.data} yet.",
                hint="Publish something: symposia add.",
            )
        with self._lock:
            if self._served is None or self._served.version != self._version(current):
                self.close()  # nobody needs what is still being made of the one before
                self._served = self._open(current)
            self._seen = (self._served, stamp) if stamp is not None else None
            return self._served

    def unchanged(self) -> Served | None:
        """What was served last, if that is what is served now; never waits."""
        if self._generations is None:
            assert self._served is not None  # noqa: S101  set at the start
            return self._served
        if self._seen is None:
            return None
        served, stamp = self._seen
        return served if stamp == self._generations.stamp() else None

    def close(self) -> None:
        """Stop making files of what is served, where another process makes them."""
        begun, self._unpublished = [self._unpublished], None
        if self._generations is not None and self._served is not None:
            begun.append(self._served.prepared)
        for prepared in begun:
            if prepared is not None:
                prepared.close()

    def _as_it_is(self, server: RemoteGenerations) -> Served:
        """What a SPARQL server holds that was put there by others, and may change at any time."""
        store = server.open()
        location = locate(store)
        workers, ours = self._asking(location)
        with self._lock:
            if self._unpublished is None:
                making = Apart(location) if self._lanes else AtHand(store)
                self._unpublished = Prepared(making, None, lasting=False)
        prepared = self._unpublished
        return Served(store, 0, None, self._base, workers=workers, ours=ours, prepared=prepared)

    def _asking(self, location: str) -> tuple[Workers | None, Ours | None]:
        """What asks the store at a location, which is opened: for strangers, and for us."""
        if self._lanes is None:
            return None, None
        self._lanes.prepare(location)
        return Workers(self._lanes.queries, location), There(self._lanes.pages, location)

    def _open(self, generation: Generation) -> Served:
        labels = {graph.iri: graph.label for graph in generation.graphs}
        own = frozenset(graph.iri for graph in generation.graphs if graph.origin == SHIPPED)
        workers, ours = self._asking(generation.location)
        store = generation.open()
        return Served(
            store,
            generation.id,
            generation.created,
            self._base,
            labels,
            own,
            generation.triples if generation.graphs else None,
            workers=workers,
            ours=ours,
            version=self._version(generation),
            held=generation,
            prepared=self._prepared(generation, store),
        )

    def _prepared(self, generation: Generation, store: Store) -> Prepared:
        """The files of a generation: in its folder, if it has one, and so gone when it is."""
        remote = isinstance(generation, RemoteGeneration)
        digest = hashlib.blake2b(_identity(generation).encode(), digest_size=12).hexdigest()
        folder = None if remote else generation.path / "prepared" / digest
        if self._lanes is None:
            return Prepared(AtHand(store), folder)
        prepared = Prepared(Apart(generation.location), folder)
        prepared.begin()
        return prepared

    def _version(self, generation: Generation) -> str:
        # The descriptions tell whether there is a writer.
        return f"{self._base} {self.writer is not None} {_identity(generation)}"


def _identity(generation: Generation) -> str:
    """What stands for a generation and for the program that shows it."""
    return f"{program()} {generation.id} {generation.digest} {generation.created}"


def _generations(
    data: Path | RemoteGenerations | Scratch | None,
) -> Generations | RemoteGenerations | Scratch | None:
    return Generations(data) if isinstance(data, Path) else data
