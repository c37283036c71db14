"""What linking people costs on the whole way from what is known of them to their graph of links."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from math import comb
from pathlib import Path
from typing import Any, TypeVar

from symposia.graph.linking.clusters import Clusters, Facts
from symposia.graph.linking.collective import confirm
from symposia.graph.linking.kinds.people import table
from symposia.graph.linking.linkage import read_linkage
from symposia.graph.linking.links import Links, Method, Status
from symposia.graph.linking.resolving import resolve
from symposia.graph.linking.run import _links
from symposia.graph.linking.scoring import score

from .crowd import crowd
from .figures import Figure

__all__ = ["people"]

_ROOT = Path(__file__).parents[2]
Result = TypeVar("Result")


def people(records: int) -> Iterator[Figure]:
    """Link people of generated programmes with the shipped linkage, in a process of its own.

    :param records: how many, about.
    """
    command = [sys.executable, "-m", f"{__package__}.people", str(records)]
    done = subprocess.run(command, cwd=_ROOT, check=True, stdout=subprocess.PIPE)
    found: dict[str, Any] = json.loads(done.stdout)
    for step, (seconds, processor, memory) in found["steps"].items():
        name = f"{found['records']:,} people: {step}: time (processors), memory so far"
        yield Figure(name, f"{seconds:.1f} s ({processor:.1f} s), {memory:,.0f} MB", "", None)
    told = (
        "{compared:,} pairs, {kept:,} kept, {links}; recall {recall:.3f}, precision {precision:.3f}"
    )
    yield Figure(f"{found['records']:,} people: what was found", told.format(**found), "", None)


def _measured(number: int) -> dict[str, Any]:
    known, truth = crowd(number)
    steps: dict[str, tuple[float, float, float]] = {}

    def step(name: str, work: Callable[[], Result]) -> Result:
        began, used = time.perf_counter(), time.process_time()
        result = work()
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        steps[name] = time.perf_counter() - began, time.process_time() - used, memory
        return result

    linkage = read_linkage("people")
    bars = linkage.thresholds
    method = Method(linkage.summary, linkage.version, bars.same, bars.close)
    records = step("names and what else is compared", lambda: table(known))
    scores = step("scores", lambda: score(linkage, records))
    confirmed = step("collective evidence", lambda: confirm(scores, records))
    links = step("evidence of each link", lambda: list(_links(confirmed, linkage)))
    facts = Facts(works={each.id: frozenset(each.works) for each in known})
    clusters = Clusters({each.id: each.names for each in known}, (), facts)
    found = step("clusters", lambda: resolve(links, (), method, clusters))
    with tempfile.TemporaryDirectory() as folder:
        step("the graph of links", lambda: Links("people", found, (), method).graph(Path(folder)))
    stated = [each for each in found if each.status is Status.STATED]
    right = sum(truth[each.left] == truth[each.right] for each in stated)
    pairs = sum(comb(size, 2) for size in Counter(truth.values()).values())
    return {
        "records": len(known),
        "steps": steps,
        "compared": scores.compared,
        "kept": confirmed.pairs.num_rows,
        "links": ", ".join(f"{n:,} {status}" for status, n in Counter(
            str(each.status) for each in found).most_common()),
        "recall": right / pairs,
        "precision": right / max(1, len(stated)),
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(_measured(int(sys.argv[1]))))
