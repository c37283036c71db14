"""What commands write: results to standard output, all else to standard error."""

from __future__ import annotations

import io
import json
import os
import sys
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Literal

import click

from ...graph.errors import StoreError

__all__ = [
    "counted",
    "printable",
    "progress",
    "say",
    "show_json",
    "show_table",
    "write",
    "writing_to",
]

_UNBOUNDED = 100_000
_MOMENT = 0.5
_HARMLESS = "\n\t\u200c\u200d"


def write(data: bytes, output: Path | None = None) -> None:
    """Write a result to standard output, or to a file.

    :raises StoreError: the file cannot be written.
    """
    if output is None:
        stream = sys.stdout.buffer
        stream.write(data)
        stream.flush()
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        raise StoreError(f"{output} cannot be written ({error.strerror or error}).") from error


@contextmanager
def writing_to(output: Path | None) -> Iterator[IO[bytes]]:
    """Write a result piece by piece to standard output, or to a file that is whole or not there.

    :raises StoreError: the file cannot be written.
    """
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    output = output.resolve()
    special = output.exists() and not output.is_file()  # such as a pipe or /dev/null
    sketch = output if special else output.with_name(f".{output.name}.{os.getpid()}")
    try:
        with sketch.open("wb") as file:
            yield file
        if not special:
            sketch.replace(output)
    except BaseException as error:
        if not special:
            with suppress(OSError):
                sketch.unlink()
        if isinstance(error, OSError):
            raise StoreError(f"{output} cannot be written ({error.strerror or error}).") from error
        raise


def say(text: str) -> None:
    """Tell the user something that is not the result; see `printable`."""
    click.echo(printable(text), err=True)


def counted(number: int, thing: str) -> str:
    """A number of things in words ("1 row", "2 rows")."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def show_json(value: Any) -> None:
    """Write a result as JSON."""
    write((json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode())


def show_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    right: Iterable[str] = (),
    head: bool = True,
    output: Path | None = None,
) -> None:
    """Write a table that fits the terminal; where there is none, no line is broken.

    :param right: columns that are set flush right.
    :param head: whether the names of the columns are written.
    :param output: a file instead of standard output.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    terminal = output is None and sys.stdout.isatty()
    table = Table(box=box.SIMPLE_HEAD, show_header=head, show_edge=False, pad_edge=False)
    flush = set(right)
    for column in columns:
        justify: Literal["left", "right"] = "right" if column in flush else "left"
        table.add_column(Text(printable(column)), justify=justify, overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    console = Console(
        file=io.StringIO() if not terminal else None,
        width=None if terminal else _UNBOUNDED,
        highlight=False,
        color_system="auto" if terminal else None,
    )
    console.print(table)
    if isinstance(console.file, io.StringIO):
        lines = [line.rstrip() for line in console.file.getvalue().split("\n")]
        write("\n".join(lines).encode(), output)


def printable(text: str) -> str:
    """Text without characters that steer a terminal or turn the direction of writing.

    Data comes from strangers; white space and the joiners of some scripts stay, the rest of
    Unicode's control and format characters becomes visible as U+FFFD.
    """
    if text.isprintable():
        return text
    return "".join(
        c if c in _HARMLESS or unicodedata.category(c) not in ("Cc", "Cf", "Cs") else "\ufffd"
        for c in text
    )


@contextmanager
def progress(beginning: str) -> Iterator[Callable[[str], None]]:
    """Show on a terminal what is being done, when it takes longer than a moment.

    :return: a function that takes what is being done now.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    status = Console(stderr=True).status(f"{beginning} …")
    starter = threading.Timer(_MOMENT, status.start)
    starter.start()
    try:
        yield lambda text: status.update(f"{printable(text)} …")
    finally:
        starter.cancel()
        starter.join()
        status.stop()
