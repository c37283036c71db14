"""Validation of graphs against the shapes, with findings that a person understands.

See https://www.w3.org/TR/shacl/. The engine is pySHACL, without inference: what holds is what a
graph says.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any, Final, TypeAlias

import pyoxigraph as ox
import rdflib
from pyshacl import Validator
from pyshacl.errors import ReportableRuntimeError
from pyshacl.graph_abstraction import DataGraph
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, RDFS, SH
from rdflib.query import Result
from rdflib.term import Node

from .dataset import NamedGraph, shipped
from .errors import ShapeError
from .findings import Finding, Severity, read_findings
from .namespaces import BASE
from .rdf import quads_of
from .terms import from_rdflib, to_node, to_rdflib

__all__ = ["Data", "Report", "flatten", "validate"]

Data: TypeAlias = rdflib.Graph | NamedGraph | Iterable[ox.Quad | ox.Triple]
"""What can be validated: a graph of rdflib, a named graph, or triples of pyoxigraph."""

_VOCABULARIES: Final = frozenset({f"{BASE}graph/ontology", f"{BASE}graph/topics"})
_TARGETS: Final = (SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf)
_THIS: Final = rdflib.Variable("this")
_Row: TypeAlias = Mapping[rdflib.Variable, Any]
_LOGGER: Final = logging.getLogger(__name__)


class Report:
    """What validation found.

    See https://www.w3.org/TR/shacl/#validation-report.

    :param findings: all findings, violations first, each once.
    :param graph: the report as a graph with a `sh:ValidationReport`.
    """

    def __init__(self, findings: tuple[Finding, ...], graph: rdflib.Graph) -> None:
        self.findings = findings
        self.graph = graph

    @property
    def conforms(self) -> bool:
        """Whether there is no violation; warnings do not count."""
        return not self.violations

    @cached_property
    def violations(self) -> tuple[Finding, ...]:
        """What is wrong."""
        return self._of(Severity.VIOLATION)

    @cached_property
    def warnings(self) -> tuple[Finding, ...]:
        """What is missing or doubtful."""
        return self._of(Severity.WARNING)

    @cached_property
    def notes(self) -> tuple[Finding, ...]:
        """What is merely worth knowing."""
        return self._of(Severity.INFO)

    def to_dict(self) -> dict[str, Any]:
        """The report as values of JSON."""
        return {
            "conforms": self.conforms,
            "violations": len(self.violations),
            "warnings": len(self.warnings),
            "notes": len(self.notes),
            "findings": [finding.to_dict() for finding in self.findings],
        }

    def _of(self, severity: Severity) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.severity is severity)


def validate(*data: Data, vocabularies: bool = True, shapes: rdflib.Graph | None = None) -> Report:
    """Validate the union of graphs.

    :param data: the graphs. They are not changed.
    :param vocabularies: whether the shipped ontology and topic scheme are part of the union, so
        that the concepts that a programme refers to are known.
    :param shapes: other shapes than those of the project.
    :raises SourceError: a named graph cannot be read.
    """
    engine = ox.Store()
    for graph in _with_vocabularies(data) if vocabularies else data:
        engine.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in _triples(graph))
    union = _Union(engine, free=shapes is None)
    flat = _shapes() if shapes is None else flatten(shapes)
    report = _run(union, flat)
    return Report(read_findings(report, union, flat), report)


def _with_vocabularies(data: Sequence[Data]) -> Iterator[Data]:
    named = {graph.iri for graph in data if isinstance(graph, NamedGraph)}
    yield from data
    yield from (g for g in shipped() if g.iri in _VOCABULARIES - named)


def _triples(graph: Data) -> Iterable[ox.Quad | ox.Triple]:
    if isinstance(graph, NamedGraph):
        return quads_of(graph)
    return from_rdflib(graph) if isinstance(graph, rdflib.Graph) else graph


class _Union(rdflib.Graph):
    """The triples of a store, as pySHACL asks for them.

    pySHACL asks the query of a SPARQL constraint anew for each focus node, with `$this` bound. The
    shapes of the project bind `$this` in every branch of theirs, so that one answer of the store,
    with `$this` free, holds the answers for all focus nodes.
    """

    def __init__(self, engine: ox.Store, *, free: bool) -> None:
        super().__init__(bind_namespaces="none")
        self._engine = engine
        self._free = free
        self._answers: dict[str, dict[Node, list[_Row]]] = {}
        to_rdflib(engine, into=self)

    def query(  # type: ignore[override]
        self,
        query_object: str,
        processor: str = "sparql",
        result: str = "sparql",
        namespaces: Mapping[str, Any] | None = None,
        bindings: Mapping[str, Any] | None = None,
        *rest: Any,
    ) -> Result:
        """Answer a query; the parameters are those of `rdflib.Graph.query`, in its order."""
        if not self._free:
            return super().query(query_object, processor, result, namespaces, bindings, *rest)
        rows = self._answers.get(query_object)
        if rows is None:
            rows = self._answers[query_object] = self._ask(query_object)
        found = rows.get((bindings or {})["this"], [])
        answer = Result("SELECT")
        answer.vars = [*found[0]] if found else []
        answer.bindings = found
        return answer

    def _ask(self, text: str) -> dict[Node, list[_Row]]:
        """Answer a query for all focus nodes, by focus node."""
        solutions = self._engine.query(text)
        if not isinstance(solutions, ox.QuerySolutions):
            raise TypeError("A SPARQL constraint is a SELECT query.")
        names = [(v, rdflib.Variable(v.value)) for v in solutions.variables]
        rows: dict[Node, list[_Row]] = {}
        for solution in solutions:
            row = {name: to_node(solution[v]) for v, name in names if solution[v] is not None}
            rows.setdefault(row[_THIS], []).append(row)
        return rows


def _run(data: rdflib.Graph, shapes: rdflib.Graph) -> rdflib.Graph:
    options = {"logger": _LOGGER, "inplace": True}
    try:
        validator = Validator(DataGraph.from_rdflib(data), shacl_graph=shapes, options=options)
        report: rdflib.Graph = validator.run()[1]  # type: ignore[no-untyped-call]
    except (NotImplementedError, ReportableRuntimeError) as error:
        raise ShapeError(f"The shapes cannot be used: {error}") from error
    return report


def flatten(shapes: rdflib.Graph) -> rdflib.Graph:
    """Give property shapes the targets of their node shapes.

    The results are the same. pySHACL looks at all targets of a shape in one go, but at the
    properties of a node shape anew for every node.
    """
    flat = rdflib.Graph(store="SimpleMemory", bind_namespaces="none")
    for triple in shapes:
        flat.add(triple)
    for shape in {*shapes.subjects(SH.property, None)} - {*_special(shapes)}:
        targets = [(p, o) for p in _TARGETS for o in shapes.objects(shape, p)]
        for part in shapes.objects(shape, SH.property):
            if (part, SH.path, None) not in shapes:
                continue
            flat.remove((shape, SH.property, part))
            for predicate, target in targets:
                flat.add((part, predicate, target))
    return flat


def _special(shapes: rdflib.Graph) -> Iterator[Node]:
    """Yield the shapes that need their properties, or are not only looked at for their targets."""
    yield from shapes.subjects(SH.deactivated, None)
    yield from shapes.subjects(SH.closed, None)
    for part in shapes.subjects(SH.qualifiedValueShapesDisjoint, None):
        yield from shapes.subjects(SH.property, part)
    for kind in (RDFS.Class, OWL.Class):
        yield from shapes.subjects(RDF.type, kind)
    for predicate in (SH.node, SH["not"], SH.property, SH.qualifiedValueShape):
        yield from shapes.objects(None, predicate)
    for predicate in (SH["and"], SH["or"], SH.xone):
        for members in shapes.objects(None, predicate):
            yield from Collection(shapes, members)


@lru_cache(maxsize=1)
def _shapes() -> rdflib.Graph:
    path = files(__package__.partition(".")[0]).joinpath("ontology", "shapes.ttl")
    shapes = flatten(to_rdflib(ox.parse(path.read_bytes(), ox.RdfFormat.TURTLE)))
    for query, text in [*shapes.subject_objects(SH.select)]:
        # For each focus node, pySHACL searches the text for forbidden words from every line on.
        shapes.set((query, SH.select, rdflib.Literal(" ".join(str(text).split()))))
    return shapes
