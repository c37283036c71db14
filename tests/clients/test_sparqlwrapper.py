"""SPARQLWrapper: every query form, return format, and way to send; updates; errors."""

from __future__ import annotations

import json
import warnings
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from xml.dom.minidom import Document

import pyoxigraph as ox
import pytest
import rdflib
from SPARQLWrapper import (
    CSV,
    GET,
    JSON,
    JSONLD,
    N3,
    POST,
    POSTDIRECTLY,
    RDF,
    RDFXML,
    TSV,
    TURTLE,
    URLENCODED,
    XML,
    SPARQLWrapper,
)
from SPARQLWrapper.SPARQLExceptions import (
    EndPointNotFound,
    QueryBadFormed,
    Unauthorized,
    URITooLong,
)

from ..server.writable import TOKEN, Server
from .programs import (
    ASK,
    CONSTRUCT,
    DESCRIBE,
    FMAS,
    NO_PREFIX,
    PREFIX_HINT,
    PROGRAMME,
    SELECT,
    SYM,
    graph_at,
)

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")

ways = pytest.mark.parametrize(
    ("method", "request_method"), [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)]
)
negotiating = pytest.mark.parametrize("negotiating", [False, True])
"""By `Accept` alone, or by `format=`, `output=` and `results=` too, as it does by itself."""


def wrapper(
    endpoint: str,
    query: str,
    form: str = JSON,
    method: str = GET,
    request_method: str = URLENCODED,
    *,
    negotiating: bool = False,
    **parameters: str | list[str],
) -> SPARQLWrapper:
    """A request; a parameter's underscores are hyphens."""
    made = SPARQLWrapper(endpoint)
    made.setQuery(query)
    made.setReturnFormat(form)
    made.setMethod(method)
    made.setRequestMethod(request_method)
    made.setOnlyConneg(negotiating)
    made.setTimeout(30)
    for name, values in parameters.items():
        for value in [values] if isinstance(values, str) else values:
            made.addParameter(name.replace("_", "-"), value)
    return made


def triples(found: Any) -> set[ox.Triple]:
    """The triples of a converted answer: a graph, or Turtle."""
    if isinstance(found, bytes):
        found = rdflib.Graph().parse(data=found, format="turtle")
    lines = found.serialize(format="nt")
    return {quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)}


@ways
@negotiating
def test_tables(endpoint: str, method: str, request_method: str, negotiating: bool) -> None:
    expected = json.loads(wrapper(endpoint, SELECT).query().response.read())
    papers = [row["paper"]["value"] for row in expected["results"]["bindings"]]
    assert len(papers) == 16
    found = {
        form: wrapper(
            endpoint, SELECT, form, method, request_method, negotiating=negotiating
        ).queryAndConvert()
        for form in (JSON, XML, CSV, TSV)
    }
    assert found[JSON] == expected
    assert [each.firstChild.data for each in found[XML].getElementsByTagName("uri")] == papers
    assert found[CSV].decode().split() == ["paper", *papers]
    assert found[TSV].decode().split() == ["?paper", *(f"<{each}>" for each in papers)]


@ways
@negotiating
def test_truth_values(endpoint: str, method: str, request_method: str, negotiating: bool) -> None:
    for query, truth in ((ASK, True), (f"ASK {{ <{FMAS}> a <{SYM}Session> }}", False)):
        text = str(truth).lower()
        for form in (JSON, XML, CSV, TSV):
            asked = wrapper(endpoint, query, form, method, request_method, negotiating=negotiating)
            found = asked.queryAndConvert()
            if isinstance(found, Document):
                (boolean,) = found.getElementsByTagName("boolean")
                assert boolean.firstChild.data == text
            else:
                assert found == ({"head": {}, "boolean": truth} if form == JSON else text.encode())


@ways
@negotiating
@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE])
def test_graphs(
    endpoint: str, method: str, request_method: str, negotiating: bool, query: str
) -> None:
    expected = graph_at(f"{endpoint}?{urlencode({'query': query})}")
    assert len(expected) == 23
    for form in (XML, RDFXML, TURTLE, N3, JSONLD):
        asked = wrapper(endpoint, query, form, method, request_method, negotiating=negotiating)
        found = asked.queryAndConvert()
        assert isinstance(found, bytes if form in (TURTLE, N3) else rdflib.Graph)
        assert triples(found) == expected, form


@pytest.mark.parametrize(
    ("query", "form", "negotiating", "media_type"),
    [
        (SELECT, TURTLE, False, "application/sparql-results+json"),
        (SELECT, JSONLD, False, "application/sparql-results+json"),
        (ASK, RDFXML, True, "application/sparql-results+json"),
        (CONSTRUCT, JSON, False, "application/ld+json"),
        (CONSTRUCT, JSON, True, "text/turtle; charset=utf-8"),
        (CONSTRUCT, RDF, False, "application/rdf+xml"),
        (DESCRIBE, CSV, False, "text/turtle; charset=utf-8"),
    ],
)
def test_a_format_that_the_answer_cannot_have(
    endpoint: str, query: str, form: str, negotiating: bool, media_type: str
) -> None:
    """It warns, accepts anything, and gets the nearest; it can convert that too."""
    asked = wrapper(endpoint, query, form, negotiating=negotiating)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        answer = asked.query()
        assert answer.info()["content-type"] == media_type
        found = answer.convert()
    assert any("Sending Accept header '*/*'" in str(each.message) for each in said)
    if "results" in media_type:
        assert found["head"] == ({"vars": ["paper"]} if query == SELECT else {})
    else:
        assert len(triples(found)) == 23


@pytest.mark.parametrize("name", ["format", "output", "results"])
def test_each_old_parameter_alone_chooses_the_format(endpoint: str, name: str) -> None:
    asked = wrapper(endpoint, ASK, XML, negotiating=True, **{name: "csv"})
    assert asked.query().response.read() == b"true"


COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
COUNT_NAMED = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
TOPICS = "https://w3id.org/symposia/graph/topics"


@ways
def test_the_dataset_of_the_request(endpoint: str, method: str, request_method: str) -> None:
    def number(query: str, **dataset: str | list[str]) -> int:
        asked = wrapper(endpoint, query, JSON, method, request_method, **dataset)
        (row,) = asked.queryAndConvert()["results"]["bindings"]
        return int(row["n"]["value"])

    sizes = {
        graph: len(graph_at(f"{endpoint[:-6]}store?{urlencode({'graph': graph})}"))
        for graph in (PROGRAMME, TOPICS)
    }
    assert number(COUNT, default_graph_uri=PROGRAMME) == sizes[PROGRAMME]
    assert number(COUNT, default_graph_uri=[PROGRAMME, TOPICS]) == sum(sizes.values())
    assert number(COUNT_NAMED, named_graph_uri=TOPICS) == sizes[TOPICS]
    assert number(COUNT, named_graph_uri=TOPICS) == 0
    with_default = SPARQLWrapper(endpoint, defaultGraph=TOPICS, returnFormat=JSON)
    with_default.setQuery(COUNT)
    (row,) = with_default.queryAndConvert()["results"]["bindings"]
    assert int(row["n"]["value"]) == sizes[TOPICS]


INSERT = 'INSERT DATA { GRAPH <x:g> { <x:s> <x:p> "ü \\"q\\""@de } }'
INSERTED = "ASK { GRAPH <x:g> { <x:s> <x:p> ?o FILTER(?o = 'ü \"q\"'@de) } }"


@pytest.mark.parametrize("request_method", [URLENCODED, POSTDIRECTLY])
@pytest.mark.parametrize("path", ["/update", "/sparql"])
def test_updates(scratch: Server, request_method: str, path: str) -> None:
    client = SPARQLWrapper(f"{scratch.address}/sparql", f"{scratch.address}{path}", JSON)
    client.setMethod(POST)
    client.setRequestMethod(request_method)
    client.addCustomHttpHeader("Authorization", f"Bearer {TOKEN}")
    for update, truth in ((INSERT, True), ("DROP GRAPH <x:g>", False)):
        client.setQuery(update)
        answer = client.query()
        assert (answer.response.status, answer.response.read()) == (204, b"")
        client.setQuery(INSERTED)
        assert client.queryAndConvert() == {"head": {}, "boolean": truth}


@pytest.mark.parametrize("request_method", [URLENCODED, POSTDIRECTLY])
def test_updates_over_a_dataset_of_the_request(scratch: Server, request_method: str) -> None:
    client = SPARQLWrapper(f"{scratch.address}/update")
    client.addCustomHttpHeader("Authorization", f"Bearer {TOKEN}")
    client.setMethod(POST)
    client.setRequestMethod(request_method)
    client.setQuery(
        "INSERT DATA { GRAPH <x:one> { <x:s> <x:p> 1 } GRAPH <x:two> { <x:s> <x:p> 2 } }"
    )
    client.query()
    client.addParameter("using-graph-uri", "x:two")
    client.setQuery("INSERT { GRAPH <x:new> { ?s ?p ?o } } WHERE { ?s ?p ?o }")
    client.query()
    client.clearParameter("using-graph-uri")
    found = scratch.rows("SELECT ?o { GRAPH <x:new> { ?s ?p ?o } }")
    client.setQuery("DROP ALL")
    client.query()
    assert found == [("2",)]


def test_errors_are_of_its_own_kinds(endpoint: str, scratch: Server) -> None:
    with pytest.raises(QueryBadFormed) as bad:
        wrapper(endpoint, NO_PREFIX).query()
    assert PREFIX_HINT in str(bad.value)
    with pytest.raises(EndPointNotFound, match="Nothing is known of"):
        wrapper(endpoint.replace("/sparql", "/no-such-endpoint"), ASK).query()
    update = wrapper(f"{scratch.address}/update", INSERT, method=POST)
    with pytest.raises(Unauthorized, match="needs the token"):
        update.query()
    update.addCustomHttpHeader("Authorization", "Bearer not-the-right-token")
    with pytest.raises(Unauthorized, match="is not the one"):
        update.query()


def test_a_query_too_long_for_an_address_goes_by_post(endpoint: str) -> None:
    many = " ".join(f"<{FMAS}-{number}>" for number in range(2000))
    query = f"ASK {{ VALUES ?paper {{ {many} <{FMAS}> }} ?paper a <{SYM}Paper> }}"
    with pytest.raises(URITooLong, match="POST"):
        wrapper(endpoint, query).query()
    assert wrapper(endpoint, query, method=POST).queryAndConvert()["boolean"] is True


def test_errors_that_it_has_no_kind_for_keep_their_status(endpoint: str) -> None:
    update = wrapper(endpoint.replace("/sparql", "/update"), INSERT, method=POST)
    with pytest.raises(HTTPError) as refused:
        update.query()
    assert refused.value.code == 403
    with refused.value:
        assert json.load(refused.value)["hint"].startswith("Whoever runs it can allow them")
