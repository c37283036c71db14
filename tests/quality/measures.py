"""Precision, recall and F1 of stated pairs, with intervals, errors by kind, and calibration."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Literal

import numpy as np

__all__ = ["Bin", "Evaluation", "Measured", "Target", "components", "fold", "measure"]

Pair = tuple[str, str]
Method = Literal["exact", "baseline", "ours"]
Interval = tuple[float, float, float]
"""A share with the ends of its 95 % interval."""

RESAMPLES: Final = 2000
EDGES: Final = (0.0, 0.3, 0.5, 0.7, 0.9, 0.99, 0.999, 1.0)
"""Ends of the ranges in which probabilities are held against what was right."""
_SEED: Final = 20_261_122


@dataclass(frozen=True)
class Target:
    """The least that is asked for; None where nothing is."""

    precision: float | None = None
    recall: float | None = None
    f1: float | None = None


@dataclass(frozen=True)
class Evaluation:
    """What one method says of one set, and what is true.

    Ids are unique over both sides (write `dblp:0` and `acm:0` where both count from 0). Pairs of
    one table with itself are ordered (left < right). A record that has no match has no pair in
    `gold`: whatever is stated of it is wrong, and a wrong match is wrong and missing at once.

    :param set_: name of the set, as in `SETS`.
    :param method: `exact` (equal keys), `baseline` (a plain, well-known method) or `ours`.
    :param gold: the true pairs.
    :param predicted: pairs with the probability that each was given, also those that are not
        stated (their probabilities are held against the truth, too).
    :param threshold: pairs of at least this probability are stated.
    :param records: how many records were matched (those without a match, too).
    :param describe: what people should read for an id: names and other facts, no abstracts.
    :param error: the kind of error that a wrong or missed pair is, in a few words.
    :param reviewed: verdicts on a random sample of stated pairs. Where given, precision is that of
        the sample, and `gold` counts for recall alone.
    :param target: what the issue asks of `ours`.
    :param note: what a reader has to know: how the gold came to be, why a target is missed.
    :param seconds: how long the method took, without reading the set.
    """

    set_: str
    method: Method
    gold: frozenset[Pair]
    predicted: Mapping[Pair, float]
    threshold: float = 0.0
    records: int = 0
    describe: Callable[[str], str] = str
    error: Callable[[Pair], str] = lambda _: "other"
    reviewed: Mapping[Pair, bool] | None = None
    target: Target | None = None
    note: str = ""
    seconds: float = 0.0

    @property
    def stated(self) -> frozenset[Pair]:
        """The pairs that are said to be the same."""
        return frozenset(p for p, score in self.predicted.items() if score >= self.threshold)

    @property
    def wrong(self) -> frozenset[Pair]:
        """Stated and not true; where a sample was reviewed, those that were found wrong."""
        if self.reviewed is None:
            return self.stated - self.gold
        return frozenset(pair for pair in self.stated if self.reviewed.get(pair) is False)

    @property
    def missed(self) -> frozenset[Pair]:
        """True and not stated."""
        return self.gold - self.stated


@dataclass(frozen=True)
class Bin:
    """Pairs whose probability is in one range.

    :param mean: of their probabilities.
    :param right: the share of them that is true.
    """

    low: float
    high: float
    pairs: int
    mean: float
    right: float


@dataclass(frozen=True)
class Measured:
    """The figures of an evaluation, as they are published."""

    set_: str
    method: str
    records: int
    gold: int
    stated: int
    judged: int
    right: int
    found: int
    components: int
    precision: Interval | None
    recall: Interval | None
    f1: Interval | None
    calibration: tuple[Bin, ...] = ()
    errors: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    target: Mapping[str, float] = field(default_factory=dict)
    note: str = ""
    seconds: float = 0.0


def fold(entity: str, folds: int = 5) -> int:
    """The fold that an entity, and so each pair of it, is in: 0 to folds - 1, for ever the same."""
    return int.from_bytes(hashlib.sha256(entity.encode()).digest()[:8], "big") % folds


def components(pairs: Iterable[Pair]) -> list[list[Pair]]:
    """The pairs, grouped so that no thing is in pairs of two groups."""
    parent: dict[str, str] = {}

    def root(thing: str) -> str:
        while (above := parent.setdefault(thing, thing)) != thing:
            parent[thing] = parent[above]
            thing = parent[above]
        return thing

    ordered = sorted(set(pairs))
    for left, right in ordered:
        parent[root(left)] = root(right)
    groups: dict[str, list[Pair]] = defaultdict(list)
    for pair in ordered:
        groups[root(pair[0])].append(pair)
    return list(groups.values())


def measure(evaluation: Evaluation) -> Measured:
    """Precision, recall and F1 with 95 % intervals.

    The intervals are percentiles of a bootstrap over connected components of the true and the
    stated pairs: pairs of one thing are no independent observations. A share of nothing is None.
    """
    groups = _counts(evaluation)
    right, judged, found, true = (int(n) for n in groups.sum(axis=0))
    samples = _resampled(groups)
    return Measured(
        set_=evaluation.set_,
        method=evaluation.method,
        records=evaluation.records,
        gold=true,
        stated=len(evaluation.stated),
        judged=judged,
        right=right,
        found=found,
        components=len(groups),
        precision=_interval(right, judged, samples[:, 0], samples[:, 1]),
        recall=_interval(found, true, samples[:, 2], samples[:, 3]),
        f1=_f1(groups.sum(axis=0)[None, :], samples),
        calibration=tuple(_calibration(evaluation)),
        errors={
            "wrong": _kinds(evaluation, evaluation.wrong),
            "missed": _kinds(evaluation, evaluation.missed),
        },
        target={
            name: least
            for name in ("precision", "recall", "f1")
            if evaluation.target and (least := getattr(evaluation.target, name)) is not None
        },
        note=" ".join(evaluation.note.split()),
        seconds=round(evaluation.seconds, 2),
    )


def _counts(evaluation: Evaluation) -> np.ndarray:
    """Of each component: right ones of the judged, judged, found ones of the true, true."""
    gold, stated, reviewed = evaluation.gold, evaluation.stated, evaluation.reviewed
    judged = stated if reviewed is None else stated & reviewed.keys()
    right = stated & gold if reviewed is None else {pair for pair in judged if reviewed[pair]}
    rows = [
        [sum(pair in among for pair in group) for among in (right, judged, stated & gold, gold)]
        for group in components(judged | gold)
    ]
    return np.array(rows, dtype=np.int64).reshape(-1, 4)


def _resampled(groups: np.ndarray) -> np.ndarray:
    """Sums of the counts of as many components, drawn with replacement, again and again."""
    if not len(groups):
        return np.zeros((RESAMPLES, 4), dtype=np.int64)
    kinds, number = np.unique(groups, axis=0, return_counts=True)
    drawn = np.random.default_rng(_SEED).multinomial(len(groups), number / len(groups), RESAMPLES)
    return drawn @ kinds


def _interval(part: float, whole: float, parts: np.ndarray, wholes: np.ndarray) -> Interval | None:
    if not whole:
        return None
    some = wholes > 0
    low, high = np.percentile(parts[some] / wholes[some], (2.5, 97.5))
    return tuple(round(float(share), 4) for share in (part / whole, low, high))


def _f1(total: np.ndarray, samples: np.ndarray) -> Interval | None:
    if not total[0, 3] or not total[0, 1]:
        return None
    (value,), values = _harmonic(total), _harmonic(samples)
    low, high = np.percentile(values, (2.5, 97.5))
    return tuple(round(float(share), 4) for share in (value, low, high))


def _harmonic(sums: np.ndarray) -> np.ndarray:
    """The harmonic mean of precision and recall, 0 where either is."""
    right, judged, found, true = sums.astype(float).T
    precision = np.divide(right, judged, out=np.zeros_like(right), where=judged > 0)
    recall = np.divide(found, true, out=np.zeros_like(found), where=true > 0)
    both = precision + recall
    return np.divide(2 * precision * recall, both, out=np.zeros_like(both), where=both > 0)


def _calibration(evaluation: Evaluation) -> Iterable[Bin]:
    reviewed = evaluation.reviewed
    judged = {
        pair: (score, pair in evaluation.gold if reviewed is None else reviewed[pair])
        for pair, score in evaluation.predicted.items()
        if reviewed is None or pair in reviewed
    }
    for low, high in pairwise(EDGES):
        last = high == EDGES[-1]
        some = [
            (score, true)
            for score, true in judged.values()
            if low <= score and (score < high or last)
        ]
        if some:
            mean = sum(score for score, _ in some) / len(some)
            right = sum(true for _, true in some) / len(some)
            yield Bin(low, high, len(some), round(mean, 4), round(right, 4))


def _kinds(evaluation: Evaluation, pairs: Iterable[Pair]) -> dict[str, int]:
    return dict(Counter(evaluation.error(pair) for pair in sorted(pairs)).most_common())
