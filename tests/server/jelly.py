"""Jelly as others read it: by the reader of pyjelly, into terms of the engine."""

from __future__ import annotations

import io

import pyoxigraph as ox
from pyjelly.integrations.generic import generic_sink as sink
from pyjelly.integrations.generic.parse import parse_jelly_flat

__all__ = ["read_jelly"]


def read_jelly(body: bytes) -> list[ox.Triple | ox.Quad]:
    """The statements of a stream, in order."""
    found: list[ox.Triple | ox.Quad] = []
    for each in parse_jelly_flat(io.BytesIO(body)):
        if isinstance(each, sink.Quad):
            found.append(ox.Quad(*map(_term, each)))
        elif isinstance(each, sink.Triple):
            found.append(ox.Triple(*map(_term, each)))
    return found


def _term(term):  # type: ignore[no-untyped-def]
    if term is sink.DefaultGraph:
        return ox.DefaultGraph()
    if isinstance(term, sink.IRI):
        return ox.NamedNode(term._iri)
    if isinstance(term, sink.BlankNode):
        return ox.BlankNode(term._identifier)
    datatype = ox.NamedNode(term._datatype) if term._datatype else None
    return ox.Literal(term._lex, language=term._langtag, datatype=datatype)
