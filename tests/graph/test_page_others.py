"""The reader on pages of other events, years and forms; the pages are in tests/data/pages."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from symposia.graph.readers.page import read_page
from symposia.graph.records import (
    Kind,
    Organisation,
    PersonName,
    Programme,
    Quote,
    Speaker,
    Talk,
    Venue,
)

PAGES = Path(__file__).resolve().parent.parent / "data" / "pages"


def read(name: str, timezone: str | None = None) -> Programme:
    return read_page((PAGES / name).read_bytes(), name=name, timezone=timezone)


@pytest.fixture(scope="module")
def frugal() -> Programme:
    return read("frugal-2024.txt")


@pytest.fixture(scope="module")
def pocket() -> Programme:
    return read("pocket-2025.html")


def lines(quote: Quote) -> str:
    return f"{quote.first}-{quote.last}"


def place(organisation: Organisation | None) -> str:
    if organisation is None:
        return "-"
    return organisation.name + (f" ({organisation.country})" if organisation.country else "")


def person(speaker: Speaker) -> str:
    name = f"{speaker.name.honorific or ''} {speaker.name.given} / {speaker.name.family}".strip()
    return f"{name} | {speaker.job_title or '-'} | {place(speaker.affiliation)}"


def outline(programme: Programme) -> list[str]:
    """The timetable, a line for every slot, chair, talk and speaker."""
    rows = []
    for slot in programme.slots:
        times = f"{slot.start.isoformat('T', 'minutes')} to {slot.end.isoformat('T', 'minutes')}"
        rows.append(f"{lines(slot.quote)} {slot.kind.value} {times} {slot.title}")
        rows += [f"  {lines(chair.quote)} chair {person(chair)}" for chair in slot.chairs]
        for talk in slot.talks:
            marks = " paper" * talk.paper + " recorded" * talk.recorded
            rows.append(f"  {lines(talk.quote)} talk{marks}: {talk.title}")
            rows += [f"    {lines(s.quote)} {person(s)}" for s in talk.speakers]
            if talk.abstract_quote:
                rows.append(f"    {lines(talk.abstract_quote)} {talk.abstract}")
    return rows


def people(programme: Programme) -> list[str]:
    """Committee, roles and closing list, as the expectations write them."""

    def row(name: PersonName | None, quote: Quote, organisation: Organisation | None) -> str:
        full = f"{name.given} / {name.family}" if name else "-"
        return f"{lines(quote)} {full} | {place(organisation)}"

    return [
        *(f"committee {row(m.name, m.quote, m.affiliation)}" for m in programme.committee),
        *(f"{r.role.value} {row(r.holder, r.quote, r.affiliation)}" for r in programme.roles),
        *(f"attendee {row(a.name, a.quote, a.affiliation)}" for a in programme.attendees),
    ]


FRUGAL_TIMETABLE = """\
50-52 Registration 2024-06-14T08:30+02:00 to 2024-06-14T09:00+02:00 Registration and coffee
54-56 Keynote 2024-06-14T09:00+02:00 to 2024-06-14T09:45+02:00 Keynote: What a watch battery knows
  56-56 talk recorded: Keynote: What a watch battery knows
    58-58 Prof. Aoife / O'Neill | Dean | School of Engineering, University of Vessel, Quayside
    62-62 A watch battery is a strict teacher. This talk tells what it taught.
66-68 PaperSession 2024-06-14T09:45+02:00 to 2024-06-14T10:45+02:00 Counting and Sorting
  70-70 talk paper recorded: TALLY: Counting Birds with a Coin Cell
    72-72 Rosa / de la Vega | PhD Student | Northbank University
    74-74 Joris / van der Meulen | Senior Engineer, IoT | Kettle & Sons, Ltd.
    76-76 Ewan / McAllister | Postdoctoral Fellow at Harbour Lab | Northbank University
    80-82 We count birds. The counter is remarkably small and battery-powered, in pre- and \
post-season runs, and it needs 30% less energy than Tally Zero.

A second paragraph says that a remarkably small counter is enough.
  85-85 talk paper: Sorting Pebbles, Shells, and Sand on Two Kilobytes
    87-87 Li-Wei / Zhâo | Founder & CEO | Pebblesoft
    91-91 Pebbles are sorted by their sound.
93-93 Break 2024-06-14T10:45+02:00 to 2024-06-14T11:15+02:00 None
96-98 PaperSession 2024-06-14T11:15+02:00 to 2024-06-14T12:10+02:00 Hearing
  100-100 chair Carla / Venturi | Head of Audio | Meridian Devices
  100-100 chair Dr. Noor / Haddad | Lecturer | Fjord Institute of Technology
  102-102 talk paper: Whisper Gates
    104-104 Pim / Oosterhuis | Staff Scientist | Lumen AI
    108-108 A gate opens when someone whispers.
110-112 Break 2024-06-14T12:10+02:00 to 2024-06-14T13:00+02:00 Lunch
114-116 Panel 2024-06-14T13:00+02:00 to 2024-06-14T14:30+02:00 \
Panel: Who pays for the last milliwatt?
  118-118 chair Carla / Venturi | Head of Audio | Meridian Devices
  116-116 talk: Panel: Who pays for the last milliwatt?
    120-120 Hugo / Saint-Amand | - | Lumen AI
    122-122 Tomás / Carvalho | Independent Consultant | -
    124-124 The panel asks who pays."""

FRUGAL_PEOPLE = """\
committee 30-32 Ingrid / Solheim | Fjord Institute of Technology (NO)
committee 34-34 Tomás / Carvalho | -
committee 37-39 Ana / Fan | Meridian Devices
committee 41-43 Rui / Lindqvist | University of Vessel, Quayside
committee 45-47 Hugo / Saint-Amand | Lumen AI
GeneralCoChair 22-26 Marta / Kelderman | Northbank University
ProgramCoChair 130-132 - | Fjord Institute of Technology
PublicityChair 135-135 - | -
SteeringCommitteeMember 138-140 - | Meridian Devices
attendee 142-144 Carla / Venturi | Meridian Devices
attendee 149-151 Pim / Oosterhuis | Lumen AI"""

POCKET_TIMETABLE = """\
18-20 Opening 2025-10-10T13:30 to 2025-10-10T14:00 Welcome
  20-20 talk: Welcome
    22-22 Beatriz / Quadros | Professor | Universidade da Lagoa
24-26 PaperSession 2025-10-10T14:00 to 2025-10-10T15:20 Session 1: Seeing
  28-28 chair Paulo / Nóbrega | Researcher | Instituto do Farol
  30-30 talk paper recorded: LAMPADA: Seeing at Night with a Single Pixel
    32-32 Ines / Almeida da Costa | Doctoral Student | Universidade da Lagoa
    36-36 One pixel is enough to see a boat, if the boat is patient.
  40-40 talk paper: Maps in a Matchbox
    42-42 Dr. Karl / Winter | Software Engineer | ZIB
    46-46 We fold maps until they fit.
50-52 Session 2025-10-11T09:00 to 2025-10-11T09:40 Closing discussion
54-54 Break 2025-10-11T22:30 to 2025-10-12T00:30 None"""

POCKET_PEOPLE = """\
committee 73-73 Olga / Brandt | Institut Nord
committee 74-74 Sunil / Rao | University of Mistral
committee 75-75 Pia / Marsh | -
GeneralCoChair 60-64 Beatriz / Quadros | Universidade da Lagoa
PublicationsChair 66-69 - | Instituto do Farol"""


def test_a_page_of_another_year(frugal: Programme) -> None:
    assert (frugal.slug, frugal.name) == ("frugal-2024", "Frugal Research Symposium 2024")
    assert frugal.start == frugal.end == date(2024, 6, 14)
    assert frugal.co_located
    assert (frugal.co_located.name, frugal.co_located.quote.first) == ("Frugal Week 2024", 8)
    assert [quote.first for quote in frugal.description_quotes] == [3, 8, 10]
    assert frugal.venue == Venue(
        name="Wharf Hall",
        quote=Quote(13, 15, "Wharf Hall\n\nOudegracht 12, 3511 AP Utrecht, The Netherlands"),
        address="Oudegracht 12, 3511 AP Utrecht, The Netherlands",
        street="Oudegracht 12",
        locality="Utrecht",
        postal_code="3511 AP",
        country="NL",
        timezone="Europe/Amsterdam",
    )
    assert "\n".join(outline(frugal)) == FRUGAL_TIMETABLE
    assert "\n".join(people(frugal)) == FRUGAL_PEOPLE
    assert [(u.line, u.text) for u in frugal.unread] == [
        (17, "Contact us"),
        (19, "Ilse BRANDHOF"),
        (126, "Schedule is subject to change."),
        (147, "Northbank University"),
    ]
    assert [warning.line for warning in frugal.warnings] == [130, 135, 138]


def test_a_page_in_html_over_two_days_without_a_zone(pocket: Programme) -> None:
    assert (pocket.slug, pocket.name) == ("pocket-ai-2025", "Pocket AI Symposium 2025")
    assert (pocket.start, pocket.end) == (date(2025, 10, 10), date(2025, 10, 11))
    assert pocket.source.media_type == "text/html"
    assert pocket.co_located
    assert pocket.co_located.name == "Island Computing Meeting 2025"
    assert pocket.venue
    assert (pocket.venue.name, pocket.venue.country) == ("Casa da Lagoa", "BR")
    assert pocket.venue.timezone is None
    assert "\n".join(outline(pocket)) == POCKET_TIMETABLE
    assert "\n".join(people(pocket)) == POCKET_PEOPLE
    assert [(u.line, u.text) for u in pocket.unread] == [
        (56, "Programme subject to change."),
        (77, "© 2025 Pocket AI"),
    ]
    assert [(w.line, w.reason) for w in pocket.warnings] == [
        (
            12,
            "The page does not tell the time zone, so times stay local; give it with --timezone.",
        ),
        (66, "The page does not say who holds this role."),
    ]


def test_a_zone_given_for_a_page_without(pocket: Programme) -> None:
    zoned = read("pocket-2025.html", timezone="America/Sao_Paulo")
    assert zoned.venue
    assert zoned.venue.timezone == "America/Sao_Paulo"
    assert [w.line for w in zoned.warnings] == [66]
    assert zoned.slots[0].start.isoformat() == "2025-10-10T13:30:00-03:00"
    assert [s.start.replace(tzinfo=None) for s in zoned.slots] == [s.start for s in pocket.slots]


def test_a_zone_given_counts_more_than_the_address() -> None:
    programme = read("frugal-2024.txt", timezone="UTC")
    assert programme.slots[0].start.isoformat() == "2024-06-14T08:30:00+00:00"


HEAD = "Research Symposium - March 27, 2023\n\n1 Quay, Utrecht, The Netherlands\n\n"
PERSON = "Jane DOE, PhD Student, Example University"


def slot_of(*body: str, time: str = "9:00 am to 10:00 am") -> list[str]:
    return outline(read_page(HEAD + "\n\n".join([time, *body, "Contact us"]), name="page"))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (["Posters"], "Session Posters"),
        (["Keynote", PERSON], "Keynote Keynote; talk: None"),
        ([PERSON], "Keynote None; talk: None"),
        (["A Title", PERSON, "Abstract", "Text."], "PaperSession A Title; talk paper: A Title"),
        (["S", "T", PERSON, "Abstract", "Text."], "PaperSession S; talk paper: T"),
        (["Opening the Box", PERSON], "Session Opening the Box; talk: Opening the Box"),
        (["Invited talk: T", PERSON], "Keynote Invited talk: T; talk: Invited talk: T"),
        (["Panel discussion", PERSON], "Panel Panel discussion; talk: None"),
        (["Solar Panel Faults", PERSON], "Session Solar Panel Faults; talk: Solar Panel Faults"),
        (["S", "T", "Abstract", "Text."], "PaperSession S; talk paper: T"),
        (
            ["S", "T", PERSON, "U", PERSON, "Abstract", "Text."],
            "PaperSession S; talk: T; talk paper: U",
        ),
        (
            ["S", "Tiny Agents, Big Institute Data", PERSON, "Abstract", "Text."],
            "PaperSession S; talk paper: Tiny Agents, Big Institute Data",
        ),
        (
            ["S", "T", PERSON, "Abstract", "Text.", "YouTube", "V", PERSON, "Abstract", "More."],
            "PaperSession S; talk paper recorded: T; talk paper: V",
        ),
    ],
)
def test_slots(body: list[str], expected: str) -> None:
    page = HEAD + "\n\n".join(["9:00 am to 10:00 am", *body])
    if PERSON not in body:
        page += f"\n\n10:00 am to 11:00 am\n\nT\n\n{PERSON}"
    slot = read_page(f"{page}\n\nContact us", name="page").slots[0]
    talks = [f"talk{' paper' * t.paper}{' recorded' * t.recorded}: {t.title}" for t in slot.talks]
    assert "; ".join([f"{slot.kind.value} {slot.title}", *talks]) == expected


def test_chairs_without_a_name_are_unread() -> None:
    page = HEAD + f"9:00 am to 10:00 am\n\nS\n\nSession Chair: TBD\n\nT\n\n{PERSON}\n\nContact us"
    programme = read_page(page, name="page")
    assert programme.slots[0].chairs == ()
    assert (9, "No name can be told in this line.") in [
        (unread.line, unread.reason) for unread in programme.unread
    ]


def test_chairs_on_the_lines_after_their_heading() -> None:
    page = HEAD + f"9:00 am to 10:00 am\n\nS\n\nSession Chairs:\n\n{PERSON}\n\nContact us"
    programme = read_page(f"{page}\n10:00 to 11:00\n\n{PERSON}", name="page")
    slot = programme.slots[0]
    assert [chair.name.full for chair in slot.chairs] == ["Jane Doe"]
    assert slot.talks == ()
    assert slot.kind is Kind.OTHER


SLOT = f"9:00 am to 10:00 am\n\nT\n\n{PERSON}\n\nSchedule subject to change.\n\n"


@pytest.mark.parametrize(
    ("closing", "expected"),
    [
        (["John ROE", "", "General Co-Chair", "", "Acme"], "General John Roe Acme"),
        (["General Co-Chair", "", "John ROE", "", "Acme"], "General John Roe Acme"),
        (["General Co-Chair", "", "John Roe", "", "Acme"], "General John Roe Acme"),
        (["John ROE", "General Co-Chair", "Acme"], "General John Roe Acme"),
        (["General Co-Chair: John ROE, CTO, Acme"], "General John Roe Acme"),
        (["General Co-Chair: Acme"], "General - Acme"),
        (["General Co-Chair", "", "Acme"], "General - Acme"),
        (["General Co-Chair", "", "Analog Devices"], "General - Analog Devices"),
        (["General Co-Chair", "", "", "John ROE"], "General - -; attendee John Roe -"),
        (
            ["Publicity Chair", "", "", "", "John ROE", "", "Acme"],
            "Publicity - -; attendee John Roe Acme",
        ),
        (
            ["General Co-Chair", "", "Acme", "", "John ROE", "", "Nota AI"],
            "General - Acme; attendee John Roe Nota AI",
        ),
        (
            ["General Co-Chair", "John ROE", "Acme", "", "Publicity Chair", "Ann LEE", "Nota AI"],
            "General John Roe Acme; Publicity Ann Lee Nota AI",
        ),
        (
            ["John ROE", "General Co-Chair", "Acme", "", "Ann LEE", "Publicity Chair", "Nota AI"],
            "General John Roe Acme; Publicity Ann Lee Nota AI",
        ),
        (
            ["General Co-Chair", "John ROE", "Publicity Chair", "Ann LEE", "Steering Committee"],
            "General - -; Publicity - -; Steering - -",
        ),
    ],
)
def test_holders_of_roles(closing: list[str], expected: str) -> None:
    programme = read_page(HEAD + SLOT + "\n".join(closing), name="page")
    found = [
        f"{role.role.value.partition('C')[0]} {role.holder.full if role.holder else '-'} "
        f"{place(role.affiliation)}"
        for role in programme.roles
    ]
    found += [f"attendee {a.name.full} {place(a.affiliation)}" for a in programme.attendees]
    assert "; ".join(found) == expected


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        (
            "Ann Lee\n\nAcme\n\nBo Roe\n\n\nCy Poe\n\nExample Institute",
            "Ann Lee at Acme, Bo Roe, Cy Poe at Example Institute",
        ),
        (
            "Ann Lee\nAcme\n\nBo Roe\n\nCy Poe\nExample Institute",
            "Ann Lee at Acme, Bo Roe, Cy Poe at Example Institute",
        ),
        ("Ann Lee\n\nBo Roe\n\nCy Poe", "Ann Lee, Bo Roe, Cy Poe"),
        ("Ann Lee\nBo Roe\nCy Poe", "Ann Lee, Bo Roe, Cy Poe"),
        (
            "Ann Lee (Acme)\nBo Roe\nCy Poe, Example Institute",
            "Ann Lee at Acme, Bo Roe, Cy Poe at Example Institute",
        ),
        ("Ann Lee – Acme Institute\n\nBo ROE, Acme", "Ann Lee at Acme Institute, Bo Roe at Acme"),
        (
            """Ann Lee Acme
Bo Roe Example Institute
Hun Seok Kim Univ of Examples
Cy Poe Nota AI
Di Fox New Jersey Institute of Tests
Ed Ray Technical University of Tests""",
            "Ann Lee at Acme, Bo Roe at Example Institute, Hun Seok Kim at Univ of Examples, \
Cy Poe at Nota AI, Di Fox at New Jersey Institute of Tests, Ed Ray at Technical University of \
Tests",
        ),
    ],
)
def test_forms_of_committees(listed: str, expected: str) -> None:
    page = f"{HEAD}Technical Program Committee\n\n{listed}\n\n{SLOT}"
    programme = read_page(page, name="page")
    members = [
        member.name.full + (f" at {place(member.affiliation)}" if member.affiliation else "")
        for member in programme.committee
    ]
    assert ", ".join(members) == expected
    run_together = [w for w in programme.warnings if w.reason.startswith("Nothing divides")]
    assert len(run_together) == (6 if "Seok" in listed else 0)


def test_records_say_where_a_mark_stands(frugal: Programme) -> None:
    recorded = [t for s in frugal.slots for t in s.talks if t.recorded_quote]
    assert [lines(t.recorded_quote) for t in recorded if t.recorded_quote] == ["64-64", "83-83"]
    assert isinstance(recorded[0], Talk)
    assert [lines(quote) for quote in frugal.structure] == [
        *("5-5", "28-28", "60-60", "78-78", "89-89", "106-106")
    ]


@pytest.mark.parametrize(
    ("where", "lines"),
    [("Example University, CA", [9]), ("Example University, IT", []), ("Example University", [])],
)
def test_codes_that_a_country_and_a_state_share_are_doubted(where: str, lines: list[int]) -> None:
    page = f"{HEAD}Program Committee\n\nAnn Lee\n\n{where}\n\n{SLOT}"
    programme = read_page(page, name="page")
    assert [w.line for w in programme.warnings if "also the code of a state" in w.reason] == lines
