"""The networks of a dataset in one file, so that a request reads no more than it shows."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from ..store import Store
from .layout import places
from .measures import measured
from .membership import KINDS, OWN, Membership, answers, projected

__all__ = ["TABLES", "fill", "folded", "write"]

TABLES: Final = """
CREATE TABLE {schema}scope (
  id INTEGER PRIMARY KEY, kind TEXT, conference INTEGER, works INTEGER, members INTEGER,
  alone INTEGER, ties INTEGER, crowded INTEGER, sample INTEGER
);
CREATE TABLE {schema}tie (
  scope INTEGER, member INTEGER, neighbour INTEGER, works INTEGER, place INTEGER,
  PRIMARY KEY (scope, member, neighbour)
) WITHOUT ROWID;
CREATE INDEX {schema}strongest ON tie (scope, place) WHERE member < neighbour;
CREATE TABLE {schema}figure (
  scope INTEGER, member INTEGER, works INTEGER, neighbours INTEGER, betweenness REAL,
  closeness REAL, community INTEGER, x REAL, y REAL, PRIMARY KEY (scope, member)
) WITHOUT ROWID;
"""
"""What is known of the network of a scope: all conferences, one, or several."""

_TABLES: Final = """
CREATE TABLE conference (id INTEGER PRIMARY KEY, iri TEXT UNIQUE, label TEXT, start TEXT);
CREATE TABLE member (id INTEGER PRIMARY KEY, kind TEXT, iri TEXT, label TEXT, folded TEXT);
CREATE INDEX named ON member (kind, folded);
CREATE TABLE stated (kind TEXT, iri TEXT, member INTEGER, PRIMARY KEY (kind, iri)) WITHOUT ROWID;
CREATE TABLE held (conference INTEGER, work INTEGER, PRIMARY KEY (conference, work)) WITHOUT ROWID;
CREATE TABLE membership (
  kind TEXT, work INTEGER, member INTEGER, PRIMARY KEY (kind, work, member)
) WITHOUT ROWID;
CREATE TABLE broader (narrower INTEGER, iri TEXT, PRIMARY KEY (narrower, iri)) WITHOUT ROWID;
"""

_SAMPLE: Final = 500


def write(store: Store, path: Path) -> None:
    """Write the networks of a store.

    :param path: of an SQLite database, which is made.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        database.executescript(_TABLES + TABLES.format(schema=""))
        database.execute("BEGIN")
        conferences = _conferences(store, database)
        works: dict[str, int] = {}
        held: dict[int, set[int]] = defaultdict(set)
        for conference, work in answers(store, "works"):
            held[conferences[conference]].add(works.setdefault(work, len(works) + 1))
        _insert(database, "held", ((c, w) for c, found in held.items() for w in sorted(found)))
        first = 1
        kinds = [*KINDS]
        for kind in kinds:
            membership = Membership.read(store, kind)
            if kind in OWN and len(membership.stated) > len(membership.members):
                kinds.append(OWN[kind])  # else it would be the same
            _write(database, kind, first, membership, works)
            by_work = {
                works[work]: {first + member for member in members}
                for work, members in membership.of.items()
            }
            fill(database, kind, None, by_work.values(), _SAMPLE)
            for number in conferences.values():
                of = [by_work[work] for work in sorted(held[number] & by_work.keys())]
                fill(database, kind, number, of, _SAMPLE)
            if kind == "topics":
                _broader(store, database, membership, first)
            first += len(membership.members)
        database.execute("COMMIT")


def folded(name: str) -> str:
    """A name as it is compared: without case, and with single spaces."""
    return " ".join(name.casefold().split())


def _insert(database: sqlite3.Connection, table: str, rows: Iterable[Sequence[object]]) -> None:
    """Insert rows, all as long as the first."""
    several = iter(rows)
    row = next(several, None)
    if row is not None:
        marks = ", ".join("?" * len(row))
        statement = f"INSERT INTO {table} VALUES ({marks})"  # noqa: S608  a constant
        database.execute(statement, row)
        database.executemany(statement, several)


def _conferences(store: Store, database: sqlite3.Connection) -> dict[str, int]:
    found: dict[str, tuple[str, str]] = {}
    for iri, label, start in answers(store, "conferences"):
        found.setdefault(iri, (label, start))
    numbers = {iri: number for number, iri in enumerate(found, 1)}
    _insert(database, "conference", ((numbers[iri], iri, *found[iri]) for iri in found))
    return numbers


def _write(
    database: sqlite3.Connection,
    kind: str,
    first: int,
    membership: Membership,
    works: dict[str, int],
) -> None:
    """Write a two-mode network; its members are numbered from `first` on."""
    members = enumerate(membership.members, first)
    _insert(
        database, "member", ((n, kind, iri, label, folded(label)) for n, (iri, label) in members)
    )
    stated = sorted(membership.stated.items())
    _insert(database, "stated", ((kind, iri, first + member) for iri, member in stated))
    for work in membership.of:
        works.setdefault(work, len(works) + 1)
    of = membership.of.items()
    rows = ((kind, works[work], first + member) for work, found in of for member in sorted(found))
    _insert(database, "membership", rows)


def _broader(
    store: Store, database: sqlite3.Connection, membership: Membership, first: int
) -> None:
    """Write which topics of papers are next broader to which."""
    numbers = membership.stated
    found = {
        (first + numbers[narrower], broader)
        for narrower, broader in answers(store, "broader")
        if narrower in numbers and broader in numbers
    }
    _insert(database, "broader", sorted(found))


def fill(
    database: sqlite3.Connection,
    kind: str,
    conference: int | None,
    works: Collection[Iterable[int]],
    sample: int,
    schema: str = "",
) -> int:
    """Write the network of a scope.

    :param conference: its number; None where it is all or several.
    :param works: the members of each work of it.
    :param sample: see `measured`.
    :param schema: of the tables, with a dot.
    :return: the number of the scope.
    """
    alone, together, crowded = projected(works)
    members = sorted(alone)
    number = {member: place for place, member in enumerate(members)}
    ties = sorted(
        together.items(), key=lambda item: (-item[1], -sum(alone[each] for each in item[0]), item)
    )
    tied = [(number[one], number[other], shared) for (one, other), shared in ties]
    figures = measured(len(members), tied, sample)
    standing = places(len(members), tied)
    of_scope = (
        None,
        kind,
        conference,
        len(works),
        len(members),
        sum(not each.neighbours for each in figures),
        len(ties),
        crowded,
        sample,
    )
    _insert(database, f"{schema}scope", [of_scope])
    (scope,) = database.execute("SELECT last_insert_rowid()").fetchone()
    _insert(database, f"{schema}tie", _both_ways(scope, ties))
    _insert(
        database,
        f"{schema}figure",
        (
            (scope, member, alone[member], *figures[place], *standing[place])
            for place, member in enumerate(members)
        ),
    )
    return int(scope)


def _both_ways(
    scope: int, ties: Sequence[tuple[tuple[int, int], int]]
) -> Iterator[tuple[int, int, int, int, int]]:
    for place, ((one, other), shared) in enumerate(ties):
        yield scope, one, other, shared, place
        yield scope, other, one, shared, place
