"""Reads the programme page of a conference, as text or HTML, into records."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import timedelta

from ..errors import SourceError
from ..records import Programme, Source
from .checks import check_countries, check_end, check_speakers
from .entries import read_entries
from .head import Head, read_head
from .html import flatten, is_html
from .ledger import Ledger
from .lines import CHAIR, SPEAKER, Document, is_prose, role_of
from .lists import Lists
from .names import Names
from .parts import Parts, divide
from .people import People
from .slots import Timetable
from .text import Words, decode
from .zones import check_zone, zone_of

__all__ = ["read_page"]

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


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
    text = decode(source, name)
    media_type = "text/html" if is_html(text) else "text/plain"
    if media_type == "text/html":
        text = decode(flatten(text, name), name)
    document = Document(text, name)
    ledger = Ledger(document)
    parts = divide(ledger)
    words = Words(line.text for line in document.lines)
    head = read_head(parts.head, ledger, words)
    zone = zone or _zone(head, ledger)
    people, lists = _readers(document, parts, ledger)
    slots = Timetable(people, words, ledger, head.start, zone).read(parts.slots)
    check_speakers(parts, slots, ledger)
    check_end(parts, slots, ledger)
    check_countries([*parts.committee, *parts.people, *parts.slots], ledger)
    committee = lists.committee(parts.committee)
    roles, rest = lists.roles(parts.people)
    attendees = lists.attendees(rest)
    programme = Programme(
        slug=slug or head.slug,
        name=head.name,
        source=Source(name, _digest(source), url, media_type),
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
    )
    unread = ledger.close(programme)
    return replace(programme, unread=unread, warnings=ledger.warnings, structure=ledger.structure)


def _digest(source: bytes | str) -> str:
    raw = source if isinstance(source, bytes) else source.encode("utf-8")
    return hashlib.sha256(raw).hexdigest()


def _readers(document: Document, parts: Parts, ledger: Ledger) -> tuple[People, Lists]:
    """Readers that know the names and affiliations of the page.

    Lists and person lines are evidence for each other: what stands alone in a list tells where
    an affiliation begins in a person line, and those tell names from affiliations in lists.
    """
    running = Words(line.text for line in document.lines if is_prose(line.text))
    closing = [line for line in parts.people if not role_of(line.text)]
    listed = [*read_entries(parts.committee), *read_entries(closing)]
    names = Names(entry.name for entry in listed if entry.name)
    alone = [entry.affiliation for entry in listed if entry.affiliation]
    people = People(names, running, alone)
    known: set[str] = set()
    for line in parts.slots:
        match = CHAIR.fullmatch(line.text) or SPEAKER.fullmatch(line.text)
        text = match["rest"] if match else line.text
        if people.is_person(text):
            names.learn(text.partition(",")[0])
            speaker = people.read(text, document.quote(line))
            if speaker.affiliation:
                known.add(speaker.affiliation.found)
    return people, Lists(people, ledger, known)


def _zone(head: Head, ledger: Ledger) -> str | None:
    """The zone that the address tells; a warning where it does not."""
    days = [head.start + timedelta(days=day) for day in range((head.end - head.start).days + 1)]
    zone = zone_of(head.address, days[:14]) if head.address else None
    if zone is None:
        ledger.warn(
            head.venue_line or ledger.document.lines[0],
            "The page does not tell the time zone, so times stay local; give it with --timezone.",
        )
    return zone
