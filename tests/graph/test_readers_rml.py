"""Reading tables, JSON and XML by a mapping that the user gives."""

import os
import shutil
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from symposia.graph.errors import RdfSyntaxError, SourceError
from symposia.graph.loss import Loss, Refusal
from symposia.graph.readers import rml_engine
from symposia.graph.readers.rml_engine import ENGINE
from symposia.graph.reading import Reading, ReadOptions, find_reader
from symposia.graph.validation import validate

ROOT = Path(__file__).parents[2]
PYTHON = Path(os.environ.get(ENGINE, "") or Path(sys.prefix) / "rml" / "bin" / "python")
installed = pytest.mark.skipif(not PYTHON.is_file(), reason=f"morph-kgc is not installed: {PYTHON}")

TABLE = "id,title,home,note\n1,A Title,https://example.org/1,x\n2,nan,nowhere,\n,No Number,,y\n"
YARRRML = """
prefixes:
  sym: https://w3id.org/symposia/ontology#
  rdfs: http://www.w3.org/2000/01/rdf-schema#
mappings:
  event:
    sources: [[t.csv~csv]]
    s: https://example.org/x-2024
    po: [[a, sym:Conference], [rdfs:label, X 2024, en~lang]]
  paper:
    sources: [[t.csv~csv]]
    s: https://example.org/x-2024/paper/$(id)
    po: [[a, sym:Paper], [rdfs:label, $(title)], [rdfs:seeAlso, $(home)~iri]]
"""
RML = """
@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
@prefix sym: <https://w3id.org/symposia/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<#event> rml:logicalSource [ rml:source "t.csv" ; rml:referenceFormulation ql:CSV ] ;
  rr:subject <https://example.org/x-2024> ;
  rr:predicateObjectMap [ rr:predicate a ; rr:object sym:Conference ] ;
  rr:predicateObjectMap [ rr:predicate rdfs:label ; rr:object "X 2024"@en ] .
<#paper> a rr:TriplesMap ; rdfs:label "Papers" ;
  rml:logicalSource [ rml:source "t.csv" ; rml:referenceFormulation ql:CSV ] ;
  rr:subjectMap [ rr:template "https://example.org/x-2024/paper/{id}" ; rr:class sym:Paper ] ;
  rr:predicateObjectMap [ rr:predicate rdfs:label ; rr:objectMap [ rml:reference "title" ] ] ;
  rr:predicateObjectMap [ rr:predicate rdfs:seeAlso ;
    rr:objectMap [ rml:reference "home" ; rr:termType rr:IRI ] ] .
""".replace("rr:predicate a ;", "rr:predicate <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ;")
GRAPH = """
@prefix sym: <https://w3id.org/symposia/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://example.org/x-2024> a sym:Conference ; rdfs:label "X 2024"@en .
<https://example.org/x-2024/paper/1> a sym:Paper ; rdfs:label "A Title" ;
    rdfs:seeAlso <https://example.org/1> .
<https://example.org/x-2024/paper/2> a sym:Paper ; rdfs:label "nan" .
"""


def read(path: Path, out: Path) -> Reading:
    reader = find_reader(path)
    assert reader.name == "rml"
    (reading,) = reader.read(path, options=ReadOptions(out))
    return reading


def said(reading: Reading) -> set[ox.Triple]:
    """The triples of a programme, without what says where they come from."""
    source = reading.graphs[0].source
    assert isinstance(source, Path)
    return {
        quad.triple
        for quad in ox.parse(source.read_bytes(), ox.RdfFormat.N_TRIPLES)
        if not any(each in str(quad.subject) for each in ("/source/", "/activity/", "/graph/"))
    }


def counts(loss: Loss) -> dict[str, tuple[int, int, int]]:
    return {row.name: (row.mapped, row.kept, row.refused) for row in loss.rows()}


def written(folder: Path, mapping: str, name: str = "m.yml", table: str = TABLE) -> Path:
    (folder / "t.csv").write_text(table, "utf-8")
    (folder / name).write_text(mapping, "utf-8")
    return folder / name


@installed
@pytest.mark.parametrize(("name", "mapping"), [("m.yml", YARRRML), ("m.rml.ttl", RML)])
def test_a_table_becomes_a_programme(tmp_path: Path, name: str, mapping: str) -> None:
    out = tmp_path / "out"
    out.mkdir()
    reading = read(written(tmp_path, mapping, name), out)
    assert reading.programme == "https://example.org/x-2024"
    assert [graph.iri for graph in reading.graphs] == ["https://example.org/x-2024/graph/programme"]
    assert said(reading) == {quad.triple for quad in ox.parse(GRAPH, ox.RdfFormat.TURTLE)}
    assert [source.name for source in reading.sources] == [name, "t.csv"]
    assert [each.name for each in out.iterdir()] == [Path(str(reading.graphs[0].source)).name]
    assert counts(reading.loss) == {
        "t.csv/(row)": (0, 0, 1),
        "t.csv/id": (2, 0, 0),
        "t.csv/title": (2, 0, 0),
        "t.csv/home": (1, 0, 1),
        "t.csv/note": (0, 1, 0),
    }
    assert reading.loss.refusals == [
        Refusal("t.csv, line 3, home", "nowhere", "It is no IRI."),
        Refusal("t.csv, line 4", "No Number", "The row makes no statement without id."),
    ]


@installed
def test_the_example_is_valid(tmp_path: Path) -> None:
    folder = tmp_path / "workshop"
    shutil.copytree(ROOT / "docs" / "examples" / "workshop", folder)
    reading = read(folder / "papers.yarrrml.yml", tmp_path)
    assert reading.programme == "https://w3id.org/symposia/ice-and-light-2024"
    assert validate(reading.graphs[0]).violations == ()
    kinds = [str(each.object) for each in said(reading) if each.predicate.value.endswith("#type")]
    assert (sum("#Paper>" in each for each in kinds), sum("Person" in each for each in kinds)) == (
        3,
        3,
    )
    assert [(each.place, each.why) for each in reading.loss.refusals] == [
        ("papers.csv, line 5", "The row makes no statement without id.")
    ]
    assert reading.loss.total.kept == 3  # the ratings


@installed
def test_a_vocabulary_that_is_mapped_is_mapped(tmp_path: Path) -> None:
    mapping = (
        RML.replace("sym: <https://w3id.org/symposia/ontology#>", "s: <https://schema.org/>")
        .replace("sym:Conference", "s:Event")
        .replace("rr:predicate rdfs:label", "rr:predicate s:name")
        .replace("sym:Paper", "s:ScholarlyArticle")
    )
    reading = read(written(tmp_path, mapping, "m.rml.ttl"), tmp_path)
    assert [graph.default for graph in reading.graphs] == [True, False]
    assert any("ontology#Conference>" in str(each) for each in said(reading))
    assert counts(reading.loss)["https://schema.org/name"] == (3, 0, 0)
    assert counts(reading.loss)["t.csv/title"] == (2, 0, 0)


@installed
@pytest.mark.parametrize(
    ("name", "formulation", "iterator", "path", "data"),
    [
        (
            "p.json", "JSONPath", "$.p[*]", "p.",
            '{"p": [{"id": "1", "title": "A \\"b\\" \\n", "@y": 2}]}',
        ),
        (
            "p.xml", "XPath", "/all/p", "all/p/",
            '<all><p y="2"><id>1</id><title>A "b" \n</title></p></all>',
        ),
    ],
)  # fmt: skip
def test_json_and_xml_are_read(
    tmp_path: Path, name: str, formulation: str, iterator: str, path: str, data: str
) -> None:
    found = f'ql:{formulation} ; rml:iterator "{iterator}"'
    mapping = RML.replace("t.csv", name).replace("ql:CSV", found)
    mapping = mapping.replace('"home" ; rr:termType rr:IRI', '"title"')
    (tmp_path / name).write_text(data, "utf-8")
    reading = read(written(tmp_path, mapping, "m.rml.ttl"), tmp_path)
    assert counts(reading.loss) == {
        f"{name}/{path}id": (1, 0, 0),
        f"{name}/{path}title": (1, 0, 0),
        f"{name}/{path}@y": (0, 1, 0),
    }
    assert ox.Literal('A "b" \n') in {each.object for each in said(reading)}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("mappings:\n", "mappings:\n\t- x\n", r"m\.yml:6:1: the file is no YAML"),
        (
            "[rdfs:label, $(title)]",
            "{p: rdfs:label, o: {function: x}}",
            "yml:13: .*uses 'function'",
        ),
        ("[[t.csv~csv]]", "{access: t.csv, query: SELECT 1}", "uses 'query'"),
        ("prefixes:\n", "prefixes: !!python/none\n", "the tag .* is refused"),
    ],
)
def test_what_is_wrong_in_yaml_is_told(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = written(tmp_path, YARRRML.replace(old, new))
    with pytest.raises(SourceError, match=message):
        find_reader(path, "rml").read(path, options=ReadOptions(tmp_path))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"t.csv" ;', '"t.csv"', r"m\.rml\.ttl:7:49: blank node"),
        ("rml:reference ", "rml:refrence ", "uses <.*rml#refrence>, which is not taken"),
        ('rml:source "t.csv"', "rml:source <https://e.org/t.csv>", "is no file"),
        ('rml:source "t.csv"', 'rr:tableName "t"', "tableName>, which is not taken"),
        ("ql:CSV", "ql:SQL", "cannot be read as SQL"),
        ("rr:subject <https://example.org/x-2024>", 'rdfs:comment ""', "one source and one subj"),
        ('[ rml:reference "title" ]', "[ rr:termType rr:BlankNode ]", "without a name"),
        ("https://example.org/x-2024/paper/{id}", "paper/{id}", "makes no IRI"),
        ("https://example.org/x-2024/paper/{id}", "{home}#{id}", "makes no IRI"),
        ('"title"', '"titel"', r"t\.csv:1: .*no column 'titel'; it has id, title, home, note"),
        ("t.csv", "u.csv", r"source 'u\.csv' is no file that is there"),
        ("t.csv", "../t.csv", r"source '\.\./t\.csv' is not beside the mapping"),
        ("t.csv", "/etc/passwd", "is not beside the mapping"),
        ("t.csv", "http://127.0.0.1/t.csv", "is not beside the mapping"),
        ("t.csv", "link.csv", "leads out of the mapping's folder"),
        ("CSV", "JSONPath", r"t\.csv:1: the file is no JSON: Expecting value"),
        ("CSV", "XPath", "XML with a DOCTYPE is refused"),
    ],
)
def test_what_is_wrong_in_turtle_is_told(tmp_path: Path, old: str, new: str, message: str) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "out.csv").write_text(TABLE, "utf-8")
    (folder / "link.csv").symlink_to(tmp_path / "out.csv")
    table = "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>" if new == "XPath" else TABLE
    path = written(folder, RML.replace(old, new), "m.rml.ttl", table)
    with pytest.raises(SourceError, match=message) as told:
        find_reader(path).read(path, options=ReadOptions(tmp_path))
    assert isinstance(told.value, RdfSyntaxError) == ("blank" in message)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["in", "out.csv"]


@installed
@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("sym:Conference", "sym:Event", "makes 0 things of the class sym:Conference"),
        ("https://w3id.org/symposia/ontology#", "https://example.org/v#", "no vocabulary that is"),
    ],
)
def test_what_a_mapping_must_make_is_told(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = written(tmp_path, RML.replace(old, new), "m.rml.ttl")
    with pytest.raises(SourceError, match=message):
        find_reader(path).read(path, options=ReadOptions(tmp_path))


JOIN = """
<#talk> rml:logicalSource [ rml:source "u.csv" ; rml:referenceFormulation ql:CSV ] ;
  rr:subjectMap [ rr:template "https://example.org/x-2024/talk/{no}" ; rr:class sym:Talk ] ;
  rr:predicateObjectMap [ rr:predicate sym:presents ; rr:objectMap [
    rr:parentTriplesMap <#paper> ; rr:joinCondition [ rr:child "named" ; rr:parent "note" ] ] ] .
"""


@installed
def test_rows_are_joined(tmp_path: Path) -> None:
    (tmp_path / "u.csv").write_text("no;named\n7;x\n8;none\n", "latin-1")
    reading = read(written(tmp_path, RML + JOIN, "m.rml.ttl"), tmp_path)
    joined = {str(each) for each in said(reading) if each.predicate.value.endswith("presents")}
    about = "https://example.org/x-2024"
    presents = "https://w3id.org/symposia/ontology#presents"
    assert joined == {f"<{about}/talk/7> <{presents}> <{about}/paper/1>"}
    assert counts(reading.loss)["t.csv/note"] == (1, 0, 0)
    assert counts(reading.loss)["u.csv/named"] == (2, 0, 0)


def test_where_the_engine_is_missing_it_is_told_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENGINE, str(tmp_path / "none"))
    path = written(tmp_path, YARRRML)
    with pytest.raises(SourceError, match="a mapping needs morph-kgc") as told:
        find_reader(path).read(path, options=ReadOptions(tmp_path))
    assert "pip install morph-kgc==" in told.value.hint


@installed
@pytest.mark.parametrize(
    ("limit", "value", "message"),
    [("_SECONDS", 0.01, r"in 0\.01 seconds"), ("_MEMORY", 8, "the mapping cannot be applied: ")],
)
def test_the_process_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: float, message: str
) -> None:
    monkeypatch.setattr(rml_engine, limit, value)
    path = written(tmp_path, RML, "m.rml.ttl")
    with pytest.raises(SourceError, match=message):
        find_reader(path).read(path, options=ReadOptions(tmp_path))


def test_other_yaml_is_no_mapping(tmp_path: Path) -> None:
    (tmp_path / "x.yml").write_text("mappings:\n  a: b\n", "utf-8")
    with pytest.raises(SourceError, match="nothing tells what format"):
        find_reader(tmp_path / "x.yml")
