"""The engines that score pairs: DuckDB in this process, or Spark on a machine or a cluster."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from ..errors import LinkageError
from ..temporary import temporary_folder
from .declared import Level

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["DuckDB", "Engine", "Session", "connect"]

_SMALL: Final = "Give it more memory, or a blocking rule that names fewer pairs."


class Session(Protocol):
    """A database for one linkage, gone at its end. Its queries are in DuckDB's dialect."""

    api: Any
    """What Splink asks (a `DatabaseAPI` of Splink)."""
    pairs_at_once: int
    """How many pairs fit into memory with all that is said of them."""

    def put(self, name: str, table: pa.Table) -> None:
        """Give the database a table."""

    def make(self, name: str, query: str) -> None:
        """Make a table of what a query finds."""

    def drop(self, name: str) -> None:
        """Remove a table that was made."""

    def ask(self, query: str) -> pa.Table:
        """What a query finds."""

    def conditions(self, name: str, levels: tuple[Level, ...]) -> list[str]:
        """The conditions of a comparison's levels, as this database is asked them."""


class Engine(Protocol):
    """Where pairs are scored."""

    def running(self) -> AbstractContextManager[None]:
        """Start what is slow to start, once for all sessions within.

        :raises LinkageError: as `session`.
        """

    def session(self) -> AbstractContextManager[Session]:
        """A database for one linkage.

        :raises LinkageError: the engine cannot be used, or could not do what was asked of it.
        """


@dataclass(frozen=True)
class DuckDB:
    """DuckDB in this process; what does not fit into memory goes to a private temporary folder.

    It opens no other file, and installs and loads no extension.

    :param memory: what it may use, as DuckDB writes it (`1500MB`), besides the records.
    :param threads: how many; 0 for as many as there are processors.
    """

    memory: str = "1500MB"
    threads: int = 0

    def running(self) -> AbstractContextManager[None]:
        """Nothing: it starts at once."""
        return nullcontext()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A database in memory.

        :raises LinkageError: it could not do what was asked of it, for lack of memory say.
        """
        import duckdb
        from splink.internals.exceptions import SplinkException

        with temporary_folder() as folder:
            connection = connect(self.memory, self.threads, str(folder / "duckdb"))
            try:
                yield _DuckDBSession(connection)
            except (duckdb.Error, SplinkException) as error:
                reason = error.__cause__ or error if isinstance(error, SplinkException) else error
                hint = _SMALL if isinstance(reason, duckdb.OutOfMemoryException) else ""
                what = f"DuckDB cannot score pairs: {str(reason).splitlines()[0].rstrip('.')}."
                raise LinkageError(what, hint=hint) from error
            finally:
                connection.close()


def connect(memory: str, threads: int, folder: str) -> Any:
    """A database of DuckDB in memory that touches nothing but a folder."""
    import duckdb

    config: dict[str, Any] = {
        "memory_limit": memory,
        "threads": threads or os.cpu_count() or 1,
        "temp_directory": folder,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "preserve_insertion_order": False,
    }
    connection = duckdb.connect(":memory:", config=config)
    connection.execute("SET enable_external_access = false")  # only now: the folder was to be set
    return connection


class _DuckDBSession:
    pairs_at_once = 4_000_000

    def __init__(self, connection: Any) -> None:
        logging.getLogger("splink").setLevel(logging.ERROR)  # it advises what a file could have
        from splink import DuckDBAPI

        self.connection = connection
        self.api = DuckDBAPI(connection)

    def put(self, name: str, table: pa.Table) -> None:
        self.connection.register(name, table)

    def make(self, name: str, query: str) -> None:
        self.connection.execute(f"CREATE TABLE {name} AS {query}")

    def drop(self, name: str) -> None:
        self.connection.execute(f"DROP TABLE {name}")

    def ask(self, query: str) -> pa.Table:
        return self.connection.sql(query).to_arrow_table()

    def conditions(self, name: str, levels: tuple[Level, ...]) -> list[str]:  # noqa: ARG002
        return [level.condition for level in levels]
