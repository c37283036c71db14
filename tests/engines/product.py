"""The product over one engine, asked over HTTP and on the command line."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from flask import Flask
from symposia.graph.library import Library
from symposia.graph.publishing import LibraryWriter
from symposia.graph.remote_generations import RemoteGenerations
from symposia.server.app import create_app

from .servers import Server

EMBEDDED: Final = "embedded"
TOKEN: Final = "a-token-of-the-engine-tests"  # noqa: S105 - of servers that are thrown away
_PROGRAM: Final = str(Path(sys.executable).with_name("symposia"))
_OF_THE_PUBLISH: Final = re.compile(
    r'"request_id": "\w+"|[Gg]eneration \d+|symposia-\d+|dumps/\d+|version>? "\d+"'
    r"|\d{4}-\d\d-\d\dT[\d:.]+(?:\+00:00|Z)?|\b\d+ \w+ 20\d\d\b"
)
"""What differs from one publish of the same dataset to the next."""
_OF_THE_DATASET: Final = (
    "Content-Type", "Content-Disposition", "Link", "Location", "Vary", "Allow", "WWW-Authenticate",
)  # fmt: skip


class Answer(NamedTuple):
    """An answer without what differs from one publish to the next."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str

    @classmethod
    def of(cls, answer: Any) -> Answer:
        """An answer of a client of the application."""
        told = [(name, answer.headers.get(name, "")) for name in _OF_THE_DATASET]
        headers = tuple((name, _OF_THE_PUBLISH.sub("", value)) for name, value in told if value)
        body = answer.get_data().decode("utf-8", "backslashreplace")  # Jelly is no text
        return cls(answer.status_code, headers, _OF_THE_PUBLISH.sub("", body))


@dataclass(frozen=True)
class Product:
    """The product over one engine.

    :param name: of the engine.
    :param environment: what makes the command line use it.
    """

    name: str
    library: Library
    app: Flask
    environment: Mapping[str, str]
    server: Server | None = None

    @classmethod
    def embedded(cls, data: Path) -> Product:
        """Over the embedded engine."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("SYMPOSIA_")}
        return cls._published(EMBEDDED, data, {**kept, "SYMPOSIA_DATA": str(data)})

    @classmethod
    def over(cls, server: Server) -> Product:
        """Over a SPARQL server."""
        generations = RemoteGenerations(server.endpoint())
        return cls._published(server.name, generations, server.environment(), server)

    @classmethod
    def _published(
        cls,
        name: str,
        data: Path | RemoteGenerations,
        environment: Mapping[str, str],
        server: Server | None = None,
    ) -> Product:
        library = Library(data)
        library.publish()
        app = create_app(data, writer=LibraryWriter(library), token=TOKEN.encode())
        return cls(name, library, app, environment, server)

    def get(self, path: str, accept: str = "*/*", **headers: str) -> Any:
        """The answer to a GET."""
        return self.app.test_client().get(path, headers={"Accept": accept, **headers})

    def dump(self) -> Any:
        """The dump of the generation that is served; once it was fetched, descriptions tell it."""
        generation = self.get("/health").json["generation"]
        return self.get(f"/dumps/{generation}/symposia.nq.gz")

    def change(self, method: str, path: str, data: str = "", kind: str = "text/turtle") -> Any:
        """The answer to a change, with the token."""
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": kind}
        return self.app.test_client().open(path, method=method, data=data, headers=headers)

    def run(self, *arguments: str, status: int = 0) -> str:
        """What the command line writes."""
        found = subprocess.run(
            [_PROGRAM, *arguments], capture_output=True, env=dict(self.environment), timeout=120
        )
        assert found.returncode == status, (arguments, found.stderr.decode())
        return found.stdout.decode()
