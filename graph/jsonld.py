"""Compact JSON-LD: a graph as a list of nodes with short, readable keys."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox

from .errors import ExportError
from .turtle_terms import natural_key

__all__ = ["compact"]

Json = dict[str, Any]

_RDF_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_NATIVE: Final = {
    _XSD + "boolean": re.compile(r"true|false"),
    _XSD + "integer": re.compile(r"0|-?[1-9][0-9]{0,14}"),
}
"""Literals that JSON says as well, within what a double holds exactly."""
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?!//)")
_LOCAL: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


def compact(quads: Iterable[ox.Triple | ox.Quad], context: Mapping[str, Any]) -> Json:
    """Return a graph as a JSON-LD document that carries the part of the context it uses.

    Nodes stand flat and in a natural order in `@graph`, their properties in the order of the
    context. See https://www.w3.org/TR/json-ld11/#compacted-document-form.

    :param quads: the triples; graph names are dropped.
    :param context: a JSON-LD 1.1 context of prefixes, keyword aliases and term definitions with
        `@id`, `@type`, `@language`, `@container` `@set` or `@language`, as in
        ontology/context.jsonld.
    :raises ExportError: if JSON-LD with this context cannot say a term.
    """
    terms = _Context(context)
    nodes: dict[str, dict[str, list[_Term]]] = {}
    for quad in quads:
        values = nodes.setdefault(_reference(quad.subject), {})
        values.setdefault(quad.predicate.value, []).append(quad.object)
    graph = [terms.node(name, nodes[name]) for name in sorted(nodes, key=natural_key)]
    return {"@context": terms.used(), "@graph": graph}


_Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@dataclass(frozen=True, slots=True)
class _Definition:
    """A term of the context: its name, what it stands for, and how its values are read."""

    name: str
    iri: str
    coercion: str = ""
    language: str = ""
    containers: frozenset[str] = frozenset()

    def fits(self, term: _Term) -> bool:
        """Whether a value can be written under this term as a bare string, number or boolean."""
        if "@language" in self.containers:
            return _is_text(term)
        if self.coercion in {"@id", "@vocab"}:
            return not isinstance(term, ox.Literal)
        if self.coercion:
            return isinstance(term, ox.Literal) and term.datatype.value == self.coercion
        if self.language:
            return isinstance(term, ox.Literal) and term.language == self.language
        return True


_UNDEFINED: Final = _Definition("", "")
"""Stands for a property without a term: nothing is known of how its values are read."""


class _Context:
    """A context on its way to a document; remembers what was used of it."""

    def __init__(self, context: Mapping[str, Any]) -> None:
        self._source = context
        self._prefixes = {
            name: value
            for name, value in context.items()
            if isinstance(value, str) and value.endswith(("/", "#"))
        }
        aliases = {value: name for name, value in context.items() if isinstance(value, str)}
        self._id = aliases.get("@id", "@id")
        self._type = aliases.get("@type", "@type")
        self._vocab = str(context.get("@vocab", ""))
        self._used: set[str] = {"@version", "@vocab", self._id, self._type} & context.keys()
        self._order = {name: position for position, name in enumerate(context)}
        self._definitions: dict[str, list[_Definition]] = {}
        for name, value in context.items():
            keyword = name.startswith("@") or (isinstance(value, str) and value.startswith("@"))
            if not keyword and name not in self._prefixes and isinstance(value, Mapping | str):
                definition = self._read(name, value)
                self._definitions.setdefault(definition.iri, []).append(definition)

    def node(self, name: str, properties: Mapping[str, list[_Term]]) -> Json:
        """One node object."""
        self._refuse_confusion(name)
        members: dict[str, Any] = {}
        for predicate, values in properties.items():
            ordered = sorted(values, key=_value_key)
            if predicate == _RDF_TYPE and not any(isinstance(v, ox.Literal) for v in values):
                members[self._type] = [self._name(_reference(v)) for v in ordered]
            else:
                self._property(members, predicate, ordered)
        keys = sorted(members, key=lambda key: (self._order.get(key, len(self._order)), key))
        keys.sort(key=lambda key: key != self._type)
        return {self._id: name, **{key: members[key] for key in keys}}

    def used(self) -> Json:
        """The part of the context that the nodes so far rely on, in its order."""
        return {name: value for name, value in self._source.items() if name in self._used}

    def _property(self, members: Json, predicate: str, values: list[_Term]) -> None:
        """Add the values of a property, each under the term that says it best."""
        groups: dict[_Definition | None, list[_Term]] = {}
        for value in values:
            groups.setdefault(self._definition_for(predicate, value), []).append(value)
        for definition, found in groups.items():
            if definition is None:
                members[self._without_alias(predicate)] = _one_or_all(
                    [self._value(value, _UNDEFINED) for value in found]
                )
            else:
                self._use(definition.name)
                members[definition.name] = self._container(definition, found)

    def _definition_for(self, predicate: str, value: _Term) -> _Definition | None:
        """The first definition that fits a value; else one under which it can be spelt out."""
        definitions = self._definitions.get(predicate, ())
        for definition in definitions:
            if definition.fits(value):
                return definition
        return next((d for d in definitions if "@language" not in d.containers), None)

    def _container(self, definition: _Definition, values: list[_Term]) -> Any:
        if "@language" in definition.containers:
            return _language_map(values)
        found = [self._value(value, definition) for value in values]
        return found if "@set" in definition.containers else _one_or_all(found)

    def _value(self, term: _Term, definition: _Definition) -> Any:
        if isinstance(term, ox.Literal):
            return self._literal(term, definition)
        name = _reference(term)
        if definition.coercion == "@vocab":
            return self._name(name)
        self._refuse_confusion(name)
        return name if definition.coercion == "@id" else {self._id: name}

    def _literal(self, term: ox.Literal, definition: _Definition) -> Any:
        coercion = definition.coercion
        if term.language is not None:
            bare = term.language == definition.language and not coercion
            return term.value if bare else {"@value": term.value, "@language": term.language}
        datatype = term.datatype.value
        native = _NATIVE.get(datatype) if coercion in {"", datatype} else None
        if native is not None and native.fullmatch(term.value):
            return json.loads(term.value)
        if datatype == _XSD + "string":
            spelt_out = coercion or definition.language
            return {"@value": term.value} if spelt_out else term.value
        if datatype == coercion:
            return term.value
        return {"@value": term.value, "@type": self._name(datatype)}

    def _name(self, iri: str) -> str:
        """The shortest form of an IRI where the vocabulary's terms are understood."""
        if iri in self._definitions:
            name = self._definitions[iri][0].name
            self._use(name)
            return name
        return self._without_alias(iri)

    def _without_alias(self, iri: str) -> str:
        local = iri.removeprefix(self._vocab)
        if self._vocab and local != iri and _LOCAL.fullmatch(local) and local not in self._source:
            return local
        for prefix, namespace in self._prefixes.items():
            local = iri[len(namespace) :]
            if not (iri.startswith(namespace) and _LOCAL.fullmatch(local)):
                continue
            if (name := f"{prefix}:{local}") not in self._source:
                self._use(prefix)
                return name
        self._refuse_confusion(iri)
        return iri

    def _refuse_confusion(self, iri: str) -> None:
        """JSON-LD reads `unit:x` as a prefixed name, even where it is an IRI of that scheme."""
        scheme = _SCHEME.match(iri)
        if scheme is not None and scheme.group(1) in self._prefixes:
            raise ExportError(
                f"<{iri}> looks like a name with the prefix '{scheme.group(1)}' of the JSON-LD"
                " context.",
                hint="Write Turtle or N-Triples instead.",
            )

    def _use(self, name: str) -> None:
        """Mark a name as used, with the prefixes that its definition is written in."""
        if name in self._used:
            return
        self._used.add(name)
        value = self._source[name]
        parts = [value] if isinstance(value, str) else [value.get("@id"), value.get("@type")]
        for text in (name, *parts):
            prefix = str(text).partition(":")[0]
            if prefix in self._prefixes:
                self._used.add(prefix)

    def _read(self, name: str, value: Mapping[str, Any] | str) -> _Definition:
        given: Mapping[str, Any] = {"@id": value} if isinstance(value, str) else value
        container = given.get("@container", ())
        return _Definition(
            name=name,
            iri=self._expand(given.get("@id", name)),
            coercion=self._expand(given.get("@type", "")),
            language=given.get("@language", ""),
            containers=frozenset([container] if isinstance(container, str) else container),
        )

    def _expand(self, name: str) -> str:
        prefix, colon, local = name.partition(":")
        return self._prefixes[prefix] + local if colon and prefix in self._prefixes else name


def _reference(term: _Term) -> str:
    if isinstance(term, ox.NamedNode):
        return term.value
    if isinstance(term, ox.BlankNode):
        return f"_:{term.value}"
    if isinstance(term, ox.Triple):
        raise ExportError(f"JSON-LD has no place for the triple inside a triple {term}.")
    raise ExportError(f"{term} stands where JSON-LD has an IRI.")


def _is_text(term: _Term) -> bool:
    return isinstance(term, ox.Literal) and (
        term.language is not None or term.datatype.value == _XSD + "string"
    )


def _value_key(term: _Term) -> tuple[object, ...]:
    if isinstance(term, ox.Literal):
        return (1, natural_key(term.value), term.language or "", term.datatype.value)
    return (0, natural_key(_reference(term)), "", "")


def _one_or_all(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _language_map(texts: Iterable[_Term]) -> Json:
    found: dict[str, list[str]] = {}
    for text in texts:
        if isinstance(text, ox.Literal):
            found.setdefault(text.language or "@none", []).append(text.value)
    return {language: _one_or_all(found[language]) for language in sorted(found)}
