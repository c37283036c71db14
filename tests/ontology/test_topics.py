"""The scheme of topics: checked by skosify, by lint of our own, and against what it maps to."""

from __future__ import annotations

import csv
import gzip
import json
import logging
import re
from collections import defaultdict
from pathlib import Path

import pytest
import skosify
from rdflib import RDF, RDFS, SKOS, BNode, Graph, Literal, URIRef
from skosify import check
from symposia.graph.namespaces import BASE
from symposia.graph.turtle import to_turtle

SCHEME = URIRef(f"{BASE}topic")
CSO = "https://cso.kmi.open.ac.uk/topics/"
IEEE = ("https://ieee-taxonomy.org/", "https://ieee-thesaurus.org/")
WIKIDATA = "http://www.wikidata.org/entity/"
MAPPINGS = (
    SKOS.exactMatch,
    SKOS.closeMatch,
    SKOS.broadMatch,
    SKOS.narrowMatch,
    SKOS.relatedMatch,
)

# A query of this table returns what is wrong: it must find nothing.
LINT = {
    "a concept has exactly one English preferred label": """
        SELECT ?c WHERE { ?c a skos:Concept
            OPTIONAL { ?c skos:prefLabel ?l FILTER(LANG(?l) = "en") } }
        GROUP BY ?c HAVING (COUNT(?l) != 1)""",
    "every label says its language": """
        SELECT ?c ?l WHERE { ?c skos:prefLabel|skos:altLabel|skos:definition|skos:editorialNote ?l
                             FILTER(LANG(?l) = "") }""",
    "the label for display is the preferred label": """
        SELECT ?c WHERE { ?c skos:prefLabel ?l FILTER NOT EXISTS { ?c rdfs:label ?l } }""",
    "there is one label for display": """
        SELECT ?c WHERE { ?c rdfs:label ?l } GROUP BY ?c HAVING (COUNT(?l) != 1)""",
    "no two concepts share a label": """
        SELECT ?x WHERE { ?c skos:prefLabel|skos:altLabel ?l BIND(LCASE(?l) AS ?x) }
        GROUP BY ?x HAVING (COUNT(DISTINCT ?c) > 1)""",
    "no label is both preferred and alternative": """
        SELECT ?c ?x WHERE { ?c skos:prefLabel ?x ; skos:altLabel ?y
            FILTER(LCASE(STR(?x)) = LCASE(STR(?y)) && LANG(?x) = LANG(?y)) }""",
    "a concept has one definition, a sentence": r"""
        SELECT ?c WHERE { ?c a skos:Concept .
            OPTIONAL { ?c skos:definition ?d FILTER(REGEX(?d, "^[A-Z].* .*\\.$")) } }
        GROUP BY ?c HAVING (COUNT(?d) != 1)""",
    "a concept is in the scheme": """
        SELECT ?c WHERE { ?c a skos:Concept FILTER NOT EXISTS { ?c skos:inScheme ?scheme } }""",
    "a concept stands below a top concept": """
        SELECT ?c WHERE { ?c a skos:Concept
            FILTER NOT EXISTS { ?c skos:broader*/skos:topConceptOf ?scheme } }""",
    "a top concept has nothing broader": """
        SELECT ?c WHERE { ?c skos:topConceptOf ?scheme ; skos:broader ?b }""",
    "a scheme and its top concepts name each other": """
        SELECT ?c WHERE {
            { ?c skos:topConceptOf ?s FILTER NOT EXISTS { ?s skos:hasTopConcept ?c } }
            UNION { ?s skos:hasTopConcept ?c FILTER NOT EXISTS { ?c skos:topConceptOf ?s } } }""",
    "no concept is broader than itself": "SELECT ?c WHERE { ?c skos:broader+ ?c }",
    "no broader concept is given twice over": """
        SELECT ?c ?b WHERE { ?c skos:broader ?m, ?b . ?m skos:broader+ ?b }""",
    "what is broader or related is a concept of the scheme": """
        SELECT ?c ?o WHERE { ?c skos:broader|skos:related ?o
            FILTER NOT EXISTS { ?o a skos:Concept } }""",
    "related concepts name each other": """
        SELECT ?c ?o WHERE { ?c skos:related ?o FILTER NOT EXISTS { ?o skos:related ?c } }""",
    "what is related is not broader or narrower": """
        SELECT ?c ?o WHERE { ?c skos:related ?o
            FILTER(EXISTS { ?c skos:broader+ ?o } || EXISTS { ?o skos:broader+ ?c }) }""",
    "narrower is left to be followed from broader": "SELECT ?c WHERE { ?c skos:narrower ?n }",
    "a target is mapped to in one way": """
        SELECT ?c ?t WHERE { ?c a skos:Concept ; ?p ?t ; ?q ?t
            FILTER(STR(?p) < STR(?q))
            FILTER(STRENDS(STR(?p), "Match") && STRENDS(STR(?q), "Match")) }""",
    "no two concepts are the same as one target": """
        SELECT ?a ?b WHERE { ?a skos:exactMatch ?t . ?b skos:exactMatch ?t
            FILTER(STR(?a) < STR(?b)) }""",
    "no target is broader than a concept that it equals": """
        SELECT ?c ?t WHERE {
            ?c skos:exactMatch ?t ; skos:broader+ ?above . ?above skos:broadMatch ?t }""",
    "a concept without mapping to CSO says why": """
        SELECT ?c WHERE { ?c a skos:Concept
            FILTER NOT EXISTS {
                ?c skos:exactMatch|skos:closeMatch|skos:broadMatch|skos:narrowMatch ?t
                FILTER(STRSTARTS(STR(?t), "https://cso.kmi.open.ac.uk/topics/")) }
            FILTER NOT EXISTS { ?c skos:editorialNote ?note } }""",
}

# Where the scheme departs from the proposal, with the reason in the concept's note or hierarchy.
MOVED = {"depth-imaging": "applications", "point-cloud": "applications"}
OTHER_RELATION = {
    "inference-runtime": (SKOS.broadMatch, "an inference runtime is one kind of runtime"),
    "tinyml-hardware": (SKOS.relatedMatch, "not all such hardware is an accelerator"),
}
# Exact or close to a topic of CSO whose name differs from all of ours.
OTHER_NAME = {
    "keyword-spotting": "word spotting",
    "mram": "mram devices",
    "sram": "static random access storage",
}


@pytest.fixture(scope="module")
def path(root: Path) -> Path:
    return root / "ontology" / "topics.ttl"


@pytest.fixture(scope="module")
def topics(path: Path) -> Graph:
    return Graph().parse(path)


@pytest.fixture(scope="module")
def proposal(shared: Path) -> dict[str, dict]:
    concepts = json.loads((shared / "facts" / "topics.json").read_text(encoding="utf-8"))[
        "concepts"
    ]
    return {concept["id"]: concept for concept in concepts}


@pytest.fixture(scope="module")
def cso(shared: Path) -> dict[str, set[str]]:
    """Each label of CSO with its equivalents; the label of a topic is its own equivalent."""
    equivalents: dict[str, set[str]] = defaultdict(set)
    source = shared / "vocabularies" / "cso" / "cso.csv.gz"
    with gzip.open(source, "rt", encoding="utf-8", newline="") as rows:
        for subject, predicate, other in csv.reader(rows, delimiter=";"):
            if predicate == "rdf:type":
                equivalents[subject].add(subject)
            elif predicate in ("klink:relatedEquivalent", "klink:primaryLabel"):
                equivalents[subject].add(other)
    return equivalents


def name(iri: URIRef | Literal) -> str:
    return str(iri).rsplit("/", 1)[1]


def labels(topics: Graph, concept: URIRef) -> set[str]:
    return {str(o) for p in (SKOS.prefLabel, SKOS.altLabel) for o in topics.objects(concept, p)}


def words(label: str) -> str:
    """A label without case, hyphens and plural endings."""
    return " ".join(
        re.sub(r"(?<=[^s])s$", "", re.sub(r"ies$", "y", word))
        for word in re.split(r"[\s-]+", label.lower())
    )


def test_the_file_is_canonical(path: Path, topics: Graph) -> None:
    assert path.read_text(encoding="utf-8") == to_turtle(topics)
    assert not [term for triple in topics for term in triple if isinstance(term, BNode)]


def test_skosify_has_nothing_to_mend(topics: Graph, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        extended = skosify.skosify(topics, enrich_mappings=False)
    assert [record.getMessage() for record in caplog.records] == []
    assert set(topics) <= set(extended)
    assert {p for _, p, _ in set(extended) - set(topics)} <= {SKOS.narrower}


def test_mappings_agree_with_the_hierarchy(topics: Graph, caplog: pytest.LogCaptureFixture) -> None:
    """A mapping relation implies its plain relation: with these, too, nothing is circular."""
    implied = Graph() + topics
    for mapping, plain in (
        (SKOS.broadMatch, SKOS.broader),
        (SKOS.relatedMatch, SKOS.related),
    ):
        for concept, target in topics.subject_objects(mapping):
            implied.add((concept, plain, target))
    for concept, target in topics.subject_objects(SKOS.narrowMatch):
        implied.add((target, SKOS.broader, concept))
    with caplog.at_level(logging.INFO):
        check.hierarchy_cycles(implied)
        check.disjoint_relations(implied)
    assert [record.getMessage() for record in caplog.records] == []


@pytest.mark.parametrize("query", LINT.values(), ids=LINT.keys())
def test_lint(topics: Graph, query: str) -> None:
    found = topics.query(query, initNs={"skos": SKOS, "rdfs": RDFS})
    assert [tuple(map(str, row)) for row in found] == []


# Triples that spoil the scheme, and the query that must notice.
FAULTS = {
    "skos:prefLabel 'x'@en": "a concept has exactly one English preferred label",
    "skos:altLabel 'x'": "every label says its language",
    "skos:altLabel 'Pruning'@en": "no two concepts share a label",
    "skos:altLabel 'Operator tiling'@en": "no label is both preferred and alternative",
    "skos:definition 'Another one.'@en": "a concept has one definition, a sentence",
    "rdfs:label 'tiling'@en": "there is one label for display",
    "skos:topConceptOf <../topic>": "a scheme and its top concepts name each other",
    "skos:broader topic:tiling": "no concept is broader than itself",
    "skos:broader topic:tinyml": "no broader concept is given twice over",
    "skos:broader topic:unheard-of": "what is broader or related is a concept of the scheme",
    "skos:related topic:sram": "related concepts name each other",
    "skos:related topic:memory-optimisation": "what is related is not broader or narrower",
    "skos:narrower topic:sram": "narrower is left to be followed from broader",
    "skos:relatedMatch <https://cso.kmi.open.ac.uk/topics/compiler_optimizations>": (
        "a target is mapped to in one way"
    ),
    "skos:exactMatch <https://ieee-taxonomy.org/microcontrollers>": (
        "no two concepts are the same as one target"
    ),
    "skos:exactMatch <http://www.wikidata.org/entity/Q197536>": (
        "no target is broader than a concept that it equals"
    ),
}


@pytest.mark.parametrize(("fault", "query"), FAULTS.items())
def test_lint_notices(topics: Graph, fault: str, query: str) -> None:
    namespaces = {"skos": SKOS, "rdfs": RDFS}
    spoilt = Graph() + topics
    spoilt.parse(
        data=f"@prefix topic: <{BASE}topic/> . @prefix skos: <{SKOS}> . @prefix rdfs: <{RDFS}> ."
        f" topic:tiling {fault} .",
        format="turtle",
        publicID=f"{BASE}topic/",
    )
    assert len(spoilt.query(LINT[query], initNs=namespaces)) > 0


def test_there_are_about_forty_concepts_in_one_scheme(topics: Graph) -> None:
    assert set(topics.subjects(RDF.type, SKOS.ConceptScheme)) == {SCHEME}
    assert set(topics.objects(None, SKOS.inScheme)) == {SCHEME}
    assert len(set(topics.subjects(RDF.type, SKOS.Concept))) == 45


def test_concepts_are_those_proposed(topics: Graph, proposal: dict[str, dict]) -> None:
    concepts = {name(concept): concept for concept in topics.subjects(RDF.type, SKOS.Concept)}
    assert concepts.keys() == proposal.keys()
    for slug, concept in concepts.items():
        wanted = proposal[slug]
        assert str(topics.value(concept, SKOS.prefLabel)) == wanted["prefLabel"]
        assert labels(topics, concept) <= {wanted["prefLabel"], *wanted["altLabels"]}
        broader = topics.value(concept, SKOS.broader)
        assert (broader and name(broader)) == MOVED.get(slug, wanted["broader"])
        assert {f"{BASE}topic/{other}" for other in wanted["related"]} <= {
            str(other) for other in topics.objects(concept, SKOS.related)
        }


def test_definitions_are_in_words_of_our_own(topics: Graph, proposal: dict[str, dict]) -> None:
    for concept, definition in topics.subject_objects(SKOS.definition):
        theirs = proposal[name(concept)]["definition"].lower().rstrip(".").split()
        ours = f" {str(definition).lower()} "
        runs = [" ".join(theirs[i : i + 6]) for i in range(len(theirs) - 5)]
        assert not [run for run in runs if f" {run}" in ours], concept


def test_every_target_in_cso_is_a_topic_there(topics: Graph, cso: dict[str, set[str]]) -> None:
    targets = {
        str(target).removeprefix(CSO)
        for mapping in MAPPINGS
        for target in topics.objects(None, mapping)
        if str(target).startswith(CSO)
    }
    assert len(targets) > 30
    assert {target for target in targets if target.replace("_", " ") not in cso} == set()


def test_the_same_notion_in_cso_has_one_of_our_names(
    topics: Graph, cso: dict[str, set[str]]
) -> None:
    for mapping in (SKOS.exactMatch, SKOS.closeMatch):
        for concept, target in topics.subject_objects(mapping):
            if not str(target).startswith(CSO):
                continue
            label = str(target).removeprefix(CSO).replace("_", " ")
            theirs = {words(other) for other in cso[label]}
            ours = {words(other) for other in labels(topics, concept)}
            if name(concept) in OTHER_NAME:
                assert label == OTHER_NAME[name(concept)]
                assert not theirs & ours, f"{concept} needs no exception"
            else:
                assert theirs & ours, (concept, label)


def test_no_topic_of_cso_with_one_of_our_names_is_passed_over(
    topics: Graph, cso: dict[str, set[str]]
) -> None:
    """A topic of the same name is mapped to, or the note says that it is another notion."""
    for concept in topics.subjects(RDF.type, SKOS.Concept):
        mapped = {str(t) for m in MAPPINGS for t in topics.objects(concept, m)}
        for label in labels(topics, concept):
            same = cso.get(label.lower(), set())
            if same and not {CSO + other.replace(" ", "_") for other in same} & mapped:
                note = str(topics.value(concept, SKOS.editorialNote))
                assert "same name" in note, (concept, label)


def test_targets_in_ieee_and_wikidata_are_verified(
    topics: Graph, proposal: dict[str, dict], shared: Path
) -> None:
    facts = json.loads((shared / "facts" / "topics.json").read_text(encoding="utf-8"))
    links = [concept["links"] for concept in proposal.values()]
    ieee = {
        link["ieee"]["uri"] for link in links if (link["ieee"] or {}).get("status") == "verified"
    }
    wikidata = {
        WIKIDATA + item["qid"]
        for item in [link["wikidata"] for link in links] + facts["wikidata_unused"]
        if item["status"].startswith("verified")
    }
    targets = {str(t) for m in MAPPINGS for t in topics.objects(None, m)}
    assert {t for t in targets if t.startswith(IEEE)} == ieee
    assert {t for t in targets if t.startswith(WIKIDATA)} <= wikidata
    assert {t for t in targets if not t.startswith((CSO, WIKIDATA, *IEEE))} == set()


def test_verified_links_have_the_relation_proposed(
    topics: Graph, proposal: dict[str, dict]
) -> None:
    for slug, concept in proposal.items():
        ieee, wikidata = concept["links"]["ieee"], concept["links"]["wikidata"]
        here = URIRef(f"{BASE}topic/{slug}")
        if ieee:
            relation, _ = OTHER_RELATION.get(slug, (SKOS[ieee["relation"]], ""))
            assert (here, relation, URIRef(ieee["uri"])) in topics
        if wikidata["status"].startswith("verified"):
            relation = SKOS[wikidata.get("relation", "exactMatch")]
            assert (here, relation, URIRef(WIKIDATA + wikidata["qid"])) in topics
