"""Keywords and foreign topics matched to topic schemes by label: a graph derived from all."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import pyoxigraph as ox

from .dataset import NamedGraph
from .derived import answers, provenance, write
from .iris import slug
from .namespaces import BASE
from .store import Store
from .triples import english, term, triple

__all__ = ["CSO", "matched_topics", "normalised"]

CSO: Final = "https://cso.kmi.open.ac.uk"
"""The Computer Science Ontology, the scheme of its topics."""

_LABEL: Final = "Topics matched by label"
_WORD: Final = re.compile(r"[^\W_]+")
_PLURALS: Final = (
    ("sses", "ss"), ("shes", "sh"), ("xes", "x"), ("tches", "tch"), ("rches", "rch"),
    ("ies", "y"), ("ss", "ss"), ("us", "us"), ("is", "is"), ("s", ""),
)  # fmt: skip
"""Endings of English plurals with those of the singular; the first that fits is taken."""


def normalised(words: str) -> str:
    """A label as it is compared: words in lower case and in the singular, without punctuation.

    >>> normalised("Semantic-Web Ontologies")
    'semantic web ontology'
    """
    return " ".join(map(_singular, _WORD.findall(words.casefold())))


def matched_topics(store: Store, folder: Path, *, base: str = BASE) -> NamedGraph | None:
    """Derive the graph of topics that keywords and topics of other schemes stand for.

    A paper or talk gets a topic assignment, a topic of another scheme `skos:closeMatch`, and a
    concept `skos:hiddenLabel` for a spelling that it does not have. A label that stands for two
    concepts of a scheme matches neither, unless it is the preferred label of one. There is no graph
    where nothing matches.

    :param store: all programmes in our model, and the schemes.
    :param folder: where the graph is written, as N-Triples.
    :param base: IRI below which our topics are, and the graph is named.
    """
    found = _Concepts(store, (f"{base}topic", CSO))
    triples = dict.fromkeys(_matches(store, found))
    if not triples:
        return None
    path = folder / "matched-topics.nt"
    return write(f"{base}graph/matched-topics", _LABEL, path, [*_account(found, base), *triples])


class _Concepts:
    """The concepts of some schemes by their labels."""

    def __init__(self, store: Store, schemes: Collection[str]) -> None:
        self.all: set[ox.NamedNode] = set()
        self.schemes: set[str] = set()
        self._labels: set[tuple[ox.NamedNode, ox.Literal]] = set()
        named: dict[tuple[str, str], dict[bool, set[ox.NamedNode]]] = defaultdict(
            lambda: {True: set(), False: set()}
        )
        for concept, scheme, label, preferred in answers(store, "concepts"):
            if scheme.value in schemes:
                self.all.add(concept)
                self.schemes.add(scheme.value)
                self._labels.add((concept, label))
                named[normalised(label.value), scheme.value][preferred.value == "true"].add(concept)
        self._found: dict[str, list[ox.NamedNode]] = defaultdict(list)
        for (words, _), concepts in sorted(named.items()):
            candidates = concepts[True] or concepts[False]
            if words and len(candidates) == 1:
                self._found[words] += candidates

    def find(self, words: str) -> Iterable[ox.NamedNode]:
        """The concepts that have a label."""
        return self._found.get(normalised(words), ())

    def is_called(self, concept: ox.NamedNode, label: ox.Literal) -> bool:
        """Whether a concept has exactly this label."""
        return (concept, label) in self._labels


def _account(concepts: _Concepts, base: str) -> Iterator[ox.Triple]:
    """How the graph came to be."""
    graph = ox.NamedNode(f"{base}graph/matched-topics")
    activity = ox.NamedNode(f"{base}activity/match-topics")
    yield from provenance(graph, activity, _LABEL, "Matching of topics by label")
    for scheme in sorted(concepts.schemes):
        yield triple(activity, "prov:used", ox.NamedNode(scheme))


def _matches(store: Store, concepts: _Concepts) -> Iterator[ox.Triple]:
    rows = [tuple(row) for row in answers(store, "keywords")]
    has = {(work, topic) for work, _, topic in rows if topic in concepts.all}
    for work, words, topic in rows:
        if topic in concepts.all:
            continue
        for concept in concepts.find(words.value):
            if (work, concept) in has:
                continue
            yield from _assignment(work, concept)
            if topic is not None:
                yield triple(topic, "skos:closeMatch", concept)
            elif not concepts.is_called(concept, words):
                yield triple(concept, "skos:hiddenLabel", words)


def _assignment(work: ox.NamedNode, concept: ox.NamedNode) -> Iterator[ox.Triple]:
    """That a paper or talk has a topic, as a node of its own and by shortcut."""
    name = slug(unquote(concept.value.rpartition("/")[2]))
    name = f"cso-{name}" if concept.value.startswith(CSO) else name
    node = ox.NamedNode(f"{work.value}/topic/{name}")
    yield triple(node, "rdf:type", term("sym:TopicAssignment"))
    yield triple(node, "rdfs:label", english(f"{work.value.rpartition('/')[2]}: {name}"))
    yield triple(node, "sym:of", work)
    yield triple(node, "sym:topic", concept)
    yield triple(work, "dcterms:subject", concept)


def _singular(word: str) -> str:
    if len(word) < 4:
        return word
    for plural, singular in _PLURALS:
        if word.endswith(plural):
            return word.removesuffix(plural) + singular
    return word
