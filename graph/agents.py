"""People, organisations, roles and affiliations of a programme, one triple at a time."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from .iris import slug
from .items import Agent
from .triples import Names, english, link, term, text, triple, whole

__all__ = ["Agents"]

_ORCID: Final = re.compile(r"(?:https?://orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])/?")
_LONGEST: Final = 320
"""Characters of an e-mail address (https://www.rfc-editor.org/rfc/rfc3696#section-3)."""
_MAILBOX: Final = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")
_SHORTCUTS: Final = {
    "CommitteeMember": "sym:committeeMember",
    "ProgrammeCommitteeMember": "sym:committeeMember",
    "SeniorProgrammeCommitteeMember": "sym:committeeMember",
    "SessionChair": "sym:chair",
    "KeynoteSpeaker": "sym:presenter",
    "InvitedSpeaker": "sym:presenter",
    "Presenter": "sym:presenter",
}

Triples = Iterator[ox.Triple]


class Agents:
    """States people with what they are and do at an event.

    People are one by the key that the source gives them, else by their name.

    :param event: the event at which the affiliations hold.
    """

    def __init__(self, names: Names, event: ox.NamedNode) -> None:
        self._names = names
        self._event = event
        self._called: dict[str, set[str]] = {}
        self._more: set[tuple[str, str, str]] = set()
        self._affiliations: dict[str, list[str]] = {}
        self._positions: dict[tuple[str, str], int] = {}
        self._numbers: dict[str, int] = {}
        self._held: set[tuple[str, str, str]] = set()

    def iri(self, agent: Agent) -> ox.NamedNode:
        """The IRI of a person, who need not have been stated yet."""
        return self._names.node("person", self._slug(agent)[0])

    def state(self, agent: Agent, place: ox.NamedNode) -> Triples:
        """What a mention of a person says of them."""
        name, new = self._slug(agent)
        person = self._names.node("person", name)
        if new:
            yield triple(person, "rdf:type", term("foaf:Person"))
            yield triple(person, "rdfs:label", text(agent.name))
            yield triple(person, "foaf:name", text(agent.name))
            yield triple(person, "prov:wasQuotedFrom", place)
            if agent.given:
                yield triple(person, "foaf:givenName", text(agent.given))
            if agent.family:
                yield triple(person, "foaf:familyName", text(agent.family))
            if agent.key:
                self._called[name] = {agent.name}
        elif agent.key and agent.name not in self._called.setdefault(name, {agent.name}):
            self._called[name].add(agent.name)
            yield triple(person, "skos:altLabel", text(agent.name))
        yield from self._identity(person, name, agent)
        for organisation in agent.organisations:
            yield from self._belongs(person, name, agent, organisation, place)

    def organisation(self, label: str, country: str, place: ox.NamedNode) -> Triples:
        """What is said of an organisation."""
        name, new = self._names.name("organisation", label, label)
        organisation = self._names.node("organisation", name)
        if new:
            yield triple(organisation, "rdf:type", term("org:Organization"))
            yield triple(organisation, "rdfs:label", english(label))
            yield triple(organisation, "prov:wasQuotedFrom", place)
        if country and self._first(name, "country", country):
            yield triple(organisation, "vcard:country-name", english(country))

    def organisation_iri(self, label: str) -> ox.NamedNode:
        """The IRI of an organisation."""
        return self._names.node("organisation", self._names.name("organisation", label, label)[0])

    def hold(
        self, agent: Agent, role: str, label: str, at: ox.NamedNode, place: ox.NamedNode
    ) -> Triples:
        """That a person has a role at an event; once, however often it is said."""
        yield from self.state(agent, place)
        person = self.iri(agent)
        if (role, at.value, person.value) in self._held:
            return
        self._held.add((role, at.value, person.value))
        number = self._numbers[role] = self._numbers.get(role, 0) + 1
        position = self._positions[role, at.value] = self._positions.get((role, at.value), 0) + 1
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", role).capitalize()
        held = self._names.node("role", f"{slug(words)}-{number}")
        yield triple(held, "rdf:type", term("sym:EventRole"))
        yield triple(held, "rdfs:label", english(f"{label or words}: {agent.name}"))
        yield triple(held, "sym:role", term(f"sym:{role}"))
        yield triple(held, "sym:at", at)
        yield triple(held, "sym:position", whole(position))
        yield triple(held, "sym:holder", person)
        yield triple(held, "prov:wasQuotedFrom", place)
        for organisation in agent.organisations:
            yield triple(held, "sym:statedAffiliation", self.organisation_iri(organisation))
        if role in _SHORTCUTS:
            yield triple(at, _SHORTCUTS[role], person)

    def _slug(self, agent: Agent) -> tuple[str, bool]:
        return self._names.name("person", agent.key or agent.name, agent.name)

    def _identity(self, person: ox.NamedNode, name: str, agent: Agent) -> Triples:
        """What tells exactly who a person is."""
        if agent.email and len(agent.email) <= _LONGEST and _MAILBOX.fullmatch(agent.email):
            # https://xmlns.com/foaf/spec/#term_mbox_sha1sum: a name for it, not a secret.
            mailbox = f"mailto:{agent.email}".encode()
            digest = hashlib.sha1(mailbox, usedforsecurity=False).hexdigest()
            if self._first(name, "mailbox", digest):
                yield triple(person, "foaf:mbox_sha1sum", text(digest))
        if agent.orcid and (match := _ORCID.fullmatch(agent.orcid)):
            orcid = link(f"https://orcid.org/{match[1]}")
            if orcid and self._first(name, "same", orcid.value):
                yield triple(person, "owl:sameAs", orcid)
        homepage = link(agent.homepage)
        if homepage and self._first(name, "homepage", agent.homepage):
            yield triple(person, "foaf:homepage", homepage)
        for address in agent.same:
            same = link(address)
            if same and self._first(name, "same", address):
                yield triple(person, "owl:sameAs", same)
        if agent.biography and self._first(name, "biography", ""):
            yield triple(person, "dcterms:description", english(agent.biography))

    def _belongs(
        self, person: ox.NamedNode, name: str, agent: Agent, label: str, place: ox.NamedNode
    ) -> Triples:
        yield from self.organisation(label, agent.country, place)
        known = self._affiliations.setdefault(name, [])
        if label in known:
            return
        known.append(label)
        organisation = self.organisation_iri(label)
        affiliation = self._names.node("affiliation", f"{name}-{len(known)}")
        yield triple(affiliation, "rdf:type", term("sym:Affiliation"))
        yield triple(affiliation, "rdfs:label", english(f"{agent.name} at {label}"))
        yield triple(affiliation, "org:member", person)
        yield triple(affiliation, "org:organization", organisation)
        yield triple(affiliation, "sym:during", self._event)
        yield triple(affiliation, "prov:wasQuotedFrom", place)
        yield triple(person, "schema:affiliation", organisation)

    def _first(self, name: str, what: str, value: str) -> bool:
        """Whether this is said of a thing for the first time."""
        if (name, what, value) in self._more:
            return False
        self._more.add((name, what, value))
        return True
