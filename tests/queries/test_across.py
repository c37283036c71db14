"""Questions over several conferences, asked of two that never were and of some that were."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from symposia.graph.dataset import NamedGraph, shipped
from symposia.graph.deriving import derive
from symposia.graph.linking.decisions import Decision, Verdict
from symposia.graph.linking.links import CLOSE, Evidence, Link, Links, Method, Status
from symposia.graph.mapping import find_mapping, map_graph
from symposia.graph.namespaces import BASE
from symposia.graph.questions import bind, question
from symposia.graph.results import serialise_results
from symposia.graph.store import Store

HERE = Path(__file__).parent
DATA = HERE.parent / "data" / "conferences"

TWO: dict[str, dict[str, str]] = {
    "bridges_between_conferences": {"one": "lake-2030", "other": "lake-2031"},
    "chairs": {"conference": "lake-2030"},
    "coauthors_everywhere": {"person": "lake-2031/person/ada-holt"},
    "committee": {},
    "committee_members_who_publish": {},
    "conferences": {},
    "countries": {},
    "identity_evidence": {},
    "link_evidence": {"thing": "lake-2030/person/cy-dale"},
    "links": {},
    "newcomers": {},
    "organisations_over_time": {},
    "organising_roles": {},
    "panelists": {},
    "papers": {},
    "papers_by_track": {},
    "papers_by_year_and_topic": {},
    "people_at_both": {"one": "lake-2030", "other": "lake-2031"},
    "person_conferences": {"person": "lake-2031/person/ada-holt"},
    "returning_authors": {},
    "talks": {"conference": "lake-2030"},
    "timetable": {"conference": "lake-2030"},
    "topic_trends": {"year": "2031"},
    "unmatched_keywords": {},
}
REAL: dict[str, dict[str, str]] = {
    "bridges_between_conferences": {"one": "iswc-2005", "other": "eswc-2008"},
    "coauthors_everywhere": {"person": "iswc-2005/person/peter-mika"},
    "committee_members_who_publish": {"conference": "iswc-2005"},
    "conferences": {},
    "newcomers": {},
    "organising_roles": {"conference": "eswc-2008"},
    "papers_by_track": {"conference": "eswc-2008"},
    "people_at_both": {"one": "iswc-2005", "other": "eswc-2008"},
    "person_conferences": {"person": "iswc-2005/person/peter-mika"},
    "returning_authors": {"minimum": "3"},
    "unmatched_keywords": {"minimum": "4"},
}
SOURCES = ("iswc/iswc-2005-complete.ttl", "iswc/iswc-2006-complete.new.ttl",
           "eswc/eswc-2008-complete.rdf")  # fmt: skip


CY, CY_2, GUS_2 = (
    f"{BASE}{iri}"
    for iri in ("lake-2030/person/cy-dale", "lake-2031/person/cy-dale", "lake-2031/person/gus-hill")
)
NO = Decision(CY, GUS_2, Verdict.REJECT, "Ada Holt", "Two people.", "2031-01-02T03:04:05Z")
FOUND = (Evidence("name", "the same name", 8.5), Evidence("homepage", "a group's homepage", -2.25))
LINKED = Links(
    "people",
    (
        Link(CY, CY_2, CLOSE, 0.95, 4.25, FOUND, status=Status.STATED),
        Link(CY, GUS_2, score=0.31, weight=-1.15, status=Status.REJECTED, decision=NO),
    ),
    (NO,),
    Method("People by name.", "1", 0.999, 0.9),
    "2031-01-02T03:04:05Z",
)
"""Links between people of the two, none of which makes them one."""


def vocabularies() -> list[NamedGraph]:
    return [graph for graph in shipped() if graph.iri.startswith(f"{BASE}graph/")]


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> list[NamedGraph]:
    """Two conferences that never were."""
    programmes = [
        NamedGraph(f"{BASE}{path.stem}/graph/programme", path, path.stem)
        for path in sorted(DATA.glob("*.ttl"))
    ]
    folder = tmp_path_factory.mktemp("derived")
    graphs = [*vocabularies(), *programmes, LINKED.graph(folder)]
    return [*graphs, *derive(graphs, folder)]


@pytest.fixture(scope="module")
def two_store(two: list[NamedGraph]) -> Store:
    return Store.memory(two)


@pytest.fixture(scope="module")
def real_store(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """ISWC 2005 and 2006 and ESWC 2008."""
    folder = tmp_path_factory.mktemp("real")
    graphs = vocabularies()
    for name in SOURCES:
        path = shared / "conferences" / name
        syntax = ox.RdfFormat.RDF_XML if path.suffix == ".rdf" else ox.RdfFormat.TURTLE
        quads = list(ox.parse(path.read_bytes(), syntax, lenient=True))
        mapping = find_mapping(quads)
        assert mapping is not None
        mapped = map_graph(quads, mapping, source=path.name)
        file = folder / f"{path.stem}.nt"
        ox.serialize(mapped.triples, str(file), ox.RdfFormat.N_TRIPLES)
        graphs.append(NamedGraph(f"{mapped.programme}/graph/programme", file, path.stem))
    return Store.memory([*graphs, *derive(graphs, folder)])


def tsv(store: Store, name: str, values: dict[str, str]) -> str:
    asked = question(name)
    results = store.query(asked.text, bind(asked, values, store))
    return serialise_results(results, "tsv").decode("utf-8")


def check(answer: str, path: Path, snapshot: Callable[[Path, str], None]) -> None:
    rows = answer.splitlines()[1:]
    assert rows
    assert len(rows) == len(set(rows)), "a row stands twice"
    snapshot(path, answer)


@pytest.mark.parametrize("name", TWO)
def test_two_conferences(
    name: str, two_store: Store, snapshot: Callable[[Path, str], None]
) -> None:
    check(tsv(two_store, name, TWO[name]), HERE / "across" / "two" / f"{name}.tsv", snapshot)


@pytest.mark.parametrize("name", REAL)
def test_real_conferences(
    name: str, real_store: Store, snapshot: Callable[[Path, str], None]
) -> None:
    check(tsv(real_store, name, REAL[name]), HERE / "across" / "real" / f"{name}.tsv", snapshot)


@pytest.fixture(scope="module")
def two_in_rdflib(two: list[NamedGraph]) -> rdflib.Graph:
    merged = rdflib.Graph()
    for graph in two:
        assert isinstance(graph.source, Path)
        merged.parse(graph.source)
    return merged


@pytest.mark.parametrize("name", TWO)
def test_rdflib_gives_the_same_answer(
    name: str, two_store: Store, two_in_rdflib: rdflib.Graph
) -> None:
    asked = question(name)
    terms = bind(asked, TWO[name], two_store)
    answer = two_store.query(asked.text, terms)
    assert isinstance(answer, ox.QuerySolutions)
    ours = [[None if value is None else value.value for value in row] for row in answer]
    given = {key: rdflib.util.from_n3(str(term)) for key, term in terms.items()}
    theirs = two_in_rdflib.query(asked.text, initBindings=given)  # type: ignore[arg-type]
    assert ours == [[None if v is None else str(v) for v in row] for row in theirs]  # type: ignore[union-attr]


def test_no_snapshot_is_left_over() -> None:
    found = {(path.parent.name, path.stem) for path in (HERE / "across").rglob("*.tsv")}
    assert found == {("two", name) for name in TWO} | {("real", name) for name in REAL}


def test_names_alone_make_nobody_the_same(two_store: Store) -> None:
    """Cy Dale is at both conferences by name; the homepage is the group's."""
    assert "Cy Dale" not in tsv(two_store, "people_at_both", TWO["people_at_both"])
