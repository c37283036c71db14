"""What validation takes at several sizes, against pySHACL alone at the smallest."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .conferences import write

__all__ = ["SIZES", "Validated", "validation"]

SIZES = (100_000, 1_000_000, 5_000_000)
_BROKEN = 200
"""One in so many triples is left out of the broken variant, or said twice with another's value."""

OURS = """
import json, resource, sys, time
from pathlib import Path
begin, spent = time.perf_counter(), time.process_time()
from symposia.graph.dataset import NamedGraph
from symposia.graph.validation import validate
found = validate(NamedGraph("https://example.org/bench", Path(sys.argv[1]), "bench"))
findings = len(found.violations), len(found.warnings)
"""
PLAIN = """
import json, resource, sys, time
from importlib.resources import files
begin, spent = time.perf_counter(), time.process_time()
import pyshacl
import rdflib
from symposia.graph.dataset import shipped
data = rdflib.Graph().parse(sys.argv[1], format="nt")
for graph in shipped()[:2]:
    data.parse(graph.source)
shapes = rdflib.Graph().parse(str(files("symposia") / "ontology" / "shapes.ttl"))
report = pyshacl.validate(data, shacl_graph=shapes)[1]
sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
severities = [*report.objects(None, sh.resultSeverity)]
findings = severities.count(sh.Violation), severities.count(sh.Warning)
"""
_TELL = """
print(json.dumps([time.perf_counter() - begin, time.process_time() - spent,
                  resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, *findings]))
"""


@dataclass(frozen=True)
class Validated:
    """One validation.

    :param seconds: elapsed, the start of Python not counted.
    :param processor: seconds of processor time.
    :param memory: the most that the process held, in MiB.
    """

    name: str
    triples: int
    seconds: float
    processor: float
    memory: float
    violations: int
    warnings: int


def validation(sizes: Sequence[int] = SIZES, plain: int = SIZES[0]) -> Iterator[Validated]:
    """Validate conferences that are valid, and such as are not, each in a process of its own.

    :param sizes: numbers of triples.
    :param plain: the largest size at which pySHACL alone is measured.
    """
    with tempfile.TemporaryDirectory(prefix="symposia-bench-") as folder:
        source, broken = Path(folder) / "bench.nt", Path(folder) / "broken.nt"
        for size in sizes:
            write(source, size)
            damage(source, broken)
            yield _measured("valid", size, OURS, source)
            yield _measured("one triple in 200 broken", size, OURS, broken)
            if size <= plain:
                yield _measured("valid, pySHACL alone", size, PLAIN, source)


def damage(source: Path, target: Path) -> None:
    """Leave out every 200th triple, by turns, or say it with the object of the one before it."""
    before = ""
    with source.open(encoding="utf-8") as lines, target.open("w", encoding="utf-8") as file:
        for number, line in enumerate(lines):
            if number % _BROKEN:
                file.write(line)
            elif number % (2 * _BROKEN):
                start = line.split(" ", 2)
                file.write(" ".join([*start[:2], before.split(" ", 2)[2]]))
            before = line


def _measured(name: str, size: int, script: str, source: Path) -> Validated:
    ran = subprocess.run(
        [sys.executable, "-c", script + _TELL, str(source)], check=True, stdout=subprocess.PIPE
    )
    return Validated(name, size, *json.loads(ran.stdout))
