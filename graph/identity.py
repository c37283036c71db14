"""Which people and organisations of several programmes are one, by exact evidence."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pyoxigraph as ox

from .dataset import NamedGraph
from .derived import answers, provenance, write
from .linking.clusters import Clusters, Facts, Names, identifier
from .linking.decisions import Decision
from .linking.links import SAME, Links, strength
from .namespaces import BASE, PREFIXES
from .store import Store
from .triples import english, link, term, triple

__all__ = ["Evidence", "clusters", "identities", "join"]

_SAME: Final = PREFIXES["owl"] + "sameAs"
_MAILBOX: Final = PREFIXES["foaf"] + "mbox_sha1sum"
_HOMEPAGE: Final = PREFIXES["foaf"] + "homepage"
_STRENGTH: Final = (_SAME, _MAILBOX, _HOMEPAGE)
"""What joins people, the most certain first: what comes later joins none that it would confuse."""

_LABELS: Final = {_SAME: "the IRI", _MAILBOX: "the mailbox hash", _HOMEPAGE: "the homepage"}

_PERSON: Final = ox.NamedNode(PREFIXES["foaf"] + "Person")
_LABEL: Final = "People and organisations that are the same"
_NO_MAILBOX: Final = frozenset(
    hashlib.sha1(text, usedforsecurity=False).hexdigest() for text in (b"", b"mailto:", b"mailto: ")
)
"""The hashes of addresses that are none."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A value that several people or organisations have, by which they are one or would be.

    :param property: IRI of the property that states it.
    :param value: an IRI, or the hash of a mailbox.
    :param members: their IRIs, sorted.
    :param refused: why it is not believed; empty where it is.
    """

    property: str
    value: str
    members: tuple[str, ...]
    refused: str = ""


def identities(
    store: Store, folder: Path, linked: Sequence[Links] = (), *, base: str = BASE
) -> NamedGraph | None:
    """Derive the graph of which people and organisations, and whatever is linked, are one.

    Each of several that are one has `prov:alternateOf` to the one that stands for all, which is
    the first by IRI, and has it to itself; of whom there is but one, nothing is said. The evidence
    is kept as `prov:Collection`, also that which is not believed, with the reason. Where no two
    have anything in common there is no graph.

    Links that state that two are the same join after all exact evidence, where they contradict
    neither a fact nor a decision; see `clusters`.

    See https://www.w3.org/TR/prov-o/#alternateOf.

    :param store: all programmes, in our model.
    :param folder: where the graph is written, as N-Triples.
    :param linked: the links of each kind, with the decisions.
    :param base: IRI below which the graph is named.
    """
    joined, evidence = clusters(store, [d for each in linked for d in each.decisions])
    stated = [found for each in linked for found in each.links if found.stated]
    for found in sorted(stated, key=strength):
        if found.predicate == SAME:
            joined.link(found.left, found.right, decided=found.decision is not None)
    known = {thing.value for thing, _ in answers(store, "things")} if linked else None
    one = dict(_firsts(joined, known))
    if not evidence and not one:
        return None
    path = folder / "identity.nt"
    triples = _triples(one, evidence, [each.iri for each in linked], base)
    return write(f"{base}graph/identity", _LABEL, path, triples)


def clusters(
    store: Store, decisions: Sequence[Decision] = (), facts: Facts | None = None
) -> tuple[Clusters, list[Evidence]]:
    """The people and organisations that exact evidence joins, and that evidence.

    :param store: all programmes, in our model.
    :param decisions: what is rejected is never joined, and what is split is joined with nobody.
    :param facts: what links may not contradict; by default nothing but names.
    """
    names: dict[str, list[str]] = defaultdict(list)
    for person, name in answers(store, "names"):
        names[person.value].append(name.value)
    stated = [
        (
            thing.value,
            property_.value,
            value.value,
            property_.value == _HOMEPAGE and kind != _PERSON,
        )
        for thing, kind, property_, value in answers(store, "evidence")
    ]
    joined = Clusters(names, decisions, facts)
    return joined, _join(stated, joined)


def join(
    stated: Iterable[tuple[str, str, str, bool]], names: Names, decisions: Iterable[Decision] = ()
) -> tuple[dict[str, str], list[Evidence]]:
    """Join people, and organisations, by connected components of evidence.

    Evidence is not believed where it would make one of two people of one event whose names differ.
    Nor is a mailbox or a homepage believed of people anywhere whose names have no word in common:
    those of offices and groups are such.

    :param stated: who has it, property, value, and whether it is of another
        kind of thing, which no person can share.
    :param names: the names of each person; of organisations names do not matter.
    :param decisions: what is rejected is never joined, and what is split is joined with nobody.
    :returns: of each that is one with others the first of them; and the evidence, in its order.
    """
    joined = Clusters(names, decisions)
    found = _join(stated, joined)
    return dict(_firsts(joined)), found


def _join(stated: Iterable[tuple[str, str, str, bool]], joined: Clusters) -> list[Evidence]:
    found = []
    for (property_, value), members, wrong in _shared(stated):
        refused = wrong or joined.join(members, alike=property_ != _SAME)
        found.append(Evidence(property_, value, tuple(sorted(members)), refused))
    return found


def _firsts(joined: Clusters, known: Collection[str] | None = None) -> Iterator[tuple[str, str]]:
    """Each that is joined to another, with the first of them.

    :param known: the things of the dataset; records of others stand for nobody.
    """
    for members in joined:
        ours = sorted(each for each in members if known is None or each in known)
        if len(ours) > 1:
            yield from ((each, ours[0]) for each in ours)


def _shared(
    stated: Iterable[tuple[str, str, str, bool]],
) -> Iterator[tuple[tuple[str, str], set[str], str]]:
    """What several have, the most certain first, with what is wrong with it."""
    having: dict[tuple[str, str], set[str]] = defaultdict(set)
    elsewhere: set[tuple[str, str]] = set()
    for thing, property_, value, shared in stated:
        key = _key(property_, value)
        if key is not None:
            if shared:
                elsewhere.add(key)
            else:
                having[key].add(thing)
    for key in sorted(having, key=lambda each: (_STRENGTH.index(each[0]), each[1])):
        if len(having[key]) > 1:
            wrong = ""
            if key[1] in _NO_MAILBOX:
                wrong = "It is the hash of no address."
            elif key in elsewhere:
                wrong = "It is the page of an organisation or an event."
            yield key, having[key], wrong


def _key(property_: str, value: str) -> tuple[str, str] | None:
    """A property and its value as it is compared; None for what identifies nobody."""
    known = identifier(value)
    if known and known[0] == "ORCID":
        return _SAME, f"https://orcid.org/{known[1].upper()}"
    if property_ == _MAILBOX:
        digest = value.strip().lower()
        return (_MAILBOX, digest) if re.fullmatch(r"[0-9a-f]{40}", digest) else None
    if link(value, web=False) is None:
        return None
    if property_ == _HOMEPAGE:
        # https://www.rfc-editor.org/rfc/rfc3986#section-6.2: letter case of the host, empty path.
        try:
            parts = urlsplit(value)
        except ValueError:
            return None
        plain = parts._replace(
            scheme=parts.scheme.lower(), netloc=parts.netloc.lower(), path=parts.path or "/"
        )
        return (_HOMEPAGE, plain.geturl()) if parts.netloc else None
    return _SAME, value


def _triples(
    one: Mapping[str, str], evidence: Iterable[Evidence], used: Iterable[str], base: str
) -> Iterator[ox.Triple]:
    graph = ox.NamedNode(f"{base}graph/identity")
    activity = ox.NamedNode(f"{base}activity/identify")
    yield from provenance(graph, activity, _LABEL, "Identification of people and organisations")
    for iri in used:
        yield triple(activity, "prov:used", ox.NamedNode(iri))
    for each, first in sorted(one.items()):
        yield triple(ox.NamedNode(each), "prov:alternateOf", ox.NamedNode(first))
    for shown in evidence:
        key = hashlib.sha256(f"{shown.property} {shown.value}".encode()).hexdigest()[:16]
        node = ox.NamedNode(f"{base}identity/{key}")
        yield triple(node, "rdf:type", term("prov:Collection"))
        yield triple(
            node, "rdfs:label", english(f"All with {_LABELS[shown.property]} {shown.value}")
        )
        yield triple(node, "rdf:predicate", ox.NamedNode(shown.property))
        literal = shown.property == _MAILBOX
        value = ox.Literal(shown.value) if literal else ox.NamedNode(shown.value)
        yield triple(node, "rdf:object", value)
        for member in shown.members:
            yield triple(node, "prov:hadMember", ox.NamedNode(member))
        if shown.refused:
            yield triple(node, "dcterms:description", english(shown.refused))
        else:
            yield triple(activity, "prov:used", node)
