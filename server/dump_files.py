"""The dump of a generation: a file that never changes, with its checksum."""

from __future__ import annotations

import gzip
import hashlib
from base64 import b64encode
from pathlib import Path
from typing import IO, Final, NamedTuple, cast

from flask import Blueprint, Response, g, request, send_file

from ..graph.dumps import write_dataset
from ..graph.store import Store
from .licences import licences_of
from .problems import problem
from .serving import Served
from .signposts import Link, field
from .terms import Cell, Row

__all__ = ["DumpFile", "blueprint", "dump_path", "known_dump", "licences_of_dataset", "make"]

blueprint = Blueprint("dump_files", __name__)

_NAME: Final = "dump.nq.gz"
_SUMS: Final = "SHA256SUMS"


class DumpFile(NamedTuple):
    """A dump as it is on disk.

    :param size: in bytes.
    :param sha256: the digest of its bytes.
    """

    path: Path
    size: int
    sha256: bytes


def make(store: Store, path: Path) -> None:
    """Write a dataset as sorted N-Quads, compressed; see `prepared`.

    The same dataset gives the same bytes: the file has no time and no name in it.
    """
    with path.open("wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as output:
        write_dataset(store, cast("IO[bytes]", output), "nquads")


def dump_path(generation: int) -> str:
    """The address of the dump of a generation, below the root of the server."""
    return f"dumps/{generation}/symposia.nq.gz"


def dump_file(served: Served) -> DumpFile:
    """The dump of what is served.

    :raises OverloadedError: it is being made, and that takes longer than a request waits.
    :raises SymposiaError: it cannot be made.
    """
    return _looked_at(served, served.file(_NAME))


def known_dump(served: Served) -> DumpFile | None:
    """The dump of what is served if it is there; else it is begun."""
    path = served.prepared.there(_NAME) if served.prepared else None
    return _looked_at(served, path) if path else None


def _looked_at(served: Served, path: Path) -> DumpFile:
    known = served.memo.get(_NAME)
    size = path.stat().st_size
    if isinstance(known, DumpFile) and known[:2] == (path, size):
        return known
    with path.open("rb") as file:
        found = DumpFile(path, size, hashlib.file_digest(file, "sha256").digest())
    served.memo[_NAME] = found
    return found


@blueprint.route("/dumps/<int:generation>/symposia.nq.gz")
def dump(generation: int) -> Response:
    """The dataset of a generation, with its digest (https://www.rfc-editor.org/rfc/rfc9530)."""
    served: Served = g.served
    if generation != served.generation:
        return _gone(served, generation)
    found = dump_file(served)
    response = send_file(
        found.path,
        "application/gzip",
        as_attachment=True,
        download_name=f"symposia-{generation}.nq.gz",
        etag=found.sha256.hex(),
        last_modified=served.published,
    )
    response.headers["Repr-Digest"] = f"sha-256=:{b64encode(found.sha256).decode()}:"
    response.headers["Link"] = field(
        [
            Link(f"{request.script_root}/.well-known/void", "describedby"),
            *(Link(each, "license") for each in licences_of_dataset(served)),
        ]
    )
    return response


@blueprint.route(f"/dumps/<int:generation>/{_SUMS}")
def sums(generation: int) -> Response:
    """The checksum of the dump, as `sha256sum --check` reads it."""
    served: Served = g.served
    if generation != served.generation:
        return _gone(served, generation)
    line = f"{dump_file(served).sha256.hex()}  symposia.nq.gz\n"
    return Response(line, content_type="text/plain; charset=utf-8")


def licences_of_dataset(served: Served) -> list[str]:
    """The licences of all graphs; none where that of one is not known."""
    graphs = [Row({"graph": Cell(iri, "iri", served.base)}) for iri in served.store.graphs()]
    return licences_of(served, "", graphs)


def _gone(served: Served, generation: int) -> Response:
    return problem(
        404,
        "Not found",
        f"Generation {generation} is not served.",
        hint=f"The dump of what is served is at {request.root_url}{dump_path(served.generation)}.",
    )
