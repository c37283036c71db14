"""Programmes and papers in other formats: what they say, and that other programs read them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
from icalendar import Calendar
from pybtex.database import parse_bytes
from symposia.graph.dataset import shipped
from symposia.graph.errors import ExportError
from symposia.graph.exports.asking import Ask, asker
from symposia.graph.exports.calendar import to_calendar
from symposia.graph.exports.formats import EXPORTS, write_export
from symposia.graph.exports.identifiers import numbers
from symposia.graph.exports.programme import Part, Programme, read_programme
from symposia.graph.exports.references import to_bibtex, to_csl, to_ris
from symposia.graph.exports.tables import works_table
from symposia.graph.exports.works import Author, Venue, Work, read_works
from symposia.graph.readers.bibtex import READER as BIBTEX
from symposia.graph.readers.icalendar import READER as ICALENDAR
from symposia.graph.readers.schedule import READER as SCHEDULE
from symposia.graph.reading import Reading, ReadOptions
from symposia.graph.store import Store

TINYML = "https://w3id.org/symposia/tinyml-2023"
FMAS = f"{TINYML}/paper/fmas"
NAME = "FMAS: Fast Multi-Objective SuperNet Architecture Search for Semantic Segmentation"
PREFIXES = """
@prefix : <https://w3id.org/symposia/many/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix sym: <https://w3id.org/symposia/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
MANY = "https://w3id.org/symposia/many"
PARALLEL = """
<https://w3id.org/symposia/many> a sym:Conference ; rdfs:label "Many things" ;
    schema:startDate "2024-05-01"^^xsd:date ; schema:endDate "2024-05-02"^^xsd:date .
:hall a schema:Place ; rdfs:label "Hall A, 1" .
:session a sym:PaperSession , sym:Session ; sym:partOf <https://w3id.org/symposia/many> ;
    rdfs:label "All timed" ; schema:location :hall ; sym:chair :cat ;
    schema:startDate "2024-05-01T09:00:00+02:00"^^xsd:dateTime ;
    schema:endDate "2024-05-01T10:00:00+02:00"^^xsd:dateTime .
:one a sym:Talk ; sym:partOf :session ; rdfs:label "One; or, the first\\nof two" ; sym:position 1 ;
    sym:presenter :ann ; schema:startDate "2024-05-01T09:00:00+02:00"^^xsd:dateTime ;
    schema:endDate "2024-05-01T09:30:00+02:00"^^xsd:dateTime .
:two a sym:Talk ; sym:partOf :session ; rdfs:label "Two" ; sym:position 2 ; sym:presents :paper ;
    schema:startDate "2024-05-01T09:30:00+02:00"^^xsd:dateTime ;
    schema:endDate "2024-05-01T10:00:00+02:00"^^xsd:dateTime .
:paper a sym:Paper ; rdfs:label "Two" ; dcterms:title "Two" ; dcterms:creator :bob .
:by a sym:Authorship ; sym:of :paper ; sym:author :bob ; sym:position 1 .
:part a sym:Session ; sym:partOf <https://w3id.org/symposia/many> ; rdfs:label "Half timed" ;
    schema:startDate "2024-05-02T09:00:00Z"^^xsd:dateTime ;
    schema:endDate "2024-05-03T11:30:00Z"^^xsd:dateTime .
:three a sym:Talk ; sym:partOf :part ; rdfs:label "Three" ;
    schema:startDate "2024-05-02T09:00:00Z"^^xsd:dateTime ;
    schema:endDate "2024-05-02T09:05:00Z"^^xsd:dateTime .
:four a sym:Talk ; sym:partOf :part ; rdfs:label "Four" .
:never a sym:Session ; sym:partOf <https://w3id.org/symposia/many> ; rdfs:label "Never" .
:circle a sym:Session ; sym:partOf :square ; rdfs:label "Circle" .
:square a sym:Session ; sym:partOf :circle , <https://w3id.org/symposia/many> ;
    rdfs:label "Square" .
:ann rdfs:label "Ann" . :bob rdfs:label "Bob" . :cat rdfs:label "Cat" .
"""


@pytest.fixture(scope="module")
def ask() -> Ask:
    """Asks the shipped graphs."""
    return asker(Store.memory(shipped()))


def asking(turtle: str) -> Ask:
    """Asks a graph."""
    store = Store.memory()
    store.load(MANY, ox.parse(PREFIXES + turtle, ox.RdfFormat.TURTLE))
    return asker(store)


def programme(ask: Ask, iri: str = TINYML) -> Programme:
    """A programme that is there."""
    found = read_programme(ask, iri)
    assert found is not None
    return found


def test_a_programme_is_its_parts_in_order(ask: Ask) -> None:
    found = programme(ask)
    assert (found.title, found.slug, found.start, found.place) == (
        "tinyML Research Symposium 2023",
        "tinyml-2023",
        date(2023, 3, 27),
        "Hyatt Regency San Francisco Airport",
    )
    short = next(part for part in found.parts if part.title == "Short papers")
    assert (short.kind, short.word, len(short.parts)) == ("PaperSession", "paper session", 5)
    assert [part.position for part in short.parts] == [1, 2, 3, 4, 5]
    assert short.parts[1].papers[0].iri == FMAS
    assert [each.name for each in short.parts[1].people] == ["Brett Meyer"]


def test_a_part_is_read_with_its_conference_and_other_things_are_none(ask: Ask) -> None:
    session = programme(ask, f"{TINYML}/session/short-papers")
    assert (session.iri, [part.title for part in session.parts]) == (TINYML, ["Short papers"])
    assert read_programme(ask, f"{TINYML}/person/brett-meyer") is None


def test_the_smallest_timed_parts_stand_for_the_whole() -> None:
    found = programme(asking(PARALLEL), MANY)
    assert [part.title for part in found.smallest()] == [
        "One; or, the first of two",
        "Two",
        "Three",
        "Half timed",
    ]
    two = found.smallest()[1]
    assert (two.where, [each.name for each in two.people]) == ("Hall A, 1", ["Bob"])
    everything = {part.title for top in found.parts for part in top.walk()}
    assert {"Circle", "Square", "Never", "Four"} <= everything


def events(written: bytes) -> dict[str, ET.Element]:
    """The components of a calendar by summary."""
    calendar = Calendar.from_ical(written)
    return {str(each["SUMMARY"]): each for each in calendar.walk("VEVENT")}


def test_a_calendar_has_the_times_of_the_venue(ask: Ask) -> None:
    written = to_calendar(programme(ask), datetime(2026, 1, 2, 3, 4, 5, 6, UTC))
    found = events(written)
    assert len(found) == 9  # three of the eleven are called Break
    short = found["Short papers"]
    assert short["DTSTART"].dt.isoformat() == "2023-03-27T11:30:00-07:00"
    assert short["DTEND"].dt - short["DTSTART"].dt == timedelta(minutes=40)
    assert short["DTSTAMP"].dt == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert short["LOCATION"] == "Hyatt Regency San Francisco Airport"
    assert f"{NAME} (Brett Meyer)" in short["DESCRIPTION"].splitlines()
    assert str(UUID(short["UID"])) == short["UID"]
    assert [line for line in written.split(b"\r\n") if len(line) > 75] == []


def test_events_keep_their_identifiers(ask: Ask) -> None:
    once = events(write_export(ask, TINYML, EXPORTS["icalendar"]))
    alone = events(write_export(ask, f"{TINYML}/session/short-papers", EXPORTS["icalendar"]))
    assert list(alone) == ["Short papers"]
    assert alone["Short papers"]["UID"] == once["Short papers"]["UID"]
    assert alone["Short papers"]["UID"] == "6fc41e43-e718-5097-8903-d4ec87e03743"


def test_one_s_own_selection_is_what_was_chosen() -> None:
    found = programme(asking(PARALLEL), MANY)
    chosen = {f"{MANY}/session", f"{MANY}/three", f"{MANY}/four", "https://example.org/unknown"}
    assert list(events(to_calendar(found, chosen=chosen))) == ["All timed", "Three"]
    assert events(to_calendar(found, chosen=())) == {}


def test_a_conference_without_times_is_whole_days() -> None:
    empty = programme(asking(PARALLEL.partition(":hall a")[0]), MANY)
    (event,) = events(to_calendar(empty)).values()
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2024, 5, 1), date(2024, 5, 3))


def test_local_times_float() -> None:
    part = Part("https://example.org/a", "A", start=datetime(2024, 1, 1, 9), end=None)
    written = to_calendar(Programme("https://example.org/", "P", parts=[part]))
    assert b"\r\nDTSTART:20240101T090000\r\n" in written
    assert b"VTIMEZONE" not in written


def schedules(found: Programme, folder: Path) -> Iterator[Path]:
    """The two schedules of a programme, as files."""
    from symposia.graph.exports.schedule import to_schedule_json, to_schedule_xml

    for name, write in (("a.json", to_schedule_json), ("a.xml", to_schedule_xml)):
        path = folder / name
        path.write_bytes(write(found, "7"))
        yield path


def told(found: Programme) -> list[tuple[str, datetime | None, datetime | None, list[str]]]:
    """What happens when and by whom."""
    rows = [
        (part.title, part.start, part.end, sorted(each.name for each in part.everyone))
        for part in found.smallest()
    ]
    return sorted(rows, key=str)


def read_back(reading: Reading) -> Programme:
    """The programme that a reader made."""
    return programme(asker(Store.memory(reading.graphs)), reading.programme)


@pytest.mark.parametrize("name", ["tinyml", "parallel"])
def test_our_own_readers_read_schedules_and_calendars_back(
    name: str, ask: Ask, tmp_path: Path
) -> None:
    found = programme(ask) if name == "tinyml" else programme(asking(PARALLEL), MANY)
    for path in schedules(found, tmp_path):
        (read,) = SCHEDULE.read(path, options=ReadOptions(tmp_path))
        again = read_back(read)
        assert told(again) == told(found), path.name
        assert (again.title, again.start, again.end) == (found.title, found.start, found.end)
    (tmp_path / "a.ics").write_bytes(to_calendar(found))
    (read,) = ICALENDAR.read(tmp_path / "a.ics", options=ReadOptions(tmp_path))
    assert [each[:3] for each in told(read_back(read))] == [each[:3] for each in told(found)]


def test_both_schedules_say_the_same(tmp_path: Path) -> None:
    one, other = schedules(programme(asking(PARALLEL), MANY), tmp_path)
    conference = json.loads(one.read_bytes())["schedule"]["conference"]
    held_by_day = [
        (day["date"], room, event)
        for day in conference["days"]
        for room, held in day["rooms"].items()
        for event in held
    ]
    root = ET.fromstring(other.read_bytes())  # noqa: S314
    shown = [
        (day.get("date"), room.get("name"), event)
        for day in root.iter("day")
        for room in day.iter("room")
        for event in room.iter("event")
    ]
    assert (
        [each[:2] for each in held_by_day]
        == [each[:2] for each in shown]
        == [
            ("2024-05-01", "Hall A, 1"),
            ("2024-05-01", "Hall A, 1"),
            ("2024-05-02", ""),
            ("2024-05-02", ""),
        ]
    )
    for (_, _, event), (_, _, element) in zip(held_by_day, shown, strict=True):
        assert element.get("id") == str(event["id"])
        assert element.get("guid") == event["guid"]
        for name in ("date", "start", "duration", "room", "slug", "url", "title", "type"):
            assert (element.findtext(name) or "") == event[name], name
        people = [(int(each.get("id", 0)), each.text) for each in element.iter("person")]
        assert people == [(each["id"], each["name"]) for each in event["persons"]]
    assert [event["duration"] for _, _, event in held_by_day] == [
        "00:30",
        "00:30",
        "00:05",
        "1:02:30",
    ]
    assert len({event["slug"] for _, _, event in held_by_day}) == 4
    assert (conference["start"], conference["end"], conference["daysCount"]) == (
        "2024-05-01",
        "2024-05-02",
        2,
    )


def test_numbers_are_stable_small_and_apart() -> None:
    iris = [f"https://example.org/{n}" for n in range(5000)]
    found = numbers(iris)
    assert len(set(found.values())) == 5000
    assert all(0 < number < 2**31 for number in found.values())
    assert numbers(iris[:10]) == {iri: found[iri] for iri in iris[:10]}


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("", 16),
        ("/session/short-papers", 5),
        ("/talk/fmas", 1),
        ("/paper/fmas", 1),
        ("/person/brett-meyer", 2),
        ("/organisation/mcgill-university", 2),
        ("/place/hyatt-regency-san-francisco-airport", 0),
    ],
)
def test_papers_of_things(path: str, count: int, ask: Ask) -> None:
    assert len(read_works(ask, TINYML + path)) == count


def test_a_paper_is_cited_in_each_format(ask: Ask, tmp_path: Path) -> None:
    works = read_works(ask, FMAS)
    written = to_bibtex(works)
    (entry,) = parse_bytes(written, "bibtex").entries.values()
    assert (entry.type, entry.key) == ("inproceedings", "tinyml-2023:fmas")
    assert entry.fields["title"] == f"{{{NAME}}}"
    assert entry.fields["doi"] == "10.48550/arXiv.2303.16322"
    assert (entry.fields["year"], entry.fields["month"]) == ("2023", "March")
    authors = ["Zhuoran Xiong", "Marihan Amein", "Olivier Therrien", "Warren J. Gross",
               "Brett Meyer"]  # fmt: skip
    assert [f"{' '.join(p.first_names + p.middle_names)} {' '.join(p.last_names)}"
            for p in entry.persons["author"]] == authors  # fmt: skip
    ris = to_ris(works).decode().splitlines()
    assert ris[:4] == ["TY  - CPAPER", f"ID  - {FMAS}", f"TI  - {NAME}", "AU  - Xiong, Zhuoran"]
    assert ris[-2:] == ["ER  - ", ""]
    (item,) = json.loads(to_csl(works))
    assert (item["type"], item["id"], item["title"]) == ("paper-conference", FMAS, NAME)
    assert item["author"][-1] == {"family": "Meyer", "given": "Brett"}
    assert item["issued"] == {"date-parts": [[2023, 3, 27]]}
    (tmp_path / "a.bib").write_bytes(to_bibtex(read_works(ask, TINYML)))
    (read,) = BIBTEX.read(tmp_path / "a.bib", options=ReadOptions(tmp_path))
    again = read_works(asker(Store.memory(read.graphs)), read.programme)
    assert [(work.title, work.doi, work.date[:7], [each.name for each in work.authors])
            for work in again] == [
        (work.title, work.doi, "2023-03", [each.name for each in work.authors])
        for work in read_works(ask, TINYML)
    ]  # fmt: skip


HOSTILE = Work(
    "https://w3id.org/symposia/x/paper/}},@string{a",
    title='}},\n@misc{x, title={\\input{/etc/passwd} 100% $a_b$ & #1 ~ ^ "q"',
    abstract="a\r\nER  - \r\nTY  - JOUR\x00\u2028TI  - other",
    doi='10.1/x}, title = {stolen"',
    link="https://example.org/}{\\",
    pages="1–9",
    authors=[Author("a:", "Simon and Garfunkel"), Author("b:", "Wu, Li {Jr"),
             Author("c:", "@Li", "=1+1", "von der Bund")],
    keywords=("=HYPERLINK(\"x\")", "@SUM(A1)"),
    venue=Venue("v:", "=cmd|' /C calc'!A0", "2024-13-99"),
)  # fmt: skip


def test_hostile_text_stays_text() -> None:
    found = parse_bytes(to_bibtex([HOSTILE, HOSTILE]), "bibtex")
    assert len(found.entries) == 2
    entry = found.entries["x:string-a"]
    assert set(entry.fields) == {
        "title", "booktitle", "year", "pages", "eventtitle", "doi", "url", "keywords", "abstract"
    }  # fmt: skip
    assert entry.fields["title"].startswith(r"{\textbraceright{}\textbraceright{},")
    assert r"\textbackslash{}input\textbraceleft{}" in entry.fields["title"]
    assert len(entry.persons["author"]) == 3
    assert entry.fields["pages"] == "1--9"
    lines = to_ris([HOSTILE]).decode().split("\r\n")
    assert [line for line in lines if line.startswith(("TY", "ER"))] == ["TY  - CPAPER", "ER  - "]
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*|", line) for line in lines)
    (item,) = json.loads(to_csl([HOSTILE]))
    assert item["issued"] == {"date-parts": [[2024]]}
    assert item["title"].startswith("}}, @misc")
    (head, row) = csv.reader(io.StringIO(works_table([HOSTILE]).decode(), newline=""))
    assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert row[head.index("conference")] == "'=cmd|' /C calc'!A0"


def test_hostile_names_end_no_event(tmp_path: Path) -> None:
    part = Part(
        "https://example.org/a",
        "x\r\nEND:VEVENT\r\nBEGIN:VALARM",
        start=datetime(2024, 1, 1, 9, tzinfo=UTC),
        end=datetime(2024, 1, 1, 10, tzinfo=UTC),
        place='"]]><script>\x0b',
        text="a\nEND:VCALENDAR\n\x00b",
        track="a,b;c\nd",
    )
    found = Programme("https://example.org/p", "P\r\nX:1 </title>", parts=[part])
    (event,) = Calendar.from_ical(to_calendar(found)).walk("VEVENT")
    assert event["SUMMARY"] == "x END:VEVENT BEGIN:VALARM"
    assert event["DESCRIPTION"] == "a\nEND:VCALENDAR\nb"
    one, other = schedules(found, tmp_path)
    (day,) = json.loads(one.read_bytes())["schedule"]["conference"]["days"]
    assert list(day["rooms"]) == ['"]]><script>']
    (element,) = ET.fromstring(other.read_bytes()).iter("event")  # noqa: S314
    assert element.findtext("title") == "x END:VEVENT BEGIN:VALARM"


def test_what_cannot_be_said_is_refused_in_a_sentence(ask: Ask) -> None:
    for export in EXPORTS.values():
        with pytest.raises(ExportError, match=f"so there is no {export.label} of it"):
            write_export(ask, f"{TINYML}/place/hyatt-regency-san-francisco-airport", export)


def test_the_programme_is_a_table(ask: Ask) -> None:
    text = write_export(ask, TINYML, EXPORTS["programme-csv"]).decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(rows) == 29
    (talk,) = [row for row in rows if row["iri"].endswith("/talk/fmas")]
    assert (talk["within"], talk["people"], talk["papers"]) == ("Short papers", "Brett Meyer", NAME)
