"""Writes a linkage as the TOML file that declares it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from .declared import Level, Linkage, Rule

__all__ = ["declaration"]


def declaration(linkage: Linkage, comment: str = "") -> str:
    """The file of a linkage, which `read_linkage` reads as the same.

    :param comment: lines that stand above it.
    """
    lines = [f"# {line}".rstrip() for line in comment.splitlines()]
    return "\n".join([*lines, *([""] if lines else []), *_lines(linkage)]) + "\n"


def _lines(linkage: Linkage) -> Iterator[str]:
    for name in ("kind", "version", "summary"):
        yield f"{name} = {_text(getattr(linkage, name))}"
    yield "\n[thresholds]"
    for name in ("same", "close", "review"):
        yield f"{name} = {getattr(linkage.thresholds, name)!r}"
    yield f"\n[matching]\ncardinality = {_text(linkage.cardinality)}"
    yield f"\n[blocking]\nmost = {linkage.most}"
    yield f"\n[model]\nprobability_two_random_records_match = {linkage.prior!r}"
    for rule in linkage.rules:
        yield from _rule(rule, linkage.most)
    for name, levels in linkage.comparisons.items():
        yield f"\n[[model.comparisons]]\nname = {_text(name)}"
        for level in levels:
            yield from _level(level)


def _rule(rule: Rule, most: int) -> Iterator[str]:
    yield "\n[[model.blocking_rules]]"
    if rule.columns:
        yield f"columns = [{', '.join(map(_text, rule.columns))}]"
    if rule.explode:
        yield f"explode = [{_text(rule.explode)}]"
    if rule.most != most:
        yield f"most = {rule.most}"


def _level(level: Level) -> Iterator[str]:
    yield "\n[[model.comparisons.comparison_levels]]"
    yield f"label = {_text(level.label)}"
    yield f"sql_condition = {_text(level.condition)}"
    if level.null:
        yield "is_null_level = true"
        return
    yield f"m_probability = {level.m!r}"
    yield f"u_probability = {level.u!r}"
    if level.frequency:
        yield f"tf_adjustment_column = {_text(level.frequency)}"
        yield f"tf_adjustment_weight = {level.frequency_weight!r}"
        yield f"tf_minimum_u_value = {level.frequency_least!r}"


def _text(text: str) -> str:
    """A basic string of TOML, which is one of JSON where that escapes DEL, too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
