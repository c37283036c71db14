"""Exports use only terms that their vocabulary defines, on things of the kinds meant."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, SDO, XSD, URIRef
from rdflib.term import Node
from symposia.graph.dataset import shipped
from symposia.graph.export import VOCABULARIES, translate
from symposia.graph.namespaces import SYM
from symposia.graph.store import Store

SMALL = Path(__file__).resolve().parent.parent / "data" / "exports" / "programme.ttl"
CONF = "https://w3id.org/scholarlydata/ontology/conference-ontology.owl#"
ROLE = "https://w3id.org/scholarlydata/role/"
SWC = "http://data.semanticweb.org/ns/swc/ontology#"
DBLP = "https://dblp.org/rdf/schema#"
CORE = (str(RDF), str(RDFS), str(XSD))

DBLP_CLASSES = {
    "AuthorSignature": "Signature",
    "Creator": None,
    "Inproceedings": "Publication",
    "Person": "Creator",
    "Publication": None,
    "Signature": None,
}
"""Classes of the dblp RDF schema (version of 2024-06-14) with what they are subclasses of."""

DBLP_PROPERTIES = {
    "affiliation": ("Creator", XSD.string),
    "authoredBy": ("Publication", "Creator"),
    "bibtexType": ("Publication", None),
    "creatorName": ("Creator", XSD.string),
    "documentPage": ("Publication", None),
    "doi": ("Publication", None),
    "hasSignature": ("Publication", "Signature"),
    "homepage": ("Creator", None),
    "numberOfCreators": ("Publication", XSD.integer),
    "orcid": ("Creator", None),
    "primaryCreatorName": ("Creator", XSD.string),
    "publishedIn": ("Publication", XSD.string),
    "signatureCreator": ("Signature", "Creator"),
    "signatureOrcid": ("Signature", None),
    "signatureOrdinal": ("Signature", XSD.integer),
    "signaturePublication": ("Signature", "Publication"),
    "title": ("Publication", XSD.string),
    "wikidata": ("Creator", None),
    "yearOfEvent": ("Publication", XSD.gYear),
}
"""Properties of the same schema with domain and range; None is an IRI of another site."""


@pytest.fixture(scope="module")
def store() -> Store:
    """The shipped programme and the small one, which has what the shipped one lacks."""
    store = Store.memory()
    sources = [graph.source for graph in shipped()]
    for source in [*sources, SMALL]:
        if isinstance(source, Path) and source.is_file():
            triples = ox.parse(path=str(source), format=ox.RdfFormat.TURTLE)
            store.load(source.resolve().as_uri(), triples)
    return store


def iris(graph: rdflib.Graph) -> set[str]:
    return {str(term) for triple in graph for term in triple if isinstance(term, URIRef)}


def vocabulary_terms(graph: rdflib.Graph) -> set[str]:
    """Properties and classes of a graph, and datatypes."""
    properties = {str(term) for term in graph.predicates()}
    classes = {str(term) for term in graph.objects(None, RDF.type)}
    datatypes = {str(t.datatype) for t in graph.objects() if isinstance(t, rdflib.Literal)}
    return (properties | classes | datatypes) - {"None"}


def outside(terms: Iterable[str], *namespaces: str) -> set[str]:
    return {term for term in terms if not term.startswith((*namespaces, *CORE))}


def declared(path: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(path, format="xml")


def names(ontology: rdflib.Graph, *kinds: Node) -> set[str]:
    return {str(term) for kind in kinds for term in ontology.subjects(RDF.type, kind)}


def wrong_kinds(graph: rdflib.Graph, ontology: rdflib.Graph) -> Iterator[str]:
    """Uses of a property on, or with, something that is not of its domain or range."""
    for subject, predicate, value in graph:
        for edge, node in ((RDFS.domain, subject), (RDFS.range, value)):
            for wanted in ontology.objects(predicate, edge):
                if not isinstance(wanted, URIRef) or wanted in {OWL.Thing, RDFS.Literal}:
                    continue
                if isinstance(node, rdflib.Literal):
                    if (node.datatype or XSD.string) != wanted or node.language:
                        yield f"{predicate} {edge} {wanted}: {node!r}"
                    continue
                kinds = set(graph.objects(node, RDF.type))
                above = {
                    c for kind in kinds for c in ontology.transitive_objects(kind, RDFS.subClassOf)
                }
                if wanted not in above:
                    yield f"{predicate} {edge} {wanted}: {node}"


def test_schema_org_defines_every_term(store: Store) -> None:
    graph = translate(store, "schema")
    assert outside(vocabulary_terms(graph), str(SDO)) == set()
    used = {iri for iri in iris(graph) if iri.startswith(str(SDO))}
    assert len(used) > 40
    assert {iri for iri in used if URIRef(iri) not in SDO} == set()


def test_conference_ontology_defines_every_term(store: Store, shared: Path) -> None:
    folder = shared / "vocabularies" / "conference-ontology"
    ontology = declared(folder / "conference-ontology.owl")
    graph = translate(store, "conference-ontology")
    terms = vocabulary_terms(graph)
    broader = "http://www.w3.org/2004/02/skos/core#broader"
    assert outside(terms, CONF) == {broader}
    assert (URIRef(broader), RDF.type, OWL.ObjectProperty) in ontology
    classes = {str(term) for term in graph.objects(None, RDF.type)}
    assert classes <= names(ontology, OWL.Class)
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty)
    assert {str(term) for term in graph.predicates()} - set(
        map(str, (RDF.type, RDFS.label, RDFS.seeAlso))
    ) <= names(ontology, *kinds)
    roles = {iri for iri in iris(graph) if iri.startswith(ROLE)}
    assert {role.removeprefix(ROLE) for role in roles} == {
        "chair",
        "general-chair",
        "presenter",
        "proceedings-chair",
        "programme-chair",
        "publicity-chair",
        "session-chair",
    }
    assert roles <= names(ontology, OWL.NamedIndividual)
    for role in roles - {ROLE + "chair"}:
        assert ontology.value(URIRef(role), RDFS.label) == graph.value(URIRef(role), RDFS.label)
        assert set(ontology.objects(URIRef(role), RDF.type)) & set(
            graph.objects(URIRef(role), RDF.type)
        )
    assert {iri for iri in iris(graph) if iri.startswith(SYM)} == {
        SYM + "CommitteeMember",
        SYM + "KeynoteSpeaker",
        SYM + "SteeringCommitteeMember",
    }


def test_conference_ontology_is_used_as_it_is_meant(store: Store, shared: Path) -> None:
    folder = shared / "vocabularies" / "conference-ontology"
    ontology = declared(folder / "conference-ontology.owl")
    assert list(wrong_kinds(translate(store, "conference-ontology"), ontology)) == []


def used_in_data(shared: Path) -> set[str]:
    """Terms of real conference graphs."""
    with (shared / "vocabularies" / "term-usage.tsv").open(encoding="utf-8") as file:
        return {row["term"] for row in csv.DictReader(file, delimiter="\t")}


def test_swc_defines_every_term(store: Store, shared: Path) -> None:
    ontology = declared(shared / "vocabularies" / "conference-ontology" / "swc_2009-05-09.rdf")
    known = names(ontology, OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    graph = translate(store, "swc")
    terms = outside(vocabulary_terms(graph))
    own = {term for term in terms if term.startswith(SWC)}
    assert len(own) > 20
    assert own - known == set()
    assert terms - own - known - used_in_data(shared) == set()


def test_swc_is_used_as_it_is_meant(store: Store, shared: Path) -> None:
    ontology = declared(shared / "vocabularies" / "conference-ontology" / "swc_2009-05-09.rdf")
    assert list(wrong_kinds(translate(store, "swc"), ontology)) == []


def test_dblp_defines_every_term(store: Store) -> None:
    graph = translate(store, "dblp")
    bibtex = VOCABULARIES["dblp"].prefixes["bibtex"]
    assert outside(vocabulary_terms(graph), DBLP) == set()
    assert {iri for iri in iris(graph) if iri.startswith(bibtex)} == {bibtex + "Inproceedings"}
    used = {iri.removeprefix(DBLP) for iri in iris(graph) if iri.startswith(DBLP)}
    assert used <= DBLP_CLASSES.keys() | DBLP_PROPERTIES.keys()


def test_dblp_is_used_as_it_is_meant(store: Store) -> None:
    ontology = rdflib.Graph()
    for name, above in DBLP_CLASSES.items():
        if above is not None:
            ontology.add((URIRef(DBLP + name), RDFS.subClassOf, URIRef(DBLP + above)))
    for name, (domain, range_) in DBLP_PROPERTIES.items():
        ontology.add((URIRef(DBLP + name), RDFS.domain, URIRef(DBLP + domain)))
        if range_ is not None:
            is_datatype = isinstance(range_, URIRef)
            wanted = range_ if is_datatype else URIRef(DBLP + range_)
            ontology.add((URIRef(DBLP + name), RDFS.range, wanted))
    graph = translate(store, "dblp")
    assert list(wrong_kinds(graph, ontology)) == []
    for name, (_, range_) in DBLP_PROPERTIES.items():
        literal = isinstance(range_, URIRef)
        for value in graph.objects(None, URIRef(DBLP + name)):
            assert isinstance(value, rdflib.Literal) == literal, name
