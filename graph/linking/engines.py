"""The engines that score pairs: DuckDB in this process, or Spark on a machine or a cluster."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from ..temporary import temporary_folder

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["DuckDB", "Engine", "Session"]


class Session(Protocol):
    """A database for one linkage, gone at its end."""

    api: Any
    """What Splink asks (`splink.internals.database_api.DatabaseAPI`)."""

    def put(self, name: str, table: pa.Table) -> None:
        """Give the database a table."""

    def make(self, name: str, sql: str) -> None:
        """Make a table of a query (in DuckDB's dialect)."""

    def ask(self, sql: str) -> pa.Table:
        """Ask a query (in DuckDB's dialect)."""


class Engine(Protocol):
    """Where pairs are scored."""

    def session(self) -> Any:
        """A context manager of a session."""


@dataclass(frozen=True)
class DuckDB:
    """DuckDB in this process; what does not fit into memory goes to a private temporary folder.

    :param memory: what it may use, as DuckDB writes it (`2GB`).
    :param threads: how many; as many as there are processors if 0.
    """

    memory: str = "1500MB"
    threads: int = field(default=0)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A database in memory; nothing else is read, written, or installed by it."""
        import duckdb

        with temporary_folder() as folder:
            connection = duckdb.connect(
                ":memory:",
                config={
                    "memory_limit": self.memory,
                    "threads": self.threads or os.cpu_count() or 1,
                    "temp_directory": str(folder / "duckdb"),
                    "autoinstall_known_extensions": False,
                    "autoload_known_extensions": False,
                    "preserve_insertion_order": False,
                },
            )
            try:
                yield _DuckDBSession(connection)
            finally:
                connection.close()


class _DuckDBSession:
    def __init__(self, connection: Any) -> None:
        from splink import DuckDBAPI

        self.connection = connection
        self.api = DuckDBAPI(connection)

    def put(self, name: str, table: pa.Table) -> None:
        self.connection.register(name, table)

    def make(self, name: str, sql: str) -> None:
        self.connection.execute(f"CREATE TABLE {name} AS {sql}")

    def ask(self, sql: str) -> pa.Table:
        return self.connection.sql(sql).to_arrow_table()
