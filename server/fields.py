"""What a request of the SPARQL protocols says: fields and text, exactly or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from flask import abort, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import UnsupportedMediaType

from .versions import VERSIONS

__all__ = [
    "FORM",
    "address_fields",
    "body_fields",
    "body_text",
    "check_coding",
    "check_parameters",
]

FORM: Final = "application/x-www-form-urlencoded"
_MOST: Final = 1000
"""Fields of the longest form."""


def address_fields() -> MultiDict[str, str]:
    """The fields of the address; anything but UTF-8 is refused, where Flask would replace it."""
    return _fields(request.query_string, "address")


def body_fields() -> MultiDict[str, str]:
    """The fields of a form that is the body."""
    _check_body()
    return _fields(request.get_data(), "form")


def body_text(what: str) -> str:
    """The body as text.

    :param what: what it is, for messages.
    """
    _check_body()
    try:
        return request.get_data().decode("utf-8")
    except UnicodeDecodeError as error:
        abort(400, f"The {what} is not UTF-8 text (byte {error.start}).")


def check_parameters(parameters: Mapping[str, str]) -> None:
    """Check the parameters of a body's media type.

    :raises UnsupportedMediaType: the charset is not UTF-8, or the version of RDF or SPARQL
        (https://www.w3.org/TR/rdf12-concepts/#defined-version-labels) is unknown.
    """
    charset = parameters.get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedMediaType(f"Text is sent as UTF-8 here, not as {charset}.")
    version = parameters.get("version", VERSIONS[0])
    if version not in VERSIONS:
        raise UnsupportedMediaType(f"Versions are {', '.join(VERSIONS)} here, not {version}.")


def check_coding() -> None:
    """Check that the body is not compressed: nothing of unknown size is opened.

    :raises UnsupportedMediaType: it is.
    """
    coding = request.headers.get("Content-Encoding", "identity").lower()
    if coding != "identity":
        raise UnsupportedMediaType(f"Bodies are sent as they are here, not as {coding}.")


def _check_body() -> None:
    check_parameters(request.mimetype_params)
    check_coding()


def _fields(data: bytes, where: str) -> MultiDict[str, str]:
    try:
        text = data.decode("ascii" if where == "address" else "utf-8")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST)
    except UnicodeDecodeError:
        abort(400, f"The {where} is not UTF-8 text.")
    except ValueError:
        abort(400, f"The {where} has more than {_MOST} fields.")
    return MultiDict(pairs)
