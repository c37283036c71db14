"""The bytes of the sources, as they were read: to be taken away, and never shown as a page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph as ox
from flask import Blueprint, Response, g, request, send_file, url_for

from ..graph.manifest import Generation
from .negotiation import Format, choose
from .problems import problem
from .serving import Served

__all__ = ["blueprint", "kept_of", "leads_to_bytes"]

blueprint = Blueprint("kept", __name__)

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_TYPE: Final = re.compile(r"[a-z]+/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}")
_UNKNOWN: Final = "application/octet-stream"
_YEAR: Final = 365 * 24 * 3600
_POLICY: Final = "sandbox; default-src 'none'; frame-ancestors 'none'"

_BY_IRI: Final = """\
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>
SELECT ?this ?digest ?type ?name WHERE {
  ?this schema:sha256 ?digest .
  OPTIONAL { ?this schema:encodingFormat ?type }
  OPTIONAL { ?this rdfs:label ?name }
}
ORDER BY ?digest ?type ?name
LIMIT 1
"""
_BY_DIGEST: Final = _BY_IRI.replace("SELECT ?this ?digest", "SELECT ?digest")


class Kept(NamedTuple):
    """A source as it was read.

    :param name: of its file.
    :param path: its bytes; None where they are not here.
    """

    digest: str
    media_type: str
    name: str
    path: Path | None


@blueprint.app_context_processor
def _for_templates() -> dict[str, object]:
    return {"kept_of": kept_of}


@blueprint.route("/originals/<digest>")
def original(digest: str) -> Response:
    """The bytes of a source, by their SHA-256 in hexadecimal."""
    found = _found(g.served, _BY_DIGEST, "digest", ox.Literal(digest))
    path = found.path if found else _path(g.served, digest)
    if path is None:
        return _missing(found)
    response = send_file(
        path,
        as_attachment=True,
        download_name=found.name if found else digest,
        etag=digest,
        max_age=_YEAR,
    )
    # Its encoding is its own; and whatever it holds, it does nothing in the name of this server.
    response.headers["Content-Type"] = found.media_type if found else _UNKNOWN
    response.headers["Content-Security-Policy"] = _POLICY
    return response


def _missing(found: Kept | None) -> Response:
    if found is None:
        return problem(404, "Not found", "No source here has these bytes.")
    return problem(
        404,
        "Not kept",
        f"The bytes of {found.name} are not kept here; what was read from them is.",
        hint="They are in the data folder into which `symposia add` read them; a SPARQL server in"
        " its place keeps none.",
    )


def kept_of(served: Served, iri: str) -> Kept | None:
    """The source that a thing is, if its bytes are here."""
    found = _found(served, _BY_IRI, "this", ox.NamedNode(iri))
    return found if found and found.path else None


def leads_to_bytes(served: Served, iri: str) -> Response | None:
    """Lead from a source to its bytes, for those who accept them and none of its documents."""
    found = kept_of(served, iri)
    if found is None:
        return None
    offered = (Format("source", "", found.media_type, ""), Format("bytes", "", _UNKNOWN, ""))
    if choose(request.headers.get("Accept"), offered) is None:
        return None
    response = Response(status=303)
    response.location = url_for("kept.original", digest=found.digest)
    response.vary.add("Accept")
    return response


def _found(served: Served, text: str, name: str, value: ox.NamedNode | ox.Literal) -> Kept | None:
    (rows,) = served.tables((text, {name: value}))
    if not rows or rows[0].digest is None:
        return None
    row, digest = rows[0], rows[0].digest.value
    told = row.type.value if row.type else ""
    media_type = told if _TYPE.fullmatch(told) else _UNKNOWN
    return Kept(digest, media_type, row.name.value if row.name else digest, _path(served, digest))


def _path(served: Served, digest: str) -> Path | None:
    """Where the bytes of a source of this generation are."""
    held = served.held
    return held.kept(digest) if isinstance(held, Generation) and _DIGEST.fullmatch(digest) else None
