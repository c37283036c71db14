"""What the command line and the library take, against a floor or a peer, in turns in one run."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .conferences import write

__all__ = ["Row", "publish", "questions", "start", "storing"]

PYTHON = sys.executable
SYMPOSIA = str(Path(PYTHON).with_name("symposia"))


@dataclass(frozen=True)
class Row:
    """One comparison: seconds of each run of ours and of the other."""

    name: str
    other: str
    ours: list[float]
    theirs: list[float]

    @property
    def ratio(self) -> float:
        """Median of ours over median of the other."""
        return statistics.median(self.ours) / statistics.median(self.theirs)


def in_turns(
    name: str, other: str, ours: Callable[[], float], theirs: Callable[[], float], runs: int
) -> Row:
    """Measure both in turns, after one turn that is not counted."""
    ours(), theirs()
    pairs = [(ours(), theirs()) for _ in range(runs)]
    return Row(name, other, [a for a, _ in pairs], [b for _, b in pairs])


def cpu_seconds(*command: str) -> float:
    """Processor seconds, user and system, of a command and its children."""
    before = os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = os.times()
    return (after.children_user - before.children_user) + (
        after.children_system - before.children_system
    )


def wall_seconds(*command: str) -> float:
    """Elapsed seconds of a command."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def timed(work: Callable[[], object]) -> float:
    """Elapsed seconds of a call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def start() -> Iterator[Row]:
    """How long `symposia --help` takes to answer."""
    yield in_turns(
        "symposia --help (elapsed)",
        "python -c 'import click'",
        lambda: wall_seconds(SYMPOSIA, "--help"),
        lambda: wall_seconds(PYTHON, "-c", "import click"),
        runs=11,
    )


PUBLISH = """
import sys
from symposia.graph.library import Library
Library(sys.argv[1]).publish()
"""
LOAD = """
import sys
import pyoxigraph as ox
from symposia.graph.dataset import shipped
store = ox.Store(sys.argv[1] + "/store")
for graph in shipped():
    store.bulk_load(path=graph.source, format=ox.RdfFormat.TURTLE,
                    to_graph=ox.NamedNode(graph.iri))
store.flush()
store.backup(sys.argv[1] + "/copy")
"""
PYSHACL = """
import pyshacl
import rdflib
from symposia.graph.dataset import shipped
data = rdflib.Graph()
for graph in shipped():
    data.parse(graph.source)
from importlib.resources import files
shapes = rdflib.Graph().parse(str(files("symposia") / "ontology" / "shapes.ttl"))
pyshacl.validate(data, shacl_graph=shapes)
"""


def publish() -> Iterator[Row]:
    """Building, validating and publishing the shipped graph, each time from nothing."""

    def fresh(script: str) -> Callable[[], float]:
        def run() -> float:
            with tempfile.TemporaryDirectory() as folder:
                return cpu_seconds(PYTHON, "-c", script, folder)

        return run

    yield in_turns(
        "build, validate, publish (processor)",
        "bulk load and backup, not validated",
        fresh(PUBLISH),
        fresh(LOAD),
        runs=7,
    )
    yield in_turns(
        "build, validate, publish (processor)",
        "pySHACL alone, same shapes",
        fresh(PUBLISH),
        fresh(PYSHACL),
        runs=5,
    )


TRIPLES = 1_000_000
STORE = """
import sys
from pathlib import Path
from symposia.graph.dataset import NamedGraph
from symposia.graph.generations import Generations
graph = NamedGraph("http://example.org/graph", Path(sys.argv[1]), "benchmark")
Generations(sys.argv[2]).publish([graph])
"""
BULK = """
import sys
import pyoxigraph as ox
store = ox.Store(sys.argv[2] + "/store")
for graph in (ox.NamedNode("http://example.org/graph"), ox.DefaultGraph())[:int(sys.argv[3])]:
    store.bulk_load(path=sys.argv[1], format=ox.RdfFormat.N_TRIPLES, to_graph=graph)
store.flush()
"""


def storing() -> Iterator[Row]:
    """Publishing a million triples without validation, each time from nothing."""
    with tempfile.TemporaryDirectory(prefix="symposia-bench-") as name:
        source = Path(name) / "bench.nt"
        write(source, TRIPLES)

        def run(script: str, graphs: int) -> float:
            with tempfile.TemporaryDirectory(dir=name) as folder:
                return cpu_seconds(PYTHON, "-c", script, str(source), folder, str(graphs))

        ours, one, both = zip(
            *((run(STORE, 0), run(BULK, 1), run(BULK, 2)) for _ in range(3)), strict=True
        )
        what = "publish 1,000,000 triples (processor)"
        yield Row(what, "bulk load of the graph", [*ours], [*one])
        yield Row(what, "bulk load of the graph and the union", [*ours], [*both])


def questions() -> Iterator[Row]:
    """Every question with the example values of its parameters, answers as JSON."""
    import pyoxigraph as ox
    from symposia.graph.dataset import shipped
    from symposia.graph.questions import bind
    from symposia.graph.questions import questions as all_questions
    from symposia.graph.results import serialise_results
    from symposia.graph.store import Store

    store = Store.memory(shipped())
    engine = ox.Store()
    engine.bulk_extend(store.quads())
    asked = []
    for question in all_questions():
        if question.form != "construct":
            examples = {p.name: str(p.example) for p in question.parameters if p.required}
            asked.append((question.text, bind(question, examples, store)))

    def ours() -> None:
        for text, values in asked:
            serialise_results(store.query(text, values), "json")

    def floor() -> None:
        for text, values in asked:
            engine.query(
                text,
                use_default_graph_as_union=True,
                substitutions={ox.Variable(k): v for k, v in values.items()},
            ).serialize(format=ox.QueryResultsFormat.JSON)

    yield in_turns(
        f"all {len(asked)} questions (elapsed)",
        "the bare engine",
        lambda: timed(ours),
        lambda: timed(floor),
        runs=9,
    )
