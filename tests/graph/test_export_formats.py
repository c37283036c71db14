"""Every format writes what it was given, the same way each time, and says what it cannot write."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib.compare import isomorphic
from symposia.graph.dataset import shipped
from symposia.graph.errors import ExportError
from symposia.graph.export import FORMATS, VOCABULARIES, find_format, serialise
from symposia.graph.terms import to_rdflib

OXIGRAPH = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
RDFLIB = {"turtle": "turtle", "ntriples": "nt", "rdfxml": "xml", "jsonld": "json-ld"}
DATASETS = sorted(name for name, format_ in FORMATS.items() if format_.dataset)
SMALL = Path(__file__).resolve().parent.parent / "data" / "exports" / "programme.ttl"
EX = "http://example.org/"


def small() -> list[ox.Quad]:
    return list(ox.parse(path=str(SMALL), format=ox.RdfFormat.TURTLE))


def whole() -> set[ox.Quad]:
    """Every quad that is shipped."""
    return {
        ox.Quad(triple.subject, triple.predicate, triple.object, ox.NamedNode(graph.iri))
        for graph in shipped()
        if isinstance(graph.source, Path)
        for triple in ox.parse(path=str(graph.source), format=ox.RdfFormat.TURTLE)
    }


def triples(quads: Iterable[ox.Triple | ox.Quad]) -> set[ox.Triple]:
    return {ox.Triple(quad.subject, quad.predicate, quad.object) for quad in quads}


def quad(value: ox.NamedNode | ox.BlankNode | ox.Literal, graph: str | None = None) -> ox.Quad:
    name = ox.DefaultGraph() if graph is None else ox.NamedNode(EX + graph)
    return ox.Quad(ox.NamedNode(EX + "s"), ox.NamedNode(EX + "p"), value, name)


@pytest.mark.parametrize("name", FORMATS)
def test_the_shipped_dataset_comes_back_from_every_format(name: str) -> None:
    quads = whole()
    read = set(ox.parse(serialise(quads, name), OXIGRAPH[name]))
    if FORMATS[name].dataset:
        assert read == quads
    else:
        assert triples(read) == triples(quads)


@pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning:rdflib")
@pytest.mark.parametrize("name", RDFLIB)
def test_rdflib_reads_what_is_written(name: str) -> None:
    quads = whole()
    read = rdflib.Graph().parse(data=serialise(quads, name), format=RDFLIB[name])
    assert isomorphic(read, to_rdflib(quads))


@pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning:rdflib")
@pytest.mark.parametrize("name", DATASETS)
def test_rdflib_reads_datasets_with_their_graphs(name: str) -> None:
    quads = whole()
    read = rdflib.Dataset()
    read.parse(data=serialise(quads, name), format=name)
    for graph in shipped():
        wanted = {q for q in quads if q.graph_name == ox.NamedNode(graph.iri)}
        assert len(wanted) > 0
        assert isomorphic(read.graph(rdflib.URIRef(graph.iri)), to_rdflib(wanted))


@pytest.mark.parametrize("name", sorted(FORMATS.keys() - {"jsonld"}))
def test_raptor_counts_what_is_written(name: str, tmp_path: Path) -> None:
    rapper = shutil.which("rapper")
    if rapper is None:
        pytest.skip("needs rapper (Debian package raptor2-utils)")
    quads = whole()
    path = tmp_path / f"all.{FORMATS[name].extension}"
    path.write_bytes(serialise(quads, name))
    count = len(quads) if FORMATS[name].dataset else len(triples(quads))
    done = subprocess.run([rapper, "-c", "-i", name, path], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert f"Parsing returned {count} triples" in done.stderr
    assert "Error" not in done.stderr


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_graph_gives_the_same_bytes(name: str) -> None:
    quads = small()
    written = serialise(quads, name)
    assert serialise(reversed(quads), name) == written
    assert serialise([*quads, *quads], name) == written
    assert serialise(to_rdflib(quads), name) == written


def test_the_same_graph_gives_the_same_bytes_in_another_process() -> None:
    """Hash seeds differ between processes, and blank nodes get other labels."""
    script = (
        "import sys, hashlib, pyoxigraph as ox\n"
        "from symposia.graph.export import FORMATS, serialise\n"
        "text = open(sys.argv[1], 'rb').read() + b'<urn:a:a> <urn:a:b> [ <urn:a:c> 1 ], [] .'\n"
        "for name in FORMATS:\n"
        "    quads = ox.parse(text, ox.RdfFormat.TURTLE)\n"
        "    print(name, hashlib.sha256(serialise(quads, name)).hexdigest())\n"
    )

    def run(seed: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", script, SMALL],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    first = run("1")
    assert [line.split()[0] for line in first.splitlines()] == list(FORMATS)
    assert run("2") == first


def test_ntriples_are_sorted_lines() -> None:
    lines = serialise([quad(ox.Literal(text)) for text in "cab"], "ntriples").decode().splitlines()
    assert lines == [f'<{EX}s> <{EX}p> "{text}" .' for text in "abc"]


def test_graphs_are_kept_apart_by_datasets_and_merged_by_the_others() -> None:
    quads = [quad(ox.Literal("x"), "g"), quad(ox.Literal("x"), "h"), quad(ox.Literal("y"))]
    assert serialise(quads, "nquads").decode().splitlines() == [
        f'<{EX}s> <{EX}p> "x" <{EX}g> .',
        f'<{EX}s> <{EX}p> "x" <{EX}h> .',
        f'<{EX}s> <{EX}p> "y" .',
    ]
    assert len(serialise(quads, "ntriples").splitlines()) == 2


def test_a_dataset_of_rdflib_keeps_its_graphs() -> None:
    dataset = rdflib.Dataset()
    node = rdflib.URIRef(EX + "s")
    dataset.default_graph.add((node, node, rdflib.Literal("x")))
    dataset.graph(rdflib.URIRef(EX + "g")).add((node, node, rdflib.Literal("y")))
    assert serialise(dataset, "nquads").decode().splitlines() == [
        f'<{EX}s> <{EX}s> "x" .',
        f'<{EX}s> <{EX}s> "y" <{EX}g> .',
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_graph_is_written(name: str) -> None:
    assert list(ox.parse(serialise([], name), OXIGRAPH[name])) == []


@pytest.mark.parametrize("format_", FORMATS.values(), ids=lambda format_: format_.name)
def test_a_format_is_found_by_name_extension_and_media_type(format_: object) -> None:
    found = FORMATS[format_.name]  # type: ignore[attr-defined]
    for name in (found.name, found.name.upper(), found.extension, f".{found.extension}"):
        assert find_format(name) is found
    assert find_format(found.media_type) is found


def test_media_types_are_those_that_are_registered() -> None:
    for name, format_ in FORMATS.items():
        assert format_.media_type == OXIGRAPH[name].media_type
        assert format_.extension == OXIGRAPH[name].file_extension


def test_an_unknown_format_lists_those_there_are() -> None:
    with pytest.raises(ExportError) as caught:
        serialise([], "word")
    assert str(caught.value) == (
        "There is no format called 'word'. "
        "Choose one of: turtle, ntriples, nquads, trig, rdfxml, jsonld."
    )


@pytest.mark.parametrize("iri", [EX + "1", EX, "urn:x:1.2"])
def test_rdfxml_says_which_property_it_cannot_name(iri: str) -> None:
    node = ox.NamedNode(EX + "s")
    with pytest.raises(ExportError, match=f"<{iri}>"):
        serialise([ox.Triple(node, ox.NamedNode(iri), node)], "rdfxml")


def test_rdfxml_says_which_character_xml_lacks() -> None:
    with pytest.raises(ExportError, match=r"U\+000B .* <http://example.org/s>"):
        serialise([quad(ox.Literal("a\x0bb"))], "rdfxml")


def test_jsonld_says_which_iri_reads_as_a_prefixed_name() -> None:
    with pytest.raises(ExportError, match="<schema:name> looks like"):
        serialise([quad(ox.NamedNode("schema:name"))], "jsonld")


def test_a_triple_inside_a_triple_is_refused() -> None:
    node = ox.NamedNode(EX + "s")
    nested = ox.Triple(node, node, ox.Triple(node, node, node))
    for name in ("turtle", "rdfxml", "jsonld"):
        with pytest.raises(ExportError, match="triple"):
            serialise([nested], name)


@pytest.mark.parametrize(
    ("subject", "message"),
    [(rdflib.Literal("x"), "not an RDF triple"), (rdflib.URIRef("a b"), "not an RDF term")],
)
def test_what_is_not_rdf_is_refused(subject: rdflib.term.Node, message: str) -> None:
    graph = rdflib.Graph()
    graph.add((subject, rdflib.RDF.value, rdflib.Literal(1)))  # type: ignore[arg-type]
    with pytest.raises(ExportError, match=message):
        serialise(graph, "ntriples")


LOCAL = st.from_regex(r"[a-z][a-z0-9-]{0,6}", fullmatch=True)
IRIS = st.builds(
    lambda namespace, local: ox.NamedNode(namespace + local),
    st.sampled_from(
        [
            "https://w3id.org/symposia/ontology#",
            "http://www.w3.org/2000/01/rdf-schema#",
            "https://schema.org/",
            "http://example.org/ü/",
            "urn:x:",
        ]
    ),
    LOCAL | st.sampled_from(["label", "name", "position", "startDate", "value", "Talk", "role"]),
)
DATATYPES = st.sampled_from(
    ["string", "integer", "decimal", "boolean", "date", "dateTime", "double"]
)
TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\t\n\r\"'\\<>&]"), max_size=12
) | st.sampled_from(["1", "01", "true", "TRUE", "1.50", "1e3", "2031-05-02", "", "]]>"])
LITERALS = st.builds(
    lambda text, type_: ox.Literal(
        text, datatype=ox.NamedNode(f"http://www.w3.org/2001/XMLSchema#{type_}")
    ),
    TEXT.filter(lambda text: "\ufffe" not in text and "\uffff" not in text),
    DATATYPES,
) | st.builds(
    lambda text, tag: ox.Literal(text, language=tag),
    TEXT.filter(lambda text: "\ufffe" not in text and "\uffff" not in text),
    st.sampled_from(["en", "de", "en-gb"]),
)
BLANKS = st.sampled_from([ox.BlankNode(name) for name in ("a", "b", "0c")])
QUADS = st.builds(
    ox.Quad,
    IRIS | BLANKS,
    IRIS | st.just(ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")),
    IRIS | BLANKS | LITERALS,
    st.just(ox.DefaultGraph()) | IRIS,
)


@pytest.mark.filterwarnings("ignore:Serializing weird numerical:UserWarning:rdflib")
@given(quads=st.lists(QUADS, max_size=8))
@pytest.mark.parametrize("name", FORMATS)
def test_any_graph_comes_back(name: str, quads: list[ox.Quad]) -> None:
    """Graphs with blank nodes are the same if they have the same canonical form (RDFC-1.0)."""
    dataset = FORMATS[name].dataset
    given_ = ox.Dataset(quads if dataset else [ox.Quad(*t) for t in triples(quads)])
    found = ox.Dataset(ox.parse(serialise(quads, name), OXIGRAPH[name]))
    for either in (given_, found):
        either.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert set(found) == set(given_)


@given(quads=st.lists(QUADS, max_size=8))
@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_any_graph_comes_back_through_a_derived_context(
    vocabulary: str, quads: list[ox.Quad]
) -> None:
    given_ = ox.Dataset([ox.Quad(*t) for t in triples(quads)])
    found = ox.Dataset(ox.parse(serialise(quads, "jsonld", vocabulary), ox.RdfFormat.JSON_LD))
    for either in (given_, found):
        either.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert set(found) == set(given_)
