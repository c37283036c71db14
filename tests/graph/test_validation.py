"""Validation: what a report tells of the shipped graphs, and of graphs that break a rule."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.namespace import RDF, RDFS, SH
from symposia.graph.dataset import NamedGraph, shipped
from symposia.graph.errors import RdfSyntaxError, ShapeError
from symposia.graph.findings import Finding, Severity, SourceLines, write_path
from symposia.graph.namespaces import BASE, PREFIXES, SYM
from symposia.graph.terms import to_rdflib
from symposia.graph.validation import Report, flatten, validate

P = BASE + "small-2030/"
SHAPES = BASE + "shapes#"
HEADER = "".join(f"@prefix {p}: <{n}> .\n" for p, n in PREFIXES.items()) + f"@base <{P}> .\n"
PROGRAMME = """
<> a sym:Conference , sym:Event ; rdfs:label "Small"@en ;
    schema:startDate "2030-05-06"^^xsd:date ; schema:location <place/mill> .
<place/mill> a schema:Place ; rdfs:label "Mill"@en .
<session/one> a sym:Session ; rdfs:label "One"@en ; sym:partOf <> ; sym:position 1 ;
    schema:startDate "2030-05-06T09:00:00Z"^^xsd:dateTime ;
    schema:endDate "2030-05-06T10:00:00Z"^^xsd:dateTime ;
    prov:wasQuotedFrom <source/page#line=6,9> .
"""
NO_END = """
<session/two> a sym:Session ; rdfs:label "Two"@en ; sym:partOf <> ; sym:position 2 ;
    schema:startDate "2030-05-06T10:00:00Z"^^xsd:dateTime ;
    prov:wasQuotedFrom <source/page#line=12,13> , <source/page#line=20,21> .
"""
TWO_DAYS = """
<session/two> a sym:Session ; rdfs:label "Two"@en ; sym:partOf <> ; sym:position 2 ;
    schema:startDate "2030-05-05T10:00:00Z"^^xsd:dateTime ;
    schema:endDate "2030-05-06T10:00:00Z"^^xsd:dateTime .
"""


def quads(*parts: str) -> list[ox.Quad]:
    return list(ox.parse((HEADER + "".join(parts)).encode(), ox.RdfFormat.TURTLE))


def graph(*parts: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=HEADER + "".join(parts), format="turtle")


@pytest.fixture(scope="module")
def report() -> Report:
    """The report on the shipped graphs."""
    return validate(*shipped())


def test_shipped_graphs_conform(report: Report) -> None:
    assert [str(finding) for finding in report.violations] == []
    assert report.conforms
    assert report.notes == ()


def test_shipped_graphs_have_the_true_warnings(report: Report) -> None:
    found = Counter(finding.shape.removeprefix(SHAPES) for finding in report.warnings)
    people = found.pop("Person-affiliation-given")
    assert found == {
        "EventRole-holder-given": 7,
        "Paper-creator-given": 5,
        "PaperSession-chair-given": 1,
        "Talk-title-given": 1,
    }
    data = to_rdflib(t for g in shipped() for t in ox.parse(path=str(g.source)))
    everyone = set(data.subjects(RDF.type, rdflib.URIRef(PREFIXES["foaf"] + "Person")))
    placed = set(data.subjects(rdflib.URIRef(PREFIXES["schema"] + "affiliation"), None))
    assert people == len(everyone - placed)


def test_shipped_graphs_warn_about_the_right_things(report: Report) -> None:
    by_shape: dict[str, set[str]] = {}
    for finding in report.warnings:
        focus = finding.focus.removeprefix(BASE + "tinyml-2023/")
        by_shape.setdefault(finding.shape.removeprefix(SHAPES), set()).add(focus)
    assert by_shape["Talk-title-given"] == {"talk/keynote"}
    assert by_shape["PaperSession-chair-given"] == {"session/tinyml-applications-and-systems"}
    assert by_shape["EventRole-holder-given"] == {
        "role/general-co-chair-1",
        "role/general-co-chair-2",
        "role/program-co-chair-1",
        "role/program-co-chair-2",
        "role/publications-chair-1",
        "role/publicity-chair-1",
        "role/steering-committee-member-1",
    }


def test_lost_role_names_its_lines(report: Report) -> None:
    lost = f"{BASE}tinyml-2023/role/general-co-chair-1"
    finding = next(finding for finding in report.warnings if finding.focus == lost)
    assert finding.lines == SourceLines(f"{BASE}tinyml-2023/source/programme-page", 313, 315)


def test_report_is_a_graph(report: Report) -> None:
    (node,) = report.graph.subjects(RDF.type, SH.ValidationReport)
    results = set(report.graph.objects(node, SH.result))
    assert len(results) == len(report.findings)


def test_report_is_json(report: Report) -> None:
    values = json.loads(json.dumps(report.to_dict()))
    assert values["conforms"] is True
    assert values["violations"] == 0
    assert values["warnings"] == len(values["findings"]) == len(report.warnings)


def test_missing_end_is_a_warning() -> None:
    report = validate(quads(PROGRAMME, NO_END))
    assert report.conforms
    assert report.findings == (
        Finding(
            severity=Severity.WARNING,
            focus=P + "session/two",
            label="Two",
            path="schema:endDate",
            value=None,
            message="The session has no end (schema:endDate).",
            shape=SHAPES + "Session-end-given",
            component="MinCountConstraintComponent",
            lines=SourceLines(P + "source/page", 13, 13),
        ),
    )
    assert report.to_dict() == {
        "conforms": True,
        "violations": 0,
        "warnings": 1,
        "notes": 0,
        "findings": [
            {
                "severity": "Warning",
                "focus": P + "session/two",
                "label": "Two",
                "path": "schema:endDate",
                "value": None,
                "message": "The session has no end (schema:endDate).",
                "shape": SHAPES + "Session-end-given",
                "component": "MinCountConstraintComponent",
                "lines": {"source": P + "source/page", "first": 13, "last": 13},
            }
        ],
    }


def test_session_on_another_day_is_a_violation() -> None:
    report = validate(quads(PROGRAMME, TWO_DAYS))
    assert not report.conforms
    assert report.warnings == ()
    (finding,) = report.violations
    assert finding.path == "schema:startDate"
    assert finding.value == "2030-05-05T10:00:00Z"
    assert "begin on a day of the conference, but at 2030-05-05T10:00:00Z" in finding.message
    assert finding.lines is None


def test_violations_come_first_and_findings_are_sorted() -> None:
    report = validate(quads(PROGRAMME, NO_END.replace('"Two"@en', '" Two"@en')))
    assert [finding.severity for finding in report.findings] == ["Violation", "Warning"]
    again = validate(quads(PROGRAMME, NO_END.replace('"Two"@en', '" Two"@en')))
    assert report.findings == again.findings


def test_message_names_things_by_their_label() -> None:
    report = validate(quads(PROGRAMME, NO_END.replace("partOf <>", "partOf <session/one>")))
    messages = [finding.message for finding in report.findings]
    assert "The session has no end (schema:endDate)." in messages
    talk = NO_END + "<session/two> schema:endDate '2030-05-06T11:00:00Z'^^xsd:dateTime ."
    report = validate(quads(PROGRAMME, talk.replace("partOf <>", "partOf <session/one>")))
    assert [finding.message for finding in report.violations] == [
        "This begins before or ends after the session that it is part of, 'One'.",
        "A part of this event has position 2, but none has the position before it.",
    ][::-1]


def test_lines_of_what_a_node_belongs_to() -> None:
    talk = '<talk/x> a sym:Talk ; rdfs:label "X"@en ; sym:partOf <session/one> ; sym:position 1 .'
    report = validate(quads(PROGRAMME, talk))
    assert {finding.shape.removeprefix(SHAPES) for finding in report.warnings} == {
        "Talk-presenter-given",
        "Talk-title-given",
    }
    assert {finding.lines for finding in report.warnings} == {SourceLines(P + "source/page", 7, 9)}


@pytest.mark.parametrize(
    ("lines", "text"),
    [(SourceLines("x", 7, 7), "line 7"), (SourceLines("x", 7, 9), "lines 7 to 9")],
)
def test_lines_are_words(lines: SourceLines, text: str) -> None:
    assert str(lines) == text


def test_finding_is_a_sentence() -> None:
    (finding,) = validate(quads(PROGRAMME, NO_END)).findings
    assert str(finding) == (
        f"'Two' ({P}session/two): The session has no end (schema:endDate). Source: line 13."
    )
    assert str(replace(finding, label=None, lines=None, value="7")) == (
        f"{P}session/two: The session has no end (schema:endDate). Found: 7."
    )


@pytest.mark.parametrize("kind", ["quads", "rdflib", "dataset", "named", "file", "two"])
def test_every_kind_of_data_gives_the_same_findings(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "small.ttl"
    file.write_text(HEADER + PROGRAMME + NO_END)
    dataset = rdflib.Dataset()
    dataset.graph(rdflib.URIRef(P + "graph/x")).parse(file)
    data = {
        "quads": [quads(PROGRAMME, NO_END)],
        "rdflib": [graph(PROGRAMME, NO_END)],
        "dataset": [dataset],
        "named": [NamedGraph(P + "graph/x", graph(PROGRAMME, NO_END), "X")],
        "file": [NamedGraph(P + "graph/x", file, "X")],
        "two": [iter(quads(PROGRAMME)), graph(NO_END)],
    }[kind]
    assert validate(*data).findings == validate(quads(PROGRAMME, NO_END)).findings


def test_a_string_is_a_string_whether_typed_or_plain() -> None:
    person = """
    <role/x> a sym:EventRole ; rdfs:label "X"@en ; sym:role sym:PublicityChair ; sym:at <> ;
        sym:holder <person/x> .
    <person/x> a foaf:Person ; rdfs:label "X" ; foaf:name "Ada Brook"^^xsd:string .
    """
    report = validate(graph(PROGRAMME, person))
    assert [finding.shape.removeprefix(SHAPES) for finding in report.findings] == [
        "Person-affiliation-given"
    ]


def test_data_is_not_changed() -> None:
    data = graph(PROGRAMME, NO_END)
    before = set(data)
    validate(data)
    assert set(data) == before


def test_vocabularies_take_part_only_if_asked() -> None:
    role = """
    <role/x> a sym:EventRole ; rdfs:label "X"@en ; sym:role sym:PublicityChair ; sym:at <> .
    """
    assert validate(quads(PROGRAMME, role)).conforms
    assert not validate(quads(PROGRAMME, role), vocabularies=False).conforms


def test_nothing_to_validate() -> None:
    assert validate(vocabularies=False).findings == ()
    assert validate().findings == ()


def test_broken_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "broken.ttl"
    file.write_text("<x> a ")
    with pytest.raises(RdfSyntaxError, match=r"broken\.ttl"):
        validate(NamedGraph(P + "graph/x", file, "X"))


def test_validation_is_silent(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    validate(quads(PROGRAMME, TWO_DAYS))
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []


def test_blank_nodes_are_named() -> None:
    report = validate(graph('[] a sym:System ; rdfs:label "Two  spaces"@en .'))
    assert {finding.focus[:2] for finding in report.findings} == {"_:"}
    assert report.violations[0].value == "Two  spaces"


@pytest.mark.parametrize(
    "text",
    [
        "http://[ \\u0000 {?value} ' <script>" + "a" * 100_000,
        *(
            piece * 100_000 + "  "
            for piece in ("<a", "&a", "$a", "a- ", ", ", "http://.", "AB", "\t")
        ),
    ],
    ids=lambda text: repr(text[:8]),
)
def test_hostile_text_is_only_text(text: str) -> None:
    """No text takes a rule's pattern long, and none is mistaken for a part of a message."""
    node = f"<session/two> a sym:Session ; rdfs:label {json.dumps(text)}@en ; sym:partOf <> ."
    findings = validate(quads(PROGRAMME, node), vocabularies=False).violations
    assert [finding.value for finding in findings] == [text]


@pytest.mark.parametrize(
    ("path", "value", "rules"),
    [
        ("schema:startDate", '"tomorrow"^^xsd:dateTime', {"startDate", "startDate-offset"}),
        ("schema:startDate", '"2030-02-31T10:00:00Z"^^xsd:dateTime', {"startDate"}),
        ("sym:position", '"second"^^xsd:integer', {"position"}),
        ("sym:partOf", '"the conference"', {"Session-partOf"}),
        ("schema:location", "[ a schema:Place ; rdfs:label 'Hut' ]", set()),
    ],
)
def test_values_that_are_none_are_findings(path: str, value: str, rules: set[str]) -> None:
    node = f'<session/x> a sym:Session ; rdfs:label "X"@en ; {path} {value} .'
    found = {f.shape.removeprefix(SHAPES) for f in validate(quads(PROGRAMME, node)).findings}
    usual = {"Session-start-given", "Session-end-given", "Session-partOf", "position-given"}
    assert found - usual == rules - usual
    assert rules & usual <= found


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(-1, 6), min_size=1, max_size=6))
def test_positions_are_an_order_without_gaps_or_repeats(positions: list[int]) -> None:
    sessions = [
        f'<session/s{i}> a sym:Session ; rdfs:label "S{i}"@en ; sym:position {position} ;'
        f" sym:partOf <> .\n"
        for i, position in enumerate(positions)
    ]
    conference = '<> a sym:Conference , sym:Event ; rdfs:label "Small"@en .\n'
    report = validate(quads(conference, *sessions), vocabularies=False)
    assert report.conforms == (sorted(positions) == [*range(1, len(positions) + 1)])


OTHER = """
@prefix ex: <http://example.org/> .
ex:Shape a sh:NodeShape ; sh:targetClass ex:A ; sh:property ex:Name , ex:Kind .
ex:Name a sh:PropertyShape ; sh:path ( [ sh:inversePath ex:p ] [ sh:alternativePath ( ex:q
    [ sh:zeroOrMorePath ex:r ] [ sh:oneOrMorePath ex:r ] [ sh:zeroOrOnePath rdfs:label ] ) ] ) ;
    sh:minCount 9 .
ex:Kind a sh:PropertyShape ; sh:path rdf:type ; sh:sparql ex:Query .
ex:Query sh:select "SELECT $this WHERE { FILTER (isIRI($this)) }" .
ex:Deactivated a sh:NodeShape ; sh:deactivated true ; sh:targetClass ex:A ; sh:property ex:Never .
ex:Never a sh:PropertyShape ; sh:path ex:never ; sh:minCount 1 .
"""


def test_other_shapes_can_be_used() -> None:
    ex = "<http://example.org/"
    data = graph(f"{ex}a> a {ex}A> .")
    report = validate(data, shapes=graph(OTHER), vocabularies=False)
    assert "This breaks http://example.org/Kind." in {f.message for f in report.findings}
    assert [(finding.shape[-4:], finding.path) for finding in report.findings] == [
        ("Kind", "rdf:type"),
        (
            "Name",
            f"^{ex}p>/({ex}q>|{ex}r>*|{ex}r>+|rdfs:label?)",
        ),
    ]


def test_shapes_that_are_none_are_refused() -> None:
    shapes = graph("<x> a sh:NodeShape ; sh:targetClass sym:Session ; sh:property <missing> .")
    with pytest.raises(ShapeError, match="The shapes cannot be used"):
        validate(quads(PROGRAMME), shapes=shapes)


def test_path_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no property path"):
        write_path(rdflib.BNode(), rdflib.Graph())


def test_flat_shapes_have_no_properties_but_their_targets() -> None:
    shapes = graph(
        """
        <A> a sh:NodeShape ; sh:targetClass sym:Talk , sym:Paper ; sh:property <p> .
        <B> a sh:NodeShape ; sh:targetSubjectsOf sym:of ; sh:property <p> , <q> ; sh:not <C> .
        <C> a sh:NodeShape ; sh:property <q> .
        <p> sh:path rdfs:label . <q> sh:path rdf:type .
        """
    )
    sym = rdflib.Namespace(SYM)
    p, q, c = (rdflib.URIRef(P + name) for name in "pqC")
    flat = flatten(shapes)
    assert set(flat.objects(p, SH.targetClass)) == {sym.Talk, sym.Paper}
    assert set(flat.objects(p, SH.targetSubjectsOf)) == {sym["of"]}
    assert set(flat.predicate_objects(q)) == {
        (SH.path, RDF.type),
        (SH.targetSubjectsOf, sym["of"]),
    }
    assert set(flat.subject_objects(SH.property)) == {(c, q)}
    assert (p, SH.path, RDFS.label) in flat
