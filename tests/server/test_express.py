"""The express lane: what is tried on it, and what becomes of what is too slow."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from symposia.graph.dataset import shipped
from symposia.graph.errors import LimitError, OverloadedError
from symposia.graph.generations import Generations
from symposia.server import express
from symposia.server.evaluation import Query, Workers
from symposia.server.express import Express
from symposia.server.lanes import Lanes
from symposia.server.limits import Limits
from symposia.server.negotiation import RESULTS
from symposia.server.runs import ClientLeftError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs socket pairs and signals")

THREE = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ {THREE} }}"
CSV = RESULTS[2]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped graphs, published."""
    return Generations(tmp_path_factory.mktemp("data")).publish(shipped()).path / "store"


class Held:
    """Lanes whose only ordinary worker is held."""

    def __init__(self, store: Path, limits: Limits) -> None:
        self.lanes = Lanes(1, limits)
        for pool in self.lanes.pools:
            pool.start()
        self.lanes.prepare(str(store))
        self.workers = Workers(self.lanes.queries, str(store))
        self.ordinary, _, self.express = self.lanes.pools
        self.ask("ASK {}")
        self.worker = self.ordinary.take(time.monotonic() + 100, lambda: False)
        self.until(lambda: self.ordinary.held and len(self.express._idle) == 2)

    def ask(self, query: str) -> bytes:
        """The whole answer of a query."""
        return self.workers.evaluate(Query(query), CSV, None).read()

    def until(self, condition: object) -> None:
        """Wait for what comes about by itself."""
        end = time.monotonic() + 10
        while not condition():  # type: ignore[operator]
            assert time.monotonic() < end, "it did not come about"
            time.sleep(0.01)


@pytest.fixture
def held(store: Path, request: pytest.FixtureRequest) -> Iterator[Held]:
    made = Held(store, getattr(request, "param", Limits(timeout=20.0, wait=0.3)))
    yield made
    pids = [pid for pool in made.lanes.pools for pid in pool.pids]
    made.lanes.close()
    assert len(pids) >= 2
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_what_is_quick_is_answered_and_costs_no_worker(held: Held) -> None:
    before = held.express.pids
    assert [held.ask(f"SELECT ({n} AS ?n) {{}}") for n in range(30)] == [
        f"n\r\n{n}\r\n".encode() for n in range(30)
    ]
    large = held.ask("SELECT * { ?s ?p ?o }")
    assert len(large) > 100_000, "it came in parts, and as a whole"
    assert large.endswith(b"\r\n")
    assert held.express.pids == before


def test_ordinary_workers_stand_back_for_a_processor(held: Held) -> None:
    own = os.getpriority(os.PRIO_PROCESS, 0)
    ordinary, pages, express = (
        {os.getpriority(os.PRIO_PROCESS, pid) for pid in pool.pids} for pool in held.lanes.pools
    )
    assert (ordinary, pages, express) == ({min(own + 10, 19)}, {own}, {own})


def test_what_is_slow_waits_like_others_and_is_tried_once(held: Held) -> None:
    slow = ENDLESS.replace("?n", "?m")
    for kills in (1, 1, 1):
        with pytest.raises(OverloadedError):
            held.ask(slow)
        assert held.express.kills == {"deadline": kills}
    held.until(lambda: len(held.express._idle) == 2)
    assert held.ask("SELECT (1 AS ?n) {}") == b"n\r\n1\r\n"


@pytest.mark.parametrize("held", [Limits(timeout=30.0, wait=20.0)], indirect=True)
def test_what_is_stopped_is_answered_by_the_next_worker(held: Held) -> None:
    answers: list[bytes] = []
    slow = "SELECT (COUNT(*) AS ?n) { ?a a ?c . ?d ?e ?f }"
    asking = threading.Thread(target=lambda: answers.append(held.ask(slow)), daemon=True)
    asking.start()
    held.until(lambda: held.express.kills["deadline"] == 1)
    assert asking.is_alive()
    held.until(lambda: held.ordinary.waiting == 1)
    held.ordinary.give_back(held.worker)
    asking.join(25)
    assert int(answers[0].split()[1]) > 1_000_000
    assert not +held.ordinary.kills


def test_an_answer_without_end_does_not_hold_it(held: Held) -> None:
    with pytest.raises(OverloadedError):
        held.ask(f"SELECT * {{ {THREE} }}")
    assert held.express.kills == {"deadline": 1}


@pytest.mark.parametrize(
    "held", [Limits(timeout=20.0, wait=0.3, rows=10, memory=64)], indirect=True
)
def test_limits_and_faults_are_the_same(held: Held) -> None:
    with pytest.raises(LimitError, match="more than 10 rows"):
        held.ask("SELECT * { ?s ?p ?o } LIMIT 11")
    with pytest.raises(LimitError, match="The query is too much for the engine"):
        held.ask("ASK { ?a " + "(" * 30_000 + "<x:a>" + ")*" * 30_000 + " ?b }")


def test_who_leaves_frees_it(held: Held) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("symposia.server.evaluation.departure", lambda: lambda: True)
        with pytest.raises(ClientLeftError):
            held.ask(ENDLESS.replace("?n", "?m"))
    assert held.express.kills["client"] == 1


@pytest.mark.parametrize("held", [Limits(timeout=100.0, wait=0.1)], indirect=True)
def test_slow_ones_cost_only_so_many_workers(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    """Quick ones of a known shape are answered meanwhile."""
    monkeypatch.setattr(express, "_KILLS", 0.0)  # no further ones while it takes its time
    monkeypatch.setattr(express, "_LAST", 100.0)  # so that the processor's time decides
    assert held.ask("SELECT (0 AS ?quick) {}")
    for number in range(12):
        held.until(lambda: len(held.express._idle) == 2)
        with pytest.raises(OverloadedError):
            held.ask(ENDLESS.replace("?n", "?" + "m" * (number + 1)))
        assert held.express.kills == {"deadline": min(number + 1, 8)}
        assert held.ask(f"SELECT ({number} AS ?quick) {{}}")


def test_workers_that_slow_ones_may_cost_come_with_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(express, "time", SimpleNamespace(monotonic=lambda: now))
    lane = Express(Limits())
    for later, allowed in ((0.0, 8), (0.5, 1), (0.25, 0), (0.25, 1), (2.0, 4), (1000.0, 8)):
        now += later
        spent = 0
        while lane._admits(b"a query", b"of no known shape") is not None:
            lane._spend()
            spent += 1
        assert spent == allowed
