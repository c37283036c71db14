"""People of several programmes: what is read of them, and which are held for the same."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox
import pytest
from symposia.graph.linking.kinds.people import Person, confirm, records, table
from symposia.graph.linking.linkage import read_linkage
from symposia.graph.linking.scoring import score
from symposia.graph.store import Store

BASE = "https://w3id.org/symposia"
GRAPH = f"""
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix sym: <https://w3id.org/symposia/ontology#> .
<{BASE}/iswc-2008/person/ann> a foaf:Person ; foaf:name "Ann-Marie B. de Vries" ;
  foaf:mbox_sha1sum "a45138009890ce780bd31806e8888b8a2f26d1af" ;
  schema:sameAs <https://orcid.org/0000-0001-5000-0007> ;
  schema:affiliation <{BASE}/iswc-2008/organisation/x> .
<{BASE}/iswc-2008/organisation/x> rdfs:label "University of Twente"@en .
<{BASE}/iswc-2008/person/bo> a foaf:Person ; foaf:name "Bo Quist" .
<{BASE}/iswc-2008/paper/1> a sym:Paper ; rdfs:label "Planting tulips"@en ;
  dcterms:creator <{BASE}/iswc-2008/person/ann> , <{BASE}/iswc-2008/person/bo> ;
  dcterms:issued "2008" ; schema:keywords "Tulips" .
"""


def test_records_tell_what_the_dataset_knows() -> None:
    engine = ox.Store()
    engine.load(GRAPH, ox.RdfFormat.TURTLE)
    ann, bo = records(Store(engine)).to_pylist()
    assert ann["id"] == f"{BASE}/iswc-2008/person/ann"
    assert (ann["given"], ann["family"], ann["middles"]) == ("annmarie", "devries", ["b"])
    assert (ann["programme"], ann["series"]) == (f"{BASE}/iswc-2008", "iswc")
    assert (ann["affiliations"], ann["places"]) == (["university of twente"], ["twente"])
    assert ann["orcid"] == "0000-0001-5000-0007"
    assert "a45138009890ce780bd31806e8888b8a2f26d1af" in ann["identifiers"]
    assert (ann["coauthors"], ann["written_with"]) == (["b quist"], [bo["id"]])
    assert (ann["topics"], ann["year"]) == (["planting", "tulips"], 2008)
    assert (bo["affiliations"], bo["identifiers"], bo["orcid"]) == (None, None, None)


@pytest.mark.parametrize(("authors", "written_with"), [(100, 99), (101, 0)])
def test_a_work_of_very_many_does_not_tell_who_writes_with_whom(
    authors: int, written_with: int
) -> None:
    people = [Person(f"a:{at}", "a", [f"Ada B{at}k"], works=["a:work"]) for at in range(authors)]
    found = {len(each or ()) for each in table(people)["written_with"].to_pylist()}
    assert found == {written_with}


def test_no_people_are_no_records() -> None:
    assert records(Store(ox.Store())).num_rows == 0


def person(number: int, name: str, year: int = 2001, **known: Any) -> Person:
    programme = f"{BASE}/iswc-{year}"
    return Person(f"{programme}/person/{number}", programme, [name], **known)


def weighed(*people: Person) -> dict[str, Any]:
    """What is said of the first two of some people; nothing, if they are not kept."""
    found = table(people)
    scores = confirm(score(read_linkage("people"), found), found)
    pair = sorted((people[0].id, people[1].id))
    rows = (row for row in scores.pairs.to_pylist() if [row["left"], row["right"]] == pair)
    return next(rows, {"probability": 0.0})


ONE = [
    ("Bernardo Cuenca-Grau", "Bernardo CuencaGrau", "the same name"),
    ("Lorenz Bühmann", "Lorenz Buehmann", "the same name"),
    ("Gómez-Pérez, Asunción", "Asuncion Gomez Perez", "the same name"),
    ("Christophe Guéret", "Guéret Christophe", "the same words in another order"),
    ("Alejandro A. Vaisman", "Alejandro Vaisman", "the same first and family name"),
    ("J. William Murdock", "William Murdock", "the same first and family name"),
    ("Uli Sattler", "Ulrike Sattler", "a short form of the same first name, the same family name"),
    ("Vita Lanfranchi", "Vitaveska Lanfranchi",
     "a first name that is cut short, the same family name"),
    ("Ansgar Scherp", "Ansgar Schrep", "one letter is another"),
    ("Xiao-Wei Lv", "Xiao Wei Lv", "the same name"),
    ("Duc Thanh Quach", "Thanh Quach",
     "all words of one name are in the other, the same family name"),
    ("Elena Simperl", "Elena Paslaru Bontas Simperl", "the same first and family name"),
    ("Hennie van der Vliet", "Hennie Vliet", "the same first and family name"),
    ("Vladimir Zhdanov", "Volodya Zhdanov",
     "a short form of the same first name, the same family name"),
    ("Lourdes Ortiz Velasco", "Lourdes Ortiz",
     "all words of one name are in the other, another family name"),
]  # fmt: skip
PERHAPS = [
    ("Wei Wang", "Wei Wang"),
    ("James Hendler", "John Hendler"),
    ("John A. Carroll", "John B. Carroll"),
    ("Sebastian Rudolph", "Sebastian Tramp"),
    ("Qian Zhong", "Zhong Qian"),
    ("Robert Smith", "Robert Smith III"),
    ("Ann Lee and Bo Kuro", "Bo Kuro"),
    ("Yan Song", "Yangqiu Song"),
    ("Lin Guo", "Lina Guo"),
    ("Jing Lv", "Jingjing Lv"),
    ("Ken Tanaka", "Kenichi Tanaka"),
    ("Min Kwon", "Minsu Kwon"),
    ("Yohei Oseki", "Yohei Seki"),
    ("Takeshi Morita", "Takashi Morita"),
    ("Dongyu Zhang", "Dongxu Zhang"),
    ("Wei Mao", "Xiao Wei Mao"),
    ("Anna Fensel", "Anna Zhdanova"),
]


@pytest.fixture(scope="module")
def named() -> dict[tuple[str, str], dict[str, Any]]:
    """What is said of all these pairs of names, with nothing else known."""
    pairs = [(one, other) for one, other, *_ in (*ONE, *PERHAPS)]
    found = table(person(at, names[year], 2001 + year)
                  for at, names in enumerate(pairs) for year in (0, 1))  # fmt: skip
    scores = confirm(score(read_linkage("people"), found), found)
    rows = {(row["left"], row["right"]): row for row in scores.pairs.to_pylist()}
    said = {}
    for at, names in enumerate(pairs):
        row = rows.get((person(at, "", 2001).id, person(at, "", 2002).id))
        said[names] = row and row | {"told": scores.labels["name", row["name"]]}
    return {names: row or {"probability": 0.0} for names, row in said.items()}


@pytest.mark.parametrize(("one", "other", "told"), ONE)
def test_two_names_of_one_person(
    one: str, other: str, told: str, named: dict[tuple[str, str], dict[str, Any]]
) -> None:
    assert named[one, other]["told"] == told
    assert named[one, other]["probability"] >= 0.9


@pytest.mark.parametrize(("one", "other"), PERHAPS)
def test_names_that_are_not_enough(
    one: str, other: str, named: dict[tuple[str, str], dict[str, Any]]
) -> None:
    assert named[one, other]["probability"] < 0.9


COMPANY = ("Ondrej Svab", "Natalya Noy", "Boanerges Aleman-Meza")


def written(year: int, *names: str) -> list[Person]:
    """Authors of one work."""
    return [person(at, name, year, works=[f"work-{year}"]) for at, name in enumerate(names)]


def test_company_tells_two_of_a_common_name_to_be_one() -> None:
    one = written(2001, "Wei Wang", *COMPANY)
    other = written(2002, "Wei Wang", *COMPANY)
    assert weighed(one[0], other[0], *one[1:], *other[1:])["probability"] >= 0.9


@pytest.mark.parametrize("name", ["Wei Wang", "Xiaoming Zhang", "Jihoon Kim", "Tuan Nguyen"])
def test_names_of_east_asia_need_more_evidence(name: str) -> None:
    """Names that differ in characters are one in Latin letters."""
    one = person(1, name, 2001, affiliations=["University of Oulu"], coauthors=["Ondrej Svab"])
    other = person(1, name, 2002, affiliations=["CSIRO"], coauthors=["Natalya Noy"])
    assert weighed(one, other)["probability"] < 0.9
    other.affiliations, other.coauthors = one.affiliations, one.coauthors
    assert weighed(one, other)["probability"] >= 0.9


def test_authors_of_one_work_are_two() -> None:
    kewen, zhe = written(2001, "Boanerges Wang", "Boanerges A. Wang")
    assert weighed(kewen, zhe)["probability"] < 0.3
    assert weighed(kewen, person(9, "Boanerges A. Wang", 2002))["probability"] >= 0.9


def test_two_orcids_are_two_people() -> None:
    ids = [["https://orcid.org/0000-0001-5000-0007"], ["https://orcid.org/0000-0002-1825-0097"]]
    one = person(1, "Natalya Noy", identifiers=ids[0])
    assert weighed(one, person(2, "Natalya Noy", 2002, identifiers=ids[0]))["probability"] > 0.999
    assert weighed(one, person(2, "Natalya Noy", 2002, identifiers=ids[1]))["probability"] < 0.3


def test_the_home_page_of_a_company_is_nobodys_own() -> None:
    """Two authors of one talk, who both give it, and what they are in another file."""
    page = ["https://www.example.org"]
    ours, theirs = (
        [
            person(at, name, year, identifiers=page, affiliations=["Example Ltd"])
            for at, name in enumerate(("Andrea Pawlik", "Klaus Muller"))
        ]
        for year in (2001, 2002)
    )
    assert weighed(ours[0], theirs[1], ours[1], theirs[0])["probability"] < 0.3
    assert weighed(ours[0], theirs[0], ours[1], theirs[1])["probability"] >= 0.9
    assert table(ours)["identifiers"].to_pylist() == [None, None]


def test_a_mailbox_outlives_a_name() -> None:
    one, other = (
        person(at, name, 2001 + at, identifiers=["2b3db36e32bde504db4bacb838bbd8ad71bb3327"])
        for at, name in enumerate(("Anna Fensel", "Anna Zhdanova"))
    )
    assert weighed(one, other)["probability"] >= 0.9


def test_poisoned_names_are_compared_and_bounded() -> None:
    names = ["A" * 10_000, "\x00\x01\x02", "", "'; DROP TABLE records; --", "%" * 500]
    found = table(person(at, name, 2000 + at) for at, name in enumerate(names))
    assert found.num_rows == len(names)
    assert max(len(value or "") for value in found["whole"].to_pylist()) <= 200
    assert score(read_linkage("people"), found).pairs.num_rows == 0


def test_all_the_same_name_is_reported_not_compared() -> None:
    found = table(person(at, "Wei Wang", at) for at in range(1001))
    scores = score(read_linkage("people"), found)
    assert scores.pairs.num_rows == 0
    assert ("letters", "weiwang", 1001) in {
        (block.rule, block.value, block.records) for block in scores.oversized
    }
