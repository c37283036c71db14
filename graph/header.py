"""The header of a query file: YAML in lines that begin with `#+`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NoReturn

import yaml

from .errors import ParameterError, QueryError
from .namespaces import BASE, PREFIXES
from .parameters import Parameter, parse

__all__ = ["Header", "form_of", "read_header"]

_TYPES: Final = ("iri", "string", "integer", "decimal", "date")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_PROLOGUE: Final = re.compile(
    r"(?:\s+|#[^\n]*(?:\n|$)|PREFIX\s+[^\s:]*:\s*<[^>]*>|BASE\s*<[^>]*>)*", re.IGNORECASE
)
_KEYS: Final = ("summary", "question", "group", "identities", "parameters", "columns")
_IDENTITIES: Final = ("own", "merged")
_PARAMETER_KEYS: Final = (
    "type",
    "description",
    "example",
    "required",
    "default",
    "class",
    "scheme",
)


@dataclass(frozen=True, slots=True)
class Header:
    """What a query file says about itself; everything is empty where it says nothing."""

    summary: str = ""
    question: str = ""
    group: str = ""
    identities: str = "own"
    parameters: tuple[Parameter, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)


def form_of(text: str, path: str) -> str:
    """Tell the form of a query: SELECT, ASK, CONSTRUCT or DESCRIBE.

    :raises QueryError: when it is none of them.
    """
    prologue = _PROLOGUE.match(text)
    rest = text[prologue.end() if prologue else 0 :]
    keyword = re.match(r"[A-Za-z]+", rest)
    form = keyword[0].upper() if keyword else ""
    if form not in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"):
        line = text[: len(text) - len(rest)].count("\n") + 1
        found = f"'{rest.split()[0][:40]}'" if rest.split() else "nothing"
        raise QueryError(
            f"{path}:{line}: SELECT, ASK, CONSTRUCT or DESCRIBE should stand here, not {found}.",
            line=line,
        )
    return form


def read_header(text: str, path: str) -> Header:
    """Read and check the header of a query.

    :param path: the file, for messages.
    :raises QueryError: naming file and line, when the header is not what it should be.
    """
    lines = text.splitlines()
    first = next((n for n, line in enumerate(lines) if line.startswith("#+")), None)
    if first is None:
        return Header()
    block = []
    for line in lines[first:]:
        if not line.startswith("#+"):
            break
        block.append(line[2:])
    return _Reader(path, first + 1, "\n".join(block)).header()


class _Reader:
    """Checks one header, keeping the line of every key for messages."""

    def __init__(self, path: str, first: int, block: str) -> None:
        self.path = path
        self.first = first
        self.lines: dict[tuple[str, ...], int] = {}
        try:
            self.data = yaml.safe_load(block)
            self._note((), yaml.compose(block, Loader=yaml.SafeLoader))
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            self._fail((), f"is not YAML: {error.problem}.", mark.line if mark else 0)
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            self._fail((), f"is not YAML: {error}.")

    def _note(self, at: tuple[str, ...], node: Any) -> None:
        if isinstance(node, yaml.MappingNode) and len(at) < 3:
            for key, value in node.value:
                place = (*at, str(key.value))
                if place in self.lines:
                    self._fail(at, f"has '{key.value}' twice.", key.start_mark.line)
                self.lines[place] = key.start_mark.line
                self._note(place, value)

    def _fail(self, at: tuple[str, ...], problem: str, line: int | None = None) -> NoReturn:
        offset = self.lines.get(at, 0) if line is None else line
        what = f"'{'.'.join(at)}' of the header" if at else "the header"
        number = self.first + offset
        raise QueryError(f"{self.path}:{number}: {what} {problem}", line=number)

    def header(self) -> Header:
        data = self._mapping((), self.data, _KEYS)
        parameters = self._mapping(("parameters",), data.get("parameters", {}))
        columns = self._mapping(("columns",), data.get("columns", {}))
        identities = self._text(("identities",), data) or "own"
        if identities not in _IDENTITIES:
            self._fail(("identities",), f"must be one of {', '.join(_IDENTITIES)}.")
        return Header(
            summary=self._text(("summary",), data, required=True),
            question=self._text(("question",), data, required=True),
            group=self._text(("group",), data),
            identities=identities,
            parameters=tuple(self._parameter(name, parameters[name]) for name in parameters),
            columns={name: self._text(("columns", name), columns) for name in columns},
        )

    def _mapping(
        self, at: tuple[str, ...], value: Any, keys: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        if not isinstance(value, dict):
            self._fail(at, "must be a list of 'name: value' lines.")
        for key in value:
            if not isinstance(key, str) or not _NAME.fullmatch(key):
                self._fail((*at, str(key)), "is no name of letters, digits and '_'.")
            if keys and key not in keys:
                self._fail((*at, key), f"is not known; there are {', '.join(keys)}.")
        return value

    def _text(self, at: tuple[str, ...], data: Mapping[str, Any], *, required: bool = False) -> str:
        value = data.get(at[-1])
        if value is None:
            if required or at[-1] in data:
                self._fail(at if at in self.lines else at[:-1], f"lacks a text for '{at[-1]}'.")
            return ""
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self._fail(at, f"must be a text, not {value!r}.")
        return str(value).strip()

    def _parameter(self, name: str, value: Any) -> Parameter:
        at = ("parameters", name)
        data = self._mapping(at, value, _PARAMETER_KEYS)
        kind = self._text((*at, "type"), data, required=True)
        if kind not in _TYPES:
            self._fail((*at, "type"), f"must be one of {', '.join(_TYPES)}, not '{kind}'.")
        default = self._text((*at, "default"), data) or None
        required = data.get("required", default is None)
        if not isinstance(required, bool) or (required and default is not None):
            self._fail((*at, "required"), "must be true or false, and false beside a default.")
        parameter = Parameter(
            name=name,
            type=kind,
            description=self._text((*at, "description"), data, required=True),
            example=self._text((*at, "example"), data, required=True),
            required=required,
            default=default,
            of_class=self._expanded((*at, "class"), data),
            scheme=self._expanded((*at, "scheme"), data),
        )
        for key in ("example", "default"):
            if key in data:
                self._check(parameter, (*at, key), self._text((*at, key), data))
        return parameter

    def _check(self, parameter: Parameter, at: tuple[str, ...], value: str) -> None:
        try:
            parse(parameter, value)
        except ParameterError as error:
            self._fail(at, f"is not of its type: {error.message}")

    def _expanded(self, at: tuple[str, ...], data: Mapping[str, Any]) -> str:
        value = self._text(at, data)
        prefix, colon, local = value.partition(":")
        if not value or local.startswith("//"):
            return value
        if not colon:
            return BASE + value
        if prefix not in PREFIXES:
            self._fail(at, f"has the unknown prefix '{prefix}:'.")
        return PREFIXES[prefix] + local
