"""The web server by its sockets: broken answers, clients that leave or are slow, odd requests."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from urllib.parse import quote

import pytest
from flask import Flask, Response, request
from symposia.server import exchange, web_server
from symposia.server.app import create_app
from symposia.server.clients import departure
from symposia.server.web_server import WebServer

ENDS: dict[str, threading.Event] = {}
ASKED: list[str] = []
GO = threading.Event()


def until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


def parts(number: int, size: int, name: str, *, breaks: bool) -> Iterator[bytes]:
    try:
        for _ in range(number):
            yield b"x" * size
        if breaks:
            raise RuntimeError
    finally:
        ENDS[name].set()


def odd_app() -> Flask:
    """The application, with answers that only a test wants."""
    app = create_app(cache=1024 * 1024)

    @app.route("/test/<name>")
    def odd(name: str) -> Response:
        ENDS[name] = threading.Event()
        if name == "waits":
            gone = departure()
            until(gone)
            ENDS[name].set()
        numbers = {"breaks": (3, 20_000), "breaks-at-once": (0, 0), "endless": (10**9, 65_536)}
        number, size = numbers.get(name, (1, 1))
        return Response(parts(number, size, name, breaks=name.startswith("breaks")))

    @app.route("/test/echo", methods=["POST"])
    def echo() -> Response:
        return Response(f"{len(request.get_data())}")

    return app


@contextmanager
def serving(app: Flask) -> Iterator[int]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = WebServer(app, listening, None)
    thread = threading.Thread(target=server.run, daemon=True)
    number: int = listening.getsockname()[1]
    thread.start()
    yield number
    server.should_exit = server.force_exit = True
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving(odd_app()) as number:
        yield number


def talk(port: int, sent: bytes, *, read: bool = True) -> bytes:
    """Send bytes, and read to the end of the connection."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=20)) as line:
        line.sendall(sent)
        found = b""
        while read and (piece := line.recv(65_536)):
            found += piece
        return found


def get(path: str, *fields: str) -> bytes:
    head = "\r\n".join((f"GET {path} HTTP/1.1", "Host: localhost", *fields))
    return f"{head}\r\n\r\n".encode("latin-1")


def test_an_answer_that_breaks_breaks_the_connection(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    with closing(connection):
        connection.request("GET", "/test/breaks")
        answer = connection.getresponse()
        assert (answer.status, answer.headers["Transfer-Encoding"]) == (200, "chunked")
        with closing(answer), pytest.raises(http.client.IncompleteRead):
            answer.read()


def test_a_client_that_leaves_is_noticed_while_the_answer_is_made(port: int) -> None:
    with closing(socket.create_connection(("127.0.0.1", port))) as line:
        line.sendall(get("/test/waits"))
        until(lambda: "waits" in ENDS)
        assert not ENDS["waits"].is_set()
    assert ENDS["waits"].wait(10)


def test_a_client_that_leaves_ends_its_answer(port: int) -> None:
    ENDS.pop("endless", None)
    with closing(socket.create_connection(("127.0.0.1", port))) as line:
        line.sendall(get("/test/endless"))
        assert line.recv(1000)
        assert not ENDS["endless"].is_set()
    assert ENDS["endless"].wait(10)


def test_a_client_that_does_not_read_holds_up_nobody(port: int) -> None:
    ENDS.pop("endless", None)
    with closing(socket.create_connection(("127.0.0.1", port))) as line:
        line.sendall(get("/test/endless"))
        until(lambda: "endless" in ENDS)
        for _ in range(20):
            found = talk(port, get("/health", "Connection: close"))
            assert found.startswith(b"HTTP/1.1 200")
    assert ENDS["endless"].wait(10)


def test_a_client_that_takes_nothing_is_given_up(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "_SILENCE", 0.3)
    ENDS.pop("endless", None)
    with closing(socket.create_connection(("127.0.0.1", port), timeout=20)) as line:
        line.sendall(get("/test/endless"))
        until(lambda: "endless" in ENDS and ENDS["endless"].is_set(), 20)


def test_requests_in_a_row_are_answered_in_order(port: int) -> None:
    three = get("/health") + get("/sparql?query=ASK%7B%7D") + get("/nothing", "Connection: close")
    found = talk(port, three)
    assert [
        found[at : at + 12] for at in range(len(found)) if found[at:].startswith(b"HTTP/1.1 ")
    ] == [
        b"HTTP/1.1 200",
        b"HTTP/1.1 200",
        b"HTTP/1.1 404",
    ]


@pytest.mark.parametrize("times", [1, 2, 3])
def test_an_answer_from_memory_has_an_id_of_its_own(port: int, times: int) -> None:
    path = "/sparql?query=ASK%7B%7D%23memory"
    found = talk(port, get(path, f"X-Request-Id: mine-{times}", "Connection: close"))
    assert found.startswith(b"HTTP/1.1 200")
    assert found.count(f"x-request-id: mine-{times}\r\n".encode()) == 1


def test_what_is_said_twice_is_not_taken_from_memory_for_what_is_said_once(port: int) -> None:
    path = "/sparql?query=ASK%7B%7D%23twice"
    talk(port, get(path, "Accept: text/csv", "Connection: close"))
    found = talk(
        port, get(path, "Accept: text/html;q=0.1", "Accept: text/csv", "Connection: close")
    )
    assert b"content-type: text/csv" in found


@pytest.mark.parametrize("size", [0, 1, 100_000, 2_000_000])
@pytest.mark.parametrize("chunked", [True, False])
def test_a_body_arrives_whole(port: int, size: int, *, chunked: bool) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    with closing(connection):
        pieces = iter([b"x" * size] if size else [])
        connection.request(
            "POST", "/test/echo", body=pieces if chunked else b"x" * size, encode_chunked=chunked
        )
        assert connection.getresponse().read() == str(size).encode()


def test_a_body_that_is_too_large_is_refused(port: int) -> None:
    head = "POST /test/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n"
    with closing(socket.create_connection(("127.0.0.1", port), timeout=20)) as line:
        line.sendall(head.encode())
        assert line.recv(100).startswith(b"HTTP/1.1 413")


def test_a_head_that_is_too_long_is_refused(port: int) -> None:
    with closing(socket.create_connection(("127.0.0.1", port), timeout=20)) as line:
        line.sendall(b"GET / HTTP/1.1\r\nX: ")
        found = b""
        try:
            for _ in range(40):
                line.sendall(b"x" * 65_536)
            found = line.recv(100)
        except ConnectionError:
            return  # it was closed before all was sent
        assert found.startswith(b"HTTP/1.1 431") or not found


def test_a_head_that_takes_too_long_is_given_up(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_server, "_SLOWEST_HEAD", 0.2)
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as line:
        line.sendall(b"GET / HTTP/1.1\r\n")
        assert line.recv(100) == b""


def test_what_is_no_http_is_refused(port: int) -> None:
    assert talk(port, b"\x00\x01nonsense\r\n\r\n").startswith(b"HTTP/1.1 400")


def test_names_with_underscores_do_not_pass_for_others(port: int) -> None:
    found = talk(port, get("/sparql?query=ASK%7B%7D%23u", "Accept_: x", "Connection: close"))
    assert found.startswith(b"HTTP/1.1 200")


def slow_app() -> Flask:
    """An application of which every answer waits for `GO`, and may be kept if it is of `sparql`."""
    app = create_app(cache=1024 * 1024)
    inner = app.view_functions["sparql.sparql"]

    def slow() -> Response:
        ASKED.append(request.args.get("query", ""))
        assert GO.wait(20)
        answer: Response = inner()
        return answer

    app.view_functions["sparql.sparql"] = slow
    return app


@pytest.mark.parametrize(
    ("query", "times"),
    [("ASK {}", 1), ("SELECT (NOW() AS ?n) {}", 5), ("nonsense", 5)],
    ids=["kept", "volatile", "failed"],
)
def test_equal_requests_are_answered_once_if_one_answer_is_right_for_all(
    query: str, times: int
) -> None:
    with serving(slow_app()) as port:
        ASKED.clear()
        GO.clear()
        found: list[bytes] = []
        path = "/sparql?query=" + quote(query)
        sent = get(path, "Connection: close", "Accept: application/sparql-results+json")
        threads = [
            threading.Thread(target=lambda: found.append(talk(port, sent))) for _ in range(5)
        ]
        for thread in threads:
            thread.start()
        until(lambda: ASKED)
        time.sleep(0.3)  # the others come, and wait
        GO.set()
        for thread in threads:
            thread.join(20)
        bodies = {each.partition(b"\r\n\r\n")[2] for each in found}
        assert (len(ASKED), len(found)) == (times, 5)
        assert len(bodies) == 1 or times > 1


def test_who_waits_for_a_client_that_leaves_is_answered() -> None:
    with serving(slow_app()) as port:
        ASKED.clear()
        GO.clear()
        sent = get("/sparql?query=ASK%20%7B%7D", "Connection: close")
        with closing(socket.create_connection(("127.0.0.1", port))) as line:
            line.sendall(sent)
            until(lambda: ASKED)
            found: list[bytes] = []
            thread = threading.Thread(target=lambda: found.append(talk(port, sent)))
            thread.start()
            time.sleep(0.2)
        GO.set()
        thread.join(20)
        assert found[0].startswith(b"HTTP/1.1 200 ")
