"""A hundred processes of a server are killed at random while clients read and write."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from .load import Load
from .processes import files, memory, until
from .site import Site, program

KILLS = int(os.environ.get("SYMPOSIA_KILLS", "100"))
"""How many processes are killed; `SYMPOSIA_KILLS=2000` is a long run."""
SEED = int(os.environ.get("SYMPOSIA_SEED", "2023"))
OF_PARENTS, OF_WRITERS, OF_OTHERS = 0.06, 0.3, 0.03
"""Which part of them are the server itself, the process that makes its changes, and other programs
that write to its folder; the rest answer queries."""
MEMORY = 64
"""MiB by which the processes may have grown: what they were at first differs by half as much."""
FILES = 16


class Adding:
    """`symposia add` beside the server, and what became of it."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._number = 0
        self.done: set[int] = set()

    def kill(self, chance: random.Random) -> None:
        """Start one, and kill it somewhere on its way."""
        self._number += 1
        name = f"added{self._number}"
        source = self._site.folder / f"{name}.ttl"
        source.write_text("".join(f"<urn:n> <urn:part> {n} .\n" for n in range(200)), "utf-8")
        command = program(
            "add", str(source), "--graph", f"urn:faults:{name}", folder=self._site.data
        )
        process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self._site.environment,
        )
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0.2, 1.5))
        process.kill()
        if process.wait(20) == 0:
            self.done.add(self._number)

    def check(self) -> None:
        """Look that what was added is there, whole; and what was not, whole or not at all."""
        query = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { <urn:n> <urn:part> ?p } } GROUP BY ?g"
        found = dict(self._site.ask(query))
        assert {*found.values()} <= {"200"}
        assert {f"urn:faults:added{n}" for n in self.done} <= {*found}


def test_nothing_is_lost_and_nothing_is_wrong_while_processes_are_killed(
    sites: Callable[..., Site],
) -> None:
    site = sites("--workers", "2", "--timeout", "20", "--no-log-requests")
    chance = random.Random(SEED)  # noqa: S311  not a secret
    parents = round(KILLS * OF_PARENTS)
    others = ["writer"] * round(KILLS * OF_WRITERS) + ["other"] * round(KILLS * OF_OTHERS)
    kinds = others + ["worker"] * (KILLS - parents - len(others))
    chance.shuffle(kinds)
    middle = len(kinds) // 2
    first, last = kinds[:middle] + ["parent"] * (parents - 1), kinds[middle:]
    chance.shuffle(first)
    done: Counter[str] = Counter()
    adding = Adding(site)
    site.start()
    with Load(site, seed=SEED) as load:
        for kind in (*first, "parent"):
            _kill(kind, site, load, adding, chance, done)
            assert site.running
            assert not load.wrong
        until(lambda: load.writing, what="a change")
        # What follows happens to one server, which has had its first changes.
        _settle(site, load)
        before = memory(site.pid), files(site.pid)
        for kind in last:
            _kill(kind, site, load, adding, chance, done)
        until(lambda: load.outcomes["read 200"] > KILLS, 120, "more answers than kills")
        until(lambda: load.outcomes["read 304"], 120, "an answer that was known")
    load.check()
    adding.check()
    assert done["parent in a change"], "no kill of the server has met a change"
    assert done["writer in a change"], "no kill of the writer has met a change"
    assert sum(done[kind] for kind in ("parent", "writer", "other", "worker")) == KILLS, done
    assert min(len(journal.acknowledged) for journal in load.journals) > 0
    until(lambda: 2 <= len(site.workers) <= 5, what="two workers")
    until(lambda: files(site.pid) <= before[1] + FILES, what="the end of open files")
    until(lambda: memory(site.pid) <= before[0] + MEMORY, what="the memory of before")
    print(before, memory(site.pid), files(site.pid))
    _look_for_rests(site)
    assert site.stop() == 0
    site.start()
    load.check()
    adding.check()
    assert site.stop() == 0
    print(dict(load.outcomes), dict(done), [len(j.acknowledged) for j in load.journals])


def _kill(
    kind: str,
    site: Site,
    load: Load,
    adding: Adding,
    chance: random.Random,
    done: Counter[str],
) -> None:
    time.sleep(chance.uniform(0.0, 0.12))
    if kind in ("worker", "writer"):
        find = (lambda: site.workers) if kind == "worker" else (lambda: site.writers)
        victims = until(find, what=f"a {kind}")
        done[f"{kind} in a change"] += bool(load.writing)
        with contextlib.suppress(ProcessLookupError):
            os.kill(chance.choice(victims), signal.SIGKILL)
    elif kind == "other":
        adding.kill(chance)
    else:
        time.sleep(chance.uniform(0.0, 0.8))
        done["parent in a change"] += bool(load.writing)
        site.kill()
        site.start()
    done[kind] += 1


def _settle(site: Site, load: Load) -> None:
    """Wait until every writer has had a change, so that what it needs is in memory."""
    had = [len(journal.acknowledged) for journal in load.journals]
    until(
        lambda: all(
            len(journal.acknowledged) > before
            for journal, before in zip(load.journals, had, strict=True)
        ),
        60,
        "a change of every writer",
    )
    until(lambda: 2 <= len(site.workers) <= 5, what="two workers")


def _look_for_rests(site: Site) -> None:
    """Look that nothing of what was cut off is left, when each command has run once more."""
    source = site.folder / "whole.ttl"
    source.write_text("<urn:n> <urn:whole> 1 .\n", "utf-8")
    whole = program("add", str(source), "--graph", "urn:faults:whole", folder=site.data)
    subprocess.run(whole, check=True, capture_output=True, timeout=60, env=site.environment)
    site.update("INSERT DATA { GRAPH <urn:faults:last> { <urn:a> <urn:b> 1 } }")
    assert [*site.temporary.iterdir()] == []
    assert {path.name for path in site.data.iterdir()} <= {
        "current", "derived.json", "generations", "graphs", "lock", "originals", "store",
        "store.json",
    }  # fmt: skip
    hidden = [path for path in site.data.rglob("*") if _is_sketch(path)]
    assert hidden == []
    kept = [path.name for path in (site.data / "generations").iterdir()]
    assert len(kept) <= 3
    assert sorted(site.children) == sorted(site.workers + site.writers)


def _is_sketch(path: Path) -> bool:
    return path.name.startswith(".")
