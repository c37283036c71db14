"""A process that makes a file of a generation, and can be killed.

Run as `python -m symposia.server.preparer`, it reads orders from the socket that is its standard
input, and ends when the server does.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from ..graph.errors import LimitError, SymposiaError
from ..graph.locations import open_store
from ..graph.remote import RemoteStore
from .confinement import confine, limit_memory
from .failures import failure_to_bytes
from .frames import FAILED, WHOLE, Frames
from .prepared import make

__all__ = ["Order", "main"]

_PATIENCE: Final = 600.0
"""Seconds that a SPARQL server gets for each query."""
_LARGEST: Final = 1024 * 1024 * 1024
"""Bytes that its answer may have."""


@dataclass(frozen=True)
class Order:
    """What is to be made.

    :param store: where the store is, as `graph.locations` writes it.
    :param name: of the file, one of `prepared.MAKERS`.
    :param path: where it is to be.
    """

    store: str
    name: str
    path: str

    def to_bytes(self) -> bytes:
        """The order as the payload of a frame."""
        return json.dumps(asdict(self)).encode()

    def carry_out(self, memory: int) -> None:
        """Make it.

        :param memory: MiB that may be taken for it.
        """
        store = open_store(self.store, own=True)
        if isinstance(store, RemoteStore):
            store = store.limited(_PATIENCE, _LARGEST)
        limit_memory(memory)
        make(store, self.name, Path(self.path))


def main() -> None:
    """Serve the parent: `preparer PARENT MEMORY`, its process id and MiB for a file."""
    parent, memory = map(int, sys.argv[1:3])
    line = socket.socket(fileno=os.dup(0))
    confine(parent, line)
    frames = Frames(line)
    with suppress(EOFError, ConnectionError):
        while True:
            order = Order(**json.loads(frames.receive().payload))
            try:
                order.carry_out(memory)
            except SymposiaError as error:
                frames.send(FAILED, failure_to_bytes(error))
            except MemoryError:
                told = LimitError("What is to be made needs more memory than it may have.")
                frames.send(FAILED, failure_to_bytes(told))
            else:
                frames.send(WHOLE)


if __name__ == "__main__":
    main()
