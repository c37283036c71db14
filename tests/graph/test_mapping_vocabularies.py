"""Graphs in the conference-ontology, schema.org and dblp's schema become programmes of our own."""

from __future__ import annotations

import random
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib.compare import graph_diff, to_isomorphic
from symposia.graph.loss import Loss
from symposia.graph.mapping import Mapped, find_mapping, map_graph
from symposia.graph.mappings import MAPPINGS
from symposia.graph.sequences import positions
from symposia.graph.terms import to_rdflib
from symposia.graph.validation import validate

DATA = Path(__file__).resolve().parents[1] / "data" / "mappings"
BASE = "http://source.example/"
OURS = "https://w3id.org/symposia/"
SAME = "http://www.w3.org/2002/07/owl#sameAs"
WHOLE = {
    "conference-ontology": ("threads-2031", 161, ["http://purl.org/dc/elements/1.1/language"]),
    "schema": ("threads-2031", 145, ["https://schema.org/price"]),
    "dblp": (
        "thr-2031",
        75,
        [
            "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
            "https://dblp.org/rdf/schema#numberOfCreators",
            "https://dblp.org/rdf/schema#title",
        ],
    ),
}
"""The slug, the triples that are mapped, and the properties of which some are kept."""


def quads(text: str) -> list[ox.Quad]:
    prefixes = "@prefix schema: <https://schema.org/> . @prefix s: <http://schema.org/> . "
    return list(ox.parse((prefixes + text).encode(), ox.RdfFormat.TURTLE, base_iri=BASE))


def small(name: str) -> list[ox.Quad]:
    path = DATA / f"{name}-2031.ttl"
    return list(ox.parse(path.read_bytes(), ox.RdfFormat.TURTLE, base_iri=BASE))


def whole(name: str, source: list[ox.Quad]) -> Mapped:
    slug = WHOLE[name][0]
    return map_graph(
        source,
        MAPPINGS[name],
        source=f"{name}-2031.ttl",
        slug=slug,
        derived_from=f"{OURS}{slug}/source/x",
    )


def labels(found: Mapped, segment: str) -> list[str]:
    start = f"<{found.programme}/{segment}/"
    return sorted(
        t.object.value
        for t in found.triples
        if str(t.subject).startswith(start) and t.predicate.value.endswith("#label")
        if isinstance(t.object, ox.Literal)
    )


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_graph(name: str) -> None:
    found = whole(name, small(name))
    expected = ox.parse((DATA / f"{name}-2031.mapped.ttl").read_bytes(), ox.RdfFormat.TURTLE)
    left, right = to_isomorphic(to_rdflib(found.triples)), to_isomorphic(to_rdflib(expected))
    assert left == right, [part.serialize(format="nt") for part in graph_diff(left, right)[1:]]
    slug, mapped, kept = WHOLE[name]
    assert found.programme == OURS + slug
    assert found.loss.total.mapped == mapped
    rows = [row for row in found.loss.rows() if row.kind == "property"]
    assert [row.name for row in rows if row.kept] == kept
    assert {f.shape.rpartition("#")[2] for f in validate(found.triples).violations} <= {"parts-gap"}


@pytest.mark.parametrize("name", WHOLE)
def test_the_order_of_the_source_does_not_matter(name: str) -> None:
    other = small(name)
    random.Random(7).shuffle(other)  # noqa: S311 - an order, no secret
    assert whole(name, other).triples == whole(name, small(name)).triples


@pytest.mark.parametrize("name", WHOLE)
def test_a_vocabulary_is_known_by_its_terms(name: str) -> None:
    assert find_mapping(small(name)) is MAPPINGS[name]
    path = DATA / f"{name}-2031.mapped.ttl"
    assert find_mapping(ox.parse(path.read_bytes(), ox.RdfFormat.TURTLE)) is None


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("schema", "http://schema.org/"),
        ("schema", "https://www.schema.org/"),
        ("conference-ontology", "http://www.scholarlydata.org/ontology/conference-ontology.owl#"),
        ("dblp", "https://dblp.org/rdf/schema-2020-07-01#"),
    ],
)
def test_another_spelling_says_the_same(name: str, written: str) -> None:
    meant = next(meant for spelt, meant in MAPPINGS[name].spellings if spelt == written)
    text = (DATA / f"{name}-2031.ttl").read_text().replace(f"<{meant}>", f"<{written}>")
    other = list(ox.parse(text.encode(), ox.RdfFormat.TURTLE, base_iri=BASE))
    found, expected = whole(name, other), whole(name, small(name))
    assert found.triples == expected.triples
    assert found.loss.total == expected.loss.total
    assert any(row.name.startswith(written) for row in found.loss.rows())
    assert not any(row.name.startswith(meant) for row in found.loss.rows())


def test_events_without_iri_of_one_name_stay_two() -> None:
    found = map_graph(
        quads(
            """
            [] a s:Event ; s:name "Threads 2031" ; s:subEvent
                [ a s:Event ; s:name "Break" ; s:startDate "2031-05-02T10:00:00" ],
                [ a s:Event ; s:name "Break" ; s:startDate "2031-05-02T15:00:00" ] .
            """
        ),
        MAPPINGS["schema"],
        source="page.html",
    )
    assert found.programme == OURS + "threads-2031"
    assert labels(found, "session") == ["Break", "Break"]
    assert not [t for t in found.triples if t.predicate.value == SAME]


@pytest.mark.parametrize(
    ("text", "programme"),
    [
        ("<x/1> a s:Event .", "x-1"),
        ("<x/1> a s:Event . <x/2> a s:Event .", "some-file"),
        ("<x/1> a s:Event . <x/2> a s:Event ; s:superEvent <x/1> .", "x-1"),
        ("<x/1> a s:Event . <x/2> a s:Event ; s:subEvent <x/3> . <x/3> a s:Event .", "x-2"),
        ("<x/1> a s:Person .", "some-file"),
    ],
)
def test_the_conference_is_the_event_that_has_parts_or_is_alone(text: str, programme: str) -> None:
    found = map_graph(quads(text), MAPPINGS["schema"], source="some-file.ttl")
    assert found.programme == OURS + programme


def test_a_report_is_continued() -> None:
    loss = Loss("some-file.ttl")
    loss.refuse("property", "(line)", place="line 3", found="?", why="It is no triple.")
    source = quads("<x/1> a s:Event .")
    assert map_graph(source, MAPPINGS["schema"], source="", loss=loss).loss is loss
    assert (loss.total.mapped, loss.total.refused) == (1, 1)


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ("<list> <first> <a> .", {"a": 1}),
        ("<a> <next> <b> . <b> <next> <c> .", {"a": 1, "b": 2, "c": 3}),
        ("<b> <previous> <a> . <c> <previous> <b> .", {"a": 1, "b": 2, "c": 3}),
        ("<a> <next> <b> . <b> <previous> <a> .", {"a": 1, "b": 2}),
        ("<a> <next> <b>, <c> .", {"a": 1}),
        ("<a> <next> <b> . <b> <next> <a> .", {}),
        ("<a> <next> <b> . <b> <next> <c> . <c> <next> <b> .", {"a": 1, "b": 2, "c": 3}),
        ("<a> <next> 'b' .", {}),
    ],
)
def test_places_in_linked_lists(links: str, expected: dict[str, int]) -> None:
    terms = (BASE + "next", BASE + "previous", BASE + "first")
    found = {
        quad.subject.value.removeprefix(BASE): int(quad.object.value)
        for quad in positions([quad.triple for quad in quads(links)], terms)
        if isinstance(quad.object, ox.Literal)
    }
    assert found == expected


SEMANTICS = {
    "out.nt": ("schema", 2587, 50, 161),
    "out_track_1.ttl": ("schema", 756, 16, 69),
    "out_track_2.ttl": ("schema", 460, 9, 39),
    "out_track_4.ttl": ("schema", 507, 25, 53),
}
"""The vocabulary, the triples (all mapped), the papers, and the authors that have a place."""


@pytest.mark.parametrize("name", SEMANTICS)
def test_what_exists_is_mapped(shared: Path, name: str) -> None:
    path = shared / "conferences" / "semantics-2023" / name
    source = list(ox.parse(path=str(path)))
    mapping = find_mapping(source)
    assert mapping is not None
    found = map_graph(source, mapping, source=name)
    kinds = [t.object for t in found.triples if t.predicate.value.endswith("#type")]
    placed = [t for t in found.triples if t.predicate.value.endswith("#position")]
    papers = kinds.count(ox.NamedNode(OURS + "ontology#Paper"))
    total = found.loss.total
    assert (mapping.name, total.mapped, papers, len(placed)) == SEMANTICS[name]
    assert (total.kept, total.refused) == (0, 0)
