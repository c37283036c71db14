"""Whatever is done to a source, a reader gives a reading or says what is wrong with it."""

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from symposia.graph.errors import SourceError
from symposia.graph.reading import ReadOptions, find_reader, readers

_EVENT = {
    "id": 1,
    "date": "2024-05-01T10:00:00+02:00",
    "start": "10:00",
    "duration": "00:30",
    "title": "Talk",
    "persons": [{"id": 1, "public_name": "Ann Lee"}],
}
_DAYS = [{"date": "2024-05-01", "rooms": {"Main": [_EVENT]}}]
SAMPLES: dict[str, tuple[str, str]] = {
    "acl": (
        "x.xml",
        (
            "<collection id='P18'><volume id='1'><meta><booktitle>Proceedings of X</booktitle>"
            "<editor><first>A</first><last>B</last></editor><year>2018</year></meta><paper id='1'>"
            "<title>A <i>b</i></title><author id='x'><first>C</first><last>D</last></author>"
            "<pages>1-2</pages><doi>10.1/a</doi></paper></volume></collection>"
        ),
    ),
    "dblp-xml": (
        "x.xml",
        (
            "<dblp><inproceedings key='conf/x/A18'><author pid='1'>A B</author><title>T.</title>"
            "<year>2018</year><booktitle>X</booktitle><ee>https://doi.org/10.1/b</ee>"
            "<crossref>conf/x/2018</crossref></inproceedings></dblp>"
        ),
    ),
    "bibtex": (
        "x.bib",
        (
            '@string{p = "Pub"}\n@inproceedings{a, title = {A {B}\\"o $x$}, author = {C, D and E~F}'
            ",\n booktitle = {Proc. of X, XY 2011, Rome, Italy, May 1-2, 2011}, year = 2011,"
            "\n pages = {1--2}, publisher = p # { Q}, month = may, doi = {10.1/c}}\n"
        ),
    ),
    "easychair": (
        "x.csv",
        '#,title,authors,decision,keywords\n1,"A, b",C D and E F,accept,x\n2,B,G H,reject,\n',
    ),
    "icalendar": (
        "x.ics",
        (
            "BEGIN:VCALENDAR\nX-WR-CALNAME:X2015\nBEGIN:VEVENT\nUID:a\n"
            "DTSTART;TZID=Europe/Rome:20151013T110000\nDURATION:PT1H\nSUMMARY:Break\n"
            "LOCATION:R\\, S\nEND:VEVENT\nEND:VCALENDAR\n"
        ),
    ),
    "schedule": (
        "x.json",
        json.dumps({"schedule": {"conference": {"title": "X", "days": _DAYS}}}),
    ),
}
FOREIGN = {"conference-ontology", "dblp", "json-page", "rdf", "schema", "swc", "symposia"}
"""Those whose damage `test_readers_rdf_foreign.py` and `test_recovery.py` try."""


def test_there_is_a_sample_of_each_format() -> None:
    assert {*SAMPLES, *FOREIGN, "cso", "miniconf", "page", "rml"} == {*readers()}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_are_read(tmp_path: Path, name: str) -> None:
    file, text = SAMPLES[name]
    path = tmp_path / file
    path.write_text(text, "utf-8")
    assert find_reader(path).name == name
    readings = find_reader(path).read(path, options=ReadOptions(tmp_path))
    assert sum(reading.loss.total.mapped for reading in readings) > 2


@pytest.mark.parametrize("name", SAMPLES)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_damage_gives_a_reading_or_a_source_error(
    tmp_path: Path, name: str, data: st.DataObject
) -> None:
    file, text = SAMPLES[name]
    raw = bytearray(text.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(raw)))
        length = data.draw(st.integers(0, 12))
        piece = data.draw(
            st.one_of(
                st.binary(max_size=6),
                st.sampled_from(
                    [b"\x00", b"\xff\xfe", b"{", b"}", b"<", b"&x;", b'"', b",", b"\n"]
                ),
                st.just(bytes(raw[start : start + length]) * 2),
            )
        )
        raw[start : start + length] = piece
    path = tmp_path / file
    path.write_bytes(bytes(raw))
    try:
        readings = readers()[name].read(path, options=ReadOptions(tmp_path))
    except SourceError:
        assert not list(tmp_path.glob("*.nt"))
        return
    for reading in readings:
        source = reading.graphs[0].source
        assert isinstance(source, Path)
        assert all(
            isinstance(quad.subject, ox.NamedNode)
            for quad in ox.parse(source.read_bytes(), ox.RdfFormat.N_TRIPLES)
        )
        source.unlink()


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "bibtex"])
def test_what_stands_before_the_break_is_taken_where_the_user_says_so(
    tmp_path: Path, name: str
) -> None:
    file, text = SAMPLES[name]
    broken = {
        "acl": text.removesuffix("</volume></collection>"),
        "dblp-xml": text.removesuffix("</dblp>"),
        "easychair": text + '3,"C,I J,accept,',
        "icalendar": text.replace("END:VCALENDAR", "BEGIN:VEVENT"),
        "schedule": "<schedule><conference><title>X</title></conference><day date='2024-05-01'>"
        "<room name='R'><event id='1'><title>T</title></event>",
    }[name]
    path = tmp_path / file
    path.write_text(broken, "utf-8")
    reader = readers()[name]
    with pytest.raises(SourceError):
        reader.read(path, options=ReadOptions(tmp_path))
    (reading,) = reader.read(path, options=ReadOptions(tmp_path, lenient=True))
    assert [refusal.found for refusal in reading.loss.refusals] == ["the rest of the file"]
    assert reading.loss.total.mapped > 0


_LONG = 120_000


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("acl", "<!DOCTYPE x " + "[]" * _LONG),
        ("acl", "<collection a='" + "x" * 20_000_000),
        ("acl", "<collection><volume id='1'><meta>" + "<a/>" * 2_000_000),
        ("dblp-xml", f"<dblp><inproceedings key='conf/{'x1999a-' * _LONG}'><title>T</title>"),
        ("bibtex", f"@inproceedings{{a, booktitle={{{'A' * _LONG}}}, title={{{'$a ' * 999}}}}}"),
        (
            "bibtex",
            f"@inproceedings{{a, booktitle={{{'(volume' * 20_000}}}, author={{{'x, ' * 999}}}}}",
        ),
        ("easychair", f'#,title,authors,decision\n1,T,"{"A (B), " * 15_000}",accept\n'),
        ("easychair", f"first name,last name,role,email\nA,B,C,a@{'.' * _LONG}@\n"),
        ("easychair", f"#,title,authors,decision,track name\n1,T,A B,accept,{'a' * _LONG}\n"),
        ("icalendar", f"BEGIN:VCALENDAR\nX-WR-CALNAME:a{'-' * _LONG}\n"),
        ("schedule", "<schedule>" + "<a>" * _LONG),
    ],
)
def test_texts_made_to_take_for_ever_do_not(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / "x"
    path.write_text(text, "utf-8")
    reader = readers()[name]
    reader.sniff(text[:65_536].encode(), path)
    try:
        readings = reader.read(path, options=ReadOptions(tmp_path))
    except SourceError:
        readings = []
    assert len(readings) <= 1
