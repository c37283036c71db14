"""Reads the programme page of a conference, as text or HTML, into records."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from datetime import timedelta

from ..errors import SourceError
from ..records import Programme, Source
from .head import Head, read_head
from .html import flatten, is_html
from .ledger import Ledger
from .lines import CHAIR, Document, Line, Mark, is_prose, mark, role_of
from .lists import Lists, entries
from .names import Names
from .people import People
from .slots import Timetable
from .text import Words, decode
from .zones import check_zone, zone_of

__all__ = ["read_page"]

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(slots=True)
class _Parts:
    """The lines of a page by the part in which they stand."""

    head: list[Line] = field(default_factory=list)
    committee: list[Line] = field(default_factory=list)
    slots: list[Line] = field(default_factory=list)
    people: list[Line] = field(default_factory=list)


def read_page(
    source: bytes | str,
    *,
    name: str,
    url: str | None = None,
    timezone: str | None = None,
    slug: str | None = None,
) -> Programme:
    """Read a programme page: a heading with the date, prose, venue, committee, timetable, people.

    :param source: the page, text or HTML; bytes are UTF-8.
    :param name: file name or address, for messages.
    :param url: where the page is published.
    :param timezone: IANA zone of the local times, for a page whose address does not tell it.
    :param slug: last part of the programme's IRI; by default made from name and year.
    :raises SourceError: when the page is empty, cut off, too large or of another kind.

    Line numbers in the records count the lines of the text, for HTML those of its flattened text
    (:func:`symposia.graph.readers.html.flatten`). Every line that is not blank is quoted by a
    record, marks the structure of the page or is listed in `unread`.
    """
    if slug is not None and not _SLUG.fullmatch(slug):
        raise SourceError(f"'{slug}' cannot be part of an IRI; expected a form like 'tinyml-2023'.")
    zone = check_zone(timezone) if timezone else None
    raw = source if isinstance(source, bytes) else source.encode("utf-8", "surrogatepass")
    text = decode(source, name)
    html = is_html(text)
    document = Document(flatten(text, name) if html else text, name)
    ledger = Ledger(document)
    parts = _divide(document, ledger)
    head = read_head(parts.head, ledger)
    zone = zone or _zone(head, ledger)
    people, lists = _readers(document, parts, ledger)
    slots = Timetable(people, people.words, ledger, head.start, zone).read(parts.slots)
    committee = lists.committee(parts.committee)
    roles, rest = lists.roles(parts.people)
    attendees = lists.attendees(rest)
    programme = Programme(
        slug=slug or head.slug,
        name=head.name,
        source=Source(
            name, hashlib.sha256(raw).hexdigest(), url, "text/html" if html else "text/plain"
        ),
        quote=head.quote,
        start=head.start,
        end=max([head.end, *(slot.start.date() for slot in slots)]),
        venue=replace(head.venue, timezone=zone) if head.venue else None,
        slots=tuple(slots),
        committee=tuple(committee),
        roles=tuple(roles),
        attendees=tuple(attendees),
        co_located=head.co_located,
        description=head.description,
        description_quotes=head.description_quotes,
        structure=tuple(ledger.structure),
    )
    unread = ledger.close(programme)
    structure = tuple(sorted(ledger.structure, key=lambda quote: quote.first))
    return replace(programme, structure=structure, unread=unread, warnings=ledger.warnings)


def _divide(document: Document, ledger: Ledger) -> _Parts:
    """Tell the parts of the page by the lines that open them."""
    parts = _Parts()
    current = parts.head
    lines = document.lines
    if not lines:
        raise SourceError(
            "The page is empty.",
            source=document.name,
            hint="Expected a programme page: heading with a date, timetable, committee.",
        )
    for index, line in enumerate(lines):
        kind = mark(line.text)
        following = mark(lines[index + 1].text) if index + 1 < len(lines) else None
        if kind is Mark.TIME or (
            kind is Mark.DATE and following is Mark.TIME and current is not parts.head
        ):
            current = parts.slots
        elif kind is Mark.COMMITTEE:
            current = parts.committee
            ledger.mark(line)
            continue
        elif kind is Mark.ROLE:
            current = parts.people
        elif kind is Mark.CLOSING:
            ledger.unread(line, "A note of the web site.")
            if current is parts.slots:
                current = parts.people
            continue
        elif kind is Mark.HEADING:
            ledger.mark(line)
            continue
        elif kind is Mark.BOILERPLATE:
            ledger.unread(line, "A note of the web site, no part of the programme.")
            continue
        current.append(line)
    if not parts.slots:
        raise SourceError(
            "The page has no timetable.",
            source=document.name,
            line=lines[-1].number,
            hint="Expected lines such as '9:00 am to 9:15 am', each alone on its line.",
        )
    return parts


def _readers(document: Document, parts: _Parts, ledger: Ledger) -> tuple[People, Lists]:
    """Readers that know the names and affiliations that stand alone in the page's lists."""
    lines = document.lines
    words = Words(line.text for line in lines)
    running = Words(line.text for line in lines if is_prose(line.text))
    people_lines = [line for line in parts.people if not role_of(line.text)]
    listed = [*entries(parts.committee), *entries(people_lines)]
    names = Names(entry.name.text for entry in listed if entry.name)
    alone = {entry.affiliation.text for entry in listed if entry.affiliation}
    people = People(names, words, running, alone)
    known: set[str] = set()
    for line in parts.slots:
        match = CHAIR.fullmatch(line.text)
        text = match["rest"] if match else line.text
        if people.is_person(text):
            names.learn(text.partition(",")[0])
            speaker = people.read(text, document.quote(line))
            if speaker.affiliation:
                known.add(speaker.affiliation.found)
    return people, Lists(people, ledger, known)


def _zone(head: Head, ledger: Ledger) -> str | None:
    venue, line = head.venue, head.venue_line
    days = [head.start + timedelta(days=day) for day in range((head.end - head.start).days + 1)]
    zone = zone_of(venue, days[:14]) if venue else None
    if zone is None:
        ledger.warn(
            line or ledger.document.lines[0],
            "The page does not tell the time zone, so times stay local; give it with --timezone.",
        )
    return zone
