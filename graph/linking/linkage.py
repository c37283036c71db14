"""Reads declared linkages, strictly.

A linkage is a TOML file. Its `[model]` uses the names of Splink's settings
(https://moj-analytical-services.github.io/splink/api_docs/settings_dict_guide.html).
"""

from __future__ import annotations

import re
import tomllib
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from ..errors import LinkageError
from .declared import Level, Linkage, Rule, Thresholds

__all__ = ["Linkage", "Thresholds", "read_linkage"]

_KINDS: Final = ("people", "organisations", "papers", "topics", "events")
_CARDINALITIES: Final = ("any", "best", "one-to-one")
_LARGEST: Final = 1_000_000
"""Bytes of a linkage file."""
_MOST: Final = 2_000
_NAME: Final = re.compile("[a-z][a-z0-9_]*")
_ELSE: Final = "ELSE"
_WEIGHED: Final = (
    "m_probability",
    "u_probability",
    "tf_adjustment_column",
    "tf_adjustment_weight",
    "tf_minimum_u_value",
)
_LEAST: Final = 1e-300
"""Smaller probabilities cannot be told from 0."""
_OWN: Final = frozenset({"id", "left", "right", "probability", "weight"})
"""What comparisons cannot be called, as the pairs have such columns already."""


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


class _Reader:
    """Checks a parsed file and makes a linkage of it."""

    def __init__(self, source: str) -> None:
        self.source = source

    def wrong(self, key: str, what: str, hint: str = "") -> LinkageError:
        return LinkageError(f"{self.source}: {key}: {what}", hint=hint)

    def linkage(self, data: dict[str, Any]) -> Linkage:
        known = ("kind", "version", "summary", "thresholds", "matching", "blocking", "model")
        self.keys("the file", data, known)
        prior = "probability_two_random_records_match"
        model = self.table("model", data, (prior, "blocking_rules", "comparisons"))
        matching = self.table("matching", data, ("cardinality",), optional=True)
        blocking = self.table("blocking", data, ("most",), optional=True)
        most = self.most("blocking", blocking, _MOST)
        return Linkage(
            source=self.source,
            kind=self.choice("kind", data.get("kind"), _KINDS),
            version=self.text("", "version", data),
            summary=self.text("", "summary", data),
            thresholds=self.thresholds(data),
            cardinality=self.choice(
                "matching.cardinality", matching.get("cardinality", "any"), _CARDINALITIES
            ),
            most=most,
            prior=self.probability("model", prior, model),
            rules=tuple(
                self.rule(key, each, most)
                for key, each in self.tables("model", "blocking_rules", model)
            ),
            comparisons=self.comparisons(model),
        )

    def thresholds(self, data: dict[str, Any]) -> Thresholds:
        names = ("same", "close", "review")
        given = self.table("thresholds", data, names)
        same, close, review = (self.probability("thresholds", name, given) for name in names)
        if not same >= close >= review:
            what = f"same {same}, close {close} and review {review} are out of order."
            raise self.wrong("thresholds", what, "They fall: same >= close >= review.")
        return Thresholds(same, close, review)

    def rule(self, key: str, given: dict[str, Any], most: int) -> Rule:
        self.keys(key, given, ("columns", "explode", "most"))
        columns = self.columns(f"{key}.columns", given.get("columns", []))
        explode = self.columns(f"{key}.explode", given.get("explode", []))
        if not columns and not explode:
            hint = 'Write columns = ["…"], or explode = ["…"] for a column of lists.'
            raise self.wrong(key, "It names no column.", hint)
        if len(explode) > 1:
            hint = "Write a rule for each."
            raise self.wrong(f"{key}.explode", "A rule can explode one column only.", hint)
        return Rule(columns, "".join(explode), self.most(key, given, most))

    def comparisons(self, model: dict[str, Any]) -> dict[str, tuple[Level, ...]]:
        found: dict[str, tuple[Level, ...]] = {}
        for key, given in self.tables("model", "comparisons", model):
            self.keys(key, given, ("name", "comparison_levels"))
            name = self.text(key, "name", given)
            if not _NAME.fullmatch(name) or name in _OWN or name.endswith("_weight"):
                hint = f"Take small letters, digits and _; not {', '.join(sorted(_OWN))}, …_weight."
                raise self.wrong(f"{key}.name", f"'{name}' cannot name a comparison.", hint)
            if name in found:
                raise self.wrong(f"{key}.name", f"There are two comparisons called '{name}'.")
            levels = self.tables(f"{key} ({name})", "comparison_levels", given)
            found[name] = self.levels(f"{key} ({name})", levels)
        return found

    def levels(self, key: str, given: list[tuple[str, dict[str, Any]]]) -> tuple[Level, ...]:
        levels = tuple(self.level(here, each) for here, each in given)
        if sum(level.null for level in levels) > 1:
            raise self.wrong(key, "Two levels are for what is not known.", "Join them with OR.")
        rest = [level for level in levels if level.condition == _ELSE]
        if len(rest) != 1 or levels[-1] is not rest[0] or rest[0].null:
            hint = 'The last level, and no other, has sql_condition = "ELSE".'
            raise self.wrong(key, "Its levels do not end with the one that takes the rest.", hint)
        exact = {level.columns[0] for level in levels if level.equality}
        for level in levels:
            if level.frequency and level.frequency not in exact:
                hint = (
                    f'Its u_probability is the base: "{level.frequency}_l = {level.frequency}_r".'
                )
                what = f"No level asks whether '{level.frequency}' is the same."
                raise self.wrong(f"{key}.tf_adjustment_column", what, hint)
        return levels

    def level(self, key: str, given: dict[str, Any]) -> Level:
        null = given.get("is_null_level", False)
        if not isinstance(null, bool):
            raise self.wrong(f"{key}.is_null_level", f"{null!r} is neither true nor false.")
        known = ("label", "sql_condition", "is_null_level")
        self.keys(key, given, known if null else (*known, *_WEIGHED))
        label = self.text(key, "label", given)
        condition, columns = self.condition(
            f"{key}.sql_condition", self.text(key, "sql_condition", given)
        )
        if null:
            return Level(label, condition, null=True, columns=columns)
        (frequency,) = self.columns(
            f"{key}.tf_adjustment_column",
            [given["tf_adjustment_column"]] if "tf_adjustment_column" in given else [],
        ) or ("",)
        return Level(
            label,
            condition,
            m=self.probability(key, "m_probability", given),
            u=self.probability(key, "u_probability", given),
            frequency=frequency,
            frequency_weight=self.share(key, "tf_adjustment_weight", given, 1.0),
            frequency_least=self.share(key, "tf_minimum_u_value", given, 0.0),
            columns=columns,
        )

    def condition(self, key: str, given: str) -> tuple[str, tuple[str, ...]]:
        """A condition in SQL, and the columns that it looks at."""
        if given.strip().upper() == _ELSE:
            return _ELSE, ()
        import sqlglot
        from sqlglot import expressions as sql

        try:
            (tree,) = sqlglot.parse(given, read="duckdb")
        except (sqlglot.errors.SqlglotError, ValueError, RecursionError) as error:
            reason = str(error).splitlines()[0] if str(error) else "it is not a single one."
            raise self.wrong(key, f"'{given}' is no condition in SQL: {reason}") from error
        if not isinstance(tree, sql.Condition) or tree.find(sql.Query):
            raise self.wrong(key, f"'{given}' is no condition over two records.")
        columns = list(dict.fromkeys(column.sql() for column in tree.find_all(sql.Column)))
        inner = {name.sql() for each in tree.find_all(sql.Lambda) for name in each.expressions}
        for column in columns:
            if column not in inner and not (
                column.endswith(("_l", "_r")) and _NAME.fullmatch(column)
            ):
                hint = "A condition looks at NAME_l and NAME_r, of the left and the right record."
                raise self.wrong(key, f"'{column}' is no column.", hint)
        return given.strip(), tuple(dict.fromkeys(c[:-2] for c in columns if c not in inner))

    def keys(self, key: str, given: dict[str, Any], known: tuple[str, ...]) -> None:
        for each in given:
            if each not in known:
                near = get_close_matches(each, known, n=1)
                hint = f"Did you mean '{near[0]}'?" if near else f"There can be {', '.join(known)}."
                raise self.wrong(key, f"Nothing here is called '{each}'.", hint)

    def table(
        self, key: str, data: dict[str, Any], known: tuple[str, ...], *, optional: bool = False
    ) -> dict[str, Any]:
        found = data.get(key, {} if optional else None)
        if not isinstance(found, dict):
            what = "This is missing." if found is None else "This is not a table."
            raise self.wrong(key, what, f"Write [{key}], and in it {', '.join(known)}.")
        self.keys(key, found, known)
        return found

    def tables(
        self, inside: str, name: str, data: dict[str, Any]
    ) -> list[tuple[str, dict[str, Any]]]:
        key, found = f"{inside}.{name}", data.get(name)
        plain = ".".join(re.sub(r"\[\d+\]| \(.*?\)", "", part) for part in key.split("."))
        if not isinstance(found, list) or not found or not all(isinstance(e, dict) for e in found):
            raise self.wrong(
                key,
                "There is none." if not found else "These are no tables.",
                f"Write [[{plain}]].",
            )
        return [(f"{key}[{at}]", each) for at, each in enumerate(found)]

    def text(self, inside: str, name: str, data: dict[str, Any]) -> str:
        found = data.get(name)
        if not isinstance(found, str) or not found.strip():
            what = "This is missing." if found is None else f"{found!r} is no text."
            raise self.wrong(f"{inside}.{name}".lstrip("."), what, f'Write {name} = "…".')
        return found

    def columns(self, key: str, found: Any) -> tuple[str, ...]:
        if not isinstance(found, list):
            raise self.wrong(key, f"{found!r} is no list of columns.", 'Write ["…"].')
        for each in found:
            if not isinstance(each, str) or not _NAME.fullmatch(each):
                hint = "Columns have small letters, digits and _."
                raise self.wrong(key, f"{each!r} cannot name a column.", hint)
        return tuple(found)

    def choice(self, key: str, found: Any, known: tuple[str, ...]) -> str:
        if found in known:
            return str(found)
        near = get_close_matches(str(found), known, n=1)
        hint = f"Did you mean '{near[0]}'?" if near else f"It is one of {', '.join(known)}."
        what = "This is missing." if found is None else f"{found!r} is not known."
        raise self.wrong(key, what, hint)

    def most(self, inside: str, data: dict[str, Any], default: int) -> int:
        found = data.get("most", default)
        if isinstance(found, int) and not isinstance(found, bool) and found >= 2:
            return found
        raise self.wrong(f"{inside}.most", f"{found!r} is no number of records, 2 or more.")

    def share(self, inside: str, name: str, data: dict[str, Any], default: float) -> float:
        found = data.get(name, default)
        if isinstance(found, (int, float)) and not isinstance(found, bool) and 0 <= found <= 1:
            return float(found)
        raise self.wrong(f"{inside}.{name}", f"{found!r} is no number from 0 to 1.")

    def probability(self, inside: str, name: str, data: dict[str, Any]) -> float:
        found = data.get(name)
        if isinstance(found, (int, float)) and not isinstance(found, bool) and _LEAST <= found < 1:
            return float(found)
        what = "This is missing." if found is None else f"{found!r} is no probability."
        raise self.wrong(f"{inside}.{name}", what, "It is above 0 and below 1.")
