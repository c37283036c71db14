"""On every server the whole product answers as on the embedded engine."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
import rdflib
from flask import Flask
from rdflib.compare import isomorphic
from symposia.graph.export import serialise, translate
from symposia.graph.questions import Question, bind, questions
from symposia.graph.remote import RemoteStore
from symposia.graph.results import serialise_results
from symposia.graph.store import Store
from symposia.graph.translation import VOCABULARIES
from symposia.server.app import create_app
from symposia.server.workers import Pool

from .servers import Server

PATHS = [
    "/",
    "/people",
    "/papers",
    "/organisations",
    "/queries/",
    "/queries/committee",
    "/ontology.html",
    "/sparql",
    "/nothing/here",
    "/tinyml-2023.html",
    "/tinyml-2023.ttl",
    "/tinyml-2023/paper/fmas.html",
    "/tinyml-2023/paper/fmas.jsonld",
    "/tinyml-2023/person/brett-meyer.html",
    "/tinyml-2023/person/brett-meyer.rdf",
    "/tinyml-2023/graph/programme.html",
    "/tinyml-2023/graph/programme.nt",
    "/api/committee",
    "/api/coauthors?person=tinyml-2023/person/brett-meyer",
    "/.well-known/void",
]


def ways(asked: Question) -> Iterator[dict[str, str]]:
    """The values with which a question is asked."""
    yield {each.name: each.example for each in asked.parameters if each.required}
    yield {each.name: each.example for each in asked.parameters}


def test_every_question_has_the_same_answer(store: Store, reference: Store) -> None:
    differences = []
    for asked in questions():
        for values in ways(asked):
            terms = bind(asked, values, store)
            assert terms == bind(asked, values, reference)
            ours = serialise_results(reference.query(asked.text, terms), "tsv")
            theirs = serialise_results(store.query(asked.text, terms), "tsv")
            if ours != theirs:
                differences.append((asked.name, values))
    assert differences == []


def test_what_is_read_of_graphs(store: Store, reference: Store) -> None:
    assert store.graphs() == reference.graphs()
    assert set(store.quads()) == set(reference.quads())
    assert store.count() == reference.count()
    for iri in reference.graphs():
        assert store.has_graph(iri)
        assert set(store.graph(iri)) == set(reference.graph(iri))
        assert store.count(iri) == reference.count(iri)
    conference = "https://w3id.org/symposia/tinyml-2023"
    assert set(store.describe(conference)) == set(reference.describe(conference))
    assert store.describe("https://w3id.org/symposia/nobody") == []
    assert not store.has_graph("https://w3id.org/symposia/nothing")
    assert list(store.graph("https://w3id.org/symposia/nothing")) == []
    assert store.count("https://w3id.org/symposia/nothing") == 0


def test_exports_are_the_same(store: Store, reference: Store) -> None:
    for name in ("turtle", "nquads", "trig", "ntriples"):
        assert serialise(store.quads(), name) == serialise(reference.quads(), name)
    for vocabulary in VOCABULARIES:
        ours, theirs = translate(reference, vocabulary), translate(store, vocabulary)
        assert len(ours) > 100
        assert isomorphic(ours, theirs), vocabulary


def page(app: Flask, path: str, accept: str) -> tuple[int, str]:
    """An answer, without what differs from one publish to the next."""
    with app.test_client() as client:
        answer = client.get(path, headers={"Accept": accept})
    # A moment and an id are those of the publish.
    body = re.sub(r"\d{4}-\d\d-\d\dT[\d:]+(\+00:00|Z)|[0-9a-f]{16}", "", answer.text)
    return answer.status_code, body


@pytest.mark.parametrize("path", PATHS)
def test_pages_are_the_same(path: str, app: Flask, embedded: Flask, server: Server) -> None:
    accept = "text/html" if not path.startswith("/api") else "text/csv"
    status, ours = page(embedded, path, accept)
    assert status == (404 if path == "/nothing/here" else 200)
    theirs = page(app, path, accept)
    if path.endswith((".jsonld", ".rdf", ".ttl", ".nt")) or "void" in path:
        assert (status, len(ours)) == (theirs[0], len(theirs[1]))
    else:
        assert status == theirs[0]
        # Virtuoso sorts what it has computed in an order of its own.
        order = sorted if server.name == "virtuoso" else list
        assert order(ours.splitlines()) == order(theirs[1].splitlines())


def test_queries_of_strangers_run_in_workers(generations: object, reference: Store) -> None:
    pool = Pool(1)
    app = create_app(generations, pool=pool)  # type: ignore[arg-type]
    try:
        with app.test_client() as client:
            query = (
                "SELECT ?s ?o { GRAPH ?g { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?o } }"
            )
            ours = serialise_results(reference.query(query), "json")
            answer = client.post("/sparql", data={"query": query})
            assert rows(answer.data) == rows(ours)
            assert pool.pids
            wrong = client.post("/sparql", data={"query": "SELECT * { ?s ?p"})
            assert (wrong.status_code, wrong.json["column"]) == (400, 10)
            asked = client.post("/sparql", data={"query": "ASK { <x:nobody> ?p ?o }"})
            assert asked.json["boolean"] is False
            built = client.post(
                "/sparql", data={"query": "DESCRIBE <https://w3id.org/symposia/tinyml-2023>"}
            )
            assert built.mimetype == "text/turtle"
            assert len(rdflib.Graph().parse(data=built.text, format="turtle")) > 10
    finally:
        pool.close()


def rows(json: bytes) -> list[str]:
    """The rows of an answer in JSON, in one order."""
    found = ox.parse_query_results(json, format=ox.QueryResultsFormat.JSON)
    assert isinstance(found, ox.QuerySolutions)
    names = [variable.value for variable in found.variables]
    return sorted(str([str(row[name]) for name in sorted(names)]) for row in found)


@pytest.mark.parametrize(
    ("query", "default", "named", "expected"),
    [
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", ["topics"], None, "topics"),
        ("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", [], ["topics"], "topics"),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", [], ["topics"], None),
        ("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", ["topics"], [], None),
        ("SELECT (COUNT(*) AS ?n) FROM <{topics}> { ?s ?p ?o }", None, None, "topics"),
        ("SELECT (COUNT(*) AS ?n) FROM <x:nothing> { ?s ?p ?o }", None, None, None),
        (
            "SELECT (COUNT(*) AS ?n) FROM NAMED <{topics}> { GRAPH ?g { ?s ?p ?o } }",
            None,
            None,
            "topics",
        ),
        ("SELECT (COUNT(*) AS ?n) FROM <x:nothing> { ?s ?p ?o }", ["topics"], [], "topics"),
    ],
)
def test_datasets(
    query: str,
    default: list[str] | None,
    named: list[str] | None,
    expected: str | None,
    store: Store,
    reference: Store,
) -> None:
    name = "https://w3id.org/symposia/tinyml-2023/graph/{}".format
    text = query.replace("{topics}", name("topics"))
    given = [None if each is None else [name(short) for short in each] for each in (default, named)]
    counts = [int(next(iter(s.query(text, None, *given)))["n"].value) for s in (store, reference)]
    assert counts == [reference.count(name(expected)) if expected else 0] * 2


def test_other_graphs_of_the_server_are_not_seen(store: Store) -> None:
    assert isinstance(store, RemoteStore)
    manifest = "https://w3id.org/symposia/store/manifest"
    everything = RemoteStore(store.endpoint)
    assert everything.has_graph(manifest)
    assert not store.has_graph(manifest)
    for query in (
        f"ASK {{ GRAPH <{manifest}> {{ ?s ?p ?o }} }}",
        f"ASK FROM <{manifest}> {{ ?s ?p ?o }}",
        f"ASK FROM NAMED <{manifest}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        f"ASK {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(?g = <{manifest}>) }}",
    ):
        assert not store.query(query), query
