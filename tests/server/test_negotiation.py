"""The choice of a format by an Accept header."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from symposia.server.negotiation import GRAPHS, HTML, RESULTS, choose, named

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        (None, "turtle"),
        ("", "turtle"),
        ("*/*", "turtle"),
        ("text/turtle", "turtle"),
        ("text/turtle; charset=utf-8", "turtle"),
        ("TEXT/TURTLE", "turtle"),
        ("application/ld+json", "jsonld"),
        ("application/json", "jsonld"),
        ("application/*", "jsonld"),
        ("application/xml", "rdfxml"),
        ("text/plain", "ntriples"),
        ("text/*", "turtle"),
        ("text/turtle;q=0.1, application/ld+json;q=0.5", "jsonld"),
        ("text/turtle;q=0, */*", "jsonld"),
        ("text/html;q=0.9, text/turtle", "turtle"),
        ("*/*, text/html", "html"),
        (BROWSER, "html"),
        ("application/n-quads", "nquads"),
        ("image/png", None),
        ("text/turtle;q=0", None),
        ("nonsense", None),
    ],
)
def test_the_best_acceptable_format_of_a_graph(accept: str | None, name: str | None) -> None:
    chosen = choose(accept, (*GRAPHS, HTML))
    assert (chosen.name if chosen else None) == name


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        (None, "json"),
        ("application/json", "json"),
        ("text/csv", "csv"),
        ("text/csv;q=0.2, text/tab-separated-values;q=0.3", "tsv"),
        ("application/xml", "xml"),
        (BROWSER, "html"),
        ("text/turtle", None),
    ],
)
def test_the_best_acceptable_format_of_a_table(accept: str | None, name: str | None) -> None:
    chosen = choose(accept, (*RESULTS, HTML))
    assert (chosen.name if chosen else None) == name


@given(st.text(max_size=80))
def test_no_header_is_too_odd(accept: str) -> None:
    chosen = choose(accept, (*GRAPHS, HTML))
    assert chosen is None or chosen in (*GRAPHS, HTML)


@pytest.mark.parametrize(
    ("word", "name"),
    [("ttl", "turtle"), ("text/turtle", "turtle"), ("JSON-LD", "jsonld"), ("xml", "rdfxml")],
)
def test_formats_are_found_by_name(word: str, name: str) -> None:
    found = named(word, GRAPHS)
    assert found is not None
    assert found.name == name


def test_an_unknown_name_is_no_format() -> None:
    assert named("docx", (*GRAPHS, *RESULTS)) is None
