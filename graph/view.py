"""A store of pyoxigraph as a graph of rdflib, read where it is and not copied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyoxigraph as ox
import rdflib
from rdflib.namespace import NamespaceManager
from rdflib.query import Result
from rdflib.store import Store
from rdflib.term import Node, URIRef

from .errors import ExportError
from .terms import to_node, to_term

__all__ = ["PlainNames", "View"]

_Row = Mapping[rdflib.Variable, Any]
_Pattern = tuple[Node | None, Node | None, Node | None]
_THIS = rdflib.Variable("this")


class _IllTyped(rdflib.Literal):
    """A literal that is none of its datatype, such as the date "2030".

    Nothing is before or after it (https://www.w3.org/TR/shacl/#LessThanOrEqualsConstraintComponent);
    rdflib raises where it is compared with one that is.
    """

    __slots__ = ()

    def __le__(self, other: Any) -> bool:
        return False

    __lt__ = __ge__ = __gt__ = __le__


class PlainNames(NamespaceManager):
    """Writes every IRI in full: pySHACL binds and looks up prefixes for each text of a result."""

    def __init__(self, graph: rdflib.Graph) -> None:
        super().__init__(graph, bind_namespaces="none")

    def bind(self, *given: Any, **options: Any) -> None:
        """Bind nothing."""

    def normalizeUri(self, rdfTerm: str) -> str:  # noqa: N802, N803 - rdflib's names
        """The IRI in full."""
        return f"<{rdfTerm}>"


class _Engine(Store):
    """The default graph of a store, as rdflib asks stores; see `rdflib.store.Store`."""

    def __init__(self, engine: ox.Store) -> None:
        super().__init__()
        self._engine = engine

    def triples(self, triple_pattern: Any, context: Any = None) -> Iterator[Any]:  # noqa: ARG002
        """The triples that match a pattern."""
        subject, predicate, value = triple_pattern
        if isinstance(subject, rdflib.Literal) or not isinstance(predicate, URIRef | None):
            return
        try:
            wanted: list[Any] = [each if each is None else to_term(each) for each in triple_pattern]
        except ExportError:  # a term that is none in RDF stands in no triple
            return
        for quad in self._engine.quads_for_pattern(
            wanted[0], wanted[1], wanted[2], ox.DefaultGraph()
        ):
            yield (
                (
                    to_node(quad.subject) if subject is None else subject,
                    to_node(quad.predicate) if predicate is None else predicate,
                    _comparable(to_node(quad.object)) if value is None else value,
                ),
                iter(()),
            )

    def __len__(self, context: Any = None) -> int:
        return len(self._engine)


def _comparable(term: Node) -> Node:
    if isinstance(term, rdflib.Literal) and term.ill_typed:
        return _IllTyped(term, datatype=term.datatype, normalize=False)
    return term


class View(rdflib.Graph):
    """The default graph of a store, to be read by what asks a graph of rdflib.

    pySHACL asks the query of a SPARQL constraint anew for each focus node, with `$this` bound. The
    shapes of the project bind `$this` in every branch of theirs, so that one answer of the store,
    with `$this` free, holds the answers for all focus nodes.

    :param engine: the store; it is not changed.
    :param free: whether queries are asked with `$this` free.
    """

    def __init__(self, engine: ox.Store, *, free: bool) -> None:
        super().__init__(store=_Engine(engine), bind_namespaces="none")
        self.namespace_manager = PlainNames(self)
        self.free = free
        self._engine = engine
        self._answers: dict[str, dict[Node, list[_Row]]] = {}

    def __bool__(self) -> bool:
        """True, without counting the triples as the length would: pySHACL asks it for each text."""
        return True

    def query(self, query_object: Any, *given: Any, **options: Any) -> Result:
        """Answer a query; see `rdflib.Graph.query`."""
        if not self.free:
            return super().query(query_object, *given, **options)
        found = self.answers(query_object).get(options["initBindings"]["this"], [])
        answer = Result("SELECT")
        answer.vars = [*found[0]] if found else []
        answer.bindings = found
        return answer

    def answers(self, text: str) -> Mapping[Node, list[_Row]]:
        """The answers of a query for all focus nodes, by focus node."""
        if text not in self._answers:
            self._answers[text] = self._ask(text)
        return self._answers[text]

    def _ask(self, text: str) -> dict[Node, list[_Row]]:
        solutions = self._engine.query(text)
        if not isinstance(solutions, ox.QuerySolutions):
            raise TypeError("A SPARQL constraint is a SELECT query.")
        names = [(v, rdflib.Variable(v.value)) for v in solutions.variables]
        rows: dict[Node, list[_Row]] = {}
        for solution in solutions:
            row = {name: to_node(solution[v]) for v, name in names if solution[v] is not None}
            rows.setdefault(row[_THIS], []).append(row)
        return rows
