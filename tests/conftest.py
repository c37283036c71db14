"""What several test folders share."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


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
