"""The server as its clients see it while hostile queries run and its processes die."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from email.message import Message
from pathlib import Path
from urllib.parse import urlencode

import pytest
from symposia.graph.dataset import shipped
from symposia.graph.generations import Generations

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs socket pairs and signals")

THREE = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ {THREE} }}"
BESIDE = 3
"""Workers beside the ordinary ones, once they are needed."""
ENDLESS_ROWS = f"SELECT * {{ {THREE} }}"


class Server:
    """`symposia serve` in its own process."""

    def __init__(self, data: Path, log: Path, *options: str) -> None:
        with log.open("wb") as file:
            self.process = subprocess.Popen(
                [Path(sys.executable).with_name("symposia"), "serve", "--port", "0", *options],
                stderr=file,
                env={**os.environ, "SYMPOSIA_DATA": str(data)},
            )
        found = until(lambda: re.search(r"http://127\.0\.0\.1:(\d+)/", log.read_text("utf-8")), 30)
        self.port = int(found[1])
        self.log = log

    def workers(self) -> list[int]:
        """The process ids of its children."""
        listed = subprocess.run(
            ["ps", "-A", "-o", "pid=,ppid=,state="], capture_output=True, text=True, check=True
        ).stdout
        rows = [line.split() for line in listed.splitlines()]
        return [int(pid) for pid, parent, state in rows if int(parent) == self.process.pid]

    def ask(self, query: str, accept: str = "application/json") -> tuple[int, Message, bytes]:
        """The status, headers and body of an answer."""
        return self.get(f"/sparql?{urlencode({'query': query})}", accept)

    def get(self, path: str, accept: str = "*/*") -> tuple[int, Message, bytes]:
        """The status, headers and body of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=40)
        with contextlib.closing(connection):
            connection.request("GET", path, headers={"Accept": accept, "Cache-Control": "no-store"})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def send(self, query: str, accept: str = "text/csv", version: str = "1.1") -> socket.socket:
        """A connection on which a query was sent."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=40)
        target = f"/sparql?{urlencode({'query': query})}"
        head = f"GET {target} HTTP/{version}\r\nHost: localhost\r\nAccept: {accept}\r\n\r\n"
        connection.sendall(head.encode())
        return connection

    def stop(self, by: signal.Signals = signal.SIGTERM) -> None:
        """End it, and look that nothing of it is left."""
        children = self.workers()
        self.process.send_signal(by)
        self.process.wait(20)
        until(lambda: not any(running(pid) for pid in children))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the shipped graphs are published."""
    folder = tmp_path_factory.mktemp("data")
    Generations(folder).publish(shipped())
    return folder


@pytest.fixture
def server(data: Path, tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers, and ends them."""
    started: list[Server] = []

    def start(*options: str) -> Server:
        started.append(Server(data, tmp_path / f"log{len(started)}", *options))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.stop()
            assert each.process.returncode == 0
        assert "Traceback" not in each.log.read_text("utf-8")


def until(condition: Callable[[], object], seconds: float = 10.0) -> object:  # type: ignore[explicit-any]
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)
    return found


def running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def read(connection: socket.socket) -> bytes:
    with connection:
        parts = []
        with contextlib.suppress(ConnectionError):
            while part := connection.recv(1 << 20):
                parts.append(part)
        return b"".join(parts)


def test_pages_answer_while_every_worker_is_held(server: Callable[..., Server]) -> None:
    here = server("--timeout", "8", "--workers", "2")
    outcomes: list[tuple[int, float]] = []

    def hold() -> None:
        begun = time.monotonic()
        status, headers, body = here.ask(ENDLESS)
        outcomes.append((status, time.monotonic() - begun))
        assert headers["Content-Type"] == "application/problem+json"
        assert "stopped after 8 seconds" in json.loads(body)["detail"]

    holding = [threading.Thread(target=hold) for _ in range(2)]
    for each in holding:
        each.start()
    time.sleep(0.5)
    for path in ("/", "/tinyml-2023/paper/fmas.html", "/queries/", "/tinyml-2023/paper/fmas.ttl"):
        status, _, body = here.get(path)
        assert (status, len(body) > 200) == (200, True)
    assert all(each.is_alive() for each in holding), "the workers were not held"
    for each in holding:
        each.join()
    assert [status for status, _ in outcomes] == [504] * 2
    assert all(seconds < 9 for _, seconds in outcomes)
    assert here.ask("ASK {}")[0] == 200


@pytest.mark.parametrize("accept", ["text/csv", "application/json"])
def test_an_answer_that_is_cut_off_breaks_the_connection(
    accept: str, server: Callable[..., Server]
) -> None:
    here = server("--timeout", "1", "--workers", "1")
    head, _, body = read(here.send(ENDLESS_ROWS, accept)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert b"transfer-encoding: chunked" in head.lower()
    assert len(body) > 100_000
    assert not body.endswith(b"0\r\n\r\n")
    with pytest.raises(http.client.IncompleteRead):
        here.ask(ENDLESS_ROWS, accept)
    # HTTP/1.0 has no chunks, and takes the end of the connection for the end of the answer.
    assert b" 504 " in read(here.send(ENDLESS_ROWS, accept, "1.0")).partition(b"\r\n")[0]
    whole = read(here.send("SELECT * { ?s ?p ?o }", accept, "1.0"))
    assert b"content-length: " in whole.partition(b"\r\n\r\n")[0].lower()


@pytest.mark.parametrize("query", [ENDLESS, ENDLESS_ROWS], ids=["computing", "sending"])
def test_a_client_that_leaves_frees_its_worker(query: str, server: Callable[..., Server]) -> None:
    here = server("--timeout", "30", "--workers", "1")
    assert here.ask("ASK {}")[0] == 200
    before = {*here.workers()}
    with here.send(query) as connection:
        time.sleep(0.5)
        assert {*here.workers()} == before
        if query is ENDLESS_ROWS:
            assert connection.recv(1000).startswith(b"HTTP/1.1 200")
    until(lambda: len(before - {*here.workers()}) == 1, 3)
    assert here.ask("ASK {}")[0] == 200


def test_too_many_queries_are_told_when_to_come_back(server: Callable[..., Server]) -> None:
    here = server("--timeout", "30", "--workers", "1")
    with here.send(ENDLESS):
        time.sleep(0.3)
        status, headers, body = here.ask(ENDLESS.replace("?n", "?m"))
        assert status == 503
        assert int(headers["Retry-After"]) >= 1
        assert json.loads(body)["title"] == "Overloaded"


@pytest.mark.parametrize(
    ("option", "value", "query", "said"),
    [
        ("--max-rows", "5", "SELECT * { ?s ?p ?o } LIMIT 6", "more than 5 rows"),
        ("--memory", "64", f"SELECT * {{ {THREE} }} ORDER BY ?c", "more memory"),
    ],
)
def test_limits_are_told(
    option: str, value: str, query: str, said: str, server: Callable[..., Server]
) -> None:
    here = server("--workers", "1", option, value)
    status, _, body = here.ask(query)
    assert status == 507
    assert said in json.loads(body)["detail"]
    assert here.ask("ASK {}")[0] == 200


def test_no_page_is_made_of_an_endless_answer(server: Callable[..., Server]) -> None:
    here = server("--workers", "1")
    begun = time.monotonic()
    status, headers, page = here.ask(ENDLESS_ROWS, "text/html")
    assert time.monotonic() - begun < 10
    assert (status, headers.get_content_type()) == (507, "text/html")
    assert b"too large to be shown" in page
    assert here.ask("ASK {}")[0] == 200


def test_a_stop_lets_queries_end_and_leaves_no_process(server: Callable[..., Server]) -> None:
    here = server("--timeout", "3", "--workers", "2")
    with here.send(ENDLESS) as connection:
        time.sleep(0.5)
        children = here.workers()
        here.process.terminate()
        assert connection.recv(1000).startswith(b"HTTP/1.1 504"), "it had its time"
    here.process.wait(10)
    assert here.process.returncode == 0
    assert not any(running(pid) for pid in children)
    with pytest.raises(ConnectionRefusedError):
        here.ask("ASK {}")


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGINT])
def test_no_worker_outlives_the_server(by: signal.Signals, server: Callable[..., Server]) -> None:
    here = server("--workers", "2", "--timeout", "3")
    with here.send(ENDLESS), here.send(ENDLESS_ROWS):
        time.sleep(0.5)
        assert here.ask("ASK {}")[0] == here.get("/")[0] == 200
        until(lambda: len(here.workers()) == 2 + BESIDE)
        here.stop(by)


def test_look_ups_answer_while_every_worker_is_held(server: Callable[..., Server]) -> None:
    here = server("--timeout", "6", "--workers", "2", "--cache", "0")
    with here.send(ENDLESS), here.send(ENDLESS_ROWS):
        time.sleep(0.3)
        found = {
            number: here.ask(f"SELECT (<x:{number}> AS ?x) {{}}", "text/csv")
            for number in range(40)
        }
        assert {number: (each[0], each[2]) for number, each in found.items()} == {
            number: (200, f"x\r\nx:{number}\r\n".encode()) for number in range(40)
        }
        for number in range(1, 11):
            status, _, body = here.ask(f"SELECT ?s {{ ?s ?p ?o }} LIMIT {number * 100}", "text/csv")
            assert (status, body.count(b"\r\n")) == (200, number * 100 + 1)
        status, _, body = here.get("/api/coauthors?person=Brett+Meyer", "text/csv")
        assert (status, body.count(b"\r\n") > 1) == (200, True)
        assert here.ask("SELECT * { ?s ?p")[0] == 400
        metrics = here.get("/metrics")[2].decode()
    assert 'symposia_workers_killed_total{cause="deadline",work="express"} 0.0' in metrics
    assert 'symposia_workers_killed_total{cause="crash",work="express"} 0.0' in metrics


def test_a_thousand_heavy_queries_leave_room_for_look_ups(server: Callable[..., Server]) -> None:
    """Each query is another one, so that none is known to be slow."""
    here = server("--timeout", "6", "--workers", "2", "--cache", "0")
    look_up = "SELECT ?s {{ ?s ?p {} }} LIMIT 1"
    assert [here.ask(look_up.format(number))[0] for number in range(100, 105)] == [200] * 5
    statuses: list[int] = []

    def flood(first: int) -> None:
        for number in range(first, first + 10):
            heavy = ENDLESS.replace("?n", f"?n{'x' * number}")
            with contextlib.suppress(OSError, http.client.HTTPException):  # it ends meanwhile
                statuses.append(here.ask(heavy)[0])

    flooding = [
        threading.Thread(target=flood, args=[first], daemon=True) for first in range(0, 1000, 10)
    ]
    for each in flooding:
        each.start()
    found = [here.ask(look_up.format(number))[0] for number in range(1, 100)]
    assert found == [200] * 99
    assert any(each.is_alive() for each in flooding)
    metrics = here.get("/metrics")[2].decode()
    (killed,) = re.findall(r'killed_total{cause="deadline",work="express"} (\d+)', metrics)
    assert int(killed) <= 20, "so many are tried at once"
    assert {*statuses} <= {503, 504}
    here.stop(signal.SIGKILL)
    for each in flooding:
        each.join(5)


def test_pages_answer_while_their_workers_are_held(server: Callable[..., Server]) -> None:
    """A page whose queries take long is stopped, and others answer meanwhile."""
    here = server("--timeout", "6", "--workers", "2", "--cache", "0")
    paths = ("/", "/people", "/tinyml-2023/paper/fmas.html", "/tinyml-2023/paper/fmas.ttl")
    expected = {path: here.get(path)[2] for path in paths}
    with here.send(ENDLESS), here.send(ENDLESS_ROWS):
        time.sleep(0.3)
        assert {path: here.get(path)[::2] for path in paths} == {
            path: (200, body) for path, body in expected.items()
        }
        for number in range(30):
            assert here.get(f"/tinyml-2023/person/nobody-{number}")[0] == 404
        assert here.ask("ASK {}")[0] == 200
        until(lambda: len(here.workers()) == 2 + BESIDE)
    # Whatever becomes of a worker of pages, the server goes on.
    before = {*here.workers()}
    for pid in before:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    assert here.get("/")[0] == 200
    until(lambda: len({*here.workers()} - before) == 2 + BESIDE)
