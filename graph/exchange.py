"""Requests to a SPARQL server: limits, retries and errors."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final
from urllib.parse import urljoin, urlsplit

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    NewConnectionError,
    ProtocolError,
    TimeoutError,  # noqa: A004  the library's own
)

from .digest import answer
from .endpoint import Endpoint, secrets_of
from .errors import LimitError, QueryError, QueryTimeoutError, StoreError, UnreachableError

__all__ = ["Exchange", "Reply", "SortLimitError"]

_CONNECT: Final = 5.0
_PAUSES: Final = (0.1, 0.4)
"""Seconds before the second and the third try to connect."""
_REDIRECTS: Final = 3
_PIECE: Final = 65_536
_SAID: Final = 300
_DOWN: Final = "Nothing need be restarted here: it is asked anew with each request."
_TAG: Final = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Reply:
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def framed(self) -> bool:
        """Whether it says where its body ends, so that what is cut off cannot look whole."""
        coding = self.headers.get("Transfer-Encoding", "").lower()
        return "Content-Length" in self.headers or "chunked" in coding

    @property
    def media_type(self) -> str:
        """The media type of the body, without parameters, in lower case."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()


class SortLimitError(LimitError):
    """Virtuoso does not sort as many rows beside a LIMIT."""


class Exchange:
    """Sends requests to one SPARQL server; any number of threads may use it.

    :param endpoint: the server.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._challenges = False

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        *,
        repeatable: bool = True,
    ) -> Reply:
        """Send a request and read the whole answer.

        Where the connection is refused it is tried three times. Redirects are followed on the
        same host only.

        :param repeatable: whether a request that may have been received can be sent again, where
            the server hangs up before it answers.
        :raises UnreachableError: the server cannot be reached, or is not ready.
        :raises StoreError: it does not do what is asked.
        :raises QueryError: it refuses the query.
        :raises QueryTimeoutError: it takes longer than is allowed.
        :raises LimitError: its answer is larger than is allowed.
        """
        deadline = time.monotonic() + self.endpoint.timeout
        for _ in range(_REDIRECTS + 1):
            reply = self._attempts(method, url, headers, body, deadline, repeatable)
            if reply.status not in (301, 302, 303, 307, 308):
                return self._checked(reply, url)
            url = self._redirected(url, reply)
        raise StoreError(f"The store at {self.endpoint.origin} sends from one address to another.")

    def _attempts(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        deadline: float,
        repeatable: bool,
    ) -> Reply:
        for pause in (*_PAUSES, None):
            try:
                return self._attempt(method, url, headers, body, deadline)
            except NewConnectionError as error:
                if pause is None or time.monotonic() + pause > deadline:
                    raise self._unreachable(error) from error
            except ConnectTimeoutError as error:
                raise self._unreachable(error) from error
            except TimeoutError as error:
                raise self._timed_out() from error
            except ProtocolError as error:  # it hung up before it answered
                if not repeatable or pause is None or time.monotonic() + pause > deadline:
                    raise self._unreachable(error) from error
            except HTTPError as error:
                raise self._unreachable(error) from error
            time.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _attempt(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        deadline: float,
    ) -> Reply:
        sent = {"User-Agent": "symposia", "Accept-Encoding": "gzip", **headers}
        authorization = self.endpoint.authorization
        if authorization and not self._challenges:
            reply = self._exchange(
                method, url, {**sent, "Authorization": authorization}, body, deadline
            )
            if reply.status != 401 or not authorization.startswith("Basic "):
                return reply
        reply = self._exchange(method, url, sent, body, deadline)
        challenge = reply.headers.get("WWW-Authenticate", "") if reply.status == 401 else ""
        answered = answer(challenge, authorization, method, url)
        if answered is None:
            return reply
        self._challenges = True  # so the password need not be tried in the open again
        return self._exchange(method, url, {**sent, "Authorization": answered}, body, deadline)

    def _exchange(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        deadline: float,
    ) -> Reply:
        remaining = max(deadline - time.monotonic(), 0.001)
        response = _pool(self.endpoint.ca).request(
            method,
            url,
            body=body,
            headers=headers,
            timeout=urllib3.Timeout(connect=min(_CONNECT, remaining), read=remaining),
            retries=False,
            redirect=False,
            preload_content=False,
        )
        try:
            data = self._read(response, deadline)
        except (ProtocolError, DecodeError) as error:
            response.close()
            raise StoreError(
                f"The store at {self.endpoint.origin} broke off in the middle of an answer."
            ) from error
        except BaseException:
            response.close()
            raise
        response.release_conn()
        return Reply(response.status, response.headers, data)

    def _read(self, response: urllib3.BaseHTTPResponse, deadline: float) -> bytes:
        data = bytearray()
        while piece := response.read1(_PIECE):  # what has come, so that the deadline is looked at
            data += piece
            if len(data) > self.endpoint.size:
                raise LimitError(
                    f"The answer of the store has more than {self.endpoint.size:,} bytes.",
                    hint="Ask for less at a time, by LIMIT and OFFSET.",
                )
            if time.monotonic() > deadline:
                raise self._timed_out()
        return bytes(data)

    def _redirected(self, url: str, reply: Reply) -> str:
        target = urljoin(url, reply.headers.get("Location", ""))
        here, there = urlsplit(url), urlsplit(target)
        if (here.scheme, here.netloc) != (there.scheme, there.netloc):
            raise StoreError(
                f"The store at {self.endpoint.origin} sends to another host,"
                f" {there.scheme}://{there.netloc}, which is not followed.",
                hint="Give that address, if it is meant.",
            )
        return target

    def _checked(self, reply: Reply, url: str) -> Reply:
        if reply.status < 300:
            return reply
        origin, said = self.endpoint.origin, self._said(reply)
        if reply.status in (401, 403):
            raise StoreError(
                f"The store at {origin} refuses access ({reply.status}).",
                hint="Give credentials in a file or in SYMPOSIA_STORE_CREDENTIALS.",
            )
        if reply.status in (400, 422):
            raise QueryError(f"The query cannot be run: {said}.")
        if "Sorted TOP clause" in said:  # of Virtuoso
            raise SortLimitError(
                f"The query cannot be run: {said}.",
                hint="Sort less, or raise MaxSortedTopRows in virtuoso.ini.",
            )
        if reply.status in (408, 504) or "timed out" in said.lower() or "timeout" in said.lower():
            raise QueryTimeoutError(f"The store at {origin} stopped the query: {said}.")
        if reply.status in (404, 405, 406, 415):
            path = urlsplit(url).path
            raise StoreError(f"The store at {origin} has no such service at {path}: {said}.")
        if reply.status in (502, 503):
            raise UnreachableError(
                f"The store at {origin} is not ready ({reply.status}): {said}.", hint=_DOWN
            )
        raise StoreError(f"The store at {origin} failed ({reply.status}): {said}.")

    def _unreachable(self, error: Exception) -> StoreError:
        text = str(error).lower()
        reasons = ("refused", "resolve", "timed out", "reset", "certificate", "closed", "aborted")
        known = {
            "refused": "the connection is refused",
            "resolve": "its host is not known",
            "timed out": f"it does not answer within {_CONNECT:g} seconds",
            "certificate": "its certificate is not valid",
        }
        reason = next((known.get(r, "it hung up") for r in reasons if r in text), "it hung up")
        return UnreachableError(
            f"The store at {self.endpoint.origin} cannot be reached: {reason}.", hint=_DOWN
        )

    def _said(self, reply: Reply) -> str:
        """The first line of what a server says is wrong, without credentials that it repeats."""
        text = _TAG.sub(" ", reply.body[:20_000].decode("utf-8", "replace"))
        lines = [" ".join(line.split()) for line in text.splitlines()]
        first = next((line for line in lines if line), f"status {reply.status}")
        for secret in secrets_of(self.endpoint.authorization):
            first = first.replace(secret, "…")
        shown = "".join(c if c.isprintable() else " " for c in first)
        return (shown if len(shown) <= _SAID else f"{shown[:_SAID]}…").rstrip(".")

    def _timed_out(self) -> QueryTimeoutError:
        return QueryTimeoutError(
            f"The store did not answer within {self.endpoint.timeout:g} seconds.",
            hint="Ask for less, or for fewer combinations.",
        )


@cache
def _pool(ca: str) -> urllib3.PoolManager:
    """The connections of this process to servers whose certificates an authority has signed.

    :param ca: path of the authority's certificate, PEM; empty for those that the system trusts.
    """
    return urllib3.PoolManager(num_pools=8, maxsize=32, ca_certs=ca or None)
