"""The findings of a validation: which node breaks which rule, and where its source says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

import rdflib
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, FOAF, ORG, PROV, RDF, RDFS, SH, SKOS
from rdflib.term import Node

from .namespaces import PREFIXES, SYM

__all__ = ["Finding", "Severity", "SourceLines", "read_findings"]

_SYM: Final = rdflib.Namespace(SYM)
_NAMES: Final = (RDFS.label, SKOS.prefLabel, DCTERMS.title, FOAF.name)
_PARENTS: Final = (_SYM.of, _SYM.about, _SYM.presents, _SYM.at, ORG.member, _SYM.partOf)
_RANGE: Final = re.compile(r"#line=(\d{1,9}),(\d{1,9})$")
_IRI: Final = re.compile(r"https?://[^\s<>\"{}|\\^`]*[^\s<>\"{}|\\^`.,;:]")
_OPERATORS: Final = {
    SH.inversePath: "^{}",
    SH.zeroOrMorePath: "{}*",
    SH.oneOrMorePath: "{}+",
    SH.zeroOrOnePath: "{}?",
}


class Severity(StrEnum):
    """How much a finding matters, see https://www.w3.org/TR/shacl/#severity."""

    VIOLATION = "Violation"
    WARNING = "Warning"
    INFO = "Info"


class SourceLines(NamedTuple):
    """Lines of a source, counted from 1."""

    source: str
    first: int
    last: int

    def __str__(self) -> str:
        lines = f"line {self.first}"
        return lines if self.last == self.first else f"lines {self.first} to {self.last}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of a validation.

    :param focus: IRI of the node that was looked at, or `_:` and the name of a blank node.
    :param label: what that node is called, None where the data does not say.
    :param path: property path of the rule as SPARQL writes it, None for a rule about the node.
    :param value: the value that breaks the rule, None where it is a missing one.
    :param message: what is wrong or missing, in a sentence.
    :param shape: IRI of the shape that says so.
    :param component: local name of the constraint component ("MinCountConstraintComponent").
    :param lines: lines of the source from which the node, or what it belongs to, was read.
    """

    severity: Severity
    focus: str
    label: str | None
    path: str | None
    value: str | None
    message: str
    shape: str
    component: str
    lines: SourceLines | None = None

    def __str__(self) -> str:
        name = f"'{self.label}' ({self.focus})" if self.label else self.focus
        value = f" Found: {self.value}." if self.value not in (None, self.focus) else ""
        lines = f" Source: {self.lines}." if self.lines else ""
        return f"{name}: {self.message}{value}{lines}"

    def to_dict(self) -> dict[str, Any]:
        """The finding as values of JSON."""
        lines = self.lines._asdict() if self.lines else None
        return {**asdict(self), "severity": self.severity.value, "lines": lines}


def read_findings(
    report: rdflib.Graph, data: rdflib.Graph, shapes: rdflib.Graph
) -> tuple[Finding, ...]:
    """Read the results of a report.

    :param report: a graph with a `sh:ValidationReport`.
    :param data: the graph that was validated; it gives labels and lines.
    :param shapes: the shapes that were used; they give the paths.
    :return: violations, warnings, infos, each sorted by focus node and shape; equal ones once.
    """
    found = {_finding(node, report, data, shapes) for node in report.objects(None, SH.result)}
    order = list(Severity)
    return tuple(
        sorted(
            found,
            key=lambda f: (order.index(f.severity), f.focus, f.shape, f.component, f.value or ""),
        )
    )


def _finding(node: Node, report: rdflib.Graph, data: rdflib.Graph, shapes: rdflib.Graph) -> Finding:
    result = dict(report.predicate_objects(node))
    focus, shape = result[SH.focusNode], result[SH.sourceShape]
    path = shapes.value(shape, SH.path)
    value = result.get(SH.value)
    return Finding(
        severity=_severity(result[SH.resultSeverity]),
        focus=_text(focus),
        label=_label(focus, data),
        path=None if path is None else write_path(path, shapes),
        value=None if value is None else _text(value),
        message=_message(result.get(SH.resultMessage), shape, data, shapes),
        shape=_text(shape),
        component=_local(result[SH.sourceConstraintComponent]),
        lines=_lines(focus, data),
    )


def _message(message: Node | None, shape: Node, data: rdflib.Graph, shapes: rdflib.Graph) -> str:
    """Write labels for the IRIs that a SPARQL constraint has put into its message."""
    if message is None:
        return f"This breaks {_text(shape)}."
    if (shape, SH.sparql, None) not in shapes:
        return str(message)

    def name(match: re.Match[str]) -> str:
        label = _label(rdflib.URIRef(match[0]), data)
        return f"'{label}'" if label else match[0]

    return _IRI.sub(name, str(message))


def _label(node: Node, data: rdflib.Graph) -> str | None:
    for name in _NAMES:
        labels = sorted(str(label) for label in data.objects(node, name))
        if labels:
            return labels[0]
    return None


def _lines(node: Node, data: rdflib.Graph) -> SourceLines | None:
    """Find the lines of a node, else of what it is a part of or speaks about."""
    seen = {node}
    queue = [node]
    for current in queue:
        ranges = sorted(filter(None, map(_range, data.objects(current, PROV.wasQuotedFrom))))
        if ranges:
            return ranges[0]
        parents = (p for link in _PARENTS for p in data.objects(current, link) if p not in seen)
        for parent in parents:
            seen.add(parent)
            queue.append(parent)
    return None


def _range(place: Node) -> SourceLines | None:
    match = _RANGE.search(str(place))
    if match is None:
        return None
    return SourceLines(str(place)[: match.start()], int(match[1]) + 1, int(match[2]))


def write_path(path: Node, shapes: rdflib.Graph) -> str:
    """Write a path of SHACL as SPARQL does, see https://www.w3.org/TR/shacl/#property-paths."""
    if isinstance(path, rdflib.URIRef):
        return _short(path)
    if (path, RDF.first, None) in shapes:
        return "/".join(_parts(path, shapes))
    alternatives = shapes.value(path, SH.alternativePath)
    if alternatives is not None:
        return f"({'|'.join(_parts(alternatives, shapes))})"
    for operator, pattern in _OPERATORS.items():
        inner = shapes.value(path, operator)
        if inner is not None:
            return pattern.format(write_path(inner, shapes))
    raise ValueError(f"{path} is no property path.")


def _parts(head: Node, shapes: rdflib.Graph) -> Iterator[str]:
    return (write_path(part, shapes) for part in Collection(shapes, head))


def _short(iri: rdflib.URIRef) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return f"<{iri}>"


def _severity(iri: Node) -> Severity:
    """The severity of a result; one that a shape made for itself counts as a violation."""
    known = {str(SH[severity]): severity for severity in Severity}
    return known.get(str(iri), Severity.VIOLATION)


def _local(iri: Node) -> str:
    return str(iri).rpartition("#")[2]


def _text(node: Node) -> str:
    return f"_:{node}" if isinstance(node, rdflib.BNode) else str(node)
