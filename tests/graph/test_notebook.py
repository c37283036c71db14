"""The dataset in Python: what a notebook is given."""

from __future__ import annotations

import datetime
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
import symposia
from symposia.graph.errors import ParameterError, QueryError, SourceError, UnknownQuestionError
from symposia.graph.store import Store
from symposia.graph.tables import Table, table_of

BASE = "https://w3id.org/symposia/"
MEYER = f"{BASE}tinyml-2023/person/brett-meyer"


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> symposia.Dataset:
    return symposia.open(tmp_path_factory.mktemp("empty"), frames="table")


def test_a_question_gives_a_table_of_python_values(dataset: symposia.Dataset) -> None:
    found = dataset.query("conferences")
    assert found.columns[:4] == ("conference", "conference_label", "start", "end")
    (row,) = found.to_dicts()
    assert row["conference_label"] == "tinyML Research Symposium 2023"
    assert row["start"] == datetime.date(2023, 3, 27)
    assert (row["sessions"], row["talks"], row["papers"]) == (11, 18, 16)


def test_parameters_are_given_in_words(dataset: symposia.Dataset) -> None:
    found = dataset.query("coauthors", person="Brett Meyer")
    assert found["coauthor_label"] == [
        "Marihan Amein",
        "Olivier Therrien",
        "Warren J. Gross",
        "Zhuoran Xiong",
    ]
    assert found == dataset.query("coauthors", person=MEYER)
    assert len(dataset.query("papers", topic=None)) == 16


def test_sparql_gives_tables_truth_values_and_graphs(dataset: symposia.Dataset) -> None:
    assert dataset.query(f"ASK {{ <{MEYER}> ?p ?o }}") is True
    described = dataset.query(f"DESCRIBE <{MEYER}>")
    assert isinstance(described, rdflib.Graph)
    assert {*described.subjects()} == {rdflib.URIRef(MEYER)}
    assert "foaf:name" in described.serialize()


def test_graphs_are_whole_or_of_a_programme(dataset: symposia.Dataset) -> None:
    whole, part = dataset.graph(), dataset.graph("tinyml-2023")
    topics = dataset.graph("graph/topics")
    assert len(whole) > len(part) > len(topics) > 0
    assert (rdflib.URIRef(MEYER), rdflib.RDF.type, rdflib.FOAF.Person) in part
    assert {*part} | {*topics} <= {*whole}


@pytest.mark.parametrize(
    ("what", "parameters", "error", "told"),
    [
        ("coauthor", {}, UnknownQuestionError, "There is no question called 'coauthor'."),
        ("coauthors", {}, ParameterError, "'coauthors' needs the parameter 'person'"),
        ("coauthors", {"persn": "x"}, ParameterError, "'coauthors' has no parameter 'persn'."),
        ("SELECT * {", {}, QueryError, ""),
    ],
)
def test_what_is_wrong_is_told(
    dataset: symposia.Dataset,
    what: str,
    parameters: dict[str, str],
    error: type[Exception],
    told: str,
) -> None:
    with pytest.raises(error) as caught:
        dataset.query(what, **parameters)
    assert told in str(caught.value)


def test_an_unknown_graph_is_told(dataset: symposia.Dataset) -> None:
    with pytest.raises(SourceError, match="No graph or programme is called 'tinyml-2032'"):
        dataset.graph("tinyml-2032")


def test_frames_hold_the_same(tmp_path: Path) -> None:
    table = symposia.open(tmp_path, frames="table").query("conferences")
    pandas = symposia.open(tmp_path).query("conferences")
    polars = symposia.open(tmp_path, frames="polars").query("conferences")
    assert type(pandas).__module__.partition(".")[0] == "pandas"
    assert [*pandas.columns] == polars.columns == [*table.columns]
    assert [tuple(row) for row in pandas.itertuples(index=False)] == [*table]
    assert polars.rows() == [*table]
    assert str(pandas["sessions"].dtype) == "Int64"
    assert polars["start"].dtype.is_temporal()


def test_columns_of_several_types_lose_nothing() -> None:
    store = Store.memory()
    table = table_of(
        store.query(
            'SELECT ?a ?b { VALUES (?a ?b) { (1 "x"@en) ("two" UNDEF) (2.5 "\\u001b[31m<b>") '
            '("never"^^<http://www.w3.org/2001/XMLSchema#date> <urn:x>) } }'
        )
    )
    assert [*table] == [
        (1, "x"),
        ("two", None),
        (Decimal("2.5"), "\x1b[31m<b>"),
        ("never", "urn:x"),
    ]
    assert table.to_polars()["a"].to_list() == ["1", "two", "2.5", "never"]
    assert table.to_pandas()["a"].to_list() == [1, "two", Decimal("2.5"), "never"]
    assert "\x1b" not in repr(table)
    assert "<td>\x1b[31m&lt;b&gt;</td>" in table._repr_html_()


def test_a_long_table_says_what_it_does_not_show() -> None:
    table = Table(["n"], [(n,) for n in range(100)])
    assert repr(table).endswith("\n59\n100 rows, of which 60 are shown")
    assert table._repr_html_().count("<tr>") == 61
    assert table[10:12] == Table(["n"], [(10,), (11,)])
    assert table[0] == (0,)


def test_an_answer_that_is_no_table_is_told() -> None:
    with pytest.raises(QueryError, match="Only a SELECT"):
        table_of(Store(ox.Store()).query("ASK {}"))


def test_the_dataset_shows_its_conferences(dataset: symposia.Dataset) -> None:
    assert "tinyML Research Symposium 2023  2023-03-27" in repr(dataset)
    assert "<td>Hyatt Regency San Francisco Airport</td>" in dataset._repr_html_()
    assert dataset.questions()["name"][:1] == ["activities"]


def test_importing_it_loads_no_more_than_it_must() -> None:
    code = (
        "import sys, symposia; print(sorted({'rdflib', 'pyoxigraph', 'pandas'} & {*sys.modules}))"
    )
    run = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True)
    assert (run.stdout, run.stderr) == (b"[]\n", b"")
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        symposia.nothing  # noqa: B018


def test_a_network_is_whole_of_a_conference_or_around_somebody(dataset: symposia.Dataset) -> None:
    whole = dataset.network()
    meyer = whole.nodes[MEYER]
    assert meyer == {"label": "Brett Meyer", "works": 2}
    assert dataset.network(conference="tinyML Research Symposium 2023").edges == whole.edges
    near = dataset.network(around="brett meyer")
    assert {near.nodes[iri]["label"]: near.edges[MEYER, iri]["weight"] for iri in near[MEYER]} == {
        "Marihan Amein": 2,
        "Olivier Therrien": 2,
        "Warren J. Gross": 2,
        "Zhuoran Xiong": 2,
    }
    assert len(near) == 5
    assert dataset.network("topics").number_of_edges() > 0


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"kind": "papers"}, "There is no network of 'papers'."),
        ({"conference": "ISWC"}, "There is no conference 'ISWC'."),
        ({"around": "Nobody"}, "Nobody in this network has the name 'Nobody'."),
    ],
)
def test_a_network_that_is_not_there_is_told(
    dataset: symposia.Dataset, asked: dict[str, str], told: str
) -> None:
    with pytest.raises(ParameterError) as caught:
        dataset.network(**asked)
    assert told in str(caught.value)
