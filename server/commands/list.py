"""`symposia list`."""

from __future__ import annotations

from pathlib import Path

import click

from ...graph.namespaces import BASE
from . import options
from .help import Command
from .store import store
from .terminal import show_json, show_table

__all__ = ["command"]


@click.command(
    cls=Command,
    examples=[
        "symposia list --json",
    ],
)
@options.data
@store
@options.as_json
def command(data: Path | None, as_json: bool) -> None:
    """List the graphs of the dataset."""
    rows = options.library(data).contents()
    if as_json:
        show_json(
            [
                {"graph": g.iri, "label": g.label, "origin": g.origin, "triples": g.triples}
                for g in rows
            ]
        )
        return
    show_table(
        ["graph", "what", "from", "triples"],
        [[g.iri.removeprefix(BASE), g.label, g.origin, f"{g.triples:,}"] for g in rows],
        right=["triples"],
    )
