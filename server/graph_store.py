"""The SPARQL 1.1 Graph Store HTTP Protocol (https://www.w3.org/TR/sparql11-http-rdf-update/)."""

from __future__ import annotations

import re
import uuid
from typing import Final, Literal

import pyoxigraph as ox
from flask import Blueprint, Response, abort, g, request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import MethodNotAllowed, NotFound, UnsupportedMediaType

from ..graph.errors import PreconditionError
from ..graph.writer import Change, Condition, Document
from .authorisation import require_token
from .evaluation import NotAcceptableError, Query
from .fields import address_fields, check_coding, check_parameters
from .negotiation import GRAPHS, choose, named
from .reads import is_of
from .update import writer

__all__ = ["blueprint"]

blueprint = Blueprint("graph_store", __name__)

LONGEST_GRAPH: Final = 64 * 1024 * 1024
"""Bytes of the largest graph that is read from a request."""

_TAGS: Final = re.compile(r'\s*(?:\*|(?:W/)?"[!#-~]*"(?:\s*,\s*(?:W/)?"[!#-~]*")*)\s*')
_STRONG: Final = re.compile(r'(?<!W/)"([!#-~]+)"')
_ALL: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_READS: Final = ["GET", "HEAD", "OPTIONS"]
_WRITES: Final = ["PUT", "POST", "DELETE"]


@blueprint.route("/store", methods=["GET", *_WRITES])
def indirect() -> Response:
    """A graph named by `?graph=IRI`, or `?default`; a POST without either makes a new one."""
    fields = _fields("graph", "default")
    graphs = fields.getlist("graph")
    if len(graphs) + ("default" in fields) > 1:
        abort(400, "Name one graph: ?graph=IRI or ?default.")
    if fields.get("default"):
        abort(400, "?default has no value; a graph of a name is ?graph=IRI.")
    if not graphs and "default" not in fields:
        if request.method == "POST":
            return _create()
        abort(400, "Name a graph: /store?graph=IRI, /store?default, or an address under /store/.")
    return _answer(_absolute(graphs[0]) if graphs else None)


@blueprint.route("/store/<path:_>", methods=["GET", *_WRITES])
def direct(_: str) -> Response:
    """A graph whose IRI is the address of the request."""
    _fields()
    return _answer(request.base_url)


def _fields(*known: str) -> MultiDict[str, str]:
    """The fields of the address; who changes something needs the token to be told of them.

    :param known: those that may stand there, beside `format` where something is read.
    """
    reads = request.method in ("GET", "HEAD")
    if not reads:
        require_token()
    fields = address_fields()
    allowed = (*known, "format") if reads else known
    for name, values in fields.lists():
        if name not in allowed:
            told = f"It has {', '.join(allowed)}." if allowed else "It has none."
            abort(400, f"This address has no parameter '{name}'. {told}")
        if name == "format" and len(values) > 1:
            abort(400, "There is more than one format in the address.")
    return fields


def _answer(graph: str | None) -> Response:
    if request.method in ("GET", "HEAD"):
        return _read(graph)
    if graph is None and g.served.store.union:
        raise MethodNotAllowed(
            _READS, "The default graph is the union of the named graphs; write to one of them."
        )
    condition = _condition()
    if request.method == "DELETE":
        if not writer().make(Change("delete", graph, condition=condition)):
            raise _missing(graph)
        return Response(status=204)
    action: Literal["put", "post"] = "put" if request.method == "PUT" else "post"
    change = Change(action, graph, _documents(), graph or request.base_url, condition)
    return Response(status=201 if writer().make(change) else 204)


def _create() -> Response:
    graph = f"{request.base_url}/{uuid.uuid4()}"
    writer().make(Change("post", graph, _documents(), graph, _condition()))
    return Response(status=201, headers={"Location": graph})


def _read(graph: str | None) -> Response:
    if graph is not None and not g.served.store.has_graph(graph):
        raise _missing(graph)
    if wanted := request.args.get("format"):
        form = named(wanted, GRAPHS)
        if form is None:
            known = ", ".join(each.name for each in GRAPHS)
            abort(400, f"There is no format '{wanted}'. There are {known}.")
    else:
        form = choose(request.headers.get("Accept"), GRAPHS)
    if form is None:
        raise NotAcceptableError(
            "A graph has no format that your Accept header takes.",
            hint=f"There are {', '.join(each.name for each in GRAPHS)}.",
        )
    query = Query(_ALL) if graph is None else Query(_ALL, {}, [graph], [])
    found = g.served.evaluator.evaluate(query, None, form)
    answer = Response(found.chunks, content_type=found.format.content_type)
    answer.vary.add("Accept")
    return answer


def _condition() -> Condition:
    """What `If-Match` and `If-None-Match` say of a change.

    An entity tag of what is read stands for the whole dataset, so no change of it gets lost.

    :raises PreconditionError: no tag is of the dataset that is served.
    """
    exists: bool | None = None
    generation: int | None = None
    if "If-None-Match" in request.headers:
        if not request.if_none_match.star_tag:
            abort(400, "A change takes If-None-Match: * alone, which makes a graph that is new.")
        exists = False
    if "If-Match" in request.headers:
        given = request.headers["If-Match"]
        if not _TAGS.fullmatch(given):
            abort(400, 'If-Match is * or an ETag, as "tag".')
        if exists is False:
            abort(400, "If-Match and If-None-Match cannot both hold.")
        exists = True
        if given.strip() != "*":
            if not any(is_of(g.served, tag) for tag in _STRONG.findall(given)):
                raise PreconditionError(
                    "The dataset has changed since what If-Match names was read.",
                    hint="Read it again, and send the change with its new ETag.",
                )
            generation = g.served.generation
    return Condition(generation, exists)


def _documents() -> list[Document]:
    """The body, or every file of a form."""
    request.max_content_length = LONGEST_GRAPH
    check_coding()
    if request.mimetype != "multipart/form-data":
        check_parameters(request.mimetype_params)
        return [_document(request.get_data(), request.mimetype, "body")]
    if request.form or not request.files:
        abort(400, "Every part of the form is a file: give each a filename and a Content-Type.")
    found: list[Document] = []
    for number, (_, part) in enumerate(request.files.items(multi=True), 1):
        check_parameters(part.mimetype_params)
        found.append(_document(part.read(), _type(part), f"file {number} of the form"))
    return found


def _type(part: FileStorage) -> str:
    """The media type of a file; of one that the client had no word for, by its suffix."""
    if part.mimetype not in ("", "application/octet-stream"):
        return part.mimetype
    suffix = (part.filename or "").rpartition(".")[2].lower()
    return next((each.media_type for each in GRAPHS if each.suffix == suffix), part.mimetype)


def _document(data: bytes, media_type: str, name: str) -> Document:
    form = next((each.name for each in GRAPHS if each.media_type == media_type), None)
    if form is None:
        known = ", ".join(each.media_type for each in GRAPHS)
        raise UnsupportedMediaType(f"A graph is of one of the types {known}.")
    return Document(data, form, name)


def _absolute(iri: str) -> str:
    try:
        return ox.NamedNode(iri).value
    except ValueError:
        abort(400, f"'{iri}' is not an absolute IRI.")


def _missing(graph: str | None) -> NotFound:
    return NotFound(f"There is no graph {graph}.")
