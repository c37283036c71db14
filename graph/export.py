"""Graphs as files: in each format, and in the vocabularies that others speak."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, cast

from .errors import ExportError
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
    quads = _sorted(_quads(data, target.dataset))
    if target.name == "jsonld":
        return _jsonld(quads, spoken)
    if target.name == "turtle":
        return _turtle(quads, PREFIXES if spoken is None else spoken.prefixes)
    return _oxigraph(quads, target, PREFIXES if spoken is None else spoken.prefixes)


def _quads(data: rdflib.Graph | Iterable[ox.Triple | ox.Quad], dataset: bool) -> set[ox.Quad]:
    """The distinct quads of the data; all in the default graph unless a dataset is wanted."""
    import pyoxigraph as ox
    import rdflib

    from .terms import from_rdflib

    quads = from_rdflib(data) if isinstance(data, rdflib.Graph) else data
    found: set[ox.Quad] = set()
    for quad in quads:
        if dataset and isinstance(quad, ox.Quad):
            found.add(quad)
        else:
            found.add(ox.Quad(quad.subject, quad.predicate, quad.object))
    if any(isinstance(term, ox.BlankNode) for quad in found for term in quad):
        named = ox.Dataset(found)
        named.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        return set(named)
    return found


def _sorted(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Quads by graph, subject, predicate (types first) and value, `author/2` before `author/10`."""
    from .turtle_terms import natural_key

    keys: dict[str, tuple[object, ...]] = {}

    def key(term: object) -> tuple[object, ...]:
        text = str(term)
        if text not in keys:
            keys[text] = natural_key(text)
        return keys[text]

    return sorted(
        quads,
        key=lambda quad: (
            str(quad.graph_name),
            key(quad.subject),
            quad.predicate.value != PREFIXES["rdf"] + "type",
            quad.predicate.value,
            key(quad.object),
        ),
    )


def _turtle(quads: list[ox.Quad], prefixes: Mapping[str, str]) -> bytes:
    from .terms import to_rdflib
    from .turtle import to_turtle

    return to_turtle(to_rdflib(quads), prefixes=prefixes, base=None).encode()


def _jsonld(quads: list[ox.Quad], vocabulary: Vocabulary | None) -> bytes:
    from .jsonld import compact, context, derive_context

    if vocabulary is None:
        used = context()
    else:
        used = derive_context(quads, vocabulary.namespace, vocabulary.prefixes)
    return (json.dumps(compact(quads, used), ensure_ascii=False, indent=2) + "\n").encode()


def _oxigraph(quads: list[ox.Quad], target: Format, prefixes: Mapping[str, str]) -> bytes:
    import pyoxigraph as ox

    formats = {
        "ntriples": ox.RdfFormat.N_TRIPLES,
        "nquads": ox.RdfFormat.N_QUADS,
        "trig": ox.RdfFormat.TRIG,
        "rdfxml": ox.RdfFormat.RDF_XML,
    }
    if target.name == "rdfxml":
        _refuse_what_xml_lacks(quads)
    used = _used_prefixes(quads, prefixes)
    written = cast("bytes", ox.serialize(quads, format=formats[target.name], prefixes=used))
    if target.name == "rdfxml":
        # XML parsers read a bare carriage return as a line feed.
        return written.replace(b"\r", b"&#13;")
    return written


def _used_prefixes(quads: list[ox.Quad], prefixes: Mapping[str, str]) -> dict[str, str]:
    import pyoxigraph as ox

    terms = {term for quad in quads for term in quad}
    iris = {term.value for term in terms if isinstance(term, ox.NamedNode)}
    iris |= {term.datatype.value for term in terms if isinstance(term, ox.Literal)}
    return {p: n for p, n in sorted(prefixes.items()) if any(iri.startswith(n) for iri in iris)}


_NAME_START: Final = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_ENDS_IN_NAME: Final = re.compile(
    f"[{_NAME_START}][-.0-9\u00b7\u0300-\u036f\u203f\u2040{_NAME_START}]*$"
)
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def _refuse_what_xml_lacks(quads: list[ox.Quad]) -> None:
    """RDF/XML has properties as element names, and no control characters (XML 1.0, section 2.2)."""
    import pyoxigraph as ox

    for iri in sorted({quad.predicate.value for quad in quads}):
        if not _ENDS_IN_NAME.search(iri):
            raise ExportError(
                f"RDF/XML cannot name the property <{iri}>: it does not end in an XML name.",
                hint="Write Turtle or N-Triples instead.",
            )
    for quad in quads:
        if isinstance(quad.object, ox.Literal) and (bad := _NOT_IN_XML.search(quad.object.value)):
            raise ExportError(
                f"RDF/XML cannot hold the character U+{ord(bad.group()):04X} that a"
                f" <{quad.predicate.value}> of {quad.subject} has.",
                hint="Write Turtle or N-Triples instead.",
            )
