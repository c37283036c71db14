"""The address of what is gone: it leads to what was one with it, or says what it was."""

from __future__ import annotations

from pathlib import Path

from flask import redirect
from werkzeug.wrappers import Response

from ..graph.gone import gone
from ..graph.manifest import Generation
from ..graph.remote_generations import RemoteGeneration
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
    data = _data(served)
    found = gone(data, iri) if data else None
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


def _data(served: Served) -> Path | None:
    """The data folder that is served, if it is one."""
    held = served.held
    if isinstance(held, RemoteGeneration) or not isinstance(held, Generation):
        return None
    return held.path.parent.parent
