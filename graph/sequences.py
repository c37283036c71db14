"""Places in lists that are linked item by item, which no query can count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

import pyoxigraph as ox

from .namespaces import BASE, PREFIXES

__all__ = ["POSITIONS", "positions"]

POSITIONS: Final = ox.NamedNode(f"{BASE}graph/positions")
"""The graph in which mappings find the items of a list that begins with an item, and their places:
`?first schema:itemListElement ?item . ?item sym:position ?number`."""

_Node: TypeAlias = ox.NamedNode | ox.BlankNode
_REST: Final = PREFIXES["rdf"] + "rest"
_NIL: Final = ox.NamedNode(PREFIXES["rdf"] + "nil")
_HOLDS: Final = ox.NamedNode(PREFIXES["schema"] + "itemListElement")
_POSITION: Final = ox.NamedNode(PREFIXES["sym"] + "position")


def positions(
    triples: Iterable[ox.Triple], lists: tuple[str, str, str] | None = None
) -> Iterator[ox.Quad]:
    """Number the items of each linked list, from 1.

    RDF lists are linked by rdf:rest (https://www.w3.org/TR/rdf11-mt/#rdf-collections), others by
    the properties that are given. Items of a ring, and those behind a fork, have no place.

    :param lists: the properties to the next item, to the previous one, and from a list to its
        first item.
    """
    forth, back, first = lists or ("", "", "")
    following: dict[_Node, set[_Node]] = {}
    heads: dict[_Node, None] = {}
    for triple in triples:
        subject, value, term = triple.subject, triple.object, triple.predicate.value
        if isinstance(value, ox.Literal | ox.Triple) or isinstance(subject, ox.Triple):
            continue
        if term in (_REST, forth):
            following.setdefault(subject, set()).add(value)
        elif term == back:
            following.setdefault(value, set()).add(subject)
        elif term == first:
            heads[value] = None
    led_to = {node for nodes in following.values() for node in nodes}
    for head in [node for node in {**heads, **following} if node not in led_to]:
        yield from _numbered(head, following)


def _numbered(head: _Node, following: dict[_Node, set[_Node]]) -> Iterator[ox.Quad]:
    item, number, seen = head, 1, set[_Node]()
    while item not in seen and item != _NIL:
        seen.add(item)
        yield ox.Quad(head, _HOLDS, item, POSITIONS)
        yield ox.Quad(item, _POSITION, ox.Literal(number), POSITIONS)
        found = following.get(item, set())
        if len(found) != 1:
            return
        (item,) = found
        number += 1
