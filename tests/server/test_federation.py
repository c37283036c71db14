"""Federated queries: listed endpoints alone, and nothing that they could do to the server."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest
from symposia.graph.errors import QueryError, ServiceError
from symposia.graph.store import Store
from symposia.server.evaluation import InProcess
from symposia.server.federation import Federation, FederationError
from symposia.server.negotiation import RESULTS

from .writable import Server, serving

ANSWER = b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"x:there"}}]}}'
KIND: Final = "application/sparql-results+json"


class Endpoint(BaseHTTPRequestHandler):
    """Answers as the path of its address says."""

    seen: list[tuple[str, dict[str, str], bytes]] = []  # noqa: RUF012 - of the class, on purpose

    def do_POST(self) -> None:
        """Answer."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.path, dict(self.headers), body))
        getattr(self, "answer_" + self.path.strip("/").partition("?")[0])()

    def send(self, status: int, body: bytes, **headers: str) -> None:
        """Send an answer."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def answer_good(self) -> None:
        """Answer as an endpoint does."""
        self.send(200, ANSWER, Content_Type=KIND, Content_Length=str(len(ANSWER)))

    def answer_redirect(self) -> None:
        """Lead elsewhere."""
        self.send(302, b"", Location="/good", Content_Length="0")

    def answer_error(self) -> None:
        """Fail."""
        self.send(500, b"no", Content_Type="text/plain", Content_Length="2")

    def answer_html(self) -> None:
        """Answer with something else."""
        self.send(200, b"<p>", Content_Type="text/html", Content_Length="3")

    def answer_large(self) -> None:
        """Answer without an end."""
        try:
            self.send(200, b" " * 10_000_000, Content_Type=KIND)
        except OSError:
            return

    def answer_slow(self) -> None:
        """Answer a byte at a time."""
        self.send(200, b"", Content_Type=KIND)
        try:
            for _ in range(100):
                self.wfile.write(b" ")
                time.sleep(0.1)
        except OSError:
            return

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture(scope="module")
def there() -> Iterator[str]:
    """The address of endpoints of every kind."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def ask(there: str) -> Iterator[Callable[[str], list[str]]]:
    """Ask a store that may ask each of the endpoints but one."""
    names = ("good", "redirect", "error", "html", "large", "slow", "good?x=1")
    listed = [f"{there}/{name}" for name in names]
    federation = Federation(listed, patience=1.0, size=1_000_000)
    evaluator = InProcess(Store(ox.Store()))

    def ask(text: str) -> list[str]:
        query = federation.rewrite(text)
        try:
            answer = evaluator.evaluate(
                query.text, results=RESULTS[0], graph=None, services=query.services
            )
        except QueryError as error:
            query.restore(error)
            raise
        rows = json.loads(answer.read())["results"]["bindings"]
        return [row["s"]["value"] for row in rows if "s" in row]

    yield ask
    federation.close()


def test_a_listed_endpoint_is_asked(ask: Callable[[str], list[str]], there: str) -> None:
    Endpoint.seen.clear()
    for clause in (f"SERVICE <{there}/good>", f"service Silent<{there}/good?x=1>"):
        assert ask(f"SELECT ?s {{ {clause} {{ ?s <x:p> 'SERVICE <x:y>' }} }}") == ["x:there"]
    path, headers, body = Endpoint.seen[-1]
    assert path == "/good?x=1"
    assert headers["Host"] == urlsplit(there).netloc
    assert headers["Content-Type"] == "application/sparql-query"
    assert "Authorization" not in headers
    assert b"SERVICE <x:y>" in body


def test_an_endpoint_in_another_is_named_as_it_was(
    ask: Callable[[str], list[str]], there: str
) -> None:
    inner = f"SERVICE <{there}/error> {{ ?s ?p ?o }}"
    assert ask(f"SELECT ?s {{ SERVICE <{there}/good> {{ {inner} }} }}") == ["x:there"]
    assert f"SERVICE <{there}/error>".encode() in Endpoint.seen[-1][2]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("redirect", "answered 302"),
        ("error", "answered 500"),
        ("html", "text/html"),
        ("large", "more than 1,000,000 bytes"),
        ("slow", "1 s"),
    ],
)
def test_an_endpoint_that_does_not_answer_well_is_an_error(
    ask: Callable[[str], list[str]], there: str, name: str, told: str
) -> None:
    with pytest.raises(ServiceError) as caught:
        ask(f"SELECT * {{ SERVICE <{there}/{name}> {{ ?s ?p ?o }} }}")
    assert (caught.value.http_status, told in caught.value.message) == (502, True)
    assert f"{there}/{name}" in caught.value.message
    assert ask(f"SELECT ?s {{ SERVICE SILENT <{there}/{name}> {{ ?s ?p ?o }} }}") == []


@pytest.mark.parametrize(
    "clause",
    [
        "SERVICE <{there}/other>",
        "SERVICE <{there}/good/>",
        "SERVICE <{there}/good#x>",
        "SERVICE ?e",
        "SERVICE a:good",
        "SERVICEa:good",
        "SERVICESILENT<{there}/good>",
        "SERVICE <good>",
    ],
)
def test_nothing_else_is_asked(ask: Callable[[str], list[str]], there: str, clause: str) -> None:
    Endpoint.seen.clear()
    text = f"PREFIX a: <{there}/> SELECT * {{ VALUES ?e {{ <{there}/good> }} {clause} {{ }} }}"
    with pytest.raises(QueryError):
        ask(text.replace("{there}", there))
    assert Endpoint.seen == []


def test_a_syntax_error_is_told_of_the_query_as_it_was_sent(
    ask: Callable[[str], list[str]], there: str
) -> None:
    text = f"SELECT * {{ SERVICE <{there}/good> {{ ?s foo:p ?o }} }}"
    with pytest.raises(QueryError) as caught:
        ask(text)
    assert caught.value.column == text.index("foo") + 1
    assert f"column {caught.value.column}:" in caught.value.message
    assert caught.value.excerpt == f"{text}\n{' ' * text.index('foo')}^"


def test_a_name_that_leads_into_a_private_network_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, there: str
) -> None:
    port = urlsplit(there).port
    address = f"http://public.example:{port}/good"
    real = socket.getaddrinfo

    def resolve(host: str, *rest: Any, **more: Any) -> Any:
        return real("127.0.0.1" if host == "public.example" else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    Endpoint.seen.clear()
    federation = Federation([address])
    query = federation.rewrite(f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}")
    with pytest.raises(ServiceError, match="not public"):
        InProcess(Store(ox.Store())).evaluate(
            query.text, results=RESULTS[0], graph=None, services=query.services
        )
    federation.close()
    assert Endpoint.seen == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "ftp://a/b",
        "http://",
        "http://user@host/",
        "http://a/#b",
        "http://a:x/",
        "file:///a",
    ],
)
def test_what_is_no_endpoint_cannot_be_listed(url: str) -> None:
    with pytest.raises(FederationError, match="no address"):
        Federation([url])


def test_the_relay_answers_nobody_else(there: str) -> None:
    federation = Federation([f"{there}/good"])
    relay = federation.rewrite(f"ASK {{ SERVICE <{there}/good> {{}} }}").services[0]
    paths = {urlsplit(relay).path: 200, "/": 404, "/x/0": 404, "/x/%C3%A9/0": 404}
    for path, status in paths.items():
        connection = HTTPConnection(urlsplit(relay).netloc, timeout=10)
        connection.request("POST", path, b"ASK {}")
        assert connection.getresponse().status == status
        connection.close()
    federation.close()


def test_one_symposia_asks_another(tmp_path: Path) -> None:
    with serving(tmp_path / "one", "--scratch") as one:
        one.update("INSERT DATA { <x:a> <x:b> 1, 2 }")
        listed = f"{one.address}/sparql"
        options = ("--data", str(tmp_path / "data"), "--federate", listed)
        with serving(tmp_path / "two", *options) as two:
            query = f"SELECT ?o {{ SERVICE <{listed}> {{ <x:a> <x:b> ?o }} }} ORDER BY ?o"
            assert two.rows(query) == [("1",), ("2",)]
            _kinds_of_failure(two, one, listed)


def _kinds_of_failure(two: Server, one: Server, listed: str) -> None:
    def status(query: str) -> int:
        headers = {"Content-Type": "application/sparql-query"}
        return two.send("POST", "/sparql", query, **headers).status

    assert status(f"ASK {{ SERVICE <{one.address}/other> {{ ?s ?p ?o }} }}") == 400
    assert status(f"ASK {{ SERVICE <{listed}> {{ ?s ?p ?o }} }}") == 200
    one.process.terminate()
    one.process.wait(20)
    assert status(f"ASK {{ SERVICE <{listed}> {{ ?s ?p ?o }} }}") == 502
    assert status("ASK {}") == 200
