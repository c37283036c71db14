"""Reviewed pairs train a linkage, which is measured by pairs that it has not seen."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner, Result
from symposia.graph.dataset import NamedGraph
from symposia.graph.errors import DecisionError, SourceError
from symposia.graph.library import Library
from symposia.graph.linking.decisions import Verdict, decision_of, write_decisions
from symposia.graph.linking.declared import Thresholds
from symposia.graph.linking.declaring import declaration
from symposia.graph.linking.estimating import bars, estimated
from symposia.graph.linking.grouping import folded, grouped, quality
from symposia.graph.linking.linkage import read_linkage
from symposia.graph.linking.reviewed import read_reviewed
from symposia.graph.linking.run import link
from symposia.graph.namespaces import BASE
from symposia.server.cli import main

from .linkage_text import comparison, declared, level

PERSON = """\
<{0}> a <http://xmlns.com/foaf/0.1/Person> ;
  <http://www.w3.org/2000/01/rdf-schema#label> "{1}"@en ; <http://xmlns.com/foaf/0.1/name> "{1}" .
"""
SYLLABLES = [c + v for c in "bdgklmnprt" for v in "aiou"]
FAMILIES = [
    f"{one}{other}ner".title() for one, other in zip(SYLLABLES, SYLLABLES[7:], strict=False)
]
NUMBER = 20
POOR = """\
kind = "people"
version = "7"
summary = "People by name, with probabilities that nobody has looked at."
[thresholds]
same = 0.9
close = 0.6
review = 0.1
[model]
probability_two_random_records_match = 0.005
[[model.blocking_rules]]
columns = ["family"]
"""
POOR += comparison(
    "name",
    level("a name is not known", "whole_l IS NULL OR whole_r IS NULL"),
    level("the same name", "whole_l = whole_r", 0.5, 0.001),
    level("the same family name, another given name", "family_l = family_r", 0.45, 0.001),
    level("another name", "ELSE", 0.05, 0.998),
)


def pairs() -> Iterable[tuple[str, str, bool]]:
    """Everyone of one is the same in two, where someone else has the same family name."""
    for at in range(NUMBER):
        yield f"{BASE}one/person/p{at}", f"{BASE}two/person/p{at}", True
        yield f"{BASE}one/person/p{at}", f"{BASE}two/person/q{at}", False


def rows(found: Iterable[tuple[str, str, bool]]) -> str:
    lines = [f"{one}\t{other}\t{'yes' if same else 'no'}" for one, other, same in found]
    return "\n".join(["left\tright\tmatch", *lines]) + "\n"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with twenty people of two programmes each, and their namesakes."""
    folder = tmp_path_factory.mktemp("training")
    people = {"one": [("p", "Ada")], "two": [("p", "Ada"), ("q", "Boris")]}
    graphs = {}
    for programme, known in people.items():
        text = "".join(
            PERSON.format(f"{BASE}{programme}/person/{letter}{at}", f"{given} {FAMILIES[at]}")
            for letter, given in known
            for at in range(NUMBER)
        )
        path = folder / f"{programme}.ttl"
        path.write_text(text, "utf-8")
        graphs[programme] = [NamedGraph(f"{BASE}{programme}/graph/programme", path, programme)]
    Library(folder / "data").include(graphs, valid=True)
    return folder / "data"


@pytest.fixture
def poor(tmp_path: Path) -> Path:
    declared(tmp_path, POOR)
    return tmp_path / "linkage.toml"


def train(data: Path, *arguments: object) -> Result:
    words = ["link", "train", "people", *map(str, arguments)]
    runner = CliRunner(env={"SYMPOSIA_DATA": str(data)})
    return runner.invoke(main, words, prog_name="symposia")


def test_trains_and_measures_what_it_has_not_seen(data: Path, poor: Path, tmp_path: Path) -> None:
    reviewed, made = tmp_path / "pairs.tsv", tmp_path / "people.toml"
    reviewed.write_text(rows([*pairs(), ("gone/a", "gone/b", True)]), "utf-8")
    result = train(data, "--reviewed", reviewed, "--linkage", poor, "-o", made, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert {name: found[name] for name in ("same", "different", "groups", "unknown")} == {
        "same": NUMBER,
        "different": NUMBER,
        "groups": NUMBER,
        "unknown": 1,
    }
    assert found["before"]["close"]["precision"] == [0.5, 0.5, 0.5]
    assert found["before"]["same"]["recall"] == [0.0, 0.0, 0.0]
    assert found["after"]["close"] == {
        name: [1.0, 1.0, 1.0] for name in ("precision", "recall", "f1")
    }
    trained, before = read_linkage(made), read_linkage(poor)
    assert trained.version == found["version"]
    assert trained.version.startswith("7-")
    assert made.read_text("utf-8").startswith(
        "# Trained with pairs.tsv: 20 pairs that are the same"
    )
    unknown, same, family, _ = trained.comparisons["name"]
    assert unknown == before.comparisons["name"][0]
    assert same.m > 0.7 > 0.3 > family.m
    again = train(data, "--reviewed", reviewed, "--linkage", poor, "--json")
    assert json.loads(again.stdout) == found, "the same pairs train the same"
    counts = [
        link(Library(data), ["people"], linkages=[file], dry_run=True).kinds[0].links
        for file in (poor, made)
    ]
    assert [each.get("Stated", 0) + each.get("Close", 0) for each in counts] == [2 * NUMBER, NUMBER]


def test_tells_it_in_words(data: Path, poor: Path, tmp_path: Path) -> None:
    decisions = tmp_path / "team.ttl"
    made = [
        decision_of(Verdict.ACCEPT if same else Verdict.REJECT, one, other, by="Ada")
        for one, other, same in pairs()
    ]
    write_decisions(decisions, [*made, decision_of(Verdict.SPLIT, f"{BASE}one/person/x", by="Ada")])
    result = train(data, "--reviewed", decisions, "--linkage", poor)
    assert result.exit_code == 0, result.output
    table = [line.split() for line in result.stdout.splitlines()]
    assert table[4][:6] == ["close", "before", "0.500", "(0.500", "to", "0.500)"]
    assert table[5][:6] == ["close", "trained", "1.000", "(1.000", "to", "1.000)"]
    assert "20 pairs are the same and 20 are not, in 20 groups" in result.stderr


PAIRS = list(pairs())
SAME, OTHER = [p for p in PAIRS if p[2]], [p for p in PAIRS if not p[2]]
STAR = [(PAIRS[0][0], f"{BASE}two/person/{n}{at}", n == "p") for n in "pq" for at in range(15)]


@pytest.mark.parametrize(
    ("code", "name", "text", "message"),
    [
        (2, "few.tsv", rows([*SAME[:9], *OTHER]), "9 of the reviewed pairs are the same, of 29 of"),
        (2, "one.tsv", rows(SAME), "0 of the reviewed pairs are not the same, of 20 of people"),
        (
            2,
            "half.tsv",
            rows([*PAIRS, (PAIRS[0][0], "gone/b", True)]),
            "gone/b is not among the rec",
        ),
        (2, "star.tsv", rows(STAR), "fall into 1 groups that have nothing in common"),
        (
            2,
            "all.tsv",
            rows([("gone/a", "gone/b", True)]),
            "0 of people (1 more are of things that",
        ),
        (1, "both.tsv", rows([*SAME, (*SAME[0][:2], False)]), "line 22: "),
        (
            1,
            "word.tsv",
            "left\tright\tmatch\na\tb\tperhaps\n",
            "line 2: 'perhaps' is neither yes nor",
        ),
        (1, "self.csv", "left,right,match\na,a,no\n", "line 2: no two things."),
        (1, "column.csv", "left,right\na,b\n", "line 1: there is no column match."),
        (1, "pairs.txt", "a b yes", "reviewed pairs are decisions (.ttl) or a table (.csv, .tsv)."),
        (1, "bytes.csv", b"left,right,match\n\xff,b,yes\n", "it is no table in UTF-8"),
        (1, "none.csv", None, "it cannot be read (No such file or directory)."),
    ],
)
def test_says_what_cannot_be_learned_from(
    data: Path,
    poor: Path,
    tmp_path: Path,
    code: int,
    name: str,
    text: str | bytes | None,
    message: str,
) -> None:
    file = tmp_path / name
    if text is not None:
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    result = train(data, "--reviewed", file, "--linkage", poor, "-o", tmp_path / "made.toml")
    assert result.exit_code == code
    assert message in result.stderr
    assert not (tmp_path / "made.toml").exists()


def test_reads_what_a_table_says(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("why,match,right,left\nx,Same,b/1,a/1\ny,0,http://x/1,a/1\n", "utf-8-sig")
    assert read_reviewed(table) == {
        (f"{BASE}a/1", f"{BASE}b/1"): True,
        ("http://x/1", f"{BASE}a/1"): False,
    }


def test_decisions_that_contradict_train_nothing(tmp_path: Path) -> None:
    file = tmp_path / "d.ttl"
    verdicts = (Verdict.ACCEPT, Verdict.REJECT)
    texts = []
    for verdict in verdicts:
        write_decisions(file, [decision_of(verdict, f"{BASE}a", f"{BASE}b", by="Ada")])
        texts.append(file.read_text("utf-8"))
    second = "\n".join(line for line in texts[1].splitlines() if not line.startswith("@"))
    file.write_text(texts[0] + second.replace("<decision/", "<decision/x"), "utf-8")
    with pytest.raises(DecisionError, match="contradict"):
        read_reviewed(file)
    file.write_text("left", "utf-8")
    with pytest.raises(SourceError):
        read_reviewed(file)


@pytest.mark.parametrize("kind", ["people", "organisations", "papers", "topics", "events"])
def test_a_written_linkage_reads_the_same(kind: str, tmp_path: Path) -> None:
    shipped = read_linkage(kind)
    odd = replace(shipped, summary='Tabs\t, "quotes", back\\slashes, \x7f, and Ünïcode 𝄞.')
    for linkage in (shipped, odd):
        found = declared(tmp_path, declaration(linkage, "A comment\nof two lines."))
        assert replace(found, source=linkage.source) == linkage


def test_a_declared_probability_counts_as_five_pairs(tmp_path: Path) -> None:
    linkage = declared(tmp_path, POOR)
    same = pa.table({"name": pa.array([2] * 15 + [1] * 4 + [0] + [-1] * 30)})
    drawn = pa.table({"name": pa.array([2, 1] + [0] * 98), "probability": [1.0, 0.5] + [0.0] * 98})
    _, *kept = estimated(linkage, same).comparisons["name"]
    m = [(15 + 5) / (20 + 5 / 0.5), (4 + 5) / (20 + 5 / 0.45), (1 + 5) / (20 + 5 / 0.05)]
    assert [each.m for each in kept] == pytest.approx([each / sum(m) for each in m], rel=1e-5)
    assert [each.u for each in kept] == [0.001, 0.001, 0.998]
    _, *learned = estimated(linkage, same, drawn).comparisons["name"]
    of = 98.5
    u = [5 / (of + 5 / 0.001), 5.5 / (of + 5 / 0.001), 103 / (of + 5 / 0.998)]
    assert [each.u for each in learned] == pytest.approx([each / sum(u) for each in u], rel=1e-5)
    assert [each.m for each in learned] == [each.m for each in kept]


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        ([], [], (0.95, 0.9, 0.3)),  # nothing speaks for another bar
        ([0.8] * 9, [0.7], (0.95, 0.8, 0.3)),  # 9 of 10 are not 99 of 100
        ([0.8] * 99, [0.7], (0.8, 0.8, 0.3)),
        ([0.9] * 20 + [0.6] * 20, [0.6] * 2 + [0.5] * 30, (0.95, 0.6, 0.3)),
        ([0.99] * 99, [0.98] * 20, (0.99, 0.99, 0.3)),
        ([0.99] * 99 + [0.25] * 30, [], (0.25, 0.25, 0.25)),
        ([0.5] * 99 + [0.0] * 99, [], (0.5, 0.5, 0.3)),  # what was not found has no bar
        ([1.0] * 99, [1.0] * 2, (0.9999, 0.9999, 0.3)),
    ],
)
def test_bars_tell_pairs_apart(
    right: list[float], wrong: list[float], expected: tuple[float, float, float]
) -> None:
    scored = [(each, True) for each in right] + [(each, False) for each in wrong]
    assert bars(Thresholds(0.95, 0.9, 0.3), scored) == Thresholds(*expected)


def test_pairs_that_hang_together_are_in_one_fold() -> None:
    chain = [("a", "b"), ("c", "b"), ("c", "d")]
    single = [("e", "f"), ("g", "h"), ("i", "j")]
    groups = grouped([*single, *chain])
    assert groups == [sorted(chain), *([each] for each in single)]
    assert folded(groups, 2) == [set(chain), set(single)]


def test_quality_is_of_groups() -> None:
    truth = {("a", str(at)): at % 2 == 0 for at in range(4)} | {("x", "y"): True, ("p", "q"): True}
    groups = grouped(truth)
    assert quality(groups, truth, set(truth)).precision[0] == 4 / 6
    found = quality(groups, truth, {("x", "y"), ("a", "1")})
    assert (found.precision[0], found.recall[0], found.f1[0]) == (1 / 2, 1 / 4, 1 / 3)
    assert found.precision[1] == 0.0
    assert found.precision[2] == found.recall[2] == 1.0
    nothing = quality(groups, truth, set())
    assert (nothing.precision, nothing.recall) == ((1.0, 1.0, 1.0), (0.0, 0.0, 0.0))
