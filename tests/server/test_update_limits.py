"""Changes that exceed a limit, whose client leaves, or whose process is killed: whole or not."""

from __future__ import annotations

import os
import random
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from .writable import TOKEN, Reply, Server, serving

UPDATE = "application/sparql-update"
PRESENT = "INSERT DATA { GRAPH <x:kept> { <x:s> <x:p> 1 } }"
DIGITS = " ".join(f"VALUES ?{name} {{ 0 1 2 3 4 5 6 7 8 9 }}" for name in "abcdefghijkl")
ENDLESS = f"INSERT {{ GRAPH <x:h> {{ <x:s> <x:p> ?a }} }} WHERE {{ {DIGITS} FILTER(?a + ?l < 0) }}"
GROWING = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(20))
GREEDY = (
    "INSERT { GRAPH <x:h> { <x:s> <x:p> ?big } } WHERE "
    f"{{ BIND('x' AS ?x0) {GROWING} {DIGITS} BIND(CONCAT(?x20, STRUUID()) AS ?big) }}"
)
KINDS = ("scratch", "published")


def options(kind: str, folder: Path) -> list[str]:
    """The options of a server of a kind."""
    return ["--scratch"] if kind == "scratch" else ["--data", str(folder / "data")]


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with small limits that has one graph."""
    bounds = (
        "--timeout",
        "1",
        "--memory",
        "128",
        "--update-timeout",
        "3",
        "--update-memory",
        "256",
    )
    with serving(tmp_path_factory.mktemp("strict"), "--scratch", *bounds) as server:
        assert server.update(PRESENT).status == 204
        yield server


@pytest.fixture(scope="module", params=KINDS)
def patient(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server whose changes may take long."""
    folder = tmp_path_factory.mktemp("patient")
    with serving(folder, *options(request.param, folder)) as server:
        yield server


def unchanged(server: Server) -> None:
    """Check that a server runs as before and holds what it held, and takes changes."""
    assert server.process.poll() is None
    graphs = {row[0] for row in server.rows("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")}
    assert {graph for graph in graphs if graph.startswith("x:")} == {"x:kept"}
    assert server.rows("SELECT ?o { GRAPH <x:kept> { ?s ?p ?o } }") == [("1",)]
    assert server.update(PRESENT).status == 204


def writers(server: Server) -> list[int]:
    """The processes of a server that make changes."""
    found = []
    for task in Path(f"/proc/{server.process.pid}/task").iterdir():
        for pid in (task / "children").read_text().split():
            command = Path(f"/proc/{pid}/cmdline")
            if command.exists() and b"symposia.server.writer" in command.read_bytes():
                found.append(int(pid))
    return found


def leaving(server: Server, text: str) -> socket.socket:
    """Send an update over a connection that can be closed."""
    place = urlsplit(server.address)
    line = socket.create_connection((place.hostname, place.port), timeout=30)
    head = f"POST /update HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n"
    head += f"Content-Type: {UPDATE}\r\nContent-Length: {len(text)}\r\n\r\n"
    line.sendall(head.encode() + text.encode())
    return line


def waiting(server: Server, state: str, number: int) -> None:
    """Wait until so many changes are in a state."""
    wanted = {
        "busy": f'symposia_workers{{state="busy",work="update"}} {number}.0',
        "waiting": f'symposia_waiting{{work="update"}} {number}.0',
    }[state]
    for _ in range(300):
        told = server.send("GET", "/metrics", token=None).body.decode()
        if (
            wanted in told
            or wanted.replace('state="busy",work="update"', 'work="update",state="busy"') in told
        ):
            return
        time.sleep(0.05)
    raise AssertionError(told)


def test_an_update_is_stopped_at_its_deadline(strict: Server) -> None:
    reply = strict.update(ENDLESS)
    assert (reply.status, reply.problem["title"]) == (504, "Timed out")
    assert reply.problem["detail"] == "The update was stopped after 3 seconds."
    unchanged(strict)


def test_a_change_of_a_dataset_is_stopped_at_its_deadline(tmp_path: Path) -> None:
    bounds = ("--data", str(tmp_path / "data"), "--update-timeout", "8")
    with serving(tmp_path, *bounds) as server:
        assert server.update(PRESENT).status == 204
        assert server.update(f"DROP GRAPH <x:kept>; {ENDLESS}").status == 504
        unchanged(server)
        assert (tmp_path / "data" / "current").read_text() == "2\n"


def test_an_update_is_stopped_at_its_memory(strict: Server) -> None:
    reply = strict.update(GREEDY)
    assert reply.status == 507, reply.body
    assert "needs more memory" in reply.problem["detail"]
    unchanged(strict)


def test_a_query_of_any_store_is_stopped_at_its_deadline(strict: Server) -> None:
    query = urlencode({"query": f"ASK {{ {DIGITS} FILTER(?a + ?l < 0) }}"})
    assert strict.send("GET", f"/sparql?{query}", token=None).status == 504
    greedy = urlencode({"query": f"SELECT DISTINCT (STRUUID() AS ?n) {{ {DIGITS} }} ORDER BY ?n"})
    assert strict.send("GET", f"/sparql?{greedy}", token=None).status in (504, 507)
    unchanged(strict)


DEEP = 20_000


@pytest.mark.parametrize(
    "text",
    [
        f"INSERT DATA {{ GRAPH <x:d> {{ <x:s> <x:p> {'(' * DEEP}{')' * DEEP} }} }}",
        f"DELETE WHERE {'{' * DEEP}{'}' * DEEP}",
    ],
    ids=["lists", "groups"],
)
def test_no_nesting_ends_the_server(strict: Server, text: str) -> None:
    reply = strict.update(text)
    assert reply.status in (204, 400, 507), reply.body
    if reply.status == 204:
        assert strict.update("DROP SILENT GRAPH <x:d>").status == 204
    unchanged(strict)


def test_a_context_is_not_fetched(strict: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/context"
        body = f'{{"@context": "{address}", "@id": "x:s", "x:p": 1}}'
        reply = strict.send("PUT", "/store?graph=x:g", body, content_type="application/ld+json")
        assert reply.status == 400
        assert "remote @context, which is not fetched" in reply.problem["detail"]
        with pytest.raises(TimeoutError):
            listening.accept()
    unchanged(strict)


def test_a_client_that_leaves_takes_its_change_along(patient: Server) -> None:
    with leaving(patient, f"{PRESENT}; {ENDLESS}"):
        waiting(patient, "busy", 1)
    waiting(patient, "busy", 0)
    assert patient.rows("SELECT ?o { GRAPH <x:kept> { ?s ?p ?o } }") == []
    assert patient.update("INSERT DATA {}").status == 204


def test_changes_wait_in_a_bounded_queue(patient: Server) -> None:
    lines = [leaving(patient, ENDLESS)]
    try:
        waiting(patient, "busy", 1)
        lines += [leaving(patient, "INSERT DATA {}") for _ in range(16)]
        waiting(patient, "waiting", 16)
        reply = patient.update("INSERT DATA {}")
        assert (reply.status, int(reply.headers["retry-after"]) > 0) == (503, True)
        for path in ("/", "/health", "/sparql?query=ASK%7B%7D"):
            assert patient.send("GET", path, token=None).status == 200
    finally:
        for line in reversed(lines):
            line.close()
    waiting(patient, "waiting", 0)
    assert patient.update("INSERT DATA {}").status == 204


def test_kills_lose_and_halve_nothing(strict: Server) -> None:
    """Each change that is acknowledged is there, each that is refused is not."""
    chance = random.Random(3)  # noqa: S311
    stop = threading.Event()

    def kill() -> None:
        for _ in range(12):
            if stop.wait(chance.uniform(0.02, 0.3)):
                return
            for pid in writers(strict):
                os.kill(pid, signal.SIGKILL)

    def insert(number: int) -> tuple[int, Reply]:
        one, two = (f"GRAPH <x:k{n}> {{ <x:s> <x:p> {number} }}" for n in "12")
        return number, strict.update(f"INSERT DATA {{ {one} }}; INSERT DATA {{ {two} }}")

    killer = threading.Thread(target=kill)
    killer.start()
    with ThreadPoolExecutor(3) as threads:
        replies = list(threads.map(insert, range(150)))
    stop.set()
    killer.join()
    found = [
        {int(row[0]) for row in strict.rows(f"SELECT ?o {{ GRAPH <x:k{n}> {{ ?s ?p ?o }} }}")}
        for n in "12"
    ]
    assert found[0] == found[1]
    unsure = {n for n, reply in replies if b"Look whether it was made" in reply.body}
    made = {n for n, reply in replies if reply.status == 204}
    assert {reply.status for _, reply in replies} <= {204, 500}
    assert made <= found[0] <= made | unsure
    assert strict.update("DROP SILENT GRAPH <x:k1>; DROP SILENT GRAPH <x:k2>").status == 204


def test_a_scratch_store_leaves_nothing_behind(tmp_path: Path) -> None:
    """Neither old states while it runs, nor anything at all when it is killed."""
    with serving(tmp_path, "--scratch") as server:
        for number in range(20):
            text = f"DROP ALL; INSERT DATA {{ <x:s> <x:p> {number} }}"
            assert server.update(text).status == 204
            assert server.rows("SELECT ?o { ?s ?p ?o }") == [(str(number),)]
        (writer,) = writers(server)
        files = [str(path.readlink()) for path in Path(f"/proc/{writer}/fd").iterdir()]
        working = next(Path(each) for each in files if "/working-" in each)
        folder = next(each for each in working.parents if each.name.startswith("symposia-"))
        assert len(list((folder / "generations").iterdir())) < 16  # some may still be held
        with leaving(server, ENDLESS):
            waiting(server, "busy", 1)
            os.kill(server.process.pid, signal.SIGKILL)
            server.process.wait(20)
            for _ in range(200):
                if not folder.exists() and not Path(f"/proc/{writer}").exists():
                    break
                time.sleep(0.05)
        assert not folder.exists()
        assert not Path(f"/proc/{writer}").exists()
