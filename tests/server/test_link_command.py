"""`symposia link`: what it tells, what is decided on the terminal, and how it ends."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from symposia.graph.dataset import NamedGraph
from symposia.graph.library import Library
from symposia.graph.linking.links import Evidence, Link, Links, Method, Status
from symposia.graph.linking.reviewing import links_in, publish_links
from symposia.graph.namespaces import BASE
from symposia.server.cli import main

PERSON = """\
<{0}> a <http://xmlns.com/foaf/0.1/Person> ;
  <http://www.w3.org/2000/01/rdf-schema#label> "{1}"@en ; <http://xmlns.com/foaf/0.1/name> "{1}" .
"""
A, B, C = "one/person/ada-brook", "two/person/a-brook", "two/person/ida-brook"
NAMES = {A: "Ada Brook", B: "A. Brook", C: "Ida Brook"}
EVIDENCE = (Evidence("name", "one is the initial of the other", 6.5), Evidence("topic", "t", -1.0))
METHOD = Method("People.", "1", 0.999, 0.9)


def uncertain(right: str, score: float) -> Link:
    return Link(BASE + A, BASE + right, score=score, weight=0.5, evidence=EVIDENCE)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with three people, and two uncertain links between them."""
    folder = tmp_path_factory.mktemp("people")
    graphs = {}
    for programme in ("one", "two"):
        path = folder / f"{programme}.ttl"
        people = {iri: name for iri, name in NAMES.items() if iri.startswith(programme)}
        text = "".join(PERSON.format(BASE + iri, name) for iri, name in people.items())
        path.write_text(text, "utf-8")
        graph = NamedGraph(f"{BASE}{programme}/graph/programme", path, programme)
        graphs[programme] = [graph]
    library = Library(folder / "data")
    library.include(graphs, valid=True)
    links = (uncertain(B, 0.52), uncertain(C, 0.6))
    publish_links(library, [Links("people", links, (), METHOD, "2026-01-02T03:04:05Z")])
    return folder / "data"


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(made, tmp_path / "data"))


def run(*arguments: object, data: Path, input: str | None = None) -> Result:  # noqa: A002
    runner = CliRunner(env={"SYMPOSIA_DATA": str(data)})
    words = ["link", *map(str, arguments)]
    return runner.invoke(main, words, input=input, prog_name="symposia")


def statuses(data: Path) -> dict[str, Status]:
    found = links_in(Library(data), "people").links
    return {each.right.removeprefix(BASE): each.status for each in found}


def test_linking_tells_what_was_found(data: Path) -> None:
    result = run("events", data=data)
    assert result.exit_code == 0, result.output
    head, _, row = result.stdout.splitlines()[:3]
    assert head.split()[:6] == ["kind", "records", "linked", "to", "pairs", "reduction"]
    assert row.split()[0] == "events"
    assert "Nothing changed." in result.stderr
    found = json.loads(run("events", "--json", "--dry-run", data=data).stdout)
    assert [each["kind"] for each in found["kinds"]] == ["events"]
    assert (found["kinds"][0]["pairs"], found["kinds"][0]["reduction"]) == (0, 1.0)
    assert set(found["kinds"][0]["links"]) == {
        "same", "close", "to review", "refused", "accepted", "rejected",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["peple"], 2, "Nothing is linked that is called 'peple'"),
        (["--master", "spark://127.0.0.1:7077"], 2, "--master is for --engine spark"),
        (["--engine", "dask"], 2, "'dask' is not one of"),
        (["events", "--to", "none.bib"], 1, "none.bib: it cannot be read"),
        (["events", "--linkage", "none.toml"], 2, "none.toml"),
        (["accept", A, B], 2, "Missing option '--by'"),
        (["accept", A, A, "--by", "Cleo"], 1, "the same as itself"),
        (["reject", "gone/a", "gone/b", "--by", "Cleo"], 1, "nothing of the dataset has such"),
        (["withdraw", A, B], 1, "Nothing was decided about"),
        (["undo", "peple"], 2, "Nothing is linked that is called"),
    ],
)
def test_what_is_wrong_ends_with_its_status(
    data: Path, arguments: list[str], code: int, message: str
) -> None:
    result = run(*arguments, data=data)
    assert (result.exit_code, message in result.stderr) == (code, True), result.output


def test_broken_decisions_name_their_lines(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "team.ttl"
    pair = f"rdf:subject <{A}> ; rdf:object <{B}>"
    file.write_text(
        f"@base <{BASE}> .\n@prefix sym: <{BASE}ontology#> .\n"
        "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
        f"[] a sym:Decision ; {pair} ; sym:status sym:Accepted .\n"
        f"[] a sym:Decision ; {pair} ; sym:status sym:Rejected .\n"
    )
    result = run("events", "--decisions", file, data=data)
    assert result.exit_code == 1
    assert f"({file}, lines 4 and 5)" in result.stderr
    file.write_text("[] a", "utf-8")
    result = run("events", "--decisions", file, data=data)
    assert (result.exit_code, f"{file}:1" in result.stderr) == (1, True)


def test_decisions_hold_at_once(data: Path) -> None:
    by = ("--by", "Cleo Marsh")
    assert run("reject", A, B, *by, "--why", "Her aunt.", data=data).exit_code == 0
    assert statuses(data) == {B: Status.REJECTED, C: Status.TO_REVIEW}
    assert '"Her aunt."@en' in (data / "decisions.ttl").read_text("utf-8")
    accepted = run("accept", BASE + A, BASE + B, *by, "--json", data=data)
    assert json.loads(accepted.stdout)["replaced"] == [f"{BASE}graph/links/people"]
    assert statuses(data)[B] is Status.ACCEPTED
    assert run("withdraw", B, A, data=data).exit_code == 0
    assert run("split", A, *by, data=data).exit_code == 0
    assert set(statuses(data).values()) == {Status.REJECTED}
    assert run("accept", A, B, *by, data=data).exit_code == 1, "it is the same as no other"


def test_review_on_the_terminal(data: Path) -> None:
    result = run("review", "people", "--by", "Cleo", input="r\nTwo people.\ns\n", data=data)
    assert result.exit_code == 0, result.output
    shown = result.stdout
    assert shown.index(B) < shown.index(C), "the most uncertain first"
    for text in ("Ada Brook", "A. Brook", "before any comparison", "one is the initial of the"):
        assert text in shown
    assert "+6.5" in shown
    assert "1 decision about 2 pairs." in result.stderr
    assert statuses(data) == {B: Status.REJECTED, C: Status.TO_REVIEW}
    result = run("review", "--by", "Cleo", input="q\n", data=data)
    assert "0 decisions about 1 pair." in result.stderr
    result = run("review", "topics", "--by", "Cleo", data=data)
    assert "There is nothing to review." in result.stderr


def test_undo(data: Path) -> None:
    result = run("undo", "topics", data=data)
    assert (result.exit_code, "Nothing changed." in result.stderr) == (0, True)
    result = run("undo", data=data)
    assert f"removed: {BASE}graph/links/people" in result.stderr
    assert statuses(data) == {}


@pytest.mark.parametrize(
    ("size", "message"),
    [
        ("much", "'much' is no size; write 800MB or 2GB."),
        ("0MB", "'0MB' is no size"),
        ("499MB", "499MB is too little; 500MB is the least."),
    ],
)
def test_memory_is_a_size(data: Path, size: str, message: str) -> None:
    result = run("events", "--memory", size, data=data)
    assert result.exit_code == 2
    assert message in result.stderr
    assert run("events", "--memory", "1 gb", "--dry-run", data=data).exit_code == 0
