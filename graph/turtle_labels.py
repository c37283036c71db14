"""An order of blank nodes that depends on what is said about them, not on their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from hashlib import blake2b
from typing import Final, TypeAlias

from rdflib import BNode, Literal
from rdflib.term import Node

from .turtle_nesting import Triple

__all__ = ["canonical_order"]

_Colours: TypeAlias = Mapping[Node, str]

_LOOK_AHEAD: Final = 400_000
_MOST: Final = 1_000_000
"""Steps after which choices are no longer compared, and after which all work stops (a second)."""


def canonical_order(triples: Iterable[Triple], nodes: Collection[Node]) -> list[Node]:
    """Return blank nodes in the same order for every isomorphic graph.

    Nodes are told apart by colour refinement: by the IRIs and literals around them, then by the
    nodes around them, and so on. Nodes that still look alike are, but for rare regular structures,
    interchangeable: one is picked, the one that gives the least picture of the whole. The work is
    limited, so that no graph can stop the writer; a large regular graph may then have more than
    one order. See https://www.w3.org/TR/rdf-canon/ for the problem.

    :param triples: the graph.
    :param nodes: the nodes to put in order.
    """
    return _Painter(triples, nodes).order()


class _Painter:
    """Colours the blank nodes of a graph until those that matter differ."""

    def __init__(self, triples: Iterable[Triple], nodes: Collection[Node]) -> None:
        self._nodes = nodes
        self._steps = 0
        self._links: dict[Node, list[tuple[str, Node]]] = {}
        facts: dict[Node, list[str]] = {}
        for subject, predicate, value in triples:
            for end, other, way in ((subject, value, ">"), (value, subject, "<")):
                if isinstance(end, BNode):
                    links = self._links.setdefault(end, [])
                    if isinstance(other, BNode):
                        links.append((f"{way}{predicate}", other))
                    else:
                        facts.setdefault(end, []).append(f"{way}{predicate} {_ground(other)}")
        self._round = sum(map(len, self._links.values())) + len(self._links)
        self._first = {node: _digest(*sorted(facts.get(node, ()))) for node in self._links}

    def order(self) -> list[Node]:
        colours = self._refined(self._first)
        while (alike := self._alike(colours)) and self._steps < _MOST:
            colours = self._pick(colours, alike)
        return sorted(self._nodes, key=colours.__getitem__)

    def _refined(self, colours: _Colours) -> _Colours:
        """Return colours that tell apart what the neighbours' colours tell apart."""
        kinds = len(set(colours.values()))
        while self._steps < _MOST and self._alike(colours):
            self._steps += self._round
            finer = {
                node: _digest(
                    colours[node], *sorted(link + colours[other] for link, other in links)
                )
                for node, links in self._links.items()
            }
            if len(set(finer.values())) == kinds:
                break
            colours, kinds = finer, len(set(finer.values()))
        return colours

    def _alike(self, colours: _Colours) -> list[Node]:
        """Return the smallest group of nodes that matter and share a colour."""
        groups = Counter(colours[node] for node in self._nodes)
        shared = [(size, colour) for colour, size in groups.items() if size > 1]
        if not shared:
            return []
        _, least = min(shared)
        return [node for node in self._nodes if colours[node] == least]

    def _pick(self, colours: _Colours, alike: list[Node]) -> _Colours:
        """Give one of several like nodes a colour of its own."""
        pictures: list[tuple[str, int, _Colours]] = []
        for number, node in enumerate(alike):
            if pictures and self._steps > _LOOK_AHEAD:
                break
            picked = self._refined({**colours, node: _digest(colours[node], "picked")})
            pictures.append((_digest(*sorted(picked.values())), number, picked))
        return min(pictures)[2]


def _ground(term: Node) -> str:
    if isinstance(term, Literal):
        return f"{term}\n{term.language}\n{term.datatype}"
    return f"<{term}>"


def _digest(*parts: str) -> str:
    return blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
