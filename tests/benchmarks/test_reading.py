"""The benchmark of reading works: every generated source is read whole, and is valid."""

from __future__ import annotations

from pathlib import Path

import pytest

from .__main__ import reading_table
from .foreign import WRITERS
from .reading import growth, whole


def test_growth_is_measured() -> None:
    found = [*growth([1_900])]
    assert [each.name for each in found] == [f"{name}, 61 papers" for name in WRITERS]
    for each in found:
        assert each.violations == 0
        assert 1_900 <= each.made < 2_700
        assert min(each.read, each.seconds, each.processor, each.memory) > 0
    assert len(reading_table(found).splitlines()) == 2 + len(found)


@pytest.mark.parametrize("name", WRITERS)
def test_a_generated_source_is_the_same_each_time(name: str, tmp_path: Path) -> None:
    for file in ("one", "other"):
        WRITERS[name](tmp_path / file, 50)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_publishing_is_measured(tmp_path: Path) -> None:
    for name, write in WRITERS.items():
        write(tmp_path / name, 20)
    found = whole("all", [tmp_path])
    assert (found.name, found.violations) == ("all", 0)
    assert found.made > 3 * 20 * 30
    assert min(found.read, found.seconds, found.processor, found.memory) > 0
