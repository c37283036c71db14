"""Which nodes may break a shape: SHACL's constraints as queries that ask for all nodes at once.

SHACL gives each constraint component a definition in SPARQL, asked for one focus node. With the
focus node free, a store answers it for all: these nodes are the candidates, which a validator then
looks at. See https://www.w3.org/TR/shacl/#core-components.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import count
from typing import Any, Final, TypeAlias
from urllib.parse import quote

import pyoxigraph as ox
import rdflib
from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP
from rdflib.collection import Collection
from rdflib.namespace import RDF, RDFS, SH, XSD
from rdflib.term import Node

from .findings import write_path
from .terms import to_node, to_term
from .view import View

__all__ = ["Narrowing"]

_Shape: TypeAlias = Any
"""A `pyshacl.shape.Shape`, which does not tell its types."""

_COMPONENTS: Final[Mapping[Any, Any]] = CONSTRAINT_PARAMETERS_MAP
_TYPE: Final = ox.NamedNode(str(RDF.type))
_STRINGS: Final = (XSD.string, RDF.langString)
_NODE_KINDS: Final[Mapping[Node, str]] = {
    SH.IRI: "isIRI({0})",
    SH.BlankNode: "isBlank({0})",
    SH.Literal: "isLiteral({0})",
    SH.BlankNodeOrIRI: "(isBlank({0}) || isIRI({0}))",
    SH.BlankNodeOrLiteral: "(isBlank({0}) || isLiteral({0}))",
    SH.IRIOrLiteral: "(isIRI({0}) || isLiteral({0}))",
}
_JUDGED: Final = frozenset({SH.datatype, SH["in"], SH.minLength, SH.maxLength, SH.languageIn})
"""Parameters of components that look at a value alone: pySHACL's own judge each value once."""

_RANGES: Final = frozenset({SH.minInclusive, SH.maxInclusive, SH.minExclusive, SH.maxExclusive})
"""The same, but values may be such as cannot be compared."""

_ENDLESS: Final = re.compile(r"[*+?]")
_IRI: Final = re.compile(r"<[^<>]*>")
_DEPTH: Final = 5
_REMEMBERED: Final = 4096
_TRUE: Final = ox.Literal(True)
_FALSE: Final = ox.Literal(False)
_Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class _UnknownError(Exception):
    """What the queries cannot say: all targets of the shape are looked at."""


class Narrowing:
    """The nodes of a store that may break a shape: at least those that do.

    :param engine: the store; its default graph is asked.
    :param view: the same as a graph of rdflib.
    :param executor: of pySHACL, for the components that judge a value.
    """

    def __init__(self, engine: ox.Store, view: View, executor: Any) -> None:
        self._engine = engine
        self._view = view
        self._executor = executor
        self._functions: dict[ox.NamedNode, Callable[..., _Term | None]] = {}
        self._found: dict[str, list[_Term]] = {}
        self._variables = count()

    def candidates(self, shape: _Shape) -> list[Node] | None:
        """The targets of a shape that may break it; None for all of them."""
        if shape.deactivated:
            return []
        try:
            targets = _Targets(shape, self._engine, self._view)
            found: set[_Term] = set()
            for query, certain in self._queries(shape, targets.pattern):
                found.update(t for t in self._ask(query) if certain or targets.hold(t))
            found.update(t for t in self._asked(shape) if targets.hold(t))
        except _UnknownError:
            return None
        return [to_node(term) for term in found]

    def _queries(self, shape: _Shape, target: str) -> Iterator[tuple[str, bool]]:
        """Yield queries for `?this`, and whether what each finds is certainly a target."""
        if shape.find_custom_constraints():
            raise _UnknownError
        asked = _parameters(shape) - {SH.sparql}
        if not shape.is_property_shape:
            for parameter in asked:
                wrong = _wrong(self._value(shape, parameter, "?this"))
                yield f"SELECT DISTINCT ?this {{ {target} FILTER({wrong}) }}", True
            return
        path = _path(shape)
        endless = _is_endless(path)
        values = f"{target if endless else ''} ?this {path} ?value ."
        for parameter in asked:
            if parameter in (SH.minCount, SH.maxCount, SH.hasValue):
                yield from _counting(shape, parameter, path, target)
                continue
            for pattern in self._breaking(shape, parameter, path, values):
                yield f"SELECT DISTINCT ?this {{ {pattern} }}", endless

    def _breaking(self, shape: _Shape, parameter: Node, path: str, values: str) -> Iterator[str]:
        """Yield patterns that bind `?this` where one of its values may break a constraint."""
        if parameter not in _PAIRS:
            yield f"{values} FILTER({_wrong(self._value(shape, parameter, '?value'))})"
            return
        if _is_endless(path):
            raise _UnknownError
        for term in shape.objects(parameter):
            other = _write(term)
            for pattern in _PAIRS[parameter]:
                yield pattern.format(values=values, path=path, other=other)

    def _asked(self, shape: _Shape) -> Iterable[_Term]:
        """The nodes for which SPARQL constraints have answers."""
        if SH.sparql not in _parameters(shape):
            return []
        if not self._view.free:
            raise _UnknownError
        found: list[_Term] = []
        for query in _COMPONENTS[SH.sparql](shape).sparql_constraints:
            text = query.apply_prefixes(query.pre_bind_variables(RDF.nil)[1])
            found += map(to_term, self._view.answers(text))
        return found

    def _ask(self, query: str) -> list[_Term]:
        if query not in self._found:
            solutions = self._engine.query(query, custom_functions=self._functions)
            self._found[query] = [row["this"] for row in solutions]  # type: ignore[union-attr]
        return self._found[query]

    def _value(self, shape: _Shape, parameter: Node, value: str, depth: int = 0) -> str:
        """An expression that tells whether a value conforms to a component of a shape."""
        terms = [*shape.objects(parameter)]
        if parameter == SH["class"]:
            return _all(self._is_a(value, kind) for kind in terms)
        if parameter == SH.nodeKind and terms[0] in _NODE_KINDS:
            return _NODE_KINDS[terms[0]].format(value)
        if parameter == SH.datatype and terms[0] in _STRINGS:
            return f"(isLiteral({value}) && DATATYPE({value}) = {_write(terms[0])})"
        if parameter == SH.hasValue:
            return _all(f"sameTerm({value}, {_write(term)})" for term in terms)
        if parameter == SH.pattern or parameter in _JUDGED or (parameter in _RANGES and not depth):
            return f"{self._judge(shape, parameter)}({value})"
        if parameter == SH["not"]:
            return _all(f"!({self._conforms(shape, term, value, depth)})" for term in terms)
        if parameter == SH.node:
            return _all(self._conforms(shape, term, value, depth) for term in terms)
        if parameter in _LISTS:
            return _all(
                _LISTS[parameter].join(
                    f"({self._conforms(shape, member, value, depth)})"
                    for member in Collection(shape.sg.graph, head)
                )
                for head in terms
            )
        raise _UnknownError

    def _conforms(self, shape: _Shape, node: Node, value: str, depth: int) -> str:
        """An expression that tells whether a value conforms to another shape."""
        inner = shape.get_other_shape(node)
        if inner is None or depth == _DEPTH or inner.deactivated:
            raise _UnknownError
        if inner.find_custom_constraints():
            raise _UnknownError
        found = []
        for parameter in _parameters(inner):
            if not inner.is_property_shape:
                found.append(self._value(inner, parameter, value, depth + 1))
                continue
            path, own = _path(inner), f"?v{next(self._variables)}"
            numbers = [str(term) for term in inner.objects(parameter)]
            if parameter == SH.minCount and numbers == ["1"]:
                found.append(f"EXISTS {{ {value} {path} {own} }}")
            elif parameter == SH.maxCount and numbers == ["0"]:
                found.append(f"NOT EXISTS {{ {value} {path} {own} }}")
            elif parameter == SH.hasValue:
                wanted = map(_write, inner.objects(parameter))
                found.extend(f"EXISTS {{ {value} {path} {term} }}" for term in wanted)
            else:
                right = self._value(inner, parameter, own, depth + 1)
                found.append(f"NOT EXISTS {{ {value} {path} {own} FILTER({_wrong(right)}) }}")
        return _all(found)

    def _is_a(self, value: str, kind: Node) -> str:
        own = f"?k{next(self._variables)}"
        kinds = ", ".join(_write(each) for each in _narrower(self._view, kind))
        return f"EXISTS {{ {value} {_write(RDF.type)} {own} FILTER({own} IN ({kinds})) }}"

    def _judge(self, shape: _Shape, parameter: Node) -> str:
        """The name of a function that judges a value as pySHACL does."""
        name = ox.NamedNode(f"urn:judge:{quote(str(shape.node))}:{quote(str(parameter))}")
        if name not in self._functions:
            component = _COMPONENTS[parameter](shape)
            if parameter == SH.pattern:
                self._functions[name] = _matcher(component.compiled_cache.values())
            else:
                self._functions[name] = _judge(component, self._executor, self._view)
        return str(name)


class _Targets:
    """The targets of a shape.

    :param pattern: of SPARQL, binds them to `?this`.
    """

    def __init__(self, shape: _Shape, engine: ox.Store, view: View) -> None:
        self._engine = engine
        nodes, kinds, implicit, objects, subjects = ([*each] for each in shape.target())
        if any(isinstance(node, rdflib.Literal) for node in nodes):
            raise _UnknownError  # the store writes 4.0 as 4
        self._nodes = {to_term(node) for node in nodes}
        classes = {each for kind in {*kinds, *implicit} for each in _narrower(view, kind)}
        self._classes = [to_term(each) for each in classes]
        self._objects = [to_term(each) for each in objects]
        self._subjects = [to_term(each) for each in subjects]
        parts = [f"VALUES ?this {{ {' '.join(map(_write, nodes))} }}"] if nodes else []
        if classes:
            listed = " ".join(map(_write, classes))
            parts.append(f"VALUES ?class {{ {listed} }} ?this {_write(RDF.type)} ?class")
        parts += [f"?any {_write(each)} ?this" for each in objects]
        parts += [f"?this {_write(each)} ?any" for each in subjects]
        union = " UNION ".join(f"{{ {part} }}" for part in parts or ["FILTER(false)"])
        self.pattern = f"{{ SELECT DISTINCT ?this {{ {union} }} }}"

    def hold(self, term: _Term) -> bool:
        """Whether a node is a target."""
        if term in self._nodes or any(self._has(None, each, term) for each in self._objects):
            return True
        if isinstance(term, ox.Literal):
            return False
        return any(self._has(term, _TYPE, each) for each in self._classes) or any(
            self._has(term, each, None) for each in self._subjects
        )

    def _has(self, subject: Any, predicate: Any, value: Any) -> bool:
        found = self._engine.quads_for_pattern(subject, predicate, value, ox.DefaultGraph())
        return next(found, None) is not None


_ONE_TAG: Final = """
    SELECT ?this {{ {values} FILTER(LANG(?value) != '') }}
    GROUP BY ?this (LCASE(LANG(?value)) AS ?tag) HAVING (COUNT(*) > 1)
"""
_LISTS: Final[Mapping[Node, str]] = {SH["and"]: " && ", SH["or"]: " || "}
_PAIRS: Final[Mapping[Node, tuple[str, ...]]] = {
    SH.equals: (
        "{values} MINUS {{ ?this {other} ?value }}",
        "?this {other} ?value MINUS {{ ?this {path} ?value }}",
    ),
    SH.disjoint: ("{values} ?this {other} ?value",),
    SH.lessThan: ("{values} ?this {other} ?less",),
    SH.lessThanOrEquals: ("{values} ?this {other} ?less",),
    SH.uniqueLang: (_ONE_TAG,),
}
"""What to look at for components that compare values; `lessThan` looks at all that have both."""


def _counting(shape: _Shape, parameter: Node, path: str, target: str) -> Iterator[tuple[str, bool]]:
    """Yield queries for nodes with too few or too many values, or without a certain one."""
    for term in shape.objects(parameter):
        values = f"?this {path} {_write(term) if parameter == SH.hasValue else '?value'}"
        if parameter == SH.hasValue or (parameter == SH.minCount and str(term) == "1"):
            yield f"SELECT ?this {{ {target} FILTER NOT EXISTS {{ {values} }} }}", True
        elif parameter == SH.maxCount and str(term) == "0":
            yield f"SELECT ?this {{ {target} FILTER EXISTS {{ {values} }} }}", True
        elif parameter == SH.maxCount and str(term) == "1" and not _is_endless(path):
            yield f"SELECT ?this {{ {values} }} GROUP BY ?this HAVING (COUNT(*) > 1)", False
        else:
            raise _UnknownError


def _parameters(shape: _Shape) -> set[Node]:
    return {p for p in shape.sg.graph.predicates(shape.node) if p in _COMPONENTS} - {SH.flags}


def _path(shape: _Shape) -> str:
    try:
        return write_path(shape.path(), shape.sg.graph, _write)
    except ValueError as error:
        raise _UnknownError from error


def _is_endless(path: str) -> bool:
    """Whether a path may be walked any number of times, so that it needs a start."""
    return bool(_ENDLESS.search(_IRI.sub("", path)))


def _write(term: Node) -> str:
    """A term as SPARQL writes it."""
    if isinstance(term, rdflib.BNode):
        raise _UnknownError
    return str(to_term(term))


def _narrower(view: View, kind: Node) -> set[Node]:
    """A class and those below it."""
    return {each for each in view.transitive_subjects(RDFS.subClassOf, kind) if each is not None}


def _all(expressions: Iterable[str]) -> str:
    return " && ".join(f"({each})" for each in expressions) or "true"


def _wrong(right: str) -> str:
    """What is not certainly right, as where an expression fails, is to be looked at."""
    return f"!COALESCE({right}, false)"


def _matcher(patterns: Iterable[re.Pattern[str]]) -> Callable[[_Term], ox.Literal]:
    searches = [pattern.search for pattern in patterns]

    def matches(term: _Term) -> ox.Literal:
        if not isinstance(term, ox.Literal | ox.NamedNode):
            return _FALSE
        return _TRUE if all(search(term.value) for search in searches) else _FALSE

    return matches


def _judge(component: Any, executor: Any, view: View) -> Callable[[_Term], ox.Literal]:
    @lru_cache(_REMEMBERED)
    def conforms(term: _Term) -> ox.Literal:
        node = to_node(term)
        return _TRUE if component.evaluate(executor, view, {node: (node,)}, [])[0] else _FALSE

    return conforms
