"""Measures on pairs few enough to count by hand, and what holds of any pairs."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .__main__ import differences
from .measures import Evaluation, Target, components, fold, measure
from .report import errors, page

GOLD = frozenset({("a", "1"), ("b", "2"), ("c", "3"), ("d", "4")})
PREDICTED = {("a", "1"): 0.99, ("b", "2"): 0.95, ("b", "3"): 0.92, ("c", "3"): 0.4, ("e", "5"): 0.2}
PAIRS = st.frozensets(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from("123456")), min_size=1, max_size=12
)


def evaluation(**more: object) -> Evaluation:
    return Evaluation("tiny", "ours", GOLD, PREDICTED, threshold=0.9, records=5, **more)


def test_shares_are_counted() -> None:
    found = measure(evaluation())
    assert (found.gold, found.stated, found.judged, found.right, found.found) == (4, 3, 3, 2, 2)
    assert found.components == 3
    assert found.precision[0] == pytest.approx(2 / 3, abs=1e-4)
    assert found.recall[0] == 0.5
    assert found.f1[0] == pytest.approx(4 / 7, abs=1e-4)
    assert found.recall[1] <= 0.5 <= found.recall[2]


def test_precision_of_a_reviewed_sample() -> None:
    verdicts = {("a", "1"): True, ("b", "3"): False, ("x", "9"): True}
    found = measure(evaluation(reviewed=verdicts))
    assert (found.stated, found.judged, found.right) == (3, 2, 1)
    assert found.precision[0] == 0.5
    assert found.recall[0] == 0.5


def test_nothing_stated_has_no_precision() -> None:
    found = measure(Evaluation("tiny", "exact", GOLD, {}))
    assert found.precision is None
    assert found.recall == (0.0, 0.0, 0.0)
    assert found.f1 is None


def test_nothing_true_has_no_recall() -> None:
    found = measure(Evaluation("tiny", "exact", frozenset(), PREDICTED))
    assert found.precision == (0.0, 0.0, 0.0)
    assert found.recall is None


def test_calibration() -> None:
    low, middle, high = measure(evaluation()).calibration[:3]
    assert (low.low, low.high, low.pairs, low.mean, low.right) == (0.0, 0.3, 1, 0.2, 0.0)
    assert (middle.low, middle.pairs, middle.right) == (0.3, 1, 1.0)
    assert (high.low, high.pairs, high.mean, high.right) == (0.9, 2, 0.935, 0.5)


def test_errors_are_listed_with_their_kinds() -> None:
    kinds = {("b", "3"): "another of one name"}
    found = evaluation(
        error=lambda pair: kinds.get(pair, "not found"), describe=lambda i: f"it {i}"
    )
    assert measure(found).errors == {
        "wrong": {"another of one name": 1},
        "missed": {"not found": 2},
    }
    assert errors(found).splitlines() == [
        "error\tkind\tprobability\tleft\tright\tleft is\tright is",
        "wrong\tanother of one name\t0.9200\tb\t3\tit b\tit 3",
        "missed\tnot found\t0.4000\tc\t3\tit c\tit 3",
        "missed\tnot found\t0.0000\td\t4\tit d\tit 4",
    ]


@pytest.mark.parametrize(
    ("least", "verdict"), [(0.9, "**missed**"), (0.5, "met"), (0.0, "met for sure")]
)
def test_targets_on_the_page(least: float, verdict: str) -> None:
    row = {"kind": "papers", **asdict(measure(evaluation(target=Target(recall=least))))}
    text = page({"tiny": [row]})
    interval = "[{1:.3f}, {2:.3f}]".format(*row["recall"])
    assert f"| [tiny](#tiny) | recall ≥ {least:g} | 0.500 {interval} | {verdict} | wrong: " in text


def test_notes_name_their_method() -> None:
    rows = [
        {"kind": "papers", **asdict(measure(evaluation(note=note))), "method": method}
        for method, note in (("exact", "Equal titles."), ("ours", "Nothing is trained."))
    ]
    text = page({"tiny": rows})
    assert "\n*exact*: Equal titles.\n" in text
    assert "\n*ours*: Nothing is trained.\n" in text
    same = [{**row, "note": "Both."} for row in rows]
    assert "\nBoth.\n" in page({"tiny": same})


def test_stale_counts_are_told() -> None:
    (old,) = rows = [{"kind": "papers", **asdict(measure(evaluation()))}]
    assert list(differences(rows, [{**old, "seconds": 9.0}])) == []
    assert list(differences(rows, [{**old, "stated": 5}])) == [
        "tiny, ours: stated is 5, published is 3"
    ]
    assert list(differences(rows, [])) == ["ours: published, and no longer measured"]


def test_a_fold_is_for_ever() -> None:
    assert [fold(name) for name in ("https://ror.org/02c2kyt77", "Ada Lovelace", "")] == [1, 1, 2]


@given(PAIRS)
def test_components_part_pairs_of_different_things(pairs: frozenset[tuple[str, str]]) -> None:
    groups = components(pairs)
    assert sorted(pair for group in groups for pair in group) == sorted(pairs)
    things = [{thing for pair in group for thing in pair} for group in groups]
    assert sum(map(len, things)) == len(set().union(*things))


@given(PAIRS, PAIRS)
def test_identities(gold: frozenset[tuple[str, str]], stated: frozenset[tuple[str, str]]) -> None:
    one = measure(Evaluation("any", "ours", gold, dict.fromkeys(stated, 1.0)))
    other = measure(Evaluation("any", "ours", stated, dict.fromkeys(gold, 1.0)))
    assert (one.precision, one.recall) == (other.recall, other.precision)
    both, wrong, missed = len(gold & stated), len(stated - gold), len(gold - stated)
    assert one.f1[0] == pytest.approx(2 * both / (2 * both + wrong + missed), abs=1e-4)
    for share, low, high in (one.precision, one.recall, one.f1):
        assert 0 <= low <= high <= 1
        assert min(low, share) >= 0
    assert one.right == one.stated - sum(one.errors["wrong"].values())
    assert one.found == one.gold - sum(one.errors["missed"].values())


@given(PAIRS)
def test_what_is_true_is_right(gold: frozenset[tuple[str, str]]) -> None:
    found = measure(Evaluation("any", "exact", gold, dict.fromkeys(gold, 1.0)))
    assert found.precision == found.recall == found.f1 == (1.0, 1.0, 1.0)
