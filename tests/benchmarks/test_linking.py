"""The author records are the same each time, and their truth is what it says."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pyarrow as pa
import pytest
from symposia.graph.linking.linkage import read_linkage

from .authors import AUTHORS, authors
from .linking import _quality


def test_records_are_the_same_each_time() -> None:
    (one, person), (other, _), (seeded, _) = authors(600), authors(600), authors(600, seed=2)
    assert one.equals(other)
    assert not one.equals(seeded)
    assert one.num_rows == len(person)
    assert 400 < one.num_rows < 800
    assert set(read_linkage(AUTHORS).columns) < set(one.column_names)


def test_records_are_as_they_are_described() -> None:
    records, person = authors(3_000)
    names: dict[int, Counter[str]] = defaultdict(Counter)
    for who, family in zip(person.to_pylist(), records["family"].to_pylist(), strict=True):
        names[who][family] += 1
    usual = sum(found.most_common(1)[0][1] for found in names.values())
    assert 0.9 < usual / records.num_rows < 1
    assert records["given"].null_count / records.num_rows == pytest.approx(0.3, abs=0.05)
    assert records["affiliation"].null_count / records.num_rows == pytest.approx(0.2, abs=0.05)
    (first, count), *_ = Counter(records["family"].to_pylist()).most_common()
    assert first
    assert count > 0.02 * records.num_rows
    called = {
        f"{family} {initial}"
        for family, initial in zip(
            records["family"].to_pylist(), records["initial"].to_pylist(), strict=True
        )
    }
    listed = [each for row in records["coauthors"].to_pylist() for each in row]
    assert sum(each in called for each in listed) > 0.7 * len(listed)


def test_quality_counts_pairs_of_persons() -> None:
    identifiers = pa.chunked_array([["a", "b", "c", "d"]])
    person = pa.array(np.array([0, 0, 0, 1]))
    pairs = pa.table({"left": ["a", "a"], "right": ["b", "d"]})
    assert _quality(identifiers, person, pairs) == (1 / 3, 1 / 2)
