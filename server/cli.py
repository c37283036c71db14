"""The command `symposia`: what it offers, loaded only when it is used."""

from __future__ import annotations

import difflib
import importlib
import os
from typing import IO, Any, Final

import click

from ..graph.errors import SymposiaError
from .commands.help import Examples
from .commands.terminal import printable

__all__ = ["COMMANDS", "main"]

COMMANDS: Final = {
    "serve": "Show the dataset in a browser and answer SPARQL.",
    "read": "Turn a source into RDF.",
    "add": "Add sources to the dataset.",
    "replace": "Put sources in the place of those that gave the same programmes.",
    "list": "List the programmes of the dataset.",
    "remove": "Remove programmes or graphs from the dataset.",
    "validate": "Check graphs against the shapes.",
    "query": "Ask the dataset a question.",
    "link": "Say which things of several programmes are the same.",
    "match": "Match the records of files by what a linkage compares.",
    "export": "Write the dataset in a format or another vocabulary.",
    "info": "Say what the dataset is and where it lies.",
}
"""The commands in the order of the help page, each with the first line of its own help."""


class Failure(click.ClickException):
    """An error that a user can meet, as the command line tells it."""

    def __init__(self, error: SymposiaError) -> None:
        super().__init__(error.message)
        self._error = error

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the sentence and what to do about it to standard error."""
        color = False if os.environ.get("NO_COLOR") else None  # https://no-color.org/
        head = click.style("Error:", fg="red", bold=True)
        click.echo(f"{head} {printable(self.message)}", file, err=True, color=color)
        if self._error.hint:
            click.echo(printable(self._error.hint), file, err=True)


class Commands(Examples, click.Group):
    """A group whose commands are modules of `server/commands`, imported when one is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names of the commands, the usual ones first."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f".commands.{cmd_name}", __package__)
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is meant, or name the one that looks most like it."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            near = difflib.get_close_matches(name, COMMANDS, n=1)
            hint = f"Did you mean '{near[0]}'?" if near else f"There are: {', '.join(COMMANDS)}."
            raise click.UsageError(f"There is no command '{name}'. {hint}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; errors become one sentence and an exit status."""
        try:
            return super().invoke(ctx)
        except SymposiaError as error:
            failure = Failure(error)
            failure.exit_code = error.exit_status  # type: ignore[misc]  # click's own way
            raise failure from error


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"symposia {version('symposia')}")
        ctx.exit()


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    examples=[
        "symposia serve",
        'symposia query coauthors --param person="Brett Meyer"',
        "symposia read page.txt -o my.ttl",
    ],
    epilog="Completion of commands and options (zsh_source and fish_source for other shells):"
    '\n\n\b\n  eval "$(_SYMPOSIA_COMPLETE=bash_source symposia)"',
)
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_version,
    help="Show the version and exit.",
)  # fmt: skip
def main() -> None:
    """Conference programmes as linked open data.

    Symposia reads the programme of a conference, models it as RDF, validates it, and serves it to
    browsers and SPARQL clients. The tinyML Research Symposium 2023 comes with it.
    """
