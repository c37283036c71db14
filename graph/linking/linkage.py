"""Declared linkages: which records of a kind are compared, how, and what is said of their likeness.

A linkage is a TOML file. Its `[model]` uses the names of Splink's settings
(https://moj-analytical-services.github.io/splink/api_docs/settings_dict_guide.html).
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from ..errors import LinkageError

__all__ = ["Level", "Linkage", "Rule", "Thresholds", "read_linkage"]

KINDS: Final = ("people", "organisations", "papers", "topics", "events")
CARDINALITIES: Final = ("any", "best", "one-to-one")
_LARGEST: Final = 1_000_000
"""Bytes of a linkage file."""
_OWN: Final = frozenset({"id", "left", "right", "probability", "weight"})
"""Columns that comparisons cannot be called."""


@dataclass(frozen=True)
class Thresholds:
    """The probabilities from which a pair is the same, is close, or is worth a review."""

    same: float
    close: float
    review: float


@dataclass(frozen=True)
class Rule:
    """A blocking rule: records are compared where these columns are equal in both.

    :param columns: columns of text.
    :param explode: a column of lists, of which one value must be in both; empty if there is none.
    """

    columns: tuple[str, ...]
    explode: str = ""

    @property
    def name(self) -> str:
        """The columns of the rule, as reports name it."""
        return " + ".join((*self.columns, self.explode) if self.explode else self.columns)


@dataclass(frozen=True)
class Level:
    """One level of a comparison.

    :param condition: SQL (DuckDB's dialect) over columns called NAME_l and NAME_r, or `ELSE`.
    :param m: probability of the level among pairs of the same thing; null levels have 1.
    :param u: probability of the level among other pairs; null levels have 1.
    :param frequency: column whose rare values weigh more; empty if there is none.
    """

    label: str
    condition: str
    m: float
    u: float
    null: bool = False
    frequency: str = ""
    frequency_weight: float = 1.0
    frequency_least: float = 0.0


@dataclass(frozen=True)
class Linkage:
    """A declared linkage.

    :param source: the file that it was read from.
    :param kind: what is linked: people, organisations, papers, topics or events.
    :param version: of this linkage; links say it.
    :param cardinality: how many matches a record can have: `any`, `best` (each left record at
        most one right record) or `one-to-one`.
    :param most: records of one value of a blocking rule, above which the rule leaves it out.
    :param prior: probability that two records that are drawn at random are the same.
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
    def labels(self) -> dict[tuple[str, int], str]:
        """What people read for the outcome of a comparison, by its name and level (-1 null)."""
        return {
            (name, number): level.label
            for name, levels in self.comparisons.items()
            for number, level in _numbered(levels)
        }

    def wrong(self, key: str, what: str, hint: str = "") -> LinkageError:
        """The error that something is wrong with a key of this file."""
        return _wrong(self.source, key, what, hint)


def read_linkage(name: str | Path) -> Linkage:
    """Read a linkage.

    :param name: a shipped one (`people`), or the path of a TOML file.
    :raises LinkageError: there is none, or something in it is wrong.
    """
    source, text = _text(name)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{source}: This is not TOML: {error}."
        raise LinkageError(message, hint="See https://toml.io/en/v1.0.0.") from error
    return _Reader(source).linkage(data)


def _text(name: str | Path) -> tuple[str, str]:
    """Where a linkage is, and its text."""
    folder = files(__package__).joinpath("../linkages")
    shipped = sorted(Path(each.name).stem for each in folder.iterdir() if _is_toml(each.name))
    if isinstance(name, str) and name in shipped:
        return f"{name}.toml", folder.joinpath(f"{name}.toml").read_text(encoding="utf-8")
    path = Path(name)
    try:
        if path.stat().st_size > _LARGEST:
            message = f"{path}: A linkage of more than {_LARGEST:,} bytes is not read."
            raise LinkageError(message)
        return str(path), path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise LinkageError(f"{path}: This is not UTF-8 text.") from error
    except OSError as error:
        hint = f"Shipped are {', '.join(shipped) or 'none'}; or name a TOML file."
        message = f"There is no linkage '{name}': {error.strerror or error}."
        raise LinkageError(message, hint=hint) from error


def _is_toml(name: str) -> bool:
    return name.endswith(".toml")


def _numbered(levels: tuple[Level, ...]) -> list[tuple[int, Level]]:
    """Levels by the numbers that Splink gives them: -1 null, 0 else, higher is more alike."""
    rest = [level for level in levels if not level.null]
    numbered = [(len(rest) - 1 - at, level) for at, level in enumerate(rest)]
    return numbered + [(-1, level) for level in levels if level.null]


def _wrong(source: str, key: str, what: str, hint: str = "") -> LinkageError:
    return LinkageError(f"{source}: {key}: {what}", hint=hint)


class _Reader:
    """Checks a parsed file and makes a linkage of it."""

    def __init__(self, source: str) -> None:
        self.source = source

    def wrong(self, key: str, what: str, hint: str = "") -> LinkageError:
        return _wrong(self.source, key, what, hint)

    def linkage(self, data: dict[str, Any]) -> Linkage:
        known = ("kind", "version", "summary", "thresholds", "matching", "blocking", "model")
        self.keys("the file", data, known)
        model = self.table("model", data)
        self.keys(
            "model",
            model,
            ("probability_two_random_records_match", "blocking_rules", "comparisons"),
        )
        matching = self.table("matching", data, {"cardinality": "any"})
        self.keys("matching", matching, ("cardinality",))
        blocking = self.table("blocking", data, {"most": 2000})
        self.keys("blocking", blocking, ("most",))
        most = blocking.get("most", 2000)
        if not isinstance(most, int) or isinstance(most, bool) or most < 2:
            raise self.wrong("blocking.most", f"{most!r} is not a number of records, 2 or more.")
        return Linkage(
            source=self.source,
            kind=self.choice("kind", data.get("kind"), KINDS),
            version=self.string("version", data),
            summary=self.string("summary", data),
            thresholds=self.thresholds(self.table("thresholds", data)),
            cardinality=self.choice(
                "matching.cardinality", matching.get("cardinality", "any"), CARDINALITIES
            ),
            most=most,
            prior=self.probability("model", "probability_two_random_records_match", model),
            rules=self.rules(model.get("blocking_rules")),
            comparisons=self.comparisons(model.get("comparisons")),
        )

    def thresholds(self, given: dict[str, Any]) -> Thresholds:
        self.keys("thresholds", given, ("same", "close", "review"))
        found = Thresholds(
            *(self.probability("thresholds", key, given) for key in ("same", "close", "review"))
        )
        if not found.same >= found.close >= found.review:
            what = f"same {found.same}, close {found.close}, review {found.review} are out of order"
            raise self.wrong("thresholds", f"{what}.", "They fall: same >= close >= review.")
        return found

    def rules(self, given: Any) -> tuple[Rule, ...]:
        key = "model.blocking_rules"
        if not isinstance(given, list) or not given:
            hint = 'At least one says what is compared: [[model.blocking_rules]] columns = ["name"]'
            raise self.wrong(key, "There is none.", hint)
        return tuple(self.rule(f"{key}[{at}]", each) for at, each in enumerate(given))

    def rule(self, key: str, given: Any) -> Rule:
        if not isinstance(given, dict):
            raise self.wrong(key, "This is not a table.", f"Write [[{key.split('[')[0]}]].")
        self.keys(key, given, ("columns", "explode"))
        columns = self.strings(f"{key}.columns", given.get("columns", []))
        explode = self.strings(f"{key}.explode", given.get("explode", []))
        if len(explode) > 1:
            raise self.wrong(f"{key}.explode", "A rule explodes one column of lists, not several.")
        if not columns and not explode:
            raise self.wrong(
                key, "It names no column.", 'Write columns = ["…"] or explode = ["…"].'
            )
        return Rule(columns, *explode)

    def comparisons(self, given: Any) -> dict[str, tuple[Level, ...]]:
        key = "model.comparisons"
        if not isinstance(given, list) or not given:
            raise self.wrong(key, "There is none.", "Write [[model.comparisons]].")
        found: dict[str, tuple[Level, ...]] = {}
        for at, each in enumerate(given):
            here = f"{key}[{at}]"
            if not isinstance(each, dict):
                raise self.wrong(here, "This is not a table.", f"Write [[{key}]].")
            self.keys(here, each, ("name", "comparison_levels"))
            name = self.string("name", each, here)
            if not name.isidentifier() or name.lower() != name or name in _OWN or name in found:
                hint = "A name is of small letters, digits and _, and is given once."
                raise self.wrong(f"{here}.name", f"'{name}' cannot name a comparison.", hint)
            found[name] = self.levels(f"{here} ({name})", each.get("comparison_levels"))
        return found

    def levels(self, key: str, given: Any) -> tuple[Level, ...]:
        if not isinstance(given, list) or not given:
            raise self.wrong(f"{key}.comparison_levels", "There is none.")
        levels = tuple(
            self.level(f"{key}.comparison_levels[{at}]", each) for at, each in enumerate(given)
        )
        if sum(level.null for level in levels) > 1:
            raise self.wrong(key, "More than one level is for what is not known.")
        if levels[-1].condition != "ELSE" or any(e.condition == "ELSE" for e in levels[:-1]):
            hint = 'The last one takes the rest: sql_condition = "ELSE".'
            raise self.wrong(key, "Its levels do not end with ELSE.", hint)
        return levels

    def level(self, key: str, given: Any) -> Level:
        if not isinstance(given, dict):
            raise self.wrong(key, "This is not a table.")
        null = given.get("is_null_level", False)
        if not isinstance(null, bool):
            raise self.wrong(f"{key}.is_null_level", f"{null!r} is neither true nor false.")
        tuned = (
            ()
            if null
            else (
                "m_probability",
                "u_probability",
                "tf_adjustment_column",
                "tf_adjustment_weight",
                "tf_minimum_u_value",
            )
        )
        self.keys(key, given, ("label", "sql_condition", "is_null_level", *tuned))
        condition = self.string("sql_condition", given, key).strip()
        if condition.upper() == "ELSE":
            condition = "ELSE"
        else:
            self.sql(f"{key}.sql_condition", condition)
        label = self.string("label", given, key)
        if null:
            return Level(label, condition, 1.0, 1.0, null=True)
        return Level(
            label,
            condition,
            self.probability(key, "m_probability", given),
            self.probability(key, "u_probability", given),
            frequency=self.string(
                "tf_adjustment_column", {"tf_adjustment_column": "", **given}, key, empty=True
            ),
            frequency_weight=self.number(key, "tf_adjustment_weight", given, 1.0),
            frequency_least=self.number(key, "tf_minimum_u_value", given, 0.0),
        )

    def sql(self, key: str, condition: str) -> None:
        import sqlglot
        from sqlglot import expressions as sql

        try:
            (tree,) = sqlglot.parse(condition, read="duckdb")
        except (sqlglot.errors.SqlglotError, ValueError, RecursionError) as error:
            reason = str(error).splitlines()[0] if str(error) else "it cannot be read"
            raise self.wrong(key, f"'{condition}' is not a condition in SQL: {reason}") from error
        if tree is None or tree.find(sql.Query, sql.DDL, sql.Command):
            raise self.wrong(key, f"'{condition}' is not a condition over two records.")
        for column in tree.find_all(sql.Column):
            if not column.name.endswith(("_l", "_r")) or column.table:
                hint = "Columns are those of the left record, NAME_l, and of the right one, NAME_r."
                raise self.wrong(key, f"'{column.sql()}' is no column.", hint)

    def keys(self, key: str, given: dict[str, Any], known: tuple[str, ...]) -> None:
        for each in given:
            if each not in known:
                near = get_close_matches(each, known, n=1)
                hint = f"Did you mean '{near[0]}'?" if near else f"Known are {', '.join(known)}."
                raise self.wrong(key, f"Nothing is called '{each}' here.", hint)

    def table(
        self, key: str, data: dict[str, Any], default: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        found = data.get(key, default)
        if not isinstance(found, dict):
            raise self.wrong(key, "This table is missing.", f"Write [{key}].")
        return found

    def string(
        self, key: str, data: dict[str, Any], inside: str = "", *, empty: bool = False
    ) -> str:
        found = data.get(key)
        if not isinstance(found, str) or not (found.strip() or empty):
            where = f"{inside}.{key}" if inside else key
            raise self.wrong(where, "This is missing or no text.", f'Write {key} = "…".')
        return found

    def strings(self, key: str, found: Any) -> tuple[str, ...]:
        if not isinstance(found, list) or not all(isinstance(e, str) and e for e in found):
            raise self.wrong(key, "This is not a list of columns.", 'Write ["…"].')
        return tuple(found)

    def choice(self, key: str, found: Any, known: tuple[str, ...]) -> str:
        if found in known:
            return str(found)
        near = get_close_matches(str(found), known, n=1)
        hint = f"Did you mean '{near[0]}'?" if near else f"It is one of {', '.join(known)}."
        what = "This is missing." if found is None else f"'{found}' is not known."
        raise self.wrong(key, what, hint)

    def number(self, key: str, name: str, data: dict[str, Any], default: float) -> float:
        found = data.get(name, default)
        if isinstance(found, bool) or not isinstance(found, (int, float)) or not 0 <= found <= 1:
            raise self.wrong(f"{key}.{name}", f"{found!r} is not a number from 0 to 1.")
        return float(found)

    def probability(self, key: str, name: str, data: dict[str, Any]) -> float:
        found = data.get(name)
        if found is None:
            raise self.wrong(f"{key}.{name}", "This is missing.", f"Write {name} = 0.01, say.")
        if (
            isinstance(found, bool)
            or not isinstance(found, (int, float))
            or not 1e-300 <= found < 1
        ):
            what = f"{found!r} is not a probability."
            raise self.wrong(f"{key}.{name}", what, "It is above 0 and below 1.")
        return float(found)
