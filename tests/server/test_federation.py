"""Federated queries: listed endpoints alone, and nothing that they could do to the server."""

from __future__ import annotations

import ipaddress
import json
import socket
import subprocess
import sys
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
from hypothesis import given
from hypothesis import strategies as st
from symposia.graph.addresses import is_public
from symposia.graph.errors import QueryError, ServiceError
from symposia.graph.store import Store
from symposia.server.evaluation import InProcess, Query
from symposia.server.federation import Federation, FederationError
from symposia.server.negotiation import RESULTS

from .writable import Server, serving

ANSWER = b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"x:there"}}]}}'
KINDS: Final = (
    "good",
    "redirect",
    "error",
    "html",
    "large",
    "slow",
    "head",
    "short",
    "chunk",
    "half",
)
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

    def answer_head(self) -> None:
        """Answer with a head that does not end."""
        self.send_response(200)
        self.flush_headers()
        try:
            for number in range(100):
                self.wfile.write(b"X-%d: x\r\n" % number)
                time.sleep(0.1)
        except OSError:
            return

    def answer_short(self) -> None:
        """Hang up before the end."""
        self.send(200, ANSWER, Content_Type=KIND, Content_Length="5000")

    def answer_chunk(self) -> None:
        """Hang up in the middle of a chunk."""
        self.send(200, b"fff\r\n" + ANSWER, Content_Type=KIND, Transfer_Encoding="chunked")

    def answer_half(self) -> None:
        """Hang up in the middle of an answer that does not tell its length."""
        self.send(200, ANSWER[:-4], Content_Type=KIND)

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
    names = [
        "good",
        "redirect",
        "error",
        "html",
        "large",
        "slow",
        "head",
        "short",
        "chunk",
        "half",
        "good?x=1",
    ]
    listed = [f"{there}/{name}" for name in names]
    federation = Federation(listed, patience=1.0, size=1_000_000)
    evaluator = InProcess(Store(ox.Store()))

    def ask(text: str) -> list[str]:
        query = federation.rewrite(text)
        try:
            answer = evaluator.evaluate(
                Query(query.text, services=query.services), RESULTS[0], None
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
        ("slow", "more than 1 s"),
        ("head", "more than 1 s"),
        ("short", "before its end"),
        ("chunk", "IncompleteRead"),
        ("half", "answer is broken"),
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
            Query(query.text, services=query.services), RESULTS[0], None
        )
    federation.close()
    assert Endpoint.seen == []


def test_an_address_is_looked_up_once_and_what_was_looked_at_is_asked(
    monkeypatch: pytest.MonkeyPatch, there: str
) -> None:
    """A name that leads to a public address first and to this machine then gains nothing."""
    address = f"http://rebound.example:{urlsplit(there).port}/good"
    answers = ["198.51.100.1", "127.0.0.1"]
    asked: list[Any] = []

    def resolve(host: str, port: int, *_: Any, **__: Any) -> Any:
        assert host == "rebound.example"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers.pop(0), port))]

    def connect(where: tuple[str, int], *_: Any, **__: Any) -> Any:
        asked.append(where[0])
        raise OSError("nobody is there")

    federation = Federation([address])
    query = federation.rewrite(f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}")
    monkeypatch.setattr("symposia.graph.addresses.is_public", lambda each: each != "127.0.0.1")
    monkeypatch.setattr("symposia.graph.addresses.socket.getaddrinfo", resolve)
    monkeypatch.setattr("symposia.graph.addresses.socket.create_connection", connect)
    endpoint = federation._endpoints[address]
    with pytest.raises(OSError, match="nobody is there"):
        federation._ask(endpoint, b"ASK {}")
    assert (asked, answers) == (["198.51.100.1"], ["127.0.0.1"])
    with pytest.raises(OSError, match="not public"):
        federation._ask(endpoint, b"ASK {}")
    assert asked == ["198.51.100.1"]
    monkeypatch.undo()
    federation.close()
    assert query.services


PRIVATE: Final = [
    ipaddress.ip_network(each)
    for each in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
]


@given(st.sampled_from(PRIVATE).flatmap(lambda net: st.ip_addresses(v=4, network=net)))
def test_no_way_of_writing_a_private_address_is_public(
    address: ipaddress.IPv4Address,
) -> None:
    number = int(address)
    ways = [
        ipaddress.IPv6Address(0xFFFF << 32 | number),
        ipaddress.IPv6Address(0x2002 << 112 | number << 80 | 1),
        ipaddress.IPv6Address(0x64FF9B << 96 | number),
        ipaddress.IPv6Address(number),
        ipaddress.IPv6Address(0x2001 << 112 | (number ^ 0xFFFFFFFF)),
    ]
    assert not any(is_public(str(each)) for each in (address, *ways)), address


@given(st.integers(0, 2**118 - 1), st.sampled_from(["fe80", "fc00", "ff02", "::1"]))
def test_private_addresses_of_ipv6_are_not_public(number: int, prefix: str) -> None:
    net = ipaddress.ip_address(prefix if ":" in prefix else f"{prefix}::")
    address = ipaddress.IPv6Address(int(net) | number) if prefix != "::1" else net
    assert not is_public(f"{address}%eth0" if prefix == "fe80" else str(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


def test_a_server_in_the_engines_place_is_never_told_to_ask_others(tmp_path: Path) -> None:
    program = str(Path(sys.executable).with_name("symposia"))
    options = ["--store", "http://127.0.0.1:9/query", "--federate", "https://example.org/sparql"]
    found = subprocess.run(
        [program, "serve", "--port", "0", *options], capture_output=True, timeout=60, cwd=tmp_path
    )
    assert found.returncode == 2
    assert b"--federate does not go with --store" in found.stderr


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
