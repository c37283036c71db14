"""What linking and matching left out, as more records or pairs are alike than can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from .terminal import say

if TYPE_CHECKING:
    from ...graph.linking.scoring import OversizedBlock

__all__ = ["blocks_as_dicts", "show_left_out"]

_SHOWN: Final = 5
_LONGEST: Final = 80


def show_left_out(blocks: Sequence[OversizedBlock], crowded: int, before: str = "") -> None:
    """Say which blocks were left out, and how many pairs.

    :param crowded: pairs that are worth a review and were left out, as there were far too many.
    :param before: what each line begins with.
    """
    for block in blocks[:_SHOWN]:
        value = block.value
        value = value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…"
        shared = f"{block.records:,} records have one value of {block.rule}"
        say(f"{before}left out: {shared}: {value}")
    if len(blocks) > _SHOWN:
        say(f"{before}… and {len(blocks) - _SHOWN:,} more blocks left out.")
    if crowded:
        what = "pairs left out: too many are alike; each record keeps those that weigh most."
        say(f"{before}{crowded:,} {what}")


def blocks_as_dicts(blocks: Sequence[OversizedBlock]) -> list[dict[str, Any]]:
    """Blocks that were left out, for JSON."""
    return [{"rule": each.rule, "value": each.value, "records": each.records} for each in blocks]
