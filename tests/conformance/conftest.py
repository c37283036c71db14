"""A real server for the W3C suites, and what they found, for the report."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from .known import Verdict
from .manifests import Case
from .systems import Bare, Federated, Live

TOKEN = "a-token-of-the-conformance-tests"  # noqa: S105 - of a store that is thrown away

ENDPOINTS = ("http://endpoint.example/1", "http://endpoint.example/2")
"""Graphs of one server that stand for the endpoints of the suite."""


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """`symposia serve --scratch` as a process of its own on a free port."""
    with _running(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(scope="session")
def federated(tmp_path_factory: pytest.TempPathFactory, live: Live) -> Iterator[Federated]:
    """A server that may ask another."""
    listed = [f"{live.address}/sparql?default-graph-uri={quote(g)}" for g in ENDPOINTS]
    dead = f"{live.address}/nothing-here"
    options = [part for url in (*listed, dead) for part in ("--federate", url)]
    with _running(tmp_path_factory.mktemp("federated"), *options) as server:
        yield Federated(server, live, tuple(zip(ENDPOINTS, listed, strict=True)), dead)


@contextmanager
def _running(folder: Path, *options: str) -> Iterator[Live]:
    token, log = folder / "token", folder / "log"
    token.write_text(TOKEN, "utf-8")
    program = Path(sys.executable).with_name("symposia")
    command = [program, "serve", "--scratch", "--port", "0", "--token-file", token, *options]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SYMPOSIA_")}
    with log.open("w") as errors:  # a pipe that nobody reads would stop the server
        process = subprocess.Popen(command, stderr=errors, env=environment)
    try:
        server = Live(_address(process, log), TOKEN)
        yield server
        server.close()
    finally:
        process.send_signal(signal.SIGTERM)
        status = process.wait(20)
    assert status == 0


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    """Where a server listens, once it says so."""
    end = time.monotonic() + 30
    while time.monotonic() < end and process.poll() is None:
        told = log.read_text("utf-8")
        if "Ctrl-C stops." in told and (found := re.search(r"http://[\d.]+:\d+", told)):
            return found.group()
        time.sleep(0.02)
    raise AssertionError(log.read_text("utf-8"))


@pytest.fixture(scope="session")
def bare() -> Bare:
    """The engine alone."""
    return Bare()


@pytest.fixture(scope="session")
def verdicts() -> dict[str, str]:
    """What came of each case."""
    return {}


@pytest.fixture
def verdict(verdicts: dict[str, str]) -> Verdict:
    """Note what came of a case."""

    def note(case: Case, problem: str) -> None:
        verdicts[case.iri] = problem

    return note
