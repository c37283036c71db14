"""The choice of a format by an Accept header."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from symposia.server.negotiation import GRAPHS, HTML, RESULTS, Format, choose, named

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


RANGES = sorted(
    {name for each in (*GRAPHS, *RESULTS, HTML) for name in each.media_types}
    | {"*/*", "text/*", "application/*", "image/*", "image/png"}
)
QUALITIES = st.sampled_from([None, "0", "0.0", "0.001", "0.3", "0.5", "0.999", "1", "1.000"])


def worth(form: Format, asked: dict[str, float]) -> float:
    """How much a client wants a format, read from the standard and not from what is tested."""

    def of(media_type: str) -> float:
        kind = media_type.partition("/")[0]
        ways = (media_type, f"{kind}/*", "*/*")
        return next((asked[way] for way in ways if way in asked), 0.0)

    by_name = [asked.get(alias, 0.0) for alias in form.media_types[1:]]
    return max(of(form.media_type), *by_name, 0.0)


@given(
    st.dictionaries(st.sampled_from(RANGES), QUALITIES, min_size=1, max_size=6),
    st.sampled_from([GRAPHS, RESULTS, (*GRAPHS, HTML), (*RESULTS, HTML)]),
    st.sampled_from([",", ", ", " ,\t"]),
    st.sampled_from([";q=", "; q=", ";version=1.1;q=", " ;Q="]),
)
def test_nothing_is_preferred_to_what_the_client_prefers(
    ranges: dict[str, str | None], offered: tuple[Format, ...], comma: str, mark: str
) -> None:
    accept = comma.join(r if q is None else f"{r}{mark}{q}" for r, q in ranges.items())
    asked = {r: 1.0 if q is None else float(q) for r, q in ranges.items()}
    best = max(worth(form, asked) for form in offered)
    chosen = choose(accept, offered)
    assert (chosen is None) == (best == 0)
    assert chosen is None or worth(chosen, asked) == best


@settings(deadline=None)
@given(
    st.one_of(
        st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f")),
        st.lists(st.sampled_from([*RANGES, ";q=", ";", ",", '"', "=", "0.5", "nan", "-1", "\xff"]))
        .map("".join),
    ),
    st.sampled_from(["/sparql?query=ASK{}", "/sparql?query=CONSTRUCT{}WHERE{}", "/", "/nothing"]),
)  # fmt: skip
def test_no_header_is_a_fault_of_the_server(app: Flask, accept: str, path: str) -> None:
    fields = dict.fromkeys(("Accept", "Accept-Encoding", "Accept-Language"), accept)
    # The home page of who takes no HTML is the description of the dataset, in what they do take.
    allowed = (200, 303, 406) if path == "/" else (200, 404, 406)
    assert app.test_client().get(path, headers=fields).status_code in allowed


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
