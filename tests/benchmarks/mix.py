"""The requests of the load: look-ups mostly, some pages of rows, a few long tables."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from .conferences import BASE, PEOPLE, SESSIONS, SYM, TALKS, Zipf

__all__ = ["Request", "lookups", "mix", "requests"]

PREFIXES = (
    f"PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX foaf: <http://xmlns.com/foaf/0.1/>"
    f" PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX schema: <https://schema.org/>"
    f" PREFIX sym: <{SYM}> "
)
LONG = 10_000


@dataclass(frozen=True)
class Request:
    """A query, and the kind that it is of."""

    kind: str
    query: str


def requests(conferences: int, seed: int = 1) -> list[Request]:
    """A thousand requests that differ: 700 look-ups, 200 answers of 50 rows, 100 of 10,000.

    :param conferences: how many there are in the graph.
    """
    chance = random.Random(seed)  # noqa: S311  it must repeat itself
    found = [Request("look-up", _lookup(i, conferences, chance)) for i in range(700)]
    found += [Request("50 rows", _programme(i, conferences)) for i in range(200)]
    found += [Request("10,000 rows", _table(i)) for i in range(100)]
    return [Request(each.kind, f"{PREFIXES}{each.query} # {i}") for i, each in enumerate(found)]


def _lookup(i: int, conferences: int, chance: random.Random) -> str:
    root = f"{BASE}bench-{chance.randrange(conferences)}"
    paper = f"<{root}/paper/{chance.randrange(SESSIONS)}-{chance.randrange(TALKS)}>"
    person = f"<{root}/person/{chance.randrange(PEOPLE)}>"
    return (
        f"SELECT ?name ?employer {{ {person} foaf:name ?name ; schema:affiliation ?employer }}",
        f"SELECT ?title ?author {{ {paper} dcterms:title ?title ; dcterms:creator ?author }}",
        f"ASK {{ {paper} dcterms:creator {person} }}",
        f"SELECT ?talk ?title {{ ?talk sym:presents {paper} ; rdfs:label ?title }}",
        f"SELECT ?p ?o {{ {person} ?p ?o }}",
    )[i % 5]


def _programme(i: int, conferences: int) -> str:
    return (
        f"SELECT ?session ?place ?title {{ ?session sym:partOf <{BASE}bench-{i % conferences}> ."
        " ?talk sym:partOf ?session ; sym:position ?place ; rdfs:label ?title }"
        " ORDER BY ?session ?place"
    )


def _table(i: int) -> str:
    return f"SELECT ?person ?name {{ ?person foaf:name ?name }} OFFSET {i} LIMIT {LONG}"


def mix(found: Sequence[Request], number: int, seed: int = 2) -> list[int]:
    """Which request comes when: 70 % look-ups, 20 % of 50 rows, 10 % of 10,000; Zipf in each."""
    return _sequence(found, {"look-up": 70, "50 rows": 20, "10,000 rows": 10}, number, seed)


def lookups(found: Sequence[Request], number: int, seed: int = 3) -> list[int]:
    """Which look-up comes when; Zipf."""
    return _sequence(found, {"look-up": 1}, number, seed)


def _sequence(
    found: Sequence[Request], shares: dict[str, int], number: int, seed: int
) -> list[int]:
    chance = random.Random(seed)  # noqa: S311  it must repeat itself
    of = {kind: [i for i, each in enumerate(found) if each.kind == kind] for kind in shares}
    draws = {kind: Zipf(len(places), chance) for kind, places in of.items()}
    kinds = chance.choices(list(shares), weights=list(shares.values()), k=number)
    return [of[kind][draws[kind].draw()] for kind in kinds]
