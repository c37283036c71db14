"""IRIs: slugs from names, and fragments that point into a text."""

from __future__ import annotations

import re
from typing import Final

from anyascii import anyascii
from rdflib import URIRef

__all__ = ["Minter", "characters", "lines", "slug"]

_APOSTROPHES: Final = re.compile("['\u2019\u02bc]")
_NO_WORD: Final = re.compile(r"[^a-z0-9]+")


def slug(text: str, *, limit: int | None = None) -> str:
    """Return the words of a text in lower-case ASCII, joined by `-`.

    Other scripts are transliterated. Empty if the text has no letter and no digit.

    :param limit: longest result in characters; whole words are left off the end (a single word
        that is longer is cut).
    """
    plain = anyascii(_APOSTROPHES.sub("", text)).lower()
    words = _NO_WORD.sub("-", _APOSTROPHES.sub("", plain)).strip("-")
    if limit is None or len(words) <= limit:
        return words
    cut = words[: limit + 1].rpartition("-")[0]
    return cut or words[:limit]


class Minter:
    """Gives the things of a programme their IRIs, unique and in the same order always the same.

    :param root: IRI of the programme, to which `/kind/slug` is added.
    """

    def __init__(self, root: str) -> None:
        self._root = root
        self._slugs: dict[tuple[str, object], str] = {}
        self._taken: set[tuple[str, str]] = set()

    def mint(self, kind: str, key: object, text: str) -> URIRef:
        """Return the IRI of a thing; for the same kind and key always the same.

        :param kind: what stands between the programme and the slug (`person`).
        :param key: what the thing is known by.
        :param text: slug or name, for a thing that is new; if another has taken its slug, `-2`,
            `-3` and so on is added, and without any letter or digit the kind is its slug.
        """
        if (kind, key) not in self._slugs:
            self._slugs[kind, key] = self._free(kind, slug(text) or kind)
        return self.fixed(kind, self._slugs[kind, key])

    def fixed(self, *path: str) -> URIRef:
        """Return the IRI with the given path below the programme."""
        return URIRef("/".join((self._root, *path)))

    def _free(self, kind: str, wanted: str) -> str:
        free, number = wanted, 1
        while (kind, free) in self._taken:
            number += 1
            free = f"{wanted}-{number}"
        self._taken.add((kind, free))
        return free


def lines(source: str, first: int, last: int) -> URIRef:
    """Return the IRI of a range of lines of a text (RFC 5147, section 2.2.2).

    Positions stand between lines: line 163 alone is `#line=162,163`.
    See https://www.rfc-editor.org/rfc/rfc5147#section-2.2.2.

    :param source: IRI of the text, without fragment.
    :param first: first line, counted from 1.
    :param last: last line, counted from 1.
    """
    return URIRef(f"{source}#line={first - 1},{last}")


def characters(source: str, start: int, end: int) -> URIRef:
    """Return the IRI of a range of characters of a text (RFC 5147, section 2.2.1).

    See https://www.rfc-editor.org/rfc/rfc5147#section-2.2.1.

    :param source: IRI of the text, without fragment.
    :param start: characters before the range, a line break counting as one.
    :param end: characters before its end.
    """
    return URIRef(f"{source}#char={start},{end}")
