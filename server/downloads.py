"""Which things can be taken away in which formats, besides the documents that everything has."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urljoin

import pyoxigraph as ox
from flask import Response, request

from ..graph.errors import ExportError
from ..graph.exports.formats import EXPORTS, write_export
from .kinds import Kind
from .licences import licences_of
from .negotiation import Format
from .panels import query_text
from .problems import problem
from .serving import Served
from .signposts import Link, field

__all__ = ["CALENDAR", "DOWNLOADS", "download", "downloads_of"]

DOWNLOADS: Final = tuple(
    Format(export.name, export.suffix, export.media_type, export.label)
    for export in EXPORTS.values()
)
"""The formats that say a part of what is known, for programs of one purpose."""

_BY_NAME: Final = {form.name: form for form in DOWNLOADS}
CALENDAR: Final = _BY_NAME["icalendar"]
_CALENDAR: Final = (CALENDAR.name,)
_PROGRAMME: Final = ("icalendar", "frab-json", "frab-xml", "programme-csv")
_PAPERS: Final = tuple(export.name for export in EXPORTS.values() if export.of == "papers")
_EVENTS: Final[Mapping[str, Sequence[str]]] = {
    "conference": _PROGRAMME,
    "session": _CALENDAR,
    "talk": _CALENDAR,
}
_MOST_CHOSEN: Final = 2000
"""How many parts of a programme can be chosen in an address."""


def downloads_of(kind: Kind, rows: Mapping[str, Sequence[Any]]) -> list[Format]:
    """The formats that a page offers.

    :param kind: of the thing that it is about.
    :param rows: of the queries of its page, which tell whether there are papers.
    """
    told = (*rows.get("papers", ()), *rows.get("talks", ()))
    papers = kind.name == "paper" or any(row["paper"] for row in told)
    names = (*_EVENTS.get(kind.name, ()), *(_PAPERS if papers else ()))
    return [_BY_NAME[name] for name in names]


def download(served: Served, iri: str, form: Format) -> Response:
    """A thing in one of `DOWNLOADS`.

    Of a programme's calendar, `?id=` chooses a part, and may stand there many times: an IRI, or
    what follows that of the thing.
    """
    try:
        body = write_export(
            lambda queries: [served.query(text, values) for text, values in queries],
            iri,
            EXPORTS[form.name],
            changed=served.published,
            version=str(served.generation),
            chosen=_chosen(iri),
        )
    except ExportError as error:
        return problem(404, "Not found", str(error))
    response = Response(body, content_type=form.content_type)
    name = f"{iri.rstrip('/#').rpartition('/')[2]}.{form.suffix}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    (graphs,) = served.tables((query_text("shown/graphs.rq"), {"this": ox.NamedNode(iri)}))
    licences = [Link(each, "license") for each in licences_of(served, iri, graphs)]
    response.headers["Link"] = field([Link(iri, "describes"), *licences])
    return response


def _chosen(iri: str) -> Collection[str] | None:
    given = request.args.getlist("id")[:_MOST_CHOSEN]
    return {urljoin(f"{iri}/", each) for each in given} or None
