"""Servers that are harmed, and what must be left of them afterwards."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .processes import strays
from .site import Site


@contextmanager
def making(folder: Path) -> Iterator[Callable[..., Site]]:
    """Makes sites in a folder, and looks in the end that nothing of them is left."""
    if sys.platform != "linux":
        pytest.skip("looks at processes in /proc, which Linux has")
    made: list[Site] = []

    def make(*options: str, data: Path | None = None, files: int | None = None) -> Site:
        made.append(Site(folder / f"site{len(made)}", *options, data=data, files=files))
        return made[-1]

    try:
        yield make
    finally:
        for site in made:
            site.close()
    for site in made:
        assert strays(f"{site.folder}/", str(site.data)) == {}
        assert "Traceback" not in site.told()


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Makes sites."""
    with making(tmp_path) as make:
        yield make
