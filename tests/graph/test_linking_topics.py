"""Topics of several schemes and keywords are linked by what they are called and what is near."""

from __future__ import annotations

from pathlib import Path

import pytest
from symposia.graph.dataset import NamedGraph
from symposia.graph.library import Library
from symposia.graph.linking.decisions import Verdict, decision_of
from symposia.graph.linking.kinds.topics import Concept, confirm, records, records_of, table
from symposia.graph.linking.linkage import read_linkage
from symposia.graph.linking.links import Link, Links, Status, read_links
from symposia.graph.linking.reviewing import decide, links_in
from symposia.graph.linking.run import link
from symposia.graph.linking.scoring import Scores, score
from symposia.graph.namespaces import BASE
from symposia.graph.store import Store

TURTLE = """
@base <https://w3id.org/symposia/> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix sym: <https://w3id.org/symposia/ontology#> .
<a/cnn> a skos:Concept ; skos:inScheme <a> ; skos:broader <a/nets> ;
  skos:prefLabel "convolutional neural networks (CNNs)" .
<a/nets> a skos:Concept ; skos:inScheme <a> ; skos:prefLabel "neural networks" .
<b/cnn> a skos:Concept ; skos:inScheme <b> ; skos:prefLabel "Convolutional Neural Network" .
<ontology#Chair> a skos:Concept ; skos:inScheme <ontology#Roles> ; skos:prefLabel "chair" .
<c/paper> a sym:Paper ; schema:keywords "CNN", "Neural  Network", "neural networks" .
"""


def linked(*concepts: Concept) -> Scores:
    found = table(concepts)
    return confirm(score(read_linkage("topics"), found), found, found)


SAME = "the same preferred label"
LETTERS = "the same letters, apart or together, or in another spelling"
WORDS = "the same words in another order"
SHORT = "the same abbreviation, or the same label but for a qualifier"
INITIALS = "the abbreviation of one has the initials of the other"


CASES = (
    ("Semantic-Web Services", "semantic web service", SAME, "same"),
    ("neural networks (NNs)", "neural network", SAME, "same"),
    ("wsn (wireless sensor network)", "Wireless sensor networks", SAME, "same"),
    ("dialogue systems", "dialog systems", LETTERS, "close"),
    ("e-learning", "eLearning", LETTERS, "close"),
    ("optimisation of queries", "query optimization", WORDS, "close"),
    ("quantization (signal)", "quantization", SHORT, "close"),
    ("convolutional neural network", "CNN", INITIALS, "review"),
    ("question answering", "question anwsering", "one letter apart", "review"),
    ("3D images of hearts", "2D images of hearts", "", ""),
    ("ontology", "oncology", "", ""),
    ("machine learning", "deep learning", "", ""),
)


@pytest.fixture(scope="module")
def outcomes() -> dict[tuple[str, str], tuple[str, str]]:
    """By what two labels are alike, and what follows."""
    concepts = (
        Concept(f"{at}{side}", f"{at}{side}", case[number])
        for at, case in enumerate(CASES)
        for number, side in enumerate("ab")
    )
    scores = linked(*concepts)
    thresholds = read_linkage("topics").thresholds
    found = {}
    for row in scores.pairs.to_pylist():
        grades = ("same", "close", "review")
        grade = next(g for g in grades if row["probability"] >= getattr(thresholds, g))
        found[row["left"], row["right"]] = (scores.labels["label", row["label"]], grade)
    return found


@pytest.mark.parametrize("at", range(len(CASES)), ids=lambda at: CASES[at][1])
def test_labels(outcomes: dict[tuple[str, str], tuple[str, str]], at: int) -> None:
    assert outcomes.get((f"{at}a", f"{at}b"), ("", "")) == CASES[at][2:]


def test_neighbours_confirm() -> None:
    near = {"learning", "vision"}
    (row,) = linked(
        Concept("1", "a", "convolutional neural network", near=near),
        Concept("2", "b", "CNN", near=near | {"speech"}),
    ).pairs.to_pylist()
    assert row["near"] == 2
    assert row["probability"] > read_linkage("topics").thresholds.close


def test_concepts_of_a_scheme_are_never_the_same() -> None:
    assert linked(Concept("1", "a", "parsing"), Concept("2", "a", "Parsing")).pairs.num_rows == 0


def test_rivals_share_the_probability() -> None:
    scores = linked(
        Concept("1", "a", "web of data"), Concept("2", "b", "Web of Data"),
        Concept("3", "b", "web of data"), Concept("4", "c", "web of data"),
    )  # fmt: skip
    found = {(row["left"], row["right"]): row for row in scores.pairs.to_pylist()}
    assert found["1", "2"]["probability"] == pytest.approx(0.5, abs=0.01)
    assert found["1", "2"]["rivals"] == 0
    assert found["1", "4"]["probability"] > 0.99
    assert scores.labels["rivals", 0] == "another concept of the scheme fits, too"
    weights = sum(
        found["1", "2"][f"{name}_weight"] for name in ("label", "near", "scheme", "rivals")
    )
    prior = read_linkage("topics").prior_weight
    assert found["1", "2"]["weight"] == pytest.approx(weights + prior)


def test_any_number_of_keywords_may_be_a_concept() -> None:
    scores = linked(
        Concept("k1", f"{BASE}keyword", "knowledge graph"),
        Concept("k2", f"{BASE}keyword", "Knowledge graphs"),
        Concept("c", "c", "knowledge graph"),
    )
    assert [row["rivals"] for row in scores.pairs.to_pylist()] == [1, 1]


def test_records_of_a_dataset(tmp_path: Path) -> None:
    path = tmp_path / "all.ttl"
    path.write_text(TURTLE, "utf-8")
    found = records(Store.memory([NamedGraph(f"{BASE}graph/all", path, "all")]))
    rows = {row["id"].removeprefix(BASE): row for row in found.to_pylist()}
    assert list(rows) == ["a/cnn", "a/nets", "b/cnn", "keyword/cnn", "keyword/neural-network",
                          "keyword/neural-networks"]  # fmt: skip
    cnn = rows["a/cnn"]
    assert cnn["name"] == "convolutional neural networks (CNNs)"
    assert (cnn["preferred"], cnn["short"], cnn["initials"]) == (
        "convolutional neural network", ["cnn"], ["cnn"],
    )  # fmt: skip
    assert cnn["near"] == ["neural network"]
    assert rows["a/nets"]["near"] == ["convolutional neural network"]
    assert rows["keyword/cnn"]["short"] == ["cnn"]
    assert rows["keyword/cnn"]["long"] is None
    assert rows["keyword/cnn"]["near"] == ["neural network"]
    assert records_of(path).num_rows == 6


def test_concepts_match_and_are_not_the_same_thing() -> None:
    made = Link(f"{BASE}a/x", f"{BASE}b/x", score=0.995, weight=7.6, status=Status.STATED)
    triples = [str(each) for each in Links("topics", (made,)).triples()]
    stated = f"<{made.left}> <http://www.w3.org/2004/02/skos/core#exactMatch> <{made.right}>"
    assert stated in triples
    assert not any("sameAs" in each for each in triples)
    assert read_links("topics", Links("topics", (made,)).triples()).links == (made,)


def test_keywords_can_be_decided_about(tmp_path: Path) -> None:
    keyword, concept = f"{BASE}keyword/mash-up", f"{BASE}one/topic/mashup"
    path = tmp_path / "one.ttl"
    path.write_text(
        """
@base <https://w3id.org/symposia/> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix sym: <https://w3id.org/symposia/ontology#> .
<one/topic/mashup> a skos:Concept ; skos:inScheme <one> ; skos:prefLabel "mashups" .
<two/paper/x> a sym:Paper ; schema:keywords "Mash-up" .
""",
        "utf-8",
    )
    library = Library(tmp_path / "data")
    graph = NamedGraph(f"{BASE}one/graph/programme", path, "one")
    library.include({f"{BASE}one": [graph]}, valid=True)
    found = []
    for verdict in (None, Verdict.REJECT):
        if verdict:
            decide(library, decision_of(verdict, keyword, concept, by="Ada"))
        report = link(library, ["topics"])
        (each,) = (one for one in links_in(library, "topics").links if one.left == keyword)
        found.append((each.right, str(each.status), report.gone))
    assert found == [(concept, "Stated", ()), (concept, "Rejected", ())]


def test_poisoned_labels_are_bounded() -> None:
    scores = linked(
        Concept("1", "a", "x" * 100_000),
        Concept("2", "b", "x" * 100_000),
        Concept("3", "b", "(\x00)"),
    )
    assert scores.pairs.num_rows == 0
