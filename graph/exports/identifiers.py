"""Identifiers of other formats, which follow from IRIs and therefore stay the same."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from uuid import NAMESPACE_URL, UUID, uuid5

__all__ = ["guid", "numbers"]

_MOST = 2**31 - 1
"""The largest number that every reader of schedules can hold."""


def guid(iri: str) -> UUID:
    """The UUID of an IRI (version 5 in the namespace of URLs, https://www.rfc-editor.org/rfc/rfc9562)."""
    return uuid5(NAMESPACE_URL, iri)


def numbers(iris: Iterable[str]) -> dict[str, int]:
    """A positive number for each IRI, no two the same.

    A number follows from its IRI alone, but for the rare case that two would have the same.
    """
    found: dict[str, int] = {}
    taken: set[int] = set()
    for iri in sorted(set(iris)):
        number = int.from_bytes(blake2b(iri.encode(), digest_size=8).digest()) % _MOST + 1
        while number in taken:
            number = number % _MOST + 1
        taken.add(number)
        found[iri] = number
    return found
