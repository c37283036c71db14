"""The alignments name terms that exist, in the right direction, and entail nothing absurd."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from rdflib import DC, DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SDO, SKOS, XSD, Literal, URIRef
from rdflib.namespace import DefinedNamespace
from rdflib.term import Node
from symposia.graph.dataset import shipped
from symposia.graph.namespaces import SYM

AXIOMS = (RDFS.subClassOf, RDFS.subPropertyOf, OWL.equivalentClass, OWL.equivalentProperty)
MAPPINGS = (
    SKOS.exactMatch,
    SKOS.closeMatch,
    SKOS.broadMatch,
    SKOS.narrowMatch,
    SKOS.relatedMatch,
)
CONF = rdflib.Namespace("https://w3id.org/scholarlydata/ontology/conference-ontology.owl#")
ROLE = "https://w3id.org/scholarlydata/role/"
SWC = rdflib.Namespace("http://data.semanticweb.org/ns/swc/ontology#")
BIBO = rdflib.Namespace("http://purl.org/ontology/bibo/")
FABIO = rdflib.Namespace("http://purl.org/spar/fabio/")
DBLP = rdflib.Namespace("https://dblp.org/rdf/schema#")
GEO = "http://www.w3.org/2003/01/geo/wgs84_pos#"
DEFINED: tuple[type[DefinedNamespace], ...] = (SDO, FOAF, ORG, PROV, SKOS, DCTERMS, DC)
WRITTEN_DOWN = {
    # http://purl.org/ontology/bibo/ 1.3
    *(str(BIBO[name]) for name in ("AcademicArticle", "Conference", "Document")),
    *(str(BIBO[name]) for name in ("authorList", "doi")),
    # http://purl.org/spar/fabio/ of 2023-05-09
    *(str(FABIO[name]) for name in ("ConferencePaper", "ProceedingsPaper")),
    # https://dblp.org/rdf/schema of 2024-06-14
    *(str(DBLP[name]) for name in ("AuthorSignature", "Inproceedings", "Person")),
    *(str(DBLP[name]) for name in ("affiliation", "authoredBy", "creatorName", "doi", "title")),
    *(str(DBLP[f"signature{name}"]) for name in ("Creator", "Ordinal", "Publication")),
}
"""Terms of vocabularies that are not at hand, looked up in their published documents."""

NO_COUNTERPART = {
    "BaselineValue",
    "Claim",
    "DoctoralConsortium",
    "EventKinds",
    "HardwarePlatform",
    "InvitedSpeaker",
    "Outcome",
    "PlenarySession",
    "RegistrationChair",
    "ResultKinds",
    "Roles",
    "SeniorProgrammeCommitteeMember",
    "Setting",
    "Suggestion",
    "Link",
    "Evidence",
    "Decision",
    "score",
    "weight",
    "evidence",
    "status",
    "LinkStatuses",
    "Stated",
    "ToReview",
    "Refused",
    "Accepted",
    "Rejected",
    "Split",
    "System",
    "TopicAssignment",
    "coLocatedWith",
    "comparator",
    "condition",
    "dataset",
    "hardware",
    "relation",
    "resultKind",
    "statedAffiliation",
    "suggestedName",
    "system",
}
"""Own terms that none of the vocabularies has anything like."""

KINDS: dict[str, set[URIRef]] = {
    "academic event": {CONF.AcademicEvent, SWC.AcademicEvent},
    "non-academic event": {CONF.NonAcademicEvent, SWC.NonAcademicEvent},
    "event": {URIRef(SYM + "Event"), SDO.Event, CONF.OrganisedEvent, SWC.OrganisedEvent},
    "agent": {FOAF.Person, ORG.Organization, CONF.Agent, SDO.Person, SDO.Organization},
    "document": {
        URIRef(SYM + "Paper"),
        SDO.CreativeWork,
        SDO.ScholarlyArticle,
        CONF.Document,
        SWC.ArgumentativeDocument,
        BIBO.Document,
        FOAF.Document,
    },
    "place": {SDO.Place, SDO.PostalAddress, CONF.Site, URIRef(GEO + "SpatialThing")},
    "situation": {
        ORG.Membership,
        CONF.TimeIndexedSituation,
        SWC.Role,
        URIRef(SYM + "Authorship"),
        URIRef(SYM + "TopicAssignment"),
    },
    "concept": {SKOS.Concept, CONF.Role, CONF.Topic},
    "list": {CONF.List, CONF.ListItem, SDO.ListItem},
    "data": {SDO.Dataset},
    "statement": {RDF.Statement, URIRef(SYM + "Result"), URIRef(SYM + "Suggestion")},
    "artefact": {URIRef(SYM + "System"), URIRef(SYM + "HardwarePlatform")},
}
"""Kinds of thing with the classes that stand for each; nothing is of two kinds."""
NESTED = {("academic event", "event"), ("event", "non-academic event")}
"""Kinds of which one includes the other."""


@pytest.fixture(scope="module")
def alignments(root: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(root / "ontology" / "alignments.ttl")


@pytest.fixture(scope="module")
def ontology(root: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(root / "ontology" / "symposia.ttl")


@pytest.fixture(scope="module")
def foreign(shared: Path) -> rdflib.Graph:
    """The conference-ontology and SWC."""
    folder = shared / "vocabularies" / "conference-ontology"
    graph = rdflib.Graph()
    for name in ("conference-ontology.owl", "swc_2009-05-09.rdf"):
        graph.parse(folder / name, format="xml")
    return graph


@pytest.fixture(scope="module")
def programme() -> rdflib.Graph:
    """Everything that is shipped about the programme."""
    graph = rdflib.Graph()
    for named in shipped():
        if "/tinyml-2023/" in named.iri and isinstance(named.source, Path):
            graph.parse(named.source)
    return graph


def statements(alignments: rdflib.Graph) -> Iterator[tuple[URIRef, URIRef, URIRef]]:
    for relation in (*AXIOMS, *MAPPINGS):
        for subject, value in alignments.subject_objects(relation):
            assert isinstance(subject, URIRef)
            assert isinstance(value, URIRef)
            yield subject, relation, value


def in_defined_namespace(term: URIRef) -> bool:
    return any(term in namespace for namespace in DEFINED)


def test_every_own_term_is_aligned_or_has_no_counterpart(
    alignments: rdflib.Graph, ontology: rdflib.Graph
) -> None:
    own = {str(term).removeprefix(SYM) for term in ontology.subjects() if str(term).startswith(SYM)}
    aligned = {str(s).removeprefix(SYM) for s, _, _ in statements(alignments)}
    assert len(own) > 60
    assert own - aligned == NO_COUNTERPART
    assert not aligned & NO_COUNTERPART


def test_only_own_terms_and_those_reused_are_aligned(
    alignments: rdflib.Graph, ontology: rdflib.Graph
) -> None:
    for subject, relation, _ in statements(alignments):
        if subject.startswith(SYM):
            assert (subject, RDFS.isDefinedBy, None) in ontology, subject
        else:
            assert relation in MAPPINGS, f"axiom about {subject}"
            assert in_defined_namespace(subject) or str(subject) in WRITTEN_DOWN


def test_every_foreign_term_exists(
    alignments: rdflib.Graph, foreign: rdflib.Graph, shared: Path
) -> None:
    with (shared / "vocabularies" / "term-usage.tsv").open(encoding="utf-8") as file:
        used = {row["term"] for row in csv.DictReader(file, delimiter="\t")}
    declared = {str(term) for term in foreign.subjects(RDF.type, None)}
    terms = {value for _, _, value in statements(alignments)}
    assert len(terms) > 80
    for term in terms:
        if str(term).startswith((str(CONF), ROLE)):
            assert str(term) in declared, term
        else:
            known = in_defined_namespace(term) or str(term) in WRITTEN_DOWN
            assert known or str(term) in declared | used, term


def kind_of_term(term: Node, *graphs: rdflib.Graph) -> set[str]:
    """Whether a term is a class, an object property or a datatype property."""
    found = {kind for graph in graphs for kind in graph.objects(term, RDF.type)}
    named = {
        OWL.Class: "class",
        OWL.ObjectProperty: "object property",
        OWL.DatatypeProperty: "datatype property",
    }
    return {named[kind] for kind in found & named.keys()}  # type: ignore[index]


def test_a_class_is_aligned_to_a_class_and_a_property_to_a_property_of_its_kind(
    alignments: rdflib.Graph, ontology: rdflib.Graph, foreign: rdflib.Graph
) -> None:
    compared = 0
    for subject, relation, value in statements(alignments):
        if relation not in AXIOMS:
            continue
        ours = kind_of_term(subject, ontology)
        assert ours == {"class"} or relation == RDFS.subPropertyOf
        if theirs := kind_of_term(value, foreign):
            compared += 1
            assert ours == theirs, f"{subject} {relation} {value}"
        else:
            capital = str(value).rsplit("/", 1)[1].rsplit("#", 1)[-1][0].isupper()
            assert capital == (ours == {"class"}), value
    assert compared > 20


def test_mappings_do_not_contradict_each_other(alignments: rdflib.Graph) -> None:
    """SKOS reference, S46 and S27: exact, broad and related are disjoint."""
    found = defaultdict(set)
    for subject, relation, value in statements(alignments):
        found[subject, value].add(relation)
    assert {pair: relations for pair, relations in found.items() if len(relations) > 1} == {}


def test_an_axiom_does_not_repeat_one_it_follows_from(
    alignments: rdflib.Graph, ontology: rdflib.Graph
) -> None:
    """What a superclass says already is not said again."""
    schema = alignments + ontology
    for subject, relation, value in statements(alignments):
        if relation != RDFS.subClassOf:
            continue
        others = set(schema.objects(subject, RDFS.subClassOf)) - {value}
        for other in others:
            assert value not in schema.transitive_objects(other, RDFS.subClassOf), subject


# RDFS


def above(schema: rdflib.Graph, term: Node, relation: URIRef) -> set[Node]:
    return set(schema.transitive_objects(term, relation))


def entail(data: rdflib.Graph, schema: rdflib.Graph) -> rdflib.Graph:
    """The data with what RDFS adds by subproperties, domains, ranges and subclasses.

    One pass over properties is enough: none of them is a property of types.
    """
    found = rdflib.Graph()
    properties = {p: above(schema, p, RDFS.subPropertyOf) for p in set(data.predicates())}
    for subject, predicate, value in data:
        for property_ in properties[predicate]:
            found.add((subject, property_, value))
            for kind in schema.objects(property_, RDFS.domain):
                found.add((subject, RDF.type, kind))
            for kind in schema.objects(property_, RDFS.range):
                if not isinstance(value, Literal):
                    found.add((value, RDF.type, kind))
    for node, kind in list(found.subject_objects(RDF.type)):
        for wider in above(schema, kind, RDFS.subClassOf):
            found.add((node, RDF.type, wider))
    return found


def absurdities(data: rdflib.Graph, schema: rdflib.Graph) -> list[str]:
    """Things of two kinds, literals where things belong or of another datatype, and the reverse."""
    found = []
    entailed = entail(data, schema)
    for node in set(entailed.subjects()):
        classes = set(entailed.objects(node, RDF.type))
        kinds = sorted(kind for kind, names in KINDS.items() if classes & names)
        pairs = {(a, b) for a in kinds for b in kinds if a < b} - NESTED
        found += [f"{node} is {a} and {b}" for a, b in sorted(pairs)]
    for subject, predicate, value in entailed - data:
        kinds_ = set(schema.objects(predicate, RDF.type))
        if isinstance(value, Literal):
            if OWL.ObjectProperty in kinds_:
                found.append(f"{predicate} of {subject} is a literal")
            datatype = RDF.langString if value.language else value.datatype or XSD.string
            for wanted in schema.objects(predicate, RDFS.range):
                if wanted not in (datatype, RDFS.Literal):
                    found.append(f"{predicate} of {subject} is {datatype}, not {wanted}")
        elif OWL.DatatypeProperty in kinds_:
            found.append(f"{predicate} of {subject} is no literal")
    return found


def test_the_programme_entails_nothing_absurd(
    programme: rdflib.Graph,
    ontology: rdflib.Graph,
    alignments: rdflib.Graph,
    foreign: rdflib.Graph,
) -> None:
    if (None, RDF.type, URIRef(SYM + "Conference")) not in programme:
        pytest.skip("needs graph/tinyml-2023/programme.ttl")
    schema = ontology + alignments + foreign
    assert absurdities(programme, schema) == []
    entailed = entail(programme, schema)
    conference = URIRef("https://w3id.org/symposia/tinyml-2023")
    expected = {CONF.AcademicEvent, SWC.AcademicEvent, BIBO.Conference, SDO.Event}
    assert expected <= set(entailed.objects(conference, RDF.type))
    assert len(set(entailed.subjects(RDF.type, SDO.ScholarlyArticle))) == 16
    assert len(set(entailed.subject_objects(SDO.performer))) == 20
    assert len(set(entailed.subjects(CONF.isHeldBy))) == 44


def test_every_example_entails_nothing_absurd(
    root: Path, ontology: rdflib.Graph, alignments: rdflib.Graph, foreign: rdflib.Graph
) -> None:
    data = rdflib.Graph().parse(root / "tests" / "data" / "exports" / "programme.ttl")
    assert absurdities(data, ontology + alignments + foreign) == []


WRONG = [
    pytest.param(
        RDFS.subPropertyOf,
        "value",
        CONF.name,
        "is http://www.w3.org/2001/XMLSchema#decimal, not",
        id="number below name",
    ),
    pytest.param(
        RDFS.subPropertyOf, "position", CONF.during, "is a literal", id="literal as thing"
    ),
    pytest.param(RDFS.subPropertyOf, "partOf", CONF.title, "is no literal", id="thing as literal"),
    pytest.param(
        RDFS.subPropertyOf, "author", CONF.hasAuthorList, "is agent and list", id="item below list"
    ),
    pytest.param(
        RDFS.subClassOf, "Talk", CONF.InProceedings, "is document and event", id="talk as paper"
    ),
    pytest.param(
        RDFS.subClassOf,
        "Session",
        CONF.Session,
        "is academic event and non-academic event",
        id="break as session",
    ),
    pytest.param(
        RDFS.subPropertyOf,
        "at",
        SWC.isRoleAt,
        "is academic event and non-academic event",
        id="role at an opening",
    ),
]


@pytest.mark.parametrize(("relation", "own", "theirs", "message"), WRONG)
def test_a_wrong_alignment_is_noticed(
    ontology: rdflib.Graph,
    alignments: rdflib.Graph,
    foreign: rdflib.Graph,
    relation: URIRef,
    own: str,
    theirs: URIRef,
    message: str,
) -> None:
    """The checks see the mistakes they are there for."""
    data = rdflib.Graph().parse(
        format="turtle",
        data=f"""
        @prefix : <{SYM}> .
        @prefix foaf: <{FOAF}> .
        @prefix skos: <{SKOS}> .
        <urn:x:c> a :Conference .
        <urn:x:o> a :Opening, :Session ; :partOf <urn:x:c> ; :position 1 .
        <urn:x:b> a :Break, :Session ; :partOf <urn:x:c> ; :position 2 .
        <urn:x:t> a :Talk ; :partOf <urn:x:o> .
        <urn:x:r> a :EventRole ; :at <urn:x:o> ; :holder <urn:x:p> ; :role :SessionChair .
        <urn:x:a> a :Authorship ; :author <urn:x:p> ; :position 1 .
        <urn:x:p> a foaf:Person .
        <urn:x:n> a :Result ; :value 0.5 .
        :SessionChair a skos:Concept .
        """,
    )
    schema = ontology + alignments + foreign
    assert absurdities(data, schema) == []
    schema.add((URIRef(SYM + own), relation, theirs))
    assert any(message in line for line in absurdities(data, schema))


def test_the_mistake_of_the_published_alignments_is_noticed(
    foreign: rdflib.Graph, shared: Path
) -> None:
    """There, `conf:endDate rdfs:subPropertyOf conf:name` makes every end date a name."""
    folder = shared / "vocabularies" / "conference-ontology"
    published = rdflib.Graph().parse(folder / "conference-ontology-alignments.owl", format="xml")
    data = rdflib.Graph()
    event = URIRef("urn:x:event")
    data.add((event, RDF.type, CONF.Conference))
    data.add((event, CONF.endDate, Literal("2031-05-02T18:00:00Z", datatype=XSD.dateTime)))
    assert absurdities(data, foreign) == []
    found = absurdities(data, foreign + published)
    assert f"{event} is agent and event" in found
    assert f"{CONF.name} of {event} is {XSD.dateTime}, not {XSD.string}" in found
