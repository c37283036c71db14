"""Writing the answers of queries in the standard formats."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from .errors import ExportError
from .formats import FORMATS
from .store import Results, failure

__all__ = ["RESULT_FORMATS", "ResultFormat", "serialise_results"]


@dataclass(frozen=True, slots=True)
class ResultFormat:
    """A format for the answer of a SELECT or ASK.

    :param name: the name by which options know it.
    :param media_type: its registered media type.
    :param extension: what file names end in, without the dot.
    """

    name: str
    media_type: str
    extension: str
    engine: ox.QueryResultsFormat


RESULT_FORMATS: Final = {
    format_.name: format_
    for format_ in (
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
        word true or false), of a CONSTRUCT or DESCRIBE for one of `formats.FORMATS`.
    :raises ExportError: the format is unknown or does not fit the kind of answer.
    :raises QueryError: the query fails only now that its answer is read.
    :raises StoreError: the store fails.
    """
    if isinstance(results, ox.QueryTriples):
        if format not in FORMATS:
            raise ExportError(
                f"A graph cannot be written as {format}.",
                hint=f"Choose {_either(FORMATS)}; tables come from SELECT and ASK.",
            )
        from .export import serialise  # only graphs need the writers

        return serialise(results, format)
    if format not in RESULT_FORMATS:
        raise ExportError(
            f"A table or truth value cannot be written as {format}.",
            hint=f"Choose {_either(RESULT_FORMATS)}; graphs come from CONSTRUCT and DESCRIBE.",
        )
    try:
        return results.serialize(format=RESULT_FORMATS[format].engine) or b""
    except (OSError, RuntimeError, ValueError) as error:
        raise failure(error) from error


def _either(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}"
