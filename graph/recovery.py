"""What can be taken from a file of RDF: any encoding, known contexts, the rest of a broken one."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from .errors import RdfSyntaxError, SourceError
from .json_contexts import with_contexts
from .loss import Loss
from .rdf import ENGINES, SIZE_LIMIT, parse_rdf
from .readers.encodings import read_text

__all__ = ["take"]

_DECLARED: Final = re.compile(rb"""\A\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']""")
_DECLARATION: Final = re.compile(r"\A\s*<\?xml[^>]*\?>")
_DIRECTIVE: Final = re.compile(
    r"^[ \t]*(?:@?prefix[ \t]+[^\s:]*:|@?base)[ \t]*<[^>\n]*>", re.MULTILINE | re.IGNORECASE
)
_TOKEN: Final = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*+\'\'\'|"(?:[^"\\\n]|\\.)*+"'
    r"|'(?:[^'\\\n]|\\.)*+'|<[^<>\n]*+>|#[^\n]*+|(\.)(?=\s|\Z)|[^\"'<#.]++|.",
    re.DOTALL,
)
"""Parts of Turtle; a string that does not end is a quote and what follows."""
_SUBJECT: Final = re.compile(r"^(?=<|_:|\[|[^\W\d][\w.-]*:|:)", re.MULTILINE)
_REST: Final = "What follows the break cannot be told apart, and was not read."


def take(
    path: Path, syntax: str, loss: Loss, *, base: str | None = None, lenient: bool = False
) -> list[ox.Quad]:
    """Read a file of RDF whose IRIs need not be IRIs, as `repair.repair_iris` mends them.

    Another encoding than UTF-8 is a repair. A broken file is refused; where the user says so, the
    rest is taken: of N-Triples and N-Quads each line, of Turtle each statement that can be read,
    of the others what stands before the break. What is not taken is in the report.

    :param syntax: a name of `formats.FORMATS`.
    :param base: IRI against which relative IRIs are resolved; by default the file's own address.
    :raises SourceError: missing, unreadable, too large, or no text.
    :raises RdfSyntaxError: broken, with line, column and excerpt.
    """
    base = base or path.resolve().as_uri()
    name = str(path)
    text = _text(path, syntax, loss)
    if syntax == "jsonld":
        text = with_contexts(text, name)
    try:
        return parse_rdf(text.encode(), syntax, name=name, base=base, lenient=True)
    except RdfSyntaxError as error:
        if not lenient:
            error.hint = error.hint or "To take the rest of it: --lenient."
            raise
        if syntax in ("ntriples", "nquads"):
            return list(_lines(text, syntax, loss))
        if syntax == "turtle":
            return list(_Statements(text, base, loss).read())
        return list(_before(text, syntax, base, loss, error))


def _text(path: Path, syntax: str, loss: Loss) -> str:
    """The file's text; of XML in the encoding that it declares, where it is one byte a letter."""
    if syntax == "rdfxml":
        try:
            with path.open("rb") as file:
                declared = _DECLARED.match(file.read(200))
        except OSError:
            declared = None  # said below
        if declared and (encoding := _narrow(declared[1].decode())):
            if path.stat().st_size > SIZE_LIMIT:
                raise SourceError(f"the file has more than {SIZE_LIMIT:,} bytes.", source=str(path))
            text = path.read_bytes().decode(encoding, "replace")
            return _DECLARATION.sub("", text)
    text = read_text(path, loss, SIZE_LIMIT)
    return _DECLARATION.sub("", text) if syntax == "rdfxml" else text


def _narrow(encoding: str) -> str | None:
    """The codec of a declared encoding that is neither UTF-8 nor UTF-16."""
    try:
        found = codecs.lookup(encoding).name
    except LookupError:
        return None
    return None if found.startswith("utf") or found == "ascii" else found


def _lines(text: str, syntax: str, loss: Loss) -> Iterator[ox.Quad]:
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            yield from ox.parse(line.encode(), ENGINES[syntax], lenient=True)
        except (SyntaxError, ValueError) as error:
            _refuse(loss, number, line, error)


def _before(
    text: str, syntax: str, base: str, loss: Loss, error: RdfSyntaxError
) -> Iterator[ox.Quad]:
    """What stands before a break."""
    place = f"line {error.line}" if error.line else "the file"
    said = error.message.rpartition(": ")[0] or error.message
    try:
        yield from ox.parse(text.encode(), ENGINES[syntax], base_iri=base, lenient=True)
    except (SyntaxError, ValueError) as stopped:
        said = str(stopped)
    why = f"{said.rpartition(': ')[2].rstrip('.')}. {_REST}"
    loss.refuse("field", "(syntax)", place=place, found=error.excerpt, why=why)


class _Statements:
    """Turtle, statement by statement."""

    def __init__(self, text: str, base: str, loss: Loss) -> None:
        self._text, self._base, self._loss = text, base, loss
        self._counted, self._line = 0, 1
        directives = (match.group() for match in _DIRECTIVE.finditer(text))
        self._head = "".join(
            f"{one} .\n" if one.lstrip().startswith("@") else f"{one}\n" for one in directives
        )

    def read(self) -> Iterator[ox.Quad]:
        """Halve what cannot be read until it is one statement."""
        waiting = [self._bounds()]
        while waiting:
            spans = waiting.pop()
            if not spans:
                continue
            found, error = self._parsed(spans[0][0], spans[-1][1])
            if error is None:
                yield from found
            elif len(spans) > 1:
                half = len(spans) // 2
                waiting += [spans[half:], spans[:half]]
            else:
                yield from self._parts(*spans[0], error)

    def _bounds(self) -> list[tuple[int, int]]:
        """Where each statement begins and ends."""
        ends = [match.end() for match in _TOKEN.finditer(self._text) if match.group(1)]
        if self._text[ends[-1] if ends else 0 :].strip():
            ends.append(len(self._text))
        return list(zip([0, *ends], ends, strict=False))

    def _parts(self, start: int, end: int, error: Exception) -> Iterator[ox.Quad]:
        """The statements of one that is broken: a subject at the start of a line begins another."""
        starts = [m.start() for m in _SUBJECT.finditer(self._text, start, end)]
        parts = list(zip(starts, [*starts[1:], end], strict=True))
        if len(parts) < 2:
            self._refuse(start, end, error)
            return
        for first, last in parts:
            found, wrong = self._parsed(first, last)
            if wrong is None:
                yield from found
            else:
                self._refuse(first, last, wrong)

    def _parsed(self, start: int, end: int) -> tuple[list[ox.Quad], Exception | None]:
        text = self._head + self._text[start:end]
        try:
            engine = ox.RdfFormat.TURTLE
            return list(ox.parse(text.encode(), engine, base_iri=self._base, lenient=True)), None
        except (SyntaxError, ValueError) as error:
            return [], error

    def _refuse(self, start: int, end: int, error: Exception) -> None:
        words = self._text[start:end]
        begin = start + len(words) - len(words.lstrip())
        # Statements come in their order, so that each line is counted once.
        self._line += self._text.count("\n", self._counted, begin)
        self._counted = begin
        _refuse(self._loss, self._line, words, error)


def _refuse(loss: Loss, line: int, words: str, error: Exception) -> None:
    why = f"{str(error).rpartition(': ')[2].rstrip('.')}."
    loss.refuse("field", "(line)", place=f"line {line}", found=" ".join(words.split()), why=why)
