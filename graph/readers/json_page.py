"""Web pages that say in JSON-LD what they are about: <script type="application/ld+json">.

See https://www.w3.org/TR/json-ld11/#embedding-json-ld-in-html-documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from ..errors import RdfSyntaxError, SourceError
from ..json_contexts import with_contexts
from ..loss import Loss
from ..mapping import find_mapping
from ..rdf import parse_rdf
from ..reading import Reading, ReadOptions
from .encodings import beginning, read_text
from .html import check_nesting, is_html
from .mapped import mapped
from .publish import describe

__all__ = ["READER", "JsonPageReader"]

_LIMIT: Final = 32 * 1024 * 1024
_SCRIPT: Final = re.compile(r"<script\b[^>]*application/ld\+json", re.IGNORECASE)
_WRAPPING: Final = re.compile(r"\A\s*(?:<!--|(?://\s*)?<!\[CDATA\[)|(?:-->|(?://\s*)?\]\]>)\s*\Z")
_EVENT: Final = re.compile(r'"(?:https?://schema\.org/)?\w*(?:Event|ScholarlyArticle)"')


class JsonPageReader:
    """Reads the JSON-LD in a web page; the page's own text is not read."""

    name = "json-page"
    label = "web page with JSON-LD"
    suffixes = (".html", ".htm")

    def sniff(self, head: bytes, path: Path) -> int:
        """See `Reader.sniff`."""
        text = beginning(head)
        if path.is_dir() or not is_html(text):
            return 0
        script = _SCRIPT.search(text)
        return 2 if script and _EVENT.search(text, script.end()) else 0

    def read(self, path: Path, *, options: ReadOptions) -> list[Reading]:
        """See `Reader.read`."""
        source = describe(path, options, "text/html")
        loss = Loss(source.name)
        quads = list(_quads(path, loss, options))
        mapping = find_mapping(quads)
        if mapping is None:
            raise SourceError(
                "its JSON-LD is in no vocabulary that is mapped.",
                source=str(path),
                hint="To read the page's text: --format page.",
            )
        return mapped(quads, mapping, source, loss, options)


def _quads(path: Path, loss: Loss, options: ReadOptions) -> Iterator[ox.Quad]:
    """The triples of all blocks, whose blank nodes are their own."""
    from bs4 import BeautifulSoup

    name, base = str(path), options.url or path.resolve().as_uri()
    html = read_text(path, loss, _LIMIT)
    check_nesting(html, name)
    for number, tag in enumerate(BeautifulSoup(html, "html.parser").find_all("script"), start=1):
        kind = str(tag.get("type", "")).partition(";")[0].strip().lower()
        if kind != "application/ld+json":
            continue
        text = _WRAPPING.sub(lambda match: "\n" * match.group().count("\n"), tag.get_text())
        try:
            data = with_contexts(text, name).encode()
            found = parse_rdf(data, "jsonld", name=name, base=base, lenient=True)
        except RdfSyntaxError as error:
            line = (tag.sourceline or 1) + (error.line or 1) - 1
            why = error.message.removeprefix(f"{name}:{error.line}:{error.column}: ")
            if not options.lenient:
                raise RdfSyntaxError(
                    why, source=name, line=line, column=error.column, hint=error.hint
                ) from error
            excerpt = error.excerpt or text.strip()
            loss.refuse("field", "(script)", place=f"line {line}", found=excerpt, why=why)
            continue
        for quad in found:
            yield ox.Quad(_own(quad.subject, number), quad.predicate, _own(quad.object, number))


def _own(term: Any, block: int) -> Any:
    """A blank node of one block, apart from those of others with its label."""
    return ox.BlankNode(f"p{block}x{term.value}") if isinstance(term, ox.BlankNode) else term


READER: Final = JsonPageReader()
