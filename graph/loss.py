"""What became of a source: mapped, kept only in the original, repaired, refused."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from rdflib import RDFS, Graph, URIRef
from rdflib import Literal as RdfLiteral

from .namespaces import PREFIXES

__all__ = ["Loss", "Refusal", "Repair", "Row"]

Kind = Literal["class", "property", "field"]
Outcome = Literal["mapped", "kept", "refused"]

_KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
_OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)
_MOST_NAMES: Final = 2_000
_OTHERS: Final = "(others)"
_MOST_EXAMPLES: Final = 200
_LONGEST_TEXT: Final = 200
_BEFORE: Final = 40
"""Characters that are shown before what was mended."""


@dataclass(frozen=True, slots=True)
class Row:
    """The count of one class, property or field.

    :param kind: "class" counts things typed by it, "property" triples, "field" values.
    :param name: an IRI for a class or property, the source's own word for a field.
    :param mapped: how many entered the graph in our model.
    :param kept: how many stand in the original alone.
    :param repaired: how many of the mapped and kept were mended first.
    :param refused: how many could not be read at all.
    """

    kind: Kind
    name: str
    mapped: int = 0
    kept: int = 0
    repaired: int = 0
    refused: int = 0

    @property
    def read(self) -> int:
        """How many the source has: each is mapped, kept or refused."""
        return self.mapped + self.kept + self.refused


@dataclass(frozen=True, slots=True)
class Repair:
    """Something that was mended.

    :param place: where: "line 3", "row 12, author", or an IRI.
    :param found: what stood there.
    :param mended: what stands there now.
    :param why: in a sentence.
    """

    place: str
    found: str
    mended: str
    why: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that could not be read.

    :param place: where: "line 3", "row 12, author", or an IRI.
    :param found: what stands there.
    :param why: in a sentence.
    """

    place: str
    found: str
    why: str


class Loss:
    """The loss report of one source: counts in full, the first 200 repairs and refusals in words.

    Every triple or field that is read is in exactly one of mapped, kept and refused. A class counts
    triples of rdf:type a second time, so that totals leave classes out.

    :param source: file name or address of the source.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.repairs: list[Repair] = []
        self.refusals: list[Refusal] = []
        self._counts: Counter[tuple[str, str, str]] = Counter()
        self._names: set[tuple[str, str]] = set()

    def count(self, kind: Kind, name: str, *, mapped: int = 0, kept: int = 0) -> None:
        """Add to what is mapped and what is kept only in the original.

        :param kind: "class", "property" or "field".
        :param name: IRI, or the name of the field; of more than 2,000 the rest is counted together.
        """
        self._add(kind, name, "mapped", mapped)
        self._add(kind, name, "kept", kept)

    def repair(
        self, kind: Kind, name: str, *, place: str, found: str, mended: str, why: str
    ) -> None:
        """Note something that was mended; count it too, as mapped or kept, with `count`."""
        self._add(kind, name, "repaired", 1)
        if len(self.repairs) < _MOST_EXAMPLES:
            start = _difference(found, mended)
            old, new = (_short(text[start:], cut=start > 0) for text in (found, mended))
            self.repairs.append(Repair(_short(place), old, new, why))

    def refuse(self, kind: Kind, name: str, *, place: str, found: str, why: str) -> None:
        """Note and count something that could not be read."""
        self._add(kind, name, "refused", 1)
        if len(self.refusals) < _MOST_EXAMPLES:
            self.refusals.append(Refusal(_short(place), _short(found), why))

    def rows(self) -> list[Row]:
        """The counts: classes, properties, fields, each by name."""
        return [
            Row(kind, name, **{part: self._counts[kind, name, part] for part in _PARTS})
            for kind in _KINDS
            for _, name in sorted(key for key in self._names if key[0] == kind)
        ]

    @property
    def total(self) -> Row:
        """The sum over properties and fields."""
        counts = {
            part: sum(
                number
                for (kind, _, counted), number in self._counts.items()
                if counted == part and kind != "class"
            )
            for part in _PARTS
        }
        return Row("property", "", **counts)

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON has it."""
        return {
            "source": self.source,
            "total": _numbers(self.total),
            "rows": [{"kind": row.kind, "name": row.name} | _numbers(row) for row in self.rows()],
            "repairs": [
                {"place": one.place, "from": one.found, "to": one.mended, "why": one.why}
                for one in self.repairs
            ],
            "refusals": [
                {"place": one.place, "what": one.found, "why": one.why} for one in self.refusals
            ],
        }

    def to_graph(self, activity: str, used: str) -> Graph:
        """The report as RDF: a prov:Activity that used the source and its parts as void:Dataset.

        The parts are what was mapped, kept and refused, each with its partitions by class and
        property (https://www.w3.org/TR/void/#class-property-partitions); a field is a subset with
        a title. A repair is a revision, a refusal an entity that the activity invalidated.

        :param activity: IRI of the activity, from which the other IRIs are made.
        :param used: IRI of the source.
        """
        return _Writer(self, URIRef(activity), URIRef(used)).write()

    def _add(self, kind: Kind, name: str, part: str, number: int) -> None:
        if not number:
            return
        if (kind, name) not in self._names and len(self._names) >= _MOST_NAMES:
            name = _OTHERS
        self._names.add((kind, name))
        self._counts[kind, name, part] += number


class _Writer:
    """A loss report on its way to a graph."""

    def __init__(self, loss: Loss, activity: URIRef, used: URIRef) -> None:
        self._loss, self._activity, self._used = loss, activity, used
        self._graph = Graph(bind_namespaces="none")
        for prefix, namespace in PREFIXES.items():
            self._graph.bind(prefix, namespace)

    def write(self) -> Graph:
        loss, activity = self._loss, self._activity
        self._label(activity, f"Reading of {loss.source}")
        self._add(activity, "rdf:type", _term("prov:Activity"))
        self._add(activity, "prov:used", self._used)
        self._add(self._used, "rdf:type", _term("void:Dataset"))
        self._number(self._used, "void:triples", loss.total.read)
        for outcome in _OUTCOMES:
            self._outcome(outcome)
        for number, repair in enumerate(loss.repairs, start=1):
            mended, found = self._iri("repair", number), self._iri("repair", number, "found")
            self._value(mended, repair.mended, repair.place)
            self._value(found, repair.found, repair.place)
            self._text(mended, "rdfs:comment", repair.why)
            self._add(mended, "prov:wasRevisionOf", found)
            self._add(mended, "prov:wasGeneratedBy", activity)
        for number, refusal in enumerate(loss.refusals, start=1):
            entity = self._iri("refusal", number)
            self._value(entity, refusal.found, refusal.place)
            self._text(entity, "rdfs:comment", refusal.why)
            self._add(entity, "prov:wasInvalidatedBy", activity)
        return self._graph

    def _outcome(self, outcome: Outcome) -> None:
        part = self._iri(outcome)
        self._label(part, f"{outcome} of {self._loss.source}")
        self._add(part, "rdf:type", _term("void:Dataset"))
        self._add(self._used, "void:subset", part)
        self._number(part, "void:triples", getattr(self._loss.total, outcome))
        rows = [row for row in self._loss.rows() if getattr(row, outcome)]
        for number, row in enumerate(rows, start=1):
            partition, size = self._iri(outcome, number), getattr(row, outcome)
            if row.kind == "field" or row.name == _OTHERS:
                self._add(part, "void:subset", partition)
                self._text(partition, "dcterms:title", row.name)
                self._number(partition, "void:entities", size)
            elif row.kind == "class":
                self._add(part, "void:classPartition", partition)
                self._add(partition, "void:class", URIRef(row.name))
                self._number(partition, "void:entities", size)
            else:
                self._add(part, "void:propertyPartition", partition)
                self._add(partition, "void:property", URIRef(row.name))
                self._number(partition, "void:triples", size)

    def _iri(self, *path: str | int) -> URIRef:
        return URIRef("/".join((self._activity, *map(str, path))))

    def _value(self, entity: URIRef, value: str, place: str) -> None:
        self._add(entity, "rdf:type", _term("prov:Entity"))
        self._text(entity, "prov:value", value)
        self._text(entity, "rdfs:label", place)

    def _label(self, thing: URIRef, text: str) -> None:
        self._graph.add((thing, RDFS.label, RdfLiteral(text, lang="en")))

    def _text(self, thing: URIRef, term: str, text: str) -> None:
        self._graph.add((thing, _term(term), RdfLiteral(text)))

    def _number(self, thing: URIRef, term: str, number: int) -> None:
        self._graph.add((thing, _term(term), RdfLiteral(number)))

    def _add(self, thing: URIRef, term: str, value: URIRef) -> None:
        self._graph.add((thing, _term(term), value))


_PARTS: Final = ("mapped", "kept", "repaired", "refused")


def _numbers(row: Row) -> dict[str, int]:
    return {part: getattr(row, part) for part in ("read", *_PARTS)}


def _term(name: str) -> URIRef:
    prefix, _, local = name.partition(":")
    return URIRef(PREFIXES[prefix] + local)


def _difference(found: str, mended: str) -> int:
    """Where what is shown of two texts begins, so that they are seen to differ."""
    if max(len(found), len(mended)) <= _LONGEST_TEXT:
        return 0
    pairs = enumerate(zip(found, mended, strict=False))
    place = next((n for n, (one, other) in pairs if one != other), min(len(found), len(mended)))
    return max(0, place - _BEFORE)


def _short(text: str, *, cut: bool = False) -> str:
    text = f"…{text}" if cut else text
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"
