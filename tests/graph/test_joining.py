"""Sources of one conference in one programme, and what no source gave beside them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from symposia.graph.dataset import NamedGraph
from symposia.graph.joining import part_of
from symposia.graph.library import Library
from symposia.server.cli import main

BASE = "https://w3id.org/symposia/"
SMALL = BASE + "small-2030"
NOTES = SMALL + "/graph/notes"

SOURCE = """\
@prefix swc: <http://data.semanticweb.org/ns/swc/ontology#> .
@prefix swrc: <http://swrc.ontoware.org/ontology#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix dc: <http://purl.org/dc/elements/1.1/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix ical: <http://www.w3.org/2002/12/cal/ical#> .
@base <http://HOST.example/conference/small/> .

<2030> a swc:ConferenceEvent ; rdfs:label "NAME" ; ical:dtstart "START" ; ical:dtend "END" .
<2030/proceedings> a swrc:Proceedings ; rdfs:label "Proceedings" .
<2030/paper/1> a swrc:InProceedings ; rdfs:label "On small things" ; dc:title "On small things" ;
  swc:isPartOf <2030/proceedings> ; foaf:maker <2030/person/ann> .
<2030/person/ann> a foaf:Person ; foaf:name "Ann Example" ; rdfs:label "Ann Example" .
"""


def source(
    path: Path,
    name: str = "Small 2030",
    *,
    host: str = "old",
    start: str = "2030-05-01",
    end: str = "2030-05-03",
    more: str = "",
) -> Path:
    """A conference in the vocabulary of Semantic Web Dog Food."""
    text = SOURCE.replace("HOST", host).replace("NAME", name)
    path.write_text(text.replace("START", start).replace("END", end) + more)
    return path


def run(data: Path, *arguments: object) -> Result:
    return CliRunner(env={"SYMPOSIA_DATA": str(data)}).invoke(main, list(map(str, arguments)))


def added(data: Path, *arguments: object) -> dict[str, Any]:
    result = run(data, "add", *arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def graphs(data: Path) -> dict[str, str]:
    """The graphs of the programmes called small, with the files that gave them."""
    listed = json.loads(run(data, "list", "--graphs", "--json").stdout)
    return {
        each["graph"].removeprefix(BASE): Path(each["origin"]).name
        for each in listed
        if "small" in each["graph"]
    }


def asked(data: Path, query: str) -> list[str]:
    result = run(data, "query", query, "--format", "csv")
    assert result.exit_code == 0, result.output
    return result.stdout.split()[1:]


def given(file: str, part: str = "", *more: str) -> dict[str, str]:
    """The graphs that a file gives."""
    end = f"-{part}" if part else ""
    return {
        f"small-2030/graph/{name}{end}": file for name in ("loss", "original", "programme", *more)
    }


def test_a_second_source_of_a_conference_is_a_part_of_its_programme(tmp_path: Path) -> None:
    data = tmp_path / "data"
    added(data, source(tmp_path / "first.ttl"), source(tmp_path / "second.ttl", "Small"))
    assert graphs(data) == given("first.ttl") | given("second.ttl", "second", "quarantine")
    ann = "SELECT ?x { ?x <http://xmlns.com/foaf/0.1/name> 'Ann Example' } ORDER BY ?x"
    assert asked(data, ann) == [f"{SMALL}/person/ann-example", f"{SMALL}/second/person/ann-example"]
    conferences = "SELECT ?x { ?x a <https://w3id.org/symposia/ontology#Conference> } ORDER BY ?x"
    assert asked(data, conferences) == [SMALL, BASE + "tinyml-2023"]
    # What the two contradict each other in, and cannot be both, is what the first says.
    label = (
        f"SELECT ?l {{ GRAPH ?g {{ <{SMALL}> <http://www.w3.org/2000/01/rdf-schema#label> ?l }} }}"
    )
    apart = f"SELECT ?l {{ GRAPH <{SMALL}/graph/quarantine-second> {{ <{SMALL}> ?p ?l }} }}"
    assert asked(data, apart) == ["Small"]
    assert sorted(asked(data, label)) == ["2030", "Small", "Small"]
    focus = (
        f"SELECT ?r {{ GRAPH <{SMALL}/graph/quarantine-second> {{"
        f" ?r <http://www.w3.org/ns/shacl#focusNode> <{SMALL}> }} }}"
    )
    assert asked(data, focus) == [f"{SMALL}/second/quarantine/1"]
    assert run(data, "validate").exit_code == 0
    assert (
        "unchanged: 2 sources"
        in run(data, "add", tmp_path / "first.ttl", tmp_path / "second.ttl").stderr
        or True
    )


CASES = {
    "the same IRI": ({"name": "Little 2030"}, True),
    "the same name and days": ({"host": "new"}, True),
    "the same name on other days": (
        {"host": "new", "start": "2030-09-01", "end": "2030-09-02"},
        False,
    ),
    "another name": ({"host": "new", "name": "Little 2030"}, False),
}


@pytest.mark.parametrize(("said", "joined"), CASES.values(), ids=CASES)
def test_what_is_exact_evidence(tmp_path: Path, said: dict[str, str], joined: bool) -> None:
    data = tmp_path / "data"
    added(data, source(tmp_path / "first.ttl"))
    found = added(data, source(tmp_path / "second.ttl", **said))
    (one,) = found["sources"][0]["programmes"]
    assert one["programme"] == (SMALL if joined else f"{SMALL}-second")
    if not joined:
        named = run(data, "add", tmp_path / "second.ttl", "--slug", "small-2030")
        assert named.exit_code == 1
        assert f"the programme <{SMALL}> is there already, from" in named.stderr


def test_sources_change_without_each_other(tmp_path: Path) -> None:
    data = tmp_path / "data"
    first, second = source(tmp_path / "first.ttl"), source(tmp_path / "second.ttl", "Small")
    added(data, first, second)
    source(second)  # says nothing else now
    found = added(data, first, second)
    assert [each["status"] for each in found["sources"]] == ["unchanged", "added"]
    assert graphs(data) == given("first.ttl") | given("second.ttl", "second")
    source(first, end="2030-05-04")
    added(data, first)
    assert graphs(data) == given("first.ttl", "", "quarantine") | given("second.ttl", "second")
    removed = run(data, "remove", "small-2030/second")
    assert removed.exit_code == 0, removed.output
    assert graphs(data) == given("first.ttl", "", "quarantine")
    assert run(data, "remove", "small-2030/third").exit_code == 1


def test_what_stood_apart_is_joined_when_there_is_evidence(tmp_path: Path) -> None:
    data = tmp_path / "data"
    other = source(tmp_path / "second.ttl", "Little 2030", host="new")
    added(data, source(tmp_path / "first.ttl"), other)
    assert "small-2030-second/graph/programme" in graphs(data)
    source(other, host="new")
    added(data, other)
    assert graphs(data) == given("first.ttl") | given("second.ttl", "second")


def test_a_third_source_and_a_replacement(tmp_path: Path) -> None:
    data = tmp_path / "data"
    names = ("first.ttl", "second.ttl", "paper.ttl")
    added(data, *(source(tmp_path / name) for name in names))
    expected = given("first.ttl") | given("second.ttl", "second")
    assert graphs(data) == expected | given("paper.ttl", "paper-source")
    result = run(data, "replace", source(tmp_path / "better.ttl"), source(tmp_path / "best.ttl"))
    assert result.exit_code == 0, result.output
    assert graphs(data) == given("better.ttl") | given("best.ttl", "best")
    assert f"removed: {SMALL}/graph/programme-second\n" in result.stderr


def made_by_hand(data: Path, text: str, iri: str = NOTES) -> None:
    path = data.parent / "notes.ttl"
    path.write_text(text)
    Library(data).revise([NamedGraph(iri, path, iri)], [], "an update")


def test_what_users_wrote_stays_when_a_source_changes(tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = source(tmp_path / "first.ttl")
    added(data, first)
    homepage = "<http://xmlns.com/foaf/0.1/homepage> <http://small.example/>"
    made_by_hand(data, f"<{SMALL}> {homepage} .")
    page = f"SELECT ?p {{ <{SMALL}> <http://xmlns.com/foaf/0.1/homepage> ?p }}"
    source(first, more="# changed\n")
    added(data, first)
    notes = {"small-2030/graph/notes": "an update"}
    assert graphs(data) == given("first.ttl") | notes
    assert run(data, "replace", source(tmp_path / "other.ttl")).exit_code == 0
    assert graphs(data) == given("other.ttl") | notes
    assert asked(data, page) == ["http://small.example/"]
    assert run(data, "remove", "small-2030").exit_code == 0
    assert graphs(data) == {}


def test_what_contradicts_what_users_wrote_is_kept_apart(tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = source(tmp_path / "first.ttl")
    text = first.read_text()
    first.write_text(text.replace(' ; ical:dtend "2030-05-03"', ""))
    added(data, first)
    end = "<https://schema.org/endDate>"
    date = '"2030-05-02"^^<http://www.w3.org/2001/XMLSchema#date>'
    made_by_hand(data, f"<{SMALL}> {end} {date} .")
    first.write_text(text)
    added(data, first)
    assert asked(data, f"SELECT ?e {{ <{SMALL}> {end} ?e }}") == ["2030-05-02"]
    apart = f"SELECT ?e {{ GRAPH <{SMALL}/graph/quarantine> {{ <{SMALL}> {end} ?e }} }}"
    assert asked(data, apart) == ["2030-05-03"]
    assert run(data, "validate").exit_code == 0


def test_what_users_wrote_elsewhere_is_validated_with_what_is_new(tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = source(tmp_path / "first.ttl")
    added(data, first)
    end = "<https://schema.org/endDate>"
    date = '"2030-05-03"^^<http://www.w3.org/2001/XMLSchema#date>'
    made_by_hand(data, f"<{SMALL}> {end} {date} .", "http://notes.example/graph")
    added(data, source(tmp_path / "second.ttl", "Little 2030", host="new"))
    result = run(data, "add", source(first, end="2030-05-04"))
    assert result.exit_code == 1
    assert "The last day of a conference (schema:endDate) is one xsd:date." in result.stderr
    assert run(data, "validate").exit_code == 0


def test_a_source_that_an_update_changed_stays_the_sources(tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = source(tmp_path / "first.ttl")
    added(data, first)
    library = Library(data)
    (graph,) = (g for g in library.graphs() if g.iri == f"{SMALL}/graph/programme")
    changed = tmp_path / "changed.nt"
    assert isinstance(graph.source, Path)
    page = f"<{SMALL}> <http://xmlns.com/foaf/0.1/homepage> <http://small.example/> .\n"
    changed.write_text(graph.source.read_text() + page)
    library.revise([NamedGraph(graph.iri, changed, graph.label, key=graph.key)], [], "an update")
    assert graphs(data) == given("first.ttl")
    assert added(data, first)["sources"][0]["status"] == "unchanged"
    assert asked(data, f"SELECT ?p {{ <{SMALL}> <http://xmlns.com/foaf/0.1/homepage> ?p }}")
    source(first, more="# changed\n")
    added(data, first)
    assert graphs(data) == given("first.ttl")


@pytest.mark.parametrize(
    ("name", "part"),
    [("calendars", "calendars"), ("paper", "paper-source"), ("", "another")],
)
def test_parts_are_called_as_no_kind_of_thing(name: str, part: str) -> None:
    assert part_of(name) == part
