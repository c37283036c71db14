"""One answer on its way from a thread, which makes it, to the event loop, which sends it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

__all__ = ["BrokenAnswerError", "Exchange", "send_body"]

_AHEAD: Final = 16 * 1024 * 1024
"""Bytes that an answer may be ahead of its client."""
_WHOLE: Final = 1024 * 1024
_SLICE: Final = 256 * 1024
_SILENCE: Final = 60.0
"""Seconds in which a client must take something."""

Send = Callable[[dict[str, Any]], Any]


class BrokenAnswerError(Exception):
    """An answer failed after it had begun; its connection must be broken."""


class Exchange:
    """An answer in the making.

    :param environ: the request, as WSGI has it.
    :param landed: called in the loop as soon as nothing is to be had of this answer for others, or
        all is; perhaps more than once.
    """

    def __init__(
        self,
        app: WSGIApplication,
        environ: WSGIEnvironment,
        landed: Callable[[], None] = lambda: None,
    ) -> None:
        self._app = app
        self._environ = environ
        self._landed = landed
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self._room = threading.Condition()
        self._gone = False
        self._head: dict[str, Any] = {}
        self._pieces: list[bytes] = []
        self._ahead = 0
        self._ended = False
        self._error: BaseException | None = None

    @property
    def gone(self) -> bool:
        """Whether the client has left."""
        return self._gone

    # In the thread --------------------------------------------------------------------------

    def make(self) -> None:
        """Run the application to its end, or until the client has left."""
        error: BaseException | None = None
        try:
            if not self._gone:
                self._run()
        except BaseException as caught:  # noqa: BLE001  it is raised where the answer is sent
            error = caught
        with self._room:
            self._ended, self._error = True, error
        self._environ = {}  # it leads back here, and to a generation that is closed when it goes
        self.land()
        self._tell()

    def land(self) -> None:
        """Let go those who wait for this answer."""
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._landed)

    def _run(self) -> None:
        parts = self._app(self._environ, self._start)
        try:
            self._take(parts)
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()

    def _start(
        self, status: str, headers: list[tuple[str, str]], _: Any = None, /
    ) -> Callable[[bytes], object]:
        coded = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers]
        self._head = {"type": "http.response.start", "status": int(status[:3]), "headers": coded}
        return self._give

    def _take(self, parts: Iterable[bytes]) -> None:
        whole = False
        for part in parts:
            if not self._ahead:
                length = dict(self._head["headers"]).get(b"content-length")
                whole = length is not None and int(length) <= _WHOLE
            self._give(part, tell=not whole)
            if self._gone:
                return

    def _give(self, part: bytes, *, tell: bool = True) -> None:
        with self._room:
            while self._ahead > _AHEAD and not self._gone:
                self.land()  # nobody waits for a slow client of another
                self._room.wait()
            self._pieces.append(part)
            self._ahead += len(part)
        if tell:
            self._tell()

    def _tell(self) -> None:
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._news.set)

    # In the loop ----------------------------------------------------------------------------

    def leave(self) -> None:
        """The client has left."""
        with self._room:
            self._gone = True
            self._room.notify_all()
        self._news.set()

    async def deliver(self, send: Send) -> None:
        """Send what comes.

        :raises BrokenAnswerError: the answer failed.
        """
        started = False
        while not self._gone:
            await self._news.wait()
            self._news.clear()
            with self._room:
                pieces, self._pieces = self._pieces, []
                ended = self._ended
            if self._error is not None:
                raise BrokenAnswerError from self._error
            if not started and (pieces or ended):
                started = True
                await send(self._head)
            data = b"".join(pieces)
            await send_body(data, send, last=ended)
            with self._room:
                self._ahead -= len(data)
                self._room.notify_all()
            if ended:
                return


async def send_body(data: bytes, send: Send, *, last: bool = True) -> None:
    """Send bytes of a body as fast as the client takes them.

    :param last: whether the body ends with them.
    :raises TimeoutError: the client has taken nothing for a minute.
    """
    whole = memoryview(data)
    for start in range(0, len(data) or 1, _SLICE):
        done = last and start + _SLICE >= len(data)
        piece = whole[start : start + _SLICE] if len(data) > _SLICE else data
        async with asyncio.timeout(_SILENCE):
            await send({"type": "http.response.body", "body": piece, "more_body": not done})
