"""Reconciliation: OpenRefine and its like match tables against the dataset.

The W3C Entity Reconciliation API, 0.2 at `/reconcile`
(https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/) and the draft of
1.0 at `/reconcile/1.0` (https://reconciliation-api.github.io/specs/draft/).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import pyoxigraph as ox
from flask import Blueprint, Response, abort, g, render_template, request, url_for

from ..graph.errors import ParameterError, QueryError
from ..graph.namespaces import PREFIXES, SYM
from .fields import FORM, address_fields, body_fields
from .indexed import index_of
from .kinds import KINDS
from .matching import Candidate, match, values
from .panels import panels
from .reconcilable import (
    MATCHED,
    every_property,
    iri_of,
    is_iri,
    kind_named,
    property_of,
    proposed,
    type_of,
    word_of,
)
from .reconcile_queries import (
    ALL,
    CANDIDATES,
    a_list,
    a_string,
    an_object,
    bounded,
    limit_of,
    parsed,
    text_of,
    wanted_0_2,
    wanted_1_0,
    wrong,
)
from .searching import Asked, Hit
from .serving import Served

__all__ = ["blueprint"]

blueprint = Blueprint("reconcile", __name__)

BATCH: Final = 50
"""Queries that a client should send at once."""
_WIDTH, _HEIGHT = 400, 160
_FRAMED: Final = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
)
"""The policy of what is made to be framed: nothing there does more than lead here."""

Json = Any


@blueprint.route("/reconcile", methods=["GET", "POST"])
def service() -> Response:
    """The manifest of 0.2, and the answers to its queries."""
    fields = body_fields() if request.mimetype == FORM else address_fields()
    if "queries" in fields:
        return _told(_answered(parsed(fields["queries"], "queries")))
    if "extend" in fields:
        return _told(_extended(parsed(fields["extend"], "extend"), _row_0_2))
    if request.method == "POST":
        raise QueryError(
            "There are no queries in the form.", hint="Send them as queries=… or extend=…, in JSON."
        )
    return _told(_manifest_0_2())


@blueprint.route("/reconcile/1.0/")
def manifest() -> Response:
    """The manifest of the draft of 1.0."""
    about = {
        key: value for key, value in _manifest_0_2().items() if key not in ("suggest", "extend")
    }
    about["versions"] = ["1.0-draft"]
    about["preview"] = {"width": _WIDTH, "height": _HEIGHT}
    about["suggest"] = {"entity": True, "property": True, "type": True}
    about["extend"] = {"proposeProperties": True, "propertySettings": []}
    return _told(about)


@blueprint.route("/reconcile/1.0/match", methods=["POST"])
def matched() -> Response:
    """Candidates for each query of a batch of the draft of 1.0."""
    batch = an_object(_body()).get("queries")
    if not isinstance(batch, list):
        raise wrong("queries", "a list")
    wanted = [wanted_1_0(an_object(each)) for each in bounded(batch)]
    found = match(g.served, index_of(g.served), wanted)
    return _told({"results": [{"candidates": [*map(_candidate_1_0, each)]} for each in found]})


@blueprint.route("/reconcile/1.0/extend", methods=["POST"])
def extended() -> Response:
    """The values of properties, for the draft of 1.0."""
    return _told(_extended(an_object(_body()), _row_1_0))


@blueprint.route("/reconcile/propose")
@blueprint.route("/reconcile/1.0/extend/propose", endpoint="proposed")
def propose() -> Response:
    """Properties that things of a type have."""
    fields = address_fields()
    kind = kind_named(fields.get("type", ""))
    limit = limit_of(fields.get("limit"), ALL)
    found = proposed(kind)
    return _told({"type": fields.get("type", ""), "limit": limit, "properties": found[:limit]})


@blueprint.route("/reconcile/suggest/<any(entity, type, property):what>")
@blueprint.route("/reconcile/1.0/suggest/<any(entity, type, property):what>", endpoint="completed")
def suggest(what: str) -> Response:
    """What the letters may be the beginning of: a thing, a type or a property."""
    fields = address_fields()
    prefix = text_of(fields.get("prefix", ""))
    begin = limit_of(fields.get("cursor") or "0", 1_000, least=0)
    if what == "entity":
        found = index_of(g.served).search(Asked(prefix), begin, CANDIDATES, ())
        hits = [hit for hit in found.hits if hit.kind in MATCHED]
        return _told({"result": [_suggested(hit) for hit in hits]})
    known = (
        [type_of(kind) for kind in MATCHED.values()]
        if what == "type"
        else [property_of(name) for name in every_property()]
    )
    words = prefix.casefold()
    chosen = [each for each in known if words in each["name"].casefold() or words == each["id"]]
    return _told({"result": chosen[begin : begin + ALL]})


@blueprint.route("/reconcile/preview")
@blueprint.route("/reconcile/1.0/preview", endpoint="previewed")
def preview() -> Response:
    """A thing in a few lines, to be shown in a frame of another page."""
    iri = address_fields().get("id", "")
    try:
        node = ox.NamedNode(iri)
    except ValueError as error:
        raise ParameterError("'id' must be the address of a thing.") from error
    rows = panels(g.served, "shown", {"this": node}, only=("about", "summaries"))
    names = [row.preferred or row.label for row in rows["about"]]
    if not any(names):
        abort(404)
    classes = {row["class"].value for row in rows["about"] if row["class"]}
    kind = next((each for each in KINDS if classes & {*each.classes}), None)
    page = render_template(
        "reconcile/preview.html",
        iri=iri,
        name=next(cell.value for cell in names if cell),
        word=kind.word if kind else "Thing",
        lines=[row.text.text for row in rows["summaries"] if row.text],
    )
    response = Response(page, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = _FRAMED
    return response


def _manifest_0_2() -> dict[str, Json]:
    served: Served = g.served
    root = url_for("lists.home", _external=True).rstrip("/")
    here = url_for("reconcile.service", _external=True)
    return {
        "versions": ["0.2"],
        "name": "Symposia: people, organisations, topics and papers of conferences",
        "identifierSpace": served.base,
        "schemaSpace": SYM,
        "documentation": f"{root}/openapi.json",
        "logo": f"{root}/static/icon.svg",
        "defaultTypes": [type_of(kind) for kind in MATCHED.values()],
        "view": {"url": f"{root}/resource?iri={{{{id}}}}"},
        "preview": {
            "url": f"{here}/preview?id={{{{id}}}}",
            "width": _WIDTH,
            "height": _HEIGHT,
        },
        "suggest": {
            what: {"service_url": root, "service_path": f"/reconcile/suggest/{what}"}
            for what in ("entity", "type", "property")
        },
        "extend": {
            "propose_properties": {"service_url": root, "service_path": "/reconcile/propose"},
            "property_settings": [],
        },
        "batchSize": BATCH,
    }


def _answered(batch: Json) -> dict[str, Json]:
    queries = an_object(batch)
    keys = bounded([*queries])
    wanted = [wanted_0_2(an_object(queries[key])) for key in keys]
    found = match(g.served, index_of(g.served), wanted)
    return {
        key: {"result": [*map(_candidate, each)]} for key, each in zip(keys, found, strict=True)
    }


def _extended(query: Mapping[str, Json], row: Callable[[str, Json], Json]) -> dict[str, Json]:
    query = an_object(query)
    ids = [a_string(each, "ids") for each in bounded(a_list(query.get("ids"), "ids"))]
    asked = [
        a_string(an_object(each).get("id"), "id")
        for each in bounded(a_list(query.get("properties"), "properties"))
    ]
    known = values(g.served, {iri for iri in ids if is_iri(iri)})
    found = {
        iri: {
            name: [_value(*each) for each in known.get(iri, {}).get(iri_of(name), ())]
            for name in asked
        }
        for iri in ids
    }
    meta = [property_of(name) for name in asked]
    if row is _row_0_2:
        return {"meta": meta, "rows": found}
    return {"meta": meta, "rows": [row(iri, properties) for iri, properties in found.items()]}


def _row_0_2(_: str, properties: Json) -> Json:
    return properties


def _row_1_0(iri: str, properties: Mapping[str, Json]) -> Json:
    return {
        "id": iri,
        "properties": [{"id": name, "values": found} for name, found in properties.items()],
    }


def _value(term: ox.NamedNode | ox.Literal, label: str) -> Json:
    if isinstance(term, ox.NamedNode):
        return {"id": term.value, "name": label or term.value}
    datatype = term.datatype.value.removeprefix(PREFIXES["xsd"])
    if datatype == "integer" and len(term.value) < 16:
        return {"int": int(term.value)}
    if datatype == "dateTime":
        return {"date": term.value}
    if datatype == "date" and len(term.value) == 10:
        return {"date": f"{term.value}T00:00:00"}
    return {"str": term.value}


def _candidate(each: Candidate) -> dict[str, Json]:
    hit = each.hit
    told = {
        "id": hit.iri,
        "name": hit.name,
        "score": each.score,
        "match": each.sure,
        "type": [type_of(MATCHED[hit.kind])] if hit.kind in MATCHED else [],
        "features": [
            {"id": name, "value": round(value, 1)} for name, value in each.features.items()
        ],
    }
    if hit.line:
        told["description"] = "; ".join(hit.line)
    return told


def _candidate_1_0(each: Candidate) -> dict[str, Json]:
    told = _candidate(each)
    for feature in told["features"]:
        feature["name"] = word_of(feature["id"])
    return told


def _suggested(hit: Hit) -> dict[str, Json]:
    told = {"id": hit.iri, "name": hit.name, "notable": [type_of(MATCHED[hit.kind])]}
    return {**told, "description": "; ".join(hit.line)} if hit.line else told


def _body() -> Json:
    if request.mimetype != "application/json":
        abort(415, "The queries are sent as application/json.")
    return parsed(request.get_data().decode("utf-8", "replace"), "the body")


def _told(value: Json) -> Response:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return Response(text + "\n", content_type="application/json")
