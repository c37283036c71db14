"""Which of the formats that a client accepts an answer is written in."""

from __future__ import annotations

from typing import TypeVar

import pyoxigraph as ox

from ..graph.errors import NotAcceptableError
from ..graph.store import Results

__all__ = ["acceptable"]

Format = TypeVar("Format")


def acceptable(found: Results, results: Format | None, graph: Format | None) -> Format:
    """The format for an answer.

    :param results: the format of a SELECT or ASK answer, None when none is acceptable.
    :param graph: the format of a CONSTRUCT or DESCRIBE answer, None likewise.
    :raises NotAcceptableError: the form of the answer has no acceptable format.
    """
    is_graph = isinstance(found, ox.QueryTriples)
    wanted = graph if is_graph else results
    if wanted is None:
        form = "a graph" if is_graph else "a table or truth value"
        raise NotAcceptableError(
            f"The answer is {form}, and no format of your Accept header can hold that.",
            hint="Accept */* gets the usual one.",
        )
    return wanted
