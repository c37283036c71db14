"""`symposia read`."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...graph.formats import FORMATS
from . import options
from .changes import show_unread
from .help import Command
from .terminal import counted, progress, say, show_json, write

if TYPE_CHECKING:
    from ...graph.reading import ReadOptions
    from ...graph.records import Programme

__all__ = ["command"]


@click.command(
    cls=Command,
    examples=[
        "symposia read programme.txt -o my.ttl",
        "symposia read page.html --timezone Europe/Vienna --slug tinyml-2024 -o my.ttl",
    ],
)
@click.argument("source", metavar="SOURCE", type=click.Path(path_type=Path))
@options.output
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(FORMATS)),
    help="Format; by default what the file's name tells, else Turtle.",
)
@click.option("--timezone", metavar="ZONE", help="Time zone of the page, such as Europe/Vienna.")
@click.option("--slug", metavar="SLUG", help="Last part of the programme's IRI.")
@click.option("--url", metavar="URL", help="Where the page is published.")
@click.option(
    "--source-format", metavar="NAME", help="Format of the source; by default its content tells."
)
@click.option("--lenient", is_flag=True, help="Take what can be read of a broken file.")
@click.option("--no-abstracts", is_flag=True, help="Leave the abstracts' wording out.")
@options.base
@click.option("--json", "as_json", is_flag=True, help="Write a report on the reading as JSON.")
def command(
    source: Path,
    output: Path | None,
    format_: str | None,
    timezone: str | None,
    slug: str | None,
    url: str | None,
    source_format: str | None,
    lenient: bool,
    no_abstracts: bool,
    base: str,
    as_json: bool,
) -> None:
    """Turn a source into RDF.

    SOURCE is a programme page as text or HTML, or a file or folder of any format that is known;
    see `symposia add --format help`. What could not be read, or only with a doubt, is told. Of
    other sources than pages a table tells what was mapped, what only the source has, and what was
    repaired and refused. With --json the graph is written only where --output names a file.
    """
    from ...graph.reading import ReadOptions
    from ...graph.temporary import temporary_folder

    if not _is_page(source, source_format):
        with temporary_folder() as folder:
            given = ReadOptions(folder, base, slug, None, url, timezone, lenient, not no_abstracts)
            _read(source, source_format, given, output, format_ or _told(output), as_json=as_json)
        return
    from ...graph.sources import read_programme

    with progress(f"reading {source}"):
        programme = read_programme(source, url=url, timezone=timezone, slug=slug)
    summary = _summary(programme)
    show_unread(programme)
    if not as_json or output:
        with progress("building the graph"):
            written = _graph(programme, base, not no_abstracts, format_ or _told(output))
        write(written, output)
    if as_json:
        show_json(
            {
                **summary,
                "base": base,
                "unread": [asdict(piece) for piece in programme.unread],
                "warnings": [asdict(piece) for piece in programme.warnings],
            }
        )
        return
    counts = ", ".join(f"{n} {what}" for what, n in summary["counts"].items())
    say(f"{programme.name}, {programme.start.isoformat()}: {counts}.")
    say(f"{counted(len(programme.unread), 'line')} not read, {len(programme.warnings)} in doubt.")
    if output:
        say(f"Written to {output}.")


def _is_page(source: Path, name: str | None) -> bool:
    """Whether a source is read as a page; so is a text of which nothing tells what it is."""
    from ...graph.errors import SourceError
    from ...graph.reading import find_reader

    try:
        return find_reader(source, name).name == "page"
    except SourceError:
        if name is None and source.suffix.lower() in (".txt", ".html", ".htm"):
            return True
        raise


def _read(
    source: Path,
    name: str | None,
    given: ReadOptions,
    output: Path | None,
    format_: str,
    *,
    as_json: bool,
) -> None:
    """Read another source than a page."""
    from ...graph.export import serialise
    from ...graph.rdf import quads_of
    from ...graph.reading import find_reader

    with progress(f"reading {source}"):
        readings = find_reader(source, name).read(source, options=given)
        if not as_json or output:
            quads = (quad.triple for each in readings for quad in quads_of(each.graphs[0]))
            written = serialise(quads, format_)
    if not as_json or output:
        write(written, output)
    if as_json:
        show_json([{"programme": each.programme, **each.loss.to_dict()} for each in readings])
        return
    for each in readings:
        rows = [row for row in each.loss.rows() if row.kind != "class"]
        for row in (*rows, each.loss.total):
            say(
                f"{row.name or 'all'}: {row.read:,} read, {row.mapped:,} mapped, {row.kept:,} kept"
                f" in the source alone, {row.repaired:,} repaired, {row.refused:,} refused"
            )


def _graph(programme: Programme, base: str, abstracts: bool, format_: str) -> bytes:
    from ...graph.build import build
    from ...graph.export import serialise

    return serialise(build(programme, base=base, abstracts=abstracts), format_)


def _told(output: Path | None) -> str:
    from ...graph.rdf import format_of

    return (format_of(output) if output else None) or "turtle"


def _summary(programme: Programme) -> dict[str, Any]:
    talks = [talk for slot in programme.slots for talk in slot.talks]
    counts = Counter(
        {
            "slots": len(programme.slots),
            "talks": len(talks),
            "papers": sum(talk.paper for talk in talks),
            "speakers": sum(len(talk.speakers) for talk in talks),
            "session chairs": sum(len(slot.chairs) for slot in programme.slots),
            "committee members": len(programme.committee),
            "organising roles": len(programme.roles),
        }
    )
    return {
        "programme": programme.name,
        "slug": programme.slug,
        "source": asdict(programme.source),
        "start": programme.start.isoformat(),
        "end": programme.end.isoformat(),
        "timezone": programme.venue.timezone if programme.venue else None,
        "counts": dict(counts),
    }
