"""The index for the search: what a generation can be searched for, as an SQLite file."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import accumulate
from pathlib import Path
from typing import Final

from ..graph.errors import StoreError
from ..graph.store import Store
from .folding import fold, spellings
from .gathering import Thing, gather, wholes

__all__ = ["FACETS", "as_title", "make", "require_fts5", "seldom"]

FACETS: Final = ("kind", "conference", "year", "topic")
"""What answers are narrowed by, in the order in which it is shown."""

_TABLES: Final = """
CREATE TABLE thing (
    id INTEGER PRIMARY KEY, iri TEXT, kind TEXT, name TEXT, language TEXT, line TEXT
);
CREATE VIRTUAL TABLE found USING fts5 (
    name, other, around, said, content='', tokenize='ascii', prefix='1 2 3'
);
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (found, row);
CREATE TABLE title (
    folded TEXT, id INTEGER, other TEXT, PRIMARY KEY (folded, id)
) WITHOUT ROWID;
CREATE TABLE word (word TEXT PRIMARY KEY, things INTEGER) WITHOUT ROWID;
CREATE TABLE value (
    facet TEXT, number INTEGER, key TEXT, label TEXT, bits BLOB, PRIMARY KEY (facet, number)
) WITHOUT ROWID;
CREATE TABLE whole (iri TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE numbers (facet TEXT PRIMARY KEY, ends BLOB, numbers BLOB);
"""


def make(store: Store, path: Path) -> None:
    """Write the index of a store.

    Things are numbered by how much they are looked for, so that the first of many are the best.

    :param path: where there is no file yet.
    :raises StoreError: the SQLite of this Python has no full-text search (FTS5), or the file cannot
        be written.
    """
    found = gather(store)
    things = sorted(found.values(), key=lambda each: (-each.weight, each.name, each.iri))
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.execute("PRAGMA journal_mode = OFF")
            database.execute("PRAGMA synchronous = OFF")
            database.execute("PRAGMA trusted_schema = OFF")
            require_fts5(database)
            database.executescript(_TABLES)
            database.execute("BEGIN")
            _write(database, things, found)
            rows = ((iri,) for iri in wholes(store))
            database.executemany("INSERT INTO whole VALUES (?)", rows)
            database.execute("COMMIT")
    except sqlite3.Error as error:
        raise StoreError(f"The search index cannot be written: {error}.") from error


def require_fts5(database: sqlite3.Connection) -> None:
    """Look whether a connection can search texts.

    :raises StoreError: it cannot.
    """
    if ("ENABLE_FTS5",) not in database.execute("PRAGMA compile_options"):
        raise StoreError(
            f"The SQLite {sqlite3.sqlite_version} of this Python has no full-text search (FTS5).",
            hint="Use a Python whose sqlite3 has it, as those of python.org and Debian do.",
        )


def _write(database: sqlite3.Connection, things: Sequence[Thing], by_iri: dict[str, Thing]) -> None:
    def many(statement: str, rows: Iterable[Sequence[object]]) -> None:
        database.executemany(statement, rows)

    numbered = list(enumerate(things, 1))
    many(
        "INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?)",
        ((i, t.iri, t.kind, t.name, t.language, "\n".join(t.line)) for i, t in numbered),
    )
    many(
        "INSERT INTO found (rowid, name, other, around, said) VALUES (?, ?, ?, ?, ?)",
        ((i, *_fields(each)) for i, each in numbered),
    )
    many("INSERT OR IGNORE INTO title VALUES (?, ?, ?)", _titles(numbered))
    database.execute("INSERT INTO found (found) VALUES ('optimize')")
    database.execute("INSERT INTO word SELECT term, doc FROM vocabulary")
    for facet in FACETS:
        _write_facet(database, facet, things, by_iri)


def _fields(thing: Thing) -> tuple[str, str, str, str]:
    """What is found in the columns of the index."""
    names = " ".join(dict.fromkeys(map(fold, thing.names or [thing.name])))
    more = (each for text in (*thing.names, *thing.others) for each in spellings(text))
    others = " ".join(dict.fromkeys([*map(fold, thing.others), *more]))
    return names, others, " ".join(map(fold, thing.around)), " ".join(map(fold, thing.texts))


def _titles(numbered: Iterable[tuple[int, Thing]]) -> Iterator[tuple[str, int, str]]:
    """Whole names; what is not the one that is shown is kept as it is written, to be told."""
    for number, each in numbered:
        for text in (each.name, *each.names, *each.others):
            if folded := as_title(text):
                yield folded, number, "" if text == each.name else text[:_TITLE]


def as_title(name: str) -> str:
    """A name as the index knows it as a whole."""
    return fold(name)[:_TITLE]


_TITLE: Final = 200
"""Letters of a name by which it is known as a whole."""

_KEYS: Final[dict[str, Callable[[Thing], Iterable[str]]]] = {
    "kind": lambda each: [each.kind],
    "conference": lambda each: each.conferences,
    "year": lambda each: each.years,
    "topic": lambda each: {each.iri, *each.topics} if each.kind == "topic" else each.topics,
}


def _write_facet(
    database: sqlite3.Connection, facet: str, things: Sequence[Thing], by_iri: dict[str, Thing]
) -> None:
    """Write which values of a facet each thing has: numbers, and where those of each thing end."""
    numbers: dict[str, int] = {}
    rows = [[numbers.setdefault(k, len(numbers)) for k in sorted(_KEYS[facet](t))] for t in things]
    labels = ((by_iri[key].name if key in by_iri else key) for key in numbers)
    bits = _bits(rows, len(numbers))
    database.executemany(
        "INSERT INTO value VALUES (?, ?, ?, ?, ?)",
        (
            (facet, number, key, label, bits.get(number))
            for (key, number), label in zip(numbers.items(), labels, strict=True)
        ),
    )
    ends = array("I", accumulate(map(len, rows), initial=0))
    values = array("I", (number for row in rows for number in row))
    database.execute(
        "INSERT INTO numbers VALUES (?, ?, ?)", (facet, ends.tobytes(), values.tobytes())
    )


def seldom(things: int) -> int:
    """How many things have a value at most that has no bits of its own in the index.

    :param things: how many there are in all.
    """
    return max(50, things // 500)


def _bits(rows: Sequence[Sequence[int]], values: int) -> dict[int, bytes]:
    """For each value that is not seldom a bit for each thing: by these many things are counted.

    The bit of a thing is the one of its number, the last byte first.
    """
    having: list[list[int]] = [[] for _ in range(values)]
    for thing, row in enumerate(rows, 1):
        for number in row:
            having[number].append(thing)
    found = {}
    for number, things in enumerate(having):
        if len(things) > seldom(len(rows)):
            bits = bytearray(len(rows) // 8 + 1)
            for thing in things:
                bits[thing >> 3] |= 1 << (thing & 7)
            found[number] = bytes(bits)
    return found
