"""Clients that are programs of their own, and what is asked with each of them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pyoxigraph as ox
import pytest

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = ROOT / ".venv" / "clients"
"""Where `.ci/clients` puts what comes from the registries of languages."""

SYM = "https://w3id.org/symposia/ontology#"
BASE = "https://w3id.org/symposia/tinyml-2023"
FMAS = f"{BASE}/paper/fmas"
BRETT = f"{BASE}/person/brett-meyer"
PROGRAMME = f"{BASE}/graph/programme"

SELECT = f"SELECT ?paper WHERE {{ ?paper a <{SYM}Paper> }} ORDER BY ?paper"
ASK = f"ASK {{ <{FMAS}> a <{SYM}Paper> }}"
CONSTRUCT = f"CONSTRUCT WHERE {{ <{FMAS}> ?p ?o }}"
DESCRIBE = f"DESCRIBE <{FMAS}>"
NO_PREFIX = "SELECT ?name\nWHERE { ?person foaf:name ?name }"
"""A query that every beginner has sent once."""
PREFIX_HINT = "Put this line first: PREFIX foaf: <http://xmlns.com/foaf/0.1/>"


def installed(program: str, where: str = ".ci/clients") -> str:
    """The path of a program; the test is skipped where it is not installed."""
    places = (CLIENTS / "bin", CLIENTS / "node_modules" / ".bin")
    found = shutil.which(program, path=os.pathsep.join([*map(str, places), os.environ["PATH"]]))
    if found is None:
        pytest.skip(f"needs {program} (run {where})")
    return found


def run(
    *command: str | Path, stdin: str | None = None, folder: Path | None = None, status: int = 0
) -> subprocess.CompletedProcess[str]:
    """Run a program, which ends with a status; standard output and error are text."""
    done = subprocess.run(
        [*map(str, command)],
        input=stdin or "",
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == status, (done.stdout, done.stderr)
    return done


def table(endpoint: str, query: str, form: str) -> bytes:
    """The answer to a query in a format, as it is."""
    address = f"{endpoint}?{urlencode({'query': query, 'format': form})}"
    with urlopen(address, timeout=20) as answer:  # noqa: S310
        return bytes(answer.read())


def graph_at(address: str) -> set[ox.Triple]:
    """The graph that an address answers with, read by another parser than the client's."""
    request = Request(address, headers={"Accept": "application/n-triples"})  # noqa: S310
    with urlopen(request, timeout=20) as answer:  # noqa: S310
        return {quad.triple for quad in ox.parse(answer.read(), format=ox.RdfFormat.N_TRIPLES)}
