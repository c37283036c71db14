"""What is taken from files of RDF that are damaged, and what is said of the rest."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from symposia.graph.errors import RdfSyntaxError, SourceError
from symposia.graph.loss import Loss
from symposia.graph.recovery import take

X = "http://x.example/"
BASE = "http://source.example/"
SUFFIX = {"turtle": "ttl", "ntriples": "nt", "nquads": "nq", "rdfxml": "rdf", "jsonld": "jsonld"}
XML = (
    '<?xml version="1.0" encoding="{}"?>\n'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e.example/">\n'
    '<rdf:Description rdf:about="http://e.example/a"><e:name>Zoë</e:name></rdf:Description>\n'
)
BOMB = """<!DOCTYPE r [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&c;</rdf:RDF>"""


def taken(
    tmp_path: Path, data: bytes | str, syntax: str = "turtle", *, lenient: bool = False
) -> tuple[list[str], Loss]:
    path = tmp_path / f"some.{SUFFIX[syntax]}"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    loss = Loss(path.name)
    quads = take(path, syntax, loss, base=BASE, lenient=lenient)
    return [str(quad.triple).replace(f"<{BASE}", "<") for quad in quads], loss


def said(loss: Loss) -> list[tuple[str, str]]:
    return [(one.place, one.found) for one in loss.refusals]


LINES = [
    (
        "ntriples",
        "<u:a> <u:b> <u:c> .\n<u:a> <u:b> 18 .\n<u:d> <u:b> <u:c> .\n<u:e> <u:b>\n",
        ["<u:a> <u:b> <u:c>", "<u:d> <u:b> <u:c>"],
        [("line 2", "<u:a> <u:b> 18 ."), ("line 4", "<u:e> <u:b>")],
    ),
    (
        "turtle",
        """@prefix e: <u:> .

e:a e:b "one." ;
  e:c '''two .
e:x
''' .
e:d e:b e:c e:f .
# a comment . with 'marks
e:g e:b 1.5, e:h.
""",
        [
            '<u:a> <u:b> "one."',
            '<u:a> <u:c> "two .\ne:x\n"',
            "<u:g> <u:b> 1.5",
            "<u:g> <u:b> <u:h>",
        ],
        [("line 7", "e:d e:b e:c e:f .")],
    ),
    (
        "turtle",
        "@base <http://x.example/> .\nPREFIX e: <u:>\n<a> e:b <c>\n<d> e:b <e> .\n<f> e:b <g> .\n",
        [f"<{X}d> <u:b> <{X}e>", f"<{X}f> <u:b> <{X}g>"],
        [("line 3", "<a> e:b <c>")],
    ),
    (
        "turtle",
        '<a> <b> "not closed .\n<c> <d> <e> .\n<f> <g> """never .\n<h> <i> <j> .\n',
        ["<c> <d> <e>", "<h> <i> <j>"],
        [("line 1", '<a> <b> "not closed .'), ("line 3", '<f> <g> """never .')],
    ),
    ("turtle", "e:a e:b e:c .\n<a> <b> <c> .", ["<a> <b> <c>"], [("line 1", "e:a e:b e:c .")]),
    ("turtle", "<a> <b> <c> .\n<d> <e", ["<a> <b> <c>"], [("line 2", "<d> <e")]),
]


@pytest.mark.parametrize(("syntax", "text", "expected", "refused"), LINES)
def test_the_rest_is_taken(
    tmp_path: Path, syntax: str, text: str, expected: list[str], refused: list[tuple[str, str]]
) -> None:
    with pytest.raises(RdfSyntaxError) as caught:
        taken(tmp_path, text, syntax)
    assert caught.value.hint == "To take the rest of it: --lenient."
    assert caught.value.line is not None
    found, loss = taken(tmp_path, text, syntax, lenient=True)
    number = '"1.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    assert found == [one.replace("1.5", number).replace("\n", "\\n") for one in expected]
    assert said(loss) == refused
    assert loss.total.refused == len(refused)


def test_an_error_says_where_and_what(tmp_path: Path) -> None:
    with pytest.raises(RdfSyntaxError) as caught:
        taken(tmp_path, "<u:a> <u:b> <u:c> .\n<u:a> <u:b> 18 .\n", "ntriples")
    assert (caught.value.line, caught.value.excerpt) == (2, "<u:a> <u:b> 18 .")
    assert caught.value.column


def test_xml_that_ends_early(tmp_path: Path) -> None:
    text = XML.format("UTF-8") + "<rdf:Description"
    with pytest.raises(RdfSyntaxError):
        taken(tmp_path, text, "rdfxml")
    found, loss = taken(tmp_path, text, "rdfxml", lenient=True)
    assert found == ['<http://e.example/a> <http://e.example/name> "Zoë"']
    assert loss.total.refused == 1


@pytest.mark.parametrize("lenient", [False, True])
def test_entities_are_not_expanded(tmp_path: Path, lenient: bool) -> None:
    with pytest.raises(SourceError, match="may only stand for plain text"):
        taken(tmp_path, BOMB, "rdfxml", lenient=lenient)


NAMED = "<a> <b> 'Zoë' .\n"


@pytest.mark.parametrize(
    ("data", "syntax", "repairs"),
    [
        (codecs.BOM_UTF8 + NAMED.encode(), "turtle", 0),
        (NAMED.encode("utf-16"), "turtle", 1),
        (NAMED.encode("utf-16-le"), "turtle", 1),
        (NAMED.encode("cp1252"), "turtle", 1),
        ((XML.format("ISO-8859-1") + "</rdf:RDF>").encode("latin-1"), "rdfxml", 0),
        ((XML.format("UTF-16") + "</rdf:RDF>").encode("utf-16"), "rdfxml", 1),
        ((XML.format("UTF-8") + "</rdf:RDF>").encode("cp1252"), "rdfxml", 1),
    ],
)
def test_other_encodings_are_read(tmp_path: Path, data: bytes, syntax: str, repairs: int) -> None:
    found, loss = taken(tmp_path, data, syntax)
    assert [one.rpartition('"')[0].rpartition('"')[2] for one in found] == ["Zoë"]
    assert len(loss.repairs) == repairs


def test_iris_that_are_none_are_taken(tmp_path: Path) -> None:
    found, _ = taken(tmp_path, "<http://e.example/a b> <u:b> <u:c> .\n", "ntriples")
    assert found == ["<http://e.example/a b> <u:b> <u:c>"]


CONTEXTS = [
    "http://schema.org",
    "https://schema.org/",
    ["https://schema.org", {"own": "https://own.example/"}],
    {"@vocab": "https://schema.org/", "url": {"@type": "@id"}},
]


@pytest.mark.parametrize("context", CONTEXTS)
def test_the_context_of_schema_org_is_at_hand(tmp_path: Path, context: object) -> None:
    import json

    document = {"@context": context, "@id": "a", "@type": "Event", "name": "A", "url": "b"}
    found, _ = taken(tmp_path, json.dumps(document), "jsonld")
    assert set(found) == {
        "<a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://schema.org/Event>",
        '<a> <https://schema.org/name> "A"',
        "<a> <https://schema.org/url> <b>",
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"@context": "https://elsewhere.example/c", "name": "A"}', "remote @context"),
        ('{"name": "A",}', "line|name|Expecting|Illegal"),
        ("[" * 5_000 + "]" * 5_000, "nested more than 200 deep"),
    ],
)
def test_json_that_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        taken(tmp_path, text, "jsonld")


def test_a_real_file(shared: Path) -> None:
    """Page numbers stand bare in it, which N-Triples does not allow."""
    path = shared / "conferences" / "semantics-2023" / "sem23-articlesDownload.nt"
    loss = Loss(path.name)
    with pytest.raises(RdfSyntaxError) as caught:
        take(path, "ntriples", loss)
    assert caught.value.line == 3
    quads = take(path, "ntriples", loss, lenient=True)
    kinds = {quad.predicate.value.rpartition("/")[2] for quad in quads}
    assert (len(quads), loss.total.refused) == (48, 32)
    assert kinds == {"license", "sameAs", "url"}
    assert all("/page" in one.found for one in loss.refusals)
