"""A crawl of the IRIs of a dataset over HTTP: what answers, in which formats, and what is wrong."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException, HTTPResponse
from threading import local
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox
from symposia.server.documents import DOCUMENTS
from symposia.server.terms import path_of, resource_path

from .jelly import read_jelly

__all__ = ["FORMATS", "Crawler", "Reply"]

FORMATS = tuple(form.suffix for form in DOCUMENTS)
"""The suffixes of the documents that everything has."""
_MEDIA_TYPES = {form.suffix: form.media_type for form in DOCUMENTS}
_SYNTAXES = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
    "nq": ox.RdfFormat.N_QUADS,
}
_EVERY = """
SELECT DISTINCT ?iri WHERE {
  { ?iri ?p ?o } UNION { ?s ?iri ?o } UNION { ?s ?p ?iri } UNION { GRAPH ?iri { ?s ?p ?o } }
  UNION { GRAPH ?g { ?iri ?p ?o } } UNION { GRAPH ?g { ?s ?iri ?o } }
  UNION { GRAPH ?g { ?s ?p ?iri } }
  FILTER (isIRI(?iri))
}
"""
"""Every IRI in any position of any graph."""
_MOST_REDIRECTIONS = 4
_SECONDS = 60
_MOST_WAITS = 4
_LONGEST_WAIT = 10
"""Seconds that a crawler waits at most where a server asks it to come again."""


class Reply(NamedTuple):
    """What an address answers in the end."""

    status: int
    media_type: str
    body: bytes
    path: str


class Crawler:
    """Asks a server for IRIs.

    :param address: of the server, without a slash at the end.
    :param base: the IRI under which its things live.
    """

    def __init__(self, address: str, base: str) -> None:
        self._host = urlsplit(address).netloc
        self._root = urlsplit(address).path
        self._base = base
        self._own = local()
        self._lines: list[HTTPConnection] = []

    def close(self) -> None:
        """Close the connections."""
        for line in self._lines:
            line.close()

    def iris(self) -> list[str]:
        """Every IRI that the dataset speaks of, in order."""
        query = urlencode({"query": _EVERY, "format": "json"})
        reply = self.get(f"{self._root}/sparql?{query}")
        assert reply.status == 200, reply.body[:500]
        rows = json.loads(reply.body)["results"]["bindings"]
        return sorted(row["iri"]["value"] for row in rows)

    def address(self, iri: str) -> str:
        """Where an IRI is found on the server."""
        path = path_of(iri, self._base) or resource_path(iri)
        return f"{self._root}/{path.partition('#')[0]}"

    def documents(self, iris: Iterable[str]) -> list[str]:
        """One IRI of each document: those of its parts lead to the same."""
        found: dict[str, str] = {}
        for iri in iris:
            found.setdefault(self.address(iri), iri)
        return list(found.values())

    def get(self, path: str, accept: str = "*/*") -> Reply:
        """Follow an address to its answer; other servers are not asked.

        Where the server is busy and says when to come again, that is done.
        """
        waits = 0
        for _ in range(_MOST_REDIRECTIONS + _MOST_WAITS):
            answer, body = self._ask(path.partition("#")[0], accept)
            again = answer.headers.get("Retry-After", "") if answer.status == 503 else ""
            if again and waits < _MOST_WAITS:
                waits += 1
                time.sleep(min(int(again), _LONGEST_WAIT))
            elif answer.status in (301, 303, 307):
                target = urlsplit(answer.headers["Location"])
                assert target.netloc in ("", self._host), (path, target)
                path = target.path + (f"?{target.query}" if target.query else "")
            else:
                return Reply(answer.status, answer.headers.get_content_type(), body, path)
        raise AssertionError(f"{path}: too many redirections")

    def _ask(self, path: str, accept: str) -> tuple[HTTPResponse, bytes]:
        """Ask on the connection of this thread, which does not outlive a fault."""
        if not hasattr(self._own, "line"):
            self._own.line = HTTPConnection(self._host, timeout=_SECONDS)
            self._lines.append(self._own.line)
        line: HTTPConnection = self._own.line
        try:
            line.request("GET", path, headers={"Accept": accept})
            answer = line.getresponse()
            return answer, answer.read()
        except (OSError, HTTPException):
            line.close()
            raise

    def fault(self, iri: str, suffix: str, *, led: bool = True) -> str:
        """What is wrong with a document of an IRI; empty where nothing is.

        :param led: whether the IRI is asked for, which leads there; else the document itself is.
        """
        kind = _MEDIA_TYPES[suffix]
        address = self.address(iri)
        if not led:
            path, mark, fields = address.partition("?")
            address = f"{path}.{suffix}{mark}{fields}"
        try:
            reply = self.get(address, kind)
        except (OSError, HTTPException, AssertionError) as error:
            return f"{suffix} {iri}: {error!r}"
        if reply.status != 200 or reply.media_type != kind:
            return f"{suffix} {iri}: {reply.status} {reply.media_type} {reply.body[:200]!r}"
        wrong = _wrong(reply.body, suffix)
        return f"{suffix} {iri}: {wrong}" if wrong else ""

    def faults(
        self, asked: Iterable[tuple[str, str]], lanes: int = 4, *, led: bool = True
    ) -> Iterator[str]:
        """What is wrong with documents, asked for side by side.

        :param asked: IRIs and suffixes.
        :param led: as `fault` has it.
        """
        pairs: Sequence[tuple[str, str]] = list(asked)
        with ThreadPoolExecutor(lanes) as pool:
            yield from filter(None, pool.map(lambda pair: self.fault(*pair, led=led), pairs))


def _wrong(body: bytes, suffix: str) -> str:
    """Why a document is none, or says nothing."""
    if suffix == "html":
        whole = body.rstrip().endswith(b"</html>") and b"<h1" in body
        return "" if whole else "the page is not whole"
    try:
        if suffix == "jsonld":
            return "" if json.loads(body)["@graph"] else "it says nothing"
        if suffix == "jelly":
            return "" if read_jelly(body) else "it says nothing"
        return "" if any(True for _ in ox.parse(body, format=_SYNTAXES[suffix])) else "nothing"
    except (SyntaxError, ValueError, KeyError) as error:
        return f"it cannot be read: {error}"
