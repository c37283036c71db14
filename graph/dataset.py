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

__all__ = ["NamedGraph", "shipped"]

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
    """

    iri: str
    source: Path | rdflib.Graph
    label: str


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
