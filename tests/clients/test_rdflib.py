"""rdflib's SPARQLStore and SPARQLUpdateStore: a graph that lies on the endpoint."""

from __future__ import annotations

from urllib.error import HTTPError
from urllib.parse import urlencode

import pytest
import rdflib
from rdflib import RDF, RDFS, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore

from ..server.writable import TOKEN, Server
from .programs import ASK, BRETT, CONSTRUCT, FMAS, PROGRAMME, SELECT, SYM, graph_at

PAPER = URIRef(f"{SYM}Paper")
TITLE = URIRef("http://purl.org/dc/terms/title")
NAME = URIRef("http://xmlns.com/foaf/0.1/name")
SUBJECT, LABEL = URIRef("http://example.org/s"), Literal('a "quoted"\nline — ü', lang="en")


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_a_graph_is_read(endpoint: str, method: str) -> None:
    graph = rdflib.Graph(SPARQLStore(endpoint, method=method))
    papers = [str(row["paper"]) for row in graph.query(SELECT)]
    assert len(papers) == 16
    assert sorted(map(str, graph.subjects(RDF.type, PAPER))) == papers
    fmas = URIRef(FMAS)
    assert (fmas, RDF.type, PAPER) in graph
    assert (fmas, RDF.type, URIRef(f"{SYM}Session")) not in graph
    assert graph.value(fmas, TITLE) == Literal(
        "FMAS: Fast Multi-Objective SuperNet Architecture Search for Semantic Segmentation", "en"
    )
    assert len({*graph.triples((fmas, None, None))}) == 23
    assert graph.query(ASK).askAnswer is True
    found = graph.query(CONSTRUCT).graph
    assert found is not None
    assert {*found} == {*graph.triples((fmas, None, None))}


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("form", ["xml", "json", "csv", "tsv"])
def test_tables_come_in_its_formats_with_initial_bindings(
    endpoint: str, method: str, form: str
) -> None:
    graph = rdflib.Graph(SPARQLStore(endpoint, method=method, returnFormat=form))
    query = "SELECT ?name WHERE { ?person foaf:name ?name }"
    prefixes = {"foaf": "http://xmlns.com/foaf/0.1/"}
    found = graph.query(query, initNs=prefixes, initBindings={"person": URIRef(BRETT)})
    assert [str(row["name"]) for row in found] == ["Brett Meyer"]


def test_a_named_graph_and_its_pages(endpoint: str) -> None:
    store = SPARQLStore(endpoint)
    graph = rdflib.Graph(store, identifier=URIRef(PROGRAMME))
    whole = graph_at(f"{endpoint[:-6]}store?{urlencode({'graph': PROGRAMME})}")
    assert len(graph) == len(list(graph)) == len(whole)
    assert {str(each) for each in store.contexts()} >= {PROGRAMME}
    everything = sorted(graph.subjects(RDF.type, PAPER))
    graph.LIMIT, graph.OFFSET = 5, 3  # type: ignore[attr-defined]
    assert list(graph.subjects(RDF.type, PAPER)) == everything[3:8]


def test_it_hides_what_is_wrong_with_a_query(endpoint: str) -> None:
    """By GET it says nothing of the answer; by POST it gives the status in the result's place."""
    graph = rdflib.Graph(SPARQLStore(endpoint))
    with pytest.raises(ValueError, match="You did something wrong"):
        graph.query("SELECT ?s")
    for method in ("POST", "POST_FORM"):
        found = SPARQLStore(endpoint, method=method)._query("SELECT ?s")
        assert found == (400, "HTTP Error 400: Bad Request", None)


def store_of(server: Server, *, autocommit: bool, token: str | None = TOKEN) -> SPARQLUpdateStore:
    """A store on a server that takes changes."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    address = server.address
    return SPARQLUpdateStore(
        f"{address}/sparql", f"{address}/update", autocommit=autocommit, headers=headers
    )


def test_changes_are_made_as_they_come(scratch: Server) -> None:
    store = store_of(scratch, autocommit=True)
    graph = rdflib.Graph(store, identifier=URIRef("http://example.org/at-once"))
    graph.add((SUBJECT, RDFS.label, LABEL))
    graph.parse(data=f"<{SUBJECT}> <http://example.org/p> 5, true, 1.5, 'x'^^<x:t> .")
    expected = {
        (SUBJECT, RDFS.label, LABEL),
        *(
            (SUBJECT, URIRef("http://example.org/p"), value)
            for value in (
                Literal(5),
                Literal(True),
                Literal("1.5", datatype=URIRef("http://www.w3.org/2001/XMLSchema#decimal")),
                Literal("x", datatype=URIRef("x:t")),
            )
        ),
    }
    assert {*graph} == expected
    update = "INSERT { ?s <http://example.org/q> ?value } WHERE { ?s rdfs:label ?label }"
    graph.update(update, initNs={"rdfs": RDFS}, initBindings={"value": Literal(7)})
    assert graph.value(SUBJECT, URIRef("http://example.org/q")) == Literal(7)
    graph.remove((None, URIRef("http://example.org/q"), None))
    assert {*graph} == expected
    graph.remove((None, None, None))
    assert len(graph) == 0


def test_changes_are_made_by_commit_and_unmade_by_rollback(scratch: Server) -> None:
    store = store_of(scratch, autocommit=False)
    graph = rdflib.Graph(store, identifier=URIRef("http://example.org/by-commit"))
    other = rdflib.Graph(SPARQLStore(f"{scratch.address}/sparql"), identifier=graph.identifier)
    for number in range(20):
        graph.add((SUBJECT, RDFS.label, Literal(number)))
    assert len(other) == 0
    graph.commit()
    assert {*other.objects(SUBJECT, RDFS.label)} == {*map(Literal, range(20))}
    graph.remove((SUBJECT, RDFS.label, Literal(3)))
    graph.rollback()
    graph.commit()
    assert len(other) == 20
    graph.update(f"DROP GRAPH <{graph.identifier}>")
    graph.commit()
    assert len(other) == 0


def test_a_dataset_has_graphs_that_come_and_go(scratch: Server) -> None:
    name = URIRef("http://example.org/of-a-dataset")
    dataset = rdflib.Dataset(store=store_of(scratch, autocommit=True))
    graph = dataset.graph(name)  # this makes it, and would fail for one that is there
    graph.add((SUBJECT, RDFS.label, LABEL))
    assert {*graph} == {(SUBJECT, RDFS.label, LABEL)}
    assert name in {graph.identifier for graph in dataset.graphs()}
    dataset.remove_graph(name)
    assert name not in {graph.identifier for graph in dataset.graphs()}


@pytest.mark.parametrize("token", [None, "not-the-right-token"])
def test_changes_need_the_token(scratch: Server, token: str | None) -> None:
    store = store_of(scratch, autocommit=True, token=token)
    graph = rdflib.Graph(store, identifier=URIRef("http://example.org/refused"))
    with pytest.raises(HTTPError, match="401") as refused:
        graph.add((SUBJECT, RDFS.label, LABEL))
    with refused.value:
        assert refused.value.headers["WWW-Authenticate"].startswith('Bearer realm="symposia"')
