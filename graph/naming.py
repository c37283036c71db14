"""From a graph on foreign IRIs to one on the programme's own, without blank nodes."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias, cast

import pyoxigraph as ox

from .foreign import GENERATED
from .iris import Minter, slug
from .namespaces import PREFIXES

__all__ = ["name"]

_Node: TypeAlias = ox.NamedNode | ox.BlankNode
_Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal
_LONGEST: Final = 60


def _iri(name: str) -> ox.NamedNode:
    prefix, _, local = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


_TYPE, _LABEL, _ALT = _iri("rdf:type"), _iri("rdfs:label"), _iri("skos:altLabel")
_SAME, _DERIVED = _iri("owl:sameAs"), _iri("prov:wasDerivedFrom")
_ROLE, _AT, _HOLDER = _iri("sym:role"), _iri("sym:at"), _iri("sym:holder")
_OF, _AUTHOR, _POSITION = _iri("sym:of"), _iri("sym:author"), _iri("sym:position")
_TOPIC, _DURING = _iri("sym:topic"), _iri("sym:during")
_MEMBER, _ORGANISATION = _iri("org:member"), _iri("org:organization")
_PERSON: Final = _iri("foaf:Person")

_THINGS: Final = {
    _iri("sym:Session"): "session",
    _iri("sym:Talk"): "talk",
    _iri("sym:Paper"): "paper",
    _PERSON: "person",
    _iri("org:Organization"): "organisation",
    _iri("schema:Place"): "place",
    _iri("schema:EventSeries"): "series",
    _iri("bibo:Proceedings"): "proceedings",
    _iri("skos:ConceptScheme"): "scheme",
    _iri("skos:Concept"): "topic",
    _iri("sym:Event"): "event",
    _iri("schema:CreativeWork"): "work",
    _iri("schema:PostalAddress"): "address",
}
"""Classes of things that are known by their labels, with what stands before their slugs."""

_NODES: Final[dict[ox.NamedNode, tuple[ox.NamedNode, ...]]] = {
    _iri("sym:EventRole"): (_ROLE, _AT, _HOLDER, _LABEL),
    _iri("sym:Affiliation"): (_MEMBER, _ORGANISATION, _DURING),
    _iri("sym:Authorship"): (_OF, _POSITION, _AUTHOR),
    _iri("sym:TopicAssignment"): (_OF, _TOPIC),
}
"""Classes of n-ary nodes, with the properties in which no two of them agree."""

_ONCE: Final = (_LABEL, _iri("foaf:name"), _iri("dcterms:title"))
"""What a thing has once; other values become alternative labels."""
_OTHERS: Final = frozenset(
    {_SAME, _iri("rdfs:seeAlso"), _iri("skos:exactMatch"), _iri("skos:closeMatch")}
)
"""What leads to things elsewhere, whose IRIs stay."""


def name(
    triples: Iterable[ox.Triple], *, conference: str, programme: str, source: str | None = None
) -> list[ox.Triple]:
    """Give everything the programme's own IRIs; the same triples always give the same result.

    A thing gets `/kind/slug-of-label`, and owl:sameAs leads to the IRI that it had. A blank node is
    an n-ary node (role, affiliation, authorship, topic assignment) or a thing that its source only
    names; those that say the same are one. A thing that nothing describes keeps its IRI.

    :param triples: what the mappings constructed, in the model of the project.
    :param conference: the IRI of the conference in the source.
    :param programme: the IRI that it gets.
    :param source: the source's IRI, from which affiliations and authorships are then derived.
    """
    return _Namer(triples, conference, programme, source).named()


class _Namer:
    """The statements by subject, and the names as they are given."""

    def __init__(
        self, triples: Iterable[ox.Triple], conference: str, programme: str, source: str | None
    ) -> None:
        self._said: dict[_Node, dict[ox.NamedNode, set[_Term]]] = defaultdict(
            lambda: defaultdict(set)
        )
        for triple in triples:
            self._said[cast("_Node", triple.subject)][triple.predicate].add(
                cast("_Term", triple.object)
            )
        self._minter = Minter(programme)
        self._source = source
        self._names: dict[_Node, ox.NamedNode] = {ox.NamedNode(conference): ox.NamedNode(programme)}
        self._labels: dict[_Node, ox.Literal] = {}
        self._counts: Counter[str] = Counter()
        self._given: set[ox.NamedNode] = set()

    def named(self) -> list[ox.Triple]:
        self._settle_labels()
        self._name_things()
        for kind in _NODES:
            self._name_nodes(kind)
        found = set(self._renamed())
        return sorted(found, key=lambda triple: tuple(map(str, triple)))

    def _settle_labels(self) -> None:
        """Keep one label, name and title of each thing, the same where that is possible."""
        for node, said in self._said.items():
            for term in _ONCE:
                values = sorted(said.get(term, ()), key=lambda value: (len(str(value)), str(value)))
                if not values:
                    continue
                label = self._labels.get(node)
                kept = label if label in values else values[-1]
                self._labels.setdefault(node, kept)  # type: ignore[arg-type]
                said[term] = {kept}
                said[_ALT] |= set(values) - {kept}
            if _ALT in said:
                label_text = self._text(node).casefold()
                said[_ALT] = {
                    value
                    for value in said[_ALT]
                    if getattr(value, "value", "").casefold() != label_text
                }

    def _name_things(self) -> None:
        keys: dict[_Node, tuple[str, ...]] = {}
        for node, said in self._said.items():
            segment = self._segment(said)
            if node in self._names or segment is None:
                continue
            text = slug(self._text(node), limit=_LONGEST)
            if isinstance(node, ox.BlankNode):
                same = f"_:{self._text(node)}"
            elif segment == "person":
                # Letter case differs where people wrote the same IRI.
                same = f"{text} {node.value.casefold()}"
            else:
                same = node.value
            keys[node] = (segment, text, same)
        for node, (segment, text, same) in sorted(
            keys.items(), key=lambda item: (item[1], str(item[0]))
        ):
            self._names[node] = ox.NamedNode(self._minter.mint(segment, same, text))

    def _segment(self, said: Mapping[ox.NamedNode, set[_Term]]) -> str | None:
        types = said.get(_TYPE, ())
        return next((segment for kind, segment in _THINGS.items() if kind in types), None)

    def _name_nodes(self, kind: ox.NamedNode) -> None:
        """Name the n-ary nodes of a kind; those that agree in their properties get one name."""
        found: dict[tuple[tuple[str, ...], ...], list[_Node]] = defaultdict(list)
        for node, said in self._said.items():
            if kind in said.get(_TYPE, ()) and isinstance(node, ox.BlankNode):
                found[self._identity(node, _NODES[kind])].append(node)
        for _, nodes in sorted(found.items()):
            iri, label = self._node(kind, nodes[0])
            for node in nodes:
                self._names[node] = iri
                self._said[node][_LABEL] = {label}
                if self._source and kind in (_iri("sym:Affiliation"), _iri("sym:Authorship")):
                    self._said[node][_DERIVED] = {ox.NamedNode(self._source)}

    def _identity(
        self, node: _Node, properties: Iterable[ox.NamedNode]
    ) -> tuple[tuple[str, ...], ...]:
        said = self._said[node]
        return tuple(
            tuple(sorted(_sortable(self._rename(value)) for value in said.get(term, ())))
            for term in properties
        )

    def _node(self, kind: ox.NamedNode, node: _Node) -> tuple[ox.NamedNode, ox.Literal]:
        """The IRI and label of an n-ary node, as `build` and the shipped graphs have them."""
        one = self._one
        if kind == _iri("sym:EventRole"):
            role, holder = one(node, _ROLE), one(node, _HOLDER)
            office = self._labels[node].value if node in self._labels else _words(role)
            start = f"role/{slug(_words(role)) or 'role'}"
            label = f"{office}: {self._text(holder)}" if holder is not None else office
            return self._numbered(start), ox.Literal(label)
        if kind == _iri("sym:Affiliation"):
            person, organisation = one(node, _MEMBER), one(node, _ORGANISATION)
            start = f"affiliation/{self._last(person)}"
            label = f"{self._text(person)} at {self._text(organisation)}"
            return self._numbered(start), ox.Literal(label)
        work = one(node, _OF)
        if kind == _iri("sym:Authorship"):
            position, author = one(node, _POSITION), one(node, _AUTHOR)
            last = position.value if isinstance(position, ox.Literal) else self._last(author)
            number = f" {last}" if position is not None else ""
            label = f"{self._text(work)}, author{number}: {self._text(author)}"
            return self._free(f"{self._path(work)}/author/{last}"), ox.Literal(label)
        topic = one(node, _TOPIC)
        label = f"{self._text(work)}: {self._text(topic)}"
        return self._free(f"{self._path(work)}/topic/{self._last(topic)}"), ox.Literal(label)

    def _one(self, node: _Node, term: ox.NamedNode) -> _Term | None:
        return min(self._said[node].get(term, ()), key=_sortable, default=None)

    def _text(self, term: _Term | None) -> str:
        """What a thing is called: its label, else the last part of its IRI."""
        if isinstance(term, ox.Literal):
            return term.value
        if term is None or isinstance(term, ox.BlankNode):
            return self._labels[term].value if term in self._labels else ""
        return self._labels[term].value if term in self._labels else _last(term)

    def _path(self, term: _Term | None) -> str:
        """The path of a thing below the programme."""
        root = str(self._minter.fixed())
        own = self._rename(term) if term is not None else None
        if isinstance(own, ox.NamedNode) and own.value.startswith(root + "/"):
            return own.value[len(root) + 1 :]
        return slug(self._text(term), limit=_LONGEST) or "thing"

    def _last(self, term: _Term | None) -> str:
        return self._path(term).rpartition("/")[2]

    def _numbered(self, start: str) -> ox.NamedNode:
        self._counts[start] += 1
        return ox.NamedNode(self._minter.fixed(f"{start}-{self._counts[start]}"))

    def _free(self, path: str) -> ox.NamedNode:
        iri, number = ox.NamedNode(self._minter.fixed(path)), 1
        while iri in self._given:
            number += 1
            iri = ox.NamedNode(self._minter.fixed(f"{path}-{number}"))
        self._given.add(iri)
        return iri

    def _rename(self, term: _Term) -> _Term:
        return term if isinstance(term, ox.Literal) else self._names.get(term, term)

    def _renamed(self) -> Iterator[ox.Triple]:
        for node, said in self._said.items():
            subject = self._names.get(node, node)
            if subject != node and isinstance(node, ox.NamedNode) and GENERATED not in node.value:
                yield ox.Triple(subject, _SAME, node)
            for term, values in said.items():
                for value in values:
                    other = value if term in _OTHERS else self._rename(value)
                    if other != subject:
                        yield ox.Triple(subject, term, other)


def _words(term: _Term | None) -> str:
    """The words of a term's local name: "Programme committee member"."""
    local = _last(term) if isinstance(term, ox.NamedNode) else ""
    words = re.findall(r"[A-Z]?[^A-Z]+|[A-Z]+(?![a-z])", local)
    return " ".join([*words[:1], *(word.lower() for word in words[1:])])


def _last(iri: ox.NamedNode) -> str:
    """The last part of an IRI, with the one before it where it is only a number."""
    *_, before, last = ["", "", *re.split(r"[/#]", iri.value.rstrip("/#"))]
    return f"{before} {last}".strip() if last.isdigit() else last


def _sortable(term: _Term) -> str:
    """A key that has numbers in their order."""
    if isinstance(term, ox.Literal) and term.value.isdigit():
        return term.value.zfill(12)
    return str(term)
