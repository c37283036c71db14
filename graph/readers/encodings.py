"""The encoding of a text file: UTF-8, UTF-16 or a Western one-byte code, told by its bytes."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import BinaryIO, Final

from ..errors import SourceError
from ..loss import Loss

__all__ = ["beginning", "encoding_of", "read_text"]

_BLOCK: Final = 1_048_576
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS: Final = frozenset(range(9)) | frozenset(range(14, 32)) - {27}
_UNUSED: Final = frozenset(b"\x81\x8d\x8f\x90\x9d")
"""Bytes that Windows-1252 has no letter for."""


def beginning(head: bytes) -> str:
    """The text that the first bytes of a file hold; empty where they hold none."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return head.decode(encoding, "replace")
    if b"\x00" in head:
        wide = _wide(head)
        return head.decode(wide, "replace") if wide else ""
    binary = sum(byte in _CONTROLS for byte in head) > len(head) // 50
    return "" if binary else head.decode("utf-8", "replace")


def encoding_of(path: Path, loss: Loss) -> str:
    """The encoding of a file, which is read once for it.

    Another encoding than UTF-8 is noted as a repair.

    :raises SourceError: the file cannot be read or holds no text.
    """
    try:
        with path.open("rb") as file:
            block = file.read(_BLOCK)
            encoding = _marked(block)
            if encoding is None:
                return _narrow(file, block, loss)
    except OSError as error:
        reason = error.strerror or error
        raise SourceError(f"the file cannot be read ({reason}).", source=str(path)) from error
    if not encoding:
        raise SourceError("the file holds no text but binary data.", source=str(path))
    if encoding != "utf-8-sig":
        _note(loss, "UTF-16")
    return encoding


def _marked(block: bytes) -> str | None:
    """The encoding that a mark or zeros tell; empty for binary data, None where neither is."""
    for mark, encoding in _MARKS:
        if block.startswith(mark):
            return encoding
    return _wide(block) or "" if b"\x00" in block else None


def _narrow(file: BinaryIO, block: bytes, loss: Loss) -> str:
    """UTF-8, or what a text that is no UTF-8 is likely to be."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines, wrong, seen = 1, (0, 0), set[int]()
    while block:
        seen.update(block)
        if not wrong[0]:
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                start = max(0, error.start - len(error.object) + len(block))
                wrong = (lines + block[:start].count(b"\n"), error.object[error.start])
        lines += block.count(b"\n")
        block = file.read(_BLOCK)
    if not wrong[0]:
        return "utf-8"
    # A text in the Mac's code has letters where Windows-1252 has none, or where it has signs.
    name = "cp1252" if not seen & _UNUSED and _western(seen) else "mac-roman"
    _note(loss, name, *wrong)
    return name


def read_text(path: Path, loss: Loss, limit: int) -> str:
    """A whole file as text, with any kind of line end as it stands.

    :raises SourceError: it is larger than the limit in bytes, cannot be read or holds no text.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        reason = error.strerror or error
        raise SourceError(f"the file cannot be read ({reason}).", source=str(path)) from error
    if size > limit:
        raise SourceError(f"the file has {size:,} bytes; {limit:,} is the limit.", source=str(path))
    encoding = encoding_of(path, loss)
    return path.read_bytes().decode(encoding, "replace")


def _western(seen: set[int]) -> bool:
    """Whether the bytes above ASCII are letters and signs that Windows-1252 texts have."""
    return any(byte >= 0xC0 for byte in seen) or bool(seen & {0x91, 0x92, 0x93, 0x94, 0x96, 0x97})


def _wide(head: bytes) -> str | None:
    """The byte order of UTF-16 without a mark: where every other byte is zero."""
    part = head[: len(head) // 2 * 2]
    even, odd = part[::2].count(0), part[1::2].count(0)
    half = len(part) // 2 if len(part) > 8 else len(head)
    if odd > half * 0.7 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.7 and odd < half * 0.1:
        return "utf-16-be"
    return None


def _note(loss: Loss, encoding: str, line: int = 1, byte: int | None = None) -> None:
    found = encoding if byte is None else f"byte 0x{byte:02x}"
    why = f"The file is no UTF-8; it was read as {encoding}."
    loss.repair("field", "(encoding)", place=f"line {line}", found=found, mended="UTF-8", why=why)
