"""Where a record can have one match only, the best one is kept, and runs repeat."""

from __future__ import annotations

import pyarrow as pa
import pytest
from symposia.graph.linking.matching import match
from symposia.graph.linking.scoring import Scores

PAIRS = [("a", "A", 9.0), ("a", "B", 8.0), ("b", "A", 8.5), ("b", "B", 1.0), ("c", "B", 1.0)]


def scores(*pairs: tuple[str, str, float]) -> Scores:
    left, right, weight = zip(*pairs, strict=True) if pairs else ((), (), ())
    table = pa.table(
        {
            "left": pa.array(list(left), pa.string()),
            "right": pa.array(list(right), pa.string()),
            "weight": pa.array(list(weight), pa.float64()),
        }
    )
    return Scores(table, (), {})


def kept(found: Scores) -> list[tuple[str, str]]:
    return list(zip(found.pairs["left"].to_pylist(), found.pairs["right"].to_pylist(), strict=True))


@pytest.mark.parametrize(
    ("cardinality", "expected"),
    [
        ("any", ["aA", "aB", "bA", "bB", "cB"]),
        ("best", ["aA", "bA", "cB"]),
        ("one-to-one", ["aA", "bB"]),
    ],
)
def test_keeps_what_can_be(cardinality: str, expected: list[str]) -> None:
    assert kept(match(scores(*PAIRS), cardinality)) == [(each[0], each[1]) for each in expected]


@pytest.mark.parametrize("cardinality", ["any", "best", "one-to-one"])
def test_nothing_stays_nothing(cardinality: str) -> None:
    assert match(scores(), cardinality).pairs.num_rows == 0


def test_equal_pairs_repeat_in_any_order() -> None:
    tied = [(left, right, 3.0) for left in "ab" for right in "AB"]
    for pairs in (tied, tied[::-1]):
        assert kept(match(scores(*pairs), "best")) in (
            [("a", "A"), ("b", "A")],
            [("b", "A"), ("a", "A")],
        )
        assert sorted(kept(match(scores(*pairs), "one-to-one"))) == [("a", "A"), ("b", "B")]


def test_a_table_with_itself_has_one_pair_a_record() -> None:
    chain = scores(("a", "b", 5.0), ("b", "c", 4.0), ("c", "d", 3.0))
    assert kept(match(chain, "one-to-one")) == [("a", "b"), ("c", "d")]


def test_the_best_of_a_table_with_itself() -> None:
    star = scores(("a", "b", 5.0), ("a", "c", 4.0), ("b", "c", 6.0))
    assert kept(match(star, "best")) == [("a", "b"), ("b", "c")]
