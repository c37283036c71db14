"""The project as a whole: packaging, documents and habits that no single part owns."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

PLACES = ("graph", "server")


def tracked(root: Path) -> list[str]:
    """Files under version control, or every file of an unpacked archive."""
    run = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True)
    if run.returncode == 0:
        return run.stdout.splitlines()
    return [str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()]


def test_the_listed_packages_are_the_folders_that_hold_modules(root: Path) -> None:
    listed = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    folders = {
        Path(name).parent.as_posix().replace("/", ".")
        for name in tracked(root)
        if name.endswith(".py") and name.startswith(PLACES)
    }
    assert set(listed) == {"symposia"} | {f"symposia.{folder}" for folder in folders}


@pytest.mark.parametrize("place", PLACES)
def test_every_module_opens_with_a_docstring_and_stays_small(root: Path, place: str) -> None:
    for path in sorted((root / place).rglob("*.py")):
        text = path.read_text()
        assert text.startswith('"""'), f"{path} does not say what it is"
        assert len(text.splitlines()) <= 500, f"{path} is more than one thing"


def test_graph_knows_nothing_of_the_web(root: Path) -> None:
    for path in sorted((root / "graph").rglob("*.py")):
        found = re.findall(
            r"^\s*(?:from|import) (flask|click|rich|werkzeug|uvicorn|\.\.+server)\b",
            path.read_text(),
            re.M,
        )
        assert not found, f"{path} imports {found}"


def test_constraints_pin_versions_and_name_no_address(root: Path) -> None:
    for line in (root / "constraints.txt").read_text().splitlines():
        assert re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9][0-9A-Za-z.+]*", line), line


def test_every_dependency_is_pinned(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    pinned = {
        re.sub(r"[-_.]+", "-", line.split("==")[0]).lower()
        for line in (root / "constraints.txt").read_text().splitlines()
    }
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.sub(r"[-_.]+", "-", re.split(r"[<>=! ]", item)[0]).lower() for item in wanted}
    assert names <= pinned


def test_files_that_the_readme_and_contributing_name_exist(root: Path) -> None:
    for document in ("README.md", "CONTRIBUTING.md"):
        text = (root / document).read_text()
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
            assert (root / target).exists(), f"{document} links to {target}"


def test_nothing_names_a_machine(root: Path) -> None:
    pattern = re.compile(r"(?:^|[^A-Za-z0-9_./-])/(?:home|work|root)/", re.M)
    for name in tracked(root):
        path = root / name
        if path.is_file() and path.suffix in {".py", ".md", ".toml", ".ttl", ".rq", ".html", ""}:
            found = pattern.search(path.read_text(errors="replace"))
            assert name.startswith("tests/test_project") or not found, name
