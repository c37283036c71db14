"""Around every request, from its first to its last byte: its id, its log line, its count."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, request

from ..graph.errors import SymposiaError
from .logs import REQUEST, request_id, slow_after
from .metrics import FROM_MEMORY, Metrics

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["QUERY", "Observed", "note_query", "observe"]

_ID: Final = "symposia.request_id"
_ROUTE: Final = "symposia.route"
QUERY: Final = "symposia.query"
"""Key of the environment of a request: the text of its query."""
_LONGEST: Final = 2000
"""Characters of a path or a query that are logged."""
_log = logging.getLogger("symposia.requests")
_slow_log = logging.getLogger("symposia.queries")


def observe(app: Flask, metrics: Metrics) -> None:
    """Watch the requests of an application."""
    app.before_request(_note_route)
    observed = Observed(app.wsgi_app, metrics)
    app.wsgi_app = observed  # type: ignore[method-assign]
    app.extensions["symposia.observed"] = observed


def note_query(text: str) -> None:
    """Keep the text of this request's query, for the log of slow ones."""
    request.environ[QUERY] = text


def _note_route() -> None:
    """Keep the pattern of the address; an answer from memory has none, as no route was sought."""
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

    def ready(
        self,
        *,
        method: str,
        path: str,
        given: str | None,
        client: str,
        status: int,
        size: int,
        began: float,
    ) -> str:
        """Count and log an answer from memory, which does not pass through here; returns its id.

        :param given: the id that the request brought.
        :param began: when it came, by `time.perf_counter`.
        """
        ident = request_id(given)
        REQUEST.set(ident)
        seconds = time.perf_counter() - began
        self._metrics.count(FROM_MEMORY, method, status, seconds, whole=True)
        if _log.isEnabledFor(logging.INFO):
            _log_request(method, path, status, size, seconds, client, whole=True)
        return ident


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
        except SymposiaError as error:  # a limit, or the client has left
            _log.warning("answer cut off", extra={"fields": {"reason": str(error)}})
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
        method, route = environ["REQUEST_METHOD"], environ.get(_ROUTE, FROM_MEMORY)
        self._metrics.count(route, method, self.status, seconds, self._whole)
        if _log.isEnabledFor(logging.INFO):
            client = environ.get("REMOTE_ADDR", "")
            path = _path(environ)
            _log_request(method, path, self.status, self._size, seconds, client, self._whole)
        query, slow = environ.get(QUERY), slow_after()
        if query is not None and slow is not None and seconds >= slow:
            told = {"seconds": round(seconds, 6), "status": self.status, "query": query[:_LONGEST]}
            _slow_log.warning("slow query", extra={"fields": told})


def _log_request(
    method: str, path: str, status: int, size: int, seconds: float, client: str, whole: bool
) -> None:
    fields: dict[str, object] = {
        "method": method[:20],
        "path": path,
        "status": status,
        "bytes": size,
        "seconds": round(seconds, 6),
        "client": client,
    }
    if not whole:
        fields["cut"] = True
    _log.info("request", extra={"fields": fields})


def _path(environ: WSGIEnvironment) -> str:
    """The path without its query, which may hold what is nobody's business."""
    path: str = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    return path.encode("latin-1", "replace").decode("utf-8", "replace")[:_LONGEST]
