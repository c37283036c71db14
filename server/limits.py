"""What a query may take."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True)
class Limits:
    """The limits of a query, and of how many wait.

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
