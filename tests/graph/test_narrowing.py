"""Narrowing: pySHACL finds the same whether it looks at all targets or at the candidates alone."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from symposia.graph.dataset import shipped
from symposia.graph.findings import Finding
from symposia.graph.narrowing import Narrowing
from symposia.graph.rdf import quads_of
from symposia.graph.validation import validate

EXAMPLES = Path(__file__).resolve().parents[2] / "ontology" / "examples"
HEADER = """
@prefix ex: <http://example.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def widely(*data: Any, **options: Any) -> tuple[Finding, ...]:
    """Validate without narrowing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Narrowing, "candidates", lambda *_: None)
        return validate(*data, **options).findings


@cache
def programme() -> tuple[ox.Triple, ...]:
    graphs = (graph for graph in shipped() if "/tinyml-2023/" in graph.iri)
    triples = {str(quad.triple): quad.triple for graph in graphs for quad in quads_of(graph)}
    return tuple(triples[key] for key in sorted(triples))


def triples(path: Path) -> Iterator[ox.Quad]:
    return ox.parse(path.read_bytes(), ox.RdfFormat.TURTLE)


def test_examples() -> None:
    """Together, without the graphs that they add to, they break most of the rules."""
    data = [quad for path in sorted(EXAMPLES.glob("*/*.ttl")) for quad in triples(path)]
    found = validate(data).findings
    assert found == widely(data)
    assert len({finding.shape for finding in found}) > 100


@pytest.mark.filterwarnings("ignore:NotImplemented")  # of pySHACL, comparing a date and a text
@settings(max_examples=4, deadline=None, database=None, phases=[Phase.generate])
@given(st.integers(0, 1 << 32), st.sampled_from([0.002, 0.02]))
def test_damage(number: int, share: float) -> None:
    """Triples that are lost, bent or doubled with another's value."""
    seed = random.Random(number)  # noqa: S311 - it must repeat itself
    whole = programme()
    damaged = list[ox.Triple]()
    for triple in whole:
        if seed.random() >= share:
            damaged.append(triple)
            continue
        other = seed.choice(whole)
        damaged += seed.choice(
            [
                [],
                [ox.Triple(triple.subject, triple.predicate, other.object)],
                [triple, ox.Triple(triple.subject, triple.predicate, other.object)],
                [triple, ox.Triple(other.subject, triple.predicate, triple.object)],
                [ox.Triple(triple.subject, triple.predicate, _bent(triple.object, seed))],
                [triple, ox.Triple(triple.subject, triple.predicate, _bent(triple.object, seed))],
            ]
        )
    found = validate(damaged).findings
    assert found == widely(damaged)


def _bent(term: Any, seed: Any) -> Any:
    """A term that is like another, but wrong."""
    if not isinstance(term, ox.Literal):
        return seed.choice([ox.NamedNode(term.value + "x"), ox.BlankNode("x"), ox.Literal("x")])
    text = seed.choice([term.value + " \n", term.value + "\x1c", "&amp;" + term.value, "\\'e", ""])
    return seed.choice(
        [
            ox.Literal(text, language="en"),
            ox.Literal(text, datatype=term.datatype) if not term.language else ox.Literal(text),
            ox.Literal("2023-02-30", datatype=ox.NamedNode(str(rdflib.XSD.date))),
        ]
    )


CASES = {
    "class": "sh:path ex:p ; sh:class ex:Upper",
    "datatype": "sh:path ex:p ; sh:datatype xsd:integer",
    "day": "sh:path ex:p ; sh:datatype xsd:date",
    "node kind": "sh:path ex:p ; sh:nodeKind sh:BlankNodeOrLiteral",
    "none": "sh:path ex:p ; sh:minCount 1",
    "two": "sh:path ex:p ; sh:minCount 2",
    "at most one": "sh:path ex:p ; sh:maxCount 1",
    "at most two": "sh:path ex:p ; sh:maxCount 2",
    "nothing": "sh:path ex:p ; sh:maxCount 0",
    "range": "sh:path ex:p ; sh:minInclusive 3 ; sh:maxExclusive 7",
    "length": "sh:path ex:p ; sh:minLength 2 ; sh:maxLength 4",
    "pattern": 'sh:path ex:p ; sh:pattern "^a$" ; sh:flags "i"',
    "languages": 'sh:path ex:p ; sh:languageIn ( "en" "de" )',
    "one of a language": "sh:path ex:p ; sh:uniqueLang true",
    "equals": "sh:path ex:p ; sh:equals ex:q",
    "disjoint": "sh:path ex:p ; sh:disjoint ex:q",
    "less": "sh:path ex:q ; sh:lessThan ex:r",
    "in": 'sh:path ex:p ; sh:in ( 5 "a" ex:b )',
    "has": "sh:path ex:p ; sh:hasValue 5",
    "not": 'sh:path ex:p ; sh:not [ sh:pattern "a" ]',
    "and": "sh:path ex:p ; sh:and ( [ sh:minLength 1 ] [ sh:nodeKind sh:Literal ] )",
    "or": 'sh:path ex:p ; sh:or ( [ sh:pattern "a" ] [ sh:class ex:Upper ] )',
    "exactly one": 'sh:path ex:p ; sh:xone ( [ sh:pattern "a" ] [ sh:nodeKind sh:Literal ] )',
    "node": "sh:path ex:p ; sh:node [ sh:property [ sh:path ex:p ; sh:minCount 1 ] ]",
    "not an inner value": "sh:path ex:p ; sh:not [ sh:property [ sh:path ex:p ; sh:hasValue 5 ] ]",
    "inner pattern": 'sh:path ex:p ; sh:not [ sh:path ex:p ; sh:pattern "a" ]',
    "qualified": "sh:path ex:p ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ sh:class ex:A ]",
    "back": "sh:path [ sh:inversePath ex:p ] ; sh:minCount 1 ; sh:class ex:A",
    "either": "sh:path [ sh:alternativePath ( ex:p ex:q ) ] ; sh:maxCount 1",
    "two steps": "sh:path ( ex:p ex:q ) ; sh:maxCount 1 ; sh:equals ex:r",
    "two steps back": "sh:path [ sh:inversePath ( ex:p ex:p ) ] ; sh:maxCount 0",
    "endless": 'sh:path [ sh:zeroOrMorePath ex:p ] ; sh:maxCount 1 ; sh:pattern "a"',
    "perhaps": "sh:path [ sh:zeroOrOnePath ex:p ] ; sh:equals ex:q ; sh:minCount 2",
}
DATA = """
ex:Lower rdfs:subClassOf ex:Upper .
ex:a a ex:A ; ex:p 5 , "a"@en , "A"@en , "b"@de ; ex:q 5 , 3 ; ex:r 4 .
ex:b a ex:A , ex:Upper ; ex:p ex:c , "Abc" , 5.0 , ex:c ; ex:q ex:c , "x" .
ex:c a ex:Lower ; ex:p ex:a , ex:b , _:b ; ex:q 1 .
_:b a ex:A ; ex:p "five"^^xsd:integer , "2023-02-30"^^xsd:date , "2024-02-29"^^xsd:date .
ex:e a ex:Upper ; ex:q "2024-01-01T00:00:00Z"^^xsd:dateTime ; ex:r "2024-01-01"^^xsd:date , 3 .
ex:f ex:target ex:g , "literal" , 7 , ex:e .
"""
TARGETS = """ sh:targetClass ex:A , ex:Upper ; sh:targetSubjectsOf ex:q ;
    sh:targetObjectsOf ex:target ; sh:targetNode ex:nowhere """


@pytest.mark.parametrize("case", CASES)
def test_each_component_and_path(case: str) -> None:
    data = list(ox.parse((HEADER + DATA).encode(), ox.RdfFormat.TURTLE))
    text = f"{HEADER} ex:Shape a sh:PropertyShape ; {TARGETS} ; {CASES[case]} ."

    def shapes() -> rdflib.Graph:
        return rdflib.Graph().parse(data=text, format="turtle")

    found = validate(data, vocabularies=False, shapes=shapes()).findings
    wide = widely(data, vocabularies=False, shapes=shapes())
    assert [(f.focus, f.component, f.value) for f in found] == [
        (f.focus, f.component, f.value) for f in wide
    ]
    assert found
