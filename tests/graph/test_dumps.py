"""A dataset as a file."""

from __future__ import annotations

import io

import pyoxigraph as ox
import pytest
import rdflib
from pyjelly.integrations.rdflib.parse import Quad, parse_jelly_flat
from symposia.graph import dumps, sorting
from symposia.graph.dataset import shipped
from symposia.graph.dumps import write_dataset
from symposia.graph.export import serialise
from symposia.graph.formats import FORMATS
from symposia.graph.store import Store
from symposia.graph.terms import to_term

BLANK = "_:a <x:p> [ <x:q> _:a, 1 ] . <x:s> <x:p> <x:o>, [ <x:q> 2 ] ."
PARSED = {"turtle": ox.RdfFormat.TURTLE, "trig": ox.RdfFormat.TRIG}


@pytest.fixture(scope="module")
def store() -> Store:
    made = Store.memory(shipped())
    for name in ("x:one", "x:two"):
        made.load(name, ox.parse(BLANK, ox.RdfFormat.TURTLE))
    return made


def written(store: Store, format_: str, graphs: list[str] | None = None) -> bytes:
    output = io.BytesIO()
    write_dataset(store, output, format_, graphs)
    return output.getvalue()


@pytest.mark.parametrize("run", [1 << 30, 1 << 14], ids=["in memory", "in runs"])
@pytest.mark.parametrize("format_", ["ntriples", "nquads"])
def test_lines_are_those_of_the_whole(
    store: Store, format_: str, run: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sorting, "_RUN", run)
    assert written(store, format_) == serialise(store.quads(), format_)


@pytest.mark.parametrize("format_", PARSED)
def test_a_large_dataset_keeps_its_triples(
    store: Store, format_: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dumps, "_ORDERED", 100)
    large = written(store, format_)
    assert large != serialise(store.quads(), format_)
    assert b"@prefix foaf:" in large
    again = serialise(ox.parse(large, PARSED[format_]), "nquads")
    expected = store.quads() if format_ == "trig" else (quad.triple for quad in store.quads())
    assert again == serialise(expected, "nquads")


@pytest.mark.parametrize("format_", FORMATS)
def test_some_graphs_alone(store: Store, format_: str) -> None:
    other = Store.memory()
    other.load("x:two", store.graph("x:two"))
    assert written(store, format_, ["x:two"]) == serialise(other.quads(), format_)


def test_jelly_holds_the_dataset(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    data = written(store, "jelly")
    assert len(data) * 2 < len(written(store, "nquads"))
    read = [each for each in parse_jelly_flat(io.BytesIO(data)) if isinstance(each, Quad)]
    quads = list(store.quads())
    assert [tuple(str(to_term(term)) for term in each) for each in read] == [
        tuple(str(term) for term in quad) for quad in quads
    ]
    one = [each for each in quads if str(each.graph_name) == "<x:one>"]
    few = parse_jelly_flat(io.BytesIO(written(store, "jelly", ["x:one"])))
    assert sum(isinstance(each, Quad) for each in few) == len(one) > 0
