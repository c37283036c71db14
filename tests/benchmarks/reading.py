"""What reading takes: each shared source, all of them published, and generated ones of any size."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from symposia.graph.sources import find_sources

from .foreign import WRITERS

__all__ = ["Read", "growth", "reading", "shared_sources", "whole"]

SIZES = (100_000, 1_000_000, 5_000_000)
"""Triples in our model."""
_A_PAPER = 31
"""Triples that a generated paper becomes, at least."""
_MOST_MAPPED = 1_000_000
"""The most for RDF, which is mapped in memory: 5 GiB of it at that size."""

_READ = """
import json, resource, sys, tempfile, time
from pathlib import Path
from symposia.graph.adding import Task, prepare
from symposia.graph.reading import ReadOptions
with tempfile.TemporaryDirectory(prefix="symposia-bench-") as folder:
    begin, spent = time.perf_counter(), time.process_time()
    task = Task(Path(sys.argv[1]), sys.argv[1], None, None, ReadOptions(Path(folder), lenient=True))
    found = prepare(task)
    took = time.perf_counter() - begin, time.process_time() - spent
    made = 0
    for graph in (graph for one in found for graph in one.graphs if graph.default):
        with graph.source.open("rb") as file:
            made += sum(1 for _ in file)
read = sum(one.loss.total.read for one in found)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([read, made, *took, peak, sum(len(one.violations) for one in found)]))
"""


@dataclass(frozen=True)
class Read:
    """One reading.

    :param read: triples, or fields of records, in the source.
    :param made: triples in our model.
    :param seconds: elapsed; the start of Python is counted where sources are published.
    :param processor: seconds of processor time.
    :param memory: the most that was held, by all processes together, in MiB.
    :param violations: how many were kept apart.
    """

    name: str
    read: int
    made: int
    seconds: float
    processor: float
    memory: float
    violations: int


def reading(folder: Path, largest: int) -> Iterator[Read]:
    """All of it.

    :param folder: the shared conferences; left out where it is not there.
    :param largest: triples of the largest generated source.
    """
    if folder.is_dir():
        yield from shared_sources(folder)
        yield whole("published: ISWC and ESWC", [folder / "iswc", folder / "eswc"])
        yield whole("published: all", [folder])
    yield from growth([size for size in SIZES if size <= largest])


def shared_sources(folder: Path) -> Iterator[Read]:
    """Read, map and validate each source of a folder, in a process of its own."""
    found, _ = find_sources([folder])
    for source in found:
        yield _measured(source.path.relative_to(folder).as_posix(), source.path)


def growth(sizes: Sequence[int]) -> Iterator[Read]:
    """Read, map and validate generated sources that become so many triples."""
    with tempfile.TemporaryDirectory(prefix="symposia-bench-") as folder:
        for name, write in WRITERS.items():
            for size in sizes:
                if name.endswith(".nt") and size > _MOST_MAPPED:
                    continue
                path, papers = Path(folder) / name, size // _A_PAPER
                write(path, papers)
                yield _measured(f"{name}, {papers:,} papers", path)
                path.unlink()


def whole(name: str, sources: Sequence[Path]) -> Read:
    """Publish sources with `symposia add`, beside the shipped conference."""
    with tempfile.TemporaryDirectory(prefix="symposia-bench-") as folder:
        data = Path(folder) / "data"
        command = [str(Path(sys.executable).with_name("symposia")), "add", "--json"]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begin, peak = time.perf_counter(), 0.0
        with (Path(folder) / "told.json").open("w+b") as told:
            running = subprocess.Popen(
                [*command, "--data", str(data), *map(str, sources)],
                stdout=told,
                stderr=subprocess.DEVNULL,
            )
            while running.poll() is None:
                peak = max(peak, sum(map(_held, _tree(running.pid))))
                time.sleep(0.2)
            seconds = time.perf_counter() - begin
            told.seek(0)
            added = json.load(told)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        manifest = data / "generations" / "1" / "manifest.json"
        graphs = json.loads(manifest.read_text(encoding="utf-8"))["graphs"]
    programmes = [each for source in added["sources"] for each in source["programmes"]]
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Read(
        name,
        sum(each["loss"]["total"]["read"] for each in programmes),
        sum(graph["triples"] for graph in graphs if graph["default"]),
        seconds,
        spent,
        peak,
        sum(len(each["violations"]) for each in programmes),
    )


def _measured(name: str, path: Path) -> Read:
    ran = subprocess.run(
        [sys.executable, "-c", _READ, str(path)], check=True, stdout=subprocess.PIPE
    )
    return Read(name, *json.loads(ran.stdout))


def _tree(process: int) -> Iterator[int]:
    """A process and those below it."""
    yield process
    try:
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in (task / "children").read_text(encoding="ascii").split():
                yield from _tree(int(child))
    except OSError:  # it has ended
        return


def _held(process: int) -> float:
    """The memory of a process in MiB, what it shares counted by its share."""
    try:
        for line in Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0
