"""Federated queries (https://www.w3.org/TR/sparql11-federated-query/) to listed endpoints alone.

The engine would follow redirects, wait for ever, read any amount and ask any address that a name
leads to. So it is given the address of a relay in this process in the place of each listed
endpoint; the relay asks that endpoint and nothing else, within limits.
"""

from __future__ import annotations

import http.client
import secrets
import socket
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from hmac import compare_digest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, NamedTuple
from urllib.parse import SplitResult, urlsplit

import pyoxigraph as ox

from ..graph.addresses import connect
from ..graph.errors import QueryError, SymposiaError
from ..graph.explanations import excerpt
from ..graph.network import refuse_service

__all__ = ["Federation", "FederationError", "Rewritten"]

_TIME: Final = 20.0
_SIZE: Final = 16 * 1024 * 1024
_LONGEST: Final = 2 * 1024 * 1024
_RESULTS: Final = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
}


class FederationError(SymposiaError):
    """An endpoint cannot be listed."""

    exit_status = 2
    title = "Endpoint cannot be used"


class Rewritten(NamedTuple):
    """A query whose endpoints are those of the relay.

    :param original: the query as it was.
    :param places: where an endpoint stands in it, the endpoint, and the relay's address for it.
    """

    text: str
    original: str
    places: tuple[tuple[int, str, str], ...] = ()

    @property
    def services(self) -> tuple[str, ...]:
        """The addresses of the relay in it."""
        return tuple(relay for _, _, relay in self.places)

    def restore(self, error: QueryError) -> None:
        """Let an error speak of the query as it was before it was rewritten."""
        if not self.places:
            return
        for _, endpoint, relay in self.places:
            error.message = error.message.replace(relay, endpoint)
            error.hint = error.hint.replace(relay, endpoint)
        if error.line is None or error.column is None:
            return
        begins = sum(len(line) + 1 for line in self.original.split("\n")[: error.line - 1])
        column = error.column
        for start, endpoint, relay in self.places:
            if begins <= start < begins + column - 1:
                column += len(endpoint) - len(relay)
        error.message = error.message.replace(f"column {error.column}", f"column {column}")
        error.column = column
        error.excerpt = excerpt(self.original, begins + column - 1)


class Federation:
    """The endpoints that queries may ask by SERVICE, and the relay that asks them.

    :param endpoints: their addresses, as queries name them.
    :param patience: seconds that an endpoint has for an answer.
    :param size: bytes that an answer may have.
    :raises FederationError: one of them is no address of an endpoint.
    """

    def __init__(
        self, endpoints: Sequence[str], patience: float = _TIME, size: int = _SIZE
    ) -> None:
        self._endpoints = {endpoint: _checked(endpoint) for endpoint in endpoints}
        self._patience = patience
        self._limit = size
        self._relay = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._relay.daemon_threads = True
        # Other users of this machine could ask the relay too, were its address known.
        prefix = f"http://127.0.0.1:{self._relay.server_address[1]}/{secrets.token_urlsafe(12)}"
        self._addresses = {each: f"{prefix}/{n}" for n, each in enumerate(self._endpoints)}
        threading.Thread(target=self._relay.serve_forever, daemon=True).start()

    def rewrite(self, query: str) -> Rewritten:
        """The query with the relay's addresses in the place of listed endpoints.

        :raises QueryError: it asks an endpoint that is not listed.
        """
        text, done = "", 0
        places: list[tuple[int, str, str]] = []
        for token in refuse_service(query, self._endpoints):
            endpoint = token.text[1:-1]
            relay = self._addresses[endpoint]
            places.append((token.start, endpoint, relay))
            text += f"{query[done : token.start]}<{relay}>"
            done = token.start + len(token.text)
        return Rewritten(text + query[done:], query, tuple(places))

    def close(self) -> None:
        """Stop the relay."""
        self._relay.shutdown()
        self._relay.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        federation = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                federation._answer(self)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                """Nothing: addresses of the relay are not written down."""

        return Handler

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        """Ask the endpoint that the address of a request stands for."""
        own = f"http://127.0.0.1:{self._relay.server_address[1]}{request.path}"
        known = self._addresses.items()
        endpoint = next((e for e, a in known if compare_digest(a.encode(), own.encode())), None)
        length = int(request.headers.get("Content-Length") or 0)
        if endpoint is None or length > _LONGEST:
            _send(request, 404 if endpoint is None else 413, "text/plain", b"")
            return
        query = request.rfile.read(length)
        for other, address in self._addresses.items():  # of SERVICE within SERVICE
            query = query.replace(address.encode(), other.encode())
        try:
            media_type, body = self._ask(self._endpoints[endpoint], query)
        except (OSError, http.client.HTTPException, ValueError) as error:
            _send(request, 502, "text/plain", f"{endpoint}: {error}".encode())
            return
        _send(request, 200, media_type, body)

    def _ask(self, endpoint: SplitResult, query: bytes) -> tuple[str, bytes]:
        """The answer of an endpoint, which has to be whole, in time and not too large.

        :raises OSError: it is not.
        """
        end = time.monotonic() + self._patience
        connection = connect(endpoint, self._patience)
        stream = connection.sock
        late = threading.Event()

        def cut_off() -> None:
            late.set()
            with suppress(OSError):  # it may have ended by itself
                stream.shutdown(socket.SHUT_RDWR)

        # A time-out of a socket begins anew with each byte.
        timer = threading.Timer(max(end - time.monotonic(), 0.0), cut_off)
        timer.daemon = True
        timer.start()
        try:
            answer = self._exchange(connection, endpoint, query)
        except (OSError, http.client.HTTPException):
            if not late.is_set():
                raise
        finally:
            timer.cancel()
            connection.close()
        if late.is_set():
            raise OSError(f"the answer takes more than {self._patience:g} s")
        return answer

    def _exchange(
        self, connection: http.client.HTTPConnection, endpoint: SplitResult, query: bytes
    ) -> tuple[str, bytes]:
        """Send a query and read the answer, which is not led elsewhere by it."""
        path = (endpoint.path or "/") + (f"?{endpoint.query}" if endpoint.query else "")
        headers = {
            "Host": endpoint.netloc,
            "Accept": ", ".join(_RESULTS),
            "Accept-Encoding": "identity",
            "Content-Type": "application/sparql-query",
            "User-Agent": "Symposia",
        }
        connection.request("POST", path, query, headers)
        answer = connection.getresponse()
        media_type = answer.headers.get_content_type()
        if answer.status != 200 or media_type not in _RESULTS:
            raise OSError(f"the endpoint answered {answer.status} {media_type}")
        body = answer.read(self._limit + 1)
        if len(body) > self._limit:
            raise OSError(f"the answer has more than {self._limit:,} bytes")
        if answer.length:
            raise OSError("the answer ends before its end")
        _refuse_broken(media_type, body)
        return media_type, body


def _refuse_broken(media_type: str, body: bytes) -> None:
    """Read an answer to its end, as the engine would find a fault only when it is half given.

    :raises OSError: it is broken.
    """
    try:
        found = ox.parse_query_results(body, format=_RESULTS[media_type])
        if isinstance(found, ox.QuerySolutions):
            for _ in found:
                pass
    except (SyntaxError, ValueError, RuntimeError) as error:
        raise OSError(f"the answer is broken ({error})") from error


def _send(request: BaseHTTPRequestHandler, status: int, media_type: str, body: bytes) -> None:
    request.send_response(status)
    request.send_header("Content-Type", media_type)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    with suppress(ConnectionError):  # who asked may have been stopped
        request.wfile.write(body)


def _checked(endpoint: str) -> SplitResult:
    parts = urlsplit(endpoint)
    try:
        right = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        right = False
    if (
        not right
        or parts.username is not None
        or parts.fragment
        or any(c in endpoint for c in ' <>"')
    ):
        raise FederationError(
            f"'{endpoint}' is no address of a SPARQL endpoint.",
            hint="Write it as queries do: https://example.org/sparql",
        )
    return parts
