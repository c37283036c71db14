"""Building a graph: a small programme with its exact Turtle, and what it must never do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from rdflib import DCTERMS, FOAF, ORG, PROV, RDF, RDFS, SKOS, XSD, BNode, Graph, Literal, Namespace
from rdflib.compare import isomorphic
from rdflib.term import Node
from symposia.graph.build import build
from symposia.graph.namespaces import SYM as SYM_IRI
from symposia.graph.records import (
    CoLocation,
    CommitteeMember,
    Kind,
    Organisation,
    OrganisingRole,
    PersonName,
    Programme,
    Quote,
    Role,
    Slot,
    Source,
    Speaker,
    Talk,
    Venue,
)
from symposia.graph.turtle import to_turtle

SYM = Namespace(SYM_IRI)
SCHEMA = Namespace("https://schema.org/")
BASE = "https://example.org/"
P = Namespace(BASE + "meeting-2024/")
ZONE = ZoneInfo("Europe/Vienna")
EXPECTED = Path(__file__).parent.parent / "data" / "graphs" / "meeting-2024.ttl"

ADA = PersonName("Ada Novak", "Ada", "Novak", "Ada NOVAK")
BO = PersonName("Bo Li", "Bo", "Li", "Dr. Bo Li", honorific="Dr.")
GRAZ = Organisation("Graz University", "Graz University, AT", country="AT")
ACME = Organisation("Acme", "Acme")


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2024, 7, 2, hour, minute, tzinfo=ZONE)


def on(first: int, text: str = "…") -> Quote:
    return Quote(first, first + text.count("\n"), text)


PAPER = Talk(
    quote=on(20, r"Tiny \textit{Nets}: Small and Fast"),
    title="Tiny Nets: Small and Fast",
    title_found=r"Tiny \textit{Nets}: Small and Fast",
    speakers=(
        Speaker(ADA, on(21, "Ada NOVAK, Dean, Graz University, AT"), "Dean", GRAZ),
        Speaker(BO, on(22, "Dr. Bo Li, Acme"), None, ACME),
    ),
    paper=True,
    abstract="Nets are small.\n\nThey are fast.",
    abstract_quote=on(23, "Nets are\n\nsmall. They are fast."),
    recorded=True,
)
PROGRAMME = Programme(
    slug="meeting-2024",
    name="Meeting 2024",
    source=Source("meeting.txt", "ab" * 32, "https://example.org/page"),
    quote=on(1, "Meeting 2024"),
    start=date(2024, 7, 2),
    end=date(2024, 7, 3),
    venue=Venue(
        "Old Hall",
        on(4, "Old Hall\n1 Main Street, Graz"),
        address="1 Main Street, Graz",
        street="1 Main Street",
        locality="Graz",
        timezone="Europe/Vienna",
    ),
    slots=(
        Slot(
            Kind.KEYNOTE,
            at(9),
            at(10),
            on(10, "9:00"),
            talks=(
                Talk(on(11, "Bo Li"), None, None, (Speaker(BO, on(11, "Bo Li")),), paper=False),
            ),
        ),
        Slot(Kind.BREAK, at(10), at(10, 30), on(12, "10:00")),
        Slot(
            Kind.PAPERS,
            at(10, 30),
            at(12),
            on(15, "10:30\nPapers"),
            title="Papers",
            title_found="Papers",
            chairs=(Speaker(ADA, on(17, "Chair: Ada NOVAK, Dean, Graz University"), "Dean", GRAZ),),
            talks=(PAPER,),
        ),
    ),
    committee=(CommitteeMember(ADA, on(7, "Ada NOVAK\nAcme"), ACME),),
    roles=(OrganisingRole(Role.GENERAL_CO_CHAIR, on(30, "General Co-Chair\nAcme"), None, ACME),),
    attendees=(Speaker(ADA, on(33, "Ada NOVAK\nGraz University"), None, GRAZ),),
    co_located=CoLocation("Big Fair 2024", on(3, "It is held beside the Big Fair 2024.")),
    description="It is about nets.",
    description_quotes=(on(2, "It is about nets."),),
)


def test_a_small_programme_exactly(snapshot: Callable[[Path, str], None]) -> None:
    snapshot(EXPECTED, to_turtle(build(PROGRAMME, base=BASE), base=BASE))


def test_the_same_records_give_the_same_text() -> None:
    texts = {to_turtle(build(PROGRAMME)) for _ in range(3)}
    assert len(texts) == 1


def test_without_abstracts_no_prose_enters_the_graph() -> None:
    whole, facts = build(PROGRAMME, base=BASE), build(PROGRAMME, base=BASE, abstracts=False)
    left_out = {(s, p, str(o)) for s, p, o in whole - facts}
    assert not list(facts - whole)
    page = f"{P}source/programme-page#line="
    assert {(str(s).removeprefix(page), p, o) for s, p, o in left_out} == {
        (str(P)[:-1], DCTERMS.description, "It is about nets."),
        (str(P["paper/tiny-nets"]), DCTERMS.abstract, "Nets are small.\n\nThey are fast."),
        ("1,2", PROV.value, "It is about nets."),
        ("2,3", PROV.value, "It is held beside the Big Fair 2024."),
        ("22,25", PROV.value, "Nets are\n\nsmall. They are fast."),
    }


def test_a_quote_that_reaches_into_prose_is_withheld_too() -> None:
    long = replace(PAPER, quote=Quote(20, 25, "all of it"))
    slots = (*PROGRAMME.slots[:2], replace(PROGRAMME.slots[2], talks=(long,)))
    graph = build(replace(PROGRAMME, slots=slots), base=BASE, abstracts=False)
    assert (None, PROV.value, Literal("all of it")) not in graph


def test_there_are_no_blank_nodes_and_one_label_each() -> None:
    graph = build(PROGRAMME)
    assert not [term for triple in graph for term in triple if isinstance(term, BNode)]
    assert {
        subject: len(list(graph.objects(subject, RDFS.label))) for subject in graph.subjects()
    } == dict.fromkeys(graph.subjects(), 1)


def objects(graph: Graph, subject: str, predicate: Node) -> list[str]:
    return sorted(str(value).removeprefix(str(P)) for value in graph.objects(P[subject], predicate))


def test_an_affiliation_is_one_for_person_organisation_and_job() -> None:
    graph = build(PROGRAMME, base=BASE)
    found = {
        str(node).removeprefix(str(P)): (
            str(graph.value(node, ORG.organization)).removeprefix(str(P)),
            graph.value(node, SCHEMA.jobTitle),
            sorted(str(q).partition("#")[2] for q in graph.objects(node, PROV.wasQuotedFrom)),
        )
        for node in graph.subjects(RDF.type, SYM.Affiliation)
    }
    assert found == {
        "affiliation/ada-novak-1": ("organisation/acme", None, ["line=6,8"]),
        "affiliation/ada-novak-2": (
            "organisation/graz-university",
            Literal("Dean", lang="en"),
            ["line=16,17", "line=20,21", "line=32,34"],
        ),
        "affiliation/bo-li-1": ("organisation/acme", None, ["line=21,22"]),
    }
    assert objects(graph, "person/ada-novak", SCHEMA.affiliation) == [
        "organisation/acme",
        "organisation/graz-university",
    ]


def test_two_job_titles_at_one_organisation_are_two_affiliations() -> None:
    dean = Speaker(ADA, on(40), "Dean", GRAZ)
    graph = build(
        replace(PROGRAMME, attendees=(dean, replace(dean, job_title="Rector"))), base=BASE
    )
    assert {str(o) for o in graph.objects(None, SCHEMA.jobTitle)} == {"Dean", "Rector"}
    assert (P["affiliation/ada-novak-3"], SCHEMA.jobTitle, Literal("Rector", lang="en")) in graph


def test_every_form_of_a_name_that_was_found_is_kept() -> None:
    others = tuple(
        Speaker(replace(ADA, found=found), on(40))
        for found in ("A. Novak", "Ada Novak", "ada novak")
    )
    graph = build(replace(PROGRAMME, attendees=others), base=BASE)
    assert objects(graph, "person/ada-novak", FOAF.name) == ["Ada Novak"]
    assert objects(graph, "person/ada-novak", SKOS.hiddenLabel) == [
        "A. Novak",
        "Ada NOVAK",
        "ada novak",
    ]


def test_people_of_one_slug_stay_apart() -> None:
    other = PersonName("Ada Nóvak", "Ada", "Nóvak", "Ada Nóvak")
    graph = build(replace(PROGRAMME, attendees=(Speaker(other, on(40)),)), base=BASE)
    assert objects(graph, "person/ada-novak", RDFS.label) == ["Ada Novak"]
    assert objects(graph, "person/ada-novak-2", RDFS.label) == ["Ada Nóvak"]


@pytest.mark.parametrize(
    ("role", "label", "shortcut"),
    [
        (Role.GENERAL_CO_CHAIR, "General co-chair", None),
        (Role.PROGRAM_CO_CHAIR, "Program co-chair", None),
        (Role.STEERING, "Steering committee member", None),
        (Role.PUBLICATIONS, "Publications chair", None),
        (Role.PUBLICITY, "Publicity chair", None),
        (Role.COMMITTEE, "Committee member", SYM.committeeMember),
    ],
)
def test_an_organising_role(role: Role, label: str, shortcut: Node | None) -> None:
    roles = (OrganisingRole(role, on(30)), OrganisingRole(role, on(31), BO, ACME))
    graph = build(replace(PROGRAMME, committee=(), roles=roles), base=BASE)
    lost, held = (P[f"role/{label.lower().replace(' ', '-')}-{number}"] for number in (1, 2))
    assert str(graph.value(lost, RDFS.label)) == label
    assert graph.value(lost, SYM.holder) is None
    assert str(graph.value(held, RDFS.label)) == f"{label}: Bo Li"
    assert graph.value(held, SYM.holder) == P["person/bo-li"]
    assert graph.value(held, SYM.role) == SYM[role.value]
    assert graph.value(held, SYM.statedAffiliation) == P["organisation/acme"]
    assert [graph.value(node, SYM.position) for node in (lost, held)] == [Literal(1), Literal(2)]
    event = graph.value(held, SYM.at)
    assert set(graph.predicates(event, P["person/bo-li"])) == ({shortcut} if shortcut else set())


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("FMAS: Fast Search", "fmas"),
        ("MEMA Runtime Framework: Less Access", "mema-runtime-framework"),
        ("One Two Three Four: Five", "one-two-three-four-five"),
        ("…: Five", "five"),
        (
            "TinyRCE Forward Learning under Tiny Constraints",
            "tinyrce-forward-learning-under-tiny-constraints",
        ),
        (
            "Design and analysis of hardware friendly pruning algorithms to accelerate networks",
            "design-and-analysis-of-hardware-friendly-pruning-algorithms",
        ),
        ("神经网络", "shenjingwangluo"),
    ],
)
def test_a_paper_and_its_talk_share_a_slug(title: str, slug: str) -> None:
    talk = replace(PAPER, title=title, title_found=title)
    graph = build(with_talks(talk, replace(talk, quote=on(50))), base=BASE)
    for name in (slug, f"{slug}-2"):
        assert graph.value(P[f"talk/{name}"], SYM.presents) == P[f"paper/{name}"]
        assert str(graph.value(P[f"paper/{name}"], DCTERMS.title)) == title


def with_talks(*talks: Talk, kind: Kind = Kind.PAPERS) -> Programme:
    slot = replace(PROGRAMME.slots[2], kind=kind, talks=talks)
    return replace(PROGRAMME, slots=(slot,))


@pytest.mark.parametrize(
    ("kind", "names", "slug", "label"),
    [
        (Kind.KEYNOTE, (ADA,), "keynote", "Keynote by Ada Novak"),
        (Kind.KEYNOTE, (ADA, BO), "keynote", "Keynote by Ada Novak and Bo Li"),
        (Kind.KEYNOTE, (), "keynote", "Keynote"),
        (
            Kind.OTHER,
            (ADA, BO, ADA),
            "talk-by-ada-novak-bo-li-and-ada-novak",
            "Talk by Ada Novak, Bo Li and Ada Novak",
        ),
        (Kind.PANEL, (), "talk", "Talk"),
    ],
)
def test_a_talk_without_title(
    kind: Kind, names: tuple[PersonName, ...], slug: str, label: str
) -> None:
    speakers = tuple(Speaker(name, on(40)) for name in names)
    graph = build(with_talks(Talk(on(40), None, None, speakers, paper=False), kind=kind), base=BASE)
    assert str(graph.value(P[f"talk/{slug}"], RDFS.label)) == label
    assert graph.value(P[f"talk/{slug}"], DCTERMS.title) is None


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.KEYNOTE])
def test_a_slot_without_title_is_named_by_kind_and_time(kind: Kind) -> None:
    slots = tuple(Slot(kind, at(hour), at(hour + 1), on(hour)) for hour in (9, 11))
    slots += (Slot(kind, slots[0].start.replace(day=3), slots[0].end.replace(day=3), on(50)),)
    graph = build(replace(PROGRAMME, slots=slots), base=BASE)
    words = {Kind.PAPERS: "paper-session", Kind.OTHER: "session"}.get(kind, kind.value.lower())
    expected = [P[f"session/{words}-{time}"] for time in ("0900", "1100", "0900-2")]
    assert [graph.value(node, SYM.position) for node in expected] == [Literal(n) for n in (1, 2, 3)]
    for node in expected:
        assert set(graph.objects(node, RDF.type)) == {SYM.Session, SYM[kind.value]}


def test_a_time_without_zone_stays_local() -> None:
    slot = replace(PROGRAMME.slots[1], start=datetime(2024, 7, 2, 10), end=datetime(2024, 7, 2, 11))
    graph = build(replace(PROGRAMME, slots=(slot,)), base=BASE)
    assert graph.value(P["session/break-1000"], SCHEMA.startDate) == Literal(
        "2024-07-02T10:00:00", datatype=XSD.dateTime
    )


@pytest.mark.parametrize("url", ["page of the meeting", "https://example.org/a b", "javascript:1"])
def test_an_address_that_is_no_web_address_stays_a_text(url: str) -> None:
    graph = build(replace(PROGRAMME, source=replace(PROGRAMME.source, url=url)), base=BASE)
    found = graph.value(P["source/programme-page"], SCHEMA.url)
    assert found == Literal(url, datatype=XSD.anyURI)
    assert isomorphic(Graph().parse(data=to_turtle(graph)), graph)


def test_the_base_may_lack_its_slash() -> None:
    assert isomorphic(build(PROGRAMME, base=BASE[:-1]), build(PROGRAMME, base=BASE))
