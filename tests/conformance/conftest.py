"""A real server for the W3C suites, and what they found, for the report."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .known import Verdict
from .manifests import Case
from .systems import Bare, Live

TOKEN = "a-token-of-the-conformance-tests"  # noqa: S105 - of a store that is thrown away


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """`symposia serve --scratch` as a process of its own on a free port."""
    token = tmp_path_factory.mktemp("token") / "token"
    token.write_text(TOKEN, "utf-8")
    program = Path(sys.executable).with_name("symposia")
    command = [program, "serve", "--scratch", "--port", "0", "--token-file", token]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SYMPOSIA_")}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stderr is not None
        told = "".join(iter(process.stderr.readline, "Ctrl-C stops.\n"))
        address = re.search(r"http://[\d.]+:\d+", told)
        assert address, told
        server = Live(address.group(), TOKEN)
        yield server
        server.close()
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        process.stderr.close()


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
