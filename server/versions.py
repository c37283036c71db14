"""Versions of RDF and SPARQL: those that are known, and their announcement in answers."""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, request
from werkzeug.http import parse_accept_header, parse_options_header

__all__ = ["VERSIONS", "register"]

VERSIONS: Final = ("1.0", "1.1", "1.2", "1.2-basic")
"""The labels of versions (https://www.w3.org/TR/rdf12-concepts/#defined-version-labels)."""
_OURS: Final = "1.2"
_ANNOUNCED: Final = frozenset(
    (
        "application/n-quads",
        "application/n-triples",
        "application/rdf+xml",
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "application/trig",
        "text/turtle",
    )
)
"""The media types that have the parameter."""


def register(app: Flask) -> None:
    """Let an application say that answers are RDF or SPARQL 1.2 to who asks for that."""
    app.after_request(_announce)


def _announce(response: Response) -> Response:
    """Announce the version (https://www.w3.org/TR/rdf12-turtle/#sec-mediaReg).

    A client that does not ask is told nothing, since most compare the whole of a Content-Type.
    """
    if response.mimetype in _ANNOUNCED and _wants(request.headers.get("Accept", "")):
        response.headers["Content-Type"] = f"{response.content_type}; version={_OURS}"
    return response


def _wants(accept: str) -> bool:
    """Whether a client asks for version 1.2 of anything."""
    if "version" not in accept:
        return False
    ranges = (parse_options_header(name) for name, _ in parse_accept_header(accept))
    return any(options.get("version", "").startswith(_OURS) for _, options in ranges)
