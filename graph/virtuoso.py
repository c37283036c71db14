"""What queries to Virtuoso and its answers need before they can be relied on.

It answers ASK with a table, does not sort far into an answer, and cuts answers off without an error
(https://docs.openlinksw.com/virtuoso/rdfsparqlprotocolendpoint/, https://vos.openlinksw.com/).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from .errors import LimitError, QueryTimeoutError
from .tokens import Token, tokens

__all__ = ["DESCRIBE_MODE", "RowLimit", "Select", "as_select", "is_virtuoso", "refused"]

DESCRIBE_MODE: Final = 'define sql:describe-mode "SPO"\n'
"""Before a DESCRIBE: what has the thing as its subject, and not as its object too."""

_MOST: Final = 1_048_576
"""The rows after which it stops, whatever is asked."""
_PROBE: Final = "SELECT (1 AS ?x) WHERE {{ ?s ?p ?o }} LIMIT {}"
"""As many rows as are wanted, where the server has as many triples."""
_FEWEST: Final = 1000


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
        depth += _step(token)
        if depth == 0 and token.text == "}" and number < len(found) - 1:
            return None
    ask = next(token for token in found if token.text.upper() == "ASK" and token.kind == "word")
    return f"{query[: ask.start]}SELECT *{query[ask.start + 3 :]}\nLIMIT 1"


class RowLimit:
    """After how many rows or triples a server cuts answers off; found out from its answers."""

    def __init__(self) -> None:
        self._limit: int | None = None
        self._proven = 0

    def of_table(self, headers: Mapping[str, str], rows: int) -> int | None:
        """The limit that has cut a table off; None where the table is whole.

        :param headers: of its answer; they name the limit where there may be more rows.
        :raises QueryTimeoutError: the query was stopped, and this is what it had found.
        """
        if "X-SQL-State" in headers:
            raise QueryTimeoutError(
                "Virtuoso stopped the query and answered with a part.", hint="Ask for less."
            )
        configured = headers.get("X-SPARQL-MaxRows", "")
        if configured.isdecimal():
            self._limit = int(configured)
        limit = min(int(configured), _MOST) if configured.isdecimal() else _MOST
        return limit if rows >= limit else None

    def of_graph(
        self, headers: Mapping[str, str], triples: int, ask: Callable[[str], tuple[int, object]]
    ) -> int | None:
        """The limit that has cut a graph off; None where it is whole.

        Only the answer of a table names the limit, so a table of as many rows is asked for.

        :param ask: asks for a table, and gives the number of its rows and its headers.
        :raises QueryTimeoutError: the query was stopped, and this is what it had found.
        """
        self.of_table(headers, 0)
        if self._limit is None and triples > self._proven:
            wanted = min(max(2 * triples, _FEWEST), _MOST)
            self._proven, told = ask(_PROBE.format(wanted))
            assert isinstance(told, Mapping)  # noqa: S101
            self.of_table(told, 0)
        limit = min(self._limit or _MOST, _MOST)
        return limit if triples >= limit else None


def refused(limit: int) -> LimitError:
    """The error for an answer that is not whole."""
    return LimitError(
        f"Virtuoso cuts answers off at {limit:,} rows, and this one has as many.",
        hint="Ask for fewer at a time, by LIMIT and OFFSET.",
    )


class Select(NamedTuple):
    """A SELECT in its parts.

    :param prologue: what stands before it.
    :param names: what it projects, as another SELECT would that has it as a sub-select.
    :param body: from SELECT on, without LIMIT and OFFSET.
    :param slice: its LIMIT and OFFSET, or nothing.
    :param ordered: whether it has ORDER BY.
    """

    prologue: str
    names: str
    body: str
    slice: str
    ordered: bool

    @classmethod
    def of(cls, query: str) -> Select:
        """Take a SELECT without FROM, which parses, to pieces."""
        found = list(tokens(query))
        first = next(
            i for i, t in enumerate(found) if t.kind == "word" and t.text.upper() == "SELECT"
        )
        opens = _next(found, first, "{")
        names = _projected(found[first + 1 : opens])
        start = found[first].start
        slices: list[tuple[int, int]] = []
        ordered, depth = False, 0
        for token, value in zip(found[opens:], [*found[opens + 1 :], None], strict=True):
            depth += _step(token)
            word = token.text.upper() if depth == 0 and token.kind == "word" else ""
            ordered = ordered or word == "ORDER"
            if word in ("LIMIT", "OFFSET") and value is not None:
                slices.append((token.start, value.start + len(value.text)))
        body, done = "", start
        for begin, end in slices:
            body += query[done:begin]
            done = end
        cut = " ".join(query[begin:end] for begin, end in slices)
        return cls(query[:start], names, body + query[done:], cut, ordered)

    def within(self) -> str:
        """The same with its sorting in a sub-select.

        Virtuoso sorts any number of rows there, and no more than MaxSortedTopRows where LIMIT
        stands beside ORDER BY.
        """
        return f"{self._outer(self.names)} {self.slice}"

    def page(self, rows: int, offset: int) -> str:
        """Some of its rows; it has no LIMIT of its own."""
        return f"{self._outer(self.names)} LIMIT {rows} OFFSET {offset}"

    def counted(self) -> str:
        """The number of its rows, as ?n."""
        return self._outer("(COUNT(*) AS ?n)")

    def _outer(self, names: str) -> str:
        return f"{self.prologue}SELECT {names} WHERE {{ {{ {self.body}\n}} }}"


def _projected(head: list[Token]) -> str:
    names: list[str] = []
    depth = 0
    for before, token in zip([None, *head], head, strict=False):
        depth += (token.text == "(") - (token.text == ")") if token.kind == "mark" else 0
        named = before is not None and before.text.upper() == "AS" and depth == 1
        if token.kind == "variable" and (depth == 0 or named):
            names.append(token.text)
    return " ".join(names) or "*"


def _next(found: list[Token], begin: int, mark: str) -> int:
    return next(i for i in range(begin, len(found)) if found[i].text == mark)


def _step(token: Token) -> int:
    return (token.text == "{") - (token.text == "}") if token.kind == "mark" else 0
