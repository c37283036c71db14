"""A dataset in which one IRI stands for all that are one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, TypeVar, cast

import pyoxigraph as ox

from .errors import ParameterError
from .namespaces import BASE, PREFIXES
from .parameters import Answers, Term
from .questions import Question, bind
from .store import Store

__all__ = ["bound", "firsts", "merge"]

_FIRSTS: Final = """
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT DISTINCT ?each ?first WHERE { ?each prov:alternateOf ?first . FILTER(?each != ?first) }
ORDER BY ?each ?first
"""
_NAMES: Final = frozenset(
    PREFIXES[prefix] + name
    for prefix, name in (("foaf", "name"), ("rdfs", "label"), ("skos", "prefLabel"))
)
_ALSO: Final = ox.NamedNode(PREFIXES["skos"] + "altLabel")
_APART: Final = (f"{BASE}graph/identity", f"{BASE}graph/links/")
"""Graphs that say who is who, and stay as they are."""

Node = TypeVar("Node")


def firsts(store: Answers) -> dict[str, str]:
    """The IRI that stands for each of several that are one, by theirs (`prov:alternateOf`)."""
    found: dict[str, str] = {}
    for row in store.query(_FIRSTS):
        each, first = row["each"], row["first"]
        if isinstance(each, ox.NamedNode) and isinstance(first, ox.NamedNode):
            found.setdefault(each.value, first.value)
    return found


def bound(
    asked: Question, values: Mapping[str, str], store: Answers, one: Answers, *, base: str = BASE
) -> dict[str, Term]:
    """The values of a question's parameters, by the IRIs that stand for all that are one.

    :param values: by name of parameter, in words; see `questions.bind`.
    :param store: the dataset as it is.
    :param one: the merged dataset.
    :raises ParameterError: as `questions.bind`.
    """
    try:
        found = bind(asked, values, one, base=base)
    except ParameterError:  # the dataset as it is has the addresses and names of the others, too
        found = bind(asked, values, store, base=base)
    for name, value in found.items():
        if isinstance(value, ox.NamedNode):
            first = next((row["first"] for row in store.query(_FIRSTS, {"each": value})), None)
            found[name] = first if isinstance(first, ox.NamedNode) else value
    return found


def merge(store: Store, path: Path | None = None) -> Store:
    """Make the dataset in which each that is one with others has the IRI that stands for all.

    What is said of any of them is said of that IRI, in the graph that says it. It keeps its own
    names; those of the others become other names of it (`skos:altLabel`), so that it has one. The
    graphs that say who is who stay as they are.

    :param path: the folder of a store on disk, which is made; None makes one in memory.
    :return: the merged dataset.
    """
    engine = ox.Store(str(path)) if path else ox.Store()
    one = {each: ox.NamedNode(first) for each, first in firsts(store).items()}
    apart = [iri for iri in store.graphs() if iri.startswith(_APART)]
    kept = {triple for iri in apart for triple in store.graph(iri)}
    engine.bulk_extend(_named(store.quads(), one))
    union = (each if each in kept else _merged(each, one) for each in store.default_graph())
    engine.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in union)
    engine.flush()
    return Store(engine)


def _named(quads: Iterable[ox.Quad], one: Mapping[str, ox.NamedNode]) -> Iterator[ox.Quad]:
    for quad in quads:
        name = quad.graph_name
        if isinstance(name, ox.NamedNode):
            triple = quad.triple
            if not name.value.startswith(_APART):
                triple = _merged(triple, one)
            yield ox.Quad(triple.subject, triple.predicate, triple.object, name)


def _merged(triple: ox.Triple, one: Mapping[str, ox.NamedNode]) -> ox.Triple:
    subject = _first(triple.subject, one)
    predicate = triple.predicate
    if predicate.value in _NAMES and subject != triple.subject:
        predicate = _ALSO
    return ox.Triple(subject, predicate, _first(triple.object, one))


def _first(term: Node, one: Mapping[str, ox.NamedNode]) -> Node:
    if isinstance(term, ox.NamedNode):
        return cast(Node, one.get(term.value, term))
    if isinstance(term, ox.Triple):
        return cast(Node, _merged(term, one))
    return term
