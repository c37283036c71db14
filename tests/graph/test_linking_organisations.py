"""Organisations and affiliations are linked to ROR and to each other, with what speaks for it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from symposia.graph.dataset import NamedGraph
from symposia.graph.linking.choosing import GROUPS, weights
from symposia.graph.linking.kinds import organisations
from symposia.graph.linking.linkage import read_linkage
from symposia.graph.linking.scoring import Scores, score
from symposia.graph.store import Store

LINKAGE = read_linkage("organisations")


def _record(key: str, name: str, city: str, country: str, **more: Any) -> dict[str, Any]:
    names = [{"value": name, "types": ["ror_display", "label"]}]
    names += [{"value": each, "types": ["alias"]} for each in more.get("aliases", ())]
    names += [{"value": each, "types": ["acronym"]} for each in more.get("acronyms", ())]
    code, country_name = country.split(" ", 1)
    details = {"name": city, "country_code": code, "country_name": country_name}
    return {
        "id": f"https://ror.org/0{key}",
        "names": names,
        "locations": [{"geonames_details": details}],
        "relationships": [
            {"type": kind, "id": f"https://ror.org/0{other}"}
            for kind, other in more.get("relations", ())
        ],
        "status": more.get("status", "active"),
        "types": more.get("types", ["education", "funder"]),
    }


REGISTER = [
    _record("aaaaaa11", "University of Antwerp", "Antwerp", "BE Belgium",
            aliases=["Universiteit Antwerpen"]),
    _record("bbbbbb11", "Washington University in St. Louis", "St. Louis", "US United States"),
    _record("cccccc11", "University of Washington", "Seattle", "US United States"),
    _record("dddddd11", "École Polytechnique Fédérale de Lausanne", "Lausanne", "CH Switzerland",
            acronyms=["EPFL"]),
    _record("eeeeee11", "Northeastern University", "Boston", "US United States"),
    _record("ffffff11", "Northeastern University", "Shenyang", "CN China"),
    _record("gggggg11", "Old Harbour College", "Bristol", "GB United Kingdom", status="inactive",
            relations=[("successor", "hhhhhh11")]),
    _record("hhhhhh11", "Avonmouth University", "Bristol", "GB United Kingdom"),
    _record("jjjjjj11", "Mistaken Entry of Zeeland", "Goes", "NL The Netherlands",
            status="withdrawn"),
    _record("kkkkkk11", "Technical University of Munich", "Munich", "DE Germany"),
    _record("mmmmmm11", "Wageningen University & Research", "Wageningen", "NL The Netherlands"),
]  # fmt: skip


@cache
def _register(folder: Path) -> pa.Table:
    path = folder / "ror.json"
    path.write_text(json.dumps(REGISTER), "utf-8")
    return organisations.records_of(path)


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> pa.Table:
    return _register(tmp_path_factory.mktemp("ror"))


def _against(register: pa.Table, *texts: str) -> Scores:
    left = organisations.affiliations({text: text for text in texts})
    return organisations.confirm(score(LINKAGE, left, register), left, register)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("University of Antwerp", "aaaaaa11"),
        ("Department of Biomedical Sciences, Univ. Antwerpen, Belgium", "aaaaaa11"),
        ("Department of Medicine, Washington University, St. Louis", "bbbbbb11"),
        ("Department of Medicine, University of Washington", "cccccc11"),
        ("Animal Imaging Core, EPFL", "dddddd11"),
        ("Ecole Polytechnique Federale de Lausanne", "dddddd11"),
        ("Software College, Northeastern University, China", "ffffff11"),
        ("School of Law, Northeastern University, USA", "eeeeee11"),
        ("Department of History, Old Harbour College", "hhhhhh11"),
        ("Technische Universität München", "kkkkkk11"),
    ],
)
def test_an_affiliation_is_linked_to_what_it_names(register: pa.Table, text: str, key: str) -> None:
    pairs = _against(register, text).pairs.sort_by([("probability", "descending")]).to_pylist()
    best = pairs[0]
    assert best["right"] == f"https://ror.org/0{key}"
    assert best["probability"] >= LINKAGE.thresholds.close
    assert all(each["probability"] < LINKAGE.thresholds.close for each in pairs[1:])


def test_the_beginning_of_a_name_leads_to_a_review(register: pa.Table) -> None:
    pairs = _against(register, "Laboratory of Genetics, Wageningen University").pairs.to_pylist()
    best = max(pairs, key=lambda row: row["probability"])
    assert best["right"] == "https://ror.org/0mmmmmm11"
    assert best["probability"] >= LINKAGE.thresholds.review


@pytest.mark.parametrize(
    "text", ["Department of Surgery", "Mistaken Entry of Zeeland", "Biophysics", "12345", "\x07"]
)
def test_what_names_none_is_linked_to_none(register: pa.Table, text: str) -> None:
    stated = _against(register, text).pairs.to_pylist()
    assert [each for each in stated if each["probability"] >= LINKAGE.thresholds.close] == []


def test_records_that_are_gone_are_no_candidates(register: pa.Table) -> None:
    gone = {"https://ror.org/0gggggg11", "https://ror.org/0jjjjjj11"}
    assert gone.isdisjoint(register["id"].to_pylist())
    assert register.num_rows == len(REGISTER) - 2


def test_the_evidence_adds_up_to_the_probability(register: pa.Table) -> None:
    scores = _against(register, "Northeastern University, China", "University of Antwerp")
    weights = [name for name in scores.pairs.column_names if name.endswith("_weight")]
    for row in scores.pairs.to_pylist():
        whole = LINKAGE.prior_weight + sum(row[name] for name in weights)
        assert row["weight"] == pytest.approx(whole)
        assert row["probability"] == pytest.approx(1 / (1 + 2 ** -row["weight"]))
        for name in weights:
            comparison = name.removesuffix("_weight")
            assert scores.labels[comparison, row[comparison]]
    by_left: dict[str, float] = {}
    for row in scores.pairs.to_pylist():
        by_left[row["left"]] = by_left.get(row["left"], 0) + row["probability"]
    assert all(total <= 1 for total in by_left.values())


def test_each_declared_weight_is_of_something_that_is_told() -> None:
    told = {name for names in GROUPS.values() for name in names}
    assert set(weights()) <= told | {"bias"}
    assert set(weights()["bias"]) == {"all"}
    assert all(abs(each) < 10 for values in weights().values() for each in values.values())


def test_an_empty_side_gives_no_pairs(register: pa.Table) -> None:
    assert _against(register).pairs.num_rows == 0


NAMES = {
    "a:epfl": ["EPFL"],
    "b:epfl": ["École Polytechnique Fédérale de Lausanne"],
    "c:epfl": ["Ecole Polytechnique Federale de Lausanne (EPFL)"],
    "a:dept": ["Department of Computer Science"],
    "b:dept": ["Department of Computer Science"],
    "a:unit": ["Department of Physics, University of Bonn"],
    "b:unit": ["Department of Chemistry, University of Bonn"],
    "a:bonn": ["University of Bonn"],
    "b:bonn": ["Universität Bonn"],
    "a:nii": ["National Institute of Informatics"],
    "b:nii": ["National Institute of Informatics (Japan)"],
    "a:mit": ["MIT"],
    "b:mit": ["Maebashi Institute of Technology"],
    "a:tue": ["TU Eidhoven"],
    "b:tue": ["TU Eindhoven"],
    "b:hitachi": ["Hitachi Ltd."],
    "a:hitachi": ["Hitachi"],
}


def _together(table: pa.Table) -> set[tuple[str, str]]:
    scores = organisations.confirm(score(LINKAGE, table), table, table)
    return {
        (row["left"], row["right"])
        for row in scores.pairs.to_pylist()
        if row["probability"] >= LINKAGE.thresholds.close
    }


def test_organisations_of_a_dataset_are_linked_by_their_whole_names() -> None:
    assert _together(organisations.named(NAMES)) == {
        ("a:bonn", "b:bonn"),
        ("a:epfl", "b:epfl"),
        ("a:epfl", "c:epfl"),
        ("a:hitachi", "b:hitachi"),
        ("a:nii", "b:nii"),
        ("a:tue", "b:tue"),
        ("b:epfl", "c:epfl"),
    }


def test_a_unit_is_not_what_it_is_a_unit_of(tmp_path: Path) -> None:
    path = tmp_path / "organisations.ttl"
    path.write_text(
        """
        @prefix org: <http://www.w3.org/ns/org#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        @prefix : <https://example.org/> .
        :one a org:Organization ; rdfs:label "Rijeka Institute" ; org:unitOf :two .
        :two a org:Organization ; rdfs:label "Rijeka Institute" .
        :three a org:Organization ; skos:prefLabel "Institute Rijeka" .
        :four a org:Organization .
        """,
        "utf-8",
    )
    store = Store.memory([NamedGraph("urn:test", path, "Test")])
    table = organisations.records(store)
    assert table["id"].to_pylist() == [f"https://example.org/{n}" for n in ("one", "three", "two")]
    assert _together(table) == {
        ("https://example.org/one", "https://example.org/three"),
        ("https://example.org/three", "https://example.org/two"),
    }


def test_affiliations_are_linked_to_the_shared_part(shared: Path) -> None:
    register = organisations.records_of(shared / "linking" / "ror" / "ror-records.jsonl.gz")
    pairs = _against(
        register,
        "Graz University of Technology",
        "Joint Genome Institute, Lawrence Berkeley National Laboratory",
    ).pairs.to_pylist()
    found = {row["left"]: row["right"] for row in pairs if row["probability"] > 0.5}
    assert found == {
        "Graz University of Technology": "https://ror.org/00d7xrm67",
        "Joint Genome Institute, Lawrence Berkeley National Laboratory": "https://ror.org/02jbv0t02",
    }
