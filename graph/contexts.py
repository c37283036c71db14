"""JSON-LD contexts: the project's own, and one made for a graph in another vocabulary."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

import pyoxigraph as ox

__all__ = ["context", "derive_context"]

Json = dict[str, Any]

_RDF_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_XSD_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"
_LOCAL: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


@cache
def _own_context() -> str:
    package = files(__package__.partition(".")[0])
    return (package / "ontology" / "context.jsonld").read_text(encoding="utf-8")


def context() -> Json:
    """Return the project's own context, from ontology/context.jsonld."""
    found: Json = json.loads(_own_context())["@context"]
    return found


def derive_context(
    quads: Iterable[ox.Triple | ox.Quad], namespace: str, prefixes: Mapping[str, str]
) -> Json:
    """Make a context for a graph from the terms it uses.

    Terms of the namespace are called by their local names, others by prefix. A property whose
    values are all IRIs, or all of one datatype, is declared so.

    :param namespace: namespace of the vocabulary that the graph speaks.
    :param prefixes: prefix to namespace, for the rest.
    """
    made: Json = {"@version": 1.1, "@vocab": namespace, **dict(sorted(prefixes.items()))}
    kinds: dict[str, set[str]] = {}
    for quad in quads:
        if quad.predicate.value != _RDF_TYPE:
            kinds.setdefault(quad.predicate.value, set()).add(_kind(quad.object))
    for iri in sorted(kinds):
        local = iri.removeprefix(namespace)
        coercion = next(iter(kinds[iri])) if len(kinds[iri]) == 1 else ""
        if coercion and local != iri and _LOCAL.fullmatch(local) and local not in made:
            made[local] = {"@id": iri, "@type": coercion}
    return made


def _kind(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    if not isinstance(term, ox.Literal):
        return "@id"
    plain = term.language is not None or term.datatype.value == _XSD_STRING
    return "" if plain else term.datatype.value
