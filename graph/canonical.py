"""Graphs as files of sorted N-Triples, named by their digest, whatever their size."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pyoxigraph as ox

from .rdf import write_triples
from .sorting import Sorter

if TYPE_CHECKING:
    from .dataset import NamedGraph

__all__ = ["Kept", "digest_of", "fingerprint", "keep"]

_PIECE: Final = 256 * 1024
_VERSION: Final = f"1 {ox.__version__}"
"""Stands for how graphs are read and written here."""
_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"|<[^<> ]*+>|_:([^ "<>]++)')


class Kept(NamedTuple):
    """A file in which a graph is kept.

    :param digest: SHA-256 of its content, hexadecimal; the file is called `DIGEST.nt`.
    :param triples: how many distinct triples it has.
    """

    digest: str
    triples: int


def keep(graph: NamedGraph, folder: Path) -> Kept:
    """Keep a graph in a folder as canonical N-Triples, a line a triple, sorted by bytes.

    The same graph gives the same file, however its triples were ordered or written. Blank nodes
    are named after the graph and numbered as they come, so that no two graphs share one by
    accident. The content is on the disk when this returns; the name is after
    `files.sync_folder`.

    See https://www.w3.org/TR/rdf12-n-triples/#canonical-ntriples.

    :raises SourceError: its file cannot be read; RdfSyntaxError where it is broken.
    :raises OSError: the folder cannot be written.
    """
    sketch = folder / f".canonical.{os.getpid()}"
    digest, triples = hashlib.sha256(), 0
    try:
        with Sorter(folder, _Names(graph.iri).rename) as sorter, sketch.open("wb") as file:
            write_triples(graph, sorter)  # type: ignore[arg-type]  # it only writes
            for lines in sorter.batches():
                data = b"".join(lines)
                triples += len(lines)
                digest.update(data)
                file.write(data)
            file.flush()
            os.fsync(file.fileno())
        made = Kept(digest.hexdigest(), triples)
        sketch.replace(folder / f"{made.digest}.nt")
    except BaseException:
        sketch.unlink(missing_ok=True)
        raise
    return made


def digest_of(path: Path) -> str:
    """The digest under which canonical N-Triples in another order would be kept.

    :param path: a file of lines; its blank nodes keep their names.
    :raises OSError: it cannot be read, or its folder cannot be written.
    """
    digest = hashlib.sha256()
    with Sorter(path.parent) as sorter, path.open("rb") as file:
        while data := file.read(_PIECE):
            sorter.write(data)
        for lines in sorter.batches():
            digest.update(b"".join(lines))
    return digest.hexdigest()


def fingerprint(graph: NamedGraph) -> str:
    """What tells that a graph's file would be kept as before, without reading its triples.

    :return: a digest of its bytes and of all else that matters, hexadecimal; empty for a graph that
        is no file, and a file that cannot be read.
    """
    if not isinstance(graph.source, Path):
        return ""
    try:
        with graph.source.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
    except OSError:
        return ""
    digest.update(f"\n{_VERSION} {graph.source.suffix.lower()} {graph.iri}".encode())
    return digest.hexdigest()


class _Names:
    """Blank nodes named after a graph, and numbered as they come."""

    def __init__(self, iri: str) -> None:
        mark = hashlib.sha256(iri.encode()).hexdigest()[:8]
        self._form = b"_:g" + mark.encode() + b"n%d"
        self._names: dict[bytes, bytes] = {}

    def rename(self, lines: list[bytes]) -> list[bytes]:
        """Rename the blank nodes of some lines."""
        return [_TOKEN.sub(self._renamed, line) if b"_:" in line else line for line in lines]

    def _renamed(self, token: re.Match[bytes]) -> bytes:
        if token[1] is None:
            return token[0]
        return self._names.setdefault(token[1], self._form % (len(self._names) + 1))
