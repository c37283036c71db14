"""Sources at addresses of the web, fetched within limits and from the public network alone."""

from __future__ import annotations

import http.client
import mimetypes
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from .addresses import connect
from .errors import SourceError
from .formats import FORMATS
from .iris import slug

__all__ = ["fetch", "is_address"]

_LARGEST: Final = 512 * 1024 * 1024
_PATIENCE: Final = 120.0
_REDIRECTS: Final = 5
_BLOCK: Final = 256 * 1024
_ELSEWHERE: Final = (301, 302, 303, 307, 308)
_ACCEPT: Final = (
    "text/turtle, application/n-triples, application/rdf+xml;q=0.9, application/ld+json;q=0.9,"
    " */*;q=0.5"
)


def is_address(name: str) -> bool:
    """Whether a source that is named is an address, of whatever scheme."""
    scheme, found, _ = name.partition(":")
    return bool(found) and len(scheme) > 1 and scheme.isalnum() and not Path(name).exists()


def fetch(
    address: str,
    folder: Path,
    *,
    private: bool = False,
    largest: int = _LARGEST,
    patience: float = _PATIENCE,
) -> Path:
    """Fetch a source into a folder, under the name that its address ends in.

    :param private: whether hosts of private networks, and this machine, are asked too.
    :param largest: bytes that it may have.
    :param patience: seconds that it may take, redirections included.
    :raises SourceError: it is no address of http or https, leads to a private network or nowhere,
        takes too long, is too large, or is not found.
    """
    end = time.monotonic() + patience
    at = address
    for _ in range(_REDIRECTS + 1):
        try:
            found = _get(_checked(at, address), folder, private, largest, end)
        except (OSError, http.client.HTTPException, ValueError) as error:
            hint = "" if private else "A private address is fetched only with --allow-private."
            raise SourceError(
                f"it cannot be fetched ({error}).",
                source=address,
                hint=hint if "not public" in str(error) else "",
            ) from error
        if isinstance(found, Path):
            return found
        at = urljoin(at, found)
    raise SourceError(f"it leads on more than {_REDIRECTS} times.", source=address)


def _checked(address: str, source: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        right = bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, right = urlsplit(""), False
    scheme = parts.scheme or address.partition(":")[0]
    if scheme not in ("http", "https"):
        hint = "Name a file by its path." if scheme.lower() == "file" else ""
        raise SourceError(
            f"addresses of http and https are fetched, not of {scheme}.", source=source, hint=hint
        )
    if not right or parts.username is not None or any(c <= " " for c in address):
        raise SourceError(f"'{address}' is no address that can be fetched.", source=source)
    return parts


def _get(parts: SplitResult, folder: Path, private: bool, largest: int, end: float) -> Path | str:
    """What an address gives, as a file; or the address that it leads to."""
    connection = connect(parts, _left(end), private=private)
    stream = connection.sock

    def cut_off() -> None:
        with suppress(OSError):  # it may have ended by itself
            stream.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(_left(end), cut_off)  # a time-out of a socket begins anew each time
    timer.daemon = True
    timer.start()
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"Accept": _ACCEPT, "Accept-Encoding": "identity", "User-Agent": "Symposia"}
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        if answer.status in _ELSEWHERE and answer.headers["Location"]:
            return str(answer.headers["Location"])
        if answer.status != 200:
            raise OSError(f"the answer is {answer.status} {answer.reason}")
        if answer.length is not None and answer.length > largest:
            raise OSError(f"it has {answer.length:,} bytes; {largest:,} is the limit")
        file = folder / _name(parts, answer.headers.get_content_type())
        size = 0
        with file.open("wb") as output:
            while block := answer.read1(_BLOCK):
                size += len(block)
                if size > largest:
                    raise OSError(f"it has more than {largest:,} bytes")
                output.write(block)
        _left(end)
        if answer.length:
            raise OSError("the answer ends before its end")
        return file
    finally:
        timer.cancel()
        connection.close()


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError("it takes too long")
    return left


def _name(parts: SplitResult, media_type: str) -> str:
    """A name for the file, with the ending that tells its format."""
    path = Path(unquote(parts.path))
    stem = slug(path.stem, limit=60) or slug(parts.hostname or "") or "source"
    suffix = f".{slug(path.suffix)}" if slug(path.suffix) else ""
    told = {f.media_type: f".{f.extension}" for f in FORMATS.values()}
    known = told.get(media_type) or mimetypes.guess_extension(media_type) or ""
    return stem + (suffix or known)
