"""Linking that is killed, interrupted, done twice at once, or on a disk that is full."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from symposia.graph.dataset import NamedGraph
from symposia.graph.library import Library
from symposia.graph.linking.run import link
from symposia.graph.namespaces import BASE

from .test_full_disk import disk, full

__all__ = ["disk"]

PROGRAM = str(Path(sys.executable).with_name("symposia"))
LINKS = f"{BASE}graph/links/people"
SECONDS = 120.0


@pytest.fixture(scope="module")
def conferences(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two conferences that nobody has linked."""
    data = tmp_path_factory.mktemp("conferences") / "data"
    graphs = [
        NamedGraph(f"{BASE}{path.stem}/graph/programme", path, path.stem)
        for path in sorted((root / "tests" / "data" / "conferences").glob("*.ttl"))
    ]
    Library(data).include({"two conferences": graphs})
    return data


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where temporary files of the processes go; in the end none is left."""
    made = tmp_path / "temporary"
    made.mkdir()
    yield made
    assert [*made.iterdir()] == []


@pytest.fixture
def start(folder: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts `symposia link people`."""
    begun: list[subprocess.Popen[str]] = []

    def run(data: Path) -> subprocess.Popen[str]:
        command = [PROGRAM, "link", "people", "--data", str(data)]
        environment = {**os.environ, "TMPDIR": str(folder)}
        begun.append(
            subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                env=environment,
            )
        )
        return begun[-1]

    yield run
    for process in begun:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def digests(data: Path) -> dict[str, str]:
    now = Library(data).generations.current()
    assert now is not None
    return {graph.iri: graph.digest for graph in now.graphs if graph.iri != LINKS}


def linked(data: Path) -> set[str]:
    """The statements of the links graph; the time of the run is none of them."""
    found = (graph for graph in Library(data).graphs() if graph.iri == LINKS)
    lines = {line for graph in found for line in graph.source.read_text("utf-8").splitlines()}  # type: ignore[union-attr]
    return {line for line in lines if "endedAtTime" not in line}


@pytest.fixture(scope="module")
def whole(conferences: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, with their people linked."""
    data = tmp_path_factory.mktemp("whole") / "data"
    shutil.copytree(conferences, data)
    link(Library(data), ["people"])
    return data


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_linking_that_is_cut_off_changes_nothing_or_all(
    conferences: Path,
    whole: Path,
    tmp_path: Path,
    start: Callable[..., subprocess.Popen[str]],
    how: int,
) -> None:
    data = Path(shutil.copytree(conferences, tmp_path / "data"))
    before, after = (digests(conferences), set()), (digests(whole), linked(whole))
    for _ in range(2):
        process = start(data)
        time.sleep(random.uniform(0.5, 4.0))  # noqa: S311  anywhere from its start to its end
        process.send_signal(how)
        told, _ = process.communicate(timeout=SECONDS)
        assert process.returncode in (0, -how, 128 + how) or "Aborted!" in told, told
        assert "Traceback" not in told
        assert (digests(data), linked(data)) in (before, after)
    assert start(data).wait(SECONDS) == 0
    assert (digests(data), linked(data)) == after


def test_two_that_link_at_once_do_it_once(
    conferences: Path, tmp_path: Path, start: Callable[..., subprocess.Popen[str]]
) -> None:
    data = Path(shutil.copytree(conferences, tmp_path / "data"))
    told = [each.communicate(timeout=SECONDS)[0] for each in (start(data), start(data))]
    assert sorted("Nothing changed." in each for each in told) == [False, True], told
    assert start(data).communicate(timeout=SECONDS)[0].count("Nothing changed.") == 1


def test_a_full_disk_refuses_links(conferences: Path, disk: Path, folder: Path) -> None:
    data = Path(shutil.copytree(conferences, disk / "data"))
    before = digests(data)
    with full(disk, 0):
        found = subprocess.run(
            [PROGRAM, "link", "people", "--data", str(data)],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            env={**os.environ, "TMPDIR": str(folder)},
        )
        assert found.returncode == 1
        assert "the disk is full" in found.stderr
        assert "Traceback" not in found.stderr
        assert (digests(data), linked(data)) == (before, set())
