"""The W3C suite of service descriptions, whose tests are sentences and not files."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from .known import Verdict
from .manifests import Case, of_kind
from .systems import TURTLE, Live

SD = "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> "
FORMATS = {TURTLE: ox.RdfFormat.TURTLE, "application/rdf+xml": ox.RdfFormat.RDF_XML}


def problem(name: str, live: Live) -> str:
    """What a server does wrong on a test; empty when it passes."""
    store = ox.Store()
    for media_type, format_ in FORMATS.items():
        reply = live.request("GET", "/sparql", headers={"Accept": media_type}, token=False)
        if (reply.status, reply.media_type) != (200, media_type):
            return f"{reply.status} {reply.media_type}"
        store.load(reply.body, format_, base_iri=live.address)
    if name.endswith("returns-rdf"):
        return ""
    if name.endswith("has-endpoint-triple"):
        asked = f"{SD} ASK {{ ?s a sd:Service ; sd:endpoint <{live.address}/sparql> }}"
        return "" if bool(store.query(asked)) else "has no sd:endpoint of itself"
    return schema(store)


def schema(store: ox.Store) -> str:
    """What breaks the ranges of the vocabulary (https://www.w3.org/TR/sparql11-service-description/).

    The suite's schema test is prose; these are the properties' ranges and the required ones.
    """
    broken = f"""{SD} SELECT ?s ?p ?o {{
      VALUES (?p ?class) {{
        (sd:defaultDataset sd:Dataset) (sd:availableGraphs sd:GraphCollection)
        (sd:defaultGraph sd:Graph) (sd:namedGraph sd:NamedGraph) (sd:graph sd:Graph) }}
      ?s ?p ?o FILTER NOT EXISTS {{ ?o a ?class }} }}"""
    literal = f"""{SD} SELECT ?s ?p ?o {{
      VALUES ?p {{ sd:endpoint sd:feature sd:supportedLanguage sd:resultFormat sd:inputFormat
        sd:languageExtension sd:defaultEntailmentRegime sd:name }}
      ?s ?p ?o FILTER(!isIRI(?o)) }}"""
    missing = f"{SD} SELECT ?s {{ ?s a sd:Service FILTER NOT EXISTS {{ ?s sd:endpoint ?e }} }}"
    unnamed = f"{SD} SELECT ?s {{ ?x sd:namedGraph ?s FILTER NOT EXISTS {{ ?s sd:name ?n }} }}"
    found = [
        str(row) for query in (broken, literal, missing, unnamed) for row in store.query(query)
    ]
    return "; ".join(found)


@pytest.mark.parametrize("case", of_kind("ServiceDescriptionTest"), ids=str)
def test_description(case: Case, live: Live, verdict: Verdict) -> None:
    found = problem(case.name, live)
    verdict(case, found)
    assert found == ""
