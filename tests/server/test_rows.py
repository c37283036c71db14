"""Rows are counted exactly, wherever an answer is cut into pieces."""

from __future__ import annotations

from itertools import pairwise

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from symposia.graph.results import RESULT_FORMATS
from symposia.server.rows import LEAST, row_counter

TEXT = st.text(alphabet='a"\\,{}<>\r\n\t', max_size=12)


def counted(data: bytes, format_: str, cuts: list[int]) -> int:
    count = row_counter(format_)
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [count(data[a:b]) for a, b in pairwise(places)][-1]


@pytest.mark.parametrize("format_", list(RESULT_FORMATS))
@given(
    rows=st.lists(st.tuples(TEXT, TEXT | st.none()), min_size=1, max_size=6),
    cuts=st.lists(st.integers(0, 10_000), max_size=20),
)
def test_rows_are_counted(
    format_: str, rows: list[tuple[str, str | None]], cuts: list[int]
) -> None:
    store = ox.Store()
    for number, (first, second) in enumerate(rows):
        node = ox.NamedNode(f"x:{number}")
        store.add(ox.Quad(node, ox.NamedNode("x:first"), ox.Literal(first)))
        if second is not None:
            store.add(ox.Quad(node, ox.NamedNode("x:second"), ox.Literal(second, language="en")))
    answer = store.query("SELECT ?a ?b { ?s <x:first> ?a OPTIONAL { ?s <x:second> ?b } }")
    data = answer.serialize(format=RESULT_FORMATS[format_].engine)
    assert counted(data, format_, cuts) == len(rows)


@pytest.mark.parametrize("format_", list(RESULT_FORMATS))
def test_rows_without_values_count(format_: str) -> None:
    answer = ox.Store().query("SELECT ?a { VALUES ?b { 1 2 3 } }")
    data = answer.serialize(format=RESULT_FORMATS[format_].engine)
    assert counted(data, format_, [7, 30, 60]) == 3


@pytest.mark.parametrize("format_", list(RESULT_FORMATS))
@pytest.mark.parametrize("variables", ["?a", "", "?a ?b ?c"])
def test_no_row_is_smaller_than_is_said(format_: str, variables: str) -> None:
    answer = ox.Store().query(f"SELECT {variables or '*'} {{ VALUES () {{ {'() ' * 1000} }} }}")
    data = answer.serialize(format=RESULT_FORMATS[format_].engine)
    assert len(data) >= 1000 * LEAST[format_]
    assert counted(data, format_, []) == 1000
