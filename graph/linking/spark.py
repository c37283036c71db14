"""Spark as an engine: the same linkage, for records that outgrow a machine."""

from __future__ import annotations

import logging
import os
import shutil
import socket
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from ..errors import LinkageError
from ..temporary import temporary_folder
from .declared import Level
from .engines import Session

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Spark"]

_QUIET: Final = """\
rootLogger.level = off
rootLogger.appenderRef.none.ref = none
appender.none.type = Null
appender.none.name = none
"""
"""A configuration of log4j: what goes wrong is raised, not printed."""
_PATIENCE: Final = 10.0
"""Seconds in which a master has to answer."""
_AT_ONCE: Final = 20_000
"""Records of a part of a table: their pairs and what is said of them have to fit a worker."""
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class Spark:
    """Spark 4.1 or later, which runs where it says; its Python needs `duckdb` and `pyarrow`.

    Spark finds the pairs, joins their records, and computes weights; the conditions of a linkage
    are asked of DuckDB in Spark's workers, so that they mean the same there to the last digit.
    Workers run `PYSPARK_PYTHON`, if it is set; it has to be of this version of Python.

    :param master: `local[2]` for two threads of this machine, or the address of a cluster
        (https://spark.apache.org/docs/latest/submitting-applications.html#master-urls).
    :param memory: of this process' and of each worker's Java, as Java writes it (`1g`).
    :param partitions: into how many parts tables are split; 0 for two a processor
        and more where the records are many.
    :param patience: seconds that work waits where no worker takes it.
    """

    master: str = "local[*]"
    memory: str = "1g"
    partitions: int = 0
    patience: float = 60.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Start Spark once for all sessions within; it ends with its Java.

        :raises LinkageError: Spark or Java is not installed, the master does not answer, or
            no worker does what was asked of it.
        """
        with ExitStack() as closing:
            folder = closing.enter_context(temporary_folder())
            closing.enter_context(warnings.catch_warnings())
            warnings.simplefilter("ignore")  # pyspark warns of pandas 3, which is not used here
            try:
                from py4j.protocol import Py4JError  # type: ignore[import-untyped, unused-ignore]
                from pyspark.errors import PySparkException
            except ImportError as error:
                hint = "Install it: pip install 'symposia[spark]'."
                raise LinkageError("Spark is not installed.", hint=hint) from error
            from splink.internals.exceptions import SplinkException

            _check_java()
            self._check_master()
            watch = None
            try:
                spark = self._started(folder)
                closing.callback(_stop, spark)
                if not self.master.startswith("local"):
                    watch = closing.enter_context(_watched(spark, self.patience))
                yield
            except (PySparkException, Py4JError, SplinkException) as error:
                if watch is not None and watch.lost:
                    what = f"No worker of {self.master} took the work in {self.patience:g} s."
                    hint = f"Start workers with a free processor and {self.memory} of memory each,"
                    raise LinkageError(what, hint=f"{hint} or ask for less.") from error
                what = f"Spark on {self.master} failed: {_reason(error.__cause__ or error)}."
                hint = "It needs Java 17 or later, a master that answers, and workers with duckdb."
                raise LinkageError(what, hint=hint) from error

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A database in what is running; else Spark is started for it.

        :raises LinkageError: as `running`.
        """
        logging.getLogger("splink").setLevel(logging.ERROR)  # it advises what a file could have
        with ExitStack() as closing:
            if _running() is None:
                closing.enter_context(self.running())
            spark = _running()
            closing.callback(spark.catalog.clearCache)
            yield _SparkSession(spark, self.partitions)

    def _check_master(self) -> None:
        """Whether a master of Spark's own answers; Spark itself tries for a minute."""
        if not self.master.startswith("spark://"):
            return
        reasons = []
        for place in self.master.removeprefix("spark://").split(","):
            try:
                address = urlsplit(f"//{place}")
                with socket.create_connection((address.hostname, address.port or 7077), _PATIENCE):
                    return
            except (OSError, ValueError) as error:
                reasons.append(f"{place}: {error}")
        hint = "Start one, or take --engine spark without a master."
        raise LinkageError(f"No master of Spark answers: {'; '.join(reasons)}.", hint=hint)

    def _started(self, folder: Path) -> Any:
        from pyspark.sql import SparkSession

        quiet = folder / "log4j2.properties"
        quiet.write_text(_QUIET, encoding="utf-8")
        conf = {
            "spark.driver.memory": self.memory,
            "spark.executor.memory": self.memory,
            "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={quiet.as_uri()}",
            "spark.local.dir": str(folder / "spark"),
            "spark.sql.warehouse.dir": str(folder / "warehouse"),
            "spark.sql.execution.arrow.pyspark.enabled": "true",
            "spark.sql.session.timeZone": "UTC",
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
        }
        if self.partitions:
            conf["spark.default.parallelism"] = str(self.partitions)
        if self.master.startswith("local") or urlsplit(self.master).hostname in _LOOPBACK:
            conf |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = SparkSession.builder.master(self.master).appName("symposia link")
        for name, value in conf.items():
            builder = builder.config(name, value)
        return builder.getOrCreate()


def _running() -> Any:
    """The session of Spark that this process has; None if it has none."""
    from pyspark.sql import SparkSession

    return SparkSession.getActiveSession()


def _check_java() -> None:
    """Whether there is a Java to start: Spark would print a page of its own."""
    home = os.environ.get("JAVA_HOME")
    if not shutil.which("java", path=f"{home}/bin" if home else None):
        where = f"in JAVA_HOME ({home})" if home else "on the PATH"
        hint = "Install Java 17 or later, such as openjdk-17-jre-headless."
        raise LinkageError(f"Spark needs Java, which is not {where}.", hint=hint)


class _Watch(Thread):
    """Ends what waits for workers and gets none; Spark itself would wait for ever."""

    def __init__(self, spark: Any, patience: float) -> None:
        super().__init__(name="watch over Spark", daemon=True)
        self._context, self._patience = spark.sparkContext, patience
        self.ended = Event()
        self.lost = False

    def run(self) -> None:
        since: float | None = None
        while not self.ended.wait(0.5):
            if not self._waiting():
                since = None
            elif since is None:
                since = time.monotonic()
            elif time.monotonic() - since > self._patience:
                self.lost = True
                self._context.cancelAllJobs()
                return

    def _waiting(self) -> bool:
        """Whether there is work, and nobody but this process, which does none."""
        status = self._context._jsc.sc().getExecutorMemoryStatus()
        return status.size() <= 1 and bool(self._context.statusTracker().getActiveJobsIds())


@contextmanager
def _watched(spark: Any, patience: float) -> Iterator[_Watch]:
    watch = _Watch(spark, patience)
    watch.start()
    try:
        yield watch
    finally:
        watch.ended.set()
        watch.join()


def _reason(error: BaseException) -> str:
    """The line of an error of Spark that says what is wrong."""
    lines = [line for line in str(error).splitlines() if line.strip() and "SQLSTATE" not in line]
    if any(line.startswith("Traceback") for line in lines):  # of Python in a worker
        return lines[-1].strip()
    return lines[0].strip() if lines else "it gave no reason"


def _stop(spark: Any) -> None:
    """End a session and its Java, which would else stay until this process ends."""
    from pyspark import SparkContext

    gateway = SparkContext._gateway
    spark.stop()
    if gateway is not None:
        gateway.shutdown()
        process = getattr(gateway, "proc", None)
        if process is not None:
            process.stdin.close()  # Java ends where its input does
            process.wait(timeout=30)
        SparkContext._gateway = SparkContext._jvm = None


class _SparkSession:
    pairs_at_once = sys.maxsize

    def __init__(self, spark: Any, partitions: int) -> None:
        import splink

        made: Any = splink  # it has no types for Spark
        self.spark, self.partitions = spark, partitions
        self.api = made.SparkAPI(
            spark_session=spark,
            break_lineage_method="persist",
            register_udfs_automatically=False,
        )

    def put(self, name: str, table: pa.Table) -> None:
        parts = 2 * self.spark.sparkContext.defaultParallelism
        parts = self.partitions or max(parts, table.num_rows // _AT_ONCE)
        self.spark.conf.set("spark.sql.shuffle.partitions", parts)
        self._name(name, self.spark.createDataFrame(table))

    def make(self, name: str, query: str) -> None:
        self._name(name, self._asked(query))

    def drop(self, name: str) -> None:
        self.spark.catalog.dropTempView(name)  # what is made of it may still be to be computed

    def ask(self, query: str) -> pa.Table:
        return self._asked(query).toArrow()

    def conditions(self, name: str, levels: tuple[Level, ...]) -> list[str]:
        from pyspark.sql import functions

        made: Any = functions  # `arrow_udf` is not among its types
        names = [
            each
            for column in dict.fromkeys(column for level in levels for column in level.columns)
            for each in (f"{column}_l", f"{column}_r")
        ]
        compared = made.arrow_udf(_compared(levels, names), "int")
        self.spark.udf.register(f"level_of_{name}", compared)
        return [
            level.condition
            if level.condition == "ELSE" or level.equality
            else f"level_of_{name}({', '.join(names)}) = {at}"
            for at, level in enumerate(levels)
        ]

    def _asked(self, query: str) -> Any:
        import sqlglot

        (translated,) = sqlglot.transpile(query, read="duckdb", write="spark")
        return self.spark.sql(translated)

    def _name(self, name: str, frame: Any) -> None:
        """Name what a query finds, and keep it until the session ends once it is computed."""
        frame.persist().createOrReplaceTempView(name)


def _compared(levels: Sequence[Level], names: Sequence[str]) -> Callable[..., pa.Array]:
    """A function of columns that says which of the levels is the first to hold in each row.

    Workers get it by value and have nothing of this package, so that it imports what it needs.
    """
    whens = " ".join(
        f"WHEN {level.condition} THEN {at}"
        for at, level in enumerate(levels)
        if level.condition != "ELSE"
    )
    query = f"SELECT CAST(CASE {whens} ELSE {len(levels) - 1} END AS INTEGER) FROM batch"  # noqa: S608
    columns = list(names)

    def compare(*batch: pa.Array) -> pa.Array:
        import duckdb
        import pyarrow

        with duckdb.connect(":memory:", config={"threads": 1}) as connection:
            connection.register("batch", pyarrow.table(list(batch), names=columns))
            return connection.sql(query).to_arrow_table().column(0).combine_chunks()

    # Spark asks for the types themselves, and annotations here are text.
    import pyarrow

    compare.__annotations__ = {"batch": pyarrow.Array, "return": pyarrow.Array}
    return compare
