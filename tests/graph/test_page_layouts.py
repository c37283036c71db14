"""Other layouts of the same kind of page: inline times, "Speakers:", roles with their holders."""

from __future__ import annotations

import pytest
from symposia.graph.readers.dates import split_time
from symposia.graph.readers.names import Names
from symposia.graph.readers.page import read_page
from symposia.graph.records import Kind, Programme, Role

HEAD = """Nordic Workshop on Small Machines 2025

12 - 13 June 2025

Aula Magna, Frescativägen 6, 114 18 Stockholm, Sweden

"""
TALK = """09:30 - 10:15

Keynote: Energy Is All You Need

Prof. Ingrid BERG-HANSEN, Professor, University of Oslo

The energy of a device decides how long it lives.

"""


def read(page: str) -> Programme:
    return read_page(HEAD + page, name="page")


def notes(programme: Programme) -> list[tuple[str, str]]:
    """Lines that were not read, or with a doubt, but for those about the page's last slot."""
    found = [*programme.unread, *programme.warnings]
    return [(note.text, note.reason) for note in found if "first lines" not in note.reason]


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("8:00 am to 9:00 am Registration", ("8:00 am to 9:00 am", "Registration")),
        ("8:30 – 9:00: Coffee", ("8:30 – 9:00", "Coffee")),
        ("9.30 – 11.00 Oral session 1", ("9.30 – 11.00", "Oral session 1")),
        ("9:15 to 10:00 am Amazing grids", ("9:15 to 10:00 am", "Amazing grids")),
        ("9:00–10:00 | Lunch", ("9:00–10:00", "Lunch")),
        ("9:00 to 10:00 am", None),
        ("9:00 – 9:30", None),
        ("9:00 to 10:00 we slept.", None),
        ("10 to 11 People came", None),
    ],
)
def test_a_time_with_a_title_behind_it(line: str, parts: tuple[str, str] | None) -> None:
    assert split_time(line) == parts


def test_slots_with_their_titles_on_the_line_of_the_time() -> None:
    """Wherever such a line stands, it begins a slot; it never becomes part of an abstract."""
    programme = read(
        f"08:30 - 09:00 Registration and coffee\n\n{TALK}10:15 - 10:45: Coffee break\n\n"
        "10:45 - 11:00 Closing\n"
    )
    assert [
        (slot.kind, slot.title, slot.start.strftime("%H:%M"), slot.quote.text)
        for slot in programme.slots
    ] == [
        (
            Kind.REGISTRATION,
            "Registration and coffee",
            "08:30",
            "08:30 - 09:00 Registration and coffee",
        ),
        (
            Kind.KEYNOTE,
            "Keynote: Energy Is All You Need",
            "09:30",
            "09:30 - 10:15\n\nKeynote: Energy Is All You Need",
        ),
        (Kind.BREAK, "Coffee break", "10:15", "10:15 - 10:45: Coffee break"),
        (Kind.OTHER, "Closing", "10:45", "10:45 - 11:00 Closing"),
    ]
    (talk,) = programme.slots[1].talks
    assert talk.abstract == "The energy of a device decides how long it lives."
    assert notes(programme) == []


def test_speakers_that_are_announced_as_such() -> None:
    programme = read(
        f"{TALK}13:30 - 15:00\n\nPanel: Who Needs Benchmarks?\n\n"
        "Panellists: Tom Ek, Ericsson; Pia Holm, Nokia\n\nSpeaker: to be announced\n"
    )
    (panel,) = programme.slots[1].talks
    assert [
        (speaker.name.full, speaker.affiliation and speaker.affiliation.name)
        for speaker in panel.speakers
    ] == [("Tom Ek", "Ericsson"), ("Pia Holm", "Nokia")]
    assert panel.abstract is None
    assert notes(programme) == [("Speaker: to be announced", "No name can be told in this line.")]


def test_a_chair_in_brackets_behind_the_title() -> None:
    programme = read(
        f"{TALK}11:00 - 12:00 Short papers (Chair: Tomas Novak, CTU Prague)\n\n"
        "Small Grids (and Large)\n\nBo LI, PhD Student, Lund University\n"
    )
    slot = programme.slots[1]
    assert (slot.title, slot.kind) == ("Short papers", Kind.OTHER)
    assert [
        (chair.name.full, chair.affiliation and chair.affiliation.name) for chair in slot.chairs
    ] == [("Tomas Novak", "CTU Prague")]
    assert [talk.title for talk in slot.talks] == ["Small Grids (and Large)"]
    assert notes(programme) == []


def test_what_may_be_a_speaker_and_was_read_as_text_is_doubted() -> None:
    programme = read(
        f"{TALK}11:00 - 12:00\n\nKeynote: The Second Hour\n\nChen Wang, Google\n\nBring a pen.\n"
    )
    assert notes(programme) == [
        ("Chen Wang, Google", "Read as text about the slot; it may name a talk or a speaker.")
    ]


def test_holders_of_roles_with_their_affiliations_on_one_line() -> None:
    """One sure line ("… Universidad …") tells what the others are; each holder has the role."""
    programme = read(
        f"{TALK}General Chair\n\nDr. Åsa Lindqvist, KTH Royal Institute of Technology, SE\n\n"
        "Program Co-Chairs\n\nJean-Pierre O'Neill, INRIA\n\n"
        "María José García López, Universidad Carlos III de Madrid, ES\n\n"
        "Publicity Chair\n\nRobert Smith III, IBM\n"
    )
    assert [
        (role.role, role.holder and role.holder.full, role.affiliation and role.affiliation.name)
        for role in programme.roles
    ] == [
        (Role.GENERAL_CO_CHAIR, "Åsa Lindqvist", "KTH Royal Institute of Technology"),
        (Role.PROGRAM_CO_CHAIR, "Jean-Pierre O'Neill", "INRIA"),
        (
            Role.PROGRAM_CO_CHAIR,
            "María José García López",
            "Universidad Carlos III de Madrid",
        ),
        (Role.PUBLICITY, "Robert Smith III", "IBM"),
    ]
    assert notes(programme) == []


def test_an_address_above_the_first_role_holds_none() -> None:
    programme = read(
        "Program Co-Chairs\n\nAda Moe, Lumen\n\nBo LI, Lund University\n\n" + TALK.rstrip() + "\n"
    )
    assert [role.holder and role.holder.full for role in programme.roles] == ["Ada Moe", "Bo Li"]


def test_a_line_that_may_be_a_person_is_no_organisation() -> None:
    """Nothing tells "Ada Moe, Lumen" from "Hewlett Packard, Houston": it is not read."""
    programme = read(f"{TALK}General Chair\n\nAda Moe, Lumen\n\nPublicity Chair\n\nKU Leuven\n")
    assert [
        (role.holder, role.affiliation and role.affiliation.name) for role in programme.roles
    ] == [
        (None, None),
        (None, "KU Leuven"),
    ]
    assert ("Ada Moe, Lumen", "A line between two roles that fits neither.") in notes(programme)


def test_holders_above_their_roles_are_not_given_to_the_next_role() -> None:
    programme = read(
        f"{TALK}General Chair\n\nAda MOE, Umeå University\n\nPublicity Chair\n\n"
        "Bo LI, Lund University\n\nSteering Committee\n"
    )
    assert [role.holder for role in programme.roles] == [None, None, None]


@pytest.mark.parametrize(
    ("found", "given", "family"),
    [
        ("Robert Smith III", "Robert", "Smith III"),
        ("Robert SMITH III", "Robert", "Smith III"),
        ("Ada Wang Jr.", "Ada", "Wang Jr."),
        ("Xi LI", "Xi", "Li"),
    ],
)
def test_generations_are_no_surnames_in_capitals(found: str, given: str, family: str) -> None:
    name = Names().read(found)
    assert (name.full, name.given, name.family) == (f"{given} {family}", given, family)


def test_entities_that_a_copied_text_kept() -> None:
    programme = read(TALK.replace("Energy Is All", "R&amp;D Is &#8220;All&#8221; &co; AT&T"))
    assert programme.slots[0].title == "Keynote: R&D Is “All” &co; AT&T You Need"
