"""Servers that take changes, as processes of their own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

TOKEN = "a-token-that-only-the-tests-know"  # noqa: S105 - of servers that the tests start


class Reply(NamedTuple):
    """An answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def problem(self) -> dict[str, Any]:
        """The body of an error."""
        assert self.headers["content-type"] == "application/problem+json", self.body
        found: dict[str, Any] = json.loads(self.body)
        assert found["status"] == self.status
        return found


class Server:
    """A running server."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self.log = log
        self.address = self._address()

    def _address(self) -> str:
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            told = self.log.read_text("utf-8")
            if "Ctrl-C stops." in told and (found := re.search(r"http://[\d.]+:\d+", told)):
                return found.group()
            time.sleep(0.02)
        raise AssertionError(self.log.read_text("utf-8"))

    def send(
        self,
        method: str,
        path: str,
        body: str | bytes | None = None,
        token: str | None = TOKEN,
        **headers: str,
    ) -> Reply:
        """Send a request; `content_type` is the header Content-Type."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        connection = HTTPConnection(urlsplit(self.address).netloc, timeout=60)
        try:
            data = body.encode() if isinstance(body, str) else body
            connection.request(method, path, data, sent)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, found, answer.read())
        finally:
            connection.close()

    def update(self, text: str, path: str = "/update", token: str | None = TOKEN) -> Reply:
        """Send an update."""
        return self.send("POST", path, text, token, content_type="application/sparql-update")

    def rows(self, query: str, **fields: str) -> list[tuple[str, ...]]:
        """The rows of an answer, unbound values as empty texts."""
        path = "/sparql?" + urlencode({"query": query, **fields})
        reply = self.send("GET", path, accept="application/sparql-results+json")
        assert reply.status == 200, reply.body
        found = json.loads(reply.body)
        names = found["head"]["vars"]
        return [
            tuple(row[n]["value"] if n in row else "" for n in names)
            for row in found["results"]["bindings"]
        ]


@contextmanager
def serving(folder: Path, *options: str, token: str | None = TOKEN) -> Iterator[Server]:
    """Run `symposia serve` with options, and end it."""
    folder.mkdir(exist_ok=True, parents=True)
    log = folder / "log"
    command = [str(Path(sys.executable).with_name("symposia")), "serve", "--port", "0", *options]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SYMPOSIA_")}
    if token is not None:
        (folder / "token").write_text(f"{token}\n", "utf-8")
        command += ["--token-file", str(folder / "token")]
    with log.open("w") as errors:
        process = subprocess.Popen(command, stderr=errors, env=environment)
    try:
        yield Server(process, log)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(30)
        assert token is None or token not in log.read_text("utf-8")
