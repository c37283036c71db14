"""The formats of programmes and papers: what each is called, and what writes it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from ..errors import ExportError
from ..namespaces import SYM

if TYPE_CHECKING:
    from .asking import Ask

__all__ = ["ALL_PAPERS", "EXPORTS", "Export", "write_export"]

ALL_PAPERS: Final = f"{SYM}Paper"
"""The class of papers: of it are those of the whole dataset."""


@dataclass(frozen=True, slots=True)
class Export:
    """A format that says a part of what is known, for programs of one purpose.

    :param name: what it is called on the command line.
    :param label: what people call it.
    :param suffix: what file names end in, without the dot.
    :param of: what it is about: `programme` (conferences, sessions, talks) or `papers` (of a paper,
        person, organisation, topic, volume, event or class).
    """

    name: str
    label: str
    media_type: str
    suffix: str
    of: str


EXPORTS: Final = {
    export.name: export
    for export in (
        Export("icalendar", "iCalendar", "text/calendar", "ics", "programme"),
        Export("frab-json", "frab JSON", "application/json", "frab.json", "programme"),
        Export("frab-xml", "frab XML", "application/xml", "frab.xml", "programme"),
        Export("programme-csv", "CSV of the programme", "text/csv", "programme.csv", "programme"),
        Export("bibtex", "BibTeX", "application/x-bibtex", "bib", "papers"),
        Export("ris", "RIS", "application/x-research-info-systems", "ris", "papers"),
        Export(
            "csl-json", "CSL-JSON", "application/vnd.citationstyles.csl+json", "csl.json", "papers"
        ),
        Export("csv", "CSV of the papers", "text/csv", "csv", "papers"),
    )
}
"""The formats by name."""


def write_export(
    ask: Ask,
    iri: str,
    export: Export,
    *,
    changed: datetime | None = None,
    version: str = "",
    chosen: Collection[str] | None = None,
) -> bytes:
    """Write what is known of a thing in one of these formats.

    :param ask: asks the dataset.
    :param iri: a conference, a session or a talk; for papers also a paper, person, organisation,
        topic or volume, or `ALL_PAPERS`.
    :param changed: when the dataset was published, if it was.
    :param version: of the dataset, such as its generation.
    :param chosen: IRIs of the parts of the programme that a calendar holds; all if None.
    :raises ExportError: there is nothing of it that the format could say.
    :raises SymposiaError: a query fails.
    """
    if export.of == "papers":
        return _papers(ask, iri, export)
    from . import calendar, schedule, tables
    from .programme import read_programme

    programme = read_programme(ask, iri)
    if programme is None:
        raise ExportError(
            f"{iri} is no conference, session or talk, so there is no {export.label} of it."
        )
    if export.name == "icalendar":
        # A session or talk by itself is what it is, not its parts.
        only = {iri} if chosen is None and programme.iri != iri else chosen
        return calendar.to_calendar(programme, changed, only)
    if export.name == "frab-json":
        return schedule.to_schedule_json(programme, version)
    if export.name == "frab-xml":
        return schedule.to_schedule_xml(programme, version)
    return tables.programme_table(programme)


def _papers(ask: Ask, iri: str, export: Export) -> bytes:
    from . import references, tables
    from .works import read_works

    works = read_works(ask, iri)
    if not works and iri != ALL_PAPERS:
        raise ExportError(f"No paper is known of {iri}, so there is no {export.label} of it.")
    if export.name == "bibtex":
        return references.to_bibtex(works)
    if export.name == "ris":
        return references.to_ris(works)
    if export.name == "csl-json":
        return references.to_csl(works)
    return tables.works_table(works)
