"""What search engines read in a page: its thing in schema.org, as JSON-LD."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final, cast

import pyoxigraph as ox
from markupsafe import Markup

from ..graph.namespaces import PREFIXES
from .kinds import Kind, kind_of
from .ours import Query
from .panels import query_text
from .serving import Served

__all__ = ["embedded", "queries_about", "schema_type", "structured"]

_SCHEMA: Final = PREFIXES["schema"]
_TYPE: Final = PREFIXES["rdf"] + "type"
_NODE_TYPE: Final = ox.NamedNode(_TYPE)
_EVENT: Final = (("events", "event"), ("places", "event"))
_MAPPINGS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "conference": _EVENT,
    "session": _EVENT,
    "talk": (*_EVENT, ("talks", "talk"), ("topics", "work")),
    "paper": (
        ("papers", "paper"),
        ("authors", "paper"),
        ("materials", "paper"),
        ("topics", "work"),
    ),
    "person": (("person", "person"), ("affiliations", "person")),
    "organisation": (("organisation", "organisation"),),
    "place": (("places", "place"),),
}
"""The queries that say a kind of thing in schema.org, and their variable.

Those of `templates/schema` do not ask which programmes have it, the others are of the export.
"""
_ALONE: Final = ("organisation", "person")
_WITHIN: Final = ("session", "talk")
_TYPES: Final = {
    "conference": "Event",
    "session": "Event",
    "talk": "Event",
    "event": "Event",
    "paper": "ScholarlyArticle",
    "person": "Person",
    "organisation": "Organization",
    "dataset": "Dataset",
    "topic": "DefinedTerm",
    "scheme": "DefinedTermSet",
    "ontology": "DefinedTermSet",
    "place": "Place",
}
_LEFT_OUT: Final = frozenset(("hasPart", "isPartOf", "subEvent", "subjectOf", "hasDefinedTerm"))
"""Properties that lead away from the thing, or say in another way what is said already."""
_DEEPEST: Final = 4
_MOST: Final = 100
"""Values of a property that a page has."""
_LONGEST: Final = 5000
"""Characters of a text that a page has."""
_ESCAPES: Final = {ord(each): f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"}

Graph = dict[str, dict[str, list[Any]]]
Tree = dict[str, Any]


def schema_type(kind: Kind) -> str:
    """The class of a kind of things in schema.org; empty where it has none."""
    name = _TYPES.get(kind.name)
    return _SCHEMA + name if name else ""


def structured(served: Served, iri: str, kind: Kind | None = None) -> list[ox.Triple]:
    """What the export to schema.org says of one thing, and the names of what it leads to.

    A part of an event comes with the events that it is in.

    :param kind: the kind of the thing, if it is known.
    """
    node = ox.NamedNode(iri)
    if kind is None:
        (rows,) = served.tables((query_text("shown/about.rq"), {"this": node}))
        kind = kind_of(row["class"].value for row in rows if row["class"])
    within, *asked = queries_about(node, kind)
    if kind.name in _WITHIN:
        (rows,) = served.tables(within)
        around = [ox.NamedNode(row.event.value) for row in rows if row.event]
        asked += [(_mapping(name), {variable: e}) for e in around for name, variable in _EVENT]
    more, *others = cast("list[Iterable[ox.Triple]]", served.ask(*asked))
    found = {triple for each in others for triple in each}
    told = {triple.predicate for triple in found if triple.subject == node} - {_NODE_TYPE}
    found.update(t for t in more if t.subject != node or t.predicate not in told)
    return sorted(found, key=str)


def queries_about(node: ox.NamedNode, kind: Kind) -> list[Query]:
    """What will be asked for what `structured` says: see `Served.expecting`."""
    names = ("within", "thing", "names")
    asked: list[Query] = [(query_text(f"schema/{each}.rq"), {"this": node}) for each in names]
    return asked + [(_mapping(name), {var: node}) for name, var in _MAPPINGS.get(kind.name, ())]


@cache
def _mapping(name: str) -> str:
    if name in _ALONE:
        return query_text(f"schema/{name}.rq")
    return (files("symposia") / "queries" / "exports" / "schema" / f"{name}.rq").read_text("utf-8")


def embedded(served: Served, iri: str, kind: Kind, page: str) -> Markup:
    """The same as a tree, to stand in a `script` element of the page; empty where it says nothing.

    Search engines ask for more of an event than the programme may say of its parts: what a session
    or a talk does not say itself, its day and its place, is that of the event it is in.

    :param page: the address of the page.
    """
    graph: Graph = defaultdict(lambda: defaultdict(list))
    for triple in structured(served, iri, kind):
        if isinstance(triple.subject, ox.NamedNode):
            graph[triple.subject.value][triple.predicate.value].append(triple.object)
    if _TYPE not in graph[iri] or _SCHEMA + "name" not in graph[iri]:
        return Markup()
    _complete(graph, iri)
    tree = {"@context": "https://schema.org", **_Tree(graph, iri).tree, "mainEntityOfPage": page}
    text = json.dumps(tree, ensure_ascii=False)
    return Markup(text.translate(_ESCAPES))  # noqa: S704  nothing in it can end the element


def _complete(graph: Graph, iri: str) -> None:
    """Give a part of an event the day, the place and the address that the events around it have."""
    event = graph[iri]
    start, place, address = (_SCHEMA + each for each in ("startDate", "location", "address"))
    for above in _above(graph, iri):
        if start not in event and start in graph[above]:
            day = str(graph[above][start][0].value)[:10]
            event[start] = [ox.Literal(day)]
        if place not in event and place in graph[above]:
            event[place] = graph[above][place]
        for each in event.get(place, ()):
            venues = graph[above].get(place, ())
            if isinstance(each, ox.NamedNode) and address not in graph[each.value]:
                found = [a for v in venues if v != each for a in graph[v.value].get(address, ())]
                if found:
                    graph[each.value][address] = found


def _above(graph: Graph, iri: str) -> list[str]:
    """The events around an event, the nearest first."""
    found: list[str] = []
    todo = [iri]
    while todo:
        for parent in graph[todo.pop()].get(_SCHEMA + "superEvent", ()):
            if parent.value not in found and parent.value != iri:
                found.append(parent.value)
                todo.append(parent.value)
    return found


class _Tree:
    """A graph as a tree, from one thing; each thing is told where it comes first."""

    def __init__(self, graph: Graph, iri: str) -> None:
        self._graph = graph
        self._told: set[str] = set()
        self._places = self._positions()
        self.tree = self._node(iri, 0)

    def _positions(self) -> dict[str, int]:
        """The place of each author in the list of authors."""
        item, position = _SCHEMA + "item", _SCHEMA + "position"
        return {
            node[item][0].value: int(node[position][0].value)
            for node in list(self._graph.values())
            if item in node and position in node
        }

    def _node(self, iri: str, depth: int) -> Tree:
        self._told.add(iri)
        properties = self._graph[iri]
        types = [each.value.removeprefix(_SCHEMA) for each in properties.get(_TYPE, ())]
        tree: Tree = {"@id": iri, "@type": types[0] if len(types) == 1 else types}
        if "ScholarlyArticle" in types and _SCHEMA + "name" in properties:
            properties[_SCHEMA + "headline"] = properties[_SCHEMA + "name"]
        for name in sorted(properties, key=lambda each: (not each.endswith("/name"), each)):
            local = name.removeprefix(_SCHEMA)
            if name == _TYPE or local in _LEFT_OUT:
                continue
            values = properties[name][:_MOST]
            if local == "author":
                values = sorted(values, key=lambda each: self._places.get(each.value, _MOST))
            written = [self._value(value, depth) for value in values]
            tree[local] = written[0] if len(written) == 1 else written
        return tree

    def _value(self, term: Any, depth: int) -> Any:
        if isinstance(term, ox.Literal):
            return _literal(term)
        iri = str(term.value)
        if _TYPE not in self._graph.get(iri, ()):
            return iri
        if iri in self._told or depth >= _DEEPEST:
            return {"@id": iri}
        return self._node(iri, depth + 1)


def _literal(term: ox.Literal) -> Any:
    text = term.value[:_LONGEST]
    if term.language and not term.language.startswith("en"):
        return {"@language": term.language, "@value": text}
    return text
