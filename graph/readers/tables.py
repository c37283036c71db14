"""Tables: CSV with any usual separator and line end, each row with its line."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

from ..accounts import Fields
from ..errors import SourceError
from ..items import Place
from ..loss import Loss
from .encodings import encoding_of

__all__ = ["header_of", "rows"]

_SEPARATORS: Final = ",;\t|"
_MOST_COLUMNS: Final = 500


def header_of(text: str) -> list[str]:
    """The names of the columns, from the beginning of a file."""
    first = next(iter(text.lstrip("\ufeff").splitlines()), "")
    separator = max(_SEPARATORS, key=first.count)
    try:
        return [" ".join(name.split()) for name in next(csv.reader([first], delimiter=separator))]
    except (StopIteration, csv.Error):
        return []


def rows(
    path: Path,
    loss: Loss,
    *,
    file: str = "",
    required: Collection[str] = (),
    lenient: bool = False,
) -> Iterator[Fields]:
    """The rows of a table, by its header.

    A row with more or fewer values than the table has columns is refused, since its values may
    stand in wrong columns; values that are empty may be missing at its end.

    :param file: what places call the file.
    :param required: columns without which nothing can be read.
    :param lenient: whether the rows before a broken one are taken.
    :raises SourceError: the file cannot be read, has no header, lacks a column, or has a field of
        more than 131,072 characters.
    """
    encoding = encoding_of(path, loss)
    with path.open(encoding=encoding, newline="", errors="replace") as lines:
        first = lines.readline()
        separator = max(_SEPARATORS, key=first.count)
        lines.seek(0)
        reader = csv.reader(lines, delimiter=separator, strict=True)
        columns: list[str] | None = None
        before = 0
        try:
            for values in reader:
                line, before = before + 1, reader.line_num
                if not any(value.strip() for value in values):
                    continue
                if columns is None:
                    columns = _columns(values, path, required)
                    continue
                where = Place(file, line, before)
                if len(values) != len(columns) and not _padded(values, columns):
                    why = f"The row has {len(values)} values for {len(columns)} columns."
                    _refuse(loss, file, where, values, why)
                    continue
                yield Fields(where, zip(columns, values, strict=False))
        except csv.Error as error:
            if not lenient:
                raise SourceError(
                    f"the table is broken: {error}.", source=str(path), line=before + 1
                ) from error
            _refuse(loss, file, Place(file, before + 1), ["the rest of the file"], f"{error}.")
    if columns is None:
        raise SourceError("the table is empty.", source=str(path))


def _columns(values: list[str], path: Path, required: Collection[str]) -> list[str]:
    columns = [" ".join(value.lstrip("\ufeff").split()) for value in values]
    missing = [name for name in required if name not in columns]
    if missing:
        raise SourceError(
            f"the table has no column '{missing[0]}'; it has {', '.join(columns[:20])}.",
            source=str(path),
            line=1,
        )
    if len(columns) > _MOST_COLUMNS:
        raise SourceError(
            f"the table has more than {_MOST_COLUMNS} columns.", source=str(path), line=1
        )
    return columns


def _padded(values: list[str], columns: list[str]) -> bool:
    """Whether only empty values are too many, or the last ones are missing."""
    more = values[len(columns) :]
    return not any(value.strip() for value in more) and len(values) >= len(columns) - 1


def _refuse(loss: Loss, file: str, where: Place, values: list[str], why: str) -> None:
    name = f"{file}/(row)" if file else "(row)"
    loss.refuse("field", name, place=str(where), found=", ".join(values), why=why)
