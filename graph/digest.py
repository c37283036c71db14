"""Digest access authentication, which Virtuoso asks for (https://www.rfc-editor.org/rfc/rfc7616)."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Final
from urllib.parse import urlsplit
from urllib.request import parse_http_list, parse_keqv_list

__all__ = ["answer"]

_HASHES: Final = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


def answer(challenge: str, authorization: str, method: str, url: str) -> str | None:
    """The Authorization header that answers a challenge.

    :param challenge: the value of a WWW-Authenticate header.
    :param authorization: the same credentials for the Basic scheme.
    :param method: of the request.
    :param url: of the request.
    :return: None where it is no challenge for a digest that we know, or there is no password.
    """
    scheme, _, rest = challenge.partition(" ")
    kind, _, encoded = authorization.partition(" ")
    if scheme.lower() != "digest" or kind != "Basic":
        return None
    asked = parse_keqv_list(parse_http_list(rest))
    made = _HASHES.get(asked.get("algorithm", "MD5").upper())
    offered = [each.strip() for each in asked.get("qop", "").split(",")]
    if made is None or "auth" not in offered or not {"realm", "nonce"} <= asked.keys():
        return None
    user, _, password = base64.b64decode(encoded).decode().partition(":")

    def digest(*parts: str) -> str:
        return made(":".join(parts).encode()).hexdigest()

    address = urlsplit(url)
    target = f"{address.path or '/'}?{address.query}" if address.query else address.path or "/"
    nonce, count, ours = asked["nonce"], "00000001", secrets.token_hex(8)
    secret = digest(user, asked["realm"], password)
    response = digest(secret, nonce, count, ours, "auth", digest(method, target))
    fields = {"username": user, "realm": asked["realm"], "nonce": nonce, "uri": target}
    fields |= {"response": response, "cnonce": ours}
    fields |= {"opaque": asked["opaque"]} if "opaque" in asked else {}
    quoted = [f'{name}="{_quoted(value)}"' for name, value in fields.items()]
    plain = [f"algorithm={asked.get('algorithm', 'MD5')}", "qop=auth", f"nc={count}"]
    return f"Digest {', '.join([*quoted, *plain])}"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
