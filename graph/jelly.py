"""Datasets in Jelly, a binary format that is small and quick to read (https://w3id.org/jelly)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Any, Final

import pyoxigraph as ox
from pyjelly.integrations.generic.generic_sink import IRI, BlankNode, DefaultGraph, Literal, Quad
from pyjelly.integrations.generic.serialize import flat_stream_to_file

from .namespaces import PREFIXES

__all__ = ["write_jelly"]

_STRING: Final = f"{PREFIXES['xsd']}string"


def write_jelly(quads: Iterable[ox.Quad], output: IO[bytes]) -> None:
    """Write quads in their order, in memory that does not grow with them.

    :param output: takes the frames of one stream of quads.
    """
    flat_stream_to_file(_terms(quads), output)


def _terms(quads: Iterable[ox.Quad]) -> Iterator[Quad]:
    for quad in quads:
        yield Quad(
            _term(quad.subject), _term(quad.predicate), _term(quad.object), _term(quad.graph_name)
        )


def _term(term: Any) -> Any:
    if isinstance(term, ox.NamedNode):
        return IRI(term.value)
    if isinstance(term, ox.BlankNode):
        return BlankNode(term.value)
    if isinstance(term, ox.DefaultGraph):
        return DefaultGraph
    datatype = term.datatype.value
    plain = term.language or datatype == _STRING
    return Literal(term.value, term.language, None if plain else datatype)
