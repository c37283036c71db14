"""Values written into a query bind its variables as the engine's own substitution does."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from symposia.graph.dataset import shipped
from symposia.graph.errors import QueryError
from symposia.graph.questions import bind, questions
from symposia.graph.results import serialise_results
from symposia.graph.store import Store, Term
from symposia.graph.substitution import substitute

DATA = """
<x:a> <x:p> <x:b> , "1" ; <x:q> 5 .
<x:b> <x:p> <x:c> ; <x:q> 7 ; <x:says> "?v } UNION { ?s ?p ?o" .
<x:c> <x:q> 5 .
"""
A, B = ox.NamedNode("x:a"), ox.NamedNode("x:b")


@pytest.fixture(scope="module")
def store() -> Store:
    """The shipped graph."""
    return Store.memory(shipped())


@pytest.fixture(scope="module")
def small() -> Store:
    """A few triples."""
    engine = ox.Store()
    engine.load(DATA, format=ox.RdfFormat.TURTLE)
    return Store(engine)


def test_every_question_has_the_same_answer(store: Store) -> None:
    asked_with_values = 0
    for asked in questions():
        values = {each.name: each.example for each in asked.parameters}
        terms = bind(asked, values, store)
        asked_with_values += bool(terms)
        expected = serialise_results(store.query(asked.text, terms), "tsv")
        found = serialise_results(store.query(substitute(asked.text, terms)), "tsv")
        assert found == expected, asked.name
    assert asked_with_values > 30


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("SELECT ?v ?o { ?v <x:p> ?o }", A),
        ("SELECT * { ?v <x:p> ?o }", A),
        ("SELECT ?v { ?s <x:q> ?v }", ox.Literal(5)),
        ("SELECT ?s ?v { ?s <x:q> ?n FILTER(?n<?v) }", ox.Literal(6)),
        ("SELECT ?v ?s { ?s <x:q> ?n OPTIONAL { ?s <x:p> ?v } }", B),
        ("SELECT ?v ?o { { ?v <x:p> ?o } UNION { ?o <x:p> ?v } }", B),
        ("SELECT ?v ?s { ?s <x:q> ?n MINUS { ?s <x:p> ?v } }", B),
        ("SELECT ?v ?s { ?s <x:q> ?n FILTER NOT EXISTS { ?s <x:p> ?v } }", B),
        ("SELECT ?v ?n { { SELECT ?v (COUNT(*) AS ?n) { ?v ?p ?o } GROUP BY ?v } }", A),
        ("SELECT ?v ?n { { SELECT (COUNT(?v) AS ?n) { ?v ?p ?o } } }", A),
        ("SELECT ?v ?n { SELECT (COUNT(?v) AS ?n) { ?v ?p ?o } }", A),
        ("SELECT ?v (COUNT(*) AS ?n) { ?v ?p ?o } GROUP BY ?v HAVING(COUNT(*) > 1)", A),
        ("SELECT ?v ?o { VALUES ?v { <x:a> <x:b> } ?v <x:p> ?o }", B),
        ("SELECT ?v ?o { VALUES (?v ?o) { (<x:a> 1) (<x:b> UNDEF) } }", B),
        ("SELECT ?v { ?s <x:says> ?v } # ?v is a comment", ox.Literal("?v } UNION { ?s ?p ?o")),
        ('SELECT ?v { BIND("?v" AS ?text) ?s <x:says> ?v }', ox.Literal('"\\\n\r\t?v')),
        ("SELECT $v ?o { $v <x:p> ?o } ORDER BY ?o", A),
        ("ASK { ?v <x:p> ?o }", B),
        ("ASK { ?s <x:p> ?v }", ox.NamedNode("x:nobody")),
        ("CONSTRUCT { ?v <x:r> ?o } WHERE { ?v <x:p> ?o }", A),
        ("CONSTRUCT { ?s <x:r> ?o } WHERE { ?v <x:p> ?o . ?s <x:p> ?o }", A),
        ("CONSTRUCT { ?s <x:r> 1 } WHERE { ?s <x:p> ?v MINUS { ?s <x:q> ?v } }", B),
        ("CONSTRUCT { ?s <x:r> 1 } WHERE { ?s <x:p> ?v VALUES ?v { <x:a> } }", B),
        ("CONSTRUCT { ?s <x:r> 1 } WHERE { { SELECT ?v ?s { ?s <x:p> ?v } } }", B),
        ("CONSTRUCT WHERE { ?v <x:p> ?o }", A),
        ("DESCRIBE ?v WHERE { ?v <x:p> ?o }", A),
        ("SELECT ?v ?s { ?s <x:p>+ ?v }", ox.NamedNode("x:c")),
        ("SELECT ?v ?o { ?s <x:p> ?o . FILTER(?o IN (?v, 1)) }", B),
        ("PREFIX v: <x:> SELECT ?v ?o { ?v v:p ?o }", A),
    ],
)
def test_same_as_the_engine(query: str, value: Term, small: Store) -> None:
    def lines(text: str, bindings: dict[str, Term] | None) -> list[bytes]:
        found = small.query(text, bindings)
        form = "ntriples" if isinstance(found, ox.QueryTriples) else "tsv"
        return sorted(serialise_results(found, form).splitlines())

    assert lines(substitute(query, {"v": value}), None) == lines(query, {"v": value})


def test_a_variable_with_a_value_is_bound(small: Store) -> None:
    """The engine may decide BOUND before it knows the value; the text says what is meant."""
    query = "SELECT ?s ?v { ?s <x:q> ?n FILTER(BOUND(?v) && ?n < ?v) }"
    found = serialise_results(small.query(substitute(query, {"v": ox.Literal(6)})), "csv")
    assert sorted(found.split()) == [b"s,v", b"x:a,6", b"x:c,6"]


@pytest.mark.parametrize(
    ("query", "value", "message"),
    [
        ("SELECT ?o { ?v <x:p> ?o }", A, "is not selected"),
        ("SELECT (1 AS ?v) { ?s <x:p> ?o }", A, "computed here"),
        ("SELECT ?v { BIND(1 AS ?v) }", A, "computed here"),
        ("ASK { ?v <x:p> ?o }", ox.BlankNode("b"), "blank node"),
        ("ASK { \\u003Fv <x:p> ?o }", A, "escape"),
        ("ASK " + "{ " * 200 + "?v ?p ?o" + " }" * 200, A, "nested"),
    ],
)
def test_what_cannot_be_bound_is_refused(query: str, value: Term, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        substitute(query, {"v": value})


def test_only_what_a_construct_shows_is_bound_in_it() -> None:
    text = substitute("CONSTRUCT { ?s <x:r> 1 } WHERE { ?s <x:p> ?v }", {"v": B})
    assert "VALUES" not in text
    text = substitute("CONSTRUCT { ?s <x:r> ?v } WHERE { ?s <x:p> ?v }", {"v": B})
    assert "VALUES ?v" in text


def test_without_values_nothing_is_touched() -> None:
    assert substitute("SELECT ?v { ?v ?p ?o }", {}) == "SELECT ?v { ?v ?p ?o }"


def test_where_values_stand_is_remembered_and_the_values_are_not() -> None:
    text = "SELECT ?v ?o { ?v ?p ?o FILTER (BOUND(?v)) { SELECT ?v { ?v <x:q> 1 } } }"
    one, other = (substitute(text, {"v": ox.NamedNode(iri)}) for iri in ("x:one", "x:other"))
    assert other == one.replace("x:one", "x:other")
    assert substitute(text, {"v": ox.NamedNode("x:one")}) == one
    both = substitute(text, {"v": ox.NamedNode("x:one"), "o": ox.Literal(1)})
    assert both != one
