"""IRIs that are none are mended and names get rid of stray space; every repair is told."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from symposia.graph.loss import Loss
from symposia.graph.repair import repair_iris, repair_texts

LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
ABSTRACT = ox.NamedNode("http://purl.org/dc/terms/abstract")
ANA = ox.NamedNode("http://a.example/ana")


@pytest.mark.parametrize(
    ("found", "mended"),
    [
        ("http://a.example/Ana Ruiz", "http://a.example/Ana%20Ruiz"),
        ("http://a.example/x|y{z}^`", "http://a.example/x%7Cy%7Bz%7D%5E%60"),
        ("http://a.example/100%", "http://a.example/100%25"),
        ("http://a.example/100%2", "http://a.example/100%252"),
        ("http://a.example/a\\b", "http://a.example/a%5Cb"),
        ("http://a.example/a\nb", "http://a.example/a%0Ab"),
        ("http://a.example/Universitá-di-Modena,-Italy", None),
        ("http://a.example/%20already", None),
    ],
)
def test_iris(found: str, mended: str | None) -> None:
    text = f"<{found}> <http://a.example/p> <{found}> .".replace("\\", "\\\\").replace("\n", "\\n")
    text = text.replace("\\\\", "\\u005C").replace("\\n", "\\u000A")
    loss = Loss("file.nt")
    source = list(ox.parse(text.encode(), ox.RdfFormat.N_TRIPLES, lenient=True))
    (quad,) = repair_iris(source, loss)
    assert quad.subject == quad.object == ox.NamedNode(mended or found)
    assert [(one.found, one.mended) for one in loss.repairs] == [(found, mended)] * (
        2 if mended else 0
    )
    assert loss.total.repaired == len(loss.repairs)


def test_what_is_no_iri_stays() -> None:
    loss = Loss("file.nt")
    quads = list(ox.parse(b'_:a <urn:p> "a b" .', ox.RdfFormat.N_TRIPLES))
    assert list(repair_iris(quads, loss)) == quads
    assert not loss.repairs


@pytest.mark.parametrize(
    ("literal", "expected"),
    [
        (ox.Literal("Ana\n\t Ruiz "), ox.Literal("Ana Ruiz")),
        (ox.Literal(" Ana", language="en"), ox.Literal("Ana", language="en")),
        (ox.Literal("  "), None),
        (ox.Literal("Ana Ruiz"), ox.Literal("Ana Ruiz")),
    ],
)
def test_names(literal: ox.Literal, expected: ox.Literal | None) -> None:
    loss = Loss("file.nt")
    found = list(repair_texts([ox.Triple(ANA, LABEL, literal)], loss))
    assert found == ([ox.Triple(ANA, LABEL, expected)] if expected else [])
    assert len(loss.repairs) == (literal != expected)


def test_paragraphs_are_kept() -> None:
    loss = Loss("file.nt")
    triple = ox.Triple(ANA, ABSTRACT, ox.Literal("One.\n\nTwo."))
    assert list(repair_texts([triple], loss)) == [triple]
    assert not loss.repairs
