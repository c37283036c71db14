"""Scores pairs of records by a declared linkage, with the weight of each comparison."""
# ruff: noqa: S608  names are written into queries, values never

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .blocking import OversizedBlock, block
from .crowds import strongest
from .declared import Level, Linkage
from .engines import DuckDB, Engine, Session, connect
from .records import Records, prepare

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["OversizedBlock", "Scores", "compare", "score"]


@dataclass(frozen=True)
class Scores:
    """Pairs that may be the same, each with its evidence.

    :param pairs: `left` and `right` (identifiers; left < right where one table was linked with
        itself), `probability`, `weight` (log2 of its odds: `Linkage.prior_weight` and the weights
        of all comparisons), and for each comparison NAME (int32: -1 null, 0 else, higher is more
        alike) and NAME_weight (log2 Bayes factor); sorted by left and right.
    :param oversized: what blocking rules left out.
    :param labels: what people read for a comparison and its level.
    :param shortened: how many records had a value that was cut before it was compared, by column.
    :param compared: how many pairs the blocking rules named, which were all compared.
    :param crowded: how many pairs were left out that are worth a review, since there were far more
        of them than of records; each record has kept the ten that weigh most.
    """

    pairs: pa.Table
    oversized: tuple[OversizedBlock, ...]
    labels: Mapping[tuple[str, int], str]
    shortened: Mapping[str, int] = field(default_factory=dict)
    compared: int = 0
    crowded: int = 0


def score(
    linkage: Linkage, left: pa.Table, right: pa.Table | None = None, *, engine: Engine | None = None
) -> Scores:
    """Score the pairs of two tables, or of one table with itself.

    The same records have the same scores in any order, on any engine, in every run.

    :param linkage: which pairs are looked at, how they are compared, and from which probability
        (`thresholds.review`) they are kept.
    :param left: records: a column `id` of unique text, and those that the linkage names
        (`Linkage.columns`); null is what is not known, and so is empty text.
    :param right: other records; the pairs are of one left and one right record.
    :param engine: where it is done; DuckDB in this process if not given.
    :raises LinkageError: the tables lack a column or have one of a wrong type, an identifier is
        there twice, a condition cannot be asked of the columns, or the engine fails.
    """
    records = prepare(linkage, left, right)
    _check_conditions(linkage, records)
    if not left.num_rows or (right is not None and not right.num_rows):
        return Scores(_schema(linkage).empty_table(), (), linkage.labels, records.shortened)
    with (engine or DuckDB()).session() as session:
        session.put("records", records.table)
        oversized = block(session, linkage, records.table.num_rows, records.lefts)
        compared = session.ask("SELECT count(*) AS number FROM pairs")["number"][0].as_py()
        found, crowded = strongest(
            _predict(session, linkage, compared, linkage.thresholds.review), records.table.num_rows
        )
    pairs = _named(linkage, found, records.identifiers)
    return Scores(pairs, oversized, linkage.labels, records.shortened, compared, crowded)


def compare(
    linkage: Linkage,
    left: pa.Table,
    right: pa.Table | None,
    pairs: Sequence[tuple[str, str]],
    *,
    engine: Engine | None = None,
) -> pa.Table:
    """Score given pairs of the tables, whatever becomes of them; else as `score`.

    :param pairs: identifiers of one left and one right record; of one table the smaller one first.
    :return: as `Scores.pairs`.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    records = prepare(linkage, left, right)
    _check_conditions(linkage, records)
    if not pairs:
        return _schema(linkage).empty_table()
    given = {
        f"join_key_{side}": pc.index_in(pa.array(ids, pa.string()), records.identifiers)
        for side, ids in zip("lr", zip(*pairs, strict=True), strict=True)
    }
    with (engine or DuckDB()).session() as session:
        session.put("records", records.table)
        session.put("pairs", pa.table(given))
        found = list(_predict(session, linkage, len(pairs), None))
    return _named(linkage, found, records.identifiers)


def _check_conditions(linkage: Linkage, records: Records) -> None:
    """Whether all conditions can be asked of columns of these types."""
    import duckdb

    connection = connect("100MB", 1, "")
    try:
        connection.register("records", records.table.slice(0, 0))
        columns = ", ".join(
            f'l."{each}" AS {each}_l, r."{each}" AS {each}_r' for each in linkage.columns
        )
        for name, levels in linkage.comparisons.items():
            for level in levels:
                if level.condition == "ELSE":
                    continue
                try:
                    connection.execute(
                        f"SELECT CASE WHEN {level.condition} THEN 1 END "
                        f"FROM (SELECT {columns} FROM records AS l, records AS r)"
                    )
                except duckdb.Error as error:
                    key = f"model.comparisons ({name}, '{level.label}').sql_condition"
                    reason = str(error).splitlines()[0].removesuffix(".")
                    what = f"'{level.condition}' cannot be asked of these records: {reason}."
                    raise linkage.wrong(key, what) from error
    finally:
        connection.close()


def _predict(
    session: Session, linkage: Linkage, number: int, least: float | None
) -> Iterator[pa.Table]:
    """What Splink says of the table `pairs`, which has so many, a part at a time."""
    from splink import Linker

    api = session.api
    linker = Linker(
        api.register("records"),
        _settings(session, linkage),
        log_level=None,
        validate_settings=False,
    )
    parts = -(-number // session.pairs_at_once)
    for part in range(parts):
        session.make(
            f"part_{part}",
            f"SELECT '0' AS match_key, * FROM pairs WHERE join_key_r % {parts} = {part}",
        )
        linker.table_management.register_blocked_pairs_for_predict(api.register(f"part_{part}"))
        found = linker.inference.predict(threshold_match_probability=least, warning_mode="never")
        yield session.ask(f"SELECT {_selected(linkage)} FROM {found.physical_name}")
        found.drop_table_from_database_and_remove_from_cache()
        session.drop(f"part_{part}")


def _settings(session: Session, linkage: Linkage) -> dict[str, Any]:
    """A linkage as Splink's settings; that a pair is in order is up to `pairs`."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "n",
        "probability_two_random_records_match": linkage.prior,
        "retain_matching_columns": True,  # else the levels are not kept either
        "retain_intermediate_calculation_columns": True,
        "blocking_rules_to_generate_predictions": [],
        "comparisons": [
            {
                "output_column_name": name,
                "comparison_levels": [
                    _level(level, condition)
                    for level, condition in zip(
                        levels, session.conditions(name, levels), strict=True
                    )
                ],
            }
            for name, levels in linkage.comparisons.items()
        ],
    }


def _level(level: Level, condition: str) -> dict[str, Any]:
    given: dict[str, Any] = {"sql_condition": condition, "label_for_charts": level.label}
    if level.null:
        return {**given, "is_null_level": True}
    given |= {"m_probability": level.m, "u_probability": level.u}
    if level.frequency:
        given |= {
            "tf_adjustment_column": level.frequency,
            "tf_adjustment_weight": level.frequency_weight,
            "tf_minimum_u_value": level.frequency_least,
        }
    return given


def _selected(linkage: Linkage) -> str:
    """The columns of Splink's predictions that are kept."""
    columns = ["n_l", "n_r", "match_probability", "match_weight"]
    for name, levels in linkage.comparisons.items():
        columns += [f"gamma_{name}", f"mw_{name}"]
        if any(level.frequency for level in levels):
            columns[-1] += f" + mw_tf_adj_{name} AS mw_{name}"
    return ", ".join(columns)


def _schema(linkage: Linkage) -> pa.Schema:
    import pyarrow as pa

    fields = [("left", pa.string()), ("right", pa.string())]
    fields += [("probability", pa.float64()), ("weight", pa.float64())]
    for name in linkage.comparisons:
        fields += [(name, pa.int32()), (f"{name}_weight", pa.float64())]
    return pa.schema(fields)


def _named(linkage: Linkage, found: list[pa.Table], identifiers: pa.ChunkedArray) -> pa.Table:
    """The found pairs in order, with identifiers instead of numbers."""
    import pyarrow as pa

    schema = _schema(linkage)
    if not found:
        return schema.empty_table()
    pairs = pa.concat_tables(found).sort_by([("n_l", "ascending"), ("n_r", "ascending")])
    columns = [identifiers.take(pairs["n_l"]), identifiers.take(pairs["n_r"])]
    columns += pairs.columns[2:]
    return pa.table(
        [column.cast(field.type) for column, field in zip(columns, schema, strict=True)],
        schema=schema,
    )
