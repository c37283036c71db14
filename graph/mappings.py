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
    :param conferences: classes of the events that are programmes; empty where there are none.
    :param parts: property from a part to the whole, and the inverse one.
    :param whole: whether those classes hold sessions and talks too, so that an event is a programme
        only where others are parts of it, or where it is alone.
    :param spellings: namespaces that are written for another one, each with that other one.
    :param lists: the properties of linked lists: next item, previous item, first item of a list.
    """

    name: str
    label: str
    namespaces: tuple[str, ...]
    conferences: tuple[str, ...]
    parts: tuple[str, str]
    whole: bool = False
    spellings: tuple[tuple[str, str], ...] = ()
    lists: tuple[str, str, str] | None = None


_SWC: Final = "http://data.semanticweb.org/ns/swc/ontology#"
_SWRC: Final = "http://swrc.ontoware.org/ontology#"
_CONF: Final = "https://w3id.org/scholarlydata/ontology/conference-ontology.owl#"
_SCHEMA: Final = "https://schema.org/"
_DBLP: Final = "https://dblp.org/rdf/schema#"
_EVENTS: Final = (
    "Event", "BusinessEvent", "ConferenceEvent", "EducationEvent", "ExhibitionEvent", "Festival",
    "FoodEvent", "Hackathon", "SocialEvent",
)  # fmt: skip

MAPPINGS: Final[dict[str, Mapping]] = {
    mapping.name: mapping
    for mapping in (
        Mapping(
            "swc",
            "Semantic Web Conference ontology",
            (_SWC, _SWRC),
            (_SWC + "ConferenceEvent",),
            (_SWC + "isSubEventOf", _SWC + "isSuperEventOf"),
        ),
        Mapping(
            "conference-ontology",
            "conference-ontology of ScholarlyData",
            (_CONF, "http://www.scholarlydata.org/ontology/conference-ontology.owl#"),
            (_CONF + "Conference",),
            (_CONF + "isSubEventOf", _CONF + "hasSubEvent"),
            spellings=(
                ("http://www.scholarlydata.org/ontology/conference-ontology.owl#", _CONF),
                ("http://w3id.org/scholarlydata/ontology/conference-ontology.owl#", _CONF),
                ("http://www.scholarlydata.org/resource/", "https://w3id.org/scholarlydata/role/"),
                ("http://w3id.org/scholarlydata/role/", "https://w3id.org/scholarlydata/role/"),
            ),
            lists=(_CONF + "next", _CONF + "previous", _CONF + "hasFirstItem"),
        ),
        Mapping(
            "schema",
            "schema.org",
            (_SCHEMA, "http://schema.org/"),
            tuple(_SCHEMA + name for name in _EVENTS),
            (_SCHEMA + "superEvent", _SCHEMA + "subEvent"),
            whole=True,
            spellings=(
                ("http://schema.org/", _SCHEMA),
                ("http://www.schema.org/", _SCHEMA),
                ("https://www.schema.org/", _SCHEMA),
            ),
        ),
        Mapping(
            "dblp",
            "dblp RDF",
            (_DBLP, "https://dblp.org/rdf/schema-2020-07-01#"),
            (),
            ("", ""),
            spellings=(("https://dblp.org/rdf/schema-2020-07-01#", _DBLP),),
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
