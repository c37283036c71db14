"""Corners of the SPARQL protocol that the W3C suite leaves out."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from symposia.server.negotiation import GRAPHS, HTML, RESULTS, choose, named

from .writable import Server, serving

JSON = "application/sparql-results+json"
QUERY = "application/sparql-query"
TERM = "<<( <http://example.org/a> <http://example.org/b> 'c'@en--ltr )>>"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over an empty store."""
    with serving(tmp_path_factory.mktemp("scratch"), "--scratch") as server:
        yield server


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/sparql", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("/update", {"POST", "OPTIONS"}),
        ("/store", {"GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"}),
        ("/store/a/graph", {"GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"}),
    ],
)
def test_options_and_wrong_methods_tell_what_is_allowed(
    server: Server, path: str, allowed: set[str]
) -> None:
    options = server.send("OPTIONS", path, token=None)
    assert options.status in (200, 204)
    assert {*options.headers["allow"].split(", ")} == allowed
    wrong = server.send("PATCH", path)
    assert wrong.status == 405
    assert {*wrong.headers["allow"].split(", ")} == allowed


@pytest.mark.parametrize(
    ("accept", "status", "content_type"),
    [
        ("*/*;q=0", 406, None),
        ("text/csv;q=0, */*", 200, JSON),
        (f"{JSON};q=0, */*;q=0.1", 200, "application/sparql-results+xml"),
        ("text/csv;header=absent", 200, "text/csv; charset=utf-8"),
        ("TEXT/CSV", 200, "text/csv; charset=utf-8"),
        (f"{JSON};version=1.2", 200, f"{JSON}; version=1.2"),
        (f'{JSON}; version="1.2-basic", */*;q=0.1', 200, f"{JSON}; version=1.2"),
        (f"{JSON};version=1.1", 200, JSON),
        ("text/csv;version=1.2", 200, "text/csv; charset=utf-8"),
        ("application/*", 200, JSON),
        ("text/*", 200, "text/csv; charset=utf-8"),
        ("nonsense", 406, None),
        (f"{JSON};q=nonsense", 200, JSON),
        ("", 200, JSON),
    ],
)
def test_accept(server: Server, accept: str, status: int, content_type: str | None) -> None:
    reply = server.send("GET", "/sparql?query=SELECT+(1+AS+?x)+%7B%7D", accept=accept)
    assert reply.status == status
    if content_type:
        assert reply.headers["content-type"] == content_type


def test_rdf_12_goes_in_and_comes_out(server: Server) -> None:
    turtle = f"<http://example.org/r> <http://example.org/says> {TERM} ."
    kind = "text/turtle; version=1.2"
    assert server.send("PUT", "/store?default", turtle, content_type=kind).status == 204
    reply = server.send("GET", "/store?default", accept="application/n-triples")
    assert len(list(ox.parse(reply.body, ox.RdfFormat.N_TRIPLES))) == 1
    asked = "VERSION '1.2' SELECT ?o { ?s ?p ?o FILTER(isTRIPLE(?o)) }"
    for media_type, format_ in (
        (JSON, ox.QueryResultsFormat.JSON),
        ("application/sparql-results+xml", ox.QueryResultsFormat.XML),
    ):
        kind = f"{QUERY}; version=1.2"
        reply = server.send("POST", "/sparql", asked, content_type=kind, accept=media_type)
        found = ox.parse_query_results(reply.body, format=format_)
        assert isinstance(found, ox.QuerySolutions)
        assert [str(row["o"]) for row in found] == [str(next(_terms(turtle)))]
    assert server.send("DELETE", "/store?default").status == 204


def _terms(turtle: str) -> Iterator[object]:
    for quad in ox.parse(turtle, ox.RdfFormat.TURTLE):
        yield quad.object


def test_an_unknown_version_is_refused(server: Server) -> None:
    reply = server.send("POST", "/sparql", "ASK {}", content_type=f"{QUERY}; version=9")
    assert reply.status == 415


@pytest.mark.parametrize("path", ["/sparql?query=ASK+%7B%7D%FF", "/sparql?query=%FF"])
def test_what_is_no_utf8_is_refused_and_not_replaced(server: Server, path: str) -> None:
    assert server.send("GET", path).status == 400


def test_an_error_shows_the_line_in_text_and_in_a_page(server: Server) -> None:
    query = "SELECT *\nWHERE { ?s rdfs:label ?o }"
    sent = {"content_type": QUERY}
    problem = server.send("POST", "/sparql", query, accept=JSON, **sent).problem
    assert problem["excerpt"] == "WHERE { ?s rdfs:label ?o }\n           ^"
    assert (problem["line"], problem["column"]) == (2, 12)
    assert "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>" in problem["hint"]
    text = server.send("POST", "/sparql", query, accept="text/plain", **sent)
    assert (text.status, text.headers["content-type"]) == (400, "text/plain; charset=utf-8")
    assert "WHERE { ?s rdfs:label ?o }\n           ^\nPut this line first" in text.body.decode()
    page = server.send("POST", "/sparql", query, accept="text/html", **sent)
    assert page.headers["content-type"] == "text/html; charset=utf-8"


@given(st.text(max_size=60))
def test_any_accept_header_is_read(accept: str) -> None:
    for offered in (RESULTS, GRAPHS, (*RESULTS, HTML)):
        assert choose(accept, offered) in (*offered, None)
        assert named(accept, offered) in (*offered, None)
