"""The findings of a validation: which node breaks which rule, and where its source says so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeAlias

import pyoxigraph as ox
import rdflib
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, FOAF, ORG, PROV, RDF, RDFS, SH, SKOS
from rdflib.term import Node

from .namespaces import PREFIXES, SYM
from .reports import Result
from .terms import to_term

__all__ = ["Finding", "Severity", "SourceLines", "find", "write_path"]

_SYM: Final = rdflib.Namespace(SYM)
_Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_QUOTED: Final = str(PROV.wasQuotedFrom)
_NAMES: Final = tuple(map(str, (RDFS.label, SKOS.prefLabel, DCTERMS.title, FOAF.name)))
_PARENTS: Final = tuple(
    map(str, (_SYM.of, _SYM.about, _SYM.presents, _SYM.at, ORG.member, _SYM.partOf))
)
_RANGE: Final = re.compile(r"#line=(\d{1,9}),(\d{1,9})$")
_IRI: Final = re.compile(r"https?://[^\s<>\"{}|\\^`]*[^\s<>\"{}|\\^`.,;:]")
_REMEMBERED: Final = 1 << 16
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


def find(results: Iterable[Result], engine: ox.Store, shapes: rdflib.Graph) -> tuple[Finding, ...]:
    """Tell what results find.

    :param engine: the store that was validated; it gives labels and lines.
    :param shapes: the shapes that were used; they give the paths.
    :return: violations, warnings, infos, each sorted by focus node and shape; equal ones once.
    """
    known = _Descriptions(engine)
    paths: dict[Node, str | None] = {}
    for result in results:
        if result.shape not in paths:
            path = shapes.value(result.shape, SH.path)
            paths[result.shape] = None if path is None else write_path(path, shapes)
    found = {_finding(each, paths[each.shape], known, shapes) for each in results}
    order = list(Severity)
    return tuple(
        sorted(
            found,
            key=lambda f: (order.index(f.severity), f.focus, f.shape, f.component, f.value or ""),
        )
    )


def _finding(
    result: Result, path: str | None, known: _Descriptions, shapes: rdflib.Graph
) -> Finding:
    return Finding(
        severity=_severity(result.severity),
        focus=_text(result.focus),
        label=known.label(result.focus),
        path=path,
        value=None if result.value is None else _text(result.value),
        message=_message(result, known, shapes),
        shape=_text(result.shape),
        component=_local(result.component),
        lines=known.lines(result.focus),
    )


def _message(result: Result, known: _Descriptions, shapes: rdflib.Graph) -> str:
    """Write labels for the IRIs that a SPARQL constraint has put into its message."""
    if not result.messages:
        return f"This breaks {_text(result.shape)}."
    message = str(result.messages[-1])
    if (result.shape, SH.sparql, None) not in shapes:
        return message

    def name(match: re.Match[str]) -> str:
        label = known.label(rdflib.URIRef(match[0]))
        return f"'{label}'" if label else match[0]

    return _IRI.sub(name, message)


class _Descriptions:
    """What a store says of nodes: their labels, and the lines from which they were read."""

    def __init__(self, engine: ox.Store) -> None:
        self._engine = engine
        self._describe = lru_cache(_REMEMBERED)(self._read)
        quoted = engine.quads_for_pattern(None, ox.NamedNode(_QUOTED), None, ox.DefaultGraph())
        self._quotes = next(quoted, None) is not None

    def label(self, node: Node) -> str | None:
        """What a node is called, None where the data does not say."""
        return self._describe(to_term(node))[0]

    def lines(self, node: Node) -> SourceLines | None:
        """The lines of a node, else of what it is a part of or speaks about."""
        if not self._quotes:
            return None
        start: _Term = to_term(node)
        seen, queue = {start}, [start]
        for current in queue:
            _, lines, parents = self._describe(current)
            if lines:
                return lines
            queue += (parent for parent in parents if parent not in seen)
            seen.update(parents)
        return None

    def _read(self, node: _Term) -> tuple[str | None, SourceLines | None, tuple[_Term, ...]]:
        told: dict[str, list[_Term]] = {}
        if isinstance(node, ox.NamedNode | ox.BlankNode):
            for quad in self._engine.quads_for_pattern(node, None, None, ox.DefaultGraph()):
                told.setdefault(quad.predicate.value, []).append(quad.object)
        labels = [min(map(_value, told[name])) for name in _NAMES if name in told]
        ranges = filter(None, map(_range, map(_value, told.get(_QUOTED, ()))))
        parents = tuple(parent for link in _PARENTS for parent in told.get(link, ()))
        return (labels[0] if labels else None, min(ranges, default=None), parents)


def _value(term: _Term) -> str:
    return str(getattr(term, "value", term))


def _range(place: str) -> SourceLines | None:
    match = _RANGE.search(place)
    if match is None:
        return None
    return SourceLines(place[: match.start()], int(match[1]) + 1, int(match[2]))


def write_path(
    path: Node, shapes: rdflib.Graph, name: Callable[[rdflib.URIRef], str] | None = None
) -> str:
    """Write a path of SHACL as SPARQL does, see https://www.w3.org/TR/shacl/#property-paths.

    :param shapes: the graph that holds the path.
    :param name: writes an IRI; by default with the project's prefixes.
    """
    if isinstance(path, rdflib.URIRef):
        return (name or _short)(path)
    if (path, RDF.first, None) in shapes:
        return "/".join(_parts(path, shapes, name))
    alternatives = shapes.value(path, SH.alternativePath)
    if alternatives is not None:
        return f"({'|'.join(_parts(alternatives, shapes, name))})"
    for operator, pattern in _OPERATORS.items():
        inner = shapes.value(path, operator)
        if inner is not None:
            text = write_path(inner, shapes, name)
            plain = isinstance(inner, rdflib.URIRef) or (inner, SH.alternativePath, None) in shapes
            return pattern.format(text if plain else f"({text})")
    raise ValueError(f"{path} is no property path.")


def _parts(
    head: Node, shapes: rdflib.Graph, name: Callable[[rdflib.URIRef], str] | None
) -> Iterator[str]:
    for part in Collection(shapes, head):
        text = write_path(part, shapes, name)
        yield f"({text})" if (part, RDF.first, None) in shapes else text


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
