"""The WSGI server: threads enough that queries never hold up pages, and a stop that drains."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from typing import Any, Final

from flask import Flask
from waitress.server import create_server

from .workers import Pool

__all__ = ["WebServer"]

_THREADS: Final = 8
_BUFFERED: Final = 64 * 1024 * 1024
_PATIENCE: Final = 10.0


class WebServer:
    """Serves an application on a socket until it is told to stop.

    :param listening: the socket; it is closed in the end.
    :param pool: the workers of the application, which are ended with it; None has none.
    :param patience: seconds that running answers get when it is to stop.
    """

    def __init__(
        self, app: Flask, listening: socket.socket, pool: Pool | None, patience: float = _PATIENCE
    ) -> None:
        self._pool = pool
        self._patience = patience
        held = pool.size + pool.limits.queue if pool else 0
        self._server: Any = create_server(
            app,
            sockets=[listening],
            threads=_THREADS + held,
            connection_limit=1000,
            asyncore_use_poll=True,  # no bound on file numbers
            channel_request_lookahead=1,  # it learns that a client leaves
            outbuf_high_watermark=_BUFFERED,
        )
        self._stopping = self._drained = False
        signal.signal(signal.SIGTERM, lambda *_: self._stop())

    def run(self) -> None:
        """Serve until SIGTERM, which lets running answers end, or Ctrl-C, which does not."""
        if self._pool is not None:
            self._pool.start()
        try:
            self._server.run()
        finally:
            if self._pool is not None:
                self._pool.close()
            self._server.close()

    def _stop(self) -> None:
        if self._drained:
            raise SystemExit(0)
        if self._stopping:
            return
        self._stopping = True
        self._server.del_channel()
        self._server.socket.close()
        threading.Thread(target=self._drain, daemon=True).start()

    def _drain(self) -> None:
        end = time.monotonic() + self._patience
        if self._pool is not None:
            self._pool.close(self._patience)
        while time.monotonic() < end and any(
            channel.requests or channel.total_outbufs_len
            for channel in [*self._server.active_channels.values()]
        ):
            time.sleep(0.02)
        self._drained = True
        os.kill(os.getpid(), signal.SIGTERM)
