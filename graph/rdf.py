"""RDF files: their formats, and reading them with errors that say where."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final
from xml.parsers import expat

import pyoxigraph as ox

from .blank_nodes import relabel
from .errors import RdfSyntaxError, SourceError
from .formats import FORMATS, find_format

if TYPE_CHECKING:
    from .dataset import NamedGraph

__all__ = [
    "ENGINES",
    "format_of",
    "named_quads",
    "parse_rdf",
    "quads_of",
    "reading",
    "with_union",
    "write_triples",
]

SIZE_LIMIT: Final = 512 * 1024 * 1024
"""Bytes of the largest file that is read into memory."""

_PLACE: Final = re.compile(
    r"^Parser error (?:at|between) line \d+.*?: |\s*\(line \d+\)$"
    r"|^(?:syntax|ill-formed) (?:error|document): "
)
_ENTITY: Final = re.compile(
    rb"""<!ENTITY\s++(?:([\w:.\-]++)\s++(?:["']([^"'<]*+)["'])\s*+>)?+""", re.DOTALL
)
_ENTITIES: Final = 256
_EXPANSION: Final = 16 * 1024 * 1024
_EXCERPT: Final = 100
_LONGEST_LINE: Final = 1 << 20
_MARK: Final = b"\xef\xbb\xbf"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_STREAMED: Final = ("ntriples", "nquads", "turtle", "trig")
_NAMING: Final = ("nquads", "trig", "jsonld")
"""The formats that can hold named graphs."""

ENGINES: Final = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
"""The engine's parsers and writers by the names of `formats.FORMATS`."""

_EXTENSIONS: Final = {f.extension: f.name for f in FORMATS.values()} | {
    "turtle": "turtle",
    "owl": "rdfxml",
    "xml": "rdfxml",
    "json": "jsonld",
}

_ENDED: Final = re.compile(rb"</[\w.-]*:?RDF\s*>\s*\Z")
_TAIL: Final = 200


def parse_rdf(
    source: str | Path | bytes,
    format: str | None = None,  # noqa: A002 - the field's word
    *,
    name: str = "",
    base: str | None = None,
    limit: int = SIZE_LIMIT,
    lenient: bool = False,
) -> list[ox.Quad]:
    """Read an RDF file.

    :param source: a path, or the bytes themselves.
    :param format: a name of `formats.FORMATS`; by default the file's extension tells.
    :param name: what messages call the source; by default its path.
    :param base: IRI against which relative IRIs are resolved; by default the file's own address.
    :param limit: most bytes that are read.
    :param lenient: whether IRIs are taken that are none, and language tags likewise.
    :raises SourceError: missing, unreadable, too large, not UTF-8, or of unknown format.
    :raises RdfSyntaxError: not the RDF that it says it is; with line, column and excerpt.
    """
    if isinstance(source, bytes):
        name = name or "input"
        with _parsing(source, _chosen(format, name), name, base, limit, lenient=lenient) as quads:
            return list(quads)
    name = name or str(source)
    data = _read(Path(source), name, limit)
    base = base or Path(source).resolve().as_uri()
    with _parsing(data, _chosen(format, source, name), name, base, limit, lenient=lenient) as quads:
        return list(quads)


@contextmanager
def reading(
    path: Path,
    *,
    base: str | None = None,
    format: str | None = None,  # noqa: A002 - the field's word
    lenient: bool = False,
) -> Iterator[Iterator[ox.Quad]]:
    """Read an RDF file while it is used, in memory that does not grow with it.

    RDF/XML and JSON-LD are held as text while they are read, and limited to 512 MB.

    :param base: IRI against which relative IRIs are resolved; by default the file's own address.
    :param format: a name of `formats.FORMATS`; by default the file's extension tells.
    :param lenient: whether IRIs are taken that are none, and language tags likewise.
    :raises SourceError, RdfSyntaxError: see `parse_rdf`; also while the quads are read.
    """
    name, base = str(path), base or path.resolve().as_uri()
    chosen = _chosen(format, path, name)
    if chosen not in _STREAMED:
        data = _read(path, name, SIZE_LIMIT)
        with _parsing(data, chosen, name, base, SIZE_LIMIT, lenient=lenient) as quads:
            yield quads
        return
    with _opened(path, name) as file:
        start = file.read(3)
        if start[:2] in _UTF_16:
            _check_utf8(start, name)
        if start != _MARK:
            file.seek(0)
        try:
            yield ox.parse(file, ENGINES[chosen], base_iri=base, lenient=lenient)
        except (SyntaxError, ValueError) as error:
            line, column = getattr(error, "lineno", None), getattr(error, "offset", None)
            text = _line(path, line) if line else b""
            _check_utf8(text, name, line or 1)
            raise _explain(error, text, (line, column), name) from error


def format_of(path: str | Path) -> str | None:
    """The name of the RDF format that a file's extension tells, None where it tells none."""
    return _EXTENSIONS.get(Path(path).suffix.lower().removeprefix("."))


def named_quads(iri: str, triples: Iterable[ox.Quad | ox.Triple]) -> Iterator[ox.Quad]:
    """Put triples into one named graph, with blank nodes that are the graph's own.

    Blank nodes are numbered as they come, so that the same file gives the same quads, and no two
    graphs of a dataset share one by accident.
    """
    graph = ox.NamedNode(iri)
    mark = hashlib.sha256(iri.encode()).hexdigest()[:8]
    names: dict[ox.BlankNode, ox.BlankNode] = {}

    def own(term: ox.BlankNode) -> ox.BlankNode:
        return names.setdefault(term, ox.BlankNode(f"g{mark}n{len(names) + 1}"))

    for t in triples:
        subject = own(t.subject) if isinstance(t.subject, ox.BlankNode) else t.subject
        value = own(t.object) if isinstance(t.object, ox.BlankNode) else t.object
        yield ox.Quad(subject, t.predicate, value, graph)


def with_union(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Each quad, and its triple in the default graph, where a `Store` keeps the union."""
    for quad in quads:
        yield quad
        yield ox.Quad(quad.subject, quad.predicate, quad.object)


def quads_of(graph: NamedGraph) -> Iterator[ox.Quad]:
    """The quads of a named graph, read while they are used.

    :raises SourceError: its file cannot be read; RdfSyntaxError where it is broken.
    """
    with _source(graph) as quads:
        yield from named_quads(graph.iri, quads)


def write_triples(graph: NamedGraph, output: IO[bytes]) -> None:
    """Write a graph as canonical N-Triples, in its own order and with its own blank nodes.

    :param output: takes many small pieces.
    :raises SourceError: its file cannot be read; RdfSyntaxError where it is broken.
    """
    with _source(graph) as quads:
        triples: Iterable[ox.Quad | ox.Triple] = quads
        if isinstance(graph.source, Path) and format_of(graph.source) in _NAMING:
            triples = (quad.triple for quad in quads)
        ox.serialize(triples, output, ox.RdfFormat.N_TRIPLES)  # type: ignore[arg-type]


@contextmanager
def _source(graph: NamedGraph) -> Iterator[Iterator[ox.Quad]]:
    if isinstance(graph.source, Path):
        with reading(graph.source, base=graph.iri) as quads:
            yield quads
        return
    data = graph.source.serialize(format="nt", encoding="utf-8")
    # Blank nodes of rdflib have other names, and another order, each time.
    yield iter(sorted(relabel(ox.parse(data, ox.RdfFormat.N_TRIPLES)), key=str))


def _chosen(format: str | None, source: str | Path, name: str = "") -> str:  # noqa: A002
    chosen = find_format(format).name if format else format_of(source)
    if chosen is None:
        known = " ".join(f".{f.extension}" for f in FORMATS.values())
        raise SourceError(
            f"its name does not tell which RDF format it has (known: {known}).",
            source=name or str(source),
            hint="Name the format.",
        )
    return chosen


@contextmanager
def _parsing(
    data: bytes, chosen: str, name: str, base: str | None, limit: int, *, lenient: bool = False
) -> Iterator[Iterator[ox.Quad]]:
    if len(data) > limit:
        raise SourceError(f"the file has {len(data):,} bytes; {limit:,} is the limit.", source=name)
    data = data.removeprefix(_MARK)
    _check_utf8(data, name)
    if chosen == "rdfxml":
        _check_entities(data, name)
    try:
        yield ox.parse(data, ENGINES[chosen], base_iri=base, lenient=lenient)
        if chosen == "rdfxml":
            _check_end(data, name)
    except (SyntaxError, ValueError) as error:
        place = getattr(error, "lineno", None), getattr(error, "offset", None)
        if chosen == "rdfxml" and place[0] is None:
            place = _xml_place(data)
        lines = data.split(b"\n", place[0] or 0)
        text = lines[place[0] - 1] if place[0] and len(lines) >= place[0] else b""
        raise _explain(error, text, place, name) from error


def _read(path: Path, name: str, limit: int) -> bytes:
    with _opened(path, name) as file:
        size = path.stat().st_size
        if size > limit:
            raise SourceError(f"the file has {size:,} bytes; {limit:,} is the limit.", source=name)
        return file.read()


@contextmanager
def _opened(path: Path, name: str) -> Iterator[IO[bytes]]:
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise SourceError("there is no such file.", source=name) from error
    except IsADirectoryError as error:
        raise SourceError("this is a folder, not a file.", source=name) from error
    except OSError as error:
        raise SourceError(
            f"the file cannot be read ({error.strerror or error}).", source=name
        ) from error
    with file:
        yield file


def _line(path: Path, number: int) -> bytes:
    """A line of a file, or its beginning."""
    with path.open("rb") as file:
        for _ in range(number - 1):
            while (part := file.readline(_LONGEST_LINE)) and not part.endswith(b"\n"):
                pass
        return file.readline(_LONGEST_LINE)


def _check_utf8(data: bytes, name: str, line: int = 1) -> None:
    """Check that text is UTF-8.

    :param line: the number of its first line.
    """
    if data[:2] in _UTF_16:
        raise SourceError("the file is UTF-16, not UTF-8.", source=name, line=1, column=1)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        start = before.rfind(b"\n") + 1
        raise SourceError(
            f"the file is not UTF-8 (byte 0x{data[error.start]:02x}).",
            source=name,
            line=before.count(b"\n") + line,
            column=len(before[start:].decode("utf-8")) + 1,
            hint="Save it as UTF-8.",
        ) from error


def _check_entities(data: bytes, name: str) -> None:
    # The engine expands entities without a limit, and a bomb ends the process.
    if b"<!ENTITY" not in data:
        return
    size = 0
    for number, match in enumerate(_ENTITY.finditer(data)):
        entity, value = match.groups()
        if number == _ENTITIES or value is None or b"&" in value:
            raise SourceError(
                "entities of an RDF/XML file may only stand for plain text, such as a namespace.",
                source=name,
                line=data.count(b"\n", 0, match.start()) + 1,
            )
        size += len(value) * data.count(b"&" + entity + b";")
    if size > max(_EXPANSION, 4 * len(data)):
        raise SourceError(f"its entities expand to {size:,} bytes.", source=name)


def _explain(
    error: Exception, text: bytes, place: tuple[int | None, int | None], name: str
) -> RdfSyntaxError:
    """What an error of the parser means.

    :param text: the line in which it is.
    :param place: the numbers of line and column, where they are known.
    """
    line, column = place
    said = _PLACE.sub("", str(error)).strip().rstrip(".")
    hint = ""
    if "LoadDocumentCallback" in said:
        said, hint = (
            "the file names a remote @context, which is not fetched",
            "Put the context into it.",
        )
    start = max(0, (column or 1) - _EXCERPT // 2)
    excerpt = text.decode("utf-8", "replace").rstrip()[start : start + _EXCERPT]
    return RdfSyntaxError(said, source=name, line=line, column=column, excerpt=excerpt, hint=hint)


def _check_end(data: bytes, name: str) -> None:
    # The engine takes what is cut off between two tags for whole.
    if _ENDED.search(data[-_TAIL:]):
        return
    line, column = _xml_place(data)
    if line is not None:
        why = ValueError("the file ends before its elements do")
        raise _explain(why, data.split(b"\n", line)[line - 1], (line, column), name)


def _xml_place(data: bytes) -> tuple[int | None, int | None]:
    parser = expat.ParserCreate()
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        return error.lineno, error.offset + 1
    return None, None
