"""Options that several commands have, and what they mean."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ...graph.namespaces import BASE
from .store import chosen

if TYPE_CHECKING:
    from ...graph.library import Library

__all__ = ["as_json", "base", "data", "library", "output"]

Function = TypeVar("Function", bound=Callable[..., Any])


def data(function: Function) -> Function:
    """Add `--data`, the data folder."""
    return click.option(
        "--data",
        metavar="DIR",
        envvar="SYMPOSIA_DATA",
        show_envvar=True,
        type=click.Path(path_type=Path),
        help="Data folder; by default the user's.",
    )(function)


def base(function: Function) -> Function:
    """Add `--base`, the IRI under which things are named."""
    return click.option(
        "--base",
        metavar="IRI",
        default=BASE,
        show_default=True,
        callback=_checked_base,
        help="IRI under which things are named.",
    )(function)


def output(function: Function) -> Function:
    """Add `--output`, a file instead of standard output."""
    return click.option(
        "-o",
        "--output",
        metavar="FILE",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Write to a file instead of standard output.",
    )(function)


def as_json(function: Function) -> Function:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Write the result as JSON.")(
        function
    )


def library(folder: Path | None) -> Library:
    """The dataset of a data folder, by default the user's, or of the server of `--store`."""
    from ...graph.library import Library, data_folder

    server = chosen()
    if server is not None:
        return Library(server)
    return Library(data_folder(folder))


def _checked_base(ctx: click.Context, parameter: click.Parameter, value: str) -> str:
    scheme, separator, rest = value.partition("://")
    if not separator or not scheme.isalnum() or not rest or any(c in value for c in ' <>"{}|\\^`'):
        raise click.BadParameter(
            f"'{value}' is not an absolute IRI such as {BASE}", ctx=ctx, param=parameter
        )
    return value if value.endswith(("/", "#")) else f"{value}/"
