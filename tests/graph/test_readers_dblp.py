"""Reading the XML of dblp."""

import tracemalloc
from pathlib import Path

import pyoxigraph as ox
import pytest
from symposia.graph.errors import SourceError
from symposia.graph.readers import publish, xml
from symposia.graph.readers.dblp import programme_of
from symposia.graph.readers.titles import conference_of
from symposia.graph.reading import Reading, ReadOptions, find_reader
from symposia.graph.validation import validate

FILE = """<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE dblp SYSTEM "dblp.dtd">
<dblp>
<inproceedings mdate="2018-07-16" key="conf/acl/Muller18">
<author orcid="0000-0001-2345-6789" pid="12/3">J&uuml;rgen M&uuml;ller</author>
<author>Yang Liu 0001</author>
<author>Yang Liu 0002</author>
<title>H<sub>2</sub>O &#38; more.</title><pages>1-11</pages><year>2018</year>
<booktitle>ACL (1)</booktitle><ee type="oa">https://doi.org/10.18653/v1/P18-1001</ee>
<crossref>conf/acl/2018-1</crossref><url>db/conf/acl/acl2018-1.html#M</url></inproceedings>
<proceedings key="conf/acl/2018-1"><editor>Iryna Gurevych</editor>
<title>Proceedings of the 56th Meeting, ACL 2018, Melbourne, Australia, July 15-20, 2018</title>
<booktitle>ACL (1)</booktitle><publisher>ACL</publisher><year>2018</year></proceedings>
<inproceedings key="conf/esws/Smith2014"><author>A B</author><title>Other.</title><year>2015</year>
<booktitle>ESWC</booktitle><ee>not an address</ee></inproceedings>
<article key="journals/x/y"><author>A B</author><title>T.</title></article>
</dblp>
"""


def read(path: Path, folder: Path, **options: str) -> list[Reading]:
    return find_reader(path).read(path, options=ReadOptions(folder, **options))  # type: ignore[arg-type]


def written(reading: Reading) -> set[str]:
    source = reading.graphs[0].source
    assert isinstance(source, Path)
    return {str(each.triple) for each in ox.parse(source.read_bytes(), ox.RdfFormat.N_TRIPLES)}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "dblp.xml"
    path.write_text(FILE, "latin-1")
    return path


def test_conferences_of_a_file_are_programmes_of_their_own(file: Path, tmp_path: Path) -> None:
    acl, esws = read(file, tmp_path)
    assert [reading.programme.rpartition("/")[2] for reading in (acl, esws)] == [
        "acl-2018",
        "esws-2015",
    ]
    assert validate(acl.graphs[0]).violations == validate(esws.graphs[0]).violations == ()


def test_entities_names_and_links_are_read(file: Path, tmp_path: Path) -> None:
    acl, _ = read(file, tmp_path)
    root = "https://w3id.org/symposia/acl-2018"
    facts = written(acl)
    for subject, predicate, value in (
        ("", "http://www.w3.org/2000/01/rdf-schema#label", '"ACL 2018"@en'),
        (
            "",
            "https://schema.org/startDate",
            '"2018-07-15"^^<http://www.w3.org/2001/XMLSchema#date>',
        ),
        ("", "https://schema.org/location", f"<{root}/place/melbourne-australia>"),
        ("/person/jurgen-muller", "http://xmlns.com/foaf/0.1/name", '"Jürgen Müller"'),
        (
            "/person/jurgen-muller",
            "http://www.w3.org/2002/07/owl#sameAs",
            "<https://orcid.org/0000-0001-2345-6789>",
        ),
        (
            "/person/jurgen-muller",
            "http://www.w3.org/2002/07/owl#sameAs",
            "<https://dblp.org/pid/12/3>",
        ),
        ("/person/yang-liu-2", "http://xmlns.com/foaf/0.1/name", '"Yang Liu"'),
        ("/paper/conf-acl-muller18", "http://purl.org/dc/terms/title", '"H2O & more"@en'),
        (
            "/paper/conf-acl-muller18",
            "http://purl.org/dc/terms/isPartOf",
            f"<{root}/proceedings/conf-acl-2018-1>",
        ),
        (
            "/paper/conf-acl-muller18",
            "http://www.w3.org/ns/prov#wasQuotedFrom",
            f"<{root}/source/dblp-xml#line=3,10>",
        ),
    ):
        assert f"<{root}{subject}> <{predicate}> {value}" in facts


def test_each_programme_has_its_own_report(file: Path, tmp_path: Path) -> None:
    acl, esws = read(file, tmp_path)
    rows = {row.name: (row.mapped, row.kept, row.refused) for row in acl.loss.rows()}
    assert rows["inproceedings/author"] == (3, 0, 0)
    assert rows["inproceedings/url"] == (0, 1, 0)
    assert rows["article/author"] == (0, 1, 0)
    (refusal,) = esws.loss.refusals
    assert (refusal.place, refusal.found) == ("line 14, conf/esws/Smith2014, ee", "not an address")


def test_a_slug_makes_one_programme_of_the_file(file: Path, tmp_path: Path) -> None:
    (reading,) = read(file, tmp_path, slug="all")
    assert reading.programme == "https://w3id.org/symposia/all"
    assert reading.loss.total.mapped == 21


@pytest.mark.parametrize(
    ("key", "year", "programme"),
    [
        ("conf/acl/2018-1", "2018", "acl-2018"),
        ("conf/acl/2018wassa", "2018", "acl-2018-wassa"),
        ("conf/semweb/2015p", "2015", "semweb-2015-p"),
        ("journals/tacl/X", "2018", None),
    ],
)
def test_keys_of_proceedings_name_programmes(key: str, year: str, programme: str | None) -> None:
    assert programme_of(key, year) == programme


@pytest.mark.parametrize(
    ("title", "name", "place", "days"),
    [
        (
            "Proceedings of the 5th Meeting, ACL 2018, Melbourne, Australia, July 15-20, 2018, 1",
            "5th Meeting, ACL 2018",
            "Melbourne, Australia",
            "2018-07-15 2018-07-20",
        ),
        (
            "X 2012, 30 September - 2 October 2012",
            "X 2012",
            "",
            "2012-09-30 2012-10-02",
        ),
        ("Proceedings of the Annual Meeting (Volume 1: Long Papers)", "Annual Meeting", "", ""),
        ("Y, July 20-15, 2018", "Y, July 20-15, 2018", "", ""),
        ("Z, February 30-31, 2018", "Z, February 30-31, 2018", "", ""),
    ],
)
def test_titles_tell_name_place_and_days(title: str, name: str, place: str, days: str) -> None:
    found = conference_of(title)
    assert (found.name, found.place) == (name, place)
    assert f"{found.start or ''} {found.end or ''}".strip() == days


def test_memory_is_that_of_the_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten times the papers, the same people: the heap grows by some bytes a paper."""
    monkeypatch.setattr(publish, "_WAITING", 50_000)  # bytes that wait to be written
    monkeypatch.setattr(xml, "_BLOCK", 4_096)  # bytes that are read at a time
    peaks = []
    for papers in (300, 3_000):
        path = tmp_path / f"{papers}.xml"
        record = (
            '<inproceedings key="conf/x/{0}"><author>A B</author><title>Paper {0} of many.</title>'
            "<year>2001</year><booktitle>X</booktitle></inproceedings>\n"
        )
        path.write_text(
            f"<dblp>\n{''.join(record.format(each) for each in range(papers))}</dblp>", "utf-8"
        )
        tracemalloc.start()
        try:
            read(path, tmp_path)
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert peaks[1] - peaks[0] < 2_700 * 400


def test_a_declared_entity_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xml"
    bomb = '<!DOCTYPE dblp [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>'
    path.write_text(f"{bomb}<dblp><www key='x'>&b;</www></dblp>", "utf-8")
    with pytest.raises(SourceError, match="declares the entity 'a'"):
        read(path, tmp_path)
