"""Reading RDF files, with errors that say where."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox
import pytest
from symposia.graph.errors import ExportError, RdfSyntaxError, SourceError
from symposia.graph.rdf import format_of, named_quads, parse_rdf

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XML = f'<rdf:RDF xmlns:rdf="{RDF}" xmlns:e="http://e/"><rdf:Description rdf:about="http://e/s">%s</rdf:Description></rdf:RDF>'
TRIPLE = ox.Triple(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), ox.Literal("é"))

SAMPLES = {
    "a.ttl": "@prefix e: <http://e/> . e:s e:p 'é' .",
    "a.nt": '<http://e/s> <http://e/p> "é" .\n',
    "a.nq": '<http://e/s> <http://e/p> "é" .\n',
    "a.trig": "{ <http://e/s> <http://e/p> 'é' }",
    "a.rdf": XML % "<e:p>é</e:p>",
    "a.owl": XML % "<e:p>é</e:p>",
    "a.jsonld": '{"@id": "http://e/s", "http://e/p": "é"}',
    "A.TTL": "<http://e/s> <http://e/p> 'é' .",
}


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "with BOM"])
def test_every_format(tmp_path: Path, name: str, mark: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(mark + SAMPLES[name].encode())
    assert [quad.triple for quad in parse_rdf(path)] == [TRIPLE]
    told = format_of(path)
    assert [quad.triple for quad in parse_rdf(path.read_bytes(), told)] == [TRIPLE]


def test_the_format_can_be_given(tmp_path: Path) -> None:
    path = tmp_path / "data.txt"
    path.write_text(SAMPLES["a.ttl"])
    assert len(parse_rdf(path, "turtle")) == 1
    with pytest.raises(SourceError, match=r"data.txt: its name does not tell"):
        parse_rdf(path)
    with pytest.raises(ExportError, match="no format called 'excel'"):
        parse_rdf(path, "excel")


ENTITY = '<?xml version="1.0"?><!DOCTYPE r [%s]>'
BOMB = ENTITY % (
    '<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise("abcdefghi"))
)


@pytest.mark.parametrize(
    ("format_", "data", "line", "column", "message"),
    [
        ("turtle", b"<http://e/s> <http://e/p> 1 .\n<http://e/s> e:p 2 .", 2, 14, "e:p"),
        ("turtle", b"<http://e/s> <http://e/p> .", 1, 27, "object"),
        ("turtle", b"\n\n<http://e/s> <p p> 1 .", 3, 14, "IRI"),
        ("turtle", b'<http://e/s> <http://e/p> """never\n\nclosed', 1, 27, "end of file"),
        ("ntriples", b"<http://e/s> <http://e/p> <rel> .", 1, 27, "IRI"),
        ("jsonld", b'{"@id": "http://e/s",\n "http://e/p": }', 2, 16, "curly"),
        ("jsonld", b'{"@context": "http://e/context", "a": 1}', None, None, "remote @context"),
        ("rdfxml", (XML % "<e:p>").encode(), 1, 133, "expected `</e:p>`"),
        ("rdfxml", b"<rdf:RDF", 1, 1, "not closed"),
        ("rdfxml", b"<a>\n<b></a></b>", 2, 6, "namespaces"),
    ],
)
def test_where_the_syntax_is_wrong(
    format_: str, data: bytes, line: int | None, column: int | None, message: str
) -> None:
    with pytest.raises(RdfSyntaxError, match=message) as caught:
        parse_rdf(data, format_, name="some file")
    error = caught.value
    assert (error.line, error.column) == (line, column), str(error)
    place = "some file" if line is None else f"some file:{line}:{column}"
    assert error.message.startswith(f"{place}: ")
    if line is not None:
        assert error.excerpt
        assert error.excerpt in data.decode()


def test_an_excerpt_of_a_long_line_is_short() -> None:
    data = b"<http://e/s> <http://e/p> '" + b"x" * 500 + b"' . broken . <http://e/s>" + b"y" * 500
    with pytest.raises(RdfSyntaxError) as caught:
        parse_rdf(data, "turtle")
    assert "broken" in caught.value.excerpt
    assert len(caught.value.excerpt) <= 100


@pytest.mark.parametrize(
    ("data", "line", "column", "message"),
    [
        (b"<http://e/s> <http://e/p> '\xc3\xa9\xff' .", 1, 29, "not UTF-8"),
        (b"# fine\n# caf\xe9\n", 2, 6, "not UTF-8"),
        ("<http://e/s>".encode("utf-16"), 1, 1, "UTF-16"),
    ],
)
@pytest.mark.parametrize("format_", ["turtle", "rdfxml", "jsonld"])
def test_other_encodings(format_: str, data: bytes, line: int, column: int, message: str) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        parse_rdf(data, format_)
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(BOMB + XML % "<e:p>&i;</e:p>", id="a billion laughs"),
        pytest.param(
            ENTITY % '<!ENTITY a "x"><!ENTITY b "&#38;a;">' + XML % "<e:p>&b;</e:p>",
            id="an entity in disguise",
        ),
        pytest.param(
            ENTITY % '<!ENTITY a SYSTEM "file:///etc/passwd">' + XML % "<e:p>&a;</e:p>",
            id="a file",
        ),
        pytest.param(
            ENTITY % '<!ENTITY % a "x">'.replace("% a", "%% a") % () + XML % "", id="a parameter"
        ),
        pytest.param(
            ENTITY % f'<!ENTITY a "{"x" * 60_000}">' + XML % f"<e:p>{'&a;' * 1000}</e:p>",
            id="one entity very often",
        ),
    ],
)
def test_entities_are_no_bombs(data: str) -> None:
    with pytest.raises(SourceError, match="entit"):
        parse_rdf(data.encode(), "rdfxml")


def test_entities_for_namespaces_are_read() -> None:
    data = ENTITY % '<!ENTITY e "http://e/">' + XML % '<e:p rdf:resource="&e;o"/>'
    (quad,) = parse_rdf(data.encode(), "rdfxml")
    assert quad.object == ox.NamedNode("http://e/o")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none\.ttl: there is no such file"):
        parse_rdf(tmp_path / "none.ttl")
    folder = tmp_path / "folder.ttl"
    folder.mkdir()
    with pytest.raises(SourceError, match="this is a folder"):
        parse_rdf(folder)
    path = tmp_path / "a.ttl"
    path.write_text(SAMPLES["a.ttl"])
    with pytest.raises(SourceError, match="30 is the limit"):
        parse_rdf(path, limit=30)
    with pytest.raises(SourceError, match="30 is the limit"):
        parse_rdf(path.read_bytes(), "turtle", limit=30)


def test_relative_iris_are_resolved(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text("<s> <p> <o> .")
    (quad,) = parse_rdf(path)
    assert quad.object == ox.NamedNode((tmp_path / "o").resolve().as_uri())
    (quad,) = parse_rdf(path, base="http://e/")
    assert quad.object == ox.NamedNode("http://e/o")


def test_blank_nodes_belong_to_their_graph() -> None:
    data = b"_:a <http://e/p> [ <http://e/p> _:a ] ."
    one, again, other = (
        list(named_quads(iri, parse_rdf(data, "turtle")))
        for iri in ("http://e/1", "http://e/1", "http://e/2")
    )
    nodes = [
        {term for q in quads for term in (q.subject, q.object) if isinstance(term, ox.BlankNode)}
        for quads in (one, other)
    ]
    assert one == again
    assert [len(found) for found in nodes] == [2, 2]
    assert not nodes[0] & nodes[1]
    assert {quad.graph_name for quad in one} == {ox.NamedNode("http://e/1")}
