"""A SELECT as a sub-select, for a server that sorts and answers only so far."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from symposia.graph.questions import questions
from symposia.graph.store import Store
from symposia.graph.virtuoso import RowLimit, Select, as_select

DATA = "".join(f'<x:{n}> <x:p> {n} ; <x:q> "}} LIMIT 3 # {n}" .\n' for n in range(30))
QUERIES = [
    "SELECT ?s ?n WHERE { ?s <x:p> ?n } ORDER BY DESC(?n) LIMIT 5 OFFSET 12",
    "SELECT ?s ?n { ?s <x:p> ?n } ORDER BY ?n OFFSET 3 LIMIT 4 # LIMIT 2",
    "PREFIX limit: <x:> SELECT ?s { ?s limit:p ?n } ORDER BY ?n\nLIMIT 7",
    "SELECT (COUNT(*) AS ?c) ?t { ?s <x:q> ?t } GROUP BY ?t ORDER BY DESC(?c) ?t LIMIT 6",
    "SELECT DISTINCT (STR(?s) AS ?x) { ?s ?p ?o { SELECT ?s { ?s ?p 5 } LIMIT 9 } } ORDER BY ?x",
    "SELECT ?s ?n { ?s <x:p> ?n } ORDER BY ?n LIMIT 8 VALUES ?n { 3 5 7 }",
    'SELECT ?s ?t { ?s <x:q> ?t FILTER(?t != "ORDER BY ?x LIMIT 1") } ORDER BY ?s LIMIT 5',
]


@pytest.fixture(scope="module")
def engine() -> ox.Store:
    store = ox.Store()
    store.load(DATA, format=ox.RdfFormat.TURTLE)
    return store


def rows(engine: ox.Store, query: str) -> list[tuple[str, ...]]:
    found = engine.query(query)
    names = [variable.value for variable in found.variables]
    return [(*names,), *(tuple(str(row[name]) for name in names) for row in found)]


@pytest.mark.parametrize("query", QUERIES)
def test_it_gives_the_same_rows(engine: ox.Store, query: str) -> None:
    parts = Select.of(query)
    assert parts.ordered
    assert rows(engine, parts.within()) == rows(engine, query)
    whole = parts._replace(slice="")
    everything = rows(engine, whole.within())
    number = int(rows(engine, whole.counted())[1][0].split('"')[1])
    assert number == len(everything) - 1
    pages = [rows(engine, whole.page(4, at))[1:] for at in range(0, number, 4)]
    assert [row for page in pages for row in page] == everything[1:]


def test_every_question_can_be_paged() -> None:
    store = Store.memory()
    for asked in questions():
        if asked.form == "SELECT":
            parts = Select.of(asked.text)
            assert parts.ordered, asked.name
            assert parts.names.split() == [f"?{name}" for name in asked.columns]
            store.query(parts.page(10, 10))
            store.query(parts.counted())


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ASK { ?s <x:p> 1 }", "SELECT * { ?s <x:p> 1 }\nLIMIT 1"),
        ("ASK { ?s ?p ?o } GROUP BY ?s", None),
    ],
)
def test_an_ask_as_a_select(query: str, expected: str | None) -> None:
    assert as_select(query) == expected


def test_a_limit_is_found_out_from_a_table() -> None:
    asked: list[str] = []

    def ask(query: str) -> tuple[int, dict[str, str]]:
        asked.append(query)
        return 500, {"X-SPARQL-MaxRows": "500"}

    limit = RowLimit()
    assert limit.of_graph({}, 0, ask) is None
    assert asked == []
    assert limit.of_graph({}, 499, ask) is None
    assert limit.of_graph({}, 500, ask) == 500
    assert len(asked) == 1


def test_what_is_proven_is_not_asked_again() -> None:
    asked: list[str] = []

    def ask(query: str) -> tuple[int, dict[str, str]]:
        asked.append(query)
        return int(query.rpartition(" ")[2]), {}

    limit = RowLimit()
    assert [limit.of_graph({}, size, ask) for size in (10, 999, 4000, 7000)] == [None] * 4
    assert len(asked) == 2
    assert limit.of_graph({}, 1_048_576, ask) == 1_048_576
