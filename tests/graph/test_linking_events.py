"""Conferences: the same in two graphs are found; other years, and what is beside, are others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner
from symposia.graph.linking.kinds import events
from symposia.graph.linking.linkage import Linkage, read_linkage
from symposia.graph.linking.scoring import score
from symposia.server.cli import main

from .grading import graded

NAME = "7th International Semantic Web Conference"
FACTS = {
    "name": [NAME],
    "start": ["2008-10-26"],
    "end": ["2008-10-30"],
    "place": ["Karlsruhe, Germany"],
}
WORKS = [f"On the sum of {number} numbers" for number in range(10)]


@pytest.fixture(scope="module")
def linkage() -> Linkage:
    return read_linkage("events")


CASES: list[tuple[dict[str, list[str]], str | None]] = [
    (FACTS, "same"),
    (FACTS | {"name": ["ISWC 2008"]}, "same"),
    (FACTS | {"name": ["The Semantic Web - ISWC'08"]}, "same"),
    (FACTS | {"name": ["ISWC 2008"], "place": []}, "same"),
    (FACTS | {"name": ["ISWC 2008"], "place": [], "start": ["2008-10-25"]}, "close"),
    (FACTS | {"start": [], "end": ["2008-10-30"], "work": WORKS}, "same"),
    ({"name": ["ISWC 2008"], "work": WORKS}, "same"),
    ({"name": ["ISWC 2008"]}, "review"),
    ({"name": ["ISWC 2009"]}, None),
    (FACTS | {"name": ["8th International Semantic Web Conference"], "start": ["2009-10-25"],
              "end": ["2009-10-29"]}, None),
    (FACTS | {"name": ["5th European Semantic Web Conference"], "start": ["2008-06-01"],
              "end": ["2008-06-05"], "place": ["Tenerife, Spain"]}, None),
    (FACTS | {"name": ["Workshop on Ontology Matching at ISWC 2008"], "start": ["2008-10-26"],
              "end": ["2008-10-26"]}, None),
    (FACTS | {"name": ["Uncertainty Reasoning Workshop (URSW), co-located with ISWC 2008"]}, None),
    (FACTS | {"name": ["ISWC 2008 Doctoral School"], "end": ["2008-10-26"]}, "review"),
    (FACTS | {"beside": ["urn:l"]}, "review"),
    ({"name": ["ISWC 2008 Research Track"], "work": WORKS}, None),
    ({"name": [f"Proceedings of the {NAME}, ISWC 2008"]}, "close"),
    ({"name": [f"Proceedings of the {NAME} (Volume 1: Long Papers)"], "start": ["2008"]}, "close"),
    ({"name": ["Posters and Demos of the 7th International Semantic Web Conference, ISWC 2008"],
      "work": WORKS}, "review"),
    (FACTS | {"name": ["8th International Semantic Web Conference"]}, "close"),
    (FACTS | {"name": ["Semantic Integration"], "kind": ["Workshop"]}, None),
    (FACTS | {"name": ["Ontology Matching on the Semantic Web"], "end": ["2008-10-26"]}, "review"),
    ({}, None),
]  # fmt: skip


def test_grades(linkage: Linkage) -> None:
    left = events.table({"urn:l": FACTS | {"work": WORKS}})
    right = events.table({f"urn:r:{number:02}": told for number, (told, _) in enumerate(CASES)})
    found = graded(linkage, score(linkage, left, right).pairs.to_pylist())
    for number, (told, grade) in enumerate(CASES):
        assert found.get(("urn:l", f"urn:r:{number:02}")) == grade, told


BIBTEX = """
@proceedings{DBLP:conf/semweb/2008,
  title = {The Semantic Web - {ISWC} 2008, 7th International Semantic Web Conference, {ISWC} 2008,
    Karlsruhe, Germany, October 26-30, 2008. Proceedings}, year = {2008}}
@proceedings{DBLP:conf/esws/2008,
  title = {The Semantic Web: Research and Applications, 5th European Semantic Web Conference,
    {ESWC} 2008, Tenerife, Canary Islands, Spain, June 1-5, 2008, Proceedings}, year = {2008}}
@proceedings{DBLP:conf/semweb/2003,
  title = {The Semantic Web - {ISWC} 2003, Second International Semantic Web Conference, Sanibel
    Island, FL, USA, October 20-23, 2003, Proceedings}, year = {2003}}
"""


def test_conferences_of_dblp_are_those_of_the_dog_food(
    shared: Path, tmp_path: Path, linkage: Linkage
) -> None:
    """Three volumes as dblp has them, and two graphs of the Semantic Web Dog Food."""
    (tmp_path / "dblp.bib").write_text(BIBTEX)
    names = ["iswc/iswc-2003-complete.ttl", "eswc/eswc-2008-complete.rdf"]
    sources = {
        "dblp": [tmp_path / "dblp.bib"],
        "food": [shared / "conferences" / name for name in names],
    }
    tables = {}
    for side, files in sources.items():
        made = [tmp_path / f"{side}-{number}.ttl" for number, _ in enumerate(files)]
        for source, target in zip(files, made, strict=True):
            arguments = ["read", source, "--base", f"https://{side}.example/", "-o", target]
            result = CliRunner().invoke(main, [*map(str, arguments)])
            assert result.exit_code == 0, result.output
        tables[side] = pa.concat_tables([events.records_of(each) for each in made])
    scores = score(linkage, tables["food"], tables["dblp"])
    found = {
        tuple(iri.rpartition("/")[2] for iri in pair): grade
        for pair, grade in graded(linkage, scores.pairs.to_pylist()).items()
    }
    assert found == {
        ("iswc-2003", "semweb-2003"): "same",
        ("eswc-2008", "esws-2008"): "same",
    }


BESIDE = [
    "NLP Beyond Text", "BlackboxNLP 2020: Analyzing neural networks for NLP",
    "3rd Clinical NLP Workshop (ClinicalNLP)", "Second Workshop for NLP Open Source Software (OSS)",
    "Trust and Reputation on the Semantic Web", "Semantic Web Technologies", "Semantic Integration",
    "T4: RDF and Topic Maps in Practice", "T5: Theory and Practice of RDF Query Processing",
]  # fmt: skip


def test_what_is_held_beside_one_conference_is_each_by_itself(linkage: Linkage) -> None:
    """They share the days, words of the field and its acronyms."""
    days = {"start": ["2020-11-19"], "end": ["2020-11-19"], "kind": ["workshop"]}
    table = events.table({f"urn:{at}": days | {"name": [name]} for at, name in enumerate(BESIDE)})
    assert graded(linkage, score(linkage, table).pairs.to_pylist()) == {}


@pytest.mark.parametrize(
    ("name", "year", "series", "edition"),
    [
        ("The Semantic Web - ISWC 2002", 2002, {"iswc"}, None),
        ("ISWC+ASWC 2007 Posters and Demos", 2007, {"iswc", "aswc"}, None),
        ("EMNLP2020", 2020, {"emnlp"}, None),
        ("The Semantic Web - ISWC'08", 2008, {"iswc"}, None),
        ("Semantic Web Case Studies (SWCASE)", None, {"swcase"}, None),
        ("RDF and Topic Maps in Practice", None, {"rtmp"}, None),
        ("Proceedings of the 56th Annual Meeting", None, None, {"56"}),
        ("6th International and 2nd Asian Semantic Web Conference", None, None, {"6", "2"}),
        ("The Second International Semantic Web Conference", None, None, {"2"}),
    ],
)
def test_names(name: str, year: int | None, series: set[str] | None, edition: set | None) -> None:
    (row,) = events.table({"urn:a": {"name": [name]}}).to_pylist()
    assert row["year"] == year
    assert row["edition"] == (sorted(edition) if edition else None)
    assert series is None or series <= {*row["series"]}
    assert "nlp" not in (row["series"] or ())
    assert "rdf" not in (row["series"] or ())


def test_a_symposium_and_the_summit_after_it_are_two(linkage: Linkage) -> None:
    """One paper's code calls the symposium a "Research Summit", which leaves it to a review."""
    place = {"place": ["Hyatt Regency San Francisco Airport"]}
    days = {"start": ["2023-03-27"], "end": ["2023-03-27"]}
    after = {"start": ["2023-03-28"], "end": ["2023-03-29"]}
    table = events.table(
        {
            "urn:symposium": place | days | {"name": ["tinyML Research Symposium 2023"]},
            "urn:summit": place | after | {"name": ["tinyML Summit 2023"]},
            "urn:wrong": {"name": ["TinyML Research Summit 2023"]},
        }
    )
    found = graded(linkage, score(linkage, table).pairs.to_pylist())
    assert {pair: grade for pair, grade in found.items() if grade != "review"} == {}


def test_a_table_with_itself(linkage: Linkage) -> None:
    years = {f"urn:{year}": {"name": [f"ISWC {year}"]} for year in range(2002, 2016)}
    low = replace(linkage, thresholds=replace(linkage.thresholds, review=0.01))
    assert score(low, events.table(years)).pairs.num_rows == 0
