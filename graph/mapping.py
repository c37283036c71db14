"""RDF in a foreign vocabulary as a programme in our model: CONSTRUCT queries and a naming pass."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from .foreign import GENERATED, normalise
from .iris import slug
from .loss import Loss
from .mappings import MAPPINGS, Mapping, alignments, queries
from .namespaces import BASE, PREFIXES, SYM
from .naming import name as rename
from .repair import repair_texts
from .sequences import positions
from .substitution import substitute
from .used import reading
from .zones import localise

__all__ = ["Mapped", "find_mapping", "map_graph"]

_TYPE: Final = ox.NamedNode(PREFIXES["rdf"] + "type")
_LABEL: Final = ox.NamedNode(PREFIXES["rdfs"] + "label")
_NAMES: Final = frozenset({PREFIXES["schema"] + "name", PREFIXES["rdfs"] + "label"})
_GENERAL: Final = frozenset({"conference", "event", "events", "scholarlydata"})
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
    """The mapping whose vocabulary a graph speaks most, None where it speaks none, or our own."""
    counts: Counter[str] = Counter()
    for quad in quads:
        term = quad.object if quad.predicate == _TYPE else quad.predicate
        iri = getattr(term, "value", "")
        if iri.startswith(SYM):
            return None
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
    name: str | None = None,
    loss: Loss | None = None,
) -> Mapped:
    """Map a graph to our model.

    :param quads: the graph, with IRIs that are IRIs; named graphs are taken together.
    :param source: the file's name or address, for the report, and for a programme without a name.
    :param base: IRI below which the programme's own stands, ending in `/`.
    :param slug: last part of the programme's IRI; by default from the conference's IRI.
    :param derived_from: IRI of the source, from which affiliations and authorships are derived.
    :param timezone: IANA name of the zone of times for which the graph tells none.
    :param name: what the conference is called where the graph does not tell it.
    :param loss: the report to be continued, where reading or repairing noted something.
    """
    loss = Loss(source) if loss is None else loss
    pairs = normalise(quads, mapping)
    triples = [triple for _, triple in pairs]
    store = ox.Store()
    store.bulk_extend(ox.Quad(one.subject, one.predicate, one.object) for one in triples)
    store.bulk_extend(alignments())
    store.bulk_extend(positions(triples, mapping.lists))
    conference = _conference(triples, mapping)
    own = base.rstrip("/") + "/" + (slug or _slug(conference, triples, source))
    bound = {"programme": ox.NamedNode(conference or own)}
    built: set[ox.Triple] = set()
    read: set[ox.Triple] = set()
    for text in queries(mapping.name):
        made = set(store.query(substitute(text, bound)))  # type: ignore[arg-type]
        if made:
            built |= made
            read.update(store.query(substitute(reading(text), bound)))  # type: ignore[arg-type]
    if conference is None and not any(_named(one, own) for one in built):
        built.update(_unnamed(own, name))
    built.update(_consequences(built))
    named = rename(
        repair_texts(sorted(built, key=str), loss),
        conference=conference or own,
        programme=own,
        source=derived_from,
    )
    _count(loss, pairs, read)
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
    kinds = frozenset(mapping.conferences)
    part_of, has_part = mapping.parts
    found: set[str] = set()
    parts: Counter[str] = Counter()
    wholes: dict[str, set[str]] = defaultdict(set)
    for triple in triples:
        subject, value = (getattr(term, "value", "") for term in (triple.subject, triple.object))
        if triple.predicate == _TYPE and value in kinds:
            found.add(subject)
        elif triple.predicate.value == part_of:
            parts[value] += 1
            wholes[subject].add(value)
        elif triple.predicate.value == has_part:
            parts[subject] += 1
            wholes[value].add(subject)
    roots = [iri for iri in found if not wholes[iri] & found] or sorted(found)
    if mapping.whole and len(roots) > 1 and not any(parts[iri] for iri in roots):
        return None
    return min(roots, key=lambda iri: (-parts[iri], iri), default=None)


def _slug(conference: str | None, triples: Iterable[ox.Triple], source: str) -> str:
    """`iswc-2005` of .../conference/iswc/2005, of a name ISWC 2005, or of a file iswc2005.rdf.

    The IRI counts where it has a word, and not a year alone.
    """
    if conference is None:
        stem = re.split(r"[/\\]", source)[-1].partition(".")[0]
        return slug(re.sub(r"(?<=[A-Za-z])(?=\d)", "-", stem), limit=40) or "programme"
    path = re.sub(r"^[a-z]+://[^/]*/", "", conference).replace("#", "/")
    words = "-".join(word for word in path.split("/") if word not in _GENERAL)
    if GENERATED not in conference and any(map(str.isalpha, words)):
        return slug(words, limit=40) or "programme"
    names = sorted(
        one.object.value
        for one in triples
        if one.predicate.value in _NAMES and one.subject == ox.NamedNode(conference)
        if isinstance(one.object, ox.Literal)
    )
    return slug(names[0] if names else "", limit=40) or _slug(None, (), source)


def _named(triple: ox.Triple, own: str) -> bool:
    return triple.predicate == _LABEL and triple.subject == ox.NamedNode(own)


def _unnamed(own: str, name: str | None) -> Iterator[ox.Triple]:
    """What is known of a conference that the graph is about but does not describe."""
    for kind in ("Conference", "Event"):
        yield ox.Triple(ox.NamedNode(own), _TYPE, ox.NamedNode(PREFIXES["sym"] + kind))
    words = own.rpartition("/")[2].replace("-", " ").upper()
    yield ox.Triple(ox.NamedNode(own), _LABEL, ox.Literal(name or words))


def _count(loss: Loss, pairs: Iterable[tuple[ox.Triple, ox.Triple]], read: set[ox.Triple]) -> None:
    counts: Counter[tuple[str, str, bool]] = Counter()
    for triple, normal in pairs:
        term, mapped = triple.predicate.value, normal in read
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
