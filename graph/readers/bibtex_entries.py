"""The entries of a BibTeX file, one at a time: where each stands, and what is in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pybtex.database.input.bibtex import LowLevelParser, month_names
from pybtex.exceptions import PybtexError

from ..errors import SourceError

__all__ = ["Entry", "Parser", "entries_of"]

_ENTRY: Final = re.compile(r"[ \t]*@[ \t]*([A-Za-z]+)[ \t]*([{(])")
_LONGEST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it stands in the file.

    :param kind: its type, in lower case.
    :param first: its first line, counted from 1, and `last` its last.
    """

    kind: str
    text: str
    first: int
    last: int


class Parser:
    """Reads entries, and remembers the macros that they define."""

    def __init__(self) -> None:
        self._macros = dict(month_names)

    def parse(self, entry: Entry) -> tuple[str, list[tuple[str, str]]] | None:
        """The key and the fields of an entry; None where it has none or is broken."""
        if entry.kind in {"comment", "preamble"}:
            return None
        try:
            commands = self._commands(entry)
        except (PybtexError, RecursionError):
            return None
        if entry.kind == "string" or not commands:
            return None
        _, (key, fields) = commands[0]
        return key or "", [(name.lower(), "".join(parts)) for name, parts in fields]

    def wrong(self, entry: Entry) -> str:
        """Why an entry cannot be read, in a sentence."""
        try:
            self._commands(entry)
        except PybtexError as error:
            line = getattr(error, "lineno", None) or 1
            what = re.sub(r"^syntax error in line \d+: ", "", str(error))
            return f"The entry is broken in line {entry.first + line - 1}: {what}."
        except RecursionError:
            return "The entry is nested too deep."
        return "The entry has no fields."

    def _commands(self, entry: Entry) -> list[tuple[str, tuple[str, list[tuple[str, list[str]]]]]]:
        return list(LowLevelParser(entry.text, macros=self._macros, handle_error=_raise))


def _raise(error: Exception) -> None:
    raise error


def entries_of(path: Path, encoding: str) -> Iterator[Entry]:
    """The entries of a file; one whose braces do not close ends where the next begins."""
    kind, round_, lines, first, depth, size, number = "", False, list[str](), 0, 0, 0, 0
    with path.open(encoding=encoding, errors="replace", newline=None) as file:
        for number, line in enumerate(file, start=1):
            match = _ENTRY.match(line)
            if match and (not lines or line.startswith("@")):
                if lines:
                    yield Entry(kind, "".join(lines), first, number - 1)
                kind, lines, first, depth, size = match[1].lower(), [], number, 0, 0
                round_ = match[2] == "("
            elif not lines:
                continue
            lines.append(line)
            depth += line.count("{") - line.count("}")
            size += len(line)
            if size > _LONGEST:
                raise SourceError(
                    f"an entry has more than {_LONGEST:,} characters.", source=str(path), line=first
                )
            if depth <= 0 and (not round_ or line.rstrip().endswith(")")):
                yield Entry(kind, "".join(lines), first, number)
                lines = []
    if lines:
        yield Entry(kind, "".join(lines), first, number)
