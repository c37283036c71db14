"""`symposia export`."""

from __future__ import annotations

from pathlib import Path

import click

from ...graph.formats import FORMATS
from ...graph.translation import VOCABULARIES
from . import options
from .help import Command
from .store import store
from .terminal import progress, write, writing_to

__all__ = ["command"]


@click.command(
    cls=Command,
    examples=[
        "symposia export --format trig -o tinyml.trig",
        "symposia export --vocabulary schema --format jsonld",
        "symposia export --programme tinyml-2023 -o tinyml.nq",
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
@click.option(
    "--programme",
    metavar="NAME",
    help="One programme, by its IRI whole or without the base; by default all.",
)
@options.output
@options.data
@store
def command(
    format_: str | None,
    vocabulary: str | None,
    programme: str | None,
    output: Path | None,
    data: Path | None,
) -> None:
    """Write the dataset in a format or another vocabulary.

    N-Triples and N-Quads are sorted lines, written in bounded memory whatever the size; so are
    Turtle and TriG, except that more than 250,000 triples are not sorted. The same dataset gives
    the same bytes.
    """
    from ...graph.dumps import write_dataset
    from ...graph.export import serialise, translate
    from ...graph.library import find_graphs, iri_of
    from ...graph.rdf import format_of

    chosen = format_ or (format_of(output) if output else None) or "turtle"
    with progress("exporting"):
        store = options.library(data).store()
        graphs = find_graphs(programme, store.graphs()) if programme else None
        if vocabulary:
            iri = iri_of(programme) if programme else None
            write(serialise(translate(store, vocabulary, iri), chosen, vocabulary), output)
        else:
            with writing_to(output) as file:
                write_dataset(store, file, chosen, graphs)
