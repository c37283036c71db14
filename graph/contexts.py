"""JSON-LD contexts: the project's own, and one made for a graph in another vocabulary."""

from __future__ import annotations

import json
import re
from collections import Counter
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

    Terms of the namespace are called by their local names, others by prefix. Most values of a
    property need no more than a string: the kind that is most common among them, IRIs, a datatype
    or a language, is what a string means.

    :param namespace: namespace of the vocabulary that the graph speaks.
    :param prefixes: prefix to namespace, for the rest.
    """
    made: Json = {"@version": 1.1, "@vocab": namespace, **dict(sorted(prefixes.items()))}
    kinds: dict[str, Counter[tuple[str, str]]] = {}
    for quad in quads:
        if quad.predicate.value != _RDF_TYPE:
            kinds.setdefault(quad.predicate.value, Counter())[_kind(quad.object)] += 1
    for iri in sorted(kinds):
        local = iri.removeprefix(namespace)
        (key, value), _ = min(kinds[iri].items(), key=lambda item: (-item[1], item[0]))
        if key and local != iri and _LOCAL.fullmatch(local) and local not in made:
            made[local] = {"@id": iri, key: value}
    return made


def _kind(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> tuple[str, str]:
    """What a term definition would say so that this value can be a string."""
    if not isinstance(term, ox.Literal):
        return ("@type", "@id")
    if term.language is not None:
        return ("@language", term.language)
    datatype = term.datatype.value
    return ("", "") if datatype == _XSD_STRING else ("@type", datatype)
