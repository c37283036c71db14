"""The tokens of a SPARQL query, and what can be told from them without parsing it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple
from urllib.parse import urljoin

from .errors import QueryError
from .namespaces import PREFIXES

__all__ = ["Token", "dataset_of", "explain", "refuse_service", "tokens"]

_LOCAL = r"(?:[\w:.\-·]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])*+"
_TOKEN: Final = re.compile(
    rf"""
      (?P<space>\s++)
    | (?P<comment>\#[^\r\n]*+)
    | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*+>)
    | (?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*+\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*+'''
        |"(?:[^"\\\r\n]|\\.)*+"|'(?:[^'\\\r\n]|\\.)*+')
    | (?P<variable>[?$]\w++)
    | (?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
    | (?P<name>(?:[^\W\d][\w.\-·]*+)?+:{_LOCAL})
    | (?P<word>[^\W\d][\w.\-·]*+)
    | (?P<number>\d++(?:\.\d++)?+(?:[eE][+\-]?\d++)?+)
    | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_SCHEME: Final = re.compile(r"<(?:([A-Za-z][A-Za-z0-9+.\-]*):|/|>)")
_WHERE: Final = re.compile(r"error at (\d+):(\d+)")
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
    VERSION LANGDIR STRLANGDIR HASLANG HASLANGDIR
    """.split()  # noqa: SIM905
)
_PAIRS: Final = {"{": "}", "(": ")", "[": "]"}


class Token(NamedTuple):
    """A token of a query.

    :param kind: iri, string, variable, language, name (prefixed), word, number or mark.
    :param text: the token as written.
    :param start: offset of its first character in the query.
    """

    kind: str
    text: str
    start: int


def tokens(query: str) -> Iterator[Token]:
    """The tokens of a query without white space and comments (SPARQL 1.1, section 19.8).

    Takes time in proportion to the length of the query, whatever the query is. Text that is no
    token comes out as single marks, so every character is accounted for.
    """
    for match in _TOKEN.finditer(query):
        kind = match.lastgroup or "mark"
        if kind not in ("space", "comment"):
            yield Token(kind, match.group(), match.start())


def dataset_of(query: str, base: str | None = None) -> tuple[list[str], list[str]] | None:
    """The dataset that a query names by FROM and FROM NAMED (SPARQL 1.1, section 13.2).

    :param base: IRI against which the engine resolves relative IRIs.
    :return: IRIs of the default graph and of the named graphs; None where there is neither clause.
    """
    found = list(tokens(query))
    if not any(token.kind == "word" and token.text.upper() == "FROM" for token in found):
        return None
    prefixes: dict[str, str] = {}
    graphs: dict[bool, list[str]] = {False: [], True: []}
    for i, token in enumerate(found):
        before = [t.text.upper() for t in found[max(i - 2, 0) : i]]
        if token.kind == "iri":
            iri = urljoin(base or "", token.text[1:-1])
            if before[-1:] == ["BASE"]:
                base = iri
            elif before[:1] == ["PREFIX"]:
                prefixes[found[i - 1].text.rstrip(":")] = iri
        elif token.kind == "name":
            prefix, _, local = token.text.partition(":")
            iri = prefixes.get(prefix, "") + re.sub(r"\\(.)", r"\1", local)
        else:
            continue
        if before[-1:] == ["FROM"] or before == ["FROM", "NAMED"]:
            graphs[before[-1:] == ["NAMED"]].append(iri)
    return graphs[False], graphs[True]


def refuse_service(query: str) -> None:
    """Refuse a query that asks another server.

    The engine takes SERVICE without white space around it, and `?a<?b` before a comment can look
    like an IRI. Where the two readings differ, the query is refused: it can be written clearly.

    :raises QueryError: the query holds SERVICE, or text in which SERVICE could be hidden.
    """
    if "service" not in query.lower():
        return
    found = list(tokens(query))
    declared = _declared(found)
    for i, token in enumerate(found):
        if token.kind == "iri":
            scheme = _SCHEME.match(token.text)
            if not scheme or (scheme.group(1) or "").lower() in declared:
                _refuse(query, token)
        elif token.kind == "word" and "service" in token.text.lower():
            _refuse(query, token)
        elif token.kind == "name" and "service" in token.text.partition(":")[0].lower():
            opens = found[i + 1 : i + 2]
            graph = found[i - 1 : i] if i else []
            if [t.text for t in opens] == ["{"] and [t.text.upper() for t in graph] != ["GRAPH"]:
                _refuse(query, token)


def explain(query: str, error: str) -> QueryError:
    """Turn the engine's message on a query that does not parse into one for its author.

    :param error: the engine's message, with `error at LINE:COLUMN` in it.
    :return: the error, with line and column and a hint where the fault is a common one.
    """
    found = list(tokens(query))
    if not found:
        return QueryError("The query is empty.", hint="Write for example SELECT * { ?s ?p ?o }.")
    for look in (_update, _unclosed_string, _undeclared, _misspelt, _brackets):
        fault = look(query, found, error)
        if fault is not None:
            return fault
    return _elsewhere(query, found, error)


def _place(query: str, start: int) -> tuple[int, int]:
    before = query[:start]
    return before.count("\n") + 1, start - (before.rfind("\n") + 1) + 1


def _fault(query: str, start: int, what: str, hint: str = "") -> QueryError:
    line, column = _place(query, start)
    return QueryError(
        f"The query is wrong at line {line}, column {column}: {what}.",
        line=line,
        column=column,
        hint=hint,
    )


def _refuse(query: str, token: Token) -> None:
    raise _fault(
        query,
        token.start,
        "this could ask another server (SERVICE), which is not allowed",
        "Ask that server itself, or write the query without SERVICE and without relative IRIs.",
    )


def _declared(found: list[Token]) -> set[str]:
    names: set[str] = set()
    for before, token in pairwise(found):
        if token.kind == "name" and before.text.upper() == "PREFIX":
            names.add(token.text.partition(":")[0].lower())
    for token in found:  # the engine also takes `PREFIXex:`
        if token.kind == "name" and token.text.upper().startswith("PREFIX"):
            names.add(token.text.partition(":")[0].lower()[6:])
    return names


def _update(query: str, found: list[Token], _: str) -> QueryError | None:
    verb = next(
        (t for t in found if t.kind == "word" and t.text.upper() not in ("PREFIX", "BASE")), None
    )
    if verb is None or verb.text.upper() not in _UPDATES:
        return None
    return _fault(
        query,
        verb.start,
        f"{verb.text.upper()} begins an update, and only queries are answered here",
        f"A query begins with {', '.join(_FORMS[:-1])} or {_FORMS[-1]}.",
    )


def _unclosed_string(query: str, found: list[Token], _: str) -> QueryError | None:
    quote = next((t for t in found if t.kind == "mark" and t.text in "\"'"), None)
    return quote and _fault(query, quote.start, "the string that begins here is not closed")


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
            return _fault(query, token.start, f"the prefix '{prefix}:' is not declared", hint)
    return None


def _misspelt(query: str, found: list[Token], _: str) -> QueryError | None:
    for token in found:
        word = token.text.upper().rstrip(".-")
        if token.kind == "word" and word not in _CLAUSES:
            near = difflib.get_close_matches(word, _CLAUSES, n=1, cutoff=0.7)
            hint = f"Did you mean {near[0]}?" if near else ""
            return _fault(query, token.start, f"'{token.text}' means nothing in SPARQL", hint)
    return None


def _brackets(query: str, found: list[Token], _: str) -> QueryError | None:
    still_open: list[Token] = []
    for token in (t for t in found if t.kind == "mark"):
        if token.text in _PAIRS:
            still_open.append(token)
        elif token.text in _PAIRS.values():
            if not still_open:
                return _fault(query, token.start, f"this '{token.text}' closes nothing")
            begun = still_open.pop()
            if _PAIRS[begun.text] != token.text:
                line, column = _place(query, begun.start)
                what = f"'{token.text}' stands where '{_PAIRS[begun.text]}' was to close"
                return _fault(
                    query, token.start, f"{what} the '{begun.text}' of line {line}, column {column}"
                )
    if still_open:
        begun = still_open[-1]
        return _fault(query, begun.start, f"the '{begun.text}' that begins here is not closed")
    return None


def _elsewhere(query: str, found: list[Token], error: str) -> QueryError:
    match = _WHERE.search(error)
    if match is None:
        return QueryError(f"The query is wrong: {error.rstrip('.')}.")
    line, column = int(match.group(1)), int(match.group(2))
    lines = query.split("\n")
    start = sum(len(text) + 1 for text in lines[: line - 1]) + column - 1
    if "unbound" in error:
        return _fault(
            query,
            found[0].start,
            "a selected variable is neither grouped nor aggregated",
            "Name it in GROUP BY, or put it into COUNT, MIN, SAMPLE or the like.",
        )
    if "overrides an existing variable" in error:
        what = "AS gives a value to a variable that already has one"
        return _fault(query, found[0].start, what, "Give the expression a name of its own.")
    if "IRI parsing failed" in error:
        iri = next((t for t in reversed(found) if t.kind == "iri" and t.start < start), None)
        if iri is not None and not _SCHEME.match(iri.text):
            hint = "Write the whole IRI, or put BASE <…> first."
            return _fault(query, iri.start, f"{iri.text} is a relative IRI", hint)
    here = next((t for t in found if t.start + len(t.text) > start), None)
    if here is None:
        return _fault(query, len(query.rstrip()), "something is missing here or before")
    return _fault(query, here.start, f"'{here.text}' cannot stand here")
