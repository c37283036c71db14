"""Watches every request from its first to its last byte: its id, its log line, its count."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, request

from .logs import REQUEST, request_id, slow_after
from .metrics import Metrics

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["Observed", "note_query", "observe"]

_ID: Final = "symposia.request_id"
_ROUTE: Final = "symposia.route"
_QUERY: Final = "symposia.query"
_LONGEST: Final = 2000
_log = logging.getLogger("symposia.requests")
_slow_log = logging.getLogger("symposia.queries")


def observe(app: Flask, metrics: Metrics) -> None:
    """Watch the requests of an application."""
    app.before_request(_note_route)
    app.wsgi_app = Observed(app.wsgi_app, metrics)  # type: ignore[method-assign]


def note_query(text: str) -> None:
    """Keep the text of this request's query, for the log of slow ones."""
    request.environ[_QUERY] = text


def _note_route() -> None:
    request.environ[_ROUTE] = request.url_rule.rule if request.url_rule else "none"


class Observed:
    """A WSGI application around another; it never changes a body."""

    def __init__(self, inner: WSGIApplication, metrics: Metrics) -> None:
        self._inner = inner
        self._metrics = metrics

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        watched = _Watched(self._metrics, environ)

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            watched.status = int(status[:3])
            headers.append(("X-Request-Id", watched.ident))
            return start_response(status, headers, exc_info)

        try:
            watched.chunks = self._inner(environ, start)
        except BaseException:
            watched.close()
            raise
        return watched


class _Watched(Iterator[bytes]):
    """An answer that is counted and logged when it ends, however it ends."""

    def __init__(self, metrics: Metrics, environ: WSGIEnvironment) -> None:
        self._began = time.perf_counter()
        self._metrics = metrics
        self._environ = environ
        self.ident = environ[_ID] = request_id(environ.get("HTTP_X_REQUEST_ID"))
        REQUEST.set(self.ident)
        self.status = 500
        self.chunks: Iterable[bytes] = ()
        self._iterator: Iterator[bytes] | None = None
        self._size = 0
        self._whole = environ["REQUEST_METHOD"] == "HEAD"
        self._ended = False

    def __next__(self) -> bytes:
        if self._iterator is None:
            self._iterator = iter(self.chunks)
        try:
            chunk = next(self._iterator)
        except StopIteration:
            self._whole = True
            raise
        except Exception as error:
            _log.error("answer broken", exc_info=error)
            raise
        self._size += len(chunk)
        return chunk

    def close(self) -> None:
        """End the answer, then count and log it."""
        if self._ended:
            return
        self._ended = True
        try:
            if hasattr(self.chunks, "close"):
                self.chunks.close()
        finally:
            self._tell(time.perf_counter() - self._began)

    def _tell(self, seconds: float) -> None:
        environ = self._environ
        method, route = environ["REQUEST_METHOD"], environ.get(_ROUTE, "none")
        self._metrics.count(route, method, self.status, seconds, self._whole)
        if _log.isEnabledFor(logging.INFO):
            fields = {
                "method": method[:20],
                "path": _path(environ),
                "status": self.status,
                "bytes": self._size,
                "seconds": round(seconds, 6),
                "client": environ.get("REMOTE_ADDR", ""),
            }
            if not self._whole:
                fields["cut"] = True
            _log.info("request", extra={"fields": fields})
        query, slow = environ.get(_QUERY), slow_after()
        if query is not None and slow is not None and seconds >= slow:
            told = {"seconds": round(seconds, 6), "status": self.status, "query": query[:_LONGEST]}
            _slow_log.warning("slow query", extra={"fields": told})


def _path(environ: WSGIEnvironment) -> str:
    """The path without its query, which may hold what is nobody's business."""
    path: str = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    return path.encode("latin-1", "replace").decode("utf-8", "replace")[:_LONGEST]
