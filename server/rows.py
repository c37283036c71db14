"""Counting the rows of an answer while it is written, by what its format puts between them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

__all__ = ["LEAST", "row_counter"]

LEAST: Final = {"tsv": 1, "csv": 2, "xml": len("<result></result>"), "json": len("{},")}
"""Bytes that a row takes at least, by format."""


class _Lines:
    """TSV: a line for each row, and one for the head; values hold no line feed."""

    def __init__(self) -> None:
        self._rows = -1

    def __call__(self, piece: bytes) -> int:
        self._rows += piece.count(b"\n")
        return self._rows


class _QuotedLines:
    """CSV: a line for each row, and one for the head; quoted values may hold line feeds."""

    def __init__(self) -> None:
        self._rows = -1
        self._quoted = False

    def __call__(self, piece: bytes) -> int:
        parts = piece.split(b'"')
        self._rows += sum(part.count(b"\n") for part in parts[self._quoted :: 2])
        self._quoted ^= len(parts) % 2 == 0
        return self._rows


class _Elements:
    """XML: an element for each row; values hold no `<`."""

    _TAG: Final = b"<result>"

    def __init__(self) -> None:
        self._rows = 0
        self._rest = b""

    def __call__(self, piece: bytes) -> int:
        text = self._rest + piece
        self._rows += text.count(self._TAG)
        self._rest = text[-len(self._TAG) + 1 :]
        return self._rows


class _Objects:
    """JSON: `},{` between rows, outside of strings."""

    _BETWEEN: Final = b"},{"

    def __init__(self) -> None:
        self._rows = 1
        self._quoted = False
        self._escape = b""
        self._rest = b""

    def __call__(self, piece: bytes) -> int:
        text = self._escape + piece
        self._escape = b""
        if b"\\" in text:
            text = text.replace(b"\\\\", b"")
            if text.endswith(b"\\"):
                text, self._escape = text[:-1], b"\\"
            text = text.replace(b'\\"', b"")
        parts = text.split(b'"')
        outside = self._rest + b"".join(parts[self._quoted :: 2])
        self._quoted ^= len(parts) % 2 == 0
        self._rows += outside.count(self._BETWEEN)
        self._rest = outside[-len(self._BETWEEN) + 1 :]
        return self._rows


_COUNTERS: Final[dict[str, Callable[[], Callable[[bytes], int]]]] = {
    "tsv": _Lines,
    "csv": _QuotedLines,
    "xml": _Elements,
    "json": _Objects,
}


def row_counter(format: str) -> Callable[[bytes], int]:  # noqa: A002 - the field's word
    """A function that takes an answer piece by piece and says how many rows have begun or ended.

    :param format: a name of `graph.results.RESULT_FORMATS`.
    """
    return _COUNTERS[format]()
