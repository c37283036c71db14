"""The W3C suite of SHACL, core and SPARQL, through our validation."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import rdflib
from rdflib.collection import Collection
from rdflib.namespace import RDF, SH
from symposia.graph.validation import validate

from .known import KNOWN, Verdict
from .manifests import MF, SUITES, Case

TESTS = SUITES / "shacl" / "data-shapes-test-suite" / "tests"
HOME = "https://w3c.github.io/data-shapes/data-shapes-test-suite/tests/"
SHT = rdflib.Namespace("http://www.w3.org/ns/shacl-test#")


def read(path: Path) -> rdflib.Graph:
    """A file of the suite as a graph."""
    return rdflib.Graph().parse(path, publicID=HOME + path.relative_to(TESTS).as_posix())


def cases() -> list[Case]:
    """The tests of the manifests."""
    found: list[Case] = []
    for path in sorted(TESTS.glob("*/*/*.ttl")):
        if path.name == "manifest.ttl" or path.stem.endswith(("-data", "-shapes")):
            continue
        graph = read(path)
        for node in sorted(graph.subjects(RDF.type, SHT.Validate)):
            name = f"shacl/{path.parent.relative_to(TESTS)}/{str(node).rpartition('/')[2]}"
            found.append(Case(name, str(node), "Validate", name, path, graph=graph, node=node))
    return found


def results(graph: rdflib.Graph, report: Any) -> Counter[tuple[Any, ...]]:
    """The results of a report; blank nodes are only known to be such."""
    return Counter(
        (
            told(graph.value(each, SH.focusNode)),
            path_of(graph, graph.value(each, SH.resultPath)),
            graph.value(each, SH.sourceConstraintComponent),
            graph.value(each, SH.resultSeverity),
            told(graph.value(each, SH.value)),
        )
        for each in graph.objects(report, SH.result)
    )


def told(node: Any) -> Any:
    """A term; a blank node as a mark."""
    return "_:" if isinstance(node, rdflib.BNode) else node


def path_of(graph: rdflib.Graph, node: Any) -> Any:
    """A property path, written out."""
    if not isinstance(node, rdflib.BNode):
        return node
    if (node, RDF.first, None) in graph:
        return tuple(path_of(graph, each) for each in Collection(graph, node))
    return tuple(sorted((p, path_of(graph, o)) for p, o in graph.predicate_objects(node)))


def problem(case: Case) -> str:
    """What is wrong with the report of a case; empty when nothing is."""
    graph = case.graph
    action, wanted = graph.value(case.node, MF.action), graph.value(case.node, MF.result)
    assert case.text is not None
    home = HOME + case.text.relative_to(TESTS).as_posix()
    data, shapes = (
        graph if str(iri) == home else read(TESTS / str(iri).removeprefix(HOME))
        for iri in (graph.value(action, SHT.dataGraph), graph.value(action, SHT.shapesGraph))
    )
    try:
        report = validate(data, vocabularies=False, shapes=shapes).graph
    except Exception as error:  # noqa: BLE001 - the validator raises plain ones of its own
        return "" if wanted == SHT.Failure else f"failed: {error}"
    if wanted == SHT.Failure:
        return "does not fail"
    found = results(report, report.value(predicate=RDF.type, object=SH.ValidationReport))
    expected = results(graph, wanted)
    if found == expected:
        return ""
    return f"reports {found - expected} too much and {expected - found} too little"


@pytest.mark.parametrize("case", cases(), ids=str)
def test_shacl(case: Case, verdict: Verdict) -> None:
    found = problem(case)
    verdict(case, found)
    if case.name in KNOWN:
        assert found, f"{case.name} passes now; take it out of known_failures.toml"
    else:
        assert found == ""
