"""The endpoint and the dataset described as RDF: service description, VoID and DCAT."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from ..graph.namespaces import PREFIXES
from ..graph.statistics import Linkset, Statistics
from .negotiation import GRAPHS, JELLY, RESULTS, Format

if TYPE_CHECKING:
    from .dump_files import DumpFile

__all__ = ["CC0", "DUMPS", "Described", "describe_dataset", "describe_service"]

CC0: Final = "https://creativecommons.org/publicdomain/zero/1.0/"
"""The licence of the programmes that are shipped."""

DUMPS: Final = (*(form for form in GRAPHS if form.name not in ("jsonld", "rdfxml")), JELLY)
"""The formats in which the whole dataset can be had: those that are written as they are read."""

_FORMATS: Final = "http://www.w3.org/ns/formats/"
_FORMAT_NAMES: Final = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "jsonld": "JSON-LD",
    "ntriples": "N-Triples",
    "rdfxml": "RDF_XML",
    "trig": "TriG",
    "nquads": "N-Quads",
}
_IANA: Final = "https://www.iana.org/assignments/media-types/"
_NAMES: Final = {
    **PREFIXES,
    "ent": "http://www.w3.org/ns/entailment/",
    "formats": _FORMATS,
    "spdx": "http://spdx.org/rdf/terms#",
}

Value = ox.NamedNode | ox.BlankNode | ox.Literal | str | int | datetime
Node = ox.NamedNode | ox.BlankNode


@dataclass(frozen=True)
class Described:
    """What the descriptions speak of.

    :param root: the address of the server, with a slash at the end.
    :param base: the IRI under which the things of the dataset live, with a slash at the end.
    :param published: when the generation was published, if it was.
    :param labels: what the named graphs are, by IRI.
    :param licences: IRIs of the licences of named graphs, by IRI, where they are known.
    :param updates: whether the endpoint takes updates from those who have the token.
    :param union: whether its default graph is the union of the named graphs.
    :param dump: the versioned dump, where it is there.
    """

    root: str
    base: str
    generation: int
    published: datetime | None
    labels: dict[str, str]
    licences: dict[str, str]
    statistics: Statistics
    updates: bool = False
    union: bool = True
    dump: DumpFile | None = None

    @property
    def endpoint(self) -> str:
        """The address of the SPARQL endpoint."""
        return f"{self.root}sparql"

    @property
    def dataset(self) -> str:
        """The IRI of the dataset: the same wherever it is served."""
        return f"{self.base}.well-known/void#dataset"

    @property
    def licence(self) -> str:
        """The licence of the dataset; empty where that of one of its graphs is not known.

        What defines terms has a licence of its own, and is not what the dataset is about.
        """
        sizes = self.statistics.graphs
        if any(each.iri not in self.licences for each in sizes):
            return ""
        found = {self.licences[each.iri] for each in sizes if not each.licence}
        return found.pop() if len(found) == 1 else ""


def describe_service(about: Described) -> list[ox.Triple]:
    """The description of the endpoint (https://www.w3.org/TR/sparql11-service-description/)."""
    made = _Triples()
    service = _service(made, about)
    made.add(service, "sd:supportedLanguage", _node("sd:SPARQL11Query"))
    if about.updates:
        made.add(service, "sd:supportedLanguage", _node("sd:SPARQL11Update"))
        made.add(service, "sd:inputFormat", *map(_format, GRAPHS))
    made.add(service, "sd:resultFormat", *map(_format, (*RESULTS, *GRAPHS)))
    if about.union:
        made.add(service, "sd:feature", _node("sd:UnionDefaultGraph"))
    made.add(service, "sd:defaultEntailmentRegime", _node("ent:Simple"))
    dataset = ox.NamedNode(about.dataset)
    made.add(service, "sd:defaultDataset", dataset)
    made.add(dataset, "rdf:type", _node("sd:Dataset"))
    default = made.nested(dataset, "sd:defaultGraph", "sd:Graph")
    made.add(default, "void:triples", about.statistics.triples)
    for size in about.statistics.graphs:
        named = made.nested(dataset, "sd:namedGraph", "sd:NamedGraph")
        made.add(named, "sd:name", ox.NamedNode(size.iri))
        graph = made.nested(named, "sd:graph", "sd:Graph")
        made.add(graph, "void:triples", size.triples)
        _label(made, graph, about, size.iri)
    return made.done()


def describe_dataset(about: Described) -> list[ox.Triple]:
    """The description of the dataset (https://www.w3.org/TR/void/, /TR/vocab-dcat-3/)."""
    made = _Triples()
    dataset = ox.NamedNode(about.dataset)
    document = ox.NamedNode(about.dataset.removesuffix("#dataset"))
    made.add(document, "rdf:type", _node("void:DatasetDescription"), _node("dcat:Catalog"))
    made.add(document, "dcterms:title", "Datasets of this Symposia server")
    made.add(document, "foaf:primaryTopic", dataset)
    made.add(document, "dcat:dataset", dataset)
    made.add(dataset, "rdf:type", _node("void:Dataset"), _node("dcat:Dataset"))
    made.add(dataset, "dcterms:title", "Conference programmes as linked open data")
    made.add(
        dataset,
        "dcterms:description",
        "Programmes of scientific conferences: sessions, talks, papers, people, organisations, "
        "topics and results, each statement with its source.",
    )
    made.add(dataset, "foaf:homepage", ox.NamedNode(about.root))
    made.add(dataset, "dcat:landingPage", ox.NamedNode(about.root))
    made.add(dataset, "dcat:version", str(about.generation))
    if about.published is not None:
        made.add(dataset, "dcterms:modified", about.published)
    if about.licence:
        made.add(dataset, "dcterms:license", ox.NamedNode(about.licence))
    _numbers(made, dataset, about)
    _subsets(made, dataset, about)
    _access(made, dataset, document, about)
    return made.done()


def _numbers(made: _Triples, dataset: Node, about: Described) -> None:
    found = about.statistics
    made.add(dataset, "void:uriSpace", about.base)
    made.add(dataset, "void:triples", found.triples)
    made.add(dataset, "void:distinctSubjects", found.subjects)
    made.add(dataset, "void:distinctObjects", found.objects)
    made.add(dataset, "void:classes", len(found.classes))
    made.add(dataset, "void:properties", len(found.properties))
    made.add(dataset, "void:vocabulary", *map(ox.NamedNode, found.vocabularies))
    made.add(dataset, "void:exampleResource", *map(ox.NamedNode, found.examples))
    for iri, entities in found.classes:
        part = made.nested(dataset, "void:classPartition")
        made.add(part, "void:class", ox.NamedNode(iri))
        made.add(part, "void:entities", entities)
    for each in found.properties:
        part = made.nested(dataset, "void:propertyPartition")
        made.add(part, "void:property", ox.NamedNode(each.property))
        made.add(part, "void:triples", each.triples)
        made.add(part, "void:distinctSubjects", each.subjects)
        made.add(part, "void:distinctObjects", each.objects)


def _subsets(made: _Triples, dataset: Node, about: Described) -> None:
    for link in about.statistics.linksets:
        _linkset(made, dataset, link)
    for size in about.statistics.graphs:
        part = made.nested(dataset, "void:subset", "void:Dataset")
        made.add(part, "dcterms:identifier", size.iri)
        made.add(part, "void:triples", size.triples)
        _label(made, part, about, size.iri)


def _linkset(made: _Triples, dataset: Node, link: Linkset) -> None:
    other = ox.NamedNode(link.homepage)
    made.add(other, "rdf:type", _node("void:Dataset"))
    made.add(other, "dcterms:title", link.title)
    made.add(other, "void:uriSpace", link.space)
    part = made.nested(dataset, "void:subset", "void:Linkset")
    made.add(part, "void:linkPredicate", ox.NamedNode(link.predicate))
    made.add(part, "void:subjectsTarget", dataset)
    made.add(part, "void:objectsTarget", other)
    made.add(part, "void:triples", link.triples)


def _access(made: _Triples, dataset: Node, document: Node, about: Described) -> None:
    service = _service(made, about)
    made.add(document, "dcat:service", service)
    made.add(dataset, "void:sparqlEndpoint", ox.NamedNode(about.endpoint))
    _versioned(made, dataset, about)
    for form in DUMPS:
        address = ox.NamedNode(f"{about.root}dump.{form.suffix}")
        made.add(dataset, "void:dataDump", address)
        if form.name in _FORMAT_NAMES:
            made.add(dataset, "void:feature", _format(form))
        part = made.nested(dataset, "dcat:distribution", "dcat:Distribution")
        made.add(part, "dcterms:title", f"The whole dataset as {form.label}")
        made.add(part, "dcat:downloadURL", address)
        made.add(part, "dcat:accessURL", address)
        made.add(part, "dcat:mediaType", ox.NamedNode(_IANA + form.media_type))
        if about.licence:
            made.add(part, "dcterms:license", ox.NamedNode(about.licence))


def _versioned(made: _Triples, dataset: Node, about: Described) -> None:
    """The dump of this generation, which never changes."""
    address = ox.NamedNode(f"{about.root}dumps/{about.generation}/symposia.nq.gz")
    made.add(dataset, "void:dataDump", address)
    part = made.nested(dataset, "dcat:distribution", "dcat:Distribution")
    made.add(part, "dcterms:title", f"Generation {about.generation} as compressed N-Quads")
    made.add(part, "dcat:version", str(about.generation))
    made.add(part, "dcat:downloadURL", address)
    made.add(part, "dcat:accessURL", address)
    made.add(part, "dcat:mediaType", ox.NamedNode(f"{_IANA}application/n-quads"))
    made.add(part, "dcat:compressFormat", ox.NamedNode(f"{_IANA}application/gzip"))
    if about.licence:
        made.add(part, "dcterms:license", ox.NamedNode(about.licence))
    if about.dump:
        size = ox.Literal(str(about.dump.size), datatype=_node("xsd:nonNegativeInteger"))
        made.add(part, "dcat:byteSize", size)
        checksum = made.nested(part, "spdx:checksum", "spdx:Checksum")
        made.add(checksum, "spdx:algorithm", _node("spdx:checksumAlgorithm_sha256"))
        value = about.dump.sha256.hex()
        made.add(checksum, "spdx:checksumValue", ox.Literal(value, datatype=_node("xsd:hexBinary")))


def _service(made: _Triples, about: Described) -> Node:
    # Without a name of its own, as in the specification: clients look for one that is the address
    # they were given, or that is blank.
    service = made.blank()
    endpoint = ox.NamedNode(about.endpoint)
    made.add(service, "rdf:type", _node("sd:Service"), _node("dcat:DataService"))
    made.add(service, "dcterms:title", "SPARQL endpoint")
    made.add(service, "sd:endpoint", endpoint)
    made.add(service, "dcat:endpointURL", endpoint)
    made.add(service, "dcat:servesDataset", ox.NamedNode(about.dataset))
    made.add(
        service, "dcterms:conformsTo", ox.NamedNode("https://www.w3.org/TR/sparql11-protocol/")
    )
    return service


def _label(made: _Triples, graph: Node, about: Described, iri: str) -> None:
    if iri in about.labels:
        made.add(graph, "dcterms:title", about.labels[iri])
    if iri in about.licences:
        made.add(graph, "dcterms:license", ox.NamedNode(about.licences[iri]))


class _Triples:
    """Collects triples; blank nodes are numbered in the order in which they are made."""

    def __init__(self) -> None:
        self._found: dict[ox.Triple, None] = {}
        self._nodes = 0

    def add(self, subject: Node, predicate: str, *values: Value) -> None:
        for value in values:
            self._found[ox.Triple(subject, _node(predicate), _term(value))] = None

    def blank(self) -> ox.BlankNode:
        self._nodes += 1
        return ox.BlankNode(f"n{self._nodes}")

    def nested(self, subject: Node, predicate: str, kind: str = "") -> ox.BlankNode:
        """Add a blank node as a value."""
        node = self.blank()
        self.add(subject, predicate, node)
        if kind:
            self.add(node, "rdf:type", _node(kind))
        return node

    def done(self) -> list[ox.Triple]:
        return list(self._found)


def _node(name: str) -> ox.NamedNode:
    prefix, _, local = name.partition(":")
    return ox.NamedNode(_NAMES[prefix] + local)


def _term(value: Value) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    if isinstance(value, int):
        return ox.Literal(value)
    if isinstance(value, datetime):
        return ox.Literal(value.isoformat(), datatype=_node("xsd:dateTime"))
    return ox.Literal(value) if isinstance(value, str) else value


def _format(form: Format) -> ox.NamedNode:
    return ox.NamedNode(_FORMATS + _FORMAT_NAMES[form.name])
