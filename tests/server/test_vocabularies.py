"""The pages of the ontology and of concept schemes, and their place under another base."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from symposia.graph.dataset import shipped
from symposia.graph.namespaces import BASE, PREFIXES, SYM
from symposia.graph.store import Store
from symposia.server.alignments import alignments
from symposia.server.app import create_app


def words(html: str) -> str:
    """The words of a piece of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def term(client: FlaskClient, name: str) -> str:
    """What the page of the ontology says of a term."""
    html = client.get("/ontology.html").text
    begin = html.index(f'<div id="{name}">')
    following = html.find('<div id="', begin + 9)
    return html[begin : following if following > 0 else None]


def test_a_term_says_what_it_relates_to(client: FlaskClient) -> None:
    found = term(client, "presents")
    assert 'Of</dt><dd><a href="#Talk">' in found
    assert 'Leads to</dt><dd><a href="#Paper">' in found
    assert "<pre>" in found
    session = term(client, "PaperSession")
    assert 'Under</dt><dd><a href="#Session">' in session
    assert (
        "Same as</dt><dd><a "
        'href="http://data.semanticweb.org/ns/swc/ontology#PaperSession" '
        'rel="external noreferrer">swc:PaperSession</a>' in session
    )


def test_a_term_that_is_being_tried_says_so(client: FlaskClient) -> None:
    assert 'count">testing<' in term(client, "Panel")
    assert "stable" not in words(term(client, "Conference"))


def test_alignments_have_the_closest_relation_first() -> None:
    found = alignments()
    assert len([term for term in found if term.startswith(SYM)]) > 50
    conference = {
        each.word: [cell.label for cell in each.terms] for each in found[f"{SYM}Conference"]
    }
    assert conference["a kind of"] == [
        "conf:AcademicEvent",
        "swc:AcademicEvent",
        "bibo:Conference",
    ]


@pytest.mark.parametrize("accept", ["text/turtle", "application/ld+json", "text/html"])
def test_a_term_resolves_to_a_document_that_defines_it(client: FlaskClient, accept: str) -> None:
    query = {"iri": f"{SYM}Paper"}
    answer = client.get("/resource", query_string=query, headers={"Accept": accept})
    assert answer.status_code == 303
    path, mark, fragment = answer.location.partition("#")
    assert (mark, fragment) == ("#", "Paper")
    document = client.get(path)
    assert document.status_code == 200
    assert "https://w3id.org/symposia/ontology#" in document.text
    assert "PaperSession" in document.text


def test_concepts_stand_in_a_tree_with_the_papers_below_them(client: FlaskClient) -> None:
    html = client.get("/topic.html").text
    tree = html[html.index('<ul class="tree">') :]
    assert tree.count("<details") == tree.count("<summary>") > 3
    top = re.match(r'<ul class="tree">\s*<li>.*?href="([^"]*)".*?count">(\d+)<', tree, re.DOTALL)
    assert top is not None
    assert top.groups() == ("/topic/tinyml", "17")
    assert "Also called TinyML" in words(tree)
    assert "Same as IEEE Taxonomy tiny machine learning" in words(tree)


def large(number: int) -> Store:
    """A scheme of three levels, whose last one is too much for a page; and a circle."""
    store = Store.memory()
    triples = []

    def concept(name: str, above: str | None) -> None:
        node = ox.NamedNode(f"{BASE}s/{name}")
        for prefix, local, value in (
            ("rdf", "type", ox.NamedNode(PREFIXES["skos"] + "Concept")),
            ("rdfs", "label", ox.Literal(name)),
            ("skos", "inScheme", ox.NamedNode(f"{BASE}s")),
            *([("skos", "broader", ox.NamedNode(f"{BASE}s/{above}"))] if above else []),
        ):
            triples.append(ox.Triple(node, ox.NamedNode(PREFIXES[prefix] + local), value))

    scheme = ox.NamedNode(f"{BASE}s")
    kind = ox.NamedNode(PREFIXES["skos"] + "ConceptScheme")
    triples.append(ox.Triple(scheme, ox.NamedNode(PREFIXES["rdf"] + "type"), kind))
    concept("top", None)
    for each in range(10):
        concept(f"m{each}", "top")
        for leaf in range(number // 10):
            concept(f"l{each}-{leaf}", f"m{each}")
    concept("one", "two")
    concept("two", "one")
    store.load(f"{BASE}s/graph", triples)
    return store


def test_a_large_scheme_ends_at_the_level_that_fits() -> None:
    client = create_app(store=large(2000)).test_client()
    html = client.get("/s.html").text
    assert len(html) < 100_000
    assert "m9" in words(html)
    assert "l9-0" not in words(html)
    assert '<a href="/s/m9">200 narrower</a>' in html
    assert "open" not in html[html.index('<ul class="tree">') :].partition("</ul>")[0]


def test_a_small_scheme_with_a_circle_is_shown() -> None:
    html = create_app(store=large(20)).test_client().get("/s.html").text
    assert "l9-1" in words(html)


def test_our_terms_resolve_where_things_have_another_base() -> None:
    client = create_app(
        base="https://example.org/data/", store=Store.memory(shipped())
    ).test_client()
    answer = client.get("/ontology", headers={"Accept": "text/html"})
    assert answer.status_code == 303
    assert answer.location == f"/resource.html?iri={BASE}ontology"
    assert 'id="PaperSession"' in client.get(answer.location).text
    page = client.get(f"/resource.html?iri={BASE}tinyml-2023/paper/fmas").text
    links = re.findall(r'href="(/[^"]*)"', page)
    assert f"/resource?iri={BASE}tinyml-2023/person/brett-meyer" in links
    for link in links[:20]:
        assert client.get(link.replace("&amp;", "&"), follow_redirects=True).status_code == 200, (
            link
        )
