"""SPARQL updates as text: their operations, and the dataset that a request gives them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple
from urllib.parse import urljoin

import pyoxigraph as ox

from .errors import QueryError
from .explanations import explain, fault
from .tokens import Token, tokens

__all__ = ["Update", "operations", "read_update", "refuse_default_graph", "with_dataset"]

_VERBS: Final = frozenset({"INSERT", "DELETE", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD"})
_WORDS: Final = _VERBS | frozenset(
    {"BASE", "PREFIX", "VERSION", "DATA", "WHERE", "WITH", "USING", "NAMED", "GRAPH", "DEFAULT"}
    | {"ALL", "SILENT", "TO"}
)
_PROLOGUES: Final = {"BASE": ("iri",), "PREFIX": ("name", "iri"), "VERSION": ("string",)}
_UNION: Final = "the default graph is the union of the named graphs and is not written by itself"


class Update(NamedTuple):
    """An update as the engine reads it, which knows prologues at the start alone.

    :param base: IRI against which relative IRIs are resolved.
    :param prefixes: those that are declared before later operations.
    """

    text: str
    base: str | None
    prefixes: dict[str, str]

    def run(self, engine: ox.Store) -> None:
        """Run it in an engine, whole or not at all.

        :raises QueryError: it does not parse, or cannot be run.
        :raises OSError: the store cannot be written.
        """
        try:
            engine.update(self.text, base_iri=self.base, prefixes=self.prefixes)
        except SyntaxError as error:
            raise explain(self.text, str(error), update=True) from error
        except (RuntimeError, ValueError) as error:
            raise QueryError(f"The update cannot be run: {_sentence(error)}.") from error

    def check(self) -> None:
        """Check the syntax, by way of an empty store; there may be no LOAD and no SERVICE.

        :raises QueryError: it does not parse; with line and column.
        """
        try:
            ox.Store().update(self.text, base_iri=self.base, prefixes=self.prefixes)
        except SyntaxError as error:
            raise explain(self.text, str(error), update=True) from error
        except (RuntimeError, ValueError, OSError):
            return  # it fails on an empty store, and need not fail on a full one


class Operation(NamedTuple):
    """An operation of an update.

    :param tokens: its tokens outside braces, with the braces, without its prologue.
    :param prologue: offset of the prologue before it, or of itself where there is none.
    :param start: offset of its first token.
    :param end: offset after its last token.
    """

    tokens: list[Token]
    prologue: int
    start: int
    end: int

    @property
    def words(self) -> list[str]:
        """Its keywords, in upper case."""
        return [token.text.upper() for token in self.tokens if token.kind == "word"]

    @property
    def is_delete_where(self) -> bool:
        """Whether it is DELETE WHERE {…}, short for DELETE {…} WHERE {…}."""
        return [token.text.upper() for token in self.tokens[:2]] == ["DELETE", "WHERE"]


def operations(update: str) -> list[Operation]:
    """The operations of an update (https://www.w3.org/TR/sparql11-update/#updateLanguage).

    :raises QueryError: a keyword outside braces is none of an update, or is written without space.
    """
    found: list[Operation] = []
    for part in _parts(update):
        begin = _after_prologue(part)
        body = part[begin:]
        if not body:
            continue
        for token in body:
            if token.kind == "word" and token.text.upper() not in _WORDS:
                raise fault(update, token.start, f"'{token.text}' is no keyword of an update")
        if body[0].kind != "word" or body[0].text.upper() not in (*_VERBS, "WITH"):
            raise fault(update, body[0].start, f"'{body[0].text}' begins no operation")
        last = body[-1]
        found.append(Operation(body, part[0].start, body[0].start, last.start + len(last.text)))
    return found


def read_update(text: str, base: str | None = None) -> Update:
    """Take the prologues of later operations out of an update, and keep every other place.

    :raises QueryError: a keyword is none of an update, or a later prologue changes the base or the
        meaning of a prefix, which the engine cannot follow.
    """
    if ";" not in text:
        return Update(text, base, {})
    declared: dict[str, str] = {}
    later: dict[str, str] = {}
    for number, part in enumerate(_parts(text)):
        end = _after_prologue(part)
        for at, token in enumerate(part[:end]):
            word = token.text.upper()
            if token.kind == "iri" and part[at - 1].text.upper() == "BASE":
                if number:
                    hint = "Put it first, or write whole IRIs."
                    raise fault(text, token.start, "BASE stands after the first operation", hint)
                base = urljoin(base or "", token.text[1:-1])
            if word != "PREFIX":
                continue
            name = part[at + 1].text.rstrip(":")
            iri = urljoin(base or "", part[at + 2].text[1:-1])
            if declared.setdefault(name, iri) != iri:
                what = f"the prefix '{name}:' has another meaning before"
                raise fault(text, part[at + 1].start, what, "Choose another prefix.")
            if number:
                later[name] = iri
        if number and end:
            first, last = part[0], part[end - 1]
            stop = last.start + len(last.text)
            blank = "".join(c if c in "\r\n" else " " for c in text[first.start : stop])
            text = text[: first.start] + blank + text[stop:]
    return Update(text, base, later)


def with_dataset(update: str, using: Sequence[str], using_named: Sequence[str]) -> str:
    """Give an update the dataset of its request.

    Each DELETE and INSERT with a WHERE gets USING and USING NAMED
    (https://www.w3.org/TR/sparql11-protocol/#update-operation).

    :param using: IRIs of `using-graph-uri`.
    :param using_named: IRIs of `using-named-graph-uri`.
    :raises QueryError: an IRI is none, or the update has USING, USING NAMED or WITH itself.
    """
    if not using and not using_named:
        return update
    clauses = "".join(f"USING {_written(iri)} " for iri in using)
    clauses += "".join(f"USING NAMED {_written(iri)} " for iri in using_named)
    pieces: list[str] = []
    done = 0
    for operation in operations(update):
        for token in operation.tokens:
            if token.kind == "word" and token.text.upper() in ("USING", "WITH"):
                what = f"{token.text.upper()} stands beside using-graph-uri of the request"
                raise fault(update, token.start, what, "Give the dataset in one of the two.")
        where = next((t for t in operation.tokens if t.text.upper() == "WHERE"), None)
        if where is None:
            continue
        pieces.append(update[done : where.start])
        done = where.start
        if operation.is_delete_where:
            pieces.append(update[where.start + len(where.text) : operation.end] + " ")
        pieces.append(clauses)
    return "".join(pieces) + update[done:]


def refuse_default_graph(update: str) -> None:
    """Refuse an update that writes to the default graph.

    :raises QueryError: it inserts or deletes triples without naming a graph, or empties, moves or
        fills the default graph.
    """
    hint = "Name the graph, by GRAPH <…> { … } or by WITH <…>."
    for operation in operations(update):
        words = operation.words
        if words[0] in ("CLEAR", "DROP") and "DEFAULT" in words:
            raise fault(update, operation.start, _UNION)
        target = operation.tokens[-1]
        if words[0] in ("COPY", "MOVE", "ADD") and target.text.upper() == "DEFAULT":
            raise fault(update, target.start, _UNION)
        if words[0] == "MOVE" and "DEFAULT" in words:
            raise fault(update, operation.start, _UNION)
        if words[0] in ("INSERT", "DELETE", "WITH") and "WITH" not in words:
            for token in _written_triples(update, operation):
                raise fault(update, token.start, _UNION, hint)


def _written_triples(update: str, operation: Operation) -> Iterator[Token]:
    """The first tokens of what is inserted or deleted outside GRAPH."""
    written = operation.is_delete_where
    depth = 0
    before = Token("mark", "", 0)
    inner = [t for t in tokens(update[: operation.end]) if t.start >= operation.start]
    for token in inner:
        if token.kind == "word" and depth == 0:
            written = written or token.text.upper() in ("INSERT", "DELETE", "DATA")
            if token.text.upper() == "WHERE" and not operation.is_delete_where:
                return
        if token.kind == "mark" and token.text in "{}":
            depth += 1 if token.text == "{" else -1
        elif depth == 1 and written and token.text != ".":
            graph = "GRAPH" in (token.text.upper(), before.text.upper())
            if not graph:
                yield token
        before = token


def _parts(update: str) -> Iterator[list[Token]]:
    """The tokens outside braces, with the braces themselves, cut at semicolons."""
    part: list[Token] = []
    depth = 0
    for token in tokens(update):
        brace = token.kind == "mark" and token.text in "{}"
        if brace and token.text == "}":
            depth -= 1
        if depth == 0 and token.kind == "mark" and token.text == ";":
            yield part
            part = []
        elif depth <= 0:
            part.append(token)
        if brace and token.text == "{":
            depth += 1
    yield part


def _after_prologue(part: list[Token]) -> int:
    """How many tokens of an operation are its prologue, as far as it is well formed."""
    at = 0
    while at < len(part) and part[at].kind == "word":
        kinds = _PROLOGUES.get(part[at].text.upper())
        after = part[at + 1 : at + 1 + len(kinds or ())]
        if kinds is None or tuple(token.kind for token in after) != kinds:
            break
        at += 1 + len(kinds)
    return at


def _written(iri: str) -> str:
    try:
        return str(ox.NamedNode(iri))
    except ValueError as error:
        raise QueryError(f"'{iri}' is not an absolute IRI.") from error


def _sentence(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
