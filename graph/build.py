"""From the records of a programme to its graph."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from rdflib import DCTERMS, RDF, RDFS, SKOS, XSD, Graph, Literal, URIRef

from .iris import Minter, slug
from .namespaces import BASE, PREFIXES
from .people import People
from .provenance import Quotations, prose, trace
from .records import CoLocation, Kind, Programme, Role, Slot, Talk, Venue
from .vocabulary import SCHEMA, SYM

__all__ = ["build"]


_LONGEST: Final = 60
"""Longest slug made from a title, in characters."""

_KINDS: Final = {
    Kind.REGISTRATION: "Registration",
    Kind.OPENING: "Opening",
    Kind.KEYNOTE: "Keynote",
    Kind.PANEL: "Panel",
    Kind.PAPERS: "Paper session",
    Kind.BREAK: "Break",
    Kind.OTHER: "Session",
}


def build(programme: Programme, *, base: str = BASE, abstracts: bool = True) -> Graph:
    """Return the graph of a programme; the same records always give the same graph.

    It has no blank nodes. Each n-ary node (role, affiliation) stands beside its shortcut, and what
    the source states is linked to its lines.

    :param programme: what a reader found.
    :param base: IRI below which the programme's own IRI stands, ending in `/`.
    :param abstracts: whether the wording of abstracts, announcements and the event's description
        enters the graph; without it, the places where they stand still do.
    """
    return _Builder(programme, base, abstracts).build()


class _Builder:
    """One programme on its way to a graph."""

    def __init__(self, programme: Programme, base: str, abstracts: bool) -> None:
        self._programme = programme
        self._abstracts = abstracts
        self._graph = Graph(bind_namespaces="none")
        for prefix, namespace in PREFIXES.items():
            self._graph.bind(prefix, namespace)
        self._conference = URIRef(f"{base.rstrip('/')}/{programme.slug}")
        self._minter = Minter(self._conference)
        withheld = frozenset[int]() if abstracts else prose(programme)
        source = self._minter.fixed("source", "programme-page")
        self._quotations = Quotations(self._graph, source, withheld)
        self._people = People(self._graph, self._conference, self._minter, self._quotations)

    def build(self) -> Graph:
        programme = self._programme
        venue = self._venue(programme.venue) if programme.venue else None
        self._event(venue)
        if programme.co_located is not None:
            self._co_location(programme.co_located)
        for member in programme.committee:
            self._people.role(
                Role.COMMITTEE, self._conference, member.quote, member.name, member.affiliation
            )
        for position, slot in enumerate(programme.slots, start=1):
            self._slot(slot, position, venue)
        for role in programme.roles:
            self._people.role(
                role.role, self._conference, role.quote, role.holder, role.affiliation
            )
        for person in programme.attendees:
            self._people.person(person.name, person.quote, person.affiliation, person.job_title)
        self._people.affiliations()
        trace(self._graph, programme, self._minter)
        return self._graph

    def _event(self, venue: URIRef | None) -> None:
        programme, conference = self._programme, self._conference
        self._thing(conference, programme.name, SYM.Conference, SYM.Event)
        self._add(conference, SCHEMA.startDate, _day(programme.start))
        self._add(conference, SCHEMA.endDate, _day(programme.end))
        if venue is not None:
            self._add(conference, SCHEMA.location, venue)
        self._quotations.add(conference, programme.quote)
        if programme.description is not None:
            self._quotations.add(conference, *programme.description_quotes)
            if self._abstracts:
                self._add(conference, DCTERMS.description, _english(programme.description))

    def _co_location(self, co_location: CoLocation) -> None:
        event = self._minter.mint("event", co_location.name, co_location.name)
        self._thing(event, co_location.name, SYM.Event)
        self._add(self._conference, SYM.coLocatedWith, event)
        self._quotations.add(event, co_location.quote)

    def _venue(self, venue: Venue) -> URIRef:
        place = self._minter.mint("place", venue.name, venue.name)
        self._thing(place, venue.name, SCHEMA.Place)
        self._quotations.add(place, venue.quote)
        if venue.address is not None:
            address = URIRef(f"{place}/address")
            self._thing(address, venue.address, SCHEMA.PostalAddress)
            self._add(place, SCHEMA.address, address)
            self._quotations.add(address, venue.quote)
            for term, part in (
                (SCHEMA.streetAddress, venue.street),
                (SCHEMA.addressLocality, venue.locality),
                (SCHEMA.addressRegion, venue.region),
                (SCHEMA.postalCode, venue.postal_code),
                (SCHEMA.addressCountry, venue.country),
            ):
                if part is not None:
                    self._add(address, term, Literal(part))
        return place

    def _slot(self, slot: Slot, position: int, venue: URIRef | None) -> None:
        label = slot.title or _KINDS[slot.kind]
        session = self._minter.mint("session", (position, slot), _session_slug(slot))
        self._thing(session, label, SYM.Session, SYM[slot.kind.value])
        self._as_found(session, slot.title, slot.title_found)
        self._add(session, SYM.partOf, self._conference)
        self._add(session, SYM.position, Literal(position))
        self._add(session, SCHEMA.startDate, _moment(slot.start))
        self._add(session, SCHEMA.endDate, _moment(slot.end))
        if venue is not None:
            self._add(session, SCHEMA.location, venue)
        self._quotations.add(session, slot.quote)
        for chair in slot.chairs:
            self._people.role(
                Role.SESSION_CHAIR,
                session,
                chair.quote,
                chair.name,
                chair.affiliation,
                chair.job_title,
            )
        for number, talk in enumerate(slot.talks, start=1):
            self._talk(talk, number, slot, session)

    def _talk(self, talk: Talk, position: int, slot: Slot, session: URIRef) -> None:
        keynote = slot.kind is Kind.KEYNOTE
        label = talk.title or _untitled("Keynote" if keynote else "Talk", talk)
        wanted = _title_slug(talk.title) if talk.title else "keynote" if keynote else label
        iri = self._minter.mint("talk", (session, position), wanted)
        self._thing(iri, label, SYM.Talk)
        self._add(iri, SYM.partOf, session)
        self._add(iri, SYM.position, Literal(position))
        self._add(iri, SYM.recorded, Literal(talk.recorded))
        self._quotations.add(iri, talk.quote)
        work = iri
        if talk.paper:
            work = self._minter.fixed("paper", iri.rpartition("/")[2])
            self._thing(work, label, SYM.Paper)
            self._add(iri, SYM.presents, work)
            self._quotations.add(work, talk.quote)
        self._content(work, talk)
        role = Role.KEYNOTE_SPEAKER if keynote else Role.PRESENTER
        for speaker in talk.speakers:
            self._people.role(
                role, iri, speaker.quote, speaker.name, speaker.affiliation, speaker.job_title
            )

    def _content(self, work: URIRef, talk: Talk) -> None:
        """Add title and abstract to the paper or, where there is none, to the talk."""
        if talk.title is not None:
            self._add(work, DCTERMS.title, _english(talk.title))
            self._as_found(work, talk.title, talk.title_found)
        if talk.abstract_quote is not None:
            self._quotations.add(work, talk.abstract_quote)
        if talk.abstract is not None and self._abstracts:
            self._add(work, DCTERMS.abstract, _english(talk.abstract))

    def _as_found(self, thing: URIRef, title: str | None, found: str | None) -> None:
        if found is not None and found != title:
            self._add(thing, SKOS.hiddenLabel, _english(found))

    def _thing(self, thing: URIRef, label: str, *kinds: URIRef) -> None:
        for kind in kinds:
            self._add(thing, RDF.type, kind)
        self._add(thing, RDFS.label, _english(label))

    def _add(self, subject: URIRef, predicate: URIRef, value: URIRef | Literal) -> None:
        self._graph.add((subject, predicate, value))


def _english(text: str) -> Literal:
    return Literal(text, lang="en")


def _day(day: date) -> Literal:
    return Literal(day.isoformat(), datatype=XSD.date)


def _moment(moment: datetime) -> Literal:
    return Literal(moment.isoformat(), datatype=XSD.dateTime)


def _session_slug(slot: Slot) -> str:
    if slot.title:
        return slug(slot.title, limit=_LONGEST)
    kind = slug(_KINDS[slot.kind])
    return kind if slot.kind is Kind.KEYNOTE else f"{kind}-{slot.start:%H%M}"


def _title_slug(title: str) -> str:
    """Return the slug of a short name before a colon, else of the title."""
    name, colon, _ = title.partition(":")
    if colon and 1 <= len(re.findall(r"\S+", name)) <= 3 and slug(name):
        return slug(name)
    return slug(title, limit=_LONGEST)


def _untitled(kind: str, talk: Talk) -> str:
    names = [speaker.name.full for speaker in talk.speakers]
    if not names:
        return kind
    *others, last = names
    return f"{kind} by {', '.join(others)} and {last}" if others else f"{kind} by {last}"
