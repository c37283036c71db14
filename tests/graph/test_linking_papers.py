"""Papers: the same ones are found, versions are close, and what only looks alike is kept apart."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from symposia.graph.dataset import NamedGraph
from symposia.graph.linking.kinds import papers
from symposia.graph.linking.linkage import Linkage, read_linkage
from symposia.graph.linking.matching import match
from symposia.graph.linking.publication import Publication
from symposia.graph.linking.scoring import score
from symposia.graph.store import Store

from .grading import graded

AUTHORS = ("Ada Lovelace", "Kurt Gödel", "Emmy Noether")
TITLE = "Incremental Maintenance of Views over Streams"


@pytest.fixture(scope="module")
def linkage() -> Linkage:
    return read_linkage("papers")


def linked(
    linkage: Linkage, left: list[Publication], right: list[Publication]
) -> dict[tuple[str, str], str]:
    """What is said of pairs: `same`, `close`, or nothing but that they may be reviewed."""
    tables = papers.table(left), papers.table(right)
    scores = papers.confirm(match(score(linkage, *tables), linkage.cardinality), *tables)
    return graded(linkage, scores.pairs.to_pylist())


def paper(**told: object) -> Publication:
    usual: dict = {"id": "urn:r", "title": TITLE, "authors": AUTHORS, "year": 2003, "venue": "VLDB"}
    return Publication(**(usual | told))


ONE = paper(id="urn:l")


GRADES: list[tuple[dict, str | None]] = [
    ({}, "same"),
    ({"title": "INCREMENTAL maintenance of views, over streams (Extended Abstract)"}, "same"),
    ({"title": "Incremental Maintainance of Views over Streams"}, "same"),
    ({"title": f"{TITLE}: A Study"}, "same"),
    ({"title": TITLE.replace("over", "for")}, "same"),
    ({"title": "Incremental Maintenance of Vi ..."}, "same"),
    ({"title": "Incermental Maintenance of Views ov …"}, "same"),
    ({"venue": "Very Large Data Bases"}, "same"),
    ({"venue": "Proceedings of the 29th Int. Conf. on Very Large Data Bases (VLDB)"}, "same"),
    ({"authors": ("A. Lovelace", "K. Goedel", "E. Noether")}, "same"),
    ({"authors": ("E. Noether", "Ada Lovelace", "Kurt G?del")}, "same"),
    ({"authors": (), "venue": ""}, "close"),
    ({"venue": "VLDB J."}, "close"),
    ({"venue": "CoRR"}, "close"),
    ({"venue": "SIGMOD Conference"}, "close"),
    ({"venue": "VLDB J.", "year": 2005}, "close"),
    ({"title": f"{TITLE}, Part II"}, "review"),
    ({"title": f"SQL-99 {TITLE}"}, "same"),
    ({"title": "Incremental Maintenance of Indexes", "authors": ("Alan Turing",)}, None),
    ({"title": "On Sums", "year": 1999}, None),
]


def test_grades(linkage: Linkage) -> None:
    """Each case is of another paper, so that all are scored at once."""
    left, right = [], []
    for number, (told, _) in enumerate(GRADES):
        own = "".join("bcdfghjklm"[int(digit)] for digit in f"{number:03}") * 3
        given = {**told, "title": told.get("title", TITLE).replace("Streams", f"Streams {own}")}
        left.append(paper(id=f"urn:l:{number}", title=f"{TITLE} {own}"))
        right.append(paper(id=f"urn:r:{number}", **given))
    tables = papers.table(left), papers.table(right)
    scores = papers.confirm(score(linkage, *tables), *tables)
    found = graded(linkage, scores.pairs.to_pylist())
    for number, (told, grade) in enumerate(GRADES):
        assert found.get((f"urn:l:{number}", f"urn:r:{number}")) == grade, told


def test_identifiers(linkage: Linkage) -> None:
    doi, other = "10.1000/1", "10.1000/2"
    one = paper(id="urn:l", doi=doi)
    assert linked(linkage, [one], [paper(doi=doi, venue="PVLDB Endow.")]) == {
        ("urn:l", "urn:r"): "same"
    }
    assert "same" not in linked(linkage, [one], [paper(doi=other)]).values()
    wrong = paper(title="A Plan for Cities", authors=("Alan Turing",), doi=doi, year=2020)
    assert "same" not in linked(linkage, [one], [wrong]).values()


def test_the_venue_decides_between_versions(linkage: Linkage) -> None:
    journal = paper(id="urn:journal", venue="VLDB J.", year=2004)
    found = linked(linkage, [ONE], [journal, paper(), paper(id="urn:preprint", venue="CoRR")])
    assert found == {("urn:l", "urn:r"): "same"}


def test_editorials_of_other_years_are_others(linkage: Linkage) -> None:
    editorials = [
        paper(id=f"urn:{side}:{year}", title="Editor's Notes", authors=("Ada Lovelace",), year=year)
        for side in "lr"
        for year in (2001, 2002, 2003)
    ]
    found = linked(linkage, editorials[:3], editorials[3:])
    stated = {pair for pair, grade in found.items() if grade != "review"}
    assert stated == {(f"urn:l:{year}", f"urn:r:{year}") for year in (2001, 2002, 2003)}


def test_repeated_titles_of_one_issue_are_not_guessed(linkage: Linkage) -> None:
    given = {"title": "Book Review Column", "authors": ("A. B.",)}
    left, right = (
        [paper(id=f"urn:{n}", year=2000 + n // 2, **given) for n in numbers]
        for numbers in (range(6), range(6, 8))
    )
    found = linked(linkage, left, [replace(each, year=2000) for each in right])
    assert set(found.values()) == {"review"}


def test_what_looks_like_the_papers_of_tinyml(root: Path, linkage: Linkage) -> None:
    """Look-alikes, successors, preprints, and a record with the arXiv identifier of another."""
    path = root / "tests" / "data" / "linking" / "tinyml-alike.jsonl"
    told = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    graphs = sorted((root / "graph" / "tinyml-2023").glob("*.ttl"))
    store = Store.memory(NamedGraph(f"urn:{each.stem}", each, each.stem) for each in graphs)
    left, right = papers.records(store), papers.records_of(path)
    assert left.num_rows == 16
    assert right["arxiv"].to_pylist().count("2304.11207") == 2
    scores = papers.confirm(match(score(linkage, left, right), linkage.cardinality), left, right)
    found = {
        record.rpartition("/")[2]: grade
        for (_, record), grade in graded(linkage, scores.pairs.to_pylist()).items()
        if grade != "review"
    }
    assert found == {each["id"]: each["grade"] for each in told if each["grade"]}


def test_one_source_lists_a_paper_once(linkage: Linkage) -> None:
    """Papers and posters of the same people, at one conference; and the same in another source."""
    here, there = "https://e/iswc/paper", "https://e/iswc/easychair/paper"
    table = papers.table(
        [
            paper(id=f"{here}/1", title="Optimizing QoS-Aware Service Composition"),
            paper(id=f"{here}/2", title="A Tool for Optimizing Quality of Service Composition"),
            paper(id=f"{here}/3"),
            paper(id=f"{here}/4"),
            paper(id=f"{there}/3"),
        ]
    )
    scores = papers.confirm(score(linkage, table), table)
    assert graded(linkage, scores.pairs.to_pylist()) == {
        (f"{there}/3", f"{here}/3"): "same",
        (f"{there}/3", f"{here}/4"): "same",
        (f"{here}/3", f"{here}/4"): "close",
        (f"{here}/1", f"{here}/2"): "review",
    }


def test_evidence_adds_up(linkage: Linkage) -> None:
    left, right = papers.table([ONE]), papers.table([paper(venue="CoRR")])
    scores = papers.confirm(score(linkage, left, right), left, right)
    (row,) = scores.pairs.to_pylist()
    parts = [value for name, value in row.items() if name.endswith("_weight")]
    assert sum(parts) + linkage.prior_weight == pytest.approx(row["weight"])
    assert row["probability"] == pytest.approx(256 / 257)
    assert scores.labels["edition", row["edition"]].endswith("close, never the same")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("SIGMOD Conference", "International Conference on Management of Data", True),
        ("SIGMOD Record", "ACM SIGMOD Record", True),
        ("ACM Trans. Database Syst.", "ACM Transactions on Database Systems (TODS)", True),
        ("ISWC 2008", "7th International Semantic Web Conference", True),
        ("The VLDB Journal — The International Journal on Very Large Data Bases", "VLDB J.", True),
        ("VLDB", "SIGMOD Conference", False),
        ("tinyML Research Symposium 2023", "IEEE Sensors Letters", False),
    ],
)
def test_venues(one: str, other: str, same: bool) -> None:
    left, right = (papers.table([paper(venue=venue)]).to_pylist()[0] for venue in (one, other))
    assert bool({*left["series"]} & {*right["series"]}) is same


def test_one_record_twice_is_one() -> None:
    assert papers.table([ONE, ONE]).num_rows == 1


def test_no_papers(linkage: Linkage) -> None:
    assert linked(linkage, [], []) == linked(linkage, [ONE], []) == {}
