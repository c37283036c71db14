"""The tutorial: a notebook that runs, and gives what it shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

TUTORIAL = "docs/tutorial.ipynb"


def test_the_tutorial_gives_what_it_shows(
    root: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    snapshot: Callable[[Path, str], None],
) -> None:
    monkeypatch.setenv("SYMPOSIA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    notebook = nbformat.read(root / TUTORIAL, as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # when it ran
    notebook.metadata["language_info"] = {"name": "python"}  # not the version that ran it
    snapshot(root / TUTORIAL, nbformat.writes(notebook) + "\n")
