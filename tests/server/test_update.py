"""Updates of a published dataset: allowed, validated, published, and kept."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from .writable import TOKEN, Reply, Server, serving

SYM = "https://w3id.org/symposia/ontology#"
FORM = "application/x-www-form-urlencoded"
UPDATE = "application/sparql-update"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a data folder, with a token."""
    folder = tmp_path_factory.mktemp("published")
    with serving(folder, "--data", str(folder / "data")) as server:
        yield server


def generation(server: Server) -> int:
    """The number of the generation that is served."""
    return int((server.log.parent / "data" / "current").read_text("utf-8"))


def values(server: Server, graph: str) -> set[str]:
    """The objects of a graph."""
    return {row[0] for row in server.rows(f"SELECT ?o {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")}


def test_an_update_is_a_new_generation(server: Server) -> None:
    before = generation(server)
    assert server.update("INSERT DATA { GRAPH <x:one> { <x:a> <x:b> 1 } }").status == 204
    assert generation(server) == before + 1
    assert values(server, "x:one") == {"1"}
    assert server.rows("SELECT ?o { <x:a> <x:b> ?o }") == [("1",)]  # the union
    assert server.update("INSERT DATA { GRAPH <x:one> { <x:a> <x:b> 1 } }").status == 204
    assert generation(server) == before + 1  # nothing changed
    assert server.update("DROP GRAPH <x:one>").status == 204
    assert server.rows("SELECT ?o { <x:a> <x:b> ?o }") == []


def test_each_operation_sees_what_the_one_before_did(server: Server) -> None:
    text = """
    # SERVICE and LOAD in a comment
    BASE <http://example.org/>
    PREFIX : <http://example.org/ns#>
    INSERT DATA { GRAPH <g1> { <s> :p "LOAD", "SERVICE" ; :q [ :r 2 ] } } # ; a comment
    ; # another
    PREFIX e: <http://example.org/other#>
    INSERT { GRAPH <g2> { ?s e:copy ?o } } WHERE { ?s :p ?o } ;
    DELETE { GRAPH <g1> { ?s :p ?o } } WHERE { GRAPH <g2> { ?s e:copy ?o } FILTER(?o = "LOAD") } ;
    COPY <g2> TO <g3> ;
    DELETE WHERE { GRAPH <g2> { ?s ?p "SERVICE" } }
    """
    reply = server.update(text)
    assert reply.status == 204, reply.body
    blank = {value for value in values(server, "http://example.org/g1") if value != "SERVICE"}
    assert len(blank) == 2
    assert "2" in blank
    assert values(server, "http://example.org/g2") == {"LOAD"}
    assert values(server, "http://example.org/g3") == {"LOAD", "SERVICE"}
    dropped = "; ".join(f"DROP GRAPH <http://example.org/g{n}>" for n in (1, 2, 3))
    assert server.update(dropped).status == 204


@pytest.mark.parametrize("path", ["/update", "/sparql"])
@pytest.mark.parametrize(
    ("token", "status", "challenge"),
    [
        (None, 401, 'Bearer realm="symposia"'),
        ("wrong", 401, 'Bearer realm="symposia", error="invalid_token"'),
        (TOKEN[:-1], 401, 'Bearer realm="symposia", error="invalid_token"'),
        (TOKEN + "x", 401, 'Bearer realm="symposia", error="invalid_token"'),
        ("", 401, 'Bearer realm="symposia"'),
    ],
)
def test_changes_need_the_token(
    server: Server, path: str, token: str | None, status: int, challenge: str
) -> None:
    before = generation(server)
    reply = server.update("DROP ALL", path, token)
    assert (reply.status, reply.headers["www-authenticate"]) == (status, challenge)
    assert "token" in reply.problem["detail"].lower()
    assert generation(server) == before


def test_the_scheme_is_bearer_in_any_case(server: Server) -> None:
    text = "INSERT DATA {}"
    for scheme, status in (("bearer", 204), ("BEARER", 204), ("Basic", 401), ("", 401)):
        headers = {"Authorization": f"{scheme} {TOKEN}".strip(), "Content-Type": UPDATE}
        assert server.send("POST", "/update", text, None, **headers).status == status


WRONG: list[tuple[str, int, str]] = [
    ("INSERT DATA { <x:a> <x:b> 1 }", 400, "union of the named graphs"),
    ("DELETE WHERE { ?s ?p ?o }", 400, "union of the named graphs"),
    ("INSERT { ?s <x:b> 1 } WHERE { ?s a ?c }", 400, "union of the named graphs"),
    ("DELETE { ?s ?p ?o } INSERT { GRAPH <x:g> { ?s ?p ?o } } WHERE { ?s ?p ?o }", 400, "union"),
    ("CLEAR DEFAULT", 400, "union of the named graphs"),
    ("COPY <x:a> TO DEFAULT", 400, "union of the named graphs"),
    ("MOVE DEFAULT TO <x:a>", 400, "union of the named graphs"),
    ("DROP GRAPH <x:no-such>", 400, "does not exist"),
    ("CLEAR XYZ", 400, "XYZ"),
    ("SELECT * { ?s ?p ?o }", 400, "begins a query"),
    ("INSERT DATA { GRAPH <x:g> { <x:a> foo:b 1 } }", 400, "foo"),
    ("LOAD <http://127.0.0.1:9/>", 400, "LOAD"),
    ("CLEAR ALL; load silent<http://127.0.0.1:9/>", 400, "LOAD"),
    ("INSERT { GRAPH <x:g> { ?s ?p ?o } } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
     400, "SERVICE"),
    (f"INSERT DATA {{ GRAPH <x:g> {{ <x:paper> a <{SYM}Paper> }} }}", 422, "break the shapes"),
    ("INSERT DATA { GRAPH <x:g> { <x:a> <x:b> 1 } } ; DROP GRAPH <x:no-such>", 400, "not exist"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "status", "told"), WRONG)
def test_a_failing_update_changes_nothing_and_says_why(
    server: Server, text: str, status: int, told: str
) -> None:
    before = generation(server)
    reply = server.update(text)
    assert reply.status == status
    assert told in reply.problem["detail"]
    assert generation(server) == before
    assert values(server, "x:g") == set()


def test_a_broken_shape_is_told_in_full(server: Server) -> None:
    paper = f"INSERT DATA {{ GRAPH <x:g> {{ <x:paper> a <{SYM}Paper> }} }}"
    problem = server.update(paper).problem
    assert problem["violations"] == len(problem["findings"]) == 2
    assert {finding["focus"] for finding in problem["findings"]} == {"x:paper"}
    assert any("title" in finding["message"] for finding in problem["findings"])
    text = server.send(
        "POST", "/update", paper, content_type="application/sparql-update", accept="text/plain"
    ).body
    assert text.decode().count("\n  x:paper  ") == 2


def test_a_syntax_error_shows_the_line(server: Server) -> None:
    reply = server.update("INSERT DATA {\n  GRAPH <x:g> { <x:a> <x:b> foo:c }\n}")
    assert reply.problem["line"] == 2
    line, caret = reply.problem["excerpt"].split("\n")
    assert line == "  GRAPH <x:g> { <x:a> <x:b> foo:c }"
    assert caret == " " * (reply.problem["column"] - 1) + "^"
    text = server.send("POST", "/update", "CLEAR XYZ", content_type=UPDATE, accept="text/plain")
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert "CLEAR XYZ\n      ^\n" in text.body.decode()


BODIES: list[tuple[str, str | bytes, str, int]] = [
    ("/update", urlencode({"update": "INSERT DATA {}"}), FORM, 204),
    ("/update", urlencode({"update": "INSERT DATA {}"}), f"{FORM}; charset=UTF-8", 204),
    ("/sparql", urlencode({"update": "INSERT DATA {}"}), FORM, 204),
    ("/update", "INSERT DATA {}", f"{UPDATE}; charset=utf-8", 204),
    ("/update", "INSERT DATA {}".encode("utf-16"), f"{UPDATE}; charset=utf-16", 415),
    ("/update", b"INSERT DATA { GRAPH <x:g> { <x:a> <x:b> '\xff' } }", UPDATE, 400),
    ("/update", b"update=INSERT+DATA+{+'%FF'+}", FORM, 400),
    ("/update", "INSERT DATA {}", "text/plain", 415),
    ("/update", "INSERT DATA {}", "", 415),
    ("/update", urlencode({"query": "ASK {}"}), FORM, 400),
    ("/update", urlencode([("update", "CLEAR ALL"), ("update", "CLEAR ALL")]), FORM, 400),
    ("/update", urlencode({"update": "CLEAR ALL", "query": "ASK {}"}), FORM, 400),
    ("/update?update=CLEAR+ALL", "CLEAR ALL", UPDATE, 400),
    ("/sparql?query=ASK+{}", urlencode({"update": "CLEAR ALL"}), FORM, 400),
]


@pytest.mark.parametrize(("path", "body", "kind", "status"), BODIES)
def test_how_an_update_is_sent(
    server: Server, path: str, body: str | bytes, kind: str, status: int
) -> None:
    before = generation(server)
    assert server.send("POST", path, body, content_type=kind).status == status
    assert generation(server) == before


def test_a_compressed_body_is_not_opened(server: Server) -> None:
    reply = server.send(
        "POST", "/update", b"\x1f\x8b", content_type=UPDATE, content_encoding="gzip"
    )
    assert reply.status == 415


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH"])
def test_an_update_is_sent_by_post(server: Server, method: str) -> None:
    reply = server.send(method, "/update?update=CLEAR+ALL")
    assert reply.status == 405
    assert {*reply.headers["allow"].split(", ")} == {"POST", "OPTIONS"}
    assert server.send("GET", "/sparql?update=CLEAR+ALL").status == 400


def test_the_protocol_gives_the_dataset(server: Server) -> None:
    data = "".join(f"GRAPH <x:u{n}> {{ <x:s{n}> <x:p> {n} }} " for n in (1, 2, 3))
    assert server.update(f"INSERT DATA {{ {data} }}").status == 204
    using = urlencode([("using-graph-uri", "x:u1"), ("using-named-graph-uri", "x:u2")])
    copy = """
    INSERT { GRAPH <x:out> { ?s <x:default> ?o } } WHERE { ?s <x:p> ?o } ;
    INSERT { GRAPH <x:out> { ?s <x:named> ?o } } WHERE { GRAPH ?g { ?s <x:p> ?o } } ;
    DELETE WHERE { GRAPH <x:u1> { ?s <x:p> ?o } } ;
    DELETE WHERE { GRAPH <x:u2> { ?s <x:p> ?o } }
    """
    reply = server.update(copy, f"/update?{using}")
    assert reply.status == 204, reply.body
    found = server.rows("SELECT ?s ?p ?o { GRAPH <x:out> { ?s ?p ?o } }")
    assert sorted(found) == [("x:s1", "x:default", "1"), ("x:s2", "x:named", "2")]
    assert values(server, "x:u1") == {"1"}  # GRAPH sees the named graphs of the request alone
    assert values(server, "x:u2") == set()
    conflicts = (
        "WITH <x:u1> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "INSERT { GRAPH <x:o> { ?s ?p ?o } } USING <x:u1> WHERE { ?s ?p ?o }",
    )
    for conflict in conflicts:
        reply = server.update(conflict, f"/update?{using}")
        assert (reply.status, "using-graph-uri" in reply.problem["detail"]) == (400, True)
    assert server.update(copy, "/update?using-graph-uri=no%20iri").status == 400
    assert server.update("DROP GRAPH <x:out>; DROP GRAPH <x:u1>; DROP GRAPH <x:u3>").status == 204


def test_relative_iris_have_the_address_as_base(server: Server) -> None:
    assert server.update("INSERT DATA { GRAPH <x:base> { <x:a> <x:b> <rel> } }").status == 204
    assert values(server, "x:base") == {f"{server.address}/rel"}
    assert server.update("DROP GRAPH <x:base>").status == 204


def test_updates_at_once_are_made_one_after_the_other(server: Server) -> None:
    assert server.update("INSERT DATA { GRAPH <x:count> { <x:n> <x:is> 0 } }").status == 204
    add = "DELETE { GRAPH <x:count> { <x:n> <x:is> ?n } } INSERT { GRAPH <x:count> { <x:n> <x:is> ?m } } WHERE { GRAPH <x:count> { <x:n> <x:is> ?n } BIND(?n + 1 AS ?m) }"  # noqa: E501
    replies: list[Reply] = []
    threads = [threading.Thread(target=lambda: replies.append(server.update(add))) for _ in "1234"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [reply.status for reply in replies] == [204] * 4
    assert values(server, "x:count") == {"4"}
    assert server.update("DROP GRAPH <x:count>").status == 204


def test_an_acknowledged_update_survives_a_kill(tmp_path: Path) -> None:
    options = ("--data", str(tmp_path / "data"))
    for number in range(2):
        with serving(tmp_path, *options) as server:
            assert values(server, "x:kept") == {str(n) for n in range(number)}
            text = f"INSERT DATA {{ GRAPH <x:kept> {{ <x:s> <x:p> {number} }} }}"
            assert server.update(text).status == 204
            os.kill(server.process.pid, signal.SIGKILL)
            server.process.wait(20)
    with serving(tmp_path, *options) as server:
        assert values(server, "x:kept") == {"0", "1"}
        assert not (tmp_path / "data" / ".edit").exists()


def test_without_a_token_nothing_changes(tmp_path: Path) -> None:
    with serving(tmp_path, "--data", str(tmp_path / "data"), token=None) as server:
        for token in (None, TOKEN, ""):
            reply = server.update("DROP ALL", token=token)
            assert (reply.status, "www-authenticate" in reply.headers) == (403, False)
            assert "--token-file" in reply.problem["hint"]
            assert server.send("DELETE", "/store?graph=x:a", token=token).status == 403
