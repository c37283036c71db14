"""Reading the XML of the ACL Anthology."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from symposia.graph.errors import SourceError
from symposia.graph.reading import Reading, ReadOptions, find_reader
from symposia.graph.validation import validate

COLLECTION = """<?xml version='1.0' encoding='UTF-8'?>
<collection id="P18">
  <volume id="1">
    <meta>
      <booktitle>Proceedings of the 56th Meeting (Volume 1: Long Papers)</booktitle>
      <url>P18-1</url>
      <editor><first>Iryna</first><last>Gurevych</last></editor>
      <month>July</month>
      <year>2018</year>
      <address>Melbourne, Australia</address>
      <ISBN>978-1</ISBN>
    </meta>
    <paper id="1">
      <title>Fast <fixed-case>T</fixed-case>ext &amp; <tex-math>\\beta</tex-math></title>
      <author id="yang-liu-ict"><first>Yang</first><last>Liu</last></author>
      <author><first>Yang</first><last>Liu</last></author>
      <pages>1–11</pages>
      <abstract>We introduce.</abstract>
      <url>P18-1001</url>
      <video href="https://example.org/v" tag="video"/>
      <doi>10.18653/v1/P18-1001</doi>
    </paper>
  </volume>
</collection>
"""
EXPECTED = """
@prefix bibo: <http://purl.org/ontology/bibo/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix sym: <https://w3id.org/symposia/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <https://w3id.org/symposia/acl-2018/> .

</symposia/acl-2018> a sym:Conference, sym:Event ; dcterms:date "2018"^^xsd:gYear ;
    schema:workFeatured <proceedings/p18-1> ;
    rdfs:label "56th Meeting"@en ;
    schema:location <place/melbourne-australia> ; prov:wasQuotedFrom <source/p18-xml#line=3,12> .
<place/melbourne-australia> a schema:Place ; rdfs:label "Melbourne, Australia"@en .
<proceedings/p18-1> a bibo:Proceedings ;
    rdfs:label "Proceedings of the 56th Meeting (Volume 1: Long Papers)"@en ;
    dcterms:title "Proceedings of the 56th Meeting (Volume 1: Long Papers)"@en ;
    schema:editor <person/iryna-gurevych> ;
    dcterms:issued "2018-07"^^xsd:gYearMonth ; schema:url <https://aclanthology.org/P18-1> ;
    prov:wasQuotedFrom <source/p18-xml#line=3,12> .
<person/iryna-gurevych> a foaf:Person ; rdfs:label "Iryna Gurevych" ; foaf:name "Iryna Gurevych" ;
    foaf:givenName "Iryna" ; foaf:familyName "Gurevych" ;
    prov:wasQuotedFrom <source/p18-xml#line=3,12> .
<paper/p18-1001> a sym:Paper ; rdfs:label "Fast Text & β"@en ; dcterms:title "Fast Text & β"@en ;
    dcterms:isPartOf <proceedings/p18-1> ; dcterms:abstract "We introduce."@en ;
    schema:pagination "1–11" ; dcterms:identifier "P18-1001" ; bibo:doi "10.18653/v1/P18-1001" ;
    schema:sameAs <https://doi.org/10.18653/v1/P18-1001> ;
    schema:url <https://aclanthology.org/P18-1001>, <https://example.org/v> ;
    dcterms:issued "2018-07"^^xsd:gYearMonth ;
    dcterms:creator <person/yang-liu> , <person/yang-liu-2> ;
    prov:wasQuotedFrom <source/p18-xml#line=12,22> .
<person/yang-liu> a foaf:Person ; rdfs:label "Yang Liu" ; foaf:name "Yang Liu" ;
    foaf:givenName "Yang" ; foaf:familyName "Liu" ; prov:wasQuotedFrom <source/p18-xml#line=12,22> .
<person/yang-liu-2> a foaf:Person ; rdfs:label "Yang Liu" ; foaf:name "Yang Liu" ;
    foaf:givenName "Yang" ; foaf:familyName "Liu" ; prov:wasQuotedFrom <source/p18-xml#line=12,22> .
<paper/p18-1001/author/1> a sym:Authorship ; rdfs:label "Fast Text & β, author 1: Yang Liu"@en ;
    sym:of <paper/p18-1001> ; sym:author <person/yang-liu> ; sym:position 1 ;
    prov:wasQuotedFrom <source/p18-xml#line=12,22> .
<paper/p18-1001/author/2> a sym:Authorship ; rdfs:label "Fast Text & β, author 2: Yang Liu"@en ;
    sym:of <paper/p18-1001> ; sym:author <person/yang-liu-2> ; sym:position 2 ;
    prov:wasQuotedFrom <source/p18-xml#line=12,22> .
"""
PROVENANCE = ("/source/p18-xml", "/graph/programme", "/activity/reading", "/agent/symposia")


def read(path: Path, folder: Path) -> Reading:
    (reading,) = find_reader(path).read(path, options=ReadOptions(folder))
    return reading


def triples(reading: Reading) -> set[str]:
    source = reading.graphs[0].source
    assert isinstance(source, Path)
    return {str(each.triple) for each in ox.parse(source.read_bytes(), ox.RdfFormat.N_TRIPLES)}


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    path = tmp_path / "P18.xml"
    path.write_text(COLLECTION, "utf-8")
    return read(path, tmp_path)


def test_the_whole_graph_is_as_expected(reading: Reading) -> None:
    expected = ox.parse(EXPECTED.encode(), ox.RdfFormat.TURTLE)
    wanted = {str(each.triple) for each in expected}
    ends = tuple(f"{end}>" for end in PROVENANCE)
    found = {each for each in triples(reading) if not each.split(" ")[0].endswith(ends)}
    assert found == wanted


def test_every_field_is_mapped_or_kept(reading: Reading) -> None:
    counts = {row.name: (row.mapped, row.kept) for row in reading.loss.rows()}
    assert counts["paper/author"] == (2, 0)
    assert counts["paper/video"] == (1, 0)
    assert counts["volume/ISBN"] == (0, 1)
    total = reading.loss.total
    assert (total.mapped, total.kept, total.refused) == (15, 1, 0)


@pytest.mark.parametrize(
    ("material", "addresses"),
    [
        ('<video href="https://vimeo.com/1" tag="video"/>', ["https://vimeo.com/1"]),
        ('<attachment type="poster">P18-1001.Poster.pdf</attachment>',
         ["https://aclanthology.org/attachments/P18-1001.Poster.pdf"]),
        ("<software>P18-1001.Software.zip</software>",
         ["https://aclanthology.org/attachments/P18-1001.Software.zip"]),
        ("<attachment>../../x</attachment>", []),
        ("<software>two words</software>", []),
    ],
)  # fmt: skip
def test_materials_are_addresses_or_stay(
    material: str, addresses: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "P18.xml"
    path.write_text(
        COLLECTION.replace('<video href="https://example.org/v" tag="video"/>', material)
    )
    made = read(path, tmp_path)
    urls = {
        each.split(" ")[2] for each in triples(made) if "p18-1001> <https://schema.org/url>" in each
    }
    assert urls - {"<https://aclanthology.org/P18-1001>"} == {f"<{one}>" for one in addresses}
    assert made.loss.total.kept == (1 if addresses else 2)


def test_the_provenance_says_which_bytes_were_read(reading: Reading) -> None:
    (source,) = reading.sources
    assert source.media_type == "application/xml"
    assert any(source.sha256 in each for each in triples(reading))


def test_abstracts_stay_out_where_they_are_not_wanted(tmp_path: Path) -> None:
    path = tmp_path / "P18.xml"
    path.write_text(COLLECTION, "utf-8")
    options = ReadOptions(tmp_path, abstracts=False, slug="mine", base="https://example.org/")
    (reading,) = find_reader(path).read(path, options=options)
    assert reading.programme == "https://example.org/mine"
    assert not [each for each in triples(reading) if "abstract" in each]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda text: text[:600],
            r"P18\.xml:\d+:\d+: the XML is not well-formed: unclosed token",
        ),
        (lambda text: text.replace("</title>", "</titel>"), ":14:.*mismatched tag"),
        (
            lambda text: text.replace(
                "<collection", '<!DOCTYPE x [<!ENTITY a "b">]><collection', 1
            ),
            "declares the entity 'a'",
        ),
        (
            lambda text: text.replace(
                "<collection", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><collection'
            ),
            "declares the entity 'a'",
        ),
        (lambda text: text.replace("&amp;", "&nothing;"), "entity &nothing; is not known"),
        (lambda text: text.replace("We", "<b>" * 70 + "</b>" * 70), "more than 64 deep"),
        (lambda text: text[: text.index("<meta")] + "</volume></collection>", "no record"),
    ],
)
def test_broken_xml_is_refused_with_its_line(tmp_path: Path, change: object, message: str) -> None:
    path = tmp_path / "P18.xml"
    path.write_text(change(COLLECTION), "utf-8")  # type: ignore[operator]
    with pytest.raises(SourceError, match=message):
        read(path, tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["P18.xml"]


def test_what_stands_before_a_break_is_taken_where_the_user_says_so(tmp_path: Path) -> None:
    path = tmp_path / "P18.xml"
    start = COLLECTION.index("    <paper")
    paper = COLLECTION[start : COLLECTION.index("  </volume>")]
    path.write_text(COLLECTION[:start] + paper + paper.replace('"1"', '"2"')[:90], "utf-8")
    with pytest.raises(SourceError, match="not well-formed"):
        read(path, tmp_path)
    (reading,) = find_reader(path).read(path, options=ReadOptions(tmp_path, lenient=True))
    (refusal,) = reading.loss.refusals
    assert (refusal.place, refusal.found) == ("line 24", "the rest of the file")
    assert sum(each.endswith("ontology#Paper>") for each in triples(reading)) == 1


@pytest.mark.parametrize(
    ("name", "papers", "people", "slug"),
    [("P18", 435, 1337, "acl-2018"), ("N19", 500, 1623, "naacl-2019")],
)
def test_the_shared_collections(
    shared: Path, tmp_path: Path, name: str, papers: int, people: int, slug: str
) -> None:
    reading = read(shared / "conferences" / "acl" / f"{name}.xml", tmp_path)
    assert reading.programme.endswith(f"/{slug}")
    found = triples(reading)
    kinds = [each.rpartition(" ")[2] for each in found if "-ns#type>" in each]
    assert kinds.count("<https://w3id.org/symposia/ontology#Paper>") == papers
    assert kinds.count("<http://xmlns.com/foaf/0.1/Person>") == people
    if name == "N19":  # the one with a title like “President Vows to Cut <Taxes> Hair”
        assert any("<Taxes>" in each for each in found)
        assert validate(reading.graphs[0]).violations == ()
