"""The ontology: every term declared, documented, shown and used, and nothing inferred."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS, VANN, XSD
from symposia.graph.dataset import shipped
from symposia.graph.namespaces import BASE, PREFIXES, SYM
from symposia.graph.terms import to_rdflib

ROOT = Path(__file__).resolve().parents[2]
ONTOLOGY = ROOT / "ontology"
SCHEMA = rdflib.Namespace(PREFIXES["schema"])
STATUS = rdflib.URIRef("http://www.w3.org/2003/06/sw-vocab-status/ns#term_status")
IRI = rdflib.URIRef(BASE + "ontology")
PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty)
USED = re.compile(rf"\bsym:(\w+)|{re.escape(SYM)}(\w+)")


@pytest.fixture(scope="module")
def ontology() -> rdflib.Graph:
    return read(ONTOLOGY / "symposia.ttl")


def read(path: Path) -> rdflib.Graph:
    return to_rdflib(ox.parse(path.read_bytes(), ox.RdfFormat.TURTLE))


def terms(ontology: rdflib.Graph, *kinds: rdflib.URIRef) -> set[rdflib.URIRef]:
    found = {s for kind in kinds for s in ontology.subjects(RDF.type, kind)}
    return {term for term in found if isinstance(term, rdflib.URIRef)}


def own(ontology: rdflib.Graph) -> set[rdflib.URIRef]:
    return {
        term
        for term in ontology.subjects(RDF.type, None)
        if isinstance(term, rdflib.URIRef) and term.startswith(SYM)
    }


def test_terms_are_few(ontology: rdflib.Graph) -> None:
    assert len(terms(ontology, OWL.Class)) == 22
    assert len(terms(ontology, *PROPERTIES)) == 39


def test_header(ontology: rdflib.Graph) -> None:
    version = str(ontology.value(IRI, OWL.versionInfo, any=False))
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    assert ontology.value(IRI, OWL.versionIRI, any=False) == IRI + "/" + version
    assert str(ontology.value(IRI, VANN.preferredNamespacePrefix)) == "sym"
    assert str(ontology.value(IRI, VANN.preferredNamespaceUri)) == SYM
    assert (IRI, DCTERMS.license, None) in ontology
    assert (IRI, DCTERMS.title, None) in ontology
    assert (IRI, DCTERMS.description, None) in ontology


def test_every_term_is_documented(ontology: rdflib.Graph) -> None:
    for term in own(ontology):
        assert re.fullmatch(r"\w+", term.removeprefix(SYM)), term
        assert ontology.value(term, RDFS.isDefinedBy, any=False) == IRI
        assert str(ontology.value(term, STATUS, any=False)) in {"stable", "testing"}
        for text in (RDFS.label, SKOS.definition):
            value = ontology.value(term, text, any=False)
            assert isinstance(value, rdflib.Literal), (term, text)
            assert value.language == "en"
        definition = str(ontology.value(term, SKOS.definition))
        assert re.match(r"[A-Z].*\.$", definition), definition
        if (term, RDF.type, SKOS.ConceptScheme) not in ontology:
            assert ontology.value(term, SKOS.example, any=False) is not None, term


def test_no_two_terms_of_a_kind_share_a_label(ontology: rdflib.Graph) -> None:
    for kinds in ((OWL.Class,), PROPERTIES, (SKOS.Concept,)):
        labels = [str(ontology.value(term, RDFS.label)) for term in terms(ontology, *kinds)]
        assert len(labels) == len(set(labels))


def test_every_property_has_a_domain_and_a_range(ontology: rdflib.Graph) -> None:
    for term in terms(ontology, *PROPERTIES):
        domains = set(ontology.objects(term, SCHEMA.domainIncludes))
        ranges = set(ontology.objects(term, SCHEMA.rangeIncludes))
        assert domains, term
        assert domains <= terms(ontology, OWL.Class), term
        assert ranges, term
        literal = all(r.startswith(XSD) or r == RDF.langString for r in ranges)
        assert literal == ((term, RDF.type, OWL.DatatypeProperty) in ontology), term
        assert {r for r in ranges if r.startswith(SYM)} <= terms(ontology, OWL.Class), term


def test_nothing_is_inferred(ontology: rdflib.Graph) -> None:
    axioms = (
        RDFS.domain,
        RDFS.range,
        RDFS.subPropertyOf,
        OWL.equivalentClass,
        OWL.equivalentProperty,
        OWL.inverseOf,
        OWL.sameAs,
        OWL.imports,
    )
    assert [t for axiom in axioms for t in ontology.triples((None, axiom, None))] == []


def test_hierarchy_has_no_cycle_and_few_roots(ontology: rdflib.Graph) -> None:
    for term in terms(ontology, OWL.Class):
        above = set(ontology.transitive_objects(term, RDFS.subClassOf)) - {term}
        for parent in above:
            assert term not in set(ontology.transitive_objects(parent, RDFS.subClassOf))
    parents = {o for o in ontology.objects(None, RDFS.subClassOf) if not o.startswith(SYM)}
    assert parents == {rdflib.URIRef(PREFIXES["org"] + "Membership"), RDF.Statement}


def test_concepts_are_in_one_scheme(ontology: rdflib.Graph) -> None:
    schemes = terms(ontology, SKOS.ConceptScheme)
    for concept in terms(ontology, SKOS.Concept):
        scheme = ontology.value(concept, SKOS.inScheme, any=False)
        assert scheme in schemes
        assert ontology.value(concept, SKOS.topConceptOf, any=False) == scheme
        assert ontology.value(concept, SKOS.prefLabel) == ontology.value(concept, RDFS.label)


def test_examples_of_use_are_turtle_that_uses_the_term(ontology: rdflib.Graph) -> None:
    for term, text in ontology.subject_objects(SKOS.example):
        graph = example(str(text))
        assert term in set(chain.from_iterable(graph)), term
        assert undeclared(graph, ontology) == set(), term


def test_examples_of_use_are_true(ontology: rdflib.Graph) -> None:
    """What an example says of the shipped programme is in the shipped graphs."""
    data = rdflib.Graph()
    for graph in shipped():
        assert isinstance(graph.source, Path)
        data += read(graph.source)
    wording = rdflib.URIRef(SYM + "phrase")  # the source's text is not shipped
    for term, text in ontology.subject_objects(SKOS.example):
        for triple in example(str(text)):
            if triple[1] != wording and str(triple[0]).startswith(BASE):
                assert triple in data, term


def example(text: str) -> rdflib.Graph:
    header = "".join(f"@prefix {p}: <{n}> .\n" for p, n in PREFIXES.items())
    header += f"@base <{BASE}tinyml-2023/> .\n"
    return to_rdflib(ox.parse((header + text).encode(), ox.RdfFormat.TURTLE))


def undeclared(graph: rdflib.Graph, ontology: rdflib.Graph) -> set[rdflib.URIRef]:
    """The own terms that a graph uses and the ontology does not declare."""
    used = {t for t in chain.from_iterable(graph) if isinstance(t, rdflib.URIRef)}
    return {term for term in used if term.startswith(SYM)} - own(ontology)


@pytest.mark.parametrize("graph", shipped(), ids=lambda graph: graph.iri.rpartition("/")[2])
def test_shipped_data_uses_declared_terms(graph: object, ontology: rdflib.Graph) -> None:
    assert undeclared(read(graph.source), ontology) == set()  # type: ignore[attr-defined]


def test_shapes_and_examples_use_declared_terms(ontology: rdflib.Graph) -> None:
    for path in [ONTOLOGY / "shapes.ttl", *(ONTOLOGY / "examples").rglob("*.ttl")]:
        names = {a or b for a, b in USED.findall(path.read_text())}
        assert {rdflib.URIRef(SYM + name) for name in names} <= own(ontology), path


def queries() -> Iterator[Path]:
    return (ROOT / "queries").rglob("*.rq")


def test_queries_use_declared_terms(ontology: rdflib.Graph) -> None:
    for path in queries():
        names = {a or b for a, b in USED.findall(path.read_text())}
        assert {rdflib.URIRef(SYM + name) for name in names} <= own(ontology), path


def test_every_class_and_property_has_a_shape(ontology: rdflib.Graph) -> None:
    used = {a or b for a, b in USED.findall((ONTOLOGY / "shapes.ttl").read_text())}
    declared = terms(ontology, OWL.Class, *PROPERTIES)
    assert {term.removeprefix(SYM) for term in declared} - used == set()


def test_properties_are_used_as_their_domain_and_range_say(ontology: rdflib.Graph) -> None:
    """In the examples and in the shipped data, where every thing says its class."""
    data = rdflib.Graph()
    for path in [*(ONTOLOGY / "examples" / "valid").glob("*.ttl"), *(g.source for g in shipped())]:
        assert isinstance(path, Path)
        data += read(path)
    for term in terms(ontology, *PROPERTIES):
        domains = set(ontology.objects(term, SCHEMA.domainIncludes))
        ranges = set(ontology.objects(term, SCHEMA.rangeIncludes))
        for subject, value in data.subject_objects(term):
            assert kinds(data, subject, ontology) & domains, (subject, term)
            described = (value, RDF.type, None) in data
            if described:
                assert kinds(data, value, ontology) & ranges, (subject, term, value)


def kinds(data: rdflib.Graph, node: object, ontology: rdflib.Graph) -> set[object]:
    found: set[object] = set()
    for kind in data.objects(node, RDF.type):  # type: ignore[arg-type]
        found |= set(ontology.transitive_objects(kind, RDFS.subClassOf))
    return found
