"""Linkage files are read strictly: what is wrong in one is said with its place and its remedy."""

from __future__ import annotations

from pathlib import Path

import pytest
from symposia.graph.errors import LinkageError
from symposia.graph.linking.declared import Level, Rule
from symposia.graph.linking.linkage import Thresholds, read_linkage

from .linkage_text import comparison, level

GOOD = """\
kind = "people"
version = "7"
summary = "People by name."

[thresholds]
same = 0.99
close = 0.9
review = 0.3

[matching]
cardinality = "best"

[blocking]
most = 50

[model]
probability_two_random_records_match = 0.2

[[model.blocking_rules]]
columns = ["family", "initial"]
most = 20

[[model.blocking_rules]]
columns = ["family"]
explode = ["topics"]

"""
GOOD += comparison(
    "name",
    "",
    level("a name is not known", "name_l IS NULL OR name_r IS NULL"),
    "",
    level(
        "the same name",
        "name_l = name_r",
        *(0.6, 0.01),
        *('tf_adjustment_column = "name"', "tf_minimum_u_value = 0.001"),
    ),
    "",
    level(
        "two topics are shared",
        "len(list_filter(topics_l, x -> list_contains(topics_r, x))) >= 2",
        *(0.2, 0.09),
    ),
    "",
    level("another name", "else", 0.2, 0.9),
    "",
)


def write(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_reads(tmp_path: Path) -> None:
    found = read_linkage(write(tmp_path, GOOD))
    assert (found.kind, found.version, found.cardinality) == ("people", "7", "best")
    assert found.thresholds == Thresholds(0.99, 0.9, 0.3)
    assert found.rules == (Rule(("family", "initial"), "", 20), Rule(("family",), "topics", 50))
    assert [rule.name for rule in found.rules] == ["family + initial", "family + topics"]
    assert found.prior_weight == pytest.approx(-2)
    assert found.comparisons["name"][1] == Level(
        "the same name",
        "name_l = name_r",
        m=0.6,
        u=0.01,
        frequency="name",
        frequency_least=0.001,
        columns=("name",),
    )
    assert found.labels == {
        ("name", -1): "a name is not known",
        ("name", 2): "the same name",
        ("name", 1): "two topics are shared",
        ("name", 0): "another name",
    }
    assert list(found.columns) == ["family", "initial", "topics", "name"]


def test_has_defaults(tmp_path: Path) -> None:
    text = GOOD.replace('[matching]\ncardinality = "best"\n', "").replace(
        "[blocking]\nmost = 50\n", ""
    )
    found = read_linkage(write(tmp_path, text))
    assert (found.cardinality, found.most) == ("any", 2000)


@pytest.mark.parametrize("kind", ["people", "organisations", "papers", "topics", "events"])
def test_reads_what_is_shipped(kind: str) -> None:
    found = read_linkage(kind)
    assert found.kind == kind
    assert found.source == f"{kind}.toml"
    assert all(label.strip() for label in found.labels.values())


WRONG = {
    "no TOML": ("[model", "", "This is not TOML"),
    "another kind": ('"people"', '"peple"', "kind: 'peple' is not known. Did you mean 'people'?"),
    "no version": ('version = "7"', "", 'version: This is missing. Write version = "…".'),
    "an empty summary": ('"People by name."', '" "', "summary: ' ' is no text."),
    "another table": ("[matching]", "[machting]", "Did you mean 'matching'?"),
    "another key": ("same =", "sane =", "thresholds: Nothing here is called 'sane'."),
    "no threshold": ("close = 0.9", "", "thresholds.close: This is missing."),
    "disorder": ("close = 0.9", "close = 0.1", "They fall: same >= close >= review."),
    "a threshold of 1": ("same = 0.99", "same = 1.0", "thresholds.same: 1.0 is no probability."),
    "no number": ("same = 0.99", "same = true", "thresholds.same: True is no probability."),
    "no cardinality": ('"best"', '"bset"', "matching.cardinality: 'bset' is not known."),
    "tiny blocks": ("most = 50", "most = 1", "blocking.most: 1 is no number of records"),
    "tiny blocks of a rule": ("most = 20", "most = 0", "model.blocking_rules[0].most: 0 is"),
    "a table that is none": (
        GOOD[GOOD.index("[thresholds]") :],
        "model = 3",
        "model: This is not a table.",
    ),
    "prior 0": ("match = 0.2", "match = 0", "model.probability_two_random_records_match: 0 is no"),
    "a rule without columns": ('columns = ["family", "initial"]', "", "It names no column."),
    "a rule with text": ('["family", "initial"]', '"family"', "'family' is no list of columns."),
    "SQL for a column": ('"initial"]', '"1 or 1"]', "'1 or 1' cannot name a column."),
    "two explosions": ('["topics"]', '["topics", "words"]', "can explode one column only."),
    "a rule's other key": ("explode =", "expode =", "Did you mean 'explode'?"),
    "a bad name": ('name = "name"', 'name = "Name of"', "'Name of' cannot name a comparison."),
    "a taken name": ('name = "name"', 'name = "weight"', "'weight' cannot name a comparison."),
    "a level's other key": ("m_probability = 0.6", "m_probabilty = 0.6", "Did you mean 'm_prob"),
    "m of 1": ("m_probability = 0.6", "m_probability = 1.0", "m_probability: 1.0 is no probab"),
    "u below 0": ("u_probability = 0.01", "u_probability = -0.1", "It is above 0 and below 1."),
    "no u": ("u_probability = 0.01", "", "comparison_levels[1].u_probability: This is missing."),
    "no label": ('label = "the same name"', "", "comparison_levels[1].label: This is missing."),
    "null that is no truth": ("= true", "= 1", "is_null_level: 1 is neither true nor false."),
    "null that weighs": ("is_null_level = true", "is_null_level = true\nm_probability = 0.1", "m_"),
    "broken SQL": ("name_l = name_r", "name_l = = name_r", "is no condition in SQL"),
    "two conditions": ("name_l = name_r", "name_l = name_r; 1", "is no condition in SQL"),
    "a query": ("name_l = name_r", "name_l = (SELECT 1)", "is no condition over two records."),
    "a command": ("name_l = name_r", "DROP TABLE records", "is no condition over two records."),
    "a side missing": ("name_l = name_r", "name = name_r", "'name' is no column."),
    "a table's column": ("name_l = name_r", "l.name_l = name_r", "'l.name_l' is no column."),
    "no rest": ('"else"', '"name_l > name_r"', "do not end with the one that takes the rest."),
    "a weighted nothing": ('column = "name"', 'column = "family"', "No level asks whether 'family"),
    "a share of 2": (
        "value = 0.001",
        "value = 2",
        "tf_minimum_u_value: 2 is no number from 0 to 1",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_says_what_is_wrong(tmp_path: Path, name: str) -> None:
    there, instead, expected = WRONG[name]
    assert there in GOOD
    path = write(tmp_path, GOOD.replace(there, instead, 1))
    with pytest.raises(LinkageError) as caught:
        read_linkage(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert expected in str(caught.value)


@pytest.mark.parametrize(
    ("cut", "expected"),
    [
        ("[[model.blocking_rules]]", "model.blocking_rules: There is none."),
        ("[[model.comparisons]]", "model.comparisons: There is none."),
        ("[[model.comparisons.comparison_levels]]", "comparison_levels: There is none."),
    ],
)
def test_needs_rules_and_comparisons(tmp_path: Path, cut: str, expected: str) -> None:
    text = GOOD[: GOOD.index(cut)]
    with pytest.raises(LinkageError, match=expected.replace("[", r"\[")):
        read_linkage(write(tmp_path, text))


def test_needs_one_level_of_each_kind(tmp_path: Path) -> None:
    null = GOOD[GOOD.index("[[model.comparisons.comparison_levels]]") :].split("\n\n")[0]
    text = GOOD.replace(null, f"{null}\n\n{null}")
    with pytest.raises(LinkageError, match="Two levels are for what is not known"):
        read_linkage(write(tmp_path, text))
    comparison = GOOD[GOOD.index("[[model.comparisons]]") :]
    with pytest.raises(LinkageError, match="There are two comparisons called 'name'"):
        read_linkage(write(tmp_path, f"{GOOD}\n{comparison}"))


def test_names_what_can_be_read(tmp_path: Path) -> None:
    with pytest.raises(LinkageError, match=r"There is no linkage 'poeple'.*people, topics"):
        read_linkage("poeple")
    with pytest.raises(LinkageError, match="There is no linkage"):
        read_linkage(tmp_path)
    path = tmp_path / "mine.toml"
    path.write_bytes(b"kind = '\xff'")
    with pytest.raises(LinkageError, match="This is not UTF-8 text"):
        read_linkage(path)
    path.write_text("#" * 1_000_001)
    with pytest.raises(LinkageError, match="more than 1,000,000 bytes"):
        read_linkage(path)


def test_survives_deep_conditions(tmp_path: Path) -> None:
    deep = "(" * 5000 + "name_l = name_r" + ")" * 5000
    with pytest.raises(LinkageError, match="is no condition in SQL"):
        read_linkage(write(tmp_path, GOOD.replace("name_l = name_r", deep)))
