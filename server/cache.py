"""Answers kept in memory: bounded in bytes, and of one generation only."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

__all__ = ["Cache", "Kept", "head_of"]

_OVERHEAD: Final = 1024
"""Bytes that an answer costs beside its body, about."""
_SHARE: Final = 8
"""An answer that would take more than one part in so many of the cache is not kept."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A complete answer.

    :param headers: its headers, without those that belong to one request.
    :param body: its bytes.
    :param coding: its content coding; empty for none.
    :param final: whether no other coding would make it smaller.
    :param head: the headers, as `head_of` has them.
    """

    headers: tuple[tuple[str, str], ...]
    body: bytes
    coding: str = ""
    final: bool = False
    head: bytes = b""


def head_of(headers: Iterable[tuple[str, str]]) -> bytes:
    """Headers as HTTP/1.1 has them, each with the end of its line."""
    return "".join(f"{name.lower()}: {value}\r\n" for name, value in headers).encode("latin-1")


class Cache:
    """Answers of one version of the dataset, those used last.

    What is kept for one version is never given for another: a new version empties the cache, and
    answers of an old one that come late are not taken. Any number of threads may use it.

    :param size: bytes that it may take; 0 keeps nothing.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.largest = size // _SHARE
        """Bytes of the largest body that is kept."""
        self._bytes = 0
        self._version = ""
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def bytes(self) -> int:
        """Bytes that are taken."""
        return self._bytes

    def get(self, version: str, *keys: str) -> Kept | None:
        """The first answer that is kept of those that would do.

        :param version: of the dataset that is served now.
        """
        with self._lock:
            if version != self._version:
                self._version = version
                self._kept.clear()
                self._bytes = 0
            for key in keys:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
        return None

    def put(self, version: str, key: str, answer: Kept) -> None:
        """Keep an answer.

        :param version: of the dataset that it was made from.
        """
        with self._lock:
            if version != self._version or len(answer.body) > self.largest:
                return
            self._drop(key)
            self._kept[key] = answer
            self._bytes += _cost(answer)
            while self._bytes > self.size:
                self._drop(next(iter(self._kept)))

    def _drop(self, key: str) -> None:
        dropped = self._kept.pop(key, None)
        if dropped is not None:
            self._bytes -= _cost(dropped)


def _cost(answer: Kept) -> int:
    return len(answer.body) + _OVERHEAD
