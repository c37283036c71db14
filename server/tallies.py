"""Tables over all programmes: organisations with organisations, topics by year, two conferences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask import Blueprint, Response, g, render_template
from markupsafe import Markup

from ..graph.errors import ParameterError
from ..graph.networks.flow import flow
from ..graph.networks.formats import rows_as_csv
from ..graph.networks.membership import question_text
from ..graph.networks.networks import Conference, Networks
from ..graph.networks.tallies import Share, matrix, nearest, shared, years
from .fields import address_fields
from .networks import conferences_of, place_of

__all__ = ["blueprint"]

blueprint = Blueprint("tallies", __name__)

_SHADES: Final = 4
_DRAWN: Final = 30
"""Topics of the picture of two conferences."""


@blueprint.route("/organisations/matrix")
def organisations() -> Response:
    """Which organisations wrote how many papers together."""
    networks, chosen = _asked()
    found = matrix(networks, "organisations", chosen)
    if _csv():
        names = [each.label for each in found.members]
        pairs = zip(names, found.cells, strict=True)
        return _as_csv("organisations-matrix", [["", *names], *([n, *row] for n, row in pairs)])
    most = max((n for i, row in enumerate(found.cells) for n in row[:i]), default=0)
    return _page("matrix", "organisations", networks, chosen, found=found, shade=_shade(most))


@blueprint.route("/topics/years")
def topics() -> Response:
    """How many papers there were on each topic in each year."""
    networks, chosen = _asked()
    found = years(networks, chosen)
    if _csv():
        body = zip(found.topics, found.cells, strict=True)
        rows = [[each.iri, each.label, *row] for each, row in body]
        return _as_csv("topics-by-year", [["iri", "label", *found.years], *rows])
    most = max((number for row in found.cells for number in row), default=0)
    return _page("years", "topics", networks, chosen, found=found, shade=_shade(most))


@blueprint.route("/topics/flow")
def two() -> Response:
    """Which topics two conferences share."""
    networks = Networks(g.served.file("networks"))
    offered = networks.conferences("topics")
    fields = address_fields()
    given = [fields.get(name, "").strip() for name in ("one", "other")]
    largest = min(offered, key=lambda each: (-each.members, each.iri), default=None)
    usual = [largest.iri, nearest(networks, largest.iri) or largest.iri] if largest else []
    one, other = (
        conferences_of([value], g.served.base)[0] if value else usual[i] if usual else ""
        for i, value in enumerate(given)
    )
    if not usual:
        return _page("flow", "topics", networks, (), shares=[], one=None, other=None)
    found, *totals = shared(networks, one, other)
    if _csv():
        return _as_csv("topics-of-two", [Share._fields, *found])
    ends = [_named(offered, iri, total) for iri, total in zip((one, other), totals, strict=True)]
    told = f"Topics of {ends[0].label} and of {ends[1].label}; the table says the same"
    picture = Markup(flow(found[:_DRAWN], ends[0].label, ends[1].label, told))  # noqa: S704
    shown = {"shares": found, "one": ends[0], "other": ends[1], "picture": picture}
    return _page("flow", "topics", networks, (), drawn=_DRAWN, **shown)


def _named(offered: Sequence[Conference], iri: str, works: int) -> Conference:
    """A conference, with its works that have topics in the place of its members."""
    known = next((each for each in offered if each.iri == iri), Conference(iri, iri, "", 0))
    return known._replace(members=works)


def _asked() -> tuple[Networks, tuple[str, ...]]:
    chosen = conferences_of(address_fields().getlist("conference"), g.served.base)
    return Networks(g.served.file("networks")), chosen


def _csv() -> bool:
    wanted = address_fields().get("format", "html")
    if wanted not in ("html", "csv"):
        raise ParameterError("This table has no such format.", hint="Choose html, csv.")
    return wanted == "csv"


def _as_csv(name: str, rows: Sequence[Sequence[object]]) -> Response:
    response = Response(rows_as_csv(rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _shade(most: int) -> object:
    """Gives the style class of a number: the darker the nearer to the most."""

    def shade(number: int) -> str:
        return f"s{min(_SHADES, -(-_SHADES * number // most))}" if number and most else ""

    return shade


def _page(
    template: str, kind: str, networks: Networks, chosen: Sequence[str], **shown: object
) -> Response:
    page = render_template(
        f"networks/{template}.html",
        conferences=networks.conferences(kind),
        chosen=chosen,
        place_of=place_of,
        queries=[question_text(name) for name in (kind, "works")],
        **shown,
    )
    return Response(page, content_type="text/html; charset=utf-8")
