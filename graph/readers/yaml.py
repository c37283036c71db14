"""YAML as texts, lists and maps, each with its line; no tags, no anchors that grow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias

import yaml

from ..errors import SourceError
from ..loss import Loss
from .encodings import read_text

__all__ = ["Map", "Node", "Text", "read_yaml"]

_LIMIT: Final = 32 * 1024 * 1024
_DEEPEST: Final = 50
_MOST: Final = 2_000_000
_PLAIN: Final = frozenset({"tag:yaml.org,2002:str", "tag:yaml.org,2002:binary", "!"})
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS: Final = frozenset({"~", "null", "Null", "NULL"})


class Text(str):
    """A text with the line in which it begins."""

    line: int = 1


class Map(dict[str, "Node"]):
    """A map with the lines on which it stands."""

    line: int = 1
    last: int = 1

    def text(self, name: str) -> str:
        """The text of a key; empty where it has none."""
        found = self.get(name, "")
        return found if isinstance(found, str) else ""

    def maps(self, name: str) -> list[Map]:
        """The maps in the list of a key."""
        found = self.get(name)
        return [each for each in found if isinstance(each, Map)] if isinstance(found, list) else []

    def leaves(self, *skip: str) -> Iterator[tuple[str, str]]:
        """Texts by their keys, those of lists of texts too, but not what is under some keys."""
        for name, value in self.items():
            if name not in skip:
                for text in _leaves(value):
                    yield name, text


Node: TypeAlias = "Text | Map | list[Node]"


def read_yaml(path: Path, loss: Loss) -> Node:
    """Read a file of YAML 1.1; every scalar is a text, as it is written.

    :raises SourceError: the file cannot be read, is no YAML, has tags of applications, is nested
        more than 50 deep, or its aliases stand for more than two million nodes.
    """
    text = read_text(path, loss, _LIMIT)
    builder = _Builder(str(path))
    try:
        for event in yaml.parse(text.lstrip("\ufeff"), Loader=_LOADER):
            builder.take(event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or "it cannot be parsed"
        raise SourceError(
            f"the file is no YAML: {what}.",
            source=str(path),
            line=mark.line + 1 if mark else None,
            column=mark.column + 1 if mark else None,
        ) from error
    if builder.root is None:
        raise SourceError("the file is empty.", source=str(path))
    return builder.root


class _Builder:
    """Builds nodes from the events of a parser, without recursion."""

    def __init__(self, name: str) -> None:
        self.root: Node | None = None
        self._name = name
        self._open: list[tuple[Node, str | None]] = []
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._starts: list[tuple[str | None, int]] = []
        self._count = 0

    def take(self, event: yaml.Event) -> None:
        line = _line(event.start_mark)
        if isinstance(event, yaml.ScalarEvent):
            self._check(event.tag, line)
            null = event.implicit[0] and event.value in _NULLS
            text = Text("" if null else event.value)
            text.line = line
            self._add(text, line)
            if event.anchor:
                self._anchors[event.anchor] = (text, 1)
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchors:
                raise self._error(f"the alias *{event.anchor} stands for nothing.", line)
            node, size = self._anchors[event.anchor]
            self._count += size
            self._add(node, line)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._check(event.tag, line, collection=True)
            self._begin(event, line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._finish(event)

    def _begin(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent, line: int) -> None:
        node: Node = []
        if isinstance(event, yaml.MappingStartEvent):
            node = Map()
            node.line = line
        if len(self._open) >= _DEEPEST:
            raise self._error(f"it is nested more than {_DEEPEST} deep.", line)
        self._starts.append((event.anchor, self._count))
        self._open.append((node, None))
        self._count += 1

    def _finish(self, event: yaml.Event) -> None:
        node, _ = self._open.pop()
        anchor, before = self._starts.pop()
        if isinstance(node, Map):
            node.last = max(node.line, _line(event.start_mark) - 1)
        if anchor:
            self._anchors[anchor] = (node, self._count - before)
        self._add(node, _line(event.start_mark))

    def _add(self, node: Node, line: int) -> None:
        self._count += 1
        if self._count > _MOST:
            raise self._error(f"its aliases stand for more than {_MOST:,} nodes.", line)
        if not self._open:
            self.root = node
            return
        parent, key = self._open[-1]
        if isinstance(parent, Map):
            if key is None:
                if not isinstance(node, str):
                    raise self._error("a key is no text.", line)
                self._open[-1] = (parent, str(node))
            else:
                parent[key] = node
                self._open[-1] = (parent, None)
        elif isinstance(parent, list):
            parent.append(node)

    def _check(self, tag: str | None, line: int, *, collection: bool = False) -> None:
        if tag is None or (not collection and tag in _PLAIN):
            return
        if not tag.startswith("tag:yaml.org,2002:") or ":python" in tag:
            raise self._error(f"the tag {tag} is refused: data has no tags.", line)

    def _error(self, message: str, line: int) -> SourceError:
        return SourceError(message, source=self._name, line=line)


def _line(mark: Any) -> int:
    """The line of a mark; the C parser has a class of its own for them."""
    return int(mark.line) + 1 if mark else 1


def _leaves(value: Node) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Map):
        for each in value.values():
            yield from _leaves(each)
    else:
        for one in value:
            yield from _leaves(one)
