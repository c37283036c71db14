"""Reviewing links: two things side by side, the evidence, and a decision that holds at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, g, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.wrappers import Response as AnyResponse

from ..graph.errors import SymposiaError
from ..graph.linking.decisions import Verdict, decision_of
from ..graph.linking.kinds import KINDS
from ..graph.linking.links import CLOSE, LINKS, Link, Status
from ..graph.linking.reviewing import links_in, uncertain
from ..graph.writer import Change
from .authorisation import UnauthorisedError
from .documents import known
from .fields import address_fields, body_fields
from .panels import panels, query_text
from .review_session import check, enter, leave, reviewer
from .serving import Served
from .terms import Cell, Row
from .update import writer
from .waterfall import Bar, bars

__all__ = ["blueprint"]

blueprint = Blueprint("review", __name__)

_METHODS: Final = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
"""All are told, or those of the pages of things, whose addresses match too, would be offered."""

_SHOWN: Final = {
    "uncertain": "Uncertain",
    "stated": "Stated",
    "decided": "Decided",
    "refused": "Refused",
}
"""Which links are looked through, and what they are called."""

_ASPECTS: Final = (
    ("names", "Names"),
    ("affiliations", "Affiliations"),
    ("people", "People"),
    ("authors", "Authors"),
    ("conferences", "Conferences"),
    ("papers", "Papers"),
    ("coauthors", "Co-authors"),
    ("topics", "Topics"),
    ("broader", "Part of"),
    ("places", "Places"),
    ("dates", "Dates"),
    ("identifiers", "Elsewhere"),
)
"""What is compared: the queries of `templates/review/side`, and what people call it."""

_MOST: Final = 12
"""Values of an aspect that are shown of each."""


@dataclass(frozen=True)
class Known:
    """The links of a kind.

    :param shown: those that are looked through, by `_SHOWN`.
    :param by_mark: all, by what addresses call them.
    """

    shown: dict[str, list[Link]]
    by_mark: dict[str, Link]


@dataclass(frozen=True)
class Aspect:
    """What both have of something, and what one of them has alone.

    :param more: how many values are not shown, of each.
    """

    word: str
    both: list[Cell]
    left: list[Cell]
    right: list[Cell]
    more: tuple[int, int]


@blueprint.route("/review")
def overview() -> str:
    """The kinds of which there are links, and how many of each are to be looked at."""
    served: Served = g.served
    counts = [
        (kind, [(name, word, len(_links(served, kind, name))) for name, word in _SHOWN.items()])
        for kind in _kinds(served)
    ]
    return render_template("review/overview.html", counts=counts, **_common())


@blueprint.route("/review/token", methods=_METHODS, provide_automatic_options=False)
def token() -> AnyResponse:
    """Take the token, or forget that it was given."""
    if request.method != "POST":
        return _allowing("POST")
    fields = body_fields()
    response: Any = redirect(_back(fields.get("back", "")), 303)
    if fields.get("leave"):
        leave(response)
        return response  # type: ignore[no-any-return]
    try:
        enter(fields.get("token", ""), fields.get("by", ""), response)
    except SymposiaError as error:
        return _overview(error)
    return response  # type: ignore[no-any-return]


def _allowing(*methods: str) -> Response:
    """Which methods there are, to who asks by OPTIONS; whoever uses another one is told so."""
    allowed = [*methods, "OPTIONS"]
    if request.method != "OPTIONS":
        raise MethodNotAllowed(allowed)
    return Response(status=204, headers={"Allow": ", ".join(allowed)})


def _overview(error: SymposiaError) -> Response:
    page = render_template("review/overview.html", counts=(), error=error, **_common())
    return _failed(page, error)


@blueprint.route("/review/<kind>", methods=_METHODS, provide_automatic_options=False)
def pair(kind: str) -> AnyResponse:
    """A pair, the most uncertain first; and what is decided about it."""
    if request.method == "POST":
        return _decide(kind)
    if request.method not in ("GET", "HEAD"):
        return _allowing("GET", "HEAD", "POST")
    fields = address_fields()
    return Response(_page(kind, fields), content_type="text/html; charset=utf-8")


def _decide(kind: str) -> AnyResponse:
    fields = body_fields()
    try:
        check(fields.get("key", ""))
        link = _link(g.served, kind, fields)
        writer().make(_change(fields, link))
    except SymposiaError as error:
        return _failed(_page(kind, fields, error), error)
    shown, mark = fields.get("show", "uncertain"), _mark(kind, link)
    after = fields.get("after") or None
    return redirect(url_for("review.pair", kind=kind, show=shown, pair=after, done=mark), 303)


def _change(fields: Mapping[str, str], link: Link) -> Change:
    """What a form asks for.

    :raises DecisionError: it does not say who decides.
    """
    wanted = fields.get("verdict", "")
    things: dict[str, tuple[Verdict, str, str | None]] = {
        "accept": (Verdict.ACCEPT, link.left, link.right),
        "reject": (Verdict.REJECT, link.left, link.right),
        "split-left": (Verdict.SPLIT, link.left, None),
        "split-right": (Verdict.SPLIT, link.right, None),
    }
    if wanted in things:
        verdict, one, other = things[wanted]
        decision = decision_of(
            verdict, one, other, by=fields.get("by", ""), why=fields.get("why", "")
        )
        return Change("decide", decision=asdict(decision))
    if wanted == "withdraw" and link.decision is not None:
        return Change("withdraw", decision=asdict(link.decision))
    raise NotFound("There is no such decision to make.")


def _page(kind: str, fields: MultiDict[str, str], error: SymposiaError | None = None) -> str:
    served: Served = g.served
    shown = fields.get("show") if fields.get("show") in _SHOWN else "uncertain"
    assert shown is not None  # noqa: S101  it is one of those
    links = _links(served, kind, shown)
    marks = [_mark(kind, each) for each in links]
    asked = any(fields.get(name) for name in ("pair", "one", "other"))
    link = _link(served, kind, fields) if asked else next(iter(links), None)
    done = _known(served, kind).by_mark.get(fields.get("done", ""))
    place = marks.index(_mark(kind, link)) if link and _mark(kind, link) in marks else None
    near = {
        "before": marks[place - 1] if place else None,
        "after": marks[place + 1] if place is not None and place + 1 < len(marks) else None,
    }
    if link and place is None and marks:
        near["after"] = marks[0]
    context: dict[str, Any] = {}
    if link is not None:
        left, right = (_named(served, iri) for iri in (link.left, link.right))
        context = {
            "left": left,
            "right": right,
            "mark": _mark(kind, link),
            "aspects": _aspects(served, link),
            "bars": _bars(link),
        }
    return render_template(
        "review/pair.html",
        kind=kind,
        shown=shown,
        shows=_SHOWN,
        links=links,
        link=link,
        place=place,
        done=done,
        done_mark=fields.get("done", ""),
        error=error,
        why=fields.get("why", "") if error else "",
        close=link is not None and link.predicate == CLOSE,
        **near,
        **context,
        **_common(),
    )


def _common() -> dict[str, Any]:
    """Who reviews, and whether anyone can."""
    able = current_app.config.get("SYMPOSIA_TOKEN") is not None
    able = able and current_app.extensions["symposia"].writer is not None
    return {"reviewer": reviewer(), "able": able}


def _failed(page: str, error: SymposiaError) -> Response:
    response = Response(page, error.http_status, content_type="text/html; charset=utf-8")
    if isinstance(error, UnauthorisedError):
        response.headers["WWW-Authenticate"] = error.challenge
    return response


def _back(address: str) -> str:
    """A page of the review to go to; nothing else is gone to."""
    path = url_for("review.overview")
    safe = address == path or address.startswith((f"{path}/", f"{path}?"))
    return address if safe and not set(address) & {"\\", "\r", "\n"} else path


def _kinds(served: Served) -> list[str]:
    return [iri.removeprefix(LINKS) for iri in served.store.graphs() if iri.startswith(LINKS)]


def _links(served: Served, kind: str, shown: str) -> list[Link]:
    """The links of a kind that are looked through, in their order."""
    return _known(served, kind).shown[shown]


def _known(served: Served, kind: str) -> Known:
    """The links of a kind, read once of each generation."""
    known = served.memo.get(f"review {kind}")
    if isinstance(known, Known):
        return known
    found = links_in(served.store, kind)
    shown = {
        "uncertain": uncertain(found, kind),
        "stated": [each for each in found.links if each.status is Status.STATED],
        "decided": [each for each in found.links if each.decision is not None],
        "refused": [each for each in found.links if each.status is Status.REFUSED],
    }
    known = Known(shown, {_mark(kind, each): each for each in found.links})
    if served.version:  # else it may change by itself
        served.memo[f"review {kind}"] = known
    return known


def _link(served: Served, kind: str, fields: MultiDict[str, str]) -> Link:
    """The link that is meant by its mark, or by two things that need not have been compared."""
    mark = fields.get("pair", "")
    things = sorted(fields.get(name, "").strip() for name in ("one", "other"))
    by_mark = _known(served, kind).by_mark
    if not mark and things[0] != things[1] and kind in KINDS and all(map(_is_iri, things)):
        link = Link(things[0], things[1])
        turned = Link(things[1], things[0])
        found = by_mark.get(_mark(kind, link)) or by_mark.get(_mark(kind, turned))
        if found or all(known(served, thing) for thing in things):
            return found or link
    link_there = by_mark.get(mark)
    if link_there is None:
        raise NotFound(f"No such pair of {kind} is linked (any more): {mark[:40]}.")
    return link_there


def _is_iri(text: str) -> bool:
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def _mark(kind: str, link: Link) -> str:
    """What the address of a pair calls it; it stays what it is."""
    return link.iri(kind).rpartition("/")[2]


def _named(served: Served, iri: str) -> Cell:
    node = ox.NamedNode(iri)
    (rows,) = served.tables((query_text("shown/about.rq"), {"this": node}))
    label = next((str(name.value) for row in rows if (name := row.preferred or row.label)), "")
    return Cell.of(node, served.base, label)


def _aspects(served: Served, link: Link) -> list[Aspect]:
    """What two things have, side by side; what neither has is left out."""
    sides = [
        panels(served, "review/side", {"this": ox.NamedNode(iri)})
        for iri in (link.left, link.right)
    ]
    found = []
    for name, word in _ASPECTS:
        left, right = (_cells(side[name], link) for side in sides)
        both = [cell for key, cell in left.items() if key in right]
        mine, theirs = (
            [cell for key, cell in one.items() if key not in other]
            for one, other in ((left, right), (right, left))
        )
        if left or right:
            more = (max(0, len(mine) - _MOST), max(0, len(theirs) - _MOST))
            found.append(Aspect(word, both[:_MOST], mine[:_MOST], theirs[:_MOST], more))
    return found


def _cells(rows: list[Row], link: Link) -> dict[str, Cell]:
    """The values of an aspect by what makes two of them the same: their words."""
    cells: dict[str, Cell] = {}
    for row in rows:
        cell = row.value
        if cell is not None and cell.value not in (link.left, link.right):
            cells.setdefault(" ".join(cell.text.casefold().split()), cell)
    return cells


def _bars(link: Link) -> list[Bar]:
    if link.weight is None:
        return []
    return bars(link.weight, [(each.label, each.comparison, each.weight) for each in link.evidence])
