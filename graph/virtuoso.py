"""What the answers of Virtuoso need before they can be relied on.

It answers ASK with a table, and cuts answers off without an error
(https://docs.openlinksw.com/virtuoso/rdfsparqlprotocolendpoint/, https://vos.openlinksw.com/).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .errors import LimitError, QueryTimeoutError
from .tokens import tokens

__all__ = ["ROW_LIMIT", "as_select", "check_whole", "is_virtuoso"]

ROW_LIMIT: Final = 1_048_576
"""The rows after which it stops, whatever is asked."""


def is_virtuoso(headers: Mapping[str, str]) -> bool:
    """Whether an answer comes from Virtuoso."""
    return headers.get("Server", "").startswith("Virtuoso")


def as_select(query: str) -> str | None:
    """An ASK as a SELECT that has a row where the answer is true.

    Virtuoso answers `ASK { GRAPH <a> { ?s ?p ?o } }` with true where there is no such graph.

    :param query: an ASK that parses.
    :return: None where it has more than a group.
    """
    found = list(tokens(query))
    depth = 0
    for number, token in enumerate(found):
        depth += (token.text == "{") - (token.text == "}") if token.kind == "mark" else 0
        if depth == 0 and token.text == "}" and number < len(found) - 1:
            return None
    ask = next(token for token in found if token.text.upper() == "ASK" and token.kind == "word")
    return f"{query[: ask.start]}SELECT *{query[ask.start + 3 :]}\nLIMIT 1"


def check_whole(headers: Mapping[str, str], rows: int) -> None:
    """Check that an answer is not a part of the answer.

    :param rows: its rows or triples.
    :raises LimitError: it ends where Virtuoso stops.
    :raises QueryTimeoutError: the query was stopped, and this is what it had found.
    """
    if "X-SQL-State" in headers:
        raise QueryTimeoutError(
            "Virtuoso stopped the query and answered with a part.", hint="Ask for less."
        )
    configured = headers.get("X-SPARQL-MaxRows", "")
    limit = min(int(configured), ROW_LIMIT) if configured.isdecimal() else ROW_LIMIT
    if rows >= limit:
        raise LimitError(
            f"Virtuoso cuts answers off at {limit:,} rows, and this one has as many.",
            hint="Ask for fewer at a time, by LIMIT and OFFSET.",
        )
