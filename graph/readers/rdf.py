"""RDF files among the other formats: in our own model, in a vocabulary that is mapped, or other."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from ..dataset import NamedGraph, programme_of
from ..errors import SourceError
from ..iris import slug
from ..loss import Loss
from ..mapping import find_mapping
from ..mappings import MAPPINGS, Mapping
from ..namespaces import PREFIXES, SYM
from ..rdf import format_of, reading
from ..reading import Reading, ReadOptions, Source
from ..recovery import take
from .encodings import beginning
from .mapped import mapped
from .publish import describe

__all__ = ["READERS", "RdfReader", "rdf_format"]

_DERIVED: Final = PREFIXES["prov"] + "wasDerivedFrom"
_TYPE: Final = PREFIXES["rdf"] + "type"
_LOOKED_AT: Final = 5_000
"""Quads by which a vocabulary is known."""

_XML: Final = re.compile(r"<(?:\w+:)?RDF\b[^>]*22-rdf-syntax-ns#|<rdf:RDF\b")
_JSON: Final = re.compile(r'\A\s*[\[{][\s\S]*?"@(?:context|graph|id|type)"')
_PREFIX: Final = re.compile(r"^\s*(?:@prefix|@base|PREFIX|BASE)\s[^\n]*<[^>\n]*>", re.MULTILINE)
_TRIPLE: Final = re.compile(r"^\s*(?:<[^>\n]+>|_:\S+)\s+<[^>\n]+>\s+\S", re.MULTILINE)


def rdf_format(head: bytes, path: Path) -> str | None:
    """The RDF format of a file by its content and name, as `formats.FORMATS` calls it.

    :param head: the beginning of the file.
    """
    told = format_of(path)
    words = beginning(head)
    if _XML.search(words):
        return "rdfxml"
    if _JSON.match(words):
        return "jsonld" if told in (None, "jsonld") else told
    if _PREFIX.search(words) or _TRIPLE.search(words):
        return told if told not in (None, "rdfxml", "jsonld") else "turtle"
    clear = path.suffix.lower() not in (".xml", ".json")
    return told if told and clear else None


class RdfReader:
    """Reads RDF; by its terms it is known whose model it is in.

    :param mapping: the vocabulary that it is in, where the user says so.
    :param own: whether it is in ours, likewise.
    """

    suffixes = (".ttl", ".nt", ".nq", ".trig", ".rdf", ".owl", ".jsonld", ".json", ".xml")

    def __init__(self, mapping: Mapping | None = None, *, own: bool = False) -> None:
        self._mapping, self._own = mapping, own
        self.name = mapping.name if mapping else "symposia" if own else "rdf"
        self.label = (
            f"RDF in the {mapping.label}"
            if mapping
            else "RDF in the model of Symposia, or as it is"
            if own
            else "RDF, in the vocabulary that its terms tell"
        )

    def sniff(self, head: bytes, path: Path) -> int:
        """See `Reader.sniff`."""
        if self._mapping or self._own or path.is_dir():
            return 0
        return 2 if rdf_format(head, path) else 0

    def read(self, path: Path, *, options: ReadOptions) -> list[Reading]:
        """See `Reader.read`.

        :raises RdfSyntaxError: it is broken RDF.
        """
        source = describe(path, options)
        with path.open("rb") as file:
            syntax = rdf_format(file.read(65_536), path)
        if syntax is None:
            raise SourceError("nothing tells which RDF format it has.", source=str(path))
        loss, mapping = Loss(source.name), self._mapping
        taken: list[ox.Quad] | None = None
        if mapping is None and not self._own:
            try:
                mapping = _spoken(path, syntax, options)
            except SourceError:
                # Another encoding, a context that is at hand, a break: mended here, or told.
                taken = take(path, syntax, loss, base=options.url, lenient=options.lenient)
                mapping = find_mapping(taken)
        if mapping is None:
            return _as_it_is(path, syntax, source, options)
        if taken is None:
            taken = take(path, syntax, loss, base=options.url, lenient=options.lenient)
        return mapped(taken, mapping, source, loss, options)


def _spoken(path: Path, syntax: str, options: ReadOptions) -> Mapping | None:
    """The vocabulary of a file that is sound; None where it is ours, or none that is mapped."""
    if _is_ours(path, syntax, options):
        return None
    with reading(path, format=syntax, lenient=True) as quads:
        return find_mapping(islice(quads, _LOOKED_AT))


def _is_ours(path: Path, syntax: str, options: ReadOptions) -> bool:
    """Whether a file uses a term of ours, or speaks of things of ours."""
    with reading(path, format=syntax, lenient=True) as quads:
        for quad in islice(quads, _LOOKED_AT):
            kind = quad.object if quad.predicate.value == _TYPE else quad.predicate
            if getattr(kind, "value", "").startswith(SYM):
                return True
            if getattr(quad.subject, "value", "").startswith(options.base):
                return True
    return False


def _as_it_is(path: Path, syntax: str, source: Source, options: ReadOptions) -> list[Reading]:
    """The graphs of a file that is in our own model, or in none that is mapped.

    These are its named graphs and, for what is in none, the graph that the file itself describes
    (by prov:wasDerivedFrom), else one of the file's name.
    """
    own = options.graph or f"{options.base}graph/added/{slug(path.stem) or 'file'}"
    names: dict[str, Counter[str]] = {}
    described: set[str] = set()
    with reading(path, base=own, format=syntax) as quads:
        for quad in quads:
            names.setdefault(_name(quad), Counter())[quad.predicate.value] += 1
            if quad.predicate.value == _DERIVED:
                described.add(getattr(quad.subject, "value", ""))
    if not names:
        raise SourceError("the file holds no triples.", source=str(path))
    if "" in names and not options.graph:
        own = _described(described, options.base) or own
    found: list[Reading] = []
    for name, counts in names.items():
        iri = name or own
        loss = Loss(source.name)
        for predicate, number in counts.items():
            loss.count("property", predicate, mapped=number)
        file = path
        if len(names) > 1 or name or syntax != format_of(path):
            file = options.folder / f"{source.sha256[:12]}-{len(found)}.nt"
            with reading(path, base=own, format=syntax) as quads:
                chosen = (quad.triple for quad in quads if _name(quad) == name)
                ox.serialize(chosen, str(file), ox.RdfFormat.N_TRIPLES)
        graph = NamedGraph(iri, file, source.name)
        found.append(Reading(programme_of(iri), (graph,), loss, (source,), "symposia", own=True))
    return found


def _name(quad: ox.Quad) -> str:
    """The name of a quad's graph, empty for the default graph."""
    return str(getattr(quad.graph_name, "value", ""))


def _described(graphs: set[str], base: str) -> str | None:
    """The one graph of a programme that a file is, by its own word."""
    shared = re.escape(f"{base}graph/")  # where the vocabularies are
    found = [iri for iri in graphs if re.match(rf"(?!{shared}).+/graph/[a-z0-9-]+$", iri)]
    return found[0] if len(found) == 1 else None


READERS: Final = (
    RdfReader(),
    RdfReader(own=True),
    *(RdfReader(mapping) for mapping in MAPPINGS.values()),
)
