"""What a mapping reads is told by its text, branch by branch."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from symposia.graph.errors import QueryError
from symposia.graph.used import reading

DATA = """
<urn:a> <urn:p> <urn:x> ; <urn:q> <urn:x> ; <urn:r> "1" .
<urn:b> <urn:q> <urn:x> .
<urn:c> <urn:p> <urn:y> ; <urn:q> <urn:y> ; <urn:flag> true .
"""
CASES = [
    pytest.param("?s <urn:p> ?o .", {"a p", "c p"}, id="pattern"),
    pytest.param("?s <urn:p> ?o . ?s <urn:r> ?n .", {"a p", "a r"}, id="join"),
    pytest.param(
        "?s <urn:q> ?o . OPTIONAL { ?s <urn:r> ?n }", {"a q", "b q", "c q", "a r"}, id="optional"
    ),
    pytest.param(
        "{ ?s <urn:p> ?o } UNION { ?s <urn:q> ?o FILTER(?s = <urn:b>) }",
        {"a p", "c p", "b q"},
        id="union",
    ),
    pytest.param(
        "?s <urn:p> ?o . { { ?s <urn:r> ?n } UNION { ?s <urn:flag> ?n } UNION { ?s <urn:z> ?n } }",
        {"a p", "c p", "a r", "c flag"},
        id="nested",
    ),
    pytest.param(
        "{ SELECT ?s ?o WHERE { { ?s <urn:p> ?o } UNION { ?s <urn:q> ?o FILTER(?s = <urn:b>) } } }",
        {"a p", "c p", "b q"},
        id="sub-select",
    ),
    pytest.param("?s <urn:p> ?o . MINUS { ?s <urn:flag> ?f }", {"a p"}, id="minus"),
    pytest.param("?s <urn:p> ?o . FILTER EXISTS { ?s <urn:flag> ?f }", {"c p"}, id="filter"),
    pytest.param("VALUES ?p { <urn:p> <urn:r> } ?s ?p ?o .", {"a p", "a r", "c p"}, id="values"),
    pytest.param("?s <urn:p> ?o . GRAPH <urn:g> { ?k <urn:name> ?o }", {"a p"}, id="another graph"),
]


@pytest.mark.parametrize(("where", "expected"), CASES)
def test_triples_that_are_read(where: str, expected: set[str]) -> None:
    store = ox.Store()
    store.load(DATA.encode(), ox.RdfFormat.TURTLE)
    store.add(
        ox.Quad(
            ox.NamedNode("urn:k"),
            ox.NamedNode("urn:name"),
            ox.NamedNode("urn:x"),
            ox.NamedNode("urn:g"),
        )
    )
    found = store.query(reading(f"CONSTRUCT {{ ?s <urn:made> ?o }} WHERE {{ {where} }}"))
    assert isinstance(found, ox.QueryTriples)
    read = {f"{t.subject.value[4:]} {t.predicate.value[4:]}" for t in found}  # type: ignore[union-attr]
    assert read == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * WHERE { ?s ?p ?o }", "A mapping is a CONSTRUCT query"),
        ("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", "names its WHERE clause"),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p [] }", "a blank node or a property path"),
        ("CONSTRUCT { ?s <urn:p> ?o } WHERE { ?s <urn:p>* ?o }", "a blank node or a property path"),
    ],
)
def test_what_cannot_be_told(text: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        reading(text)
