"""The JSON-LD context names every term, reads as it should, and loses nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import OWL, RDF, SDO, SKOS, XSD, URIRef
from rdflib.compare import isomorphic
from symposia.graph.contexts import context, derive_context
from symposia.graph.dataset import shipped
from symposia.graph.export import serialise
from symposia.graph.jsonld import compact
from symposia.graph.namespaces import PREFIXES, SYM
from symposia.graph.terms import to_rdflib

FILES = [
    *(graph.source for graph in shipped()),
    *(
        Path(__file__).resolve().parents[2] / "ontology" / name
        for name in ("shapes.ttl", "alignments.ttl")
    ),
    Path(__file__).resolve().parents[1] / "data" / "exports" / "programme.ttl",
]
PREFIX = """
@base <https://w3id.org/symposia/x/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix sym: <https://w3id.org/symposia/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def turtle(text: str) -> list[ox.Quad]:
    return list(ox.parse(PREFIX + text, ox.RdfFormat.TURTLE))


def node(text: str) -> dict[str, Any]:
    """The only node of a graph, as JSON."""
    (found,) = json.loads(serialise(turtle(text), "jsonld"))["@graph"]
    assert isinstance(found, dict)
    return found


def expand(name: str) -> str:
    """The IRI of a prefixed name in the context."""
    prefix, colon, local = name.partition(":")
    namespace = context().get(prefix)
    return namespace + local if colon and isinstance(namespace, str) else name


def aliases() -> dict[str, list[tuple[str, dict[str, str]]]]:
    """IRI to the terms that stand for it, with their definitions."""
    found: dict[str, list[tuple[str, dict[str, str]]]] = {}
    for name, value in context().items():
        definition = {"@id": value} if isinstance(value, str) else value
        if name.startswith("@") or str(definition["@id"]).startswith("@"):
            continue
        if not (isinstance(value, str) and value.endswith(("/", "#"))):
            found.setdefault(expand(definition["@id"]), []).append((name, definition))
    return found


@pytest.fixture(scope="module")
def ontology(root: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(root / "ontology" / "symposia.ttl")


@pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning:rdflib")
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_graph_comes_back_through_both_parsers(path: Path) -> None:
    quads = list(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))
    written = serialise(quads, "jsonld")
    wanted = to_rdflib(quads)
    assert isomorphic(rdflib.Graph().parse(data=written, format="json-ld"), wanted)
    assert isomorphic(to_rdflib(ox.parse(written, ox.RdfFormat.JSON_LD)), wanted)


@pytest.mark.parametrize(
    "path",
    [graph.source for graph in shipped() if "/tinyml-2023/" in graph.iri],
    ids=lambda path: path.stem,
)
def test_a_graph_of_the_programme_has_no_prefixed_key(path: Path) -> None:
    """Every property that is used about a programme has a name of its own."""
    document = json.loads(serialise(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE), "jsonld"))
    assert {key for thing in document["@graph"] for key in thing if ":" in key} == set()
    assert {
        kind for thing in document["@graph"] for kind in thing.get("type", []) if ":" in kind
    } == set()


def test_every_own_term_has_exactly_one_alias(ontology: rdflib.Graph) -> None:
    own = {str(term) for term in ontology.subjects() if str(term).startswith(SYM)}
    found = aliases()
    assert len(own) > 60
    for term in own:
        assert [name for name, _ in found[term]] == [term.removeprefix(SYM)]


def test_no_alias_names_a_term_that_is_not_there(ontology: rdflib.Graph) -> None:
    own = {str(term) for term in ontology.subjects()}
    assert {iri for iri in aliases() if iri.startswith(SYM)} <= own
    schema = {iri for iri in aliases() if iri.startswith(str(SDO))}
    assert {iri for iri in schema if URIRef(iri) not in SDO} == set()


def test_values_are_read_as_the_ontology_says(ontology: rdflib.Graph) -> None:
    for iri, terms in aliases().items():
        if not iri.startswith(SYM):
            continue
        for name, definition in terms:
            kinds = set(ontology.objects(URIRef(iri), RDF.type))
            coercion = expand(definition.get("@type", ""))
            if OWL.ObjectProperty in kinds:
                assert coercion in {"@id", "@vocab"}, name
            elif OWL.DatatypeProperty in kinds:
                ranges = set(ontology.objects(URIRef(iri), SDO.rangeIncludes))
                if RDF.langString in ranges:
                    assert definition["@container"] == "@language", name
                else:
                    (range_,) = ranges
                    assert coercion == ("" if range_ == XSD.string else str(range_)), name
            else:
                assert coercion == "", name


def test_prefixes_are_the_projects_own() -> None:
    found = {
        name: value
        for name, value in context().items()
        if isinstance(value, str) and value.endswith(("/", "#"))
    }
    assert {name: PREFIXES[name] for name in found if name in PREFIXES} == {
        name: value for name, value in found.items() if name in PREFIXES
    }
    assert found.keys() - PREFIXES.keys() <= {"vs"}


def test_the_file_asks_for_no_other() -> None:
    """Reading it needs no network: nothing is imported, no context is an address."""
    text = json.dumps(context())
    assert "@import" not in text
    assert "@context" not in text
    assert context()["@version"] == 1.1


def test_a_session_reads_well() -> None:
    assert node("""
        <session/papers> a sym:Session, sym:PaperSession ;
            rdfs:label "Papers"@en ;
            sym:partOf <../x> ;
            sym:position 4 ;
            sym:chair <person/cleo> ;
            schema:startDate "2031-05-02T10:30:00-07:00"^^xsd:dateTime .
    """) == {
        "id": "https://w3id.org/symposia/x/session/papers",
        "type": ["PaperSession", "Session"],
        "label": {"en": "Papers"},
        "partOf": "https://w3id.org/symposia/x",
        "position": 4,
        "start": "2031-05-02T10:30:00-07:00",
        "chair": ["https://w3id.org/symposia/x/person/cleo"],
    }


def test_a_role_is_called_by_its_short_name() -> None:
    assert node("<r> a sym:EventRole ; sym:role sym:SessionChair .") == {
        "id": "https://w3id.org/symposia/x/r",
        "type": ["EventRole"],
        "role": "SessionChair",
    }


@pytest.mark.parametrize(
    ("statement", "key", "value"),
    [
        ('rdfs:label "Name"', "label", {"@none": "Name"}),
        ('rdfs:label "Name", "Nom"@fr', "label", {"@none": "Name", "fr": "Nom"}),
        ('skos:altLabel "a"@en, "b"@en', "altLabel", {"en": ["a", "b"]}),
        ("rdfs:label 1", "rdfs:label", 1),
        ('skos:hiddenLabel "x"', "hiddenLabel", ["x"]),
        ('foaf:name "x"', "name", "x"),
        ('foaf:name "x"@en', "name", {"@value": "x", "@language": "en"}),
        ("sym:recorded true", "recorded", True),
        ('sym:recorded "1"^^xsd:boolean', "recorded", "1"),
        ('sym:recorded "yes"', "recorded", {"@value": "yes"}),
        ('sym:position "04"^^xsd:integer', "position", "04"),
        ("sym:position 1, 2", "position", [1, 2]),
        ("sym:position 123456789012345678901", "position", "123456789012345678901"),
        ("sym:value 0.50", "value", "0.50"),
        ("sym:value 3", "value", {"@value": "3", "@type": "xsd:integer"}),
        ('schema:startDate "2031-05-02"^^xsd:date', "startDate", "2031-05-02"),
        (
            'schema:startDate "2031"^^xsd:gYear',
            "start",
            {"@value": "2031", "@type": "xsd:gYear"},
        ),
        ("sym:partOf [ ]", "partOf", "_:b0"),
        ("foaf:age 3", "foaf:age", 3),
        ("foaf:knows <y>", "foaf:knows", {"id": "https://w3id.org/symposia/x/y"}),
        ("<urn:x:y> 1.5", "urn:x:y", {"@value": "1.5", "@type": "xsd:decimal"}),
    ],
)
def test_a_value_is_written_in_its_shortest_true_form(
    statement: str, key: str, value: object
) -> None:
    found = node(f"<s> {statement} .")
    assert found == {"id": "https://w3id.org/symposia/x/s", key: value}
    assert type(found[key]) is type(value)


def test_only_the_part_of_the_context_that_is_used_is_sent() -> None:
    document = json.loads(serialise(turtle("<s> a sym:Talk ; sym:recorded true ."), "jsonld"))
    assert document["@context"] == {
        "@version": 1.1,
        "id": "@id",
        "type": "@type",
        "sym": SYM,
        "xsd": str(XSD),
        "Talk": "sym:Talk",
        "recorded": {"@id": "sym:recorded", "@type": "xsd:boolean"},
    }


def test_a_context_is_made_for_another_vocabulary() -> None:
    quads = turtle("""
        <s> a schema:Event, foaf:Project ; schema:name "x"@en, "y"@en, "Z" ; schema:superEvent <y> ;
            schema:position 1 ; skos:note "z" .
    """)
    made = derive_context(quads, str(SDO), {"skos": str(SKOS), "foaf": PREFIXES["foaf"]})
    assert compact(quads, made) == {
        "@context": {
            "@version": 1.1,
            "@vocab": str(SDO),
            "foaf": PREFIXES["foaf"],
            "skos": str(SKOS),
            "name": {"@id": str(SDO.name), "@language": "en"},
            "position": {"@id": str(SDO.position), "@type": str(XSD.integer)},
            "superEvent": {"@id": str(SDO.superEvent), "@type": "@id"},
        },
        "@graph": [
            {
                "@id": "https://w3id.org/symposia/x/s",
                "@type": ["foaf:Project", "Event"],
                "name": [{"@value": "Z"}, "x", "y"],
                "position": 1,
                "superEvent": "https://w3id.org/symposia/x/y",
                "skos:note": "z",
            }
        ],
    }
