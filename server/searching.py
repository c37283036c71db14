"""Searching the index of a generation: what a text finds, in which order, and how it is divided."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Final

from ..graph.errors import QueryTimeoutError, StoreError
from .facets import Choice, Facets
from .folding import fold
from .gathering import QUESTION
from .nearness import Vocabulary
from .search_index import FACETS, as_title, require_fts5
from .wording import either, every, mended, spelt

__all__ = ["Asked", "Found", "Hit", "Index"]

_MOST: Final = 100_000
"""Things that are counted; there are hardly more."""
_RANKED: Final = 1_000
"""Things that are ranked by how well they match; of more, those that are most looked for."""
_SECONDS: Final = 2.0
_STEPS: Final = 5_000
"""Steps of SQLite's machine between two looks at the clock."""
_WEIGHTS: Final = "bm25(found, 10.0, 6.0, 1.5, 1.0)"
_OFFERED: Final = 8
"""Words that are offered where nothing is found."""


@dataclass(frozen=True)
class Asked:
    """What is searched for.

    :param text: as it was typed.
    :param only: the value that things must have, by the facet.
    """

    text: str
    only: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Hit:
    """A thing that was found; see `gathering.Thing`.

    :param known_as: the name by which it was found, where that is another.
    """

    iri: str
    kind: str
    name: str
    language: str
    line: tuple[str, ...]
    known_as: str


@dataclass(frozen=True)
class Found:
    """What a search has found.

    :param total: how many things.
    :param words: the words that were looked for.
    :param instead: what was looked for in the place of words that nothing has.
    :param nearest: where nothing is found, words that have something like them.
    :param loose: whether things are told that have some of the words only, as none has all.
    """

    hits: Sequence[Hit]
    total: int
    words: Sequence[str]
    instead: Mapping[str, Sequence[str]]
    loose: bool
    facets: Mapping[str, Sequence[Choice]]
    nearest: Sequence[str]


class Index:
    """An index that is searched, by several threads at once.

    `facets` are those of its things.

    :param path: of what `search_index.make` has written.
    :raises StoreError: it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        weakref.finalize(self, _close, self._idle)
        with self._database() as database:
            require_fts5(database)
            self.facets = Facets(database)
            known = database.execute("SELECT word, things FROM word ORDER BY word").fetchall()
        self._words = Vocabulary([word for word, _ in known], [things for _, things in known])

    def search(
        self, asked: Asked, first: int = 0, size: int = 20, facets: Sequence[str] = FACETS
    ) -> Found:
        """Search. Without a word, all things are found that have the values that are wanted.

        :param first: how many of the best things are left out.
        :param size: how many are told.
        :param facets: those that are told.
        :raises QueryTimeoutError: it takes too long.
        """
        most = _MOST if facets or asked.only else _RANKED
        with self._database() as database:
            terms = spelt(asked.text)
            expression = every(terms)
            instead: dict[str, list[str]] = {}
            loose = False
            found = _matching(database, expression, most) if terms else self._everything(asked)
            if terms and not found:
                terms, instead = mended(self._words, terms)
                expression = every(terms)
                found = _matching(database, expression, most)
            if not found and len(terms) > 1:
                loose, expression = True, " OR ".join(map(either, terms.values()))
                found = _matching(database, expression, most)
            kept = self.facets.narrowed(found, asked.only)
            told = self.facets.choices(found, asked.only, facets)
            title = " ".join(ways[0] for ways in terms.values()) if instead else fold(asked.text)
            called = _called(database, title) if terms else {}
            ranked = _ranked(database, expression, called, kept) if terms else kept
            hits = _hits(database, ranked[first : first + size], called)
        said = {word: others for word, others in instead.items() if others}
        lost = [] if found else [near for word in terms for near in self._words.alike(word)]
        nearest = [*dict.fromkeys(lost)][:_OFFERED]
        return Found(hits, len(kept), [*terms], said, loose, told, nearest)

    def called(self, name: str) -> list[str]:
        """The IRIs of the things that have a name, whatever its case, accents and marks."""
        with self._database() as database:
            return [iri for (iri,) in database.execute(_NAMED, (as_title(name),))]

    def has_parts(self, iri: str) -> bool:
        """Whether something is said of parts of a document, which its fragments name."""
        with self._database() as database:
            found = database.execute("SELECT 1 FROM whole WHERE iri = ?", (iri,))
            return found.fetchone() is not None

    def _everything(self, asked: Asked) -> Sequence[int]:
        return range(1, self.facets.things + 1) if asked.only else ()

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        """A connection that only reads, and is interrupted when it takes too long."""
        with self._lock:
            database = self._idle.pop() if self._idle else None
        try:
            if database is None:
                database = _open(self._path)
            end = time.monotonic() + _SECONDS
            database.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
            yield database
        except sqlite3.Error as error:
            if database is not None:
                database.close()
            if "interrupted" in str(error):
                raise QueryTimeoutError(
                    f"The search was stopped after {_SECONDS:g} seconds.",
                    hint="Search for fewer or longer words.",
                ) from error
            raise StoreError(f"The search index cannot be read: {error}.") from error
        with self._lock:
            self._idle.append(database)


def _open(path: Path) -> sqlite3.Connection:
    """Open a file that never changes, and that nothing that is asked of it may change."""
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    database = sqlite3.connect(address, uri=True, check_same_thread=False)
    database.execute("PRAGMA query_only = ON")
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA mmap_size = 268435456")
    return database


def _close(databases: list[sqlite3.Connection]) -> None:
    for database in databases:
        database.close()


def _matching(database: sqlite3.Connection, expression: str, most: int) -> list[int]:
    """The numbers of the things that match, in order: what is looked for most comes first."""
    text = "SELECT rowid FROM found WHERE found MATCH ? ORDER BY rowid LIMIT ?"
    inner = f"SELECT json_group_array(rowid) FROM ({text})"  # noqa: S608  one value is read faster
    (found,) = database.execute(inner, (expression, most)).fetchone()
    numbers: list[int] = json.loads(found)
    return numbers


def _called(database: sqlite3.Connection, title: str) -> dict[int, tuple[int, str]]:
    """The things that have a name which is a text, or begins so.

    :return: how far they come after those whose shown name is that text, and their other name.
    """
    found: dict[int, tuple[int, str]] = {}
    rows = database.execute(_BEGUN, (title, title + "~"))
    for number, folded, other in chain(database.execute(_EXACT, (title,)), rows):
        place = 2 * (folded != title) + bool(other), other
        found[number] = min(found.get(number, place), place)
    return found


_NAMED: Final = f"""
SELECT iri FROM title JOIN thing USING (id) WHERE folded = ? AND kind != '{QUESTION}' ORDER BY iri
"""  # noqa: S608  a constant
_EXACT: Final = "SELECT id, folded, other FROM title WHERE folded = ?"
_BEGUN: Final = "SELECT id, folded, other FROM title WHERE folded > ? AND folded < ? LIMIT 500"


def _ranked(
    database: sqlite3.Connection,
    expression: str,
    called: Mapping[int, tuple[int, str]],
    kept: Sequence[int],
) -> list[int]:
    """Things in the order in which they are told: by names, and by what matches how well."""
    if not kept:
        return []
    best = kept[:_RANKED]
    scores = dict(database.execute(_SCORES, (expression, best[-1])))
    among = set(kept[_RANKED:]).intersection(called)
    size = len(kept) + best[-1]

    def place(number: int) -> tuple[int, float]:
        if number in called:
            return called[number][0], number
        # The score is negative, the better the more; what is looked for more counts more.
        return _NOT[0], scores[number] * (2.0 - number / size) ** 2

    first = sorted([*best, *among], key=place)
    return first + [number for number in kept[_RANKED:] if number not in among]


_NOT: Final = (4, "")
_SCORES: Final = f"SELECT rowid, {_WEIGHTS} FROM found WHERE found MATCH ? AND rowid <= ?"  # noqa: S608  a constant


def _hits(
    database: sqlite3.Connection,
    numbers: Sequence[int],
    called: Mapping[int, tuple[int, str]],
) -> list[Hit]:
    text = "SELECT iri, kind, name, language, line FROM thing WHERE id = ?"
    hits = []
    for number in numbers:
        iri, kind, name, language, line = database.execute(text, (number,)).fetchone()
        parts = tuple(line.split("\n")) if line else ()
        hits.append(Hit(iri, kind, name, language, parts, called.get(number, _NOT)[1]))
    return hits
