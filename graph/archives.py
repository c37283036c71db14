"""Zip archives of sources, unpacked within limits."""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Final

from .errors import SourceError

__all__ = ["unpack"]

_MEMBERS: Final = 5_000
_LARGEST: Final = 2 * 1024**3
_RATIO: Final = 200
_SMALL: Final = 1024 * 1024
"""Bytes up to which a member may be packed as tight as it likes."""
_BLOCK: Final = 256 * 1024


def unpack(path: Path, folder: Path, origin: str = "") -> None:
    """Unpack a zip archive.

    What a member says of its size is not believed: the bytes are counted as they come.

    :param folder: an empty folder, in which all members stay.
    :param origin: what messages call the archive.
    :raises SourceError: it is broken or encrypted, has too many members or too large ones, or one
        that leads out of the folder.
    """
    origin = origin or str(path)
    try:
        with zipfile.ZipFile(path) as archive:
            members = [each for each in archive.infolist() if not each.is_dir()]
            if len(members) > _MEMBERS:
                raise _refused(
                    f"it has {len(members):,} members; {_MEMBERS:,} is the limit", origin
                )
            total = 0
            for member in members:
                total += _extract(archive, member, folder, origin, _LARGEST - total)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError) as error:
        raise _refused(f"the archive cannot be read ({error})", origin) from error


def _extract(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, origin: str, room: int
) -> int:
    name = PurePosixPath(member.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or any(":" in p or "\0" in p for p in name.parts):
        raise _refused(f"its member '{member.filename}' leads out of it", origin)
    if stat.S_ISLNK(member.external_attr >> 16):
        raise _refused(f"its member '{member.filename}' is a link", origin)
    if member.flag_bits & 1:
        raise _refused(f"its member '{member.filename}' is encrypted", origin)
    target = folder.joinpath(*name.parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    most = min(room, max(_SMALL, member.compress_size * _RATIO))
    size = 0
    with archive.open(member) as packed, target.open("xb") as output:
        while block := packed.read(_BLOCK):
            size += len(block)
            if size > most:
                raise _refused(f"its member '{member.filename}' unpacks to too much", origin)
            output.write(block)
    return size


def _refused(why: str, origin: str) -> SourceError:
    return SourceError(f"{why}.", source=origin)
