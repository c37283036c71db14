"""Records of papers from a SPARQL endpoint elsewhere, asked politely and never twice.

Questions go by SPARQLWrapper, many titles in one (https://www.w3.org/TR/sparql11-query/#inline-data),
over connections to addresses that were looked at first.
"""

from __future__ import annotations

import email.utils
import http.client
import json
import re
import sqlite3
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pyoxigraph as ox

from ..addresses import connect
from ..errors import LimitError, ServiceError, SourceError
from .publication import Publication, grouped

__all__ = ["VOCABULARIES", "Remote"]

VOCABULARIES: Final = ("dblp", "symposia")
"""The vocabularies in which an endpoint can be asked, a question of `queries/linking` each."""

_LARGEST: Final = 32 * 1024 * 1024
_WAITS: Final = (1.0, 4.0, 16.0)
"""Seconds before a question is asked again, unless the endpoint says how many."""
_LONGEST_WAIT: Final = 120.0
_KEPT: Final = 30 * 86_400
"""Seconds for which an answer is kept."""
_BUSY: Final = (429, 502, 503, 504)
_TOO_MUCH: Final = (504, 507)
"""What an endpoint answers to a question that takes it too long, or too much."""
_BLANK: Final = "VALUES ?asked { }"
_FOLDED: Final = "?asked IN ()"
"""Where titles in lower case go: an endpoint looks through all of its titles for these."""
_STRAIGHT: Final = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-", "—": "-", "\u00a0": " "}
)
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS answer (
  endpoint TEXT, vocabulary TEXT, asked TEXT, rows TEXT NOT NULL, told REAL NOT NULL,
  PRIMARY KEY (endpoint, vocabulary, asked)
)"""


@dataclass
class Remote:
    """A SPARQL endpoint that knows papers.

    :param address: of its query service, as the user gave it; nothing else is contacted, and
        redirections are not followed.
    :param cache: a file (SQLite) in which answers are kept for 30 days.
    :param vocabulary: `dblp` or `symposia`.
    :param private: whether it may be in a private network, or on this machine.
    :param batch: papers that are asked for at once.
    :param pause: seconds from one request to the next, at least.
    :param patience: seconds until the end of an answer.
    """

    address: str
    cache: Path
    vocabulary: str = "dblp"
    private: bool = False
    batch: int = 40
    pause: float = 1.0
    patience: float = 60.0
    requests: int = field(default=0, init=False)
    """Requests that were sent, those included that were put off."""
    _last: float = field(default=0.0, init=False, repr=False)
    _folds: bool = field(default=True, init=False, repr=False)
    """Whether it can look through all of its titles, as far as is known."""

    def __post_init__(self) -> None:
        parts = urlsplit(self.address)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise SourceError("this is no address of a SPARQL endpoint.", source=self.address)
        if self.vocabulary not in VOCABULARIES:
            raise SourceError(
                f"papers are asked for in {' or '.join(VOCABULARIES)}, not '{self.vocabulary}'.",
                source=self.address,
            )

    def publications(self, wanted: Iterable[Publication]) -> Iterator[Publication]:
        """What the endpoint tells of papers that have the title or the DOI of one that is wanted.

        What has been asked before is read from the cache; each answer is kept as soon as it is
        there, so that a run that was broken off goes on where it was.

        :raises SourceError: the address leads into a private network and may not.
        :raises ServiceError: the endpoint cannot be reached, refuses, or answers no SPARQL results.
        :raises LimitError: an answer is larger than is read.
        """
        keys = sorted({key for each in wanted for key in (each.title, each.doi) if key})
        try:
            self.cache.parent.mkdir(parents=True, exist_ok=True)
            rows = self._rows(keys)
        except (OSError, sqlite3.Error) as error:
            raise SourceError(
                f"answers cannot be kept there ({error}).",
                source=str(self.cache),
                hint="Delete the file, or name another.",
            ) from error
        yield from grouped(rows)

    def _rows(self, keys: Sequence[str]) -> list[dict[str, str]]:
        """What is told of titles and DOIs, by the cache or by the endpoint."""
        with closing(sqlite3.connect(self.cache)) as cache:
            cache.execute(_TABLE)
            known = self._known(cache)
            rows = [row for key in keys for row in known.get(key, ())]
            new = [key for key in keys if key not in known]
            for start in range(0, len(new), self.batch):
                some = new[start : start + self.batch]
                answered = self._answered(some)
                now = time.time()
                cache.executemany(
                    "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?)",
                    [
                        (self.address, self.vocabulary, key, json.dumps(answered[key]), now)
                        for key in some
                    ],
                )
                cache.commit()
                rows += [row for key in some for row in answered[key]]
        return rows

    def _known(self, cache: sqlite3.Connection) -> dict[str, list[dict[str, str]]]:
        found = cache.execute(
            "SELECT asked, rows FROM answer WHERE endpoint = ? AND vocabulary = ? AND told > ?",
            (self.address, self.vocabulary, time.time() - _KEPT),
        )
        return {asked: json.loads(rows) for asked, rows in found}

    def _answered(self, keys: Sequence[str]) -> dict[str, list[dict[str, str]]]:
        """The rows that an endpoint answers, by what was asked."""
        folder = files("symposia") / "queries" / "linking"
        text = (folder / f"remote_{self.vocabulary}.rq").read_text("utf-8")
        terms, folded = _by_term(keys, _terms), _by_term(keys, _lowered)
        text = text.replace(_BLANK, f"VALUES ?asked {{ {' '.join(terms)} }}")
        whole = text.replace(_FOLDED, f"?asked IN ({', '.join(folded)})")
        body = None
        if self._folds and whole != text:
            body = self._asked(whole, once=True)
            self._folds = body is not None
        if body is None:
            body = self._asked(text) or b""
        found: dict[str, list[dict[str, str]]] = defaultdict(list)
        try:
            for row in json.loads(body)["results"]["bindings"]:
                term = str(_term(row["asked"]))
                for key in {*terms.get(term, ()), *folded.get(term, ())}:
                    found[key].append({name: row[name]["value"] for name in row})
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise self._failed("what it answers are no SPARQL results in JSON") from error
        return found

    def _asked(self, query: str, *, once: bool = False) -> bytes | None:
        """The answer to a query, asked again where the endpoint is busy.

        :param once: whether a query that is too much is not asked again; then it has no answer.
        """
        for wait in (*_WAITS, None):
            time.sleep(max(0.0, self._last + self.pause - time.monotonic()))
            self._last = time.monotonic()
            self.requests += 1
            try:
                return self._sent(query)
            except urllib.error.HTTPError as error:
                with closing(error):
                    if once and error.code in _TOO_MUCH:
                        return None
                    asked = _retry_after(error.headers.get("Retry-After", ""))
                    what = f"it answers {error.code} {error.reason}"
                    if error.code not in _BUSY or wait is None:
                        raise self._failed(what) from error
                    if asked is not None and asked > _LONGEST_WAIT:
                        raise self._failed(f"{what}, and asks to wait {asked:.0f} s") from error
                    time.sleep(wait if asked is None else asked)
            except (OSError, http.client.HTTPException) as error:
                reason = getattr(error, "reason", error)
                if "not public" in str(reason):
                    raise SourceError(
                        f"it is not asked ({reason}).",
                        source=self.address,
                        hint="A private address is asked only with --allow-private.",
                    ) from error
                if once and isinstance(reason, TimeoutError):
                    return None
                if wait is None:
                    raise self._failed(f"{reason}") from error
                time.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def _sent(self, query: str) -> bytes:
        from SPARQLWrapper import JSON, POST, SPARQLWrapper  # it is slow to load

        remote = self

        class Wrapper(SPARQLWrapper):
            """Sends by connections that were looked at, and without proxies or redirections."""

            def _query(self) -> tuple[Any, str]:
                return remote._opener().open(self._createRequest(), timeout=remote.patience), JSON

        end = time.monotonic() + self.patience
        wrapper = Wrapper(self.address, agent="Symposia (https://w3id.org/symposia/)")
        wrapper.setQuery(query)
        wrapper.setMethod(POST)
        wrapper.setReturnFormat(JSON)
        body = bytearray()
        with closing(wrapper.query().response) as response:
            while block := response.read1(65_536):
                body += block
                if len(body) > _LARGEST:
                    raise LimitError(
                        f"The answer of {self.address} has more than {_LARGEST:,} bytes.",
                        hint="Ask for fewer papers at once.",
                    )
                if time.monotonic() > end:
                    raise TimeoutError("it takes too long")
        return bytes(body)

    def _opener(self) -> urllib.request.OpenerDirector:
        parts, private = urlsplit(self.address), self.private

        def connected(_: str, timeout: float, **__: Any) -> http.client.HTTPConnection:
            return connect(parts, timeout, private=private)

        class Handler(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
            """Opens what is at the address, by a connection that was looked at."""

            def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
                return self.do_open(connected, req)  # type: ignore[arg-type]

            def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
                return self.do_open(connected, req)  # type: ignore[arg-type]

        opener = urllib.request.OpenerDirector()
        for handler in (
            Handler(),
            urllib.request.HTTPErrorProcessor(),
            urllib.request.HTTPDefaultErrorHandler(),
        ):
            opener.add_handler(handler)
        return opener

    def _failed(self, reason: str) -> ServiceError:
        return ServiceError(f"The endpoint {self.address} cannot be asked: {reason}.")


def _by_term(
    keys: Sequence[str], spelt: Callable[[str], Iterable[ox.Literal | ox.NamedNode]]
) -> dict[str, list[str]]:
    """The keys by the terms that each may be."""
    found: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        for term in dict.fromkeys(spelt(key)):
            found[str(term)].append(key)
    return found


def _terms(key: str) -> Iterator[ox.Literal | ox.NamedNode]:
    """The terms that a title or a DOI may be."""
    if _is_doi(key):
        for text in {key, key.upper()}:
            yield ox.Literal(text)
            try:
                yield ox.NamedNode(f"https://doi.org/{text}")
            except ValueError:
                continue
        return
    for text in _spellings(key):
        yield ox.Literal(text)
        yield ox.Literal(text, language="en")


def _lowered(key: str) -> Iterator[ox.Literal]:
    """What a title may be in lower case."""
    if not _is_doi(key):
        yield from (ox.Literal(text.lower()) for text in _spellings(key))


def _spellings(title: str) -> Iterator[str]:
    """A title with its own and with plain quotes and hyphens; dblp ends it with a full stop."""
    for text in (title, title.translate(_STRAIGHT)):
        yield text
        if text[-1] not in "?!":
            yield f"{text}."


def _is_doi(key: str) -> bool:
    return re.match(r"10\.[\d.]+/", key) is not None


def _term(told: dict[str, str]) -> ox.Literal | ox.NamedNode:
    if told["type"] == "uri":
        return ox.NamedNode(told["value"])
    return ox.Literal(told["value"], language=told.get("xml:lang"))


def _retry_after(value: str) -> float | None:
    """Seconds that an endpoint asks to wait (https://www.rfc-editor.org/rfc/rfc9110#field.retry-after)."""
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError):
        return None
