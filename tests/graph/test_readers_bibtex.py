"""Reading proceedings in BibTeX."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from symposia.graph.errors import SourceError
from symposia.graph.reading import Reading, ReadOptions, find_reader
from symposia.graph.validation import validate

FILE = r"""
@string{acm = "ACM Press"}
@inproceedings{DBLP:conf/semweb/Beethoven15,
  author = {Ludwig van Beethoven and Smith, Jr, Jos{\'e} and Yang Liu 0001 and {Barnes and Noble}
            and others},
  title = {{\"U}ber {RDF} \& $\alpha$-Links},
  crossref = {DBLP:conf/semweb/2015-1},
  pages = {1--16}, doi = {10.1007/978-3-319-25007-6\_1}, note = {Best paper},
}
@inproceedings(other, title = "Paren {Entry}", booktitle = "Proc.\ of the Workshop on Foo",
  year = 2011, month = jul, keywords = "a, b", author = "Doe, Jane")
@proceedings{DBLP:conf/semweb/2015-1,
  editor = {Marcelo Arenas}, publisher = acm, year = {2015}, volume = {9366},
  title = {The Semantic Web - {ISWC} 2015 - 14th International Semantic Web Conference,
           Bethlehem, PA, USA, October 11-15, 2015, Proceedings, Part {I}},
}
@article{j, author={A B}, title={Journal}}
"""
PREFIXES = """
@prefix bibo: <http://purl.org/ontology/bibo/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix sym: <https://w3id.org/symposia/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
TITLE = (
    "The Semantic Web - ISWC 2015 - 14th International Semantic Web Conference, Bethlehem, PA, USA,"
    " October 11-15, 2015, Proceedings, Part I"
)
ISWC = """
@base <https://w3id.org/symposia/semweb-2015/> .
</symposia/semweb-2015> a sym:Conference, sym:Event ;
    schema:workFeatured <proceedings/dblp-conf-semweb-2015-1> ;
    rdfs:label "The Semantic Web - ISWC 2015"@en ;
    skos:altLabel "ISWC 2015"@en ;
    schema:startDate "2015-10-11"^^xsd:date ; schema:endDate "2015-10-15"^^xsd:date .
<proceedings/dblp-conf-semweb-2015-1> a bibo:Proceedings ; schema:editor <person/marcelo-arenas> ;
    rdfs:label "%s"@en ;
    dcterms:title "%s"@en ;
    dcterms:publisher <organisation/acm-press> ;
    bibo:volume "9366" ; dcterms:issued "2015"^^xsd:gYear ;
    owl:sameAs <https://dblp.org/rec/conf/semweb/2015-1> .
<organisation/acm-press> a org:Organization ; rdfs:label "ACM Press"@en .
<person/marcelo-arenas> a foaf:Person ; rdfs:label "Marcelo Arenas" ; foaf:name "Marcelo Arenas" ;
    foaf:givenName "Marcelo" ; foaf:familyName "Arenas" .
<paper/dblp-conf-semweb-beethoven15> a sym:Paper ; rdfs:label "Über RDF & α-Links"@en ;
    dcterms:title "Über RDF & α-Links"@en ; schema:pagination "1–16" ;
    dcterms:isPartOf <proceedings/dblp-conf-semweb-2015-1> ;
    bibo:doi "10.1007/978-3-319-25007-6_1" ;
    schema:sameAs <https://doi.org/10.1007/978-3-319-25007-6_1> ;
    owl:sameAs <https://dblp.org/rec/conf/semweb/Beethoven15> ;
    dcterms:creator <person/ludwig-van-beethoven> , <person/jose-smith-jr> , <person/yang-liu> ,
        <person/barnes-and-noble> .
<person/ludwig-van-beethoven> a foaf:Person ; rdfs:label "Ludwig van Beethoven" ;
    foaf:name "Ludwig van Beethoven" ; foaf:givenName "Ludwig" ; foaf:familyName "van Beethoven" .
<person/jose-smith-jr> a foaf:Person ; rdfs:label "José Smith Jr" ; foaf:name "José Smith Jr" ;
    foaf:givenName "José" ; foaf:familyName "Smith Jr" .
<person/yang-liu> a foaf:Person ; rdfs:label "Yang Liu" ; foaf:name "Yang Liu" ;
    foaf:givenName "Yang" ; foaf:familyName "Liu" .
<person/barnes-and-noble> a foaf:Person ; rdfs:label "Barnes and Noble" ;
    foaf:name "Barnes and Noble" ; foaf:familyName "Barnes and Noble" .
<paper/dblp-conf-semweb-beethoven15/author/1> a sym:Authorship ; sym:position 1 ;
    sym:of <paper/dblp-conf-semweb-beethoven15> ; sym:author <person/ludwig-van-beethoven> ;
    rdfs:label "Über RDF & α-Links, author 1: Ludwig van Beethoven"@en .
<paper/dblp-conf-semweb-beethoven15/author/2> a sym:Authorship ; sym:position 2 ;
    sym:of <paper/dblp-conf-semweb-beethoven15> ; sym:author <person/jose-smith-jr> ;
    rdfs:label "Über RDF & α-Links, author 2: José Smith Jr"@en .
<paper/dblp-conf-semweb-beethoven15/author/3> a sym:Authorship ; sym:position 3 ;
    sym:of <paper/dblp-conf-semweb-beethoven15> ; sym:author <person/yang-liu> ;
    rdfs:label "Über RDF & α-Links, author 3: Yang Liu"@en .
<paper/dblp-conf-semweb-beethoven15/author/4> a sym:Authorship ; sym:position 4 ;
    sym:of <paper/dblp-conf-semweb-beethoven15> ; sym:author <person/barnes-and-noble> ;
    rdfs:label "Über RDF & α-Links, author 4: Barnes and Noble"@en .
"""


def read(path: Path, folder: Path) -> list[Reading]:
    return find_reader(path).read(path, options=ReadOptions(folder))


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
def readings(tmp_path: Path) -> list[Reading]:
    path = tmp_path / "mixed.bib"
    path.write_text(FILE, "utf-8")
    return read(path, tmp_path)


def written(reading: Reading) -> set[str]:
    source = reading.graphs[0].source
    assert isinstance(source, Path)
    return graph(source.read_bytes(), ox.RdfFormat.N_TRIPLES)


def test_each_proceedings_is_a_programme(readings: list[Reading]) -> None:
    names = [reading.programme.rpartition("/")[2] for reading in readings]
    assert names == ["semweb-2015", "proc-of-the-workshop-on-foo-2011"]
    assert [validate(reading.graphs[0]).violations for reading in readings] == [(), ()]


def test_the_whole_graph_is_as_expected(readings: list[Reading]) -> None:
    assert written(readings[0]) == graph(
        (PREFIXES + ISWC.replace("%s", TITLE)).encode(), ox.RdfFormat.TURTLE
    )


def test_every_field_is_mapped_kept_or_refused(readings: list[Reading]) -> None:
    rows = {row.name: (row.mapped, row.kept) for row in readings[0].loss.rows()}
    assert rows["inproceedings/note"] == (0, 1)
    assert rows["article/title"] == (0, 1)
    assert rows["inproceedings/author"] == (1, 0)
    (repair,) = readings[0].loss.repairs
    assert (repair.place, repair.found) == (
        "line 3, DBLP:conf/semweb/Beethoven15, author",
        "and others",
    )


def test_a_broken_entry_is_refused_with_its_line_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "broken.bib"
    path.write_text("@inproceedings{bad, title = {Open, author = {x}\n\n" + FILE, "utf-8")
    readings = read(path, tmp_path)
    assert len(readings) == 2
    (refusal,) = readings[0].loss.refusals
    assert refusal.place == "line 1"
    assert refusal.why == "The entry is broken in line 1: premature end of file."


@pytest.mark.parametrize(
    ("author", "names"),
    [
        (r"Fran{\c{c}}ois M{\"u}ller", ["François Müller"]),
        (r"de la Cruz, Ana and Erd{\H o}s, P.", ["Ana de la Cruz", "P. Erdős"]),
        (r"{\v S}umi Bj{\o}rn and {\L}ukasz {\AA}", ["Šumi Bjørn", "Łukasz Å"]),
        ("a, b, c, d", ["a, b, c, d"]),
        ("Knuth, Donald~E.", ["Donald E. Knuth"]),
    ],
)
def test_names_are_decoded_and_put_in_order(tmp_path: Path, author: str, names: list[str]) -> None:
    path = tmp_path / "one.bib"
    text = f"@inproceedings{{k, title={{T}}, booktitle={{B}}, year=2001, author={{{author}}}}}"
    path.write_text(text, "utf-8")
    (reading,) = read(path, tmp_path)
    found = [each for each in written(reading) if "foaf/0.1/name>" in each]
    assert sorted(each.split('"')[1] for each in found) == sorted(names)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_other_encodings_are_read_and_told(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "x.bib"
    text = "@inproceedings{k, title={Été}, booktitle={B}, year=2001, author={Émile Ü}}\n"
    path.write_bytes(text.encode(encoding))
    (reading,) = read(path, tmp_path)
    assert any('"Été"@en' in each for each in written(reading))
    told = [repair.why for repair in reading.loss.repairs]
    assert bool(told) == (encoding != "utf-8-sig")


def test_an_entry_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.bib"
    path.write_text("@inproceedings{k, title={" + "{a\n" * 600_000, "utf-8")
    with pytest.raises(SourceError, match=r"bomb\.bib:1: an entry has more than 1,000,000"):
        read(path, tmp_path)
