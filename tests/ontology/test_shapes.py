"""The shapes against their examples: every rule has one that breaks it and nothing else."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, RDFS, SH
from rdflib.term import Node
from symposia.graph.findings import Finding
from symposia.graph.namespaces import BASE
from symposia.graph.terms import to_rdflib
from symposia.graph.validation import validate

ONTOLOGY = Path(__file__).resolve().parents[2] / "ontology"
EXAMPLES = ONTOLOGY / "examples"
VALID = sorted((EXAMPLES / "valid").glob("*.ttl"))
INVALID = sorted((EXAMPLES / "invalid").glob("*.ttl"))
SHAPES = BASE + "shapes#"
TARGETS = (SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf)
SETTINGS = frozenset(
    {SH.path, SH.severity, SH.message, SH.flags, SH.property, RDF.type, RDFS.label, *TARGETS}
)


@dataclass(frozen=True)
class Broken:
    """What the header of an invalid example says that it breaks."""

    shape: str
    component: str
    focus: str
    severity: str

    @classmethod
    def read(cls, path: Path) -> Broken:
        """Read the header of an example."""
        found = dict(re.findall(r"^# (breaks|focus|severity): (.+)$", path.read_text(), re.M))
        shape, _, component = found["breaks"].removeprefix("shapes#").partition(" sh:")
        return cls(shape, component, found["focus"], found["severity"].removeprefix("sh:"))

    @classmethod
    def of(cls, finding: Finding) -> Broken:
        """What a finding says, with the focus node as the example writes it."""
        focus = re.sub(rf"^{BASE}case/[^/]+/[^/]+/", "", finding.focus)
        shape = finding.shape.removeprefix(SHAPES)
        return cls(shape, finding.component, focus, finding.severity.value)


def case(path: Path) -> str:
    return f"{BASE}case/{path.parent.name}/{path.stem}/"


def triples(path: Path, base: str = BASE) -> Iterator[ox.Quad]:
    """Read an example and the one that it adds to, under a base IRI of their own."""
    others = re.findall(r"^# with: (.+)$", path.read_text(), re.M)
    for file in [path, *(path.parent / other for other in others)]:
        text = file.read_text().replace(f"@base <{BASE}>", f"@base <{base}>")
        yield from ox.parse(text, ox.RdfFormat.TURTLE)


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    return to_rdflib(ox.parse((ONTOLOGY / "shapes.ttl").read_bytes(), ox.RdfFormat.TURTLE))


@pytest.fixture(scope="module")
def findings() -> dict[str, list[Finding]]:
    """The findings of each example; the examples share no node, so one validation tells all."""
    data = [triple for path in VALID + INVALID for triple in triples(path, case(path))]
    found = defaultdict(list)
    for finding in validate(data).findings:
        match = re.match(rf"{BASE}case/[^/]+/[^/]+/", finding.focus)
        found[match[0] if match else finding.focus].append(finding)
    return found


def constraints(shapes: rdflib.Graph) -> set[tuple[str, str]]:
    """All pairs of a shape and a constraint component that the shapes hold."""
    nodes = {shape for target in TARGETS for shape in shapes.subjects(target, None)}
    nodes |= {part for shape in nodes for part in shapes.objects(shape, SH.property)}
    return {
        (str(node).removeprefix(SHAPES), component(parameter))
        for node in nodes
        for parameter in shapes.predicates(node)
        if parameter not in SETTINGS
    }


def component(parameter: Node) -> str:
    """The constraint component of a parameter."""
    name = str(parameter).removeprefix(str(SH))
    known = {"sparql": "SPARQL"}
    return known.get(name, name[0].upper() + name[1:]) + "ConstraintComponent"


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_valid_example_breaks_nothing_and_lacks_nothing(
    path: Path, findings: dict[str, list[Finding]]
) -> None:
    assert findings.get(case(path), []) == []


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_invalid_example_breaks_what_it_says_and_nothing_else(
    path: Path, findings: dict[str, list[Finding]]
) -> None:
    assert [Broken.of(finding) for finding in findings[case(path)]] == [Broken.read(path)]


def test_examples_say_nothing_about_other_things(findings: dict[str, list[Finding]]) -> None:
    assert findings.keys() - {case(path) for path in VALID + INVALID} == set()


def test_every_constraint_has_an_invalid_example(shapes: rdflib.Graph) -> None:
    shown = {(broken.shape, broken.component) for broken in map(Broken.read, INVALID)}
    assert constraints(shapes) == shown


def test_every_shape_has_a_valid_example(shapes: rdflib.Graph) -> None:
    data = to_rdflib(triple for path in VALID for triple in triples(path))
    unused = set()
    for predicate in TARGETS:
        for shape, target in shapes.subject_objects(predicate):
            looked_at = {
                SH.targetClass: (None, RDF.type, target),
                SH.targetSubjectsOf: (None, target, None),
                SH.targetObjectsOf: (None, target, None),
            }[predicate]
            if looked_at not in data:
                unused.add((shape, target))
    assert unused == set()


def test_every_result_has_a_message_and_a_severity(shapes: rdflib.Graph) -> None:
    for name, _ in constraints(shapes):
        shape = rdflib.URIRef(SHAPES + name)
        assert shapes.value(shape, SH.severity, any=False) in {SH.Violation, SH.Warning, SH.Info}
        query = shapes.value(shape, SH.sparql, any=False)
        message = shapes.value(query or shape, SH.message, any=False)
        assert isinstance(message, rdflib.Literal)
        assert message.language == "en"
        assert re.fullmatch(r"[A-Z{].{15,}[.?]", message), message


def test_every_shape_has_a_name(shapes: rdflib.Graph) -> None:
    kinds = (SH.NodeShape, SH.PropertyShape, SH.SPARQLConstraint)
    named = {node for kind in kinds for node in shapes.subjects(RDF.type, kind)}
    helpers = {m for p in (SH["or"], SH["and"]) for m in members(shapes, p)}
    helpers |= {o for p in (SH["not"], SH.node, SH.property) for o in shapes.objects(None, p)}
    assert helpers <= named
    assert {node for node in named if not str(node).startswith(SHAPES)} == set()


def members(shapes: rdflib.Graph, predicate: Node) -> Iterator[Node]:
    for head in shapes.objects(None, predicate):
        yield from Collection(shapes, head)


def test_every_shape_is_used(shapes: rdflib.Graph) -> None:
    kinds = (SH.NodeShape, SH.PropertyShape, SH.SPARQLConstraint)
    named = {node for kind in kinds for node in shapes.subjects(RDF.type, kind)}
    used = {shape for target in TARGETS for shape in shapes.subjects(target, None)}
    for predicate in (SH["not"], SH.node, SH.property, SH.sparql):
        used |= {*shapes.objects(None, predicate)}
    assert named - used - {*members(shapes, SH["or"])} == set()


def test_shapes_are_well_formed(shapes: rdflib.Graph) -> None:
    """By the shapes of SHACL itself, see https://www.w3.org/TR/shacl/#shacl-shacl."""
    data = rdflib.Graph()
    conforms, _, text = pyshacl.validate(data, shacl_graph=shapes, meta_shacl=True)
    assert conforms, text


def test_shapes_infer_nothing(shapes: rdflib.Graph) -> None:
    assert set(shapes.objects(None, SH.rule)) == set()
    assert set(shapes.objects(None, OWL.imports)) == set()


def test_queries_bind_the_focus_node_in_every_branch(shapes: rdflib.Graph) -> None:
    """With `$this` free, the answer must hold those for all focus nodes."""
    for text in shapes.objects(None, SH.select):
        where = str(text).partition("WHERE {")[2].rpartition("}")[0]
        branches = re.sub(r"(FILTER NOT EXISTS|OPTIONAL) \{[^{}]*(\{[^{}]*\}[^{}]*)*\}", "", where)
        for branch in re.split(r"\bUNION\b", branches):
            assert re.search(r"\$this \^?(sym|schema|prov|skos):|sym:\w+ \$this", branch), text


def test_another_way_of_evaluation_finds_the_same(shapes: rdflib.Graph) -> None:
    """The shapes as they are written, by pySHACL alone with rdflib's queries."""
    names = ["busy-person-twice-sparql-chairs", "paper-authors-gap-sparql", "same-as-ror-or"]
    paths = [EXAMPLES / "invalid" / f"{name}.ttl" for name in names]
    data = to_rdflib(t for path in paths for t in triples(path))
    report = pyshacl.validate(data, shacl_graph=shapes)[1]
    assert isinstance(report, rdflib.Graph)
    expected = {
        (report.value(result, SH.focusNode), report.value(result, SH.sourceShape))
        for result in report.objects(None, SH.result)
    }
    found = {
        (rdflib.URIRef(finding.focus), rdflib.URIRef(finding.shape))
        for finding in validate(data, vocabularies=False).findings
    }
    assert found == expected
    assert len(found) > len(paths)  # the roles of the ontology are missing as well


@pytest.mark.parametrize(
    ("name", "shouts"),
    [
        ("Ada BROOK", True),
        ("Jörg MÜLLER", True),
        ("Ida IVES-ILIC", True),
        ("Ada ILIC", True),
        ("Ada IIDA", True),
        ("Ada IIIDA", True),
        ("Robert Smith III", False),
        ("Ada Li", False),
        ("Ada LI", False),
    ],
)
def test_capitals_of_a_name(shapes: rdflib.Graph, name: str, shouts: bool) -> None:
    """Two capitals may be initials, and III tells generations apart."""
    pattern = shapes.value(rdflib.URIRef(f"{SHAPES}Capitals"), SH.pattern)
    assert bool(re.search(str(pattern), name)) is shouts
