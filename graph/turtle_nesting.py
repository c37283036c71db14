"""Which blank nodes of a graph Turtle can write without a label: lists, and nodes used once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from rdflib import RDF, BNode
from rdflib.term import Node

__all__ = ["Nesting", "Triple", "nesting"]

Triple: TypeAlias = tuple[Node, Node, Node]

_DEEPEST: Final = 20
_FIRST: Final = RDF.first
_REST: Final = RDF.rest
_NIL: Final = RDF.nil


@dataclass(frozen=True, slots=True)
class Nesting:
    """How blank nodes are written.

    :param lists: head of a well-formed list to its members; see
        https://www.w3.org/TR/turtle/#collections.
    :param nested: the nodes that stand inside the one node that uses them, heads of lists included.
    :param inner: cells of lists other than their heads, which do not show.
    :param unused: the nodes that nothing refers to.
    :param labelled: the nodes that need a label.
    """

    lists: Mapping[Node, list[Node]]
    nested: frozenset[Node]
    inner: frozenset[Node]
    unused: frozenset[Node]
    labelled: frozenset[Node]


def nesting(triples: Iterable[Triple]) -> Nesting:
    """Return how the blank nodes of a graph are written; it does not depend on their labels.

    Nodes nest at most 20 deep; one deeper than that is labelled and counts afresh.
    """
    users: dict[Node, list[tuple[Node, Node]]] = {}
    properties: dict[Node, list[tuple[Node, Node]]] = {}
    for subject, predicate, value in triples:
        if isinstance(subject, BNode):
            properties.setdefault(subject, []).append((predicate, value))
        if isinstance(value, BNode):
            users.setdefault(value, []).append((subject, predicate))
    blank = properties.keys() | users.keys()
    cells = {node: cell for node, own in properties.items() if (cell := _cell(own)) is not None}
    lists, head_of = _lists(cells, users)
    once = {node for node in blank if len(users.get(node, ())) == 1}
    parents = {
        node: head_of.get(users[node][0][0], users[node][0][0])
        for node in once
        if head_of.get(node, node) == node
    }
    nested = _nested(parents)
    lists = {head: members for head, members in lists.items() if head in nested}
    inner = frozenset(cell for cell, head in head_of.items() if head in nested and cell != head)
    unused = frozenset(blank - users.keys())
    return Nesting(lists, nested, inner, unused, frozenset(blank - nested - inner - unused))


def _cell(properties: Sequence[tuple[Node, Node]]) -> tuple[Node, Node] | None:
    """Return a list cell's member and the rest after it, if a node is a list cell and no more."""
    by_predicate = dict(properties)
    if len(properties) == 2 and by_predicate.keys() == {_FIRST, _REST}:
        return by_predicate[_FIRST], by_predicate[_REST]
    return None


def _lists(
    cells: Mapping[Node, tuple[Node, Node]], users: Mapping[Node, list[tuple[Node, Node]]]
) -> tuple[dict[Node, list[Node]], dict[Node, Node]]:
    """Return the members of each list by its head, and the head of each cell."""
    lists: dict[Node, list[Node]] = {}
    head_of: dict[Node, Node] = {}
    for head in cells:
        uses = users.get(head, [])
        if len(uses) != 1 or (uses[0][1] == _REST and uses[0][0] in cells):
            continue
        chain: list[Node] = []
        node = head
        while node in cells and len(users[node]) == 1:
            chain.append(node)
            node = cells[node][1]
        if node == _NIL:
            lists[head] = [cells[cell][0] for cell in chain]
            head_of.update(dict.fromkeys(chain, head))
    return lists, head_of


def _nested(parents: Mapping[Node, Node]) -> frozenset[Node]:
    """Return the nodes that can stand inside their parent: not those of a cycle, not too deep."""
    depth: dict[Node, int] = {}
    for start in parents:
        chain: list[Node] = []
        seen: set[Node] = set()
        node = start
        while node in parents and node not in depth and node not in seen:
            chain.append(node)
            seen.add(node)
            node = parents[node]
        cycle = chain[chain.index(node) :] if node in seen else []
        depth.update(dict.fromkeys(cycle, 0))
        for link in reversed(chain[: len(chain) - len(cycle)]):
            below = depth.get(parents[link], 0) + 1
            depth[link] = below if below <= _DEEPEST else 0
    return frozenset(node for node, level in depth.items() if level)
