"""Pairs have the scores that the file declares, whatever their records look like."""

from __future__ import annotations

import math
from pathlib import Path

import pyarrow as pa
import pytest
from symposia.graph.errors import LinkageError
from symposia.graph.linking import blocking, crowds, engines
from symposia.graph.linking.engines import DuckDB
from symposia.graph.linking.linkage import Linkage
from symposia.graph.linking.scoring import OversizedBlock, score

from .linkage_text import comparison, declared, level

FILE = """\
kind = "people"
version = "1"
summary = "People by name and topics."
[thresholds]
same = 0.99
close = 0.9
review = {review}
[blocking]
most = {most}
[model]
probability_two_random_records_match = 0.2
[[model.blocking_rules]]
columns = ["family"]
[[model.blocking_rules]]
explode = ["topics"]
"""
FILE += comparison(
    "name",
    level("a name is not known", "name_l IS NULL OR name_r IS NULL"),
    level("the same name", "name_l = name_r", 0.64, 0.01),
    level("a similar name", "jaro_winkler_similarity(name_l, name_r) >= 0.9", 0.32, 0.02),
    level("another name", "ELSE", 0.04, 0.97),
)
FILE += "\n" + comparison(
    "topics",
    level("a topic is shared", "list_has_any(topics_l, topics_r)", 0.5, 0.125),
    level("no topic is shared", "ELSE", 0.5, 0.875),
)


@pytest.fixture
def linkage(tmp_path: Path) -> Linkage:
    return filled(tmp_path)


def filled(folder: Path, most: int = 50, review: float = 0.01, text: str = FILE) -> Linkage:
    return declared(folder, text.format(most=most, review=review))


def records(*rows: tuple[str, str | None, str | None, list[str] | None]) -> pa.Table:
    names = ("id", "name", "family", "topics")
    types = (pa.string(), pa.string(), pa.string(), pa.list_(pa.string()))
    columns = zip(*rows, strict=True) if rows else ((),) * 4
    return pa.table(
        {n: pa.array(list(c), t) for n, c, t in zip(names, columns, types, strict=True)}
    )


ANA = ("a", "ana lima", "lima", ["bees"])
ANNA = ("b", "anna lima", "lima", ["bees", "ants"])
NOBODY = ("c", None, "lima", None)
OTHER = ("d", "ana lima", "moss", ["ants"])


def test_weighs_each_comparison(linkage: Linkage) -> None:
    found = score(linkage, records(OTHER, NOBODY, ANNA, ANA))
    prior, shared, apart = -2.0, 2.0, math.log2(0.5 / 0.875)
    expected = [
        ("a", "b", 1, 4.0, 1, shared),
        ("a", "c", -1, 0.0, 0, apart),
        ("b", "c", -1, 0.0, 0, apart),
        ("b", "d", 1, 4.0, 1, shared),
    ]
    assert [field.name for field in found.pairs.schema] == [
        "left", "right", "probability", "weight", "name", "name_weight", "topics", "topics_weight",
    ]  # fmt: skip
    assert found.pairs.schema.field("name").type == pa.int32()
    rows = [tuple(row.values()) for row in found.pairs.to_pylist()]
    for (left, right, name, name_weight, topics, topics_weight), row in zip(
        expected, rows, strict=True
    ):
        weight = prior + name_weight + topics_weight
        probability = 2**weight / (1 + 2**weight)
        assert row == (
            left,
            right,
            pytest.approx(probability, abs=1e-12),
            pytest.approx(weight, abs=1e-12),
            name,
            pytest.approx(name_weight, abs=1e-12),
            topics,
            pytest.approx(topics_weight, abs=1e-12),
        )
    assert found.oversized == ()
    assert found.labels["name", 1] == "a similar name"


def test_two_tables_have_pairs_of_one_record_each(linkage: Linkage) -> None:
    right = records(("A", *ANA[1:]), ("B", *ANNA[1:]))
    found = score(linkage, records(ANA, OTHER), right)
    assert [(row["left"], row["right"]) for row in found.pairs.to_pylist()] == [
        ("a", "A"),
        ("a", "B"),
        ("d", "B"),
    ]


def test_is_the_same_in_any_order(linkage: Linkage) -> None:
    first, second = (
        score(linkage, records(*rows)).pairs
        for rows in ([ANA, ANNA, NOBODY, OTHER], [OTHER, ANNA, ANA, NOBODY])
    )
    assert first.equals(second)


def test_keeps_what_is_worth_a_review(tmp_path: Path) -> None:
    found = score(filled(tmp_path, review=0.5), records(ANA, ANNA, NOBODY, OTHER))
    assert [(row["left"], row["right"]) for row in found.pairs.to_pylist()] == [
        ("a", "b"),
        ("b", "d"),
    ]


def test_rare_values_weigh_more(tmp_path: Path) -> None:
    rare = FILE.replace(
        "u_probability = 0.01\n", 'u_probability = 0.01\ntf_adjustment_column = "name"\n', 1
    )
    linkage = filled(tmp_path, review=1e-9, text=rare)
    usual = [(f"u{at}", "usual", "f", None) for at in range(6)]
    found = score(linkage, records(*usual, ("r0", "rare", "f", None), ("r1", "rare", "f", None)))
    weights = {
        row["left"]: row["name_weight"] for row in found.pairs.to_pylist() if row["name"] == 2
    }
    assert weights["u0"] == pytest.approx(math.log2(0.64 / (6 / 8)))
    assert weights["r0"] == pytest.approx(math.log2(0.64 / (2 / 8)))


@pytest.mark.parametrize(("left", "right"), [(0, None), (0, 0), (0, 2), (2, 0)])
def test_nothing_has_no_pairs(linkage: Linkage, left: int, right: int | None) -> None:
    lefts, rights = records(ANA, ANNA)[:left], records(NOBODY, OTHER)
    found = score(linkage, lefts, None if right is None else rights[:right])
    assert found.pairs.num_rows == 0
    assert found.pairs.column_names[:5] == ["left", "right", "probability", "weight", "name"]


def test_leaves_out_large_blocks_and_says_so(tmp_path: Path) -> None:
    crowd = [(f"x{at:02d}", f"ana {at}", "lima", None) for at in range(11)]
    small = [(f"y{at}", "bo moss", "moss", ["bees"]) for at in range(3)]
    found = score(filled(tmp_path, most=10), records(*crowd, *small))
    assert found.oversized == (OversizedBlock("family", "lima", 11),)
    assert found.compared == found.pairs.num_rows
    assert {row["left"][0] for row in found.pairs.to_pylist()} == {"y"}
    assert found.pairs.num_rows == 3


@pytest.mark.parametrize(
    ("right", "least", "left_out"),
    [
        (False, 2, {"moss": 3, "lima": 6}),  # 3 and 15 pairs
        (False, 3, {"lima": 6}),
        (False, 18, {}),
        (True, 1, {"moss": 3, "lima": 6}),  # 2 and 9 pairs of both sides
        (True, 2, {"lima": 6}),
        (True, 11, {}),
    ],
)
def test_leaves_out_the_largest_blocks_of_too_many(
    linkage: Linkage,
    monkeypatch: pytest.MonkeyPatch,
    right: bool,
    least: int,
    left_out: dict[str, int],
) -> None:
    monkeypatch.setattr(blocking, "_PAIRS", 0)
    monkeypatch.setattr(blocking, "_LEAST", least)
    names = ["lima"] * 3 + ["moss"] + ["lima"] * 3 + ["moss"] * 2
    rows = [(f"x{at}", "ana", family, None) for at, family in enumerate(names)]
    tables = (records(*rows[:4]), records(*rows[4:])) if right else (records(*rows),)
    found = score(linkage, *tables)
    assert {block.value: block.records for block in found.oversized} == left_out
    pairs = {"lima": 9, "moss": 2} if right else {"lima": 15, "moss": 3}
    assert found.compared == sum(pairs[family] for family in pairs.keys() - left_out.keys())


def test_lists_explode_within_bounds(tmp_path: Path) -> None:
    rows = [(f"x{at:02d}", "ana", f"f{at}", ["all", f"pair {at // 2}"]) for at in range(12)]
    found = score(filled(tmp_path, most=10), records(*rows))
    assert found.oversized == (OversizedBlock("topics", "all", 12),)
    assert [(row["left"], row["right"]) for row in found.pairs.to_pylist()] == [
        (f"x{at:02d}", f"x{at + 1:02d}") for at in range(0, 12, 2)
    ]


def test_what_another_rule_names_is_compared(tmp_path: Path) -> None:
    crowd = [(f"x{at:02d}", f"ana {at}", "lima", ["t"] if at < 2 else None) for at in range(11)]
    found = score(filled(tmp_path, most=10), records(*crowd))
    assert [(row["left"], row["right"]) for row in found.pairs.to_pylist()] == [("x00", "x01")]


def test_a_value_that_is_there_twice_counts_once(tmp_path: Path) -> None:
    rows = [(f"x{at}", "ana", None, ["t", "t", "t"]) for at in range(4)]
    found = score(filled(tmp_path, most=4), records(*rows))
    assert (found.pairs.num_rows, found.oversized) == (6, ())


def test_poisoned_values_are_bounded(tmp_path: Path) -> None:
    long = [
        (f"l{at}", "x" * 10_000 + str(at), f"f{at % 2}", ["\x00\x1b[31m" * 400]) for at in range(5)
    ]
    odd = [(f"o{at}", "\x00\x07\u202e name", "\x1b[2J", None) for at in range(3)]
    listed = ("z", "z", None, [f"t{at}" for at in range(10_000)])
    found = score(filled(tmp_path, most=4), records(*long, *odd, listed))
    assert found.shortened == {"name": 5, "topics": 6}
    (block,) = found.oversized
    assert (block.rule, block.records) == ("topics", 5)
    assert len(block.value) == 80
    assert block.value.isprintable()
    named = {(row["left"], row["right"]): row["name"] for row in found.pairs.to_pylist()}
    assert named["l0", "l2"] == 2  # what distinguishes them is beyond what is compared
    assert named["o0", "o1"] == 2


def test_empty_text_is_not_known(linkage: Linkage) -> None:
    found = score(linkage, records(("a", "", "", [""]), ("b", "", "", [""]), ("c", "", "x", None)))
    assert found.pairs.num_rows == 0


def test_takes_other_types_of_text(linkage: Linkage) -> None:
    plain = records(ANA, ANNA, NOBODY, OTHER)
    other = plain.set_column(0, "id", plain["id"].cast(pa.large_string()))
    other = other.set_column(1, "name", plain["name"].dictionary_encode())
    other = other.set_column(2, "family", plain["family"].cast(pa.string_view()))
    other = other.set_column(3, "topics", plain["topics"].cast(pa.large_list(pa.string())))
    assert score(linkage, other).pairs.equals(score(linkage, plain).pairs)


def test_nothing_known_is_no_error(linkage: Linkage) -> None:
    table = pa.table({"id": ["a", "b"], **{n: pa.nulls(2) for n in ("name", "family", "topics")}})
    assert score(linkage, table).pairs.num_rows == 0


def test_parts_are_put_together(linkage: Linkage, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(f"x{at}", f"ana {at}", "lima", None) for at in range(9)]
    whole = score(linkage, records(*rows))
    monkeypatch.setattr(engines._DuckDBSession, "pairs_at_once", 5)
    assert whole.pairs.num_rows == 36
    assert score(linkage, records(*rows)).pairs.equals(whole.pairs)


@pytest.mark.parametrize("at_once", [1000, 20])
def test_a_crowd_keeps_what_weighs_most(
    linkage: Linkage, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """Of twelve who are all alike each keeps two pairs; those two who are more alike are one."""
    monkeypatch.setattr(engines._DuckDBSession, "pairs_at_once", at_once)
    rows = [(f"x{at:02d}", "ana", "lima", ["bees"] if at > 9 else None) for at in range(12)]
    whole = score(linkage, records(*rows))
    assert (whole.pairs.num_rows, whole.crowded) == (66, 0)
    for name, value in {"_FEW": 30, "_USUAL": 1, "_EACH": 2}.items():
        monkeypatch.setattr(crowds, name, value)
    found = score(linkage, records(*rows))
    kept = [(row["left"], row["right"]) for row in found.pairs.to_pylist()]
    expected = {("x00", "x01"), ("x10", "x11")}
    expected |= {(one, each) for one in ("x00", "x01") for each, *_ in rows[2:10]}
    expected |= {("x00", each) for each in ("x10", "x11")}
    assert set(kept) == expected
    assert found.crowded == 66 - len(kept)
    assert kept == sorted(kept)


GOOD = records(ANA, ANNA)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (GOOD.rename_columns(["id", "names", "family", "topics"]), None, "Did you mean 'names'?"),
        (GOOD.drop_columns(["family"]), None, "model.blocking_rules[0]: The left records have the"),
        (GOOD, GOOD.drop_columns(["id"]), "The right records have the column 'id' not."),
        (GOOD.append_column("name", GOOD["name"]), None, "have the column 'name' twice."),
        (pa.concat_tables([GOOD, GOOD]), None, "2 identifiers are there more than once, first 'a'"),
        (GOOD, GOOD, "Each record is given once, on one side."),
        (records((None, *ANA[1:])), None, "One of the left records has no identifier."),  # type: ignore[arg-type]
        (GOOD.set_column(0, "id", pa.array([1, 2])), None, "'id' of the left records is no text."),
        (GOOD.set_column(2, "family", GOOD["topics"]), None, 'Write explode = ["family"].'),
        (GOOD.set_column(3, "topics", GOOD["name"]), None, 'Write columns = ["topics"].'),
        (
            GOOD.set_column(1, "name", pa.array([[1], [2]])),
            None,
            "cannot be asked of these records",
        ),
        (
            GOOD,
            records(OTHER).set_column(1, "name", pa.array([["x"]])),
            "Left and right do not fit",
        ),
    ],
)
def test_says_what_does_not_fit(
    linkage: Linkage, left: pa.Table, right: pa.Table | None, expected: str
) -> None:
    with pytest.raises(LinkageError) as caught:
        score(linkage, left, right)
    assert expected in str(caught.value)


def test_a_function_that_there_is_not(tmp_path: Path) -> None:
    text = FILE.replace("jaro_winkler_similarity", "jaro_winkles")
    with pytest.raises(LinkageError, match=r"\(name, 'a similar name'\).*jaro_winkles"):
        score(filled(tmp_path, text=text), GOOD)


def test_a_value_that_breaks_a_condition(tmp_path: Path) -> None:
    text = FILE.replace("name_l = name_r", "CAST(name_l AS INTEGER) = 1")
    with pytest.raises(LinkageError, match=r"DuckDB cannot score pairs: .*ana lima"):
        score(filled(tmp_path, text=text), GOOD)


def test_memory_is_bounded(tmp_path: Path) -> None:
    rows = [(f"x{at}", f"name {at}", "lima", [f"t{at % 7}"]) for at in range(2000)]
    with pytest.raises(LinkageError, match=r"DuckDB .*Give it more memory"):
        score(filled(tmp_path, most=2000), records(*rows), engine=DuckDB("4MB", 1))


def test_leaves_no_files(linkage: Linkage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "work"))
    (tmp_path / "work").mkdir()
    score(linkage, GOOD)
    assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.parametrize(
    "condition", ["getenv('HOME') = name_l", "read_text('/etc/hostname') = name_l"]
)
def test_conditions_see_records_only(tmp_path: Path, condition: str) -> None:
    text = FILE.replace("name_l = name_r", condition)
    with pytest.raises(LinkageError, match="cannot be asked of these records"):
        score(filled(tmp_path, text=text), GOOD)
