"""The address of every thing: 303 to its document, and the document as a page or as data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

import pyoxigraph as ox
from flask import Blueprint, Response, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ..graph.namespaces import BASE
from . import signposts, views
from .addresses import absolute, address, document
from .alignments import alignments
from .departed import departed
from .documents import (
    DATASETS,
    DOCUMENTS,
    asked_for,
    describe,
    is_large,
    known,
    located,
    split,
    write,
)
from .downloads import DOWNLOADS, download, downloads_of
from .identities import identities
from .kept import leads_to_bytes
from .kinds import ELSEWHERE, UNKNOWN, Kind, kind_of
from .licences import licences_of
from .lost import missing
from .negotiation import HTML, JELLY, Format, choose
from .panels import panels, queries_of
from .problems import problem
from .profiles import OURS, PROFILES, SCHEMA, Profile, choose_profile, profile_of
from .serving import Served
from .signposts import LINKSET
from .structured import embedded, queries_about, schema_type, structured
from .terms import Cell, path_of

__all__ = ["blueprint"]

blueprint = Blueprint("pages", __name__)

_LONGEST: Final = 300
"""Characters of a summary."""
_GRAPHS: Final = ("graphs",)
_FORMS: Final = (*DOCUMENTS, LINKSET, *DOWNLOADS)


@blueprint.app_context_processor
def _for_templates() -> dict[str, object]:
    return {
        "absolute": absolute,
        "address": address,
        "alignments": alignments,
        "document": document,
    }


@blueprint.route("/<path:path>")
def thing(path: str) -> AnyResponse:
    """Answer for an IRI of the dataset (https://www.w3.org/TR/cooluris/#r303gendocument)."""
    served: Served = g.served
    name, form = split(path, _FORMS)
    things = _iris(served, path)
    documents = _iris(served, name) if form else []
    if form is not None:
        served = _expecting(served, documents[0], form)
    iri = known(served, *things, *documents)
    if iri is None:
        return departed(served, served.base + name, form) or missing(served, served.base + name)
    if form is None or iri in things:
        return _redirect(iri)
    return _document(served, iri, form)


@blueprint.route("/resource")
def resource() -> AnyResponse:
    """Answer for any IRI that the dataset speaks of, whoever named it."""
    served: Served = g.served
    iri = _asked()
    if known(served, iri):
        return _redirect(iri)
    return departed(served, iri, None) or missing(served, iri)


@blueprint.route("/resource.<suffix>")
def resource_document(suffix: str) -> AnyResponse:
    """A document of any IRI that the dataset speaks of."""
    served: Served = g.served
    form = next((form for form in _FORMS if form.suffix == suffix), None)
    if form is None:
        abort(404)
    iri = _asked()
    served = _expecting(served, iri, form)
    if not known(served, iri):
        return departed(served, iri, form) or missing(served, iri)
    if path_of(iri, served.base) is not None:  # one document has one address
        return redirect(document(iri, form, _profile(form).token), 301)
    return _document(served, iri, form)


def _expecting(served: Served, iri: str, form: Format) -> Served:
    """The same, which asks for what a document needs while it looks whether there is one."""
    try:
        given = {"this": ox.NamedNode(iri)}
    except ValueError:
        return served
    if form is HTML:
        return served.expecting(*queries_of("shown", given).values())
    if form in DOCUMENTS and not request.args.get("_profile"):
        told = queries_of("shown", given, _GRAPHS)
        return served.expecting(*told.values(), *asked_for(iri, form))
    return served


def _asked() -> str:
    iri = request.args.get("iri", "").strip().removeprefix("<").removesuffix(">")
    if not iri:
        abort(400, "Say which IRI is meant: /resource?iri=….")
    return iri


def _iris(served: Served, path: str) -> list[str]:
    """The IRIs that may be meant by a path: as it was decoded, or with its escapes kept.

    Where things have another base, our own terms are found by their paths too.
    """
    paths = dict.fromkeys((path, quote(path, safe="/=,:@!$&'()*+;~")))
    return [base + each for base in dict.fromkeys((served.base, BASE)) for each in paths]


def _redirect(iri: str) -> AnyResponse:
    """Lead from a thing to the document that is wanted."""
    profile = choose_profile(request.headers.get("Accept-Profile"))
    accepted = request.headers.get("Accept")
    # Who takes triples gets them: in a data set, they would not stand in its default graph.
    offered = tuple(form for form in DOCUMENTS if form.name not in DATASETS)
    form = choose(accepted, offered[1:] if profile is SCHEMA else offered)
    if form is None and profile is SCHEMA:
        profile, form = OURS, choose(accepted, offered)
    form = form or choose(accepted, DOCUMENTS)
    bytes_ = leads_to_bytes(g.served, iri) if form is None else None
    if bytes_ is not None:
        return bytes_
    if form is None:
        offers = ", ".join(each.media_type for each in DOCUMENTS)
        return problem(
            406,
            "Not acceptable",
            "There is no document of this in a format that you accept.",
            hint=f"There are: {offers}.",
        )
    response = Response(status=303)
    response.location = document(iri, form, profile.token)
    response.vary.update(("Accept", "Accept-Profile"))
    response.headers["Link"] = signposts.field(signposts.of_thing(iri))
    return response


def _document(served: Served, iri: str, form: Format) -> AnyResponse:
    if form in DOWNLOADS:
        return download(served, iri, form)
    profile = _profile(form)
    if form is HTML:
        return _page(served, iri)
    if form is LINKSET:
        return Response(_links(served, iri), content_type=LINKSET.content_type)
    graphs = panels(served, "shown", {"this": ox.NamedNode(iri)}, _GRAPHS)["graphs"]
    if profile is SCHEMA:
        found: Sequence[Any] = structured(served, iri)
    elif form is not JELLY and is_large(served, iri):
        return redirect(url_for("graph_store.indirect", graph=iri, format=form.name), 307)
    else:
        found = located(served, iri) if form.name in DATASETS else describe(served, iri)
    vocabulary = profile.token or None
    response = Response(write(found, form, vocabulary), content_type=form.content_type)
    response.headers["Content-Profile"] = f"<{profile.iri}>"
    licences = licences_of(served, iri, graphs)
    links = signposts.of_document(iri, form, profile, licences=licences)
    response.headers["Link"] = signposts.field(links)
    return response


def _profile(form: Format) -> Profile:
    """The profile that `?_profile=` asks for.

    :raises BadRequest: there is none of that name, or none in this format.
    """
    name = request.args.get("_profile", "")
    profile = profile_of(name) if name else OURS
    if profile is None or (profile is not OURS and form in (HTML, LINKSET)):
        told = ", ".join(each.token or "symposia" for each in PROFILES)
        abort(400, f"There is no profile '{name}' of this document. Data have these: {told}.")
    return profile


def _links(served: Served, iri: str) -> bytes:
    """The links of all documents of a thing."""
    found = panels(served, "shown", {"this": ox.NamedNode(iri)}, ("about", "authors", "graphs"))
    kind = kind_of(row["class"].value for row in found["about"] if row["class"])
    licences, authors = licences_of(served, iri, found["graphs"]), _authors(found["authors"])
    documents = [(form, OURS) for form in DOCUMENTS]
    documents += [(form, SCHEMA) for form in DOCUMENTS if form.name == "jsonld"]
    return signposts.linkset(
        (
            document(iri, form, profile.token),
            signposts.of_document(
                iri,
                form,
                profile,
                schema_type=schema_type(kind),
                authors=authors,
                licences=licences,
            ),
        )
        for form, profile in documents
    )


def _authors(rows: Sequence[Any]) -> list[str]:
    return list(dict.fromkeys(row.author.value for row in rows if row.author))


def _page(served: Served, iri: str) -> Response:
    """The page of a thing, by the template and the queries of its kind."""
    node = ox.NamedNode(iri)
    common = panels(served, "shown", {"this": node})
    about, authors = common.pop("about"), _authors(common.pop("authors"))
    classes = [row["class"].value for row in about if row["class"]]
    kind = kind_of(classes)
    served = served.expecting(*queries_about(node, kind))
    own = panels(served, f"kinds/{kind.name}", {"this": node, **views.bindings()})
    if kind is UNKNOWN and not any(own.values()):
        kind = ELSEWHERE
        own = panels(served, f"kinds/{kind.name}", {"this": node})
    data = embedded(served, iri, kind, absolute(document(iri, HTML)))
    licences = licences_of(served, iri, common["graphs"])
    text = render_template(
        f"kinds/{kind.name}/page.html",
        this=Cell.of(node, served.base, _label(about, served.labels.get(iri, iri))),
        kind=kind,
        classes=classes,
        documents=DOCUMENTS,
        downloads=downloads_of(kind, own),
        structured=data,
        summary=_summary(common.pop("summaries"), kind),
        licences=licences,
        **common,
        **own,
        **identities(served, node, kind),
        **views.extras(kind, own, classes),
    )
    response = Response(text, content_type=HTML.content_type)
    links = signposts.of_document(
        iri,
        HTML,
        schema_type=schema_type(kind),
        authors=authors,
        licences=licences,
    )
    response.headers["Link"] = signposts.field(links)
    return response


def _summary(rows: Sequence[Any], kind: Kind) -> str:
    """What the page is about in a sentence or two."""
    text = (
        " ".join(rows[0].text.value.split()) if rows else f"{kind.word} in a conference programme"
    )
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rpartition(' ')[0]} …"


def _label(about: Sequence[Any], iri: str) -> str:
    for row in about:
        if name := row.preferred or row.label:
            return str(name.value)
    return iri.rstrip("/#").rpartition("/")[2]
