"""The foreign vocabularies that can be mapped, with their queries."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import pyoxigraph as ox

from .namespaces import BASE

__all__ = ["MAPPINGS", "Mapping", "alignments", "queries"]

_ALIGNMENTS: Final = ox.NamedNode(f"{BASE}graph/alignments")


@dataclass(frozen=True, slots=True)
class Mapping:
    """A vocabulary that is read by the queries in `queries/mappings/NAME`.

    :param name: what it is called on the command line.
    :param label: what people call it.
    :param namespaces: the namespaces by whose terms its graphs are known.
    :param conference: class of the events that are programmes.
    :param parts: property from a part to the whole, and the inverse one.
    """

    name: str
    label: str
    namespaces: tuple[str, ...]
    conference: str
    parts: tuple[str, str]


_SWC: Final = "http://data.semanticweb.org/ns/swc/ontology#"
_SWRC: Final = "http://swrc.ontoware.org/ontology#"

MAPPINGS: Final[dict[str, Mapping]] = {
    mapping.name: mapping
    for mapping in (
        Mapping(
            "swc",
            "Semantic Web Conference ontology",
            (_SWC, _SWRC),
            _SWC + "ConferenceEvent",
            (_SWC + "isSubEventOf", _SWC + "isSuperEventOf"),
        ),
    )
}
"""The vocabularies that can be mapped, by name."""


@cache
def queries(name: str) -> tuple[str, ...]:
    """The texts of a mapping's queries, in the order of their names."""
    folder = files(__package__.partition(".")[0]) / "queries" / "mappings" / name
    return tuple(
        entry.read_text(encoding="utf-8")
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".rq")
    )


@cache
def alignments() -> tuple[ox.Quad, ...]:
    """The alignments, and the concepts that they are about, in the graph where mappings look."""
    folder = files(__package__.partition(".")[0]) / "ontology"
    return tuple(
        ox.Quad(quad.subject, quad.predicate, quad.object, _ALIGNMENTS)
        for file in ("alignments.ttl", "symposia.ttl")
        for quad in ox.parse((folder / file).read_bytes(), ox.RdfFormat.TURTLE)
    )
