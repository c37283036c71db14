"""Rows of records from files: separated values, JSON, JSON lines and Parquet."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TextIO

from ..errors import SourceError
from ..loss import Loss
from ..readers.encodings import encoding_of, read_text

__all__ = ["LARGEST", "rows", "start_of"]

LARGEST: Final = 256 * 1024 * 1024
"""Bytes of a file of JSON or RDF, which is read whole."""
_LINE: Final = 4 * 1024 * 1024
_SEPARATORS: Final = ",;\t|%"
_NONE: Final = "\x1f"
_PARQUET: Final = b"PAR1"
_BATCH: Final = 10_000
_MOST: Final = 10_000_000
"""Rows of a file."""


def rows(
    path: Path, needed: Iterable[str] = (), columns: Mapping[str, str] | None = None
) -> Iterator[Mapping[str, Any]]:
    """The rows of a table, or the objects of a file of JSON, by the names of columns in lower case.

    Tables have a header, and are separated by a comma, semicolon, tab, `|` or `%`. Of an object of
    JSON that is what an API of Crossref answers there are the items.

    :param needed: columns of which a table, as opposed to JSON, is to have one.
    :param columns: what columns mean that are called otherwise, in lower case.
    :raises SourceError: the file cannot be read, is empty, is cut off, has a row that does not fit
        its header, or too many rows.
    """
    meant = columns or {}
    known = frozenset(needed)
    known |= {name for name, meaning in meant.items() if meaning in known}
    for number, row in enumerate(_rows(path, known), start=1):
        if number > _MOST:
            raise SourceError(f"it has more than {_MOST:,} rows.", source=str(path))
        renamed = {meant[name]: value for name, value in row.items() if name in meant}
        yield {name: value for name, value in row.items() if name not in meant} | renamed


def start_of(path: Path) -> tuple[str, str]:
    """The encoding of a text file and its first line that is not empty.

    :raises SourceError: there is no such file, or it holds no text.
    """
    if not path.is_file():
        raise SourceError("there is no such file.", source=str(path))
    encoding = encoding_of(path, Loss(path.name))
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        while line := _line(file, path):
            if first := line.lstrip("\ufeff \t\r\n"):
                return encoding, first
    raise SourceError("the file is empty.", source=str(path))


def _rows(path: Path, needed: frozenset[str]) -> Iterator[Mapping[str, Any]]:
    if path.is_file():
        with path.open("rb") as file:
            if file.read(len(_PARQUET)) == _PARQUET:
                yield from _of_parquet(path)
                return
    encoding, first = start_of(path)
    if first.startswith(("[", "{")):
        yield from _of_json(path, encoding, first)
    else:
        yield from _of_table(path, encoding, needed)


def _of_parquet(path: Path) -> Iterator[Mapping[str, Any]]:
    import pyarrow as pa  # they are slow to load
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(_BATCH):
                for row in batch.to_pylist():
                    yield _lowered(row)
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise SourceError(
            f"the Parquet file is cut off or damaged ({reason}).", source=str(path)
        ) from error


def _of_json(path: Path, encoding: str, first: str) -> Iterator[Mapping[str, Any]]:
    try:
        if path.suffix.lower() in {".jsonl", ".ndjson"} or _is_whole(first):
            yield from _of_lines(path, encoding)
            return
        found = json.loads(read_text(path, Loss(path.name), LARGEST))
    except json.JSONDecodeError as error:
        raise SourceError(
            f"it is no JSON: {error.msg}.", source=str(path), line=error.lineno, column=error.colno
        ) from error
    except RecursionError as error:
        raise SourceError("its JSON is nested too deep.", source=str(path)) from error
    if isinstance(found, dict):  # a single record, or what an API of Crossref answers
        message = found.get("message", found)
        found = message.get("items", [message]) if isinstance(message, dict) else []
    for record in found:
        yield _lowered(record) if isinstance(record, dict) else {}


def _is_whole(line: str) -> bool:
    """Whether a line is an object of JSON by itself, so that the file holds one a line."""
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _of_lines(path: Path, encoding: str) -> Iterator[Mapping[str, Any]]:
    with path.open(encoding=encoding, errors="replace") as file:
        number = 0
        while line := _line(file, path):
            number += 1
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except json.JSONDecodeError as error:
                raise SourceError(
                    f"it is no JSON: {error.msg}.",
                    source=str(path),
                    line=number,
                    column=error.colno,
                ) from error
            if not isinstance(record, dict):
                raise SourceError("a line is no object of JSON.", source=str(path), line=number)
            yield _lowered(record)


def _line(file: TextIO, path: Path) -> str:
    line = file.readline(_LINE)
    if len(line) == _LINE:
        raise SourceError(f"a line has more than {_LINE:,} characters.", source=str(path))
    return line


def _of_table(path: Path, encoding: str, needed: frozenset[str]) -> Iterator[Mapping[str, Any]]:
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        head = _line(file, path)
        separator = max(_SEPARATORS, key=head.count)
        if separator not in head:  # one column, whose cells may have commas in them
            separator = _NONE
        file.seek(0)
        reader = csv.reader(file, delimiter=separator)
        values: list[str] = []
        try:
            columns = [_plain(name) for name in next(reader)]
            _check_header(path, columns, needed)
            for values in reader:
                if len(values) > len(columns):
                    raise SourceError(
                        f"the row has {len(values)} cells and the header {len(columns)}.",
                        source=str(path),
                        line=reader.line_num,
                        hint="A cell that has the separator in it stands in quotation marks.",
                    )
                if values:
                    yield dict(zip(columns, values, strict=False))
        except csv.Error as error:
            raise SourceError(
                f"the table is broken: {error}.", source=str(path), line=reader.line_num
            ) from error
        if 0 < len(values) < len(columns) and _ends_within_a_line(path, encoding):
            raise SourceError(
                f"the file is cut off: its last row has {len(values)} of {len(columns)} cells.",
                source=str(path),
                line=reader.line_num,
            )


def _check_header(path: Path, columns: list[str], needed: frozenset[str]) -> None:
    named = [name for name in columns if name]
    wrong = ""
    if needed and not needed & {*columns}:
        column = " or ".join(f"'{name}'" for name in sorted(needed, reverse=True))
        wrong = f"the table has no column {column}; it has {', '.join(columns[:20])}."
    elif twice := next((name for name in named if named.count(name) > 1), ""):
        wrong = f"the table has two columns '{twice}'."
    if wrong:
        raise SourceError(wrong, source=str(path), line=1)


def _ends_within_a_line(path: Path, encoding: str) -> bool:
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - 4, 0))
        return not file.read().decode(encoding, "replace").endswith(("\n", "\r"))


def _lowered(record: Mapping[Any, Any]) -> dict[str, Any]:
    return {_plain(str(name)): value for name, value in record.items()}


def _plain(name: str) -> str:
    return name.strip("\ufeff \t\r\n").lower()
