"""A disk runs full while a server reads and writes: changes are refused, reading goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .load import Load
from .processes import until
from .site import Answer, Site, program

SIZE = "24m"
REST = 200 * 1024
"""Bytes that are left: less than a generation needs, more than nothing."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    if (
        sys.platform != "linux"
        or subprocess.run(mount, capture_output=True, check=False).returncode
    ):
        pytest.skip("needs the right to mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def full(disk: Path, rest: int = REST) -> Iterator[None]:
    """Let a file take what is free, but for a rest, and go again."""
    ballast = disk / "ballast"
    free = os.statvfs(disk)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize - rest)
    try:
        yield
    finally:
        ballast.unlink()


def refused(answer: Answer) -> None:
    """Look that a change was refused for want of space, in words that help."""
    assert answer.status == 503, answer
    assert answer.problem["title"] == "Store cannot be used"
    assert "the disk is full" in answer.problem["detail"]
    assert "Free some space" in answer.problem["hint"]


def large(number: int, graph: str) -> str:
    """A change that does not fit into the rest."""
    values = ", ".join(f'"{os.urandom(400).hex()}"' for _ in range(500))
    return f"INSERT DATA {{ GRAPH <{graph}> {{ <urn:{number}> <urn:p> {values} }} }}"


def test_a_full_disk_refuses_changes_and_nothing_else(
    sites: Callable[..., Site], disk: Path
) -> None:
    site = sites("--workers", "2", "--no-log-requests", data=disk / "data")
    site.start()
    with Load(site, readers=1, writers=1, faulty=False) as load:
        until(lambda: all(journal.acknowledged for journal in load.journals), 60, "a first change")
        with full(disk):
            until(lambda: all(journal.refused for journal in load.journals), 60, "a refused one")
            before = (site.data / "current").read_bytes()
            count = load.outcomes["read 200"]
            refused(site.update(large(1, "urn:faults:large")))
            refused(
                site.send(
                    "PUT", site.graph("urn:faults:large"), _turtle(), content_type="text/turtle"
                )
            )
            until(lambda: load.outcomes["read 200"] > count + 5, what="further answers")
            assert site.send("GET", "/tinyml-2023/paper/fmas.html").status == 200
            assert site.send("GET", "/health").status == 200
            assert (site.data / "current").read_bytes() == before
        had = [len(journal.acknowledged) for journal in load.journals]
        until(
            lambda: all(
                len(journal.acknowledged) > n for journal, n in zip(load.journals, had, strict=True)
            ),
            60,
            "a change once there is space",
        )
    load.check()
    assert site.update(large(1, "urn:faults:large")).status == 204
    assert site.ask("SELECT (COUNT(*) AS ?n) { GRAPH <urn:faults:large> { ?s ?p ?o } }") == [
        ("500",)
    ]
    _whole(site)
    assert site.stop() == 0


def test_a_server_starts_on_a_full_disk(sites: Callable[..., Site], disk: Path) -> None:
    site = sites("--workers", "1", data=disk / "data")
    site.start()
    assert site.update("INSERT DATA { GRAPH <urn:faults:g> { <urn:s> <urn:p> 1 } }").status == 204
    assert site.stop() == 0
    with full(disk, 0):
        site.start()
        assert site.ask("SELECT ?o { GRAPH <urn:faults:g> { ?s ?p ?o } }") == [("1",)]
        refused(site.update(large(1, "urn:faults:g")))
        assert site.stop() == 0
    site.start()
    assert site.update(large(1, "urn:faults:g")).status == 204


def test_a_body_that_finds_no_room_for_temporary_files_is_refused(
    sites: Callable[..., Site], disk: Path
) -> None:
    site = sites("--workers", "1")
    site.environment["TMPDIR"] = str(disk)
    site.start()
    body = "INSERT DATA {} #" + "x" * 4_000_000
    assert site.update(body).status == 204  # only now its place is settled
    until(lambda: os.statvfs(disk).f_bfree >= os.statvfs(disk).f_blocks - 1, what="its end")
    with full(disk, 0):
        answer = site.update(body)
        assert (answer.status, answer.problem["title"]) == (503, "Store cannot be used")
        assert "no room for this request: No space left" in answer.problem["detail"]
        assert site.ask("SELECT ?n { VALUES ?n { 1 } }") == [("1",)]
    assert site.update(body).status == 204


def test_add_says_that_the_disk_is_full(sites: Callable[..., Site], disk: Path) -> None:
    site = sites(data=disk / "data")
    small, source = site.folder / "small.ttl", site.folder / "large.ttl"
    small.write_text("<urn:s> <urn:p> 1 .", "utf-8")
    source.write_text(_turtle(), "utf-8")
    assert _add(site, small, "urn:small").returncode == 0
    before = (site.data / "current").read_bytes()
    with full(disk):
        found = _add(site, source, "urn:faults:large")
        assert (found.returncode, found.stdout) == (1, "")
        assert found.stderr.endswith(
            f"Error: The data folder {site.data} cannot be written: the disk is full.\n"
            "Free some space and publish again.\n"
        )
        assert (site.data / "current").read_bytes() == before
        _whole(site)
    assert _add(site, source, "urn:faults:large").returncode == 0
    assert (site.data / "current").read_bytes() != before
    _whole(site)


def _turtle() -> str:
    return "".join(f'<urn:{n}> <urn:p> "{os.urandom(400).hex()}" .\n' for n in range(500))


def _add(site: Site, source: Path, graph: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        program("add", str(source), "--graph", graph, folder=site.data),
        capture_output=True,
        text=True,
        env=site.environment,
        timeout=60,
        check=False,
    )


def _whole(site: Site) -> None:
    """Look that every generation in the folder was finished, and nothing else is there."""
    kept = [*(site.data / "generations").iterdir()]
    assert all((path / "manifest.json").is_file() for path in kept), kept
    assert (site.data / "generations" / (site.data / "current").read_text().strip()) in kept
    assert [*site.data.rglob(".*")] == []
