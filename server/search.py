"""Search over everything: a page that works without script, the same as JSON, and completion."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, g, render_template, request, url_for

from ..graph.errors import NotAcceptableError, ParameterError
from .addresses import address
from .facets import Choice
from .fields import address_fields
from .gathering import QUESTION
from .indexed import index_of
from .kinds import KINDS
from .negotiation import HTML, Format, choose, named
from .search_index import FACETS
from .searching import Asked, Found, Hit, Index

__all__ = ["LONGEST", "blueprint"]

blueprint = Blueprint("search", __name__)

LONGEST: Final = 200
"""Letters of a text that can be searched for."""
_VALUE: Final = 2_000
_SIZE: Final = 20
_PAGES: Final = 50
"""Pages of an answer; who has not found it by then asks for something else."""
_SUGGESTED: Final = 8
_JSON: Final = Format("json", "json", "application/json", "JSON")
WORDS: Final = {kind.name: kind.word for kind in reversed(KINDS)} | {QUESTION: "Question"}


@blueprint.route("/search")
def search() -> Response:
    """What a text finds among all things and questions, narrowed by facets."""
    fields = address_fields()
    wanted = fields.get("format", "")
    offered = (HTML, _JSON)
    form = named(wanted, offered) if wanted else choose(request.headers.get("Accept"), offered)
    if form is None:
        raise NotAcceptableError(
            "A search is not answered in a format that you accept.",
            hint="There are text/html (format=html) and application/json (format=json).",
        )
    asked = Asked(_text(fields), _only(fields))
    number = _number(fields)
    index = index_of(g.served)
    found = index.search(asked, (number - 1) * _SIZE, _SIZE)
    last = min(max(1, -(-found.total // _SIZE)), _PAGES)
    if form is _JSON:
        return _json(_told(asked, found, number, last))
    page = render_template(
        "search/page.html",
        searched=True,
        asked=asked,
        found=found,
        hits=[_shown(hit) for hit in found.hits],
        facets=_facets(found),
        chosen=[(facet, _label(index, facet, value)) for facet, value in asked.only.items()],
        number=number,
        last=last,
        changed=lambda **changes: _address(asked, **changes),
    )
    response = Response(page, content_type=HTML.content_type)
    other = _address(asked, format="json")
    response.headers["Link"] = f'<{other}>; rel="alternate"; type="{_JSON.media_type}"'
    return response


@blueprint.route("/search/suggest")
def suggest() -> Response:
    """The best things for what somebody is typing."""
    asked = Asked(_text(address_fields()))
    found = index_of(g.served).search(asked, 0, 2 * _SUGGESTED, ())
    told: dict[str, dict[str, Any]] = {}
    for hit in found.hits:  # a talk has the title of its paper, and comes after it
        told.setdefault(
            hit.name.casefold() if hit.kind in ("talk", "paper") else hit.iri, _hit(hit)
        )
    suggestions = [*told.values()][:_SUGGESTED]
    return _json({"query": asked.text, "suggestions": suggestions})


def _text(fields: Mapping[str, str]) -> str:
    text = fields.get("q", "").strip()
    if len(text) > LONGEST:
        raise ParameterError(
            f"'q' has {len(text):,} letters; {LONGEST} can be searched for.",
            hint="Search for some words of it.",
        )
    return text


def _only(fields: Mapping[str, str]) -> dict[str, str]:
    only = {facet: fields[facet].strip() for facet in FACETS if fields.get(facet, "").strip()}
    for facet, value in only.items():
        if len(value) > _VALUE:
            raise ParameterError(f"'{facet}' is longer than any value of it.")
    return only


def _number(fields: Mapping[str, str]) -> int:
    text = fields.get("page", "1")
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= _PAGES):
        raise ParameterError(
            f"'page' must be a whole number from 1 to {_PAGES}.", hint="For example: page=2"
        )
    return int(text)


def _address(asked: Asked, **changes: str | int | None) -> str:
    """The address of this search with something changed; None leaves out."""
    fields: dict[str, Any] = {"q": asked.text or None, **asked.only, **changes}
    return url_for("search.search", **fields)


def _label(index: Index, facet: str, value: str) -> str:
    return WORDS.get(value, value) if facet == "kind" else index.facets.label(facet, value)


def _facets(found: Found) -> dict[str, list[Choice]]:
    return {facet: [_worded(facet, each) for each in told] for facet, told in found.facets.items()}


def _worded(facet: str, choice: Choice) -> Choice:
    label = WORDS.get(choice.value, choice.label) if facet == "kind" else choice.label
    return Choice(choice.value, label, choice.count, choice.chosen)


def _shown(hit: Hit) -> dict[str, Any]:
    """A thing as the template needs it: what it is called, and where it leads."""
    return {"word": WORDS[hit.kind], "url": _url(hit), **vars(hit)}


def _url(hit: Hit) -> str:
    if hit.kind == QUESTION:
        return url_for("api.page", name=hit.iri)
    return address(hit.iri)


def _hit(hit: Hit) -> dict[str, Any]:
    told = {"name": hit.name, "kind": hit.kind, "word": WORDS[hit.kind], "line": hit.line}
    if hit.known_as:
        told["known_as"] = hit.known_as
    if hit.language:
        told["language"] = hit.language
    if hit.kind != QUESTION:
        told["iri"] = hit.iri
    return {**told, "url": _url(hit)}


def _told(asked: Asked, found: Found, number: int, last: int) -> dict[str, Any]:
    facets = {
        facet: [
            {"value": each.value, "label": each.label, "count": each.count, "chosen": each.chosen}
            for each in choices
        ]
        for facet, choices in _facets(found).items()
    }
    return {
        "query": asked.text,
        "words": found.words,
        "instead": found.instead,
        "loose": found.loose,
        "nearest": found.nearest,
        "total": found.total,
        "page": number,
        "pages": last,
        "results": [_hit(hit) for hit in found.hits],
        "facets": facets,
    }


def _json(value: object) -> Response:
    text = json.dumps(value, ensure_ascii=False)
    return Response(text + "\n", content_type=_JSON.media_type)
