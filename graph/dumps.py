"""A dataset as a file, written while it is read where its format allows it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import chain, islice
from typing import IO, Final

import pyoxigraph as ox

from .blank_nodes import relabel
from .export import serialise
from .formats import find_format
from .namespaces import PREFIXES
from .rdf import ENGINES
from .sorting import Sorter
from .store import Store

__all__ = ["write_dataset"]

_LINES: Final = ("ntriples", "nquads")
_STREAMED: Final = ("turtle", "trig")
_ORDERED: Final = 250_000
"""Triples of the largest dataset that Turtle and TriG give in order; it takes 0.7 GB of memory."""


def write_dataset(
    store: Store,
    output: IO[bytes],
    format: str,  # noqa: A002 - the field's word
    graphs: Collection[str] | None = None,
) -> None:
    """Write named graphs of a dataset.

    N-Triples and N-Quads are sorted lines, and take no memory in proportion to the dataset but for
    its blank nodes. Turtle and TriG are grouped and sorted up to 250,000 triples; larger ones are
    written in the order in which the store keeps them. RDF/XML and JSON-LD are made in memory.

    The same dataset gives the same bytes. Jelly is written in the order of the store too.

    :param format: name, extension or media type of one of `formats.FORMATS`, or `jelly`.
    :param graphs: IRIs of the graphs; all by default.
    :raises ExportError: there is no such format, or it cannot say what the dataset holds.
    :raises StoreError: the store fails.
    """
    quads = _quads(store, graphs)
    if format == "jelly":
        from .jelly import write_jelly

        write_jelly(quads, output)
        return
    target = find_format(format)
    if target.name in _LINES:
        _write_lines(quads, output, ENGINES[target.name], dataset=target.dataset)
        return
    if target.name in _STREAMED:
        first = list(islice(quads, _ORDERED + 1))
        if len(first) > _ORDERED:
            found = chain(first, quads)
            kept = found if target.dataset else (ox.Quad(*quad.triple) for quad in found)
            ox.serialize(kept, output, ENGINES[target.name], prefixes=PREFIXES)
            return
        quads = iter(first)
    output.write(serialise(quads, target.name))


def _quads(store: Store, graphs: Collection[str] | None) -> Iterator[ox.Quad]:
    if graphs is None:
        yield from store.quads()
        return
    for iri in graphs:
        name = ox.NamedNode(iri)
        for triple in store.graph(iri):
            yield ox.Quad(triple.subject, triple.predicate, triple.object, name)


def _write_lines(
    quads: Iterator[ox.Quad], output: IO[bytes], syntax: ox.RdfFormat, *, dataset: bool
) -> None:
    blank: set[ox.Quad] = set()

    def grounded() -> Iterator[ox.Quad]:
        for quad in quads:
            kept = quad if dataset else ox.Quad(*quad.triple)
            if isinstance(quad.object, ox.BlankNode) or isinstance(quad.subject, ox.BlankNode):
                blank.add(kept)
            else:
                yield kept

    with Sorter() as sorter:
        ox.serialize(grounded(), sorter, syntax)  # type: ignore[arg-type]  # it only writes
        ox.serialize(relabel(blank), sorter, syntax)  # type: ignore[arg-type]
        for lines in sorter.batches():
            output.write(b"".join(lines))
