"""What there is to be searched for: every thing with its names, what is said of it, and where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import log2
from typing import Any, Final, cast

from ..graph.namespaces import PREFIXES
from ..graph.questions import questions
from ..graph.remote import RemoteStore
from ..graph.store import Store
from .kinds import kind_of
from .panels import query_text

__all__ = ["QUESTION", "Thing", "gather", "wholes"]

QUESTION: Final = "question"
"""The kind of the questions of the library, which are no things of the dataset."""

_LONGEST: Final = 20_000
"""Letters of a name or a text that count."""
_SHOWN: Final = 300
"""Letters of a name or a text that are shown."""
_FEW: Final = 3
_NAMES: Final = tuple(
    PREFIXES[prefix] + name
    for prefix, name in (
        ("skos", "prefLabel"),
        ("rdfs", "label"),
        ("dcterms", "title"),
        ("foaf", "name"),
        ("schema", "name"),
    )
)
"""Properties that name a thing, the best first; all others give it other names."""
_RANKS: Final = {
    "conference": 6.0,
    "topic": 5.0,
    "paper": 4.0,
    "person": 4.0,
    "organisation": 4.0,
    "system": 4.0,
    "hardware": 4.0,
    "dataset": 4.0,
    "session": 3.0,
    "event": 3.0,
}
"""What kinds of things are looked for more than others, which have 2."""

Links = dict[str, list[tuple[str, str]]]


@dataclass(slots=True)
class Thing:
    """Something that can be found.

    :param iri: its IRI; of a question, its name.
    :param name: what it is called first, of the length that is shown.
    :param names, others, texts: all by which it can be found, the better first.
    :param line: what tells it from others of the name.
    :param around: the names of what it has to do with.
    :param weight: how much it is looked for, more or less.
    """

    iri: str
    kind: str
    name: str = ""
    language: str = ""
    names: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    around: list[str] = field(default_factory=list)
    conferences: set[str] = field(default_factory=set)
    topics: set[str] = field(default_factory=set)
    years: set[str] = field(default_factory=set)
    weight: float = 0.0


def gather(store: Store) -> dict[str, Thing]:
    """All that can be found in a store, and the questions of the library, by IRI.

    Of people who are known to be one, the one who stands for all has the names of all.
    """
    links = _links(store)
    one = dict(links[_of("prov:alternateOf")])
    classes: defaultdict[str, list[str]] = defaultdict(list)
    for thing, kind in _rows(store, "things"):
        classes[one.get(thing.value, thing.value)].append(kind.value)
    things = {iri: Thing(iri, kind_of(found).name) for iri, found in classes.items()}
    _name(store, things, one)
    for thing, text in _rows(store, "texts"):
        found = things.get(one.get(thing.value, thing.value))
        if found:
            found.texts.append(text.value[:_LONGEST])
    _place(things, links, one)
    _date(store, things)
    _describe(things, links, one)
    for each in questions():
        shown = Thing(each.name, QUESTION, each.question, "en", [each.question], [each.name])
        shown.line = shown.texts = [each.summary]
        things[f"questions/{each.name}"] = shown
    return things


def wholes(store: Store) -> list[str]:
    """The IRIs of the documents of whose parts something is said, in order."""
    return sorted({row[0].value for row in _rows(store, "wholes")})


def _rows(store: Store, name: str) -> Iterator[Sequence[Any]]:
    """The rows of a query. They come in order only from a server that may have to be paged."""
    text = query_text(f"search/{name}.rq")
    if not isinstance(store, RemoteStore):
        text = text.partition("\nORDER BY")[0]  # to sort takes five times as long as to find
    return iter(cast("Iterable[Sequence[Any]]", store.query(text)))


def _of(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def _links(store: Store) -> Links:
    links: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    authors: list[tuple[str, int, str]] = []
    for thing, relation, other, position in _rows(store, "links"):
        if position is None:
            links[relation.value].append((thing.value, other.value))
        elif position.value.isdecimal():
            authors.append((thing.value, int(position.value[:9]), other.value))
    links[_of("sym:author")] = [(work, person) for work, _, person in sorted(authors)]
    return links


def _name(store: Store, things: dict[str, Thing], one: dict[str, str]) -> None:
    """Give things their names. The best is in English or in no language, and is their own."""
    best: dict[str, tuple[bool, int, int, str]] = {}
    for thing, named, name in _rows(store, "names"):
        found = things.get(one.get(thing.value, thing.value))
        if found is None or not name.value.strip():
            continue
        text = name.value[:_LONGEST]
        if named.value not in _NAMES:
            found.others.append(text)
            continue
        if text not in found.names:
            found.names.append(text)
        foreign = 0 if name.language in (None, "en") else 1
        rank = (thing.value != found.iri, foreign, _NAMES.index(named.value), text)
        if found.iri not in best or rank < best[found.iri]:
            best[found.iri] = rank
            found.name, found.language = text, name.language or ""
    for each in things.values():
        if not each.name:
            each.name = each.others[0] if each.others else each.iri.rstrip("/#").rpartition("/")[2]


def _place(things: dict[str, Thing], links: Links, one: dict[str, str]) -> None:
    """Say at which conferences and about which topics things are, from what they belong to."""
    for each in things.values():
        if each.kind == "conference":
            each.conferences.add(each.iri)
    _climb(things, links.get(_of("sym:partOf"), ()))
    for work, topic in _pairs(things, links, one, "dcterms:subject"):
        work.topics.add(topic.iri)
    for talk, paper in _pairs(things, links, one, "sym:presents"):
        talk.topics |= paper.topics
    for names, topical, weight in _FLOWS:
        known = {each.iri for each in things.values() if each.conferences} if not topical else ()
        for thing, other in _pairs(things, links, one, *names):
            if other.iri not in known:
                other.conferences |= thing.conferences
            if topical and other.kind != "topic":
                other.topics |= thing.topics
            other.weight += weight


_WORKS: Final = ("sym:introduces", "sym:comparesWith", "sym:targets", "sym:evaluatedOn")
_EVENTS: Final = ("sym:presenter", "sym:chair", "sym:committeeMember", "sym:holder", "sym:during")
_FLOWS: Final = (
    (("sym:presents", "schema:workFeatured"), True, 0.0),
    (("sym:author", "dcterms:creator", "dcterms:subject", *_WORKS), True, 1.0),
    (_EVENTS, True, 0.5),
    (("schema:affiliation",), False, 1.0),
)
"""What passes conferences on from its subject to its value, whether also topics, and the weight
that it gives. Where an organisation's people were tells where it was only if nothing else does."""


def _date(store: Store, things: dict[str, Thing]) -> None:
    """Say when things were, and weigh them."""
    years: defaultdict[str, set[str]] = defaultdict(set)
    for conference, date in _rows(store, "dates"):
        if date.value[:4].isdecimal():
            years[conference.value].add(date.value[:4])
    for each in things.values():
        each.years = {year for iri in each.conferences for year in years[iri]}
        each.weight = _RANKS.get(each.kind, 2.0) + log2(1 + each.weight) / 4
        each.texts.sort()


def _pairs(
    things: dict[str, Thing], links: Links, one: dict[str, str], *names: str
) -> Iterator[tuple[Thing, Thing]]:
    """The things that properties connect."""
    for name in names:
        for subject, value in links.get(_of(name), ()):
            thing, other = things.get(one.get(subject, subject)), things.get(one.get(value, value))
            if thing is not None and other is not None:
                yield thing, other


def _climb(things: dict[str, Thing], parts: Iterable[tuple[str, str]]) -> None:
    """Have what is part of a conference, directly or not, be at it."""
    wholes: defaultdict[str, list[str]] = defaultdict(list)
    for part, whole in parts:
        wholes[part].append(whole)
    for iri in wholes:
        found = things.get(iri)
        seen, ahead = {iri}, [*wholes[iri]]
        while found is not None and ahead:
            whole = ahead.pop()
            if whole not in seen:
                seen.add(whole)
                ahead += wholes.get(whole, ())
                if whole in things and things[whole].kind == "conference":
                    found.conferences.add(whole)


def _describe(things: dict[str, Thing], links: Links, one: dict[str, str]) -> None:
    """Say of each thing what it has to do with, and what tells it from its namesakes."""
    told: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for name in _TOLD:
        for thing, other in _pairs(things, links, one, name):
            told[thing.iri][other.name] = None
    for each in things.values():
        near = [*told[each.iri]]
        others = sorted(each.conferences - {each.iri})
        where = [things[iri].name for iri in others]
        each.around = near + where + [things[iri].name for iri in each.topics if iri in things]
        each.line = [name[:_SHOWN] for name in near[:_FEW]]
        if len(near) > _FEW:
            each.line.append(f"and {len(near) - _FEW} others")
        if each.kind in ("topic", "system", "hardware", "dataset"):
            each.line = [text[:_SHOWN] for text in each.texts[:1]]
        elif len(where) == 1:
            each.line.append(where[0][:_SHOWN])
        elif where:
            each.line.append(f"{len(where)} conferences")
        if each.kind == "conference":
            each.line += sorted(each.years)
        each.name = each.name[:_SHOWN]


_TOLD: Final = (
    "sym:author",
    "dcterms:creator",
    "sym:presenter",
    "sym:chair",
    "schema:affiliation",
    "schema:location",
)
"""What is told of a thing in a list: who made it or speaks there, where somebody is."""
