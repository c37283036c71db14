"""The kinds of things that have a page of their own kind, and the word for each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ..graph.namespaces import PREFIXES

__all__ = ["CONFERENCE", "ELSEWHERE", "KINDS", "UNKNOWN", "Kind", "kind_of", "session_kind"]


@dataclass(frozen=True)
class Kind:
    """A kind of thing.

    :param name: the folder of its template and queries under `templates/kinds/`.
    :param word: what a visitor calls it.
    :param classes: a thing of one of these classes is of this kind.
    """

    name: str
    word: str
    classes: tuple[str, ...]


def _kind(name: str, word: str, *classes: str) -> Kind:
    return Kind(name, word, tuple(_absolute(each) for each in classes))


def _absolute(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


KINDS: Final = (
    _kind("conference", "Conference", "sym:Conference"),
    _kind("session", "Session", "sym:Session"),
    _kind("talk", "Talk", "sym:Talk"),
    _kind("paper", "Paper", "sym:Paper"),
    _kind("person", "Person", "foaf:Person"),
    _kind("organisation", "Organisation", "org:Organization", "org:OrganizationalUnit"),
    _kind("system", "System", "sym:System"),
    _kind("hardware", "Hardware", "sym:HardwarePlatform"),
    _kind("dataset", "Data set", "schema:Dataset"),
    _kind("topic", "Topic", "skos:Concept"),
    _kind("scheme", "Vocabulary", "skos:ConceptScheme"),
    _kind("place", "Place", "schema:Place"),
    _kind("event", "Event", "sym:Event"),
    _kind("ontology", "Ontology", "owl:Ontology"),
    _kind("role", "Role", "sym:EventRole"),
    _kind("statement", "Authorship", "sym:Authorship"),
    _kind("statement", "Affiliation", "sym:Affiliation"),
    _kind("statement", "Topic of a paper", "sym:TopicAssignment"),
    _kind("statement", "Result", "sym:Result"),
    _kind("statement", "Suggestion, not verified", "sym:Suggestion"),
    _kind("statement", "Statement", "rdf:Statement"),
    _kind("statement", "Postal address", "schema:PostalAddress"),
    _kind("source", "Source", "prov:Entity"),
)
"""In order of precedence: a thing is of the first kind that one of its classes belongs to."""

CONFERENCE: Final = KINDS[0]
UNKNOWN: Final = Kind("thing", "Thing", ())
"""What is of none of these classes."""
ELSEWHERE: Final = Kind("elsewhere", "In a source", ())
"""What is spoken of by graphs alone that are no part of the default graph."""

_SESSIONS: Final = {
    _absolute(f"sym:{name}"): (css, word)
    for name, css, word in (
        ("PaperSession", "papers", "Paper session"),
        ("Keynote", "keynote", "Keynote"),
        ("Panel", "panel", "Panel"),
        ("Opening", "opening", "Opening"),
        ("Break", "break", "Break"),
        ("Registration", "registration", "Registration"),
    )
}


def kind_of(classes: Iterable[str]) -> Kind:
    """The kind of a thing with these classes (absolute IRIs)."""
    found = set(classes)
    return next((kind for kind in KINDS if found & set(kind.classes)), UNKNOWN)


def session_kind(class_iri: str | None) -> tuple[str, str]:
    """The style class and the word for a kind of session; a plain session is a talk or the like."""
    return _SESSIONS.get(class_iri or "", ("talks", "Session"))
