"""Parts of the networks of a dataset: the strongest ties, what is around a member, a chain."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from ..errors import ParameterError
from .file import TABLES, fill, folded
from .layout import places
from .membership import OWN

__all__ = ["Conference", "Member", "Network", "Networks", "Part", "Scope", "Tie", "number_of"]

_SAMPLE: Final = 60
"""See `measured`, for networks that are made while somebody waits."""
_OWN_PLACES: Final = 700
"""Up to so many members are laid out by themselves; more stand as in the whole network."""
_REACHED: Final = 20_000
"""Ties that are looked at around a member."""
_LONGEST: Final = 12
"""Steps of the longest chain that is looked for."""
_CHAINS: Final = 40
"""Members of the shortest chains that are shown."""


class Conference(NamedTuple):
    """A conference that has a network."""

    iri: str
    label: str
    start: str
    members: int


@dataclass(frozen=True, slots=True)
class Member:
    """A person, organisation or topic in a network; figures are those of its scope.

    :param works: how many works they take part in.
    :param neighbours, betweenness, closeness, group: see `measures.Figures`.
    :param distance: how many steps they are away from whom the network is around; None where it is
        around nobody.
    :param x, y: where they stand; a tie is about 1 long.
    """

    iri: str
    label: str
    works: int
    neighbours: int
    betweenness: float
    closeness: float
    group: int
    distance: int | None
    x: float
    y: float


class Tie(NamedTuple):
    """What two members have in common.

    :param one, other: their places among the members of the network.
    :param works: how many works both take part in.
    """

    one: int
    other: int
    works: int


class Scope(NamedTuple):
    """The whole network that a network is a part of.

    :param works: how many there are.
    :param members: how many take part in them, of whom `alone` have a tie to nobody.
    :param ties: how many pairs have a work in common.
    :param crowded: works with so many members that they make no ties.
    :param sample: how many members' chains betweenness and closeness are estimated from.
    """

    works: int
    members: int
    alone: int
    ties: int
    crowded: int
    sample: int


@dataclass(frozen=True, slots=True)
class Network:
    """A part of a network that is small enough to be looked at.

    :param kind: what its members are, one of `membership.KINDS`.
    :param members: those with most neighbours first.
    :param ties: the strongest first.
    :param left: how many ties would belong to it, and are left out because there are too many.
    :param more: whether there are even more, which were not counted.
    :param broader: places of two topics each, the first of which is a part of the second.
    """

    kind: str
    scope: Scope
    members: tuple[Member, ...]
    ties: tuple[Tie, ...]
    left: int = 0
    more: bool = False
    broader: tuple[tuple[int, int], ...] = ()


class Networks:
    """The networks of a dataset.

    :param path: of the file that `file.write` made.
    """

    def __init__(self, path: Path) -> None:
        self._address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"

    def conferences(self, kind: str) -> list[Conference]:
        """The conferences with members in a network, the latest first."""
        with self.opened() as database:
            rows = database.execute(
                "SELECT iri, label, start, members FROM conference JOIN scope"
                " ON scope.conference = conference.id AND kind = ? WHERE members > 0"
                " ORDER BY start DESC, label, iri",
                (kind,),
            )
            return [Conference(*row) for row in rows]

    def own(self, kind: str) -> str:
        """The kind of network in which nobody is one with another.

        :param kind: what its members are, one of `membership.KINDS`.
        :return: the same, where there is no such network because it would be no other.
        """
        with self.opened() as database:
            wanted = OWN.get(kind, kind)
            found = database.execute("SELECT 1 FROM scope WHERE kind = ? LIMIT 1", (wanted,))
            return wanted if found.fetchone() else kind

    def find(self, kind: str, text: str, base: str) -> str:
        """The IRI of a member.

        :param text: an IRI of theirs, whole or without the base, or their name.
        :raises ParameterError: nobody in the network has it, or several have the name.
        """
        with self.opened() as database:
            found = database.execute(
                "SELECT DISTINCT member.iri FROM stated JOIN member ON member.id = stated.member"
                " WHERE stated.kind = ? AND stated.iri IN (?, ?)",
                (kind, text, base + text),
            ).fetchall()
            if found:
                return str(found[0][0])
            named = database.execute(
                "SELECT iri, label FROM member WHERE kind = ? AND folded = ? ORDER BY iri LIMIT 20",
                (kind, folded(text)),
            ).fetchall()
            near = named or database.execute(
                "SELECT iri, label FROM member WHERE kind = ? AND instr(folded, ?) > 0"
                " ORDER BY label, iri LIMIT 8",
                (kind, folded(text)),
            )
            if len(named) == 1:
                return str(named[0][0])
            shown = text if len(text) <= 80 else f"{text[:79]}…"
            if named:
                raise ParameterError(f"Several have the name '{shown}'.", candidates=[*named])
            raise ParameterError(
                f"'{shown}' is not in this network.",
                hint="Give a name or an address of somebody who is.",
                candidates=[*near],
            )

    def whole(
        self, kind: str, conferences: Collection[str] = (), most: int = 300, least: int = 1
    ) -> Network:
        """The strongest ties of a network.

        :param conferences: IRIs; all, if there are none.
        :param most: how many ties there may be.
        :param least: works that a tie must have.
        :raises ParameterError: a conference is unknown.
        """
        with self.part(kind, conferences) as part:
            rows = part.query(
                "SELECT member, neighbour, works FROM {tie} INDEXED BY strongest WHERE scope = ?"
                " AND member < neighbour AND works >= ? ORDER BY place LIMIT ?",
                (least, most),
            )
            (all_of_them,) = part.query(
                "SELECT count(*) FROM {tie} WHERE scope = ? AND member < neighbour AND works >= ?",
                (least,),
            )[0]
            return part.network(rows, all_of_them - len(rows))

    def around(
        self,
        kind: str,
        who: str,
        distance: int = 1,
        conferences: Collection[str] = (),
        most: int = 300,
        least: int = 1,
    ) -> Network:
        """The network around a member: those who are near, and all ties among them.

        :param who: their IRI, as `find` gives it.
        :param distance: steps that others may be away.
        :raises ParameterError: they are not in the network.
        """
        with self.part(kind, conferences) as part:
            away, ties, more = part.reach(part.number(who), distance, least)
            rank = {
                pair: (away[pair[0]] + away[pair[1]], place) for pair, (_, place) in ties.items()
            }
            chosen = sorted(ties, key=rank.__getitem__)[:most]
            rows = [(*pair, ties[pair][0]) for pair in chosen]
            return part.network(rows, len(ties) - len(rows), away, more=more)

    def between(
        self, kind: str, one: str, other: str, conferences: Collection[str] = ()
    ) -> Network:
        """The shortest chains from a member to another; without ties where there is none.

        :param one, other: their IRIs, as `find` gives them.
        :raises ParameterError: one of them is not in the network.
        """
        with self.part(kind, conferences) as part:
            start, end = part.number(one), part.number(other)
            away, ties = part.chains(start, end)
            rows = [(*pair, works) for pair, works in ties.items()]
            return part.network(rows, 0, away)

    @contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        """The file, as a database that is only read."""
        database = sqlite3.connect(self._address, uri=True)
        try:
            yield database
        finally:
            database.close()

    @contextmanager
    def part(self, kind: str, conferences: Collection[str]) -> Iterator[Part]:
        """The network of some conferences: written already, or made now where they are several."""
        with self.opened() as database:
            numbers = [number_of(database, iri) for iri in dict.fromkeys(conferences)]
            if len(numbers) < 2:
                (scope,) = database.execute(
                    "SELECT id FROM scope WHERE kind = ? AND conference IS ?",
                    (kind, numbers[0] if numbers else None),
                ).fetchone()
                yield Part(database, kind, scope, "")
                return
            works: dict[int, list[int]] = {}
            for work, member in database.execute(
                "SELECT DISTINCT work, member FROM membership JOIN held USING (work)"
                " WHERE kind = ? AND conference IN (SELECT value FROM json_each(?))",
                (kind, _listed(numbers)),
            ):
                works.setdefault(work, []).append(member)
            database.execute("ATTACH ':memory:' AS made")
            database.executescript(TABLES.format(schema="made."))
            scope = fill(database, kind, None, works.values(), _SAMPLE, "made.")
            yield Part(database, kind, scope, "made.")


class Part:
    """A network of a scope while its file is open."""

    def __init__(self, database: sqlite3.Connection, kind: str, scope: int, schema: str) -> None:
        self._database = database
        self._kind = kind
        self._scope = scope
        self._names = {each: f"{schema}{each}" for each in ("scope", "tie", "figure")}

    def query(self, text: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Rows of the scope, whose number is the first value of each query."""
        found = self._database.execute(text.format_map(self._names), (self._scope, *values))
        return found.fetchall()

    def number(self, iri: str) -> int:
        """The number of a member of the scope."""
        found = self._database.execute(
            "SELECT id FROM member WHERE kind = ? AND iri = ?", (self._kind, iri)
        ).fetchone()
        if found and self.query("SELECT 1 FROM {figure} WHERE scope = ? AND member = ?", found):
            return int(found[0])
        raise ParameterError(
            f"<{iri}> is not in this network.", hint="Leave the conference out, or name another."
        )

    def reach(
        self, start: int, distance: int, least: int
    ) -> tuple[dict[int, int], dict[tuple[int, int], tuple[int, int]], bool]:
        """Who is near a member, and the ties among them with their works and places.

        :return: also whether there are so many that some were not looked at.
        """
        away = {start: 0}
        ties: dict[tuple[int, int], tuple[int, int]] = {}
        front = [start]
        for step in range(1, distance + 2):
            rows = self._ties_of(front, least)
            front = []
            for member, neighbour, works, place in rows:
                if neighbour not in away and step <= distance:
                    away[neighbour] = step
                    front.append(neighbour)
                if neighbour in away:
                    ties[min(member, neighbour), max(member, neighbour)] = works, place
            if len(ties) >= _REACHED or len(rows) >= _REACHED:
                return away, ties, True
            if not front:
                break
        return away, ties, False

    def chains(self, start: int, end: int) -> tuple[dict[int, int], dict[tuple[int, int], int]]:
        """The shortest chains between two members, those of strong ties first."""
        away, before = {start: 0}, dict[int, list[tuple[int, int]]]()
        front = [start]
        for step in range(1, _LONGEST + 1):
            if end in away or not front:
                break
            rows = self._ties_of(front, 1, _REACHED * 10)
            front = []
            for member, neighbour, works, _ in rows:
                if neighbour not in away:
                    away[neighbour] = step
                    front.append(neighbour)
                if away[neighbour] == step:
                    before.setdefault(neighbour, []).append((member, works))
        ties: dict[tuple[int, int], int] = {}
        if end not in away:
            return {start: 0}, ties
        shown = {end: away[end]}
        back = [end]
        while back and len(shown) < _CHAINS:
            each = back.pop(0)
            for member, works in before.get(each, [])[: _CHAINS // 4]:
                ties[min(member, each), max(member, each)] = works
                if member not in shown:
                    shown[member] = away[member]
                    back.append(member)
        return shown, ties

    def _ties_of(
        self, members: Collection[int], least: int, most: int = _REACHED
    ) -> list[tuple[int, ...]]:
        return self.query(
            "SELECT member, neighbour, works, place FROM {tie} WHERE scope = ?"
            " AND member IN (SELECT value FROM json_each(?)) AND works >= ?"
            " ORDER BY place, member LIMIT ?",
            (_listed(members), least, most),
        )

    def network(
        self,
        rows: Sequence[tuple[int, ...]],
        left: int,
        away: dict[int, int] | None = None,
        *,
        more: bool = False,
    ) -> Network:
        """The network of some ties.

        :param rows: two members each, and how many works they have in common.
        :param away: how far members are away; one who is 0 away is shown even without a tie.
        """
        wanted = {member for row in rows for member in row[:2]}
        wanted |= {member for member, steps in (away or {}).items() if steps == 0}
        found = self.query(
            "SELECT id, iri, label, works, neighbours, betweenness, closeness, community, x, y"
            " FROM {figure} JOIN member ON id = member"
            " WHERE scope = ? AND member IN (SELECT value FROM json_each(?))"
            " ORDER BY neighbours DESC, works DESC, label, iri",
            (_listed(wanted),),
        )
        places_of = {row[0]: place for place, row in enumerate(found)}
        ties = tuple(Tie(places_of[one], places_of[other], works) for one, other, works in rows)
        standing = [(row[8], row[9]) for row in found]
        if len(found) <= _OWN_PLACES:
            standing = places(len(found), ties)
        members = tuple(
            Member(*row[1:8], None if away is None else away[row[0]], x, y)  # type: ignore[call-arg]
            for row, (x, y) in zip(found, standing, strict=True)
        )
        (scope,) = self.query(
            "SELECT works, members, alone, ties, crowded, sample FROM {scope} WHERE id = ?"
        )
        broader = self._broader(places_of) if self._kind == "topics" else ()
        return Network(self._kind, Scope(*scope), members, ties, left, more, broader)

    def _broader(self, places_of: Mapping[int, int]) -> tuple[tuple[int, int], ...]:
        """Which members are a part of which, by their places."""
        rows = self._database.execute(
            "SELECT narrower, member.id FROM broader JOIN member USING (iri)"
            " WHERE kind = 'topics' AND narrower IN (SELECT value FROM json_each(?)) ORDER BY 1, 2",
            (_listed(places_of),),
        )
        return tuple(
            (places_of[one], places_of[other]) for one, other in rows if other in places_of
        )


def number_of(database: sqlite3.Connection, iri: str) -> int:
    """The number of a conference.

    :raises ParameterError: it is unknown.
    """
    found = database.execute("SELECT id FROM conference WHERE iri = ?", (iri,)).fetchone()
    if found is None:
        raise ParameterError(
            f"<{iri}> is no conference of this dataset.", hint="The home page lists them."
        )
    return int(found[0])


def _listed(values: Iterable[object]) -> str:
    return json.dumps([*values])
