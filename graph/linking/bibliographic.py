"""Records of papers from files: tables, BibTeX, CSL-JSON, JSON lines, and RDF of two vocabularies.

See https://docs.citationstyles.org/en/stable/specification.html#appendix-iv-variables for the
names in CSL-JSON, which Crossref uses too, and https://www.bibtex.org/Format/.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, TextIO

from ..dataset import NamedGraph
from ..errors import SourceError
from ..loss import Loss
from ..rdf import format_of
from ..readers.bibtex_entries import Parser, entries_of
from ..readers.encodings import encoding_of, read_text
from ..store import Store
from ..tidy import tidy
from .publication import Publication, fields_of, grouped, publication

__all__ = ["publications", "texts"]

_LARGEST: Final = 256 * 1024 * 1024
"""Bytes of a file of JSON or RDF, which is read whole."""
_LINE: Final = 4 * 1024 * 1024

_SEPARATORS: Final = ",;\t|%"
_TITLES: Final = {"title", "name"}
_RDF: Final = {".ttl", ".nt", ".nq", ".trig", ".rdf", ".owl", ".xml", ".jsonld"}
_VOCABULARIES: Final = ("papers", "papers_dblp")
"""The questions of `queries/linking` by which a graph is asked for its papers."""

_DBLP: Final = re.compile(r"DBLP:((?:conf|journals|books|series|phd)/\S+)")
_SWALLOWED: Final = re.compile(r"([^%]+)%(\d{4})%%")
"""A cell whose quotation mark has swallowed the next ones: the authors were empty."""


def publications(path: Path) -> Iterator[Publication]:
    """The papers that a file tells of; what has no title is left out.

    Tables have a header with `title` and any of `id`, `authors`, `venue`, `year`, `doi`, and are
    separated by a comma, semicolon, tab, `|` or `%`. RDF is asked in the vocabulary of the project
    and of dblp.

    :raises SourceError: the file cannot be read, is of none of these formats, is cut off, or too
        large.
    """
    if not path.is_file():
        raise SourceError("there is no such file.", source=str(path))
    if path.suffix.lower() in _RDF:
        yield from _of_rdf(path)
        return
    encoding = encoding_of(path, Loss(path.name))
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        first = _line(file, path).lstrip("\ufeff \t\r\n")
        while not first:
            line = _line(file, path)
            if not line:
                raise SourceError("the file is empty.", source=str(path))
            first = line.strip()
    if path.suffix.lower() == ".bib" or first.startswith(("@", "%")):
        yield from _of_bibtex(path, encoding)
    elif first.startswith(("[", "{")):
        yield from _of_json(path, encoding, first)
    else:
        yield from _of_table(path, encoding)


def _of_rdf(path: Path) -> Iterator[Publication]:
    size = path.stat().st_size
    if size > _LARGEST:
        raise SourceError(
            f"the file has {size:,} bytes; {_LARGEST:,} is the limit.", source=str(path)
        )
    format_of(path)
    store = Store.memory([NamedGraph("urn:records", path, path.name)])
    for name in _VOCABULARIES:
        text = (files("symposia") / "queries" / "linking" / f"{name}.rq").read_text("utf-8")
        yield from grouped(texts(store.query(text)))


def texts(rows: Any) -> Iterator[dict[str, str]]:
    """Answers of a store as texts by the names of variables, those without a value left out."""
    names = [variable.value for variable in rows.variables]
    for row in rows:
        yield {name: row[name].value for name in names if row[name] is not None}


def _of_bibtex(path: Path, encoding: str) -> Iterator[Publication]:
    from pybtex.database import Person  # it is slow to load

    parser, parents = Parser(), dict[str, dict[str, str]]()
    for entry in entries_of(path, encoding):
        if entry.kind in {"proceedings", "book", "string"} and (parsed := parser.parse(entry)):
            parents[parsed[0].casefold()] = dict(parsed[1])
    for entry in entries_of(path, encoding):
        if entry.kind in {"comment", "preamble", "string", "proceedings"}:
            continue
        parsed = parser.parse(entry)
        if parsed is None:
            raise SourceError(
                parser.wrong(entry).lower().rstrip(".") + ".", source=str(path), line=entry.first
            )
        key, fields = parsed[0], dict(parsed[1])
        parent = parents.get(fields.get("crossref", "").casefold(), {})
        people = [Person(name) for name in _bibtex_names(fields.get("author", ""))]
        told = {name: tidy(value)[0] for name, value in fields.items()}
        told["authors"] = [  # type: ignore[assignment]
            tidy(" ".join((*p.first_names, *p.middle_names, *p.prelast_names, *p.last_names)))[0]
            for p in people
        ]
        told["booktitle"] = told.get("booktitle") or tidy(parent.get("title", ""))[0]
        told["year"] = told.get("year") or parent.get("year", "")
        if told.get("archiveprefix", "").lower() == "arxiv" or "eprinttype" in told:
            told["link"] = f"arxiv:{told.get('eprint', '')}"
        match = _DBLP.fullmatch(key)
        told["id"] = f"https://dblp.org/rec/{match[1]}" if match else key
        told["type"] = entry.kind
        if found := publication(fields_of(told), path.stem):
            yield found


def _bibtex_names(text: str) -> list[str]:
    from pybtex.database.input.bibtex import split_name_list  # it is slow to load

    return [name for name in split_name_list(text) if name.strip() not in {"", "others"}]


def _of_json(path: Path, encoding: str, first: str) -> Iterator[Publication]:
    try:
        if path.suffix.lower() in {".jsonl", ".ndjson"} or _is_whole(first):
            yield from _of_lines(path, encoding)
            return
        found = json.loads(read_text(path, Loss(path.name), _LARGEST))
    except json.JSONDecodeError as error:
        raise SourceError(
            f"it is no JSON: {error.msg}.", source=str(path), line=error.lineno, column=error.colno
        ) from error
    except RecursionError as error:
        raise SourceError("its JSON is nested too deep.", source=str(path)) from error
    if isinstance(found, dict):  # a single record, or what an API of Crossref answers
        message = found.get("message", found)
        found = message.get("items", [message]) if isinstance(message, dict) else []
    for number, record in enumerate(found, start=1):
        if isinstance(record, dict) and (made := publication(fields_of(record), path.stem, number)):
            yield made


def _is_whole(line: str) -> bool:
    """Whether a line is an object of JSON by itself, so that the file holds one a line."""
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _of_lines(path: Path, encoding: str) -> Iterator[Publication]:
    with path.open(encoding=encoding, errors="replace") as file:
        number = 0
        while line := _line(file, path):
            number += 1
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except json.JSONDecodeError as error:
                raise SourceError(
                    f"it is no JSON: {error.msg}.",
                    source=str(path),
                    line=number,
                    column=error.colno,
                ) from error
            if not isinstance(record, dict):
                raise SourceError("a line is no object of JSON.", source=str(path), line=number)
            if found := publication(fields_of(record), path.stem, number):
                yield found


def _line(file: TextIO, path: Path) -> str:
    line = file.readline(_LINE)
    if len(line) == _LINE:
        raise SourceError(f"a line has more than {_LINE:,} characters.", source=str(path))
    return line


def _of_table(path: Path, encoding: str) -> Iterator[Publication]:
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        head = _line(file, path)
        separator = max(_SEPARATORS, key=head.count)
        file.seek(0)
        reader = csv.reader(file, delimiter=separator)
        try:
            columns = [name.strip("\ufeff ").lower() for name in next(reader)]
            if not set(columns) & _TITLES:
                raise SourceError(
                    f"the table has no column 'title'; it has {', '.join(columns[:20])}.",
                    source=str(path),
                    line=1,
                )
            for number, values in enumerate(reader, start=1):
                told = fields_of(dict(zip(columns, values, strict=False)))
                if found := publication(_mended(told), path.stem, number):
                    yield found
        except csv.Error as error:
            raise SourceError(
                f"the table is broken: {error}.", source=str(path), line=reader.line_num
            ) from error


def _mended(told: dict[str, Any]) -> dict[str, Any]:
    swallowed = _SWALLOWED.match(str(told.get("authors", "")))
    if swallowed and not (told.get("venue") or told.get("year")):
        return told | {"authors": [], "venue": swallowed[1], "year": swallowed[2]}
    return told
