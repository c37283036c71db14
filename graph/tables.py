"""Tables: the answers of queries as Python values."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from .errors import QueryError
from .namespaces import PREFIXES
from .store import Results, failure

if TYPE_CHECKING:
    import pandas
    import polars

__all__ = ["Table", "table_of"]

_SHOWN: Final = 60
"""Rows that are shown; the others are counted."""
_WIDEST: Final = 60
"""Characters of a cell that are shown in a terminal."""

_TYPES: Final[dict[str, Callable[[str], Any]]] = {
    **dict.fromkeys(("integer", "int", "long", "nonNegativeInteger", "positiveInteger"), int),
    "decimal": Decimal,
    "double": float,
    "float": float,
    "boolean": {"true": True, "1": True, "false": False, "0": False}.__getitem__,
    "date": date.fromisoformat,
    "dateTime": datetime.fromisoformat,
}

Row = tuple[Any, ...]


class Table(Sequence[Row]):
    """The answer of a SELECT: rows of Python values, a tuple each; None where nothing is bound.

    :param columns: names of the variables, in the order of the projection.
    :param rows: as many values each as there are columns.
    """

    def __init__(self, columns: Iterable[str], rows: Iterable[Row]) -> None:
        self.columns: Final = tuple(columns)
        self._rows: Final = tuple(rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: Any) -> Any:
        """A row by its number; the rows of a slice as a table; a column by its name."""
        if isinstance(index, str):
            place = self.columns.index(index)
            return [row[place] for row in self._rows]
        if isinstance(index, slice):
            return Table(self.columns, self._rows[index])
        return self._rows[index]

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Table):
            return NotImplemented
        return (self.columns, self._rows) == (other.columns, other._rows)

    __hash__ = None  # type: ignore[assignment]

    def to_dicts(self) -> list[dict[str, Any]]:
        """The rows, each by name of column."""
        return [dict(zip(self.columns, row, strict=True)) for row in self._rows]

    def to_pandas(self) -> pandas.DataFrame:
        """The same as a data frame of pandas, with its types that know missing values.

        :raises ImportError: pandas is not installed.
        """
        import pandas as pd

        frame = pd.DataFrame([*self._rows], columns=[*self.columns], dtype=object)
        return frame.convert_dtypes()

    def to_polars(self) -> polars.DataFrame:
        """The same as a data frame of Polars.

        :raises ImportError: Polars is not installed.
        """
        import polars as pl

        # A column of Polars has one type: what has several is text, so that nothing is lost.
        return pl.DataFrame([pl.Series(name, _of_one_type(self[name])) for name in self.columns])

    def __repr__(self) -> str:
        cells = [self.columns, *(tuple(map(_cell, row)) for row in self._rows[:_SHOWN])]
        widths = [max(len(row[i]) for row in cells) for i in range(len(self.columns))]
        lines = [
            "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
            for row in cells
        ]
        return "\n".join([*lines, self._told()])

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{html.escape(name)}</th>" for name in self.columns)
        rows = "".join(
            "<tr>" + "".join(f"<td>{html.escape(_text(value))}</td>" for value in row) + "</tr>"
            for row in self._rows[:_SHOWN]
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{self._told()}"

    def _told(self) -> str:
        number = f"{len(self)} row{'s' * (len(self) != 1)}"
        return number if len(self) <= _SHOWN else f"{number}, of which {_SHOWN} are shown"


def table_of(solutions: Results) -> Table:
    """Read the answer of a SELECT.

    IRIs are text; numbers, truth values, dates and times of XML Schema are those of Python, and
    other literals, or those that break their type, are their text
    (https://www.w3.org/TR/xmlschema11-2/).

    :raises QueryError: the answer is no table, or the query fails only now that it is read.
    :raises StoreError: the store fails.
    """
    if not isinstance(solutions, ox.QuerySolutions):
        raise QueryError("Only a SELECT is answered by a table.")
    columns = [variable.value for variable in solutions.variables]
    try:
        return Table(columns, [tuple(map(_value, solution)) for solution in solutions])
    except (OSError, RuntimeError, ValueError) as error:
        raise failure(error) from error


def _value(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> Any:
    if not isinstance(term, ox.Literal):
        return term if term is None else str(getattr(term, "value", term))
    read = _TYPES.get(term.datatype.value.removeprefix(PREFIXES["xsd"]), str)
    try:
        return read(term.value)
    except (ArithmeticError, LookupError, ValueError):
        return term.value


def _of_one_type(values: list[Any]) -> list[Any]:
    types = {type(value) for value in values if value is not None}
    if len(types) < 2:
        return values
    return [value if value is None else str(value) for value in values]


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _cell(value: Any) -> str:
    words = " ".join(_text(value).split())
    text = "".join(each if each.isprintable() else "\ufffd" for each in words)
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
