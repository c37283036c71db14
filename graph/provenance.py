"""Where the statements of a graph come from: the source, its lines, and how it was read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from rdflib import PROV, RDF, RDFS, XSD, Graph, Literal, URIRef

from .iris import Minter, lines
from .records import Programme, Quote
from .vocabulary import SCHEMA

__all__ = ["Quotations", "prose", "trace"]

_WEB_ADDRESS: Final = re.compile(r"https?://[^\x00-\x20<>\"{}|^`\\]+")


class Quotations:
    """Links things to the lines of the source that state them.

    :param graph: the graph to add to.
    :param source: IRI of the source.
    :param withheld: lines whose wording does not enter the graph.
    """

    def __init__(self, graph: Graph, source: URIRef, withheld: frozenset[int]) -> None:
        self._graph = graph
        self._source = source
        self._withheld = withheld

    def add(self, thing: URIRef, *quotes: Quote) -> None:
        """State that a thing is quoted from these places of the source."""
        for quote in quotes:
            self._graph.add((thing, PROV.wasQuotedFrom, self._place(quote)))

    def _place(self, quote: Quote) -> URIRef:
        place = lines(self._source, quote.first, quote.last)
        if quote.first == quote.last:
            label = f"Line {quote.first} of the programme page"
        else:
            label = f"Lines {quote.first} to {quote.last} of the programme page"
        self._graph.add((place, RDF.type, PROV.Entity))
        self._graph.add((place, RDFS.label, Literal(label, lang="en")))
        if self._withheld.isdisjoint(range(quote.first, quote.last + 1)):
            self._graph.add((place, PROV.value, Literal(quote.text)))
        return place


def prose(programme: Programme) -> frozenset[int]:
    """Return the lines whose wording is prose: abstracts, announcements, the description."""
    return frozenset(
        line for quote in _prose(programme) for line in range(quote.first, quote.last + 1)
    )


def _prose(programme: Programme) -> Iterable[Quote]:
    yield from programme.description_quotes
    if programme.co_located is not None:
        yield programme.co_located.quote
    for slot in programme.slots:
        for talk in slot.talks:
            if talk.abstract_quote is not None:
                yield talk.abstract_quote


def trace(graph: Graph, programme: Programme, minter: Minter) -> None:
    """Describe the source of a programme, its graph, and how the one became the other (PROV-O).

    It holds no time of day: the same source gives the same graph.
    """
    source = minter.fixed("source", "programme-page")
    named_graph = minter.fixed("graph", "programme")
    activity = minter.fixed("activity", "read-programme-page")
    agent = minter.fixed("agent", "symposia")
    for thing, kind, label in (
        (source, PROV.Entity, f"Programme page of the {programme.name}"),
        (named_graph, PROV.Entity, f"Programme of the {programme.name}"),
        (activity, PROV.Activity, f"Reading of the programme page of the {programme.name}"),
        (agent, PROV.SoftwareAgent, "Symposia"),
    ):
        graph.add((thing, RDF.type, kind))
        graph.add((thing, RDFS.label, Literal(label, lang="en")))
    graph.add((source, SCHEMA.sha256, Literal(programme.source.sha256)))
    if url := programme.source.url:
        address = URIRef(url) if _WEB_ADDRESS.fullmatch(url) else Literal(url, datatype=XSD.anyURI)
        graph.add((source, SCHEMA.url, address))
    graph.add((named_graph, PROV.wasDerivedFrom, source))
    graph.add((named_graph, PROV.wasGeneratedBy, activity))
    graph.add((activity, PROV.used, source))
    graph.add((activity, PROV.wasAssociatedWith, agent))
