"""What breaks a shape is kept apart, so that the rest of a source can be published."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox
import rdflib
from rdflib import SH

from .errors import ShapeError
from .findings import Severity
from .loading import Data, load, shared
from .namespaces import BASE, PREFIXES
from .terms import from_rdflib
from .validation import check

if TYPE_CHECKING:
    from .findings import Finding
    from .validation import Report

__all__ = ["Parted", "part"]

_ROUNDS: Final = 12
_TYPE: Final = ox.NamedNode(PREFIXES["rdf"] + "type")
_POSITION: Final = ox.NamedNode(PREFIXES["sym"] + "position")
_START: Final = ox.NamedNode(PREFIXES["schema"] + "startDate")
_END: Final = ox.NamedNode(PREFIXES["schema"] + "endDate")
_WHEN: Final = (_START, _END)
_WRITTEN: Final = ("schema:startDate", "schema:endDate")
_TIMES: Final = {
    "inside-session": _WHEN,
    "Session-days": _WHEN,
    "endDate-after-start": _WHEN,
    "Conference-endDate-not-before-start": _WHEN,
}
"""Shapes that compare the times of two things, by local name, and what is in doubt then."""
_POSITIONS: Final = ("parts-gap", "parts-repeat", "Paper-authors-gap", "Paper-authors-repeat",
                     "RoleEvent-roles-gap", "RoleEvent-roles-repeat")  # fmt: skip
_NODES: Final = {
    ox.NamedNode(PREFIXES["sym"] + name)
    for name in ("EventRole", "Affiliation", "Authorship", "TopicAssignment")
}
"""Classes of nodes that say nothing without what they belong to."""


@dataclass(frozen=True, slots=True)
class Parted:
    """A graph in two parts.

    :param kept: yields what conforms.
    :param apart: what was taken out, in the order of its text.
    :param found: the violations, in the order in which they were met.
    :param results: the SHACL results of them, as triples.
    :param warnings: how many warnings there are about what conforms.
    """

    kept: Callable[[], Iterator[ox.Triple]]
    apart: list[ox.Triple]
    found: tuple[Finding, ...]
    results: list[ox.Triple]
    warnings: int


def part(
    data: Data, programme: str, *, beside: Sequence[Data] = (), root: str | None = None
) -> Parted:
    """Take out of a graph what breaks a shape, until the rest conforms.

    A wrong value goes alone; so do the times, positions or rooms that contradict others. A thing
    that lacks what it must have goes with all that is said of it, and with the roles, authorships
    and affiliations that are nothing without it. The conference itself never goes.

    :param data: a programme in our model.
    :param programme: IRI of its conference.
    :param beside: what others say of it, of which nothing is taken out.
    :param root: IRI below which the results are; by default the conference's.
    :raises ShapeError: the conference itself lacks something, or it does not end.
    """
    kept = _Graph(data, beside)
    apart: dict[ox.Triple, None] = {}
    found: list[Finding] = []
    results: list[ox.Triple] = []
    for _ in range(_ROUNDS):
        report = check(kept.engine, severities=[Severity.VIOLATION])
        if report.conforms:
            warnings = len(check(kept.engine, severities=[Severity.WARNING]).warnings)
            return Parted(kept.triples, sorted(apart, key=str), tuple(found), results, warnings)
        results += _results(report, root or programme, len(found))
        found += report.violations
        taken = {
            triple
            for finding in _first(report.violations)
            for triple in kept.offending(finding, programme)
        }
        if not taken:
            break
        apart.update(dict.fromkeys(taken))
        kept.remove(taken)
    raise ShapeError(
        f"{programme.removeprefix(BASE)} breaks shapes in a way that cannot be kept apart;"
        " nothing of it was published.",
        report=report,
    )


def _first(found: Sequence[Finding]) -> list[Finding]:
    """Findings, without comparisons of times of which one is wrong by itself: that goes first."""
    wrong = {f.focus for f in found if f.path in _WRITTEN and _local(f) not in _TIMES}
    return [f for f in found if _local(f) not in _TIMES or f.focus not in wrong]


def _local(finding: Finding) -> str:
    return finding.shape.rpartition("#")[2]


class _Graph:
    """A graph from which triples are taken, in a store with what stays as it is."""

    def __init__(self, data: Data, beside: Iterable[Data]) -> None:
        self.engine = ox.Store()
        load(self.engine, data)
        fixed = _loaded(beside) if beside else frozenset()
        self._others = {quad for quad in _shared() | fixed if quad not in self.engine}
        # What others say too stands, whether this graph says it or not.
        self._fixed = self._others | fixed
        self.engine.bulk_extend(self._others)

    def triples(self) -> Iterator[ox.Triple]:
        return (quad.triple for quad in self.engine if quad not in self._others)

    def remove(self, triples: Iterable[ox.Triple]) -> None:
        for triple in triples:
            self.engine.remove(ox.Quad(triple.subject, triple.predicate, triple.object))

    def offending(self, finding: Finding, programme: str) -> Iterator[ox.Triple]:
        """The statements for which a graph breaks a shape."""
        focus = _node(finding.focus)
        shape = _local(finding)
        some = False
        for triple in self._of(finding, focus, shape):
            some = True
            yield triple
        if not some and finding.focus != programme:
            yield from self._all(focus)

    def _of(
        self, finding: Finding, focus: ox.NamedNode | ox.BlankNode, shape: str
    ) -> Iterator[ox.Triple]:
        """Single statements, where it is they that are wrong."""
        if shape in _TIMES:
            for term in _TIMES[shape]:
                yield from self._match(focus, term)
            return
        path = finding.path or ""
        inverse, name = path.startswith("^"), path.removeprefix("^")
        predicate = _predicate(name)
        if predicate is None or finding.component == "MinCountConstraintComponent":
            return
        if shape in _POSITIONS:
            for part in self._match(None, predicate, focus):
                for position in self._match(part.subject, _POSITION):
                    if getattr(position.object, "value", "") == finding.value:
                        yield position
            return
        reached = (
            [*self._match(None, predicate, focus)] if inverse else [*self._match(focus, predicate)]
        )
        ends = [(t, t.subject if inverse else t.object) for t in reached]
        exact = [t for t, end in ends if _text(end) == finding.value]
        yield from exact or reached

    def _all(self, node: ox.NamedNode | ox.BlankNode) -> Iterator[ox.Triple]:
        """All that is said of a thing, and nodes that are nothing without it."""
        yield from self._match(node, None)
        for triple in self._match(None, None, node):
            yield triple
            kinds = {one.object for one in self._match(triple.subject, _TYPE)}
            if kinds & _NODES:
                yield from self._match(triple.subject, None)
                yield from self._match(None, None, triple.subject)

    def _match(
        self,
        subject: ox.NamedNode | ox.BlankNode | ox.Triple | None,
        predicate: ox.NamedNode | None,
        value: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None = None,
    ) -> Iterator[ox.Triple]:
        for quad in self.engine.quads_for_pattern(subject, predicate, value):
            if quad not in self._fixed:
                yield quad.triple


@cache
def _shared() -> frozenset[ox.Quad]:
    """What the shared vocabularies say."""
    return _loaded(shared())


def _loaded(graphs: Iterable[Data]) -> frozenset[ox.Quad]:
    engine = ox.Store()
    for graph in graphs:
        load(engine, graph)
    return frozenset(engine)


def _results(report: Report, root: str, before: int) -> Iterator[ox.Triple]:
    """The results of violations (https://www.w3.org/TR/shacl/#results), below an IRI.

    :param before: how many there were before these.
    """
    graph = report.graph
    wrong = [
        sorted((p, o) for p, o in graph.predicate_objects(node) if not isinstance(o, rdflib.BNode))
        for node in graph.subjects(SH.resultSeverity, SH.Violation)
    ]
    for number, properties in enumerate(sorted(wrong), start=before + 1):
        node = rdflib.URIRef(f"{root}/quarantine/{number}")
        made = rdflib.Graph(bind_namespaces="none")
        for predicate, value in properties:
            made.add((node, predicate, value))
        yield from (quad.triple for quad in from_rdflib(made))


def _node(text: str) -> ox.NamedNode | ox.BlankNode:
    return ox.BlankNode(text[2:]) if text.startswith("_:") else ox.NamedNode(text)


def _text(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    return f"_:{term.value}" if isinstance(term, ox.BlankNode) else getattr(term, "value", "")


def _predicate(name: str) -> ox.NamedNode | None:
    """The one property that a path is, None for other paths."""
    prefix, found, local = name.partition(":")
    if name.startswith("<") and name.endswith(">"):
        return ox.NamedNode(name[1:-1])
    if not found or prefix not in PREFIXES or any(c in local for c in "/|*+?^()"):
        return None
    return ox.NamedNode(PREFIXES[prefix] + local)
