"""`symposia export`."""

from __future__ import annotations

from pathlib import Path

import click

from ...graph.formats import FORMATS
from ...graph.translation import VOCABULARIES
from . import options
from .help import Command
from .store import store
from .terminal import progress, write

__all__ = ["command"]


@click.command(
    cls=Command,
    examples=[
        "symposia export --format trig -o tinyml.trig",
        "symposia export --vocabulary schema --format jsonld",
    ],
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(FORMATS)),
    help="Format; by default what the file's name tells, else Turtle.",
)
@click.option(
    "--vocabulary",
    type=click.Choice(list(VOCABULARIES)),
    help="Vocabulary to translate to; by default the project's own.",
)
@options.output
@options.data
@store
def command(
    format_: str | None, vocabulary: str | None, output: Path | None, data: Path | None
) -> None:
    """Write the dataset in a format or another vocabulary."""
    from ...graph.export import serialise, translate
    from ...graph.rdf import format_of

    chosen = format_ or (format_of(output) if output else None) or "turtle"
    with progress("exporting"):
        store = options.library(data).store()
        graph = translate(store, vocabulary) if vocabulary else store.quads()
        written = serialise(graph, chosen, vocabulary)
    write(written, output)
