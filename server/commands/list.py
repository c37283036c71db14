"""`symposia list`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...graph.dataset import programme_of
from ...graph.namespaces import BASE
from . import options
from .help import Command
from .store import store
from .terminal import show_json, show_table

if TYPE_CHECKING:
    from ...graph.manifest import PublishedGraph

__all__ = ["command"]


@click.command(
    cls=Command,
    examples=[
        "symposia list",
        "symposia list --graphs --json",
    ],
)
@click.option("--graphs", is_flag=True, help="List every graph.")
@options.data
@store
@options.as_json
def command(data: Path | None, graphs: bool, as_json: bool) -> None:
    """List the programmes of the dataset.

    Each with its source, the source's format, its triples in the project's model, those of the
    original, and how many violations of shapes are kept apart.
    """
    dataset = options.library(data)
    rows = dataset.contents()
    if graphs:
        _show_graphs(rows, as_json)
        return
    violations = dataset.violations()
    parts: dict[str, list[PublishedGraph]] = {}
    for row in rows:
        parts.setdefault(programme_of(row.iri), []).append(row)
    found: list[dict[str, Any]] = [
        {
            "programme": iri,
            "sources": sorted({g.origin for g in of}),
            "formats": sorted({g.format for g in of if g.format}),
            "graphs": [g.iri for g in of],
            "triples": sum(g.triples for g in of if g.default),
            "original": sum(g.triples for g in of if g.original),
            "violations": violations[iri],
        }
        for iri, of in parts.items()
    ]
    if as_json:
        show_json(found)
        return
    show_table(
        ["programme", "from", "format", "triples", "original", "violations"],
        [
            [
                one["programme"].removeprefix(BASE),
                ", ".join(one["sources"]),
                ", ".join(one["formats"]),
                f"{one['triples']:,}",
                f"{one['original']:,}" if one["original"] else "",
                f"{one['violations']:,}" if one["violations"] else "",
            ]
            for one in found
        ],
        right=["triples", "original", "violations"],
    )


def _show_graphs(rows: list[PublishedGraph], as_json: bool) -> None:
    if as_json:
        show_json(
            [
                {
                    "graph": g.iri,
                    "label": g.label,
                    "origin": g.origin,
                    "triples": g.triples,
                    "default": g.default,
                }
                for g in rows
            ]
        )
        return
    show_table(
        ["graph", "what", "from", "triples"],
        [[g.iri.removeprefix(BASE), g.label, g.origin, f"{g.triples:,}"] for g in rows],
        right=["triples"],
    )
