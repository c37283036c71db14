"""Tables of what ties a dataset: who with whom, topics by year, topics of two conferences."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, NamedTuple

from .networks import Networks, number_of

__all__ = ["Matrix", "Share", "Years", "matrix", "nearest", "shared", "years"]


_YEARS: Final = 40
_DATED: Final = (
    "FROM membership JOIN held USING (work) JOIN conference ON conference.id = conference"
    " WHERE kind = 'topics' AND start GLOB '[0-9][0-9][0-9][0-9]*'"
    " AND (?1 = '[]' OR conference IN (SELECT value FROM json_each(?1)))"
)


class Named(NamedTuple):
    """A member or a topic, with a number of works."""

    iri: str
    label: str
    works: int
    group: int = 0


@dataclass(frozen=True, slots=True)
class Matrix:
    """Works that each two members have in common.

    :param members: those with most works, groups together.
    :param cells: a row for each member; what a member has alone stands on the diagonal.
    :param left: how many members are left out.
    """

    members: tuple[Named, ...]
    cells: tuple[tuple[int, ...], ...]
    left: int


@dataclass(frozen=True, slots=True)
class Years:
    """Works on topics by the year of their conferences.

    :param years: those of the conferences, of many the last.
    :param works: on any topic, by year.
    :param topics: those with most works.
    :param cells: a row for each topic.
    :param left: how many topics are left out.
    """

    years: tuple[int, ...]
    works: tuple[int, ...]
    topics: tuple[Named, ...]
    cells: tuple[tuple[int, ...], ...]
    left: int


class Share(NamedTuple):
    """A topic at two conferences: how many works there are on it at each."""

    iri: str
    label: str
    one: int
    other: int


def matrix(
    networks: Networks, kind: str, conferences: Collection[str] = (), most: int = 25
) -> Matrix:
    """Count the works that each two members of a network have in common.

    :param conferences: IRIs; all, if there are none.
    :param most: how many members there may be.
    :raises ParameterError: a conference is unknown.
    """
    with networks.part(kind, conferences) as part:
        found = part.query(
            "SELECT id, iri, label, works, community FROM (SELECT * FROM {figure} WHERE scope = ?"
            " ORDER BY neighbours > 0 DESC, works DESC, member LIMIT ?) JOIN member ON id = member"
            " ORDER BY community, works DESC, label, iri",
            (most,),
        )
        (all_of_them,) = part.query("SELECT members FROM {scope} WHERE id = ?")[0]
        place = {row[0]: number for number, row in enumerate(found)}
        cells = [[0] * len(found) for _ in found]
        for one in place:
            cells[place[one]][place[one]] = found[place[one]][3]
            ties = part.query(
                "SELECT neighbour, works FROM {tie} WHERE scope = ? AND member = ?", (one,)
            )
            for other, works in ties:
                if other in place:
                    cells[place[one]][place[other]] = works
    members = tuple(Named(*row[1:]) for row in found)
    return Matrix(members, tuple(map(tuple, cells)), all_of_them - len(members))


def years(networks: Networks, conferences: Collection[str] = (), most: int = 60) -> Years:
    """Count the papers on each topic by year; a paper counts once in a year.

    :param conferences: IRIs; all, if there are none.
    :param most: how many topics there may be.
    :raises ParameterError: a conference is unknown.
    """
    with networks.opened() as database:
        numbers = [number_of(database, iri) for iri in conferences]
        values = (json.dumps(numbers),)
        rows = database.execute(
            f"SELECT member, substr(start, 1, 4) AS year, count(DISTINCT work) {_DATED}"
            " GROUP BY member, year",
            values,
        ).fetchall()
        totals = dict(
            database.execute(
                f"SELECT substr(start, 1, 4) AS year, count(DISTINCT work) {_DATED} GROUP BY year",
                values,
            ).fetchall()
        )
        names = {
            number: (iri, label)
            for number, iri, label in database.execute(
                "SELECT id, iri, label FROM member WHERE kind = 'topics'"
            )
        }
    span = sorted(totals)[-_YEARS:]
    by_topic: dict[int, dict[str, int]] = {}
    for topic, year, works in rows:
        by_topic.setdefault(topic, {})[year] = works
    order = sorted(by_topic, key=lambda topic: (-sum(by_topic[topic].values()), names[topic][1]))
    topics = tuple(Named(*names[topic], sum(by_topic[topic].values())) for topic in order[:most])
    cells = tuple(tuple(by_topic[topic].get(year, 0) for year in span) for topic in order[:most])
    works = tuple(totals.get(year, 0) for year in span)
    return Years(tuple(map(int, span)), works, topics, cells, len(order) - len(topics))


def nearest(networks: Networks, one: str) -> str | None:
    """The conference that shares most topics with another, which is named by its IRI."""
    with networks.opened() as database:
        number = number_of(database, one)
        found = database.execute(
            "SELECT iri FROM (SELECT DISTINCT member FROM membership JOIN held USING (work)"
            " WHERE kind = 'topics' AND conference = ?1) JOIN membership USING (member)"
            " JOIN held USING (work) JOIN conference ON conference.id = conference"
            " WHERE conference.id != ?1 GROUP BY iri ORDER BY count(DISTINCT member) DESC, iri",
            (number,),
        ).fetchone()
    return None if found is None else str(found[0])


def shared(networks: Networks, one: str, other: str) -> tuple[list[Share], int, int]:
    """Compare the topics of two conferences.

    :param one, other: their IRIs.
    :return: topics with most papers at both first; and how many papers with topics each has.
    :raises ParameterError: a conference is unknown.
    """
    with networks.opened() as database:
        pair = [number_of(database, iri) for iri in (one, other)]
        counts: list[dict[int, int]] = []
        works: list[int] = []
        for number in pair:
            counts.append(
                dict(
                    database.execute(
                        "SELECT member, count(*) FROM membership JOIN held USING (work)"
                        " WHERE kind = 'topics' AND conference = ? GROUP BY member",
                        (number,),
                    ).fetchall()
                )
            )
            works += database.execute(
                "SELECT count(DISTINCT work) FROM membership JOIN held USING (work)"
                " WHERE kind = 'topics' AND conference = ?",
                (number,),
            ).fetchone()
        found = [
            Share(iri, label, counts[0].get(topic, 0), counts[1].get(topic, 0))
            for topic, iri, label in database.execute(
                "SELECT id, iri, label FROM member WHERE kind = 'topics'"
            )
            if topic in counts[0] or topic in counts[1]
        ]
    found.sort(key=lambda each: (-min(each[2:]), -max(each[2:]), each.label, each.iri))
    return found, works[0], works[1]
