"""Labels of blank nodes that depend on the graph alone, not on who read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Final

import pyoxigraph as ox

__all__ = ["relabel"]

_REFINEMENTS: Final = 64
_CHOICES: Final = 64
"""Bounds of the work, so that no graph can hold up an export: past them, labels may differ."""

_Position = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | ox.DefaultGraph
_Colours = Mapping[ox.BlankNode, str]


def relabel(quads: Iterable[ox.Quad]) -> set[ox.Quad]:
    """Give blank nodes the labels `b0`, `b1`, ... in an order that the graph determines.

    Nodes are told apart by what is said about them, refined until it says no more; of those that
    still look alike one is chosen, and the rest refined again. Unlike RDFC-1.0
    (https://www.w3.org/TR/rdf-canon/), this takes polynomial time for every graph; only graphs
    that are large and made to be hard may get other labels when they are read again.

    :return: quads that are isomorphic to those given.
    """
    found = set(quads)
    mentions: dict[ox.BlankNode, list[ox.Quad]] = {}
    for quad in found:
        for term in {term for term in quad if isinstance(term, ox.BlankNode)}:
            mentions.setdefault(term, []).append(quad)
    if not mentions:
        return found
    colours = _told_apart(mentions)
    ordered = sorted(mentions, key=lambda node: (colours[node], node.value))
    labels = {node: ox.BlankNode(f"b{number}") for number, node in enumerate(ordered)}
    touched = {quad for quads_ in mentions.values() for quad in quads_}
    renamed = {ox.Quad(*(_renamed(term, labels) for term in quad)) for quad in touched}  # type: ignore[arg-type]
    return (found - touched) | renamed


def _renamed(term: _Position, labels: Mapping[ox.BlankNode, ox.BlankNode]) -> _Position:
    return labels[term] if isinstance(term, ox.BlankNode) else term


def _told_apart(mentions: Mapping[ox.BlankNode, list[ox.Quad]]) -> _Colours:
    colours = _refined(mentions, dict.fromkeys(mentions, ""))
    for choice in range(_CHOICES):
        sizes = Counter(colours.values())
        alike = sorted(colour for colour, size in sizes.items() if size > 1)
        if not alike:
            break
        chosen = min(node.value for node, colour in colours.items() if colour == alike[0])
        colours = {
            node: f"{choice}" if node.value == chosen else colour
            for node, colour in colours.items()
        }
        colours = _refined(mentions, colours)
    return colours


def _refined(mentions: Mapping[ox.BlankNode, list[ox.Quad]], colours: _Colours) -> _Colours:
    """Colours by what is said of each node in terms of the colours of others, until stable."""
    count = len(set(colours.values()))
    for _ in range(_REFINEMENTS):
        colours = {
            node: _digest(colours[node], *sorted(_seen_from(node, quad, colours) for quad in quads))
            for node, quads in mentions.items()
        }
        if (found := len(set(colours.values()))) in {count, len(colours)}:
            break
        count = found
    return colours


def _seen_from(node: ox.BlankNode, quad: ox.Quad, colours: _Colours) -> str:
    """A quad as a node sees it: itself, others by colour, and names as they are."""
    seen = []
    for term in quad:
        if term == node:
            seen.append("_:*")
        elif isinstance(term, ox.BlankNode):
            seen.append(f"_:{colours[term]}")
        else:
            seen.append(str(term))
    return _digest(*seen)


def _digest(*parts: str) -> str:
    return blake2b("\x00".join(parts).encode(), digest_size=16).hexdigest()
