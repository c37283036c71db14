"""The home page and the lists of all things of a kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import pyoxigraph as ox
from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from .documents import DOCUMENTS
from .downloads import downloads_of
from .kinds import CONFERENCE
from .listed import Listed, part
from .negotiation import HTML, choose
from .panels import panels, query_text
from .programmes import ON_TIMETABLE, timetable
from .serving import Served
from .terms import Row

__all__ = ["NAVIGATION", "blueprint"]

blueprint = Blueprint("lists", __name__)

NAVIGATION: Final = (
    ("/papers", "Papers"),
    ("/people", "People"),
    ("/organisations", "Organisations"),
    ("/topic", "Topics"),
    ("/systems", "Systems"),
    ("/results", "Results"),
    ("/network", "Networks"),
    ("/queries/", "Questions"),
    ("/sparql", "SPARQL"),
    ("/ontology", "Ontology"),
)
"""The main navigation: addresses and words."""

_PAGED: Final = {
    "organisations": Listed(
        "organisation", "organisations_all", "organisations_size", ("organisations",)
    ),
    "people": Listed(
        "person", "people_all", "people_size", ("people", "people_affiliations", "people_roles")
    ),
    "papers": Listed(
        "paper", "papers_all", "papers_size", ("papers", "papers_people", "papers_topics")
    ),
}
"""The lists that come in pages."""


@blueprint.route("/")
def home() -> str | Response:
    """The programmes; with one programme, its timetable. Data of it all are the dataset's."""
    form = choose(request.headers.get("Accept"), (HTML, *DOCUMENTS[1:]))
    if form is not None and form is not HTML:
        answer = redirect(url_for("wellknown.void_document", suffix=form.suffix), 303)
        answer.vary.add("Accept")
        return answer
    served: Served = g.served
    rows = panels(served, "home")
    conferences = _first(rows["conferences"], "conference")
    context: dict[str, object] = {**rows, "conferences": conferences, "only": None, "days": []}
    if len(conferences) == 1 and (only := conferences[0].conference) is not None:
        node = ox.NamedNode(only.value)
        own = panels(served, "kinds/conference", {"this": node}, only=("facts", *ON_TIMETABLE))
        context |= {"only": conferences[0], "fact": own["facts"][0] if own["facts"] else None}
        context |= timetable(own)
        context["downloads"] = (*DOCUMENTS[1:], *downloads_of(CONFERENCE, own))
    return render_template("home/page.html", **context)


@blueprint.route("/<any(people, papers, organisations, systems, results):name>")
def listing(name: str) -> str:
    """All people, papers, organisations, systems or results."""
    served: Served = g.served
    if name not in _PAGED:
        (found,) = served.tables((query_text(f"lists/{name}.rq"), {}))
        return render_template(f"lists/{name}.html", **{name: found})
    listed = _PAGED[name]
    shown = part(served.tables, listed, request.args.get("page", "1"))
    context: dict[str, object] = {"part": shown, name: shown.rows[name]}
    for more in listed.told[1:]:
        context[f"{more}_of"] = _by_first(shown.rows[more], listed.thing)
    return render_template(f"lists/{name}.html", **context)


def _first(rows: Sequence[Row], name: str) -> list[Row]:
    seen: dict[str, Row] = {}
    for row in rows:
        cell = row[name]
        if cell is not None:
            seen.setdefault(cell.value, row)
    return list(seen.values())


def _by_first(rows: Sequence[Row], name: str) -> defaultdict[str, list[Row]]:
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        cell = row[name]
        if cell is not None:
            groups[cell.value].append(row)
    return groups
