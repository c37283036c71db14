"""Hostile requests: each is refused in its own words, and the server is as it was."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator

import pytest

from .conftest import making
from .processes import files, memory, until
from .site import Site

QUERY, UPDATE = "application/sparql-query", "application/sparql-update"
FORM, TURTLE = "application/x-www-form-urlencoded", "text/turtle"
JSONLD, RDFXML = "application/ld+json", "application/rdf+xml"
MEMORY, FILES = 128, 16
"""MiB and files by which the processes may have grown in the end."""
DEEP = 30_000
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server for all these requests, which must have lost nothing when they are over."""
    with making(tmp_path_factory.mktemp("hostile")) as make:
        found = make("--workers", "2", "--timeout", "3", "--no-log-requests")
        found.start()
        normal(found)
        found.update("INSERT DATA { GRAPH <urn:g> { <urn:s> <urn:p> 1 } }")
        before = memory(found.pid), files(found.pid)
        yield found
        normal(found)
        assert found.ask("SELECT ?o { GRAPH <urn:g> { ?s ?p ?o } }") == [("1",)]
        until(lambda: len(found.workers) >= 2 and len(found.writers) == 1, what="its processes")
        until(lambda: files(found.pid) <= before[1] + FILES, what="the end of open files")
        until(lambda: memory(found.pid) <= before[0] + MEMORY, what="the memory of before")
        assert found.stop() == 0


def normal(site: Site) -> None:
    """Look that a usual query has its answer."""
    query = "SELECT (COUNT(*) AS ?n) { ?talk a <https://w3id.org/symposia/ontology#Paper> }"
    assert site.ask(query) == [("16",)]


def nest(before: str, begin: str, inner: str, end: str, after: str, depth: int = DEEP) -> bytes:
    """A text in which something stands in itself."""
    return (before + begin * depth + inner + end * depth + after).encode()


def deflated(data: bytes) -> bytes:
    """A small body that becomes a large one."""
    return zlib.compress(data)


BOMB = b"\n" * 20_000_000
LIMIT, SYNTAX, REFUSED = "Limit exceeded", "RDF syntax error", "Query cannot be run"
TOO_LARGE, BAD, KIND = "Request Entity Too Large", "Bad Request", "Unsupported Media Type"
STORE = "/store?graph=urn:hostile"
VALUES = "SELECT (COUNT(*) AS ?n) { VALUES ?x { %s} }"
BINDS = " ".join(f"BIND(?a{n} + 1 AS ?a{n + 1})" for n in range(9_000))
LAUGHS = "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)

BODIES: dict[str, tuple[str, str, bytes, int, str]] = {
    "a query of ten megabytes": ("/sparql", QUERY, b"ASK {} #" + b"x" * 10_000_000, 413, TOO_LARGE),
    "a form of ten megabytes": ("/sparql", FORM, b"query=" + b"x" * 10_000_000, 413, TOO_LARGE),
    "an update of seventy": ("/update", UPDATE, b"#" * 70_000_000, 413, TOO_LARGE),
    "a long query": ("/sparql", QUERY, b"ASK {} #" + b"x" * 1_000_000, 400, REFUSED),
    "a million values": ("/sparql", QUERY, (VALUES % ("1 " * 1_000_000)).encode(), 400, REFUSED),
    "a hundred thousand fields": ("/sparql", FORM, b"a=1&" * 100_000, 400, BAD),
    "groups": ("/sparql", QUERY, nest("SELECT * ", "{", "", "}", ""), 507, LIMIT),
    "expressions": ("/sparql", QUERY, nest("ASK { FILTER(", "(", "1", ")", ") }"), 507, LIMIT),
    "functions": ("/sparql", QUERY, nest("ASK { FILTER(", "STR(", "1", ")", ") }"), 507, LIMIT),
    "paths": ("/sparql", QUERY, nest("ASK { ?a ", "(", "<x:a>", ")*", " ?b }"), 507, LIMIT),
    "nodes": ("/sparql", QUERY, nest("ASK { ?a ?b ", "[ ?b ", "1", "]", " }"), 507, LIMIT),
    "lists": ("/sparql", QUERY, nest("ASK { ?a ?b ", "(", "", ")", " }"), 507, LIMIT),
    "optional parts": ("/sparql", QUERY, nest("ASK { ", "OPTIONAL {", "", "}", " }"), 507, LIMIT),
    "sub-selects": ("/sparql", QUERY, nest("ASK {", "{SELECT*{", "", "}}", "}", 9_000), 507, LIMIT),
    "triple terms": (
        "/sparql", QUERY, nest("ASK { ?a ?b ", "<<(?a ?b ", "1", ")>>", "}"), 507, LIMIT),
    "bindings": ("/sparql", QUERY, f"SELECT * {{ {BINDS} }}".encode(), 507, LIMIT),
    "a long path": (
        "/sparql", QUERY, nest("ASK { ?a <x:a>", "/<x:a>", "", "", " ?b }"), 507, LIMIT),
    "groups of an update": (
        "/update", UPDATE, nest("INSERT {} WHERE ", "{", "", "}", ""), 507, LIMIT),
    "expressions of an update": (
        "/update", UPDATE, nest("INSERT {} WHERE { FILTER(", "STR(", "1", ")", ") }"), 507, LIMIT),
    "nodes of an update": (
        "/update", UPDATE,
        nest("INSERT DATA { GRAPH <x:g> { <x:a> <x:b> ", "[ <x:b> ", "1", "]", " } }"), 507, LIMIT),
    "objects of JSON-LD": (STORE, JSONLD, nest("", '{"x:b":', "1", "}", "", 5_000), 507, LIMIT),
    "lists of JSON-LD": (STORE, JSONLD, nest("", "[", "", "]", "", 100_000), 400, SYNTAX),
    "contexts of JSON-LD": (STORE, JSONLD, nest("", '{"@context":', "{}", "}", ""), 400, SYNTAX),
    "triple terms of Turtle": (
        STORE, TURTLE, nest("<x:a> <x:b> ", "<<( <x:a> <x:b> ", "1", ")>>", " ."), 507, LIMIT),
    "elements of RDF/XML": (
        STORE, RDFXML,
        nest(f'<r:RDF xmlns:r="{RDF}">', "<r:Description><r:a>", "<", "", "", 2_000), 400, SYNTAX),
    "entities of RDF/XML": (
        STORE, RDFXML,
        f'<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">{LAUGHS}]><r:RDF xmlns:r="{RDF}">&i;</r:RDF>'
        .encode(), 400, "Source cannot be read"),
    "a file by an entity": (
        STORE, RDFXML,
        f'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><r:RDF xmlns:r="{RDF}">&a;</r:RDF>'
        .encode(), 400, "Source cannot be read"),
    "a query that is not UTF-8": ("/sparql", QUERY, b"ASK {} #\xff", 400, BAD),
    "a form that is not UTF-8": ("/sparql", FORM, b"query=ASK{}\xff", 400, BAD),
    "a field that is not UTF-8": ("/sparql", FORM, b"query=ASK{}%ff", 400, BAD),
    "an update that is not UTF-8": ("/update", UPDATE, b"CLEAR ALL #\xc3", 400, BAD),
    "a graph that is not UTF-8": (
        STORE, TURTLE, b'<x:a> <x:b> "\xff" .', 400, "Source cannot be read"),
    "half a surrogate": ("/sparql", QUERY, b'ASK { ?a ?b "\\ud800" }', 400, REFUSED),
    "a form of half a part": (
        STORE, "multipart/form-data; boundary=b", b"--b\r\nX: y\r\n" * 9_000, 400, BAD),
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_too_much_is_refused(site: Site, name: str) -> None:
    path, kind, body, status, title = BODIES[name]
    answer = site.send("POST", path, body, content_type=kind)
    assert (answer.status, answer.problem["title"]) == (status, title), answer.problem
    normal(site)


@pytest.mark.parametrize(
    "coding", ["gzip", "x-gzip", "deflate", "br", "zstd", "gzip, gzip", "identity, gzip"]
)
@pytest.mark.parametrize(
    ("path", "kind"), [("/sparql", QUERY), ("/update", UPDATE), (STORE, TURTLE)]
)
def test_no_compressed_body_is_opened(site: Site, path: str, kind: str, coding: str) -> None:
    body = deflated(BOMB) if coding == "deflate" else gzip.compress(BOMB)
    answer = site.send("POST", path, body, content_type=kind, content_encoding=coding)
    assert (answer.status, answer.problem["title"]) == (415, KIND)


def test_what_is_not_deep_enough_to_harm_is_taken(site: Site) -> None:
    """The limits above are not those of people."""
    for path, kind, body in (
        ("/sparql", QUERY, nest("ASK { ?a ?b ", "[ ?b ", "1", "]", " }", 100)),
        ("/sparql", QUERY, nest("ASK ", "{", "", "}", "", 100)),
        (STORE, JSONLD, nest("", '{"x:b":', "1", "}", "", 100)),
    ):
        answer = site.send("POST", path, body, content_type=kind)
        assert answer.status in (200, 201, 204), answer
    assert site.send("DELETE", STORE).status == 204


INJECTIONS = [
    ("GET", "/tinyml-2023/paper/fmas%0d%0aX-Evil:1", {}, 404),
    ("GET", "/tinyml-2023%0d%0aX-Evil:1/", {}, 404),
    ("GET", "/api/coauthors?person=Brett+Meyer&limit=1&x=%0d%0aX-Evil:1", {}, 400),
    ("GET", "/api/coauthors?person=Brett+Meyer&limit=1&offset=0%0d%0aX-Evil:1", {}, 400),
    ("GET", "/sparql?query=ASK+%7B%7D&format=%0d%0aX-Evil:1", {}, 200),
    ("GET", "/dump.nt%0d%0aX-Evil:1", {}, 404),
    ("GET", "/sparql?query=ASK+%7B%7D", {"x_request_id": "a X-Evil:1"}, 200),
    ("GET", "/sparql?query=ASK+%7B%7D", {"x_request_id": "\xff" * 200}, 200),
    ("GET", "/sparql?query=ASK+%7B%7D", {"origin": "http://evil.example/"}, 200),
    ("GET", "/sparql?query=ASK+%7B%7D", {"accept": "\xff/\xfe;q=\xfd"}, 406),
    ("GET", "/sparql?query=ASK+%7B%7D", {"accept": "text/csv;q=nan, */*;q=1e999, a/b;q=-1"}, 200),
    ("GET", "/sparql?query=ASK+%7B%7D", {"accept_encoding": "gzip;q=\xff, *;q=nan"}, 200),
    ("GET", "/sparql?query=ASK+%7B%7D", {"if_none_match": 'W/"\xff", *, "'}, 200),
    ("GET", "/sparql?query=ASK+%7B%7D", {"cookie": "a=b;" * 9_000}, 200),
    ("GET", "/sparql?query=ASK%7B%7D%ff", {}, 400),
    ("GET", "/%ff%fe", {}, 404),
    ("GET", "/a%00b", {}, 404),
    ("GET", "/static/%2e%2e/%2e%2e/etc/passwd", {}, 404),
    ("GET", "//evil.example/", {}, 404),
    ("POST", "/update", {"authorization": "Bearer \xff\xc3"}, 401),
    ("POST", "/sparql", {"content_type": '\xff/\xfe; charset="\xff'}, 415),
    ("POST", "/store?graph=urn:a%0d%0aX-Evil:1", {"content_type": TURTLE}, 400),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "fields", "status"), INJECTIONS)
def test_nothing_of_a_request_becomes_a_field_of_its_answer(
    site: Site, method: str, path: str, fields: dict[str, str], status: int
) -> None:
    answer = site.send(method, path, b"" if method == "POST" else None, **fields)
    assert answer.status == status, answer
    assert "x-evil" not in answer.headers
    assert "evil" not in "".join(answer.headers.values())
    if status >= 400:
        assert answer.problem


def test_a_name_of_a_host_that_another_sends_is_not_believed(site: Site) -> None:
    answer = site.send("GET", "/.well-known/void", x_forwarded_host="evil.example",
                       forwarded="host=evil.example", x_forwarded_proto="https")  # fmt: skip
    assert answer.status == 200
    assert b"evil" not in answer.body
    assert f"http://127.0.0.1:{site.port}/sparql".encode() in answer.body
