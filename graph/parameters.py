"""Parameters of a question: their types, and how a value in words becomes an RDF term."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from importlib.resources import files
from typing import Any, Final, Protocol, runtime_checkable

from pyoxigraph import Literal, NamedNode

from .errors import ParameterError, UnknownThingError
from .namespaces import BASE, PREFIXES

__all__ = ["Answers", "Named", "Parameter", "Term", "parse"]

Term = NamedNode | Literal
"""What a parameter can stand for."""

_XSD: Final = PREFIXES["xsd"]
_EXAMPLES: Final = {"integer": "3", "decimal": "0.5", "date": "2023-03-27", "string": "text"}
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]{1,18}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})")
_ABSOLUTE: Final = re.compile(r"(?:[a-z][a-z0-9+.-]*:/?/|urn:|mailto:|tel:)[^\s<>\"{}|\\^`]+", re.I)
_PREFIXED: Final = re.compile(r"([a-z][a-z0-9-]*):([^\s<>\"{}|\\^`/][^\s<>\"{}|\\^`]*)", re.I)
_RELATIVE: Final = re.compile(r"[^\s<>\"{}|\\^`:#?]+(?:#[^\s<>\"{}|\\^`]*)?")
_LONGEST: Final = 10_000
_MOST: Final = 10


class Answers(Protocol):
    """What answers SPARQL with bound values: a `Store`, or a worker that speaks for one."""

    def query(self, text: str, bindings: Mapping[str, Any] | None = None) -> Any:
        """Answer a query; see `Store.query`."""


@runtime_checkable
class Named(Answers, Protocol):
    """What also knows names, so that not all names of a class have to be read to find one."""

    def called(self, name: str, of_class: str) -> Sequence[str] | None:
        """The IRIs of all that may have a name, among others; None where a query must tell.

        :param of_class: IRI of the class of what is meant.
        """

    def like(self, name: str) -> Sequence[str]:
        """The IRIs of things, of any class, that have names which are like one."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a question, as the header of its file documents it.

    :param type: `iri`, `string`, `integer`, `decimal` or `date` (XML Schema's lexical forms).
    :param example: a value that gives an answer on the shipped graph.
    :param of_class: absolute IRI of the class whose instances are meant; empty for any IRI.
    :param scheme: absolute IRI of the concept scheme that concepts must be in; empty for any.
    :param default: the value when none is given; None when the query then leaves it open.
    """

    name: str
    type: str
    description: str
    example: str
    required: bool = True
    default: str | None = None
    of_class: str = ""
    scheme: str = ""


def parse(
    parameter: Parameter, value: str, answers: Answers | None = None, base: str = BASE
) -> Term:
    """Turn the wording of a value into the term that a query is given.

    An IRI is given whole, with a known prefix (`sym:Presenter`), relative to the base
    (`tinyml-2023/person/brett-meyer`), or by name, where one thing of the parameter's class has
    that name under rdfs:label, foaf:name, skos:prefLabel, skos:altLabel or skos:hiddenLabel,
    letter case and accents aside.

    :param answers: the graph in which names are looked up; None allows IRIs only.
    :raises ParameterError: when the value is not of the type, or names nothing or several things.
    """
    text = value.strip()
    if len(value) > _LONGEST:
        raise ParameterError(f"{_the(parameter)} is longer than {_LONGEST} characters.")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ParameterError(f"{_the(parameter)} is not Unicode text.")
    if parameter.type == "iri":
        return _iri(parameter, text, answers, base)
    if parameter.type == "string":
        return Literal(value)
    if parameter.type == "integer" and _INTEGER.fullmatch(text):
        return Literal(str(int(text)), datatype=NamedNode(_XSD + "integer"))
    if parameter.type == "decimal" and _DECIMAL.fullmatch(text):
        return Literal(text, datatype=NamedNode(_XSD + "decimal"))
    if parameter.type == "date" and _is_date(text):
        return Literal(text, datatype=NamedNode(_XSD + "date"))
    raise _wrong_type(parameter, value)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _the(parameter: Parameter) -> str:
    return f"Parameter '{parameter.name}' ({parameter.description})"


def _wrong_type(parameter: Parameter, value: str) -> ParameterError:
    article = "an" if parameter.type[0] in "aeiou" else "a"
    kind = "IRI" if parameter.type == "iri" else parameter.type
    example = parameter.example or _EXAMPLES.get(parameter.type, "")
    return ParameterError(
        f"{_the(parameter)} must be {article} {kind}, not '{_short(value)}'.",
        hint=f"For example: {parameter.name}={example}",
    )


def _short(value: str) -> str:
    return value if len(value) <= 80 else value[:79] + "…"


def _iri(parameter: Parameter, text: str, answers: Answers | None, base: str) -> NamedNode:
    bare = text[1:-1] if text.startswith("<") and text.endswith(">") else text
    if _ABSOLUTE.fullmatch(bare):
        return _node(parameter, bare)
    prefixed = _PREFIXED.fullmatch(bare)
    if prefixed and prefixed[1] in PREFIXES:
        return _node(parameter, PREFIXES[prefixed[1]] + prefixed[2])
    relative = bare.lstrip("/") if _RELATIVE.fullmatch(bare) else ""
    if parameter.of_class and answers is not None:
        return _by_name(parameter, text, relative, answers, base)
    if relative:
        return _node(parameter, base + relative)
    raise _wrong_type(parameter, text)


def _node(parameter: Parameter, iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError:
        raise _wrong_type(parameter, iri) from None


def _by_name(
    parameter: Parameter, text: str, relative: str, answers: Answers, base: str
) -> NamedNode:
    """Find the one thing of the parameter's class with this name, or with this path."""
    # The topics stay where they are when programmes have another base.
    paths = [root + relative for root in dict.fromkeys((base, BASE))] if relative else []
    among = answers.called(text, parameter.of_class) if isinstance(answers, Named) else None
    labels, by_name = _names(parameter, answers, None if among is None else [*among, *paths])
    found = by_name.get(_folded(text), set())
    if len(found) == 1:
        return NamedNode(next(iter(found)))
    for path in paths:
        if path in labels:
            return NamedNode(path)
    if found:
        candidates = sorted((iri, labels[iri]) for iri in found)[:_MOST]
        raise ParameterError(
            f"{_the(parameter)}: '{_short(text)}' is the name of {len(found)} things.",
            hint="Give one of "
            + ", ".join(iri.removeprefix(base) for iri, _ in candidates)
            + (", …" if len(found) > _MOST else ""),
            candidates=candidates,
        )
    if isinstance(answers, Named) and among is not None:
        labels, by_name = _names(parameter, answers, answers.like(text))
    raise _unknown(parameter, text, labels, by_name, base)


def _unknown(
    parameter: Parameter,
    text: str,
    labels: Mapping[str, str],
    by_name: Mapping[str, set[str]],
    base: str,
) -> ParameterError:
    """Say which things have a name that looks like the one given."""
    close = get_close_matches(_folded(text), by_name, n=5, cutoff=0.6)
    if not close:  # part of a name, as in "Meyer"
        close = sorted(name for name in by_name if _folded(text) and _folded(text) in name)[:5]
    nearest = list(dict.fromkeys(iri for name in close for iri in sorted(by_name[name])))[:5]
    example = parameter.example.removeprefix(base)
    return UnknownThingError(
        f"{_the(parameter)}: nothing here is called '{_short(text)}'.",
        hint=(
            f"Did you mean {', '.join(dict.fromkeys(labels[iri] for iri in nearest))}?"
            if nearest
            else f"Give an IRI, a path or a name. For example: {parameter.name}={example}"
        ),
        candidates=[(iri, labels[iri]) for iri in nearest],
    )


def _names(
    parameter: Parameter, answers: Answers, among: Iterable[str] | None
) -> tuple[dict[str, str], dict[str, set[str]]]:
    """The labels of the things of the parameter's class, and what has each name.

    :param among: IRIs of the things that matter; None for all.
    """
    labels: dict[str, str] = {}
    by_name: dict[str, set[str]] = {}
    for thing, label, name in _things(parameter, answers, among):
        labels.setdefault(thing, label)
        by_name.setdefault(_folded(name), set()).add(thing)
    return labels, by_name


def _things(
    parameter: Parameter, answers: Answers, among: Iterable[str] | None
) -> Iterator[tuple[str, str, str]]:
    """All names of things of the parameter's class, as (IRI, label, name)."""
    text = (files("symposia") / "queries" / "lookup" / "names.rq").read_text("utf-8")
    bindings = {"class": NamedNode(parameter.of_class)}
    if parameter.scheme:
        bindings["scheme"] = NamedNode(parameter.scheme)
    only = [{}] if among is None else [{"thing": NamedNode(iri)} for iri in dict.fromkeys(among)]
    for each in only:
        for row in answers.query(text, bindings | each):
            thing = row["thing"]
            if isinstance(thing, NamedNode):
                yield thing.value, row["label"].value, row["name"].value


def _folded(name: str) -> str:
    """Fold letter case, accents, and runs of white space."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())
