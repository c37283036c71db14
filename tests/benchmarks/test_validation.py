"""The benchmark of validation works: valid conferences are valid, and damaged ones are not."""

from __future__ import annotations

from .validation import validation


def test_validation_is_measured() -> None:
    valid, broken = validation(sizes=[5_000], plain=0)
    assert (valid.triples, valid.violations) == (5_000, 0)
    assert valid.warnings > 100
    assert broken.violations > 10
    assert min(valid.seconds, valid.processor, valid.memory) > 0
