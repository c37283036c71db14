"""From the records of a reader to triples, one after the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import singledispatchmethod
from typing import Final

import pyoxigraph as ox

from .agents import Agents
from .items import Event, Item, Meeting, Office, Place, Presentation, Volume, Work
from .triples import Names, Value, day, english, link, term, text, triple, whole

__all__ = ["Assembly"]

_DOI: Final = re.compile(r"10\.[0-9]+(\.[0-9]+)*/\S+")
_ISSUED: Final = {4: "gYear", 7: "gYearMonth", 10: "date"}
_SHORT: Final = 60

Triples = Iterator[ox.Triple]
Refuse = Callable[[Place, str, str], None]


class Assembly:
    """The graph of one programme in the making.

    Memory grows with the names of people, organisations and sessions, and by some 100 bytes a
    paper; whatever else a record holds is gone with its triples.

    :param programme: IRI of the conference.
    :param sources: IRIs of the files of the source, by the names that places have for them.
    :param abstracts: whether abstracts, descriptions and biographies enter the graph.
    :param refuse: told of what cannot be stated: where, what, why.
    """

    def __init__(
        self,
        programme: str,
        sources: Mapping[str, str],
        *,
        abstracts: bool = True,
        refuse: Refuse = lambda *_: None,
    ) -> None:
        self._names = Names(programme)
        self._event = ox.NamedNode(programme)
        self._agents = Agents(self._names, self._event)
        self._sources = sources
        self._abstracts = abstracts
        self._refuse = refuse
        self._said: set[str] = set()
        self._year = ""
        self._parts: dict[str, int] = {}
        self._volumes: dict[str, str] = {}
        self._described: set[str] = set()

    def triples(self, items: Iterable[Item]) -> Triples:
        """The triples of records, in their order.

        The paper or session to which a record refers by its key comes before it.
        """
        for item in items:
            yield from self._state(item)

    def close(self) -> Triples:
        """What is left to say when all records came: a year, volumes without a record."""
        if self._year and "schema:startDate" not in self._said:
            yield triple(
                self._event, "dcterms:date", ox.Literal(self._year, datatype=term("xsd:gYear"))
            )
        for key, title in self._volumes.items():
            if key not in self._described:
                iri = self._volume(key)
                yield triple(iri, "rdf:type", term("bibo:Proceedings"))
                yield triple(iri, "rdfs:label", english(title))
                yield triple(self._event, "schema:workFeatured", iri)

    @singledispatchmethod
    def _state(self, item: Item) -> Triples:
        raise TypeError(f"{type(item).__name__} is no record.")

    @_state.register
    def _(self, event: Event) -> Triples:
        if "event" not in self._said:
            self._said.add("event")
            for kind in ("sym:Conference", "sym:Event"):
                yield triple(self._event, "rdf:type", term(kind))
            yield triple(self._event, "rdfs:label", english(event.name))
        yield triple(self._event, "prov:wasQuotedFrom", self._place(event.where))
        for predicate, moment in (("schema:startDate", event.start), ("schema:endDate", event.end)):
            if moment and predicate not in self._said:
                self._said.add(predicate)
                yield triple(self._event, predicate, day(moment))
        self._year = self._year or event.year
        if event.place and "place" not in self._said:
            self._said.add("place")
            yield from self._venue(event.place)
        if event.homepage and (page := link(event.homepage)):
            yield triple(self._event, "foaf:homepage", page)
        if event.acronym:
            yield triple(self._event, "skos:altLabel", english(event.acronym))
        if event.description and self._abstracts:
            yield triple(self._event, "dcterms:description", english(event.description))
        yield from self._same(self._event, event.same)

    @_state.register
    def _(self, volume: Volume) -> Triples:
        if volume.key in self._described:
            self._refuse(volume.where, volume.key, "A volume of this key came before.")
            return
        self._described.add(volume.key)
        iri, place = self._volume(volume.key), self._place(volume.where)
        yield from self._thing(iri, volume.title, place, "bibo:Proceedings")
        yield triple(iri, "dcterms:title", english(volume.title))
        yield triple(self._event, "schema:workFeatured", iri)
        for editor in volume.editors:
            yield from self._agents.state(editor, place)
            yield triple(iri, "schema:editor", self._agents.iri(editor))
        if volume.publisher:
            yield from self._agents.organisation(volume.publisher, "", place)
            publisher = self._agents.organisation_iri(volume.publisher)
            yield triple(iri, "dcterms:publisher", publisher)
        for isbn in volume.isbn:
            yield triple(iri, "bibo:isbn", text(isbn))
        if volume.number:
            yield triple(iri, "bibo:volume", text(volume.number))
        if volume.series:
            yield triple(iri, "bibo:series", text(volume.series))
        yield from self._published(iri, volume.doi, volume.issued, volume.pages)
        yield from self._same(iri, volume.same)

    @_state.register
    def _(self, work: Work) -> Triples:
        name = self._names.once("paper", work.key)
        if name is None:
            self._refuse(work.where, work.key, "A paper of this key came before.")
            return
        iri, place = self._names.node("paper", name), self._place(work.where)
        yield from self._thing(iri, work.title, place, "sym:Paper")
        yield triple(iri, "dcterms:title", english(work.title))
        if work.volume:
            self._volumes.setdefault(work.volume, work.volume_title or work.volume)
            yield triple(iri, "dcterms:isPartOf", self._volume(work.volume))
        if work.abstract and self._abstracts:
            yield triple(iri, "dcterms:abstract", english(work.abstract))
        if work.pages:
            yield triple(iri, "schema:pagination", text(work.pages))
        for identifier in work.identifiers:
            yield triple(iri, "dcterms:identifier", text(identifier))
        yield from self._published(iri, work.doi, work.issued, work.links)
        for keyword in dict.fromkeys(work.keywords):
            yield triple(iri, "schema:keywords", english(keyword))
        if work.track:
            yield triple(iri, "schema:articleSection", english(work.track))
        yield from self._same(iri, work.same)
        yield from self._authors(iri, work, place)

    def _authors(self, iri: ox.NamedNode, work: Work, place: ox.NamedNode) -> Triples:
        seen: set[str] = set()
        short = _shorten(work.title)
        for author in work.authors:
            yield from self._agents.state(author, place)
            person = self._agents.iri(author)
            if person.value in seen:
                self._refuse(work.where, author.name, "The author stands twice in this paper.")
                continue
            seen.add(person.value)
            authorship = ox.NamedNode(f"{iri.value}/author/{len(seen)}")
            label = f"{short}, author {len(seen)}: {author.name}"
            yield from self._thing(authorship, label, place, "sym:Authorship")
            yield triple(authorship, "sym:of", iri)
            yield triple(authorship, "sym:author", person)
            yield triple(authorship, "sym:position", whole(len(seen)))
            for organisation in author.organisations:
                belongs = self._agents.organisation_iri(organisation)
                yield triple(authorship, "sym:affiliation", belongs)
            yield triple(iri, "dcterms:creator", person)

    @_state.register
    def _(self, meeting: Meeting) -> Triples:
        name, new = self._names.name("session", meeting.key, meeting.title)
        if not new:
            self._refuse(meeting.where, meeting.key, "A session of this key came before.")
            return
        iri, place = self._names.node("session", name), self._place(meeting.where)
        kinds = ("sym:Session", f"sym:{meeting.kind}") if meeting.kind else ("sym:Session",)
        yield from self._thing(iri, meeting.title, place, *kinds)
        if meeting.type:
            yield triple(iri, "dcterms:type", term(f"sym:{meeting.type}"))
        above = self._names.find("session", meeting.part_of) if meeting.part_of else None
        yield from self._part(iri, self._names.node("session", above) if above else self._event)
        yield from self._times(iri, meeting)
        if meeting.room:
            yield from self._room(iri, meeting.room, meeting.room_same)
        for chair in meeting.chairs:
            yield from self._agents.hold(chair, "SessionChair", "Session chair", iri, place)
        if meeting.description and self._abstracts:
            yield triple(iri, "dcterms:description", english(meeting.description))
        if meeting.homepage and (page := link(meeting.homepage)):
            yield triple(iri, "foaf:homepage", page)
        if meeting.track:
            yield triple(iri, "schema:keywords", english(meeting.track))
        yield from self._same(iri, meeting.same)

    @_state.register
    def _(self, talk: Presentation) -> Triples:
        session = self._names.find("session", talk.meeting)
        paper = self._names.again("paper", talk.work) if talk.work else None
        if session is None:
            self._refuse(talk.where, talk.meeting, "No session has this key.")
            return
        if talk.work and paper is None:
            self._refuse(talk.where, talk.work, "No paper has this key.")
        label = talk.title or (f"Talk on {talk.work}" if talk.work else "Talk")
        name, _ = self._names.name("talk", talk.key, label)
        iri, place = self._names.node("talk", name), self._place(talk.where)
        yield from self._thing(iri, label, place, "sym:Talk")
        if talk.title and paper is None:
            yield triple(iri, "dcterms:title", english(talk.title, talk.language or "en"))
        yield from self._part(iri, self._names.node("session", session))
        yield from self._times(iri, talk)
        if paper is not None:
            yield triple(iri, "sym:presents", self._names.node("paper", paper))
        for speaker in talk.speakers:
            yield from self._agents.hold(speaker, talk.role, "", iri, place)
        if talk.abstract and self._abstracts:
            yield triple(iri, "dcterms:abstract", english(talk.abstract, talk.language or "en"))
        if talk.recorded is not None:
            yield triple(iri, "sym:recorded", _truth(value=talk.recorded))
        for keyword in dict.fromkeys(talk.keywords):
            yield triple(iri, "schema:keywords", english(keyword))
        yield from self._published(iri, "", "", talk.links)

    @_state.register
    def _(self, office: Office) -> Triples:
        at = self._event
        if office.meeting:
            name = self._names.find("session", office.meeting)
            if name is None:
                self._refuse(office.where, office.meeting, "No session has this key.")
                return
            at = self._names.node("session", name)
        place = self._place(office.where)
        yield from self._agents.hold(office.holder, office.role, office.title, at, place)

    def _thing(self, iri: ox.NamedNode, label: str, place: ox.NamedNode, *kinds: str) -> Triples:
        for kind in kinds:
            yield triple(iri, "rdf:type", term(kind))
        yield triple(iri, "rdfs:label", english(label))
        yield triple(iri, "prov:wasQuotedFrom", place)

    def _volume(self, key: str) -> ox.NamedNode:
        return self._names.node("proceedings", self._names.name("proceedings", key, key)[0])

    def _part(self, iri: ox.NamedNode, whole_: ox.NamedNode) -> Triples:
        number = self._parts[whole_.value] = self._parts.get(whole_.value, 0) + 1
        yield triple(iri, "sym:partOf", whole_)
        yield triple(iri, "sym:position", whole(number))

    def _times(self, iri: ox.NamedNode, timed: Meeting | Presentation) -> Triples:
        if timed.start:
            yield triple(iri, "schema:startDate", day(timed.start))
        if timed.end:
            yield triple(iri, "schema:endDate", day(timed.end))

    def _published(self, iri: ox.NamedNode, doi: str, issued: str, links: Iterable[str]) -> Triples:
        if doi and _DOI.fullmatch(doi):
            yield triple(iri, "bibo:doi", text(doi))
            if same := link(f"https://doi.org/{doi}"):
                yield triple(iri, "schema:sameAs", same)
        if kind := _ISSUED.get(len(issued)):
            yield triple(iri, "dcterms:issued", ox.Literal(issued, datatype=term(f"xsd:{kind}")))
        for address in links:
            if page := link(address):
                yield triple(iri, "schema:url", page)

    def _same(self, iri: ox.NamedNode, addresses: Iterable[str]) -> Triples:
        for address in addresses:
            if same := link(address, web=False):
                yield triple(iri, "owl:sameAs", same)

    def _venue(self, label: str) -> Triples:
        venue = self._names.node("place", self._names.name("place", label, label)[0])
        yield triple(venue, "rdf:type", term("schema:Place"))
        yield triple(venue, "rdfs:label", english(label))
        yield triple(self._event, "schema:location", venue)

    def _room(self, iri: ox.NamedNode, label: str, address: str) -> Triples:
        name, new = self._names.name("place", f"room {label}", label)
        room = self._names.node("place", name)
        if new:
            yield triple(room, "rdf:type", term("schema:Place"))
            yield triple(room, "rdfs:label", english(label))
            yield from self._same(room, [address] if address else [])
        yield triple(iri, "schema:location", room)

    def _place(self, where: Place) -> ox.NamedNode:
        source = self._sources[where.file]
        if not where.first:
            return ox.NamedNode(source)
        return ox.NamedNode(f"{source}#line={where.first - 1},{max(where.first, where.last)}")


def _shorten(title: str) -> str:
    """What stands before a colon, or the first words of a title."""
    name, _, _ = title.partition(":")
    if len(name) <= _SHORT:
        return name.strip() or title
    return name[: _SHORT + 1].rpartition(" ")[0].rstrip(",;- ") or name[:_SHORT]


def _truth(*, value: bool) -> Value:
    return ox.Literal("true" if value else "false", datatype=term("xsd:boolean"))
