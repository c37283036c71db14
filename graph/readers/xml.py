"""XML as a stream of elements, each with its line, safe with files of strangers.

Declared entities are refused, so that none can grow or lead elsewhere; a DTD is not fetched. The
entities of HTML (such as &uuml;), which dblp uses, have their characters.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Collection, Iterator
from html.entities import html5
from pathlib import Path
from typing import Final
from xml.parsers import expat

from ..errors import SourceError

__all__ = ["Element", "elements", "root_of"]

_BLOCK: Final = 65_536
_DEEPEST: Final = 64
_LONGEST: Final = 16_777_216
_ELEMENT: Final = 100
"""What an element counts beside its text, for it needs memory too."""
_ROOT: Final = re.compile(
    r"^\ufeff?\s*(?:<\?[^>]*\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^\[\]<>]*(?:\[[^\]]*\])?[^\[\]<>]*>\s*)*"
    r"<([A-Za-z_][\w:.-]*)",
    re.DOTALL,
)


class Element:
    """An element with what is in it.

    :param line: in which it begins, counted from 1.
    :param last: line in which it ends.
    :param content: texts and elements, in their order.
    """

    __slots__ = ("attributes", "content", "last", "line", "name")

    def __init__(self, name: str, attributes: dict[str, str], line: int) -> None:
        self.name = name
        self.attributes = attributes
        self.line = line
        self.last = line
        self.content: list[str | Element] = []

    def __iter__(self) -> Iterator[Element]:
        return (each for each in self.content if isinstance(each, Element))

    def find(self, name: str) -> Element | None:
        """The first element of a name directly inside."""
        return next((each for each in self if each.name == name), None)

    def text(self) -> str:
        """All text inside, as it stands."""
        return "".join(each if isinstance(each, str) else each.text() for each in self.content)


def root_of(head: str) -> str:
    """The name of the root element, from the beginning of a file; empty where it is no XML."""
    match = _ROOT.match(head)
    return match[1] if match else ""


def elements(
    path: Path, wanted: Collection[str], broken: Callable[[SourceError], None] | None = None
) -> Iterator[Element]:
    """Yield elements of some names when they end, and forget them.

    Inside an element that is wanted none is looked for. An element that is around them is yielded
    when it begins, with its attributes alone, if it is wanted as "<name".

    :param broken: told of what is not well-formed, so that what comes before it can be taken; by
        default that is an error.
    :raises SourceError: the file cannot be read, is not well-formed, is cut off, declares entities,
        is nested more than 64 deep, or one record has more than 16 million characters.
    """
    stream = _Stream(str(path), frozenset(wanted))
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                stream.feed(block)
                while stream.ready:
                    yield stream.ready.popleft()
            stream.close()
    except OSError as error:
        reason = error.strerror or error
        raise SourceError(f"the file cannot be read ({reason}).", source=str(path)) from error
    except _NotWellFormedError as error:
        if broken is None:
            raise
        broken(error)
    yield from stream.ready


class _NotWellFormedError(SourceError):
    """The XML ends too soon or breaks the rules of XML, and may be right before that."""


class _Stream:
    """A parser that collects what is wanted."""

    def __init__(self, name: str, wanted: frozenset[str]) -> None:
        self.ready: deque[Element] = deque()
        self._name = name
        self._wanted = wanted
        self._open: list[Element] = []
        self._depth = 0
        self._size = 0
        self._fed = 0
        parser = self._parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.UseForeignDTD(True)  # so that unknown entities are told of, not errors
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.SkippedEntityHandler = self._entity
        parser.EntityDeclHandler = self._declared

    def feed(self, block: bytes) -> None:
        try:
            self._parser.Parse(block, False)
            self._fed += len(block)
            if self._fed - max(self._parser.CurrentByteIndex, 0) > _LONGEST:
                raise self._error(f"one tag or comment has more than {_LONGEST:,} bytes.")
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise self._broken(error) from error

    def close(self) -> None:
        try:
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise self._broken(error) from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._error(f"elements are nested more than {_DEEPEST} deep.")
        if self._open or name in self._wanted:
            element = Element(name, attributes, self._parser.CurrentLineNumber)
            if self._open:
                self._open[-1].content.append(element)
                self._grow(_ELEMENT)
            else:
                self._size = 0
            self._open.append(element)
        elif f"<{name}" in self._wanted:
            self.ready.append(Element(name, attributes, self._parser.CurrentLineNumber))

    def _end(self, _: str) -> None:
        self._depth -= 1
        if self._open:
            element = self._open.pop()
            element.last = self._parser.CurrentLineNumber
            if not self._open:
                self.ready.append(element)

    def _text(self, text: str) -> None:
        if self._open:
            self._grow(len(text))
            self._open[-1].content.append(text)

    def _grow(self, size: int) -> None:
        self._size += size
        if self._size > _LONGEST:
            raise self._error(f"one record has more than {_LONGEST:,} characters.")

    def _entity(self, name: str, is_parameter: bool) -> None:
        if is_parameter:
            return
        characters = html5.get(f"{name};")
        if characters is None:
            raise self._error(f"the entity &{name}; is not known.")
        self._text(characters)

    def _declared(self, name: str, *_: object) -> None:
        raise self._error(
            f"it declares the entity '{name}', which is refused: entities of strangers can grow"
            " without end or lead to other files.",
        )

    def _broken(self, error: Exception) -> _NotWellFormedError:
        if isinstance(error, expat.ExpatError):
            what = expat.ErrorString(error.code)
            line, column = error.lineno, error.offset + 1
        else:
            what, line, column = str(error), self._parser.CurrentLineNumber, None
        hint = "Is the file whole?" if what == "no element found" or self._depth else ""
        return _NotWellFormedError(
            f"the XML is not well-formed: {what}.",
            source=self._name,
            line=line,
            column=column,
            hint=hint,
        )

    def _error(self, message: str) -> SourceError:
        return SourceError(message, source=self._name, line=self._parser.CurrentLineNumber)
