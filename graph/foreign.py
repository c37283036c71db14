"""A foreign graph as its mapping reads it: one spelling of its terms, and events that have IRIs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias

import pyoxigraph as ox

from .mappings import Mapping
from .namespaces import BASE, PREFIXES

__all__ = ["GENERATED", "normalise"]

GENERATED: Final = "/.well-known/genid/"
"""What the IRIs of things without one hold: https://www.w3.org/TR/rdf11-concepts/#section-skolemization."""

_Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_TYPE: Final = PREFIXES["rdf"] + "type"


def normalise(quads: Iterable[ox.Quad], mapping: Mapping) -> list[tuple[ox.Triple, ox.Triple]]:
    """Return each triple with what the mapping's queries read in its place.

    Terms get the spelling that the queries use (http://schema.org/ is https://schema.org/), and an
    event that is a blank node an IRI, so that two of one name stay two.

    :param quads: the graph, in its own order; named graphs are taken together.
    """
    originals = dict.fromkeys(quad.triple for quad in quads)
    spelt: dict[str, ox.NamedNode] = {}
    named: dict[_Term, ox.NamedNode] = {}

    def spell(term: _Term) -> _Term:
        if isinstance(term, ox.NamedNode):
            for written, meant in mapping.spellings:
                if term.value.startswith(written):
                    new = meant + term.value[len(written) :]
                    return spelt.setdefault(new, ox.NamedNode(new))
        elif isinstance(term, ox.Literal) and mapping.spellings:
            datatype = term.datatype
            kind = spell(datatype)
            if kind is not datatype and isinstance(kind, ox.NamedNode):
                return ox.Literal(term.value, datatype=kind)
        return term

    pairs = [
        (one, ox.Triple(one.subject, spell(one.predicate), spell(one.object)))  # type: ignore[arg-type]
        for one in originals
    ]
    for _, triple in pairs:
        if (
            isinstance(triple.subject, ox.BlankNode)
            and triple.predicate.value == _TYPE
            and getattr(triple.object, "value", "") in mapping.conferences
        ):
            number = len(named) + 1
            named.setdefault(triple.subject, ox.NamedNode(f"{BASE.rstrip('/')}{GENERATED}{number}"))
    if not named:
        return pairs
    return [
        (
            original,
            ox.Triple(
                named.get(triple.subject, triple.subject),
                triple.predicate,
                named.get(triple.object, triple.object),
            ),
        )
        for original, triple in pairs
    ]
