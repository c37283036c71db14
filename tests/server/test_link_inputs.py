"""Linking with what is broken, empty, poisoned or too much: it tells so, and writes nothing."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from symposia.graph.dataset import NamedGraph
from symposia.graph.library import Library
from symposia.graph.linking.decisions import Verdict, decision_of
from symposia.graph.linking.reviewing import decide, links_in
from symposia.graph.linking.run import link, undo
from symposia.graph.namespaces import BASE
from symposia.server.cli import main

GUS = (f"{BASE}lake-2030/person/gus-hill", f"{BASE}lake-2031/person/gus-hill")
ROR = {
    "id": "https://ror.org/02qskvh78",
    "names": [{"value": "Lake University", "types": ["ror_display"], "lang": "en"}],
    "status": "active",
    "types": ["education"],
    "locations": [],
    "relationships": [],
    "external_ids": [],
    "domains": [],
    "established": None,
    "links": [],
}
DECISION = (
    f"@base <{BASE}> .\n@prefix sym: <{BASE}ontology#> .\n"
    "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
    "[] a sym:Decision ; rdf:subject <{0}> ; rdf:object <{1}> ; sym:status sym:{2} .\n"
)


def conferences(root: Path) -> list[NamedGraph]:
    return [
        NamedGraph(f"{BASE}{path.stem}/graph/programme", path, path.stem)
        for path in sorted((root / "tests" / "data" / "conferences").glob("*.ttl"))
    ]


@pytest.fixture(scope="module")
def unlinked(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two conferences."""
    data = tmp_path_factory.mktemp("unlinked") / "data"
    Library(data).include({"two conferences": conferences(root)})
    return data


@pytest.fixture(scope="module")
def data(unlinked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the links of their people; no test may change it."""
    folder = tmp_path_factory.mktemp("inputs") / "data"
    shutil.copytree(unlinked, folder)
    link(Library(folder), ["people"])
    return folder


def run(data: Path, *arguments: object) -> Result:
    runner = CliRunner(env={"SYMPOSIA_DATA": str(data)})
    return runner.invoke(main, ["link", *map(str, arguments)], prog_name="symposia")


def contents(data: Path) -> dict[str, str]:
    return {
        str(path.relative_to(data)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in data.rglob("*")
        if path.is_file() and path.name != "lock"
    }


def whole(library: Library) -> ox.Dataset:
    """All graphs of a dataset; two are the same where they are isomorphic."""
    found = ox.Dataset(library.store().quads())
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return found


def records(number: int = 1) -> bytes:
    return "".join(
        json.dumps({**ROR, "id": f"https://ror.org/0{each:08d}"}) + "\n" for each in range(number)
    ).encode()


SOURCES: list[tuple[str, str, bytes, str]] = [
    ("organisations", "cut.jsonl.gz", gzip.compress(records(400))[:200], "it ends too early"),
    ("organisations", "cut.jsonl", records(3)[:-40], "cut.jsonl:3: it ends within a record"),
    ("organisations", "other.jsonl", b'{"foo": 1}\n', "the record is of another schema"),
    ("organisations", "list.json", b'[{"id": "x", "names": 5}]', "of another schema"),
    ("papers", "none.json", b"[]", "nothing in it can be linked to"),
    ("papers", "empty.csv", b"", "the file is empty"),
    ("papers", "head.csv", b"title,year\n", "nothing in it can be linked to"),
    ("papers", "columns.csv", b"heading,year\nOne,2030\n", "the table has no column 'title'"),
    ("papers", "cut.json", b'[{"title": "A', "cut.json:1:12: it is no JSON"),
    ("papers", "binary.bib", bytes(range(256)) * 8, "no text but binary data"),
    ("topics", "cut.ttl", b"<urn:a> <urn:b> ", "cut.ttl"),
]


@pytest.mark.parametrize(("kind", "name", "content", "said"), SOURCES, ids=lambda x: str(x)[:20])
def test_sources_that_cannot_be_read(
    data: Path, tmp_path: Path, kind: str, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    before = contents(data)
    result = run(data, kind, "--to", path)
    assert (result.exit_code, said in result.stderr) == (1, True), result.output
    assert result.stdout == ""
    assert contents(data) == before


def _column(text: str) -> str:
    return text.replace('columns = ["', 'columns = ["shoe_size", "', 1)


def _condition(text: str) -> str:
    return re.sub(r'sql_condition = "[^"]*"', 'sql_condition = "shoe_l = shoe_r"', text, count=1)


LINKAGES: list[tuple[Callable[[str], str], str]] = [
    (_column, "the column 'shoe_size' not"),
    (_condition, "the column 'shoe' not"),
    (lambda text: text + "\n[colour]\nred = 1\n", "Nothing here is called 'colour'"),
    (lambda text: text.replace('kind = "people"', 'kind = "shoes"'), "'shoes' is not known"),
    (lambda text: text[:500], "own.toml"),
    (lambda text: re.sub(r"most = \d+", "most = 0", text), "is no number of records"),
]


@pytest.mark.parametrize(("broken", "said"), LINKAGES, ids=lambda each: str(each)[:20])
def test_linkages_that_cannot_be_run(
    data: Path, root: Path, tmp_path: Path, broken: Callable[[str], str], said: str
) -> None:
    path = tmp_path / "own.toml"
    path.write_text(broken((root / "graph" / "linkages" / "people.toml").read_text("utf-8")))
    before = contents(data)
    result = run(data, "people", "--linkage", path)
    assert (result.exit_code, said in result.stderr) == (2, True), result.output
    assert contents(data) == before


def test_poisoned_and_equal_names_are_left_out_and_told(data: Path, tmp_path: Path) -> None:
    """Ten thousand letters, characters that steer a terminal, and the same a thousand times."""
    names = ["A" * 10_000, "\u0000\u001b[31m\u202e\u0007 x", "same", "same", "same"]
    path = tmp_path / "poison.jsonl"
    path.write_text(
        "".join(
            json.dumps({"id": f"https://x.example/{n}", "title": name, "authors": ["B" * 10_000]})
            + "\n"
            for n, name in enumerate(names * 400)
        )
    )
    before = contents(data)
    result = run(data, "papers", "--to", path)
    assert result.exit_code == 0, result.output
    assert "papers: left out: 1,200 records have one value of " in result.stderr
    assert "\x1b" not in result.output
    assert max(map(len, result.stderr.splitlines())) < 300
    assert "Nothing changed." in result.stderr
    assert contents(data) == before


def test_one_source_twice_is_one(data: Path, tmp_path: Path) -> None:
    one, other = tmp_path / "one.jsonl", tmp_path / "other.jsonl"
    one.write_bytes(records(3))
    other.write_bytes(records(3))
    result = run(
        data, "organisations", "--to", one, "--to", other, "--to", one, "--dry-run", "--json"
    )
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["kinds"][0]["linked_to"] == 3


def test_decisions_that_cannot_hold(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "team.ttl"
    before = contents(data)
    head, _, one = DECISION.partition("[]")
    said = [f"[]{one.format(*GUS, verdict)}" for verdict in ("Accepted", "Rejected")]
    path.write_text(head + "".join(said))
    result = run(data, "people", "--decisions", path)
    assert (result.exit_code, f"({path}, lines 4 and 5)" in result.stderr) == (1, True)
    path.write_bytes(b"\xff\xfe no Turtle")
    assert run(data, "people", "--decisions", path).exit_code == 1
    path.write_text(head + "[]" + one.format("gone/person/a", "gone/person/b", "Rejected"))
    result = run(data, "people", "--decisions", path)
    assert result.exit_code == 0, result.output
    assert f"not there: {BASE}gone/person/a and {BASE}gone/person/b" in result.stderr
    assert contents(data) == before, "nothing of the dataset is decided"


@pytest.mark.parametrize("decided", ["never", "before", "after"])
def test_undo_leaves_the_dataset_as_it_was(unlinked: Path, tmp_path: Path, decided: str) -> None:
    bare = Library(shutil.copytree(unlinked, tmp_path / "bare"))
    library = Library(shutil.copytree(unlinked, tmp_path / "data"))
    made = decision_of(Verdict.REJECT, *GUS, by="Ada Brook", why="A father and a son.")
    other = decision_of(Verdict.ACCEPT, GUS[0], f"{BASE}lake-2031/person/kit-lowe", by="Ada Brook")
    for each in (made, other) if decided != "never" else ():
        decide(bare, each)
    if decided == "before":
        decide(library, made)
        decide(library, other)
    link(library, ["people"])
    assert whole(library) != whole(bare)
    if decided == "after":
        decide(library, made)
        decide(library, other)
    undo(library)
    assert whole(library) == whole(bare)
    undo(library)
    assert whole(library) == whole(bare)


def test_links_do_not_depend_on_the_order_of_programmes(root: Path, tmp_path: Path) -> None:
    found = []
    for name, turned in (("one", False), ("other", True)):
        library = Library(tmp_path / name)
        graphs = conferences(root)
        for graph in reversed(graphs) if turned else graphs:
            library.include({graph.label: [graph]})
        link(library, ["people", "papers"])
        found.append([links_in(library, kind).links for kind in ("people", "papers")])
    assert found[0] == found[1]
    assert found[0][0]
