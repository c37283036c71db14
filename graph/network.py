"""What a query or update may ask of other servers: nothing, or listed endpoints by SERVICE."""

from __future__ import annotations

import re
from collections.abc import Container
from itertools import pairwise
from typing import Final

from .errors import QueryError
from .explanations import fault
from .tokens import Token, tokens

__all__ = ["refuse_load", "refuse_service"]

_SCHEME: Final = re.compile(r"<(?:([A-Za-z][A-Za-z0-9+.\-]*):|/|>)")


def refuse_service(query: str, allowed: Container[str] = ()) -> list[Token]:
    """Refuse a query or update that asks another server by SERVICE, unless that one is listed.

    The engine takes SERVICE without white space around it, and `?a<?b` before a comment can look
    like an IRI. Where the two readings differ, the query is refused: it can be written clearly.

    :param allowed: IRIs of the endpoints that may be asked.
    :return: the IRIs of those endpoints where the query names them.
    :raises QueryError: the query holds SERVICE, or text in which SERVICE could be hidden.
    """
    if "service" not in query.lower():
        return []
    found = list(tokens(query))
    _refuse_ambiguous(query, found)
    endpoints: list[Token] = []
    for i, token in enumerate(found):
        if token.kind == "word" and "service" in token.text.lower():
            named = _endpoint(found, i)
            if named is None or named.text[1:-1] not in allowed:
                raise _refused(query, token)
            endpoints.append(named)
        elif token.kind == "name" and "service" in token.text.partition(":")[0].lower():
            opens = found[i + 1 : i + 2]
            graph = found[i - 1 : i] if i else []
            if [t.text for t in opens] == ["{"] and [t.text.upper() for t in graph] != ["GRAPH"]:
                raise _refused(query, token)
    return endpoints


def refuse_load(update: str) -> None:
    """Refuse an update that reads a document from the network (LOAD).

    :raises QueryError: the update holds LOAD, or text in which LOAD could be hidden.
    """
    if "load" not in update.lower():
        return
    found = list(tokens(update))
    _refuse_ambiguous(update, found)
    depth = 0
    for before, token in pairwise([Token("mark", ";", 0), *found]):
        depth += (token.text == "{") - (token.text == "}") if token.kind == "mark" else 0
        starts = token.text.upper().startswith("LOAD")
        # Within braces no keyword of an update can stand, and a declared prefix may be `load:`.
        if token.kind == "word" and starts and depth <= 0:
            raise fault(update, token.start, "LOAD reads from the network, which is not allowed")
        if token.kind == "name" and starts and depth <= 0 and not _names(before):
            raise fault(
                update,
                token.start,
                "this could be LOAD, which reads from the network and is not allowed",
                "Choose another prefix.",
            )


def _names(before: Token) -> bool:
    """Whether what follows a token outside braces is surely a name, and not LOAD before a name."""
    return before.text.upper() in ("PREFIX", "GRAPH", "TO", "WITH", "USING", "NAMED", "INTO")


def _endpoint(found: list[Token], at: int) -> Token | None:
    """The IRI that a SERVICE clause, written with white space, names."""
    if found[at].text.upper() != "SERVICE":
        return None
    after = found[at + 1 : at + 3]
    if after and after[0].text.upper() == "SILENT":
        after = after[1:]
    return after[0] if after and after[0].kind == "iri" else None


def _refuse_ambiguous(text: str, found: list[Token]) -> None:
    """Refuse IRIs that the engine could read as comparisons, after which a comment begins.

    Without a comment in it, what looks like an IRI ends where it seems to, and holds no brace.
    """
    declared = _declared(found)
    for token in found:
        if token.kind == "iri" and "#" in token.text:
            scheme = _SCHEME.match(token.text)
            if not scheme or (scheme.group(1) or "").lower() in declared:
                raise fault(
                    text,
                    token.start,
                    f"{token.text} is an IRI or a comparison; after it SERVICE or LOAD could hide",
                    "Write the whole IRI, or a space after the <.",
                )


def _refused(query: str, token: Token) -> QueryError:
    return fault(
        query,
        token.start,
        "this could ask another server (SERVICE), which is not allowed",
        "Ask that server itself, and bring the answers together.",
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
