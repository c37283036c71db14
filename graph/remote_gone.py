"""What is gone from the dataset of a SPARQL server: a graph beside the dataset tells it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, cast

import pyoxigraph as ox

from .gone import MOST, Gone
from .namespaces import PREFIXES
from .remote import RemoteStore
from .remote_manifest import STORE

__all__ = ["GONE", "forgetting", "gone_from", "lines", "pruning"]

GONE: Final = f"{STORE}gone"
"""The graph: of each thing its name, the last generation that had it, and who was one with it."""

_LABEL: Final = ox.NamedNode(PREFIXES["rdfs"] + "label")
_UNTIL: Final = ox.NamedNode(PREFIXES["dcterms"] + "hasVersion")
_INSTEAD: Final = ox.NamedNode(PREFIXES["prov"] + "alternateOf")
_BATCH: Final = 100
"""Things that one update names."""
_ASKED: Final = "SELECT ?iri ?property ?value { ?iri ?property ?value }"
_COUNTED: Final = (
    f"SELECT ?until (COUNT(?iri) AS ?number) {{ ?iri {_UNTIL} ?until }} GROUP BY ?until"
)


def lines(found: Iterable[tuple[str, Gone]]) -> bytes:
    """What tells of things that are gone, as N-Triples."""
    told = (f"{triple} .\n" for iri, was in found for triple in _triples(ox.NamedNode(iri), was))
    return "".join(told).encode()


def forgetting(iris: Sequence[str]) -> Iterator[str]:
    """Updates by which what was told of things before goes."""
    for start in range(0, len(iris), _BATCH):
        named = " ".join(str(ox.NamedNode(iri)) for iri in iris[start : start + _BATCH])
        yield _delete(f"VALUES ?iri {{ {named} }} ?iri ?property ?value")


def pruning(store: RemoteStore) -> Iterator[str]:
    """Updates by which the oldest go, where more are told of than are kept.

    :raises StoreError: the server cannot be asked.
    """
    rows = cast("ox.QuerySolutions", store.query(_COUNTED, default_graphs=[GONE]))
    left = MOST
    numbers = {int(row["until"].value): int(row["number"].value) for row in rows}
    for until in sorted(numbers, reverse=True):
        left -= numbers[until]
        if left < 0:
            yield _delete(f"?iri {_UNTIL} {ox.Literal(str(until))} ; ?property ?value")


def gone_from(store: RemoteStore, iri: str) -> Gone | None:
    """What is known of a thing that is gone; None where there never was such a thing.

    :raises StoreError: the server cannot be asked.
    """
    found = store.query(_ASKED, {"iri": ox.NamedNode(iri)}, default_graphs=[GONE])
    told: dict[str, list[str]] = {}
    for row in cast("ox.QuerySolutions", found):
        told.setdefault(row["property"].value, []).append(row["value"].value)
    if not told.keys() >= {_LABEL.value, _UNTIL.value}:
        return None
    until = max(int(each) for each in told[_UNTIL.value] if each.isdecimal())
    return Gone(min(told[_LABEL.value]), until, tuple(sorted(told.get(_INSTEAD.value, ()))))


def _triples(node: ox.NamedNode, was: Gone) -> Iterator[ox.Triple]:
    yield ox.Triple(node, _LABEL, ox.Literal(was.label))
    yield ox.Triple(node, _UNTIL, ox.Literal(str(was.generation)))
    for other in was.instead:
        yield ox.Triple(node, _INSTEAD, ox.NamedNode(other))


def _delete(where: str) -> str:
    graph = ox.NamedNode(GONE)
    return (
        f"DELETE {{ GRAPH {graph} {{ ?iri ?property ?value }} }}"
        f" WHERE {{ GRAPH {graph} {{ {where} }} }}"
    )
