"""Requests that are answered anew where the dataset that they began with is gone meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import IO, TYPE_CHECKING, Any, Final

from flask import Flask

from .caching import READ, SERVED

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["REPLACED", "register"]

REPLACED: Final = "symposia.replaced"
"""Key of the environment of a request: whether what it was to be answered from is gone."""
_TIMES: Final = 2
"""How often a request is answered anew; it takes as many publishes, each while it waits."""


class Renewal:
    """A WSGI application around another, which it has answer a request from the start again.

    So an answer, its entity tag and its cache entry are of one generation: the one that is current
    when the request begins anew. Its deadline stays.
    """

    def __init__(self, inner: WSGIApplication) -> None:
        self._inner = inner

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (https://peps.python.org/pep-3333/)."""
        body: IO[bytes] = environ["wsgi.input"]
        for _ in range(_TIMES):
            head: list[Any] = []
            parts = self._inner(environ, _kept(head))
            if not environ.pop(REPLACED, False):
                start_response(*head)
                return parts
            close = getattr(parts, "close", None)
            if close is not None:
                close()
            for key in (READ, SERVED):
                environ.pop(key, None)
            body.seek(0)
        return self._inner(environ, start_response)


def _kept(head: list[Any]) -> StartResponse:
    """Keeps the head of an answer, which may not be sent."""

    def start(*given: Any) -> Callable[[bytes], object]:
        head[:] = given
        return lambda _: None

    return start


def register(app: Flask) -> None:
    """Put it around an application, whose bodies of requests can be read again."""
    app.wsgi_app = Renewal(app.wsgi_app)  # type: ignore[method-assign]
