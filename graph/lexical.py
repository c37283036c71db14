"""The forms in which literals are written: those of the embedded engine, whatever a server keeps.

A value can be written in several ways, as 10 and 10.0, and SPARQL lets a server answer with any
(https://www.w3.org/TR/xmlschema11-2/#dt-lexical-mapping).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import pyoxigraph as ox

__all__ = ["canonical"]

_JSON: Final = ox.QueryResultsFormat.JSON
_TYPES: Final = b"XMLSchema#"
_LITERAL: Final = re.compile(
    rb'"value":"([^"\\]*)","datatype":"(http://www\.w3\.org/2001/XMLSchema#\w+)"'
)
_NODE: Final = ox.NamedNode("urn:x")


def canonical(body: bytes, syntax: ox.QueryResultsFormat) -> ox.QuerySolutions | ox.QueryBoolean:
    """Read results, with literals of XML Schema's types as the embedded engine writes them.

    :param body: results in a format that is read here.
    :raises SyntaxError: they are broken.
    :raises ValueError: they hold what is no term.
    """
    found = ox.parse_query_results(body, format=syntax)
    if _TYPES not in body or isinstance(found, ox.QueryBoolean):
        return found
    # A string cannot look like what is replaced, as its quotation marks are escaped.
    written = _LITERAL.sub(_replacement, found.serialize(format=_JSON) or b"")
    return ox.parse_query_results(written, format=_JSON)


def _replacement(found: re.Match[bytes]) -> bytes:
    return _rewritten(found[1].decode(), found[2].decode())


@lru_cache(10_000)
def _rewritten(value: str, datatype: str) -> bytes:
    """A literal that has no quotation mark, as the engine gives back what it was given."""
    engine = ox.Store()
    engine.add(ox.Quad(_NODE, _NODE, ox.Literal(value, datatype=ox.NamedNode(datatype))))
    kept = next(iter(engine)).object
    if not isinstance(kept, ox.Literal):
        raise TypeError("A literal has become another term.")
    return f'"value":"{kept.value}","datatype":"{kept.datatype.value}"'.encode()
