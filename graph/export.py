"""Graphs as files: in each format, and in the vocabularies that others speak."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, cast

from .formats import FORMATS, Format, find_format
from .namespaces import PREFIXES
from .translation import VOCABULARIES, Vocabulary, find_vocabulary, translate

if TYPE_CHECKING:
    import pyoxigraph as ox
    import rdflib

__all__ = [
    "FORMATS",
    "VOCABULARIES",
    "Format",
    "Vocabulary",
    "find_format",
    "serialise",
    "translate",
]


_LINES: Final = ("ntriples", "nquads")


def serialise(
    data: rdflib.Graph | Iterable[ox.Triple | ox.Quad],
    format: str,  # noqa: A002 - what rdflib and pyoxigraph call it
    vocabulary: str | None = None,
) -> bytes:
    """Write a graph; the same graph gives the same bytes.

    Turtle, N-Triples, RDF/XML and JSON-LD hold one graph: named graphs are merged in them. TriG and
    N-Quads keep named graphs apart. JSON-LD is compact and carries its context.

    :param data: a graph or dataset of rdflib, or triples or quads of pyoxigraph.
    :param format: name, extension or media type of one of `FORMATS`.
    :param vocabulary: the vocabulary that `data` was translated to, for its prefixes and context.
    :raises ExportError: if there is no such format or vocabulary, or the format cannot say what the
        graph holds.
    """
    target = find_format(format)
    spoken = None if vocabulary is None else find_vocabulary(vocabulary)
    found = _quads(data, target.dataset)
    if target.name in _LINES:
        return _lines(found, target)
    if target.name == "jsonld":
        return _jsonld(found, spoken)
    prefixes = PREFIXES if spoken is None else spoken.prefixes
    if target.name == "turtle":
        return _turtle(found, prefixes)
    if target.name == "rdfxml":
        return _rdfxml(_sorted(found), prefixes)
    return _trig(_sorted(found), prefixes)


def _quads(data: rdflib.Graph | Iterable[ox.Triple | ox.Quad], dataset: bool) -> set[ox.Quad]:
    """The distinct quads of the data; all in the default graph unless a dataset is wanted."""
    import pyoxigraph as ox
    import rdflib

    from .blank_nodes import relabel
    from .terms import from_rdflib

    quads = from_rdflib(data) if isinstance(data, rdflib.Graph) else data
    found: set[ox.Quad] = set()
    for quad in quads:
        if dataset and isinstance(quad, ox.Quad):
            found.add(quad)
        else:
            found.add(ox.Quad(quad.subject, quad.predicate, quad.object))
    return relabel(found)


def _sorted(quads: set[ox.Quad]) -> list[ox.Quad]:
    """Quads by graph, subject, predicate (types first) and value, `author/2` before `author/10`."""
    from .turtle_terms import natural_key

    parts = [tuple(map(str, quad)) for quad in quads]
    ends = {part[0] for part in parts} | {part[2] for part in parts}
    rank = {
        term: n
        for n, term in enumerate(sorted(ends, key=lambda term: natural_key(term.strip("<>"))))
    }
    type_ = f"<{PREFIXES['rdf']}type>"
    keyed = [
        (
            "" if graph == "DEFAULT" else graph,
            rank[subject],
            predicate != type_,
            predicate,
            rank[value],
        )
        for subject, predicate, value, graph in parts
    ]
    return [quad for _, quad in sorted(zip(keyed, quads, strict=True), key=lambda pair: pair[0])]


def _turtle(quads: set[ox.Quad], prefixes: Mapping[str, str]) -> bytes:
    from .terms import to_rdflib
    from .turtle import to_turtle

    return to_turtle(to_rdflib(quads), prefixes=prefixes, base=None).encode()


def _rdfxml(quads: list[ox.Quad], prefixes: Mapping[str, str]) -> bytes:
    from .rdfxml import to_rdfxml

    return to_rdfxml(quads, prefixes).encode()


def _jsonld(quads: set[ox.Quad], vocabulary: Vocabulary | None) -> bytes:
    from .contexts import context, derive_context
    from .jsonld import compact

    if vocabulary is None:
        used = context()
    else:
        used = derive_context(quads, vocabulary.namespace, vocabulary.prefixes)
    return (json.dumps(compact(quads, used), ensure_ascii=False, indent=2) + "\n").encode()


def _trig(quads: list[ox.Quad], prefixes: Mapping[str, str]) -> bytes:
    import pyoxigraph as ox

    used = _used_prefixes(quads, prefixes)
    return cast("bytes", ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=used))


def _lines(quads: set[ox.Quad], target: Format) -> bytes:
    """Lines in the order of their code points, as canonical N-Quads have them."""
    import pyoxigraph as ox

    syntax = ox.RdfFormat.N_QUADS if target.dataset else ox.RdfFormat.N_TRIPLES
    written = cast("bytes", ox.serialize(quads, format=syntax))
    return b"".join(sorted(written.splitlines(keepends=True)))


def _used_prefixes(quads: list[ox.Quad], prefixes: Mapping[str, str]) -> dict[str, str]:
    import pyoxigraph as ox

    terms = {term for quad in quads for term in quad}
    iris = {term.value for term in terms if isinstance(term, ox.NamedNode)}
    iris |= {term.datatype.value for term in terms if isinstance(term, ox.Literal)}
    return {p: n for p, n in sorted(prefixes.items()) if any(iri.startswith(n) for iri in iris)}
