"""The address of what is gone: it leads to what was one with it, or says what it was."""

from __future__ import annotations

from flask import redirect
from werkzeug.wrappers import Response

from ..graph.gone import Gone, gone
from ..graph.manifest import Generation
from ..graph.remote import RemoteStore
from ..graph.remote_generations import RemoteGeneration
from ..graph.remote_gone import gone_from
from .addresses import address, document
from .documents import known
from .negotiation import Format
from .problems import problem
from .serving import Served

__all__ = ["departed"]


def departed(served: Served, iri: str, form: Format | None) -> Response | None:
    """The answer for a thing that an earlier generation had; None where none is known to have.

    It is 303 to what was one with it and is still there, for that may change again; else 410
    (https://www.rfc-editor.org/rfc/rfc9110#section-15.5.11).

    :param form: of the document that is asked for; None for the thing itself.
    """
    found = _gone(served, iri)
    if found is None:
        return None
    for other in found.instead:
        if known(served, other):
            return redirect(document(other, form) if form else address(other), 303)
    return problem(
        410,
        "Gone",
        f"{iri} was the address of {found.label}, and no source speaks of it any more.",
        hint=f"It was there until generation {found.generation}. Search for the name.",
    )


def _gone(served: Served, iri: str) -> Gone | None:
    """What is known of it, by the data folder or by the SPARQL server that is served."""
    held = served.held
    if isinstance(held, RemoteGeneration):
        return gone_from(RemoteStore(held.endpoint), iri)
    return gone(held.path.parent.parent, iri) if isinstance(held, Generation) else None
