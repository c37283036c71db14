"""Programme pages, text or HTML, among the other formats."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from ..build import build
from ..dataset import NamedGraph
from ..errors import SourceError
from ..loss import Loss
from ..reading import Reading, ReadOptions
from ..records import Programme, Quote
from .encodings import beginning
from .html import is_html
from .ledger import quotes
from .page import read_page
from .publish import describe

__all__ = ["READER", "PageReader"]

_LIMIT: Final = 32 * 1024 * 1024
_TIME: Final = re.compile(r"\b\d{1,2}:\d\d\b")


class PageReader:
    """Reads the programme page of a conference by `readers.page.read_page`."""

    name = "page"
    label = "programme page"
    suffixes = (".txt", ".html", ".htm")

    def sniff(self, head: bytes, path: Path) -> int:
        """See `Reader.sniff`."""
        text = beginning(head)
        if is_html(text):
            return 1
        return int(path.suffix.lower() in {"", ".txt"} and len(_TIME.findall(text)) > 1)

    def read(self, path: Path, *, options: ReadOptions) -> list[Reading]:
        """See `Reader.read`."""
        source = describe(path, options)
        if path.stat().st_size > _LIMIT:
            raise SourceError(f"the page has more than {_LIMIT:,} bytes.", source=str(path))
        programme = read_page(
            path.read_bytes(),
            name=str(path),
            url=options.url,
            timezone=options.timezone,
            slug=options.slug,
        )
        iri = f"{options.base.rstrip('/')}/{programme.slug}"
        graph = build(programme, base=options.base, abstracts=options.abstracts)
        named = NamedGraph(f"{iri}/graph/programme", graph, f"{programme.name}: its page")
        return [Reading(iri, (named,), _loss(programme, path.name), (source,), own=True)]


def _loss(programme: Programme, name: str) -> Loss:
    """What became of each line that is not blank."""
    loss = Loss(name)
    unread = {each.line for each in programme.unread}
    structure = _lines(programme.structure) - unread
    loss.count("field", "line", mapped=len(_lines(quotes(programme)) - structure - unread))
    loss.count("field", "line", kept=len(structure))
    for line in {each.line: each for each in programme.unread}.values():
        place = f"line {line.line}"
        loss.refuse("field", "line", place=place, found=line.text, why=line.reason)
    return loss


def _lines(found: Iterable[Quote]) -> set[int]:
    return {
        number
        for quote in found
        for number, text in enumerate(quote.text.split("\n"), start=quote.first)
        if text.strip()
    }


READER: Final = PageReader()
