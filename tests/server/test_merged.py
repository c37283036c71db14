"""One IRI for all that are one: the merged dataset, by question, by address and by command."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from symposia.graph.dataset import NamedGraph, shipped
from symposia.graph.deriving import derive
from symposia.graph.merging import firsts, merge
from symposia.graph.namespaces import BASE
from symposia.graph.store import Store
from symposia.server.app import create_app

Table = list[dict[str, str]]
ADA, HOLT = f"{BASE}lake-2030/person/ada-berg", f"{BASE}lake-2031/person/ada-holt"


@pytest.fixture(scope="module")
def store(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Two conferences that never were, with people who were at both."""
    graphs = [graph for graph in shipped() if graph.iri.startswith(f"{BASE}graph/")]
    graphs += [
        NamedGraph(f"{BASE}{path.stem}/graph/programme", path, path.stem)
        for path in sorted((root / "tests" / "data" / "conferences").glob("*.ttl"))
    ]
    return Store.memory([*graphs, *derive(graphs, tmp_path_factory.mktemp("derived"))])


@pytest.fixture(scope="module")
def lake(store: Store) -> FlaskClient:
    return create_app(store=store).test_client()


@pytest.fixture(scope="module")
def ask(lake: FlaskClient) -> Callable[..., Table]:
    def asked(name: str, **fields: str) -> Table:
        reply = lake.get(f"/api/{name}", query_string={"format": "csv", **fields})
        assert reply.status_code == 200, reply.text
        return [*csv.DictReader(io.StringIO(reply.text))]

    return asked


def test_everything_is_said_of_the_first(store: Store) -> None:
    one, merged = firsts(store), merge(store)
    assert one[HOLT] == ADA
    for each in one:
        node = ox.NamedNode(each)
        query = "SELECT DISTINCT ?p {{ ?s ?p ?thing } UNION { ?thing ?p ?o }}".replace(
            "?thing", str(node)
        )
        left = {row["p"].value.rpartition("#")[2] for row in merged.query(query)}
        assert left <= {"alternateOf", "hadMember"}, each
    assert {*store.graphs()} == {*merged.graphs()}
    labels = "SELECT ?s { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?o }"
    for each in {*one.values()}:
        mine = [row for row in merged.query(labels) if row["s"].value == each]
        assert len(mine) == 1, each


def test_merging_what_is_merged_changes_nothing(store: Store) -> None:
    merged = merge(store)
    again = merge(merged)
    assert {*map(str, again.quads())} == {*map(str, merged.quads())}


def test_own_and_merged_answers(ask: Callable[..., Table]) -> None:
    own = ask("coauthors", person=HOLT)
    assert [(row["person"], row["coauthor_label"]) for row in own] == [(HOLT, "Ida Jones")]
    for person in (HOLT, ADA, "lake-2031/person/ada-holt", "Ada Holt", "ada berg"):
        found = ask("coauthors", person=person, merged="true")
        names = [(row["person"], row["coauthor_label"], row["papers"]) for row in found]
        assert names == [(ADA, "Cy Dale", "1"), (ADA, "Gus Hill", "1"), (ADA, "Ida Jones", "1")]
    papers = ask("person_papers", person="Ada Berg", merged="true")
    assert [row["paper_label"] for row in papers] == ["Oars", "Tides", "Waves alone"]
    assert ask("coauthors", person=HOLT, merged="false") == own


def test_two_of_one_name_stay_two(ask: Callable[..., Table]) -> None:
    names = [row["person_label"] for row in ask("people", merged="true")]
    assert names.count("Cy Dale") == 2
    assert names.count("Eve Fox") == 1
    assert [row["person_label"] for row in ask("people")].count("Eve Fox") == 2


def test_a_question_that_is_merged_by_itself_is_the_same(ask: Callable[..., Table]) -> None:
    given = {"one": "lake-2030", "other": "lake-2031"}
    assert ask("people_at_both", **given) == ask("people_at_both", merged="true", **given)


def test_pages_of_rows_are_of_the_merged_answer(lake: FlaskClient) -> None:
    reply = lake.get("/api/people?format=csv&merged=true&limit=1")
    assert len(reply.text.splitlines()) == 2
    assert "merged=true" in reply.headers["Link"]


@pytest.mark.parametrize("value", ["yes", "1", "TRUE"])
def test_it_is_true_or_false(lake: FlaskClient, value: str) -> None:
    reply = lake.get(f"/api/people?merged={value}")
    assert reply.status_code == 400
    assert "true or false" in reply.text


def test_the_page_of_a_question_switches(lake: FlaskClient) -> None:
    own = lake.get("/queries/people", headers={"Accept": "text/html"}).text
    assert 'href="/queries/people?merged=true"' in own
    merged = lake.get("/queries/people?merged=true", headers={"Accept": "text/html"}).text
    assert "symposia query people --merged" in merged
    assert "merged=true" in merged.partition("Answer as")[2]
    assert merged.count("Eve Fox") == 1
    both = lake.get("/queries/returning_authors", headers={"Accept": "text/html"}).text
    assert "one IRI for all conferences" in both
    assert "merged=true" not in both


def test_networks_switch(lake: FlaskClient) -> None:
    def names(**fields: str) -> list[str]:
        asked = {"format": "csv", "table": "members", **fields}
        reply = lake.get("/network", query_string=asked)
        return sorted(row["label"] for row in csv.DictReader(io.StringIO(reply.text)))

    both, own = names(), names(identities="own")
    assert (both.count("Gus Hill"), both.count("Ada Holt")) == (1, 0)
    assert (own.count("Gus Hill"), own.count("Ada Holt")) == (2, 1)
    assert names(identities="merged") == both
    assert "Kit Lowe" in names(person=f"{BASE}lake-2030/person/gus-hill")
    assert "Kit Lowe" not in names(person=f"{BASE}lake-2030/person/gus-hill", identities="own")
    page = lake.get("/network?identities=own", headers={"Accept": "text/html"})
    assert '<option value="own" selected>' in page.text
    wrong = lake.get("/network?identities=both", headers={"Accept": "application/json"})
    assert wrong.status_code == 400
