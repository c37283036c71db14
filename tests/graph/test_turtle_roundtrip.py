"""Turtle of arbitrary graphs: two parsers read back what was written, whatever is in it."""

from __future__ import annotations

import random
from functools import reduce

import pyoxigraph
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import RDF, XSD, BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.term import Node
from symposia.graph.namespaces import BASE, PREFIXES
from symposia.graph.turtle import to_turtle

PATH = st.text(
    st.sampled_from("abzAZ019-._~!$&'()*+,;=:@/?#%é·×名\u0300\u203f\U00010400"), max_size=12
)


def _no_stray_signs(path: str) -> bool:
    """Keep to RFC 3987: one `#`, and no `%` without two digits."""
    return path.count("#") <= 1 and "%" not in path


paths = st.one_of(
    PATH.filter(_no_stray_signs),
    st.tuples(
        PATH.filter(lambda path: not set("#%") & set(path)),
        st.sampled_from(["%20", "%C3%a9", "#line=1,2"]),
    ).map("".join),
)
iris = st.one_of(
    st.tuples(st.sampled_from(["http://example.org/", "urn:x:", BASE, *PREFIXES.values()]), paths)
    .map("".join)
    .filter(lambda iri: _no_stray_signs(iri.replace("%20", "").replace("%C3%a9", "")))
    .map(URIRef),
    st.sampled_from([RDF.type, RDF.nil, RDF.first, RDF.rest]),
)
characters = st.characters(exclude_categories=["Cs"])
lexical = st.one_of(st.text(characters, max_size=20), st.text("\"\\\n\r\tu0041'@^.", max_size=8))
literals = st.one_of(
    lexical.map(Literal),
    st.builds(
        lambda text, tag: Literal(text, lang=tag),
        lexical,
        st.sampled_from(["en", "de-CH", "zh-Hant-TW"]),
    ),
    st.builds(
        lambda text, kind: Literal(text, datatype=kind),
        lexical,
        iris.filter(lambda iri: iri not in {XSD.string, RDF.langString}),
    ),
    st.integers().map(Literal),
    st.decimals(allow_nan=False, allow_infinity=False).map(Literal),
    st.floats().map(Literal),
    st.booleans().map(Literal),
    st.dates().map(Literal),
    st.datetimes().map(Literal),
)
blanks = st.sampled_from([BNode(f"n{number}") for number in range(4)])
nodes = st.one_of(iris, blanks)
triples = st.tuples(nodes, iris, st.one_of(nodes, literals))
linked = st.tuples(
    blanks,
    st.sampled_from([RDF.first, RDF.rest, URIRef("x:p")]),
    st.one_of(blanks, st.just(RDF.nil)),
)
graphs = st.lists(st.one_of(triples, linked), max_size=12)

Triple = tuple[Node, Node, Node]


def graph_of(found: list[Triple]) -> Graph:
    return reduce(lambda graph, triple: graph.add(triple), found, Graph())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(graphs)
def test_rdflib_reads_back_the_same_graph(found: list[Triple]) -> None:
    graph = graph_of(found)
    text = to_turtle(graph)
    assert isomorphic(Graph().parse(data=text, format="turtle"), graph)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(graphs)
def test_oxigraph_reads_back_the_same_graph(found: list[Triple]) -> None:
    graph = graph_of(found)
    ours = _canonical(to_turtle(graph), pyoxigraph.RdfFormat.TURTLE)
    theirs = _canonical(graph.serialize(format="nt"), pyoxigraph.RdfFormat.N_TRIPLES)
    assert ours == theirs


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(graphs, st.randoms(use_true_random=False))
def test_order_and_labels_of_blank_nodes_do_not_matter(
    found: list[Triple], chance: random.Random
) -> None:
    shuffled = list(found)
    chance.shuffle(shuffled)
    labels = {BNode(f"n{number}"): BNode() for number in range(4)}
    renamed = [tuple(labels.get(term, term) for term in triple) for triple in shuffled]
    assert to_turtle(graph_of(renamed)) == to_turtle(graph_of(found))


def _canonical(text: str, form: pyoxigraph.RdfFormat) -> pyoxigraph.Dataset:
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(text, format=form))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset
