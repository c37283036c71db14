"""RDF terms of pyoxigraph as terms of rdflib, and back."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

import pyoxigraph as ox
import rdflib
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

from .errors import ExportError

__all__ = ["from_rdflib", "to_node", "to_rdflib", "to_term"]

# A literal that is none of its datatype is what validation tells; rdflib logs it with a traceback.
logging.getLogger("rdflib.term").setLevel(logging.ERROR)

_XSD_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"


def to_rdflib(
    triples: Iterable[ox.Triple | ox.Quad], into: rdflib.Graph | None = None
) -> rdflib.Graph:
    """Return triples of pyoxigraph as a graph of rdflib; graph names are dropped.

    A literal of type xsd:string becomes a plain one, as RDF 1.1 has it and rdflib's parsers do.

    :param into: the graph that takes the triples; by default a new one.
    :raises ExportError: if a triple has a triple as its object (RDF 1.2), which rdflib lacks.
    """
    graph = rdflib.Graph(bind_namespaces="none") if into is None else into
    node = cache(to_node)
    for triple in triples:
        graph.add((node(triple.subject), node(triple.predicate), node(triple.object)))
    return graph


def from_rdflib(graph: rdflib.Graph) -> Iterator[ox.Quad]:
    """Yield the triples of a graph, or the quads of a dataset, as quads of pyoxigraph.

    :raises ExportError: if a term is not RDF, such as a literal as subject or a broken IRI.
    """
    if not isinstance(graph, rdflib.Dataset):
        yield from _quads(graph, ox.DefaultGraph())
        return
    for named in graph.graphs():
        default = named.identifier == DATASET_DEFAULT_GRAPH_ID
        yield from _quads(named, ox.DefaultGraph() if default else to_term(named.identifier))


def to_node(term: object) -> rdflib.IdentifiedNode | rdflib.Literal:
    """Return a term of pyoxigraph as one of rdflib.

    :raises ExportError: if the term is a triple (RDF 1.2).
    """
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if isinstance(term, ox.Literal):
        datatype = term.datatype.value
        if term.language is not None:
            return rdflib.Literal(term.value, lang=term.language)
        if datatype == _XSD_STRING:
            return rdflib.Literal(term.value)
        return rdflib.Literal(term.value, datatype=rdflib.URIRef(datatype), normalize=False)
    raise ExportError(f"{term} is a triple inside a triple (RDF 1.2), which cannot be written.")


def _quads(graph: rdflib.Graph, name: object) -> Iterator[ox.Quad]:
    for subject, predicate, value in graph:
        try:
            yield ox.Quad(to_term(subject), to_term(predicate), to_term(value), name)  # type: ignore[arg-type]
        except TypeError as error:
            raise ExportError(
                f"{subject.n3()} {predicate.n3()} {value.n3()} is not an RDF triple."
            ) from error


def to_term(term: object) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """Return a term of rdflib as one of pyoxigraph.

    :raises ExportError: if the term is not RDF, such as a broken IRI.
    """
    try:
        if isinstance(term, rdflib.URIRef):
            return ox.NamedNode(str(term))
        if isinstance(term, rdflib.BNode):
            return ox.BlankNode(str(term))
        if isinstance(term, rdflib.Literal):
            if term.language:
                return ox.Literal(str(term), language=term.language)
            datatype = str(term.datatype or _XSD_STRING)
            return ox.Literal(str(term), datatype=ox.NamedNode(datatype))
    except ValueError as error:
        raise ExportError(f"{term!r} is not an RDF term: {error}.") from error
    raise ExportError(f"{term!r} is not an RDF term.")
