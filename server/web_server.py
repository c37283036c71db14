"""The web server: an event loop in front of threads, and a stop that drains."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from types import FrameType
from typing import Any, Final

import uvicorn
from flask import Flask
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .bridge import ABORT, Bridge
from .workers import Pool

__all__ = ["WebServer"]

_THREADS: Final = 8
_PATIENCE: Final = 10.0
_CONNECTIONS: Final = 1000
_KEPT_OPEN: Final = 30
_LONGEST_HEAD: Final = 512 * 1024
_SLOWEST_HEAD: Final = 30.0
_TOO_LONG: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"connection: close\r\ncontent-length: 0\r\n\r\n"
)


class Protocol(HttpToolsProtocol):
    """HTTP/1.1 with a bound on the length of a request's head, and on the time that it takes."""

    _late: asyncio.TimerHandle | None = None
    _head: int | None = 0

    def connection_made(self, transport: Any) -> None:
        """A client has come."""
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """A client has sent something."""
        if self._head is not None:
            self._head += len(data)
            if self._head > _LONGEST_HEAD:
                self.transport.write(_TOO_LONG)
                self.transport.close()
                return
            if self._late is None:
                self._await_head()
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._head = None
        self._forget()
        self.scope[ABORT] = self.transport.abort  # type: ignore[typeddict-unknown-key]
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The body is whole."""
        self._head = 0
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._forget()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        self._late = self.loop.call_later(_SLOWEST_HEAD, self.transport.close)

    def _forget(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


class WebServer(uvicorn.Server):
    """Serves an application on a socket until it is told to stop.

    :param listening: the socket; it is closed in the end.
    :param pool: the workers of the application, which are ended with it; None has none.
    :param patience: seconds that running answers get when it is to stop.
    """

    def __init__(
        self, app: Flask, listening: socket.socket, pool: Pool | None, patience: float = _PATIENCE
    ) -> None:
        held = pool.size + pool.limits.queue if pool else 0
        super().__init__(
            uvicorn.Config(
                Bridge(app, _THREADS + held),
                http=Protocol,
                ws="none",
                lifespan="off",
                interface="asgi3",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                limit_concurrency=_CONNECTIONS,
                timeout_keep_alive=_KEPT_OPEN,
                timeout_graceful_shutdown=max(1, round(patience)),
            )
        )
        self._listening = listening
        self._pool = pool
        self._patience = patience
        self.config.load()
        if threading.current_thread() is threading.main_thread():
            for early in (signal.SIGTERM, signal.SIGINT):
                signal.signal(early, self.handle_exit)  # it may come before the loop runs

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until SIGTERM, which lets running answers end, or Ctrl-C, which does not."""
        if self._pool is not None:
            self._pool.start()
        try:
            super().run(sockets or [self._listening])
        finally:
            if self._pool is not None:
                self._pool.close()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Stop on a signal."""
        self.should_exit = True
        if sig == signal.SIGINT:
            self.force_exit = True
        elif self._pool is not None:
            threading.Thread(target=self._pool.close, args=(self._patience,), daemon=True).start()
