"""The command line as a process: start-up, pipes, terminals, signals, and a real server."""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

SYMPOSIA = Path(sys.executable).with_name("symposia")
HEAVY = ("rdflib", "pyshacl", "pyoxigraph", "flask", "rich", "uvicorn", "yaml", "bs4")


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "PORT")}
    return {**kept, "SYMPOSIA_DATA": str(tmp_path / "data"), "TERM": "xterm-256color", **more}


def run(tmp_path: Path, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        [SYMPOSIA, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment(tmp_path),
        timeout=60,
        **options,
    )


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["nonsense"]])
def test_start_up_loads_nothing_heavy(arguments: list[str]) -> None:
    code = f"""
import sys
from symposia.server.cli import main
try:
    main({arguments!r})
except SystemExit:
    pass
print(" ".join(sorted(sys.modules)), file=sys.stderr)
"""
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    loaded = set(result.stderr.split())
    assert "symposia.server.cli" in loaded
    assert not loaded.intersection(HEAVY)
    assert {name for name in loaded if name.startswith("symposia.graph.")} == {
        "symposia.graph.errors"
    }


@pytest.mark.parametrize(
    "command",
    ["add", "export", "info", "link", "list", "query", "read", "remove", "serve", "validate"],
)
def test_help_of_a_command_loads_nothing_heavy(command: str) -> None:
    code = f"""
import sys
from symposia.server.cli import main
try:
    main([{command!r}, "--help"])
except SystemExit:
    pass
print(" ".join(sorted(sys.modules)), file=sys.stderr)
"""
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert not set(result.stderr.split()).intersection(HEAVY)


def test_exit_statuses(tmp_path: Path) -> None:
    (tmp_path / "bad.ttl").write_text("<x:a> <x:b> ")
    assert run(tmp_path, "list").returncode == 0
    assert run(tmp_path, "validate", str(tmp_path / "bad.ttl")).returncode == 1
    assert run(tmp_path, "query", "nonsense").returncode == 2
    assert run(tmp_path).returncode == 2


def test_results_and_messages_do_not_mix(tmp_path: Path) -> None:
    result = run(tmp_path, "query", "chairs")
    assert result.stderr == "4 rows\n"
    assert len(result.stdout.splitlines()) == 6
    assert "\x1b" not in result.stdout


def test_a_reader_that_leaves_early(tmp_path: Path) -> None:
    with subprocess.Popen(
        [SYMPOSIA, "export", "--format", "ntriples"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(tmp_path),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b"<")
        process.stdout.close()
        told = process.stderr.read()
        process.wait(30)
    assert told == b""


def in_terminal(tmp_path: Path, *arguments: str, columns: int = 80, **env: str) -> str:
    """What a command writes to a terminal of some width."""
    pty = pytest.importorskip("pty", reason="terminals are POSIX")
    import fcntl
    import struct
    import termios

    main, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    process = subprocess.Popen(
        [SYMPOSIA, *arguments],
        stdin=side,
        stdout=side,
        stderr=side,
        env={k: v for k, v in environment(tmp_path, **env).items() if k != "COLUMNS"},
    )
    os.close(side)
    written = b""
    with contextlib.suppress(OSError):  # the end of a terminal is an error on Linux
        while select.select([main], [], [], 60)[0]:
            piece = os.read(main, 65536)
            if not piece:
                break
            written += piece
    os.close(main)
    process.wait(30)
    return written.decode()


@pytest.mark.parametrize("columns", [60, 80, 140])
def test_tables_fit_the_terminal(tmp_path: Path, columns: int) -> None:
    written = in_terminal(tmp_path, "query", "chairs", columns=columns)
    lines = [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line) for line in written.split("\r\n")]
    assert max(map(len, lines)) <= columns
    assert "Arman" in written


def test_colour_only_on_a_terminal_and_only_if_wanted(tmp_path: Path) -> None:
    colour = re.compile(r"\x1b\[[0-9;]*3[0-7]m")
    error = "query", "nonsense"
    assert colour.search(in_terminal(tmp_path, *error))
    assert not colour.search(in_terminal(tmp_path, *error, NO_COLOR="1"))
    assert "\x1b" not in run(tmp_path, *error).stderr


def test_progress_of_long_work_on_a_terminal(tmp_path: Path, root: Path) -> None:
    """Work of some seconds on any machine: the shipped programme, as forty others."""
    shipped = (root / "graph" / "tinyml-2023" / "programme.ttl").read_text()
    copies = [tmp_path / f"programme-{number}.ttl" for number in range(40)]
    for number, copy in enumerate(copies):
        copy.write_text(shipped.replace("tinyml-2023", f"copy-{number}"))
    names = [str(copy) for copy in copies]
    written = in_terminal(tmp_path, "validate", *names)
    assert "validating …" in written
    assert "0 violations" in written
    assert "validating" not in run(tmp_path, "validate", names[0]).stderr


# --- serve ----------------------------------------------------------------------------------------


@contextlib.contextmanager
def serving(tmp_path: Path, *arguments: str, **env: str) -> Iterator[tuple[str, list[str]]]:
    """A server in its own process: its address, and what it has said."""
    with subprocess.Popen(
        [SYMPOSIA, "serve", "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(tmp_path, **env),
    ) as process:
        assert process.stderr is not None
        said: list[str] = []
        for line in process.stderr:
            said.append(line)
            if line.startswith("Ctrl-C"):
                break
        try:
            address = re.search(r"http://\S+/", "".join(said))
            assert address, said
            yield address[0], said
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)
            said += process.stderr.readlines()
            assert process.stdout is not None
            assert process.stdout.read() == ""
    assert process.returncode == 0, said
    assert said[-1] == "Stopped.\n"


def get(address: str, **headers: str) -> tuple[str, str]:
    request = urllib.request.Request(address, headers=headers)  # noqa: S310 - our own address
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
        return answer.headers["Content-Type"], answer.read().decode()


def test_serve_builds_validates_publishes_and_serves(tmp_path: Path) -> None:
    with serving(tmp_path) as (address, said):
        greeting = "".join(said)
        assert re.search(r"generation 1 \([67],\d\d\d triples\)", greeting)
        assert greeting.count(address) == 4, "the address and three things to try"
        kind, html = get(address)
        assert kind.startswith("text/html")
        assert "tinyML Research Symposium 2023" in html
        kind, turtle = get(f"{address}tinyml-2023/paper/fmas", Accept="text/turtle")
        assert kind.startswith("text/turtle")
        assert "FMAS" in turtle
        query = "query=SELECT%20*%20%7B%20%3Fthing%20a%20%3Fclass%20%7D%20LIMIT%205"
        kind, table = get(f"{address}sparql?{query}", Accept="text/csv")
        assert kind.startswith("text/csv")
        assert table.count("\n") == 6
    with serving(tmp_path) as (address, said):
        assert "generation 1 " in "".join(said), "nothing is published twice"


def test_what_is_published_while_serving_is_shown(tmp_path: Path, root: Path) -> None:
    page = root / "tests" / "data" / "pages" / "frugal-2024.txt"
    with serving(tmp_path) as (address, _):
        with pytest.raises(urllib.error.HTTPError, match="404") as missing:
            get(f"{address}frugal-2024", Accept="text/turtle")
        missing.value.close()
        assert run(tmp_path, "add", str(page)).returncode == 0
        assert "Frugal" in get(f"{address}frugal-2024", Accept="text/turtle")[1]


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_serve_stops_cleanly(tmp_path: Path, name: str) -> None:
    process = subprocess.Popen(
        [SYMPOSIA, "serve", "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
        env=environment(tmp_path),
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("Ctrl-C"):
            break
    started = time.monotonic()
    process.send_signal(getattr(signal, name))
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait(20) == 0
    assert time.monotonic() - started < 10
    assert said == "Stopped.\n"


def test_the_port_comes_from_the_environment(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as used:
        port = used.getsockname()[1]
        result = subprocess.run(
            [SYMPOSIA, "serve"],
            capture_output=True,
            text=True,
            check=False,
            env=environment(tmp_path, PORT=str(port)),
            timeout=30,
        )
    assert result.returncode == 2
    assert f"Error: Port {port} is in use. Choose another" in result.stderr
    assert not (tmp_path / "data").exists()


def test_the_last_good_generation_serves_when_publishing_fails(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(tmp_path):
        pass
    manifest = data / "generations" / "1" / "manifest.json"
    told = json.loads(manifest.read_text())
    told["graphs"] = [graph | {"digest": "0" * 64} for graph in told["graphs"]]
    told["digest"] = "0" * 64
    manifest.write_text(json.dumps(told))  # so there is something to publish
    (data / "store").rename(data / "moved")
    (data / "store").write_text("a file where the store should be")
    with serving(tmp_path) as (address, said):
        assert "".join(said).startswith("Warning: The data folder")
        assert "generation 1 " in "".join(said)
        assert "tinyML" in get(address)[1]
