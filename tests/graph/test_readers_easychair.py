"""Reading the tables that EasyChair exports."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from symposia.graph.errors import SourceError
from symposia.graph.readers.roles import event_kind, role_of
from symposia.graph.reading import Reading, ReadOptions, find_reader
from symposia.graph.validation import validate

TABLES = {
    "a.csv": (
        "submission #,first name,last name,email,country,organization,Web site,person #\n"
        "1,Bo,Chen,bo@example.org,italy,Uni B,https://example.org/bo,2\n"
        "1,Ann,Lee,mail_1,,,,1\n"
        "2,Cid,Day,,,,,3\n"
    ),
    "s.csv": (
        "#,track #,track name,title,authors,keywords,decision,abstract\n"
        '1,7,XYZ2016,A Title,Ann Lee and Bo Chen,"RDF\nSPARQL",accept,Prose.\n'
        "2,7,XYZ2016,Secret,Cid Day,,reject,No.\n"
    ),
    "t.csv": "#,name,long name\n7,research,XYZ'2016 Research Track\n",
    "p.csv": (
        "id,date,start,end,title,description,type,location,track\n"
        "11,05/31/16,11:00:00,12:30:00,Querying,,SessionEvent,Room 1,research\n"
        "12,05/31/16,10:30:00,11:00:00,Coffee,,BreakEvent,,plenary\n"
        "13,31/31/16,10:30:00,25:00:00,Odd,,AcademicEvent,,\n"
    ),
    "u.csv": "start,end,paper id,session id\n11:00:00,11:30:00,1,11\n11:30:00,12:00:00,2,11\n",
    "c.csv": (
        "#,person #,first name,last name,role\n1,1,Ann B.,Lee,PC member\n"
        "2,2,Dee,Fox,Tutorials Chair\n"
    ),
}
PREFIXES = """
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix sym: <https://w3id.org/symposia/ontology#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <https://w3id.org/symposia/xyz-2016/> .
"""
GRAPH = """
</symposia/xyz-2016> a sym:Conference, sym:Event ; rdfs:label "XYZ 2016"@en ;
    schema:startDate "2016-05-31"^^xsd:date ; schema:endDate "2016-05-31"^^xsd:date ;
    sym:committeeMember <person/ann-lee> .
<paper/submission-1> a sym:Paper ; rdfs:label "A Title"@en ; dcterms:title "A Title"@en ;
    dcterms:abstract "Prose."@en ; schema:keywords "RDF"@en , "SPARQL"@en ;
    schema:articleSection "XYZ'2016 Research Track"@en ;
    dcterms:creator <person/ann-lee> , <person/bo-chen> .
<paper/submission-1/author/1> a sym:Authorship ; rdfs:label "A Title, author 1: Ann Lee"@en ;
    sym:of <paper/submission-1> ; sym:author <person/ann-lee> ; sym:position 1 .
<paper/submission-1/author/2> a sym:Authorship ; rdfs:label "A Title, author 2: Bo Chen"@en ;
    sym:of <paper/submission-1> ; sym:author <person/bo-chen> ; sym:position 2 ;
    sym:affiliation <organisation/uni-b> .
<person/ann-lee> a foaf:Person ; rdfs:label "Ann Lee" ; foaf:name "Ann Lee" ;
    foaf:givenName "Ann" ; foaf:familyName "Lee" ; skos:altLabel "Ann B. Lee" .
<person/bo-chen> a foaf:Person ; rdfs:label "Bo Chen" ; foaf:name "Bo Chen" ;
    foaf:givenName "Bo" ; foaf:familyName "Chen" ; foaf:homepage <https://example.org/bo> ;
    foaf:mbox_sha1sum "16cdffaa89e80db57d007e33ad3d7628f59291e8" ;
    schema:affiliation <organisation/uni-b> .
<organisation/uni-b> a org:Organization ; rdfs:label "Uni B"@en ; vcard:country-name "Italy"@en .
<affiliation/bo-chen-1> a sym:Affiliation ; rdfs:label "Bo Chen at Uni B"@en ;
    org:member <person/bo-chen> ; org:organization <organisation/uni-b> ;
    sym:during </symposia/xyz-2016> .
<session/odd> a sym:Session ; rdfs:label "Odd"@en ;
    sym:partOf </symposia/xyz-2016> ; sym:position 1 .
<session/coffee> a sym:Session, sym:Break ; rdfs:label "Coffee"@en ;
    sym:partOf </symposia/xyz-2016> ; sym:position 2 ; schema:keywords "plenary"@en ;
    schema:startDate "2016-05-31T10:30:00+02:00"^^xsd:dateTime ;
    schema:endDate "2016-05-31T11:00:00+02:00"^^xsd:dateTime .
<session/querying> a sym:Session, sym:PaperSession ; rdfs:label "Querying"@en ;
    sym:partOf </symposia/xyz-2016> ; sym:position 3 ; schema:keywords "research"@en ;
    schema:startDate "2016-05-31T11:00:00+02:00"^^xsd:dateTime ;
    schema:endDate "2016-05-31T12:30:00+02:00"^^xsd:dateTime ; schema:location <place/room-1> .
<place/room-1> a schema:Place ; rdfs:label "Room 1"@en .
<talk/a-title> a sym:Talk ; rdfs:label "A Title"@en ; sym:partOf <session/querying> ;
    sym:position 1 ; sym:presents <paper/submission-1> ;
    schema:startDate "2016-05-31T11:00:00+02:00"^^xsd:dateTime ;
    schema:endDate "2016-05-31T11:30:00+02:00"^^xsd:dateTime .
<role/programme-committee-member-1> a sym:EventRole ; rdfs:label "PC member: Ann B. Lee"@en ;
    sym:role sym:ProgrammeCommitteeMember ; sym:at </symposia/xyz-2016> ; sym:position 1 ;
    sym:holder <person/ann-lee> .
<role/tutorial-chair-1> a sym:EventRole ; rdfs:label "Tutorials Chair: Dee Fox"@en ;
    sym:role sym:TutorialChair ; sym:at </symposia/xyz-2016> ; sym:position 1 ;
    sym:holder <person/dee-fox> .
<person/dee-fox> a foaf:Person ; rdfs:label "Dee Fox" ; foaf:name "Dee Fox" ;
    foaf:givenName "Dee" ; foaf:familyName "Fox" .
"""


def read(path: Path, folder: Path, **options: str) -> Reading:
    (reading,) = find_reader(path).read(path, options=ReadOptions(folder, **options))  # type: ignore[arg-type]
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


@pytest.fixture
def export(tmp_path: Path) -> Path:
    folder = tmp_path / "export"
    folder.mkdir()
    for name, text in TABLES.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def test_the_whole_graph_is_as_expected(export: Path, tmp_path: Path) -> None:
    reading = read(export, tmp_path, timezone="Europe/Athens")
    expected = (PREFIXES + GRAPH).replace("+02:00", "+03:00").encode()
    assert written(reading) == graph(expected, ox.RdfFormat.TURTLE)
    assert validate(reading.graphs[0]).violations == ()


def test_what_is_wrong_is_refused_with_its_place(export: Path, tmp_path: Path) -> None:
    loss = read(export, tmp_path).loss
    assert {(each.place, each.found) for each in loss.refusals} == {
        ("a.csv, line 3, email", "mail_1"),
        ("p.csv, line 4, date", "31/31/16"),
        ("u.csv, line 3, paper id", "2"),
    }
    (repair,) = loss.repairs
    assert (repair.place, repair.found, repair.mended) == (
        "c.csv, line 3, person #",
        "2",
        "Dee Fox",
    )


def test_what_was_not_accepted_is_not_published(export: Path, tmp_path: Path) -> None:
    triples = written(read(export, tmp_path))
    assert not [each for each in triples if "Secret" in each or "Cid" in each]


@pytest.mark.parametrize("end", ["\r", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252", "mac-roman"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_line_ends_encodings_and_separators_are_told(
    tmp_path: Path, end: str, encoding: str, separator: str
) -> None:
    folder = tmp_path / "x"
    folder.mkdir()
    rows = [
        ["submission", "first_name", "last_name", "person"],
        ["1", "Zoé", "Gülich", "1"],
    ]
    text = "".join(separator.join(row) + end for row in rows)
    (folder / "authors.csv").write_bytes(text.encode(encoding))
    (folder / "subs.csv").write_text("#,title,authors,decision\n1,T,,accept\n", "utf-8")
    reading = read(folder, tmp_path)
    assert any('foaf/0.1/name> "Zoé Gülich"' in each for each in written(reading))
    told = any(each.why.startswith("The file is no UTF-8") for each in reading.loss.repairs)
    assert told == (encoding != "utf-8-sig")


def test_a_folder_without_such_tables_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(SourceError, match="nothing tells what format"):
        find_reader(tmp_path)
    with pytest.raises(SourceError, match="no table has the columns"):
        find_reader(tmp_path, "easychair").read(tmp_path, options=ReadOptions(tmp_path))


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("General Chair", "GeneralChair"),
        ("Program Co-chair", "ProgrammeChair"),
        ("PC chair", "ProgrammeChair"),
        ("PC member", "ProgrammeCommitteeMember"),
        ("senior PC member", "SeniorProgrammeCommitteeMember"),
        ("Poster and Demo Chair", "PosterDemoChair"),
        ("PhD Symposium Chair", "DoctoralConsortiumChair"),
        ("Semantic Technologies Coordinator", "MetadataChair"),
        ("General Publication Chair", "PublicationsChair"),
        ("Website Chair", "WebChair"),
        ("Diversity & Inclusion Chair", "Chair"),
        ("Mascot", "OrganisingCommitteeMember"),
    ],
)
def test_titles_of_roles_are_concepts(title: str, role: str) -> None:
    assert role_of(title) == role


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Coffee Break", ("Break", "")),
        ("Breakout session", ("", "")),
        ("Lunch", ("Break", "Meal")),
        ("Keynote: Why?", ("Keynote", "")),
        ("Closing panel", ("Panel", "")),
        ("Welcome reception", ("Opening", "")),
        ("Poster and demo session", ("", "PosterSession")),
    ],
)
def test_titles_of_slots_tell_their_kind(title: str, kind: tuple[str, str]) -> None:
    assert event_kind(title) == kind


def test_the_shared_exports(shared: Path, tmp_path: Path) -> None:
    eswc = read(shared / "conferences" / "iswc-2015" / "easychair-csv", tmp_path)
    assert eswc.programme.endswith("/eswc-2016")
    messages = sorted(finding.message for finding in validate(eswc.graphs[0]).violations)
    begins = "The session does not begin on a day of the conference, but at"
    assert messages == [f"{begins} 2016-05-0{day}T09:30:00." for day in (1, 2)]  # as it is written

    semantics = read(shared / "conferences" / "semantics-2023", tmp_path)
    assert semantics.programme.endswith("/semantics-2023")
    names = [source.name for source in semantics.sources]
    assert names == ["author.csv", "submission.csv", "track.csv"]
    assert sum(each.endswith("#Paper>") for each in written(semantics)) == 50
    assert sum(each.endswith("#Authorship>") for each in written(semantics)) == 161
    assert validate(semantics.graphs[0]).violations == ()
