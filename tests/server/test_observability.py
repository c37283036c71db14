"""Health, counts, logs, request ids, HEAD, OPTIONS and sharing, seen at a real server process."""

from __future__ import annotations

import http.client
import io
import json
import logging
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from flask import Flask
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families
from symposia.server import logs
from symposia.server.app import create_app
from symposia.server.observed import Observed

SYMPOSIA = Path(sys.executable).with_name("symposia")
TOKEN = "a-token-that-nobody-may-see"  # noqa: S105
QUERY = "SELECT (1 AS ?told_in_the_log) {}"
ASK = "/sparql?query=" + quote("ASK{}")
PAPER = "/tinyml-2023/paper/fmas"
READS = [
    *("/", "/papers", "/queries/", "/queries/papers", "/sparql", ASK, "/openapi.json"),
    *("/health", "/health/live", "/metrics", "/.well-known/void", "/.well-known/void.html"),
    *("/api/papers", "/api/papers?format=csv&limit=2", "/dump.nt", f"{PAPER}.ttl", PAPER),
    *(f"{PAPER}.html", "/static/symposia.css", "/nothing/of/the/kind", "/api/papers?limit=0"),
]


class Server:
    """A server process and what it has logged."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self.address = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line.rstrip("\n"))

    def started(self) -> None:
        """Wait until it has told its address."""
        for _ in range(600):
            found = re.search(r"http://127\.0\.0\.1:\d+", "\n".join(self.lines))
            if found and any("Ctrl-C" in line for line in self.lines):
                self.address = found[0]
                return
            assert self.process.poll() is None, self.lines
            time.sleep(0.05)
        raise AssertionError(self.lines)

    def ask(
        self, path: str, method: str = "GET", body: str | None = None, **headers: str
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Status, headers and body of an answer."""
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=30)
        with closing(connection):
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, names)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def logged(self, **fields: object) -> dict[str, object]:
        """The one log line with these fields; it may come a moment after the answer."""
        for _ in range(200):
            events = [json.loads(line) for line in self.lines if line.startswith("{")]
            found = [each for each in events if fields.items() <= each.items()]
            if found:
                assert len(found) == 1, found
                return dict(found[0])
            time.sleep(0.05)
        raise AssertionError(f"{fields} is not in {self.lines[-5:]}")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("observed")
    (folder / "token").write_text(TOKEN)
    command = [
        *(str(SYMPOSIA), "serve", "--port", "0", "--data", str(folder / "data")),
        *("--log-format", "json", "--log-queries", "0", "--token-file", str(folder / "token")),
    ]
    environment = {key: value for key, value in os.environ.items() if key != "PORT"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        made = Server(process)
        try:
            made.started()
            yield made
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


# Health


def test_health_tells_what_is_served(server: Server) -> None:
    for address in ("/health", "/health/ready"):
        status, headers, body = server.ask(address)
        assert (status, headers["Content-Type"]) == (200, "application/health+json")
        told = json.loads(body)
        assert (told["status"], told["live"], told["ready"]) == ("pass", True, True)
        assert told["generation"] == 1
        assert told["triples"] > 7000
    assert server.ask("/health/live")[0] == 200


def test_health_is_503_while_nothing_is_published(tmp_path: Path) -> None:
    client = create_app(tmp_path / "none").test_client()
    for address in ("/health", "/health/ready"):
        answer = client.get(address)
        assert (answer.status_code, answer.mimetype) == (503, "application/health+json")
        told = answer.get_json()
        assert (told["live"], told["ready"], told["generation"]) == (True, False, None)
        assert "symposia add" in told["output"]
    assert client.get("/health/live").status_code == 200
    counts = client.get("/metrics").text
    assert "symposia_ready 0.0" in counts
    assert "symposia_generation" not in counts


# Counts


def counts(server: Server) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    status, headers, body = server.ask("/metrics")
    assert status == 200
    assert headers["Content-Type"].startswith("text/plain; version=")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(body.decode())
        for sample in family.samples
    }


def test_requests_are_counted_by_route_method_and_status(server: Server) -> None:
    before = counts(server)
    for _ in range(3):
        server.ask("/health/live")
    server.ask("/nothing/at/all")
    server.ask("/sparql?query=nonsense")
    after = counts(server)

    def more(name: str, **labels: str) -> float:
        key = (name, frozenset(labels.items()))
        return after.get(key, 0) - before.get(key, 0)

    total, seconds = "symposia_http_requests_total", "symposia_http_request_duration_seconds"
    assert more(total, route="/health/live", method="GET", status="200") == 3
    assert more(total, route="/<path:path>", method="GET", status="404") == 1
    assert more(total, route="/sparql", method="GET", status="400") == 1
    assert more(f"{seconds}_count", route="/health/live", method="GET") == 3
    assert more(f"{seconds}_bucket", route="/health/live", method="GET", le="+Inf") == 3
    assert more(f"{seconds}_sum", route="/health/live", method="GET") > 0


def test_the_state_is_counted(server: Server) -> None:
    found = counts(server)
    plain = frozenset[tuple[str, str]]()
    assert found["symposia_generation", plain] == 1
    assert found["symposia_triples", plain] > 7000
    assert found["symposia_ready", plain] == 1
    parts = {
        name: {tuple(sorted(dict(labels).items())) for each, labels in found if each == name}
        for name in ("symposia_workers", "symposia_workers_killed_total", "symposia_waiting")
    }
    works, causes = (
        ("express", "page", "query", "update"),
        ("client", "crash", "deadline", "memory"),
    )
    assert parts == {
        "symposia_workers": {(("state", s), ("work", w)) for s in ("busy", "idle") for w in works},
        "symposia_workers_killed_total": {
            (("cause", c), ("work", w)) for c in causes for w in works
        },
        "symposia_waiting": {(("work", w),) for w in works},
    }
    for state in ("busy", "idle"):
        assert found["symposia_workers", frozenset({("work", "query"), ("state", state)})] >= 0
    assert found["symposia_cache_bytes", plain] >= 0


def test_what_memory_answers_is_counted(server: Server) -> None:
    def reads() -> list[float]:
        found = counts(server)
        return [
            found["symposia_cache_reads_total", frozenset({("result", result)})]
            for result in ("miss", "hit", "not_modified")
        ]

    path = "/sparql?query=" + quote("ASK { 'what' <x:memory> 'answers' }")
    before = reads()
    tag = server.ask(path)[1]["ETag"]
    assert server.ask(path)[0] == 200
    assert server.ask(path, If_None_Match=tag)[0] == 304
    assert [now - then for now, then in zip(reads(), before, strict=True)] == [1, 1, 1]


def test_updates_are_counted_by_what_became_of_them(server: Server) -> None:
    def updates() -> dict[str, float]:
        found = counts(server)
        kinds = {r: frozenset({("result", r)}) for r in ("made", "refused", "stopped", "failed")}
        return {r: found["symposia_updates_total", labels] for r, labels in kinds.items()}

    assert updates() == {"made": 0, "refused": 0, "stopped": 0, "failed": 0}
    kind = "application/sparql-update"
    for text, status in (("INSERT DATA {}", 204), ("INSERT DATA { nonsense }", 400)):
        sent = {"Content_Type": kind, "Authorization": f"Bearer {TOKEN}"}
        assert server.ask("/update", "POST", text, **sent)[0] == status
    assert updates() == {"made": 1, "refused": 1, "stopped": 0, "failed": 0}
    seconds = "symposia_update_duration_seconds_count"
    assert counts(server)[seconds, frozenset[tuple[str, str]]()] == 2


def test_the_exposition_is_well_formed(server: Server) -> None:
    """Each series once, under its help and type; both formats say the same."""
    plain = server.ask("/metrics")[2].decode()
    families = list(text_string_to_metric_families(plain))
    assert len({family.name for family in families}) == len(families)
    assert all(family.documentation and family.type != "unknown" for family in families)
    keys = [(s.name, *sorted(s.labels.items())) for f in families for s in f.samples]
    assert len(set(keys)) == len(keys)
    accept = "application/openmetrics-text; version=1.0.0"
    status, headers, body = server.ask("/metrics", Accept=accept)
    assert (status, headers["Content-Type"].partition(";")[0]) == (200, accept.partition(";")[0])
    open_families = list(openmetrics(body.decode()))
    assert {family.name for family in open_families} == {family.name for family in families}


def test_hostile_methods_and_addresses_make_no_new_series(server: Server) -> None:
    for number in range(5):
        server.ask(f"/x{number}", f"METHOD{number}")
        server.ask(f"/dump.{number}")
    labels = [dict(labels) for name, labels in counts(server) if name.endswith("requests_total")]
    assert not [each for each in labels if each["method"].startswith("METHOD")]
    assert not [each for each in labels if re.search(r"/x\d|/dump\.\d", each["route"])]


# Request ids


@pytest.mark.parametrize("given", ["abc-1", "7f3c0b2e-6d0c-4a0e-9d0a-0e6f5f3d1c2b", "a" * 128])
def test_a_sane_id_is_taken_over(server: Server, given: str) -> None:
    assert server.ask("/health/live", X_Request_Id=given)[1].get_all("X-Request-Id") == [given]


@pytest.mark.parametrize("given", ["", "a b", "-a", "a" * 129, 'a"b', "a;b", "a,b", "é", "a\tb"])
def test_any_other_is_replaced(server: Server, given: str) -> None:
    (made,) = server.ask("/health/live", X_Request_Id=given)[1].get_all("X-Request-Id") or ()
    assert re.fullmatch(r"[0-9a-f]{16}", made)


def test_an_id_brings_no_header_along(server: Server) -> None:
    host, port = server.address.removeprefix("http://").split(":")
    for given in (
        b"a\r\n Set-Cookie: b=c",
        b"a\r\n\tSet-Cookie: b=c",
        b"a%0d%0aSet-Cookie: b=c",
        b"a\rSet-Cookie: b=c",
        b"a\x00b",
    ):
        with socket.create_connection((host, int(port)), timeout=20) as connection:
            connection.sendall(
                b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Request-Id: "
                + given
                + b"\r\n\r\n"
            )
            answer = b""
            while piece := connection.recv(65_536):
                answer += piece
        assert b"set-cookie" not in answer.partition(b"\r\n\r\n")[0].lower()


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "DELETE"])
def test_every_answer_has_an_id_and_so_has_its_problem(
    server: Server, path: str, method: str
) -> None:
    status, headers, body = server.ask(path, method, X_Request_Id="given-1")
    assert headers.get_all("X-Request-Id") == ["given-1"]
    assert status < 500
    if headers["Content-Type"] == "application/problem+json" and method != "HEAD":
        assert json.loads(body)["request_id"] == "given-1"


# Logs


def test_a_request_is_one_line(server: Server) -> None:
    server.ask("/health/live", X_Request_Id="line-1")
    line = server.logged(request_id="line-1", event="request")
    assert (line["method"], line["path"], line["status"]) == ("GET", "/health/live", 200)
    assert (line["level"], line["client"]) == ("info", "127.0.0.1")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", str(line["time"]))
    assert isinstance(line["seconds"], float)
    assert line["bytes"] == len(server.ask("/health/live")[2])


def test_an_address_cannot_write_lines(server: Server) -> None:
    server.ask("/x%0a%7B%22event%22%3A%22forged%22%7D%0d%1b[31m", X_Request_Id="forger-1")
    assert "forged" in str(server.logged(request_id="forger-1")["path"])
    assert not any(line.startswith('{"event"') or "\x1b" in line for line in server.lines)


def test_queries_are_logged_when_asked_for(server: Server) -> None:
    server.ask("/sparql?query=" + quote(QUERY), X_Request_Id="query-1")
    line = server.logged(request_id="query-1", event="slow query")
    assert (line["query"], line["status"]) == (QUERY, 200)
    assert "query" not in server.logged(request_id="query-1", event="request")


def test_no_token_is_ever_logged(server: Server) -> None:
    for token in (TOKEN, "a-wrong-token"):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/sparql-update"}
        for path in ("/update", "/sparql"):
            server.ask(path, "POST", "nonsense", X_Request_Id="token-1", **headers)
        server.ask(f"/health/live?access_token={token}", X_Request_Id=f"last-{len(token)}")
        server.logged(request_id=f"last-{len(token)}")
    text = "\n".join(server.lines)
    assert TOKEN not in text
    assert "a-wrong-token" not in text


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """The logs of this process, put back as they were afterwards."""
    names = (None, "symposia", "symposia.requests")
    before = [(logging.getLogger(name), logging.getLogger(name).level) for name in names]
    handlers = logging.getLogger().handlers[:]
    stream = io.StringIO()
    yield stream
    logging.captureWarnings(False)
    logging.getLogger().handlers[:] = handlers
    logs.configure.__globals__["_slow"] = None
    for logger, level in before:
        logger.setLevel(level)


def test_logfmt_quotes_what_is_not_plain(written: io.StringIO, app: Flask) -> None:
    logs.configure("text", stream=written)
    app.test_client().get("/a b%0ac=%22", headers={"X-Request-Id": "f-1"}, buffered=True)
    line = written.getvalue()
    assert line.count("\n") == 1
    assert 'event=request request_id=f-1 method=GET path="/a b\\nc=\\""' in line
    assert " status=404 " in line


def test_quick_queries_and_requests_can_stay_untold(written: io.StringIO, app: Flask) -> None:
    logs.configure("text", requests=False, queries=60, stream=written)
    assert app.test_client().get(ASK, buffered=True).status_code == 200
    assert written.getvalue() == ""


def test_a_fault_is_told_with_its_id_and_place(written: io.StringIO, tmp_path: Path) -> None:
    logs.configure("json", requests=False, stream=written)
    app = create_app(tmp_path / "none")

    @app.route("/fault")
    def fault() -> str:
        raise ZeroDivisionError

    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.before_request_funcs[None] = app.before_request_funcs[None][:2]
    answer = app.test_client().get("/fault", headers={"X-Request-Id": "f-2"})
    assert answer.status_code == 500
    told = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [each["request_id"] for each in told] == ["f-2"] * len(told)
    assert "ZeroDivisionError" in told[0]["exception"]
    assert "ZeroDivisionError" not in answer.text


def test_a_broken_answer_is_counted_as_cut() -> None:
    seen: list[tuple[object, ...]] = []

    class Counts:
        def count(self, *values: object) -> None:
            seen.append(values)

    def breaking(environ: object, start_response: object) -> Iterator[bytes]:  # noqa: ARG001
        start_response("200 OK", [])  # type: ignore[operator]
        yield b"half"
        raise ConnectionError

    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/"}
    answer = Observed(breaking, Counts())(environ, lambda *_: None)  # type: ignore[arg-type,misc,return-value]
    with pytest.raises(ConnectionError):
        b"".join(answer)
    answer.close()  # type: ignore[attr-defined]
    answer.close()  # type: ignore[attr-defined]
    assert [(values[2], values[4]) for values in seen] == [(200, False)]


# HEAD, OPTIONS, other origins

_OF_ONE = {"date", "x-request-id", "transfer-encoding", "content-length", "connection"}


@pytest.mark.parametrize("path", READS)
def test_head_has_the_headers_of_get_and_no_body(server: Server, path: str) -> None:
    status, headers, body = server.ask(path)
    head_status, head_headers, head_body = server.ask(path, "HEAD")
    assert (head_status, head_body) == (status, b"")

    def kept(all_: http.client.HTTPMessage) -> list[tuple[str, str]]:
        return sorted((k.lower(), v) for k, v in all_.items() if k.lower() not in _OF_ONE)

    assert kept(head_headers) == kept(headers)
    length = head_headers["Content-Length"]
    if length is not None and path not in ("/metrics", "/health"):
        assert int(length) == len(body)


def test_options_tells_the_methods_of_every_route(server: Server, app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<[^>]+>", "people" if "any(" in rule.rule else "x", rule.rule)
        status, headers, body = server.ask(path, "OPTIONS")
        assert (status in (200, 204), body) == (True, b""), path
        allowed = headers["Allow"].split(", ")
        assert "OPTIONS" in allowed
        for method in ("GET", "PATCH"):
            assert (server.ask(path, method)[0] == 405) == (method not in allowed), (path, method)


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/sparql", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("/api/papers", {"GET", "HEAD", "OPTIONS"}),
        ("/store", {"GET", "HEAD", "OPTIONS"}),
        (PAPER, {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_a_browser_may_ask_from_elsewhere(server: Server, path: str, methods: set[str]) -> None:
    status, headers, _ = server.ask(
        path,
        "OPTIONS",
        Origin="https://elsewhere.example",
        Access_Control_Request_Method="POST",
        Access_Control_Request_Headers="content-type",
    )
    assert status == 200
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert {*headers["Access-Control-Allow-Methods"].split(", ")} == methods
    assert "Content-Type" in headers["Access-Control-Allow-Headers"]
    assert "Authorization" not in headers["Access-Control-Allow-Headers"]


def test_reads_are_shared_and_changes_are_not(server: Server) -> None:
    allowed = "Access-Control-Allow-Origin"
    for path in READS:
        headers = server.ask(path)[1]
        assert headers.get_all(allowed) == ["*"], path
        if tag := headers["ETag"]:
            status, again, _ = server.ask(path, If_None_Match=tag)
            assert (status, again.get_all(allowed)) == (304, ["*"]), path
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert server.ask("/sparql", "POST", "query=ASK{}", **form)[1][allowed] == "*"
    for path, method in (("/update", "POST"), ("/store?default", "PUT"), ("/store", "POST")):
        assert server.ask(path, method, "x")[1][allowed] is None


@pytest.mark.parametrize("path", ["/api/papers", "/health", "/dump.nt", "/update", PAPER])
def test_a_wrong_method_is_405_with_the_right_ones(server: Server, path: str) -> None:
    status, headers, _ = server.ask(path, "PATCH")
    assert status == 405
    assert "OPTIONS" in headers["Allow"]
