"""People, organisations, affiliations and roles of a programme, as RDF."""

from __future__ import annotations

from typing import Final

from rdflib import FOAF, ORG, RDF, RDFS, SKOS, Graph, Literal, URIRef

from .iris import Minter, slug
from .provenance import Quotations
from .records import Organisation, PersonName, Quote, Role
from .vocabulary import SCHEMA, SYM

__all__ = ["People"]


_ROLES: Final = {
    Role.GENERAL_CO_CHAIR: "General co-chair",
    Role.PROGRAM_CO_CHAIR: "Program co-chair",
    Role.STEERING: "Steering committee member",
    Role.PUBLICATIONS: "Publications chair",
    Role.PUBLICITY: "Publicity chair",
    Role.COMMITTEE: "Committee member",
    Role.SESSION_CHAIR: "Session chair",
    Role.KEYNOTE_SPEAKER: "Keynote speaker",
    Role.PRESENTER: "Presenter",
}
_SHORTCUTS: Final = {
    Role.COMMITTEE: SYM.committeeMember,
    Role.SESSION_CHAIR: SYM.chair,
    Role.KEYNOTE_SPEAKER: SYM.presenter,
    Role.PRESENTER: SYM.presenter,
}


class People:
    """Adds people with what they are and do at an event.

    People are one by their full name, organisations by theirs.

    :param graph: the graph to add to.
    :param event: the event at which the affiliations hold.
    """

    def __init__(self, graph: Graph, event: URIRef, minter: Minter, quotations: Quotations) -> None:
        self._graph = graph
        self._event = event
        self._minter = minter
        self._quotations = quotations
        self._names: dict[URIRef, PersonName] = {}
        self._organisations: dict[URIRef, Organisation] = {}
        self._affiliations: dict[URIRef, dict[URIRef, dict[str | None, list[Quote]]]] = {}
        self._roles: dict[Role, int] = {}
        self._positions: dict[tuple[Role, URIRef], int] = {}

    def person(
        self,
        name: PersonName,
        quote: Quote,
        affiliation: Organisation | None = None,
        job_title: str | None = None,
    ) -> URIRef:
        """State that a person exists, with an affiliation and job title if they are given."""
        person = self._minter.mint("person", name.full, name.full)
        if person not in self._names:
            self._names[person] = name
            self._describe(person, name)
        if name.found != name.full:
            self._add(person, SKOS.hiddenLabel, Literal(name.found))
        if name.honorific:
            self._add(person, SCHEMA.honorificPrefix, Literal(name.honorific))
        self._quotations.add(person, quote)
        if affiliation is not None:
            organisation = self.organisation(affiliation, quote)
            titles = self._affiliations.setdefault(person, {}).setdefault(organisation, {})
            titles.setdefault(job_title, []).append(quote)
        return person

    def organisation(self, organisation: Organisation, quote: Quote) -> URIRef:
        """State that an organisation exists."""
        iri = self._minter.mint("organisation", organisation.name, organisation.name)
        self._organisations.setdefault(iri, organisation)
        self._add(iri, RDF.type, ORG.Organization)
        self._add(iri, RDFS.label, Literal(organisation.name, lang="en"))
        if organisation.found != organisation.name:
            self._add(iri, SKOS.hiddenLabel, Literal(organisation.found, lang="en"))
        if organisation.country:
            self._add(iri, SCHEMA.addressCountry, Literal(organisation.country))
        self._quotations.add(iri, quote)
        return iri

    def role(
        self,
        role: Role,
        at: URIRef,
        quote: Quote,
        holder: PersonName | None,
        affiliation: Organisation | None = None,
        job_title: str | None = None,
    ) -> None:
        """State a role at an event, and its shortcut; without holder where the name is lost."""
        number = self._roles[role] = self._roles.get(role, 0) + 1
        position = self._positions[role, at] = self._positions.get((role, at), 0) + 1
        kind = _ROLES[role]
        iri = self._minter.fixed("role", f"{slug(kind)}-{number}")
        label = kind if holder is None else f"{kind}: {holder.full}"
        self._add(iri, RDF.type, SYM.EventRole)
        self._add(iri, RDFS.label, Literal(label, lang="en"))
        self._add(iri, SYM.role, SYM[role.value])
        self._add(iri, SYM.at, at)
        self._add(iri, SYM.position, Literal(position))
        self._quotations.add(iri, quote)
        if affiliation is not None:
            self._add(iri, SYM.statedAffiliation, self.organisation(affiliation, quote))
        if holder is not None:
            person = self.person(holder, quote, affiliation, job_title)
            self._add(iri, SYM.holder, person)
            if role in _SHORTCUTS:
                self._add(at, _SHORTCUTS[role], person)

    def affiliations(self) -> None:
        """State the affiliations, last of all: one for each person, organisation and job title.

        A mention without job title supports those with one; it is an affiliation of its own only
        where there is no other.
        """
        for person, organisations in self._affiliations.items():
            number = 0
            for organisation, titles in organisations.items():
                untitled = titles.pop(None, [])
                for job_title, quotes in (titles or {None: []}).items():
                    number += 1
                    iri = self._minter.fixed("affiliation", f"{person.rpartition('/')[2]}-{number}")
                    self._affiliation(iri, person, organisation, job_title)
                    self._quotations.add(iri, *quotes, *untitled)

    def _affiliation(
        self, iri: URIRef, person: URIRef, organisation: URIRef, job_title: str | None
    ) -> None:
        label = f"{self._names[person].full} at {self._organisations[organisation].name}"
        self._add(iri, RDF.type, SYM.Affiliation)
        self._add(iri, RDFS.label, Literal(label, lang="en"))
        self._add(iri, ORG.member, person)
        self._add(iri, ORG.organization, organisation)
        self._add(iri, SYM.during, self._event)
        if job_title is not None:
            self._add(iri, SCHEMA.jobTitle, Literal(job_title, lang="en"))
        self._add(person, SCHEMA.affiliation, organisation)

    def _describe(self, person: URIRef, name: PersonName) -> None:
        self._add(person, RDF.type, FOAF.Person)
        self._add(person, RDFS.label, Literal(name.full))
        self._add(person, FOAF.name, Literal(name.full))
        if name.given:
            self._add(person, FOAF.givenName, Literal(name.given))
        if name.family:
            self._add(person, FOAF.familyName, Literal(name.family))

    def _add(self, subject: URIRef, predicate: URIRef, value: URIRef | Literal) -> None:
        self._graph.add((subject, predicate, value))
