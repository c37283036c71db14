"""The results of a validation, and the report that holds them as a graph."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import rdflib
from rdflib.namespace import RDF, SH
from rdflib.term import Node

__all__ = ["Result", "write_report"]


@dataclass(frozen=True, slots=True)
class Result:
    """One result of pySHACL, see https://www.w3.org/TR/shacl/#results-validation-result."""

    focus: Node
    shape: Node
    component: Node
    severity: Node
    path: Node | None
    value: Node | None
    constraint: Node | None
    messages: tuple[Node, ...]

    @classmethod
    def read(cls, result: tuple[str, Node, list[tuple[Node, Node, Any]]]) -> Result:
        """Read what pySHACL makes of a result; what it says in detail is left out.

        :param result: a text, the node of the result, and triples whose values are terms, or
            graphs and terms.
        """
        told: dict[Node, list[Node]] = {}
        for subject, predicate, value in result[2]:
            if subject == result[1]:
                term = value[1] if isinstance(value, tuple) else value
                told.setdefault(predicate, []).append(term)
        one = {predicate: values[0] for predicate, values in told.items()}
        return cls(
            one[SH.focusNode],
            one[SH.sourceShape],
            one[SH.sourceConstraintComponent],
            one[SH.resultSeverity],
            one.get(SH.resultPath),
            one.get(SH.value),
            one.get(SH.sourceConstraint),
            tuple(told.get(SH.resultMessage, ())),
        )


def write_report(results: Iterable[Result], shapes: rdflib.Graph) -> rdflib.Graph:
    """Write results as a graph, see https://www.w3.org/TR/shacl/#validation-report.

    :param shapes: the shapes that were used; they hold the paths.
    """
    graph = rdflib.Graph(bind_namespaces="none")
    report, conforms = rdflib.BNode(), True
    for result in results:
        conforms = False
        node = rdflib.BNode()
        graph.add((report, SH.result, node))
        graph.add((node, RDF.type, SH.ValidationResult))
        for predicate, value in (
            (SH.focusNode, result.focus),
            (SH.sourceShape, result.shape),
            (SH.sourceConstraintComponent, result.component),
            (SH.resultSeverity, result.severity),
            (SH.resultPath, result.path),
            (SH.value, result.value),
            (SH.sourceConstraint, result.constraint),
            *((SH.resultMessage, message) for message in result.messages),
        ):
            if value is not None:
                graph.add((node, predicate, value))
        if isinstance(result.path, rdflib.BNode):
            _copy(result.path, shapes, graph)
    graph.add((report, RDF.type, SH.ValidationReport))
    graph.add((report, SH.conforms, rdflib.Literal(conforms)))
    return graph


def _copy(node: rdflib.BNode, source: rdflib.Graph, target: rdflib.Graph) -> None:
    """Copy what a blank node says, and those that it leads to."""
    if (node, None, None) in target:
        return
    for triple in source.triples((node, None, None)):
        target.add(triple)
        if isinstance(triple[2], rdflib.BNode):
            _copy(triple[2], source, target)
