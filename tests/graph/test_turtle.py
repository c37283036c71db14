"""Turtle as it is written: exact forms on small graphs, and what cannot be written."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise, permutations

import pytest
from rdflib import RDF, RDFS, XSD, BNode, Graph, Literal, Namespace, URIRef, Variable
from rdflib.compare import isomorphic
from symposia.graph.errors import ExportError
from symposia.graph.namespaces import BASE, SYM
from symposia.graph.turtle import to_turtle

EX = Namespace("http://example.org/")
S, P = EX["s"], EX["p"]
PREFIXES = {"ex": str(EX), "rdf": str(RDF), "rdfs": str(RDFS), "xsd": str(XSD)}


def graph_of(text: str) -> Graph:
    return Graph().parse(
        data=f"@prefix ex: <{EX}> . @prefix rdfs: <{RDFS}> . {text}", format="turtle"
    )


def body(graph: Graph) -> str:
    text = to_turtle(graph, prefixes=PREFIXES)
    return text.partition("\n\n")[2] if text.startswith("@") else text


def test_a_graph_exactly() -> None:
    graph = graph_of(
        f"""
        ex:talk10 a ex:Talk . ex:talk2 a ex:Talk, ex:Event ; ex:zeta 3 ; ex:alpha "b"@en, "a", "c" ;
            rdfs:label "Two"@en ; ex:partOf <{BASE}tinyml-2023/session/short-papers> .
        <{BASE}tinyml-2023/source/page#line=1,2> ex:value "x" .
        """
    )
    assert to_turtle(graph, prefixes=PREFIXES, header="What it is.\n\nMore.") == (
        """\
# What it is.
#
# More.

@base <https://w3id.org/symposia/> .
@prefix ex: <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

ex:talk2 a ex:Event, ex:Talk ;
    rdfs:label "Two"@en ;
    ex:alpha
        "a" ,
        "b"@en ,
        "c" ;
    ex:partOf <tinyml-2023/session/short-papers> ;
    ex:zeta 3 ;
    .

ex:talk10 a ex:Talk ;
    .

<tinyml-2023/source/page#line=1,2>
    ex:value "x" ;
    .
"""
    )


def test_an_empty_graph_is_an_empty_text() -> None:
    assert to_turtle(Graph()) == ""
    assert to_turtle(Graph(), header="Nothing.") == "# Nothing.\n"


@pytest.mark.parametrize(
    ("iri", "written"),
    [
        (EX["a"], "ex:a"),
        (EX["a-b_c1"], "ex:a-b_c1"),
        (EX["1a"], "ex:1a"),
        (EX["a.b"], "ex:a.b"),
        (EX["a:b"], "ex:a:b"),
        (EX["caf%C3%A9"], "ex:caf%C3%A9"),
        (EX["café"], "ex:café"),
        (EX["名前"], "ex:名前"),
        (EX[""], "ex:"),
        (EX["a."], "<http://example.org/a.>"),
        (EX["-a"], "<http://example.org/-a>"),
        (EX["a/b"], "<http://example.org/a/b>"),
        (EX["a#b"], "<http://example.org/a#b>"),
        (EX["a,b"], "<http://example.org/a,b>"),
        (EX["a%zz"], "<http://example.org/a%zz>"),
        (EX["×"], "<http://example.org/×>"),
        (URIRef(SYM + "Talk"), "<ontology#Talk>"),
        (URIRef(BASE), f"<{BASE}>"),
        (URIRef(BASE + "tinyml-2023"), "<tinyml-2023>"),
        (URIRef(BASE + "tinyml-2023/person/brett-meyer"), "<tinyml-2023/person/brett-meyer>"),
        (URIRef(BASE + "a#line=162,163"), "<a#line=162,163>"),
        (URIRef(BASE + "a:b"), f"<{BASE}a:b>"),
        (URIRef(BASE + "/a"), f"<{BASE}/a>"),
        (URIRef(BASE + "a//b"), f"<{BASE}a//b>"),
        (URIRef(BASE + "?q"), f"<{BASE}?q>"),
        (URIRef(BASE + "é"), f"<{BASE}é>"),
        (URIRef("urn:isbn:0451450523"), "<urn:isbn:0451450523>"),
        (URIRef("mailto:a@example.org"), "<mailto:a@example.org>"),
        (RDF.nil, "()"),
    ],
)
def test_an_iri_is_written(iri: URIRef, written: str) -> None:
    graph = Graph().add((S, P, iri))
    assert body(graph) == f"ex:s\n    ex:p {written} ;\n    .\n"
    assert isomorphic(Graph().parse(data=to_turtle(graph, prefixes=PREFIXES)), graph)


@pytest.mark.parametrize("path", ["a/../b", "./a", "a/.", "..", "a/./b"])
def test_no_base_is_declared_where_it_would_change_an_iri(path: str) -> None:
    dotted, plain = URIRef(BASE + path), URIRef(BASE + "plain")
    text = to_turtle(Graph().add((S, P, dotted)).add((S, P, plain)), prefixes=PREFIXES)
    assert "@base" not in text
    assert f"<{dotted}>" in text
    assert f"<{plain}>" in text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Literal("x"), '"x"'),
        (Literal("x", datatype=XSD.string), '"x"'),
        (Literal("x", lang="en-GB"), '"x"@en-GB'),
        (Literal(""), '""'),
        (Literal('say "hi" \\ bye'), r'"say \"hi\" \\ bye"'),
        (Literal("a\tb\nc\rd\x08e\x0cf"), r'"a\tb\nc\rd\be\ff"'),
        (Literal("\x00\x1f\x7f\u0085"), r'"\u0000\u001F\u007F\u0085"'),
        (Literal("a\u202eb\ufeff\u2028"), r'"a\u202Eb\uFEFF\u2028"'),
        (Literal("2.88 × 10^17 — “naïve” 名 😀"), '"2.88 × 10^17 — “naïve” 名 😀"'),
        (Literal(0), "0"),
        (Literal(-12), "-12"),
        (Literal("007", datatype=XSD.integer, normalize=False), '"007"^^xsd:integer'),
        (Literal("+7", datatype=XSD.integer, normalize=False), '"+7"^^xsd:integer'),
        (Literal("2.5", datatype=XSD.decimal), "2.5"),
        (Literal("99.67", datatype=XSD.decimal), "99.67"),
        (Literal("3", datatype=XSD.decimal), '"3"^^xsd:decimal'),
        (Literal(".5", datatype=XSD.decimal, normalize=False), '".5"^^xsd:decimal'),
        (Literal(True), "true"),
        (Literal("1", datatype=XSD.boolean, normalize=False), '"1"^^xsd:boolean'),
        (Literal(1.5), '"1.5"^^xsd:double'),
        (Literal("2023-03-27", datatype=XSD.date), '"2023-03-27"^^xsd:date'),
        (Literal("x", datatype=EX.kind), '"x"^^ex:kind'),
    ],
)
def test_a_literal_is_written(value: Literal, written: str) -> None:
    assert body(Graph().add((S, P, value))) == f"ex:s\n    ex:p {written} ;\n    .\n"


@pytest.mark.parametrize(
    ("turtle", "written"),
    [
        ("ex:s ex:p [] .", "ex:s\n    ex:p [] ;\n    ."),
        ("[] ex:p 1 .", "[]\n    ex:p 1 ;\n    ."),
        ("_:a ex:p _:a .", "_:b1\n    ex:p _:b1 ;\n    ."),
        ("ex:s ex:p [], [] .", "ex:s\n    ex:p\n        [] ,\n        [] ;\n    ."),
        ("ex:s ex:p _:a ; ex:q _:a .", "ex:s\n    ex:p _:b1 ;\n    ex:q _:b1 ;\n    ."),
        ("ex:s ex:p (1 ex:q) .", "ex:s\n    ex:p ( 1 ex:q ) ;\n    ."),
        ("ex:s ex:p (()) .", "ex:s\n    ex:p ( () ) ;\n    ."),
        (
            "ex:s ex:p [ a ex:T ; ex:q (1 [ ex:p 2 ]) ] .",
            """\
ex:s
    ex:p [
        a ex:T ;
        ex:q (
            1
            [
                ex:p 2 ;
            ]
        ) ;
    ] ;
    .""",
        ),
        (
            "ex:s ex:p [ ex:q 2 ], [ ex:q 1 ] .",
            """\
ex:s
    ex:p
        [
            ex:q 1 ;
        ] ,
        [
            ex:q 2 ;
        ] ;
    .""",
        ),
    ],
)
def test_blank_nodes_and_lists_are_written(turtle: str, written: str) -> None:
    assert body(graph_of(turtle)) == written + "\n"


@pytest.mark.parametrize(
    "turtle",
    [
        "ex:s ex:p _:l . _:l rdf:first 1 ; rdf:rest () ; ex:q 1 .",  # a cell that says more
        "ex:s ex:p _:l . _:l rdf:first 1, 2 ; rdf:rest () .",
        "ex:s ex:p _:l . _:l rdf:first 1 ; rdf:rest ex:q .",  # no end
        "ex:s ex:p _:l . _:l rdf:first 1 ; rdf:rest _:l .",  # a ring
        "ex:s ex:p _:l ; ex:q _:m . _:l rdf:first 1 ; rdf:rest _:m . _:m rdf:first 2 .",
        "_:l rdf:first 1 ; rdf:rest () .",  # nobody's list
        "_:l rdf:first _:l ; rdf:rest () .",  # a list that holds itself
        "ex:s ex:p _:l . _:l rdf:first 1 .",
        "_:a ex:p _:b . _:b ex:p _:c . _:c ex:p _:a ; ex:q [ ex:p 1 ] .",
    ],
)
def test_what_is_no_list_or_tree_comes_back_too(turtle: str) -> None:
    graph = graph_of(f"@prefix rdf: <{RDF}> . {turtle}")
    assert isomorphic(Graph().parse(data=to_turtle(graph)), graph)


def test_long_lists_are_written_as_lists() -> None:
    members = " ".join(str(number) for number in range(3000))
    text = body(graph_of(f"ex:s ex:p ({members}) ."))
    assert text.startswith("ex:s\n    ex:p (\n        0\n        1\n")
    assert text.endswith("        2999\n    ) ;\n    .\n")


def test_deep_trees_are_cut_into_pieces() -> None:
    graph = Graph()
    nodes = [BNode() for _ in range(50)]
    for node, below in pairwise(nodes):
        graph.add((node, P, below))
    text = to_turtle(graph, prefixes=PREFIXES)
    assert text.count("_:b1") == 2
    assert max(len(line) - len(line.lstrip()) for line in text.splitlines()) < 100
    assert isomorphic(Graph().parse(data=text), graph)


@pytest.mark.parametrize(
    ("size", "steps"),
    [(60, range(1, 60)), (300, (1, 7)), (2000, (1,))],
    ids=["clique", "ring", "big"],
)
def test_a_regular_graph_does_not_stop_the_writer(size: int, steps: Sequence[int]) -> None:
    nodes = [BNode() for _ in range(size)]
    graph = Graph()
    for number, node in enumerate(nodes):
        for step in steps:
            graph.add((node, P, nodes[(number + step) % size]))
    text = to_turtle(graph, prefixes=PREFIXES)
    assert len(Graph().parse(data=text)) == size * len(steps)


def test_nodes_that_look_alike_one_by_one_are_told_apart() -> None:
    """Two rings of three and one of six: every node has one predecessor and one successor."""
    texts = set()
    for rings in permutations(["abc", "def", "ghijkl"]):
        graph = Graph()
        for ring in rings:
            for one, following in zip(ring, ring[1:] + ring[0], strict=True):
                graph.add((BNode(rings[0] + one), P, BNode(rings[0] + following)))
        texts.add(to_turtle(graph, prefixes=PREFIXES))
    assert len(texts) == 1
    assert isomorphic(Graph().parse(data=texts.pop()), graph)


@pytest.mark.parametrize(
    ("triple", "message"),
    [
        ((S, P, URIRef("relative")), "<relative> is not an absolute IRI"),
        ((S, P, URIRef("")), "<> is not an absolute IRI"),
        ((S, P, URIRef("http://example.org/a b")), "has the character U+0020"),
        ((S, P, URIRef("http://example.org/>")), "has the character U+003E"),
        ((S, P, URIRef("http://example.org/\ud800")), "has the character U+D800"),
        ((S, P, Literal("\ud800")), "holds half of a surrogate pair"),
        ((Literal("x"), P, S), 'The literal "x" is a subject'),
        ((S, BNode("p"), S), "_:p is a predicate"),
        ((S, P, Variable("v")), "?v is no RDF term"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.filterwarnings("ignore:.*does not look like a valid URI")
def test_what_turtle_cannot_say_is_an_error(
    triple: tuple[URIRef, URIRef, URIRef], message: str
) -> None:
    with pytest.raises(ExportError) as caught:
        to_turtle(Graph().add(triple))
    assert message in str(caught.value)


def test_the_order_in_which_triples_were_added_does_not_matter() -> None:
    triples = list(graph_of("ex:s a ex:T ; ex:p 1, [ ex:p 2 ] . ex:t ex:q ex:s ."))
    texts = set()
    for order in permutations(triples):
        graph = Graph()
        for triple in order:
            graph.add(triple)
        texts.add(to_turtle(graph))
    assert len(texts) == 1


def test_the_hash_seed_does_not_matter() -> None:
    code = (
        "from rdflib import Graph; from symposia.graph.turtle import to_turtle;"
        'print(to_turtle(Graph().parse(data=\'<x:a> <x:p> 1, "b", [ <x:q> 2 ], [ <x:q> 3 ] ;'
        "<x:q> _:a, _:b . <x:b> <x:r> _:a, _:b . _:a <x:r> _:b .')))"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(texts) == 1
