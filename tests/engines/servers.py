"""SPARQL servers as processes of their own, on loopback, with data that is thrown away."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from symposia.graph.endpoint import Endpoint, read_credentials

STARTS = 60.0
"""Seconds within which a server must answer."""
PASSWORD = "a-password-of-the-engine-tests"  # noqa: S105 - of servers that are thrown away


class MissingError(Exception):
    """The program of a server is not installed."""


@dataclass(frozen=True)
class Server:
    """A server that runs.

    :param url: what `--store` takes.
    :param credentials: `user:password`, or nothing.
    """

    name: str
    url: str
    credentials: str = ""

    def endpoint(self, timeout: float = 60.0) -> Endpoint:
        """Where it is reached."""
        found = {"SYMPOSIA_STORE_CREDENTIALS": self.credentials}
        return Endpoint.of(self.url, authorization=read_credentials(None, found), timeout=timeout)

    def environment(self) -> dict[str, str]:
        """What makes the command line use it."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("SYMPOSIA_")}
        kept["SYMPOSIA_STORE"] = self.url
        if self.credentials:
            kept["SYMPOSIA_STORE_CREDENTIALS"] = self.credentials
        return kept


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@contextlib.contextmanager
def oxigraph(folder: Path, port: int = 0) -> Iterator[Server]:
    """Oxigraph's own server, open to all."""
    program = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if program is None:
        raise MissingError("needs oxigraph (run .ci/engines)")
    port = port or free_port()
    command = [program, "serve", "--location", folder / "oxigraph", "--bind", f"127.0.0.1:{port}"]
    with running([*map(str, command)], folder, port, "/query?query=ASK%7B%7D"):
        yield Server("oxigraph", f"http://127.0.0.1:{port}")


@contextlib.contextmanager
def fuseki(folder: Path, port: int = 0) -> Iterator[Server]:
    """Apache Jena Fuseki over a TDB2 database, which asks for a password (Basic)."""
    jars = Path.home() / ".m2/repository/org/apache/jena/jena-fuseki-server"
    jar = max(jars.glob("5.*/jena-fuseki-server-5.*[0-9].jar"), default=None)
    if jar is None or shutil.which("java") is None:
        raise MissingError("needs Apache Jena Fuseki (run .ci/engines)")
    port = port or free_port()
    passwords = folder / "passwords"
    passwords.write_text(f"symposia: {PASSWORD}\n", "utf-8")
    (folder / "tdb").mkdir(exist_ok=True)
    command = ["java", "-Xmx512m", "-jar", str(jar), "--localhost", "--port", str(port)]
    command += [f"--passwd={passwords}", "--auth=basic", "--tdb2", f"--loc={folder / 'tdb'}"]
    with running([*command, "--update", "/symposia"], folder, port, "/$/ping"):
        url = f"http://127.0.0.1:{port}/symposia"
        yield Server("fuseki", url, f"symposia:{PASSWORD}")


@contextlib.contextmanager
def virtuoso(folder: Path, port: int = 0, rows: int = 0) -> Iterator[Server]:
    """Virtuoso, whose writing services ask for a password (Digest).

    :param rows: the rows that an answer has at most; 0 leaves it as it comes.
    """
    if shutil.which("virtuoso-t") is None:
        raise MissingError("needs virtuoso-t (run .ci/engines)")
    port, sql = port or free_port(), free_port()
    path = folder / "virtuoso.ini"
    limit = f"\n[SPARQL]\nResultSetMaxRows = {rows}\n" if rows else ""
    path.write_text(_INI.format(folder=folder, port=port, sql=sql) + limit, "utf-8")
    command = ["virtuoso-t", "+foreground", "+configfile", str(path)]
    with running(command, folder, port, "/sparql?query=ASK%7B%7D"):
        yield Server("virtuoso", f"http://127.0.0.1:{port}/sparql", "dba:dba")


@contextlib.contextmanager
def running(command: list[str], folder: Path, port: int, path: str) -> Iterator[None]:
    """A server as a process group, from when it answers until it has ended."""
    log = folder / "log"
    if shutil.which("setpriv"):  # so that it ends even where the tests are killed
        command = ["setpriv", "--pdeathsig", "KILL", "--", *command]
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=folder, stdout=output, stderr=output, start_new_session=True
        )
    try:
        end = time.monotonic() + STARTS
        while not _answers(port, path):
            assert process.poll() is None, log.read_text("utf-8", "replace")
            assert time.monotonic() < end, log.read_text("utf-8", "replace")
            time.sleep(0.05)
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
                break


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


SERVERS: Mapping[str, Callable[[Path], contextlib.AbstractContextManager[Server]]] = {
    "oxigraph": oxigraph,
    "fuseki": fuseki,
    "virtuoso": virtuoso,
}

_INI = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
TempStorage = TempDatabase

[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx

[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
DirsAllowed = {folder}

[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {folder}
ServerThreads = 8
"""
