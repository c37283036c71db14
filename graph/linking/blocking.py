"""Finds the pairs that are worth a comparison, and leaves out the values that too many have."""
# ruff: noqa: S608  names are written into queries, values never

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .declared import Linkage, Rule
from .engines import Session

__all__ = ["OversizedBlock", "block"]

_PAIRS: Final = 200
"""Pairs that a rule may name for each record."""
_LEAST: Final = 20_000_000
"""Pairs that it may name in any case."""
_SHOWN: Final = 80
"""Characters of a value that reports show."""


@dataclass(frozen=True)
class OversizedBlock:
    """A value of a blocking rule that too many records have: that rule leaves it out.

    That is more than its `most`, or fewer where all its values would name too many pairs.

    :param rule: the rule's columns.
    :param value: what the records have in them, without control characters, and cut if it is long.
    :param records: how many they are.
    """

    rule: str
    value: str
    records: int


def block(
    session: Session, linkage: Linkage, records: int, lefts: int | None
) -> tuple[OversizedBlock, ...]:
    """Make the table `pairs` (`join_key_l`, `join_key_r`, as Splink calls them) of `records`.

    Of a rule, a value that more records have than its `most` names no pairs; other rules may
    still name them. Where the rest names more than 200 pairs a record, the largest go, too.

    :param records: how many there are.
    :param lefts: records with a number below it are left ones, and pairs have one of each side;
        none if all pairs count. The left number of a pair is the smaller one.
    :return: what was left out, the largest of each rule first.
    """
    oversized: list[OversizedBlock] = []
    sides = "l.n < r.n" if lefts is None else f"l.n < {lefts:d} AND r.n >= {lefts:d}"
    pairs = max(_LEAST, _PAIRS * records)
    parts = []
    for at, rule in enumerate(linkage.rules):
        oversized += _make_blocks(session, f"blocks_{at}", rule, lefts, pairs)
        same = " AND ".join(f"l.{key} = r.{key}" for key in _keys(rule))
        parts.append(
            "SELECT l.n AS join_key_l, r.n AS join_key_r "
            f"FROM blocks_{at} AS l JOIN blocks_{at} AS r ON {same} WHERE {sides}"
        )
    union = " UNION ALL ".join(parts)  # one rule alone names a pair by each value, too
    session.make("pairs", f"SELECT DISTINCT * FROM ({union})")
    for at in range(len(parts)):
        session.drop(f"blocks_{at}")
    return tuple(oversized)


def _make_blocks(
    session: Session, name: str, rule: Rule, lefts: int | None, pairs: int
) -> list[OversizedBlock]:
    """Make a table of the records that share a value of a rule, with that value."""
    keys = ", ".join(_keys(rule))
    across = "count(*) * (count(*) - 1) / 2"
    if lefts is not None:
        left = f"sum(CASE WHEN n < {lefts:d} THEN 1 ELSE 0 END)"
        across = f"{left} * (count(*) - {left})"
    session.make("keyed", _keyed(rule))
    session.make(
        "sizes",
        f"SELECT {keys}, count(*) AS records, {across} AS pairs "
        f"FROM keyed GROUP BY {keys} HAVING count(*) > 1",
    )
    most = _most(session, rule, pairs)
    kept = "" if most is None else f"WHERE records <= {most:d}"
    session.make(name, f"SELECT n, {keys} FROM keyed JOIN sizes USING ({keys}) {kept}")
    large = (
        []
        if most is None
        else session.ask(f"SELECT {keys}, records FROM sizes WHERE records > {most:d}").to_pylist()
    )
    session.drop("keyed")
    session.drop("sizes")
    found = [
        OversizedBlock(rule.name, _shown([row[key] for key in _keys(rule)]), row["records"])
        for row in large
    ]
    return sorted(found, key=lambda each: (-each.records, each.value))


def _most(session: Session, rule: Rule, pairs: int) -> int | None:
    """How many records a value may have, so that all values name so many pairs; None where any."""
    counted = session.ask("SELECT records, sum(pairs) AS pairs FROM sizes GROUP BY records")
    most, named = 1, 0
    for row in sorted(counted.to_pylist(), key=lambda row: row["records"]):
        named += int(row["pairs"])
        if row["records"] > rule.most or named > pairs:
            return most
        most = row["records"]
    return None


def _keys(rule: Rule) -> list[str]:
    return [f"key_{at}" for at in range(len(rule.columns) + bool(rule.explode))]


def _keyed(rule: Rule) -> str:
    """The values of each record that a rule looks at, once each."""
    keys = _keys(rule)
    values = [f'"{column}"' for column in rule.columns]
    if rule.explode:
        values.append(f'unnest("{rule.explode}")')
    listed = ", ".join(f"{value} AS {key}" for value, key in zip(values, keys, strict=True))
    known = " AND ".join(f"{key} IS NOT NULL" for key in keys)
    once = "DISTINCT " if rule.explode else ""
    return f"SELECT {once}* FROM (SELECT n, {listed} FROM records) AS keyed WHERE {known}"


def _shown(values: list[object]) -> str:
    text = " + ".join(str(value) for value in values)
    plain = "".join(letter if letter.isprintable() else "�" for letter in text[: _SHOWN + 1])
    return plain if len(plain) <= _SHOWN else plain[: _SHOWN - 1] + "…"
