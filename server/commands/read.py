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
    no_abstracts: bool,
    base: str,
    as_json: bool,
) -> None:
    """Turn a programme page into RDF.

    SOURCE is the page as text or HTML. What could not be read, or only with a doubt, is told line
    by line. With --json the graph is written only where --output names a file.
    """
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
