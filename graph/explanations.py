"""What is wrong with a query or update that does not parse, told to its author."""

from __future__ import annotations

import difflib
import re
from itertools import pairwise
from typing import Final

from .errors import QueryError
from .namespaces import PREFIXES
from .tokens import Token, tokens

__all__ = ["excerpt", "explain", "fault"]

_SCHEME: Final = re.compile(r"<(?:([A-Za-z][A-Za-z0-9+.\-]*):|/|>)")
_WHERE: Final = re.compile(r"error at (\d+):(\d+)")
_LABEL: Final = re.compile(r"_:[^\s,]+")
_FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES: Final = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD"}
)
_CLAUSES: Final = tuple(
    """
    SELECT ASK CONSTRUCT DESCRIBE BASE PREFIX DISTINCT REDUCED FROM NAMED WHERE GROUP ORDER BY
    HAVING LIMIT OFFSET ASC DESC VALUES OPTIONAL GRAPH UNION MINUS FILTER BIND AS UNDEF EXISTS NOT
    IN SEPARATOR COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT STR LANG LANGMATCHES DATATYPE BOUND IRI
    URI BNODE RAND ABS CEIL FLOOR ROUND CONCAT STRLEN UCASE LCASE ENCODE_FOR_URI CONTAINS STRSTARTS
    STRENDS STRBEFORE STRAFTER YEAR MONTH DAY HOURS MINUTES SECONDS TIMEZONE TZ NOW UUID STRUUID MD5
    SHA1 SHA256 SHA384 SHA512 COALESCE IF STRLANG STRDT SAMETERM ISIRI ISURI ISBLANK ISLITERAL
    ISNUMERIC REGEX SUBSTR REPLACE TRIPLE SUBJECT PREDICATE OBJECT ISTRIPLE ADJUST A TRUE FALSE
    VERSION LANGDIR STRLANGDIR HASLANG HASLANGDIR INSERT DELETE DATA WITH USING CLEAR CREATE DROP
    COPY MOVE ADD TO INTO ALL DEFAULT SILENT SERVICE
    """.split()  # noqa: SIM905
)
_WIDTH: Final = 100
_PAIRS: Final = {"{": "}", "(": ")", "[": "]"}


def explain(query: str, error: str, *, update: bool = False) -> QueryError:
    """Turn the engine's message on a query that does not parse into one for its author.

    :param error: the engine's message, with `error at LINE:COLUMN` in it.
    :param update: whether the text was meant as an update.
    :return: the error, with line and column and a hint where the fault is a common one.
    """
    found = list(tokens(query))
    if not found and update:
        return QueryError("The update is empty.", hint="Write for example CLEAR GRAPH <…>.")
    if not found:
        return QueryError("The query is empty.", hint="Write for example SELECT * { ?s ?p ?o }.")
    other = _query if update else _update
    for look in (other, _unclosed_string, _undeclared, _misspelt, _brackets):
        wrong = look(query, found, error)
        if wrong is not None:
            return wrong
    return _elsewhere(query, found, error)


def _place(query: str, start: int) -> tuple[int, int]:
    before = query[:start]
    return before.count("\n") + 1, start - (before.rfind("\n") + 1) + 1


def fault(query: str, start: int, what: str, hint: str = "") -> QueryError:
    """An error at a place of a query or update.

    :param start: offset of the place.
    :param what: what is wrong there, as the end of a sentence.
    """
    line, column = _place(query, start)
    return QueryError(
        f"Wrong at line {line}, column {column}: {what}.",
        line=line,
        column=column,
        excerpt=excerpt(query, start),
        hint=hint,
    )


def excerpt(query: str, start: int) -> str:
    """The line of a place, cut to what fits a screen, and under it a caret."""
    begins = query.rfind("\n", 0, start) + 1
    ends = query.find("\n", start)
    line = query[begins : ends if ends >= 0 else len(query)].rstrip("\r")
    at = start - begins
    first = max(0, at - _WIDTH // 2) if len(line) > _WIDTH else 0
    shown = line[first : first + _WIDTH]
    cut = "…" if first else ""
    under = "".join("\t" if c == "\t" else " " for c in cut + shown[: at - first])
    return f"{cut}{shown}\n{under}^"


def _query(query: str, found: list[Token], _: str) -> QueryError | None:
    verb = _verb(found)
    if verb is None or verb.text.upper() not in _FORMS:
        return None
    what = f"{verb.text.upper()} begins a query, and this was sent as an update"
    return fault(query, verb.start, what, "Send it as query=… to /sparql.")


def _verb(found: list[Token]) -> Token | None:
    words = (token for token in found if token.kind == "word")
    return next((word for word in words if word.text.upper() not in ("PREFIX", "BASE")), None)


def _update(query: str, found: list[Token], _: str) -> QueryError | None:
    verb = _verb(found)
    if verb is None or verb.text.upper() not in _UPDATES:
        return None
    return fault(
        query,
        verb.start,
        f"{verb.text.upper()} begins an update, and only queries are answered here",
        f"A query begins with {', '.join(_FORMS[:-1])} or {_FORMS[-1]}.",
    )


def _unclosed_string(query: str, found: list[Token], _: str) -> QueryError | None:
    quote = next((t for t in found if t.kind == "mark" and t.text in "\"'"), None)
    return quote and fault(query, quote.start, "the string that begins here is not closed")


def _undeclared(query: str, found: list[Token], _: str) -> QueryError | None:
    declared = {
        token.text.partition(":")[0]
        for before, token in pairwise(found)
        if token.kind == "name" and before.text.upper() == "PREFIX"
    }
    for token in found:
        prefix = token.text.partition(":")[0]
        if token.kind == "name" and prefix != "_" and prefix not in declared:
            known = PREFIXES.get(prefix)
            hint = f"Put this line first: PREFIX {prefix}: <{known}>" if known else ""
            if not known and (near := difflib.get_close_matches(prefix, [*declared, *PREFIXES])):
                hint = f"Did you mean {near[0]}:?"
            return fault(query, token.start, f"the prefix '{prefix}:' is not declared", hint)
    return None


def _misspelt(query: str, found: list[Token], _: str) -> QueryError | None:
    for token in found:
        word = token.text.upper().rstrip(".-")
        if token.kind == "word" and word not in _CLAUSES:
            near = difflib.get_close_matches(word, _CLAUSES, n=1, cutoff=0.7)
            hint = f"Did you mean {near[0]}?" if near else ""
            return fault(query, token.start, f"'{token.text}' means nothing in SPARQL", hint)
    return None


def _brackets(query: str, found: list[Token], _: str) -> QueryError | None:
    still_open: list[Token] = []
    for token in (t for t in found if t.kind == "mark"):
        if token.text in _PAIRS:
            still_open.append(token)
        elif token.text in _PAIRS.values():
            if not still_open:
                return fault(query, token.start, f"this '{token.text}' closes nothing")
            begun = still_open.pop()
            if _PAIRS[begun.text] != token.text:
                line, column = _place(query, begun.start)
                what = f"'{token.text}' stands where '{_PAIRS[begun.text]}' was to close"
                return fault(
                    query, token.start, f"{what} the '{begun.text}' of line {line}, column {column}"
                )
    if still_open:
        begun = still_open[-1]
        return fault(query, begun.start, f"the '{begun.text}' that begins here is not closed")
    return None


def _elsewhere(query: str, found: list[Token], error: str) -> QueryError:
    label = _LABEL.search(error)
    if label and "shared" in error:
        node = next((t for t in reversed(found) if t.text == label.group()), found[0])
        what = f"the blank node {label.group()} is used in more than one block"
        return fault(query, node.start, what, "Give it another label here.")
    match = _WHERE.search(error)
    if match is None:
        return QueryError(f"The text cannot be parsed: {error.rstrip('.')}.")
    line, column = int(match.group(1)), int(match.group(2))
    lines = query.split("\n")
    start = sum(len(text) + 1 for text in lines[: line - 1]) + column - 1
    if "unbound" in error:
        return fault(
            query,
            found[0].start,
            "a selected variable is neither grouped nor aggregated",
            "Name it in GROUP BY, or put it into COUNT, MIN, SAMPLE or the like.",
        )
    if "overrides an existing variable" in error:
        what = "AS gives a value to a variable that already has one"
        return fault(query, found[0].start, what, "Give the expression a name of its own.")
    if "IRI parsing failed" in error:
        iri = next((t for t in reversed(found) if t.kind == "iri" and t.start < start), None)
        if iri is not None and not _SCHEME.match(iri.text):
            hint = "Write the whole IRI, or put BASE <…> first."
            return fault(query, iri.start, f"{iri.text} is a relative IRI", hint)
    here = next((t for t in found if t.start + len(t.text) > start), None)
    if here is None:
        return fault(query, len(query.rstrip()), "something is missing here or before")
    return fault(query, here.start, f"'{here.text}' cannot stand here")
