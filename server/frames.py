"""What a server and its workers say to each other: frames over a socket."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import pyoxigraph as ox

from ..graph.store import Results, Store, Term

__all__ = ["Frame", "Frames", "Query", "Request", "Several", "asked"]

ASK: Final = b"Q"
"""To the worker: a request."""
WHOLE: Final = b"W"
"""From the worker: a whole answer; its format's name, a line feed, its bytes."""
START: Final = b"S"
"""From the worker: the first part of an answer; as `WHOLE`."""
DATA: Final = b"D"
"""From the worker: a further part."""
END: Final = b"E"
"""From the worker: there are no further parts."""
FAILED: Final = b"X"
"""From the worker: the query failed; the error as JSON."""
READY: Final = b"R"
"""From the writer: a change is prepared, and made once the next frame comes."""

_HEAD: Final = struct.Struct("!cI")
_ROOM: Final = 262_144
"""Bytes for what has come, unless a frame is larger."""


class Frame(NamedTuple):
    """A frame.

    :param kind: one of the constants of this module.
    """

    kind: bytes
    payload: bytes


class Frames:
    """One end of the line between a server and a worker.

    :param line: a connected socket; it belongs to this object.
    """

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._room = bytearray(_ROOM)
        self._begin = self._end = 0  # of what is there to be taken

    def send(self, kind: bytes, *parts: bytes, timeout: float | None = None) -> None:
        """Send a frame.

        :param parts: its payload.
        :param timeout: seconds after which TimeoutError is raised.
        """
        self._line.settimeout(timeout)
        head = _HEAD.pack(kind, sum(map(len, parts)))
        self._line.sendall(b"".join((head, *parts)))

    def receive(self, timeout: float | None = None) -> Frame:
        """The next frame. After a TimeoutError it can be asked for again.

        :param timeout: seconds to wait for each part of it.
        :raises TimeoutError: nothing came.
        :raises EOFError: the other end is gone.
        """
        self._line.settimeout(timeout)
        while (frame := self._taken()) is None:
            with memoryview(self._room) as room:
                try:
                    size = self._line.recv_into(room[self._end :])
                except TimeoutError:
                    raise
                except OSError as error:
                    raise EOFError from error
            if not size:
                raise EOFError
            self._end += size
        return frame

    def _taken(self) -> Frame | None:
        """The next frame, if all of it is there; else there is room for it afterwards."""
        there = self._end - self._begin
        whole = _HEAD.size
        if there >= whole:
            kind, size = _HEAD.unpack_from(self._room, self._begin)
            whole += size
            if there >= whole:
                with memoryview(self._room) as room:
                    payload = bytes(room[self._begin + _HEAD.size : self._begin + whole])
                self._begin += whole
                return Frame(kind, payload)
        if self._begin == self._end or self._begin + whole > len(self._room):
            rest = self._room[self._begin : self._end]
            if max(whole, _ROOM) != len(self._room):
                self._room = bytearray(max(whole, _ROOM))
            self._room[: len(rest)] = rest
            self._begin, self._end = 0, len(rest)
        return None

    def close(self) -> None:
        """Close this end."""
        self._line.close()


@dataclass(frozen=True)
class Query:
    """A query, what its variables stand for, and the dataset that it is asked of.

    :param text, bindings, default_graphs, named_graphs, base, services: as `Store.query` has them.
    """

    text: str
    bindings: Mapping[str, Term] = field(default_factory=dict)
    default_graphs: Sequence[str] | None = None
    named_graphs: Sequence[str] | None = None
    base: str | None = None
    services: Sequence[str] = ()

    def ask(self, store: Store) -> Results:
        """The answer of a store, as `Store.query`."""
        return store.query(**self.__dict__)


@dataclass(frozen=True)
class Request:
    """What a worker is asked.

    :param store: where the store is, as `graph.locations` writes it.
    :param results, graph: names of the formats for tables and for graphs; None is not acceptable.
    :param rows: rows or triples that an answer may have.
    :param size: bytes that an answer may have.
    """

    store: str
    query: Query
    results: str | None
    graph: str | None
    rows: int
    size: int

    def to_bytes(self) -> bytes:
        """The request as the payload of a frame."""
        bindings = {name: _to_json(term) for name, term in self.query.bindings.items()}
        query = {**self.query.__dict__, "bindings": bindings}
        return json.dumps({**self.__dict__, "query": query}).encode()

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Request:
        """The request of a payload's values."""
        query = fields["query"]
        return cls(**{**fields, "query": Query(**{**query, "bindings": _terms(query["bindings"])})})


@dataclass(frozen=True)
class Several:
    """Several of our own queries, answered together; with none, all is made ready for others.

    The answer is `WHOLE`: the sizes of the single answers as JSON, a line feed, and these, tables
    and truth values as SPARQL results in JSON, graphs as N-Triples.

    :param store: where the store is, as `graph.locations` writes it.
    :param queries: the text of each, and the values of its variables.
    :param size: bytes that the answers may have together.
    """

    store: str
    queries: Sequence[tuple[str, Mapping[str, Term]]] = ()
    size: int = 0

    def to_bytes(self) -> bytes:
        """The queries as the payload of a frame."""
        queries = [
            (text, {name: _to_json(term) for name, term in bindings.items()})
            for text, bindings in self.queries
        ]
        return json.dumps({"store": self.store, "queries": queries, "size": self.size}).encode()

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Several:
        """The queries of a payload's values."""
        queries = [(text, _terms(bindings)) for text, bindings in fields["queries"]]
        return cls(**{**fields, "queries": queries})


def asked(payload: bytes) -> Request | Several:
    """What a worker is asked by the payload of a frame."""
    fields = json.loads(payload)
    return Several.of(fields) if "queries" in fields else Request.of(fields)


def _terms(fields: Mapping[str, list[Any]]) -> dict[str, Term]:
    return {name: _from_json(value) for name, value in fields.items()}


def _to_json(term: Term) -> list[str | None]:
    if isinstance(term, ox.Literal):
        language = term.language
        return ["literal", term.value, language, None if language else term.datatype.value]
    return ["uri" if isinstance(term, ox.NamedNode) else "bnode", term.value]


def _from_json(value: list[Any]) -> Term:
    kind, text, *rest = value
    if kind == "uri":
        return ox.NamedNode(text)
    if kind == "bnode":
        return ox.BlankNode(text)
    language, datatype = rest
    if language:
        return ox.Literal(text, language=language)
    return ox.Literal(text, datatype=ox.NamedNode(datatype))
