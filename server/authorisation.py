"""Who may change the dataset: whoever has the token."""

from __future__ import annotations

import hmac
import os
from pathlib import Path
from typing import Final

from flask import current_app, request

from ..graph.errors import SymposiaError

__all__ = ["UnauthorisedError", "WritingOffError", "read_token", "require_token"]

VARIABLE: Final = "SYMPOSIA_TOKEN"
_SHORTEST: Final = 16
_LONGEST: Final = 4096


class UnauthorisedError(SymposiaError):
    """A request to change something came without the token, or with a wrong one.

    :param given: whether there was one.
    """

    http_status = 401
    title = "Token needed"

    def __init__(self, *, given: bool) -> None:
        what = "This token is not the one." if given else "Changing the dataset needs the token."
        super().__init__(what, hint="Send it as Authorization: Bearer TOKEN.")
        # https://www.rfc-editor.org/rfc/rfc6750#section-3
        self.challenge = 'Bearer realm="symposia"' + (', error="invalid_token"' if given else "")


class WritingOffError(SymposiaError):
    """This server takes no changes at all."""

    http_status = 403
    title = "Read-only"


def require_token() -> None:
    """Let the current request go on if it may change the dataset.

    :raises WritingOffError: the server has no token, so nothing may.
    :raises UnauthorisedError: the request lacks the token.
    """
    token: bytes | None = current_app.config.get("SYMPOSIA_TOKEN")
    if token is None:
        raise WritingOffError(
            "This server takes queries and no changes.",
            hint="Whoever runs it can allow them: symposia serve --token-file FILE.",
        )
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    right = hmac.compare_digest(given.strip().encode("utf-8", "replace"), token)
    if scheme.lower() != "bearer" or not right:
        raise UnauthorisedError(given=scheme.lower() == "bearer" and bool(given.strip()))


def read_token(file: Path | None) -> bytes | None:
    """The token of this server: what a file holds, else the environment, else None.

    :raises SymposiaError: the file cannot be read, or the token is too short or no plain text.
    """
    if file is not None:
        try:
            with file.open("rb") as opened:
                text = opened.read(_LONGEST + 1)
        except OSError as error:
            raise _TokenError(
                f"The token file {file} cannot be read ({error.strerror or error})."
            ) from error
        return _checked(text, str(file))
    value = os.environ.get(VARIABLE)
    return _checked(value.encode("utf-8", "replace"), VARIABLE) if value else None


class _TokenError(SymposiaError):
    """The token cannot be used."""

    exit_status = 2
    title = "Token cannot be used"


def _checked(text: bytes, source: str) -> bytes:
    token = text.strip()
    if not _SHORTEST <= len(token) <= _LONGEST:
        raise _TokenError(
            f"The token in {source} has {len(token)} characters; {_SHORTEST} to {_LONGEST:,} are"
            " right.",
            hint="Make one: python3 -c 'import secrets; print(secrets.token_urlsafe())'",
        )
    if any(byte <= 0x20 or byte >= 0x7F for byte in token):
        raise _TokenError(f"The token in {source} has characters other than plain visible ASCII.")
    return token
