"""Who is joined by what, and what is not believed."""

from __future__ import annotations

import hashlib

import pytest
from symposia.graph.identity import Evidence, join

OWL_SAME = "http://www.w3.org/2002/07/owl#sameAs"
SCHEMA_SAME = "https://schema.org/sameAs"
MAILBOX = "http://xmlns.com/foaf/0.1/mbox_sha1sum"
HOMEPAGE = "http://xmlns.com/foaf/0.1/homepage"
A, B = "a" * 40, "b" * 40
ONE, TWO, THREE = (f"http://e.example/{event}/person/x" for event in ("1", "2", "3"))
OTHER = "http://e.example/1/person/y"
ORCID = "orcid.org/0000-0002-1825-0097"


def joined(
    stated: list[tuple[str, str, str]], names: dict[str, list[str]] | None = None
) -> tuple[dict[str, str], list[Evidence]]:
    return join(((*row, False) for row in stated), names or {})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((OWL_SAME, "http://old.example/x"), (OWL_SAME, "http://old.example/x")),
        ((OWL_SAME, f"http://{ORCID}/"), (SCHEMA_SAME, f"https://{ORCID}")),
        ((MAILBOX, A), (MAILBOX, A.upper())),
        ((HOMEPAGE, "http://X.example"), (HOMEPAGE, "http://x.example/")),
    ],
)
def test_what_is_the_same(one: tuple[str, str], other: tuple[str, str]) -> None:
    found, evidence = joined([(ONE, *one), (TWO, *other)])
    assert found == {ONE: ONE, TWO: ONE}
    assert [(each.members, each.refused) for each in evidence] == [((ONE, TWO), "")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((OWL_SAME, "http://old.example/x"), (OWL_SAME, "http://old.example/X")),
        ((MAILBOX, "x@x.example"), (MAILBOX, "x@x.example")),
        ((MAILBOX, A), (OWL_SAME, A)),
        ((HOMEPAGE, "http://x.example/a"), (HOMEPAGE, "http://x.example/a/")),
        ((HOMEPAGE, "none"), (HOMEPAGE, "none")),
        ((HOMEPAGE, "http://[x/"), (HOMEPAGE, "http://[x/")),
    ],
)
def test_what_is_not_the_same(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert joined([(ONE, *one), (TWO, *other)]) == ({}, [])


def test_people_are_joined_through_others() -> None:
    found, _ = joined(
        [(THREE, MAILBOX, A), (TWO, MAILBOX, A), (TWO, HOMEPAGE, "http://x.example/"),
         (ONE, HOMEPAGE, "http://x.example/"), (OTHER, MAILBOX, B)]
    )  # fmt: skip
    assert found == {ONE: ONE, TWO: ONE, THREE: ONE}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ana Ruiz", "Ana Ruiz", True),
        ("Ana Ruiz", "A. Ruiz", True),
        ("Ana Ruiz", "Ruiz, Ana María", True),
        ("Jörg Pührer", "Joerg Puehrer", True),
        ("Chris Welty", "Christopher Welty", True),
        ("Ana Ruiz", "Ben Ruiz", False),
        ("Kewen Wang", "Zhe Wang", False),
        ("A. R.", "Ana Ruiz", False),
    ],
)
def test_names_at_one_event(one: str, other: str, same: bool) -> None:
    found, evidence = joined([(ONE, MAILBOX, A), (OTHER, MAILBOX, A)], {ONE: [one], OTHER: [other]})
    assert bool(found) is same
    assert evidence[0].refused == ("" if same else f"At one event it stands for {one} and {other}.")


def test_names_at_different_events() -> None:
    """Someone may take another name; but a mailbox of two who share none is an office's."""
    stated = [(ONE, MAILBOX, A), (TWO, MAILBOX, A)]
    assert joined(stated, {ONE: ["Ana Ruiz"], TWO: ["Ana Marsh"]})[0]
    found, (evidence,) = joined(stated, {ONE: ["Ana Ruiz"], TWO: ["Cleo Marsh"]})
    assert not found
    assert evidence.refused == "It stands for Ana Ruiz and Cleo Marsh, who share no name."
    same = [(ONE, OWL_SAME, "http://old.example/x"), (TWO, OWL_SAME, "http://old.example/x")]
    assert joined(same, {ONE: ["Ana Ruiz"], TWO: ["Cleo Marsh"]})[0], "an IRI is what it is"


def test_what_is_less_certain_does_not_make_one_of_two() -> None:
    """Through a third the homepage would join two people of one event, so it joins nobody."""
    names = {ONE: ["Ana Ruiz"], OTHER: ["Ben Ruiz"], TWO: ["Ana Ruiz"]}
    found, evidence = joined(
        [(ONE, MAILBOX, A), (TWO, MAILBOX, A), (TWO, HOMEPAGE, "http://x.example/"),
         (OTHER, HOMEPAGE, "http://x.example/")], names
    )  # fmt: skip
    assert found == {ONE: ONE, TWO: ONE}
    assert [(each.property, bool(each.refused)) for each in evidence] == [
        (MAILBOX, False),
        (HOMEPAGE, True),
    ]


@pytest.mark.parametrize("text", ["", "mailto:"])
def test_the_hash_of_no_address(text: str) -> None:
    digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
    found, (evidence,) = joined([(ONE, MAILBOX, digest), (TWO, MAILBOX, digest)])
    assert (found, evidence.refused) == ({}, "It is the hash of no address.")


def test_the_homepage_of_an_organisation() -> None:
    page = (HOMEPAGE, "http://x.example/")
    found, (evidence,) = join(
        [
            (ONE, *page, False),
            (TWO, *page, False),
            ("http://e.example/1/organisation/o", *page, True),
        ],
        {},
    )
    assert (found, evidence.members) == ({}, (ONE, TWO))
    assert evidence.refused == "It is the page of an organisation or an event."
