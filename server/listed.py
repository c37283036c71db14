"""A page of a list of all things of a kind: which things are on it, and what is said of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import pyoxigraph as ox

from ..graph.errors import ParameterError
from ..graph.store import Term
from .paging import LARGEST_OFFSET, Page
from .panels import query_text
from .terms import Row

__all__ = ["Listed", "Part", "part"]

Tables: TypeAlias = Callable[..., Sequence[list[Row]]]

_SIZE: Final = 100
_MOST: Final = LARGEST_OFFSET // _SIZE


@dataclass(frozen=True)
class Listed:
    """A list that comes in pages, by the names of its queries under `lists/`.

    :param thing: what a thing is called in them, without `?`.
    :param every: lists the things, in order.
    :param size: counts them.
    :param told: what is said of some of them, which are written into `VALUES ?thing { }`.
    """

    thing: str
    every: str
    size: str
    told: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """A page of a list.

    :param rows: of each query, by its name.
    :param total: how many things are in the whole list.
    :param number: of the page, from 1.
    :param last: the number of the last page.
    """

    rows: Mapping[str, list[Row]]
    total: int
    number: int
    last: int


def part(tables: Tables, listed: Listed, number: str) -> Part:
    """Ask for a page of a list; what is asked of its things starts from them.

    :param tables: gives the rows of each of some queries, each with the values of its variables.
    :raises ParameterError: the number is none of a page.
    """
    if not (number.isascii() and number.isdecimal() and 1 <= int(number[:9]) <= _MOST):
        raise ParameterError("'page' must be a whole number from 1.", hint="For example: page=2")
    bounds = Page(_SIZE - 1, (int(number[:9]) - 1) * _SIZE)
    none: Mapping[str, Term] = {}
    things, size = tables(
        (bounds.of(query_text(f"lists/{listed.every}.rq")), none),
        (query_text(f"lists/{listed.size}.rq"), none),
    )
    cells = [row[listed.thing] for row in things]
    iris = dict.fromkeys(cell.value for cell in cells if cell and cell.kind == "iri")
    # Many values cannot be bound; what is written out here is what the store itself has told.
    values = f"VALUES ?{listed.thing} {{ {' '.join(str(ox.NamedNode(iri)) for iri in iris)} }}"
    texts = [
        query_text(f"lists/{name}.rq").replace(f"VALUES ?{listed.thing} {{ }}", values)
        for name in listed.told
    ]
    found = tables(*((text, none) for text in texts))
    counted = size[0].things if size else None
    total = int(counted.value) if counted else 0
    return Part(
        dict(zip(listed.told, found, strict=True)), total, int(number), max(1, -(-total // _SIZE))
    )
