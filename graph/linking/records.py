"""Checks the records of a linkage, bounds their values, and numbers them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from .declared import Linkage

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Records", "prepare"]

_LONGEST: Final = 500
"""Characters of a value that are compared: comparing takes their square."""
_LISTED: Final = 500
"""Values of a list that are compared."""


@dataclass(frozen=True)
class Records:
    """The records of both sides in one table.

    :param table: the columns that the linkage names, and `n`, their numbers from 0: left records
        first, each side in the order of its identifiers.
    :param identifiers: the identifier of each number.
    :param lefts: how many are left ones; none where one table is linked with itself.
    :param shortened: how many records had too long a value, by column.
    """

    table: pa.Table
    identifiers: pa.ChunkedArray
    lefts: int | None
    shortened: Mapping[str, int]


def prepare(linkage: Linkage, left: pa.Table, right: pa.Table | None) -> Records:
    """Check and number records. Empty text is taken as not known, and long values are cut.

    :raises LinkageError: a column is missing or of a type that the linkage cannot use, or an
        identifier is missing or is there twice.
    """
    import pyarrow as pa

    sides = [_side(linkage, "left", left)]
    if right is not None:
        sides.append(_side(linkage, "right", right))
    try:
        whole = pa.concat_tables(sides, promote_options="permissive").combine_chunks()
    except pa.ArrowException as error:
        raise linkage.wrong("records", f"Left and right do not fit: {error}.") from error
    _check_identifiers(linkage, whole["id"], len(sides))
    shortened: dict[str, int] = {}
    columns = {"n": pa.array(range(whole.num_rows), pa.int32())}
    for name in linkage.columns:
        columns[name], cut = _bounded(whole[name])
        if cut:
            shortened[name] = cut
    table = pa.table(columns)
    _check_types(linkage, table)
    return Records(table, whole["id"], None if right is None else sides[0].num_rows, shortened)


def _side(linkage: Linkage, side: str, table: pa.Table) -> pa.Table:
    """The columns that are needed of one side, in the order of identifiers."""
    import pyarrow as pa
    import pyarrow.types as types

    for name, key in {"id": "records", **linkage.columns}.items():
        if (count := table.column_names.count(name)) != 1:
            near = get_close_matches(name, table.column_names, n=1)
            hint = f"Did you mean '{near[0]}'?" if near else ""
            hint = hint or f"They have {', '.join(table.column_names) or 'none'}."
            what = "twice" if count else "not"
            raise linkage.wrong(key, f"The {side} records have the column '{name}' {what}.", hint)
    names = list(dict.fromkeys(("id", *linkage.columns)))
    found = pa.table([_plain(table[name]) for name in names], names=names)
    if not types.is_string(found.schema.field("id").type):
        if found.num_rows:
            raise linkage.wrong("records", f"The column 'id' of the {side} records is no text.")
        found = found.set_column(0, "id", found["id"].cast(pa.string()))
    if found["id"].null_count:
        raise linkage.wrong("records", f"One of the {side} records has no identifier.")
    return found.sort_by("id")


def _check_identifiers(linkage: Linkage, identifiers: pa.ChunkedArray, sides: int) -> None:
    """No identifier may be there twice, in one side or in both."""
    import pyarrow.compute as pc

    counted = pc.value_counts(identifiers)
    twice = counted.filter(pc.greater(pc.struct_field(counted, 1), 1))
    if len(twice):
        example = min(pc.struct_field(twice, 0).to_pylist())
        what = f"{len(twice):,} identifiers are there more than once, first '{example}'."
        hint = "Each record is given once" + (", on one side." if sides == 2 else ".")
        raise linkage.wrong("records", what, hint)


def _check_types(linkage: Linkage, table: pa.Table) -> None:
    """Rules look at single values, and explode lists."""
    import pyarrow.types as types

    for at, rule in enumerate(linkage.rules):
        for name in (*rule.columns, *filter(None, [rule.explode])):
            found = table.schema.field(name).type
            if not types.is_null(found) and types.is_list(found) != (name == rule.explode):
                key = f"model.blocking_rules[{at}]"
                if name == rule.explode:
                    hint = f'Write columns = ["{name}"].'
                    raise linkage.wrong(key, f"The column '{name}' is no list.", hint)
                raise linkage.wrong(
                    key, f"The column '{name}' is a list.", f'Write explode = ["{name}"].'
                )


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The same values in the types that every engine knows."""
    import pyarrow as pa
    import pyarrow.types as types

    kind = column.type
    if types.is_dictionary(kind):
        return _plain(column.cast(kind.value_type))
    if types.is_large_string(kind) or types.is_string_view(kind):
        return column.cast(pa.string())
    if types.is_large_list(kind) or types.is_fixed_size_list(kind):
        return column.cast(pa.list_(kind.value_type))
    return column


def _bounded(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, int]:
    """The column with no empty and no long text, and no long list; how many were cut."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.types as types

    if types.is_string(column.type):
        if pc.any(pc.equal(column, "")).as_py():
            column = pc.if_else(pc.equal(column, ""), None, column)
        long = pc.greater(pc.utf8_length(column), _LONGEST)
        if cut := pc.sum(long).as_py():
            column = pc.utf8_slice_codeunits(column, 0, _LONGEST)
        return column, cut or 0
    if not types.is_list(column.type):
        return column, 0
    long = pc.greater(pc.list_value_length(column), _LISTED)
    if cut := pc.sum(long).as_py() or 0:
        column = pc.list_slice(column, 0, _LISTED, return_fixed_size_list=False)
    if not types.is_string(column.type.value_type):
        return column, cut
    array = column.combine_chunks()
    values = array.flatten()
    bounded, more = _bounded(values)
    if bounded is values:
        return column, cut
    if more:
        cut += more
    offsets = pc.subtract(array.offsets, array.offsets[0])
    made = pa.ListArray.from_arrays(offsets, bounded, mask=pc.is_null(array))
    return pa.chunked_array([made]), cut
