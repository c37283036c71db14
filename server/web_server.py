"""The web server: an event loop in front of threads, and a stop that drains."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import socket
import sys
import threading
from contextlib import suppress
from types import FrameType
from typing import Any, Final

import httptools
import uvicorn
from flask import Flask

from .at_once import AtOnce
from .bridge import Bridge
from .lanes import Lanes
from .serving import Serving

__all__ = ["WebServer"]

_THREADS: Final = 8
_PATIENCE: Final = 10.0
_CONNECTIONS: Final = 1000
"""Connections beyond which silent ones are closed; as many again are refused."""
_FILES: Final = 8192
_KEPT_OPEN: Final = 30
_LONGEST_HEAD: Final = 512 * 1024
"""Bytes that may come before a head is whole; what follows it may have come with it."""
_LONGEST_FIELDS: Final = 128 * 1024
_MOST_FIELDS: Final = 200
_LONGEST_TARGET: Final = 65_535
"""Bytes of the longest target, beyond which the parser reads none."""
_SLOWEST_HEAD: Final = 30.0
_HOST: Final = re.compile(rb"(?:\[[0-9A-Za-z:.%]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]+)(?::[0-9]*)?")
"""What a Host may be (https://www.rfc-editor.org/rfc/rfc9110#section-7.2)."""


class _RefusedError(Exception):
    """A head that is refused before anything else is made of the request."""


class Protocol(AtOnce):
    """HTTP/1.1 with a bound on the length of a request's head, and on the time that it takes.

    What is ambiguous is refused, and other protocols are not taken up.
    """

    _late: asyncio.TimerHandle | None = None
    _head: int | None = 0
    _refusal: tuple[int, str, str] | None = None
    _heard = 0.0

    def connection_made(self, transport: Any) -> None:
        """A client has come."""
        super().connection_made(transport)
        self._heard = self.loop.time()
        self._await_head()
        if len(self.connections) > _CONNECTIONS:
            self._make_room()

    def data_received(self, data: bytes) -> None:
        """A client has sent something."""
        if self._refusal is not None:
            return
        self._heard = self.loop.time()
        if self._head is not None:
            self._head += len(data)
            if self._head > _LONGEST_HEAD:
                self._refuse(431, "Request Header Fields Too Large", "The head is too long.")
                return
            if self._late is None:
                self._await_head()
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as stop:
            self._stay(data[stop.args[0] :])
        except httptools.HttpParserError:
            self._refuse(*self._refusal or (400, "Bad Request", "This is no request of HTTP/1.1."))

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._head = None
        self._forget()
        if self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT":
            return  # it is read again, without the offer
        self._refusal = self._wrong()
        if self._refusal is not None:
            raise _RefusedError
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The body is whole."""
        self._head = 0
        if not self.parser.should_upgrade():
            super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._forget()
        super().connection_lost(exc)

    @property
    def _free(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete

    @property
    def _in_body(self) -> bool:
        """Whether what comes belongs to a request that nothing has been said to yet."""
        cycle = self.cycle
        return cycle.more_body and not (cycle.response_started or self.pipeline)

    def _make_room(self) -> None:
        """Close the connection that has been silent for longest, if there is one."""
        silent = [
            each
            for each in self.connections
            if isinstance(each, Protocol) and each._free and not each.transport.is_closing()
        ]
        min(silent, key=lambda each: each._heard, default=self).transport.close()

    def _wrong(self) -> tuple[int, str, str] | None:
        """Why a head is refused, if it is: the status, its name, and a sentence."""
        if len(self.url) > _LONGEST_TARGET:
            return 414, "URI Too Long", "Send so long a query as the body of a POST."
        size = sum(len(name) + len(value) for name, value in self.headers)
        if size > _LONGEST_FIELDS or len(self.headers) > _MOST_FIELDS:
            return 431, "Request Header Fields Too Large", "The head has too many fields."
        # https://www.rfc-editor.org/rfc/rfc9112#section-3.2
        hosts = [value for name, value in self.headers if name == b"host"]
        whole = len(hosts) == 1 and _HOST.fullmatch(hosts[0])
        if not whole and (hosts or self.parser.get_http_version() != "1.0"):
            return 400, "Bad Request", "A request names its host, once."
        # https://www.rfc-editor.org/rfc/rfc9112#section-6.1
        codings = [v.strip().lower() for name, v in self.headers if name == b"transfer-encoding"]
        if codings not in ([], [b"chunked"]):
            return 501, "Not Implemented", "The only transfer coding here is chunked."
        return None

    def _refuse(self, status: int, title: str, detail: str) -> None:
        """Answer with an error, and close."""
        self._refusal = status, title, detail
        problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        body = json.dumps(problem).encode() + b"\n"
        if (
            self._free or self._in_body
        ):  # else it would pass for a part of the answer that is being sent
            self.transport.write(
                f"HTTP/1.1 {status} {title}\r\ncontent-type: application/problem+json\r\n"
                f"content-length: {len(body)}\r\nconnection: close\r\n\r\n".encode()
                + body
            )
        self.transport.close()

    def _stay(self, rest: bytes) -> None:
        """Read a request that offers another protocol as if it did not.

        The parser reads no body after such an offer, and would take it for the next request.
        """
        version = self.parser.get_http_version().encode()
        head = [b"%s %s HTTP/%s" % (self.parser.get_method(), self.url, version)]
        head += [b"%s: %s" % field for field in self.headers if field[0] != b"upgrade"]
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self._head = 0
        self.data_received(b"\r\n".join(head) + b"\r\n\r\n" + rest)

    def _await_head(self) -> None:
        self._late = self.loop.call_later(_SLOWEST_HEAD, self.transport.close)

    def _forget(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


class WebServer(uvicorn.Server):
    """Serves an application on a socket until it is told to stop.

    :param listening: the socket; it is closed in the end.
    :param lanes: the workers of the application, which are ended with it; None has none.
    :param patience: seconds that running answers get when it is to stop.
    :param others: how many requests may wait for something else than these workers.
    """

    def __init__(
        self,
        app: Flask,
        listening: socket.socket,
        lanes: Lanes | None,
        patience: float = _PATIENCE,
        others: int = 0,
    ) -> None:
        held = others + (lanes.most if lanes else 0)
        super().__init__(
            uvicorn.Config(
                Bridge(app, _THREADS + held, lanes.limits.timeout if lanes else _PATIENCE),
                http=Protocol,
                ws="none",
                lifespan="off",
                interface="asgi3",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                limit_concurrency=2 * _CONNECTIONS,
                timeout_keep_alive=_KEPT_OPEN,
                timeout_graceful_shutdown=max(1, round(patience)),
            )
        )
        self._listening = listening
        self._serving: Serving = app.extensions["symposia"]
        self._lanes = lanes
        self._patience = patience
        self.config.load()
        if threading.current_thread() is threading.main_thread():
            for early in (signal.SIGTERM, signal.SIGINT):
                signal.signal(early, self.handle_exit)  # it may come before the loop runs

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until SIGTERM or Ctrl-C, which let running answers end; a second one does not."""
        _raise_limit_of_files()
        if self._lanes is not None:
            self._lanes.start()
        try:
            super().run(sockets or [self._listening])
        finally:
            self._serving.close()
            if self._lanes is not None:
                self._lanes.close()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Stop on a signal; running answers may end, unless there is a second one."""
        if self.should_exit:
            self.force_exit = True
            return
        self.should_exit = True
        if self._lanes is not None:
            threading.Thread(target=self._lanes.close, args=(self._patience,), daemon=True).start()


def _raise_limit_of_files() -> None:
    """Let every connection have a file, where the system starts its processes with fewer."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
