"""`symposia link`."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from . import options
from .changes import show_change, violations
from .help import Command, Examples
from .link_training import command as train
from .store import store
from .terminal import progress

if TYPE_CHECKING:
    from ...graph.library import Change, Library
    from ...graph.linking.endpoint import Remote
    from ...graph.linking.engines import Engine

__all__ = ["command"]


class _Group(Examples, click.Group):
    """A group that links where none of its commands is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the command that links before arguments that name no command."""
        if not args or args[0] not in {*self.commands, *ctx.help_option_names}:
            args = ["run", *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; the one that links has no name of its own in messages."""
        name, found, rest = super().resolve_command(ctx, args)
        return ("" if name == "run" else name), found, rest

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """What the usage line says."""
        return ["[OPTIONS]", "[KIND]..."]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options for linking, and the commands beside it."""
        self.commands["run"].format_options(ctx, formatter)
        with formatter.section("Commands"):
            rows = [
                (name, each.get_short_help_str(100))
                for name, each in self.commands.items()
                if not each.hidden
            ]
            formatter.write_dl(rows)


def _decisions(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--decisions",
        metavar="FILE",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Turtle file of what was decided; by default decisions.ttl in the data folder.",
    )(function)


def _told(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add who decides, and why."""
    for option in (
        click.option("--why", metavar="TEXT", default="", help="The reason, in words."),
        click.option("--by", metavar="NAME", required=True, help="Who decides."),
    ):
        function = option(function)
    return function


def _size(ctx: click.Context, parameter: click.Parameter, given: str) -> int:  # noqa: ARG001
    """Megabytes of what is written as 800MB or 2GB."""
    match = re.fullmatch(r"([1-9]\d{0,6})\s*(MB|GB)", given.strip(), re.IGNORECASE)
    if match is None:
        raise click.BadParameter(f"'{given}' is no size; write 800MB or 2GB.")
    megabytes = int(match[1]) * (1000 if match[2].upper() == "GB" else 1)
    if megabytes < _LEAST:
        raise click.BadParameter(f"{given} is too little; {_LEAST}MB is the least.")
    return megabytes


_LEAST: Final = 500
"""Megabytes that Spark's Java needs to start."""
_EXAMPLES: Final = (
    "symposia link",
    "symposia link --to ror-records.jsonl.gz",
    "symposia link people --dry-run",
    "symposia link review people --by 'Ada Brook'",
    "symposia link reject tinyml-2023/person/alex-jones iswc-2002/person/a-jones --by 'Ada Brook'",
    "symposia link train people --reviewed decisions.ttl -o people.toml",
    "symposia link undo topics",
)


@click.group(cls=_Group, examples=_EXAMPLES)
def command() -> None:
    """Say which things of several programmes are the same.

    KIND is people, organisations, papers, topics or events; by default all are linked, with each
    other and with the records of files (--to). Each kind's links become a graph of their own, with
    score and evidence; the data stay as they are. What was decided wins over every score.
    """


@command.command("run", cls=Command, hidden=True, examples=_EXAMPLES)
@click.argument("kinds", nargs=-1, metavar="[KIND]...")
@click.option(
    "--to", multiple=True, metavar="FILE|URL",
    help="Records to link to, such as ROR's dump or a bibliography; or a SPARQL endpoint that"
    " knows papers.",
)  # fmt: skip
@click.option(
    "--vocabulary", type=click.Choice(["dblp", "symposia"]), default="dblp", show_default=True,
    help="In which vocabulary an endpoint is asked.",
)  # fmt: skip
@click.option("--allow-private", is_flag=True, help="Ask endpoints in private networks too.")
@click.option(
    "--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True,
    help="Where pairs are scored.",
)  # fmt: skip
@click.option("--master", metavar="URL", help="Spark's master; by default this machine.")
@click.option(
    "--memory", metavar="SIZE", callback=_size, default="1500MB", show_default=True,
    help="What the engine may use besides the records; of Spark each worker, and this process.",
)  # fmt: skip
@click.option(
    "--linkage", "linkages", multiple=True, metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A linkage (TOML) in the place of the shipped one of its kind.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Tell what is found, and publish nothing.")
@_decisions
@options.data
@store
@options.as_json
def run(
    kinds: tuple[str, ...],
    to: tuple[str, ...],
    vocabulary: str,
    allow_private: bool,
    engine: str,
    master: str | None,
    memory: int,
    linkages: tuple[Path, ...],
    dry_run: bool,
    decisions: Path | None,
    data: Path | None,
    as_json: bool,
) -> None:
    """Link."""
    from ...graph.linking.run import link
    from .linked import show_linked

    dataset = options.library(data)
    with progress("linking") as report, violations():
        found = link(
            dataset,
            kinds,
            engine=_engine(engine, master, memory),
            to=_sources(to, vocabulary, allow_private, dataset),
            decisions=decisions,
            linkages=linkages,
            dry_run=dry_run,
            progress=report,
        )
    show_linked(found, dataset, as_json, dry_run=dry_run)


@command.command(cls=Command, examples=["symposia link undo", "symposia link undo people"])
@click.argument("kinds", nargs=-1, metavar="[KIND]...")
@options.data
@store
@options.as_json
def undo(kinds: tuple[str, ...], data: Path | None, as_json: bool) -> None:
    """Remove the links of some kinds, or of all; what was decided stays."""
    from ...graph.linking.run import undo as remove

    dataset = options.library(data)
    with progress("removing links") as report, violations():
        change = remove(dataset, kinds, report)
    _show(change, dataset, as_json)


@command.command(
    cls=Command,
    examples=["symposia link review --by 'Ada Brook'", "symposia link review people --by 'Ada B'"],
)
@click.argument("kinds", nargs=-1, metavar="[KIND]...")
@click.option("--by", metavar="NAME", required=True, help="Who decides.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=50, show_default=True, help="Most pairs shown."
)
@_decisions
@options.data
@store
def review(
    kinds: tuple[str, ...],
    by: str,
    limit: int,
    decisions: Path | None,
    data: Path | None,
) -> None:
    """Decide about uncertain links, one after the other, on the terminal.

    Each pair is shown side by side with the weights of its evidence; a accepts, r rejects, s skips,
    q ends.
    """
    from .linked import review_links

    review_links(options.library(data), kinds, by, limit, decisions)


def _of_a_pair(function: Any) -> Any:
    """What a decision about two things is told."""
    for option in (options.as_json, store, options.data, _decisions, _told):
        function = option(function)
    function = click.argument("other", metavar="OTHER")(function)
    return click.argument("one", metavar="ONE")(function)


@command.command(
    cls=Command,
    examples=["symposia link accept tinyml-2023/person/a iswc-2002/person/b --by 'Ada Brook'"],
)
@_of_a_pair
def accept(one: str, other: str, **chosen: Any) -> None:
    """Decide that two things are the same.

    ONE and OTHER are IRIs, whole or without the base.
    """
    _decide("ACCEPT", one, other, **chosen)


@command.command(
    cls=Command,
    examples=["symposia link reject tinyml-2023/person/a iswc-2002/person/b --by 'Ada Brook'"],
)
@_of_a_pair
def reject(one: str, other: str, **chosen: Any) -> None:
    """Decide that two things are not the same.

    ONE and OTHER are IRIs, whole or without the base.
    """
    _decide("REJECT", one, other, **chosen)


@command.command(
    cls=Command, examples=["symposia link split tinyml-2023/person/alex-jones --by 'Ada Brook'"]
)
@click.argument("one", metavar="ONE")
@_told
@_decisions
@options.data
@store
@options.as_json
def split(one: str, **chosen: Any) -> None:
    """Decide that a thing is the same as no other.

    ONE is an IRI, whole or without the base.
    """
    _decide("SPLIT", one, None, **chosen)


@command.command(
    cls=Command,
    examples=["symposia link withdraw tinyml-2023/person/a iswc-2002/person/b"],
)
@click.argument("one", metavar="ONE")
@click.argument("other", metavar="[OTHER]", required=False)
@_decisions
@options.data
@store
@options.as_json
def withdraw(
    one: str, other: str | None, decisions: Path | None, data: Path | None, as_json: bool
) -> None:
    """Take back what was decided about two things, or about one that was split."""
    from ...graph.library import iri_of
    from ...graph.linking.reviewing import withdraw as take_back

    dataset = options.library(data)
    with progress("taking the decision back"), violations():
        change = take_back(dataset, iri_of(one), other and iri_of(other), decisions)
    _show(change, dataset, as_json)


command.add_command(train)


def _decide(
    verdict: str,
    one: str,
    other: str | None,
    *,
    by: str,
    why: str,
    decisions: Path | None,
    data: Path | None,
    as_json: bool,
) -> None:
    from ...graph.library import iri_of
    from ...graph.linking.decisions import Verdict, decision_of
    from ...graph.linking.reviewing import decide

    dataset = options.library(data)
    made = decision_of(Verdict[verdict], iri_of(one), other and iri_of(other), by=by, why=why)
    with progress("publishing the decision"), violations():
        change = decide(dataset, made, decisions)
    _show(change, dataset, as_json)


def _show(change: Change | None, dataset: Library, as_json: bool) -> None:
    shown = change or dataset.unchanged()
    if shown is not None:
        show_change(shown, as_json)


def _sources(
    given: tuple[str, ...], vocabulary: str, private: bool, dataset: Library
) -> list[Path | Remote]:
    """Files, and the endpoints whose addresses are given; what these tell is kept for a month."""
    from ...graph.linking.endpoint import Remote

    cache = Path(dataset.generations.data) / "linked.sqlite"
    return [
        Remote(each, cache, vocabulary, private) if "://" in each else Path(each) for each in given
    ]


def _engine(name: str, master: str | None, memory: int) -> Engine:
    if name == "duckdb":
        if master:
            raise click.UsageError("--master is for --engine spark.")
        from ...graph.linking.engines import DuckDB

        return DuckDB(f"{memory}MB")
    from ...graph.linking.spark import Spark

    return Spark(master or "local[*]", f"{memory}m")
