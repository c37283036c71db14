"""Where on this server a thing is, whoever named it, and each of its documents."""

from __future__ import annotations

from urllib.parse import quote

from flask import g, request

from .negotiation import Format
from .terms import path_of, resource_path

__all__ = ["absolute", "address", "document"]


def address(iri: str) -> str:
    """The address of a thing: the path of its IRI, else `/resource?iri=…`."""
    return f"{request.script_root}/{path_of(iri, g.served.base) or resource_path(iri)}"


def document(iri: str, form: Format, profile: str = "") -> str:
    """The address of a document of a thing.

    :param profile: the token of the profile that it follows; empty for our own terms.
    """
    path = path_of(iri, g.served.base)
    if path is None:
        field = f"&_profile={quote(profile)}" if profile else ""
        rest = resource_path(iri).partition("?")[2]
        return f"{request.script_root}/resource.{form.suffix}?{rest}{field}"
    path, mark, fragment = path.partition("#")
    field = f"?_profile={quote(profile)}" if profile else ""
    return f"{request.script_root}/{path}.{form.suffix}{field}{mark}{fragment}"


def absolute(path: str) -> str:
    """An address of this server, with its scheme and host."""
    return request.host_url.rstrip("/") + path
