"""Questions that the shipped graph is too small to try, on small graphs made for them."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
import rdflib
from symposia.graph.questions import bind, question
from symposia.graph.store import Store

PREFIXES = """\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix sym: <https://w3id.org/symposia/ontology#> .
@prefix : <http://e/> .
"""
# A chain a-b-c-d-e-f with a second way from b to d, a pair x-y apart, and a twin paper of a and b.
CHAIN = (
    PREFIXES
    + "\n".join(
        f":paper-{names} a sym:Paper ; dcterms:creator {', '.join(f':{n}' for n in names[:2])} ."
        for names in ("ab", "ab2", "bc", "cd", "bm", "md", "de", "ef", "xy")
    )
    + "\n".join(f':{n} a foaf:Person ; rdfs:label "{n.upper()}" .' for n in "abcdefmxy")
)


def ask(turtle: str, name: str, **values: str) -> list[dict[str, str]]:
    """Ask a question of a small graph in both engines, and check that they agree."""
    asked = question(name)
    store = Store.memory()
    # The same triples in two graphs: an answer must not count them twice.
    for graph in ("http://e/one", "http://e/two"):
        store.load(graph, ox.parse(turtle, format=ox.RdfFormat.TURTLE))
    terms = bind(asked, values, store)
    ours = [
        {column: row[column].value for column in asked.columns if row[column] is not None}
        for row in store.query(asked.text, terms)
    ]
    bindings = {
        key: rdflib.URIRef(term.value)
        if isinstance(term, ox.NamedNode)
        else rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value))
        for key, term in terms.items()
    }
    answer = rdflib.Graph().parse(data=turtle).query(asked.text, initBindings=bindings)
    theirs = [{str(k): str(v) for k, v in row.asdict().items()} for row in answer]
    assert ours == theirs
    return ours


@pytest.mark.parametrize(
    ("one", "other", "chains"),
    [
        ("a", "b", [""]),
        ("a", "c", ["B"]),
        ("a", "d", ["BC", "BM"]),
        ("a", "e", ["BCD", "BMD"]),
        ("e", "a", ["DCB", "DMB"]),
        ("a", "f", []),
        ("a", "x", []),
        ("a", "a", []),
    ],
)
def test_coauthor_path_is_shortest(one: str, other: str, chains: list[str]) -> None:
    rows = ask(CHAIN, "coauthor_path", person=f"http://e/{one}", other=f"http://e/{other}")
    between = ("first_label", "second_label", "third_label")
    assert ["".join(row.get(name, "") for name in between) for row in rows] == chains
    assert {int(row["degree"]) for row in rows} == {len(chain) + 1 for chain in chains}


@pytest.mark.parametrize(("minimum", "pairs"), [("1", 8), ("2", 1), ("3", 0)])
def test_coauthor_pairs_have_a_minimum(minimum: str, pairs: int) -> None:
    assert len(ask(CHAIN, "coauthor_pairs", minimum=minimum)) == pairs


ORGANISATIONS = (
    PREFIXES
    + """
:p1 dcterms:creator :ann, :bob . :p2 dcterms:creator :ann, :bob, :cem . :p3 dcterms:creator :dee .
:ann schema:affiliation :north . :bob schema:affiliation :south .
:cem schema:affiliation :south . :dee schema:affiliation :north, :east .
:north a org:Organization ; rdfs:label "Univ North" ; skos:prefLabel "University of the North" .
:south a org:Organization ; rdfs:label "South" . :east a org:Organization ; rdfs:label "East" .
"""
)


def test_organisations_collaborate_through_different_people() -> None:
    """A person of two organisations makes no collaboration."""
    assert ask(ORGANISATIONS, "collaborating_organisations") == [
        {
            "minimum": "1",
            "one": "http://e/north",
            "one_label": "University of the North",
            "other": "http://e/south",
            "other_label": "South",
            "papers": "2",
        }
    ]


TOPICS = (
    PREFIXES
    + """
:top skos:prefLabel "top" . :mid skos:broader :top ; skos:prefLabel "mid" .
:low skos:broader :mid ; skos:prefLabel "low" . :apart skos:prefLabel "apart" .
:p1 a sym:Paper ; rdfs:label "P1" ; dcterms:subject :low ; dcterms:creator :ann .
:p2 a sym:Paper ; rdfs:label "P2" ; dcterms:subject :mid, :low ; dcterms:creator :bob .
:p3 a sym:Paper ; rdfs:label "P3" ; dcterms:subject :apart .
:talk a sym:Talk ; dcterms:subject :low . :show sym:presents :p3 ; sym:presenter :ann .
:ann rdfs:label "Ann" . :bob rdfs:label "Bob" .
"""
)


@pytest.mark.parametrize(
    ("topic", "papers"),
    [("top", ["P1", "P2"]), ("mid", ["P1", "P2"]), ("low", ["P1", "P2"]), ("apart", ["P3"])],
)
def test_papers_by_topic_include_narrower(topic: str, papers: list[str]) -> None:
    rows = ask(TOPICS, "papers_by_topic", topic=f"http://e/{topic}")
    assert [row["paper_label"] for row in rows] == papers


def test_a_bridge_may_write_on_one_topic_and_present_on_the_other() -> None:
    rows = ask(TOPICS, "bridges_between_topics", topic="http://e/top", other="http://e/apart")
    assert [(row["person_label"], row["papers"], row["other_papers"]) for row in rows] == [
        ("Ann", "1", "1")
    ]


RESULTS = (
    PREFIXES
    + """
:p rdfs:label "P" . :m skos:prefLabel "m" . :n skos:prefLabel "n" .
:r1 a sym:Result ; sym:of :p ; sym:metric :m ; sym:resultKind sym:Outcome ; sym:unit :u .
:r2 a sym:Result ; sym:of :p ; sym:metric :m ; sym:resultKind sym:Setting ; sym:unit :v .
:r3 a sym:Result ; sym:of :p ; sym:metric :n ; sym:resultKind sym:Claim .
"""
)


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({}, ["r1", "r2", "r3"]),
        ({"metric": "http://e/m"}, ["r1", "r2"]),
        ({"unit": "http://e/v"}, ["r2"]),
        ({"kind": "sym:Claim"}, ["r3"]),
        ({"unit": "http://e/u", "kind": "sym:Setting"}, []),
    ],
)
def test_results_are_narrowed_by_what_is_given(values: dict[str, str], found: list[str]) -> None:
    rows = ask(RESULTS, "results", **values)
    assert [row["result"].removeprefix("http://e/") for row in rows] == found
