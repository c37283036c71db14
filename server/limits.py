"""What a query may take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["UPDATES", "Limits"]


@dataclass(frozen=True)
class Limits:
    """The limits of a query or an update, and of how many wait.

    :param timeout: seconds until the end of its answer, waiting for a worker included.
    :param memory: MiB that it may add to a worker.
    :param rows: rows or triples of its answer.
    :param size: MiB of its answer.
    :param wait: seconds that it may wait for a worker.
    :param queue: how many queries may wait.
    """

    timeout: float = 30.0
    memory: int = 1024
    rows: int = 1_000_000
    size: int = 256
    wait: float = 5.0
    queue: int = 64


UPDATES: Final = Limits(timeout=120.0, memory=4096, wait=30.0, queue=16)
"""Those of an update, whose dataset is validated as a whole."""
