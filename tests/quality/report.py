"""Figures as people read them: a page of Markdown, a line on the terminal, a table of errors."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any, Final

from .measures import Evaluation

__all__ = ["errors", "page", "shown"]

Row = Mapping[str, Any]

_MEASURES: Final = {"precision": "precision", "recall": "recall", "f1": "F1"}
_TITLES: Final = {
    "papers": "Papers",
    "organisations": "Organisations",
    "people": "People",
    "topics": "Topics",
    "events": "Events",
}
_PACKAGES: Final = ("splink", "duckdb", "pyarrow", "rapidfuzz", "pyoxigraph")
_HEAD: Final = """# How good the links are

Written by `make quality` (`python -m tests.quality`); do not edit. `--only SET` measures one set
again, `--check` fails where a count is no longer as published, `--json` prints the figures.

Each set is measured by up to three methods: *exact* (equal keys), *baseline* (a plain, well-known
method) and *ours* (the linkage that `symposia link` runs; one configuration for all sets of a
kind). What was looked at while a linkage was written stands below its set. Precision is the share
of stated pairs that are true, recall the share of true pairs that are stated, F1 their harmonic
mean. What is stated of a record that has no match is wrong; a wrong match of one that has a match
is wrong and missed. Brackets are 95 % intervals: percentiles of 2,000 bootstrap samples of the
connected components of true and stated pairs, so that all pairs of one thing are in or out
together. An interval without width says that no error was seen, not that there is none. A target
is *met* where the measured share reaches it, and *met for sure* where the whole interval does.
The last table of a set holds the probabilities that ours gave against the share that is true.
"""


def page(figures: Mapping[str, Sequence[Row]]) -> str:
    """The page of all figures.

    :param figures: the rows of each set, one a method.
    """
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    parts = [
        _HEAD,
        f"Python {platform.python_version()}, {packages}.\n",
        "## Targets\n",
        "\n".join(_targets(figures)) + "\n",
    ]
    kind = ""
    for name, rows in figures.items():
        if rows[0]["kind"] != kind:
            kind = rows[0]["kind"]
            parts.append(f"## {_TITLES[kind]}\n")
        parts.append("\n".join(_section(name, rows)) + "\n")
    return "\n".join(parts)


def shown(row: Row) -> str:
    """The figures of a method on a set, in a line."""
    measures = ", ".join(f"{label} {_share(row[name])}" for name, label in _MEASURES.items())
    return f"{row['set_']}, {row['method']}: {measures} ({row['seconds']:.1f} s)"


def errors(evaluation: Evaluation) -> str:
    """Every wrong and every missed pair, tab-separated, the surest errors first."""
    rows = [("error", "kind", "probability", "left", "right", "left is", "right is")]
    for error, pairs in (("wrong", evaluation.wrong), ("missed", evaluation.missed)):
        scored = sorted((-evaluation.predicted.get(pair, 0.0), pair) for pair in pairs)
        rows += [
            (
                error, evaluation.error(pair), f"{-score:.4f}", *pair,
                *map(evaluation.describe, pair),
            )
            for score, pair in scored
        ]  # fmt: skip
    return "".join("\t".join(" ".join(cell.split()) for cell in row) + "\n" for row in rows)


def _targets(figures: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    yield "| set | target | measured | | most of the errors |"
    yield "|---|---|---|---|---|"
    for name, rows in figures.items():
        for row in rows:
            for measure, least in row["target"].items():
                value = row[measure]
                yield (
                    f"| [{name}](#{name}) | {_MEASURES[measure]} ≥ {least:g} | {_share(value)} | "
                    f"{_verdict(value, least)} | {_most(row)} |"
                )


def _verdict(value: Sequence[float] | None, least: float) -> str:
    if value is None or value[0] < least:
        return "**missed**"
    return "met for sure" if value[1] >= least else "met"


def _most(row: Row) -> str:
    """The most frequent kind of wrong and of missed pairs."""
    kinds = {error: next(iter(found.items()), None) for error, found in row["errors"].items()}
    return "; ".join(f"{error}: {kind[0]} ({kind[1]:,})" for error, kind in kinds.items() if kind)


def _section(name: str, rows: Sequence[Row]) -> Iterator[str]:
    yield f"### {name}\n"
    yield "| method | records | true | stated | precision | recall | F1 | seconds |"
    yield "|---|--:|--:|--:|---|---|---|--:|"
    for row in rows:
        counts = " | ".join(f"{row[count]:,}" for count in ("records", "gold", "stated"))
        shares = " | ".join(_share(row[measure]) for measure in _MEASURES)
        yield f"| {row['method']} | {counts} | {shares} | {row['seconds']:.1f} |"
    yield from _notes(rows)
    for row in rows:
        if row["method"] == "ours":
            yield from _ours(name, row)


def _notes(rows: Sequence[Row]) -> Iterator[str]:
    """What has to be known of all methods, or of some of them."""
    methods: dict[str, list[str]] = {}
    for row in rows:
        methods.setdefault(row["note"], []).append(row["method"])
    for note, of in methods.items():
        if note:
            yield f"\n{note}" if len(of) == len(rows) else f"\n*{', '.join(of)}*: {note}"


def _ours(name: str, row: Row) -> Iterator[str]:
    if row["judged"] != row["stated"]:
        yield (
            f"\nPrecision is that of the {row['judged']:,} stated pairs that were reviewed: "
            f"{row['right']:,} are right."
        )
    for error, kinds in row["errors"].items():
        if kinds:
            counted = "; ".join(f"{kind} {number:,}" for kind, number in kinds.items())
            yield f"\n{error.capitalize()} ({sum(kinds.values()):,}): {counted}."
    yield f"\nAll errors of ours: [{name}.tsv](linking-quality/{name}.tsv)."
    if row["calibration"]:
        yield "\n| probability | pairs | mean | right |"
        yield "|---|--:|--:|--:|"
        for found in row["calibration"]:
            yield (
                f"| {found['low']:g} to {found['high']:g} | {found['pairs']:,} | "
                f"{found['mean']:.3f} | {found['right']:.3f} |"
            )


def _share(value: Sequence[float] | None) -> str:
    return "–" if value is None else f"{value[0]:.3f} [{value[1]:.3f}, {value[2]:.3f}]"
