"""Our model, exported to a vocabulary and mapped back: only what is listed here by name is lost."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pyoxigraph as ox
import pytest
from symposia.graph.export import translate
from symposia.graph.mapping import Mapped, map_graph
from symposia.graph.mappings import MAPPINGS
from symposia.graph.namespaces import PREFIXES
from symposia.graph.store import Store

SMALL = Path(__file__).resolve().parent.parent / "data" / "exports" / "programme.ttl"
PROGRAMME = "https://w3id.org/symposia/small-2031"
OWN = (PROGRAMME, "https://w3id.org/symposia/topic")
TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
SAME = ox.NamedNode(PREFIXES["owl"] + "sameAs")
NODES: Final = {
    "sym:EventRole": ("sym:role", "sym:at", "sym:holder"),
    "sym:Affiliation": ("org:member", "org:organization"),
    "sym:Authorship": ("sym:of", "sym:author"),
    "sym:TopicAssignment": ("sym:of", "sym:topic"),
}
"""Nodes that are known by what they join; their labels are made anew."""

NOT_EXPORTED = {
    "org:OrganizationalUnit": "it is an organisation",
    "prov:Entity": "sources are left out of exports",
    "skos:Concept": "topics that nothing is about are left out",
    "sym:Event": "co-located events are left out",
    "sym:Suggestion": "nothing unverified is exported",
    "sym:System": "systems are left out",
}
SCHEME = {"skos:ConceptScheme": "topics have no scheme there"}
DATASET = {"schema:Dataset": "data sets are left out"}
ADDRESS = {"schema:PostalAddress": "places have no address there"}
CLASSES: Final = {
    "swc": NOT_EXPORTED
    | SCHEME
    | DATASET
    | ADDRESS
    | {"sym:Keynote": "the talk is a keynote there, not its slot"},
    "conference-ontology": NOT_EXPORTED
    | SCHEME
    | DATASET
    | {"sym:Opening": "an opening is one of all events that are not academic"},
    "schema": NOT_EXPORTED
    | {"sym:EventRole": "a keynote speaker is a performer, so a presenter; no role lacks a holder"},
    "dblp": NOT_EXPORTED
    | SCHEME
    | DATASET
    | ADDRESS
    | dict.fromkeys(
        (
            "foaf:Person",
            "org:Organization",
            "schema:Place",
            "sym:Break",
            "sym:EventRole",
            "sym:Keynote",
            "sym:Opening",
            "sym:PaperSession",
            "sym:Session",
            "sym:Talk",
            "sym:TopicAssignment",
        ),
        "dblp has people that publish, and what they published",
    ),
}
"""Classes of things that do not come back, all or some."""

ROLES = {"sym:position": "roles have no order there"}
SAME_AS = {"schema:sameAs": "it comes back as rdfs:seeAlso"}
PROPERTIES: Final = {
    "swc": ROLES
    | SAME_AS
    | {
        "rdfs:label": "an organisation has one name there; a thing its longest",
        "skos:prefLabel": "an organisation has one name there",
    },
    "conference-ontology": ROLES
    | SAME_AS
    | {
        "foaf:homepage": "it comes back as rdfs:seeAlso",
        "rdfs:label": "an address has one line, without a language",
        "skos:prefLabel": "names of organisations have no language there",
    },
    "schema": ROLES
    | {
        "rdfs:label": "the name of an organisation that it prefers is its name",
        "skos:prefLabel": "the name of an organisation that it prefers is its name",
        "sym:evaluatedOn": "it comes back as schema:hasPart",
        "vcard:country-name": "it comes back as an address",
    },
    "dblp": {
        "bibo:doi": "dblp writes DOIs in capitals",
        "dcterms:title": "titles have no language there",
        "rdfs:label": "of what has no language there",
        "schema:sameAs": "it comes back as schema:url or owl:sameAs",
        "schema:startDate": "dblp knows the year",
    },
}
"""Properties of things that come back of which values are lost, beside those that no export has."""


def iri(name: str) -> ox.NamedNode:
    prefix, _, local = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


def short(term: object) -> str:
    value = str(getattr(term, "value", term))
    found = (f"{p}:{value.removeprefix(n)}" for p, n in PREFIXES.items() if value.startswith(n))
    return next(found, value)


def left_out(root: Path, vocabulary: str) -> set[str]:
    """The properties that the README of the exports says are left out."""
    readme = (root / "queries" / "exports" / "README.md").read_text(encoding="utf-8")
    section = readme.partition("## What is left out")[2]
    found: set[str] = set()
    for name in ("all", vocabulary):
        entry = re.search(rf"^- `?{name}`?: (.*?)(?=^- |\n\n)", section, re.DOTALL | re.MULTILINE)
        assert entry is not None
        found.update(re.findall(r"`(\w+:[\w-]+)`", entry[1]))
    return found


def small() -> list[ox.Triple]:
    return [
        quad.triple
        for quad in ox.parse(path=str(SMALL), format=ox.RdfFormat.TURTLE)
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(OWN)
    ]


def there_and_back(vocabulary: str) -> Mapped:
    store = Store.memory()
    store.load("urn:x:small", small())
    text = "".join(
        " ".join(term.n3() for term in one) + " .\n" for one in translate(store, vocabulary)
    )
    quads = list(ox.parse(text.encode(), ox.RdfFormat.N_TRIPLES))
    return map_graph(quads, MAPPINGS[vocabulary], source="small-2031.nt", slug="small-2031")


class Said:
    """What a graph says of each thing, by the names that the original has."""

    def __init__(self, triples: Iterable[ox.Triple], names: dict[str, str]) -> None:
        self._said: dict[str, list[ox.Triple]] = defaultdict(list)
        for triple in triples:
            self._said[str(triple.subject)].append(triple)
        self._names = names
        self.things: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for subject, about in self._said.items():
            thing = self._key(subject)
            for one in about:
                if short(one.predicate) == "rdfs:label" and thing.startswith("sym:"):
                    continue
                value = one.object
                text = short(value) if one.predicate == TYPE else self._key(str(value))
                self.things[thing].add((short(one.predicate), text))

    def _key(self, node: str) -> str:
        about = self._said.get(node, ())
        kinds = {short(one.object) for one in about if one.predicate == TYPE}
        for kind in kinds & NODES.keys():
            joined = [
                self._names.get(str(one.object), str(one.object))
                for one in about
                if short(one.predicate) in NODES[kind]
            ]
            return f"{kind} {sorted(joined)}"
        if "schema:PostalAddress" in kinds:
            return "address"
        return self._names.get(node, node)


@pytest.mark.parametrize("vocabulary", MAPPINGS)
def test_only_what_is_listed_is_lost(root: Path, vocabulary: str) -> None:
    found = there_and_back(vocabulary)
    old = {
        str(one.subject): str(one.object)
        for one in found.triples
        if one.predicate == SAME and str(one.object).startswith("<https://w3id.org/symposia/")
    }
    before, after = Said(small(), {}), Said(found.triples, old)
    classes: set[str] = set()
    properties: set[str] = set()
    for thing, about in before.things.items():
        lost = about - after.things[thing]
        classes.update(value for term, value in lost if term == "rdf:type")
        kinds = {value for term, value in about if term == "rdf:type"}
        if not kinds & {value for term, value in after.things[thing] if term == "rdf:type"}:
            continue  # a thing that does not come back
        for term, value in lost:
            whole = before.things.get(value)
            if term != "rdf:type" and (whole is None or after.things.get(value)):
                properties.add(term)
    assert classes == CLASSES[vocabulary].keys()
    assert properties - left_out(root, vocabulary) == PROPERTIES[vocabulary].keys()


@pytest.mark.parametrize("vocabulary", MAPPINGS)
def test_nothing_of_an_export_is_unread(vocabulary: str) -> None:
    kept = {short(row.name) for row in there_and_back(vocabulary).loss.rows() if row.kept}
    number = "https://dblp.org/rdf/schema#numberOfCreators"
    assert kept == ({number} if vocabulary == "dblp" else set())
