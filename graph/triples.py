"""Triples made one at a time: terms, values that are checked, names that are unique."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Final

import pyoxigraph as ox

from .iris import slug
from .namespaces import PREFIXES

__all__ = ["Names", "Value", "day", "english", "link", "term", "text", "triple", "whole"]

Value = ox.NamedNode | ox.Literal

_LONGEST: Final = 60
_WEB: Final = re.compile(r"https?://[^\x00-\x20<>\"{}|\\^`\x7f]+", re.IGNORECASE)
_IRI: Final = re.compile(r"[a-z][a-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`\x7f]+", re.IGNORECASE)
_XSD: Final = PREFIXES["xsd"]
_INTEGER: Final = ox.NamedNode(_XSD + "integer")
_DATE: Final = ox.NamedNode(_XSD + "date")
_DATE_TIME: Final = ox.NamedNode(_XSD + "dateTime")


@lru_cache(maxsize=512)
def term(name: str) -> ox.NamedNode:
    """The term of a prefixed name such as "sym:Paper"."""
    prefix, _, local = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


def triple(subject: ox.NamedNode, predicate: str, value: Value) -> ox.Triple:
    """A triple; the predicate is a prefixed name."""
    return ox.Triple(subject, term(predicate), value)


def english(words: str, language: str = "en") -> ox.Literal:
    """A text in a language, English unless the source says another."""
    return ox.Literal(words, language=language)


def text(words: str) -> ox.Literal:
    """A text without language."""
    return ox.Literal(words)


def whole(number: int) -> ox.Literal:
    """A whole number."""
    return ox.Literal(str(number), datatype=_INTEGER)


def day(moment: date | datetime) -> ox.Literal:
    """A date, or a date with time."""
    kind = _DATE_TIME if isinstance(moment, datetime) else _DATE
    return ox.Literal(moment.isoformat(), datatype=kind)


def link(address: str, *, web: bool = True) -> ox.NamedNode | None:
    """The IRI of an address; None where it is none.

    :param web: whether only http and https count.
    """
    pattern = _WEB if web else _IRI
    if not pattern.fullmatch(address):
        return None
    try:
        return ox.NamedNode(address)
    except ValueError:
        return None


class Names:
    """Gives things their IRIs below a programme, unique, and in the same order always the same.

    Things that are met again (people, organisations, sessions) are remembered by their keys. Of
    things that come once (papers), a few bytes each are: what their names hash to.

    :param root: IRI of the programme.
    """

    def __init__(self, root: str) -> None:
        self.root = root
        self._known: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._taken: set[int] = set()

    def node(self, *path: str) -> ox.NamedNode:
        """The IRI with a path below the programme."""
        return ox.NamedNode("/".join((self.root, *path)))

    def find(self, kind: str, key: str) -> str | None:
        """The slug of a thing that was named before."""
        return self._known[kind].get(key)

    def name(self, kind: str, key: str, words: str) -> tuple[str, bool]:
        """The slug of a thing by its key, and whether it is new; a new one is named by words."""
        known = self._known[kind].get(key)
        if known is not None:
            return known, False
        free = self._free(kind, slug(words, limit=_LONGEST) or kind)
        self._known[kind][key] = free
        return free, True

    def once(self, kind: str, key: str) -> str | None:
        """The slug of a thing that comes once, made from its key; None where the key came before.

        Keys whose slugs are the same ("A+1" and "A-1") are told apart by a number.
        """
        mark = _hash(f"{kind} {key}")
        if mark in self._taken:
            return None
        self._taken.add(mark)
        wanted = slug(key) or kind
        free = self._free(kind, wanted)
        if free != wanted:
            self._known[kind][key] = free
        return free

    def again(self, kind: str, key: str) -> str | None:
        """The slug that `once` gave; None where it gave none."""
        if _hash(f"{kind} {key}") not in self._taken:
            return None
        return self._known[kind].get(key) or slug(key) or kind

    def _free(self, kind: str, wanted: str) -> str:
        for number in _numbers():
            free = wanted if number == 1 else f"{wanted}-{number}"
            mark = _hash(f"{kind}/{free}")
            if mark not in self._taken:
                self._taken.add(mark)
                return free
        raise AssertionError


def _numbers() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


def _hash(words: str) -> int:
    """A hash that is the same in every process."""
    return int.from_bytes(hashlib.blake2b(words.encode(), digest_size=8).digest(), "big")
