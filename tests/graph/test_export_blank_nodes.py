"""Labels of blank nodes depend on the graph alone, and no graph takes long."""

from __future__ import annotations

import time
from collections.abc import Iterable
from itertools import pairwise

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from symposia.graph.blank_nodes import relabel

P = ox.NamedNode("http://example.org/p")
NODES = [ox.BlankNode(f"n{number}") for number in range(6)]
TERMS = st.sampled_from([*NODES, P, ox.NamedNode("http://example.org/q")])
GRAPHS = st.lists(
    st.builds(
        ox.Quad,
        TERMS,
        st.just(P),
        TERMS | st.just(ox.Literal("x")),
        st.just(ox.DefaultGraph()) | st.sampled_from([P, NODES[0]]),
    ),
    max_size=10,
)


def renamed(quads: Iterable[ox.Quad], names: dict[ox.BlankNode, ox.BlankNode]) -> list[ox.Quad]:
    return [
        ox.Quad(*(names[t] if isinstance(t, ox.BlankNode) else t for t in quad))  # type: ignore[arg-type]
        for quad in quads
    ]


def canonical(quads: Iterable[ox.Quad]) -> set[ox.Quad]:
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


@given(quads=GRAPHS, order=st.permutations(NODES))
def test_other_labels_give_the_same_result(quads: list[ox.Quad], order: list[ox.BlankNode]) -> None:
    names = dict(zip(NODES, order, strict=True))
    assert relabel(renamed(quads, names)) == relabel(quads)


@given(quads=GRAPHS)
def test_the_result_is_isomorphic(quads: list[ox.Quad]) -> None:
    assert canonical(relabel(quads)) == canonical(quads)


def test_labels_are_numbered() -> None:
    quads = [ox.Quad(node, P, ox.Literal(node.value)) for node in NODES]
    assert {str(quad.subject) for quad in relabel(quads)} == {f"_:b{n}" for n in range(6)}


def test_a_graph_without_blank_nodes_stays() -> None:
    quads = {ox.Quad(P, P, P)}
    assert relabel(quads) == quads


def clique(size: int) -> list[ox.Quad]:
    nodes = [ox.BlankNode(f"n{number}") for number in range(size)]
    return [ox.Quad(a, P, b) for a in nodes for b in nodes if a != b]


def chain(size: int) -> list[ox.Quad]:
    nodes = [ox.BlankNode(f"n{number}") for number in range(size + 1)]
    return [ox.Quad(a, P, b) for a, b in pairwise(nodes)]


def strangers(size: int) -> list[ox.Quad]:
    return [ox.Quad(ox.BlankNode(f"n{number}"), P, ox.Literal("x")) for number in range(size)]


@pytest.mark.parametrize("quads", [clique(30), chain(1000), strangers(2000)], ids=len)
def test_no_graph_takes_long(quads: list[ox.Quad]) -> None:
    """RDFC-1.0 needs minutes for a clique of ten nodes."""
    begin = time.process_time()
    found = relabel(quads)
    assert time.process_time() - begin < 10
    assert len(found) == len(quads)
