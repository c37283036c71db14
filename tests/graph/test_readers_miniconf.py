"""Reading the folder of a Mini-Conf site."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from symposia.graph.errors import SourceError
from symposia.graph.reading import Reading, ReadOptions, find_reader
from symposia.graph.validation import validate

FILES = {
    "config.yml": """name: Conf2020
tagline: The 2020 <br/> Conference
proceedings_title: Proceedings of the 2020 Conference
calendar: {start: '2020-11-16', end: '2020-11-17'}
""",
    "main_papers.csv": """UID,title,authors,abstract,keywords,track,pdf_url
m.1,A &amp; B,Ann Lee|Bo Chen,"Prose, with
two lines.",qa|mt,Parsing,https://example.org/1.pdf
m.2,Second,Bo Chen,,,,
""",
    "paper_sessions.yml": """z1:
  start_time: 2020-11-16 16:00:00+00:00
  end_time: 2020-11-16 17:00:00+00:00
  name: Session 1
  long_name: 'Session 1: Parsing'
  papers: [m.1, m.9]
""",
    "plenary_sessions.yml": """- UID: k
  title: 'Keynote: Why?'
  presenter: Cid Day
  bio: Professor.
  institution: Some University
  sessions:
  - {start_time: 2020-11-16 15:00:00+00:00, end_time: 2020-11-16 16:00:00+00:00}
""",
    "workshops.yml": """- UID: W1
  title: First Workshop
  organizers: Dee Fox and Eve Gil (Lab)
  sessions:
  - start_time: 2020-11-17 09:00:00+01:00
    end_time: 2020-11-17 09:30:00+01:00
    name: <b>Coffee break</b> <br/> in the hall
    hosts: TBD
  prerecorded_talks:
  - title: A talk
    speakers: TBD
""",
    "committee.yml": """committee:
- {name: Flo Hay, aff: 'Uni, X', role: Tutorial Chair, image: x.jpg}
""",
}
PREFIXES = """
@prefix bibo: <http://purl.org/ontology/bibo/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix sym: <https://w3id.org/symposia/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <https://w3id.org/symposia/conf-2020/> .
"""
GRAPH = """
</symposia/conf-2020> a sym:Conference, sym:Event ;
    schema:workFeatured <proceedings/main> ;
    rdfs:label "The 2020 Conference"@en ;
    skos:altLabel "Conf2020"@en ;
    schema:startDate "2020-11-16"^^xsd:date ; schema:endDate "2020-11-17"^^xsd:date .
<proceedings/main> a bibo:Proceedings ; rdfs:label "Proceedings of the 2020 Conference"@en ;
    dcterms:title "Proceedings of the 2020 Conference"@en .
<paper/m-1> a sym:Paper ; rdfs:label "A & B"@en ; dcterms:title "A & B"@en ;
    dcterms:isPartOf <proceedings/main> ; dcterms:abstract "Prose, with two lines."@en ;
    dcterms:identifier "m.1" ; schema:url <https://example.org/1.pdf> ;
    schema:keywords "qa"@en , "mt"@en ; schema:articleSection "Parsing"@en ;
    dcterms:creator <person/ann-lee> , <person/bo-chen> .
<paper/m-1/author/1> a sym:Authorship ; rdfs:label "A & B, author 1: Ann Lee"@en ;
    sym:of <paper/m-1> ; sym:author <person/ann-lee> ; sym:position 1 .
<paper/m-1/author/2> a sym:Authorship ; rdfs:label "A & B, author 2: Bo Chen"@en ;
    sym:of <paper/m-1> ; sym:author <person/bo-chen> ; sym:position 2 .
<paper/m-2> a sym:Paper ; rdfs:label "Second"@en ; dcterms:title "Second"@en ;
    dcterms:isPartOf <proceedings/main> ; dcterms:identifier "m.2" ;
    dcterms:creator <person/bo-chen> .
<paper/m-2/author/1> a sym:Authorship ; rdfs:label "Second, author 1: Bo Chen"@en ;
    sym:of <paper/m-2> ; sym:author <person/bo-chen> ; sym:position 1 .
<person/ann-lee> a foaf:Person ; rdfs:label "Ann Lee" ; foaf:name "Ann Lee" .
<person/bo-chen> a foaf:Person ; rdfs:label "Bo Chen" ; foaf:name "Bo Chen" .
<role/tutorial-chair-1> a sym:EventRole ; rdfs:label "Tutorial Chair: Flo Hay"@en ;
    sym:role sym:TutorialChair ; sym:at </symposia/conf-2020> ; sym:position 1 ;
    sym:holder <person/flo-hay> ; sym:statedAffiliation <organisation/uni-x> .
<person/flo-hay> a foaf:Person ; rdfs:label "Flo Hay" ; foaf:name "Flo Hay" ;
    schema:affiliation <organisation/uni-x> .
<organisation/uni-x> a org:Organization ; rdfs:label "Uni, X"@en .
<affiliation/flo-hay-1> a sym:Affiliation ; rdfs:label "Flo Hay at Uni, X"@en ;
    org:member <person/flo-hay> ; org:organization <organisation/uni-x> ;
    sym:during </symposia/conf-2020> .
<session/session-1-parsing> a sym:Session, sym:PaperSession ; rdfs:label "Session 1: Parsing"@en ;
    sym:partOf </symposia/conf-2020> ; sym:position 1 ;
    schema:startDate "2020-11-16T16:00:00+00:00"^^xsd:dateTime ;
    schema:endDate "2020-11-16T17:00:00+00:00"^^xsd:dateTime .
<talk/a-b> a sym:Talk ; rdfs:label "A & B"@en ; sym:partOf <session/session-1-parsing> ;
    sym:position 1 ; sym:presents <paper/m-1> .
<session/keynote-why> a sym:Session, sym:Keynote ; rdfs:label "Keynote: Why?"@en ;
    dcterms:type sym:PlenarySession ; sym:partOf </symposia/conf-2020> ; sym:position 2 ;
    schema:startDate "2020-11-16T15:00:00+00:00"^^xsd:dateTime ;
    schema:endDate "2020-11-16T16:00:00+00:00"^^xsd:dateTime .
<talk/keynote-why> a sym:Talk ; rdfs:label "Keynote: Why?"@en ; dcterms:title "Keynote: Why?"@en ;
    sym:partOf <session/keynote-why> ; sym:position 1 ; sym:presenter <person/cid-day> .
<role/keynote-speaker-1> a sym:EventRole ; rdfs:label "Keynote speaker: Cid Day"@en ;
    sym:role sym:KeynoteSpeaker ; sym:at <talk/keynote-why> ; sym:position 1 ;
    sym:holder <person/cid-day> ; sym:statedAffiliation <organisation/some-university> .
<person/cid-day> a foaf:Person ; rdfs:label "Cid Day" ; foaf:name "Cid Day" ;
    dcterms:description "Professor."@en ; schema:affiliation <organisation/some-university> .
<organisation/some-university> a org:Organization ; rdfs:label "Some University"@en .
<affiliation/cid-day-1> a sym:Affiliation ; rdfs:label "Cid Day at Some University"@en ;
    org:member <person/cid-day> ; org:organization <organisation/some-university> ;
    sym:during </symposia/conf-2020> .
<session/first-workshop> a sym:Session ; rdfs:label "First Workshop"@en ;
    dcterms:type sym:Workshop ; sym:partOf </symposia/conf-2020> ; sym:position 3 ;
    schema:startDate "2020-11-17T09:00:00+01:00"^^xsd:dateTime ;
    schema:endDate "2020-11-17T09:30:00+01:00"^^xsd:dateTime .
<session/coffee-break> a sym:Session, sym:Break ; rdfs:label "Coffee break"@en ;
    dcterms:description "in the hall"@en ; sym:partOf <session/first-workshop> ; sym:position 1 ;
    schema:startDate "2020-11-17T09:00:00+01:00"^^xsd:dateTime ;
    schema:endDate "2020-11-17T09:30:00+01:00"^^xsd:dateTime .
<session/prerecorded-talks> a sym:Session ; rdfs:label "Prerecorded talks"@en ;
    sym:partOf <session/first-workshop> ; sym:position 2 .
<talk/a-talk> a sym:Talk ; rdfs:label "A talk"@en ; dcterms:title "A talk"@en ;
    sym:partOf <session/prerecorded-talks> ; sym:position 1 ; sym:recorded true .
<role/organiser-1> a sym:EventRole ; rdfs:label "Organiser: Dee Fox"@en ;
    sym:role sym:Organiser ; sym:at <session/first-workshop> ; sym:position 1 ;
    sym:holder <person/dee-fox> .
<role/organiser-2> a sym:EventRole ; rdfs:label "Organiser: Eve Gil"@en ;
    sym:role sym:Organiser ; sym:at <session/first-workshop> ; sym:position 2 ;
    sym:holder <person/eve-gil> ; sym:statedAffiliation <organisation/lab> .
<person/dee-fox> a foaf:Person ; rdfs:label "Dee Fox" ; foaf:name "Dee Fox" .
<person/eve-gil> a foaf:Person ; rdfs:label "Eve Gil" ; foaf:name "Eve Gil" ;
    schema:affiliation <organisation/lab> .
<organisation/lab> a org:Organization ; rdfs:label "Lab"@en .
<affiliation/eve-gil-1> a sym:Affiliation ; rdfs:label "Eve Gil at Lab"@en ;
    org:member <person/eve-gil> ; org:organization <organisation/lab> ;
    sym:during </symposia/conf-2020> .
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


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def test_the_whole_graph_is_as_expected(site: Path, tmp_path: Path) -> None:
    reading = read(site, tmp_path)
    source = reading.graphs[0].source
    assert isinstance(source, Path)
    found = graph(source.read_bytes(), ox.RdfFormat.N_TRIPLES)
    assert found == graph((PREFIXES + GRAPH).encode(), ox.RdfFormat.TURTLE)
    assert validate(reading.graphs[0]).violations == ()


def test_the_report_says_where(site: Path, tmp_path: Path) -> None:
    loss = read(site, tmp_path).loss
    rows = {row.name: (row.mapped, row.kept, row.repaired, row.refused) for row in loss.rows()}
    assert rows["committee.yml/image"] == (0, 1, 0, 0)
    assert rows["paper_sessions.yml/papers"] == (1, 0, 0, 1)
    assert rows["workshops.yml/sessions/name"] == (1, 0, 1, 0)
    (refusal,) = loss.refusals
    assert refusal.place == "paper_sessions.yml, line 2, z1, papers"
    assert (refusal.found, refusal.why) == ("m.9", "No paper has this UID.")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "config.yml",
            "a: !!python/object/apply:os.system [ls]",
            "config.yml:1: the tag .* refuse",
        ),
        ("config.yml", "a: !thing x", "config.yml:1: the tag !thing is refused"),
        ("config.yml", "[" * 60 + "]" * 60, "more than 50 deep"),
        ("config.yml", "a: [1, 2", "config.yml:2:1: the file is no YAML"),
        ("config.yml", "a: *b", "no YAML|stands for nothing"),
        ("config.yml", "", "config.yml: the file is empty"),
        ("config.yml", "- a", "no map of settings"),
        (
            "config.yml",
            "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
            + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)),
            "aliases stand for more than 2,000,000 nodes",
        ),
        (
            "main_papers.csv",
            "UID,name\n1,x\n",
            "main_papers.csv:1: the table has no column 'title'",
        ),
        ("main_papers.csv", "", "main_papers.csv: the table is empty"),
        (
            "main_papers.csv",
            "UID,title,authors\n1," + "x" * 200_000 + ",A B\n",
            "main_papers.csv:2: the table is broken: field larger",
        ),
        ("paper_sessions.yml", "- a", "no map of sessions"),
    ],
)
def test_bad_input_is_refused_with_file_and_line(
    site: Path, tmp_path: Path, name: str, text: str, message: str
) -> None:
    (site / name).write_text(text, "utf-8")
    with pytest.raises(SourceError, match=message):
        read(site, tmp_path)
    assert not list(tmp_path.glob("*.nt"))


def test_shifted_rows_are_refused_and_counted(site: Path, tmp_path: Path) -> None:
    path = site / "main_papers.csv"
    path.write_text(path.read_text("utf-8") + "m.3,Third,too,many,values,in,this,row\n", "utf-8")
    refusals = read(site, tmp_path).loss.refusals
    assert refusals[0].place == "main_papers.csv, line 5"
    assert refusals[0].why == "The row has 8 values for 7 columns."


def test_the_shared_site_conforms(shared: Path, tmp_path: Path) -> None:
    reading = read(shared / "conferences" / "emnlp-2020", tmp_path)
    assert reading.programme.endswith("/emnlp-2020")
    source = reading.graphs[0].source
    assert isinstance(source, Path)
    kinds = [
        line.rpartition("#")[2]
        for line in source.read_text("utf-8").splitlines()
        if "-ns#type>" in line and "/symposia/ontology#" in line
    ]
    counts = {kind: kinds.count(f"{kind}> .") for kind in ("Paper", "Talk", "Session", "EventRole")}
    assert counts == {"Paper": 1257, "Talk": 881, "Session": 607, "EventRole": 308}
    assert validate(reading.graphs[0]).violations == ()
