"""Between the event loop of the web server and the application, which runs in threads.

What is kept in memory is answered by the loop itself. Everything else gets a thread.
"""

from __future__ import annotations

import asyncio
import io
import queue
import sys
import threading
import time
from collections.abc import Callable
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any, Final
from urllib.parse import unquote_to_bytes

from flask import Flask

from .caching import Caching, Ready
from .clients import GONE
from .exchange import Exchange, send_body
from .observed import Observed
from .reads import Read, Target
from .serving import Serving

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

__all__ = ["ABORT", "Bridge"]

ABORT: Final = "symposia.abort"
"""Key of an ASGI scope: a function that breaks the connection at once."""

Scope = dict[str, Any]
Receive = Callable[[], Any]
Send = Callable[[dict[str, Any]], Any]

_LARGEST_BODY: Final = 64 * 1024 * 1024
_BODY_IN_MEMORY: Final = 1024 * 1024
_SILENCE: Final = 60.0
"""Seconds in which a client must send something of its body."""


class Bridge:
    """An ASGI application that runs a Flask application in threads.

    :param app: the application, with its cache.
    :param threads: how many requests it may work on at once.
    """

    def __init__(self, app: Flask, threads: int) -> None:
        self._app = app.wsgi_app
        self._serving: Serving = app.extensions["symposia"]
        self._caching: Caching = app.extensions["symposia.caching"]
        self._observed: Observed = app.extensions["symposia.observed"]
        self._work: queue.SimpleQueue[Exchange] = queue.SimpleQueue()
        for _ in range(threads):
            threading.Thread(target=self._serve, name="requests", daemon=True).start()

    def _serve(self) -> None:
        while True:
            self._work.get().make()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (https://asgi.readthedocs.io/en/latest/specs/www.html)."""
        try:
            await self._respond(scope, receive, send)
        except TimeoutError:
            scope[ABORT]()  # to close it would wait for the client
            raise

    async def _respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        headers = dict(scope["headers"])
        once = len(headers) == len(scope["headers"])
        ready = self._ready(scope, headers) if once else None
        if ready is not None:
            await self._answer(scope, headers, ready, began, send)
            return
        body = await _body(headers, receive)
        exchange = Exchange(self._app, environ := _environ(scope, body))
        environ[GONE] = lambda: exchange.gone
        watch = asyncio.ensure_future(_departure(receive, exchange))
        try:
            self._work.put(exchange)
            await exchange.deliver(send)
        finally:
            watch.cancel()
            exchange.leave()
            body.close()

    def _ready(self, scope: Scope, headers: dict[bytes, bytes]) -> Ready | None:
        if scope["method"] not in ("GET", "HEAD"):
            return None
        served = self._serving.unchanged()
        if served is None:
            return None
        target = Target(
            scope["scheme"],
            headers.get(b"host", b"").decode("latin-1"),
            "",
            _path(scope),
            scope["query_string"].decode("latin-1"),
        )
        read = Read.of(
            served,
            scope["method"],
            target,
            lambda name: headers.get(name.encode(), b"").decode("latin-1"),
        )
        return None if read is None else self._caching.ready(read)

    async def _answer(
        self,
        scope: Scope,
        headers: dict[bytes, bytes],
        ready: Ready,
        began: float,
        send: Send,
    ) -> None:
        ident = self._observed.ready(
            method=scope["method"],
            path=_path(scope),
            given=headers.get(b"x-request-id", b"").decode("latin-1") or None,
            client=scope["client"][0] if scope["client"] else "",
            status=ready.status,
            size=len(ready.body),
            began=began,
        )
        coded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in ready.headers]
        coded.append((b"x-request-id", ident.encode("latin-1")))
        await send({"type": "http.response.start", "status": ready.status, "headers": coded})
        await send_body(ready.body, send)


async def _body(headers: dict[bytes, bytes], receive: Receive) -> IO[bytes]:
    """The body of a request, whole; of one that is too large, a little more than is allowed."""
    if b"content-length" not in headers and b"transfer-encoding" not in headers:
        return io.BytesIO()
    if int(headers.get(b"content-length", b"0")) > _LARGEST_BODY:
        return io.BytesIO()  # it is refused for its length alone
    body = SpooledTemporaryFile(_BODY_IN_MEMORY)  # noqa: SIM115  the caller closes it
    while body.tell() <= _LARGEST_BODY:
        message = await asyncio.wait_for(receive(), _SILENCE)
        body.write(message.get("body", b""))
        if not message.get("more_body", False):
            break
    body.seek(0)
    return body


async def _departure(receive: Receive, exchange: Exchange) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    exchange.leave()


def _path(scope: Scope) -> str:
    return unquote_to_bytes(scope["raw_path"]).decode("latin-1")


def _environ(scope: Scope, body: IO[bytes]) -> WSGIEnvironment:
    """The request as WSGI has it (https://peps.python.org/pep-3333/#environ-variables)."""
    server = scope["server"] or ("localhost", 80)
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": _path(scope),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": scope["client"][0] if scope["client"] else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for raw, value in scope["headers"]:
        name = raw.decode("latin-1").upper()
        if "_" in name:
            continue  # it would pass for the one with a hyphen
        key = name.replace("-", "_")
        if name not in ("CONTENT-TYPE", "CONTENT-LENGTH"):
            key = f"HTTP_{key}"
        text = value.decode("latin-1")
        environ[key] = f"{environ[key]},{text}" if key in environ else text
    return environ
