"""Folders for what is thrown away, also where the process that made them was killed."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

if sys.platform != "win32":
    import fcntl

__all__ = ["temporary_folder", "temporary_folder_of"]

_PREFIX: Final = "symposia-work-"
_TRIES: Final = 8


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that is gone at the end; what killed processes left goes before it is made.

    The folder itself is locked as long as its process lives (`flock`), so that one that can be
    locked belongs to nobody any more. Only folders of the same user are looked at, and no links.

    :raises OSError: the system's folder for temporary files cannot be written.
    """
    _sweep(Path(tempfile.gettempdir()))
    for _ in range(_TRIES):
        with (
            tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as name,
            _locked(Path(name), wait=True) as held,
        ):
            if held:  # else another process swept it before it was locked
                yield Path(name)
                return
    raise FileExistsError("A temporary folder was removed again and again.")


def temporary_folder_of(owner: object) -> Path:
    """A folder like that of `temporary_folder`, which goes with an object or with the process."""
    made = ExitStack()
    folder = made.enter_context(temporary_folder())
    weakref.finalize(owner, made.close)
    return folder


def _sweep(folder: Path) -> None:
    """Remove the folders whose processes are gone."""
    for path in folder.glob(f"{_PREFIX}*"):
        with _locked(path, wait=False) as held:
            if held:
                shutil.rmtree(path, ignore_errors=True)


if sys.platform == "win32":

    @contextmanager
    def _locked(path: Path, *, wait: bool) -> Iterator[bool]:
        """Folders cannot be locked there: nothing is swept."""
        yield wait and path.is_dir()

else:

    @contextmanager
    def _locked(path: Path, *, wait: bool) -> Iterator[bool]:
        """Whether a folder is this user's, is still there, and is locked by this process now."""
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:  # it is gone, a link, or of another user
            yield False
            return
        try:
            opened = os.fstat(descriptor)
            if opened.st_uid != os.geteuid():
                yield False
                return
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                yield False
                return
            yield _is_there(path, opened)
        finally:
            os.close(descriptor)

    def _is_there(path: Path, opened: os.stat_result) -> bool:
        try:
            found = path.lstat()
        except FileNotFoundError:
            return False
        return os.path.samestat(found, opened)
