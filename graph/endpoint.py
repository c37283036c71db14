"""Where a SPARQL server is reached, and with which credentials."""

from __future__ import annotations

import base64
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit, urlunsplit

from .errors import StoreError

__all__ = ["Endpoint", "read_credentials", "secrets_of"]

CREDENTIALS: Final = "SYMPOSIA_STORE_CREDENTIALS"
"""The environment variable for credentials."""

_VIRTUOSO: Final = "/sparql-graph-crud"


@dataclass(frozen=True)
class Endpoint:
    """The addresses of a SPARQL server.

    :param query: answers queries (https://www.w3.org/TR/sparql11-protocol/#query-operation).
    :param update: takes updates; None where it is not known.
    :param graphs: the Graph Store Protocol; None where it is not known.
    :param authorization: value of the Authorization header; empty for none. Never shown.
    :param timeout: seconds until the end of an answer.
    :param size: bytes of the largest answer.
    :param ca: path of a file with the certificates (PEM) of the authorities that have signed that
        of the server; empty for those that the system trusts.
    """

    query: str
    update: str | None = None
    graphs: str | None = None
    authorization: str = field(default="", repr=False)
    timeout: float = 30.0
    size: int = 256 * 1024 * 1024
    ca: str = ""

    @classmethod
    def of(
        cls,
        url: str,
        *,
        update: str | None = None,
        graphs: str | None = None,
        authorization: str = "",
        timeout: float = 30.0,
        ca: Path | None = None,
    ) -> Endpoint:
        """The endpoint at an address, by the conventions of the common servers.

        ===================  ===============  ==================  =======================
        address              query            update              graph store
        ===================  ===============  ==================  =======================
        host                 /query           /update             /store  (Oxigraph)
        /query               the same         /update             /store  (Oxigraph)
        /NAME                /NAME            /NAME               /NAME  (Fuseki)
        /NAME/query          the same         /NAME/update        /NAME/data  (Fuseki)
        /NAME/sparql         the same         /NAME/update        /NAME/data  (Fuseki)
        /sparql              the same         the same            /sparql-graph-crud  (Virtuoso)
        /sparql, with        the same         /sparql-auth        /sparql-graph-crud-auth
        credentials
        /repositories/NAME   the same         …/statements        …/rdf-graphs/service
        ===================  ===============  ==================  =======================

        :param url: of the server or of its query service.
        :param update: of its update service, where it is another.
        :param graphs: of its graph store, where it is another.
        :param ca: see `Endpoint`.
        :raises StoreError: an address is none, or has a password in it, or the file holds no
            certificates.
        """
        parts = _checked(url)
        query, its_update, its_graphs = _conventional(parts.path)
        if its_graphs == _VIRTUOSO and authorization:
            its_update, its_graphs = "/sparql-auth", f"{_VIRTUOSO}-auth"
        return cls(
            query=_with_path(parts, query),
            update=_checked_text(update) if update else _with_path(parts, its_update),
            graphs=_checked_text(graphs) if graphs else _with_path(parts, its_graphs),
            authorization=authorization,
            timeout=timeout,
            ca=_authorities(ca) if ca else "",
        )

    @property
    def origin(self) -> str:
        """Scheme, host and port, as errors name the server."""
        parts = urlsplit(self.query)
        return f"{parts.scheme}://{parts.netloc}"

    def limited(self, timeout: float, size: int) -> Endpoint:
        """The same with other limits."""
        return replace(self, timeout=timeout, size=size)


def read_credentials(file: Path | None = None, environment: Mapping[str, str] = os.environ) -> str:
    """The Authorization header for the credentials in a file or in the environment.

    They are `user:password` (https://www.rfc-editor.org/rfc/rfc7617), or a bearer token
    (https://www.rfc-editor.org/rfc/rfc6750).

    :param file: holds them; None looks into SYMPOSIA_STORE_CREDENTIALS.
    :return: the value of the header; empty where there are no credentials.
    :raises StoreError: the file cannot be read, or holds none.
    """
    if file is None:
        text, where = environment.get(CREDENTIALS, "").strip(), CREDENTIALS
        if not text:
            return ""
    else:
        try:
            text, where = file.read_text(encoding="utf-8").strip(), str(file)
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(f"The credentials in {file} cannot be read: {error}.") from error
    if ":" in text and text.isprintable():
        return f"Basic {base64.b64encode(text.encode()).decode()}"
    token = text.removeprefix("Bearer ").strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise StoreError(
            f"{where} holds no credentials.", hint="Write user:password, or a bearer token."
        )
    return f"Bearer {token}"


def secrets_of(authorization: str) -> tuple[str, ...]:
    """The texts in an Authorization header that nobody is to see."""
    kind, _, encoded = authorization.partition(" ")
    if kind != "Basic":
        return (encoded,) if encoded else ()
    both = base64.b64decode(encoded).decode()
    password = both.partition(":")[2]
    return (encoded, both, *([password] if password else []))


def _authorities(file: Path) -> str:
    try:
        ssl.create_default_context(cafile=file)
    except (OSError, ValueError) as error:  # an ssl.SSLError is an OSError
        raise StoreError(
            f"{file} holds no certificates: {getattr(error, 'strerror', None) or error}.",
            hint="Give a file of certificates in PEM, as your certificate authority hands it out.",
        ) from error
    return str(file.absolute())


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise StoreError(f"'{url}' is no address: {error}.") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise StoreError(
            f"'{url}' is not the address of a SPARQL server.",
            hint="Write it with its scheme, for example http://localhost:7878/query.",
        )
    if parts.username is not None or parts.password is not None:
        raise StoreError(
            "The address of the store has a password in it, which others can read.",
            hint=f"Put user:password into a file, or into {CREDENTIALS}.",
        )
    if not url.isascii() or not url.isprintable() or " " in url:
        raise StoreError(f"'{url}' is not an address: it has spaces or letters outside ASCII.")
    return parts


def _checked_text(url: str) -> str:
    return urlunsplit(_checked(url))


def _conventional(path: str) -> tuple[str, str, str]:
    """The paths of query, update and graph store of a server with this path."""
    path = path.rstrip("/")
    parent, _, last = path.rpartition("/")
    if not path or path == "/query":
        return "/query", "/update", "/store"
    if path == "/sparql":
        return path, path, _VIRTUOSO
    if parent.endswith("/repositories"):
        return path, f"{path}/statements", f"{path}/rdf-graphs/service"
    if last in ("query", "sparql"):
        return path, f"{parent}/update", f"{parent}/data"
    return path, path, path


def _with_path(parts: SplitResult, path: str) -> str:
    return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))
