"""Networks of people, organisations and topics: a picture, its tables, and files of the same."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Response, g, render_template, request
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from ..graph.errors import NotAcceptableError, OverloadedError, ParameterError
from ..graph.networks import formats
from ..graph.networks.drawing import Drawing, draw, mark
from ..graph.networks.file import write
from ..graph.networks.membership import question_text
from ..graph.networks.networks import Network, Networks
from ..graph.store import Store
from .fields import address_fields
from .negotiation import HTML, NETWORKS, Format, choose, named
from .policy import allow_style
from .serving import Served
from .terms import path_of

__all__ = ["blueprint", "conferences_of", "make", "place_of"]

blueprint = Blueprint("networks", __name__)

_MOST: Final = 300
_LARGEST: Final = 15_000
_ROWS: Final = 1000
"""Rows of a table on a page."""
_FARTHEST: Final = 4
_CONFERENCES: Final = 20
_PATIENCE: Final = 5.0

_turns = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Wording:
    """A kind of network, and the words for it.

    :param kind: as `Networks` calls it.
    :param field: the name of the parameter for who it is around.
    :param one, many: what its members are called.
    :param works: what ties them.
    :param tied: what two of them are to each other.
    :param question: a question of the library that asks for the same.
    """

    kind: str
    field: str
    title: str
    one: str
    many: str
    works: str
    tied: str
    question: str


WORDINGS: Final = {
    "people": Wording(
        "people",
        "person",
        "Who writes with whom",
        "person",
        "people",
        "papers",
        "wrote together",
        "coauthor_pairs",
    ),
    "organisations": Wording(
        "organisations",
        "organisation",
        "Which organisations work together",
        "organisation",
        "organisations",
        "papers",
        "wrote together",
        "collaborating_organisations",
    ),
    "topics": Wording(
        "topics",
        "topic",
        "Which topics go together",
        "topic",
        "topics",
        "papers",
        "share a paper",
        "topic_cooccurrence",
    ),
}


@dataclass(frozen=True)
class Asked:
    """What of a network is wanted.

    :param conferences: IRIs; all, where there are none.
    :param who: the member it is around, as they were named; empty for none.
    :param other: the member to whom a chain leads; empty for none.
    :param own: whether people and organisations are those of each conference.
    """

    conferences: tuple[str, ...] = ()
    who: str = ""
    other: str = ""
    distance: int = 1
    most: int = _MOST
    least: int = 1
    own: bool = False

    @classmethod
    def of(cls, fields: MultiDict[str, str], wording: Wording, base: str) -> Asked:
        """Read the fields of an address.

        :raises ParameterError: one of them is wrong.
        """
        conferences = conferences_of(fields.getlist("conference"), base)
        other = fields.get("other", "").strip()
        who = fields.get(wording.field, "").strip()
        if other and not who:
            raise ParameterError(
                "A chain has two ends, and 'other' names one.", hint=f"Give '{wording.field}' too."
            )
        identities = fields.get("identities", "").strip() or "merged"
        if identities not in ("merged", "own"):
            raise ParameterError("'identities' is merged or own.")
        return cls(
            conferences,
            who,
            other,
            _whole(fields, "distance", 1, _FARTHEST, 1),
            _whole(fields, "most", 1, _LARGEST, _MOST),
            _whole(fields, "least", 1, 1_000_000, 1),
            identities == "own",
        )


def conferences_of(given: Iterable[str], base: str) -> tuple[str, ...]:
    """The IRIs of conferences that are named, whole or without the base.

    :raises ParameterError: they are too many.
    """
    named_ones = filter(None, map(str.strip, given))
    found = tuple(
        dict.fromkeys(each if ":" in each else base + each.lstrip("/") for each in named_ones)
    )
    if len(found) > _CONFERENCES:
        raise ParameterError(
            f"Up to {_CONFERENCES} conferences are looked at together; {len(found)} are named.",
            hint="Name none of them for all.",
        )
    return found


def _whole(fields: Mapping[str, str], name: str, lowest: int, highest: int, usual: int) -> int:
    text = fields.get(name, "").strip()
    if not text:
        return usual
    if text.isascii() and text.isdigit() and len(text) < 10 and lowest <= int(text) <= highest:
        return int(text)
    raise ParameterError(f"'{name}' is a whole number from {lowest:,} to {highest:,}.")


def make(store: Store, path: Path) -> None:
    """Make the file of the networks; see `prepared`."""
    write(store, path)


@blueprint.route("/network")
def people() -> Response:
    """Who writes with whom."""
    return _answer(WORDINGS["people"])


@blueprint.route("/organisations/network")
def organisations() -> Response:
    """Which organisations work together."""
    return _answer(WORDINGS["organisations"])


@blueprint.route("/topics/map")
def topics() -> Response:
    """Which topics go together."""
    return _answer(WORDINGS["topics"])


def _answer(wording: Wording) -> Response:
    served: Served = g.served
    fields = address_fields()
    form = _format(fields.get("format", ""))
    networks = Networks(served.file("networks"))
    if form is HTML:
        page, status = _page(wording, networks, fields)
        response = Response(page, status, content_type=HTML.content_type)
    else:
        asked = Asked.of(fields, wording, served.base)
        with _turn():
            drawing = draw(_chosen(networks, wording, asked, served.base))
        members = fields.get("table") == "members"
        body = _WRITERS[form.name](drawing, wording.title, members)
        response = Response(body, content_type=form.content_type)
        if form.name in ("graphml", "gexf", "csv"):
            told = f"{wording.kind}-members" if members and form.name == "csv" else wording.kind
            name = f"{told}.{form.suffix}"
            response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.vary.add("Accept")
    return response


def _format(wanted: str) -> Format:
    found = named(wanted, NETWORKS) if wanted else choose(request.headers.get("Accept"), NETWORKS)
    if found is not None:
        return found
    names = ", ".join(each.name for each in NETWORKS)
    if wanted:
        raise ParameterError(f"There is no format '{wanted[:40]}' here.", hint=f"Choose {names}.")
    raise NotAcceptableError(
        "A network has no format that your Accept header takes.", hint=f"There are {names}."
    )


@contextmanager
def _turn() -> Iterator[None]:
    """Lay out no more networks at a time than leave room for other requests."""
    if not _turns.acquire(timeout=_PATIENCE):
        raise OverloadedError("Too many networks are being drawn.", hint="Try again in a moment.")
    try:
        yield
    finally:
        _turns.release()


def _chosen(networks: Networks, wording: Wording, asked: Asked, base: str) -> Network:
    kind = networks.own(wording.kind) if asked.own else wording.kind
    if not asked.who:
        return networks.whole(kind, asked.conferences, asked.most, asked.least)
    who = networks.find(kind, asked.who, base)
    if asked.other:
        other = networks.find(kind, asked.other, base)
        return networks.between(kind, who, other, asked.conferences)
    return networks.around(kind, who, asked.distance, asked.conferences, asked.most, asked.least)


def _page(wording: Wording, networks: Networks, fields: MultiDict[str, str]) -> tuple[str, int]:
    base = g.served.base
    lead = cache(place_of)  # a page names most members several times
    shown: dict[str, Any] = {}
    asked = Asked(who=fields.get(wording.field, ""), other=fields.get("other", ""))
    status = 200
    try:
        asked = Asked.of(fields, wording, base)
        with _turn():
            drawing = draw(_chosen(networks, wording, asked, base))
        shown = {
            "drawing": drawing,
            "picture": Markup(drawing.svg(_told(wording, drawing.network), lead)),  # noqa: S704
        }
    except ParameterError as error:
        status = error.http_status
        shown = {"error": error, "candidates": error.candidates}
    page = render_template(
        "networks/page.html",
        wording=wording,
        wordings=WORDINGS,
        asked=asked,
        address=_addresses(fields),
        several=networks.own(wording.kind) != wording.kind,
        conferences=networks.conferences(wording.kind),
        forms=NETWORKS[1:],
        queries=[
            question_text(name)
            for name in (networks.own(wording.kind) if asked.own else wording.kind, "works")
        ],
        largest=_LARGEST,
        rows=_ROWS,
        place_of=lead,
        mark=cache(lambda group: Markup(mark(group))),  # noqa: S704  numbers only
        **shown,
    )
    return page, status


def _addresses(fields: MultiDict[str, str]) -> Callable[..., str]:
    """Gives addresses of the same network: with other fields in the place of those of this one."""
    kept = [(name, value) for name, value in fields.items(multi=True) if value.strip()]

    def address(**changed: object) -> str:
        pairs = [(name, value) for name, value in kept if name not in (*changed, "format", "table")]
        pairs += [(name, str(value)) for name, value in changed.items() if value is not None]
        query = f"?{urlencode(pairs)}" if pairs else ""
        return f"{request.script_root}{request.path}{query}"

    return address


def _told(wording: Wording, network: Network) -> str:
    """What a picture shows, in a sentence."""
    return (
        f"{wording.title}: {len(network.members)} {wording.many} and {len(network.ties)} ties;"
        " the tables say the same"
    )


def place_of(iri: str) -> str:
    """The address of the page of an IRI; empty for one that no browser should follow."""
    path = path_of(iri, g.served.base)
    if path is not None:
        return f"{request.script_root}/{path}"
    return iri if iri.startswith(("http://", "https://")) else ""


@cache
def style() -> str:
    """The style sheet of pictures, for those that stand alone."""
    return (files(__package__) / "static" / "network.css").read_text("utf-8")


def _svg(drawing: Drawing, title: str, _: bool) -> bytes:
    allow_style(style())
    told = drawing.svg(title, place_of, style())
    return told.encode("utf-8", "replace")


_WRITERS: Final[dict[str, Callable[[Drawing, str, bool], bytes]]] = {
    "json": lambda drawing, *_: formats.json_of(drawing, place_of),
    "graphml": lambda drawing, *_: formats.graphml(drawing),
    "gexf": lambda drawing, *_: formats.gexf(drawing),
    "csv": lambda drawing, _, members: formats.csv_of(drawing, members=members),
    "svg": _svg,
}
