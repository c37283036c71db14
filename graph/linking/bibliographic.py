"""Records of papers from files: tables, BibTeX, CSL-JSON, JSON lines, and RDF of two vocabularies.

See https://docs.citationstyles.org/en/stable/specification.html#appendix-iv-variables for the
names in CSL-JSON, which Crossref uses too, and https://www.bibtex.org/Format/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from ..dataset import NamedGraph
from ..errors import SourceError
from ..rdf import format_of
from ..readers.bibtex_entries import Parser, entries_of
from ..store import Store
from ..tidy import tidy
from .publication import Publication, fields_of, grouped, publication
from .tables import LARGEST, rows, start_of

__all__ = ["RDF", "is_bibtex", "publications", "texts"]

RDF: Final = frozenset({".ttl", ".nt", ".nq", ".trig", ".rdf", ".owl", ".xml", ".jsonld"})
"""Endings of files that are read as RDF."""
_TABLES: Final = frozenset({".csv", ".json", ".jsonl", ".ndjson", ".parquet", ".tsv"})
_TITLES: Final = ("title", "name")
_VOCABULARIES: Final = ("papers", "papers_dblp")
"""The questions of `queries/linking` by which a graph is asked for its papers."""

_DBLP: Final = re.compile(r"DBLP:((?:conf|journals|books|series|phd)/\S+)")
_SWALLOWED: Final = re.compile(r"([^%]+)%(\d{4})%%")
"""A cell whose quotation mark has swallowed the next ones: the authors were empty."""


def publications(path: Path, columns: Mapping[str, str] | None = None) -> Iterator[Publication]:
    """The papers that a file tells of; what has no title is left out.

    Tables have a header with `title` and any of `id`, `authors`, `venue`, `year`, `doi`, and are
    separated by a comma, semicolon, tab, `|` or `%`. RDF is asked in the vocabulary of the project
    and of dblp.

    :param columns: what columns of tables mean that are called otherwise (`{"paper": "title"}`).
    :raises SourceError: the file cannot be read, is of none of these formats, is cut off, or too
        large.
    """
    if path.is_file() and path.suffix.lower() in RDF:
        yield from _of_rdf(path)
        return
    if is_bibtex(path):
        yield from _of_bibtex(path, start_of(path)[0])
        return
    for number, row in enumerate(rows(path, _TITLES, columns), start=1):
        if found := publication(_mended(fields_of(row)), path.stem, number):
            yield found


def is_bibtex(path: Path) -> bool:
    """Whether a file is BibTeX, by its ending or how it begins."""
    ending = path.suffix.lower()
    return ending not in _TABLES and (start_of(path)[1].startswith(("@", "%")) or ending == ".bib")


def _of_rdf(path: Path) -> Iterator[Publication]:
    size = path.stat().st_size
    if size > LARGEST:
        raise SourceError(
            f"the file has {size:,} bytes; {LARGEST:,} is the limit.", source=str(path)
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


def _mended(told: dict[str, Any]) -> dict[str, Any]:
    swallowed = _SWALLOWED.match(str(told.get("authors", "")))
    if swallowed and not (told.get("venue") or told.get("year")):
        return told | {"authors": [], "venue": swallowed[1], "year": swallowed[2]}
    return told
