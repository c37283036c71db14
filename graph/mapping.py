"""RDF in a foreign vocabulary as a programme in our model: CONSTRUCT queries and a naming pass."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from .iris import slug
from .loss import Loss
from .mappings import MAPPINGS, Mapping, alignments, queries
from .namespaces import BASE, PREFIXES
from .naming import name
from .repair import repair_texts
from .substitution import substitute
from .used import reading
from .zones import localise

__all__ = ["Mapped", "find_mapping", "map_graph"]

_TYPE: Final = ox.NamedNode(PREFIXES["rdf"] + "type")
_LABEL: Final = ox.NamedNode(PREFIXES["rdfs"] + "label")
_MEMBER: Final = PREFIXES["rdf"] + "_"


@dataclass(frozen=True, slots=True)
class Mapped:
    """A graph that was mapped.

    :param programme: IRI of its conference.
    :param triples: the programme in our model, in the order of their text.
    :param loss: what was mapped and what stands in the original alone.
    """

    programme: str
    triples: list[ox.Triple]
    loss: Loss


def find_mapping(quads: Iterable[ox.Quad]) -> Mapping | None:
    """The mapping whose vocabulary a graph speaks most, None where it speaks none."""
    counts: Counter[str] = Counter()
    for quad in quads:
        term = quad.object if quad.predicate == _TYPE else quad.predicate
        iri = getattr(term, "value", "")
        for mapping in MAPPINGS.values():
            counts[mapping.name] += iri.startswith(mapping.namespaces)
    best, number = max(counts.items(), key=lambda item: item[1], default=("", 0))
    return MAPPINGS[best] if number else None


def map_graph(
    quads: Iterable[ox.Quad],
    mapping: Mapping,
    *,
    source: str,
    base: str = BASE,
    slug: str | None = None,
    derived_from: str | None = None,
    timezone: str | None = None,
) -> Mapped:
    """Map a graph to our model.

    :param quads: the graph, with IRIs that are IRIs; named graphs are taken together.
    :param source: the file's name or address, for the report, and for a programme without a name.
    :param base: IRI below which the programme's own stands, ending in `/`.
    :param slug: last part of the programme's IRI; by default from the conference's IRI.
    :param derived_from: IRI of the source, from which affiliations and authorships are derived.
    :param timezone: IANA name of the zone of times for which the graph tells none.
    """
    store = ox.Store()
    original = {quad.triple for quad in quads}
    store.bulk_extend(
        ox.Quad(triple.subject, triple.predicate, triple.object) for triple in original
    )
    store.bulk_extend(alignments())
    loss = Loss(source)
    conference = _conference(original, mapping)
    own = base.rstrip("/") + "/" + (slug or _slug(conference, source))
    bound = {"programme": ox.NamedNode(conference or own)}
    built: set[ox.Triple] = set()
    read: set[ox.Triple] = set()
    for text in queries(mapping.name):
        built.update(store.query(substitute(text, bound)))  # type: ignore[arg-type]
        read.update(store.query(substitute(reading(text), bound)))  # type: ignore[arg-type]
    if conference is None:
        built.update(_unnamed(own))
    built.update(_consequences(built))
    named = name(
        repair_texts(sorted(built, key=str), loss),
        conference=conference or own,
        programme=own,
        source=derived_from,
    )
    _count(loss, original, read)
    return Mapped(own, localise(named, conference=own, timezone=timezone), loss)


def _consequences(built: Iterable[ox.Triple]) -> set[ox.Triple]:
    """What follows in our model, whatever the vocabulary: shortcuts, labels, ends, slots."""
    store = ox.Store()
    found: set[ox.Triple] = set()
    for text in queries("ours"):
        store.bulk_extend(ox.Quad(one.subject, one.predicate, one.object) for one in built)
        built = set(store.query(text))  # type: ignore[arg-type]
        found |= built
    return found


def _conference(triples: Iterable[ox.Triple], mapping: Mapping) -> str | None:
    """The conference of a graph: the one that is part of no other, and has most parts."""
    kind = ox.NamedNode(mapping.conference)
    part_of, has_part = mapping.parts
    found: set[str] = set()
    parts: Counter[str] = Counter()
    wholes: dict[str, str] = {}
    for triple in triples:
        subject, value = (getattr(term, "value", "") for term in (triple.subject, triple.object))
        if triple.predicate == _TYPE and triple.object == kind:
            found.add(subject)
        elif triple.predicate.value == part_of:
            parts[value] += 1
            wholes[subject] = value
        elif triple.predicate.value == has_part:
            parts[subject] += 1
            wholes[value] = subject
    roots = [iri for iri in found if wholes.get(iri) not in found] or sorted(found)
    return min(roots, key=lambda iri: (-parts[iri], iri), default=None)


def _slug(conference: str | None, source: str) -> str:
    """`iswc-2005` of .../conference/iswc/2005, or of a file iswc2005.rdf."""
    if conference is None:
        stem = re.split(r"[/\\]", source)[-1].partition(".")[0]
        return slug(re.sub(r"(?<=[A-Za-z])(?=\d)", "-", stem), limit=40) or "programme"
    path = re.sub(r"^[a-z]+://[^/]*/", "", conference).replace("#", "/")
    words = [word for word in path.split("/") if word not in ("conference", "event", "events")]
    return slug("-".join(words), limit=40) or "programme"


def _unnamed(own: str) -> Iterator[ox.Triple]:
    """What is known of a conference that the graph is about but does not describe."""
    for kind in ("Conference", "Event"):
        yield ox.Triple(ox.NamedNode(own), _TYPE, ox.NamedNode(PREFIXES["sym"] + kind))
    words = own.rpartition("/")[2].replace("-", " ")
    yield ox.Triple(ox.NamedNode(own), _LABEL, ox.Literal(words.upper()))


def _count(loss: Loss, original: set[ox.Triple], read: set[ox.Triple]) -> None:
    counts: Counter[tuple[str, str, bool]] = Counter()
    for triple in original:
        term, mapped = triple.predicate.value, triple in read
        if term.startswith(_MEMBER) and term[len(_MEMBER) :].isdigit():
            term = _MEMBER + "n"
        counts["property", term, mapped] += 1
        if triple.predicate == _TYPE and isinstance(triple.object, ox.NamedNode):
            counts["class", triple.object.value, mapped] += 1
    for (kind, term, mapped), number in sorted(counts.items()):
        loss.count(
            "class" if kind == "class" else "property",
            term,
            mapped=number if mapped else 0,
            kept=0 if mapped else number,
        )
