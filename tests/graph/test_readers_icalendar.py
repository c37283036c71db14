"""Reading iCalendar files."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from symposia.graph.errors import SourceError
from symposia.graph.reading import Reading, ReadOptions, find_reader
from symposia.graph.validation import validate

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
X-WR-CALNAME;VALUE=TEXT:Conf2015
X-WR-TIMEZONE:America/New_York
BEGIN:VEVENT
UID:a
DTSTART;TZID=America/New_York:20151013T110000
DURATION:PT1H30M
SUMMARY:Papers SPARQL\\, I: SPARQL\\, I
DESCRIPTION:SPARQL\\,
  I
LOCATION:Berks
END:VEVENT
BEGIN:VEVENT
UID:a
DTSTART:20151013T141500Z
DTEND:20151013T150000Z
SUMMARY:Coffee Break
END:VEVENT
BEGIN:VEVENT
UID:c
STATUS:CANCELLED
DTSTART:20151014T141500Z
SUMMARY:Excursion
END:VEVENT
BEGIN:VEVENT
UID:d
DTSTART;VALUE=DATE:20151014
SUMMARY:Banquet
URL:mailto:x
END:VEVENT
BEGIN:VEVENT
UID:e
DTSTART:tomorrow
SUMMARY:Odd
END:VEVENT
END:VCALENDAR
"""
EXPECTED = """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix schema: <https://schema.org/> .
@prefix sym: <https://w3id.org/symposia/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <https://w3id.org/symposia/conf-2015/> .
</symposia/conf-2015> a sym:Conference, sym:Event ; rdfs:label "Conf 2015"@en ;
    schema:startDate "2015-10-13"^^xsd:date ; schema:endDate "2015-10-13"^^xsd:date .
<session/banquet> a sym:Session, sym:Break ; rdfs:label "Banquet"@en ; dcterms:type sym:Meal ;
    sym:partOf </symposia/conf-2015> ; sym:position 1 .
<session/odd> a sym:Session ; rdfs:label "Odd"@en ;
    sym:partOf </symposia/conf-2015> ; sym:position 2 .
<session/coffee-break> a sym:Session, sym:Break ; rdfs:label "Coffee Break"@en ;
    sym:partOf </symposia/conf-2015> ; sym:position 3 ;
    schema:startDate "2015-10-13T14:15:00+00:00"^^xsd:dateTime ;
    schema:endDate "2015-10-13T15:00:00+00:00"^^xsd:dateTime .
<session/sparql-i> a sym:Session ; rdfs:label "SPARQL, I"@en ;
    sym:partOf </symposia/conf-2015> ; sym:position 4 ; schema:location <place/berks> ;
    schema:startDate "2015-10-13T11:00:00-04:00"^^xsd:dateTime ;
    schema:endDate "2015-10-13T12:30:00-04:00"^^xsd:dateTime .
<place/berks> a schema:Place ; rdfs:label "Berks"@en ; owl:sameAs <http://example.org/Berks> .
"""


def read(path: Path, folder: Path) -> Reading:
    (reading,) = find_reader(path).read(path, options=ReadOptions(folder))
    return reading


def graph(data: bytes, syntax: ox.RdfFormat) -> set[str]:
    """Triples without what says where they come from."""
    return {
        str(each.triple)
        for each in ox.parse(data, syntax)
        if "/prov#" not in str(each.triple)
        and not any(part in each.subject.value for part in ("/source/", "/activity/", "/agent/"))
        and not each.subject.value.endswith("/graph/programme")
    }


def written(reading: Reading) -> set[str]:
    source = reading.graphs[0].source
    assert isinstance(source, Path)
    return graph(source.read_bytes(), ox.RdfFormat.N_TRIPLES)


def test_the_whole_graph_is_as_expected(tmp_path: Path) -> None:
    path = tmp_path / "c.ics"
    path.write_bytes(CALENDAR.replace("\n", "\r\n").encode())
    (tmp_path / "locations_x.json").write_text(
        '{"locations": [{"id": "http://example.org/Berks", "name": "Berks"},'
        ' {"id": "http://example.org/Else", "name": "Else"}]}',
        "utf-8",
    )
    reading = read(path, tmp_path)
    assert written(reading) == graph(EXPECTED.encode(), ox.RdfFormat.TURTLE)
    assert validate(reading.graphs[0]).violations == ()
    assert [source.name for source in reading.sources] == ["c.ics", "locations_x.json"]


def test_the_report_says_where(tmp_path: Path) -> None:
    path = tmp_path / "c.ics"
    path.write_text(CALENDAR, "utf-8")
    loss = read(path, tmp_path).loss
    assert [(each.place, each.found) for each in loss.repairs] == [("line 14, UID", "a")]
    assert [(each.place, each.found) for each in loss.refusals] == [
        ("line 26, URL", "mailto:x"),
        ("line 32, DTSTART", "tomorrow"),
    ]
    rows = {row.name: (row.mapped, row.kept, row.refused) for row in loss.rows()}
    assert rows["VEVENT/SUMMARY"] == (4, 1, 0)
    assert rows["VEVENT/STATUS"] == (0, 1, 0)
    assert rows["VEVENT/DTSTART"] == (2, 2, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (CALENDAR[:200], r"c\.ics:\d+: the file ends within VEVENT"),
        ("BEGIN:VCALENDAR\nEND:VCALENDAR\n", "has no event"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nBEGIN:VEVENT\n", "c.ics:3: an event begins within"),
        ("BEGIN:VCALENDAR\nSUMMARY:" + "x" * 300_000, "c.ics:2: a line has more than 200,000"),
        ("BEGIN:VCALENDAR\nSUMMARY:" + "x\n " * 300_000, "c.ics:2: a line has more than 200,000"),
    ],
)
def test_bad_calendars_are_refused_with_their_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "c.ics"
    path.write_text(text, "utf-8")
    with pytest.raises(SourceError, match=message):
        read(path, tmp_path)


@pytest.mark.parametrize(
    ("name", "slug", "sessions", "double"),
    [("main.ics", "iswc-2015", 42, 3), ("sessions.ics", "eswc-2015", 30, 1)],
)
def test_the_shared_calendars(
    shared: Path, tmp_path: Path, name: str, slug: str, sessions: int, double: int
) -> None:
    reading = read(shared / "conferences" / "iswc-2015" / "calendars" / name, tmp_path)
    assert reading.programme.endswith(f"/{slug}")
    assert sum(each.endswith("#Session>") for each in written(reading)) == sessions
    messages = [finding.message for finding in validate(reading.graphs[0]).violations]
    assert len(messages) == double  # rooms that the calendars double-book
    assert all(message.startswith("The same room is taken") for message in messages)
