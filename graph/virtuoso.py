"""What the answers of Virtuoso need before they can be relied on.

It writes computed booleans as 0 and 1, and cuts answers off without an error
(https://docs.openlinksw.com/virtuoso/rdfsparqlprotocolendpoint/, https://vos.openlinksw.com/).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from .errors import LimitError, QueryTimeoutError

__all__ = ["ROW_LIMIT", "check_whole", "is_virtuoso", "repaired"]

ROW_LIMIT: Final = 1_048_576
"""The rows after which it stops, whatever is asked."""

_BOOLEAN: Final = re.compile(
    rb'("datatype": "http://www\.w3\.org/2001/XMLSchema#boolean", "value": )"([01])"'
)


def is_virtuoso(headers: Mapping[str, str]) -> bool:
    """Whether an answer comes from Virtuoso."""
    return headers.get("Server", "").startswith("Virtuoso")


def repaired(body: bytes) -> bytes:
    """Results in JSON with booleans as RDF writes them.

    A string cannot look like what is replaced, as its quotation marks are escaped.
    """
    return _BOOLEAN.sub(lambda m: m[1] + (b'"true"' if m[2] == b"1" else b'"false"'), body)


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
