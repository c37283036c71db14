"""Sources that are added to the dataset: programme pages and RDF files, alone or in folders."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from .archives import unpack
from .dataset import NamedGraph
from .errors import SourceError
from .fetching import fetch, is_address
from .namespaces import BASE, PREFIXES
from .rdf import format_of, reading
from .reading import find_reader, readers

if TYPE_CHECKING:
    import pyoxigraph as ox

    from .records import Programme

__all__ = ["Addition", "Found", "find_files", "find_sources", "read_addition", "read_programme"]

_PAGES: Final = frozenset({".txt", ".html", ".htm"})
_LONGEST_PAGE: Final = 32 * 1024 * 1024
_DERIVED: Final = PREFIXES["prov"] + "wasDerivedFrom"


@dataclass(frozen=True, slots=True)
class Addition:
    """A graph that is to be added.

    :param origin: the file that it comes from.
    :param programme: what was read, where the source is a programme page.
    """

    graph: NamedGraph
    origin: str
    programme: Programme | None = None


def find_files(sources: Iterable[str | Path]) -> list[Path]:
    """Files that can be added: those that are named, and those in folders that are named.

    Of a folder, pages (.txt, .html) and RDF files are taken, by name and with its folders.

    :raises SourceError: a source does not exist, or a folder holds nothing that can be added.
    """
    found: dict[Path, None] = {}
    for source in sources:
        if re.match(r"[a-z][a-z0-9+.-]+://", str(source), re.IGNORECASE):
            raise SourceError(
                "addresses are not fetched.", source=str(source), hint="Save the page to a file."
            )
        path = Path(source)
        if not path.is_dir():
            found[path] = None
            continue
        files = [
            file
            for file in sorted(path.rglob("*"))
            if file.is_file()
            and not any(part.startswith(".") for part in file.relative_to(path).parts)
            and (format_of(file) or file.suffix.lower() in _PAGES)
        ]
        if not files:
            raise SourceError(
                "the folder holds no programme page (.txt, .html) and no RDF file.",
                source=str(path),
            )
        found.update(dict.fromkeys(files))
    return list(found)


class Found(NamedTuple):
    """A source in a folder or by itself.

    :param path: a file, or a folder that is one source.
    :param origin: what the user calls it.
    :param named: whether the user named it itself, and not a folder that it is in.
    """

    path: Path
    origin: str
    named: bool


def find_sources(
    names: Iterable[str | Path],
    format_: str | None = None,
    *,
    folder: Path | None = None,
    private: bool = False,
) -> tuple[list[Found], list[tuple[str, SourceError]]]:
    """The sources that are meant: files, addresses, and what is known in folders and archives.

    A folder may be one source of several files, such as tables of EasyChair; what else is in it
    are sources too. Hidden files are left out, and files of no known format.

    :param format_: name of the format, by which a file or folder that is named is read.
    :param folder: where what is fetched and unpacked is put; without it neither is done.
    :param private: as `fetching.fetch` takes it.
    :return: the sources, and those that cannot be had, with the reason.
    """
    found: dict[Path, Found] = {}
    failed: list[tuple[str, SourceError]] = []
    for number, name in enumerate(names):
        place = folder / f"fetched-{number}" if folder else None
        try:
            for each in _meant(str(name), format_, place, private):
                found.setdefault(each.path, each)
        except SourceError as error:
            failed.append((str(name), error))
    return list(found.values()), failed


def _meant(name: str, format_: str | None, place: Path | None, private: bool) -> list[Found]:
    """The sources that a name means."""
    path = Path(name)
    if place is not None and is_address(name):
        place.mkdir(exist_ok=True)
        path = fetch(name, place, private=private)
    if place is not None and path.suffix.lower() == ".zip" and path.is_file():
        inner = place / "archive"
        inner.mkdir(parents=True)
        unpack(path, inner, name)
        return [
            each._replace(origin=f"{name}/{each.path.relative_to(inner)}")
            for each in _all_inside(inner, name)
        ]
    if not path.is_dir() or format_:
        return [Found(path, name, named=True)]
    return _all_inside(path, name)


def _all_inside(folder: Path, name: str) -> list[Found]:
    inside = [*_inside(folder)]
    if not inside:
        raise SourceError("the folder holds no file of a known format.", source=name)
    return inside


def _inside(folder: Path) -> Iterator[Found]:
    """The sources in a folder, by name and with its folders."""
    whole = max(readers().values(), key=lambda reader: reader.sniff(b"", folder))
    taken: tuple[str, ...] = ()
    if whole.sniff(b"", folder):
        taken = whole.suffixes
        yield Found(folder, str(folder), named=False)
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir():
            yield from _inside(path)
        elif path.suffix.lower() not in taken and _known(path):
            yield Found(path, str(path), named=False)


def _known(path: Path) -> bool:
    try:
        return find_reader(path) is not None
    except SourceError:
        return False


def read_addition(
    path: Path,
    *,
    base: str = BASE,
    graph: str | None = None,
    url: str | None = None,
    timezone: str | None = None,
    slug: str | None = None,
) -> list[Addition]:
    """Read a source into the graphs that it gives.

    A page gives its programme graph. An RDF file gives its named graphs and, for what is in none,
    the graph that the file itself describes (by prov:wasDerivedFrom), else one of the file's name.

    :param base: the IRI under which new things are named.
    :param graph: the IRI of the graph, instead.
    :param url, timezone, slug: as `readers.page.read_page` takes them.
    :raises SourceError: the source cannot be read; RdfSyntaxError where it is broken RDF.
    """
    if format_of(path) is not None:
        return list(_from_rdf(path, base, graph))
    programme = read_programme(path, url=url, timezone=timezone, slug=slug)
    from .build import build

    iri = graph or f"{base}{programme.slug}/graph/programme"
    built = NamedGraph(iri, build(programme, base=base), f"{programme.name}: its page")
    return [Addition(built, str(path), programme)]


def read_programme(
    path: Path, *, url: str | None = None, timezone: str | None = None, slug: str | None = None
) -> Programme:
    """Read a programme page from a file.

    :raises SourceError: missing, unreadable, too large, or no programme page.
    """
    from .readers.page import read_page

    try:
        if path.stat().st_size > _LONGEST_PAGE:
            raise SourceError(f"the page has more than {_LONGEST_PAGE:,} bytes.", source=str(path))
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise SourceError("there is no such file.", source=str(path)) from error
    except OSError as error:
        raise SourceError(
            f"the file cannot be read ({error.strerror or error}).", source=str(path)
        ) from error
    return read_page(data, name=str(path), url=url, timezone=timezone, slug=slug)


def _from_rdf(path: Path, base: str, wanted: str | None) -> Iterator[Addition]:
    from .terms import to_rdflib

    own = wanted or f"{base}graph/added/{_slug(path.stem)}"
    names: set[str] = set()
    described: set[str] = set()
    with reading(path, base=own) as quads:
        for quad in quads:
            names.add(_name(quad))
            if quad.predicate.value == _DERIVED:
                described.add(getattr(quad.subject, "value", ""))
    if not names:
        raise SourceError("the file holds no triples.", source=str(path))
    if names == {""}:
        iri = wanted or _described(described, base) or own
        yield Addition(NamedGraph(iri, path, path.name), str(path))
        return
    parts: dict[str, list[ox.Quad]] = {}
    with reading(path, base=own) as quads:
        for quad in quads:
            parts.setdefault(_name(quad), []).append(quad)
    for name, part in parts.items():
        yield Addition(NamedGraph(name or own, to_rdflib(part), path.name), str(path))


def _name(quad: ox.Quad) -> str:
    """The name of a quad's graph, empty for the default graph."""
    return str(getattr(quad.graph_name, "value", ""))


def _described(graphs: Iterable[str], base: str) -> str | None:
    """The one graph of a programme that a file is, by its own word."""
    shared = re.escape(f"{base}graph/")  # where the vocabularies are
    found = [iri for iri in graphs if re.match(rf"(?!{shared}).+/graph/[a-z0-9-]+$", iri)]
    return found[0] if len(found) == 1 else None


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain)) or "file"
