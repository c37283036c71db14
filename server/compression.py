"""Content codings: which one a client takes, and answers in it (RFC 9110, section 8.4)."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

import brotli
from werkzeug.http import parse_accept_header

__all__ = ["accepted_coding", "compressed", "worthwhile"]

BROTLI: Final = "br"
GZIP: Final = "gzip"
_LEVEL: Final = 4
_WINDOW: Final = 19
"""Binary logarithm of the bytes that brotli looks back; its own default takes 4 MiB an answer."""
_SMALLEST: Final = 1024
_LONGEST: Final = 500
_TYPES: Final = ("text/", "application/", "image/svg+xml")


def accepted_coding(accept_encoding: str) -> str:
    """The content coding for an `Accept-Encoding` header; empty for none, or if it is odd."""
    return _coding(accept_encoding) if len(accept_encoding) <= _LONGEST else ""


@lru_cache(maxsize=256)
def _coding(accept_encoding: str) -> str:
    named = {name.lower(): quality for name, quality in parse_accept_header(accept_encoding)}
    others = named.get("*", 0.0)
    found = {BROTLI: named.get(BROTLI, others), GZIP: named.get(GZIP, named.get("x-gzip", others))}
    best = max(found, key=lambda coding: found[coding])  # of equals, the one that is smaller
    return best if found[best] > 0 and found[best] >= named.get("identity", 0.0) else ""


def worthwhile(content_type: str, length: int | None) -> bool:
    """Whether an answer becomes notably smaller by compression.

    :param length: its bytes; None where they are not known yet.
    """
    return content_type.startswith(_TYPES) and (length is None or length >= _SMALLEST)


def compressed(parts: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """The parts of an answer, compressed as they come.

    Equal answers have equal bytes.

    :param coding: what `accepted_coding` gave: `br` (RFC 7932) or `gzip` (RFC 1952).
    """
    if coding == BROTLI:
        brotli_work = brotli.Compressor(quality=_LEVEL, lgwin=_WINDOW)
        take, end = brotli_work.process, brotli_work.finish
    else:
        gzip_work = zlib.compressobj(_LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
        take, end = gzip_work.compress, gzip_work.flush
    for part in parts:
        if piece := take(part):
            yield piece
    yield end()
