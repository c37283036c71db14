"""What is tested: a live server over HTTP, and the bare engine to tell its faults from ours."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote, urlsplit

import pyoxigraph as ox

TURTLE, RDFXML, NTRIPLES = "text/turtle", "application/rdf+xml", "application/n-triples"
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
_FORMATS = {TURTLE: ox.RdfFormat.TURTLE, RDFXML: ox.RdfFormat.RDF_XML}
_RESULTS = {
    JSON: ox.QueryResultsFormat.JSON,
    XML: ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}


@dataclass(frozen=True)
class Reply:
    """An answer of a server."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The media type without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip()

    @property
    def is_syntax_error(self) -> bool:
        """Whether a query or update was refused for a place in its text."""
        if self.media_type == "application/problem+json":
            return "line" in json.loads(self.body)
        return self.body.startswith(b"error at")


class System(Protocol):
    """What the tests of queries and updates need."""

    def reset(self) -> None:
        """Forget all data."""

    def put(self, graph: str | None, data: bytes, media_type: str) -> int:
        """Make a graph hold a document; gives the status."""

    def query(self, text: str, accept: str) -> Reply:
        """Ask a query."""

    def update(self, text: str) -> Reply:
        """Run an update."""


class Live:
    """A server, reached over one connection that is kept open.

    :param address: such as `http://127.0.0.1:8000`.
    :param token: what allows changes.
    """

    def __init__(self, address: str, token: str) -> None:
        self.address = address
        self.token = token
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)

    def request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        *,
        token: bool = True,
    ) -> Reply:
        """Send a request just as it is, with the token."""
        sent = {"Authorization": f"Bearer {self.token}"} if token else {}
        sent |= headers or {}
        try:
            self._connection.request(method, path, body, sent)
            answer = self._connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):
            self._connection.close()  # the server may close one that was idle
            self._connection.request(method, path, body, sent)
            answer = self._connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, found, answer.read())

    def reset(self) -> None:
        """See `System`."""
        assert self.update("DROP ALL").status == 204

    def put(self, graph: str | None, data: bytes, media_type: str) -> int:
        """See `System`; over the graph store protocol."""
        where = "default" if graph is None else f"graph={quote(graph, safe='')}"
        headers = {"Content-Type": media_type}
        return self.request("PUT", f"/store?{where}", data, headers).status

    def query(self, text: str, accept: str) -> Reply:
        """See `System`; by POST."""
        headers = {"Content-Type": "application/sparql-query", "Accept": accept}
        return self.request("POST", "/sparql", text.encode(), headers)

    def update(self, text: str) -> Reply:
        """See `System`; by POST."""
        headers = {"Content-Type": "application/sparql-update"}
        return self.request("POST", "/update", text.encode(), headers)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@dataclass(frozen=True)
class Federated:
    """A server that may ask another by SERVICE.

    :param endpoints: graphs of the other with the addresses at which each is an endpoint.
    :param dead: an address that is listed and answers nothing.
    """

    system: Live
    other: Live
    endpoints: tuple[tuple[str, str], ...]
    dead: str


class Bare:
    """The engine alone, without a line of ours between it and the test."""

    def __init__(self) -> None:
        self._engine = ox.Store()

    def reset(self) -> None:
        """See `System`."""
        self._engine = ox.Store()

    def put(self, graph: str | None, data: bytes, media_type: str) -> int:
        """See `System`."""
        name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
        base = graph or "http://example.org/"
        self._engine.load(data, _FORMATS[media_type], base_iri=base, to_graph=name)
        return 201

    def query(self, text: str, accept: str) -> Reply:
        """See `System`."""
        try:
            found = self._engine.query(text, base_iri="http://example.org/sparql")
            if isinstance(found, ox.QueryTriples):
                body = found.serialize(format=ox.RdfFormat.N_TRIPLES) or b""
                return Reply(200, {"content-type": NTRIPLES}, body)
            wanted = next((each for each in _RESULTS if each in accept), JSON)
            body = found.serialize(format=_RESULTS[wanted]) or b""
            return Reply(200, {"content-type": wanted}, body)
        except (SyntaxError, RuntimeError, ValueError, OSError) as error:
            return Reply(400, {}, str(error).encode())

    def update(self, text: str) -> Reply:
        """See `System`."""
        try:
            self._engine.update(text, base_iri="http://example.org/sparql")
        except (SyntaxError, RuntimeError, ValueError, OSError) as error:
            return Reply(400, {}, str(error).encode())
        return Reply(204, {}, b"")
