"""Spark, on a master with two workers, finds the links that DuckDB finds."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa
import pytest
from symposia.graph.errors import LinkageError
from symposia.graph.linking.linkage import read_linkage
from symposia.graph.linking.scoring import score
from symposia.graph.linking.spark import Spark

from ..benchmarks.authors import authors

MISSING = [
    name
    for name, there in {"pyspark": find_spec("pyspark"), "java": shutil.which("java")}.items()
    if not there
]
needs_spark = pytest.mark.skipif(
    bool(MISSING), reason=f"not installed: {', '.join(MISSING)} (see .ci/spark)"
)
_PATIENCE = 120.0
"""Seconds in which a master or a worker has to be there."""
LINKAGE = """\
kind = "people"
version = "1"
summary = "Authors by name and co-authors."
[thresholds]
same = 0.99
close = 0.9
review = 0.2
[blocking]
most = 12
[model]
probability_two_random_records_match = 0.001
[[model.blocking_rules]]
columns = ["family", "initial"]
[[model.blocking_rules]]
columns = ["initial"]
explode = ["coauthors"]
[[model.comparisons]]
name = "family"
[[model.comparisons.comparison_levels]]
label = "the same family name"
sql_condition = "family_l = family_r"
m_probability = 0.9
u_probability = 0.01
tf_adjustment_column = "family"
[[model.comparisons.comparison_levels]]
label = "a similar family name"
sql_condition = "jaro_winkler_similarity(family_l, family_r) >= 0.9"
m_probability = 0.08
u_probability = 0.01
tf_adjustment_column = "family"
tf_adjustment_weight = 0.5
[[model.comparisons.comparison_levels]]
label = "another family name"
sql_condition = "ELSE"
m_probability = 0.02
u_probability = 0.98
[[model.comparisons]]
name = "coauthors"
[[model.comparisons.comparison_levels]]
is_null_level = true
label = "an affiliation is not known"
sql_condition = "affiliation_l IS NULL OR affiliation_r IS NULL"
[[model.comparisons.comparison_levels]]
label = "two co-authors are shared"
sql_condition = "len(list_intersect(coauthors_l, coauthors_r)) >= 2"
m_probability = 0.4
u_probability = 0.001
[[model.comparisons.comparison_levels]]
label = "fewer are"
sql_condition = "ELSE"
m_probability = 0.6
u_probability = 0.999
"""


@pytest.fixture
def linkage_file(tmp_path: Path) -> Path:
    path = tmp_path / "authors.toml"
    path.write_text(LINKAGE, encoding="utf-8")
    return path


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Java that starts soon instead of running fast."""
    monkeypatch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")


@pytest.fixture
def master(tmp_path: Path) -> Iterator[str]:
    """A master with two workers, all on loopback, which end with the test."""
    import pyspark

    home = Path(pyspark.__file__).parent
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SPARK_")},
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_MASTER_OPTS": "-Dspark.master.rest.enabled=false",
    }
    with ExitStack() as closing:

        def started(name: str, sought: str, *arguments: str) -> str:
            log = tmp_path / f"{name}.log"
            with log.open("wb") as file:
                process = subprocess.Popen(
                    [home / "bin" / "spark-class", *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=file,
                    stderr=subprocess.STDOUT,
                    env=environment,
                    cwd=tmp_path,
                )
            closing.callback(process.wait, timeout=30)
            closing.callback(process.terminate)
            return awaited(log, process, sought)

        here = ("--host", "127.0.0.1", "--webui-port", "0")
        package = "org.apache.spark.deploy"
        address = started(
            "master", r"spark://127\.0\.0\.1:\d+", f"{package}.master.Master", *here, "--port", "0"
        )
        for number in (1, 2):
            folder = str(tmp_path / f"work-{number}")
            started(
                f"worker-{number}",
                "Successfully registered",
                f"{package}.worker.Worker",
                *(*here, "--cores", "1", "--memory", "600m", "--work-dir", folder, address),
            )
        yield address


def awaited(log: Path, process: subprocess.Popen[bytes], sought: str) -> str:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        if found := re.search(sought, log.read_text(encoding="utf-8")):
            return found[0]
        time.sleep(0.1)
    pytest.fail(f"no {sought} in {log.read_text(encoding='utf-8')}")


@needs_spark
@pytest.mark.usefixtures("brisk")
def test_finds_the_same_links(linkage_file: Path, master: str) -> None:
    linkage = read_linkage(linkage_file)
    records, _ = authors(2_000)
    left, right = records.slice(0, 700), records.slice(700)
    expected = score(linkage, left, right)
    found = score(linkage, left, right, engine=Spark(master, memory="512m", partitions=2))
    assert expected.pairs.num_rows > 300
    assert expected.oversized
    assert found.oversized == expected.oversized
    assert found.pairs.schema == expected.pairs.schema
    for name in expected.pairs.column_names:
        ours, theirs = found.pairs[name].to_pylist(), expected.pairs[name].to_pylist()
        if pa.types.is_floating(expected.pairs.schema.field(name).type):
            assert ours == pytest.approx(theirs, abs=1e-9), name
        else:
            assert ours == theirs, name


@needs_spark
@pytest.mark.parametrize("address", ["spark://127.0.0.1:1", "spark://127.0.0.1:1,127.0.0.1:2"])
def test_says_that_nothing_answers(linkage_file: Path, address: str) -> None:
    records, _ = authors(20)
    with pytest.raises(LinkageError, match=r"No master of Spark answers: 127\.0\.0\.1:1: "):
        score(read_linkage(linkage_file), records, engine=Spark(address))


def test_says_that_it_is_not_installed(linkage_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    records, _ = authors(20)
    with pytest.raises(LinkageError, match=r"pip install 'symposia\[spark\]'"):
        score(read_linkage(linkage_file), records, engine=Spark())
