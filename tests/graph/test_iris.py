"""Slugs and IRIs: readable, unique, stable; and fragments of a text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from symposia.graph.iris import Minter, characters, lines, slug

ROOT = "https://example.org/meeting"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Brett Meyer", "brett-meyer"),
        ("Vijay JANAPA REDDI", "vijay-janapa-reddi"),
        ("Tae-Ho Kim", "tae-ho-kim"),
        ("INESC-ID, Lisbon", "inesc-id-lisbon"),
        ("Miles O'Brien", "miles-obrien"),
        ("Miles O’Brien", "miles-obrien"),
        ("Jürgen Groß", "jurgen-gross"),
        ("Łukasz Żółć", "lukasz-zolc"),
        ("Søren Ærø", "soren-aero"),
        ("王小明", "wangxiaoming"),
        ("Ελένη", "eleni"),
        ("Иван Петров", "ivan-petrov"),
        ("김철수", "gimcheolsu"),
        ("  --Short   papers!-- ", "short-papers"),
        ("…", ""),
        ("", ""),
    ],
)
def test_a_slug(text: str, expected: str) -> None:
    assert slug(text) == expected


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("one two three", 13, "one-two-three"),
        ("one two three", 12, "one-two"),
        ("one two three", 7, "one-two"),
        ("one two three", 6, "one"),
        ("one two three", 2, "on"),
        ("incomprehensibilities", 8, "incompre"),
    ],
)
def test_a_slug_is_cut_between_words(text: str, limit: int, expected: str) -> None:
    assert slug(text, limit=limit) == expected


@given(st.text(max_size=60), st.integers(1, 30))
def test_any_text_gives_lower_case_ascii_words(text: str, limit: int) -> None:
    for found in (slug(text), slug(text, limit=limit)):
        assert re.fullmatch(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*)?", found)
    assert len(slug(text, limit=limit)) <= limit


def test_iris_are_unique_and_stay_the_same() -> None:
    minter = Minter(ROOT)
    asked = [
        ("Li Wei", "a"),
        ("Lí Wéi", "b"),
        ("Li Wei", "c"),
        ("Li Wei 2", "d"),
        ("?", "e"),
        ("!", "f"),
    ]
    found = [minter.mint("person", key, name) for name, key in asked]
    assert [iri.removeprefix(ROOT) for iri in found] == [
        "/person/li-wei",
        "/person/li-wei-2",
        "/person/li-wei-3",
        "/person/li-wei-2-2",
        "/person/person",
        "/person/person-2",
    ]
    assert [minter.mint("person", key, name) for name, key in asked] == found
    assert str(minter.mint("organisation", "a", "Li Wei")) == f"{ROOT}/organisation/li-wei"


def test_a_fixed_iri() -> None:
    assert str(Minter(ROOT).fixed("role", "presenter-5")) == f"{ROOT}/role/presenter-5"


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [(1, 1, "#line=0,1"), (163, 163, "#line=162,163"), (313, 315, "#line=312,315")],
)
def test_lines_are_counted_by_the_gaps_between_them(first: int, last: int, expected: str) -> None:
    assert str(lines(ROOT, first, last)) == ROOT + expected


def test_characters_are_counted_by_the_gaps_between_them() -> None:
    text = "line one\nline two"
    iri = characters(ROOT, text.index("two"), len(text))
    assert str(iri) == f"{ROOT}#char=14,17"
