"""A whole network as a graph of NetworkX, for those who compute with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import ParameterError
from ..store import Store
from .file import folded
from .membership import KINDS, Membership, answers, projected

if TYPE_CHECKING:
    import networkx

__all__ = ["graph_of", "member_of"]


def graph_of(
    store: Store, kind: str = "people", conference: str | None = None
) -> networkx.Graph[str]:
    """The people, organisations or topics of works, tied by the works they have in common.

    Its nodes are IRIs with the attributes `label` and `works`, a number; its edges have the
    `weight` that is the number of works in common.

    :param kind: one of `membership.KINDS`.
    :param conference: the IRI or the name of one; None for the works of all.
    :raises ParameterError: there is no such kind or conference.
    """
    import networkx

    if kind not in KINDS:
        raise ParameterError(f"There is no network of '{kind}'.", hint=f"Of {', '.join(KINDS)}.")
    found = Membership.read(store, kind)
    held = None if conference is None else _held(store, conference)
    alone, together, _ = projected(
        members for work, members in found.of.items() if held is None or work in held
    )
    graph: networkx.Graph[str] = networkx.Graph()
    for number, works in sorted(alone.items()):
        iri, label = found.members[number]
        graph.add_node(iri, label=label, works=works)
    for (one, other), works in sorted(together.items()):
        graph.add_edge(found.members[one][0], found.members[other][0], weight=works)
    return graph


def member_of(graph: networkx.Graph[str], name: str) -> str:
    """The node that has a name, or is an IRI.

    :raises ParameterError: there is none, or there are several.
    """
    if name in graph:
        return name
    found: list[str] = [iri for iri, label in graph.nodes("label") if folded(label) == folded(name)]
    if len(found) == 1:
        return found[0]
    told = "Several have the name" if found else "Nobody in this network has the name"
    raise ParameterError(f"{told} '{name}'.", hint=" ".join(sorted(found)) or "Give an IRI.")


def _held(store: Store, conference: str) -> set[str]:
    """The works of a conference."""
    known = {(iri, label) for iri, label, _ in answers(store, "conferences")}
    meant = {
        iri for iri, label in known if conference == iri or folded(conference) == folded(label)
    }
    if len(meant) != 1:
        names = ", ".join(sorted(label for _, label in known)[:5])
        raise ParameterError(f"There is no conference '{conference}'.", hint=f"There are {names}.")
    return {work for held, work in answers(store, "works") if held in meant}
