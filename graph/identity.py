"""Which people and organisations of several programmes are one, by exact evidence."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pyoxigraph as ox

from .dataset import NamedGraph
from .derived import answers, provenance, write
from .iris import slug
from .namespaces import BASE, PREFIXES
from .store import Store
from .triples import english, link, term, triple

__all__ = ["Evidence", "identities", "join"]

_SAME: Final = PREFIXES["owl"] + "sameAs"
_MAILBOX: Final = PREFIXES["foaf"] + "mbox_sha1sum"
_HOMEPAGE: Final = PREFIXES["foaf"] + "homepage"
_ORCID: Final = re.compile(r"https?://(?:www\.)?orcid\.org/(\d{4}-\d{4}-\d{4}-\d{3}[\dX])/?")
_STRENGTH: Final = (_SAME, _MAILBOX, _HOMEPAGE)
"""What joins people, the most certain first: what comes later joins none that it would confuse."""

_LABELS: Final = {_SAME: "the IRI", _MAILBOX: "the mailbox hash", _HOMEPAGE: "the homepage"}

_PERSON: Final = ox.NamedNode(PREFIXES["foaf"] + "Person")
_UMLAUT: Final = re.compile("([aou])e")
"""Names are written with umlauts, and without."""

_LABEL: Final = "People and organisations that are the same"
_NO_MAILBOX: Final = frozenset(
    hashlib.sha1(text, usedforsecurity=False).hexdigest() for text in (b"", b"mailto:", b"mailto: ")
)
"""The hashes of addresses that are none."""

Names = Mapping[str, Iterable[str]]


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


def identities(store: Store, folder: Path, *, base: str = BASE) -> NamedGraph | None:
    """Derive the graph of which people and which organisations are one.

    Each of several that are one has `prov:alternateOf` to the one that stands for all, which is
    the first by IRI, and has it to itself; of whom there is but one, nothing is said. The evidence
    is kept as `prov:Collection`, also that which is not believed, with the reason. Where no two
    have anything in common there is no graph.

    See https://www.w3.org/TR/prov-o/#alternateOf.

    :param store: all programmes, in our model.
    :param folder: where the graph is written, as N-Triples.
    :param base: IRI below which the graph is named.
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
    one, evidence = join(stated, names)
    if not evidence:
        return None
    path, triples = folder / "identity.nt", _triples(one, evidence, base)
    return write(f"{base}graph/identity", _LABEL, path, triples)


def join(
    stated: Iterable[tuple[str, str, str, bool]], names: Names
) -> tuple[dict[str, str], list[Evidence]]:
    """Join people, and organisations, by connected components of evidence.

    Evidence is not believed where it would make one of two people of one event whose names differ.
    Nor is a mailbox or a homepage believed of people anywhere whose names have no word in common:
    those of offices and groups are such.

    :param stated: who has it, property, value, and whether it is of another
        kind of thing, which no person can share.
    :param names: the names of each person; of organisations names do not matter.
    :returns: of each that is one with others the first of them; and the evidence, in its order.
    """
    joined = _Components(names)
    found = []
    for (property_, value), members, wrong in _shared(stated):
        refused = wrong or joined.join(members, alike=property_ != _SAME)
        found.append(Evidence(property_, value, tuple(sorted(members)), refused))
    return joined.first(), found


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
    if match := _ORCID.fullmatch(value):
        return _SAME, f"https://orcid.org/{match[1]}"
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


class _Components:
    """Who is joined, by union and find."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._words: dict[str, list[tuple[str, ...]]] = {}
        self._root: dict[str, str] = {}
        self._members: dict[str, set[str]] = {}

    def join(self, found: Iterable[str], *, alike: bool) -> str:
        """Join people or organisations, or say why they are not.

        :param alike: whether any two names need a word in common.
        """
        roots = sorted({self._root.get(each, each) for each in found})
        members = sorted(set().union(*(self._members.get(root, {root}) for root in roots)))
        if reason := self._conflict(members, alike=alike):
            return reason
        for root in roots[1:]:
            self._members.pop(root, None)
        self._members[roots[0]] = set(members)
        self._root.update(dict.fromkeys(members, roots[0]))
        return ""

    def first(self) -> dict[str, str]:
        """Each that is joined to another, with the first of them."""
        return {
            each: min(members) for members in self._members.values() for each in sorted(members)
        }

    def _conflict(self, members: Iterable[str], *, alike: bool) -> str:
        """Why people cannot be one."""
        for one, other in combinations(members, 2):
            ours, theirs = self._named(one), self._named(other)
            if not ours or not theirs:
                continue
            if _event(one) == _event(other):
                if not any(_agree(a, b) for a in ours for b in theirs):
                    return f"At one event it stands for {self._called(one, other)}."
            elif alike and not any({*a} & {*b} for a in ours for b in theirs):
                return f"It stands for {self._called(one, other)}, who share no name."
        return ""

    def _named(self, person: str) -> list[tuple[str, ...]]:
        if person not in self._words:
            names = (_UMLAUT.sub(r"\1", slug(name)) for name in self._names.get(person, ()))
            found = (tuple(name.split("-")) for name in names)
            self._words[person] = [words for words in dict.fromkeys(found) if words != ("",)]
        return self._words[person]

    def _called(self, *people: str) -> str:
        return " and ".join(next(iter(self._names.get(person, (person,)))) for person in people)


def _event(person: str) -> str:
    """The programme below which a person has an IRI; anyone else is alone."""
    return person.rpartition("/person/")[0] or person


def _agree(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names may be of one person: a word may be missing, or stand as its initial."""
    short, long = sorted((one, other), key=len)
    left, full = [*long], 0
    for word in sorted(short, key=len, reverse=True):
        match = next((each for each in left if _same(each, word)), None)
        if match is None:
            return False
        left.remove(match)
        full += len(word) > 1 and len(match) > 1
    return full > 0


def _same(one: str, other: str) -> bool:
    """Whether two words of names may be one: equal, an initial, or a short form of the other."""
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) != 2 and long.startswith(short))


def _triples(
    one: Mapping[str, str], evidence: Iterable[Evidence], base: str
) -> Iterator[ox.Triple]:
    graph = ox.NamedNode(f"{base}graph/identity")
    activity = ox.NamedNode(f"{base}activity/identify")
    yield from provenance(graph, activity, _LABEL, "Identification of people and organisations")
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
