"""Styles, scripts and pictures of pages: compressed once, kept by browsers until they change."""

from __future__ import annotations

import hashlib
import mimetypes
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, NamedTuple

from flask import Flask, Response, abort, request

from .compression import accepted_coding, compressed, worthwhile

__all__ = ["register"]

_FOLDER: Final = Path(str(files(__package__))) / "static"
_YEAR: Final = 365 * 24 * 3600


class Static(NamedTuple):
    """A file as it is sent.

    :param version: stands for its bytes.
    """

    content: bytes
    content_type: str
    version: str


def register(app: Flask) -> None:
    """Serve the files of the folder `static`, under addresses that change when they do."""
    app.add_url_rule("/static/<path:filename>", "static", _answer)
    app.url_defaults(_with_version)


def _answer(filename: str) -> Response:
    if filename not in _names():
        abort(404)
    found = _read(filename)
    coding = accepted_coding(request.headers.get("Accept-Encoding", ""))
    coded = bool(coding) and worthwhile(found.content_type, len(found.content))
    body = _compressed(filename, coding) if coded else found.content
    response = Response(body, content_type=found.content_type)
    if coded:
        response.headers["Content-Encoding"] = coding
    response.vary.add("Accept-Encoding")
    response.set_etag(f"{found.version}-{coding}" if coded else found.version)
    # Only an address with the version of its bytes never means others (RFC 8246).
    if request.args.get("v") == found.version:
        response.cache_control.public = response.cache_control.immutable = True
        response.cache_control.max_age = _YEAR
    else:
        response.cache_control.no_cache = True
    response.make_conditional(request, accept_ranges=True, complete_length=len(body))
    return response


def _with_version(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" and values.get("filename") in _names():
        values.setdefault("v", _read(values["filename"]).version)


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    """The files there are: nothing else is ever opened, whatever an address says."""
    return frozenset(
        path.relative_to(_FOLDER).as_posix() for path in _FOLDER.rglob("*") if path.is_file()
    )


@lru_cache(maxsize=256)
def _read(filename: str) -> Static:
    content = (_FOLDER / filename).read_bytes()
    kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    text = kind.startswith("text/") or kind.endswith(("javascript", "json", "xml"))
    return Static(
        content,
        f"{kind}; charset=utf-8" if text else kind,
        hashlib.sha256(content).hexdigest()[:16],
    )


@lru_cache(maxsize=256)
def _compressed(filename: str, coding: str) -> bytes:
    return b"".join(compressed([_read(filename).content], coding))
