"""RDF/XML that is the same for the same graph: one element a subject, its properties inside."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

import pyoxigraph as ox

from .errors import ExportError

__all__ = ["in_xml", "to_rdfxml"]

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XSD_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"
_START: Final = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME: Final = re.compile(f"[{_START}][-.0-9\u00b7\u0300-\u036f\u203f\u2040{_START}]*")
_LAST_NAME: Final = re.compile(_NAME.pattern + r"\Z")
_RESERVED: Final = frozenset(
    _RDF + name
    for name in ("RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "Description")
) | {_RDF + "li", _RDF + "aboutEach", _RDF + "aboutEachPrefix", _RDF + "bagID"}
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BLANK_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def to_rdfxml(quads: Iterable[ox.Triple | ox.Quad], prefixes: Mapping[str, str]) -> str:
    """Write triples as RDF/XML, in the order they come.

    Triples of one subject that follow each other share an element; the subject's first type names
    it where that makes an XML name. See https://www.w3.org/TR/rdf-syntax-grammar/.

    :param quads: the triples; graph names are dropped.
    :param prefixes: prefix to namespace; namespaces that have none get `ns1`, `ns2`, ...
    :raises ExportError: if a property does not end in an XML name, or a literal has a character
        that XML 1.0 lacks.
    """
    names = _Names(prefixes)
    body: list[str] = []
    for subject, group in groupby(quads, key=lambda quad: quad.subject):
        body += _element(subject, list(group), names)
    declared = "".join(
        f"\n    xmlns:{prefix}={quoteattr(namespace)}"
        for prefix, namespace in sorted(names.used.items())
    )
    opening = ['<?xml version="1.0" encoding="UTF-8"?>', f"<rdf:RDF{declared}>"]
    return "\n".join([*opening, *body, "</rdf:RDF>"]) + "\n"


def in_xml(quads: Iterable[ox.Triple | ox.Quad]) -> list[ox.Triple]:
    """Triples as XML can hold them: what it lacks (https://www.w3.org/TR/xml/#charsets) is U+FFFD.

    That is what answers of SPARQL in XML do, too; all other formats have the values as they are.

    :param quads: the triples; graph names are dropped.
    """
    return [ox.Triple(each.subject, each.predicate, _in_xml(each.object)) for each in quads]


def _in_xml(term: Any) -> Any:
    if not isinstance(term, ox.Literal) or not _NOT_IN_XML.search(term.value):
        return term
    text = _NOT_IN_XML.sub("\ufffd", term.value)
    if term.language is not None:
        return ox.Literal(text, language=term.language)
    return ox.Literal(text, datatype=term.datatype)


class _Names:
    """IRIs as names of XML elements."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = {namespace: prefix for prefix, namespace in prefixes.items()}
        self._prefixes[_RDF] = "rdf"
        self.used = {"rdf": _RDF}

    def find(self, iri: str) -> str | None:
        """The element name of an IRI; None where it has none."""
        if iri in _RESERVED:
            return None
        for namespace, prefix in self._prefixes.items():
            if iri.startswith(namespace) and _NAME.fullmatch(iri, len(namespace)):
                self.used[prefix] = namespace
                return f"{prefix}:{iri[len(namespace) :]}"
        local = _LAST_NAME.search(iri)
        if local is None:
            return None
        taken = self._prefixes.values()
        prefix = next(name for n in range(1, len(taken) + 2) if (name := f"ns{n}") not in taken)
        self._prefixes[iri[: local.start()]] = prefix
        return self.find(iri)

    def property(self, iri: str) -> str:
        """The element name of a property."""
        name = self.find(iri)
        if name is None:
            raise ExportError(
                f"RDF/XML cannot name the property <{iri}>: it does not end in a name of XML.",
                hint="Write Turtle or N-Triples instead.",
            )
        return name


def _element(
    subject: ox.NamedNode | ox.BlankNode | ox.Triple,
    triples: list[ox.Triple | ox.Quad],
    names: _Names,
) -> list[str]:
    kind = "rdf:Description"
    type_ = triples[0].object if triples[0].predicate.value == _RDF + "type" else None
    if isinstance(type_, ox.NamedNode) and (found := names.find(type_.value)) is not None:
        kind, triples = found, triples[1:]
    about = _node(subject, "about")
    if not triples:
        return [f"  <{kind} {about}/>"]
    inside = [_property(triple, names) for triple in triples]
    return [f"  <{kind} {about}>", *inside, f"  </{kind}>"]


def _property(triple: ox.Triple | ox.Quad, names: _Names) -> str:
    name = names.property(triple.predicate.value)
    value = triple.object
    if not isinstance(value, ox.Literal):
        return f"    <{name} {_node(value, 'resource')}/>"
    attribute = ""
    if value.language is not None:
        attribute = f" xml:lang={quoteattr(value.language)}"
    elif value.datatype.value != _XSD_STRING:
        attribute = f" rdf:datatype={quoteattr(value.datatype.value)}"
    return f"    <{name}{attribute}>{_text(value.value, triple)}</{name}>"


def _node(term: ox.NamedNode | ox.BlankNode | ox.Triple, attribute: str) -> str:
    if isinstance(term, ox.NamedNode):
        return f"rdf:{attribute}={quoteattr(term.value)}"
    if isinstance(term, ox.BlankNode):
        # An XML name cannot begin with a digit, as the label of a blank node can.
        label = term.value if _BLANK_NAME.fullmatch(term.value) else f"_{term.value.encode().hex()}"
        return f'rdf:nodeID="{label}"'
    raise ExportError(f"RDF/XML has no place for the triple inside a triple {term}.")


def _text(lexical: str, triple: ox.Triple | ox.Quad) -> str:
    if bad := _NOT_IN_XML.search(lexical):
        raise ExportError(
            f"RDF/XML cannot hold the character U+{ord(bad.group()):04X} in a value of"
            f" {triple.predicate} of {triple.subject}.",
            hint="Write Turtle or N-Triples instead.",
        )
    # A parser of XML reads a bare carriage return as a line feed.
    return escape(lexical, {"\r": "&#13;"})
