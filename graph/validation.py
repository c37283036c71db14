"""Validation of graphs against the shapes, with findings that a person understands.

See https://www.w3.org/TR/shacl/. The engine is pySHACL, without inference: what holds is what a
graph says.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any, Final

import pyoxigraph as ox
import rdflib
from pyshacl.errors import ReportableRuntimeError
from pyshacl.pytypes import SHACLExecutor
from pyshacl.shapes_graph import ShapesGraph
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, RDFS, SH
from rdflib.term import Node

from .dataset import NamedGraph
from .errors import ShapeError
from .findings import Finding, Severity, find
from .loading import Data, load, shared
from .narrowing import Narrowing
from .reports import Result, write_report
from .terms import to_rdflib
from .view import PlainNames, View

__all__ = ["Report", "check", "flatten", "validate"]

_TARGETS: Final = (SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf)
_BATCH: Final = 1000
"""So many focus nodes are looked at in one go: pySHACL keeps what it finds as texts and triples."""

_LOGGER: Final = logging.getLogger(__name__)


class Report:
    """What validation found.

    See https://www.w3.org/TR/shacl/#validation-report.

    :param findings: all findings, violations first, each once.
    :param results: the results of which they are made.
    :param shapes: the shapes that were used.
    """

    def __init__(
        self, findings: tuple[Finding, ...], results: Sequence[Result], shapes: rdflib.Graph
    ) -> None:
        self.findings = findings
        self._results = results
        self._shapes = shapes

    @cached_property
    def graph(self) -> rdflib.Graph:
        """The report as a graph with a `sh:ValidationReport`."""
        return write_report(self._results, self._shapes)

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
    for graph in data:
        load(engine, graph)
    if vocabularies:
        named = {graph.iri for graph in data if isinstance(graph, NamedGraph)}
        for vocabulary in shared():
            if vocabulary.iri not in named:
                load(engine, vocabulary)
    return check(engine, shapes=shapes)


def check(
    engine: ox.Store,
    *,
    severities: Iterable[Severity] = tuple(Severity),
    shapes: rdflib.Graph | None = None,
) -> Report:
    """Validate the default graph of a store as it is.

    :param severities: of the shapes that are looked at.
    :param shapes: other shapes than those of the project, all of which are looked at.
    """
    view = View(engine, free=shapes is None)
    flat = _shapes() if shapes is None else _prepared(flatten(shapes))
    wanted = {SH[severity] for severity in severities}
    chosen = [s for s in flat.shapes if shapes is not None or s.severity in wanted]
    results = _run(engine, view, chosen)
    return Report(find(results, engine, flat.graph), results, flat.graph)


def _run(engine: ox.Store, view: View, shapes: Iterable[Any]) -> list[Result]:
    """Let pySHACL look at the nodes that may break a shape."""
    executor = SHACLExecutor()
    narrowing = Narrowing(engine, view, executor)
    found: list[Result] = []
    try:
        for shape in shapes:
            nodes = narrowing.candidates(shape)
            starts = range(0, len(nodes or ()), _BATCH)
            for focus in [None] if nodes is None else (nodes[i : i + _BATCH] for i in starts):
                found += map(Result.read, shape.validate(executor, view, focus=focus)[1])
    except (NotImplementedError, ReportableRuntimeError) as error:
        raise ShapeError(f"The shapes cannot be used: {error}") from error
    return found


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
def _shapes() -> ShapesGraph:
    path = files(__package__.partition(".")[0]).joinpath("ontology", "shapes.ttl")
    shapes = flatten(to_rdflib(ox.parse(path.read_bytes(), ox.RdfFormat.TURTLE)))
    for query, text in [*shapes.subject_objects(SH.select)]:
        # For each focus node, pySHACL searches the text for forbidden words from every line on.
        shapes.set((query, SH.select, rdflib.Literal(" ".join(str(text).split()))))
    return _prepared(shapes)


def _prepared(shapes: rdflib.Graph) -> ShapesGraph:
    shapes.namespace_manager = PlainNames(shapes)
    return ShapesGraph(shapes, logger=_LOGGER)
