"""Affiliations are compared word by word: folded, without small words, part by part."""

from __future__ import annotations

import pytest
from symposia.graph.linking.affiliations import (
    bare,
    initials,
    parts,
    spelling,
    tokens,
    words,
)
from symposia.graph.linking.mentions import Affiliation, Candidate, mention_of
from symposia.graph.linking.organisation_names import (
    CORE,
    OTHER,
    SHORT,
    SHOWN,
    Frequencies,
    names_of,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("University of Antwerp", "university antwerp"),
        ("Universität Zürich", "university zurich"),
        ("Univ. Wuerzburg", "university wurzburg"),
        ("Università degli Studi di Milano", "university degli studi milan"),
        ("Dept. of Computer Sciences", "department computer science"),
        ("Johnson & Johnson, Inc.", "johnson johnson"),
        ("U.S.A.", "usa"),
        ("Peking UniversityShenzhen Graduate School", "peking university shenzhen graduate school"),
        ("Electrical Engineering ofUniversity of Bonn", "electrical engineering university bonn"),
        ("Софийски университет", "sofiyski university"),
        ("AT&amp;T Labs", "at t laboratory"),
        ("The", "the"),
        ("", ""),
        ("\x00\x07", ""),
    ],
)
def test_words_are_folded(text: str, expected: str) -> None:
    assert " ".join(words(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A Lab, B University; C Town", ("A Lab", "B University", "C Town")),
        ("B University (BU) - C Town", ("B University", "BU", "C Town")),
        ("Institut Pasteur / CNRS", ("Institut Pasteur", "CNRS")),
        ("Aix-Marseille University", ("Aix-Marseille University",)),
        (" ,;, ", ()),
    ],
)
def test_parts_are_what_signs_separate(text: str, expected: tuple[str, ...]) -> None:
    assert parts(text) == expected


def test_acronyms_are_words_with_capitals() -> None:
    found = [each.acronym for each in tokens("INSERM and CNRS, Sorbonne, deCODE")]
    assert found == ["inserm", "cnrs", "", "decode"]
    assert Affiliation("DEPARTMENT OF SURGERY, BONN").acronyms == ("", "", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("École Polytechnique Fédérale de Lausanne", "epfl"),
        ("Massachusetts Institute of Technology", "mit"),
        ("Open University", ""),
    ],
)
def test_initials(text: str, expected: str) -> None:
    assert initials(text) == expected


def test_poisoned_affiliations_are_bounded() -> None:
    affiliation = Affiliation("University of Antwerp, " * 500)
    assert len(affiliation.words) == 60
    assert Affiliation("x" * 100_000).words == ("x" * 1000,)


def test_names_are_said_without_their_place_and_by_one_word() -> None:
    names = names_of(
        ["Washington University in St. Louis", "WashU (United States)"],
        ["WUSTL", "WU StL"],
        ["St. Louis", "Missouri"],
        university=True,
    )
    assert names.named == {
        ("washington", "university", "saint", "louis"): SHOWN,
        ("washu",): OTHER,
        ("washington", "university"): SHORT,
        ("wu", "stl"): OTHER,
    }
    assert names.acronyms == {"wustl"}
    yale = names_of(["Yale University"], university=True)
    assert yale.named == {("yale", "university"): SHOWN, ("yale",): CORE}


def test_organisations_are_found_by_their_rare_words() -> None:
    called = [["University of Antwerp"], ["University of Bonn"], ["Bonn Institute"]]
    every = [names_of(each) for each in called]
    frequencies = Frequencies(every)
    assert frequencies.keys(every[0]) == ["antwerp", "antwerp university", "~antwe", "~awerp"]
    assert frequencies.information_of("antwerp") > frequencies.information_of("university")
    assert frequencies.names["university", "bonn"] == 1


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("Instituto Nacional de Salud", "Instituto Nacional de Salud", "part"),
        ("Lima, Instituto Nacional de Salud (INS)", "Instituto Nacional de Salud", "part"),
        ("Instituto Nacional de Salud, Lima", "National Institute of Health", "-"),
        ("Grupo del Instituto Nacional de Salud", "Instituto Nacional de Salud (Peru)", "there"),
        ("Bonner Institut", "Bonn", "-"),
        ("Bonn", "", "-"),
    ],
)
def test_a_name_may_be_there_as_it_is_spelled(text: str, name: str, expected: str) -> None:
    assert Affiliation(text).spells(spelling(bare(name))) == expected


@pytest.mark.parametrize(
    ("text", "shape", "at"),
    [
        ("Institute of Law, Innsbruck Medical University", "part", {2, 3, 4}),
        ("Institute of Law, Medical University of Innsbruck", "turned", {2, 3, 4}),
        ("Biocenter of the Medical University of Innsbruck", "turned", {1, 2, 3}),
        ("University of Innsbruck Institute of Medicine", "words", {0, 1, 3}),
        ("School of Medicine, University of Innsbruck", "scattered", {1, 2, 3}),
        ("University of Innsbruck, Austria", "fragment", {0, 1}),
    ],
)
def test_names_stand_in_a_text(text: str, shape: str, at: set[int]) -> None:
    names = names_of(["Innsbruck Medical University"])
    nothing = frozenset[str]()
    candidate = Candidate("a", names, (), (), nothing, nothing, {}, system=False)
    found = mention_of(Affiliation(text), candidate, Frequencies([names, *_OTHERS]))
    assert found is not None
    assert (found.shape, found.at) == (shape, at)


_OTHERS = [names_of([each]) for each in ("Medical University of Graz", "University of Graz")]
