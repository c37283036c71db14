"""A server at one address and over one folder, which is started, killed and started again."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from .processes import descendants, of_module, strays, until

__all__ = ["TOKEN", "Answer", "Site", "program"]

TOKEN = "a-token-of-the-fault-tests"  # noqa: S105 - of servers that the tests start
JSON = "application/sparql-results+json"
UPDATE = "application/sparql-update"


class Answer(NamedTuple):
    """An answer that came whole."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def problem(self) -> dict[str, Any]:
        """What an error says."""
        assert self.headers["content-type"] == "application/problem+json", self
        found: dict[str, Any] = json.loads(self.body)
        assert found["status"] == self.status
        assert found["title"]
        assert found["detail"]
        return found


def program(*arguments: str, folder: Path) -> list[str]:
    """The command `symposia` with arguments, over the data folder of a site."""
    return [str(Path(sys.executable).with_name("symposia")), *arguments, "--data", str(folder)]


class Site:
    """A folder and an address.

    :param folder: its data lie in `data`, its temporary files in `temporary`.
    :param options: of `symposia serve`.
    :param files: how many files the server may open at first.
    """

    def __init__(
        self, folder: Path, *options: str, data: Path | None = None, files: int | None = None
    ) -> None:
        self.folder = folder
        self.data = data or folder / "data"
        self.temporary = folder / "temporary"
        self.temporary.mkdir(parents=True)
        self.token = folder / "token"
        self.token.write_text(TOKEN, "utf-8")
        self.log = folder / "log"
        self._options = options
        self._files = files
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            self.port: int = free.getsockname()[1]
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("SYMPOSIA_")}
        self.environment["TMPDIR"] = str(self.temporary)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process that was started last."""
        assert self._process is not None
        return self._process.pid

    @property
    def children(self) -> list[int]:
        """The processes that it started."""
        return descendants(self.pid)

    @property
    def workers(self) -> list[int]:
        """Those that answer queries."""
        return of_module(self.children, "symposia.server.worker")

    @property
    def writers(self) -> list[int]:
        """The one that makes changes."""
        return of_module(self.children, "symposia.server.writer")

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        options = ("--port", str(self.port), "--token-file", str(self.token), *self._options)
        command = program("serve", *options, folder=self.data)
        if self._files is not None:
            command = ["/bin/sh", "-c", f'ulimit -S -n {self._files} && exec "$@"', "sh", *command]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, stderr=log, env=self.environment)
        until(self._answers, 60, "the server")

    def kill(self) -> None:
        """Kill it, and look that nothing of it lives on."""
        assert self._process is not None
        before = self.children
        self._process.kill()
        self._process.wait(20)
        until(lambda: not {*before}.intersection(strays("symposia")), 10, "the end of workers")

    def stop(self, *signals: signal.Signals) -> int:
        """End it by signals, by default SIGTERM, and return its status."""
        assert self._process is not None
        for each in signals or (signal.SIGTERM,):
            self._process.send_signal(each)
            time.sleep(0.2)  # two of a kind that come at once are one
        return self._process.wait(30)

    def close(self) -> None:
        """End it however it is."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(20)

    @property
    def running(self) -> bool:
        """Whether the process that was started last still runs."""
        return self._process is not None and self._process.poll() is None

    def connect(self) -> http.client.HTTPConnection:
        """A connection for requests in a row."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def line(self, timeout: float = 30.0) -> socket.socket:
        """A connection for bytes."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout)

    def send(
        self, method: str, path: str, body: str | bytes | None = None, **fields: str
    ) -> Answer:
        """Send a request with the token; fields of its head have _ for -."""
        with closing(self.connect()) as connection:
            return exchange(connection, method, path, body, **fields)

    def update(self, text: str) -> Answer:
        """Send an update."""
        return self.send("POST", "/update", text, content_type=UPDATE)

    def ask(self, query: str) -> list[tuple[str, ...]]:
        """The rows of an answer."""
        return rows(self.send("GET", f"/sparql?{urlencode({'query': query})}", accept=JSON))

    def graph(self, iri: str) -> str:
        """The address of a graph."""
        return f"/store?graph={quote(iri, '')}"

    def told(self) -> str:
        """The log."""
        return self.log.read_text("utf-8") if self.log.exists() else ""

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.told()[-4000:]
        try:
            return self.send("GET", "/health").status == 200
        except ConnectionRefusedError:
            return False


def exchange(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: str | bytes | None = None,
    **fields: str,
) -> Answer:
    """Send a request on a connection, and take the answer."""
    head = {name.replace("_", "-"): value for name, value in fields.items()}
    if method not in ("GET", "HEAD"):  # what is asked with a token is not answered from memory
        head.setdefault("Authorization", f"Bearer {TOKEN}")
    connection.request(method, path, body.encode() if isinstance(body, str) else body, head)
    answer = connection.getresponse()
    found = {name.lower(): value for name, value in answer.getheaders()}
    return Answer(answer.status, found, answer.read())


def rows(answer: Answer) -> list[tuple[str, ...]]:
    """The rows of an answer in JSON; a value that is not bound is an empty text."""
    assert answer.status == 200, answer
    found = json.loads(answer.body)
    names = found["head"]["vars"]
    return [
        tuple(row[n]["value"] if n in row else "" for n in names)
        for row in found["results"]["bindings"]
    ]
