"""Building a graph of any records: it can be written, read back, and says each thing once."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pyoxigraph
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import ORG, RDF, RDFS, BNode, Namespace, URIRef
from symposia.graph.build import build
from symposia.graph.namespaces import BASE
from symposia.graph.namespaces import SYM as SYM_IRI
from symposia.graph.records import (
    CoLocation,
    CommitteeMember,
    Kind,
    Organisation,
    OrganisingRole,
    PersonName,
    Programme,
    Quote,
    Role,
    Slot,
    Source,
    Speaker,
    Talk,
    Venue,
)
from symposia.graph.turtle import to_turtle

SYM = Namespace(SYM_IRI)
SCHEMA = Namespace("https://schema.org/")
SHORTCUTS = {
    SYM.Presenter: SYM.presenter,
    SYM.KeynoteSpeaker: SYM.presenter,
    SYM.SessionChair: SYM.chair,
    SYM.CommitteeMember: SYM.committeeMember,
}

texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12),
    st.sampled_from(["Li", "li", "Lí", "Li: Wei", "…", "名", "a/../b", "<b>", r"\n", "x" * 90]),
)
some = st.none() | texts
few = {"max_size": 3}
quotes = st.builds(
    lambda line, more, text: Quote(line, line + more, text),
    st.integers(1, 30),
    st.integers(0, 3),
    texts,
)
names = st.builds(PersonName, texts, st.just("") | texts, st.just("") | texts, texts, some)
organisations = st.builds(Organisation, texts, texts, some)
maybe = st.none() | organisations
speakers = st.builds(Speaker, names, quotes, some, maybe)
speaker_lists = st.lists(speakers, **few).map(tuple)
talks = st.builds(
    Talk, quotes, some, some, speaker_lists, st.booleans(), some, st.none() | quotes, st.booleans()
)
zones = st.none() | st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))
starts = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=zones)
slots = st.builds(
    lambda kind, start, *rest: Slot(kind, start, start + timedelta(hours=1), *rest),
    st.sampled_from(Kind),
    starts,
    quotes,
    some,
    some,
    speaker_lists,
    st.lists(talks, **few).map(tuple),
)
programmes = st.builds(
    Programme,
    slug=st.just("any-2024"),
    name=texts,
    source=st.builds(Source, texts, st.just("0" * 64), some),
    quote=quotes,
    start=st.just(date(2024, 7, 2)),
    end=st.just(date(2024, 7, 3)),
    venue=st.none() | st.builds(Venue, texts, quotes, some, some, some, some, some, some),
    slots=st.lists(slots, **few).map(tuple),
    committee=st.lists(st.builds(CommitteeMember, names, quotes, maybe), **few).map(tuple),
    roles=st.lists(
        st.builds(OrganisingRole, st.sampled_from(Role), quotes, st.none() | names, maybe), **few
    ).map(tuple),
    attendees=speaker_lists,
    co_located=st.none() | st.builds(CoLocation, texts, quotes),
    description=some,
    description_quotes=st.lists(quotes, **few).map(tuple),
)
fast = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@fast
@given(programmes, st.booleans())
def test_it_can_be_written_and_read(programme: Programme, abstracts: bool) -> None:
    graph = build(programme, abstracts=abstracts)
    quads = pyoxigraph.parse(to_turtle(graph), format=pyoxigraph.RdfFormat.TURTLE)
    assert len(set(quads)) == len(graph)
    assert to_turtle(build(programme, abstracts=abstracts)) == to_turtle(graph)


@fast
@given(programmes)
def test_everything_has_an_iri_a_type_and_one_label(programme: Programme) -> None:
    graph = build(programme)
    subjects = set(graph.subjects())
    assert not [term for triple in graph for term in triple if isinstance(term, BNode)]
    assert [node for node in subjects if len(set(graph.objects(node, RDFS.label))) != 1] == []
    ours = {
        term
        for term in graph.objects()
        if isinstance(term, URIRef) and term.startswith(BASE + "any")
    }
    assert ours <= set(graph.subjects(RDF.type))


@fast
@given(programmes)
def test_shortcuts_say_what_their_nodes_say(programme: Programme) -> None:
    graph = build(programme)
    held = {
        (graph.value(node, SYM.at), SHORTCUTS[kind], holder)
        for node, kind in graph.subject_objects(SYM.role)
        if kind in SHORTCUTS and (holder := graph.value(node, SYM.holder))
    }
    assert held == {
        triple for term in set(SHORTCUTS.values()) for triple in graph.triples((None, term, None))
    }
    members = {
        (graph.value(node, ORG.member), graph.value(node, ORG.organization))
        for node in graph.subjects(RDF.type, SYM.Affiliation)
    }
    assert members == set(graph.subject_objects(SCHEMA.affiliation))


@fast
@given(programmes)
def test_positions_count_from_one(programme: Programme) -> None:
    graph = build(programme)
    groups: dict[tuple[object, ...], list[int]] = {}
    for node, position in graph.subject_objects(SYM.position):
        key = (
            graph.value(node, SYM.partOf),
            graph.value(node, SYM.at),
            graph.value(node, SYM.role),
        )
        groups.setdefault(key, []).append(int(position))
    for found in groups.values():
        assert sorted(found) == list(range(1, len(found) + 1))
