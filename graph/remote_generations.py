"""Publishing to a SPARQL server: graphs are prepared beside the served ones, then switched.

What is served is the graphs of the manifest, and their union in a graph of its own. A publish

    1. puts what differs into graphs of its own, and a new union, which nobody reads yet;
    2. moves them into place, and the new manifest over the old one, in one update.

Servers with transactions do the second step whole or not at all. On others a publish that is cut
off in it leaves a mark in the old manifest, and the next one first ends what was begun.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import pyoxigraph as ox

from .canonical import keep
from .dataset import NamedGraph
from .endpoint import Endpoint
from .errors import StoreError, SymposiaError
from .exchange import Exchange
from .gone import departures
from .locations import locate
from .manifest import Generation, PublishedGraph, digest_of
from .rdf import quads_of, with_union
from .remote import RemoteStore
from .remote_gone import GONE, forgetting, lines, pruning
from .remote_manifest import (
    MANIFEST,
    STORE,
    Manifest,
    originals_of,
    read_manifest,
    read_number,
    union_of,
)
from .remote_published import PublishedContents, PublishedStore
from .remote_updates import NEXT, drop, gather, staged_name, switch
from .temporary import temporary_folder_of

__all__ = ["RemoteGeneration", "RemoteGenerations"]

_PATIENCE: Final = 3600.0
"""Seconds that a server gets for a step of a publish."""
_LARGEST: Final = 16 * 1024**3
"""Bytes of the largest graph that is fetched in order to validate it."""


@dataclass(frozen=True, slots=True)
class RemoteGeneration(Generation):
    """A published state of the dataset on a SPARQL server.

    :param path: a folder for what has to be fetched from the server.
    """

    endpoint: Endpoint = field(kw_only=True)

    def open(self) -> PublishedStore:
        """Its store."""
        return self._store(union_of(self.id), self.graphs)

    def originals(self) -> PublishedStore:
        """See `Generation.originals`."""
        return self._store(originals_of(self.id), [g for g in self.graphs if g.original])

    def _store(self, union: str, graphs: Iterable[PublishedGraph]) -> PublishedStore:
        names = tuple(graph.iri for graph in graphs)
        contents = PublishedContents(union, names, self.id, self.digest)
        return PublishedStore(self.endpoint, contents)

    def kept(self, digest: str) -> None:
        """See `Generation.kept`: a SPARQL server keeps no files."""

    @property
    def location(self) -> str:
        """See `Generation.location`."""
        return locate(self.open())

    @property
    def originals_location(self) -> str:
        """See `Generation.originals_location`."""
        return locate(self.originals())

    def engine(self) -> ox.Store:
        """See `Generation.engine`; what is missing is fetched, and kept until there is another.

        :raises StoreError: it cannot be fetched.
        """
        folder = self.path / f"{self.digest}.store"
        if not folder.exists():
            for old in self.path.glob("*.store*"):
                shutil.rmtree(old, ignore_errors=True)
            begun = folder.with_suffix(".store-begun")
            made = ox.Store(str(begun))
            for graph in self.named_graphs():
                quads = quads_of(graph)
                made.bulk_extend(with_union(quads) if graph.default else quads)
            made.flush()
            del made
            begun.rename(folder)
        return ox.Store.read_only(str(folder))

    def named_graphs(self) -> list[NamedGraph]:
        """See `Generation.named_graphs`; what is missing is fetched.

        :raises StoreError: it cannot be fetched.
        :raises ReplacedError: there is a newer generation.
        """
        store = self.open().limited(_PATIENCE, _LARGEST)
        for graph in self.graphs:
            file = self.path / graph.file
            if not file.exists():
                lines = sorted({f"{triple} .\n" for triple in store.graph(graph.iri)})
                file.write_text("".join(lines), encoding="utf-8")
        return [graph.named(self.path / graph.file) for graph in self.graphs]


class RemoteGenerations:
    """The published states of a SPARQL server, used like `generations.Generations`.

    :param endpoint: the server; its update and graph store addresses are needed to publish.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._store = RemoteStore(endpoint)
        self._exchange = Exchange(endpoint.limited(_PATIENCE, endpoint.size))
        self._folder: Path | None = None
        self._lock = threading.RLock()
        self._known: RemoteGeneration | None = None
        self.ready: Callable[[], None] = lambda: None
        """See `generations.Generations.ready`."""

    @property
    def data(self) -> Path:
        """A folder for what has to be fetched from the server."""
        if self._folder is None:
            self._folder = temporary_folder_of(self)
        return self._folder

    def current(self) -> RemoteGeneration | None:
        """The generation that is served, or None when nothing was published yet.

        :raises StoreError: the server cannot be asked.
        """
        now = read_number(self._store)
        if now is None:
            return None
        known = self._known
        if known is None or (known.id, known.digest) != now:
            manifest = read_manifest(self._store)
            known = self._known = self._generation(manifest) if manifest else None
        return known

    def history(self) -> list[RemoteGeneration]:
        """The generations that are kept: the current one."""
        now = self.current()
        return [now] if now else []

    def open(self) -> RemoteStore:
        """The store of the current generation, or all that the server shows without one.

        :raises StoreError: the server cannot be asked.
        """
        now = self.current()
        return now.open() if now else self._store

    def stamp(self) -> None:
        """Nothing that could tell, without asking the server, that nothing was published."""

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the one writer of this process; another process is noticed when it has published."""
        with self._lock:
            yield

    def keep_gone(self, before: Generation, now: Generation) -> None:
        """See `generations.Generations.keep_gone`; a graph of the server tells it."""
        with suppress(SymposiaError, OSError):  # it is no reason to take a publish back
            found = [*departures(before, now, self.data)]
            for operation in forgetting([iri for iri, _ in found]):
                self._update([operation])
            if found:
                self._put(GONE, lines(found), "POST")
                for operation in [*pruning(self._store)]:
                    self._update([operation])

    def keep(self, files: Mapping[str, Path]) -> None:
        """Nothing: a SPARQL server keeps no files. The originals of RDF are graphs of it."""

    def publish(
        self,
        graphs: Iterable[NamedGraph],
        origins: Mapping[str, str] | None = None,
        check: Callable[[], None] = lambda: None,
        report: Callable[[str], None] = lambda _: None,
    ) -> RemoteGeneration:
        """Make graphs the current generation, as `generations.Generations.publish`.

        :raises SourceError: a graph's file cannot be read or parsed.
        :raises StoreError: the server cannot be reached, refuses a step, or was published to from
            elsewhere meanwhile.
        """
        with self.lock():
            before = read_manifest(self._store)
            if before is not None and not before.finished:
                before = self._finish(before)
            wanted = {graph.iri: graph for graph in graphs}
            listed = self._listed(wanted, origins or {}, before, report)
            digest = digest_of(listed)
            if before is not None and before.digest == digest:
                return self._generation(before)
            check()
            number = before.number + 1 if before else 1
            created = datetime.now(UTC).replace(microsecond=0)
            after = Manifest(number, created, digest, tuple(listed))
            self._replace(before, after, wanted, report)
            if read_number(self._store) != (number, digest):
                raise StoreError(
                    f"Another process has published to {self.endpoint.origin} meanwhile.",
                    hint="Try again.",
                )
            self._known = self._generation(after)
            return self._known

    def _generation(self, manifest: Manifest) -> RemoteGeneration:
        return RemoteGeneration(
            manifest.number,
            self.data,
            manifest.created,
            manifest.digest,
            manifest.graphs,
            endpoint=self.endpoint,
        )

    def _listed(
        self,
        wanted: Mapping[str, NamedGraph],
        origins: Mapping[str, str],
        before: Manifest | None,
        report: Callable[[str], None],
    ) -> list[PublishedGraph]:
        """What is to be published, by IRI; the triples of each are kept in a file."""
        known = {graph.iri: graph for graph in before.graphs} if before else {}
        listed = []
        for iri, graph in sorted(wanted.items()):
            if iri.startswith(STORE):
                raise StoreError(f"The name <{iri}> is the store's own.", hint="Choose another.")
            old = known.get(iri)
            origin = origins.get(iri) or (old.origin if old else graph.label)
            if old is not None and graph.source == self.data / old.file:
                listed.append(old.told(graph, origin))
                continue
            report(f"reading {graph.label}")
            made = PublishedGraph(iri, graph.label, origin, *keep(graph, self.data))
            listed.append(made.told(graph, origin))
        return listed

    def _replace(
        self,
        before: Manifest | None,
        after: Manifest,
        wanted: Mapping[str, NamedGraph],
        report: Callable[[str], None],
    ) -> None:
        """Put a generation in the place of another."""
        held = {graph.iri: graph.digest for graph in before.graphs} if before else {}
        changed = [g for g in after.graphs if g.triples and held.get(g.iri) != g.digest]
        staged = {graph.iri: staged_name(graph.iri) for graph in changed}
        try:
            for number, graph in enumerate(changed, 1):
                report(f"sending {wanted[graph.iri].label} ({number} of {len(changed)})")
                self._put(staged[graph.iri], (self.data / graph.file).read_bytes())
            self._put(NEXT, "".join(f"{triple} .\n" for triple in after.triples()).encode())
            report("publishing")
            for union, chosen in (
                (after.union, [g for g in after.graphs if g.default]),
                (after.originals, [g for g in after.graphs if g.original]),
            ):
                parts = [staged.get(g.iri, g.iri) for g in chosen if g.triples]
                self._update(gather(parts, union))
            self.ready()
        except SymposiaError:
            self._discard([NEXT, after.union, after.originals, *staged.values()])
            raise
        try:
            self._update(switch(before, after, staged))
        except SymposiaError:
            now = read_manifest(self._store)
            if now is not None and now.number == after.number:
                return  # it was done, and the answer was lost
            if before is not None and now == before:
                self._discard([NEXT, after.union, after.originals, *staged.values()])
            raise

    def _finish(self, before: Manifest) -> Manifest | None:
        """End a switch that was cut off; its mark is only there where graphs may have moved."""
        after = read_manifest(self._store, NEXT)
        if after is None:
            raise StoreError(
                f"A publish to {self.endpoint.origin} was cut off, and what it prepared is gone.",
                hint=f"Remove the graph {MANIFEST} there, and publish everything again.",
            )
        held = {graph.iri: graph.digest for graph in before.graphs}
        names = [g.iri for g in after.graphs if g.triples and held.get(g.iri) != g.digest]
        ahead = {iri: staged_name(iri) for iri in names if self._store.has_graph(staged_name(iri))}
        self._update(switch(before, after, ahead))
        return read_manifest(self._store)

    def _discard(self, graphs: Iterable[str]) -> None:
        """Remove what was prepared, as far as the server lets us."""
        with suppress(SymposiaError):
            self._update([drop(graph) for graph in graphs])

    def _put(self, graph: str, lines: bytes, method: str = "PUT") -> None:
        """Make a graph hold these N-Triples, or (POST) these too."""
        if self.endpoint.graphs is None:
            raise StoreError(
                "The address of the store's Graph Store Protocol is not known.",
                hint="Give it by --store-graphs.",
            )
        url = f"{self.endpoint.graphs}?{urlencode({'graph': graph})}"
        self._exchange.send(method, url, {"Content-Type": "application/n-triples"}, lines)

    def _update(self, operations: Iterable[str]) -> None:
        if self.endpoint.update is None:
            raise StoreError(
                "The address of the store's updates is not known.",
                hint="Give it by --store-update.",
            )
        body = urlencode({"update": " ;\n".join(operations)}).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        self._exchange.send("POST", self.endpoint.update, kind, body, repeatable=False)
