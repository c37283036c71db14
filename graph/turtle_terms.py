"""Single RDF terms in Turtle: IRIs, prefixed names, literals, and the order they are written in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from rdflib import Literal, URIRef
from rdflib.namespace import XSD

from .errors import ExportError

__all__ = ["Names", "has_dot_segments", "literal", "natural_key"]

_PN_CHARS_BASE: Final = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_PN_CHARS: Final = _PN_CHARS_BASE + "_0-9\u00b7\u0300-\u036f\u203f-\u2040\\-"
_PERCENT: Final = "%[0-9A-Fa-f]{2}"
_PN_LOCAL: Final = re.compile(
    f"(?:[{_PN_CHARS_BASE}_:0-9]|{_PERCENT})"
    f"(?:(?:[{_PN_CHARS}.:]|{_PERCENT})*(?:[{_PN_CHARS}:]|{_PERCENT}))?"
)
_RELATIVE: Final = re.compile(
    r"[A-Za-z0-9_~-][A-Za-z0-9._~%!$&'()*+,;=@/-]*(?:#[\w.~%=,-]*)?", re.A
)
_DOT_SEGMENT: Final = re.compile(r"(?:^|[/:])\.{1,2}(?:/|$)")
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_NOT_IN_IRI: Final = re.compile('[\x00-\x20<>"{}|^`\\\\\ud800-\udfff]')
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_ESCAPED: Final = re.compile(
    '["\\\\\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\uffff]'
)
_SHORT_ESCAPES: Final = {
    "\t": "\\t",
    "\b": "\\b",
    "\n": "\\n",
    "\r": "\\r",
    "\f": "\\f",
    '"': '\\"',
    "\\": "\\\\",
}
_SHORT_FORMS: Final[dict[URIRef | None, re.Pattern[str]]] = {
    XSD.integer: re.compile(r"0|-?[1-9][0-9]{0,99}"),
    XSD.decimal: re.compile(r"-?(?:0|[1-9][0-9]{0,99})\.[0-9]{1,100}"),
    XSD.boolean: re.compile(r"true|false"),
}
_DIGITS: Final = re.compile(r"([0-9]+)")
_LEVELS: Final = re.compile(r"[/#]")


class Names:
    """IRIs as Turtle writes them: as a prefixed name, relative to a base, or in full.

    Remembers which prefixes it used. See https://www.w3.org/TR/turtle/#sec-iri.

    :param prefixes: prefix to namespace.
    :param base: an absolute IRI ending in `/`, or None to write no relative reference.
    """

    def __init__(self, prefixes: Mapping[str, str], base: str | None) -> None:
        self.base = base
        self.base_used = False
        self.prefixes_used: dict[str, str] = {}
        self._namespaces = sorted(
            ((namespace, prefix) for prefix, namespace in prefixes.items()),
            key=lambda item: (-len(item[0]), item[1]),
        )
        self._written: dict[str, str] = {}

    def write(self, iri: str) -> str:
        """Return the Turtle form of an IRI.

        :raises ExportError: if it is no absolute IRI, or has a character that no IRI may have.
        """
        if iri not in self._written:
            self._written[iri] = self._prefixed(iri) or self._relative(iri) or _full(iri)
        return self._written[iri]

    def _prefixed(self, iri: str) -> str | None:
        for namespace, prefix in self._namespaces:
            if iri.startswith(namespace):
                local = iri[len(namespace) :]
                if not local or _PN_LOCAL.fullmatch(local):
                    self.prefixes_used[prefix] = namespace
                    return f"{prefix}:{local}"
        return None

    def _relative(self, iri: str) -> str | None:
        if self.base is None or not iri.startswith(self.base):
            return None
        rest = iri[len(self.base) :]
        if not _RELATIVE.fullmatch(rest) or "//" in rest or has_dot_segments(iri):
            return None
        self.base_used = True
        return f"<{rest}>"


def has_dot_segments(iri: str) -> bool:
    """Tell whether resolving an IRI against a base would change it (RFC 3986, section 5.2.4)."""
    return bool(_DOT_SEGMENT.search(re.split(r"[?#]", iri, maxsplit=1)[0]))


def _full(iri: str) -> str:
    if not _ABSOLUTE.match(iri):
        raise ExportError(f"<{iri}> is not an absolute IRI, so Turtle cannot name it.")
    if bad := _NOT_IN_IRI.search(iri):
        raise ExportError(
            f"<{iri!a}> has the character U+{ord(bad.group()):04X}, which no IRI may have.",
            hint="Percent-encode it.",
        )
    return f"<{iri}>"


def literal(value: Literal, names: Names) -> str:
    """Return the Turtle form of a literal, on one line.

    See https://www.w3.org/TR/turtle/#literals. Integers, decimals and booleans are written in short
    where their lexical form is canonical; control and invisible characters are written as escapes.

    :raises ExportError: if it holds half of a surrogate pair, which no file can.
    """
    lexical = str(value)
    datatype = value.datatype
    short = _SHORT_FORMS.get(datatype)
    if short is not None and short.fullmatch(lexical):
        return lexical
    if _SURROGATE.search(lexical):
        raise ExportError(f"The literal {lexical!a} holds half of a surrogate pair.")
    quoted = f'"{_ESCAPED.sub(_escape, lexical)}"'
    if value.language:
        return f"{quoted}@{value.language}"
    if datatype is None or datatype == XSD.string:
        return quoted
    return f"{quoted}^^{names.write(str(datatype))}"


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    return _SHORT_ESCAPES.get(character) or f"\\u{ord(character):04X}"


@lru_cache(maxsize=65536)
def natural_key(text: str) -> tuple[object, ...]:
    """Return a sort key: `author/2` before `author/10`, `paper/x/author/1` before `paper/x-2`."""
    levels = tuple(
        tuple(
            (len(number := part.lstrip("0")), number) if place % 2 else part
            for place, part in enumerate(_DIGITS.split(level))
        )
        for level in _LEVELS.split(text)
    )
    return (levels, text)
