"""The whole dataset as one file, written while it is read."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import IO, Final, cast

from flask import Blueprint, Response, abort, g, request

from ..graph.errors import OverloadedError
from ..graph.store import Store
from .description import DUMPS
from .dump_files import licences_of_dataset
from .negotiation import Format
from .paper_files import PAPERS, papers_file
from .serving import Served
from .signposts import Link, field

__all__ = ["Dump", "blueprint"]

blueprint = Blueprint("dumps", __name__)

_PIECE: Final = 65_536
_AHEAD: Final = 16
_BEAT: Final = 0.5
_places = threading.BoundedSemaphore(2)


@blueprint.route("/dump.<suffix>")
def dump(suffix: str) -> Response:
    """The dataset: N-Quads and TriG keep its graphs apart, others hold their union or papers."""
    served: Served = g.served
    form = next((each for each in (*DUMPS, *PAPERS) if each.suffix == suffix), None)
    if form is None:
        abort(404)
    links = [
        Link(f"{request.script_root}/.well-known/void", "describedby"),
        *(Link(each, "license") for each in licences_of_dataset(served)),
    ]
    if form in PAPERS:
        response = papers_file(served, form)
        response.headers["Link"] = field(links)
        return response
    # A HEAD has the headers of the GET, without a length that nobody knows yet.
    pieces = iter(()) if request.method == "HEAD" else _begin(served.store, form)
    response = Response(pieces, content_type=form.content_type)
    name = f"symposia-{served.generation}.{suffix}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Link"] = field(links)
    return response


def _begin(store: Store, form: Format) -> Dump:
    if not _places.acquire(blocking=False):
        raise OverloadedError(
            "Others are fetching the whole dataset at this moment.", hint="Try again in a minute."
        )
    return Dump(store, form, _places.release)


class Dump(Iterator[bytes]):
    """The bytes of a dataset, written by a thread of their own while they are sent.

    What the engine reads belongs to the thread that asked for it, and a WSGI server may send from
    another one. Closing stops the thread; a fault in it is raised to whoever sends, so that the
    connection breaks and no half of a dataset passes for the whole.

    :param store: what is written.
    :param form: one of `DUMPS`.
    :param ended: called once when the thread has ended.
    :raises StoreError: the store fails at once.
    """

    def __init__(
        self, store: Store, form: Format, ended: Callable[[], None] = lambda: None
    ) -> None:
        self._pieces: queue.Queue[bytes | BaseException | None] = queue.Queue(_AHEAD)
        self._closed = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(store, form, ended), name="dump", daemon=True
        )
        self._thread.start()
        first = self._pieces.get()
        if isinstance(first, BaseException):
            raise first
        self._first = first

    def __next__(self) -> bytes:
        piece, self._first = self._first or self._pieces.get(), None
        if isinstance(piece, bytes):
            return piece
        self._pieces.put(None)  # whoever asks again gets the same answer
        if piece is None:
            raise StopIteration
        raise piece

    def close(self) -> None:
        """Stop writing; may be called at any time and more than once."""
        self._closed.set()

    def _run(self, store: Store, form: Format, ended: Callable[[], None]) -> None:
        try:
            writer = _Writer(self._give)
            store.dump(cast("IO[bytes]", writer), form.name)
            writer.flush()
            self._give(None)
        except _ClosedError:
            pass
        except Exception as error:  # noqa: BLE001 - raised where the bytes are sent
            self._give(error)
        finally:
            ended()

    def _give(self, piece: bytes | BaseException | None) -> None:
        while not self._closed.is_set():
            try:
                self._pieces.put(piece, timeout=_BEAT)
            except queue.Full:
                continue
            return
        if isinstance(piece, bytes):
            raise _ClosedError


class _ClosedError(Exception):
    """Nobody wants the rest."""


class _Writer:
    """Gathers the small writes of the engine."""

    def __init__(self, give: Callable[[bytes], None]) -> None:
        self._give = give
        self._held = bytearray()

    def write(self, data: bytes) -> int:
        self._held += data
        if len(self._held) >= _PIECE:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Give what was gathered."""
        if self._held:
            held, self._held = bytes(self._held), bytearray()
            self._give(held)
