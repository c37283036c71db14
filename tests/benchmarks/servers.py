"""The servers that are compared: `symposia serve` and Oxigraph's own, over the same triples."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from symposia.graph.dataset import NamedGraph, shipped
from symposia.graph.generations import Generation, Generations

__all__ = ["Running", "oxigraph", "publish", "symposia"]

BIN = Path(sys.executable).parent
JSON = "application/sparql-results+json"


@dataclass(frozen=True)
class Running:
    """A server that runs.

    :param path: of its query endpoint.
    :param seconds: from its start to its first answer.
    """

    port: int
    path: str
    process: subprocess.Popen[bytes]
    seconds: float

    def target(self, query: str) -> str:
        """The address of a query, without host."""
        return f"{self.path}?query={quote(query, safe='')}"

    def ask(self, query: str) -> list[str]:
        """The rows of an answer, sorted."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", self.target(query), headers={"Accept": JSON})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        assert answer.status == 200, (answer.status, body[:500])
        found = json.loads(body)
        if "boolean" in found:
            return [str(found["boolean"])]
        return sorted(json.dumps(row, sort_keys=True) for row in found["results"]["bindings"])

    def memory(self) -> int:
        """Bytes that it and its children hold that no other process shares."""
        return sum(map(_pss, self._pids()))

    def processor(self) -> dict[int, float]:
        """Seconds of a processor that it and each of its children have taken, by process id."""
        return {pid: _seconds(pid) for pid in self._pids()}

    def since(self, earlier: dict[int, float]) -> float:
        """Seconds of a processor since then, of those processes that have not ended meanwhile."""
        now = self.processor()
        return sum(max(0.0, spent - earlier.get(pid, 0.0)) for pid, spent in now.items())

    def _pids(self) -> list[int]:
        pids = [self.process.pid]
        for pid in pids:
            for listed in Path(f"/proc/{pid}/task").glob("*/children"):  # of each of its threads
                with suppress(OSError):
                    pids += map(int, listed.read_text(encoding="ascii").split())
        return pids


def _seconds(pid: int) -> float:
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _pss(pid: int) -> int:
    with suppress(OSError):
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
        return int(found[1]) * 1024 if found else 0
    return 0


def publish(folder: Path, triples: Path) -> Generation:
    """Publish a file of triples beside the shipped graphs, without validating it."""
    graph = NamedGraph("https://w3id.org/symposia/bench/graph", triples, "benchmark")
    return Generations(folder).publish([*shipped(), graph])


@contextmanager
def symposia(folder: Path, *options: str) -> Iterator[Running]:
    """`symposia serve` over a data folder."""
    command = [str(BIN / "symposia"), "serve", "--port", "{port}", "--data", str(folder)]
    with _running([*command, "--no-log-requests", *options], "/sparql") as running:
        yield running


@contextmanager
def oxigraph(folder: Path) -> Iterator[Running]:
    """Oxigraph's server over a store that it has loaded."""
    command = [str(BIN / "oxigraph"), "serve-read-only", "--location", str(folder)]
    with _running([*command, "--bind", "127.0.0.1:{port}"], "/query") as running:
        yield running


def load_oxigraph(folder: Path, files: list[Path]) -> float:
    """Seconds in which Oxigraph's own program loads files."""
    began = time.perf_counter()
    command = [str(BIN / "oxigraph"), "load", "--location", str(folder)]
    command += ["--file", *map(str, files)]
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


@contextmanager
def _running(command: list[str], path: str) -> Iterator[Running]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    began = time.perf_counter()
    process = subprocess.Popen(
        [part.format(port=port) for part in command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not _answers(port, path):
            assert process.poll() is None, f"{command[0]} has ended"
            assert time.perf_counter() - began < 60, f"{command[0]} does not answer"
            time.sleep(0.005)
        yield Running(port, path, process, time.perf_counter() - began)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", f"{path}?query=ASK%7B%7D", headers={"Accept": JSON})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
