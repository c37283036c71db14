"""Under which licences what is said of a thing may be used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from .description import CC0
from .panels import query_text
from .serving import Served
from .terms import Row

__all__ = ["licences_of"]


def licences_of(served: Served, iri: str, rows: Iterable[Row]) -> list[str]:
    """The licences of the graphs that speak of a thing; none where that of one is not known.

    :param iri: of the thing; a named graph has its own.
    :param rows: the rows of `shown/graphs.rq`.
    :return: IRIs, sorted.
    """
    known = _known(served)
    if iri in known:
        return [known[iri]]
    graphs = {row.graph.value for row in rows if row.graph}
    return sorted({known[graph] for graph in graphs}) if graphs <= known.keys() else []


def _known(served: Served) -> Mapping[str, str]:
    """The licences of named graphs: those that they state, and that of what is shipped."""
    if "licences" not in served.memo:
        (rows,) = served.tables((query_text("common/licences.rq"), {}))
        stated = {r.graph.value: r.licence.value for r in rows if r.graph and r.licence}
        served.memo["licences"] = {**dict.fromkeys(served.shipped, CC0), **stated}
    return cast("Mapping[str, str]", served.memo["licences"])
