"""A process that changes a dataset, one change at a time, and can be killed.

Run as `python -m symposia.server.writer`, it reads changes from the socket that is its standard
input, and ends when the server does. Before a change can be seen it asks the server, which may have
killed it by then: so it is known of each change whether it was made.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ..graph.errors import LimitError, QueryError, SymposiaError
from ..graph.writer import Change, Condition, Document, Writer
from .confinement import confine, limit_memory
from .failures import failure_to_bytes
from .frames import FAILED, READY, WHOLE, Frames

__all__ = ["Order", "main"]

_IDLE: Final = 1.0
Ready = Callable[[], None]


@dataclass(frozen=True)
class Order:
    """What the process is asked to do.

    :param dataset: what is changed: a data folder (`data`), a scratch store (`scratch`) or a SPARQL
        server (`endpoint`, as `graph.locations` writes it, and a `folder` for what it sends).
    """

    dataset: Mapping[str, str]
    change: Change

    def to_bytes(self) -> bytes:
        """The order as the payload of a frame: a line of JSON, and the bytes of the documents."""
        documents = self.change.documents
        sent = [(len(each.data), each.format, each.name) for each in documents]
        change = {**vars(self.change), "documents": sent}
        head = json.dumps({"dataset": self.dataset, "change": change}).encode()
        return b"".join([head, b"\n", *(each.data for each in documents)])

    @classmethod
    def from_bytes(cls, payload: bytes) -> Order:
        """The order of a payload."""
        head, _, rest = payload.partition(b"\n")
        fields = json.loads(head)
        change = fields["change"]
        documents: list[Document] = []
        begin = 0
        for size, form, name in change["documents"]:
            documents.append(Document(rest[begin : begin + size], form, name))
            begin += size
        condition = Condition(*change["condition"])
        sent = {**change, "documents": documents, "condition": condition}
        return cls(fields["dataset"], Change(**sent))


class Process:
    """Makes changes with the writer of the dataset that each names; the last one stays.

    :param memory: MiB that a change may take.
    """

    def __init__(self, line: Frames, memory: int) -> None:
        self._line = line
        self._memory = memory
        self._writer: tuple[Mapping[str, str], Writer] | None = None

    def run(self) -> None:
        """Make changes until the server is gone."""
        wait: float | None = _IDLE
        with suppress(EOFError, ConnectionError):
            while True:
                try:
                    payload = self._line.receive(wait).payload
                except TimeoutError:
                    wait = None
                    _prepare()
                    continue
                self._answer(payload)

    def tidy(self) -> None:
        """Remove what is thrown away with the server, which may not have come to it."""
        dataset = self._writer[0] if self._writer else {}
        for folder in ("scratch", "folder"):
            if folder in dataset:
                shutil.rmtree(dataset[folder], ignore_errors=True)

    def _answer(self, payload: bytes) -> None:
        try:
            _prepare()
            limit_memory(None)
            limit_memory(self._memory)
            order = Order.from_bytes(payload)
            found = self._writer_of(order.dataset).make(order.change)
        except SymposiaError as error:
            self._fail(error)
        except MemoryError:
            self._fail(LimitError("The update needs more memory than it may have."))
        except RecursionError:
            self._fail(QueryError("The update is nested too deeply."))
        else:
            self._line.send(WHOLE, json.dumps(found).encode())

    def _fail(self, error: SymposiaError) -> None:
        self._line.send(FAILED, failure_to_bytes(error))

    def _ready(self) -> None:
        """Wait until the server says that the change is to be made; else it kills this process."""
        self._line.send(READY)
        self._line.receive()

    def _writer_of(self, dataset: Mapping[str, str]) -> Writer:
        if self._writer is None or self._writer[0] != dataset:
            self._writer = None
            self._writer = dataset, _open(dataset, self._ready)
        return self._writer[1]


def _open(dataset: Mapping[str, str], ready: Ready) -> Writer:
    if "scratch" in dataset:
        from ..graph.scratch import Scratch, ScratchWriter

        return ScratchWriter(Scratch(Path(dataset["scratch"]), sweep=False), ready)
    from ..graph.library import Library
    from ..graph.publishing import LibraryWriter

    library = Library(dataset["data"]) if "data" in dataset else _remote(dataset)
    library.generations.ready = ready
    return LibraryWriter(library)


def _remote(dataset: Mapping[str, str]) -> Any:
    from ..graph.library import Library
    from ..graph.locations import open_store
    from ..graph.remote import RemoteStore
    from ..graph.remote_generations import RemoteGenerations

    tempfile.tempdir = dataset["folder"]  # the server removes it, however this process ends
    store = open_store(dataset["endpoint"])
    assert isinstance(store, RemoteStore)  # noqa: S101  the location is that of a server
    return Library(RemoteGenerations(store.endpoint))


def _prepare() -> None:
    """Load what a change needs, which is not the change's to pay for."""
    from ..graph import publishing, scratch, validation  # noqa: F401


def main() -> None:
    """Serve the parent: `writer PARENT MEMORY`, its process id and MiB for a change."""
    parent, memory = map(int, sys.argv[1:3])
    line = socket.socket(fileno=os.dup(0))
    process = Process(Frames(line), memory)
    confine(parent, line, process.tidy)
    process.run()


if __name__ == "__main__":
    main()
