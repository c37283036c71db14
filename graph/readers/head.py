"""The head of a page: name, dates, description, venue."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from ..errors import SourceError
from ..records import CoLocation, Quote, Venue
from .dates import find_dates
from .event import co_location, event_name, slug_of
from .ledger import Ledger
from .lines import Line, Mark, is_prose, mark
from .places import Address, read_address
from .text import Words

__all__ = ["Head", "read_head"]

_PLACE_WORD: Final = re.compile(
    r"\b(?:hotel|inn|hyatt|centre|center|hall|campus|university|auditorium|building|theat(?:er|re)"
    r"|house|palace|resort|museum|library|college)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of a page says about the event."""

    name: str
    slug: str
    quote: Quote
    start: date
    end: date
    venue: Venue | None
    address: Address | None
    venue_line: Line | None
    co_located: CoLocation | None
    description: str | None
    description_quotes: tuple[Quote, ...]


def read_head(lines: Sequence[Line], ledger: Ledger, words: Words) -> Head:
    """Read the lines before the committee and the timetable.

    :raises SourceError: when they hold no date or no name.
    """
    heading, dated, (start, end) = _heading(lines, ledger)
    prose = [line for line in lines if _is_sentence(line.text)]
    name, prefix = event_name(heading.text, prose, start.year)
    told = {line.number for line in prose}
    rest = [
        line
        for line in lines
        if line.number not in told and line is not heading and not _put_aside(line, dated, ledger)
    ]
    venue, address, venue_line = _venue(rest, ledger)
    document = ledger.document
    return Head(
        name=name,
        slug=slug_of(prefix or name, start.year),
        quote=document.quote(heading),
        start=start,
        end=end,
        venue=venue,
        address=address,
        venue_line=venue_line,
        co_located=co_location(prose, start.year, ledger),
        description="\n\n".join(words.mend(line.text) for line in prose) or None,
        description_quotes=tuple(document.quote(line) for line in prose),
    )


def _heading(lines: Sequence[Line], ledger: Ledger) -> tuple[Line, Line | None, tuple[date, date]]:
    dated = next(
        (line for line in lines if not is_prose(line.text) and find_dates(line.text)), None
    ) or next((line for line in lines if find_dates(line.text)), None)
    dates = find_dates(dated.text) if dated else None
    if not dated or not dates:
        raise SourceError(
            "The head of the page has no date.",
            source=ledger.document.name,
            line=lines[-1].number if lines else 1,
            hint="Expected a heading such as 'Research Symposium - March 27, 2023' at the top.",
        )
    if mark(dated.text) is not Mark.DATE and not is_prose(dated.text):
        return dated, dated, dates
    title = next((line for line in lines if not is_prose(line.text)), None)
    if title is None or title is dated or mark(title.text) is not Mark.TEXT:
        raise SourceError(
            "The page does not begin with the name of an event.",
            source=ledger.document.name,
            line=lines[0].number,
            hint="Expected a heading such as 'Research Symposium - March 27, 2023' at the top.",
        )
    return title, dated, dates


def _is_sentence(text: str) -> bool:
    return is_prose(text) or (text.count(" ") > 4 and text.endswith((".", "!", "?")))


def _put_aside(line: Line, dated: Line | None, ledger: Ledger) -> bool:
    kind = mark(line.text)
    if kind is Mark.DATE or line is dated:
        ledger.mark(line)
        return True
    return kind is not Mark.TEXT


def _venue(
    lines: Sequence[Line], ledger: Ledger
) -> tuple[Venue | None, Address | None, Line | None]:
    """An address with the line before it, or else a line that names a house."""
    quote = ledger.document.quote
    for index, line in enumerate(lines):
        address = read_address(line.text)
        if address is None:
            continue
        before = lines[index - 1] if index else None
        if before and ledger.document.between(before, line):
            before = None
        venue = Venue(
            name=(before or line).text,
            quote=quote(before or line, line),
            address=line.text,
            street=address.street,
            locality=address.locality,
            region=address.region,
            postal_code=address.postal_code,
            country=address.country,
        )
        return venue, address, line
    named = next((line for line in lines if _PLACE_WORD.search(line.text)), None)
    return (Venue(name=named.text, quote=quote(named)) if named else None), None, named
