"""Where the server says what it is: service description, VoID and DCAT."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import Final, cast

from flask import Blueprint, Response, abort, current_app, g, render_template, request

from ..graph.errors import NotAcceptableError, OverloadedError
from ..graph.statistics import Statistics, measure
from .description import CC0, DUMPS, Described, describe_dataset, describe_service
from .documents import DOCUMENTS, write
from .dump_files import known_dump
from .negotiation import HTML, Format, choose
from .paper_files import PAPERS
from .serving import Served
from .terms import leads_to

__all__ = ["blueprint", "service_description", "statistics"]

blueprint = Blueprint("wellknown", __name__)

_VOID: Final = "/.well-known/void"
_PATIENCE: Final = 10.0
"""Seconds that a request waits for the statistics of a new generation."""
_LONGEST: Final = 600.0
"""Seconds that each of the queries for them gets."""

_lock = threading.Lock()
_waiting = threading.BoundedSemaphore(2)


@blueprint.route(_VOID)
def void() -> Response:
    """The dataset's description (https://www.w3.org/TR/void/#well-known)."""
    form = choose(request.headers.get("Accept"), (*DOCUMENTS[1:], HTML))
    if form is None:
        raise _not_acceptable()
    response = _void(form)
    response.vary.add("Accept")
    return response


@blueprint.route(f"{_VOID}.<suffix>")
def void_document(suffix: str) -> Response:
    """The same in the format of a suffix."""
    form = next((each for each in DOCUMENTS if each.suffix == suffix), None)
    if form is None:
        abort(404)
    return _void(form)


def service_description(form: Format | None) -> Response:
    """The description of the endpoint.

    :param form: a format of a graph; None when the client accepts none.
    :raises NotAcceptableError: it accepts none.
    """
    if form is None:
        raise _not_acceptable()
    body = write(describe_service(_described()), form)
    response = Response(body, content_type=form.content_type)
    response.vary.add("Accept")
    return response


def statistics(served: Served) -> Statistics:
    """The numbers of what is served, counted once and kept with it.

    :raises OverloadedError: they are being counted, and that takes longer than a request waits.
    :raises StoreError: the store fails.
    """
    with _lock:
        counted = cast("Future[Statistics] | None", served.memo.get("statistics"))
        if counted is None or (counted.done() and counted.exception()):
            counted = Future()
            served.memo["statistics"] = counted
            threading.Thread(
                target=_count, args=(served, counted), name="statistics", daemon=True
            ).start()
    if counted.done():
        return counted.result()
    if not _waiting.acquire(blocking=False):
        raise _not_yet()
    try:
        return counted.result(_PATIENCE)
    except TimeoutError as error:
        raise _not_yet() from error
    finally:
        _waiting.release()


def _count(served: Served, counted: Future[Statistics]) -> None:
    try:
        with served.apart(_LONGEST) as apart:
            counted.set_result(measure(apart))
    except Exception as error:  # noqa: BLE001 - raised to each who waits
        counted.set_exception(error)


def _not_yet() -> OverloadedError:
    return OverloadedError(
        "The statistics of this generation are being counted.", hint="Try again in some seconds."
    )


def _not_acceptable() -> NotAcceptableError:
    offered = ", ".join(form.media_type for form in DOCUMENTS)
    return NotAcceptableError(
        "This description has no format that your Accept header takes.",
        hint=f"There are {offered}.",
    )


def _void(form: Format) -> Response:
    about = _described()
    if form is HTML:
        body: str | bytes = render_template(
            "description/page.html",
            about=about,
            numbers=about.statistics,
            dumps=DUMPS,
            papers=PAPERS,
            documents=DOCUMENTS[1:],
            place=_VOID,
            leads_to=leads_to,
        )
    else:
        body = write(describe_dataset(about), form)
    response = Response(body, content_type=form.content_type)
    links = [
        f'<{request.script_root}{_VOID}.{each.suffix}>; rel="alternate"; type="{each.media_type}"'
        for each in DOCUMENTS
        if each is not form
    ]
    response.headers["Link"] = ", ".join(links)
    if about.dump is None:
        response.vary.add("*")  # the next answer may tell the checksum of the dump
    return response


def _described() -> Described:
    served: Served = g.served
    found = statistics(served)
    licences = dict.fromkeys(served.shipped, CC0)
    licences |= {each.iri: each.licence for each in found.graphs if each.licence}
    return Described(
        root=request.root_url,
        base=served.base,
        generation=served.generation,
        published=served.published,
        labels=dict(served.labels),
        licences=licences,
        statistics=found,
        updates=bool(current_app.config.get("SYMPOSIA_TOKEN")),
        union=served.store.union,
        dump=known_dump(served),
    )
