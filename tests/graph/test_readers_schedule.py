"""Reading schedules of pretalx and frab."""

import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from symposia.graph.errors import SourceError
from symposia.graph.reading import Reading, ReadOptions, find_reader
from symposia.graph.validation import validate

EVENTS: list[dict[str, Any]] = [
    {
        "guid": "g1",
        "id": 1,
        "date": "2024-05-01T10:00:00+02:00",
        "start": "10:00",
        "duration": "00:30",
        "room": "Main",
        "url": "https://example.org/talk/1",
        "title": "Linked &amp; open",
        "subtitle": "",
        "track": "Science",
        "type": "Keynote",
        "language": "de",
        "abstract": "About.",
        "do_not_record": True,
        "persons": [{"code": "P1", "public_name": "Ann Lee", "biography": "Bio."}],
    },
    {"id": 2, "start": "10:30", "duration": "00:15", "title": "Coffee break", "persons": []},
    {"id": 3, "start": "00:30", "duration": "bad", "title": "Late", "persons": [{"id": 4}]},
    {"id": 4, "start": "11:00", "duration": "00:15", "title": ""},
]
CONFERENCE: dict[str, Any] = {
    "acronym": "DemoCon2024",
    "title": "DemoCon 2024",
    "start": "2024-05-01",
    "end": "2024-05-02",
    "day_change": "04:00",
    "time_zone_name": "Europe/Berlin",
    "days": [{"index": 1, "date": "2024-05-01", "rooms": {"Main": EVENTS}}],
}
XML = """<?xml version="1.0" encoding="UTF-8"?>
<schedule><version>1</version>
<conference><acronym>DemoCon2024</acronym><title>DemoCon 2024</title><start>2024-05-01</start>
<end>2024-05-02</end><day_change>04:00</day_change>
<time_zone_name>Europe/Berlin</time_zone_name></conference>
<day index="1" date="2024-05-01"><room name="Main">
<event id="1" guid="g1"><date>2024-05-01T10:00:00+02:00</date><start>10:00</start>
<duration>00:30</duration><room>Main</room><url>https://example.org/talk/1</url>
<title>Linked &amp; open</title><subtitle/><track>Science</track><type>Keynote</type>
<language>de</language><abstract>About.</abstract><do_not_record>true</do_not_record>
<persons><person code="P1">Ann Lee<biography>Bio.</biography></person></persons></event>
<event id="2"><start>10:30</start><duration>00:15</duration><title>Coffee break</title></event>
<event id="3"><start>00:30</start><duration>bad</duration><title>Late</title>
<persons><person id="4"/></persons></event>
<event id="4"><start>11:00</start><title/></event>
</room></day></schedule>
"""
EXPECTED = """
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix sym: <https://w3id.org/symposia/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <https://w3id.org/symposia/democon-2024/> .
</symposia/democon-2024> a sym:Conference, sym:Event ; rdfs:label "DemoCon 2024"@en ;
    skos:altLabel "DemoCon2024"@en ;
    schema:startDate "2024-05-01"^^xsd:date ; schema:endDate "2024-05-02"^^xsd:date .
<place/main> a schema:Place ; rdfs:label "Main"@en .
<session/main-2024-05-01> a sym:Session ; rdfs:label "Main, 2024-05-01"@en ;
    sym:partOf </symposia/democon-2024> ; sym:position 1 ; schema:location <place/main> ;
    schema:startDate "2024-05-01T10:00:00+02:00"^^xsd:dateTime ;
    schema:endDate "2024-05-01T10:45:00+02:00"^^xsd:dateTime .
<talk/linked-open> a sym:Talk ; rdfs:label "Linked & open"@en ; dcterms:title "Linked & open"@de ;
    sym:partOf <session/main-2024-05-01> ; sym:position 1 ; sym:recorded false ;
    schema:startDate "2024-05-01T10:00:00+02:00"^^xsd:dateTime ;
    schema:endDate "2024-05-01T10:30:00+02:00"^^xsd:dateTime ;
    sym:presenter <person/ann-lee> ; dcterms:abstract "About."@de ;
    schema:keywords "Science"@en ; schema:url <https://example.org/talk/1> .
<person/ann-lee> a foaf:Person ; rdfs:label "Ann Lee" ; foaf:name "Ann Lee" ;
    dcterms:description "Bio."@en .
<role/keynote-speaker-1> a sym:EventRole ; rdfs:label "Keynote speaker: Ann Lee"@en ;
    sym:role sym:KeynoteSpeaker ; sym:at <talk/linked-open> ; sym:position 1 ;
    sym:holder <person/ann-lee> .
<session/coffee-break> a sym:Session, sym:Break ; rdfs:label "Coffee break"@en ;
    sym:partOf <session/main-2024-05-01> ; sym:position 2 ;
    schema:startDate "2024-05-01T10:30:00+02:00"^^xsd:dateTime ;
    schema:endDate "2024-05-01T10:45:00+02:00"^^xsd:dateTime .
<talk/late> a sym:Talk ; rdfs:label "Late"@en ; dcterms:title "Late"@en ;
    sym:partOf <session/main-2024-05-01> ; sym:position 3 ;
    schema:startDate "2024-05-02T00:30:00+02:00"^^xsd:dateTime .
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


@pytest.fixture(params=["json", "xml"])
def reading(request: pytest.FixtureRequest, tmp_path: Path) -> Reading:
    path = tmp_path / "schedule"
    schedule = json.dumps({"schedule": {"version": "1", "conference": CONFERENCE}})
    path.write_text(schedule if request.param == "json" else XML, "utf-8")
    return read(path, tmp_path)


def test_both_formats_give_the_same_graph(reading: Reading) -> None:
    source = reading.graphs[0].source
    assert isinstance(source, Path)
    found = graph(source.read_bytes(), ox.RdfFormat.N_TRIPLES)
    assert found == graph(EXPECTED.encode(), ox.RdfFormat.TURTLE)
    assert validate(reading.graphs[0]).violations == ()


def test_what_is_wrong_is_refused_with_its_place(reading: Reading) -> None:
    refused = {
        (each.place.rpartition(", ")[2], each.found, each.why) for each in reading.loss.refusals
    }
    assert refused == {
        ("duration", "bad", "It is no duration such as 00:30."),
        ("title", "", "The event has no title."),
        ("name", "", "The person has no name."),
    }
    places = {each.place.split(", ")[0] for each in reading.loss.refusals}
    root = "$.schedule.conference.days[0].rooms['Main']"
    assert places in ({f"{root}[2]", f"{root}[3]"}, {"line 13", "line 15"})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"schedule": {"conference": {"a": 1},}}', r"s:1:\d+: the file is no JSON"),
        ('{"schedule": {"conference": {"a": ' + "[" * 200_000, "nested too deep"),
        ('{"schedule": {"conference": []}}', "no schedule with a conference"),
        ("<schedule><conference><title>x</title>", "not well-formed"),
        (
            '<!DOCTYPE s [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x;]><schedule/>',
            "declares the entity 'x'",
        ),
    ],
)
def test_bad_schedules_are_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "s"
    path.write_text(content, "utf-8")
    with pytest.raises(SourceError, match=message):
        find_reader(path, "schedule").read(path, options=ReadOptions(tmp_path))


def test_a_hundred_megabytes_of_nesting_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    with path.open("w") as file:
        file.write('{"schedule": {"conference": ' + "[" * 65_536)
        file.truncate(100 * 1024 * 1024)  # a hole, for it is not read
    with pytest.raises(SourceError, match="is the limit"):
        find_reader(path).read(path, options=ReadOptions(tmp_path))
