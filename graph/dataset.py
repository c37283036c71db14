"""The named graphs that are shipped with the project."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .namespaces import BASE

if TYPE_CHECKING:
    import rdflib

__all__ = ["NamedGraph", "programme_of", "shipped"]

_VOCABULARIES: Final = (
    ("ontology", "symposia.ttl", "Ontology"),
    ("topics", "topics.ttl", "Topics"),
)
_LABELS: Final = {
    "programme": "what the programme page says",
    "enrichment": "what other sources say",
    "systems": "systems, hardware, data sets and results",
    "topics": "topics of papers and talks",
}


@dataclass(frozen=True, slots=True)
class NamedGraph:
    """A graph with the IRI under which it is published.

    See https://www.w3.org/TR/rdf11-concepts/#section-dataset.

    :param iri: the graph's name.
    :param source: a Turtle file, or the graph itself.
    :param label: what it is, in a few words.
    :param default: whether it is part of the default graph; originals and what is kept back are
        not.
    :param format: the format of the source that it was read from, as `--format` calls it.
    :param key: stands for the source's bytes and how they were read; empty where it is unknown.
    :param problems: how many violations its source has, which are kept out of the default graph.
    :param sources: SHA-256 of the files that it was read from, where they are kept.
    """

    iri: str
    source: Path | rdflib.Graph
    label: str
    default: bool = True
    format: str = ""
    key: str = ""
    problems: int = 0
    sources: tuple[str, ...] = ()

    @property
    def original(self) -> bool:
        """Whether it is what a foreign source says, in the source's own words."""
        return not self.default and _part(self.iri).startswith("original")


def programme_of(iri: str) -> str:
    """The programme to which a graph belongs, by its IRI; a graph of its own is its programme."""
    head, found, part = iri.rpartition("/graph/")
    return head if found and "/" not in part and head + "/" != BASE else iri


def _part(iri: str) -> str:
    return iri.rpartition("/graph/")[2]


def shipped() -> list[NamedGraph]:
    """Return the ontology, the topic scheme, and the files of each programme by name.

    Shapes, alignments and examples are no part of the dataset.
    """
    package = Path(str(files(__package__.partition(".")[0])))
    vocabularies = [
        NamedGraph(f"{BASE}graph/{name}", package / "ontology" / file, label)
        for name, file, label in _VOCABULARIES
    ]
    return vocabularies + list(_programmes(package / "graph"))


def _programmes(folder: Path) -> Iterator[NamedGraph]:
    for path in sorted(folder.glob("*/*.ttl")):
        label = _LABELS.get(path.stem, path.stem)
        yield NamedGraph(
            f"{BASE}{path.parent.name}/graph/{path.stem}", path, f"{path.parent.name}: {label}"
        )
