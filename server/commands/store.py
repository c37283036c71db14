"""The options for a SPARQL server in the place of the data folder."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from click.core import ParameterSource

from ...graph.errors import ShapeError, StoreError
from .changes import violations
from .terminal import progress, say

if TYPE_CHECKING:
    from ...graph.generations import Generation
    from ...graph.library import Library
    from ...graph.remote_generations import RemoteGenerations

__all__ = ["chosen", "publish_to", "store"]

_KEY: Final = "symposia.store"
_CONFERENCE: Final = "ASK { ?thing a <https://w3id.org/symposia/ontology#Conference> }"


def store(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options; what they say is found by `chosen`."""

    @functools.wraps(function)
    def with_store(
        *args: Any,
        store: str | None,
        store_update: str | None,
        store_graphs: str | None,
        store_credentials: Path | None,
        store_ca: Path | None,
        **others: Any,
    ) -> Any:
        context = click.get_current_context()
        if store is not None:
            _refuse_data(context)
            context.meta[_KEY] = _generations(
                store,
                store_update,
                store_graphs,
                store_credentials,
                store_ca,
                others["lanes"].limits.timeout if "lanes" in others else None,
            )
        elif store_update or store_graphs or store_credentials or store_ca:
            raise click.UsageError("--store-… options belong to --store.")
        return function(*args, **others)

    for option in reversed(_OPTIONS):
        with_store = option(with_store)
    return with_store


def chosen() -> RemoteGenerations | None:
    """The server that the options of the running command name, if they name one."""
    context = click.get_current_context(silent=True)
    return context.meta.get(_KEY) if context else None


def publish_to(server: RemoteGenerations, dataset: Library) -> Generation | None:
    """Publish to a server what is to be served; where that fails, what it has serves.

    :return: what is served; None for what others have put there, or while it cannot be asked.
    """
    try:
        if server.current() is None and server.open().query(_CONFERENCE):
            return None
        with progress("publishing") as report, violations():
            return dataset.publish(report).generation
    except (ShapeError, StoreError) as error:
        say(f"Warning: {error}")
    with suppress(StoreError):
        return server.current()
    return None


def _generations(
    url: str,
    update: str | None,
    graphs: str | None,
    credentials: Path | None,
    ca: Path | None,
    timeout: float | None,
) -> RemoteGenerations:
    from ...graph.endpoint import Endpoint, read_credentials
    from ...graph.remote_generations import RemoteGenerations

    try:
        endpoint = Endpoint.of(
            url,
            update=update,
            graphs=graphs,
            authorization=read_credentials(credentials),
            timeout=timeout or _PATIENCE,
            ca=ca,
        )
    except StoreError as error:
        raise click.UsageError(str(error)) from error
    return RemoteGenerations(endpoint)


def _refuse_data(context: click.Context) -> None:
    if context.get_parameter_source("data") is ParameterSource.COMMANDLINE:
        raise click.UsageError("--store stands in the place of --data; leave one of them away.")


_PATIENCE: Final = 300.0
"""Seconds for an answer, where nobody else waits for it."""

_OPTIONS: Final = (
    click.option(
        "--store",
        metavar="URL",
        envvar="SYMPOSIA_STORE",
        show_envvar=True,
        help="SPARQL server in the place of the data folder, such as http://localhost:7878.",
    ),
    click.option(
        "--store-update",
        metavar="URL",
        envvar="SYMPOSIA_STORE_UPDATE",
        help="Its address for updates, where --store does not tell.",
    ),
    click.option(
        "--store-graphs",
        metavar="URL",
        envvar="SYMPOSIA_STORE_GRAPHS",
        help="Its address for the Graph Store Protocol, likewise.",
    ),
    click.option(
        "--store-credentials",
        metavar="FILE",
        type=click.Path(path_type=Path, dir_okay=False),
        help="FILE with user:password or a bearer token. Or put them into"
        " SYMPOSIA_STORE_CREDENTIALS.",
    ),
    click.option(
        "--store-ca",
        metavar="FILE",
        type=click.Path(path_type=Path, dir_okay=False),
        envvar="SYMPOSIA_STORE_CA",
        help="Certificates (PEM) to trust for https, in place of those that the system trusts.",
    ),
)
