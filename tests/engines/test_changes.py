"""Changes of a dataset on a SPARQL server, made by a process that can be stopped."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..server.writable import serving
from .servers import MissingError, oxigraph

DIGITS = " ".join(f"VALUES ?{name} {{ 0 1 2 3 4 5 6 7 8 9 }}" for name in "abcdefghijkl")
ENDLESS = f"INSERT {{ GRAPH <x:h> {{ <x:s> <x:p> ?a }} }} WHERE {{ {DIGITS} FILTER(?a + ?l < 0) }}"
KEPT = "SELECT ?o { GRAPH <x:kept> { ?s ?p ?o } }"


def test_a_change_is_made_or_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = tmp_path / "folders"
    folders.mkdir()
    monkeypatch.setenv("TMPDIR", str(folders))
    try:
        with oxigraph(tmp_path) as server:
            options = ("--store", server.url, "--update-timeout", "10")
            with serving(tmp_path / "ours", *options) as ours:
                insert = "INSERT DATA { GRAPH <x:kept> { <x:s> <x:p> 1 } }"
                assert ours.update(insert).status == 204
                assert ours.rows(KEPT) == [("1",)]
                assert ours.update(f"DROP GRAPH <x:kept>; {ENDLESS}").status == 504
                assert ours.rows(KEPT) == [("1",)]
                assert ours.update("DROP GRAPH <x:kept>").status == 204
                assert ours.rows(KEPT) == []
    except MissingError as error:
        pytest.skip(str(error))
    assert list(folders.iterdir()) == []
