"""What a linkage declares: which records are compared, how, and what is said of their likeness."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ..errors import LinkageError

__all__ = ["Level", "Linkage", "Rule", "Thresholds"]


@dataclass(frozen=True)
class Thresholds:
    """The probabilities from which a pair is the same, is close, or is worth a review."""

    same: float
    close: float
    review: float


@dataclass(frozen=True)
class Rule:
    """A blocking rule: records are compared where these columns are equal in both.

    :param columns: columns of one value a record.
    :param explode: a column of lists, of which one value must be in both; empty if there is none.
    :param most: records of one value, above which the rule leaves it out.
    """

    columns: tuple[str, ...]
    explode: str
    most: int

    @property
    def name(self) -> str:
        """The columns of the rule, as reports name it."""
        return " + ".join((*self.columns, self.explode) if self.explode else self.columns)


@dataclass(frozen=True)
class Level:
    """One level of a comparison.

    :param label: what people read where a pair is at this level.
    :param condition: SQL (DuckDB's dialect) over columns called NAME_l and NAME_r, or `ELSE`.
    :param m: probability of the level among pairs of the same thing; null levels have 1.
    :param u: probability of the level among other pairs; null levels have 1.
    :param null: whether it is the level of what is not known, which weighs nothing.
    :param frequency: column whose rare values weigh more; empty if there is none.
    :param frequency_weight: how much of that weight counts, from 0 to 1.
    :param frequency_least: the least frequency that is believed, from 0 to 1.
    :param columns: the columns that the condition looks at, without `_l` and `_r`.
    """

    label: str
    condition: str
    m: float = 1.0
    u: float = 1.0
    null: bool = False
    frequency: str = ""
    frequency_weight: float = 1.0
    frequency_least: float = 0.0
    columns: tuple[str, ...] = ()

    @property
    def equality(self) -> bool:
        """Whether it asks nothing but whether a column is the same in both."""
        (name, *others) = self.columns or ("",)
        return not others and re.fullmatch(rf"{name}_l\s*=\s*{name}_r", self.condition) is not None


@dataclass(frozen=True)
class Linkage:
    """A declared linkage.

    :param source: the file that it was read from.
    :param kind: what is linked: people, organisations, papers, topics or events.
    :param version: of this linkage; links say it.
    :param summary: what it links, and by what, in a sentence.
    :param thresholds: what is said of a pair from which probability.
    :param cardinality: how many matches a record can have: `any`, `best` (each left record at
        most one right record) or `one-to-one`.
    :param most: records of one value of a blocking rule, above which the rule leaves it out.
    :param prior: probability that two records that are drawn at random are the same.
    :param rules: which pairs are compared: those that one of them names.
    :param comparisons: the levels of each comparison, first the one that is tried first.
    """

    source: str
    kind: str
    version: str
    summary: str
    thresholds: Thresholds
    cardinality: str
    most: int
    prior: float
    rules: tuple[Rule, ...]
    comparisons: Mapping[str, tuple[Level, ...]]

    @property
    def prior_weight(self) -> float:
        """The log2 odds that two records are the same before anything of them is compared."""
        return math.log2(self.prior / (1 - self.prior))

    @cached_property
    def labels(self) -> Mapping[tuple[str, int], str]:
        """What people read for the outcome of a comparison, by its name and level.

        Levels have Splink's numbers: -1 null, 0 `ELSE`, higher is more alike.
        """
        found = {}
        for name, levels in self.comparisons.items():
            numbers = iter(range(sum(not level.null for level in levels) - 1, -1, -1))
            for level in levels:
                found[name, -1 if level.null else next(numbers)] = level.label
        return found

    @cached_property
    def columns(self) -> Mapping[str, str]:
        """The columns that records need, each with the key of this file that names it first."""
        found: dict[str, str] = {}
        for at, rule in enumerate(self.rules):
            for column in filter(None, (*rule.columns, rule.explode)):
                found.setdefault(column, f"model.blocking_rules[{at}]")
        for name, levels in self.comparisons.items():
            for level in levels:
                for column in filter(None, (*level.columns, level.frequency)):
                    found.setdefault(column, f"model.comparisons ({name}, '{level.label}')")
        return found

    def wrong(self, key: str, what: str, hint: str = "") -> LinkageError:
        """The error that a key of this file does not fit."""
        return LinkageError(f"{self.source}: {key}: {what}", hint=hint)
