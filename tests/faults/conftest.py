"""Servers that are harmed, and what must be left of them afterwards."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .processes import strays
from .site import Site


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Makes sites, and looks in the end that nothing of them is left."""
    if sys.platform != "linux":
        pytest.skip("looks at processes in /proc, which Linux has")
    made: list[Site] = []

    def make(*options: str, data: Path | None = None) -> Site:
        made.append(Site(tmp_path / f"site{len(made)}", *options, data=data))
        return made[-1]

    yield make
    for site in made:
        site.close()
    for site in made:
        assert strays(f"{site.folder}/", str(site.data)) == {}
        assert "Traceback" not in site.told()
