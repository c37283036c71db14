"""The examples of docs/clients.md, run as they stand there."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from ..server.writable import TOKEN, Server
from .programs import CLIENTS, ROOT, installed

ADDRESS = "http://127.0.0.1:8000"
TEXT = (ROOT / "docs" / "clients.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
JENA = Path.home() / ".m2/repository/org/apache/jena/jena-fuseki-server"

FMAS = "FMAS: Fast Multi-Objective SuperNet Architecture Search for Semantic Segmentation"
SSS3D = (
    "SSS3D: Fast Neural Architecture Search For Efficient Three-Dimensional Semantic Segmentation"
)
TOLD: list[tuple[str, str, str]] = [
    ("sh", "-H 'Accept: text/csv'", r"name,papers\r?\n(.+,\d+\r?\n){3}"),
    (
        "sh",
        "-H 'Accept: text/plain'",
        r"400 Query cannot be run\n.*\n.*\n +\^\nPut this line first.*\n",
    ),
    ("sh", "programme.ttl", r"@prefix (.|\n)*sym:Paper(.|\n)*"),
    ("sh", "INSERT DATA", ""),
    ("python", "pandas", r".*title +authors\n0 .*\n1 .*\n2 .*\nauthors of a paper: 3\.\d+\n"),
    ("python", "addCustomHttpHeader", r"204\n"),
    ("python", 'SPARQLStore("', f"{FMAS}\n{SSS3D}\n"),
    ("python", "SPARQLUpdateStore", r"1\n"),
    ("r", "httr2", r" +name +papers\n1 .* \d+\n2 .* \d+\n3 .* \d+\n"),
    ("sh", "comunica-sparql", f"title\n{FMAS}\n{SSS3D}\n"),
    ("js", "QueryEngine", r"(https://w3id\.org/symposia/tinyml-2023/paper/[\w-]+\n){16}"),
    ("sh", "rsparql", r"papers\n16\n"),
    ("sh", "rapper", r"(<.*\n){20,}paper\n(https.*\n){16}"),
]
"""Of each example: its language, words that no other of that language has, and what it prints."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder with what the examples take from one."""
    (tmp_path / "notes.ttl").write_text("<x:a> <x:b> 1 .", "utf-8")
    (tmp_path / "node_modules").symlink_to(CLIENTS / "node_modules")
    (tmp_path / "bin").mkdir()
    jar = max(JENA.glob("5.*/jena-fuseki-server-5.*[0-9].jar"), default=None)
    for name, main in (("rsparql", "arq.rsparql"), ("riot", "riotcmd.riot")):
        program = tmp_path / "bin" / name
        program.write_text(f'#!/bin/sh\nexec java -cp "{jar}" {main} "$@"\n', "utf-8")
        program.chmod(0o700)
    return tmp_path


def command(language: str, text: str, folder: Path) -> list[str]:
    """How an example is run; the test is skipped where its client is missing."""
    if language == "sh":
        for program in set(re.findall(r"^(\w[\w-]*) ", text, re.MULTILINE)) - {"rsparql", "riot"}:
            if program in ("curl", "rapper", "roqet", "comunica-sparql"):
                installed(program)
        if "rsparql" in text and not list(JENA.glob("5.*/*.jar")):
            pytest.skip("needs Apache Jena (run .ci/engines)")
        return ["bash", "-euo", "pipefail", "-c", text]
    name, program = {
        "python": ("example.py", "python"),
        "r": ("example.R", "Rscript"),
        "js": ("example.mjs", "node"),
    }[language]
    (folder / name).write_text(text, "utf-8")
    if language == "python" and not (CLIENTS / "bin" / "python").exists():
        pytest.skip("needs pandas (run .ci/clients)")
    if language == "js" and not (CLIENTS / "node_modules").is_dir():
        pytest.skip("needs Comunica (run .ci/clients)")
    return [installed(program), name]


@pytest.mark.parametrize(("language", "word", "told"), TOLD, ids=[word for _, word, _ in TOLD])
def test_an_example_runs(
    site: str, scratch: Server, folder: Path, language: str, word: str, told: str
) -> None:
    (text,) = [text for kind, text in EXAMPLES if kind == language and word in text]
    address = scratch.address if "SYMPOSIA_TOKEN" in text else site
    path = f"{folder / 'bin'}:{CLIENTS / 'node_modules/.bin'}:{os.environ['PATH']}"
    done = subprocess.run(
        command(language, text.replace(ADDRESS, address), folder),
        cwd=folder,
        env={**os.environ, "PATH": path, "SYMPOSIA_TOKEN": TOKEN},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    scratch.update("DROP ALL")
    assert done.returncode == 0, done.stderr
    if "programme.ttl" in text:
        done.stdout += (folder / "programme.ttl").read_text("utf-8")
    assert re.fullmatch(told, done.stdout), (done.stdout, done.stderr)


def test_every_example_is_run_but_the_page() -> None:
    assert len(EXAMPLES) == len(TOLD) + 1
    assert [kind for kind, _ in EXAMPLES if kind == "html"] == ["html"]
