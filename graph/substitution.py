"""Values of a query's variables, written into its text token by token.

For engines that can only be sent text; the embedded engine binds values itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

import pyoxigraph as ox

from .errors import QueryError
from .explanations import fault
from .tokens import Token, tokens

if TYPE_CHECKING:
    from .store import Term

__all__ = ["substitute"]

_DEPTH: Final = 100
_LONGEST: Final = 10_000
"""Characters of the longest query of which is remembered where its values stand."""
_END: Final = Token("end", "", 0)


def substitute(query: str, bindings: Mapping[str, Term]) -> str:
    """Bind variables of a query to values, in its text.

    The outermost group gets the values by VALUES, so that what is projected, grouped and sorted has
    them; below it, each such variable becomes the value itself. A sub-select is only looked into
    for the variables that it projects (https://www.w3.org/TR/sparql11-query/#variableScope).

    :param query: a query that parses.
    :param bindings: values by name of variable, without `?`.
    :raises QueryError: a SELECT lacks a variable in its projection, the query gives one a value
        itself, or a value is a blank node, which has no name outside its store.
    """
    if not bindings:
        return query
    for name, value in bindings.items():
        if not isinstance(value, ox.NamedNode | ox.Literal):
            raise QueryError(f"The value of ?{name} is a blank node, which a query cannot name.")
    names = frozenset(bindings)
    pieces = _remembered(query, names) if len(query) <= _LONGEST else _pieces(query, names)
    values = {name: f" {value} " for name, value in bindings.items()}
    return "".join([values[piece] if valued else piece for valued, piece in pieces])


def _pieces(query: str, names: frozenset[str]) -> tuple[tuple[bool, str], ...]:
    """A query in pieces: text, and where a value belongs (True) the name of its variable."""
    return tuple(_Rewriter(query, names).pieces())


_remembered = lru_cache(maxsize=512)(_pieces)  # pages ask the same queries over and over


class _Edit(NamedTuple):
    start: int
    end: int
    pieces: tuple[tuple[bool, str], ...]


class _Head(NamedTuple):
    """What the head of a SELECT projects."""

    everything: bool
    names: frozenset[str]
    computed: frozenset[str]


class _Rewriter:
    """Walks over the tokens once, and collects what has to be written instead."""

    def __init__(self, query: str, names: frozenset[str]) -> None:
        self._query = query
        self._names = names
        self._tokens = list(tokens(query))
        self._at = 0
        self._depth = 0
        self._edits: list[_Edit] = []

    def pieces(self) -> Iterator[tuple[bool, str]]:
        """The query with a place for each value."""
        for token in self._tokens:
            if token.text == "\\":  # an escape could hide a variable
                raise fault(self._query, token.start, "an escape stands outside names and strings")
        self._skip_prologue()
        getattr(self, f"_{self._word().lower()}", self._ask)()
        done = 0
        for edit in sorted(self._edits, key=lambda edit: edit[:2]):
            yield False, self._query[done : edit.start]
            yield from edit.pieces
            done = edit.end
        yield False, self._query[done:]

    # Forms

    def _select(self) -> None:
        head = self._select_head()
        for name in self._names:
            if name in head.computed:
                raise self._assigned(name, self._token)
            if not head.everything and name not in head.names:
                raise QueryError(
                    f"The query cannot be run: ?{name} is given a value and is not selected.",
                    hint=f"Add ?{name} to its SELECT.",
                )
        self._group(self._names, anchor=True)

    def _ask(self) -> None:
        self._to_group()
        self._group(self._names, anchor=True)

    def _construct(self) -> None:
        self._next()
        begin = self._at
        short = True
        if self._token.text == "{":
            self._skip_braces()
            short = False
        template = {token.text[1:] for token in self._tokens[begin : self._at]}
        self._to_group()
        # VALUES for a variable that nothing else has: Virtuoso may never answer.
        needed = any(token.text.upper() in ("MINUS", "VALUES") for token in self._tokens)
        shown = None if needed else frozenset(template)
        self._group(self._names, anchor=not short, shown=shown)

    def _describe(self) -> None:
        begin = self._at
        self._to_group()
        if self._token is not _END:
            self._group(self._names, anchor=True)
            return
        self._at = begin
        while self._token is not _END:
            self._replace(self._names)

    # Groups

    def _group(
        self, names: frozenset[str], *, anchor: bool, shown: frozenset[str] | None = None
    ) -> None:
        """A group from `{` to after its `}`.

        :param names: the variables that get their values in it.
        :param anchor: whether the variables themselves are bound, too.
        :param shown: those that need to be; None for all.
        """
        self._depth += 1
        if self._depth > _DEPTH:
            raise QueryError(f"The query is nested more than {_DEPTH} deep.")
        opening = self._next()
        sub_select = self._word() == "SELECT"
        bound = names if shown is None else names & shown
        if anchor and bound:
            values = [((False, f" VALUES ?{n} {{"), (True, n), (False, "}")) for n in sorted(bound)]
            self._insert(opening.start + 1, *chain(*values), (False, " { " if sub_select else " "))
        if sub_select:
            self._sub_select(names)
        else:
            self._body(names, anchor=anchor)
        closing = self._next()
        if anchor and bound and sub_select:
            self._insert(closing.start, (False, " }"))
        self._depth -= 1

    def _body(self, names: frozenset[str], *, anchor: bool) -> None:
        while self._token is not _END and not self._closes():
            word = self._word()
            if self._opens():
                self._group(names, anchor=False)
            elif word == "MINUS":
                self._next()
                # Without a variable in common nothing would be taken away.
                self._group(names, anchor=bool(self._mentioned() & names))
            elif word == "VALUES":
                self._skip_values()
            elif word == "AS":
                self._next()
                name = self._token.text[1:]
                if anchor and name in names:
                    raise self._assigned(name, self._token)
                self._next()
            else:
                self._replace(names)

    def _sub_select(self, names: frozenset[str]) -> None:
        head = self._select_head()
        visible = names if head.everything else names & head.names
        self._group(visible, anchor=True)
        while self._token is not _END and not self._closes():  # its modifiers
            if self._opens():
                self._skip_braces()
            else:
                self._next()

    def _select_head(self) -> _Head:
        names: set[str] = set()
        computed: set[str] = set()
        everything = False
        depth = 0
        while self._token is not _END and not (depth == 0 and self._opens()):
            token = self._next()
            depth += (token.text == "(") - (token.text == ")") if token.kind == "mark" else 0
            if depth == 0 and token.kind == "variable":
                names.add(token.text[1:])
            elif depth == 0 and token.text == "*":
                everything = True
            elif depth == 1 and token.text.upper() == "AS" and token.kind == "word":
                computed.add(self._token.text[1:])
        return _Head(everything, frozenset(names), frozenset(computed))

    def _replace(self, names: frozenset[str]) -> None:
        """Copy a token, or write the value of a variable."""
        token = self._next()
        if token.kind == "word" and token.text.upper() == "BOUND":
            variable = self._tokens[self._at + 1 : self._at + 2]
            if variable and variable[0].text[1:] in names and variable[0].kind == "variable":
                closing = self._tokens[self._at + 2 : self._at + 3]
                end = closing[0].start + 1 if closing else len(self._query)
                self._edits.append(_Edit(token.start, end, ((False, " true "),)))
                self._at += 3
        elif token.kind == "variable" and token.text[1:] in names:
            end = token.start + len(token.text)
            self._edits.append(_Edit(token.start, end, ((True, token.text[1:]),)))

    def _insert(self, at: int, *pieces: tuple[bool, str]) -> None:
        self._edits.append(_Edit(at, at, pieces))

    # Tokens

    @property
    def _token(self) -> Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else _END

    def _next(self) -> Token:
        token = self._token
        self._at += 1
        return token

    def _word(self) -> str:
        return self._token.text.upper() if self._token.kind == "word" else ""

    def _opens(self) -> bool:
        return self._token.text == "{" and not self._adjacent(1, "|")

    def _closes(self) -> bool:
        return self._token.text == "}" and not self._adjacent(-1, "|")

    def _adjacent(self, offset: int, text: str) -> bool:
        """Whether the next or last token is `text`, without space between: `{|` and `|}`."""
        at = self._at + offset
        if not 0 <= at < len(self._tokens):
            return False
        other = self._tokens[at]
        return other.text == text and other.start == self._token.start + offset

    def _skip_prologue(self) -> None:
        while (word := self._word()) in ("BASE", "PREFIX", "VERSION"):
            self._at += 3 if word == "PREFIX" else 2

    def _to_group(self) -> None:
        while self._token is not _END and not self._opens():
            self._next()

    def _skip_braces(self) -> None:
        depth = 0
        while self._token is not _END:
            token = self._next()
            depth += (token.text == "{") - (token.text == "}") if token.kind == "mark" else 0
            if depth == 0:
                return

    def _skip_values(self) -> None:
        self._to_group()
        self._skip_braces()

    def _mentioned(self) -> frozenset[str]:
        """The variables of the group that begins here."""
        begin = self._at
        self._skip_braces()
        inside = self._tokens[begin : self._at]
        self._at = begin
        return frozenset(token.text[1:] for token in inside if token.kind == "variable")

    def _assigned(self, name: str, token: Token) -> QueryError:
        return fault(self._query, token.start, f"?{name} is given a value and computed here, too")
