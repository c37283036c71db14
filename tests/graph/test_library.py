"""The dataset of a data folder: what stays, what is brought up to date, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from symposia.graph import library as module
from symposia.graph.dataset import NamedGraph, shipped
from symposia.graph.errors import ShapeError, SourceError
from symposia.graph.library import Library

BASE = "https://w3id.org/symposia/"
PROGRAMME = BASE + "tinyml-2023/graph/programme"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library over two small graphs in place of those that are shipped."""
    ship(monkeypatch, tmp_path, {"one": "1", "two": "2"})
    return Library(tmp_path / "data")


def ship(monkeypatch: pytest.MonkeyPatch, folder: Path, values: dict[str, str]) -> None:
    graphs = [named(folder, name, value) for name, value in values.items()]
    monkeypatch.setattr(module, "shipped", lambda: graphs)


def named(folder: Path, name: str, value: str) -> NamedGraph:
    path = folder / f"{name}-{value}.ttl"
    path.write_text(f"<http://e/{name}> <http://e/value> {value} .")
    return NamedGraph(f"http://e/graph/{name}", path, name)


def values(library: Library) -> dict[str, str]:
    found = library.store().query("SELECT ?thing ?value { ?thing <http://e/value> ?value }")
    return {row["thing"].value[9:]: row["value"].value for row in found}  # type: ignore[index,union-attr]


def test_until_something_is_published_the_shipped_graphs_are_the_dataset(library: Library) -> None:
    assert values(library) == {"one": "1", "two": "2"}
    assert [(g.iri, g.origin, g.triples) for g in library.contents()] == [
        ("http://e/graph/one", "shipped", 1),
        ("http://e/graph/two", "shipped", 1),
    ]
    assert not library.generations.data.exists()


def test_shipped_graphs_are_brought_up_to_date(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = library.publish()
    assert first.added == ("http://e/graph/one", "http://e/graph/two")
    assert first.report is not None
    again = library.publish()
    assert (again.generation, again.report) == (first.generation, None)
    ship(monkeypatch, tmp_path, {"one": "1", "two": "22"})
    second = library.publish()
    assert (second.replaced, second.unchanged) == (("http://e/graph/two",), ("http://e/graph/one",))
    assert values(library) == {"one": "1", "two": "22"}


def test_what_the_user_replaced_or_removed_stays_so(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.publish()
    library.remove(["http://e/graph/one"])
    library.include(
        {"a file": [named(tmp_path, "two", "222")], "another": [named(tmp_path, "three", "3")]}
    )
    ship(monkeypatch, tmp_path, {"one": "11", "two": "22"})
    change = library.publish()
    assert (change.added, change.replaced, change.removed) == ((), (), ())
    assert values(library) == {"two": "222", "three": "3"}
    assert {g.iri[15:]: g.origin for g in library.contents()} == {
        "two": "a file",
        "three": "another",
    }


def test_removal_by_unknown_name(library: Library) -> None:
    with pytest.raises(SourceError, match=r"called 'http://e/graph/ones'\. Did you mean http"):
        library.remove(["http://e/graph/ones"])


def test_a_dataset_without_its_current_generation_is_published_again(library: Library) -> None:
    library.publish()
    (library.generations.data / "current").write_text("77\n")
    assert library.publish().generation.id == 2
    assert values(library) == {"one": "1", "two": "2"}


def test_the_shipped_graph_is_published_whole(tmp_path: Path) -> None:
    library = Library(tmp_path / "data")
    change = library.publish()
    assert change.report is not None
    assert change.report.conforms
    assert {graph.iri for graph in change.generation.graphs} == {g.iri for g in shipped()}
    assert change.generation.triples == sum(graph.triples for graph in library.contents())
    with pytest.raises(ShapeError) as caught:
        library.remove([PROGRAMME])
    assert caught.value.report.violations
    assert library.generations.current() == change.generation
