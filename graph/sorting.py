"""Lines of text, sorted in memory that does not grow with them."""

from __future__ import annotations

import io
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final

__all__ = ["Sorter"]

_RUN: Final = 24 * 1024 * 1024
"""Bytes that are sorted in memory; they take four times as much there."""
_BLOCK: Final = 256 * 1024

Change = Callable[[list[bytes]], list[bytes]]


class Sorter:
    """Takes text and gives its lines in order, each once: sorted in runs on disk, then merged.

    A context manager, which removes the runs. It may stand for a file that is written.

    :param folder: where the runs are; the system's folder for such files by default.
    :param change: is given the lines as they come, and returns what is sorted instead.
    """

    def __init__(self, folder: Path | None = None, change: Change = lambda lines: lines) -> None:
        self._change = change
        self._text = io.BytesIO()
        self._folder = folder
        self._runs: IO[bytes] | None = None
        self._ends: list[int] = []

    def __enter__(self) -> Sorter:
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
        return sorted({*self._change(text.splitlines(keepends=True))})


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
