"""A published generation of the dataset and its manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from .dataset import NamedGraph
from .files import replace_file
from .store import Store

__all__ = [
    "KEPT",
    "ORIGINALS",
    "Generation",
    "PublishedGraph",
    "digest_of",
    "read_generation",
    "write_manifest",
]

ORIGINALS: Final = "originals"
"""The folder beside a generation's store in which originals are by themselves."""

KEPT: Final = "originals"
"""The folder of the data folder with the bytes of sources, named by their digests."""


@dataclass(frozen=True, slots=True)
class PublishedGraph:
    """A named graph of a generation.

    :param origin: where it came from, for people: a file name, an address, or "shipped".
    :param digest: SHA-256 of its canonical N-Triples, hexadecimal; they are in DATA/graphs.
    :param triples: how many distinct triples it has.
    :param fingerprint: of the file that it was read from, as `canonical.fingerprint` gives it.
    :param default, format, key, problems, sources: as `dataset.NamedGraph` has them.
    """

    iri: str
    label: str
    origin: str
    digest: str
    triples: int
    fingerprint: str = ""
    default: bool = True
    format: str = ""
    key: str = ""
    problems: int = 0
    sources: tuple[str, ...] = ()

    @property
    def original(self) -> bool:
        """See `NamedGraph.original`."""
        return self.named(Path()).original

    def named(self, source: Path) -> NamedGraph:
        """It, as it can be published again.

        :param source: the file that holds its triples.
        """
        return NamedGraph(
            self.iri,
            source,
            self.label,
            self.default,
            self.format,
            self.key,
            self.problems,
            self.sources,
        )

    def told(self, graph: NamedGraph, origin: str) -> PublishedGraph:
        """The same triples, with what a graph is said to be now."""
        return replace(
            self,
            iri=graph.iri,
            label=graph.label,
            origin=origin,
            default=graph.default,
            format=graph.format,
            key=graph.key,
            problems=graph.problems,
            sources=graph.sources,
        )

    @property
    def file(self) -> str:
        """The name of its file in DATA/graphs."""
        return f"{self.digest}.nt"


@dataclass(frozen=True, slots=True)
class Generation:
    """A published state of the dataset; it never changes.

    :param id: its number, counted from 1.
    :param path: its folder.
    :param created: when it was published, UTC.
    :param digest: SHA-256 over the names and digests of its graphs, hexadecimal.
    :param graphs: its graphs, by IRI.
    """

    id: int
    path: Path
    created: datetime
    digest: str
    graphs: tuple[PublishedGraph, ...]

    @property
    def triples(self) -> int:
        """The number of triples over all graphs."""
        return sum(graph.triples for graph in self.graphs)

    @property
    def location(self) -> str:
        """Where its store is, for `locations.open_store` in another process."""
        return str(self.path / "store")

    def engine(self) -> ox.Store:
        """Its store as the engine has it, read-only.

        :raises OSError: it is missing or broken.
        """
        return ox.Store.read_only(self.location)

    def copy(self, folder: Path) -> ox.Store:
        """A store with its content that can be changed; it shares unchanged files.

        :param folder: where it is made; must not be there.
        :raises OSError: it cannot be written.
        """
        self.engine().backup(str(folder))
        return ox.Store(str(folder))

    @property
    def originals_location(self) -> str:
        """Where the store of its originals is, likewise."""
        return str(self.path / ORIGINALS)

    def originals(self) -> Store:
        """Open the store of its originals, read-only: their union is its default graph.

        :raises StoreError: the store is missing or broken.
        """
        return Store.open(self.originals_location) if self.has_originals else Store.memory()

    @property
    def has_originals(self) -> bool:
        """Whether any of its graphs is an original."""
        return any(graph.original for graph in self.graphs)

    def kept(self, digest: str) -> Path | None:
        """The bytes of a source that it was read from; None where they are not here.

        :param digest: SHA-256, hexadecimal.
        """
        path = self.path.parent.parent / KEPT / digest
        named = any(digest in graph.sources for graph in self.graphs)
        return path if named and path.is_file() else None

    def open(self) -> Store:
        """Open its store, read-only. It stays usable when the generation is removed meanwhile.

        :raises StoreError: the store is missing or broken.
        """
        return Store.open(self.path / "store")

    def named_graphs(self) -> list[NamedGraph]:
        """Its graphs, as they can be published again together with others."""
        sources = self.path.parent.parent / "graphs"
        return [graph.named(sources / graph.file) for graph in self.graphs]


def digest_of(graphs: Iterable[PublishedGraph]) -> str:
    """What is another where any graph is: SHA-256, hexadecimal."""
    lines = "".join(f"{g.iri} {g.digest}{'' if g.default else ' apart'}\n" for g in graphs)
    return hashlib.sha256(lines.encode()).hexdigest()


def read_generation(path: Path) -> Generation | None:
    """Read the generation in a folder; None where it is not whole."""
    try:
        manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
        graphs = tuple(_graph(**graph) for graph in manifest["graphs"])
        created = datetime.fromisoformat(manifest["created"])
        return Generation(int(path.name), path, created, str(manifest["digest"]), graphs)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _graph(*, sources: Iterable[str] = (), **fields: Any) -> PublishedGraph:
    return PublishedGraph(**fields, sources=tuple(sources))


def write_manifest(generation: Generation, path: Path) -> None:
    """Write the manifest of a generation to a file, whole or not at all."""
    manifest = {
        "created": generation.created.isoformat(),
        "digest": generation.digest,
        "graphs": [asdict(graph) for graph in generation.graphs],
    }
    replace_file(path, (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode())
