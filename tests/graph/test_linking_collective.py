"""People who are known by their company, and those who yield to others who are more alike."""

from __future__ import annotations

import math
from typing import Any

import pyarrow as pa
import pytest
from symposia.graph.linking.collective import confirm
from symposia.graph.linking.scoring import Scores


def people(*rows: tuple[str, str, list[str]]) -> pa.Table:
    """Records: id, programme, with whom they wrote."""
    schema = pa.schema(
        {"id": pa.string(), "programme": pa.string(), "written_with": pa.list_(pa.string())}
    )
    names = ("id", "programme", "written_with")
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows], schema=schema)


def scores(*rows: tuple[str, str, float, int, float]) -> Scores:
    """Pairs: left, right, weight, level and weight of co-authors."""
    fields = [("left", pa.string()), ("right", pa.string()), ("probability", pa.float64())]
    fields += [("weight", pa.float64()), ("coauthors", pa.int32())]
    fields += [("coauthors_weight", pa.float64())]
    schema = pa.schema(fields)
    found = [
        dict(zip(schema.names, (one, other, likely(weight), weight, *rest), strict=True))
        for one, other, weight, *rest in rows
    ]
    return Scores(pa.Table.from_pylist(found, schema=schema), (), {("coauthors", 0): "others"})


def likely(weight: float) -> float:
    return 1 / (1 + math.exp2(-weight))


def confirmed(given: Scores, records: pa.Table) -> dict[str, dict[str, Any]]:
    return {row["left"] + row["right"]: row for row in confirm(given, records).pairs.to_pylist()}


FOUR = people(("a", "x", ["c"]), ("b", "y", ["d"]), ("c", "x", ["a"]), ("d", "y", ["b"]))


def test_co_authors_of_other_names_count() -> None:
    found = confirmed(scores(("a", "b", 1.0, 0, -0.9), ("c", "d", 9.0, -1, 0.0)), FOUR)
    assert (found["ab"]["company"], found["ab"]["weight"]) == (1, 6.0)
    assert found["ab"]["probability"] == pytest.approx(likely(6.0))
    assert found["cd"]["company"] == 1


def test_co_authors_of_one_name_who_are_two_no_longer_count() -> None:
    found = confirmed(scores(("a", "b", 7.0, 1, 6.5), ("c", "d", -3.0, -1, 0.0)), FOUR)
    assert (found["ab"]["company"], found["ab"]["weight"]) == (0, 0.5)


def test_what_names_told_is_not_counted_twice() -> None:
    found = confirmed(scores(("a", "b", 7.0, 1, 6.5), ("c", "d", 7.0, 1, 6.5)), FOUR)
    assert [found[pair]["weight"] for pair in ("ab", "cd")] == [7.0, 7.0]
    assert [found[pair]["company"] for pair in ("ab", "cd")] == [-1, -1]


def test_who_is_less_alike_yields() -> None:
    records = people(("a", "x", []), ("b", "y", []), ("c", "y", []))
    found = confirmed(scores(("a", "b", 9.0, -1, 0.0), ("a", "c", 5.0, -1, 0.0)), records)
    assert (found["ac"]["rival"], found["ac"]["weight"]) == (0, 1.0)
    assert (found["ab"]["rival"], found["ab"]["weight"]) == (-1, 9.0)


def test_nobody_yields_to_oneself() -> None:
    records = people(("a", "x", []), ("b", "y", []), ("c", "y", []))
    pairs = (("a", "b", 9.0, -1, 0.0), ("a", "c", 5.0, -1, 0.0), ("b", "c", 3.0, -1, 0.0))
    assert {row["rival"] for row in confirmed(scores(*pairs), records).values()} == {-1}


def test_labels_tell_each_level() -> None:
    found = confirm(scores(("a", "b", 1.0, 0, -0.9), ("c", "d", 9.0, -1, 0.0)), FOUR)
    assert found.labels["company", 1] == "co-authors of other names are the same people"
    assert found.labels["coauthors", 0] == "others"
    for name in ("company", "rival"):
        assert all((name, level) in found.labels for level in found.pairs[name].to_pylist())


def test_no_pairs_have_the_same_columns() -> None:
    none, some = (confirm(scores(*rows), FOUR) for rows in ((), (("a", "b", 1.0, -1, 0.0),)))
    assert none.pairs.schema == some.pairs.schema
    assert none.pairs.num_rows == 0


def test_any_order_has_the_same_outcome() -> None:
    rows = [("a", "b", 1.0, 0, -0.9), ("c", "d", 9.0, -1, 0.0)]
    assert confirmed(scores(*rows), FOUR) == confirmed(scores(*rows[::-1]), FOUR)
