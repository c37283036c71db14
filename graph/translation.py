"""Programmes in the vocabularies that others speak: schema.org, conference-ontology, SWC, dblp."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, Protocol

from .errors import ExportError
from .namespaces import PREFIXES

if TYPE_CHECKING:
    import pyoxigraph as ox
    import rdflib

__all__ = ["VOCABULARIES", "Vocabulary", "find_vocabulary", "translate"]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A vocabulary that a programme can be translated to.

    :param name: what it is called on the command line; its mapping is `queries/exports/NAME/*.rq`.
    :param label: what people call it.
    :param namespace: the namespace of its terms.
    :param prefixes: prefix to namespace, for all that a translation may hold.
    """

    name: str
    label: str
    namespace: str
    prefixes: Mapping[str, str]


def _vocabulary(name: str, label: str, prefix: str, **prefixes: str) -> Vocabulary:
    common = {key: PREFIXES[key] for key in ("rdf", "rdfs", "xsd", "sym")}
    return Vocabulary(name, label, prefixes[prefix], {**common, **prefixes})


VOCABULARIES: Final[dict[str, Vocabulary]] = {
    vocabulary.name: vocabulary
    for vocabulary in (
        _vocabulary("schema", "schema.org", "schema", schema="https://schema.org/"),
        _vocabulary(
            "conference-ontology",
            "ScholarlyData conference-ontology",
            "conf",
            conf="https://w3id.org/scholarlydata/ontology/conference-ontology.owl#",
            role="https://w3id.org/scholarlydata/role/",
            skos=PREFIXES["skos"],
        ),
        _vocabulary(
            "swc",
            "Semantic Web Conference ontology",
            "swc",
            swc="http://data.semanticweb.org/ns/swc/ontology#",
            swrc="http://swrc.ontoware.org/ontology#",
            ical="http://www.w3.org/2002/12/cal/ical#",
            dc="http://purl.org/dc/elements/1.1/",
            foaf=PREFIXES["foaf"],
            bibo=PREFIXES["bibo"],
            vcard=PREFIXES["vcard"],
        ),
        _vocabulary(
            "dblp",
            "dblp RDF schema",
            "dblp",
            dblp="https://dblp.org/rdf/schema#",
            bibtex="http://purl.org/net/nknouf/ns/bibtex#",
        ),
    )
}
"""The foreign vocabularies by name."""


class Queryable(Protocol):
    """What answers SPARQL, such as a `Store`."""

    def query(self, text: str, bindings: Mapping[str, Any] | None = None) -> Any:
        """Run a query with values bound to its variables."""


def translate(store: Queryable, vocabulary: str, programme: str | None = None) -> rdflib.Graph:
    """Say what a store says in a foreign vocabulary.

    The mapping is the union of the CONSTRUCT queries in `queries/exports/VOCABULARY`.

    :param store: where the programmes are.
    :param vocabulary: name of one of `VOCABULARIES`.
    :param programme: IRI of the conference to translate; all, if None.
    :raises ExportError: if there is no such vocabulary, or the IRI is none.
    """
    from .remote import RemoteStore
    from .terms import to_rdflib

    target = find_vocabulary(vocabulary)
    # Every statement is needed anyway, and some servers err in mappings.
    source: Queryable = store.local() if isinstance(store, RemoteStore) else store
    bindings = {} if programme is None else {"programme": _named_node(programme)}
    graph = to_rdflib(
        triple for text in _mapping(target) for triple in source.query(text, bindings=bindings)
    )
    for prefix, namespace in target.prefixes.items():
        graph.bind(prefix, namespace)
    return graph


def find_vocabulary(name: str) -> Vocabulary:
    """Return the vocabulary of a name.

    :raises ExportError: if there is none of that name; the message lists them.
    """
    try:
        return VOCABULARIES[name]
    except KeyError:
        raise ExportError(
            f"There is no vocabulary called '{name}'.",
            hint=f"Choose one of: {', '.join(VOCABULARIES)}.",
        ) from None


def _mapping(vocabulary: Vocabulary) -> Iterator[str]:
    folder = files(__package__.partition(".")[0]) / "queries" / "exports" / vocabulary.name
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".rq"):
            yield entry.read_text(encoding="utf-8")


def _named_node(iri: str) -> ox.NamedNode:
    import pyoxigraph as ox

    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise ExportError(f"'{iri}' is not the IRI of a programme: {error}.") from error
