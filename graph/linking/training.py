"""Trains a linkage with reviewed pairs, and measures it by those it was not trained with."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..errors import LinkageError
from ..library import Library
from .declared import Linkage
from .engines import DuckDB, Engine
from .estimating import bars, estimated
from .grouping import Quality, folded, grouped, quality
from .inputs import declared_linkages, gathered, read_sources
from .reviewed import Reviewed
from .scoring import Scores, compare, score

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Training", "train"]

_FEWEST: Final = 10
"""Pairs that have to be the same, and pairs that have not to be."""
_DRAWN: Final = 500_000
"""Pairs at random that are compared."""
_RARE: Final = 0.01
"""A larger prior is none of records at random but of those that are compared, and so are its u."""

Pair = tuple[str, str]
Confirm = Callable[[Scores, "pa.Table", "pa.Table | None"], Scores]
Compared = tuple["pa.Table", "pa.Table | None"]


@dataclass(frozen=True, slots=True)
class Training:
    """A trained linkage, and how good such a one is.

    :param linkage: trained with all reviewed pairs.
    :param same, different: how many pairs were the same, and how many were not.
    :param groups: into how many groups they fall that have nothing in common.
    :param unknown: reviewed pairs that were left out, as both things are none of the records.
    :param before: of the linkage as it was, at its bars `same` and `close`.
    :param after: of linkages that were trained without the pairs they are judged by.
    """

    linkage: Linkage
    same: int
    different: int
    groups: int
    unknown: int
    before: Mapping[str, Quality]
    after: Mapping[str, Quality]


def train(
    library: Library,
    kind: str,
    reviewed: Reviewed,
    *,
    linkage: Path | None = None,
    to: Iterable[Path] = (),
    engine: Engine | None = None,
    folds: int = 5,
    progress: Callable[[str], None] = lambda _: None,
) -> Training:
    """Estimate the probabilities and the bars of a linkage, which else stays as it is.

    :param kind: the name of the kind of things.
    :param reviewed: which pairs are the same, and which are not.
    :param linkage: the file to start from; the shipped one if not given.
    :param to: files of records elsewhere that reviewed pairs are of.
    :param folds: into how many parts the pairs are split to measure; pairs that have a thing in
        common, be it through others, are in the same.
    :raises LinkageError: there are too few pairs, or of one sort alone, or a pair has one thing
        that is there and one that is not; or the linkage cannot be read or run.
    :raises SourceError: a file cannot be read.
    """
    ((of, declared),) = declared_linkages([kind], [linkage] if linkage else [])
    progress("reading the dataset")
    store = gathered(library)
    left = of.records(store)
    sources = [source for source in read_sources(to, [of], store) if of.name in source.tables]
    tables = [(left, None), *((left, source.others(of.name, left)) for source in sources)]
    engine = engine or DuckDB()
    with engine.running():
        return _trained(_Trainer(declared, tables, of.confirm, engine), reviewed, folds, progress)


def _trained(
    trainer: _Trainer, reviewed: Reviewed, folds: int, progress: Callable[[str], None]
) -> Training:
    linkage = trainer.linkage
    known, unknown = trainer.known(reviewed)
    groups = grouped(known)
    _check(linkage, known, len(groups), unknown, folds)
    progress("scoring as declared")
    before = trainer.passing(linkage, trainer.scored(linkage), known)
    progress("comparing pairs of known truth, and pairs at random")
    compared = trainer.compared(known)
    after: dict[str, set[Pair]] = {"same": set(), "close": set()}
    for number, held in enumerate(folded(groups, folds), start=1):
        progress(f"training without part {number} of {folds}")
        rest = {pair: same for pair, same in known.items() if pair not in held}
        trained, found = trainer.trained(rest, compared)
        for bar, passing in trainer.passing(trained, found, held).items():
            after[bar] |= passing
    progress("training with all")
    trained, _ = trainer.trained(known, compared)
    digest = hashlib.sha256(repr(sorted(known.items())).encode()).hexdigest()[:8]
    return Training(
        replace(trained, version=f"{linkage.version}-{digest}"),
        sum(known.values()),
        len(known) - sum(known.values()),
        len(groups),
        unknown,
        {bar: quality(groups, known, passing) for bar, passing in before.items()},
        {bar: quality(groups, known, passing) for bar, passing in after.items()},
    )


def _check(linkage: Linkage, known: Reviewed, groups: int, unknown: int, folds: int) -> None:
    """Whether there is something to be learned."""
    right = sum(known.values())
    about = f"{linkage.kind} ({unknown:,} more are of things that are not there)"
    for number, said in ((right, "the same"), (len(known) - right, "not the same")):
        if number < _FEWEST:
            what = f"{number} of the reviewed pairs are {said}, of {len(known):,} of {about}."
            hint = f"It takes {_FEWEST} that are the same, and {_FEWEST} that are not."
            raise LinkageError(what, hint=hint)
    if groups < folds:
        what = f"The reviewed pairs fall into {groups} groups that have nothing in common."
        hint = f"{folds} folds take as many; review pairs of other things, or take fewer folds."
        raise LinkageError(what, hint=hint)


class _Trainer:
    """A linkage with its records.

    :param tables: what is compared: records with each other, or with those elsewhere.
    """

    def __init__(
        self,
        linkage: Linkage,
        tables: Sequence[tuple[pa.Table, pa.Table | None]],
        confirm: Confirm,
        engine: Engine,
    ) -> None:
        self.linkage, self._tables = linkage, tables
        self._confirm, self._engine = confirm, engine
        self._ids = [frozenset((left if right is None else right)["id"].to_pylist())
                     for left, right in tables]  # fmt: skip

    def known(self, reviewed: Reviewed) -> tuple[Reviewed, int]:
        """The pairs of these records, left first, and how many are of others."""
        found: Reviewed = {}
        unknown = 0
        for pair, same in reviewed.items():
            own = [each for each in pair if each in self._ids[0]]
            there = {at for each in pair for at, ids in enumerate(self._ids) if each in ids}
            if not there:
                unknown += 1
            elif len(own) == 2:
                found[pair] = same
            elif len(own) == 1 and len(there) > 1:
                turned = pair if pair[0] in self._ids[0] else (pair[1], pair[0])
                found[turned] = same
            else:
                missing = next(each for each in pair if each not in own)
                what = f"{' and '.join(pair)} were reviewed, and {missing} is not among the records"
                hint = "Is it from elsewhere? Name the file with --to."
                raise LinkageError(f"{what} of {self.linkage.kind}.", hint=hint)
        return found, unknown

    def scored(self, linkage: Linkage) -> dict[Pair, float]:
        """The probabilities of all pairs that are worth a review, the best of each."""
        found: dict[Pair, float] = {}
        for left, right in self._tables:
            scores = self._confirm(score(linkage, left, right, engine=self._engine), left, right)
            for pair, probability in _pairs(scores.pairs):
                found[pair] = max(probability, found.get(pair, 0.0))
        return found

    def compared(self, known: Collection[Pair]) -> Compared:
        """The levels of pairs of known truth, and of pairs at random where u is of such."""
        import pyarrow as pa

        found = []
        for (left, right), ids in zip(self._tables, self._ids, strict=True):
            ours = [pair for pair in known if pair[1] in ids]
            found.append(compare(self.linkage, left, right, ours, engine=self._engine))
        if self.linkage.prior > _RARE:
            return pa.concat_tables(found), None
        left, right = self._tables[-1]
        ids = left["id"].to_pylist()
        drawn = list(_drawn(ids, ids if right is None else right["id"].to_pylist(), known))
        return pa.concat_tables(found), compare(
            self.linkage, left, right, drawn, engine=self._engine
        )

    def trained(self, known: Reviewed, compared: Compared) -> tuple[Linkage, dict[Pair, float]]:
        """The linkage that pairs of known truth make of it, and what it says of all pairs."""
        import pyarrow as pa

        levels, drawn = compared
        same = pa.array([known.get(pair, False) for pair, _ in _pairs(levels)], pa.bool_())
        made = estimated(self.linkage, levels.filter(same), drawn)
        found = self.scored(made)
        scored = ((found.get(pair, 0.0), match) for pair, match in known.items())
        return replace(made, thresholds=bars(made.thresholds, scored)), found

    @staticmethod
    def passing(
        linkage: Linkage, found: Mapping[Pair, float], pairs: Collection[Pair]
    ) -> dict[str, set[Pair]]:
        """The pairs that pass each bar."""
        least = {"same": linkage.thresholds.same, "close": linkage.thresholds.close}
        return {
            bar: {pair for pair in pairs if found.get(pair, 0.0) >= share}
            for bar, share in least.items()
        }


def _pairs(table: pa.Table) -> Iterator[tuple[Pair, float]]:
    columns = (table[name].to_pylist() for name in ("left", "right", "probability"))
    for one, other, probability in zip(*columns, strict=True):
        yield (one, other), probability


def _drawn(left: Sequence[str], right: Sequence[str], known: Collection[Pair]) -> Iterator[Pair]:
    """Pairs at random, without those of known truth: one of the left and one of the right."""
    chance = random.Random(_DRAWN)  # noqa: S311  no secret
    seen = set(known)
    for _ in range(min(_DRAWN, len(left) * len(right) // 4)):
        one, other = chance.choice(left), chance.choice(right)
        pair = (one, other) if left is not right or one < other else (other, one)
        if one != other and pair not in seen:
            seen.add(pair)
            yield pair
