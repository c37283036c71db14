"""What can be matched: kinds of things, and the properties by which they are known."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from ..graph.errors import ParameterError
from ..graph.namespaces import PREFIXES
from .kinds import KINDS, Kind

__all__ = [
    "MATCHED",
    "every_property",
    "iri_of",
    "is_iri",
    "kind_named",
    "property_of",
    "proposed",
    "type_of",
    "word_of",
]

_OFFERED: Final = ("person", "organisation", "topic", "paper", "talk", "conference", "system")
MATCHED: Final = {each.name: each for each in reversed(KINDS) if each.name in _OFFERED}
"""The kinds of things that tables are matched with, by name."""
_PROPERTIES: Final = {
    "person": ("schema:affiliation", "foaf:homepage", "schema:sameAs", "skos:altLabel"),
    "organisation": ("schema:sameAs", "org:unitOf", "foaf:homepage", "skos:altLabel"),
    "topic": ("skos:broader", "skos:exactMatch", "skos:closeMatch", "skos:definition"),
    "paper": (
        "dcterms:creator",
        "dcterms:subject",
        "bibo:doi",
        "dcterms:identifier",
        "schema:sameAs",
    ),
    "talk": ("sym:presenter", "sym:presents", "sym:partOf"),
    "conference": ("schema:startDate", "schema:endDate", "schema:location", "schema:url"),
    "system": ("rdf:type", "dcterms:description", "schema:url"),
}
"""What is proposed for things of each kind; any other property can be asked for by its IRI."""
_WORDS: Final = {
    "bibo:doi": "DOI",
    "foaf:homepage": "homepage",
    "org:unitOf": "part of",
    "rdf:type": "class",
    "schema:sameAs": "same as",
    "schema:startDate": "first day",
    "schema:endDate": "last day",
    "schema:url": "address",
    "skos:altLabel": "other name",
    "skos:closeMatch": "close match",
    "skos:exactMatch": "exact match",
    "sym:partOf": "part of",
}


def type_of(kind: Kind) -> dict[str, str]:
    """A type as the API has it: the class that a kind is of, and its word."""
    return {"id": kind.classes[0], "name": kind.word}


def kind_named(type_: str) -> str:
    """The name of the kind that a type is; empty where none is asked for.

    :raises ParameterError: there is no such type.
    """
    if not type_:
        return ""
    for kind in MATCHED.values():
        if type_ in (*kind.classes, kind.name, kind.word):
            return kind.name
    offered = ", ".join(kind.classes[0] for kind in MATCHED.values())
    raise ParameterError(f"There is no type '{type_[:100]}'.", hint=f"There are {offered}.")


def every_property() -> list[str]:
    """The properties that are proposed, with their prefixes."""
    return [*dict.fromkeys(name for names in _PROPERTIES.values() for name in names)]


def property_of(name: str) -> dict[str, str]:
    """A property as the API has it.

    :param name: its IRI, or its name with a prefix.
    :raises ParameterError: it is neither.
    """
    return {"id": name if "://" in name else iri_of(name), "name": word_of(name)}


def word_of(name: str) -> str:
    """What people call a property."""
    prefixed = name
    for prefix, namespace in PREFIXES.items():
        if name.startswith(namespace):
            prefixed = f"{prefix}:{name.removeprefix(namespace)}"
    return _WORDS.get(prefixed, prefixed.rpartition(":")[2] if prefixed != name else name)


def iri_of(name: str) -> str:
    """The IRI of a property that is named whole or with a prefix.

    :raises ParameterError: it is neither.
    """
    prefix, _, local = name.partition(":")
    iri = PREFIXES[prefix] + local if prefix in PREFIXES else name
    if not is_iri(iri):
        raise ParameterError(f"'{name[:100]}' is no property.", hint="Give its address.")
    return iri


def is_iri(text: str) -> bool:
    """Whether a text is an absolute IRI."""
    try:
        return bool(ox.NamedNode(text).value)
    except ValueError:
        return False


def proposed(kind: str) -> list[dict[str, str]]:
    """The properties that are proposed for things of a kind; of every kind without one."""
    return [property_of(name) for name in _PROPERTIES.get(kind, every_property())]
