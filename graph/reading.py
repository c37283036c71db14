"""How a source becomes named graphs: readers, what they are given and what they return."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final, Protocol

from .dataset import NamedGraph
from .errors import SourceError
from .loss import Loss
from .namespaces import BASE
from .readers.encodings import beginning

__all__ = ["ReadOptions", "Reader", "Reading", "Source", "find_reader", "readers", "source_of"]

HEAD: Final = 65_536
"""Bytes of a file that a reader sees to tell whether it is of its format."""

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MODULES: Final = (
    "acl", "dblp", "bibtex", "miniconf", "easychair", "icalendar", "schedule", "cso", "rml",
    "rdf", "json_page", "programme_page",
)  # fmt: skip
"""Modules in `readers`, with `READER` or `READERS`; of equally sure ones the first reads."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a user can say about a source.

    :param folder: where graphs that are too large for memory are written, as N-Triples.
    :param base: IRI below which programmes are named, ending in `/`.
    :param slug: last part of the programme's IRI; by default the reader makes it.
    :param name: the conference's name, for sources that do not tell it.
    :param url: where the source is published.
    :param timezone: IANA zone of times without one.
    :param lenient: whether the rest of a source with a syntax error is taken.
    :param abstracts: whether abstracts, descriptions and biographies enter the graph.
    :param graph: IRI of the graph that a file of RDF becomes, where it names none.
    """

    folder: Path
    base: str = BASE
    slug: str | None = None
    name: str | None = None
    url: str | None = None
    timezone: str | None = None
    lenient: bool = False
    abstracts: bool = True
    graph: str | None = None

    def __post_init__(self) -> None:
        if self.slug is not None and not _SLUG.fullmatch(self.slug):
            raise SourceError(
                f"'{self.slug}' cannot be part of an IRI; expected a form like 'iswc-2015'."
            )


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read.

    :param name: file name, or address.
    :param sha256: hexadecimal digest of its bytes.
    :param path: the file.
    """

    name: str
    sha256: str
    media_type: str
    path: Path
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A programme as it was read.

    :param programme: IRI of the conference.
    :param graphs: the named graphs, first of all that in our model.
    :param loss: what was mapped, kept only in the source, repaired and refused.
    :param sources: the files that were read; a folder is one source of several files.
    :param format: what `--format` calls its format, where the reader's name does not tell it.
    :param own: whether it is our own work, where a violation is an error to be mended, and no fact
        about a source.
    """

    programme: str
    graphs: tuple[NamedGraph, ...]
    loss: Loss
    sources: tuple[Source, ...] = field(default=())
    format: str = ""
    own: bool = False


class Reader(Protocol):
    """Reads sources of one format.

    `name` is what `--format` calls it, `label` what people call it; `suffixes` are those of files
    that are looked at in folders.
    """

    name: str
    label: str
    suffixes: tuple[str, ...]

    def sniff(self, head: bytes, path: Path) -> int:
        """How sure it is that a source is of its format: 0 not at all, 1 perhaps, 2 likely, 3 sure.

        :param head: the first 64 KiB; of a folder, nothing.
        """
        ...

    def read(self, path: Path, *, options: ReadOptions) -> list[Reading]:
        """Read a source.

        :raises SourceError: it cannot be read; nothing of it is returned.
        """
        ...


@cache
def readers() -> Mapping[str, Reader]:
    """The readers by name."""
    package = f"{__package__}.readers."
    modules = [import_module(package + name) for name in _MODULES]
    found: list[Reader] = []
    for module in modules:
        found += module.READERS if hasattr(module, "READERS") else [module.READER]
    return {reader.name: reader for reader in found}


def find_reader(path: Path, name: str | None = None) -> Reader:
    """The reader of a source.

    :param name: of the format; by default the reader that is most sure by the content.
    :raises SourceError: there is no such format, nothing is there, or nobody knows it.
    """
    known = readers()
    if name is not None:
        if name not in known:
            raise SourceError(
                f"There is no format called '{name}'.", hint=f"Choose one of: {', '.join(known)}."
            )
        return known[name]
    head = b"" if path.is_dir() else _head(path)
    sure, reader = max(
        ((reader.sniff(head, path), reader) for reader in known.values()), key=lambda pair: pair[0]
    )
    if sure:
        return reader
    labels = ", ".join(f"{reader.label} ({reader.name})" for reader in known.values())
    raise SourceError(
        f"nothing tells what format this is; it {_seen(head, path)}.",
        source=str(path),
        hint=f"Known are: {labels}. Name one by --format.",
    )


def source_of(path: Path, media_type: str, url: str | None = None, name: str = "") -> Source:
    """Describe a file.

    :raises SourceError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(path, error) from error
    return Source(name or path.name, digest, media_type, path, url)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEAD)
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> SourceError:
    if isinstance(error, FileNotFoundError):
        return SourceError("there is no such file.", source=str(path))
    reason = error.strerror or error
    return SourceError(f"the file cannot be read ({reason}).", source=str(path))


def _seen(head: bytes, path: Path) -> str:
    if path.is_dir():
        names = sorted(each.name for each in path.iterdir())[:5]
        return f"is a folder with {', '.join(names)}" if names else "is an empty folder"
    if not head.strip():
        return "is empty"
    text = beginning(head)
    if not text:
        return "holds binary data"
    first = text.strip().partition("\n")[0]
    return f"begins with '{first[:60].strip()}'"
