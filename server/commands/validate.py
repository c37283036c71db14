"""`symposia validate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...graph.namespaces import BASE
from . import options
from .help import Command
from .store import store
from .terminal import counted, progress, say, show_json, show_table, write

if TYPE_CHECKING:
    from ...graph.dataset import NamedGraph
    from ...graph.validation import Report

__all__ = ["command"]


@click.command(
    cls=Command,
    examples=[
        "symposia validate",
        "symposia validate my.ttl --format json",
    ],
)
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "json", "turtle"]),
    default="table",
    show_default=True,
    help="Format of the report.",
)
@click.option("--timezone", metavar="ZONE", help="Time zone of a page, such as Europe/Vienna.")
@options.base
@options.data
@store
def command(
    files: tuple[str, ...], format_: str, timezone: str | None, base: str, data: Path | None
) -> None:
    """Check graphs against the shapes.

    FILE is an RDF file, a programme page, or a folder of them; all are validated together, with
    the ontology and the topics. Without FILE the dataset is validated. The exit status is 1 when
    there is a violation; warnings say what is missing and do not count.
    """
    from ...graph.validation import validate

    with progress("reading") as report:
        graphs = _read(files, base, timezone) if files else _dataset(data)
        report("validating")
        found = validate(*graphs)
    if format_ == "json":
        show_json(found.to_dict())
    elif format_ == "turtle":
        from ...graph.export import serialise

        write(serialise(found.graph, "turtle"))
    else:
        _show(found)
    violations, warnings = len(found.violations), len(found.warnings)
    say(
        f"{counted(violations, 'violation')}, {counted(warnings, 'warning')}"
        f" in {counted(len(graphs), 'graph')}."
    )
    if not found.conforms:
        raise click.exceptions.Exit(1)


def _dataset(data: Path | None) -> list[NamedGraph]:
    """The graphs that make the default graph; what is kept apart is known to be wrong."""
    return [graph for graph in options.library(data).graphs() if graph.default]


def _read(files: tuple[str, ...], base: str, timezone: str | None) -> list[NamedGraph]:
    from ...graph.sources import find_files, read_addition

    return [
        addition.graph
        for path in find_files(files)
        for addition in read_addition(path, base=base, timezone=timezone)
    ]


def _show(report: Report) -> None:
    if not report.findings:
        return
    show_table(
        ["severity", "thing", "rule", "finding", "line"],
        [
            [
                finding.severity.value,
                finding.label or finding.focus.removeprefix(BASE),
                finding.path or finding.shape.rpartition("#")[2],
                finding.message
                + (
                    f" Found: {finding.value.removeprefix(BASE)}."
                    if finding.value not in (None, finding.focus)
                    else ""
                ),
                str(finding.lines.first) if finding.lines else "",
            ]
            for finding in report.findings
        ],
        right=["line"],
    )
