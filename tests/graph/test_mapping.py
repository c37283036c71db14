"""Whole graphs in a foreign vocabulary become programmes of our own, and every loss is told."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib.compare import graph_diff, to_isomorphic
from symposia.graph.mapping import Mapped, find_mapping, map_graph
from symposia.graph.mappings import MAPPINGS, queries
from symposia.graph.terms import to_rdflib
from symposia.graph.validation import validate

DATA = Path(__file__).resolve().parents[1] / "data" / "mappings"
SWC = MAPPINGS["swc"]
BASE = "https://w3id.org/symposia/"
SOURCE = BASE + "small-2030/source/small-2030"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
SAME = ox.NamedNode("http://www.w3.org/2002/07/owl#sameAs")
PREFIXES = """
@base <http://source.example/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix swc: <http://data.semanticweb.org/ns/swc/ontology#> .
@prefix swrc: <http://swrc.ontoware.org/ontology#> .
"""


def quads(text: str) -> list[ox.Quad]:
    return list(ox.parse((PREFIXES + text).encode(), ox.RdfFormat.TURTLE))


def mapped(text: str, source: str = "some-file.ttl", **options: str) -> Mapped:
    return map_graph(quads(text), SWC, source=source, **options)


def subjects(found: Mapped, segment: str) -> list[str]:
    start = f"<{found.programme}/{segment}/"
    return sorted(
        {str(t.subject)[len(start) : -1] for t in found.triples if str(t.subject).startswith(start)}
    )


def small() -> list[ox.Quad]:
    return list(ox.parse((DATA / "small-2030.ttl").read_bytes(), ox.RdfFormat.TURTLE))


def test_a_whole_graph() -> None:
    found = map_graph(small(), SWC, source="small-2030.ttl", derived_from=SOURCE)
    expected = ox.parse((DATA / "small-2030.mapped.ttl").read_bytes(), ox.RdfFormat.TURTLE)
    left, right = to_isomorphic(to_rdflib(found.triples)), to_isomorphic(to_rdflib(expected))
    assert left == right, [part.serialize(format="nt") for part in graph_diff(left, right)[1:]]
    assert found.programme == BASE + "small-2030"
    assert (found.loss.total.mapped, found.loss.total.kept) == (60, 1)
    assert [(row.name, row.kept) for row in found.loss.rows() if row.kept] == [
        ("http://www.w3.org/2000/01/rdf-schema#comment", 1)
    ]
    assert [(one.found, one.mended) for one in found.loss.repairs] == [
        ("Workshop on\n      threads", "Workshop on threads")
    ]


def test_the_order_of_the_source_does_not_matter() -> None:
    found = map_graph(small(), SWC, source="small-2030.ttl").triples
    other = small()
    random.Random(7).shuffle(other)  # noqa: S311 - an order, no secret
    assert map_graph(other, SWC, source="small-2030.ttl").triples == found
    assert not [t for t in found for term in t if isinstance(term, ox.BlankNode)]


def test_only_true_errors_break_shapes() -> None:
    found = map_graph(small(), SWC, source="small-2030.ttl", derived_from=SOURCE)
    broken = {f.shape.rpartition("#")[2] for f in validate(found.triples).violations}
    # One person of the programme committee is named, and nowhere described.
    assert broken == {
        "Conference-committeeMember",
        "EventRole-holder",
        "Person-label",
        "Person-name-given",
    }


@pytest.mark.parametrize(
    ("iri", "programme"),
    [
        ("http://data.semanticweb.org/conference/iswc/2005", "iswc-2005"),
        ("http://data.semanticweb.org/conference/iswc-aswc/2007", "iswc-aswc-2007"),
        ("http://example.org/2030/#Kleine-Tagung", "2030-kleine-tagung"),
        ("http://example.org/", "some-file"),
    ],
)
def test_the_slug_of_a_conference(iri: str, programme: str) -> None:
    assert mapped(f"<{iri}> a swc:ConferenceEvent .").programme == BASE + programme


def test_the_conference_is_the_one_that_has_most_and_is_in_none() -> None:
    found = mapped(
        """
        <a/2030> a swc:ConferenceEvent ; rdfs:label "A" ; swc:isSuperEventOf <s>, <t>, <b/2030> .
        <b/2030> a swc:ConferenceEvent ; rdfs:label "B" ; swc:isSuperEventOf <u>, <v>, <w>, <x> .
        <z/2030> a swc:ConferenceEvent ; rdfs:label "Z" .
        """
    )
    assert found.programme == BASE + "a-2030"
    assert subjects(found, "event") == ["b", "z"]


def test_a_graph_without_a_conference_is_named_by_its_file() -> None:
    paper = '<p> a swrc:InProceedings ; rdfs:label "A needle" .'
    found = mapped(paper, source="folder/iswc2031.rdf")
    assert found.programme == BASE + "iswc-2031"
    said = {(t.predicate.value.rpartition("#")[2], str(t.object)) for t in found.triples}
    assert ("label", '"ISWC 2031"') in said
    assert mapped(paper, slug="needles-2031").programme == BASE + "needles-2031"
    assert mapped(paper, base="http://own.example/").programme == "http://own.example/some-file"


def test_two_people_of_one_name_stay_two() -> None:
    found = mapped(
        """
        <c> a swc:ConferenceEvent .
        <person/ana-ruiz> a foaf:Person ; foaf:name "Ana Ruiz" .
        <person/Ana-Ruiz> a foaf:Person ; foaf:name "Ana Ruiz" .
        <person/ana-ruiz-2> a foaf:Person ; foaf:name "Ana Ruiz" .
        <person/anaruiz> a foaf:Person ; foaf:name "Аня" .
        """
    )
    assert subjects(found, "person") == ["ana-ruiz", "ana-ruiz-2", "anya"]
    old = [
        t.object.value
        for t in found.triples
        if t.predicate == SAME
        if "ana-ruiz>" in str(t.subject)
    ]
    assert sorted(old) == [
        "http://source.example/person/Ana-Ruiz",
        "http://source.example/person/ana-ruiz",
    ]


def test_a_name_stands_once() -> None:
    found = mapped(
        """
        <c> a swc:ConferenceEvent ; rdfs:label "Conference on Threads" , "Threads" , "THREADS" .
        <p> a swrc:InProceedings ; rdfs:label "A needle" , "A needle, extended" .
        """
    )
    said = sorted(
        (
            str(t.subject).rpartition("/")[2][:-1],
            t.predicate.value.rpartition("#")[2],
            t.object.value,
        )
        for t in found.triples
        if t.predicate.value.endswith(("#label", "#altLabel"))
    )
    assert said == [
        ("a-needle-extended", "altLabel", "A needle"),
        ("a-needle-extended", "label", "A needle, extended"),
        ("c", "altLabel", "THREADS"),
        ("c", "altLabel", "Threads"),
        ("c", "label", "Conference on Threads"),
    ]


def test_a_vocabulary_is_known_by_its_terms() -> None:
    assert find_mapping(quads("<c> a swc:ConferenceEvent .")) is SWC
    assert find_mapping(quads("<c> swrc:year '2030' .")) is SWC
    assert find_mapping(quads("<c> a foaf:Person .")) is None
    assert find_mapping([]) is None


SHARED = {
    "eswc/eswc-2008-complete.rdf": ("eswc-2008", 4628, 1),
    "eswc/eswc-2009-complete.rdf": ("eswc-2009", 4029, 0),
    "eswc/eswc-2010-complete.rdf": ("eswc-2010", 6184, 0),
    "iswc/iswc-2002-complete.ttl": ("iswc-2002", 4909, 10),
    "iswc/iswc-2003-complete.ttl": ("iswc-2003", 6605, 8),
    "iswc/iswc-2004-complete.ttl": ("iswc-2004", 7902, 7),
    "iswc/iswc-2005-complete.ttl": ("iswc-2005", 9713, 8),
    "iswc/iswc-2006-complete.new.ttl": ("iswc-2006", 2619, 0),
    "iswc/iswc-2008-complete.new.ttl": ("iswc-2008", 10473, 5),
    "iswc/iswc-2009-complete.new.ttl": ("iswc-2009", 7051, 0),
    "iswc/iswc-2010-complete.new.ttl": ("iswc-2010", 15273, 40),
    "iswc/iswc-aswc-2007-complete.new.ttl": ("iswc-aswc-2007", 9797, 1),
    "iswc-2015/iswc2015.rdf": ("iswc-2015", 9024, 38),
}
"""Slug, triples read, and triples kept only in the original."""


@pytest.mark.parametrize("name", SHARED)
def test_what_exists_is_mapped(shared: Path, name: str) -> None:
    """Of each graph far more than 95 % is mapped; what is not is junk or about the file itself."""
    path = shared / "conferences" / name
    syntax = ox.RdfFormat.TURTLE if path.suffix == ".ttl" else ox.RdfFormat.RDF_XML
    source = list(ox.parse(path=str(path), format=syntax, base_iri="http://source.example/"))
    mapping = find_mapping(source)
    assert mapping is SWC
    found = map_graph(source, mapping, source=path.name)
    total = found.loss.total
    assert (found.programme.removeprefix(BASE), total.read, total.kept) == SHARED[name]
    classes = {row.name.rpartition("#")[2]: row for row in found.loss.rows() if row.kind == "class"}
    kinds = Counter(
        t.object.value.rpartition("#")[2].rpartition("/")[2]
        for t in found.triples
        if t.predicate.value == TYPE and isinstance(t.object, ox.NamedNode)
    )
    assert kinds["Paper"] == classes["InProceedings"].read
    assert kinds["Conference"] == 1
    assert not [t for t in found.triples for term in t if isinstance(term, ox.BlankNode)]


def test_true_errors_of_a_real_graph_are_found(shared: Path) -> None:
    path = shared / "conferences" / "iswc" / "iswc-2006-complete.new.ttl"
    source = list(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))
    found = map_graph(source, SWC, source=path.name)
    broken = {f.shape.rpartition("#")[2]: f.focus for f in validate(found.triples).violations}
    lost = "http://data.semanticweb.org/person/peter-haase"
    paper = "a-model-driven-approach-for-building-owl-dl-and-owl-full"
    assert broken == {
        "Authorship-author": f"{BASE}iswc-2006/paper/{paper}/author/3",
        "Conference-endDate-not-before-start": f"{BASE}iswc-2006",
        "Person-label": lost,
        "Person-name-given": lost,
    }


@pytest.mark.parametrize(
    ("names", "year"),
    [
        (["ISWC 2015"], "2015"),
        (["International Semantic Web Conference", "ISWC2006"], "2006"),
        (["ISWC 2015", "ISWC 2016"], None),
        (["2015 Conference"], None),
        (["Conference 12015"], None),
        (["Conference"], None),
    ],
)
def test_the_year_of_a_conference_may_stand_in_its_name(names: list[str], year: str | None) -> None:
    (query,) = (text for text in queries("ours") if "The year of a conference" in text)
    conference, sym = ox.NamedNode("http://x/c"), "https://w3id.org/symposia/ontology#"
    store = ox.Store()
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    store.add(ox.Quad(conference, kind, ox.NamedNode(f"{sym}Conference")))
    for name in names:
        label = ox.NamedNode("http://www.w3.org/2004/02/skos/core#altLabel")
        store.add(ox.Quad(conference, label, ox.Literal(name)))
    found = [triple.object.value for triple in store.query(query)]
    assert found == ([] if year is None else [year])
