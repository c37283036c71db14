"""`symposia remove`."""

from __future__ import annotations

from pathlib import Path

import click

from . import options
from .changes import show_change, violations
from .help import Command
from .store import store
from .terminal import progress

__all__ = ["command"]


@click.command(
    cls=Command,
    examples=[
        "symposia remove tinyml-2023/graph/enrichment",
        "symposia remove tinyml-2023",
        "symposia remove iswc-2015/calendars",
    ],
)
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@options.data
@store
@options.as_json
def command(names: tuple[str, ...], data: Path | None, as_json: bool) -> None:
    """Remove programmes or graphs from the dataset.

    NAME is the IRI of a graph or of a programme, whole or without its base; of a programme all
    graphs go, of PROGRAMME/PART those that one more source gave. What stays is validated and
    published.
    """
    dataset = options.library(data)
    with progress("removing") as report, violations():
        change = dataset.remove(names, report)
    show_change(change, as_json)
