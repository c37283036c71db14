"""Spark, on a master with two workers, finds the links that DuckDB finds."""

from __future__ import annotations

import json
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
from symposia.graph.dataset import NamedGraph
from symposia.graph.errors import LinkageError
from symposia.graph.library import Library
from symposia.graph.linking.linkage import Linkage
from symposia.graph.linking.links import LINKS
from symposia.graph.linking.run import link
from symposia.graph.linking.scoring import score
from symposia.graph.linking.spark import Spark
from symposia.graph.namespaces import BASE

from ..benchmarks.authors import authors
from .linkage_text import comparison, declared, level

MISSING = [
    name
    for name, there in {"pyspark": find_spec("pyspark"), "java": shutil.which("java")}.items()
    if not there
]
needs_spark = pytest.mark.skipif(
    bool(MISSING), reason=f"not installed: {', '.join(MISSING)} (see .ci/spark)"
)
GRAPH = Path(__file__).parents[2] / "graph"
TOPICS = (GRAPH / "tinyml-2023" / "topics.ttl", GRAPH.parent / "ontology" / "topics.ttl")
SLIPS = {
    "tinyml-2023": "tinyml-2024", "symposia/topic/>": "symposia/theme/>", "<topic>": "<theme>",
    "Vijay": "Vjiay", "University": "Univ.", "Learning": "learning", "neural network": "neural net",
}  # fmt: skip
COPY = f"{BASE}tinyml-2024"
_PATIENCE = 300.0
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
"""
LINKAGE += comparison(
    "family",
    level("the same", "family_l = family_r", 0.9, 0.01, 'tf_adjustment_column = "family"'),
    level(
        "a similar one",
        "jaro_winkler_similarity(family_l, family_r) >= 0.9",
        *(0.08, 0.01),
        *('tf_adjustment_column = "family"', "tf_adjustment_weight = 0.5"),
    ),
    level("another family name", "ELSE", 0.02, 0.98),
)
LINKAGE += "\n" + comparison(
    "coauthors",
    level("an affiliation is not known", "affiliation_l IS NULL OR affiliation_r IS NULL"),
    level("two are shared", "len(list_intersect(coauthors_l, coauthors_r)) >= 2", 0.4, 0.001),
    level("fewer are", "ELSE", 0.6, 0.999),
)


@pytest.fixture
def linkage(tmp_path: Path) -> Linkage:
    return declared(tmp_path, LINKAGE)


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Java that starts soon instead of running fast."""
    monkeypatch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A master with two workers, all on loopback, which end with the tests."""
    import pyspark

    folder = tmp_path_factory.mktemp("spark")
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
            log = folder / f"{name}.log"
            with log.open("wb") as file:
                process = subprocess.Popen(
                    [home / "bin" / "spark-class", *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=file,
                    stderr=subprocess.STDOUT,
                    env=environment,
                    cwd=folder,
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
            work = str(folder / f"work-{number}")
            started(
                f"worker-{number}",
                "Successfully registered",
                f"{package}.worker.Worker",
                *(*here, "--cores", "1", "--memory", "600m", "--work-dir", work, address),
            )
        yield address


def awaited(log: Path, process: subprocess.Popen[bytes], sought: str) -> str:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        if found := re.search(sought, log.read_text(encoding="utf-8")):
            return found[0]
        time.sleep(0.1)
    pytest.fail(f"no {sought} in {log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the shipped programme stands twice, the second time with slips."""
    folder = tmp_path_factory.mktemp("twice")
    graphs: list[NamedGraph] = []
    for file in (GRAPH / "tinyml-2023" / "programme.ttl", *TOPICS):
        text = file.read_text("utf-8")
        for word, instead in SLIPS.items():
            text = text.replace(word, instead)
        path = folder / f"{len(graphs)}.ttl"
        path.write_text(text, "utf-8")
        graphs.append(NamedGraph(f"{COPY}/graph/{len(graphs)}", path, file.stem))
    Library(folder / "data").include({COPY: graphs}, valid=True)
    return folder / "data"


def links_of(data: Path) -> dict[str, str]:
    """The graphs of links, without the time at which they were made."""
    graphs = {graph.iri: graph.source for graph in Library(data).graphs()}
    return {
        iri: re.sub(r'"[^"]*"\^\^<[^>]*dateTime>', "", source.read_text("utf-8"))
        for iri, source in graphs.items()
        if iri.startswith(LINKS) and isinstance(source, Path)
    }


@needs_spark
@pytest.mark.usefixtures("brisk")
def test_links_what_duckdb_links(twice: Path, master: str, tmp_path: Path) -> None:
    """All shipped linkages, through the command."""
    ours, theirs = (Path(shutil.copytree(twice, tmp_path / each)) for each in ("ours", "theirs"))
    report = link(Library(ours))
    symposia = str(Path(sys.executable).with_name("symposia"))
    command = [symposia, "link", "--data", str(theirs), "--json"]
    command += ["--engine", "spark", "--master", master, "--memory", "500MB"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr
    assert {
        (each["kind"], each["records"], each["pairs"]) for each in json.loads(done.stdout)["kinds"]
    } == {(each.kind, each.records, each.compared) for each in report.kinds}
    assert all(each.links for each in report.kinds), [
        (each.kind, each.links) for each in report.kinds
    ]
    expected = links_of(ours)
    assert len(expected) == len(report.kinds) == 5
    assert links_of(theirs) == expected


@needs_spark
@pytest.mark.usefixtures("brisk")
def test_weighs_as_duckdb(linkage: Linkage, master: str) -> None:
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
@pytest.mark.usefixtures("brisk")
def test_waits_for_no_worker_for_ever(linkage: Linkage, master: str) -> None:
    records, _ = authors(20)
    started = time.monotonic()
    with pytest.raises(
        LinkageError, match=r"No worker of spark://.* took the work in 2 s"
    ) as found:
        score(linkage, records, engine=Spark(master, memory="900m", patience=2))
    assert "900m of memory each" in found.value.hint
    assert time.monotonic() - started < _PATIENCE


@needs_spark
@pytest.mark.parametrize("address", ["spark://127.0.0.1:1", "spark://127.0.0.1:1,127.0.0.1:2"])
def test_says_that_nothing_answers(linkage: Linkage, address: str) -> None:
    records, _ = authors(20)
    with pytest.raises(LinkageError, match=r"No master of Spark answers: 127\.0\.0\.1:1: "):
        score(linkage, records, engine=Spark(address))


@pytest.mark.skipif("pyspark" in MISSING, reason="not installed: pyspark (see .ci/spark)")
@pytest.mark.parametrize(
    ("variable", "value", "where"),
    [("PATH", "", "on the PATH"), ("JAVA_HOME", "/none", r"in JAVA_HOME \(/none\)")],
)
def test_says_that_there_is_no_java(
    linkage: Linkage, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, where: str
) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv(variable, value)
    records, _ = authors(20)
    with pytest.raises(LinkageError, match=f"Spark needs Java, which is not {where}") as found:
        score(linkage, records, engine=Spark())
    assert "Java 17" in found.value.hint


def test_says_that_it_is_not_installed(linkage: Linkage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    records, _ = authors(20)
    with pytest.raises(LinkageError, match=r"pip install 'symposia\[spark\]'"):
        score(linkage, records, engine=Spark())
