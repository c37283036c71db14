"""The SPARQL 1.1 Graph Store HTTP Protocol (https://www.w3.org/TR/sparql11-http-rdf-update/)."""

from __future__ import annotations

import uuid
from typing import Any, Final

import pyoxigraph as ox
from flask import Blueprint, Response, abort, g, request
from werkzeug.exceptions import MethodNotAllowed, NotFound, UnsupportedMediaType

from ..graph.rdf import parse_rdf
from .authorisation import require_token
from .evaluation import NotAcceptableError
from .fields import address_fields, check_coding, check_parameters
from .negotiation import GRAPHS, choose, named
from .update import writer

__all__ = ["blueprint"]

blueprint = Blueprint("graph_store", __name__)

LONGEST_GRAPH: Final = 64 * 1024 * 1024
"""Bytes of the largest graph that is read from a request."""

_ALL: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_READS: Final = ["GET", "HEAD", "OPTIONS"]
_WRITES: Final = ["PUT", "POST", "DELETE"]


@blueprint.route("/store", methods=["GET", *_WRITES])
def indirect() -> Response:
    """A graph named by `?graph=IRI`, or `?default`; a POST without either makes a new one."""
    fields = address_fields()
    graphs = fields.getlist("graph")
    if len(graphs) + ("default" in fields) > 1:
        abort(400, "Name one graph: ?graph=IRI or ?default.")
    if not graphs and "default" not in fields:
        if request.method == "POST":
            return _create()
        abort(400, "Name a graph: /store?graph=IRI, /store?default, or an address under /store/.")
    return _answer(_absolute(graphs[0]) if graphs else None)


@blueprint.route("/store/<path:_>", methods=["GET", *_WRITES])
def direct(_: str) -> Response:
    """A graph whose IRI is the address of the request."""
    return _answer(request.base_url)


def _answer(graph: str | None) -> Response:
    if request.method in ("GET", "HEAD"):
        return _read(graph)
    require_token()
    if graph is None and g.served.store.union:
        raise MethodNotAllowed(
            _READS, "The default graph is the union of the named graphs; write to one of them."
        )
    if request.method == "DELETE":
        if not writer().delete(graph):
            raise _missing(graph)
        return Response(status=204)
    change = writer().put if request.method == "PUT" else writer().post
    return Response(status=201 if change(graph, _triples(graph or request.base_url)) else 204)


def _create() -> Response:
    require_token()
    graph = f"{request.base_url}/{uuid.uuid4()}"
    writer().post(graph, _triples(graph))
    return Response(status=201, headers={"Location": graph})


def _read(graph: str | None) -> Response:
    if graph is not None and not g.served.store.has_graph(graph):
        raise _missing(graph)
    form = named(request.args["format"], GRAPHS) if "format" in request.args else None
    form = form or choose(request.headers.get("Accept"), GRAPHS)
    if form is None:
        raise NotAcceptableError(
            "A graph has no format that your Accept header takes.",
            hint=f"There are {', '.join(each.name for each in GRAPHS)}.",
        )
    found = g.served.evaluator.evaluate(
        _ALL,
        results=None,
        graph=form,
        default_graphs=None if graph is None else [graph],
        named_graphs=None if graph is None else [],
    )
    answer = Response(found.chunks, content_type=found.format.content_type)
    answer.vary.add("Accept")
    return answer


def _triples(base: str) -> list[ox.Triple]:
    """The triples of the body, or of every file of a form."""
    request.max_content_length = LONGEST_GRAPH
    check_coding()
    if request.mimetype != "multipart/form-data":
        check_parameters(request.mimetype_params)
        return _parsed(request.get_data(), request.mimetype, base, "body")
    found: list[ox.Triple] = []
    if request.form or not request.files:
        abort(400, "Every part of the form is a file: give each a filename and a Content-Type.")
    for number, (_, part) in enumerate(request.files.items(multi=True), 1):
        check_parameters(part.mimetype_params)
        name = f"file {number} of the form"
        found += _parsed(part.read(), part.mimetype, base, name)
    return found


def _parsed(data: bytes, media_type: str, base: str, name: str) -> list[ox.Triple]:
    form = next((each.name for each in GRAPHS if each.media_type == media_type), None)
    if form is None:
        known = ", ".join(each.media_type for each in GRAPHS)
        raise UnsupportedMediaType(f"A graph is of one of the types {known}.")
    found = parse_rdf(data, form, name=name, base=base, limit=LONGEST_GRAPH)
    if any(quad.graph_name != ox.DefaultGraph() for quad in found):
        abort(400, f"The {name} holds named graphs; one graph is sent at a time.")
    own: dict[ox.BlankNode, ox.BlankNode] = {}
    return [_with_own_blank_nodes(quad.triple, own) for quad in found]


def _with_own_blank_nodes(triple: ox.Triple, own: dict[ox.BlankNode, ox.BlankNode]) -> ox.Triple:
    """The triple with blank nodes that no other graph has, whatever they were called."""

    def fresh(term: Any) -> Any:
        if isinstance(term, ox.BlankNode):
            return own.setdefault(term, ox.BlankNode())
        return _with_own_blank_nodes(term, own) if isinstance(term, ox.Triple) else term

    return ox.Triple(fresh(triple.subject), triple.predicate, fresh(triple.object))


def _absolute(iri: str) -> str:
    try:
        return ox.NamedNode(iri).value
    except ValueError:
        abort(400, f"'{iri}' is not an absolute IRI.")


def _missing(graph: str | None) -> NotFound:
    return NotFound(f"There is no graph {graph}.")
