"""What each SPARQL server cannot do: probed, and listed in docs/engines.md."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from symposia.graph.errors import SymposiaError
from symposia.graph.remote import RemoteStore
from symposia.graph.remote_generations import RemoteGenerations

from .servers import SERVERS, Server

PROBES: Final = {
    "Integers divide into a decimal": ("(2 / 3 AS ?x) {}", "0.6"),
    "A comparison gives a boolean": ("(1 = 1 AS ?x) {}", "boolean"),
    "An error in BIND leaves the variable open": (
        '(COALESCE(?y, "open") AS ?x) { BIND(IRI(CONCAT(STR(?none), "/a")) AS ?y) }',
        "open",
    ),
    "COALESCE takes true where an operand is open": ("(COALESCE(?y = 1, true) AS ?x) {}", "true"),
    "Strings sort by their characters": (
        '?x { VALUES ?x { "a" "B" "b" "A" } } ORDER BY ?x LIMIT 1 OFFSET 1',
        '"B"',
    ),
    "More than 10,000 rows are sorted": (
        "?x { { ?x ?p ?o } UNION { ?x ?p ?o } } ORDER BY ?x LIMIT 20000",
        "http",
    ),
}
"""By what is asked: a SELECT, and what its value holds where the server does it as it should."""

OTHERS: Final = (
    "A publish is one transaction",
    "A triple in two graphs of FROM counts once",
    "DESCRIBE follows blank nodes",
)
"""What is probed by more than a query."""

CANNOT: Final[dict[str, set[str]]] = {
    "oxigraph": {"A triple in two graphs of FROM counts once"},
    "fuseki": set(),
    "virtuoso": {
        "A comparison gives a boolean",
        "A publish is one transaction",
        "A triple in two graphs of FROM counts once",
        "DESCRIBE follows blank nodes",
        "An error in BIND leaves the variable open",
        "COALESCE takes true where an operand is open",
        "Integers divide into a decimal",
    },
}
"""What each server does not do, as found."""

START, END = "<!-- found by tests/engines -->\n", "<!-- end -->\n"


def does(store: RemoteStore, query: str, expected: str) -> bool:
    """Whether a query gives what it should."""
    try:
        found: Any = store.query(f"SELECT {query}")
        return expected in str(next(found)["x"])
    except (SymposiaError, StopIteration):
        return False


def is_atomic(generations: RemoteGenerations) -> bool:
    """Whether an update whose second operation fails leaves the first undone."""
    graph = "https://w3id.org/symposia/store/probe"
    triple = "<x:a> <x:b> <x:c>"
    try:
        generations._update(
            [
                f"INSERT DATA {{ GRAPH <{graph}> {{ {triple} }} }}",
                "MOVE GRAPH <x:nowhere> TO GRAPH <x:elsewhere>",
            ]
        )
    except SymposiaError:
        undone = not RemoteStore(generations.endpoint).has_graph(graph)
    else:
        undone = False
    generations._update([f"DROP SILENT GRAPH <{graph}>"])
    return undone


def counts_once(store: RemoteStore) -> bool:
    """Whether the default graph that several FROM make is a set of triples."""
    both = store.graphs()
    found: Any = store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", None, both, [])
    return int(next(found)["n"].value) == store.count()


def follows_blank_nodes(generations: RemoteGenerations) -> bool:
    """Whether DESCRIBE gives what a thing says through a blank node."""
    graph = "https://w3id.org/symposia/store/probe"
    generations._put(graph, b"<x:a> <x:b> _:c .\n_:c <x:c> <x:d> .\n")
    found: Any = RemoteStore(generations.endpoint).query("DESCRIBE <x:a>", default_graphs=[graph])
    triples = [*found]
    generations._update([f"DROP SILENT GRAPH <{graph}>"])
    return len(triples) == 2


def test_what_a_server_cannot_do(server: Server, generations: RemoteGenerations) -> None:
    now = generations.open()  # tests of this server may have published meanwhile
    cannot = {name for name, probe in PROBES.items() if not does(now, *probe)}
    transaction, once, follows = OTHERS
    cannot |= set() if is_atomic(generations) else {transaction}
    cannot |= set() if counts_once(now) else {once}
    cannot |= set() if follows_blank_nodes(generations) else {follows}
    assert cannot == CANNOT[server.name]


def test_the_list_in_the_docs_is_what_was_found(
    root: Path, snapshot: Callable[[Path, str], None]
) -> None:
    path = root / "docs" / "engines.md"
    text = path.read_text("utf-8")
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    lines = [f"| | {' | '.join(SERVERS)} |", f"| --- |{' --- |' * len(SERVERS)}"]
    for name in (*PROBES, *OTHERS):
        cells = ["no" if name in CANNOT[each] else "yes" for each in SERVERS]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    assert all(CANNOT[each] <= {*PROBES, *OTHERS} for each in SERVERS)
    snapshot(path, before + START + "\n".join(lines) + "\n" + END + after)


@pytest.mark.parametrize("name", [*SERVERS])
def test_every_server_is_described(name: str, root: Path) -> None:
    assert f"## {name.capitalize()}" in (root / "docs" / "engines.md").read_text("utf-8")
