"""Comunica: queries over the endpoint, over documents, and over both at once."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from ..server.writable import Server
from .programs import (
    ASK,
    BRETT,
    CONSTRUCT,
    DESCRIBE,
    FMAS,
    SELECT,
    SYM,
    graph_at,
    installed,
    run,
)

COUNT = f"SELECT (COUNT(?paper) AS ?n) WHERE {{ ?paper a <{SYM}Paper> }}"
BOTH = f"""
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
SELECT ?title ?note WHERE {{
  ?paper a <{SYM}Paper> ; dcterms:creator ?person ; dcterms:title ?title .
  ?person <http://example.org/note> ?note .
}} ORDER BY ?title
"""


def comunica(*sources: str, query: str, form: str = "application/sparql-results+json") -> str:
    """What Comunica answers from sources."""
    return run(installed("comunica-sparql"), *sources, "-q", query, "-t", form).stdout


def values(text: str) -> list[tuple[str, ...]]:
    """The values of the rows of a table as JSON."""
    found = json.loads(text)
    names = found["head"]["vars"]
    return [tuple(row[name]["value"] for name in names) for row in found["results"]["bindings"]]


def test_tables_and_truth_values(endpoint: str) -> None:
    papers = values(comunica(f"sparql@{endpoint}", query=SELECT))
    assert len(papers) == 16
    assert (FMAS,) in papers
    assert comunica(f"sparql@{endpoint}", query=ASK, form="simple").strip() == "true"


@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE])
def test_graphs(endpoint: str, query: str) -> None:
    shown = comunica(f"sparql@{endpoint}", query=query, form="text/turtle")
    found = {quad.triple for quad in ox.parse(shown, format=ox.RdfFormat.TURTLE)}
    site = endpoint.removesuffix("/sparql")
    document = graph_at(FMAS.replace("https://w3id.org/symposia", site))
    assert len(found) == 23
    assert found <= document


@pytest.mark.parametrize("path", ["/", "/sparql"])
def test_the_endpoint_is_found_by_its_description(site: str, path: str) -> None:
    """Given nothing but an address, it reads the description there and asks the endpoint."""
    assert values(comunica(f"{site}{path}", query=COUNT)) == [("16",)]


@pytest.mark.parametrize("suffix", ["", ".jsonld", ".rdf"])
def test_a_document_is_read_as_it_is(site: str, suffix: str) -> None:
    address = BRETT.replace("https://w3id.org/symposia", site) + suffix
    query = f"SELECT ?name WHERE {{ <{BRETT}> <http://xmlns.com/foaf/0.1/name> ?name }}"
    assert values(comunica(address, query=query)) == [("Brett Meyer",)]


def test_the_endpoint_is_joined_with_a_document_of_ours_and_a_file(
    endpoint: str, site: str, scratch_note: str
) -> None:
    document = BRETT.replace("https://w3id.org/symposia", site)
    rows = values(comunica(endpoint, f"{document}.ttl", scratch_note, query=BOTH))
    assert {note for _, note in rows} == {"met in 2023"}
    assert [title.partition(":")[0] for title, _ in sorted({*rows})] == ["FMAS", "SSS3D"]


@pytest.fixture
def scratch_note(scratch: Server) -> str:
    """The address of a graph that says something of a person, on another server."""
    turtle = f'<{BRETT}> <http://example.org/note> "met in 2023" .'
    path = "/store?graph=http://example.org/notes"
    assert scratch.send("PUT", path, turtle, content_type="text/turtle").status in (201, 204)
    return f"{scratch.address}{path}"


def test_an_error_of_ours_is_shown(endpoint: str, tmp_path: Path) -> None:
    """Its own parser finds faults of syntax; what the endpoint refuses it shows whole."""
    query = "SELECT * WHERE { ?s ?p ?o SERVICE <http://127.0.0.1:1/sparql> { ?o ?q ?r } }"
    command = (installed("comunica-sparql"), f"sparql@{endpoint}", "-q", query)
    told = run(*command, folder=tmp_path, status=1).stderr
    assert f"Invalid SPARQL endpoint response from {endpoint} (HTTP status 400)" in told
    assert '"hint": "Ask that server itself, and bring the answers together."' in told
