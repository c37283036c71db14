"""The waterfall of weights: what each finding adds to what two things have before all evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Bar", "bars"]


@dataclass(frozen=True)
class Bar:
    """A step of the waterfall, from 0 to 100 across.

    :param comparison: what the linkage calls it; empty for the sum.
    :param start: where the bar begins, and `zero` where neither speaks for nor against.
    """

    label: str
    comparison: str
    weight: float
    start: float
    width: float
    zero: float


def bars(weight: float, findings: Iterable[tuple[str, str, float]]) -> list[Bar]:
    """The steps from the prior through each finding, and what they come to.

    :param weight: log2 of the odds that the two are the same: the prior and all findings.
    :param findings: label, comparison and weight of each, in the order in which they are shown.
    """
    found = list(findings)
    prior = weight - sum(each for *_, each in found)
    steps = [("Any two of them", "before evidence", prior), *found]
    sums = [0.0]
    for *_, each in steps:
        sums.append(sums[-1] + each)
    low, high = min(sums), max(sums)
    scale = 100 / ((high - low) or 1)

    def bar(label: str, comparison: str, weight: float, one: float, other: float) -> Bar:
        start = (min(one, other) - low) * scale
        width = max(abs(other - one) * scale, 0.5)
        return Bar(label, comparison, weight, start, width, -low * scale)

    made = [
        bar(*step, before, after)
        for step, before, after in zip(steps, sums, sums[1:], strict=False)
    ]
    return [*made, bar("All together", "", weight, 0.0, weight)]
