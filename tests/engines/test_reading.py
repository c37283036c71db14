"""A store on a server is read as one in the embedded engine is."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
import rdflib
from symposia.graph.remote import RemoteStore
from symposia.graph.results import serialise_results
from symposia.graph.store import Store
from symposia.server.app import create_app
from symposia.server.lanes import Lanes


def test_what_is_read_of_graphs(store: Store, reference: Store) -> None:
    assert store.graphs() == reference.graphs()
    assert set(store.quads()) == set(reference.quads())
    assert store.count() == reference.count()
    for iri in reference.graphs():
        assert store.has_graph(iri)
        assert set(store.graph(iri)) == set(reference.graph(iri))
        assert store.count(iri) == reference.count(iri)
    assert not store.has_graph("https://w3id.org/symposia/nothing")
    assert list(store.graph("https://w3id.org/symposia/nothing")) == []
    assert store.count("https://w3id.org/symposia/nothing") == 0


def test_queries_of_strangers_run_in_workers(generations: object, reference: Store) -> None:
    lanes = Lanes(1)
    app = create_app(generations, lanes=lanes)  # type: ignore[arg-type]
    try:
        with app.test_client() as client:
            query = (
                "SELECT ?s ?o { GRAPH ?g { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?o } }"
            )
            ours = serialise_results(reference.query(query), "json")
            answer = client.post("/sparql", data={"query": query})
            assert rows(answer.data) == rows(ours)
            assert lanes.queries.pool.pids
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
        lanes.close()


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
