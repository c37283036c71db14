"""The tokens of a SPARQL query, and what can be told from them without parsing it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple
from urllib.parse import urljoin

__all__ = ["Token", "dataset_of", "tokens", "without_dataset"]

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
    if "FROM" not in query.upper():
        return None
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


def without_dataset(query: str) -> str:
    """A query without its FROM and FROM NAMED, for which blanks stand, so that places stay."""
    found = list(tokens(query))
    for i, token in enumerate(found):
        if token.kind == "word" and token.text.upper() == "FROM":
            named = [t.text.upper() for t in found[i + 1 : i + 2]] == ["NAMED"]
            for clause in found[i : i + 2 + named]:
                end = clause.start + len(clause.text)
                query = query[: clause.start] + " " * len(clause.text) + query[end:]
    return query
