"""What a request of the SPARQL protocols says: fields and text, exactly or not at all."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl

from flask import abort, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import UnsupportedMediaType

__all__ = ["FORM", "address_fields", "body_fields", "body_text"]

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


def _check_body() -> None:
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedMediaType(f"Text is sent as UTF-8 here, not as {charset}.")
    coding = request.headers.get("Content-Encoding", "identity").lower()
    if coding != "identity":
        raise UnsupportedMediaType(f"Bodies are sent as they are here, not as {coding}.")


def _fields(data: bytes, where: str) -> MultiDict[str, str]:
    try:
        text = data.decode("ascii" if where == "address" else "utf-8")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST)
    except UnicodeDecodeError:
        abort(400, f"The {where} is not UTF-8 text.")
    except ValueError:
        abort(400, f"The {where} has more than {_MOST} fields.")
    return MultiDict(pairs)
