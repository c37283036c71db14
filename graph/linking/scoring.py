"""Scores pairs of records by a declared linkage, with the weight of each comparison."""
# ruff: noqa: S608  values are never written into a query, names only, and those are quoted

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .engines import DuckDB, Engine, Session
from .linkage import Linkage, Rule

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["OversizedBlock", "Scores", "score"]


@dataclass(frozen=True)
class OversizedBlock:
    """A value of a blocking rule that too many records have: that rule leaves it out.

    :param rule: the rule's columns.
    :param value: what the records have in them.
    :param records: how many they are.
    """

    rule: str
    value: str
    records: int


@dataclass(frozen=True)
class Scores:
    """Pairs that may be the same, each with its evidence.

    :param pairs: `left` and `right` (identifiers; left < right where one table was linked with
        itself), `probability`, `weight` (log2 of the odds: the prior's and those of all
        comparisons), and for each comparison NAME (int32: -1 null, 0 else, higher is more alike)
        and NAME_weight (log2 Bayes factor); sorted by left and right.
    :param oversized: what blocking rules left out.
    :param labels: what people read for a comparison and its level.
    """

    pairs: pa.Table
    oversized: tuple[OversizedBlock, ...]
    labels: Mapping[tuple[str, int], str]


def score(
    linkage: Linkage, left: pa.Table, right: pa.Table | None = None, *, engine: Engine | None = None
) -> Scores:
    """Score the pairs of two tables, or of one table with itself.

    :param linkage: which pairs are looked at, how they are compared, and from which probability
        (`thresholds.review`) they are kept.
    :param left: records: a column `id` of unique strings, and those that the linkage names.
    :param right: other records; the pairs are of one left and one right record.
    :param engine: where it is done, DuckDB in this process if not given.
    :raises LinkageError: the tables lack a column, or have an identifier twice.
    """
    import pyarrow as pa

    records, lefts = _records(linkage, left, right)
    if not records.num_rows or (lefts == records.num_rows and right is not None):
        return Scores(_empty(linkage), (), linkage.labels)
    identifiers = records["id"]
    numbered = records.drop_columns(["id"]).append_column(
        "n", pa.array(range(records.num_rows), pa.int64())
    )
    with (engine or DuckDB()).session() as session:
        session.put("records", numbered)
        oversized = _block(session, linkage, lefts if right is not None else None)
        found = _predict(session, linkage)
    return Scores(_named(linkage, found, identifiers), oversized, linkage.labels)


def _records(linkage: Linkage, left: pa.Table, right: pa.Table | None) -> tuple[pa.Table, int]:
    """All records in the order of their identifiers, left ones first; how many these are."""
    import pyarrow as pa

    needed = _columns(linkage)
    tables = []
    for table in (left, right) if right is not None else (left,):
        for name, key in {"id": "id", **needed}.items():
            if name not in table.column_names:
                raise linkage.wrong(key, f"The records have no column '{name}'.")
        tables.append(table.select(["id", *needed]).sort_by("id"))
    whole = pa.concat_tables(tables, promote_options="permissive").combine_chunks()
    return whole, left.num_rows


def _columns(linkage: Linkage) -> dict[str, str]:
    """The columns that a linkage needs, each with the key that names it first."""
    import sqlglot
    from sqlglot import expressions as sql

    found: dict[str, str] = {}
    for at, rule in enumerate(linkage.rules):
        for name in filter(None, (*rule.columns, rule.explode)):
            found.setdefault(name, f"model.blocking_rules[{at}]")
    for name, levels in linkage.comparisons.items():
        for level in levels:
            key = f"model.comparisons ({name}): {level.label}"
            if level.condition != "ELSE":
                tree = sqlglot.parse_one(level.condition, read="duckdb")
                for column in tree.find_all(sql.Column):
                    found.setdefault(column.name[:-2], key)
            if level.frequency:
                found.setdefault(level.frequency, key)
    return found


def _block(session: Session, linkage: Linkage, lefts: int | None) -> tuple[OversizedBlock, ...]:
    """Make the table `pairs` of what is compared; what was left out."""
    oversized = []
    for at, rule in enumerate(linkage.rules):
        session.make(f"keys_{at}", _keys(rule))
        names = _key_names(rule)
        listed = ", ".join(names)
        session.make(
            f"blocks_{at}",
            f"SELECT {listed}, count(*) AS records FROM keys_{at} GROUP BY {listed} "
            "HAVING count(*) > 1",
        )
        large = session.ask(
            f"SELECT * FROM blocks_{at} WHERE records > {linkage.most} "
            f"ORDER BY records DESC, {listed}"
        )
        for row in large.to_pylist():
            value = " + ".join(str(row[name]) for name in names)
            oversized.append(OversizedBlock(rule.name, value, row["records"]))
    sides = "l.n < r.n" if lefts is None else f"l.n < {lefts} AND r.n >= {lefts}"
    parts = " UNION ".join(
        _joined(at, rule, linkage.most, sides) for at, rule in enumerate(linkage.rules)
    )
    session.make("pairs", f"SELECT '0' AS match_key, join_key_l, join_key_r FROM ({parts})")
    return tuple(oversized)


def _key_names(rule: Rule) -> list[str]:
    return [f"k{at}" for at in range(len(rule.columns) + bool(rule.explode))]


def _keys(rule: Rule) -> str:
    """The values of each record that a rule looks at."""
    names = _key_names(rule)
    values = [f'"{column}"' for column in rule.columns]
    if rule.explode:
        values.append(f'unnest("{rule.explode}")')
    listed = ", ".join(f"{value} AS {name}" for value, name in zip(values, names, strict=True))
    known = " AND ".join(f"{name} IS NOT NULL" for name in names)
    return f"SELECT DISTINCT * FROM (SELECT n, {listed} FROM records) WHERE {known}"


def _joined(at: int, rule: Rule, most: int, sides: str) -> str:
    names = _key_names(rule)
    same = " AND ".join(f"l.{name} = r.{name}" for name in names)
    small = " AND ".join(f"l.{name} = b.{name}" for name in names)
    return (
        f"SELECT l.n AS join_key_l, r.n AS join_key_r FROM keys_{at} AS l "
        f"JOIN blocks_{at} AS b ON {small} AND b.records <= {most} "
        f"JOIN keys_{at} AS r ON {same} WHERE {sides}"
    )


def _predict(session: Session, linkage: Linkage) -> pa.Table:
    """What Splink says of the table `pairs`."""
    from splink import Linker

    api = session.api
    linker = Linker(
        api.register("records"), _settings(linkage), log_level=None, validate_settings=False
    )
    linker.table_management.register_blocked_pairs_for_predict(api.register("pairs"))
    found = linker.inference.predict(
        threshold_match_probability=linkage.thresholds.review, warning_mode="never"
    )
    return session.ask(f"SELECT * FROM {found.physical_name} ORDER BY n_l, n_r")


def _settings(linkage: Linkage) -> dict[str, Any]:
    """A linkage as Splink's settings."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "n",
        "probability_two_random_records_match": linkage.prior,
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
        "blocking_rules_to_generate_predictions": [],
        "comparisons": [
            {
                "output_column_name": name,
                "comparison_levels": [_level(level) for level in levels],
            }
            for name, levels in linkage.comparisons.items()
        ],
    }


def _level(level: Any) -> dict[str, Any]:
    given = {"sql_condition": level.condition, "label_for_charts": level.label}
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


def _schema(linkage: Linkage) -> pa.Schema:
    import pyarrow as pa

    fields = [("left", pa.string()), ("right", pa.string())]
    fields += [("probability", pa.float64()), ("weight", pa.float64())]
    for name in linkage.comparisons:
        fields += [(name, pa.int32()), (f"{name}_weight", pa.float64())]
    return pa.schema(fields)


def _empty(linkage: Linkage) -> pa.Table:
    return _schema(linkage).empty_table()


def _named(linkage: Linkage, found: pa.Table, identifiers: pa.ChunkedArray) -> pa.Table:
    """The found pairs with identifiers instead of numbers, and one weight a comparison."""
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = [identifiers.take(found["n_l"]), identifiers.take(found["n_r"])]
    columns += [found["match_probability"], found["match_weight"]]
    for name in linkage.comparisons:
        weight = found[f"mw_{name}"]
        if f"mw_tf_adj_{name}" in found.column_names:
            weight = pc.add(weight, found[f"mw_tf_adj_{name}"])
        columns += [found[f"gamma_{name}"], weight]
    schema = _schema(linkage)
    return pa.table(
        [column.cast(field.type) for column, field in zip(columns, schema, strict=True)],
        schema=schema,
    )
