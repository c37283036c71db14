"""Bounds how many pairs are kept where crowds of records are all alike."""
# ruff: noqa: S608  numbers are written into queries, values never

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from ..temporary import temporary_folder
from .engines import connect

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["strongest"]

_EACH: Final = 10
"""Pairs that each record keeps in a crowd."""
_USUAL: Final = 10
"""Pairs for each record that are no crowd; people of many conferences have one to five."""
_FEW: Final = 1_000_000
"""Pairs that are no crowd in any case."""


def strongest(parts: Iterable[pa.Table], records: int) -> tuple[list[pa.Table], int]:
    """The pairs that are kept, and how many were left out.

    As long as they are not many more than the records, all are kept. Else a pair is kept that is
    among the ten which weigh most of one of its records: who is one with a thousand others
    stays one with them through some, and what follows does not need memory for half a million.

    :param parts: tables of pairs: `n_l`, `n_r`, `match_weight` and others.
    :param records: of how many records.
    """
    most = max(_FEW, _USUAL * records)
    kept: list[pa.Table] = []
    number = left_out = 0
    for part in parts:
        kept.append(part)
        number += part.num_rows
        if number > most or left_out:
            kept = [_strongest(kept)]
            left_out += number - kept[0].num_rows
            number = kept[0].num_rows
    return kept, left_out


def _strongest(tables: list[pa.Table]) -> pa.Table:
    import pyarrow as pa

    whole = pa.concat_tables(tables)
    pairs = whole.select(["n_l", "n_r", "match_weight"])
    pairs = pairs.append_column("place", pa.array(range(whole.num_rows), pa.int64()))
    with temporary_folder() as folder:
        connection = connect("1500MB", 0, str(folder / "duckdb"))
        try:
            connection.register("pairs", pairs)
            kept = connection.sql(
                "SELECT DISTINCT place FROM (SELECT place FROM ("
                "SELECT n_l AS n, * FROM pairs UNION ALL SELECT n_r AS n, * FROM pairs) "
                "QUALIFY row_number() OVER "
                f"(PARTITION BY n ORDER BY match_weight DESC, n_l, n_r) <= {_EACH})"
            )
            return whole.take(kept.to_arrow_table()["place"])
        finally:
            connection.close()
