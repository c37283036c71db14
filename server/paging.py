"""A part of the answer of a question: which rows, and where the rows before and after it are."""

from __future__ import annotations

import json
import re
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

import pyoxigraph as ox
from flask import request

from ..graph.errors import ParameterError
from ..graph.results import serialise_results
from .negotiation import Format

__all__ = ["LARGEST_LIMIT", "LARGEST_OFFSET", "Page", "cut", "links"]

LARGEST_LIMIT: Final = 10_000
"""Rows of the largest page."""

LARGEST_OFFSET: Final = 1_000_000_000
"""Rows that can be left out before a page."""

_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,15}")


@dataclass(frozen=True)
class Page:
    """Some rows of an answer.

    The order of a question leaves no two rows in doubt, so pages neither overlap nor leave gaps.

    :param limit: how many at most; None for all.
    :param offset: how many are left out before them.
    """

    limit: int | None = None
    offset: int = 0

    @classmethod
    def parse(cls, values: MutableMapping[str, str]) -> Page:
        """Read `limit` and `offset`, and take them out of the values.

        :raises ParameterError: one is no whole number, or too large.
        """
        limit = _number(values, "limit", 1, LARGEST_LIMIT)
        return cls(limit, _number(values, "offset", 0, LARGEST_OFFSET) or 0)

    def of(self, query: str) -> str:
        """A query for this page, and for one row more, which tells whether there is a next page.

        LIMIT and OFFSET take numbers and nothing that could be bound, so they are written out;
        they are numbers by their type.
        """
        clauses = [] if self.limit is None else [f"LIMIT {self.limit + 1:d}"]
        clauses += [f"OFFSET {self.offset:d}"] if self.offset else []
        return "\n".join([query, *clauses]) if clauses else query


def _number(values: MutableMapping[str, str], name: str, least: int, most: int) -> int | None:
    text = values.pop(name, None)
    if text is None:
        return None
    if not _NUMBER.fullmatch(text) or not least <= int(text) <= most:
        raise ParameterError(
            f"'{name}' must be a whole number from {least} to {most}.",
            hint=f"For example: {name}={max(least, 50)}",
        )
    return int(text)


def cut(answer: bytes, limit: int, form: Format) -> tuple[bytes, bool]:
    """Take the first rows of an answer.

    :param answer: a table as SPARQL results in JSON.
    :param form: the format to write them in.
    :return: the page, and whether there were more rows.
    """
    table = json.loads(answer)
    rows = table["results"]["bindings"]
    more = len(rows) > limit
    if more:
        del rows[limit:]
        answer = json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode()
    if form.name == "json":
        return answer, more
    parsed = ox.parse_query_results(answer, ox.QueryResultsFormat.JSON)
    return serialise_results(parsed, form.name), more


def links(page: Page, more: bool) -> str:
    """The `Link` header of a page (https://www.rfc-editor.org/rfc/rfc8288)."""
    if page.limit is None:
        return ""
    places = {"first": 0} if page.offset else {}
    if page.offset:
        places["prev"] = max(page.offset - page.limit, 0)
    if more:
        places["next"] = page.offset + page.limit
    return ", ".join(f'<{_address(offset)}>; rel="{name}"' for name, offset in places.items())


def _address(offset: int) -> str:
    values = {**request.args, "offset": str(offset)}
    return f"{quote(request.script_root + request.path)}?{urlencode(values)}"
