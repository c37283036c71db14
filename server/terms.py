"""RDF terms as pages show them: text, where a link leads, rows and tables."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

import pyoxigraph as ox

from ..graph.namespaces import BASE, PREFIXES, SYM

__all__ = ["Cell", "ResultTable", "Row", "leads_to", "path_of", "resource_path"]

_XSD: Final = PREFIXES["xsd"]
_LABELS: Final = ("Label", "_label")
_NUMBERS: Final = frozenset(
    _XSD + name
    for name in ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger")
)
_PLACES: Final = (
    ("https://arxiv.org/abs/", "arXiv"),
    ("https://doi.org/", "DOI"),
    ("https://ror.org/", "ROR"),
    ("http://www.wikidata.org/entity/", "Wikidata"),
    ("https://www.wikidata.org/wiki/", "Wikidata"),
    ("https://orcid.org/", "ORCID"),
    ("https://github.com/", "GitHub"),
    ("https://cso.kmi.open.ac.uk/topics/", "Computer Science Ontology"),
    ("https://dblp.org/", "dblp"),
    ("http://qudt.org/vocab/unit/", "QUDT"),
    ("https://ieee-taxonomy.org/", "IEEE Taxonomy"),
)


_KEPT: Final = "/=,:@!$&'()*+;~"
_ODD: Final = re.compile(r"/|.*(?:/\.{0,2}(?:/|$)|\?)|\.{1,2}(?:/|$)|$")
"""Paths that do not come back from a browser as they were, or are other addresses."""


def path_of(iri: str, base: str) -> str | None:
    """The path on this server of an IRI under the base, without the leading slash.

    :return: the path with its fragment, percent-encoded for an `href`; None for other IRIs, and for
        those that an address cannot have as its path.
    """
    if not iri.startswith(base):
        return None
    path, _, fragment = iri[len(base) :].partition("#")
    if _ODD.match(path) or ("%" in path and quote(unquote(path), safe=_KEPT) != path):
        return None
    ending = "#" + quote(fragment, safe=_KEPT + "?%") if fragment else ""
    return quote(path, safe=_KEPT + "%") + ending


def resource_path(iri: str) -> str:
    """The same for what is known here of any IRI, whoever named it."""
    return f"resource?iri={quote(iri, safe=':/')}"


def leads_to(iri: str) -> str:
    """Say where an external link leads: `arXiv 2303.16322`, `ROR 01pxwe438`, else the host."""
    for start, place in _PLACES:
        if iri.startswith(start):
            return f"{place} {unquote(iri[len(start) :]).rstrip('/').replace('_', ' ')}"
    parts = urlsplit(iri)
    host = parts.netloc.removeprefix("www.")
    path = parts.path.rstrip("/")
    return f"{host}{path}" if len(host + path) <= 60 else f"{host}{path[: 59 - len(host)]}…"


@dataclass(frozen=True, slots=True)
class Cell:
    """A term with what a page needs of it.

    :param value: the IRI, the lexical form, or the blank node's label.
    :param kind: `iri`, `literal` or `bnode`.
    :param label: the name of what the IRI means, if the query asked for one.
    :param base: the base IRI under which things have pages here.
    """

    value: str
    kind: str
    base: str
    language: str = ""
    datatype: str = ""
    label: str = ""

    @classmethod
    def of(cls, term: Any, base: str, label: str = "", language: str = "") -> Cell:
        """Make a cell of a term of the store."""
        if isinstance(term, ox.NamedNode):
            return cls(term.value, "iri", base, label=label, language=language)
        if isinstance(term, ox.Literal):
            return cls(term.value, "literal", base, term.language or "", term.datatype.value)
        return cls(str(getattr(term, "value", term)), "bnode", base)

    def __str__(self) -> str:
        return self.text

    @property
    def path(self) -> str | None:
        """The path of its page on this server, if it has one.

        Of what others have named there is a page where the dataset describes it, and so has a name.
        """
        if self.kind != "iri":
            return None
        own = path_of(self.value, self.base)
        if own is None and (self.label or self.value.startswith(self.base)):
            return resource_path(self.value)
        return own

    @property
    def external(self) -> str | None:
        """The address of a link that leaves this server; only http and https are followed."""
        if self.kind != "iri" or self.value.startswith(self.base):
            return None
        try:
            parts = urlsplit(self.value)
        except ValueError:
            return None
        return self.value if parts.scheme in ("http", "https") and parts.netloc else None

    @property
    def text(self) -> str:
        """What people read: the label, the literal, or the IRI in short."""
        if self.kind != "iri":
            return self.value
        return self.label or self.short

    @property
    def short(self) -> str:
        """The IRI with a prefix, or without the base."""
        if self.value.startswith(SYM) or not self.value.startswith(self.base):
            for prefix, namespace in PREFIXES.items():
                local = self.value[len(namespace) :]
                if self.value.startswith(namespace) and local and not set(local) & set("/#?"):
                    return f"{prefix}:{local}"
        path = path_of(self.value, self.base)
        return path if path else leads_to(self.value)

    @property
    def numeric(self) -> bool:
        """Whether it is a number, and is set flush right."""
        return self.datatype in _NUMBERS


class Row:
    """A solution: `row.x` is the cell of `?x`, with `?xLabel` as its label; None when unbound."""

    __slots__ = ("_cells",)

    def __init__(self, cells: Mapping[str, Cell]) -> None:
        self._cells = dict(cells)

    @classmethod
    def of(cls, solution: Any, names: Sequence[str], base: str) -> Row:
        """Make a row of a solution of the store.

        :param names: the variables, without `?`.
        """
        terms = {name: solution[name] for name in names}
        cells = {}
        for name, term in terms.items():
            if term is not None:
                label = terms.get(f"{name}Label")
                cells[name] = Cell.of(
                    term,
                    base,
                    label.value if isinstance(label, ox.Literal) else "",
                    (label.language or "") if isinstance(label, ox.Literal) else "",
                )
        return cls(cells)

    def __getitem__(self, name: str) -> Cell | None:
        return self._cells.get(name)

    def __getattr__(self, name: str) -> Cell | None:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._cells.get(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._cells)


@dataclass(frozen=True)
class ResultTable:
    """The answer of a SELECT or ASK query as a table.

    :param columns: the variables, those that only label another left out.
    :param rows: one tuple a solution, in the order of the columns.
    :param total: how many solutions there are; `rows` may be fewer.
    :param truth: the answer of an ASK query, else None.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell | None, ...], ...]
    total: int
    truth: bool | None = None

    MOST = 1000

    def numeric(self, column: int) -> bool:
        """Whether a column holds numbers only."""
        cells = [row[column] for row in self.rows if row[column] is not None]
        return bool(cells) and all(cell.numeric for cell in cells if cell is not None)

    @classmethod
    def parse(
        cls, data: Mapping[str, Any], base: str = BASE, without: Collection[str] = ()
    ) -> ResultTable:
        """Read SPARQL 1.1 Query Results JSON (https://www.w3.org/TR/sparql11-results-json/).

        :param without: variables that are not shown.
        """
        if "boolean" in data:
            return cls((), (), 1, bool(data["boolean"]))
        variables = tuple(data["head"]["vars"])
        labels = {each: each.removesuffix("Label").removesuffix("_label") for each in variables}
        columns = tuple(
            name
            for name in variables
            if name not in without and (labels[name] == name or labels[name] not in variables)
        )
        solutions = data["results"]["bindings"]
        rows = tuple(
            tuple(_cell(solution, name, base) for name in columns)
            for solution in solutions[: cls.MOST]
        )
        return cls(columns, rows, len(solutions))


def _cell(solution: Mapping[str, Any], name: str, base: str) -> Cell | None:
    term = solution.get(name)
    if term is None:
        return None
    kind = {"uri": "iri", "bnode": "bnode"}.get(term["type"], "literal")
    found = (solution[name + end] for end in _LABELS if name + end in solution)
    label: Mapping[str, Any] = next(found, {})
    value = term["value"] if isinstance(term["value"], str) else str(term["value"])
    return Cell(
        value,
        kind,
        base,
        term.get("xml:lang", ""),
        term.get("datatype", ""),
        label.get("value", "") if kind == "iri" else "",
    )
