"""Who takes part in which works: two-mode networks, as the queries of `queries/networks` give them.

See https://en.wikipedia.org/wiki/Bipartite_network_projection for what is made of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import combinations
from typing import Final, cast

import pyoxigraph as ox

from ..store import Store
from ..topics import normalised

__all__ = ["KINDS", "OWN", "Membership", "answers", "projected", "question_text"]

KINDS: Final = ("people", "organisations", "topics")
"""What the members of a network are; each is a query of that name."""

OWN: Final = {"people": "people_own", "organisations": "organisations_own"}
"""Networks in which each conference's people and organisations stay its own, by those of all."""

CROWD: Final = 100
"""A work with more members than this says little of each pair of them, and makes no ties."""

Pair = tuple[int, int]


@dataclass
class Membership:
    """A two-mode network.

    :param members: IRI and name of each member, by IRI.
    :param stated: the number of the member that an IRI means, also by other IRIs of theirs.
    :param of: the numbers of the members of each work, by the work's IRI.
    """

    members: list[tuple[str, str]] = field(default_factory=list)
    stated: dict[str, int] = field(default_factory=dict)
    of: dict[str, set[int]] = field(default_factory=dict)

    @classmethod
    def read(cls, store: Store, kind: str) -> Membership:
        """Ask a store.

        :param kind: one of `KINDS` or of the values of `OWN`.
        """
        rows = []
        labels: dict[str, str] = {}
        for work, stated, member, label in answers(store, kind):
            rows.append((work, stated, member))
            labels[member] = min(labels.get(member, label), label)
        first = _named_alike(labels, Counter(row[2] for row in rows)) if kind == "topics" else {}
        chosen = sorted({first.get(iri, iri) for iri in labels})
        found = cls(members=[(iri, labels[iri]) for iri in chosen])
        numbers = {iri: number for number, iri in enumerate(chosen)}
        found.stated.update({iri: numbers[first.get(iri, iri)] for iri in labels})
        for work, stated, member in rows:
            number = found.stated[member]
            found.stated[stated] = number
            found.of.setdefault(work, set()).add(number)
        return found


def _named_alike(labels: Mapping[str, str], works: Mapping[str, int]) -> dict[str, str]:
    """The topic that stands for each: of those of one name, in any number, that of most works.

    Conferences name their topics each by itself, and pictures of several would hold none twice.
    """
    groups: dict[str, list[str]] = {}
    for iri, label in labels.items():
        groups.setdefault(normalised(label) or label, []).append(iri)
    return {
        iri: min(group, key=lambda each: (-works[each], len(each), each))
        for group in groups.values()
        for iri in group
    }


def question_text(name: str) -> str:
    """The text of a query of `queries/networks`.

    :param name: of its file, without the ending.
    """
    return (files("symposia") / "queries" / "networks" / f"{name}.rq").read_text("utf-8")


def answers(store: Store, name: str) -> Iterator[tuple[str, ...]]:
    """The answer to a query of `queries/networks`: values as text, empty where there is none."""
    found = cast(ox.QuerySolutions, store.query(question_text(name)))
    names = [variable.value for variable in found.variables]
    for solution in found:
        terms = [solution[each] for each in names]
        yield tuple("" if term is None else str(getattr(term, "value", term)) for term in terms)


def projected(works: Iterable[Iterable[int]]) -> tuple[Counter[int], Counter[Pair], int]:
    """Tie members by the works that they have in common.

    :param works: the members of each.
    :return: how many works each member has, how many each pair has in common (the lower number
        first), and how many works are left out because they have more than `CROWD` members.
    """
    alone: Counter[int] = Counter()
    together: Counter[Pair] = Counter()
    crowded = 0
    for members in works:
        each = sorted(members)
        alone.update(each)
        if len(each) > CROWD:
            crowded += 1
        else:
            together.update(combinations(each, 2))
    return alone, together, crowded
