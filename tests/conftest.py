"""What several test folders share."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that rewrites what is generated."""
    parser.addoption(
        "--refresh", action="store_true", help="rewrite snapshots and generated documentation"
    )


@pytest.fixture(scope="module", autouse=True)
def _collected() -> Iterator[None]:
    """Drop what a module leaves in cycles: answers of the engine go in the thread they came in."""
    yield
    gc.collect()


@pytest.fixture(scope="session")
def snapshot(pytestconfig: pytest.Config) -> Callable[[Path, str], None]:
    """Compare a text with a file that is generated, or rewrite the file under --refresh."""

    def check(path: Path, text: str) -> None:
        if pytestconfig.getoption("--refresh"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        assert path.is_file(), f"{path} is missing; run pytest --refresh, and read what it writes"
        assert text == path.read_text("utf-8"), f"{path.name}: run pytest --refresh, read the diff"

    return check


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared material; tests that need it skip where it is not."""
    if not (SHARED / "seeds").is_dir():
        pytest.skip("needs ../shared (material that is not part of the project)")
    return SHARED


@pytest.fixture(scope="session")
def page(shared: Path) -> Path:
    """The programme page of the tinyML Research Symposium 2023, as text."""
    return shared / "seeds" / "tinyml-2023-programme.txt"
