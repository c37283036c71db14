"""The answers of SPARQL servers, read as the embedded engine would have given them."""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import pyoxigraph as ox

from .errors import StoreError
from .exchange import Reply
from .lexical import canonical
from .store import Results

__all__ = ["ACCEPTED", "Answer", "join", "read"]

ACCEPTED: Final = {
    True: "application/n-triples, text/turtle;q=0.5, application/rdf+xml;q=0.3",
    False: "application/sparql-results+json, application/sparql-results+xml;q=0.5",
}
"""What is asked for, by whether the answer is a graph."""

_TABLES: Final = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
}
_GRAPHS: Final = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/ntriples": ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
_JSON: Final = ox.QueryResultsFormat.JSON
_TRUTH: Final = {
    value: b'{"head": {}, "boolean": %s}' % word
    for value, word in ((True, b"true"), (False, b"false"))
}
_NODE: Final = re.compile(rb'("type": *"bnode", *"value": *")nodeID://')
_EVERYTHING: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


class Answer(NamedTuple):
    """An answer that was read to its end.

    :param size: how many rows or triples it has.
    """

    results: Results
    size: int


def read(reply: Reply, form: str) -> Answer:
    """Read a reply to its end, so that a broken answer is found before it is used.

    :param form: that of the query: SELECT, ASK, CONSTRUCT or DESCRIBE.
    :raises StoreError: it is no answer to such a query, or it is broken.
    """
    try:
        if reply.media_type in _TABLES:
            return _table(reply, form)
        if reply.media_type in _GRAPHS:
            return _graph(reply)
    except (SyntaxError, ValueError, OSError) as error:
        # What was read belongs to this thread: the error may not keep it for another.
        traceback.clear_frames(error.__traceback__)
        raise StoreError(f"The store's answer is broken: {error}.") from error
    raise StoreError(
        f"The store answered with '{reply.media_type}', which is no format of SPARQL results.",
        hint="Give the address of its SPARQL endpoint.",
    )


def _table(reply: Reply, form: str) -> Answer:
    syntax = _TABLES[reply.media_type]
    body = _named(reply.body)
    found = ox.parse_query_results(body, format=syntax)
    if isinstance(found, ox.QueryBoolean):
        return Answer(found, 1)
    rows = sum(1 for _ in found)
    if form == "ASK":
        return Answer(ox.parse_query_results(_TRUTH[rows > 0], format=_JSON), rows)
    return Answer(canonical(body, syntax), rows)


def _graph(reply: Reply) -> Answer:
    if not reply.framed:
        raise ValueError("it does not say where it ends, so it could be a part")
    found = list(ox.parse(reply.body, format=_GRAPHS[reply.media_type]))
    engine = ox.Store()
    engine.bulk_extend(found)
    return Answer(engine.query(_EVERYTHING), len(found))


def _named(body: bytes) -> bytes:
    """A table with blank nodes whose names are names; Virtuoso gives IRIs (`nodeID://b1`).

    No string can hold what is replaced, as its quotation marks are escaped.
    """
    return _NODE.sub(rb"\1", body) if b"nodeID://" in body else body


def join(replies: Iterable[Reply]) -> Answer:
    """Read tables in SPARQL's JSON as one, with the rows of all in their order.

    :raises StoreError: one of them is broken.
    """
    table: dict[str, Any] = {}
    for reply in replies:
        try:
            part = json.loads(reply.body)
            rows = part["results"]["bindings"]
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError(f"The store's answer is broken: {error}.") from error
        if table:
            table["results"]["bindings"] += rows
        else:
            table = part
    body = json.dumps(table, ensure_ascii=False).encode()
    return Answer(canonical(_named(body), _JSON), len(table["results"]["bindings"]))
