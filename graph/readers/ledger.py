"""What became of every line: record, structure or left unread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from ..records import Quote, Unread
from .lines import Document, Line

__all__ = ["Ledger", "quotes"]


class Ledger:
    """Keeps account of the lines of a document, so that none is dropped silently."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._structure: list[Quote] = []
        self._unread: dict[int, Unread] = {}
        self._warnings: list[Unread] = []

    def unread(self, line: Line, reason: str) -> None:
        """A line that becomes no record; the first reason counts."""
        self._unread.setdefault(line.number, self._about(line, reason))

    def warn(self, line: Line, reason: str) -> None:
        """A line that was read with a doubt."""
        self._warnings.append(self._about(line, reason))

    def _about(self, line: Line, reason: str) -> Unread:
        return Unread(line.number, self.document.quote(line).text, reason)

    def mark(self, line: Line) -> None:
        """A line that only structures the page: a heading, a repeated date."""
        self._structure.append(self.document.quote(line))

    def close(self, records: object) -> tuple[Unread, ...]:
        """All unread lines, with those that no record quotes and nobody gave a reason for."""
        covered = {
            number
            for quote in [*quotes(records), *self._structure]
            for number in range(quote.first, quote.last + 1)
        }
        for line in self.document.lines:
            if line.number not in covered:
                self.unread(line, "Nothing tells what this line is about.")
        return tuple(self._unread[number] for number in sorted(self._unread))

    @property
    def warnings(self) -> tuple[Unread, ...]:
        """All doubts in the order of lines."""
        return tuple(sorted(self._warnings, key=lambda warning: warning.line))

    @property
    def structure(self) -> tuple[Quote, ...]:
        """All lines that only structure the page, in their order."""
        return tuple(sorted(self._structure, key=lambda quote: quote.first))


def quotes(record: object) -> Iterator[Quote]:
    """Every quote in a record and in the records that it holds."""
    if isinstance(record, Quote):
        yield record
    elif isinstance(record, (tuple, list)):
        for item in record:
            yield from quotes(item)
    elif is_dataclass(record) and not isinstance(record, type):
        for item in fields(record):
            yield from quotes(getattr(record, item.name))
