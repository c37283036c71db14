"""HTTP caching in front of the application: entity tags, 304, and complete answers from memory.

The tag of an answer follows from the version of the dataset and from the request, so a client that
has the answer is told so without any work, and no answer outlives its dataset.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from flask import Flask, Response, request
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.wsgi import ClosingIterator

from ..graph.errors import SymposiaError
from ..graph.volatile import is_volatile
from .cache import Cache, Kept, head_of
from .compression import accepted_coding, compressed, worthwhile
from .observed import QUERY
from .reads import Read, Target
from .sharing import SHARED

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from .serving import Serving

__all__ = ["LAND", "READ", "SERVED", "Caching", "Ready", "register"]

READ: Final = "symposia.read"
SERVED: Final = "symposia.served"
"""Keys of the environment of a request: the `Read` that it is, and the `Served` that it reads."""
LAND: Final = "symposia.land"
"""Key of the environment of a request: called when its answer will not be kept."""

_PURE: Final = frozenset(
    (
        "sparql",
        "aspects",
        "editing",
        "graph_store",
        "api",
        "lists",
        "networks",
        "pages",
        "tallies",
        "search",
        "sitemap",
        "wellknown",
        "openapi",
    )
)
"""Blueprints whose answers to a read follow from the dataset and the request alone."""
_VARY: Final = "Accept, Accept-Encoding"
_VARIED: Final = frozenset(("", "accept", "accept-encoding"))
_STATUS: Final = {200: "200 OK", 304: "304 Not Modified"}
_VALIDATION: Final = (
    ("Cache-Control", "no-cache"),
    ("Vary", _VARY),
    *SHARED,
)
_OF_ONE_REQUEST: Final = ("connection", "content-length", "date", "server", "x-request-id")
_IN_MEMORY: Final = 1024 * 1024


Fields = list[tuple[str, str]]


class Ready(NamedTuple):
    """An answer that needs no work."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    head: bytes
    """The headers as HTTP has them."""


class Caching:
    """Puts a cache in front of an application.

    :param app: the application; what it answers with the tag that `register` sets is kept.
    :param serving: says what is served.
    :param size: bytes of the cache; 0 keeps nothing, and tags work all the same.
    """

    def __init__(self, app: WSGIApplication, serving: Serving, size: int) -> None:
        self.cache = Cache(size)
        self.misses = 0
        """Answers that could be kept, and were not there."""
        self._app = app
        self._serving = serving

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (https://peps.python.org/pep-3333/)."""
        read = environ.get(READ) or self._read(environ)
        if read is None:
            return self._unkept(environ, start_response)
        ready = self.ready(read) or self._recoded(read)
        if ready is not None:
            start_response(_STATUS[ready.status], [*ready.headers])
            return [ready.body]
        environ[READ] = read
        return self._answer(read, environ, start_response)

    def ready(self, read: Read) -> Ready | None:
        """The answer to a read, if there is one that needs no work."""
        tag = read.match()
        if tag is None:
            kept = self.cache.get(read.version, read.tag + read.coding, read.tag)
            if kept is None or (kept.coding != read.coding and not kept.final):
                return None
            if not read.matches_any:
                return Ready(200, kept.headers, b"" if read.head else kept.body, kept.head)
            tag = read.tag_in(kept.coding)
        headers = (("ETag", tag), *_VALIDATION)
        return Ready(304, headers, b"", head_of(headers))

    def _read(self, environ: WSGIEnvironment) -> Read | None:
        try:
            served = self._serving.now()
        except SymposiaError:
            return None  # the application says what is wrong
        environ[SERVED] = served
        target = Target(
            environ["wsgi.url_scheme"],
            environ.get("HTTP_HOST") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}",
            environ.get("SCRIPT_NAME", ""),
            environ.get("PATH_INFO", ""),
            environ.get("QUERY_STRING", ""),
        )
        return Read.of(
            served,
            environ["REQUEST_METHOD"],
            target,
            lambda name: environ.get("HTTP_" + name.upper().replace("-", "_"), ""),
        )

    def _recoded(self, read: Read) -> Ready | None:
        """An answer that is kept, but without the content coding that is wanted."""
        kept = self.cache.get(read.version, read.tag) if read.coding else None
        if kept is None:
            return None
        headers = _replaced(
            kept.headers, ("Content-Encoding", read.coding), ("ETag", read.tag_in(read.coding))
        )
        self._keep(read, read.coding, headers, b"".join(compressed([kept.body], read.coding)))
        return self.ready(read)

    def _unkept(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Have the application answer what is never kept, such as a query by POST."""
        status, headers, parts = _run(self._app, environ)
        named = {name.lower(): value for name, value in headers}
        coding = accepted_coding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        length = int(named["content-length"]) if "content-length" in named else None
        wanted = environ["REQUEST_METHOD"] != "HEAD" and coding
        if wanted and _may_code(status, named, length, tagged=False):
            headers = _replaced(headers, ("Content-Encoding", coding), ("Content-Length", None))
            parts = ClosingIterator(compressed(parts, coding), partial(_close, parts))
        start_response(status, headers)
        return parts

    def _answer(
        self, read: Read, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Have the application answer; keep the answer if it may be kept."""
        status, headers, parts = _run(self._app, environ)
        named = {name.lower(): value for name, value in headers}
        tagged = named.get("etag") == read.tag_in("")
        self.misses += tagged
        if tagged and read.matches_any:
            _close(parts)
            start_response(_STATUS[304], [("ETag", read.tag_in("")), *_VALIDATION])
            return []
        land = environ.get(LAND, _nothing)
        if not tagged:
            land()
        length = int(named["content-length"]) if "content-length" in named else None
        coding = read.coding if _may_code(status, named, length, tagged=tagged) else ""
        if coding:
            headers = _replaced(headers, ("Content-Encoding", coding), ("Content-Length", None))
            if tagged:
                headers = _replaced(headers, ("ETag", read.tag_in(coding)))
        if read.head:
            start_response(status, headers)
            return parts
        coded = compressed(parts, coding) if coding else iter(parts)
        if length is not None and length <= _IN_MEMORY:
            body = b"".join(coded)
            _close(parts)
            if tagged:
                self._keep(read, coding, headers, body)
            start_response(status, _replaced(headers, ("Content-Length", str(len(body)))))
            return [body]
        if tagged:
            coded = self._keeping(read, coding, headers, coded, land)
        start_response(status, headers)
        return ClosingIterator(coded, lambda: _close(parts))

    def _keeping(
        self,
        read: Read,
        coding: str,
        headers: Fields,
        parts: Iterable[bytes],
        land: Callable[[], None],
    ) -> Iterator[bytes]:
        """Pass an answer on, and keep it once it is complete."""
        held: list[bytes] = []
        size = 0
        for part in parts:
            size += len(part)
            if size <= self.cache.largest:
                held.append(part)
            else:
                held.clear()
                land()
            yield part
        if size <= self.cache.largest:
            self._keep(read, coding, headers, b"".join(held))

    def _keep(self, read: Read, coding: str, headers: Fields, body: bytes) -> None:
        fields = [field for field in headers if field[0].lower() not in _OF_ONE_REQUEST]
        fields.append(("Content-Length", str(len(body))))
        kind = next((value for name, value in fields if name.lower() == "content-type"), "")
        final = bool(coding) or not worthwhile(kind, len(body))
        answer = Kept(tuple(fields), body, coding, final, head_of(fields))
        self.cache.put(read.version, read.tag + coding, answer)


def _run(app: WSGIApplication, environ: WSGIEnvironment) -> tuple[str, Fields, Iterable[bytes]]:
    head: list[tuple[str, Fields]] = []

    def start(status: str, headers: list[tuple[str, str]], _: Any = None, /) -> Callable[..., Any]:
        head[:] = [(status, headers)]
        return lambda _: None

    parts = app(environ, start)  # Flask starts its answer before it returns
    return *head[0], parts


def _replaced(headers: Iterable[tuple[str, str]], *new: tuple[str, str | None]) -> Fields:
    """Headers with others in the place of those of their names; None is none."""
    names = [name.lower() for name, _ in new]
    kept = [field for field in headers if field[0].lower() not in names]
    return [*kept, *((name, value) for name, value in new if value is not None)]


def _nothing() -> None:
    """Nobody waits."""


def _close(parts: Iterable[bytes]) -> None:
    close = getattr(parts, "close", None)
    if close is not None:
        close()


def _may_code(status: str, headers: Mapping[str, str], length: int | None, *, tagged: bool) -> bool:
    """Whether an answer may be sent in a content coding."""
    if not status.startswith("200") or "content-encoding" in headers:
        return False
    if "etag" in headers and not tagged:  # it stands for other bytes
        return False
    return worthwhile(headers.get("content-type", ""), length)


def register(app: Flask, serving: Serving, size: int) -> Caching:
    """Put a cache in front of a Flask application.

    :param size: bytes of the cache.
    """
    app.before_request(_refuse_coded)
    app.after_request(_mark)
    caching = Caching(app.wsgi_app, serving, size)
    app.wsgi_app = caching  # type: ignore[method-assign]
    return caching


def _refuse_coded() -> None:
    """Take no compressed bodies: a small one could become any number of bytes."""
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise UnsupportedMediaType("Bodies are read as they are; send it without Content-Encoding.")


def _mark(response: Response) -> Response:
    """Give an answer its entity tag if it follows from the dataset and the request alone."""
    read: Read | None = request.environ.get(READ)
    headers = response.headers
    varied = {*headers.get("Vary", "").lower().replace(" ", "").split(",")}
    pure = request.blueprint in _PURE and not is_volatile(request.environ.get(QUERY, ""))
    if read and pure and response.status_code == 200 and varied <= _VARIED:
        headers["ETag"] = read.tag_in("")
        headers["Cache-Control"] = "no-cache"
        headers["Vary"] = _VARY
    elif "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    return response
