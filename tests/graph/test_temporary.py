"""Temporary folders go, whatever becomes of the processes that made them."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from symposia.graph.temporary import temporary_folder, temporary_folder_of

HOLDER = """\
import sys
from symposia.graph.temporary import temporary_folder
with temporary_folder() as folder:
    (folder / "deep").mkdir()
    (folder / "deep" / "read.nt").write_text("x")
    print(folder, flush=True)
    sys.stdin.read()
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="folders cannot be locked there")


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's folder for temporary files, for this process and its children."""
    place = tmp_path / "place"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return place


@contextmanager
def holder() -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A process that has a folder."""
    command = [sys.executable, "-c", HOLDER]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield process, Path(process.stdout.readline().strip())
        finally:
            process.kill()


def test_a_folder_goes_at_the_end(place: Path) -> None:
    with temporary_folder() as folder:
        assert folder.parent == place
        (folder / "a").mkdir()
    with pytest.raises(ZeroDivisionError), temporary_folder():
        print(1 / 0)
    assert [*place.iterdir()] == []


def test_a_folder_goes_with_its_owner(place: Path) -> None:
    class Owner:
        """What has a folder."""

    owner = Owner()
    folder = temporary_folder_of(owner)
    assert [*place.iterdir()] == [folder]
    del owner
    gc.collect()
    assert [*place.iterdir()] == []


def test_what_a_killed_process_left_goes_and_what_a_live_one_has_stays(place: Path) -> None:
    with holder() as (live, kept), holder() as (killed, left):
        assert (left / "deep" / "read.nt").exists()
        killed.kill()
        killed.wait(20)
        assert left.exists()
        with temporary_folder() as own, temporary_folder() as other:
            assert {*place.iterdir()} == {kept, own, other}
        assert (kept / "deep" / "read.nt").exists()
        live.communicate("", timeout=20)
    assert [*place.iterdir()] == []


def test_links_and_folders_of_others_stay(place: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "kept").write_text("x")
    (place / "symposia-work-link").symlink_to(precious)
    (place / "symposia-work-file").write_text("x")
    (place / "another-folder").mkdir()
    foreign = place / "symposia-work-foreign"
    foreign.mkdir()
    stays = {"symposia-work-link", "symposia-work-file", "another-folder"}
    if os.geteuid() == 0:
        os.chown(foreign, 12345, 12345)
        stays.add(foreign.name)
    with temporary_folder():
        pass
    assert {path.name for path in place.iterdir()} == stays
    assert (precious / "kept").exists()


def test_what_is_in_a_folder_leads_nowhere(place: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("x")
    stale = place / "symposia-work-stale"
    stale.mkdir()
    (stale / "out").symlink_to(tmp_path)
    with temporary_folder():
        assert not stale.exists()
    assert (tmp_path / "kept").exists()
