"""Every question has the answer that was read and found right, and has it in two engines."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from symposia.graph.questions import Question, bind, questions
from symposia.graph.store import Store

SNAPSHOTS = Path(__file__).parent / "snapshots"
NUMBERS = {rdflib.XSD.integer, rdflib.XSD.decimal, rdflib.XSD.double}
MOMENTS = {rdflib.XSD.date, rdflib.XSD.dateTime}
# Answers that are empty and rightly so, each with its reason.
EMPTY = {
    "collaborating_organisations": "no paper has authors of two organisations that are known",
    "collaborating_organisations-example": "likewise",
    "bridges_between_conferences": "one conference is shipped; test_across.py asks of several",
    "committee_members_who_publish": "no member of the committee is an author",
    "committee_members_who_publish-example": "likewise",
    "identity_evidence": "one conference is shipped, in which nobody stands twice",
    "link_evidence": "the shipped conference is linked with nothing",
    "link_evidence-example": "likewise",
    "links": "likewise",
    "links-example": "likewise",
    "panelists": "there is no panel",
    "panelists-example": "likewise",
    "returning_authors": "one conference is shipped",
    "unmatched_keywords": "keywords of the shipped conference are topics",
    "unmatched_keywords-example": "likewise",
}


def test_snapshot(
    case: str,
    asked: Question,
    values: dict[str, str],
    tsv: Callable[[Question, dict[str, str]], str],
    snapshot: Callable[[Path, str], None],
) -> None:
    answer = tsv(asked, values)
    rows = answer.splitlines()[1:]
    assert bool(rows) != (case in EMPTY), "an empty answer shows nothing, unless it is a fact"
    assert len(rows) == len(set(rows)), "a row stands twice"
    snapshot(SNAPSHOTS / f"{case}.tsv", answer)


def test_no_snapshot_is_left_over() -> None:
    names = {each.name for each in questions()}
    left = [path.name for path in SNAPSHOTS.iterdir() if path.stem.partition("-")[0] not in names]
    assert left == []


@pytest.mark.filterwarnings(r"ignore:Dataset\.:DeprecationWarning")
def test_rdflib_gives_the_same_answer(
    case: str, asked: Question, values: dict[str, str], store: Store, dataset: rdflib.Dataset
) -> None:
    """Both engines, on the same Turtle, give the same rows in the same order."""
    terms = bind(asked, values, store)
    ours = [tuple(map(_from_pyoxigraph, row)) for row in store.query(asked.text, terms)]
    theirs = dataset.query(
        asked.text, initBindings={name: _to_rdflib(term) for name, term in terms.items()}
    )
    assert [str(name) for name in theirs.vars or ()] == list(asked.columns), case
    assert ours == [tuple(map(_comparable, row)) for row in theirs]


def _to_rdflib(term: object) -> rdflib.term.Identifier | None:
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.Literal):
        if term.language or term.datatype.value == str(rdflib.XSD.string):
            return rdflib.Literal(term.value, lang=term.language)
        return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value))
    assert term is None, "blank nodes are not published"
    return None


def _from_pyoxigraph(term: object) -> tuple[object, ...]:
    return _comparable(_to_rdflib(term))


def _comparable(term: object) -> tuple[object, ...]:
    """A term as something to compare: numbers and times by value, the rest by form."""
    if not isinstance(term, rdflib.Literal):
        return (type(term).__name__, str(term))
    if term.datatype in NUMBERS:
        return ("number", Decimal(str(term)))
    if term.datatype in MOMENTS:
        return ("moment", term.toPython())
    return (str(term), str(term.language).lower(), str(term.datatype or ""))
