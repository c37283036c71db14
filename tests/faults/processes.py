"""What the processes of a server hold, as /proc tells."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

__all__ = ["descendants", "files", "memory", "of_module", "strays", "until"]

Found = TypeVar("Found")
_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


def until(condition: Callable[[], Found], seconds: float = 20.0, what: str = "it") -> Found:
    """Wait until something is true, and return it."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"{what} did not come about"
        time.sleep(0.02)
    return found


def descendants(root: int) -> list[int]:
    """The processes that a process started, and those that these started, without dead ones."""
    children: dict[int, list[int]] = {}
    for pid in _all():
        # The name may hold anything, so the fields are counted from its last bracket.
        fields = _read(pid, "stat").rpartition(")")[2].split()
        if fields and fields[0] not in "ZX":
            children.setdefault(int(fields[1]), []).append(pid)
    found, left = [], [root]
    while left:
        next_ = children.get(left.pop(), [])
        found += next_
        left += next_
    return found


def of_module(pids: Iterable[int], module: str) -> list[int]:
    """Those of some processes that run a Python module."""
    return [pid for pid in pids if f"-m\0{module}\0" in _read(pid, "cmdline")]


def strays(*signs: str) -> dict[int, str]:
    """Processes, other than this one, that speak of a sign or hold a file whose name has it.

    :return: their command lines.
    """
    found = {}
    for pid in _all():
        if pid == os.getpid():
            continue
        command = _read(pid, "cmdline").replace("\0", " ").strip()
        told = [command, _read(pid, "environ"), *_open(pid)]
        if any(sign in text for sign in signs for text in told):
            found[pid] = command
    return found


def memory(root: int) -> int:
    """MiB that a process and its descendants hold, what they share counted once (PSS)."""
    kib = 0
    for pid in (root, *descendants(root)):
        told = _PSS.search(_read(pid, "smaps_rollup"))
        kib += int(told[1]) if told else 0
    return kib // 1024


def files(pid: int) -> int:
    """How many files and connections a process holds open."""
    return len(_open(pid))


def _all() -> Iterator[int]:
    return (int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal())


def _open(pid: int) -> list[str]:
    found = []
    try:
        for path in Path(f"/proc/{pid}/fd").iterdir():
            try:
                found.append(str(path.readlink()))
            except OSError:
                continue  # it was closed just now
    except OSError:
        return []
    return found


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text("utf-8", "replace")
    except OSError:
        return ""  # it has ended
