"""The tests that are known to fail, and why."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from .manifests import Case

Verdict: TypeAlias = Callable[[Case, str], None]
"""Notes what came of a case for the report: the problem, or nothing where it passed."""


class Failure(NamedTuple):
    """A test that is known to fail.

    :param cause: `engine`, which a test of the bare engine confirms, `pyshacl`, or `policy`, which
        is ours.
    :param why: what is wrong, in a sentence.
    """

    cause: Literal["engine", "policy", "pyshacl"]
    why: str


def _read() -> dict[str, Failure]:
    text = Path(__file__).with_name("known_failures.toml").read_text("utf-8")
    found: dict[str, Failure] = {}
    for entry in tomllib.loads(text)["failure"]:
        for name in entry["tests"]:
            assert name not in found, f"{name} is listed twice"
            found[name] = Failure(entry["cause"], entry["why"])
    return found


KNOWN = _read()
