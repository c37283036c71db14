"""Between the event loop of the web server and the application, which runs in threads.

What is kept in memory is answered by the loop itself. Everything else gets a thread.
"""

from __future__ import annotations

import asyncio
import io
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any, Final, NoReturn
from urllib.parse import unquote_plus, unquote_to_bytes

from flask import Flask

from ..graph.errors import StoreError
from ..graph.volatile import is_volatile
from .caching import LAND, READ, SERVED, Caching, Ready
from .clients import ARRIVED, GONE
from .exchange import Exchange, send_body
from .observed import Observed
from .proxies import Origin, Proxies
from .reads import Read, Target
from .serving import Served, Serving
from .threads import Threads

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

__all__ = ["LINE", "READY", "Bridge", "Line"]

LINE: Final = "symposia.line"
READY: Final = "symposia.ready"
"""Keys of an ASGI scope: the `Line` that the request came on; what `Bridge.at_once` has given."""
_ORIGIN: Final = "symposia.origin"
"""Key of an ASGI scope: the request as its client made it, an `Origin`."""

Scope = dict[str, Any]
Receive = Callable[[], Any]
Send = Callable[[dict[str, Any]], Any]

_LARGEST_BODY: Final = 64 * 1024 * 1024
_BODY_IN_MEMORY: Final = 1024 * 1024
_SILENCE: Final = 60.0
"""Seconds in which a client must send something of its body."""


class Line:
    """The connection that a request came on.

    :param abort: breaks it at once.
    """

    def __init__(self, abort: Callable[[], None]) -> None:
        self.abort = abort
        self.gone = False
        """Whether the client has left."""
        self.on_leave: Callable[[], None] | None = None
        """Called when it leaves."""

    def leave(self) -> None:
        """The client has left."""
        self.gone = True
        if self.on_leave is not None:
            self.on_leave()


class Bridge:
    """An ASGI application that runs a Flask application in threads.

    :param app: the application, with its cache.
    :param threads: how many requests it may work on at once.
    :param patience: seconds that a request waits for an equal one that is being answered.
    """

    def __init__(self, app: Flask, threads: int, patience: float) -> None:
        self._app = app.wsgi_app
        self._serving: Serving = app.extensions["symposia"]
        self._caching: Caching = app.extensions["symposia.caching"]
        self._observed: Observed = app.extensions["symposia.observed"]
        self._proxies: Proxies = app.extensions.get("symposia.proxies") or Proxies()
        self._threads = Threads(threads)
        self._patience = patience
        self._flights: dict[str, asyncio.Event] = {}

    def at_once(self, scope: Scope) -> Ready | None:
        """The answer to a request, if it is in memory; it is counted and logged, and has its id."""
        began = time.perf_counter()
        headers = dict(scope["headers"])
        scope[_ORIGIN] = origin = self._proxies.origin(
            _seen(scope, headers), lambda name: _joined(scope, name.encode())
        )
        scope[READ] = read, _ = self._read(scope, headers)
        ready = None if read is None else self._caching.ready(read)
        if ready is None:
            return None
        ident = self._observed.ready(
            method=scope["method"],
            path=_path(scope),
            given=headers.get(b"x-request-id", b"").decode("latin-1") or None,
            client=origin.client,
            status=ready.status,
            size=len(ready.body),
            began=began,
        )
        return ready._replace(head=b"%bx-request-id: %b\r\n" % (ready.head, ident.encode()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (https://asgi.readthedocs.io/en/latest/specs/www.html)."""
        try:
            await self._respond(scope, receive, send)
        except TimeoutError:
            scope[LINE].abort()  # to close it would wait for the client
            raise

    async def _respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        came = time.monotonic()
        ready: Ready | None = scope.get(READY)
        if READ not in scope:
            ready = self.at_once(scope)
        if ready is None and await self._waited(scope):
            ready = self.at_once(scope)
        if ready is not None:
            await _send(ready, send)
            return
        read, served = scope[READ]
        body = await _body(dict(scope["headers"]), receive)
        environ = _environ(scope, body)
        environ[ARRIVED] = came
        if read is not None:
            environ[READ], environ[SERVED] = read, served
        exchange = Exchange(self._app, environ, self._flight(read))
        environ[GONE], environ[LAND] = (lambda: exchange.gone), exchange.land
        line: Line = scope[LINE]
        line.on_leave = exchange.leave
        try:
            if line.gone:
                exchange.leave()
            self._threads.run(exchange.make)
            await exchange.deliver(send)
        finally:
            line.on_leave = None
            exchange.leave()
            body.close()

    def _read(self, scope: Scope, headers: dict[bytes, bytes]) -> tuple[Read | None, Served | None]:
        """The read that a request is, if what it reads is known without waiting."""
        if scope["method"] not in ("GET", "HEAD") or len(headers) != len(scope["headers"]):
            return None, None  # what is said twice is not taken for what is said once
        served = self._serving.unchanged()
        if served is None:
            return None, None
        origin: Origin = scope[_ORIGIN]
        target = Target(
            origin.scheme,
            origin.host,
            origin.root,
            _path(scope),
            scope["query_string"].decode("latin-1"),
        )
        read = Read.of(
            served,
            scope["method"],
            target,
            lambda name: headers.get(name.encode(), b"").decode("latin-1"),
        )
        return read, served

    async def _waited(self, scope: Scope) -> bool:
        """Wait for an equal request that is being answered, if there is one."""
        read, _ = scope[READ]
        flight = self._flights.get(read.tag + read.coding) if read else None
        if flight is None or is_volatile(unquote_plus(scope["query_string"].decode("latin-1"))):
            return False
        with suppress(TimeoutError):
            async with asyncio.timeout(self._patience):
                await flight.wait()
        return True

    def _flight(self, read: Read | None) -> Callable[[], None]:
        """Say that a read is being answered, unless another says so; returns what ends that."""
        if read is None or read.head or not self._caching.cache.size:
            return lambda: None
        key, flight = read.tag + read.coding, asyncio.Event()
        if self._flights.setdefault(key, flight) is not flight:
            return lambda: None

        def landed() -> None:
            if self._flights.get(key) is flight:
                del self._flights[key]
            flight.set()

        return landed


async def _body(headers: dict[bytes, bytes], receive: Receive) -> IO[bytes]:
    """The body of a request, whole; of one that is too large, a little more than is allowed."""
    if b"content-length" not in headers and b"transfer-encoding" not in headers:
        return io.BytesIO()
    if int(headers.get(b"content-length", b"0")) > _LARGEST_BODY:
        return io.BytesIO()  # it is refused for its length alone
    body = SpooledTemporaryFile(_BODY_IN_MEMORY)  # noqa: SIM115  the caller closes it
    try:
        while body.tell() <= _LARGEST_BODY:
            message = await asyncio.wait_for(receive(), _SILENCE)
            body.write(message.get("body", b""))
            if not message.get("more_body", False):
                break
        body.seek(0)
    except TimeoutError:
        raise
    except OSError as error:
        return _Unkept(error)
    return body


class _Unkept(io.BytesIO):
    """A body for which there was no room: whoever reads it is told so."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self._error = error

    def _tell(self, *_: object) -> NoReturn:
        raise StoreError(
            f"The server has no room for this request: {self._error.strerror or self._error}.",
            hint="Send it again when there is space, or in smaller parts.",
        ) from self._error

    read = readline = readinto = __next__ = _tell


async def _send(ready: Ready, send: Send) -> None:
    lines = ready.head.split(b"\r\n")[:-1]
    headers = [(name, value) for name, _, value in (line.partition(b": ") for line in lines)]
    await send({"type": "http.response.start", "status": ready.status, "headers": headers})
    await send_body(ready.body, send)


def _joined(scope: Scope, name: bytes) -> str:
    """The value of a header; of one that comes several times, all of them."""
    return b",".join(value for each, value in scope["headers"] if each == name).decode("latin-1")


def _seen(scope: Scope, headers: dict[bytes, bytes]) -> Origin:
    host = headers.get(b"host", b"").decode("latin-1")
    return Origin(scope["scheme"], host, "", scope["client"][0] if scope["client"] else "")


def _path(scope: Scope) -> str:
    raw: bytes = scope["raw_path"]
    return (unquote_to_bytes(raw) if b"%" in raw else raw).decode("latin-1")


def _environ(scope: Scope, body: IO[bytes]) -> WSGIEnvironment:
    """The request as WSGI has it (https://peps.python.org/pep-3333/#environ-variables)."""
    server = scope["server"] or ("localhost", 80)
    origin: Origin = scope[_ORIGIN]
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": origin.root,
        "PATH_INFO": _path(scope),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": origin.client,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": origin.scheme,
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
    if origin.host:
        environ["HTTP_HOST"] = origin.host
    return environ
