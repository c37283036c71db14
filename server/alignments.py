"""What the terms of the ontology are called elsewhere, from `ontology/alignments.ttl`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

import pyoxigraph as ox

from ..graph.namespaces import BASE, PREFIXES
from .terms import Cell

__all__ = ["Alignment", "alignments"]

_WORDS: Final = {
    PREFIXES[prefix] + name: word
    for prefix, name, word in (
        ("owl", "equivalentClass", "same as"),
        ("owl", "equivalentProperty", "same as"),
        ("skos", "exactMatch", "same as"),
        ("rdfs", "subClassOf", "a kind of"),
        ("rdfs", "subPropertyOf", "implies"),
        ("owl", "inverseOf", "inverse of"),
        ("skos", "closeMatch", "close to"),
        ("skos", "broadMatch", "narrower than"),
        ("skos", "narrowMatch", "broader than"),
        ("skos", "relatedMatch", "related to"),
    )
}
"""The relations of a term to one of another vocabulary, the closest first."""


class Alignment(NamedTuple):
    """How a term relates to others.

    :param word: the relation.
    :param terms: the others, with their prefixes.
    """

    word: str
    terms: tuple[Cell, ...]


@cache
def alignments() -> Mapping[str, tuple[Alignment, ...]]:
    """The alignments of each term, by its IRI."""
    path = files("symposia") / "ontology" / "alignments.ttl"
    parser = ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE)
    found: dict[str, dict[str, list[Cell]]] = {}
    for quad in parser:
        word = _WORDS.get(quad.predicate.value)
        if (
            word
            and isinstance(quad.subject, ox.NamedNode)
            and isinstance(quad.object, ox.NamedNode)
        ):
            other = Cell.of(quad.object, BASE, _short(quad.object.value, parser.prefixes))
            found.setdefault(quad.subject.value, {}).setdefault(word, []).append(other)
    order = list(dict.fromkeys(_WORDS.values()))
    return {
        term: tuple(Alignment(word, tuple(told[word])) for word in order if word in told)
        for term, told in found.items()
    }


def _short(iri: str, prefixes: Mapping[str, str]) -> str:
    for prefix, namespace in prefixes.items():
        if prefix and iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
