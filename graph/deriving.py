"""The graphs that are derived from all others whenever the dataset changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from .canonical import fingerprint
from .dataset import NamedGraph
from .files import replace_file
from .identity import identities
from .linking.checking import contradicted, settled_anew
from .linking.facts import PROPERTIES
from .linking.links import LINKS, read_links, stated_in
from .manifest import Generation, PublishedGraph
from .namespaces import BASE, PREFIXES
from .rdf import quads_of
from .store import Store
from .topics import matched_topics

__all__ = ["DERIVED", "READ", "Derivation", "derive", "gather"]

DERIVED: Final = frozenset({f"{BASE}graph/identity", f"{BASE}graph/matched-topics"})
"""The IRIs of graphs that are derived."""

READ: Final = frozenset(
    PREFIXES[prefix] + name
    for prefix, names in {
        "foaf": ("homepage", "mbox_sha1sum", "name"),
        "owl": ("sameAs",),
        "rdf": ("type",),
        "rdfs": ("label",),
        "schema": ("keywords", "sameAs"),
        "skos": ("altLabel", "inScheme", "prefLabel"),
        "sym": ("of", "topic"),
    }.items()
    for name in names
)
"""The properties that the questions of `queries/derived` ask for."""

_PROGRAM: Final = (
    *(f"graph/{name}.py" for name in ("derived", "deriving", "identity", "topics")),
    *(
        f"graph/linking/{name}.py"
        for name in ("checking", "clusters", "decisions", "facts", "links", "resolving")
    ),
)


class Derivation:
    """The derived graphs of a dataset, which are made again only where they may have become others.

    A note in the data folder says what those of the last publish were derived from.

    :param graphs: all graphs of the dataset.
    :param before: the generation that was published last.
    :param data: the data folder.
    """

    def __init__(self, graphs: Iterable[NamedGraph], before: Generation | None, data: Path) -> None:
        self._graphs = [graph for graph in graphs if graph.iri not in DERIVED]
        self._before = before
        self._note = data / "derived.json"
        self._mark = _mark(self._graphs, before)

    def graphs(self, folder: Path) -> list[NamedGraph]:
        """The graphs of the dataset with those that are derived.

        :param folder: where these are written.
        :raises SourceError: a graph's file cannot be read or parsed.
        """
        if self._before is not None and self._mark:
            with suppress(OSError, ValueError):
                note = json.loads(self._note.read_text("utf-8"))
                if note == self._noted(self._before):
                    known = [g for g in self._before.named_graphs() if g.iri in DERIVED]
                    return [*self._graphs, *known]
        return [*self._graphs, *derive(self._graphs, folder)]

    def keep(self, now: Generation) -> None:
        """Note what the derived graphs of a generation were derived from.

        :param now: what was published of these graphs.
        """
        note = json.dumps(self._noted(now)).encode()
        with suppress(OSError):  # without it they are derived again
            if self._mark and (not self._note.exists() or self._note.read_bytes() != note):
                replace_file(self._note, note)

    def _noted(self, generation: Generation) -> dict[str, object]:
        derived = {g.iri: g.digest for g in generation.graphs if g.iri in DERIVED}
        return {"from": self._mark, "derived": derived}


def _mark(graphs: Iterable[NamedGraph], before: Generation | None) -> str:
    """What stands for all that is derived from, and for how; empty where that is not known."""
    held = {graph.iri: graph for graph in before.graphs} if before else {}
    digest = hashlib.sha256(ox.__version__.encode())
    root = files("symposia")
    for name in _PROGRAM:
        digest.update((root / name).read_bytes())
    for query in sorted((root / "queries" / "derived").iterdir(), key=lambda path: path.name):
        digest.update(query.read_bytes())
    for graph in sorted((graph for graph in graphs if graph.default), key=lambda g: g.iri):
        mark = _mark_of(graph, held.get(graph.iri))
        if not mark:
            return ""
        digest.update(f"\n{graph.iri} {mark}".encode())
    return digest.hexdigest()


def _mark_of(graph: NamedGraph, known: PublishedGraph | None) -> str:
    """What stands for the content of a graph; the same before it is published and afterwards."""
    kept = known and isinstance(graph.source, Path) and graph.source.name == known.file
    return (known.fingerprint or known.digest) if known and kept else fingerprint(graph)


def derive(graphs: Iterable[NamedGraph], folder: Path) -> list[NamedGraph]:
    """Derive graphs from those of a dataset: who is who, and which topics keywords stand for.

    A graph with nothing to say is left out. What was derived before is not read. Where links state
    what the dataset has come to contradict, they are settled anew, and their graphs are given too.

    :param graphs: all graphs of the dataset; those of links tell who else is one.
    :param folder: where the graphs are written, as N-Triples.
    :raises SourceError: a graph's file cannot be read or parsed.
    """
    graphs = [graph for graph in graphs if graph.default and graph.iri not in DERIVED]
    linked = [graph for graph in graphs if graph.iri.startswith(LINKS)]
    links = [stated_in(graph) for graph in linked]
    wanted = READ | PROPERTIES if linked else READ
    store = gather((graph for graph in graphs if graph not in linked), wanted)
    anew: list[NamedGraph] = []
    if contradicted(store, links):
        whole = [read_links(g.iri.removeprefix(LINKS), quads_of(g)) for g in linked]
        links = settled_anew(store, whole)
        anew = [each.graph(folder) for each in links if each not in whole]
    made = (identities(store, folder, links), matched_topics(store, folder))
    return [*anew, *(graph for graph in made if graph is not None)]


def gather(graphs: Iterable[NamedGraph], properties: Collection[str] | None = None) -> Store:
    """The union of graphs in memory, where it is asked faster than on disk.

    :param properties: IRIs of the properties that are taken; all if not given.
    :raises SourceError: a graph's file cannot be read or parsed.
    """
    engine = ox.Store()
    marks = None if properties is None else {f"<{iri}>".encode() for iri in properties}
    for graph in graphs:
        if isinstance(graph.source, Path) and graph.source.suffix == ".nt":
            lines = _lines(graph.source, marks) if marks is not None else graph.source.read_bytes()
            engine.bulk_load(lines, ox.RdfFormat.N_TRIPLES, lenient=True)
        else:
            engine.bulk_extend(
                ox.Quad(*quad.triple)
                for quad in quads_of(graph)
                if properties is None or quad.predicate.value in properties
            )
    return Store(engine, union=False)


def _lines(path: Path, marks: Collection[bytes]) -> bytes:
    """The lines of N-Triples, as we write them, whose property is among those that are marked."""
    with path.open("rb") as file:
        return b"".join(line for line in file if line.split(b" ", 2)[1] in marks)
