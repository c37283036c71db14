"""Turtle that is the same for the same graph, and whose differences read well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from rdflib import RDF, RDFS, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from .errors import ExportError
from .namespaces import BASE, PREFIXES
from .turtle_labels import canonical_order
from .turtle_nesting import Triple, nesting
from .turtle_terms import Names, has_dot_segments, literal, natural_key

__all__ = ["to_turtle"]

_INDENT: Final = "    "
_WIDTH: Final = 80
_TYPE: Final = RDF.type
_LABEL: Final = RDFS.label
_NIL: Final = RDF.nil


def to_turtle(
    graph: Graph,
    *,
    prefixes: Mapping[str, str] = PREFIXES,
    base: str | None = BASE,
    header: str = "",
) -> str:
    """Write a graph as deterministic Turtle: the same graph gives the same text.

    Subjects, predicates and objects stand in a natural order (`author/2` before `author/10`), `a`
    first, then `rdfs:label`; several objects stand one a line; only the prefixes that are used are
    declared. Blank nodes that are used once nest, lists are written as such, other blank nodes get
    labels that do not depend on those they had. See https://www.w3.org/TR/turtle/.

    :param graph: the graph; it is not changed.
    :param prefixes: prefix to namespace.
    :param base: an IRI ending in `/`; IRIs below it that have no prefix are written relative to it.
    :param header: comment to open the file with, without `#`.
    :raises ExportError: if the graph holds what Turtle cannot say: a literal as subject, a relative
        IRI, an IRI with a space in it.
    """
    triples = list(graph)
    terms = {term for triple in triples for term in triple}
    if any(has_dot_segments(str(term)) for term in terms if isinstance(term, URIRef)):
        base = None  # under a base a parser would normalise such an IRI
    names = Names(prefixes, base)
    body = _Writer(triples, names).blocks()
    opening = [f"# {line}".rstrip() for line in header.splitlines()]
    declarations = [f"@base <{base}> ."] if names.base_used else []
    declarations += [f"@prefix {p}: <{n}> ." for p, n in sorted(names.prefixes_used.items())]
    parts = ["\n".join(lines) for lines in (opening, declarations) if lines] + body
    return "\n\n".join(parts) + "\n" if parts else ""


class _Writer:
    """One graph on its way to text."""

    def __init__(self, triples: Sequence[Triple], names: Names) -> None:
        self._names = names
        self._nesting = nesting(triples)
        self._properties: dict[Node, dict[Node, list[Node]]] = {}
        for subject, predicate, value in triples:
            self._properties.setdefault(subject, {}).setdefault(predicate, []).append(value)
        labelled = self._nesting.labelled
        order = canonical_order(triples, labelled) if labelled else []
        self._labels = {node: f"_:b{number}" for number, node in enumerate(order, start=1)}

    def blocks(self) -> list[str]:
        """Return one text for each subject, in order."""
        hidden = self._nesting.nested | self._nesting.inner
        subjects = (subject for subject in self._properties if subject not in hidden)
        return [text for _, text in sorted(map(self._block, subjects))]

    def _block(self, subject: Node) -> tuple[tuple[object, ...], str]:
        if isinstance(subject, Literal):
            raise ExportError(f"The literal {subject.n3()} is a subject, which RDF does not allow.")
        name = "[]" if subject in self._nesting.unused else self._term(subject)
        lines = self._lines(subject)
        opening = f"{name} {lines.pop(0)}" if lines[0].startswith("a ") else name
        text = "\n".join([opening, *_indented(lines), f"{_INDENT}."])
        if isinstance(subject, URIRef):
            return (0, natural_key(str(subject))), text
        return (1, natural_key(text)), text

    def _lines(self, subject: Node) -> list[str]:
        """Return the predicates of a subject with their objects, each ending in a semicolon."""
        lines = []
        properties = [
            (self._predicate(predicate), predicate) for predicate in self._properties[subject]
        ]
        for name, predicate in sorted(properties, key=_predicate_order):
            values = self._values(self._properties[subject][predicate])
            if len(values) == 1 or name == "a":
                lines.append(f"{name} {', '.join(values)} ;")
            else:
                joined = " ,\n".join(values)
                lines.append(f"{name}\n{_INDENT}{_indent(joined)} ;")
        return lines

    def _predicate(self, predicate: Node) -> str:
        if not isinstance(predicate, URIRef):
            raise ExportError(f"{predicate.n3()} is a predicate, but only an IRI may be one.")
        return "a" if predicate == _TYPE else self._names.write(str(predicate))

    def _values(self, values: list[Node]) -> list[str]:
        """Return the objects in order; "x" and "x"^^xsd:string are the same one."""
        named: dict[str, tuple[object, ...]] = {}
        blank = []
        for value in values:
            text = self._term(value)
            if isinstance(value, BNode):
                blank.append(text)
            else:
                named[text] = (isinstance(value, Literal), natural_key(str(value)), text)
        return sorted(named, key=named.__getitem__) + sorted(blank, key=natural_key)

    def _term(self, term: Node) -> str:
        if isinstance(term, Literal):
            return literal(term, self._names)
        if isinstance(term, URIRef):
            return "()" if term == _NIL else self._names.write(str(term))
        if term in self._nesting.lists:
            return self._list(self._nesting.lists[term])
        if term in self._nesting.nested:
            return self._nested(term)
        if term in self._labels:
            return self._labels[term]
        raise ExportError(f"{term.n3()} is no RDF term.")

    def _nested(self, node: Node) -> str:
        if node not in self._properties:
            return "[]"
        return "\n".join(["[", *_indented(self._lines(node)), "]"])

    def _list(self, members: list[Node]) -> str:
        texts = [self._term(member) for member in members]
        line = f"( {' '.join(texts)} )"
        if "\n" not in line and len(line) <= _WIDTH:
            return line
        return "\n".join(["(", *_indented(texts), ")"])


def _indent(text: str) -> str:
    return text.replace("\n", f"\n{_INDENT}")  # no literal holds a line break


def _indented(lines: list[str]) -> list[str]:
    return [_INDENT + _indent(line) for line in lines]


def _predicate_order(item: tuple[str, Node]) -> tuple[object, ...]:
    name, predicate = item
    return (predicate != _TYPE, predicate != _LABEL, natural_key(name))
