"""The reader on the programme page of the tinyML Research Symposium 2023."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest
from symposia.graph.readers.page import read_page
from symposia.graph.records import (
    Kind,
    Organisation,
    PersonName,
    Programme,
    Role,
    Speaker,
    Talk,
)

URL = "https://www.tinyml.org/event/research-symposium-2023/"

SLOTS = """
    Registration 07:30 09:00  99-101 Registration and continental breakfast
    Opening      09:00 09:15 103-105 Welcome and Opening Statement
    Keynote      09:15 10:00 107-107 -
    PaperSession 10:00 11:00 112-114 tinyML Applications and Systems
    Break        11:00 11:30 144-144 -
    PaperSession 11:30 12:10 147-149 Short papers
    Break        12:10 13:20 201-201 -
    PaperSession 13:20 14:40 204-206 tinyML Algorithms
    Break        14:40 15:00 248-248 -
    PaperSession 15:00 16:20 251-253 tinyML Hardware
    Session      16:20 17:00 297-299 The Power of Diversity in machine learning
"""
"""Kind, start, end, lines, title."""

SPEAKERS = """
    110 Alex       | Jones         | Program Manager | NSF CISE
    118 Yejia      | Liu           | PhD Student | University of California Riverside
    126 Manan      | Suri          | Leader of NVM and Neuromorphic Hardware Research group | Indian Institute of Technology Delhi
    136 Danilo     | Pau           | Technical Director, IEEE and ST Fellow | STMicroelectronics
    155 Christin   | Bose          | PhD Candidate | Purdue University
    163 Brett      | Meyer         | Associate Professor in the Department of Electrical and Computer Engineering | McGill University
    173 Jesse      | Santos        | Software Engineer | Analog Devices
    183 Olivier    | Therrien      | M.Sc. graduate | McGill University
    193 Marcin     | Nagy          | Product Director, IoT | AVSystem
    212 Zhongzhi   | Yu            | PhD Student | EIC Lab at Georgia Institute of Technology
    220 Tae-Ho     | Kim           | Co-founder and CTO | Nota AI
    230 Rafael     | Stahl         | Doctoral candidate | Technical University of Munich
    240 Emil       | Njor          | PhD Student | Technical University of Denmark
    261 Pouya      | Houshmand     | PhD Student | KU Leuven
    269 Vikas      | Natesh        | PhD Student | Harvard University
    271 Andrew     | Sabot         | PhD Student | Harvard University
    279 Tianmu     | Li            | PhD Student | UCLA
    289 Subhajit   | Ray           | PhD Student | Columbia University, New York
    301 Chhavi     | Jain          | Chief Executive Officer | Live AI Dream
    303 Vijay      | Janapa Reddi  | Associate Professor | Harvard University
"""  # noqa: E501
CHAIRS = """
    151 Arman      | Roohi         | Assistant Professor | School of Computing, University of Nebraska-Lincoln
    208 Zain       | Asgar         | Adjunct Professor Of Computer Science | Stanford University
    255 Wolfgang   | Furtner       | Distinguished Engineer System Architecture | Infineon Technologies
    257 Huichu     | Liu           | Research Scientist | Meta
"""  # noqa: E501
"""Line, given name, family name, job title, affiliation."""

COMMITTEE = """
    25-25 Farshad | Akbari | -
    28-30 Shaahin | Angizi | New Jersey Institute of Technology
    32-32 Kartikeya | Bhardwaj | -
    35-37 Alessio | Burrello | University of Bologna
    39-41 Francesco | Conti | University of Bologna | IT
    43-45 Federico | Corradi | TU Eidhoven | NL
    47-47 Marco | Donato | -
    50-50 Deliang | Fan | -
    53-55 Elisabetta | Farella | Fondazione Bruno Kessler | IT
    57-59 Jeremy | Holleman | University of North Carolina, Charlotte
    61-63 Mohsen | Imani | UC Irvine
    65-67 Hun Seok | Kim | Univ of Michigan
    69-69 Niall | Lyons | -
    72-74 Michele | Magno | ETH Zurich | CH
    76-78 Guilherme | Paim | INESC-ID, Lisbon | PT
    80-80 Priya | Panda | -
    83-85 Abbas | Rahimi | IBM Research | CH
    87-89 Arman | Roohi | University of Nebraska
    91-91 Avik | Santra | -
    94-96 Urmish | Thakker | SambaNova Systems
"""
ATTENDEES = """
    346-348 Wolfgang | Furtner | Infineon Technologies
    353-353 Huichu | Liu | -
    361-363 Christin | Bose | Purdue University
    368-370 Chhavi | Jain | Live AI Dream
    372-374 Tae-Ho | Kim | Nota AI
    376-376 Tianmu | Li | -
    379-381 Yejia | Liu | University of California Riverside
    386-386 Marcin | Nagy | -
    395-395 Danilo | Pau | -
    398-400 Subhajit | Ray | Columbia University, New York
    402-404 Andrew | Sabot | Harvard University
    410-412 Rafael | Stahl | Technical University of Munich
    414-416 Manan | Suri | Indian Institute of Technology Delhi
    421-423 Zhongzhi | Yu | EIC Lab at Georgia Institute of Technology
"""
ROLES = """
    GeneralCoChair 313-315 KU Leuven
    GeneralCoChair 318-320 Harvard University
    ProgramCoChair 323-325 University of Maryland Baltimore County
    ProgramCoChair 328-328 -
    SteeringCommitteeMember 332-334 Stanford University
    PublicationsChair 337-339 Stanford University
    PublicityChair 342-344 University of Cyprus
"""


def rows(table: str) -> list[str]:
    return [" ".join(row.split()) for row in table.strip().splitlines()]


def speaker_row(speaker: Speaker) -> str:
    name, where = speaker.name, speaker.affiliation
    assert where
    assert where.country is None
    return (
        f"{speaker.quote.first} {name.given} | {name.family} | {speaker.job_title} | {where.name}"
    )


def member_row(name: PersonName, lines: str, where: Organisation | None) -> str:
    place = where.name if where else "-"
    country = f" | {where.country}" if where and where.country else ""
    return f"{lines} {name.given} | {name.family} | {place}{country}"


@pytest.fixture(scope="module")
def programme(page: Path) -> Programme:
    return read_page(page.read_bytes(), name=page.name, url=URL)


@pytest.fixture(scope="module")
def papers(programme: Programme) -> list[Talk]:
    return [talk for slot in programme.slots for talk in slot.talks if talk.paper]


def test_event(programme: Programme, page: Path) -> None:
    assert programme.slug == "tinyml-2023"
    assert programme.name == "tinyML Research Symposium 2023"
    assert programme.start == programme.end == date(2023, 3, 27)
    assert (programme.quote.first, programme.quote.last) == (1, 1)
    assert programme.co_located
    assert programme.co_located.name == "tinyML Summit 2023"
    assert programme.co_located.quote.first == 8
    assert [quote.first for quote in programme.description_quotes] == [3, 8, 10, 12]
    assert programme.description
    assert programme.description.count("\n\n") == 3
    source = programme.source
    assert (source.name, source.url, source.media_type) == (page.name, URL, "text/plain")
    assert source.sha256 == hashlib.sha256(page.read_bytes()).hexdigest()


def test_venue(programme: Programme) -> None:
    venue = programme.venue
    assert venue
    assert venue.name == "Hyatt Regency San Francisco Airport"
    assert venue.address == "1333 Bayshore Highway, Burlingame, CA 94010"
    assert (venue.street, venue.locality) == ("1333 Bayshore Highway", "Burlingame")
    assert (venue.region, venue.postal_code, venue.country) == ("CA", "94010", "US")
    assert venue.timezone == "America/Los_Angeles"
    assert (venue.quote.first, venue.quote.last) == (15, 17)


def test_slots(programme: Programme) -> None:
    found = [
        f"{slot.kind.value} {slot.start:%H:%M} {slot.end:%H:%M} {slot.quote.first}-"
        f"{slot.quote.last} {slot.title or '-'}"
        for slot in programme.slots
    ]
    assert found == rows(SLOTS)
    assert programme.slots[0].start.isoformat() == "2023-03-27T07:30:00-07:00"
    assert programme.slots[6].end.isoformat() == "2023-03-27T13:20:00-07:00"


def test_speakers_and_chairs(programme: Programme) -> None:
    speakers = [s for slot in programme.slots for talk in slot.talks for s in talk.speakers]
    assert [speaker_row(speaker) for speaker in speakers] == rows(SPEAKERS)
    chairs = [chair for slot in programme.slots for chair in slot.chairs]
    assert [speaker_row(chair) for chair in chairs] == rows(CHAIRS)
    assert [len(slot.chairs) for slot in programme.slots] == [0, 0, 0, 0, 0, 1, 0, 1, 0, 2, 0]


def test_papers(programme: Programme, papers: list[Talk]) -> None:
    assert [len(slot.talks) for slot in programme.slots] == [0, 0, 1, 3, 0, 5, 0, 4, 0, 4, 1]
    assert len(papers) == 16
    assert sum(len(paper.speakers) for paper in papers) == 17
    assert all(paper.title == paper.title_found and paper.abstract for paper in papers)
    lines = [paper.quote.first for paper in papers]
    assert lines == [
        *(116, 124, 134, 153, 161, 171, 181, 191, 210, 218, 228, 238, 259, 267, 277, 287)
    ]
    silent = [paper.quote.first for paper in papers if not paper.recorded]
    assert silent == [116, 153, 210, 259]
    assert [p.recorded_quote.first for p in papers if p.recorded_quote] == [
        *(132, 142, 169, 179, 189, 199, 226, 236, 246, 275, 285, 295)
    ]
    abstracts = [paper.abstract_quote for paper in papers if paper.abstract_quote]
    assert [(quote.first, quote.last) for quote in abstracts[-3:-1]] == [(274, 274), (283, 283)]


def test_a_keynote_without_title_and_a_talk_without_abstract(programme: Programme) -> None:
    keynote, talk = programme.slots[2], programme.slots[10]
    assert keynote.kind is Kind.KEYNOTE
    assert keynote.talks[0].title is None
    assert not keynote.talks[0].paper
    assert keynote.talks[0].speakers[0].name.honorific == "Dr."
    assert keynote.talks[0].speakers[0].name.full == "Alex Jones"
    assert not talk.talks[0].paper
    assert talk.talks[0].title == talk.title
    assert talk.talks[0].abstract_quote
    assert (talk.talks[0].abstract_quote.first, talk.talks[0].abstract_quote.last) == (305, 307)


def test_committee_roles_and_closing_list(programme: Programme) -> None:
    members = [
        member_row(m.name, f"{m.quote.first}-{m.quote.last}", m.affiliation)
        for m in programme.committee
    ]
    assert members == rows(COMMITTEE)
    attendees = [
        member_row(a.name, f"{a.quote.first}-{a.quote.last}", a.affiliation)
        for a in programme.attendees
    ]
    assert attendees == rows(ATTENDEES)
    roles = [
        f"{role.role.value} {role.quote.first}-{role.quote.last} "
        f"{role.affiliation.name if role.affiliation else '-'}"
        for role in programme.roles
    ]
    assert roles == rows(ROLES)
    assert all(role.holder is None for role in programme.roles)
    assert programme.roles[0].role is Role.GENERAL_CO_CHAIR


def test_one_person_keeps_one_name(programme: Programme) -> None:
    member = next(m.name for m in programme.committee if m.name.family == "Roohi")
    chair = programme.slots[5].chairs[0].name
    assert member.full == chair.full == "Arman Roohi"
    assert (member.found, chair.found) == ("Arman Roohi", "Arman ROOHI")
    fan = programme.committee[7].name
    assert (fan.full, fan.found) == ("Deliang Fan", "Deliang fan Fan")


@pytest.mark.parametrize(
    ("line", "wrong", "right"),
    [
        (122, "brain- inspired", "brain-inspired"),
        (122, "en- able ", "enable "),
        (224, "\\textit{neural channel expansion}", "neural channel expansion"),
        (244, "Ma- chine", "Machine"),
        (244, "met- rics.", "metrics."),
        (274, "\\underline{m}inimize", "minimize"),
        (274, "\\underline{a}ccesses", "accesses"),
        (274, "44\\% ", "44% "),
    ],
)
def test_debris_is_mended_and_kept_as_found(
    papers: list[Talk], line: int, wrong: str, right: str
) -> None:
    paper = next(p for p in papers if p.abstract_quote and p.abstract_quote.first == line)
    assert paper.abstract
    assert paper.abstract_quote
    assert wrong in paper.abstract_quote.text
    assert wrong not in paper.abstract
    assert right in paper.abstract


def test_nothing_else_is_changed_in_the_abstracts(papers: list[Talk]) -> None:
    changed = {
        paper.quote.first
        for paper in papers
        if paper.abstract_quote and paper.abstract != paper.abstract_quote.text.strip()
    }
    assert changed == {116, 218, 238, 267}


def test_what_stays_unread_and_doubtful(programme: Programme) -> None:
    assert [unread.line for unread in programme.unread] == [
        *(19, 309, 351, 359, 366, 384, 390, 393, 407, 419, 426)
    ]
    assert [warning.line for warning in programme.warnings] == [313, 318, 323, 328, 332, 337, 342]
    headings = {quote.text.strip() for quote in programme.structure}
    assert headings == {"March 27, 2023", "Further Committee members are:", "Abstract (English)"}


def test_reading_again_gives_the_same(programme: Programme, page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert read_page(text, name=page.name, url=URL) == programme
    windows = text.replace("\n", "\r\n").encode("utf-8-sig")
    again = read_page(windows, name=page.name, url=URL)
    assert (again.slots, again.committee, again.roles) == (
        programme.slots,
        programme.committee,
        programme.roles,
    )
