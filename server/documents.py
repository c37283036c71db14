"""What is known of a thing, as a graph: its description, and the document of it in each format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pyoxigraph as ox

from ..graph.export import serialise
from ..graph.remote import RemoteStore
from .negotiation import GRAPHS, HTML, Format
from .panels import query_text
from .serving import Served

__all__ = ["DOCUMENTS", "describe", "known", "split", "write"]

DOCUMENTS: Final = (HTML, *(form for form in GRAPHS if form.name not in ("trig", "nquads")))
"""The formats that every thing has a document in, as its IRI and a suffix."""

_SUFFIXES: Final = {form.suffix: form for form in DOCUMENTS}


def split(path: str) -> tuple[str, Format | None]:
    """Split the path of a document into the path of its thing and the format.

    :return: the path unchanged and None where it ends in no suffix of a document.
    """
    thing, dot, suffix = path.rpartition(".")
    form = _SUFFIXES.get(suffix) if dot and thing else None
    return (thing, form) if form else (path, None)


def known(served: Served, iri: str) -> bool:
    """Whether the dataset speaks of an IRI, as subject, object or graph."""
    try:
        node = ox.NamedNode(iri)
    except ValueError:
        return False
    return bool(served.query(query_text("common/mentioned.rq"), {"this": node}))


def describe(served: Served, iri: str) -> list[ox.Triple]:
    """The description of a thing: its statements, its links both ways, and its n-ary nodes.

    A document whose terms are fragments of it, such as the ontology, describes them too. The
    name of a named graph stands for that graph, and is described by what the graph says.

    :return: triples in order, without duplicates.
    """
    node = ox.NamedNode(iri)
    whole = _whole(served, node)
    if whole:
        found = set(whole) | set(_construct(served, "common/outgoing.rq", node))
    else:
        found = set(_construct(served, "common/description.rq", node))
        found |= set(_construct(served, "common/fragments.rq", node))
    return sorted(found, key=str)


def _whole(served: Served, name: ox.NamedNode) -> Sequence[ox.Triple]:
    """The triples of a named graph; a SPARQL server may have to be asked for them in parts."""
    if isinstance(served.store, RemoteStore):
        return list(served.store.graph(name.value))
    return _construct(served, "common/graph.rq", name)


def _construct(served: Served, path: str, node: ox.NamedNode) -> Sequence[ox.Triple]:
    return list(served.query(query_text(path), {"this": node}))  # type: ignore[arg-type]


def write(triples: Sequence[ox.Triple], form: Format) -> bytes:
    """Write a description in a format of `DOCUMENTS` other than HTML."""
    return serialise(triples, form.name)
