"""A SPARQL server that is down, slow, broken or hostile: errors that say so, within limits."""

from __future__ import annotations

import gc
import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from symposia.graph.endpoint import Endpoint, read_credentials
from symposia.graph.errors import (
    LimitError,
    QueryError,
    QueryTimeoutError,
    StoreError,
    SymposiaError,
    UnreachableError,
)
from symposia.graph.exchange import Exchange
from symposia.graph.remote import RemoteStore

JSON = "application/sparql-results+json"
ONE = (
    b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "uri", "value": "x:a"}}]}}'
)
QUERY = "SELECT ?x { ?x ?p ?o }"


class Fake:
    """A server that answers as it is told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: list[Callable[[Any], None]] = []
        self.seen: list[tuple[str, dict[str, str]]] = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", "0")))
                fake.seen.append((self.path, dict(self.headers)))
                fake.answers.pop(0)(self) if len(fake.answers) > 1 else fake.answers[0](self)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture(autouse=True)
def _collected_here() -> Iterator[None]:
    """Errors keep answers, which only the thread that got them may give up: no other collects."""
    gc.disable()
    yield
    gc.enable()
    gc.collect()


@pytest.fixture
def fake() -> Iterator[Fake]:
    """A server of one test."""
    made = Fake()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join(5)


def reply(
    body: bytes = ONE, status: int = 200, kind: str = JSON, **headers: str
) -> Callable[[Any], None]:
    """An answer."""

    def send(handler: Any) -> None:
        handler.send_response_only(status)
        for name, value in {"Content-Type": kind, **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return send


def drip(handler: Any) -> None:
    """An answer that does not end."""
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" ")
        time.sleep(0.05)


def hang_up(handler: Any) -> None:
    """No answer at all."""
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def cut_off(handler: Any) -> None:
    """An answer that ends in the middle of a chunk, after what looks like a whole one."""
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"fff\r\n" + ONE)
    hang_up(handler)


def unframed(handler: Any) -> None:
    """Triples that end with the connection, which could be all or some of them."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/n-triples")
    handler.end_headers()
    handler.wfile.write(b"<x:a> <x:b> <x:c> .\n")
    hang_up(handler)


def ask(fake: Fake, **options: Any) -> list[str]:
    """The answer to a query."""
    endpoint = Endpoint(fake.url, **{"timeout": 5.0, **options})
    found: Any = RemoteStore(endpoint).query(QUERY)
    return [row["x"].value for row in found]


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (reply(b"", 302, Location="http://127.0.0.2:9/x"), StoreError, "another host"),
        (reply(b"", 307, Location="/again"), StoreError, "from one address to another"),
        (reply(b"no", 401), StoreError, r"refuses access \(401\)"),
        (reply(b"<b>bad</b>\nmore", 400, "text/html"), QueryError, "cannot be run: bad"),
        (reply(b"busy", 500), StoreError, r"failed \(500\): busy"),
        (reply(b"", 404), StoreError, "no such service"),
        (reply(b"Query timed out", 503), QueryTimeoutError, "stopped the query"),
        (reply(b"<html>", 200, "text/html"), StoreError, "no format of SPARQL results"),
        (reply(ONE[:-20]), StoreError, "answer is broken"),
        (reply(b"\xff\xfe{"), StoreError, "answer is broken"),
        (cut_off, StoreError, "broke off in the middle"),
        (reply(ONE, Content_Length="5000"), SymposiaError, "broke off|did not answer"),
        (reply(b"busy", 503), UnreachableError, r"is not ready \(503\): busy"),
        (reply(ONE + b" " * 200_000), LimitError, "more than 100,000 bytes"),
        (reply(gzip.compress(b" " * 9_000_000), Content_Encoding="gzip"), LimitError, "100,000"),
        (drip, QueryTimeoutError, "within 1 seconds"),
        (hang_up, StoreError, "cannot be reached"),
        (reply(ONE, X_SQL_State="S1TAT", Server="Virtuoso/07.20"), QueryTimeoutError, "a part"),
        (reply(ONE, X_SPARQL_MaxRows="1", Server="Virtuoso/07.20"), LimitError, "cuts answers"),
    ],
)
def test_errors(answer: Any, error: type[SymposiaError], message: str, fake: Fake) -> None:
    fake.answers = [answer]
    begun = time.monotonic()
    with pytest.raises(error, match=message):
        ask(fake, timeout=1.0, size=100_000)
    assert time.monotonic() - begun < 4


def test_a_redirect_on_the_same_host_is_followed(fake: Fake) -> None:
    fake.answers = [reply(b"", 307, Location="/there"), reply()]
    assert ask(fake) == ["x:a"]
    assert [path for path, _ in fake.seen][-1] == "/there"


def test_a_server_that_hangs_up_is_asked_again(fake: Fake) -> None:
    fake.answers = [hang_up, reply()]
    assert ask(fake) == ["x:a"]


def test_an_answer_that_breaks_off_is_not_asked_for_again(fake: Fake) -> None:
    fake.answers = [cut_off]
    with pytest.raises(StoreError, match="broke off"):
        ask(fake)
    assert len(fake.seen) == 1


def test_triples_without_an_end_are_not_taken_for_the_whole(fake: Fake) -> None:
    fake.answers = [unframed]
    with pytest.raises(StoreError, match="does not say where it ends"):
        RemoteStore(Endpoint(fake.url)).query("CONSTRUCT WHERE { ?s ?p ?o }")


@pytest.mark.parametrize("credentials", ["user:pass:word", "a.token"])
@pytest.mark.parametrize("status", [200, 400, 404, 500, 503])
def test_credentials_that_a_server_repeats_are_not_shown(
    fake: Fake, credentials: str, status: int
) -> None:
    found = read_credentials(None, {"SYMPOSIA_STORE_CREDENTIALS": credentials})
    secret = credentials.partition(":")[2] or credentials
    fake.answers = [reply(f"{found} {credentials} {secret}".encode(), status, "text/plain")]
    with pytest.raises(SymposiaError) as caught:
        ask(fake, authorization=found)
    told = f"{caught.value} {vars(caught.value)}"
    assert secret not in told
    assert found.partition(" ")[2] not in told


def test_a_redirect_to_another_host_gets_no_credentials(fake: Fake) -> None:
    there = Fake()
    there.answers = [reply()]
    thread = threading.Thread(target=there.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        fake.answers = [reply(b"", 307, Location=there.url)]
        with pytest.raises(StoreError, match="another host"):
            ask(fake, authorization="Bearer a.token")
        assert there.seen == []
    finally:
        there.server.shutdown()
        there.server.server_close()
        thread.join(5)


def test_authorities_of_ones_own(fake: Fake, tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs openssl")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = (
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
    )
    files = ["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate]
    subprocess.run([openssl, *made.split(), *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    fake.server.socket = context.wrap_socket(fake.server.socket, server_side=True)
    fake.answers = [reply()]
    url = f"https://localhost:{fake.server.server_address[1]}/query"
    trusted: Any = RemoteStore(Endpoint.of(url, ca=certificate, timeout=5.0)).query(QUERY)
    assert [row["x"].value for row in trusted] == ["x:a"]
    with pytest.raises(StoreError, match="its certificate is not valid"):
        RemoteStore(Endpoint.of(url, timeout=5.0)).query(QUERY)
    for wrong in (tmp_path / "nothing.pem", tmp_path / "key.pem"):
        with pytest.raises(StoreError, match="holds no certificates"):
            Endpoint.of(url, ca=wrong)


def test_an_update_is_not_sent_twice(fake: Fake) -> None:
    fake.answers = [hang_up]
    with pytest.raises(StoreError, match="hung up"):
        Exchange(Endpoint(fake.url)).send("POST", fake.url, {}, b"", repeatable=False)
    assert len(fake.seen) == 1


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    begun = time.monotonic()
    with pytest.raises(StoreError, match="cannot be reached: the connection is refused"):
        RemoteStore(Endpoint(f"http://127.0.0.1:{port}")).query(QUERY)
    assert 0.5 <= time.monotonic() - begun < 5  # after two more tries


def test_credentials(fake: Fake, tmp_path: Path) -> None:
    file = tmp_path / "credentials"
    file.write_text("user:pass:word\n", "utf-8")
    fake.answers = [reply()]
    ask(fake, authorization=read_credentials(file, {}))
    assert fake.seen[-1][1]["Authorization"] == "Basic dXNlcjpwYXNzOndvcmQ="
    found = read_credentials(None, {"SYMPOSIA_STORE_CREDENTIALS": "a.token"})
    ask(fake, authorization=found)
    assert fake.seen[-1][1]["Authorization"] == "Bearer a.token"
    assert "token" not in repr(Endpoint(fake.url, authorization=found))
    assert read_credentials(None, {}) == ""
    with pytest.raises(StoreError, match="cannot be read"):
        read_credentials(tmp_path / "nothing", {})
    file.write_text("two words", "utf-8")
    with pytest.raises(StoreError, match="holds no credentials"):
        read_credentials(file, {})


@pytest.mark.parametrize(
    ("url", "update", "graphs"),
    [
        ("http://h:7878", "http://h:7878/update", "http://h:7878/store"),
        ("http://h:7878/query", "http://h:7878/update", "http://h:7878/store"),
        ("http://h/ds", "http://h/ds", "http://h/ds"),
        ("http://h/ds/query", "http://h/ds/update", "http://h/ds/data"),
        ("http://h/ds/sparql", "http://h/ds/update", "http://h/ds/data"),
        ("https://h/sparql", "https://h/sparql", "https://h/sparql-graph-crud"),
        (
            "http://h/repositories/a",
            "http://h/repositories/a/statements",
            "http://h/repositories/a/rdf-graphs/service",
        ),
    ],
)
def test_addresses_by_convention(url: str, update: str, graphs: str) -> None:
    found = Endpoint.of(url)
    assert (found.update, found.graphs) == (update, graphs)
    given = Endpoint.of(url, update="http://u/x", graphs="http://g/y")
    assert (given.update, given.graphs) == ("http://u/x", "http://g/y")


@pytest.mark.parametrize(
    "url", ["nothing", "ftp://h/x", "http://", "http://u:p@h/", "http://h:0/", "http://h/a b"]
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(StoreError):
        Endpoint.of(url)
