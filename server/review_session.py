"""Who reviews: the token, typed once into a form, and a signed cookie that stands for it.

The cookie says until when it holds and the name that was typed; it is signed with the token, so it
ends with it, and it is sent to the pages of the review alone, by no other site and to no script.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Final

from flask import Response, current_app, request

from ..graph.errors import SymposiaError
from .authorisation import UnauthorisedError, WritingOffError, require_token

__all__ = ["Reviewer", "check", "enter", "leave", "reviewer"]

_COOKIE: Final = "symposia-review"
_LASTS: Final = 12 * 60 * 60
"""Seconds that a token need not be typed again."""
_LONGEST: Final = 200


class ForeignFormError(SymposiaError):
    """A form that is not of our own page, or of one that is too old."""

    http_status = 403
    title = "Not from this page"


@dataclass(frozen=True)
class Reviewer:
    """Who has typed the token.

    :param name: as they gave it.
    :param key: what a form of theirs must bring.
    """

    name: str
    key: str


def reviewer() -> Reviewer | None:
    """Who sends the current request, if they have typed the token and not long ago."""
    token: bytes | None = current_app.config.get("SYMPOSIA_TOKEN")
    value = request.cookies.get(_COOKIE, "")
    told, _, mac = value.rpartition(".")
    if token is None or not hmac.compare_digest(mac.encode(), _mac(token, told).encode()):
        return None
    end, _, name = told.partition(".")
    if int(end) < time.time():
        return None
    return Reviewer(urlsafe_b64decode(name).decode("utf-8"), _mac(token, f"form {value}"))


def enter(given: str, name: str, response: Response) -> None:
    """Give who has typed the token a cookie that stands for it.

    :raises WritingOffError: the server has no token.
    :raises UnauthorisedError: it is not the one.
    """
    token: bytes | None = current_app.config.get("SYMPOSIA_TOKEN")
    if token is None:
        raise WritingOffError(
            "This server takes no decisions.",
            hint="Whoever runs it can allow them: symposia serve --token-file FILE.",
        )
    _check_site()
    if not hmac.compare_digest(given.strip().encode("utf-8", "replace"), token):
        raise UnauthorisedError(given=bool(given.strip()))
    short = " ".join(name.split())[:_LONGEST]
    told = f"{int(time.time()) + _LASTS}.{urlsafe_b64encode(short.encode()).decode()}"
    _set(response, f"{told}.{_mac(token, told)}", _LASTS)


def leave(response: Response) -> None:
    """Forget the current reviewer."""
    _set(response, "", 0)


def check(key: str) -> None:
    """Let the current request decide, by its cookie and the key of its form, or by the token.

    :raises WritingOffError: the server has no token.
    :raises UnauthorisedError: there is neither the token nor a cookie that stands for it.
    :raises ForeignFormError: the form is not of a page that was given to this reviewer.
    """
    who = reviewer()
    if who is None or "Authorization" in request.headers:
        require_token()
        return
    _check_site()
    if not hmac.compare_digest(key.encode("utf-8", "replace"), who.key.encode()):
        raise ForeignFormError("This form is too old, or of another page.", hint="Load it again.")


def _check_site() -> None:
    """Refuse what a page of another site sends (https://www.w3.org/TR/fetch-metadata/)."""
    if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        raise ForeignFormError("This form is of another site.", hint="Open the page here.")


def _mac(token: bytes, text: str) -> str:
    return hmac.new(token, f"symposia review {text}".encode(), hashlib.sha256).hexdigest()


def _set(response: Response, value: str, seconds: int) -> None:
    response.set_cookie(
        _COOKIE,
        value,
        max_age=seconds,
        path=f"{request.script_root}/review",
        secure=request.is_secure,
        httponly=True,
        samesite="Strict",
    )
