"""The rules of an RML mapping: what is taken of them, and which columns they read.

See https://w3id.org/rml/core/spec, https://www.w3.org/TR/r2rml/ and https://rml.io/specs/rml/.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from ..errors import SourceError
from ..namespaces import PREFIXES

__all__ = ["RML", "Rule", "rewrite", "rules_of"]

RML: Final = "http://w3id.org/rml/"
_R2RML: Final = "http://www.w3.org/ns/r2rml#"
_LANGUAGES: Final = (RML, _R2RML, "http://semweb.mmlab.be/ns/rml#", "http://semweb.mmlab.be/ns/ql#")
_REMARKS: Final = tuple(PREFIXES[name] for name in ("rdfs", "dcterms", "prov", "void", "foaf"))
_STRING: Final = PREFIXES["xsd"] + "string"
_TYPE: Final = PREFIXES["rdf"] + "type"
_KNOWN: Final = frozenset({
    "child", "class", "constant", "datatype", "datatypeMap", "iterator", "joinCondition",
    "language", "languageMap", "logicalSource", "object", "objectMap", "parent",
    "parentTriplesMap", "predicate", "predicateMap", "predicateObjectMap", "reference",
    "referenceFormulation", "source", "subject", "subjectMap", "template", "termType",
})  # fmt: skip
_WORDS: Final = frozenset({"referenceFormulation", "termType"})
"""Properties whose values are terms of RML."""

_COLUMN: Final = re.compile(r"(?<!\\)\{((?:[^{}\\]|\\.)*)\}")
_BEGINNING: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*")

_Node = ox.NamedNode | ox.BlankNode
_Subject = ox.NamedNode | ox.BlankNode | ox.Triple
_Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@dataclass(frozen=True, slots=True)
class Rule:
    """A triples map, as far as it reads a table.

    :param node: its name in the mapping.
    :param file: the file that it reads, as the mapping names it.
    :param formulation: "CSV", "JSONPath" or "XPath".
    :param subject: the columns that name its subject.
    :param constant: whether it states something of every subject.
    :param parts: the columns of each other statement.
    :param iris: columns whose value is an IRI.
    :param parents: columns that other rules compare with.
    """

    node: str
    file: str
    formulation: str
    subject: frozenset[str]
    constant: bool
    parts: tuple[frozenset[str], ...]
    iris: frozenset[str]
    parents: frozenset[str]

    @property
    def columns(self) -> frozenset[str]:
        """Every column that it reads."""
        return self.subject.union(self.parents, *self.parts)

    def reads(self, filled: frozenset[str]) -> frozenset[str]:
        """The columns that a row's statements are made of; none where it makes no statement.

        :param filled: the columns in which the row has a value.
        """
        if not self.subject <= filled:
            return frozenset()
        parts = [part for part in self.parts if part <= filled]
        if not parts and not self.constant:
            return frozenset()
        return self.subject.union(self.parents & filled, *parts)

    def lacks(self, filled: frozenset[str]) -> frozenset[str]:
        """The columns without which a row makes no statement."""
        return self.subject - filled or frozenset[str]().union(*self.parts) - filled


def rules_of(triples: Iterable[ox.Triple], source: str) -> tuple[list[ox.Triple], list[Rule]]:
    """The rules of a mapping: in the terms of RML, with nothing else, and as what they read.

    :param triples: the mapping, in the terms of RML, of RML before 2023 or of R2RML.
    :param source: the mapping's file, for messages.
    :raises SourceError: a rule uses a term that is not taken, or is not complete.
    """
    plain = list(_plain(triples, source))
    graph = _Graph(plain, source)
    found = [graph.rule(node) for node in graph.maps]
    if not found:
        raise SourceError("the mapping has no rule (no triples map).", source=source)
    return plain, found


def rewrite(
    triples: Iterable[ox.Triple], rules: Iterable[Rule], files: dict[str, str], constant: str
) -> Iterator[ox.Triple]:
    """The mapping with other files in the place of its own.

    :param files: the other files by those that it names.
    :param constant: a table of one row, from which rules are made that read no column; morph-kgc
        cannot apply them to JSON.
    """
    fixed = {rule.node for rule in rules if not rule.columns}
    place, source = ox.BlankNode(), ox.NamedNode(RML + "source")
    yield ox.Triple(place, source, ox.Literal(constant))
    yield ox.Triple(place, ox.NamedNode(RML + "referenceFormulation"), ox.NamedNode(RML + "CSV"))
    for triple in triples:
        value = triple.object
        if triple.predicate == source and isinstance(value, ox.Literal):
            value = ox.Literal(files.get(value.value, constant))
        elif triple.predicate.value == RML + "logicalSource" and str(triple.subject) in fixed:
            value = place
        yield ox.Triple(triple.subject, triple.predicate, value)


def _plain(triples: Iterable[ox.Triple], source: str) -> Iterator[ox.Triple]:
    for triple in triples:
        term = triple.predicate.value
        if term == _TYPE or term.startswith(_REMARKS):
            continue
        name = _local(term)
        if name not in _KNOWN:
            raise SourceError(
                f"the mapping uses <{term}>, which is not taken.",
                source=source,
                hint="Taken are files of tables, JSON and XML; no functions, queries or graphs.",
            )
        value = triple.object
        if name in _WORDS:
            value = ox.NamedNode(RML + _local(str(getattr(value, "value", ""))))
        elif name == "source":
            if not isinstance(value, ox.Literal):
                raise SourceError(
                    f"the source {value} is no file.",
                    source=source,
                    hint="Name a file beside the mapping, as a text.",
                )
            value = ox.Literal(value.value)
        yield from _told(triple.subject, name, value)


def _told(subject: _Subject, name: str, value: _Term) -> Iterator[ox.Triple]:
    """One property; the language and the type of a constant apart, where morph-kgc sees them."""
    if name in ("object", "constant") and isinstance(value, ox.Literal):
        if name == "object":
            inner = ox.BlankNode()
            yield ox.Triple(subject, ox.NamedNode(RML + "objectMap"), inner)
            subject, name = inner, "constant"
        if value.language:
            yield ox.Triple(subject, ox.NamedNode(RML + "language"), ox.Literal(value.language))
        elif value.datatype.value != _STRING:
            yield ox.Triple(subject, ox.NamedNode(RML + "datatype"), value.datatype)
        value = ox.Literal(value.value)
    yield ox.Triple(subject, ox.NamedNode(RML + name), value)


def _local(term: str) -> str:
    """The name of a term of RML; other terms as they are."""
    found = next((each for each in _LANGUAGES if term.startswith(each)), "")
    return term[len(found) :]


class _Graph:
    """The triples of a mapping, to be followed."""

    def __init__(self, triples: list[ox.Triple], source: str) -> None:
        self._source = source
        self._values: dict[tuple[str, str], list[_Term]] = defaultdict(list)
        self.maps: list[_Node] = []
        self._parents: dict[str, set[str]] = defaultdict(set)
        for triple in triples:
            name = _local(triple.predicate.value)
            self._values[str(triple.subject), name].append(triple.object)
            if name in ("logicalSource", "subjectMap", "subject"):
                node = triple.subject
                if isinstance(node, _Node) and node not in self.maps:
                    self.maps.append(node)
        for triple in triples:
            if _local(triple.predicate.value) == "parentTriplesMap":
                joins = self._all(triple.subject, "joinCondition")
                compared = {self._text(join, "parent") for join in joins}
                self._parents[str(triple.object)].update(compared)

    def rule(self, node: _Node) -> Rule:
        """What a triples map reads."""
        files = self._all(node, "logicalSource")
        subjects = self._all(node, "subjectMap")
        if len(files) != 1 or len(subjects) + len(self._all(node, "subject")) != 1:
            raise self._error(f"the rule {node} needs one source and one subject.")
        iris: set[str] = set()
        subject = frozenset[str]().union(
            *(self._columns(each, "subject", iris) for each in subjects)
        )
        parts = [frozenset[str]() for each in subjects if self._all(each, "class")]
        for pair in self._all(node, "predicateObjectMap"):
            predicates = [
                self._columns(each, "predicate", iris) for each in self._all(pair, "predicateMap")
            ] + [frozenset[str]() for _ in self._all(pair, "predicate")]
            objects = [
                self._columns(each, "object", iris) for each in self._all(pair, "objectMap")
            ] + [frozenset[str]() for _ in self._all(pair, "object")]
            parts += [one | other for one in predicates for other in objects]
        formulation = self._all(files[0], "referenceFormulation")
        file = self._text(files[0], "source")
        kind = _local(str(getattr(formulation[0], "value", ""))) if formulation else _kind(file)
        read = tuple(part for part in parts if part)
        if not subject and read and len(read) < len(parts) and kind != "CSV":
            raise self._error(
                f"the rule {node} states both constants and values of one thing.",
                "Make two rules of it.",
            )
        return Rule(
            str(node),
            file,
            kind,
            subject,
            len(read) < len(parts),
            read,
            frozenset(iris),
            frozenset(self._parents[str(node)]),
        )

    def _columns(self, node: _Term, place: str, iris: set[str]) -> frozenset[str]:
        """The columns that a term map reads; those whose value is an IRI are added to `iris`."""
        kinds = [_local(str(getattr(one, "value", ""))) for one in self._all(node, "termType")]
        if "BlankNode" in kinds:
            raise self._error(
                "a rule makes nodes without a name.", "Give them IRIs: a template for each."
            )
        columns: set[str] = set()
        for template in self._texts(node, "template"):
            columns.update(_COLUMN.findall(template))
            iri = place != "object" or not self._literal(node, kinds)
            if iri and not _BEGINNING.match(_COLUMN.split(template)[0]):
                raise self._error(
                    f"the template '{template}' makes no IRI.",
                    "An IRI begins with a scheme and a name, like 'https://example.org/{id}'.",
                )
        for reference in self._texts(node, "reference"):
            columns.add(reference)
            if "IRI" in kinds or place != "object":
                iris.add(reference)
        for name in ("languageMap", "datatypeMap"):
            for other in self._all(node, name):
                columns |= self._columns(other, "object" if name == "languageMap" else name, iris)
        for join in self._all(node, "joinCondition"):
            columns.add(self._text(join, "child"))
        return frozenset(columns)

    def _literal(self, node: _Term, kinds: list[str]) -> bool:
        told = ("language", "languageMap", "datatype", "datatypeMap")
        return "Literal" in kinds or any(self._all(node, name) for name in told)

    def _all(self, node: _Term, name: str) -> list[_Term]:
        return self._values.get((str(node), name), [])

    def _texts(self, node: _Term, name: str) -> list[str]:
        return [str(getattr(value, "value", "")) for value in self._all(node, name)]

    def _text(self, node: _Term, name: str) -> str:
        found = self._texts(node, name)
        if len(found) != 1 or not found[0]:
            raise self._error(f"a rule needs one {name}.")
        return found[0]

    def _error(self, message: str, hint: str = "") -> SourceError:
        return SourceError(message, source=self._source, hint=hint)


def _kind(file: str) -> str:
    """How a file is read, by its name."""
    return {"json": "JSONPath", "xml": "XPath"}.get(file.lower().rpartition(".")[2], "CSV")
