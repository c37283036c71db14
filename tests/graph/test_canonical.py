"""Graphs as files of sorted N-Triples."""

from __future__ import annotations

import hashlib
import os
import random
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from symposia.graph import sorting
from symposia.graph.canonical import Kept, fingerprint, keep
from symposia.graph.dataset import NamedGraph
from symposia.graph.errors import RdfSyntaxError

IRI = "http://example.org/graph/a"


def named(folder: Path, text: str, name: str = "a.ttl") -> NamedGraph:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return NamedGraph(IRI, path, "a")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "graphs"
    made.mkdir()
    return made


def kept(graph: NamedGraph, folder: Path) -> bytes:
    """The content of the file, whose name and number of lines are right."""
    made = keep(graph, folder)
    data = (folder / f"{made.digest}.nt").read_bytes()
    assert made == Kept(hashlib.sha256(data).hexdigest(), len(data.splitlines()))
    return data


LINES = [f'<x:{n % 400}> <x:says> "word {n % 700}\\n> _:b"@en .\n' for n in range(3_000)]


@pytest.mark.parametrize("run", [1 << 30, 2_000], ids=["in memory", "in runs"])
@pytest.mark.parametrize("block", [64, 4_096])
def test_the_order_and_the_form_do_not_matter(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, run: int, block: int
) -> None:
    monkeypatch.setattr(sorting, "_RUN", run)
    monkeypatch.setattr(sorting, "_BLOCK", block)
    expected = "".join(sorted({*LINES})).encode()
    shuffled = random.Random(4).sample(LINES, len(LINES))  # noqa: S311
    for name, text in (("a.nt", "".join(LINES)), ("b.ttl", "# a\n" + "".join(shuffled))):
        assert kept(named(tmp_path, text, name), folder) == expected
    assert [path.suffix for path in folder.iterdir()] == [".nt"]


def test_blank_nodes_are_the_graphs_own(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = '_:x <x:p> [ <x:q> _:x ], "_:x", """a" _:x""" .\n<x:_:x> <x:p> <x:_:x>, _:y .\n'
    mark = hashlib.sha256(IRI.encode()).hexdigest()[:8]
    first = kept(named(tmp_path, text), folder)
    monkeypatch.setattr(sorting, "_RUN", 8)
    assert kept(named(tmp_path, text, "b.ttl"), folder) == first
    wanted = (
        f"_:g{mark}n1 <x:p> _:g{mark}n2 .\n"
        f"_:g{mark}n2 <x:q> _:g{mark}n1 .\n"
        f'_:g{mark}n1 <x:p> "_:x" .\n'
        f'_:g{mark}n1 <x:p> "a\\" _:x" .\n'
        "<x:_:x> <x:p> <x:_:x> .\n"
        f"<x:_:x> <x:p> _:g{mark}n3 .\n"
    )
    expected = sorted(wanted.splitlines(keepends=True))
    found = first.decode().splitlines(keepends=True)
    assert ox_graph(found) == ox_graph(expected)
    assert {line for line in found if f"_:g{mark}n3" in line} == {f"<x:_:x> <x:p> _:g{mark}n3 .\n"}


def ox_graph(lines: list[str]) -> set[str]:
    """The lines, with blank nodes told apart by what they say alone."""
    dataset = ox.Dataset(ox.parse("".join(lines), ox.RdfFormat.N_TRIPLES))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in dataset}


def test_a_graph_in_memory_is_kept_alike(folder: Path) -> None:
    def made(order: int) -> NamedGraph:
        graph, nodes = rdflib.Graph(), [rdflib.BNode() for _ in range(20)]
        for number in random.Random(order).sample(range(20), 20):  # noqa: S311
            graph.add((nodes[number], rdflib.URIRef("x:n"), rdflib.Literal(number)))
        return NamedGraph(IRI, graph, "a")

    assert kept(made(1), folder) == kept(made(2), folder)


def test_what_breaks_off_leaves_nothing(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(RdfSyntaxError, match=r"a\.nt:3001:1: "):
        keep(named(tmp_path, "".join(LINES) + "<x", "a.nt"), folder)
    assert list(folder.iterdir()) == []


def test_a_fingerprint_tells_files_and_names_apart(tmp_path: Path) -> None:
    graph = named(tmp_path, "<x:a> <x:b> <> .")
    found = fingerprint(graph)
    os.utime(graph.source, (1, 1))  # type: ignore[arg-type]
    assert fingerprint(graph) == found
    others = {
        fingerprint(named(tmp_path, "<x:a> <x:b> <> .", "b.nt")),
        fingerprint(NamedGraph(IRI + "b", graph.source, "a")),
        fingerprint(named(tmp_path, "<x:a> <x:b> <>  .")),
    }
    assert len(others) == 3
    assert not others & {found, ""}
    assert fingerprint(NamedGraph(IRI, tmp_path / "nothing.ttl", "a")) == ""
    assert fingerprint(NamedGraph(IRI, rdflib.Graph(), "a")) == ""
