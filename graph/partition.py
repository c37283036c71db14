"""A graph of dblp by conferences: its files hold the proceedings of many years and streams."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

import pyoxigraph as ox

from .namespaces import PREFIXES

__all__ = ["partition"]

_Node: TypeAlias = ox.NamedNode | ox.BlankNode
_Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_DBLP: Final = "https://dblp.org/rdf/schema#"
_RECORD: Final = "https://dblp.org/rec/"
_TYPE: Final = PREFIXES["rdf"] + "type"
_WORKS: Final = frozenset({_DBLP + "Inproceedings", _DBLP + "Editorship"})
_YEARS: Final = (_DBLP + "yearOfEvent", _DBLP + "yearOfPublication")
_VOLUME: Final = _DBLP + "publishedAsPartOf"
_TELLING: Final = frozenset({*_YEARS, _VOLUME})
_SIGNED: Final = _DBLP + "signaturePublication"


def partition(
    quads: Iterable[ox.Quad], programme_of: Callable[[str, str], str | None]
) -> dict[str, list[ox.Quad]]:
    """Divide a graph of dblp by conferences; what belongs to none is with the largest.

    What describes people, signatures and streams is with each conference that refers to it.

    :param programme_of: the slug of a conference by the key of its proceedings and the year.
    :returns: the quads of each conference, in their order; one part without a name where the
        records are not dblp's own.
    """
    graph = _Graph(list(quads))
    slugs = {
        work: _slug(work, graph.facts[work], programme_of) for work in sorted(graph.works, key=str)
    }
    sizes = Counter(slug for slug in slugs.values() if slug)
    if not sizes:
        return {"": graph.quads}
    chosen = {
        slug: graph.reached(work for work, found in slugs.items() if found == slug)
        for slug in sorted(sizes)
    }
    largest = min(sizes, key=lambda slug: (-sizes[slug], slug))
    chosen[largest] |= set(range(len(graph.quads))).difference(*chosen.values())
    return {slug: [graph.quads[n] for n in sorted(places)] for slug, places in chosen.items()}


class _Graph:
    """A graph by its subjects, with the works that are in it."""

    def __init__(self, quads: list[ox.Quad]) -> None:
        self.quads = quads
        self.works: set[_Node] = set()
        self.facts: dict[_Node, dict[str, str]] = defaultdict(dict)
        self._about: dict[_Node, list[int]] = defaultdict(list)
        self._signed: dict[_Node, list[_Node]] = defaultdict(list)
        for place, quad in enumerate(quads):
            if isinstance(quad.subject, ox.NamedNode | ox.BlankNode):
                self._about[quad.subject].append(place)
                self._note(quad.subject, quad.predicate.value, quad.object)

    def _note(self, subject: _Node, term: str, value: _Term) -> None:
        words = getattr(value, "value", "")
        if term == _TYPE and words in _WORKS:
            self.works.add(subject)
        elif term in _TELLING:
            self.facts[subject].setdefault(term, words)
        elif term == _SIGNED and isinstance(value, ox.NamedNode | ox.BlankNode):
            self._signed[value].append(subject)

    def reached(self, works: Iterable[_Node]) -> set[int]:
        """The places of all that describes works and, step by step, what they refer to."""
        waiting = list(works)
        seen, places = set(waiting), set[int]()
        while waiting:
            node = waiting.pop()
            own = self._about.get(node, [])
            places.update(own)
            for other in (
                *(self.quads[place].object for place in own),
                *self._signed.get(node, ()),
            ):
                if (
                    isinstance(other, ox.NamedNode | ox.BlankNode)
                    and other not in seen
                    and other in self._about
                    and not other.value.startswith(_RECORD)
                ):
                    seen.add(other)
                    waiting.append(other)
        return places


def _slug(
    work: _Node, facts: dict[str, str], programme_of: Callable[[str, str], str | None]
) -> str | None:
    year = next((facts[term] for term in _YEARS if term in facts), "")
    volume = facts.get(_VOLUME, "")
    if volume.startswith(_RECORD):
        return programme_of(volume.removeprefix(_RECORD), year)
    if not work.value.startswith(_RECORD):
        return None
    key = work.value.removeprefix(_RECORD)
    stream, _, last = key.rpartition("/")
    # The key of a paper without proceedings tells the stream alone.
    return programme_of(key if last[:4].isdigit() else f"{stream}/{year}", year)
