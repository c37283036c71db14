"""Decisions about links: their file, and what is wrong with one."""

from __future__ import annotations

from pathlib import Path

import pytest
from symposia.graph.errors import DecisionError, RdfSyntaxError, SourceError
from symposia.graph.linking.decisions import (
    Decision,
    Verdict,
    decided,
    decision_of,
    read_decisions,
    write_decisions,
)

ONE, TWO, THREE = (f"https://w3id.org/symposia/{n}/person/ada" for n in ("one", "two", "three"))
AT = "2026-01-02T03:04:05Z"
ACCEPTED = Decision(ONE, TWO, Verdict.ACCEPT, "Ada Brook", "The same homepage.", AT)
REJECTED = Decision(ONE, THREE, Verdict.REJECT, "Ada Brook", "Her niece.", AT)
SPLIT = Decision(THREE, None, Verdict.SPLIT, "Ada Brook", "", AT)

FILE = """\
# What was decided about links: it wins over whatever `symposia link` computes.
# sym:Accepted: the two are the same. sym:Rejected: they are not.
# sym:Split: it is the same as no other.

@base <https://w3id.org/symposia/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix sym: <https://w3id.org/symposia/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<decision/KEY> a sym:Decision ;
    dcterms:creator "Ada Brook" ;
    dcterms:description "The same homepage."@en ;
    prov:generatedAtTime "2026-01-02T03:04:05Z"^^xsd:dateTime ;
    rdf:object <two/person/ada> ;
    rdf:subject <one/person/ada> ;
    sym:status sym:Accepted ;
    .
"""

PREFIXES = """\
@base <https://w3id.org/symposia/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix sym: <https://w3id.org/symposia/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
"""


def test_the_file_is_turtle_that_people_read(tmp_path: Path) -> None:
    path = tmp_path / "team" / "decisions.ttl"
    write_decisions(path, [ACCEPTED])
    key = ACCEPTED.iri.rpartition("/")[2]
    assert path.read_text("utf-8") == FILE.replace("KEY", key)
    assert [each.name for each in path.parent.iterdir()] == ["decisions.ttl"]


def test_it_is_the_same_whatever_the_order(tmp_path: Path) -> None:
    one, other = tmp_path / "one.ttl", tmp_path / "other.ttl"
    write_decisions(one, [ACCEPTED, REJECTED, SPLIT])
    write_decisions(other, [SPLIT, REJECTED, ACCEPTED])
    assert one.read_bytes() == other.read_bytes()
    assert read_decisions(one) == (REJECTED, ACCEPTED, SPLIT)
    write_decisions(other, read_decisions(one))
    assert one.read_bytes() == other.read_bytes()


def test_no_file_is_no_decision(tmp_path: Path) -> None:
    assert read_decisions(tmp_path / "none.ttl") == ()


def test_of_decisions_that_agree_the_latest_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "d.ttl"
    path.write_text(
        PREFIXES
        + """[] a sym:Decision ; rdf:subject <b> ; rdf:object <a> ; sym:status sym:Accepted ;
             dcterms:creator "Ben" .
        [] a sym:Decision ; rdf:subject <a> ; rdf:object <b> ; sym:status sym:Accepted ;
             dcterms:creator "Ada" .""",
        "utf-8",
    )
    (found,) = read_decisions(path)
    assert (found.left, found.right, found.by) == (
        "https://w3id.org/symposia/a",
        "https://w3id.org/symposia/b",
        "Ben",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            (
                "<1> a sym:Decision ; rdf:subject <a> ; rdf:object <b> ; sym:status sym:Accepted.\n"
                "# And then:\n"
                "<2> a sym:Decision ; rdf:object <a> ; rdf:subject <b> ; sym:status sym:Rejected ."
            ),
            "are both accepted and rejected (FILE, lines 5 and 7)",
        ),
        (
            (
                "<1> a sym:Decision ; rdf:subject <a> ; rdf:object <b> ; sym:status sym:Accepted.\n"
                "<1> a sym:Decision ; rdf:subject <a> ; rdf:object <b> ; sym:status sym:Rejected ."
            ),
            "a decision has 2 verdicts (sym:status) (FILE, lines 5 and 6)",
        ),
        (
            (
                "<1> a sym:Decision ; rdf:subject <a> ; rdf:object <b> ; sym:status sym:Accepted.\n"
                "\n<2> a sym:Decision ; rdf:subject <a> ; sym:status sym:Split ."
            ),
            (
                "/a is split from all others, and accepted as https://w3id.org/symposia/b"
                " (FILE, lines 5 and 7)"
            ),
        ),
        (
            "<1> a sym:Decision ; rdf:subject <a> ; rdf:object <b> .",
            "a decision has no verdicts (sym:status) (FILE, line 5)",
        ),
        (
            "<1> a sym:Decision ; rdf:subject <a> ; sym:status sym:Accepted .",
            "to accept or reject are two things, to split is one (FILE, line 5)",
        ),
        (
            "<1> a sym:Decision ; rdf:subject <a> , <c> ; sym:status sym:Split .",
            "a decision has 2 subjects (rdf:subject) (FILE, line 5)",
        ),
        (
            "<1> a sym:Decision ; rdf:subject <a> ; rdf:object <b> ; sym:status sym:Maybe .",
            "'Maybe' is no verdict",
        ),
    ],
)
def test_what_is_wrong_with_a_decision(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "d.ttl"
    path.write_text(PREFIXES + text, "utf-8")
    with pytest.raises(DecisionError) as caught:
        read_decisions(path)
    assert message.replace("FILE", str(path)) in caught.value.message


def test_broken_turtle_says_where(tmp_path: Path) -> None:
    path = tmp_path / "d.ttl"
    path.write_text(PREFIXES + "<1> a sym:Decision ; rdf:subject <a\n", "utf-8")
    with pytest.raises(RdfSyntaxError) as caught:
        read_decisions(path)
    assert caught.value.source == str(path)
    assert caught.value.line == 5
    with pytest.raises(SourceError):
        read_decisions(tmp_path)


@pytest.mark.parametrize(
    ("verdict", "one", "other", "by", "message"),
    [
        (Verdict.ACCEPT, ONE, ONE, "Ada", "the same as itself"),
        (Verdict.ACCEPT, ONE, None, "Ada", "two things"),
        (Verdict.SPLIT, ONE, TWO, "Ada", "to split is one"),
        (Verdict.REJECT, ONE, TWO, " ", "who decided"),
        (Verdict.REJECT, ONE, TWO, "\x00", "who decided"),
        (Verdict.REJECT, ONE, "no iri", "Ada", "'no iri' is not an IRI"),
    ],
)
def test_what_cannot_be_decided(
    verdict: Verdict, one: str, other: str | None, by: str, message: str
) -> None:
    with pytest.raises(DecisionError, match=message):
        decision_of(verdict, one, other, by=by)


def test_a_decision_is_of_a_pair_and_not_of_its_order() -> None:
    one = decision_of(Verdict.ACCEPT, TWO, ONE, by="Ada\nBrook", why=" The \x0b same\x1b\ud800. ")
    assert (one.left, one.right, one.by, one.why) == (ONE, TWO, "Ada Brook", "The same.")
    assert one.iri == ACCEPTED.iri
    assert one.at.endswith("Z")
    with pytest.raises(DecisionError, match="both accepted and rejected"):
        decided([one, Decision(ONE, TWO, Verdict.REJECT, "Ben")])


def test_what_contradicts_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "d.ttl"
    write_decisions(path, [ACCEPTED])
    before = path.read_bytes()
    with pytest.raises(DecisionError):
        write_decisions(path, [ACCEPTED, Decision(ONE, TWO, Verdict.REJECT, "Ben")])
    assert path.read_bytes() == before
