"""`symposia add`."""

from __future__ import annotations

from pathlib import Path

import click

from . import options
from .changes import show_change, show_unread, violations
from .help import Command
from .store import store
from .terminal import progress

__all__ = ["command"]


@click.command(
    cls=Command,
    examples=[
        "symposia add programme.txt --timezone Europe/Vienna",
        "symposia add my-conference.ttl more/",
    ],
)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--graph", metavar="IRI", help="Name of the graph, for a single SOURCE.")
@click.option("--timezone", metavar="ZONE", help="Time zone of a page, such as Europe/Vienna.")
@click.option("--slug", metavar="SLUG", help="Last part of the programme's IRI, for a page.")
@click.option("--url", metavar="URL", help="Where the page is published.")
@options.base
@options.data
@store
@options.as_json
def command(
    sources: tuple[str, ...],
    graph: str | None,
    timezone: str | None,
    slug: str | None,
    url: str | None,
    base: str,
    data: Path | None,
    as_json: bool,
) -> None:
    """Add pages and RDF files to the dataset.

    SOURCE is a programme page (.txt, .html), an RDF file (.ttl .nt .nq .trig .rdf .jsonld), or a
    folder of them. The whole is validated and published; where it breaks a shape nothing is. A
    graph of the same name is replaced, and adding the same again changes nothing.
    """
    from ...graph.sources import find_files, read_addition

    files = find_files(sources)
    for name, value in (("--graph", graph), ("--slug", slug), ("--url", url)):
        if value and len(files) > 1:
            raise click.UsageError(f"{name} is for a single source; these are {len(files)}.")
    dataset = options.library(data)
    with progress("reading") as report:
        additions = []
        for path in files:
            report(f"reading {path}")
            additions += read_addition(
                path, base=base, graph=graph, url=url, timezone=timezone, slug=slug
            )
    for addition in additions:
        if addition.programme is not None:
            show_unread(addition.programme)
    with progress("publishing") as report, violations():
        change = dataset.add(additions, report)
    show_change(change, as_json)
