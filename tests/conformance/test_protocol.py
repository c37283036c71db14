"""The W3C suites of the SPARQL protocol and the graph store protocol, request by request."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.collection import Collection

from .compare import same_graphs
from .known import Verdict
from .manifests import CNT, HT, MF, Case, of_kind
from .systems import TURTLE, Live, Reply

TABULAR = {
    "application/sparql-results+xml",
    "application/sparql-results+json",
    "text/csv",
    "text/tab-separated-values",
}
TRUTH = {"application/sparql-results+xml", "application/sparql-results+json"}
RDF = {"text/turtle", "application/rdf+xml", "application/n-triples", "text/html"}


@dataclass(frozen=True)
class Exchange:
    """A request of a manifest and what is expected of its answer."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    statuses: frozenset[str]
    truth: bool | None
    format: str | None
    location: str | None
    media_type: str | None
    content: str | None


def exchanges(case: Case) -> Iterator[Exchange]:
    """The requests of a case, in order."""
    graph = case.graph
    connection = graph.value(case.node, MF.action)
    for request in Collection(graph, graph.value(connection, HT.requests)):
        answer = graph.value(request, HT.resp)
        truth = graph.value(answer, MF.expectedBoolean)
        yield Exchange(
            method=str(graph.value(request, HT.methodName)),
            path=str(graph.value(request, HT.absolutePath)),
            headers=_headers(graph, request),
            body=_body(graph, request),
            statuses=frozenset(
                str(each).rpartition("#")[2] for each in graph.objects(answer, MF.expectedStatus)
            ),
            truth=None if truth is None else bool(truth.toPython()),
            format=_text(graph.value(answer, MF.expectedFormat)),
            location=_text(graph.value(answer, MF.expectedLocation)),
            media_type=_headers(graph, answer).get("content-type"),
            content=(_body(graph, answer) or b"").decode() or None,
        )


def _text(node: Any) -> str | None:
    return None if node is None else str(node)


def _headers(graph: rdflib.Graph, node: Any) -> dict[str, str]:
    listed = graph.value(node, HT.headers)
    found = Collection(graph, listed) if listed is not None else []
    return {
        str(graph.value(each, HT.fieldName)).lower(): str(graph.value(each, HT.fieldValue))
        for each in found
    }


def _body(graph: rdflib.Graph, node: Any) -> bytes | None:
    content = graph.value(node, HT.body)
    if content is None:
        return None
    encoding = str(graph.value(content, CNT.characterEncoding))
    return str(graph.value(content, CNT.chars)).encode(encoding)


def expects(status: int, expected: frozenset[str]) -> bool:
    """Whether a status is one of those of a manifest, such as Created or StatusCode2xx."""
    names = {200: "OK", 201: "Created", 204: "NoContent", 404: "NotFound"}
    return bool({names.get(status, ""), f"StatusCode{status // 100}xx"} & expected)


def wrong(exchange: Exchange, reply: Reply) -> str:
    """What is wrong with an answer; empty when it is as expected."""
    if not expects(reply.status, exchange.statuses):
        return (
            f"status {reply.status}, not {sorted(exchange.statuses)}: {reply.body.decode()[:300]}"
        )
    known = {"boolean": TRUTH, "tabular": TABULAR, "RDF": RDF}
    if exchange.format and reply.media_type not in known[exchange.format]:
        return f"type {reply.media_type}, not {exchange.format}"
    if exchange.truth is not None and json.loads(reply.body)["boolean"] is not exchange.truth:
        return f"answers {reply.body.decode()}"
    if exchange.media_type and reply.headers["content-type"] != exchange.media_type:
        return f"type {reply.headers['content-type']}, not {exchange.media_type}"
    if exchange.content:
        base = "http://www.example/"
        found, wanted = (
            ox.parse(text, ox.RdfFormat.TURTLE, base_iri=base)
            for text in (reply.body.decode(), exchange.content)
        )
        if not same_graphs(found, wanted):
            return f"has {reply.body.decode()}"
    return ""


def run(case: Case, live: Live, path: str) -> Iterator[str]:
    """Send the requests of a case to the path that stands for `/sparql/` or `/gsp`."""
    location = ""
    for exchange in exchanges(case):
        target = re.sub("^(/sparql/|/gsp)", path, exchange.path).replace("$LOCATION$", location)
        reply = live.request(exchange.method, target, exchange.body, exchange.headers)
        if exchange.location:
            location = reply.headers["location"]
        yield wrong(exchange, reply)


@pytest.mark.parametrize("case", of_kind("ProtocolTest"), ids=str)
def test_protocol(case: Case, live: Live, verdict: Verdict) -> None:
    live.reset()
    for graph, path in case.data.named:
        assert live.put(graph, path.read_bytes(), TURTLE) == 201
    found = next(filter(None, run(case, live, "/sparql")), "")
    verdict(case, found)
    assert found == ""


@pytest.mark.parametrize("case", of_kind("GraphStoreProtocolTest"), ids=str)
def test_graph_store(case: Case, live: Live, verdict: Verdict) -> None:
    live.reset()
    found = next(filter(None, run(case, live, "/store")), "")
    verdict(case, found)
    assert found == ""
