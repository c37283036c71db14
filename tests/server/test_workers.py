"""Workers: what no query can do to them, and what becomes of those that end."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from symposia.graph.dataset import NamedGraph, shipped
from symposia.graph.errors import (
    EvaluationError,
    LimitError,
    NotAcceptableError,
    OverloadedError,
    QueryError,
    QueryTimeoutError,
    StoreError,
)
from symposia.graph.generations import Generations
from symposia.graph.store import Store
from symposia.server.child import KilledError
from symposia.server.evaluation import InProcess, Query, Workers
from symposia.server.limits import Limits
from symposia.server.negotiation import GRAPHS, RESULTS, Format
from symposia.server.runs import ClientLeftError
from symposia.server.workers import Pool

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs socket pairs and signals")

JSON, TURTLE = RESULTS[0], GRAPHS[0]
TIMEOUT = 1.0
GRACE = 0.3
THREE = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ {THREE} }}"
ENDLESS_ROWS = f"SELECT * {{ {THREE} }}"
DOUBLE = " ".join(
    f"BIND(CONCAT({','.join([f'?{a}'] * 8)}) AS ?{b})"
    for a, b in zip("abcdefghijkl", "bcdefghijklm", strict=True)
)

HOSTILE = {
    "aggregate": ENDLESS,
    "rows": ENDLESS_ROWS,
    "sort": f"SELECT * {{ {THREE} }} ORDER BY ?f",
    "sort for one row": f"SELECT * {{ {THREE} }} ORDER BY ?f LIMIT 1",
    "distinct": f"SELECT DISTINCT ?a ?d ?g {{ {THREE} }}",
    "group": f"SELECT ?a ?d ?g (COUNT(*) AS ?n) {{ {THREE} }} GROUP BY ?a ?d ?g",
    "minus": f"SELECT * {{ {THREE} MINUS {{ ?x ?y ?z . ?p ?q ?r }} }}",
    "path": "SELECT (COUNT(*) AS ?n) { ?a (!<x:a>|^!<x:a>)* ?b . ?c (!<x:a>|^!<x:a>)* ?d }",
    "regex": 'SELECT * { ?a ?b ?c FILTER(REGEX(STR(?c), "((a{0,100}){0,100}){0,100}")) }',
    "construct": f"CONSTRUCT {{ ?a ?e ?i }} {{ {THREE} }}",
    "describe": f"DESCRIBE ?a ?d {{ {THREE} }}",
    "strings that grow": f"SELECT (GROUP_CONCAT(CONCAT(STR(?a),STR(?c))) AS ?n) {{ {THREE} }}",
    "strings that double": f"SELECT (STRLEN(?m) AS ?n) {{ BIND('{'x' * 16}' AS ?a) {DOUBLE} }}",
    "groups in groups": "SELECT * " + "{" * 50_000 + "?a ?b ?c" + "}" * 50_000,
    "expressions in expressions": "ASK { FILTER(" + "(" * 50_000 + "1" + ")" * 50_000 + ") }",
    "nodes in nodes": "ASK { ?a ?b " + "[ ?b " * 30_000 + "1" + "]" * 30_000 + " }",
    "paths in paths": "ASK { ?a " + "(" * 30_000 + "<x:a>" + ")*" * 30_000 + " ?b }",
    "many unions": "ASK { " + " UNION ".join(["{ ?a ?b ?c }"] * 20_000) + " }",
    "a long sum": f"SELECT ({'+'.join(['1'] * 100_000)} AS ?n) {{}}",
    "many joins": "ASK { " + " ".join(f"?a{n} ?b{n} ?a{n + 1} ." for n in range(5_000)) + " }",
    "a megabyte of IN": f"ASK {{ ?a ?b ?c FILTER(?a IN ({','.join(['<x:a>'] * 160_000)})) }}",
    "too long": "ASK {} #" + "x" * 1_000_000,
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped graphs, published."""
    return Generations(tmp_path_factory.mktemp("data")).publish(shipped()).path / "store"


@pytest.fixture
def pools() -> Iterator[Callable[..., Pool]]:
    """Makes pools, and looks at the end that none of their processes is left."""
    made: list[Pool] = []

    def make(number: int = 1, **limits: float) -> Pool:
        made.append(Pool(number, Limits(**{"timeout": 20.0, "wait": 10.0, **limits})))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for pool in made:
        pids = pool.pids
        pool.close()
        assert [pid for pid in pids if running(pid)] == []


def running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


def workers(pool: Pool, store: Path) -> Workers:
    return Workers(pool, str(store))


def ask(pool: Pool, store: Path, query: str, form: Format = JSON, **options: object) -> bytes:
    return workers(pool, store).evaluate(Query(query, **options), form, TURTLE).read()  # type: ignore[arg-type]


class Asking(threading.Thread):
    """Asks in a thread of its own, and keeps what comes of it."""

    def __init__(self, pool: Pool, store: Path, query: str) -> None:
        super().__init__(daemon=True)
        self._asked = (pool, store, query)
        self.answer: bytes | None = None
        self.error: Exception | None = None
        self.start()

    def run(self) -> None:
        """Ask."""
        try:
            self.answer = ask(*self._asked)
        except Exception as error:  # noqa: BLE001  it is looked at
            self.error = error


@pytest.mark.parametrize("name", HOSTILE)
def test_no_query_holds_a_worker(name: str, store: Path, hostile: Pool) -> None:
    begun = time.monotonic()
    with pytest.raises((QueryTimeoutError, LimitError, QueryError)) as caught:
        ask(hostile, store, HOSTILE[name])
    assert time.monotonic() - begun < TIMEOUT + GRACE
    assert caught.value.http_status in (400, 504, 507)


@pytest.fixture(scope="module")
def hostile() -> Iterator[Pool]:
    pool = Pool(2, Limits(timeout=TIMEOUT, memory=256))
    yield pool
    pool.close()


def test_what_a_worker_answers_is_what_the_engine_answers(
    store: Path, pools: Callable[..., Pool]
) -> None:
    pool = pools()
    here = InProcess(Store.open(store))
    queries = ("SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o", "ASK { ?s ?p ?o }", "SELECT ?x {}")
    for query in queries:
        for form in RESULTS:
            there = workers(pool, store).evaluate(Query(query), form, None)
            assert there.format is form
            assert there.read() == here.evaluate(Query(query), form, None).read()
    for form in GRAPHS:
        query = "CONSTRUCT { ?s a ?c } { ?s a ?c }"
        there = workers(pool, store).evaluate(Query(query), None, form)
        assert there.read() == here.evaluate(Query(query), None, form).read()


@pytest.mark.parametrize(
    "term",
    [
        ox.NamedNode("x:a"),
        ox.Literal("a\n\"'é\U0001f600"),
        ox.Literal("a", language="en-gb"),
        ox.Literal("1", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
    ],
)
def test_bound_values_arrive(
    term: ox.NamedNode | ox.Literal, store: Path, pools: Callable[..., Pool]
) -> None:
    answer = ask(pools(), store, "SELECT ?x {}", RESULTS[3], bindings={"x": term})
    assert answer.decode() == f"?x\n{1 if term.value == '1' else term}\n"


def test_errors_are_those_of_the_query(store: Path, pools: Callable[..., Pool]) -> None:
    pool = pools()
    with pytest.raises(QueryError) as caught:
        ask(pool, store, "SELECT *\n{ ?s ?p }")
    assert (caught.value.line, caught.value.http_status) == (2, 400)
    with pytest.raises(NotAcceptableError):
        workers(pool, store).evaluate(Query("ASK {}"), None, TURTLE)
    with pytest.raises(StoreError):
        ask(pool, store / "missing", "ASK {}")
    with pytest.raises(QueryError, match="codec"):
        ask(pool, store, "ASK { ?a ?b '\ud800' }")
    assert not +pool.kills


@pytest.mark.parametrize("form", RESULTS, ids=lambda form: form.name)
def test_an_answer_has_at_most_so_many_rows(
    form: Format, store: Path, pools: Callable[..., Pool]
) -> None:
    pool = pools(rows=10)
    assert ask(pool, store, "SELECT * { ?s ?p ?o } LIMIT 10", form)
    with pytest.raises(LimitError, match="more than 10 rows") as caught:
        ask(pool, store, "SELECT * { ?s ?p ?o } LIMIT 11", form)
    assert caught.value.http_status == 507
    with pytest.raises(LimitError, match="more than 10 triples"):
        ask(pool, store, "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", form)
    assert not +pool.kills


def test_an_answer_has_at_most_so_many_bytes(store: Path, pools: Callable[..., Pool]) -> None:
    pool = pools(size=1)
    answer = workers(pool, store).evaluate(Query(ENDLESS_ROWS), JSON, None)
    parts = []
    with pytest.raises(LimitError, match="more than 1,048,576 bytes"):
        parts.extend(answer.chunks)
    assert sum(map(len, parts)) <= 1_048_576


def test_an_answer_is_streamed(store: Path, pools: Callable[..., Pool]) -> None:
    pool = pools()
    answer = workers(pool, store).evaluate(Query(ENDLESS_ROWS), JSON, None)
    parts = iter(answer.chunks)
    assert next(parts).startswith(b'{"head":')
    assert pool.busy == 1
    time.sleep(0.5)  # nobody reads: the worker waits, and its memory does not grow
    (child,) = pool._children
    before = child.memory()
    for _ in range(200):
        assert len(next(parts)) >= 65_536
    assert child.memory() - before < 16 * 1024 * 1024
    answer.chunks.close()  # type: ignore[attr-defined]
    until(lambda: pool.busy == 0 and len(pool.pids) == 1)
    assert json.loads(ask(pool, store, "ASK {}")) == {"head": {}, "boolean": True}


def test_an_answer_that_runs_out_of_time_breaks_off(
    store: Path, pools: Callable[..., Pool]
) -> None:
    answer = workers(pools(timeout=1.0), store).evaluate(Query(ENDLESS_ROWS), JSON, None)
    with pytest.raises(QueryTimeoutError):
        for _ in answer.chunks:
            pass


def test_who_does_not_read_holds_a_worker_no_longer_than_the_limit(
    store: Path, pools: Callable[..., Pool]
) -> None:
    pool = pools(timeout=1.0)
    answer = workers(pool, store).evaluate(Query(ENDLESS_ROWS), JSON, None)
    held = pool.pids
    until(lambda: pool.pids and pool.pids != held and pool.busy == 0)
    assert json.loads(ask(pool, store, "ASK {}"))["boolean"] is True
    with pytest.raises(QueryTimeoutError):
        for _ in answer.chunks:
            pass


def test_a_client_that_leaves_frees_its_worker(store: Path, pools: Callable[..., Pool]) -> None:
    pool = pools()
    ask(pool, store, "ASK {}")
    held = pool.pids
    begun = time.monotonic()
    request_of = workers(pool, store)
    left = threading.Event()
    threading.Timer(0.3, left.set).start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("symposia.server.evaluation.departure", lambda: left.is_set)
        with pytest.raises(ClientLeftError):
            request_of.evaluate(Query(ENDLESS), JSON, None)
    assert time.monotonic() - begun < 2
    until(lambda: not running(held[0]))
    assert json.loads(ask(pool, store, "ASK {}"))["boolean"] is True


def test_queries_wait_in_order_and_too_many_are_refused(
    store: Path, pools: Callable[..., Pool]
) -> None:
    pool = pools(wait=0.5, queue=2)
    ask(pool, store, "ASK {}")
    holding = Asking(pool, store, ENDLESS)
    until(lambda: pool.busy == 1)
    waiting = [Asking(pool, store, "ASK {}") for _ in range(2)]
    until(lambda: pool.waiting == 2)
    begun = time.monotonic()
    with pytest.raises(OverloadedError) as caught:
        ask(pool, store, "ASK {}")
    assert time.monotonic() - begun < 0.4, "it was refused at once"
    assert caught.value.http_status == 503
    assert caught.value.retry_after >= 1
    for each in waiting:
        each.join(5)
        assert isinstance(each.error, OverloadedError)
    pool.close()
    holding.join(5)
    assert isinstance(holding.error, OverloadedError)


def test_a_worker_killed_from_outside_costs_no_answer(
    store: Path, pools: Callable[..., Pool]
) -> None:
    pool = pools(2)
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?c }"
    expected = ask(pool, store, slow)
    for _ in range(3):
        asking = Asking(pool, store, slow)
        until(lambda: pool.busy == 1)
        for child in [*pool._children]:
            if child.deadline is not None:
                os.kill(child.pid, signal.SIGKILL)
        asking.join(20)
        assert asking.answer == expected, asking.error
    until(lambda: len(pool.pids) == 2)


def test_who_is_killed_again_and_again_is_told(store: Path, pools: Callable[..., Pool]) -> None:
    pool = pools(1)
    asking = Asking(pool, store, ENDLESS)
    while asking.is_alive():
        for pid in pool.pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        asking.join(0.1)
    assert isinstance(asking.error, KilledError)
    assert asking.error.http_status == 500


def test_a_fault_of_the_engine_is_told(store: Path, pools: Callable[..., Pool]) -> None:
    pool = pools(1)
    time_ = "'2023-01-01T00:00:{:02}Z'^^<http://www.w3.org/2001/XMLSchema#dateTime>"
    values = " ".join(f"{n} '{n}' {time_.format(n % 60)}" for n in range(200))
    # The engine ends its process over the order of such values.
    with pytest.raises(EvaluationError, match="engine failed") as caught:
        ask(pool, store, f"SELECT ?x {{ VALUES ?x {{ {values} }} }} ORDER BY DESC(?x)")
    assert caught.value.http_status == 500
    assert "ORDER BY STR" in caught.value.hint
    assert ask(pool, store, f"SELECT ?x {{ VALUES ?x {{ {values} }} }} ORDER BY STR(?x)")


def test_idle_workers_are_replaced(store: Path, pools: Callable[..., Pool]) -> None:
    pool = pools(2)
    ask(pool, store, "ASK {}")
    until(lambda: len(pool.pids) == 2)
    before = pool.pids
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    assert ask(pool, store, "ASK {}")
    until(lambda: len(pool.pids) == 2 and not {*pool.pids} & {*before})


def test_a_worker_knows_nothing_secret(store: Path, pools: Callable[..., Pool]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYMPOSIA_TOKEN", "secret")
        pool = pools()
        ask(pool, store, "ASK {}")
    if not Path("/proc/self/environ").exists():
        pytest.skip("the system does not show the environment of a process")
    environment = Path(f"/proc/{pool.pids[0]}/environ").read_bytes()
    assert b"secret" not in environment


def test_a_new_generation_meets_new_queries_only(
    tmp_path: Path, pools: Callable[..., Pool]
) -> None:
    def publish(number: int) -> Path:
        text = "".join(f"<x:{n}> <x:p> <x:{number}> .\n" for n in range(300))
        source = tmp_path / f"{number}.ttl"
        source.write_text(text, "utf-8")
        return generations.publish([NamedGraph("x:g", source, "g")]).path / "store"

    generations = Generations(tmp_path / "data", keep=1)
    pool = pools(2)
    everything = "SELECT ?o { ?a ?b ?o . ?c ?d ?e }"
    first = publish(1)
    begun = workers(pool, first).evaluate(Query(everything), JSON, None)
    parts = iter(begun.chunks)
    read = next(parts)  # it waits for its reader now, amid its answer
    second = publish(2)
    assert not first.exists()
    new = ask(pool, second, everything)
    old = read + b"".join(parts)
    assert (new.count(b'"x:1"'), new.count(b'"x:2"')) == (0, 300 * 300)
    assert (old.count(b'"x:1"'), old.count(b'"x:2"')) == (300 * 300, 0)
    assert not +pool.kills
    with pytest.raises(OverloadedError, match="published anew"):
        ask(pools(1), first, "ASK {}")  # a worker that never had the first open


PARENT = """\
import sys, threading, time
from symposia.server.evaluation import Query, Workers
from symposia.server.negotiation import RESULTS
from symposia.server.workers import Pool

pool = Pool(2)
ask = lambda query: Workers(pool, sys.argv[1]).evaluate(Query(query), RESULTS[0], None)
ask("ASK {}").read()
threading.Thread(target=ask, args=[sys.argv[2]], daemon=True).start()
while len(pool.pids) < 2 or pool.busy < 1:
    time.sleep(0.01)
print(*pool.pids, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("death", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_worker_outlives_its_parent(death: signal.Signals, store: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(store), ENDLESS],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert parent.stdout is not None
    with parent.stdout:
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(pids) == 2
        assert all(running(pid) for pid in pids)
        parent.send_signal(death)
        parent.wait(10)
    until(lambda: not any(running(pid) for pid in pids))
