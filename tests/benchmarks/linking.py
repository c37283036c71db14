"""How long author records take to link, in what memory, and how many of their links are found."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from symposia.graph.linking.engines import connect
from symposia.graph.linking.linkage import read_linkage
from symposia.graph.linking.scoring import score

from .authors import AUTHORS, authors
from .figures import Figure

__all__ = ["linking"]

_ROOT = Path(__file__).parents[2]
_TARGET = "30 s, 2,000 MB, recall 0.9 at a million"


def linking(records: int) -> Iterator[Figure]:
    """Link generated author records, each way in a process of its own.

    Ours is a declared linkage; the floor is DuckDB joining equal full names, which finds what it
    finds at no cost.

    :param records: how many, about.
    """
    ours, floor = _run("ours", records), _run("floor", records)
    met = ours["seconds"] <= 30 and ours["memory"] <= 2000 and ours["recall"] >= 0.9
    yield Figure(
        f"{ours['records']:,} author records: time (processors), memory, recall / precision",
        _shown(ours),
        _shown(floor),
        ours["seconds"] / floor["seconds"],
        _TARGET if records <= 1_000_000 else "",
        met if records <= 1_000_000 else None,
    )


def _shown(found: dict[str, Any]) -> str:
    return (
        f"{found['seconds']:.1f} s ({found['processor']:.1f} s), {found['memory']:,.0f} MB, "
        f"{found['recall']:.3f} / {found['precision']:.3f}"
    )


def _run(way: str, records: int) -> dict[str, Any]:
    module = f"{__package__}.linking"
    done = subprocess.run(
        [sys.executable, "-m", module, way, str(records)],
        cwd=_ROOT,
        check=True,
        stdout=subprocess.PIPE,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _measured(way: str, number: int) -> dict[str, Any]:
    records, person = authors(number)
    began, used = time.perf_counter(), time.process_time()
    pairs = score(read_linkage(AUTHORS), records).pairs if way == "ours" else _same_names(records)
    seconds, processor = time.perf_counter() - began, time.process_time() - used
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    recall, precision = _quality(records["id"], person, pairs)
    return {
        "records": records.num_rows,
        "seconds": seconds,
        "processor": processor,
        "memory": memory,
        "recall": recall,
        "precision": precision,
    }


def _same_names(records: pa.Table) -> pa.Table:
    connection = connect("1500MB", 0, "")
    connection.register("records", records)
    found = connection.sql(
        'SELECT l.id AS "left", r.id AS "right" FROM records AS l JOIN records AS r '
        "USING (family, given) WHERE l.id < r.id"
    ).to_arrow_table()
    connection.close()
    return found


def _quality(
    identifiers: pa.ChunkedArray, person: pa.Array, pairs: pa.Table
) -> tuple[float, float]:
    """How many of the true pairs were found, and how many of the found ones are true."""
    who = person.to_numpy()
    sides = (pc.index_in(pairs[side], identifiers).to_numpy() for side in ("left", "right"))
    left, right = (who[side] for side in sides)
    true = int((left == right).sum())
    sizes = np.bincount(who)
    return true / int((sizes * (sizes - 1) // 2).sum()), true / max(1, len(left))


if __name__ == "__main__":
    print(json.dumps(_measured(sys.argv[1], int(sys.argv[2]))))
