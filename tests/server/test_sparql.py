"""SPARQL over HTTP, asked of a real server by real clients."""

from __future__ import annotations

import csv
import io
import json
import socket
import threading
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pyoxigraph as ox
import pytest
import rdflib
from flask.testing import FlaskClient
from rdflib.compare import isomorphic
from rdflib.query import Result
from SPARQLWrapper import CSV, JSON, POST, TSV, TURTLE, XML, SPARQLWrapper

SYM = "https://w3id.org/symposia/ontology#"
PAPERS = f"SELECT ?paper WHERE {{ ?paper a <{SYM}Paper> }} ORDER BY ?paper"
ASK = f"ASK {{ ?paper a <{SYM}Paper> }}"
FMAS = "https://w3id.org/symposia/tinyml-2023/paper/fmas"
CONSTRUCT = f"CONSTRUCT {{ <{FMAS}> ?p ?o }} WHERE {{ <{FMAS}> ?p ?o }}"
DESCRIBE = f"DESCRIBE <{FMAS}>"
PROGRAMME = "https://w3id.org/symposia/tinyml-2023/graph/programme"
ONTOLOGY = "https://w3id.org/symposia/graph/ontology"


def ask(
    live: str,
    query: str = "",
    *,
    accept: str | None = None,
    body: bytes | None = None,
    kind: str | None = None,
    method: str | None = None,
    **fields: str | list[str],
) -> tuple[int, str, bytes]:
    """Ask the endpoint; gives status, content type and body."""
    asked = {"query": query, **fields} if query else fields
    address = f"{live}/sparql" + (f"?{urlencode(asked, doseq=True)}" if asked else "")
    headers = {"Accept": accept} if accept else {}
    headers |= {"Content-Type": kind} if kind else {}
    request = Request(address, body, headers, method=method)  # noqa: S310
    try:
        with urlopen(request, timeout=20) as answer:  # noqa: S310
            return answer.status, answer.headers["Content-Type"], answer.read()
    except HTTPError as error:
        with error:
            return error.code, error.headers["Content-Type"], error.read()


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("application/sparql-results+json;q=0.5, text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("text/turtle, */*;q=0.1", "application/sparql-results+json"),
    ],
)
@pytest.mark.parametrize(("query", "truth"), [(PAPERS, False), (ASK, True)])
def test_tables_and_truth_values_come_as_accepted(
    live: str, accept: str | None, content_type: str, query: str, truth: bool
) -> None:
    status, found, body = ask(live, query, accept=accept)
    assert (status, found) == (200, content_type)
    if "csv" in found or "tab" in found:
        text = body.decode()
        if truth:
            assert text.strip() == "true"
        else:
            rows = list(csv.reader(io.StringIO(text), delimiter="\t" if "tab" in found else ","))
            assert len(rows) == 1 + 16
    else:
        form = "json" if "json" in found else "xml"
        result = Result.parse(io.BytesIO(body), format=form)
        assert result.askAnswer if truth else len(result.bindings) == 16


@pytest.mark.parametrize(
    ("accept", "content_type", "parser"),
    [
        (None, "text/turtle; charset=utf-8", "turtle"),
        ("application/json", "application/ld+json", "json-ld"),
        ("application/ld+json", "application/ld+json", "json-ld"),
        ("application/n-triples", "application/n-triples", "nt"),
        ("application/rdf+xml", "application/rdf+xml", "xml"),
        ("application/trig", "application/trig", "trig"),
        ("application/n-quads", "application/n-quads", "nquads"),
        ("text/turtle;q=0.2, application/rdf+xml;q=0.3", "application/rdf+xml", "xml"),
    ],
)
@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE])
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # by rdflib's JSON-LD reader
def test_graphs_come_as_accepted_and_say_the_same(
    live: str, accept: str | None, content_type: str, parser: str, query: str
) -> None:
    status, found, body = ask(live, query, accept=accept)
    assert (status, found) == (200, content_type)
    if parser in ("trig", "nquads"):  # rdflib's own readers of datasets warn about themselves
        engine = {"trig": ox.RdfFormat.TRIG, "nquads": ox.RdfFormat.N_QUADS}[parser]
        triples = [quad.triple for quad in ox.parse(body, format=engine)]
        body, parser = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"", "nt"
    graph = rdflib.Graph().parse(data=body, format=parser)
    lines = ask(live, CONSTRUCT, accept="application/n-triples")[2]
    expected = rdflib.Graph().parse(data=lines, format="nt")
    assert len(expected) > 5
    assert isomorphic(graph, expected)


def test_a_turtle_answer_is_grouped_under_prefixes(live: str) -> None:
    text = ask(live, CONSTRUCT)[2].decode()
    assert "@prefix sym:" in text
    assert "@prefix vann:" not in text
    assert text.count(f"<{FMAS}>") == 1


@pytest.mark.parametrize("form", [JSON, XML, CSV, TSV])
@pytest.mark.parametrize("method", ["GET", POST])
def test_sparqlwrapper_selects(live: str, form: str, method: str) -> None:
    wrapper = SPARQLWrapper(f"{live}/sparql")
    wrapper.setQuery(PAPERS)
    wrapper.setMethod(method)
    wrapper.setReturnFormat(form)
    found = wrapper.query().convert()
    text = json.dumps(found) if isinstance(found, dict) else found
    text = text.toxml() if hasattr(text, "toxml") else text
    text = text.decode() if isinstance(text, bytes) else text
    assert text.count("/paper/") == 16


def test_sparqlwrapper_constructs(live: str) -> None:
    wrapper = SPARQLWrapper(f"{live}/sparql")
    wrapper.setQuery(CONSTRUCT)
    wrapper.setReturnFormat(TURTLE)
    graph = rdflib.Graph().parse(data=wrapper.query().convert(), format="turtle")
    assert (rdflib.URIRef(FMAS), rdflib.RDF.type, rdflib.URIRef(f"{SYM}Paper")) in graph


def test_rdflib_uses_the_endpoint_as_a_store(live: str) -> None:
    graph = rdflib.Graph("SPARQLStore")
    graph.open(f"{live}/sparql")
    assert len(list(graph.query(PAPERS))) == 16


FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (urlencode({"query": PAPERS}), FORM, 200),
        (urlencode({"query": PAPERS}), f"{FORM}; charset=UTF-8", 200),
        (PAPERS, DIRECT, 200),
        (PAPERS, f"{DIRECT}; charset=utf-8", 200),
        (PAPERS, f"{DIRECT}; charset=utf-16", 415),
        (PAPERS, "text/plain", 415),
        (PAPERS, "", 415),
        (urlencode({"other": "x"}), FORM, 400),
        (urlencode([("query", PAPERS), ("query", PAPERS)]), FORM, 400),
        ("", DIRECT, 400),
        (b"SELECT * { ?s ?p '\xff' }", DIRECT, 400),
        ("INSERT DATA { <a:a> <a:a> <a:a> }", "application/sparql-update", 403),
        (urlencode({"update": "CLEAR ALL"}), FORM, 403),
        ("CLEAR ALL", DIRECT, 400),
        (PAPERS + "#" * 3_000_000, DIRECT, 413),
        (urlencode({"query": PAPERS + "#" * 3_000_000}), FORM, 413),
    ],
)
def test_post(client: FlaskClient, body: str | bytes, kind: str, status: int) -> None:
    answer = client.post("/sparql", data=body, content_type=kind)
    assert answer.status_code == status
    if status == 200:
        assert len(answer.get_json(force=True)["results"]["bindings"]) == 16
    else:
        assert answer.content_type == "application/problem+json"
        assert answer.get_json()["status"] == status


def test_posting_both_ways_over_the_wire(live: str) -> None:
    for body, kind in ((urlencode({"query": ASK}), FORM), (ASK, DIRECT)):
        status, _, found = ask(live, body=body.encode(), kind=kind)
        assert (status, json.loads(found)["boolean"]) == (200, True)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(client: FlaskClient, method: str) -> None:
    answer = client.open("/sparql", method=method, query_string={"query": PAPERS})
    assert (answer.status_code, answer.content_type) == (405, "application/problem+json")
    assert {"GET", "HEAD", "POST"} <= set(answer.allow)


def test_head_gives_the_headers_alone(live: str) -> None:
    status, content_type, body = ask(live, PAPERS, method="HEAD")
    assert (status, content_type, body) == (200, "application/sparql-results+json", b"")


def test_a_syntax_error_says_where(live: str) -> None:
    status, content_type, body = ask(live, "SELECT *\nWHERE { ?s foo:bar ?o }")
    problem = json.loads(body)
    assert (status, content_type) == (400, "application/problem+json")
    assert (problem["line"], problem["column"]) == (2, 12)
    assert "foo" in problem["detail"]


def test_a_browser_gets_the_error_beside_its_query(client: FlaskClient) -> None:
    query = "SELECT * WHERE { ?s ?p <script>alert(1)</script> "
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert answer.content_type == "text/html; charset=utf-8"
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize("query", [PAPERS, ASK])
def test_what_cannot_be_accepted_is_406(live: str, query: str) -> None:
    status, content_type, body = ask(live, query, accept="image/png")
    assert (status, content_type) == (406, "application/problem+json")
    assert json.loads(body)["title"] == "Not acceptable"


RAPPER = "application/rdf+xml, text/turtle, application/xml;q=0.3, text/html;q=0.6, */*;q=0.1"
PAGE = "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "table", "graph"),
    [
        ("text/html, */*;q=0.8", PAGE, PAGE),
        (RAPPER, "application/sparql-results+xml", "text/turtle; charset=utf-8"),
        ("text/turtle, text/html;q=0.5", PAGE, "text/turtle; charset=utf-8"),
        ("text/csv, text/html;q=0.5", "text/csv; charset=utf-8", PAGE),
        ("text/html, application/json;q=0.5", PAGE, PAGE),
    ],
)
def test_who_prefers_data_to_a_page_gets_data(
    live: str, accept: str, table: str, graph: str
) -> None:
    assert ask(live, PAPERS, accept=accept)[:2] == (200, table)
    assert ask(live, ASK, accept=accept)[:2] == (200, table)
    assert ask(live, CONSTRUCT, accept=accept)[:2] == (200, graph)


@pytest.mark.parametrize(
    ("word", "content_type"),
    [
        ("json", "application/sparql-results+json"),
        ("csv", "text/csv; charset=utf-8"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("html", "text/html; charset=utf-8"),
    ],
)
def test_format_overrides_accept(live: str, word: str, content_type: str) -> None:
    assert ask(live, PAPERS, accept="text/tab-separated-values", format=word)[1] == content_type


COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
COUNT_NAMED = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"


def number(live: str, query: str, **dataset: str | list[str]) -> int:
    """The number that a query counts over a dataset of the protocol."""
    body = json.loads(ask(live, query, **dataset)[2])
    return int(body["results"]["bindings"][0]["n"]["value"])


def test_the_protocol_chooses_the_dataset(live: str) -> None:
    whole = number(live, COUNT)
    programme = number(live, COUNT, **{"default-graph-uri": PROGRAMME})
    ontology = number(live, COUNT, **{"default-graph-uri": ONTOLOGY})
    both = number(live, COUNT, **{"default-graph-uri": [PROGRAMME, ONTOLOGY]})
    assert 0 < programme < whole
    assert both == programme + ontology
    assert number(live, COUNT, **{"named-graph-uri": ONTOLOGY}) == 0
    assert number(live, COUNT_NAMED, **{"named-graph-uri": ONTOLOGY}) == ontology
    assert number(live, COUNT_NAMED, **{"default-graph-uri": PROGRAMME}) == 0
    by_query = COUNT.replace("WHERE", f"FROM <{ONTOLOGY}> WHERE")
    assert number(live, by_query) == ontology
    assert number(live, by_query, **{"default-graph-uri": PROGRAMME}) == programme


def test_a_graph_that_is_no_iri_is_an_error(live: str) -> None:
    status, _, body = ask(live, COUNT, **{"default-graph-uri": "no iri"})
    assert status == 400
    assert "no iri" in json.loads(body)["detail"]


@pytest.fixture
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """A port that notes whoever connects to it."""
    came: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        stop = threading.Event()

        def listen() -> None:
            while not stop.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                came.append(b"connected")
                connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield server.getsockname()[1], came
        stop.set()
        thread.join()


SERVICES = [
    "SELECT * {{ SERVICE <{there}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICE SILENT <{there}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ sErViCe<{there}>{{ ?s ?p ?o }} }}",
    "SELECT * {{ ?s ?p 1SERVICE<{there}>{{ ?s ?p ?o }} }}",
    "PREFIX : <{there}> SELECT * {{ SERVICE:x{{ ?s ?p ?o }} }}",
    "SELECT * {{ VALUES ?x {{ <{there}> }} SERVICE ?x {{ ?s ?p ?o }} }}",
    "# SERVICE '\nSELECT * {{ ?s ?p ?o . SERVICE <{there}> {{ }} }} # '",
    "PREFIX ex: <http://ex.org/> SELECT * {{ ?s ex:a\\# ?o . SERVICE <{there}> {{ ?a ?b ?c }} }}",
    "SELECT * {{ {{ SELECT * {{ SERVICE <{there}> {{ ?s ?p ?o }} }} }} }}",
    "ASK {{ FILTER EXISTS {{ SERVICE <{there}> {{ ?s ?p ?o }} }} }}",
    "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ SERVICE <{there}> {{ ?s ?p ?o }} }}",
    "SELECT * FROM <{there}> {{ ?s ?p ?o }}",
]


@pytest.mark.parametrize("template", SERVICES)
def test_no_query_reaches_the_network(
    live: str, listener: tuple[int, list[bytes]], template: str
) -> None:
    port, came = listener
    status, _, _ = ask(live, template.format(there=f"http://127.0.0.1:{port}/sparql"))
    assert status == (200 if " FROM " in template else 400)
    assert came == []


def test_the_listener_would_notice(listener: tuple[int, list[bytes]]) -> None:
    port, came = listener
    query = SERVICES[0].format(there=f"http://127.0.0.1:{port}/sparql")
    with pytest.raises(OSError, match=r"."):
        list(ox.Store().query(query))
    assert came


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ('SERVICE' AS ?service) {}",
        "# SERVICE\nSELECT ?service { VALUES ?service { <http://ex.org/SERVICE> } }",
    ],
)
def test_the_word_alone_is_no_service(live: str, query: str) -> None:
    assert ask(live, query)[0] == 200


def test_a_browser_gets_the_editor_and_tables(client: FlaskClient) -> None:
    headers = {"Accept": "text/html"}
    editor = client.get("/sparql", headers=headers)
    assert editor.status_code == 200
    assert "<textarea" in editor.text
    assert 'href="/queries/' in editor.text
    table = client.get("/sparql", query_string={"query": PAPERS}, headers=headers)
    assert "16 rows" in table.text
    assert table.text.count('href="/tinyml-2023/paper/') == 16
    truth = client.get("/sparql", query_string={"query": ASK}, headers=headers)
    assert "Yes." in truth.text
    nothing = client.get(
        "/sparql", query_string={"query": "SELECT * {?s <a:b> 1}"}, headers=headers
    )
    assert "No rows" in nothing.text
    graph = client.get("/sparql", query_string={"query": CONSTRUCT}, headers=headers)
    assert "@prefix sym:" in graph.text


def test_without_a_query_a_program_is_told_what_to_send(live: str) -> None:
    status, content_type, body = ask(live, **{"default-graph-uri": PROGRAMME})
    assert (status, content_type) == (400, "application/problem+json")
    assert "query" in json.loads(body)["detail"]
