"""`symposia add` and `symposia replace`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from . import options
from .added import show_added
from .help import Command
from .store import store
from .terminal import progress

if TYPE_CHECKING:
    from ...graph.adding import Policy, Task
    from ...graph.errors import SourceError

__all__ = ["command", "replace"]


def _formats(ctx: click.Context, _: click.Parameter, wanted: str | None) -> str | None:
    """The format that is named; `help` lists them."""
    if wanted is None or ctx.resilient_parsing:
        return wanted
    from ...graph.reading import readers
    from .terminal import show_table

    known = readers()
    if wanted == "help":
        show_table(["format", "what"], [[name, each.label] for name, each in known.items()])
        ctx.exit()
    if wanted not in known:
        raise click.BadParameter(f"'{wanted}' is none of: {', '.join(known)}; see --format help")
    return wanted


_OPTIONS = (
    click.argument("sources", nargs=-1, required=True, metavar="SOURCE..."),
    click.option(
        "--format",
        "format_",
        metavar="NAME",
        callback=_formats,
        is_eager=True,
        help="Format of the sources; by default their content tells. `--format help` lists them.",
    ),
    click.option(
        "--on-violation",
        "policy",
        type=click.Choice(["quarantine", "refuse"]),
        help="What breaks a shape is kept apart, or its source refused; by default refused in our"
        " own model, else kept apart.",
    ),
    click.option(
        "--allow-private",
        is_flag=True,
        help="Fetch addresses of this machine and of private networks too.",
    ),
    click.option("--lenient", is_flag=True, help="Take what can be read of a broken file."),
    click.option("--graph", metavar="IRI", help="Name of the graph, for one RDF file."),
    click.option("--name", metavar="NAME", help="Name of the conference, for one SOURCE."),
    click.option("--timezone", metavar="ZONE", help="Time zone, such as Europe/Vienna."),
    click.option("--slug", metavar="SLUG", help="Last part of the programme's IRI."),
    click.option("--url", metavar="URL", help="Where the source is published."),
    click.option("--no-abstracts", is_flag=True, help="Leave the abstracts' wording out."),
    options.base,
    options.data,
    store,
    options.as_json,
)


def _with_options(function: Any) -> Any:
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@click.command(
    cls=Command,
    examples=[
        "symposia add programme.txt --timezone Europe/Vienna",
        "symposia add iswc-2005.ttl conferences/",
    ],
)
@_with_options
def command(sources: tuple[str, ...], **chosen: Any) -> None:
    """Add sources to the dataset.

    SOURCE is a file, a folder, a zip archive or an address (http, https), of any format that is
    known. Each is read, mapped to the project's model and validated by itself, and published with
    all others; one that fails leaves the others. What was added before changes nothing, and what
    has changed since is replaced.
    """
    _add(sources, replacing=False, **chosen)


@click.command(
    name="replace",
    cls=Command,
    examples=["symposia replace iswc-2005-corrected.ttl"],
)
@_with_options
def replace(sources: tuple[str, ...], **chosen: Any) -> None:
    """Put sources in the place of those that gave the same programmes.

    As `symposia add`, but a programme takes the place of one that another source gave.
    """
    _add(sources, replacing=True, **chosen)


def _add(
    sources: tuple[str, ...],
    *,
    replacing: bool,
    data: Path | None,
    as_json: bool,
    **chosen: Any,
) -> None:
    from ...graph.additions import add_sources
    from ...graph.temporary import temporary_folder

    dataset = options.library(data)
    with temporary_folder() as folder:
        with progress("looking at the sources") as report:
            tasks, lost = _tasks(sources, folder, **chosen)
            added = add_sources(
                dataset,
                tasks,
                lost,
                replacing=replacing,
                processes=os.cpu_count() or 1,
                progress=report,
            )
        show_added(added, dataset, as_json)
    if added.failed:
        raise click.exceptions.Exit(1)


def _tasks(
    sources: tuple[str, ...],
    folder: Path,
    *,
    format_: str | None,
    policy: Policy | None,
    allow_private: bool,
    lenient: bool,
    graph: str | None,
    name: str | None,
    timezone: str | None,
    slug: str | None,
    url: str | None,
    no_abstracts: bool,
    base: str,
) -> tuple[list[Task], list[tuple[str, SourceError]]]:
    from ...graph.adding import Task
    from ...graph.reading import ReadOptions
    from ...graph.sources import find_sources

    found, lost = find_sources(sources, format_, folder=folder, private=allow_private)
    for option, value in (("--graph", graph), ("--slug", slug), ("--name", name), ("--url", url)):
        if value and len(found) > 1:
            raise click.UsageError(f"{option} is for a single source; these are {len(found)}.")
    tasks = []
    for number, each in enumerate(found):
        own = folder / str(number)
        own.mkdir()
        given = ReadOptions(own, base, slug, name, url, timezone, lenient, not no_abstracts, graph)
        tasks.append(Task(each.path, each.origin, format_, policy, given))
    return tasks, lost
