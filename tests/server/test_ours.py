"""Our own queries, asked of processes that are stopped when they take long."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask import Flask
from symposia.graph.dataset import shipped
from symposia.graph.errors import LimitError, QueryError, QueryTimeoutError
from symposia.graph.generations import Generations
from symposia.graph.namespaces import BASE
from symposia.graph.store import Store
from symposia.server import panels
from symposia.server.app import create_app
from symposia.server.express import Express
from symposia.server.lanes import Lanes
from symposia.server.limits import Limits
from symposia.server.ours import Ahead, Found, Here, Query, There
from symposia.server.workers import Pool

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs socket pairs and signals")

THREE = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ {THREE} }}"
FMAS = ox.NamedNode(f"{BASE}tinyml-2023/paper/fmas")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the shipped graphs are published."""
    folder = tmp_path_factory.mktemp("data")
    Generations(folder).publish(shipped())
    return folder


@pytest.fixture(scope="module")
def lanes() -> Iterator[Lanes]:
    made = Lanes(1)
    made.pages.pool.limits = made.pages.limits = replace(made.pages.limits, timeout=1.5)
    yield made
    made.close()


@pytest.fixture(scope="module")
def there(data: Path, lanes: Lanes) -> There:
    return There(lanes.pages, str(next((data / "generations").glob("*/store"))))


@pytest.fixture(scope="module")
def app(data: Path, lanes: Lanes) -> Flask:
    return create_app(data, lanes=lanes)


def test_what_they_answer_is_what_the_engine_answers(data: Path, there: There) -> None:
    here = Here(Store.open(next((data / "generations").glob("*/store"))))
    queries = [
        ("SELECT ?this ?p ?o { ?this ?p ?o } ORDER BY ?p ?o", {"this": FMAS}),
        ("ASK { ?this ?p ?o }", {"this": FMAS}),
        ("ASK { ?this ?p ?o }", {"this": ox.NamedNode("x:nobody")}),
        ("SELECT (<x:a> AS ?a) ('b'@en AS ?b) ('c\\n\U0001f600' AS ?c) (1 AS ?d) ?e {}", {}),
        ("SELECT ?o { ?s ?p ?o FILTER(ISBLANK(?o)) } ORDER BY ?o LIMIT 5", {}),
        ("CONSTRUCT { ?this ?p ?o } { ?this ?p ?o }", {"this": FMAS}),
        ("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(false) }", {}),
    ]
    for found, expected in zip(there.ask(queries), here.ask(queries), strict=True):
        if isinstance(expected, ox.QuerySolutions):
            assert isinstance(found, ox.QuerySolutions)
            assert found.variables == expected.variables
            assert [str(row) for row in found] == [str(row) for row in expected]
        elif isinstance(expected, ox.QueryBoolean):
            assert isinstance(found, ox.QueryBoolean)
            assert bool(found) is bool(expected)
        else:
            assert isinstance(found, list)
            assert set(found) == set(expected)
    assert there.ask([]) == []


def test_they_are_stopped_together(there: There, lanes: Lanes) -> None:
    before = lanes.pages.pool.kills["deadline"]
    with pytest.raises(
        QueryTimeoutError, match=r"The page was stopped after 1\.5 seconds"
    ) as caught:
        there.ask([("ASK {}", {}), (ENDLESS, {}), ("ASK {}", {})])
    assert "/sparql" in caught.value.hint
    assert lanes.pages.pool.kills["deadline"] == before + 1
    with pytest.raises(QueryError):
        there.ask([("ASK {}", {}), ("SELECT", {})])


def test_their_answers_have_a_bound(data: Path) -> None:
    lanes = Lanes(1, Limits(size=1))
    try:
        there = There(lanes.pages, str(next((data / "generations").glob("*/store"))))
        everything = ("SELECT * { ?s ?p ?o }", {})
        with pytest.raises(LimitError, match="more than 1,048,576 bytes"):
            there.ask([everything, everything])
        assert not +lanes.pages.pool.kills
    finally:
        lanes.close()


@pytest.mark.parametrize(
    ("accept", "kind"), [("text/html", "text/html"), ("*/*", "application/problem+json")]
)
def test_a_page_that_takes_long_is_told(
    accept: str, kind: str, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = panels.query_text
    slow = f"SELECT ?this ?n {{ {{ {ENDLESS} }} }} ORDER BY ?n"
    monkeypatch.setattr(
        panels, "query_text", lambda path: slow if path.endswith("authors.rq") else text(path)
    )
    answer = app.test_client().get("/tinyml-2023/paper/fmas.html", headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (504, kind)
    assert "The page was stopped after 1.5 seconds" in answer.text


def test_quick_pages_answer_while_a_slow_one_holds_their_worker(
    app: Flask, there: There, lanes: Lanes
) -> None:
    client = app.test_client()
    expected = {path: client.get(path).data for path in ("/", "/people", "/tinyml-2023.html")}
    lanes.prepare(there._store)
    held = lanes.pages.pool.take(time.monotonic() + 60, lambda: False)
    try:
        found: dict[str, bytes] = {}

        def get(path: str) -> None:
            found[path] = app.test_client().get(path).data

        asking = [threading.Thread(target=get, args=[path]) for path in expected]
        for each in asking:
            each.start()
        for each in asking:
            each.join()
        assert found == expected
    finally:
        lanes.pages.pool.give_back(held)


def test_a_page_reads_the_generation_that_it_began_with(tmp_path: Path, lanes: Lanes) -> None:
    generations = Generations(tmp_path / "data")
    first = generations.publish(shipped())
    there = There(lanes.pages, first.location)
    count = ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", {})
    (before,) = there.ask([count])
    second = generations.publish(shipped()[:1])
    (old,), (new,) = there.ask([count]), There(lanes.pages, second.location).ask([count])
    numbers = [int(next(iter(each))["n"].value) for each in (before, old, new)]  # type: ignore[union-attr, index, arg-type]
    assert numbers[0] == numbers[1] > numbers[2] > 0
    shutil.rmtree(tmp_path / "data")


def test_what_will_be_asked_comes_with_the_first_that_is() -> None:
    asked: list[list[str]] = []

    class Counted(Here):
        def ask(self, queries: Sequence[Query]) -> list[Found]:
            asked.append([text for text, _ in queries])
            return super().ask(queries)

    store = Store.memory(shipped())
    this = {"this": FMAS}
    queries = [
        ("SELECT ?this ?p { ?this ?p ?o }", this),
        ("ASK { ?this ?p ?o }", this),
        ("ASK { ?this ?p ?o }", {"this": ox.NamedNode(f"{BASE}none")}),
        ("ASK {}", {}),
    ]
    alone = [*map(_told, Here(store).ask(queries))]
    ahead = Ahead(Counted(store), queries[1:3])
    for number in (0, 1, 2, 3, 1):  # the second time it is asked anew
        (found,) = ahead.ask([queries[number]])
        assert _told(found) == alone[number]
    assert alone[1:] == [True, False, True]
    texts = [text for text, _ in queries]
    assert asked == [texts[:3], [texts[3]], [texts[1]]]


def _told(found: Found) -> object:
    return bool(found) if isinstance(found, ox.QueryBoolean) else len([*found])


def test_a_page_and_a_document_ask_their_workers_seldom(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    ask = There.ask

    def counted(self: There, queries: Sequence[Query]) -> list[Found]:
        asked.append(len(queries))
        return ask(self, queries)

    monkeypatch.setattr(There, "ask", counted)
    client = app.test_client()
    most = {"html": 4, "ttl": 1, "nq": 1, "jelly": 1}
    for suffix, times in most.items():
        client.get(f"/tinyml-2023/paper/fmas.{suffix}")  # what a generation is asked once
        asked.clear()
        assert client.get(f"/tinyml-2023/paper/fmas.{suffix}").status_code == 200
        assert len(asked) <= times, suffix


def test_what_the_express_lane_had_no_time_for_is_told_as_the_page_that_it_was_of(
    there: There, lanes: Lanes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(*_: object) -> None:
        raise QueryTimeoutError("The query was stopped after 30 seconds.")

    monkeypatch.setattr(Pool, "held", True)
    monkeypatch.setattr(Express, "attempt", late)
    with pytest.raises(QueryTimeoutError, match=r"^The page was stopped after 1.5 seconds"):
        there.ask([("ASK {}", {})])
    assert not lanes.pages.pool.busy
