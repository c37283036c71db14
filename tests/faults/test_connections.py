"""Connections that are odd, slow, silent, many, or end in the middle; byte by byte."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from urllib.parse import quote

import pytest

from .conftest import making
from .processes import files, until
from .site import TOKEN, Site

IDLE = 1_000
FILES = 16
ASK = f"/sparql?query={quote('ASK {}')}"
ROWS = f"/sparql?query={quote('SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 900000')}"
ENDLESS = f"/sparql?query={quote('SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }')}"
HOST = b"Host: localhost\r\n"
CLOSE = HOST + b"Connection: close\r\n"
GET = f"GET {ASK} HTTP/1.1\r\n".encode()
POST = b"POST /sparql HTTP/1.1\r\nContent-Type: application/sparql-query\r\n"
HEAD_TIME = 30.0
"""Seconds after which the server gives up a head that is not whole."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server whose processes may open few files at first, and which lives to the end."""
    with making(tmp_path_factory.mktemp("connections")) as make:
        found = make("--workers", "2", "--timeout", "20", "--no-log-requests", files=256)
        found.start()
        before = files(found.pid)
        yield found
        until(lambda: len(found.workers) >= 2, what="two workers")
        until(lambda: files(found.pid) <= before + FILES, what="the end of open files")
        assert found.stop() == 0


def talk(site: Site, sent: bytes, seconds: float = 20.0) -> bytes:
    """Send bytes, and read to the end of the connection."""
    with site.line(seconds) as line:
        line.sendall(sent)
        found = b""
        with suppress(ConnectionError):
            while piece := line.recv(65_536):
                found += piece
        return found


def statuses(found: bytes) -> list[int]:
    """The statuses of answers in a row."""
    return [int(n) for n in re.findall(rb"(?:^|[}\n])HTTP/1\.1 (\d{3}) ", found)]


def refused(found: bytes) -> int:
    """The status of a refusal after which the connection ended."""
    assert len(statuses(found)) == 1, found
    head, _, body = found.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head
    assert b"connection: close" in head
    assert body.startswith(b'{"type": "about:blank", "title": "')
    return statuses(found)[0]


def body(coding: bytes, text: bytes) -> bytes:
    return POST + CLOSE + coding + b"\r\n\r\n" + text


CHUNKS = b"6\r\nASK {}\r\n0\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked"
HEADS: dict[str, tuple[bytes, int]] = {
    "no host": (GET + b"\r\n", 400),
    "two hosts": (GET + HOST + HOST + b"\r\n", 400),
    "an empty host": (GET + b"Host:\r\n\r\n", 400),
    "a host that is none": (GET + b'Host: a"><script>\r\n\r\n', 400),
    "a host with a path": (GET + b"Host: evil.example/x\r\n\r\n", 400),
    "two lengths": (body(b"Content-Length: 6\r\nContent-Length: 7", b"ASK {}"), 400),
    "a length twice": (body(b"Content-Length: 6\r\nContent-Length: 6", b"ASK {}"), 400),
    "a list of lengths": (body(b"Content-Length: 6, 6", b"ASK {}"), 400),
    "a negative length": (body(b"Content-Length: -6", b"ASK {}"), 400),
    "a signed length": (body(b"Content-Length: +6", b"ASK {}"), 400),
    "an endless length": (body(b"Content-Length: " + b"9" * 30, b"ASK {}"), 400),
    "a length and chunks": (body(b"Content-Length: 6\r\n" + CHUNKED, CHUNKS), 400),
    "chunks and a length": (body(CHUNKED + b"\r\nContent-Length: 6", CHUNKS), 400),
    "chunked twice": (body(CHUNKED + b", chunked", CHUNKS), 400),
    "nearly chunked": (body(b"Transfer-Encoding: xchunked", CHUNKS), 501),
    "not chunked": (body(b"Transfer-Encoding: identity", CHUNKS), 501),
    "chunks of gzip": (body(b"Transfer-Encoding: gzip, chunked", CHUNKS), 501),
    "chunks of gzip in two fields": (body(b"Transfer-Encoding: gzip\r\n" + CHUNKED, CHUNKS), 501),
    "space before a colon": (body(b"Transfer-Encoding : chunked", CHUNKS), 400),
    "a size that is none": (body(CHUNKED, b"xy\r\nASK {}\r\n0\r\n\r\n"), 400),
    "a negative size": (body(CHUNKED, b"-6\r\nASK {}\r\n0\r\n\r\n"), 400),
    "an endless size": (body(CHUNKED, b"F" * 20 + b"\r\nASK {}\r\n0\r\n\r\n"), 400),
    "a size too small": (body(CHUNKED, b"3\r\nASK {}\r\n0\r\n\r\n"), 400),
    "lines without CR": (GET.replace(b"\r", b"") + b"Host: a\n\n", 400),
    "CR in a value": (GET + CLOSE + b"X: a\rX-Evil: b\r\n\r\n", 400),
    "NUL in a value": (GET + CLOSE + b"X: a\0b\r\n\r\n", 400),
    "a folded value": (GET + CLOSE + b"X: a\r\n b\r\n\r\n", 400),
    "a name with a space": (GET + CLOSE + b"X Y: a\r\n\r\n", 400),
    "a line without a colon": (GET + CLOSE + b"X\r\n\r\n", 400),
    "bytes in the target": (b"GET /\xc3\xa9 HTTP/1.1\r\n" + CLOSE + b"\r\n", 400),
    "a method of none": (b"FOO / HTTP/1.1\r\n" + CLOSE + b"\r\n", 400),
    "a tunnel": (b"CONNECT a:80 HTTP/1.1\r\n" + CLOSE + b"\r\n", 400),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "HTTP/3.3": (b"GET / HTTP/3.3\r\n" + CLOSE + b"\r\n", 400),
    "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    "a long target": (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n" + CLOSE + b"\r\n", 414),
    "a long field": (GET + CLOSE + b"X: " + b"a" * 200_000 + b"\r\n\r\n", 431),
    "a long Accept": (GET + CLOSE + b"Accept: " + b"a/b," * 50_000 + b"\r\n\r\n", 431),
    "many fields": (GET + CLOSE + b"X: a\r\n" * 10_000 + b"\r\n", 431),
    "a head without an end": (GET + CLOSE + b"X: " + b"a" * 600_000, 431),
}


@pytest.mark.parametrize("name", HEADS)
def test_what_is_ambiguous_is_refused(site: Site, name: str) -> None:
    sent, status = HEADS[name]
    assert refused(talk(site, sent)) == status
    assert talk(site, GET + CLOSE + b"\r\n").endswith(b'"boolean":true}')


GOOD: dict[str, bytes] = {
    "no host in HTTP/1.0": f"GET {ASK} HTTP/1.0\r\n\r\n".encode(),
    "a host with a port": GET + b"Connection: close\r\nHost: a.example:80\r\n\r\n",
    "a host of IPv6": GET + b"Connection: close\r\nHost: [::1]:80\r\n\r\n",
    "a whole target": f"GET http://a.example{ASK} HTTP/1.1\r\n".encode() + CLOSE + b"\r\n",
    "chunks": body(CHUNKED, b"3\r\nASK\r\n3;a=b\r\n {}\r\n0\r\nX: y\r\n\r\n"),
    "an unknown expectation": GET + CLOSE + b"Expect: 200-maybe\r\n\r\n",
    "another protocol": GET + CLOSE.replace(b"close", b"close, Upgrade") + b"Upgrade: h2c\r\n\r\n",
    "another protocol with a body": POST + HOST + b"Connection: close, Upgrade\r\nUpgrade: h2c\r\n"
    b"Content-Length: 6\r\n\r\nASK {}",
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_clear_is_answered(site: Site, name: str) -> None:
    found = talk(site, GOOD[name])
    assert statuses(found) == [200]
    assert b'"boolean":true}' in found


def test_a_body_is_never_the_next_request(site: Site) -> None:
    inner = b"GET /health/live HTTP/1.1\r\n" + CLOSE + b"\r\n"
    offer = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n"
    head = POST + HOST + offer + b"Content-Length: %d\r\n\r\n" % len(inner)
    for pause in (False, True):
        with site.line() as line:
            line.sendall(head)
            time.sleep(0.2 * pause)
            line.sendall(inner + GET + CLOSE + b"\r\n")
            found = b""
            while piece := line.recv(65_536):
                found += piece
        assert statuses(found) == [400, 200]
        assert b'"live"' not in found
        assert found.endswith(b'"boolean":true}')


def test_requests_in_a_row_are_answered_in_order(site: Site) -> None:
    many = (GET + HOST + b"\r\n") * 200 + b"GET /nothing HTTP/1.1\r\n" + CLOSE + b"\r\n"
    assert statuses(talk(site, many)) == [200] * 200 + [404]


def test_an_error_never_stands_in_the_answer_before_it(site: Site) -> None:
    # The first is being computed while the second, which is no request, comes.
    count = quote("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?b ?c }")
    first = f"GET /sparql?query={count} HTTP/1.1\r\n".encode() + HOST + b"\r\n"
    found = talk(site, first + b"nonsense\r\n\r\n")
    assert statuses(found) in ([], [200], [400])
    if found.startswith(b"HTTP/1.1 200"):
        assert b"nonsense" not in found
        assert b"about:blank" not in found


def test_a_range_is_of_what_it_names(site: Site) -> None:
    def ask(path: str, wanted: str = "") -> tuple[int, bytes]:
        fields = CLOSE + (f"Range: {wanted}\r\n\r\n" if wanted else "\r\n").encode()
        found = talk(site, f"GET {path} HTTP/1.1\r\n".encode() + fields)
        return statuses(found)[0], found.partition(b"\r\n\r\n")[2]

    whole = ask("/static/symposia.css")
    assert whole[0] == 200
    assert ask("/static/symposia.css", "bytes=0-9") == (206, whole[1][:10])
    assert ask("/static/symposia.css", "bytes=99999999-")[0] == 416
    many = "bytes=" + ",".join(f"{n}-{n}" for n in range(1_000))
    assert ask("/static/symposia.css", many)[0] in (200, 416)
    assert ask(ASK, "bytes=0-3")[0] == 200


def test_who_sends_slowly_holds_up_nobody(site: Site) -> None:
    with ExitStack() as stack:
        lines = [stack.enter_context(site.line()) for _ in range(60)]
        for number, line in enumerate(lines):
            line.sendall(GET if number % 2 else POST + HOST + b"Content-Length: 900\r\n\r\n")
        for _ in range(3):
            begun = time.monotonic()
            assert statuses(talk(site, GET + CLOSE + b"\r\n")) == [200]
            assert time.monotonic() - begun < HEAD_TIME / 2
            for number, line in enumerate(lines):
                line.sendall(b"X" if number % 2 else b"#")


def test_who_reads_slowly_holds_up_nobody(site: Site) -> None:
    with ExitStack() as stack:
        for _ in range(8):
            line = stack.enter_context(site.line())
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            line.sendall(f"GET {ROWS} HTTP/1.1\r\n".encode() + HOST + b"\r\n")
        time.sleep(0.3)
        for _ in range(5):
            assert statuses(talk(site, b"GET /health/live HTTP/1.1\r\n" + CLOSE + b"\r\n")) == [200]
    assert statuses(talk(site, GET + CLOSE + b"\r\n")) == [200]


def test_who_leaves_frees_what_was_held(site: Site) -> None:
    before = {*site.workers}
    for path in (ENDLESS, ROWS, ENDLESS, ROWS):
        with site.line() as line:
            line.sendall(f"GET {path} HTTP/1.1\r\n".encode() + HOST + b"\r\n")
            time.sleep(0.2)
    with site.line() as line:
        head = b"POST /update HTTP/1.1\r\nContent-Type: application/sparql-update\r\n" + HOST
        head += f"Authorization: Bearer {TOKEN}\r\n".encode()
        line.sendall(head + b"Content-Length: 900\r\n\r\nINSERT DATA { GRAPH <urn:half> {")
    # What computed for them is ended, and others are there.
    until(lambda: len(site.workers) >= 2 and {*site.workers} != before, what="other workers")
    assert statuses(talk(site, GET + CLOSE + b"\r\n")) == [200]
    assert site.ask("SELECT * { GRAPH <urn:half> { ?s ?p ?o } }") == []


def test_a_thousand_silent_connections_hold_up_nobody(site: Site) -> None:
    with ExitStack() as stack:
        silent = [stack.enter_context(site.line()) for _ in range(IDLE + 100)]
        for line in silent[: IDLE // 2]:
            with suppress(ConnectionError):
                line.sendall(GET + HOST + b"\r\n")
        for _ in range(5):
            assert statuses(talk(site, GET + CLOSE + b"\r\n")) == [200]
        assert files(site.pid) > IDLE // 2, "they were not kept"
    until(lambda: files(site.pid) < IDLE // 2, what="their end")
