"""What a benchmark of the server finds, and what it is measured on."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from .mix import Request
from .servers import Running, oxigraph, symposia

__all__ = ["Figure", "Site"]

_CACHE = 256


@dataclass(frozen=True)
class Figure:
    """One comparison.

    :param target: what the ratio, or ours, should be; empty where nothing was promised.
    :param met: whether it is.
    """

    name: str
    ours: str
    theirs: str
    ratio: float | None
    target: str = ""
    met: bool | None = None


@dataclass(frozen=True)
class Site:
    """The same triples in both servers, and the requests."""

    data: Path
    peer: Path
    asked: list[Request]

    def ours(self, *options: str) -> AbstractContextManager[Running]:
        """Symposia, with empty caches."""
        return symposia(self.data, "--cache", str(_CACHE), *options)

    def theirs(self) -> AbstractContextManager[Running]:
        """Oxigraph's server."""
        return oxigraph(self.peer)
