"""Content codings: which one a client takes, and answers in it (RFC 9110, section 8.4)."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from werkzeug.http import parse_accept_header

__all__ = ["accepted_coding", "compress", "compressed", "worthwhile"]

GZIP: Final = "gzip"
_LEVEL: Final = 4
_SMALLEST: Final = 1024
_LONGEST: Final = 500
_TYPES: Final = ("text/", "application/", "image/svg+xml")


def accepted_coding(accept_encoding: str) -> str:
    """The content coding for an `Accept-Encoding` header; empty for none, or if it is odd."""
    return _coding(accept_encoding) if len(accept_encoding) <= _LONGEST else ""


@lru_cache(maxsize=256)
def _coding(accept_encoding: str) -> str:
    codings = {name.lower(): quality for name, quality in parse_accept_header(accept_encoding)}
    quality = codings.get(GZIP, codings.get("x-gzip", codings.get("*", 0.0)))
    return GZIP if quality > 0 and quality >= codings.get("identity", 0.0) else ""


def worthwhile(content_type: str, length: int | None) -> bool:
    """Whether an answer becomes notably smaller by compression.

    :param length: its bytes; None where they are not known yet.
    """
    return content_type.startswith(_TYPES) and (length is None or length >= _SMALLEST)


def compress(body: bytes) -> bytes:
    """A whole answer, compressed."""
    return b"".join(compressed([body]))


def compressed(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The parts of an answer, compressed as they come."""
    # Without a time in its head, so that equal answers have equal bytes.
    work = zlib.compressobj(_LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    for part in parts:
        if piece := work.compress(part):
            yield piece
    yield work.flush()
