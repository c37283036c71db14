"""The shipped graphs of facts, taken by themselves: whole, sourced, dated, in canonical form."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
import skosify
from rdflib import DCTERMS, PROV, RDF, RDFS, SKOS, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node
from symposia.graph.namespaces import BASE, SYM
from symposia.graph.turtle import to_turtle

PROGRAMME = f"{BASE}tinyml-2023"
FACTS = ("enrichment", "systems", "topics")
ORG = Namespace("http://www.w3.org/ns/org#")
SCHEMA = Namespace("https://schema.org/")
SYMPOSIA = Namespace(SYM)

# Units of QUDT 3 that the results use; each was looked up in the vocabulary.
UNITS = {
    "BIT",
    "DAY",
    "KibiBYTE",
    "MegaHZ",
    "NUM",
    "NUM-PER-SEC",
    "NanoM",
    "PERCENT",
    "SEC",
    "UNITLESS",
}
# Shortcuts, each with the query that finds the same in its n-ary nodes.
SHORTCUTS = {
    DCTERMS.creator: "?node a sym:Authorship ; sym:of ?s ; sym:author ?o",
    DCTERMS.subject: "?node a sym:TopicAssignment ; sym:of ?s ; sym:topic ?o",
    SCHEMA.affiliation: "?node a sym:Affiliation ; org:member ?s ; org:organization ?o",
}


@pytest.fixture(scope="module")
def folder(root: Path) -> Path:
    return root / "graph" / "tinyml-2023"


@pytest.fixture(scope="module")
def graphs(folder: Path) -> dict[str, Graph]:
    return {name: Graph().parse(folder / f"{name}.ttl") for name in FACTS}


@pytest.fixture(scope="module")
def everything(root: Path, folder: Path, graphs: dict[str, Graph]) -> Graph:
    union = Graph().parse(folder / "programme.ttl").parse(root / "ontology" / "topics.ttl")
    union.parse(root / "ontology" / "symposia.ttl")
    for graph in graphs.values():
        union += graph
    return union


def whole(iri: Node) -> URIRef:
    """The document of which an IRI names a place."""
    return URIRef(str(iri).partition("#")[0])


@pytest.mark.parametrize("name", FACTS)
def test_the_file_is_canonical(folder: Path, name: str, graphs: dict[str, Graph]) -> None:
    assert (folder / f"{name}.ttl").read_text(encoding="utf-8") == to_turtle(graphs[name])
    assert not [term for triple in graphs[name] for term in triple if isinstance(term, BNode)]


@pytest.mark.parametrize("name", FACTS)
def test_every_thing_of_ours_is_described(
    name: str, graphs: dict[str, Graph], everything: Graph
) -> None:
    named = {t for s, _, o in graphs[name] for t in (s, o) if str(t).startswith(BASE)}
    named = {t if str(t).startswith(SYM) else whole(t) for t in named if isinstance(t, URIRef)}
    undescribed = {iri for iri in named if (iri, RDF.type, None) not in everything}
    assert {str(iri) for iri in undescribed} == set()


@pytest.mark.parametrize("name", FACTS)
def test_what_a_graph_introduces_has_one_label(
    name: str, graphs: dict[str, Graph], everything: Graph
) -> None:
    graph = graphs[name]
    for thing in set(graph.subjects(RDF.type)):
        assert len(set(everything.objects(thing, RDFS.label))) == 1, thing
    for label in graph.objects(None, RDFS.label):
        assert isinstance(label, Literal)
        assert str(label) == " ".join(str(label).split())


@pytest.mark.parametrize(("shortcut", "pattern"), SHORTCUTS.items())
def test_shortcuts_agree_with_their_nodes(
    everything: Graph, shortcut: URIRef, pattern: str
) -> None:
    stated = {(s, o) for s, o in everything.subject_objects(shortcut) if s.startswith(PROGRAMME)}
    found = everything.query(
        f"SELECT ?s ?o WHERE {{ {pattern} }}", initNs={"sym": SYMPOSIA, "org": ORG}
    )
    assert stated == {tuple(row) for row in found}
    assert stated


def test_every_fact_has_a_source_and_a_date(graphs: dict[str, Graph]) -> None:
    """Each triple is a node's that has both, or has a statement about it, or is a shortcut."""
    graph = graphs["enrichment"]
    sourced = {
        thing
        for thing in graph.subjects(PROV.wasDerivedFrom)
        if (thing, PROV.generatedAtTime, None) in graph
    }
    about = {
        (
            graph.value(statement, RDF.subject),
            graph.value(statement, RDF.predicate),
            graph.value(statement, RDF.object),
        )
        for statement in graph.subjects(RDF.type, RDF.Statement)
        if statement in sourced
    }
    loose = {
        triple
        for triple in graph
        if triple[0] not in sourced
        and triple not in about
        and triple[1] not in (RDF.type, *SHORTCUTS)
        and (triple[0], RDF.type, PROV.Entity) not in graph
        and (triple[0], RDF.type, PROV.Activity) not in graph
    }
    assert loose == set()
    assert about <= set(graph)
    assert len(about) == len(set(graph.subjects(RDF.type, RDF.Statement)))


def test_sources_are_described(graphs: dict[str, Graph], everything: Graph) -> None:
    sources = {whole(o) for o in graphs["enrichment"].objects(None, PROV.wasDerivedFrom)}
    assert len(sources) > 40
    for source in sources:
        assert (source, RDF.type, PROV.Entity) in everything, source
        assert (source, RDFS.label, None) in everything, source
    described = set(graphs["enrichment"].subjects(RDF.type, PROV.Entity))
    unused = {s for s in described - sources if not str(s).startswith(f"{PROGRAMME}/graph/")}
    assert unused == set()


def test_dates_are_times(graphs: dict[str, Graph]) -> None:
    for graph in graphs.values():
        for date in graph.objects(None, PROV.generatedAtTime):
            assert isinstance(date, Literal)
            assert date.datatype == XSD.dateTime
            assert date.toPython().tzinfo is not None


def test_authors_are_counted_without_gaps(graphs: dict[str, Graph]) -> None:
    graph = graphs["enrichment"]
    papers = set(graph.objects(None, SYMPOSIA.of))
    assert len(papers) == 11
    for paper in papers:
        order = sorted(
            int(graph.value(authorship, SYMPOSIA.position))
            for authorship in graph.subjects(SYMPOSIA.of, paper)
        )
        assert order == list(range(1, len(order) + 1))
        for authorship in graph.subjects(SYMPOSIA.of, paper):
            position = graph.value(authorship, SYMPOSIA.position)
            assert str(authorship) == f"{paper}/author/{position}"


def test_suggestions_stay_apart(graphs: dict[str, Graph], everything: Graph) -> None:
    """A suggested name leads to no person, and nothing but the suggestion speaks of it."""
    graph = graphs["enrichment"]
    suggestions = set(graph.subjects(RDF.type, SYMPOSIA.Suggestion))
    assert len(suggestions) == 5
    for suggestion in suggestions:
        role = graph.value(suggestion, SYMPOSIA.about)
        assert (role, RDF.type, SYMPOSIA.EventRole) in everything
        assert (role, SYMPOSIA.holder, None) not in everything
        assert isinstance(graph.value(suggestion, SYMPOSIA.suggestedName), Literal)
        assert not set(everything.subjects(None, suggestion))
        people = {o for o in graph.objects(suggestion) if "/person/" in str(o)}
        assert people == set()


def test_units_exist_and_go_with_a_spelling(graphs: dict[str, Graph]) -> None:
    graph = graphs["systems"]
    units = {str(unit).rsplit("/", 1)[1] for unit in graph.objects(None, SYMPOSIA.unit)}
    assert units == UNITS
    for result in graph.subjects(RDF.type, SYMPOSIA.Result):
        given = [
            (result, predicate, None) in graph
            for predicate in (SYMPOSIA.value, SYMPOSIA.relation, SYMPOSIA.unit, SCHEMA.unitText)
        ]
        claim = (result, SYMPOSIA.resultKind, SYMPOSIA.Claim) in graph
        assert given == [not claim] * 4, result


def test_nothing_is_listed_that_no_paper_uses(graphs: dict[str, Graph]) -> None:
    graph = graphs["systems"]
    uses = {
        SYMPOSIA.System: (SYMPOSIA.introduces, SYMPOSIA.comparesWith, SYMPOSIA.system),
        SYMPOSIA.HardwarePlatform: (SYMPOSIA.targets,),
        SCHEMA.Dataset: (SYMPOSIA.evaluatedOn,),
    }
    for kind, relations in uses.items():
        used = {o for relation in relations for o in graph.objects(None, relation)}
        assert set(graph.subjects(RDF.type, kind)) == used
    assert set(graph.objects(None, SYMPOSIA.metric)) == set(
        graph.subjects(SKOS.inScheme, URIRef(f"{BASE}metric"))
    )


def test_skosify_has_nothing_to_mend_in_the_metrics(
    graphs: dict[str, Graph], caplog: pytest.LogCaptureFixture
) -> None:
    scheme = URIRef(f"{BASE}metric")
    metrics = Graph()
    for concept in (scheme, *graphs["systems"].subjects(SKOS.inScheme, scheme)):
        metrics += graphs["systems"].triples((concept, None, None))
    with caplog.at_level(logging.INFO):
        extended = skosify.skosify(metrics)
    assert [record.getMessage() for record in caplog.records] == []
    assert set(metrics) <= set(extended)
