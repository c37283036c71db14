"""`symposia serve`."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from click.core import ParameterSource

from ...graph.errors import ShapeError, StoreError
from . import options
from .changes import violations
from .help import Command
from .limits import limits
from .logs import logs
from .store import chosen, publish_to, store
from .terminal import counted, progress, say

if TYPE_CHECKING:
    from flask import Flask

    from ...graph.generations import Generation
    from ...graph.library import Library
    from ...graph.remote_generations import RemoteGenerations
    from ...graph.scratch import Scratch
    from ...graph.writer import Writer
    from ..lanes import Lanes
    from ..limits import Limits
    from ..proxies import Proxies

__all__ = ["command"]

_MIB: Final = 1024 * 1024
_ROOM: Final = 1024 * _MIB


def _checked_proxies(
    ctx: click.Context, parameter: click.Parameter, value: tuple[str, ...]
) -> Proxies:
    from ..proxies import Proxies

    try:
        return Proxies(value)
    except ValueError as error:
        raise click.BadParameter(
            f"{error}. It is an address such as 127.0.0.1, or a network such as 10.0.0.0/8.",
            ctx=ctx,
            param=parameter,
        ) from error


@click.command(
    cls=Command,
    examples=[
        "symposia serve",
        "symposia serve --port 8080 --data my-data",
        "symposia serve --token-file token.txt",
        "symposia serve --store http://localhost:7878",
        "symposia serve --scratch",
    ],
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="Address to listen on.",
)
@click.option(
    "--port",
    default=8000,
    show_default=True,
    envvar="PORT",
    show_envvar=True,
    type=click.IntRange(0, 65535),
    help="Port to listen on; 0 takes a free one.",
)
@options.data
@options.base
@store
@click.option(
    "--cache",
    metavar="MIB",
    default=128,
    show_default=True,
    type=click.IntRange(0, 1_048_576),
    help="Memory for answers that are kept until the next publish; 0 keeps none.",
)
@limits
@logs
@click.option(
    "--token-file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Allow changes to whoever sends the token in FILE. Or put it into SYMPOSIA_TOKEN.",
)
@click.option(
    "--scratch",
    is_flag=True,
    help="Serve an empty store that is thrown away, writable with the token, not validated.",
)
@click.option(
    "--federate",
    multiple=True,
    metavar="URL",
    help="Let queries ask this endpoint by SERVICE; may be repeated. Without, they ask none.",
)
@click.option(
    "--trusted-proxy",
    "proxies",
    multiple=True,
    metavar="ADDRESS",
    callback=_checked_proxies,
    help="Believe the X-Forwarded headers of this proxy, or network of proxies; may be repeated.",
)
def command(
    host: str,
    port: int,
    data: Path | None,
    base: str,
    cache: int,
    token_file: Path | None,
    scratch: bool,
    federate: tuple[str, ...],
    proxies: Proxies,
    lanes: Lanes | None,
    updates: Limits | None,
) -> None:
    """Show the dataset in a browser and answer SPARQL.

    The shipped graph is built into the data folder, validated and published first, unless the
    folder holds it already. Ctrl-C stops.

    With --store everything is kept on a SPARQL server instead. One that holds a conference which
    Symposia has not published there is shown and left as it is.

    Queries and updates over SPARQL run in processes of their own. One that exceeds a limit is
    stopped; pages and other queries go on.
    """
    if scratch and data is not None and not _from_environment("data"):
        raise click.UsageError("--scratch has a store of its own; leave --data away.")
    server = chosen()
    if scratch and server is not None:
        raise click.UsageError("--scratch has a store of its own; leave --store away.")
    if federate and server is not None:
        raise click.UsageError(
            "--federate does not go with --store: that server would ask the other endpoints itself,"
            " from where it stands and without limits. Leave one of them away."
        )
    from ..authorisation import read_token
    from ..federation import Federation

    token = read_token(token_file)
    federation = Federation(federate) if federate else None
    listening = _listen(host, port)
    address = _address(host, listening.getsockname()[1])
    with listening:
        from ..app import create_app

        with contextlib.ExitStack() as ends:
            served: Path | RemoteGenerations | Scratch
            if scratch:
                from ...graph.scratch import Scratch

                made = token is None
                token = token or secrets.token_urlsafe().encode()
                folder = tempfile.TemporaryDirectory(prefix="symposia-", dir=_in_memory())
                served = Scratch(Path(ends.enter_context(folder)))
                greeting = _scratch_greeting(address, token if made else None)
            else:
                dataset = options.library(data)
                generation = publish_to(server, dataset) if server else _publish(dataset)
                served = server or dataset.generations.data
                greeting = _greeting(address, generation)
            writer = _writer(served, updates, ends) if token else None
            app = create_app(
                served, base=base, writer=writer, token=token, lanes=lanes, cache=cache * _MIB
            )
            app.extensions["symposia.federation"] = federation
            app.extensions["symposia.proxies"] = proxies
            waiting = updates.queue + 1 if updates and token else 0
            _serve(app, listening, greeting, lanes, waiting)
    say("Stopped.")


def _serve(
    app: Flask, listening: socket.socket, greeting: str, lanes: Lanes | None, waiting: int
) -> None:
    from ..web_server import WebServer

    server = WebServer(app, listening, lanes, others=waiting)
    with contextlib.suppress(KeyboardInterrupt, SystemExit):
        say(greeting)
        server.run()


def _writer(
    served: Path | RemoteGenerations | Scratch, limits: Limits | None, ends: contextlib.ExitStack
) -> Writer:
    """What changes the dataset; it is ended with `ends`."""
    if limits is not None:
        from ..changes import Changes

        changes = Changes(served, limits)
        ends.callback(changes.close)
        changes.start()
        return changes
    from ...graph.library import Library
    from ...graph.publishing import LibraryWriter
    from ...graph.scratch import Scratch, ScratchWriter

    return ScratchWriter(served) if isinstance(served, Scratch) else LibraryWriter(Library(served))


def _in_memory() -> str | None:
    """A folder of files that are kept in memory; None where the system has none with room."""
    with contextlib.suppress(OSError):
        if shutil.disk_usage("/dev/shm").free >= _ROOM and os.access("/dev/shm", os.W_OK):  # noqa: S108
            return "/dev/shm"  # noqa: S108  it is made for this
    return None


def _from_environment(option: str) -> bool:
    source = click.get_current_context().get_parameter_source(option)
    return source is ParameterSource.ENVIRONMENT


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before any work is done."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except socket.gaierror as error:
        raise click.UsageError(f"'{host}' is not an address of this machine.") from error
    except (OSError, OverflowError) as error:
        code = getattr(error, "errno", None)
        if code == errno.EADDRINUSE:
            message = f"Port {port} is in use. Choose another: symposia serve --port {port + 1}"
        elif code == errno.EACCES:
            message = f"Port {port} may not be used by this user. Choose one above 1023."
        elif code == errno.EADDRNOTAVAIL:
            message = f"'{host}' is not an address of this machine."
        else:
            message = f"{host}:{port} cannot be listened on ({error})."
        raise click.UsageError(message) from error


def _publish(dataset: Library) -> Generation:
    """Publish what is to be served; where that fails, the last good generation serves."""
    try:
        with progress("publishing") as report, violations():
            return dataset.publish(report).generation
    except (ShapeError, StoreError) as error:
        current = dataset.generations.current()
        if current is None:
            raise
        say(f"Warning: {error}")
        return current


def _address(host: str, port: int) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}/"


def _greeting(address: str, generation: Generation | None) -> str:
    what = "what the store holds"
    if generation is not None:
        what = f"generation {generation.id} ({counted(generation.triples, 'triple')})"
    return (
        f"Symposia serves {what} at\n\n"
        f"  {address}\n\n"
        "Three things to try:\n"
        f"  Open {address} in a browser\n"
        f"  curl -LH 'Accept: text/turtle' {address}tinyml-2023/paper/fmas\n"
        f"  curl -H 'Accept: text/csv' {address}sparql"
        " --data-urlencode 'query=SELECT * { ?thing a ?class } LIMIT 5'\n\n"
        "Ctrl-C stops."
    )


def _scratch_greeting(address: str, token: bytes | None) -> str:
    shown = token.decode() if token else "$SYMPOSIA_TOKEN"
    return (
        f"Symposia serves an empty store, which is thrown away at the end, at\n\n  {address}\n\n"
        + (f"Changes need this token: {shown}\n\n" if token else "")
        + "Put something into it:\n"
        f"  curl {address}update -H 'Authorization: Bearer {shown}'"
        " --data-urlencode 'update=INSERT DATA { <x:a> <x:b> 1 }'\n\n"
        "Ctrl-C stops."
    )
