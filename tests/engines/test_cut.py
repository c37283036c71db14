"""A server that cuts answers off: what is ours comes whole by parts, all else is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
from symposia.graph.errors import LimitError, StoreError
from symposia.graph.library import Library
from symposia.graph.locations import locate, open_store
from symposia.graph.questions import bind, question
from symposia.graph.remote import RemoteStore
from symposia.graph.remote_generations import RemoteGenerations
from symposia.graph.results import serialise_results
from symposia.graph.store import Store

from .servers import MissingError, virtuoso

ROWS: Final = 60
"""The rows that the server of these tests gives at most; each graph has more triples."""


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RemoteStore]:
    """The shipped graph on a Virtuoso that gives few rows."""
    patch = pytest.MonkeyPatch()
    patch.setattr("symposia.graph.library._checked", lambda *_: None)
    try:
        with virtuoso(tmp_path_factory.mktemp("short"), rows=ROWS) as server:
            generations = RemoteGenerations(server.endpoint())
            Library(generations).publish()
            yield generations.open()
    except MissingError as error:
        pytest.skip(str(error))
    finally:
        patch.undo()


def test_graphs_are_read_whole(short: RemoteStore, reference: Store) -> None:
    assert any(reference.count(iri) > 5 * ROWS for iri in reference.graphs())
    assert set(short.quads()) == set(reference.quads())


@pytest.mark.parametrize("name", ["people", "quotes", "external_identifiers", "topic_cooccurrence"])
def test_ordered_answers_are_read_whole(short: RemoteStore, reference: Store, name: str) -> None:
    asked = question(name)
    expected = serialise_results(reference.query(asked.text), "tsv")
    assert serialise_results(short.query(asked.text), "tsv") == expected


def test_names_are_looked_up_among_all(short: RemoteStore, reference: Store) -> None:
    """There are more names than the server gives rows."""
    asked = question("person")
    for value in ("Brett Meyer", "brett meyer"):
        found = bind(asked, {"person": value}, short)
        assert found == bind(asked, {"person": value}, reference)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s { ?s ?p ?o }",
        "SELECT ?s { ?s ?p ?o } ORDER BY ?s",
        "SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 5000",
        "CONSTRUCT WHERE { ?s ?p ?o }",
        "CONSTRUCT { ?s <x:p> ?o } WHERE { ?s ?p ?o }",
        "DESCRIBE ?s { ?s ?p ?o }",
    ],
)
def test_what_strangers_ask_is_whole_or_refused(short: RemoteStore, query: str) -> None:
    with pytest.raises(LimitError, match=f"cuts answers off at {ROWS:,} rows"):
        open_store(locate(short)).query(query)


def test_what_strangers_ask_by_pages_is_given(short: RemoteStore, reference: Store) -> None:
    query = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY STR(?s) STR(?p) STR(?o)"
    stranger = open_store(locate(short))
    rows = [str(row["s"]) for row in reference.query(query)]  # type: ignore[union-attr]
    for offset in (0, 1000):
        page: Any = stranger.query(f"{query} OFFSET {offset} LIMIT 50")
        assert [str(row["s"]) for row in page] == rows[offset : offset + 50]


def test_a_dataset_that_changes_meanwhile_is_noticed(
    short: RemoteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = short._number
    monkeypatch.setattr(short, "_number", lambda *asked: real(*asked) + 1)
    with pytest.raises(StoreError, match="has changed while it was read"):
        list(short.graph(short.graphs()[0]))
    with pytest.raises(StoreError, match="has changed while it was read"):
        short.query(question("external_identifiers").text)
