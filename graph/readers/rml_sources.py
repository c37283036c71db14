"""The sources that a mapping names: found beside it, copied as far as they can be read, counted."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from ..errors import SourceError
from ..loss import Loss
from .rml_rules import Rule
from .tables import rows
from .xml import Element, elements, root_of

__all__ = ["beside", "copy_source"]

_LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a source that is read as a whole."""
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]+")
_SUFFIXES: Final = {"CSV": ".csv", "JSONPath": ".json", "XPath": ".xml"}
_INDEX: Final = re.compile(r"\[[^\]]*\]")


def beside(mapping: Path, name: str) -> Path:
    """A file beside a mapping, or in a folder that is there.

    :param name: what the mapping calls it.
    :raises SourceError: it leads elsewhere, or is no file.
    """
    folder = mapping.parent.resolve()
    path = folder / name
    if ":" in name or "\\" in name or Path(name).is_absolute() or ".." in Path(name).parts:
        raise SourceError(
            f"the source '{name}' is not beside the mapping.",
            source=str(mapping),
            hint="Name a file in the mapping's own folder, by its relative path.",
        )
    if not path.is_file():
        raise SourceError(f"the source '{name}' is no file that is there.", source=str(mapping))
    if not path.resolve().is_relative_to(folder):
        raise SourceError(
            f"the source '{name}' leads out of the mapping's folder.", source=str(mapping)
        )
    return path


def copy_source(
    source: Path, name: str, rules: list[Rule], copy: Path, loss: Loss, *, lenient: bool
) -> Path:
    """Copy a source as far as it can be read, and count its values.

    :param name: what the mapping calls it.
    :param rules: those that read it.
    :param copy: where to, without the suffix by which morph-kgc knows the format.
    :param lenient: whether the rows before a broken one are taken.
    :raises SourceError: it cannot be read, or lacks a column.
    """
    kinds = {rule.formulation for rule in rules}
    suffix = _SUFFIXES.get(rules[0].formulation, "")
    if len(kinds) > 1 or not suffix:
        raise SourceError(
            f"it cannot be read as {', '.join(sorted(kinds))}; expected is one of CSV, JSONPath "
            "and XPath.",
            source=str(source),
        )
    copy = copy.with_suffix(suffix)
    if suffix == ".csv":
        _table(source, name, rules, copy, loss, lenient=lenient)
        return copy
    data = _whole(source)
    references = frozenset[str]().union(*(rule.columns for rule in rules))
    if suffix == ".json":
        _count(_json_values(data, source), references, name, loss)
    else:
        _count(_xml_values(data, source), {_plain(each) for each in references}, name, loss)
    copy.write_bytes(data)
    return copy


def _table(
    source: Path, name: str, rules: list[Rule], copy: Path, loss: Loss, *, lenient: bool
) -> None:
    """Copy the columns that rules read, of rows that make a statement; count all values."""
    columns = sorted(frozenset[str]().union(*(rule.columns for rule in rules)))
    iris = frozenset[str]().union(*(rule.iris for rule in rules))
    with copy.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for fields in rows(source, loss, file=name, required=columns, lenient=lenient):
            values = {column: fields.peek(column) for column in columns if column in fields}
            for column in iris & values.keys():
                if not _IRI.fullmatch(values[column]):
                    fields.refuse(column, values.pop(column), "It is no IRI.")
            filled = frozenset(values)
            read = frozenset[str]().union(*(rule.reads(filled) for rule in rules))
            if not read:
                lacking = sorted(set().union(*(rule.lacks(filled) for rule in rules)))
                loss.refuse(
                    "field",
                    f"{name}/(row)",
                    place=str(fields.where),
                    found=", ".join(values.values()),
                    why=f"The row makes no statement without {', '.join(lacking)}.",
                )
                continue
            for column in read:
                fields.take(column)
            writer.writerow([values.get(column, "") for column in columns])
            fields.post(loss, f"{name}/")


def _whole(source: Path) -> bytes:
    """The bytes of a file of JSON or XML."""
    if source.stat().st_size > _LARGEST:
        raise SourceError(f"JSON and XML may have {_LARGEST:,} bytes.", source=str(source))
    data = source.read_bytes().removeprefix(b"\xef\xbb\xbf")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceError("the file is no UTF-8.", source=str(source)) from error
    return data


def _count(values: Iterable[str], references: Iterable[str], name: str, loss: Loss) -> None:
    """Count values by their path; those whose path ends as a reference does are mapped."""
    ends = tuple("/" + each.replace(".", "/") for each in references)
    for path, number in Counter(values).items():
        mapped = f"/{path.replace('.', '/')}".endswith(ends)
        loss.count("field", f"{name}/{path}", mapped=number * mapped, kept=number * (not mapped))


def _json_values(data: bytes, source: Path) -> Iterator[str]:
    """The path of each value, without the places in lists."""
    try:
        waiting: list[tuple[str, Any]] = [("", json.loads(data))]
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise SourceError(
            f"the file is no JSON: {error}.", source=str(source), line=line
        ) from error
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            waiting += ((f"{path}.{key}" if path else key, each) for key, each in value.items())
        elif isinstance(value, list):
            waiting += ((path, each) for each in value)
        elif value is not None and value != "":
            yield path


def _xml_values(data: bytes, source: Path) -> Iterator[str]:
    """The path of each text and attribute, by local names.

    :raises SourceError: it is no XML, or has a DOCTYPE.
    """
    if b"<!DOCTYPE" in data:
        raise SourceError("XML with a DOCTYPE is refused.", source=str(source))
    name = root_of(data[:65_536].decode("utf-8", "replace"))
    for root in elements(source, [name]):
        waiting = [("", root)]
        while waiting:
            above, element = waiting.pop()
            path = f"{above}/{_local(element.name)}" if above else _local(element.name)
            if any(isinstance(each, str) and each.strip() for each in element.content):
                yield path
            yield from (f"{path}/@{_local(key)}" for key in element.attributes)
            waiting += ((path, each) for each in element.content if isinstance(each, Element))


def _plain(reference: str) -> str:
    """A reference by local names, without conditions: `title` of `x:title[1]/text()`."""
    bare = _INDEX.sub("", reference).removesuffix("/text()")
    return "/".join(_local(step) for step in re.sub(r"(?<=\w)@", "/@", bare).split("/"))


def _local(name: str) -> str:
    mark = "@" if name.startswith("@") else ""
    return mark + name.removeprefix("@").rpartition(":")[2]
