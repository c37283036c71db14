"""Names and lines of people."""

from __future__ import annotations

import pytest
from symposia.graph.readers.names import Names, has_capital_surname, is_name_shaped
from symposia.graph.readers.organisations import organisation
from symposia.graph.readers.people import People
from symposia.graph.readers.text import Words
from symposia.graph.records import Organisation, Quote

QUOTE = Quote(1, 1, "")
RUNNING = Words(["We use SRAM and the NAS of an MCU in many places, and so on for a while."])


def people(*affiliations: str) -> People:
    return People(Names(), RUNNING, affiliations)


@pytest.mark.parametrize(
    ("found", "given", "family"),
    [
        ("Brett MEYER", "Brett", "Meyer"),
        ("Vijay JANAPA REDDI", "Vijay", "Janapa Reddi"),
        ("Ewan MCDONALD", "Ewan", "McDonald"),
        ("Ewan McDONALD", "Ewan", "McDonald"),
        ("Ewan MCINTYRE-O'BRIEN", "Ewan", "McIntyre-O'Brien"),
        ("Aoife O'BRIEN", "Aoife", "O'Brien"),
        ("Aoife O’BRIEN", "Aoife", "O’Brien"),
        ("Rosa DE LA CRUZ", "Rosa", "de la Cruz"),
        ("Joris VAN DER BERG", "Joris", "van der Berg"),
        ("Joris van der BERG", "Joris", "van der Berg"),
        ("Joris van der Berg", "Joris", "van der Berg"),
        ("Giulia De Luca", "Giulia", "De Luca"),
        ("Ana García-Márquez", "Ana", "García-Márquez"),
        ("Ana GARCÍA-MÁRQUEZ", "Ana", "García-Márquez"),
        ("Łukasz ŻÓŁĆ", "Łukasz", "Żółć"),
        ("Jürgen GROẞ", "Jürgen", "Groß"),
        ("Tae-Ho KIM", "Tae-Ho", "Kim"),
        ("Andrew NG", "Andrew", "Ng"),
        ("Hun Seok Kim", "Hun Seok", "Kim"),
        ("John E Smith", "John E", "Smith"),
        ("John E. SMITH", "John E.", "Smith"),
        ("Thi Le Nguyen", "Thi Le", "Nguyen"),
        ("LIU Yejia", "Yejia", "Liu"),
        ("BRETT MEYER", "Brett", "Meyer"),
        ("Deliang fan Fan", "Deliang", "Fan"),
        ("Ana Sousa Sousa", "Ana", "Sousa"),
        ("Sirhan Sirhan", "Sirhan", "Sirhan"),
        ("Brett MEYER, PhD", "Brett", "Meyer"),
    ],
)
def test_names(found: str, given: str, family: str) -> None:
    name = Names().read(found)
    assert (name.given, name.family, name.full) == (given, family, f"{given} {family}")
    assert name.found == found


@pytest.mark.parametrize(
    ("found", "honorific", "full"),
    [
        ("Dr. Alex Jones", "Dr.", "Alex Jones"),
        ("Prof. Dr. Noor HADDAD", "Prof. Dr.", "Noor Haddad"),
        ("Professor Noor Haddad", "Professor", "Noor Haddad"),
        ("Ms Noor Haddad", "Ms", "Noor Haddad"),
        ("Drew Marsh", None, "Drew Marsh"),
        ("Miranda Sirtis", None, "Miranda Sirtis"),
    ],
)
def test_honorifics(found: str, honorific: str | None, full: str) -> None:
    name = Names().read(found)
    assert (name.honorific, name.full, name.found) == (honorific, full, found)


def test_a_spelling_in_the_document_holds_for_capitals() -> None:
    names = Names(["Giulia De Luca", "Iain MacLeod", "Rosa ROJAS"])
    assert names.read("Giulia DE LUCA").full == "Giulia De Luca"
    assert names.read("Iain MACLEOD").full == "Iain MacLeod"
    assert names.read("Rosa ROJAS").full == "Rosa Rojas"


def test_capitals_tell_the_family_name_of_a_name_without() -> None:
    names = Names(["Vijay Janapa Reddi"])
    assert names.read("Vijay Janapa Reddi").family == "Reddi"
    names.learn("Vijay JANAPA REDDI")
    assert names.read("Vijay Janapa Reddi").family == "Janapa Reddi"


@pytest.mark.parametrize(
    ("text", "shaped", "capitals"),
    [
        ("Brett MEYER", True, True),
        ("Brett Meyer", True, False),
        ("Deliang fan Fan", True, False),
        ("Ana de Sousa", True, False),
        ("Meta", False, False),
        ("University of Nebraska", False, False),
        ("Analog Devices", False, False),
        ("School of Computing", False, False),
        ("3D Vision", False, False),
        ("Brett: MEYER", False, False),
        ("Kettle & Sons", False, False),
    ],
)
def test_the_form_of_names(text: str, shaped: bool, capitals: bool) -> None:
    assert is_name_shaped(text) is shaped
    assert has_capital_surname(text) is capitals


@pytest.mark.parametrize(
    "line",
    [
        "Technical Director, IEEE and ST Fellow | STMicroelectronics",
        "Product Director, IoT | AVSystem",
        "Assistant Professor | School of Computing, University of Nebraska-Lincoln",
        "Associate Professor in the Department of Physics | McGill University",
        "Leader of Neuromorphic Hardware Research group | Indian Institute of Technology Delhi",
        "PhD Student | EIC Lab at Georgia Institute of Technology",
        "PhD Student | Columbia University, New York",
        "Professor | University of North Carolina, Charlotte",
        "Distinguished Engineer System Architecture | Infineon Technologies",
        "Adjunct Professor Of Computer Science | Stanford University",
        "Research Scientist | Meta",
        "Research Scientist | Meta, USA",
        "Engineer | Analog Devices, Limerick, Ireland",
        "Senior Director, Research | Acme",
        "VP, University Relations | Acme",
        "VP Engineering | Acme, Inc.",
        "Dean | School of Engineering, University of Vessel, Quayside",
        "PhD Student | ",
        "Technical Director, ST Fellow | ",
        " | Harvard University",
        " | Acme",
        " | Graduate School of Informatics, Kyoto University",
    ],
)
def test_jobs_and_affiliations(line: str) -> None:
    """The bar stands where the reader must divide; it sees a comma or nothing there."""
    job, _, affiliation = line.partition(" | ")
    rest = ", ".join(filter(None, (job, affiliation)))
    speaker = people().read(f"Brett MEYER, {rest}", QUOTE)
    assert speaker.name.full == "Brett Meyer"
    assert speaker.job_title == (job or None)
    assert (speaker.affiliation and speaker.affiliation.name) == (affiliation or None)


@pytest.mark.parametrize(
    ("rest", "job", "affiliation"),
    [
        ("Research Scientist , Meta", "Research Scientist", "Meta"),
        ("PhD Student at MIT", "PhD Student", "MIT"),
        ("Co-founder, Chief Scientist at Acme", "Co-founder, Chief Scientist", "Acme"),
        ("Acme, CTO and Co-founder", "CTO and Co-founder", "Acme"),
    ],
)
def test_jobs_and_affiliations_in_other_orders(rest: str, job: str, affiliation: str) -> None:
    speaker = people().read(f"Brett MEYER, {rest}", QUOTE)
    assert speaker.job_title == job
    assert speaker.affiliation
    assert speaker.affiliation.name == affiliation


def test_what_stands_alone_in_the_document_is_an_affiliation() -> None:
    line = "Brett MEYER, Head of Products, Sun, Moon and Stars"
    speaker = people().read(line, QUOTE)
    assert (speaker.job_title, speaker.affiliation and speaker.affiliation.name) == (
        "Head of Products, Sun",
        "Moon and Stars",
    )
    speaker = people("Sun, Moon and Stars").read(line, QUOTE)
    assert (speaker.job_title, speaker.affiliation and speaker.affiliation.name) == (
        "Head of Products",
        "Sun, Moon and Stars",
    )


@pytest.mark.parametrize(
    ("line", "full", "job", "affiliation"),
    [
        ("Dr. Alex Jones NSF CISE Program Manager", "Alex Jones", "Program Manager", "NSF CISE"),
        ("Dr. Alex JONES NSF CISE Program Manager", "Alex Jones", "Program Manager", "NSF CISE"),
        ("Alex Jones NSF Director", "Alex Jones", "Director", "NSF"),
        ("Dr. Alex Jones Chief Scientist", "Alex Jones", "Chief Scientist", None),
        ("Manan SURI , Lecturer", "Manan Suri", "Lecturer", None),
        ("Wolfgang FURTNER", "Wolfgang Furtner", None, None),
    ],
)
def test_lines_without_commas(
    line: str, full: str, job: str | None, affiliation: str | None
) -> None:
    reader = people()
    assert reader.is_person(line)
    speaker = reader.read(line, QUOTE)
    assert (speaker.name.full, speaker.job_title) == (full, job)
    assert (speaker.affiliation and speaker.affiliation.name) == affiliation


@pytest.mark.parametrize(
    "title",
    [
        "Tiny Systems, Big Networks",
        "Efficient SRAM, DRAM and Flash",
        "Tiny NAS",
        "Sorting Pebbles, Shells, and Sand",
        "FMAS: Fast Search, Good Results",
        "How Tiny Can Analog Features Be Made?",
        "Device management and network connectivity as missing elements in TinyML landscape",
        "Short papers",
    ],
)
def test_titles_are_no_people(title: str) -> None:
    assert not people().is_person(title)


def test_a_plain_name_is_a_person_only_where_people_stand() -> None:
    assert not people().is_person("Brett Meyer")
    assert people().is_person("Brett Meyer", before_abstract=True)
    assert not people().is_person("We present a thing that works", before_abstract=True)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ("University of Bologna, IT", ("University of Bologna", "IT")),
        ("INESC-ID, Lisbon, PT", ("INESC-ID, Lisbon", "PT")),
        ("University of Bologna", ("University of Bologna", None)),
        ("Columbia University, New York", ("Columbia University, New York", None)),
        ("Example Labs , XX", ("Example Labs, XX", None)),
        ("Example Labs, it", ("Example Labs, it", None)),
    ],
)
def test_countries_of_organisations(found: str, expected: tuple[str, str | None]) -> None:
    name, country = expected
    assert organisation(found) == Organisation(name=name, found=found, country=country)
