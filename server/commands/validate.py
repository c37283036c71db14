"""`symposia validate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...graph.namespaces import BASE
from . import options
from .added import show_failure, show_refusals
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
        "symposia validate proceedings.bib schedule.ics",
    ],
)
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "json", "turtle"]),
    default="table",
    show_default=True,
    help="Format of the report.",
)
@click.option(
    "--source-format", metavar="NAME", help="Format of the sources; by default their content tells."
)
@click.option("--lenient", is_flag=True, help="Take what can be read of a broken file.")
@click.option("--allow-private", is_flag=True, help="Fetch addresses of private networks too.")
@click.option("--timezone", metavar="ZONE", help="Time zone, such as Europe/Vienna.")
@options.base
@options.data
@store
def command(sources: tuple[str, ...], format_: str, data: Path | None, **chosen: Any) -> None:
    """Check graphs against the shapes.

    SOURCE is what `symposia add` takes. What is in our own model is validated together, with the
    ontology and the topics; every other source by itself, as it is when it is added. Without SOURCE
    the dataset is validated. The exit status is 1 when there is a violation, or a source cannot be
    read; warnings say what is missing and do not count.
    """
    from ...graph.temporary import temporary_folder
    from ...graph.validation import validate

    with progress("reading") as report, temporary_folder() as folder:
        parts, failed = _read(sources, folder, **chosen) if sources else (_dataset(data), False)
        report("validating")
        reports = [validate(*part) for part in parts]
    if not reports:
        raise click.exceptions.Exit(1)
    if format_ == "json":
        show_json(_as_dict(reports))
    elif format_ == "turtle":
        from ...graph.export import serialise

        write(serialise(sum((each.graph for each in reports[1:]), reports[0].graph), "turtle"))
    else:
        _show(reports)
    violations = sum(len(each.violations) for each in reports)
    warnings = sum(len(each.warnings) for each in reports)
    say(
        f"{counted(violations, 'violation')}, {counted(warnings, 'warning')}"
        f" in {counted(sum(map(len, parts)), 'graph')}."
    )
    if violations or failed:
        raise click.exceptions.Exit(1)


def _dataset(data: Path | None) -> list[list[NamedGraph]]:
    """The graphs that make the default graph; what is kept apart is known to be wrong."""
    return [[graph for graph in options.library(data).graphs() if graph.default]]


def _read(
    names: tuple[str, ...],
    folder: Path,
    *,
    source_format: str | None,
    lenient: bool,
    allow_private: bool,
    timezone: str | None,
    base: str,
) -> tuple[list[list[NamedGraph]], bool]:
    """The graphs that are validated together, and whether a source failed.

    :raises SymposiaError: there is one source, and it cannot be read.
    """
    from ...graph.errors import SymposiaError
    from ...graph.reading import ReadOptions, find_reader
    from ...graph.sources import find_sources

    sources, lost = find_sources(names, source_format, folder=folder, private=allow_private)
    for origin, error in lost:
        show_failure(origin, error, alone=len(sources) + len(lost) == 1)
    own: list[NamedGraph] = []
    parts: list[list[NamedGraph]] = []
    failed = bool(lost)
    for number, source in enumerate(sources):
        scratch = folder / str(number)
        scratch.mkdir()
        given = ReadOptions(scratch, base, timezone=timezone, lenient=lenient)
        try:
            readings = find_reader(source.path, source_format).read(source.path, options=given)
        except SymposiaError as error:
            show_failure(source.origin, error, alone=len(sources) + len(lost) == 1)
            failed = True
            continue
        for each in readings:
            show_refusals(source.origin, each.loss)
            if each.own:
                own += each.graphs
            else:
                parts.append([graph for graph in each.graphs if graph.default])
    return [own, *parts] if own else parts, failed


def _as_dict(reports: list[Report]) -> dict[str, Any]:
    """The reports as one."""
    each = [report.to_dict() for report in reports]
    return {
        "conforms": all(one["conforms"] for one in each),
        **{name: sum(one[name] for one in each) for name in ("violations", "warnings", "notes")},
        "findings": [finding for one in each for finding in one["findings"]],
    }


def _show(reports: list[Report]) -> None:
    findings = [finding for report in reports for finding in report.findings]
    if not findings:
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
            for finding in findings
        ],
        right=["line"],
    )
