"""Files that are whole or not there, and folders that cannot be written."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from .errors import StoreError

__all__ = ["copy_file", "replace_file", "sync_folder", "writing"]

_REASONS: Final = {
    errno.ENOSPC: ("the disk is full", "Free some space and publish again"),
    errno.EDQUOT: ("the disk quota is used up", "Free some space and publish again"),
    errno.EFBIG: ("a file became larger than is allowed", "Raise the limit and publish again"),
    errno.EROFS: ("it is on a read-only disk", "Choose another folder by --data"),
    errno.EACCES: ("it may not be written by this user", "Choose another folder by --data"),
    errno.EPERM: ("it may not be written by this user", "Choose another folder by --data"),
    errno.ENOTDIR: ("a part of its path is a file", "Choose another folder by --data"),
    errno.EEXIST: ("a file of that name is in the way", "Choose another folder by --data"),
}
"""Why a folder cannot be written, and what to do."""


def replace_file(path: Path, data: bytes) -> None:
    """Write a file so that it has the old content or the new, whatever happens meanwhile.

    The content is on the disk when this returns; the name is after `sync_folder`.
    """
    with _replacing(path) as file:
        file.write(data)


def copy_file(source: Path, path: Path) -> None:
    """Copy a file as `replace_file` writes one, of any size."""
    with source.open("rb") as read, _replacing(path) as file:
        shutil.copyfileobj(read, file)


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    """A file beside another, which takes its place at the end or is gone."""
    sketch = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with sketch.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        sketch.replace(path)
    except BaseException:
        sketch.unlink(missing_ok=True)
        raise


def sync_folder(path: Path) -> None:
    """Make the names in a folder survive a power cut, where the system can do that."""
    if os.name == "nt":
        return  # folders cannot be opened there, and names are journalled
    descriptor = os.open(path, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some network file systems refuse
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn what the system says about a folder that cannot be written into a sentence.

    :raises StoreError: for every OSError inside.
    """
    try:
        yield
    except OSError as error:
        code = error.errno
        if code is None:  # the engine tells the reason in words alone
            said = str(error)
            code = next((c for c in _REASONS if os.strerror(c) in said), None)
        reason, hint = _REASONS.get(code or 0, (str(error.strerror or error).strip(), ""))
        raise StoreError(
            f"The data folder {folder} cannot be written: {reason}.",
            hint=f"{hint}." if hint else "",
        ) from error
