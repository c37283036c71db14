"""The loss report counts everything once, and says the same as rows, JSON and RDF."""

from __future__ import annotations

from rdflib import Graph
from rdflib.compare import isomorphic
from symposia.graph.loss import Loss, Refusal, Repair, Row

PREFIXES = """
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix void: <http://rdfs.org/ns/void#> .
@base <https://example.org/> .
"""
FOAF = "http://xmlns.com/foaf/0.1/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def small() -> Loss:
    loss = Loss("people.ttl")
    loss.count("property", TYPE, mapped=2)
    loss.count("class", FOAF + "Person", mapped=2)
    loss.count("property", FOAF + "homepage", mapped=1, kept=1)
    loss.count("field", "phone", kept=3)
    loss.repair(
        "property",
        FOAF + "homepage",
        place="line 4",
        found="http://a b/",
        mended="http://a%20b/",
        why="A space is no part of an IRI.",
    )
    loss.refuse(
        "field", "phone", place="row 9", found="12x", why="A telephone number has no letter."
    )
    return loss


def test_counts() -> None:
    loss = small()
    assert loss.rows() == [
        Row("class", FOAF + "Person", mapped=2),
        Row("property", TYPE, mapped=2),
        Row("property", FOAF + "homepage", mapped=1, kept=1, repaired=1),
        Row("field", "phone", kept=3, refused=1),
    ]
    assert [row.read for row in loss.rows()] == [2, 2, 2, 4]
    assert loss.total == Row("property", "", mapped=3, kept=4, repaired=1, refused=1)
    assert loss.total.read == 8
    assert loss.repairs == [
        Repair("line 4", "http://a b/", "http://a%20b/", "A space is no part of an IRI.")
    ]
    assert loss.refusals == [Refusal("row 9", "12x", "A telephone number has no letter.")]


def test_json() -> None:
    assert small().to_dict() == {
        "source": "people.ttl",
        "total": {"read": 8, "mapped": 3, "kept": 4, "repaired": 1, "refused": 1},
        "rows": [
            {"kind": kind, "name": name}
            | {"read": m + k + x, "mapped": m, "kept": k, "repaired": r, "refused": x}
            for kind, name, m, k, r, x in [
                ("class", FOAF + "Person", 2, 0, 0, 0),
                ("property", TYPE, 2, 0, 0, 0),
                ("property", FOAF + "homepage", 1, 1, 1, 0),
                ("field", "phone", 0, 3, 0, 1),
            ]
        ],
        "repairs": [
            {
                "place": "line 4",
                "from": "http://a b/",
                "to": "http://a%20b/",
                "why": "A space is no part of an IRI.",
            }
        ],
        "refusals": [{"place": "row 9", "what": "12x", "why": "A telephone number has no letter."}],
    }


def test_rdf() -> None:
    expected = Graph().parse(
        data=PREFIXES
        + """
        <r> a prov:Activity ; rdfs:label "Reading of people.ttl"@en ; prov:used <s> .
        <s> a void:Dataset ; void:triples 8 ; void:subset <r/mapped>, <r/kept>, <r/refused> .
        <r/mapped> a void:Dataset ; rdfs:label "mapped of people.ttl"@en ; void:triples 3 ;
            void:classPartition <r/mapped/1> ; void:propertyPartition <r/mapped/2>, <r/mapped/3> .
        <r/mapped/1> void:class foaf:Person ; void:entities 2 .
        <r/mapped/2> void:property rdf:type ; void:triples 2 .
        <r/mapped/3> void:property foaf:homepage ; void:triples 1 .
        <r/kept> a void:Dataset ; rdfs:label "kept of people.ttl"@en ; void:triples 4 ;
            void:propertyPartition <r/kept/1> ; void:subset <r/kept/2> .
        <r/kept/1> void:property foaf:homepage ; void:triples 1 .
        <r/kept/2> dcterms:title "phone" ; void:entities 3 .
        <r/refused> a void:Dataset ; rdfs:label "refused of people.ttl"@en ; void:triples 1 ;
            void:subset <r/refused/1> .
        <r/refused/1> dcterms:title "phone" ; void:entities 1 .
        <r/repair/1> a prov:Entity ; rdfs:label "line 4" ; prov:value "http://a%20b/" ;
            rdfs:comment "A space is no part of an IRI." ;
            prov:wasRevisionOf <r/repair/1/found> ; prov:wasGeneratedBy <r> .
        <r/repair/1/found> a prov:Entity ; rdfs:label "line 4" ; prov:value "http://a b/" .
        <r/refusal/1> a prov:Entity ; rdfs:label "row 9" ; prov:value "12x" ;
            rdfs:comment "A telephone number has no letter." ; prov:wasInvalidatedBy <r> .
        """
    )
    assert isomorphic(small().to_graph("https://example.org/r", "https://example.org/s"), expected)


def test_a_hostile_source_stays_small() -> None:
    loss = Loss("big.csv")
    for number in range(2_500):
        loss.count("field", f"column {number}", kept=1)
        loss.refuse("field", "a", place=f"row {number}", found="x" * 10_000, why="Too long.")
        loss.repair("field", "a", place="p", found="x" * 10_000, mended="", why="Too long.")
    assert len(loss.rows()) == 2_001
    assert loss.total == Row("property", "", kept=2_500, repaired=2_500, refused=2_500)
    assert len(loss.refusals) == len(loss.repairs) == 200
    assert {len(one.found) for one in (*loss.refusals, *loss.repairs)} == {200}
    others = {(row.kind, row.name): row for row in loss.rows()}["field", "(others)"]
    assert others.kept == 501


def test_a_long_text_is_shown_where_it_was_mended() -> None:
    loss = Loss("x")
    loss.repair(
        "field", "a", place="p", found="y" * 900 + "\\%", mended="y" * 900 + "%", why="LaTeX."
    )
    (repair,) = loss.repairs
    assert (repair.found, repair.mended) == ("…" + "y" * 40 + "\\%", "…" + "y" * 40 + "%")
