"""Adding sources: each by itself, with what breaks shapes kept apart, and the original beside."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from symposia.graph.archives import unpack
from symposia.graph.errors import SourceError
from symposia.graph.generations import Generations
from symposia.server.app import create_app
from symposia.server.cli import main

BASE = "https://w3id.org/symposia/"
SWC = "http://data.semanticweb.org/ns/swc/ontology#"

CONFERENCE = """\
@prefix swc: <http://data.semanticweb.org/ns/swc/ontology#> .
@prefix swrc: <http://swrc.ontoware.org/ontology#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix dc: <http://purl.org/dc/elements/1.1/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix ical: <http://www.w3.org/2002/12/cal/ical#> .

<http://old.example/conference/small/YEAR> a swc:ConferenceEvent ;
  rdfs:label "Small YEAR" ; swc:hasAcronym "SMALL" ;
  ical:dtstart "YEAR-05-01" ; ical:dtend "YEAR-05-03" .
<http://old.example/conference/small/YEAR/paper/1> a swrc:InProceedings ;
  rdfs:label "On small things" ; dc:title "On small things" ;
  swc:isPartOf <http://old.example/conference/small/YEAR/proceedings> ;
  foaf:maker <http://old.example/person/ann> .
<http://old.example/conference/small/YEAR/proceedings> a swrc:Proceedings ;
  rdfs:label "Proceedings" .
<http://old.example/person/ann> a foaf:Person ; foaf:name "Ann Example" ; rdfs:label "Ann Example" ;
  swrc:affiliation <http://old.example/organization/acme> .
<http://old.example/organization/acme> a foaf:Organization ; rdfs:label "Acme" ; foaf:name "Acme" .
"""


def source(folder: Path, year: int, more: str = "") -> Path:
    path = folder / f"small-{year}.ttl"
    path.write_text(CONFERENCE.replace("YEAR", str(year)) + more)
    return path


def run(data: Path, *arguments: object) -> Result:
    return CliRunner(env={"SYMPOSIA_DATA": str(data)}).invoke(main, list(map(str, arguments)))


def added(data: Path, *arguments: object) -> dict[str, Any]:
    result = run(data, "add", *arguments, "--json")
    assert result.exit_code in (0, 1), result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A data folder with a programme whose end is before its start, and one that is right."""
    folder = tmp_path_factory.mktemp("filled")
    wrong = source(folder, 2031).read_text().replace("2031-05-03", "2031-04-03")
    (folder / "small-2031.ttl").write_text(wrong)
    found = added(folder / "data", folder / "small-2031.ttl", source(folder, 2030))
    assert [each["status"] for each in found["sources"]] == ["added", "added"]
    return folder, folder / "data"


def test_a_programme_has_its_graphs(filled: tuple[Path, Path]) -> None:
    _, data = filled
    now = Generations(data).current()
    assert now is not None
    small = {g.iri: g.default for g in now.graphs if "small-20" in g.iri}
    assert small == {
        BASE + "small-2030/graph/loss": False,
        BASE + "small-2030/graph/original": False,
        BASE + "small-2030/graph/programme": True,
        BASE + "small-2031/graph/loss": False,
        BASE + "small-2031/graph/original": False,
        BASE + "small-2031/graph/programme": True,
        BASE + "small-2031/graph/quarantine": False,
    }


def test_the_bytes_of_a_source_are_kept(filled: tuple[Path, Path]) -> None:
    folder, data = filled
    content = (folder / "small-2030.ttl").read_bytes()
    kept = data / "originals" / hashlib.sha256(content).hexdigest()
    assert kept.read_bytes() == content


def test_what_breaks_a_shape_is_kept_apart_with_the_result(filled: tuple[Path, Path]) -> None:
    _, data = filled
    query = (
        "SELECT ?end ?result { GRAPH <https://w3id.org/symposia/small-2031/graph/quarantine> {"
        " <https://w3id.org/symposia/small-2031> <https://schema.org/endDate> ?end ."
        " ?result <http://www.w3.org/ns/shacl#focusNode> <https://w3id.org/symposia/small-2031> } }"
    )
    shown = run(data, "query", query, "--format", "csv").stdout
    assert shown.splitlines() == ["end,result", f"2031-04-03,{BASE}small-2031/quarantine/1"]
    ask = "ASK { <https://w3id.org/symposia/small-2031> <https://schema.org/endDate> ?end }"
    assert run(data, "query", ask).stdout == "false\n"
    assert run(data, "validate").exit_code == 0
    listed = json.loads(run(data, "list", "--json").stdout)
    violations = {one["programme"]: one["violations"] for one in listed}
    assert (violations[BASE + "small-2030"], violations[BASE + "small-2031"]) == (0, 1)
    told = json.loads(run(data, "info", "--json").stdout)["violations"]
    assert told == {"total": 1, "programmes": {BASE + "small-2031": 1}}
    lines = [line.split() for line in run(data, "info").stdout.splitlines()]
    assert ["violations", "kept", "apart", "1"] in lines
    assert ["small-2031", "1"] in lines
    assert not any("small-2030" in line for line in lines)


OLD = """\
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX swrc: <http://swrc.ontoware.org/ontology#>
SELECT ?p WHERE { ?p a foaf:Person ; foaf:name ?n ; swrc:affiliation ?o }
"""


def test_old_queries_are_answered_over_the_originals(filled: tuple[Path, Path]) -> None:
    """A triple that two originals say is there once."""
    _, data = filled
    shown = run(data, "query", OLD, "--originals", "--format", "csv").stdout.split()
    assert shown == ["p", "http://old.example/person/ann"]
    assert run(data, "query", OLD, "--format", "csv").stdout.split() == ["p"]
    client = create_app(data).test_client()
    answer = client.get(
        "/originals/sparql", query_string={"query": OLD}, headers={"Accept": "text/csv"}
    )
    assert answer.text.split() == ["p", "http://old.example/person/ann"]
    described = client.post(
        "/originals/sparql",
        data={"query": "DESCRIBE <http://old.example/person/ann>"},
        headers={"Accept": "application/n-triples"},
    )
    assert '<http://xmlns.com/foaf/0.1/name> "Ann Example"' in described.text
    papers = f"SELECT ?x {{ ?x <{SWC}isPartOf> ?y }}"
    found = client.get("/originals/sparql", query_string={"query": papers, "format": "csv"})
    assert len(found.text.split()) == 3
    refused = client.post("/originals/sparql", data={"update": "CLEAR ALL"})
    assert refused.status_code == 400
    assert "nobody changes them" in refused.text


def test_the_same_twice_changes_nothing(filled: tuple[Path, Path]) -> None:
    folder, data = filled
    before = Generations(data).current()
    found = added(data, folder / "small-2030.ttl")
    assert [each["status"] for each in found["sources"]] == ["unchanged"]
    assert Generations(data).current() == before


def test_one_that_fails_leaves_the_others(tmp_path: Path) -> None:
    good = source(tmp_path, 2030)
    (tmp_path / "broken.ttl").write_text("@prefix x: <http://x/> .\nx:a x:b .\n")
    (tmp_path / "claims.ttl").write_text(
        f"<{BASE}small-2030/person/ann-example> <http://x/p> 1 ; <http://x/q> <{BASE}> ."
    )
    (tmp_path / "words.ttl").write_text(f"<{BASE}ontology#Paper> <http://x/p> 1 .")
    result = run(
        tmp_path / "data",
        "add",
        good,
        *(tmp_path / f"{n}.ttl" for n in ("broken", "claims", "words")),
    )
    assert result.exit_code == 1
    assert "added: 1 source\nfailed: 3 sources\n" in result.stderr
    assert "broken.ttl:2:9: " in result.stderr
    assert f"it says something about <{BASE}small-2030>, which is the programme of" in result.stderr
    assert f"<{BASE}ontology#Paper>, which is part of our vocabularies" in result.stderr
    listed = json.loads(run(tmp_path / "data", "list", "--json").stdout)
    assert BASE + "small-2030" in {one["programme"] for one in listed}


@pytest.mark.parametrize("day", ["soon", "2031", "2031-02-30", "", "31.5.2031"])
def test_what_is_no_date_is_kept_apart(tmp_path: Path, day: str) -> None:
    wrong = source(tmp_path, 2031)
    wrong.write_text(wrong.read_text().replace("2031-05-03", day))
    data = tmp_path / "data"
    found = added(data, wrong)["sources"][0]["programmes"][0]["violations"]
    assert {one["shape"].rpartition("#")[2] for one in found} == {
        "Conference-endDate",
        "Conference-endDate-not-before-start",  # nothing is before what is no date
    }
    query = f"SELECT ?day {{ <{BASE}small-2031> ?p ?day FILTER(DATATYPE(?day) = xsd:date) }}"
    prefix = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>"
    shown = run(data, "query", f"{prefix} {query}", "--format", "csv")
    assert shown.stdout.split() == ["day", "2031-05-01"]


def test_a_violation_can_be_refused(tmp_path: Path) -> None:
    wrong = source(tmp_path, 2031)
    wrong.write_text(wrong.read_text().replace("2031-05-03", "2031-04-03"))
    result = run(tmp_path / "data", "add", wrong, "--on-violation", "refuse")
    assert result.exit_code == 1
    assert "breaks the shapes (1 violation)" in result.stderr
    assert "Violation: " in result.stderr
    assert not (tmp_path / "data" / "current").exists()


def test_a_changed_source_replaces_what_it_gave(tmp_path: Path) -> None:
    data = tmp_path / "data"
    wrong = source(tmp_path, 2031)
    right = wrong.read_text()
    wrong.write_text(right.replace("2031-05-03", "2031-04-03"))
    added(data, wrong)
    wrong.write_text(right)
    added(data, wrong)
    now = Generations(data).current()
    assert now is not None
    parts = [g.iri.rpartition("/")[2] for g in now.graphs if "small-2031" in g.iri]
    assert parts == ["loss", "original", "programme"]


def test_another_source_takes_the_place_of_the_first(tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = source(tmp_path, 2030)
    other = tmp_path / "corrected.ttl"
    other.write_text(first.read_text().replace("Acme", "ACME"))
    added(data, first)
    assert run(data, "replace", other).exit_code == 0
    listed = json.loads(run(data, "list", "--json").stdout)
    assert [o["sources"] for o in listed if o["programme"] == BASE + "small-2030"] == [[str(other)]]


def test_a_broken_file_is_taken_as_far_as_it_can_be(tmp_path: Path) -> None:
    path = source(tmp_path, 2030, "<http://x/a> <http://x/b> .\n")
    assert run(tmp_path / "data", "add", path).exit_code == 1
    found = added(tmp_path / "data", path, "--lenient")
    (one,) = found["sources"][0]["programmes"]
    assert one["loss"]["total"]["refused"] == 1
    assert one["loss"]["refusals"][0]["place"] == "line 20"


def test_an_archive_is_added(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(source(tmp_path, 2030), "deep/small-2030.ttl")
        archive.writestr("deep/readme.md", "nothing")
    found = added(tmp_path / "data", path)
    assert [(o["source"], o["status"]) for o in found["sources"]] == [
        (f"{path}/deep/small-2030.ttl", "added")
    ]


@pytest.mark.parametrize(
    ("member", "content", "message"),
    [
        ("../escaped.ttl", b"x", "leads out of it"),
        ("/etc/passwd", b"x", "leads out of it"),
        ("bomb.ttl", bytes(8 * 1024 * 1024), "unpacks to too much"),
    ],
)
def test_archives_that_are_refused(
    tmp_path: Path, member: str, content: bytes, message: str
) -> None:
    path = tmp_path / "bad.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, content)
    (tmp_path / "in").mkdir()
    with pytest.raises(SourceError, match=message):
        unpack(path, tmp_path / "in")
    assert not (tmp_path / "escaped.ttl").exists()
    assert {path.name for path in tmp_path.iterdir()} == {"bad.zip", "in"}
