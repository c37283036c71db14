"""Graphs as files of sorted N-Triples, named by their digest, whatever their size."""

from __future__ import annotations

import hashlib
import io
import os
import re
import tempfile
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, NamedTuple

import pyoxigraph as ox

from .rdf import write_triples

if TYPE_CHECKING:
    from .dataset import NamedGraph

__all__ = ["Kept", "digest_of", "fingerprint", "keep"]

_RUN: Final = 24 * 1024 * 1024
"""Bytes that are sorted in memory; they take four times as much there."""
_BLOCK: Final = 256 * 1024
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
        with _Sorter(graph.iri, folder) as sorter, sketch.open("wb") as file:
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
    with _Sorter(None, path.parent) as sorter, path.open("rb") as file:
        while data := file.read(_BLOCK):
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


class _Sorter:
    """Sorts lines in memory that does not grow with them: in runs on disk, which are merged.

    :param iri: of the graph, after which blank nodes are named; None leaves them as they are.
    :param folder: where the runs are.
    """

    def __init__(self, iri: str | None, folder: Path) -> None:
        self._mark = b"" if iri is None else _mark(iri)
        self._names: dict[bytes, bytes] = {}
        self._text = io.BytesIO()
        self._folder = folder
        self._runs: IO[bytes] | None = None
        self._ends: list[int] = []

    def __enter__(self) -> _Sorter:
        return self

    def __exit__(self, *_: object) -> None:
        if self._runs is not None:
            self._runs.close()

    def write(self, data: bytes) -> int:
        """Take a piece of text."""
        self._text.write(data)
        if self._text.tell() >= _RUN:
            self._spill()
        return len(data)

    def flush(self) -> None:
        """Nothing is to be done; the engine asks for it."""

    def batches(self) -> Iterator[list[bytes]]:
        """All lines, each once, in order."""
        if self._runs is None:
            yield self._sorted(self._text.getvalue())
            return
        self._spill()
        ends = self._ends
        runs = [_Run(self._runs, start, end) for start, end in zip([0, *ends], ends, strict=False)]
        while runs := [run for run in runs if run.fill()]:
            # What is equal is in the same batch, since no run has a line twice.
            bound = min(run.lines[-1] for run in runs)
            yield sorted(set().union(*(run.take(bound) for run in runs)))

    def _spill(self) -> None:
        """Write what was taken, up to the last whole line, as a run."""
        whole, end, rest = self._text.getvalue().rpartition(b"\n")
        self._text = io.BytesIO()
        self._text.write(rest)
        if self._runs is None:
            self._runs = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115  closed at exit
        self._runs.write(b"".join(self._sorted(whole + end)))
        self._ends.append(self._runs.tell())

    def _sorted(self, text: bytes) -> list[bytes]:
        lines = text.splitlines(keepends=True)
        if self._mark and b"_:" in text:
            lines = [_TOKEN.sub(self._renamed, line) if b"_:" in line else line for line in lines]
        return sorted({*lines})

    def _renamed(self, token: re.Match[bytes]) -> bytes:
        name = token[1]
        if name is None:
            return token[0]
        return self._names.setdefault(name, self._mark % (len(self._names) + 1))


def _mark(iri: str) -> bytes:
    """The form of the names of a graph's blank nodes."""
    return b"_:g" + hashlib.sha256(iri.encode()).hexdigest()[:8].encode() + b"n%d"


class _Run:
    """Sorted lines in a part of a file, a block of them in memory."""

    def __init__(self, file: IO[bytes], start: int, end: int) -> None:
        self._file = file
        self._place = start
        self._end = end
        self.lines: list[bytes] = []

    def fill(self) -> bool:
        """Read the next block when all lines were taken; returns whether there are any."""
        if not self.lines and self._place < self._end:
            self._file.seek(self._place)
            data = self._file.read(min(_BLOCK, self._end - self._place))
            if not data.endswith(b"\n"):
                data += self._file.readline()
            self._place += len(data)
            self.lines = data.splitlines(keepends=True)
        return bool(self.lines)

    def take(self, bound: bytes) -> list[bytes]:
        """Take the lines up to and including one."""
        cut = bisect_right(self.lines, bound)
        taken, self.lines = self.lines[:cut], self.lines[cut:]
        return taken
