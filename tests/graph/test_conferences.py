"""Which conferences are one, by exact evidence."""

from __future__ import annotations

import pytest
from symposia.graph.conferences import known_by, published
from symposia.graph.dataset import shipped
from symposia.graph.store import Store

LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
OTHER = "http://www.w3.org/2004/02/skos/core#altLabel"
SAME = "http://www.w3.org/2002/07/owl#sameAs"
START = "https://schema.org/startDate"
END = "https://schema.org/endDate"
DATE = "http://purl.org/dc/terms/date"

Said = list[tuple[str, str]]
ISWC: Said = [(LABEL, "ISWC 2015"), (START, "2015-10-11"), (END, "2015-10-15")]

CASES: dict[str, tuple[Said, Said, bool]] = {
    "the same IRI": ([(SAME, "http://a/1"), (LABEL, "A 2015")], [(SAME, "http://a/1")], True),
    "IRIs that differ": ([(SAME, "http://a/1")], [(SAME, "http://a/2")], False),
    "letter case and space": (ISWC, [(LABEL, "Iswc2015")], True),
    "the year of the name": (ISWC, [(LABEL, "ISWC 2014"), (DATE, "2015")], False),
    "the year of a date": (ISWC, [(LABEL, "ISWC"), (DATE, "2015")], True),
    "a name without a year": (ISWC, [(LABEL, "ISWC")], False),
    "another name": (ISWC, [(OTHER, "iswc-2015"), (LABEL, "Semantic Web 2015")], True),
    "days within": (ISWC, [(LABEL, "ISWC 2015"), (START, "2015-10-13")], True),
    "other days": (ISWC, [(LABEL, "ISWC 2015"), (START, "2015-05-01")], False),
    "accents": ([(LABEL, "Kölner Tagung 2015")], [(LABEL, "Kolner tagung, 2015")], True),
    "more words": (ISWC, [(LABEL, "ISWC 2015 Posters")], False),
    "what any may be called": ([(LABEL, "Conference 2015")], [(LABEL, "Conference 2015")], False),
    "no letters": ([(LABEL, "2015")], [(LABEL, "2015")], False),
    "nothing": ([], [], False),
}


@pytest.mark.parametrize(("one", "other", "same"), CASES.values(), ids=CASES)
def test_whether_two_are_one(one: Said, other: Said, same: bool) -> None:
    assert known_by(one).is_(known_by(other)) is same
    assert known_by(other).is_(known_by(one)) is same


def test_what_is_known_in_a_dataset() -> None:
    iri = "https://w3id.org/symposia/tinyml-2023"
    found = published(Store.memory(shipped()), [iri, "http://e/none"])
    assert [*found] == [iri]
    assert (found[iri].first, found[iri].last) == ("2023-03-27", "2023-03-27")
    assert ("tinymlresearchsymposium", "2023") in found[iri].names
