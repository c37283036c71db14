"""Tables, JSON and XML with a mapping that the user gives: RML in Turtle, or YARRRML."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from ..dataset import NamedGraph
from ..errors import RdfSyntaxError, SourceError
from ..iris import slug
from ..loss import Loss
from ..mapping import find_mapping
from ..mappings import Mapping
from ..namespaces import SYM
from ..rdf import parse_rdf
from ..reading import Reading, ReadOptions, Source
from ..triples import term, text, triple
from .encodings import beginning
from .mapped import mapped
from .publish import describe
from .rml_engine import Engine
from .rml_rules import Rule, rewrite, rules_of
from .rml_sources import beside, copy_source
from .yaml import Map, Node, read_yaml

__all__ = ["READER", "RmlReader"]

_LIMIT: Final = 1024 * 1024
"""Bytes of a mapping."""
_LOOKED_AT: Final = 5_000
_BASE: Final = "urn:rules:"
_YAML: Final = (".yml", ".yaml", ".yarrrml")
_RULES: Final = re.compile(r"semweb\.mmlab\.be/ns/rml#|w3id\.org/rml/|www\.w3\.org/ns/r2rml#")
_MAPPINGS: Final = re.compile(r"^(?:mappings?|m):\s*(?:#.*)?$", re.MULTILINE)
_SOURCES: Final = re.compile(r"^\s*(?:sources?|access):|~(?:csv|jsonpath|xpath)\b", re.MULTILINE)


class RmlReader:
    """Reads a mapping and the files beside it that it names."""

    name = "rml"
    label = "RML or YARRRML mapping of tables, JSON or XML"
    suffixes = (".ttl", ".rml", *_YAML)

    def sniff(self, head: bytes, path: Path) -> int:
        """See `Reader.sniff`."""
        if path.suffix.lower() not in self.suffixes:
            return 0
        words = beginning(head)
        if path.suffix.lower() in _YAML:
            return 3 if _MAPPINGS.search(words) and _SOURCES.search(words) else 0
        return 3 if _RULES.search(words) and "logicalSource" in words else 0

    def read(self, path: Path, *, options: ReadOptions) -> list[Reading]:
        """See `Reader.read`.

        :raises SourceError: a source is not beside the mapping, or lacks a column; a rule makes no
            IRI; or morph-kgc is not installed.
        """
        yaml = path.suffix.lower() in _YAML
        mapping = describe(path, options, "application/yaml" if yaml else "text/turtle")
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            work = _Work(path, Path(folder), options)
            result = work.result()
            spoken = _spoken(result, path)
            if spoken is None:
                return [work.programme(result, mapping)]
            return work.mapped(result, mapping, spoken)


READER: Final = RmlReader()


class _Work:
    """One mapping on its way to a programme."""

    def __init__(self, path: Path, folder: Path, options: ReadOptions) -> None:
        self._path, self._folder, self._options = path, folder, options
        self._loss = Loss(path.name)
        self._engine = Engine(folder, str(path))
        self._files: dict[str, Path] = {}

    def result(self) -> Path:
        """What the rules make of the sources, as N-Triples."""
        triples, rules = rules_of(self._mapping(), str(self._path))
        read: dict[str, list[Rule]] = defaultdict(list)
        for rule in rules:
            if rule.columns:
                read[rule.file].append(rule)
        if unread := {rule.file for rule in rules} - read.keys():
            raise SourceError(
                f"no rule reads a value of '{min(unread)}'.",
                source=str(self._path),
                hint="Rules of constants alone can name any source that another rule reads.",
            )
        taken = {name: str(self._take(name, found)) for name, found in sorted(read.items())}
        written = self._folder / "mapping.nt"
        constant = self._folder / "constant.csv"
        constant.write_text("one\n1\n", "utf-8")
        ox.serialize(
            rewrite(triples, rules, taken, str(constant)), str(written), ox.RdfFormat.N_TRIPLES
        )
        return self._engine.apply(written)

    def programme(self, result: Path, mapping: Source) -> Reading:
        """A programme that the rules make in our own model."""
        programme = _conference(result, self._path)
        graph = f"{programme}/graph/programme"
        named = ox.NamedNode(graph)
        sources = self._sources(mapping)
        file = self._options.folder / f"{slug(self._path.stem)}-{mapping.sha256[:12]}.nt"
        told = _provenance(programme, named, sources)
        ox.serialize(chain(_triples(result), told), str(file), ox.RdfFormat.N_TRIPLES)
        label = f"{self._path.name}, applied"
        return Reading(programme, (NamedGraph(graph, file, label),), self._loss, sources)

    def mapped(self, result: Path, mapping: Source, spoken: Mapping) -> list[Reading]:
        """Programmes that the rules make in a vocabulary that is mapped in its turn."""
        sources = self._sources(mapping)
        quads = (ox.Quad(one.subject, one.predicate, one.object) for one in _triples(result))
        readings = mapped(quads, spoken, mapping, self._loss, self._options)
        for reading in readings:
            graph = reading.graphs[0]
            told = _provenance(reading.programme, ox.NamedNode(graph.iri), sources)
            if isinstance(graph.source, Path):
                with graph.source.open("ab") as file:
                    file.write(ox.serialize(told, format=ox.RdfFormat.N_TRIPLES) or b"")
        return [replace(reading, sources=sources, format="") for reading in readings]

    def _mapping(self) -> list[ox.Triple]:
        """The mapping's triples; YARRRML is translated, when it is YAML that does no harm."""
        path = self._path
        if path.stat().st_size > _LIMIT:
            raise SourceError(f"a mapping may have {_LIMIT:,} bytes.", source=str(path))
        if path.suffix.lower() not in _YAML:
            return [quad.triple for quad in parse_rdf(path, format="turtle")]
        node = read_yaml(path, self._loss)
        if not isinstance(node, Map):
            raise SourceError("the mapping is no map.", source=str(path), line=1)
        _check(node, str(path))
        plain = self._folder / "mapping.yml"
        shutil.copyfile(path, plain)
        rules = self._engine.translate(plain)
        return [quad.triple for quad in parse_rdf(rules, format="turtle", base=_BASE)]

    def _take(self, name: str, rules: list[Rule]) -> Path:
        """A copy of a source, as far as it can be read."""
        source = self._files[name] = beside(self._path, name)
        copy = self._folder / f"source-{len(self._files)}"
        return copy_source(source, name, rules, copy, self._loss, lenient=self._options.lenient)

    def _sources(self, mapping: Source) -> tuple[Source, ...]:
        options = replace(self._options, url=None)
        tables = (describe(path, options) for path in self._files.values())
        named = zip(self._files, tables, strict=True)
        return mapping, *(replace(source, name=name) for name, source in named)


def _check(node: Node, source: str) -> None:
    """No functions, and nothing that is put in from elsewhere."""
    waiting: list[Node] = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Map):
            for key, value in one.items():
                if key in ("function", "fn", "f", "query", "credentials", "targets", "external"):
                    raise SourceError(
                        f"the mapping uses '{key}', which is not taken.",
                        source=source,
                        line=getattr(value, "line", one.line),
                        hint="Taken are files of tables, JSON and XML, and no functions.",
                    )
                waiting.append(value)
        elif isinstance(one, list):
            waiting += one


def _triples(result: Path) -> Iterator[ox.Triple]:
    """The triples of a result.

    :raises RdfSyntaxError: the rules make something that is no RDF.
    """
    with result.open("rb") as file:
        for quad in ox.parse(file, ox.RdfFormat.N_TRIPLES):
            yield quad.triple


def _spoken(result: Path, path: Path) -> Mapping | None:
    """The vocabulary of a result that is to be mapped; None where it is in our own model.

    :raises SourceError: it is in no vocabulary that is known, is empty, or is no RDF.
    """
    ours, looked_at = False, list[ox.Quad]()
    try:
        for one in _triples(result):
            kind = one.object if one.predicate == term("rdf:type") else one.predicate
            ours = ours or getattr(kind, "value", "").startswith(SYM)
            if len(looked_at) < _LOOKED_AT:
                looked_at.append(ox.Quad(one.subject, one.predicate, one.object))
    except SyntaxError as error:
        raise RdfSyntaxError(
            f"the rules make something that is no RDF ({error})", source=str(path)
        ) from error
    if ours:
        return None
    if not looked_at:
        raise SourceError("the mapping makes no statement of its sources.", source=str(path))
    spoken = find_mapping(looked_at)
    if spoken is None:
        used = sorted({quad.predicate.value for quad in looked_at})[:5]
        raise SourceError(
            f"the mapping makes statements in no vocabulary that is known: {', '.join(used)}.",
            source=str(path),
            hint="Use the terms of Symposia, schema.org, or another vocabulary that is mapped.",
        )
    return spoken


def _conference(result: Path, path: Path) -> str:
    """The conference of a result in our own model."""
    found = {
        getattr(one.subject, "value", "")
        for one in _triples(result)
        if one.predicate == term("rdf:type") and one.object == ox.NamedNode(SYM + "Conference")
    }
    if len(found) != 1:
        raise SourceError(
            f"the mapping makes {len(found)} things of the class sym:Conference.",
            source=str(path),
            hint="One thing has this class, the conference whose programme it is.",
        )
    return found.pop()


def _provenance(
    programme: str, made: ox.NamedNode, sources: tuple[Source, ...]
) -> Iterator[ox.Triple]:
    """How something came from a mapping and its tables (PROV-O), without any time of day."""
    activity = ox.NamedNode(f"{programme}/activity/mapping")
    yield triple(activity, "rdf:type", term("prov:Activity"))
    yield triple(activity, "rdfs:label", text(f"Mapping by {sources[0].name}"))
    yield triple(made, "rdf:type", term("prov:Entity"))
    yield triple(made, "rdfs:label", text(f"What {sources[0].name} makes of its tables"))
    yield triple(made, "prov:wasGeneratedBy", activity)
    for source in sources:
        node = ox.NamedNode(f"{programme}/source/{slug(source.name) or 'source'}")
        yield triple(node, "rdf:type", term("prov:Entity"))
        yield triple(node, "rdfs:label", text(source.name))
        yield triple(node, "schema:sha256", text(source.sha256))
        yield triple(node, "schema:encodingFormat", text(source.media_type))
        yield triple(made, "prov:wasDerivedFrom", node)
        yield triple(activity, "prov:used", node)
