"""Links graphs: written, read, valid, and believed by the graph that says who is one."""

from __future__ import annotations

from pathlib import Path

import pytest
from symposia.graph.dataset import NamedGraph
from symposia.graph.deriving import derive
from symposia.graph.linking.decisions import Decision, Verdict
from symposia.graph.linking.links import (
    CLOSE,
    SAME,
    Evidence,
    Link,
    Links,
    Method,
    Status,
    read_links,
)
from symposia.graph.namespaces import BASE
from symposia.graph.rdf import quads_of
from symposia.graph.validation import validate

ADA, AUSTEN, ANNE = (f"{BASE}{n}/person/a" for n in ("one", "two", "three"))
AT = "2026-01-02T03:04:05Z"
NAME = Evidence("name", "the same name", 7.25)
PLACE = Evidence("affiliation", "another affiliation", -1.5)
METHOD = Method("People by name.", "3", 0.999, 0.9, (("ror.json", "a" * 64),))
MADE = {"method": f"{BASE}linkage/people", "version": "3"}
REJECTED = Decision(ADA, ANNE, Verdict.REJECT, "Ben", "Two people.", AT)

STATED = Link(ADA, AUSTEN, SAME, 0.9995, 10.97, (NAME,), status=Status.STATED, **MADE)
NEAR = Link(AUSTEN, ANNE, CLOSE, 0.95, 4.25, (NAME, PLACE), status=Status.STATED, **MADE)
APART = Link(ADA, ANNE, SAME, 0.5, 0.0, (), status=Status.REJECTED, decision=REJECTED, **MADE)
LINKS = Links("people", (APART, STATED, NEAR), (REJECTED,), METHOD, AT)

NAMED = """\
<{0}> a <http://xmlns.com/foaf/0.1/Person> ; <http://xmlns.com/foaf/0.1/name> "Ann {1}" ;
  <http://www.w3.org/2000/01/rdf-schema#label> "Ann {1}"@en ;
  <http://xmlns.com/foaf/0.1/mbox_sha1sum> "{2}" .
"""


def lines(links: Links, folder: Path) -> list[str]:
    source = links.graph(folder).source
    assert isinstance(source, Path)
    return source.read_text("utf-8").splitlines()


def test_a_graph_comes_back_as_it_was_written(tmp_path: Path) -> None:
    found = read_links("people", quads_of(LINKS.graph(tmp_path)))
    assert found.links == tuple(sorted(LINKS.links, key=lambda each: (each.left, each.right)))
    assert found == Links("people", found.links, (REJECTED,), METHOD, AT)
    assert NEAR.prior == pytest.approx(-1.5)


def test_the_same_links_are_the_same_bytes(tmp_path: Path) -> None:
    turned = Links("people", LINKS.links[::-1], LINKS.decisions, METHOD, AT)
    assert lines(LINKS, tmp_path) == lines(turned, tmp_path)


def test_what_the_graph_states(tmp_path: Path) -> None:
    found = lines(LINKS, tmp_path)
    stated = [line for line in found if line.startswith((f"<{ADA}>", f"<{AUSTEN}>", f"<{ANNE}>"))]
    assert sorted(stated) == [
        f"<{ADA}> <{SAME}> <{AUSTEN}> .",
        f"<{AUSTEN}> <{CLOSE}> <{ANNE}> .",
    ]
    void, graph = "http://rdfs.org/ns/void#", f"{BASE}graph/links/people"
    a = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    assert f"<{graph}> {a} <{void}Linkset> ." in found
    assert f"<{graph}> <{void}linkPredicate> <{SAME}> ." in found
    triples = '"2"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert f"<{graph}> <{void}triples> {triples} ." in found
    assert len(found) == len(set(found))


def test_iris_follow_from_the_pair() -> None:
    assert STATED.iri("people") == Link(ADA, AUSTEN).iri("people")
    assert len({each.iri("people") for each in LINKS.links}) == 3
    assert STATED.iri("people") != STATED.iri("papers")


def test_the_graph_breaks_no_shape(tmp_path: Path) -> None:
    assert validate(LINKS.graph(tmp_path)).findings == ()


def one(folder: Path, links: Links, *, mailbox: bool = False) -> dict[str, str]:
    """Who is one with whom, of three people."""
    path = folder / "people.ttl"
    hashes = ("a" * 40 if mailbox else f"{n}" * 40 for n in range(3))
    people = zip((ADA, AUSTEN, ANNE), "XYZ", hashes, strict=True)
    path.write_text("".join(NAMED.format(*each) for each in people), "utf-8")
    data = NamedGraph(f"{BASE}one/graph/programme", path, "people")
    (graph,) = derive([data, links.graph(folder)], folder) or (None,)
    found = {}
    for quad in quads_of(graph) if graph else ():
        if quad.predicate.value.endswith("alternateOf"):
            found[str(quad.subject)[1:-1]] = str(quad.object)[1:-1]
    return found


def test_links_that_are_the_same_join_and_close_ones_do_not(tmp_path: Path) -> None:
    assert one(tmp_path, Links("people", (STATED, NEAR))) == {ADA: ADA, AUSTEN: ADA}


def test_links_join_after_exact_evidence(tmp_path: Path) -> None:
    assert one(tmp_path, Links("people"), mailbox=True) == {ADA: ADA, AUSTEN: ADA, ANNE: ADA}
    apart = Links("people", (), (REJECTED,))
    assert one(tmp_path, apart, mailbox=True) == {}, "a decision wins over what they share"


def test_a_rejected_pair_is_not_joined_through_others(tmp_path: Path) -> None:
    both = Link(AUSTEN, ANNE, SAME, 0.9991, 10.1, status=Status.STATED)
    assert one(tmp_path, Links("people", (STATED, both, APART), (REJECTED,))) == {
        ADA: ADA,
        AUSTEN: ADA,
    }


def test_records_elsewhere_join_and_stand_for_nobody(tmp_path: Path) -> None:
    record = "https://aaa.example/person/1"
    links = (Link(each, record, SAME, 1.0, 20.0, status=Status.STATED) for each in (ADA, ANNE))
    first, *rest = sorted((ADA, ANNE))
    assert one(tmp_path, Links("people", tuple(links))) == {first: first, rest[0]: first}
