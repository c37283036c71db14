"""The questions of the library: a page for people and an answer for programs."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, MutableMapping
from typing import Any, Final

from flask import Blueprint, Response, g, render_template, request

from ..graph.errors import ParameterError, QueryError
from ..graph.merging import bound
from ..graph.questions import Question, bind, question, questions
from . import merging
from .evaluation import Answer, NotAcceptableError, Query
from .fields import address_fields
from .indexed import Naming
from .negotiation import GRAPHS, RESULTS, Format, choose, named
from .paging import Page, cut, links
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
    one = _merged(given)
    values = given or {
        each.name: each.example.removeprefix(g.served.base)
        for each in asked.parameters
        if each.required and each.example
    }
    shown: dict[str, Any] = {}
    status = 200
    try:
        shown = _shown(asked, _answer(asked, values, _offered(asked)[0], Page(), one), values)
    except QueryError as error:
        status = error.http_status
        shown = {"error": error}
        if isinstance(error, ParameterError):
            shown["candidates"] = error.candidates
    context = {"asked": asked, "merged": one, "values": values, "forms": _offered(asked), **shown}
    return render_template("queries/page.html", columns=asked.columns, **context), status


@blueprint.route("/api/<name>")
def answer(name: str) -> Response:
    """The answer of a question, in a format by `?format=` or `Accept`, whole or by pages."""
    asked = question(name)
    values = _values()
    form = _format(values.pop("format", None), _offered(asked))
    one = _merged(values)
    rows = Page.parse(values) if asked.form == "SELECT" else Page()
    if rows.limit is None:
        found = _answer(asked, values, form, rows, one)
        response = Response(found.chunks, content_type=form.content_type)
    else:
        table = _answer(asked, values, RESULTS[0], rows, one).read()
        body, more = cut(table, rows.limit, form)
        response = Response(body, content_type=form.content_type)
        if where := links(rows, more):
            response.headers["Link"] = where
    response.vary.add("Accept")
    return response


def _values() -> dict[str, str]:
    """The parameters of the address, each once and none empty."""
    values: dict[str, str] = {}
    for name, given in address_fields().lists():
        if len(given) > 1 or not given[0].strip():
            many = "is there more than once" if len(given) > 1 else "has no value"
            raise ParameterError(f"'{name}' {many}.", hint="Give it one value, or leave it out.")
        values[name] = given[0]
    return values


def _merged(values: MutableMapping[str, str]) -> bool:
    """Whether all that are one are to have one IRI; takes `merged` out of the values.

    :raises ParameterError: it is neither `true` nor `false`.
    """
    text = values.pop("merged", "false")
    if text not in ("true", "false"):
        raise ParameterError("'merged' is true or false.")
    return text == "true"


def _format(wanted: str | None, offered: tuple[Format, ...]) -> Format:
    form = named(wanted, offered) if wanted else choose(request.headers.get("Accept"), offered)
    if form is not None:
        return form
    names = ", ".join(each.name for each in offered)
    if wanted:
        raise ParameterError(f"There is no format '{wanted}' here.", hint=f"Choose {names}.")
    raise NotAcceptableError(
        "This answer has no format that your Accept header takes.", hint=f"There are {names}."
    )


def _offered(asked: Question) -> tuple[Format, ...]:
    return GRAPHS if asked.form in _GRAPH_FORMS else RESULTS


def _answer(
    asked: Question, values: Mapping[str, str], form: Format, rows: Page, one: bool
) -> Answer:
    """The answer of a question.

    :param one: whether all that are one have one IRI in it; a question that sees to that by itself
        is asked of the dataset as it is.
    """
    served: Served = g.served
    if one and asked.identities == "own":
        found = merging.merged(served)
        terms = bound(asked, values, Naming(served), found, base=served.base)
        served = found
    else:
        terms = bind(asked, values, Naming(served), base=served.base)
    text = rows.of(asked.text)
    return served.evaluator.evaluate(Query(text, terms), form, form)


def _shown(asked: Question, found: Answer, values: Collection[str]) -> dict[str, Any]:
    data = found.read().decode("utf-8")
    if asked.form in _GRAPH_FORMS:
        return {"graph": data}
    return {"table": ResultTable.parse(json.loads(data), g.served.base, without=values)}
