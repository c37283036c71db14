"""What a dataset holds, in numbers: the statistics of VoID."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

from .parameters import Answers

__all__ = ["GraphSize", "Linkset", "PropertyPartition", "Statistics", "measure"]

_NAMESPACE: Final = re.compile(r".*[#/]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class PropertyPartition:
    """The triples of one property.

    :param subjects: how many distinct subjects they have.
    :param objects: how many distinct objects.
    """

    property: str
    triples: int
    subjects: int
    objects: int


@dataclass(frozen=True, slots=True)
class Linkset:
    """The triples of one predicate that lead to one other dataset.

    :param title: the name of the other dataset.
    :param homepage: its address; what identifies it in VoID.
    :param space: what its IRIs begin with.
    """

    title: str
    homepage: str
    space: str
    predicate: str
    triples: int


@dataclass(frozen=True, slots=True)
class GraphSize:
    """A named graph with its size.

    :param licence: IRI of the licence that it states for itself; empty where it states none.
    """

    iri: str
    triples: int
    licence: str


@dataclass(frozen=True, slots=True)
class Statistics:
    """The numbers of a dataset (https://www.w3.org/TR/void/#statistics), over the union of graphs.

    :param subjects: how many distinct subjects its triples have.
    :param objects: how many distinct objects.
    :param classes: classes with the number of their instances, the largest first.
    :param properties: the largest first.
    :param linksets: by name of the other dataset.
    :param graphs: the named graphs, by IRI.
    :param examples: some things of it, one of a class.
    """

    triples: int
    subjects: int
    objects: int
    classes: tuple[tuple[str, int], ...]
    properties: tuple[PropertyPartition, ...]
    linksets: tuple[Linkset, ...]
    graphs: tuple[GraphSize, ...]
    examples: tuple[str, ...]

    @property
    def vocabularies(self) -> tuple[str, ...]:
        """The namespaces of the classes and properties that are used, sorted."""
        terms = [iri for iri, _ in self.classes] + [each.property for each in self.properties]
        found = (_NAMESPACE.match(term) for term in terms)
        return tuple(sorted({match[0] for match in found if match}))


def measure(store: Answers) -> Statistics:
    """Count what a dataset holds, by the queries of `queries/statistics/`.

    It reads every triple a few times: about 4 s for a million triples on disk.

    :raises StoreError: the store fails.
    """
    totals = next(_rows(store, "totals"))
    return Statistics(
        triples=_number(totals, "triples"),
        subjects=_number(totals, "subjects"),
        objects=_number(totals, "objects"),
        classes=tuple(
            (_text(row, "class"), _number(row, "entities")) for row in _rows(store, "classes")
        ),
        properties=tuple(
            PropertyPartition(
                _text(row, "property"),
                _number(row, "triples"),
                _number(row, "subjects"),
                _number(row, "objects"),
            )
            for row in _rows(store, "properties")
        ),
        linksets=tuple(
            Linkset(
                _text(row, "title"),
                _text(row, "homepage"),
                _text(row, "space"),
                _text(row, "predicate"),
                _number(row, "triples"),
            )
            for row in _rows(store, "linksets")
        ),
        graphs=tuple(
            GraphSize(_text(row, "graph"), _number(row, "triples"), _text(row, "licence"))
            for row in _rows(store, "graphs")
        ),
        examples=tuple(text for row in _rows(store, "examples") if (text := _text(row, "example"))),
    )


def _rows(store: Answers, name: str) -> Iterator[Any]:
    text = (files("symposia") / "queries" / "statistics" / f"{name}.rq").read_text("utf-8")
    yield from store.query(text)


def _text(row: Any, name: str) -> str:
    return str(row[name].value) if row[name] is not None else ""


def _number(row: Any, name: str) -> int:
    return int(row[name].value)
