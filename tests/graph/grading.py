"""What a linkage says of pairs, by its bars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from symposia.graph.linking.linkage import Linkage

__all__ = ["graded"]


def graded(linkage: Linkage, rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    """`same`, `close` or `review` by the left and right records of scored pairs."""
    bars = linkage.thresholds
    return {
        (row["left"], row["right"]): "same"
        if row["probability"] >= bars.same
        else "close"
        if row["probability"] >= bars.close
        else "review"
        for row in rows
    }
