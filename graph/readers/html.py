"""HTML as the lines that a person reading the page sees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING, Final

from ..errors import SourceError

if TYPE_CHECKING:
    from bs4.element import Tag

__all__ = ["check_nesting", "flatten", "is_html"]

_START: Final = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:[^-]|-(?!->))*-->\s*)*"
    r"<(?:!doctype\s+html|html|head|body|main|article|section|header|div|h[1-6]|p|table|ul)\b",
    re.IGNORECASE,
)
_INVISIBLE: Final = frozenset(
    {"button", "canvas", "form", "head", "iframe", "math", "nav", "noscript", "object", "script"}
    | {"select", "style", "svg", "template", "textarea", "title", "video", "audio"}
)
_FIELDS: Final = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "dt", "dd", "td", "th"})
_BLOCKS: Final = _FIELDS | frozenset(
    {"address", "article", "aside", "blockquote", "body", "caption", "center", "details", "div"}
    | {"dl", "fieldset", "figcaption", "figure", "footer", "header", "hr", "html", "main", "ol"}
    | {"pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul"}
)


_DEPTH_LIMIT: Final = 1000
"""Deepest nesting of a page; what people write stays below 100, even with tags left open."""
_BROKEN_LIMIT: Final = 1000
"""Most tags of a page that begin and never end; the parser needs quadratic time for them."""

_RAW: Final = re.compile(r"<(?:(script|style|template|svg|textarea|title)\b|!--)", re.IGNORECASE)
_TAG: Final = re.compile(r"<(?:([/!?])|(?=[a-zA-Z]))([\w:-]*)[^<>]*(>?)")
_VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)


def is_html(text: str) -> bool:
    """Whether a text is HTML: it begins with a tag that begins pages or blocks."""
    return _START.match(text[:20_000]) is not None


def flatten(html: str, name: str) -> str:
    """The visible text of a page, a block to a line, blocks separated by a blank line.

    An empty paragraph, heading, list item or cell leaves one more blank line, as it does where
    the text of a page is copied, so a reader can tell that something is missing there.
    What is not shown (scripts, styles, hidden parts) and what only leads elsewhere (navigation,
    forms, buttons) is left out.

    :param html: the source of the page.
    :param name: file name or address, for messages.
    :raises SourceError: when tags are nested too deeply or too many never end.
    """
    html = _without_raw(html)
    _check(html, name)
    lines: list[str] = []
    inline: list[str] = []
    fields: list[int] = []
    written = 0
    for step, value in _steps(html):
        if step is _Step.TEXT:
            inline.append(value)
            continue
        if text := " ".join("".join(inline).split()):
            lines.append(text)
            written += 1
            if value != "br":
                lines.append("")
        inline.clear()
        if value in _FIELDS and step is _Step.OPEN:
            fields.append(written)
        elif value in _FIELDS and fields.pop() == written:
            lines.append("")
            written += 1
    return "\n".join(lines)


def check_nesting(html: str, name: str) -> None:
    """Refuse a page on which the parser would take very long or run out of stack.

    :raises SourceError: tags are nested too deeply or too many never end.
    """
    _check(_without_raw(html), name)


def _without_raw(html: str) -> str:
    """The source without comments, scripts and the like, each cut in one step."""
    kept: list[str] = []
    start = 0
    while opened := _RAW.search(html, start):
        kept.append(html[start : opened.start()])
        name = opened.group(1)
        closer = re.compile(rf"</{name}\s*>" if name else "--!?>", re.IGNORECASE)
        closed = closer.search(html, opened.end())
        if closed is None:
            return "".join(kept)
        start = closed.end()
    kept.append(html[start:])
    return "".join(kept)


def _check(html: str, name: str) -> None:
    """Refuse pages on which the parser would take very long or run out of stack."""
    depth = broken = 0
    for match in _TAG.finditer(html):
        sign, tag, end = match.groups()
        if not end:
            broken += 1
        elif sign == "/":
            depth = max(0, depth - 1)
        elif not sign and tag.lower() not in _VOID and not match.group().endswith("/>"):
            depth += 1
        if depth > _DEPTH_LIMIT or broken > _BROKEN_LIMIT:
            fault = "nested too deeply" if depth > _DEPTH_LIMIT else "cut off in too many places"
            raise SourceError(
                f"The tags of this HTML are {fault}.",
                source=name,
                line=html.count("\n", 0, match.start()) + 1,
                hint="Save the page as plain text and read that.",
            )


class _Step(Enum):
    OPEN = 1
    CLOSE = 2
    TEXT = 3


def _steps(html: str) -> Iterator[tuple[_Step, str]]:
    """Walk the visible part of the tree without recursion: a hostile page may be deep."""
    from bs4 import BeautifulSoup
    from bs4.element import NavigableString, PreformattedString, Tag

    soup = BeautifulSoup(html, "html.parser")
    path: list[tuple[str, Iterator[object]]] = [("", iter(soup.contents))]
    while path:
        name, children = path[-1]
        child = next(children, None)
        if child is None:
            path.pop()
            if name in _BLOCKS:
                yield _Step.CLOSE, name
        elif isinstance(child, Tag):
            if child.name in _INVISIBLE or _is_hidden(child):
                continue
            if child.name in _BLOCKS or child.name == "br":
                yield _Step.OPEN, child.name
            path.append((child.name, iter(child.contents)))
        elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
            yield _Step.TEXT, str(child)
    yield _Step.CLOSE, ""


def _is_hidden(tag: Tag) -> bool:
    style = str(tag.get("style", "")).replace(" ", "").casefold()
    return tag.has_attr("hidden") or "display:none" in style or "visibility:hidden" in style
