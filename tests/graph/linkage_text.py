"""Linkage files as text, for the tests that need one of their own."""

from __future__ import annotations

from pathlib import Path

from symposia.graph.linking.linkage import Linkage, read_linkage

__all__ = ["comparison", "declared", "level"]


def comparison(name: str, *levels: str) -> str:
    """A comparison with its levels."""
    return "\n".join(["[[model.comparisons]]", f'name = "{name}"', *levels])


def level(label: str, condition: str, m: float = 0, u: float = 0, *more: str) -> str:
    """A level with its probabilities; without, the one of what is not known."""
    lines = ["[[model.comparisons.comparison_levels]]", f'label = "{label}"']
    lines += [f"m_probability = {m}", f"u_probability = {u}"] if m else ["is_null_level = true"]
    return "\n".join([*lines, f'sql_condition = "{condition}"', *more])


def declared(folder: Path, text: str) -> Linkage:
    """A linkage that is read from a file."""
    path = folder / "linkage.toml"
    path.write_text(text, encoding="utf-8")
    return read_linkage(path)
