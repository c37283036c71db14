"""The questions of the library: a page for people and an answer for programs."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any, Final

from flask import Blueprint, Response, g, render_template, request

from ..graph.errors import ParameterError, QueryError
from ..graph.questions import Question, bind, question, questions
from .evaluation import Answer, NotAcceptableError
from .negotiation import GRAPHS, RESULTS, Format, choose, named
from .serving import Served
from .terms import ResultTable

__all__ = ["blueprint"]

blueprint = Blueprint("api", __name__)

_GRAPH_FORMS: Final = ("CONSTRUCT", "DESCRIBE")


@blueprint.route("/queries/")
def listing() -> str:
    """The questions, by group."""
    groups: dict[str, list[Question]] = {}
    for each in questions():
        groups.setdefault(each.group, []).append(each)
    return render_template(
        "queries/list.html", questions=questions(), groups=sorted(groups.items())
    )


@blueprint.route("/queries/<name>")
def page(name: str) -> tuple[str, int]:
    """A question: a form for its parameters, its answer, its SPARQL."""
    asked = question(name)
    given = {key: value for key, value in request.args.items() if value.strip()}
    values = given or {
        each.name: each.example.removeprefix(g.served.base)
        for each in asked.parameters
        if each.required and each.example
    }
    shown: dict[str, Any] = {}
    status = 200
    try:
        shown = _shown(asked, _answer(asked, values, None), values)
    except QueryError as error:
        status = error.http_status
        shown = {"error": error}
        if isinstance(error, ParameterError):
            shown["candidates"] = error.candidates
    context = {"asked": asked, "values": values, "forms": _offered(asked), **shown}
    return render_template("queries/page.html", columns=asked.columns, **context), status


@blueprint.route("/api/<name>")
def answer(name: str) -> Response:
    """The answer of a question, in a format by `?format=` or `Accept`."""
    asked = question(name)
    values = {key: value for key, value in request.args.items() if key != "format"}
    wanted = request.args.get("format")
    offered = _offered(asked)
    form = named(wanted, offered) if wanted else choose(request.headers.get("Accept"), offered)
    if form is None:
        names = ", ".join(each.name for each in offered)
        if wanted:
            raise ParameterError(f"There is no format '{wanted}' here.", hint=f"Choose {names}.")
        raise NotAcceptableError(
            "This answer has no format that your Accept header takes.", hint=f"There are {names}."
        )
    found = _answer(asked, values, form)
    response = Response(found.chunks, content_type=found.format.content_type)
    response.vary.add("Accept")
    return response


def _offered(asked: Question) -> tuple[Format, ...]:
    return GRAPHS if asked.form in _GRAPH_FORMS else RESULTS


def _answer(asked: Question, values: dict[str, str], form: Format | None) -> Answer:
    """Evaluate a question; without a format in the one that a page can read."""
    served: Served = g.served
    terms = bind(asked, values, served.store, base=served.base)
    form = form or _offered(asked)[0]
    return served.evaluator.evaluate(asked.text, results=form, graph=form, bindings=terms)


def _shown(asked: Question, found: Answer, values: Collection[str]) -> dict[str, Any]:
    data = found.read().decode("utf-8")
    if asked.form in _GRAPH_FORMS:
        return {"graph": data}
    return {"table": ResultTable.parse(json.loads(data), g.served.base, without=values)}
