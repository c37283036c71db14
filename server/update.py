"""SPARQL updates over HTTP (https://www.w3.org/TR/sparql11-protocol/#update-operation)."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, abort, current_app, request
from werkzeug.exceptions import MethodNotAllowed, UnsupportedMediaType

from ..graph.errors import QueryError
from ..graph.writer import Change, Writer
from .authorisation import WritingOffError, require_token
from .fields import FORM, address_fields, body_fields, body_text

__all__ = ["UPDATE", "blueprint", "run_update", "writer"]

blueprint = Blueprint("update", __name__)

UPDATE: Final = "application/sparql-update"
# All methods are told here, or those of pages, whose addresses match too, would be offered.
_METHODS: Final = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_ALLOWED: Final = ["POST", "OPTIONS"]
_FIELDS: Final = frozenset({"query", "update", "using-graph-uri", "using-named-graph-uri"})
LONGEST_UPDATE: Final = 64 * 1024 * 1024
"""Bytes of the largest update that is read."""


@blueprint.route("/update", methods=_METHODS, provide_automatic_options=False)
def update() -> Response:
    """Run an update, sent as a form or as the body."""
    if request.method == "OPTIONS":
        return Response(status=204, headers={"Allow": ", ".join(_ALLOWED)})
    if request.method != "POST":
        raise MethodNotAllowed(_ALLOWED)
    return run_update()


def run_update() -> Response:
    """Run the update of the current request, if it has the token.

    :raises WritingOffError: this server takes no updates.
    :raises UnauthorisedError: the token is missing or wrong.
    :raises QueryError: the update cannot be run.
    """
    require_token()
    request.max_content_length = LONGEST_UPDATE
    if request.mimetype == FORM:
        fields = body_fields()
        if misplaced := _FIELDS.intersection(address_fields()):
            abort(400, f"{min(misplaced)} stands in the address; here it belongs into the form.")
        updates = fields.getlist("update")
        if not updates:
            raise QueryError(
                "There is no update in the request.",
                hint="Send it in a form as update=…, or as the body with type "
                "application/sparql-update.",
            )
        if len(updates) > 1:
            abort(400, f"The form has {len(updates)} fields called update; one is right.")
        if "query" in fields:
            abort(400, "The form has a query and an update; send one of them.")
        text = updates[0]
    elif request.mimetype == UPDATE:
        fields = address_fields()
        if "update" in fields or "query" in fields:
            abort(400, "There is an update in the body, and something to run in the address too.")
        text = body_text("update")
    else:
        raise UnsupportedMediaType(f"An update is of type {FORM} or {UPDATE}.")
    change = Change(
        "update",
        base=request.base_url,
        text=text,
        using=fields.getlist("using-graph-uri"),
        using_named=fields.getlist("using-named-graph-uri"),
    )
    writer().make(change)
    return Response(status=204)


def writer() -> Writer:
    """What changes the dataset of this server.

    :raises WritingOffError: nothing does.
    """
    found: Writer | None = current_app.extensions["symposia"].writer
    if found is None:
        raise WritingOffError("What this server shows cannot be changed through it.")
    return found
