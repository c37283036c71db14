"""Whether two answers are the same, as the W3C suite asks it."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeAlias

import pyoxigraph as ox

RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
XSD = "http://www.w3.org/2001/XMLSchema#"
Row: TypeAlias = dict[str, Any]
_INTEGERS = frozenset(
    XSD + name
    for name in """
    integer int long short byte nonNegativeInteger positiveInteger nonPositiveInteger
    negativeInteger unsignedInt unsignedLong unsignedShort unsignedByte
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Table:
    """Solutions of a query, or a truth value."""

    variables: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    truth: bool | None = None


def read_table(data: bytes, media_type: str) -> Table:
    """Read solutions or a truth value in XML, JSON or TSV."""
    format_ = {
        "application/sparql-results+xml": ox.QueryResultsFormat.XML,
        "application/sparql-results+json": ox.QueryResultsFormat.JSON,
        "text/tab-separated-values": ox.QueryResultsFormat.TSV,
    }[media_type]
    found = ox.parse_query_results(data, format=format_)
    if isinstance(found, ox.QueryBoolean):
        return Table(truth=bool(found))
    names = tuple(variable.value for variable in found.variables)
    rows = tuple({n: row[n] for n in names if row[n] is not None} for row in found)
    return Table(names, rows)


def read_table_of_graph(path: Path, format_: ox.RdfFormat) -> Table | None:
    """Read solutions that are written as a graph; None where a file is a graph of its own."""
    store = ox.Store()
    store.load(path.read_bytes(), format_, base_iri="http://example.org/")
    prefix = f"PREFIX rs: <{RS}> "
    truths = [row["t"].value for row in store.query(prefix + "SELECT ?t { [] rs:boolean ?t }")]
    if truths:
        return Table(truth=truths[0] == "true")
    if not bool(store.query(prefix + "ASK { [] a rs:ResultSet }")):
        return None
    names = [
        row["v"].value for row in store.query(prefix + "SELECT ?v { [] rs:resultVariable ?v }")
    ]
    rows: dict[Any, Row] = {}
    asked = "SELECT ?r ?n ?v { ?r rs:binding [ rs:variable ?n ; rs:value ?v ] }"
    for row in store.query(prefix + asked):
        rows.setdefault(row["r"], {})[row["n"].value] = row["v"]
    return Table(tuple(names), tuple(rows.values()))


def same_tables(one: Table, other: Table, *, ordered: bool) -> bool:
    """Whether two tables are the same: in order or as multisets, blank nodes by isomorphism."""
    if one.truth is not None or other.truth is not None:
        return one.truth is other.truth
    if {*one.variables} != {*other.variables} or len(one.rows) != len(other.rows):
        return False
    left, right = ([_keys(row) for row in table.rows] for table in (one, other))
    if any(isinstance(term, ox.BlankNode) for row in left for _, term in row):
        return same_graphs(_as_graph(left, ordered), _as_graph(right, ordered))
    return left == right if ordered else Counter(left) == Counter(right)


def same_graphs(one: Iterable[ox.Quad], other: Iterable[ox.Quad]) -> bool:
    """Whether two datasets are isomorphic."""
    found = [ox.Dataset(each) for each in (one, other)]
    for dataset in found:
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return found[0] == found[1]


def same_csv(one: bytes, other: bytes, *, ordered: bool) -> bool:
    """Whether two CSV documents are the same; their blank nodes are alike if all fields are."""
    left, right = (
        list(csv.reader(io.StringIO(each.decode(), newline=""))) for each in (one, other)
    )
    columns = [sorted(range(len(rows[0])), key=rows[0].__getitem__) for rows in (left, right)]
    if [left[0][i] for i in columns[0]] != [right[0][i] for i in columns[1]]:
        return False
    bodies = [
        [tuple(_field(row[i]) for i in order) for row in rows[1:]]
        for rows, order in zip((left, right), columns, strict=True)
    ]
    return bodies[0] == bodies[1] if ordered else Counter(bodies[0]) == Counter(bodies[1])


def _field(text: str) -> str:
    # The format does not say what a label means; the suite gives its own.
    return "_:" if text.startswith("_:") else text


def _keys(row: Row) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted(((name, _value(term)) for name, term in row.items()), key=lambda x: x[0]))


def _value(term: Any) -> Any:
    """A term, but numbers and truth values by their values: 2.0 is 2.00."""
    if not isinstance(term, ox.Literal):
        return term
    kind = term.datatype.value
    try:
        if kind in _INTEGERS:
            return (kind, int(term.value))
        if kind == XSD + "decimal":
            return (kind, Decimal(term.value).normalize())
        if kind == XSD + "boolean":
            return (kind, term.value in ("true", "1"))
        if kind in (XSD + "double", XSD + "float"):
            return (kind, repr(float(term.value)))
    except (ValueError, InvalidOperation):
        return term
    return term


def _as_graph(rows: Sequence[tuple[tuple[str, Any], ...]], ordered: bool) -> list[ox.Quad]:
    quads: list[ox.Quad] = []
    for number, row in enumerate(rows):
        node = ox.BlankNode()
        if ordered:
            quads.append(ox.Quad(node, ox.NamedNode("row:number"), ox.Literal(number)))
        for name, term in row:
            told = ox.Literal(repr(term)) if isinstance(term, tuple) else term
            quads.append(ox.Quad(node, ox.NamedNode(f"column:{name}"), told))
    return quads
