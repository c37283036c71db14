"""Datasets in Jelly, a binary format that is small and quick to read (https://w3id.org/jelly)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Any, Final

import pyoxigraph as ox
from pyjelly.integrations.generic.generic_sink import (
    IRI,
    BlankNode,
    DefaultGraph,
    Literal,
    Quad,
    Triple,
)
from pyjelly.integrations.generic.serialize import flat_stream_to_file

from .namespaces import PREFIXES

__all__ = ["write_jelly"]

_STRING: Final = f"{PREFIXES['xsd']}string"


def write_jelly(statements: Iterable[ox.Triple] | Iterable[ox.Quad], output: IO[bytes]) -> None:
    """Write statements in their order, in memory that does not grow with them.

    :param statements: triples, or quads, which keep the graphs apart.
    :param output: takes the frames of one stream.
    """
    flat_stream_to_file(_terms(statements), output)


def _terms(statements: Iterable[ox.Triple | ox.Quad]) -> Iterator[Triple | Quad]:
    for each in statements:
        terms = _term(each.subject), _term(each.predicate), _term(each.object)
        yield Quad(*terms, _term(each.graph_name)) if isinstance(each, ox.Quad) else Triple(*terms)


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
