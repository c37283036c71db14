"""The address of every thing: 303 to its document, and the document as a page or as data."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any, Final
from urllib.parse import quote

import pyoxigraph as ox
from flask import Blueprint, Response, g, render_template, request

from . import views
from .documents import DOCUMENTS, describe, known, split, write
from .kinds import kind_of
from .negotiation import HTML, Format, choose
from .panels import panels, query_text
from .problems import problem
from .serving import Served
from .terms import Cell, path_of

__all__ = ["blueprint"]

blueprint = Blueprint("pages", __name__)

_NEAREST: Final = 5


@blueprint.route("/<path:path>")
def thing(path: str) -> Response:
    """Answer for an IRI of the dataset (https://www.w3.org/TR/cooluris/#r303gendocument)."""
    served: Served = g.served
    iri = _iri(served, path)
    if iri is not None:
        return _redirect(served, iri)
    name, form = split(path)
    iri = _iri(served, name) if form else None
    if iri is None or form is None:
        return _missing(served, name)
    return _document(served, iri, form)


def _iri(served: Served, path: str) -> str | None:
    """The IRI that is meant by a path: as it was decoded, or with its escapes kept."""
    for each in dict.fromkeys((path, quote(path, safe="/=,:@!$&'()*+;~"))):
        if known(served, served.base + each):
            return served.base + each
    return None


def _redirect(served: Served, iri: str) -> Response:
    form = choose(request.headers.get("Accept"), (HTML, *DOCUMENTS[1:]))
    if form is None:
        offered = ", ".join(each.media_type for each in DOCUMENTS)
        return problem(
            406,
            "Not acceptable",
            "There is no document of this in a format that you accept.",
            hint=f"There are: {offered}.",
        )
    response = Response(status=303)
    response.location = _address(served, iri, form)
    response.vary.add("Accept")
    response.headers["Link"] = ", ".join(
        f'<{_address(served, iri, each)}>; rel="describedby"; type="{each.media_type}"'
        for each in DOCUMENTS
    )
    return response


def _address(served: Served, iri: str, form: Format) -> str:
    return f"{request.script_root}/{path_of(iri, served.base)}.{form.suffix}"


def _document(served: Served, iri: str, form: Format) -> Response:
    if form is HTML:
        response = Response(page(served, iri), content_type=HTML.content_type)
    else:
        body = write(describe(served, iri), form)
        response = Response(body, content_type=form.content_type)
    links = [
        f'<{_address(served, iri, each)}>; rel="alternate"; type="{each.media_type}"'
        for each in DOCUMENTS
        if each is not form
    ]
    response.headers["Link"] = ", ".join([f'<{_ascii(iri)}>; rel="describes"', *links])
    return response


def _ascii(iri: str) -> str:
    return quote(iri, safe="/#=,:@!$&'()*+;~%?")


def page(served: Served, iri: str) -> str:
    """The page of a thing, by the template and the queries of its kind."""
    node = ox.NamedNode(iri)
    common = panels(served, "shown", {"this": node})
    about = common.pop("about")
    classes = [row["class"].value for row in about if row["class"]]
    kind = kind_of(classes)
    own = panels(served, f"kinds/{kind.name}", {"this": node})
    return render_template(
        f"kinds/{kind.name}/page.html",
        this=Cell.of(node, served.base, _label(about, served.labels.get(iri, iri))),
        kind=kind,
        classes=classes,
        documents=DOCUMENTS,
        **common,
        **own,
        **views.extras(kind, own, classes),
    )


def _label(about: Sequence[Any], iri: str) -> str:
    for row in about:
        if name := row.preferred or row.label:
            return str(name.value)
    return iri.rstrip("/").rpartition("/")[2]


def _missing(served: Served, path: str) -> Response:
    nearest = _nearest(served, path)
    return problem(
        404,
        "Not found",
        f"Nothing is known of {served.base}{path}.",
        hint="The nearest names are below." if nearest else "",
        nearest=[{"iri": iri, "label": label} for iri, label in nearest],
    )


def _nearest(served: Served, path: str) -> list[tuple[str, str]]:
    """The things whose path or name looks most like a path."""
    if "names" not in served.memo:
        (rows,) = served.tables((query_text("common/names.rq"), {}))
        served.memo["names"] = [
            (row.thing.value, row.thing.label)
            for row in rows
            if row.thing and row.thing.path is not None
        ]
    names: list[tuple[str, str]] = served.memo["names"]  # type: ignore[assignment]
    wanted = path.rpartition("/")[2].lower()[:100]
    words = wanted.replace("-", " ")
    scored = []
    for iri, label in names:
        slug = iri.rpartition("/")[2].lower()
        matcher = SequenceMatcher(None, wanted, slug, autojunk=False)
        if matcher.real_quick_ratio() < 0.5:
            continue
        score = max(matcher.ratio(), 0.9 * (words in label.lower()) if words else 0.0)
        if score >= 0.55:
            scored.append((-score, iri.count("/"), iri, label))
    return [(iri, label) for _, _, iri, label in sorted(scored)[:_NEAREST]]
