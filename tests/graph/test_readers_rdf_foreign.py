"""Files and pages in foreign vocabularies become readings: mapped, with the original beside."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from symposia.graph.errors import SourceError, SymposiaError
from symposia.graph.loss import Loss
from symposia.graph.mappings import MAPPINGS
from symposia.graph.partition import partition
from symposia.graph.readers.dblp import programme_of
from symposia.graph.readers.json_page import READER
from symposia.graph.readers.mapped import mapped
from symposia.graph.reading import Reading, ReadOptions, source_of

DATA = Path(__file__).resolve().parents[1] / "data" / "mappings"
OURS = "https://w3id.org/symposia/"
PAGE = """<!DOCTYPE html>
<html><head><title>Threads</title>
<script type="application/ld+json">
{"@context": "https://schema.org", "@type": "Event", "name": "Threads 2031", "@id": "#c",
 "startDate": "2031-05-02", "subEvent": {"@type": "Event", "name": "Break"}}
</script>
<script>var x = {"@type": "Event"};</script>
<SCRIPT TYPE='application/ld+json; charset=utf-8'>
//<![CDATA[
[{"@context": "http://schema.org", "@type": "Person", "name": "Ana Ruiz", "@id": "_:b"},
 {"@context": "http://schema.org", "@graph": [{"@type": "Event", "@id": "#t", "name": "On thread",
  "superEvent": {"@id": "#c"}, "performer": {"@id": "_:b"}}]}]
//]]>
</SCRIPT></head>
<body><script type="application/ld+json">{"@context": "https://schema.org", "@type": "Person",
 "@id": "_:b", "name": "Bo Li"}</script>
</body></html>
"""


def options(tmp_path: Path, **given: object) -> ReadOptions:
    return ReadOptions(tmp_path, url="https://threads.example/", **given)  # type: ignore[arg-type]


def labels(reading: Reading, segment: str) -> list[str]:
    source = reading.graphs[0].source
    assert isinstance(source, Path)
    start = f"{reading.programme}/{segment}/"
    return sorted(
        quad.object.value
        for quad in ox.parse(path=str(source))
        if str(getattr(quad.subject, "value", "")).startswith(start)
        if quad.predicate.value.endswith("#label") and isinstance(quad.object, ox.Literal)
    )


def test_a_page_with_several_blocks(tmp_path: Path) -> None:
    path = tmp_path / "threads.html"
    path.write_text(PAGE)
    assert READER.sniff(PAGE.encode(), path) == 2
    assert READER.sniff(PAGE.replace("ld+json", "json").encode(), path) == 0
    (reading,) = READER.read(path, options=options(tmp_path))
    assert reading.programme == OURS + "c"
    assert (reading.format, reading.sources[0].media_type) == ("schema", "text/html")
    assert labels(reading, "session") == ["Break", "On thread"]
    assert labels(reading, "talk") == ["On thread"]
    assert labels(reading, "person") == ["Ana Ruiz", "Bo Li"]
    assert labels(reading, "role") == ["Presenter: Ana Ruiz"]
    assert (reading.loss.total.mapped, reading.loss.total.kept) == (14, 0)
    assert [(graph.iri.rpartition("/")[2], graph.default) for graph in reading.graphs] == [
        ("programme", True),
        ("original", False),
    ]


def test_a_broken_block(tmp_path: Path) -> None:
    path = tmp_path / "threads.html"
    path.write_text(PAGE.replace('"name": "On thread",', '"name": "On thread"'))
    with pytest.raises(SourceError, match=r"threads\.html:12:3: Expecting ',' delimiter"):
        READER.read(path, options=options(tmp_path))
    (reading,) = READER.read(path, options=options(tmp_path, lenient=True))
    assert [one.place for one in reading.loss.refusals] == ["line 12"]
    assert labels(reading, "person") == ["Bo Li"]


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("<html><p>No data", "in no vocabulary that is mapped"),
        ("<html>" + "<div>" * 2000 + PAGE, "nested too deeply"),
        (PAGE.replace("https://schema.org", "https://elsewhere.example/c"), "remote @context"),
    ],
)
def test_pages_that_are_refused(tmp_path: Path, page: str, message: str) -> None:
    path = tmp_path / "page.html"
    path.write_text(page)
    with pytest.raises(SymposiaError, match=message):
        READER.read(path, options=options(tmp_path))


RECORDS = """
@prefix dblp: <https://dblp.org/rdf/schema#> .
@prefix r: <https://dblp.org/rec/conf/> .
@prefix p: <https://dblp.org/pid/> .
@base <https://dblp.org/rec/conf/> .
<thr/2031> a dblp:Editorship ; dblp:title "Threads 2031." ; dblp:editedBy p:ana ;
    dblp:yearOfPublication "2031" .
<thr/A31> a dblp:Inproceedings ; dblp:title "A needle." ; dblp:publishedIn "THR" ;
    dblp:yearOfEvent "2031" ; dblp:publishedAsPartOf <thr/2031> ; dblp:authoredBy p:ana ;
    dblp:hasSignature [ a dblp:AuthorSignature ; dblp:signatureCreator p:ana ] .
<thr/B32> a dblp:Inproceedings ; dblp:title "Yarn." ; dblp:publishedIn "THR" ;
    dblp:yearOfEvent "2032" ; dblp:authoredBy p:ana, p:bo .
<sew/C31> a dblp:Inproceedings ; dblp:title "Silk." ; dblp:publishedIn "SEW" ;
    dblp:yearOfPublication "2031" ; dblp:authoredBy p:bo .
[] a dblp:AuthorSignature ; dblp:signaturePublication <sew/C31> ; dblp:signatureCreator p:bo .
p:ana a dblp:Person ; dblp:creatorName "Ana Ruiz" .
p:bo a dblp:Person ; dblp:creatorName "Bo Li" .
<https://dblp.org/rec/journals/j/D31> a dblp:Article ; dblp:authoredBy p:bo .
"""


def test_proceedings_of_several_conferences_are_programmes_each(tmp_path: Path) -> None:
    path = tmp_path / "some.ttl"
    path.write_text(RECORDS)
    quads = list(ox.parse(RECORDS.encode(), ox.RdfFormat.TURTLE))
    parts = partition(quads, programme_of)
    assert {name: len(part) for name, part in parts.items()} == {
        "sew-2031": 10,
        "thr-2031": 17,
        "thr-2032": 10,
    }
    assert {quad for part in parts.values() for quad in part} == set(quads)
    source = source_of(path, "text/turtle")
    found = mapped(quads, MAPPINGS["dblp"], source, Loss("some.ttl"), options(tmp_path))
    assert {one.programme.removeprefix(OURS): labels(one, "paper/") for one in found}.keys() == {
        "sew-2031",
        "thr-2031",
        "thr-2032",
    }
    assert [labels(one, "person") for one in found] == [
        ["Bo Li"],
        ["Ana Ruiz"],
        ["Ana Ruiz", "Bo Li"],
    ]
    (one,) = mapped(
        quads, MAPPINGS["dblp"], source, Loss("some.ttl"), options(tmp_path, slug="all-2031")
    )
    assert one.programme == OURS + "all-2031"


def test_a_graph_of_other_records_is_not_divided() -> None:
    text = "<u:a> a <https://dblp.org/rdf/schema#Inproceedings> ."
    quads = list(ox.parse(text.encode(), ox.RdfFormat.TURTLE))
    assert partition(quads, programme_of) == {"": quads}


@pytest.mark.parametrize("name", ["conference-ontology", "schema", "dblp"])
def test_reading_twice_gives_the_same_bytes(tmp_path: Path, name: str) -> None:
    path = DATA / f"{name}-2031.ttl"
    source = source_of(path, "text/turtle")
    read: list[list[bytes]] = []
    for _ in range(2):
        quads = ox.parse(path.read_bytes(), ox.RdfFormat.TURTLE, base_iri="http://source.example/")
        made = mapped(quads, MAPPINGS[name], source, Loss(path.name), options(tmp_path))
        read.append([Path(str(one.graphs[0].source)).read_bytes() for one in made])
    assert read[0] == read[1]
