"""Programmes and papers as CSV, for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from .lines import one_line
from .programme import Named, Part, Programme
from .works import Work

__all__ = ["programme_table", "works_table"]

_ACTIVE: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula."""
_PART: Final = ("start", "end", "kind", "title", "room", "track", "people", "chairs", "within",
                "papers", "iri")  # fmt: skip
_WORK: Final = ("title", "authors", "published", "in", "pages", "conference", "start", "place",
                "doi", "link", "keywords", "iri")  # fmt: skip


def programme_table(programme: Programme) -> bytes:
    """Write the parts of a programme, one a row, as CSV (https://www.rfc-editor.org/rfc/rfc4180).

    It is UTF-8 with CRLF. Text that a spreadsheet would take for a formula gets an apostrophe in
    front (https://owasp.org/www-community/attacks/CSV_Injection). Several values of a cell are
    apart by "; ".
    """
    return _table(_PART, _parts(part for top in programme.parts for part in top.walk()))


def works_table(works: Iterable[Work]) -> bytes:
    """Write papers, one a row; see `programme_table`."""
    return _table(_WORK, map(_work, works))


def _parts(parts: Iterable[Part]) -> Iterator[Sequence[str]]:
    for part in parts:
        yield (
            part.start.isoformat() if part.start else "",
            part.end.isoformat() if part.end else "",
            part.word,
            part.title,
            part.where,
            part.track,
            _names(part.people),
            _names(part.chairs),
            part.above.title if part.above else "",
            _names(part.papers),
            part.iri,
        )


def _work(work: Work) -> Sequence[str]:
    venue = work.venue
    return (
        work.title,
        "; ".join(each.name for each in work.authors),
        work.date,
        work.container,
        work.range,
        venue.title if venue else "",
        venue.start if venue else "",
        venue.place if venue else "",
        work.doi,
        work.link,
        "; ".join(work.keywords),
        work.iri,
    )


def _names(named: Iterable[Named]) -> str:
    return "; ".join(each.name for each in named)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow(head)
    writer.writerows([_harmless(one_line(cell)) for cell in row] for row in rows)
    return output.getvalue().encode()


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_ACTIVE) else text
