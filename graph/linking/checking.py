"""Whether links still hold when the dataset has become another, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..identity import clusters
from ..store import Store
from .facts import facts_of
from .kinds import KINDS
from .links import SAME, Links
from .resolving import kinds_of_things, settled

__all__ = ["contradicted", "settled_anew"]


def contradicted(store: Store, linked: Sequence[Links]) -> bool:
    """Whether links state of two things that they are the same, and the dataset that they are not.

    :param store: all programmes, with the properties that tell things apart (`facts.PROPERTIES`).
    :param linked: the links of each kind, as `links.stated_in` reads them.
    """
    stated = [each for links in linked for each in links.links if each.stated]
    if not stated:
        return False
    decided = [each for links in linked for each in links.decisions]
    joined, _ = clusters(store, decided, facts_of(store))
    stated.sort(key=lambda each: each.decision is None)
    return any(
        joined.link(each.left, each.right, decided=each.decision is not None)
        for each in stated
        if each.predicate == SAME
    )


def settled_anew(store: Store, linked: Iterable[Links]) -> list[Links]:
    """Links as their scores, the decisions and the facts leave them now, the strongest first.

    :param store: as in `contradicted`.
    :param linked: the links of each kind, whole; those that no linkage made stay as they are.
    """
    order = [*KINDS]
    found = sorted(linked, key=lambda each: (order.index(each.kind), each.kind))
    decided = [each for links in found for each in links.decisions]
    joined, _ = clusters(store, decided, facts_of(store))
    known = kinds_of_things(store)
    return [
        settled(links, links.decisions, joined, known) if links.method else links for links in found
    ]
