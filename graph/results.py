"""Writing the answers of queries in the standard formats."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

import pyoxigraph as ox

from .errors import ExportError
from .formats import FORMATS
from .namespaces import PREFIXES
from .rdf import ENGINES
from .store import Results

__all__ = ["RESULT_FORMATS", "ResultFormat", "serialise_results", "serialise_triples"]


class ResultFormat(NamedTuple):
    """A format for the answer of a SELECT or ASK.

    :param name: the name by which options know it.
    """

    name: str
    media_type: str
    extension: str
    engine: ox.QueryResultsFormat


RESULT_FORMATS: Final = {
    f.name: f
    for f in (
        ResultFormat("json", "application/sparql-results+json", "srj", ox.QueryResultsFormat.JSON),
        ResultFormat("xml", "application/sparql-results+xml", "srx", ox.QueryResultsFormat.XML),
        ResultFormat("csv", "text/csv", "csv", ox.QueryResultsFormat.CSV),
        ResultFormat("tsv", "text/tab-separated-values", "tsv", ox.QueryResultsFormat.TSV),
    )
}
"""The formats of solutions and truth values, by name."""


def serialise_results(results: Results, format: str) -> bytes:  # noqa: A002 - the field's word
    """Write an answer.

    :param results: of a SELECT or ASK for a name of `RESULT_FORMATS` (an ASK as csv or tsv is the
        word true or false), of a CONSTRUCT or DESCRIBE for one of `FORMATS`.
    :raises ExportError: the format is unknown or does not fit the kind of answer.
    """
    if isinstance(results, ox.QueryTriples):
        return serialise_triples(results, format)
    if format not in RESULT_FORMATS:
        raise ExportError(
            f"A SELECT or ASK has no answer as '{format}'.",
            hint=f"Choose {_either(RESULT_FORMATS)}; graphs come from CONSTRUCT and DESCRIBE.",
        )
    return results.serialize(format=RESULT_FORMATS[format].engine) or b""


def serialise_triples(triples: Iterable[ox.Triple], format: str) -> bytes:  # noqa: A002
    """Write triples, without duplicates and in a fixed order, with the project's prefixes.

    :param format: a name of `FORMATS`.
    :raises ExportError: the format is unknown.
    """
    if format not in FORMATS:
        raise ExportError(
            f"A graph has no form as '{format}'.",
            hint=f"Choose {_either(FORMATS)}; tables come from SELECT.",
        )
    # The writer groups what stands together; str() of a triple is its N-Triples line.
    distinct = sorted(set(triples), key=str)
    used = _prefixes(distinct)
    return ox.serialize(distinct, format=ENGINES[format], prefixes=used) or b""


def _prefixes(triples: list[ox.Triple]) -> dict[str, str]:
    text = "\n".join(map(str, triples))
    return {prefix: iri for prefix, iri in PREFIXES.items() if f"<{iri}" in text}


def _either(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}"
