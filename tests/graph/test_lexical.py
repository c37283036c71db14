"""Literals of a server's results have the forms of the embedded engine."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest
from symposia.graph.lexical import canonical

XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.mark.parametrize(
    ("value", "datatype", "expected"),
    [
        ("10.0", "decimal", "10"),
        ("2026-11-22T00:00:00+00:00", "dateTime", "2026-11-22T00:00:00Z"),
        ("1", "boolean", "true"),
        ("007", "integer", "7"),
        ("ten", "decimal", "ten"),
        ('1"\\', "decimal", '1"\\'),
    ],
)
def test_forms(value: str, datatype: str, expected: str) -> None:
    literal = {"datatype": XSD + datatype, "value": value, "type": "typed-literal"}
    body = {"head": {"vars": ["x", "y"]}, "results": {"bindings": [{"x": literal}]}}
    found = canonical(json.dumps(body).encode(), ox.QueryResultsFormat.JSON)
    assert isinstance(found, ox.QuerySolutions)
    rows = [(row["x"], row["y"]) for row in found]
    assert rows == [(ox.Literal(expected, datatype=ox.NamedNode(XSD + datatype)), None)]


def test_a_string_that_looks_like_a_literal_is_kept() -> None:
    text = f'"value":"10.0","datatype":"{XSD}decimal"'
    body = (
        '<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="x"/></head>'
        f'<results><result><binding name="x"><literal>{text}</literal></binding></result></results>'
        "</sparql>"
    )
    found = canonical(body.encode(), ox.QueryResultsFormat.XML)
    assert isinstance(found, ox.QuerySolutions)
    assert [row["x"] for row in found] == [ox.Literal(text)]
