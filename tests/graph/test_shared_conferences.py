"""Conferences of the Semantic Web Dog Food in one dataset: old queries, ours, and what is valid."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from symposia.server.app import create_app
from symposia.server.cli import main

BASE = "https://w3id.org/symposia/"
PERSON = "http://data.semanticweb.org/person/stefan-decker"
SOURCES = ("iswc/iswc-2003-complete.ttl", "iswc/iswc-2006-complete.new.ttl",
           "eswc/eswc-2008-complete.rdf")  # fmt: skip

PREFIXES = """\
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX swc: <http://data.semanticweb.org/ns/swc/ontology#>
PREFIX swrc: <http://swrc.ontoware.org/ontology#>
"""
OLD = {
    "people": "SELECT ?p WHERE { ?p a foaf:Person ; foaf:name ?n ; swrc:affiliation ?o }",
    "papers": "SELECT ?x ?y WHERE { ?x swc:isPartOf ?y ; a swrc:InProceedings }",
    "roles": "SELECT DISTINCT ?p ?r WHERE { ?p foaf:name ?n ; swc:holdsRole ?r }",
}
"""Queries as they were written for the Semantic Web Dog Food."""


class Published(NamedTuple):
    """A dataset of three conferences, and the triples of their files in one store."""

    data: Path
    sources: list[dict[str, Any]]
    before: ox.Store

    def run(self, *arguments: str) -> str:
        """What a command prints, which succeeds."""
        result = CliRunner(env={"SYMPOSIA_DATA": str(self.data)}).invoke(main, arguments)
        assert result.exit_code == 0, result.output
        return result.stdout


@pytest.fixture(scope="module")
def published(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Published:
    data = tmp_path_factory.mktemp("published")
    files = [shared / "conferences" / name for name in SOURCES]
    made = Published(data, [], ox.Store())
    made.sources.extend(json.loads(made.run("add", "--json", *map(str, files)))["sources"])
    for path in files:
        syntax = ox.RdfFormat.RDF_XML if path.suffix == ".rdf" else ox.RdfFormat.TURTLE
        parsed = ox.parse(path.read_bytes(), syntax, lenient=True)
        made.before.extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in parsed)
    return made


def rows(store: ox.Store, query: str) -> list[str]:
    """The rows of CSV, sorted."""
    found = store.query(PREFIXES + query)
    assert isinstance(found, ox.QuerySolutions)
    return sorted(found.serialize(format=ox.QueryResultsFormat.CSV).decode().splitlines()[1:])


@pytest.mark.parametrize("name", OLD)
def test_old_queries_are_answered_over_the_originals(name: str, published: Published) -> None:
    query = PREFIXES + OLD[name]
    expected = rows(published.before, OLD[name])
    assert len(expected) > 40
    shown = published.run("query", query, "--originals", "--format", "csv")
    assert sorted(shown.splitlines()[1:]) == expected
    client = create_app(published.data).test_client()
    answer = client.post("/originals/sparql", data={"query": query}, headers={"Accept": "text/csv"})
    assert sorted(answer.text.splitlines()[1:]) == expected
    assert len(published.run("query", query, "--format", "csv").splitlines()) == 1


def test_a_person_is_described_by_the_old_iri(published: Published) -> None:
    node = ox.NamedNode(PERSON)
    expected = {str(q.triple) for q in published.before.quads_for_pattern(node, None, None)}
    assert len(expected) > 10
    asked = {"query": f"DESCRIBE <{PERSON}>"}
    client = create_app(published.data).test_client()
    answer = client.post(
        "/originals/sparql", data=asked, headers={"Accept": "application/n-triples"}
    )
    said = {
        str(triple.triple)
        for triple in ox.parse(answer.data, ox.RdfFormat.N_TRIPLES)
        if triple.subject == node
    }
    assert said == expected
    shown = published.run("query", asked["query"], "--originals", "--format", "ntriples")
    assert expected <= {str(one.triple) for one in ox.parse(shown, ox.RdfFormat.N_TRIPLES)}


def test_ours_are_answered_over_all(published: Published) -> None:
    """The old IRI leads to the person in each conference, and they are one."""
    query = f"{PREFIXES}SELECT ?x {{ ?x owl:sameAs <{PERSON}> }} ORDER BY ?x"
    found = published.run("query", query, "--format", "csv").split()[1:]
    own = [f"{BASE}{name}/person/stefan-decker" for name in ("eswc-2008", "iswc-2003", "iswc-2006")]
    assert found == own
    listed = published.run("query", "conferences", "--format", "csv").splitlines()[1:]
    names = {line.partition(",")[0].removeprefix(BASE) for line in listed}
    assert names == {"eswc-2008", "iswc-2003", "iswc-2006", "tinyml-2023"}
    at = published.run(
        "query", "person_conferences", "--param", f"person={own[0]}", "--format", "csv"
    )
    assert all(f"{BASE}{name}" in at for name in ("eswc-2008", "iswc-2003", "iswc-2006"))


def test_what_is_valid_by_itself_is_valid_together(published: Published) -> None:
    """Violations are kept apart source by source, and none is left in the union (decision 28)."""
    apart = [len(each["violations"]) for one in published.sources for each in one["programmes"]]
    assert apart == [24, 8, 3]
    report = json.loads(published.run("validate", "--format", "json"))
    assert (report["conforms"], report["violations"]) == (True, 0)
