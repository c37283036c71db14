"""What templates do with rows and cells: group them, pick them, and write them for people."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Final

from flask import Flask

from .terms import Cell, Row

__all__ = ["register"]

_LINES: Final = re.compile(r"#(line|char)=(\d+),(\d+)$")
_LONG: Final = 13
_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_WORDS: Final = {
    "rdf:type": "is a",
    "rdf:subject": "says of",
    "rdf:predicate": "property",
    "rdf:object": "value",
    "prov:wasQuotedFrom": "read from",
    "prov:wasDerivedFrom": "source",
    "prov:wasGeneratedBy": "made by",
    "prov:generatedAtTime": "read on",
    "prov:used": "used",
    "prov:wasAssociatedWith": "carried out by",
    "org:member": "person",
    "org:organization": "organisation",
    "schema:jobTitle": "job title",
    "schema:unitText": "unit as written",
    "schema:url": "address",
}


def register(app: Flask) -> None:
    """Give an application's templates these filters."""
    app.jinja_env.filters.update(
        by=by,
        clock=clock,
        clock_of=clock_of,
        day=day,
        distinct=distinct,
        first_capital=first_capital,
        in_line_order=in_line_order,
        in_text_order=in_text_order,
        line_range=line_range,
        local_name=local_name,
        number=number,
        of=of,
        other_names=other_names,
        property_word=property_word,
        quoted=partial(json.dumps, ensure_ascii=False),
        shell=shlex.quote,
    )


def by(rows: Iterable[Row], name: str) -> list[list[Row]]:
    """Group rows by a variable, in order of first appearance; rows without it are left out."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        cell = row[name]
        if cell is not None:
            groups.setdefault(cell.value, []).append(row)
    return list(groups.values())


def distinct(rows: Iterable[Row], name: str) -> list[Cell]:
    """The different values of a variable, in order of first appearance."""
    cells: dict[tuple[str, str], Cell] = {}
    for row in rows:
        cell = row[name]
        if cell is not None:
            cells.setdefault((cell.value, cell.language if cell.kind == "literal" else ""), cell)
    return list(cells.values())


def of(rows: Iterable[Row], name: str, wanted: Cell | None) -> list[Row]:
    """The rows in which a variable has a value."""
    value = wanted.value if wanted else None
    return [row for row in rows if (cell := row[name]) is not None and cell.value == value]


def line_range(cell: Cell | None) -> str:
    """What a fragment means (https://www.rfc-editor.org/rfc/rfc5147): `line 163`."""
    found = _LINES.search(cell.value) if cell else None
    if found is None:
        return ""
    unit = {"line": "line", "char": "character"}[found[1]]
    first, last = int(found[2]) + 1, int(found[3])
    return f"{unit} {first}" if first >= last else f"{unit}s {first}–{last}"


def in_line_order(groups: Sequence[list[Row]]) -> list[list[Row]]:
    """Groups of rows with `lines`, in the order of the text; lines before characters."""
    return sorted(groups, key=lambda group: _place(group[0].lines))


def in_text_order(cells: Sequence[Cell]) -> list[Cell]:
    """Fragments of a text in its order; lines before characters."""
    return sorted(cells, key=_place)


def _place(cell: Cell | None) -> tuple[bool, int, int]:
    found = _LINES.search(cell.value) if cell else None
    if found is None:
        return True, 0, 0
    return found[1] == "char", int(found[2]), int(found[3])


def first_capital(text: str) -> str:
    """The text with a capital first letter, and the rest as it is."""
    return text[:1].upper() + text[1:]


def local_name(iri: str) -> str:
    """What stands after the last `#` or `/` of an IRI."""
    return re.split(r"[#/]", iri)[-1]


def number(value: Any) -> str:
    """A number for people: thousands apart, no zeros at the end; other text as it is."""
    text = value.value if isinstance(value, Cell) else str(value)
    try:
        if len(text.partition(".")[0]) > _LONG:
            digits, power = f"{Decimal(text):.14e}".split("e")
            digits = digits.rstrip("0").rstrip(".")
            return f"{digits} × 10{str(int(power)).translate(_RAISED)}".replace("-", "−")
        whole, _, part = text.partition(".")
        part = part.rstrip("0")
        grouped = f"{int(whole):,}".replace(",", "\u202f") if len(whole) > 4 else whole
    except (ValueError, ArithmeticError):
        return text
    return f"{grouped}.{part}".replace("-", "−") if part else grouped.replace("-", "−")


def property_word(cell: Cell) -> str:
    """What a property is called on a page."""
    known = _WORDS.get(cell.short)
    return known or cell.label or cell.short


def other_names(rows: Iterable[Row], shown: str) -> list[Cell]:
    """Names other than the one that is shown already."""
    return [cell for cell in distinct(rows, "name") if cell.value != shown]


def clock(moment: datetime) -> str:
    """The time of day, as in 09:15."""
    return f"{moment:%H:%M}"


def clock_of(cell: Cell) -> str:
    """The time of day of an xsd:dateTime at its own offset; the text where it is none."""
    try:
        return clock(datetime.fromisoformat(cell.value))
    except ValueError:
        return cell.value


def day(moment: date | str) -> str:
    """A date, as in 27 March 2023; the text where it is none."""
    try:
        found = date.fromisoformat(str(moment)[:10])
    except ValueError:
        return str(moment)
    return f"{found.day} {found:%B %Y}"
