"""SPARQL over HTTP: queries by GET and POST, and a plain editor for a browser."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, abort, current_app, g, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import UnsupportedMediaType

from ..graph.errors import NotAcceptableError, QueryError
from ..graph.manifest import Generation
from ..graph.questions import questions
from ..graph.store import Store
from .evaluation import Answer, Evaluator, InProcess, Query, Workers
from .federation import Federation, Rewritten
from .fields import FORM, address_fields, body_fields, body_text
from .negotiation import GRAPHS, HTML, RESULTS, Format, choose, named
from .observed import note_query
from .terms import ResultTable
from .update import UPDATE, run_update
from .wellknown import service_description

if TYPE_CHECKING:
    from .serving import Served

__all__ = ["START", "blueprint"]

blueprint = Blueprint("sparql", __name__)

START: Final = """\
PREFIX sym: <https://w3id.org/symposia/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?session ?position ?title ?presenter WHERE {
  ?talk a sym:Talk ;
    sym:partOf ?inSession ;
    sym:position ?position ;
    rdfs:label ?title ;
    sym:presenter ?person .
  ?inSession rdfs:label ?session .
  ?person rdfs:label ?presenter .
}
ORDER BY ?session ?position
"""
START_ORIGINALS: Final = """\
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX swrc: <http://swrc.ontoware.org/ontology#>

SELECT ?person ?name ?organisation WHERE {
  ?person a foaf:Person ;
    foaf:name ?name ;
    swrc:affiliation ?organisation .
}
LIMIT 100
"""
_LARGEST_SHOWN: Final = 8 * 1024 * 1024
"""Bytes of the largest answer that becomes a page."""
_QUERY: Final = "application/sparql-query"
_FORMATS: Final = ("format", "output", "results")
"""Fields that ask for a format; clients from before Accept was common send them, some all three."""


@dataclass(frozen=True)
class Asked:
    """A query as it came.

    :param text: the query, or None when there was none.
    :param default_graphs: with `named_graphs` the dataset of the protocol; None for both when the
        request names none.
    """

    text: str | None
    default_graphs: Sequence[str] | None
    named_graphs: Sequence[str] | None
    format: str


@blueprint.route("/sparql", methods=["GET", "POST"])
def sparql() -> Response:
    """Answer a query (https://www.w3.org/TR/sparql11-protocol/)."""
    asked = _asked()
    return run_update() if asked is None else _answered(asked)


@blueprint.route("/originals/sparql", methods=["GET", "POST"])
def originals() -> Response:
    """Answer a query over the originals: what foreign sources say, in their own words."""
    asked = _asked()
    if asked is None:
        abort(400, "The originals are what their sources say; nobody changes them.")
    return _answered(asked)


def _answered(asked: Asked) -> Response:
    results, graph = _formats(asked, RESULTS), _formats(asked, GRAPHS)
    if asked.text is None:
        if graph is HTML:
            return _page(START)
        if request.method != "POST" and not {*request.args}.difference(_FORMATS):
            return service_description(graph)
        raise QueryError(
            "There is no query in the request.",
            hint="Send it as ?query=…, as a form, or as the body with type "
            "application/sparql-query.",
        )
    note_query(asked.text)
    if results is HTML and graph is HTML:
        return _page_with_answer(asked)
    try:
        answer = _evaluate(asked, _data(results, RESULTS), _data(graph, GRAPHS))
    except NotAcceptableError:
        if HTML not in (results, graph):
            raise
        return _page_with_answer(asked)
    response = Response(answer.chunks, content_type=answer.format.content_type)
    response.headers["Vary"] = "Accept"
    return response


def _evaluate(asked: Asked, results: Format | None, graph: Format | None) -> Answer:
    """Evaluate the query of a request, which may ask listed endpoints."""
    assert asked.text is not None  # noqa: S101  the caller has looked
    evaluator = _evaluator()
    federation: Federation | None = current_app.extensions.get("symposia.federation")
    query = federation.rewrite(asked.text) if federation else Rewritten(asked.text, asked.text)
    try:
        return evaluator.evaluate(
            Query(
                query.text,
                default_graphs=asked.default_graphs,
                named_graphs=asked.named_graphs,
                base=request.base_url,
                services=query.services,
            ),
            results,
            graph,
        )
    except QueryError as error:
        query.restore(error)
        raise


def _evaluator() -> Evaluator:
    """What evaluates queries over the graphs that an address is about."""
    served: Served = g.served
    if request.endpoint != "sparql.originals":
        return served.evaluator
    generation = served.held
    if not isinstance(generation, Generation) or not generation.has_originals:
        return InProcess(Store.memory())
    if served.workers is None:
        return InProcess(generation.originals())
    return Workers(served.workers.pool, generation.originals_location)


def _asked() -> Asked | None:
    """The query of the request; None where it is an update."""
    if request.method != "POST":
        return _from_fields(address_fields())
    if request.mimetype == UPDATE:
        return None
    if request.mimetype == FORM:
        fields = body_fields()
        # A form may be sent to an address that has the dataset (SPARQL 1.1 Protocol, 2.1.4).
        for name, values in address_fields().lists():
            fields.setlist(name, [*fields.getlist(name), *values])
        return None if "update" in fields else _from_fields(fields)
    if request.mimetype == _QUERY:
        fields = address_fields()
        if "query" in fields:
            abort(400, "The query stands both in the address and in the body.")
        return _from_fields(fields, body_text("query"))
    raise UnsupportedMediaType(f"A POST to {request.path} is of type {FORM} or {_QUERY}.")


def _from_fields(fields: MultiDict[str, str], body: str | None = None) -> Asked:
    if "update" in fields:
        abort(400, "An update is sent by POST, not in an address.")
    queries = fields.getlist("query")
    if len(queries) > 1:
        abort(400, "There is more than one query in the request.")
    text = body if body is not None else (queries[0] if queries else None)
    default, by_name = fields.getlist("default-graph-uri"), fields.getlist("named-graph-uri")
    form = next(filter(None, map(fields.get, _FORMATS)), "")
    if default or by_name:
        return Asked(text, default, by_name, form)
    return Asked(text, None, None, form)


def _data(form: Format | None, offered: tuple[Format, ...]) -> Format | None:
    """The format for who prefers a page to one kind of answer, and data to the other: data."""
    return choose(request.headers.get("Accept"), offered) if form is HTML else form


def _formats(asked: Asked, offered: tuple[Format, ...]) -> Format | None:
    """The format asked for by `format=`, else by `Accept`; a browser gets a page."""
    if asked.format:
        by_name = named(asked.format, (*offered, HTML))
        if by_name is not None:
            return by_name
        if named(asked.format, (*RESULTS, *GRAPHS)) is not None:
            return offered[0]
    return choose(request.headers.get("Accept"), (*offered, HTML))


def _page_with_answer(asked: Asked) -> Response:
    assert asked.text is not None  # noqa: S101  the caller has looked
    try:
        answer = _evaluate(asked, RESULTS[0], GRAPHS[0])
        data = answer.read(_LARGEST_SHOWN).decode("utf-8")
    except QueryError as error:
        return _page(asked.text, status=error.http_status, error=error)
    if answer.format is RESULTS[0]:
        return _page(asked.text, table=ResultTable.parse(json.loads(data), g.served.base))
    return _page(asked.text, graph=data)


def _page(query: str, *, status: int = 200, **found: Any) -> Response:
    originals = request.endpoint == "sparql.originals"
    known = [] if originals else questions()
    start = START_ORIGINALS if originals and query == START else query
    page = render_template(
        "sparql.html", query=start, questions=known, originals=originals, **found
    )
    response = Response(page, status, content_type=HTML.content_type)
    response.vary.add("Accept")
    return response
