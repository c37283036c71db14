"""What had an IRI in an earlier generation and is gone: an IRI, once given out, stays known."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Final, NamedTuple, cast

import pyoxigraph as ox

from .deriving import DERIVED
from .manifest import Generation, PublishedGraph
from .namespaces import BASE, PREFIXES

__all__ = ["MOST", "Gone", "departures", "gone", "keep_gone"]

_FILE: Final = "gone.sqlite"
MOST: Final = 500_000
"""How many are kept; the latest."""
_LINE: Final = f"<{PREFIXES['rdfs']}label>".encode()
_ALTERNATE: Final = f"<{PREFIXES['prov']}alternateOf>".encode()
_IDENTITY: Final = f"{BASE}graph/identity"
_LARGEST: Final = 256 * 1024 * 1024
"""Bytes of the largest graph that is looked through: what it names is held in memory."""
_BATCH: Final = 200
"""IRIs that are asked for at once."""
_NONE: Final = "VALUES ?iri { }"
_SAID: Final = f"""
SELECT DISTINCT ?iri {{
  {{ {_NONE} ?iri ?property ?value }} UNION {{ {_NONE} GRAPH ?graph {{ ?iri ?property ?value }} }}
}}
"""
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS gone (
  iri TEXT PRIMARY KEY, label TEXT, generation INTEGER, instead TEXT
) WITHOUT ROWID
"""


class Gone(NamedTuple):
    """What is known of a thing that is gone.

    :param label: its name.
    :param generation: the last that had it.
    :param instead: IRIs of those that were one with it.
    """

    label: str
    generation: int
    instead: tuple[str, ...]


def keep_gone(before: Generation, now: Generation, data: Path) -> None:
    """Keep what a generation had and the next has no more, in a file of the data folder.

    Only graphs that were changed or removed are read. Where the file cannot be written nothing is
    kept: that is no reason to take a publish back.
    """
    with suppress(OSError, sqlite3.Error):
        if rows := [*departures(before, now, data / "graphs")]:
            _write(data / _FILE, rows)


def departures(before: Generation, now: Generation, folder: Path) -> Iterator[tuple[str, Gone]]:
    """What a generation had and the next has no more, by its IRI.

    :param folder: where the files of both their graphs are.
    :raises SymposiaError: a SPARQL server that holds the dataset cannot be asked.
    """
    new = {graph.iri: graph for graph in now.graphs}
    told = [graph for graph in before.graphs if graph.default and _told(graph)]
    changed = [g for g in told if g.iri not in new or new[g.iri].digest != g.digest]
    labels: dict[str, bytes] = {}
    for graph in changed:
        labels.update(_labels(folder / graph.file))
    for graph in (new[g.iri] for g in changed if g.iri in new):
        for iri in _labels(folder / graph.file):
            labels.pop(iri, None)
    left = {iri: _label(labels[iri]) for iri in _unknown(now, sorted(labels))}
    instead = _instead(before, folder, left) if left else {}
    for iri, label in left.items():
        yield iri, Gone(label, before.id, instead.get(iri, ()))


def gone(data: Path, iri: str) -> Gone | None:
    """What is known of a thing that is gone; None where there never was such a thing.

    :param data: the data folder.
    """
    path = data / _FILE
    with suppress(OSError, sqlite3.Error):
        if path.is_file():
            address = f"{path.absolute().as_uri()}?mode=ro"
            with closing(sqlite3.connect(address, uri=True)) as database:
                query = "SELECT label, generation, instead FROM gone WHERE iri = ?"
                row = database.execute(query, (iri,)).fetchone()
            return Gone(row[0], row[1], tuple(row[2].split())) if row else None
    return None


def _told(graph: PublishedGraph) -> bool:
    """Whether a graph is a source's, and not what is worked out from those."""
    return graph.iri not in DERIVED and not graph.iri.startswith(f"{BASE}graph/links/")


def _labels(path: Path) -> dict[str, bytes]:
    """What a graph names, with the line that does."""
    found: dict[str, bytes] = {}
    for line in _lines(path, _LINE):
        if line.startswith(b"<"):
            found.setdefault(line[1 : line.index(b">")].decode(), line)
    return found


def _label(line: bytes) -> str:
    return next(str(getattr(t.object, "value", "")) for t in ox.parse(line, ox.RdfFormat.N_TRIPLES))


def _lines(path: Path, predicate: bytes) -> Iterator[bytes]:
    """The lines of N-Triples, as we write them, with a predicate."""
    with suppress(OSError), path.open("rb") as file:
        for line in file if path.stat().st_size <= _LARGEST else ():
            if line.split(b" ", 2)[1:2] == [predicate]:
                yield line


def _unknown(now: Generation, iris: Sequence[str]) -> Iterator[str]:
    """Those of which a generation says nothing."""
    if not iris:
        return
    store = now.open()
    for start in range(0, len(iris), _BATCH):
        part = iris[start : start + _BATCH]
        values = " ".join(str(ox.NamedNode(iri)) for iri in part)
        asked = _SAID.replace(_NONE, f"VALUES ?iri {{ {values} }}")
        known = {row["iri"].value for row in cast("ox.QuerySolutions", store.query(asked))}
        yield from (iri for iri in part if iri not in known)


def _instead(
    before: Generation, folder: Path, wanted: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """Those that were one with each."""
    graph = next((each for each in before.graphs if each.iri == _IDENTITY), None)
    if graph is None:
        return {}
    first: dict[str, str] = {}
    members: dict[str, list[str]] = {}
    for line in _lines(folder / graph.file, _ALTERNATE):
        one, _, other = (part.strip(b"<>").decode() for part in line.split(b" ")[:3])
        first[one] = other
        members.setdefault(other, []).append(one)
    return {
        iri: tuple(each for each in members[first[iri]] if each != iri)
        for iri in wanted
        if iri in first
    }


def _write(path: Path, found: Iterable[tuple[str, Gone]]) -> None:
    rows = ((iri, was.label, was.generation, " ".join(was.instead)) for iri, was in found)
    with closing(sqlite3.connect(path, timeout=5)) as database, database:
        database.execute(_TABLE)
        database.executemany("INSERT OR REPLACE INTO gone VALUES (?, ?, ?, ?)", rows)
        (number,) = database.execute("SELECT count(*) FROM gone").fetchone()
        if number > MOST:
            database.execute(
                "DELETE FROM gone WHERE iri IN (SELECT iri FROM gone ORDER BY generation, iri"
                " LIMIT ?)",
                (number - MOST,),
            )
