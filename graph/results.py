"""Writing the answers of queries in the standard formats."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, Final, Protocol, cast

import pyoxigraph as ox

from .errors import ExportError
from .formats import FORMATS
from .store import Results, failure

__all__ = ["RESULT_FORMATS", "ResultFormat", "serialise_results", "write_table"]

_NO_XML: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_BEGUN: Final = re.compile(rb"\xef\xbf?\Z")
_REPLACEMENT: Final = "\ufffd".encode()


class Output(Protocol):
    """Where bytes can be written to."""

    def write(self, data: bytes, /) -> int:
        """Take bytes."""


class _Xml:
    """Writes XML 1.0; what that cannot hold becomes U+FFFD (https://www.w3.org/TR/xml/#charsets).

    :param output: what takes it.
    """

    def __init__(self, output: Output) -> None:
        self._output = output
        self._begun = b""

    def write(self, data: bytes) -> int:
        """Write a part, but for the beginning of a character at its end."""
        whole = self._begun + bytes(data)
        begun = _BEGUN.search(whole)
        self._begun = begun.group() if begun else b""
        self._output.write(_NO_XML.sub(_REPLACEMENT, whole[: len(whole) - len(self._begun)]))
        return len(data)

    def flush(self) -> None:
        """Nothing waits but what is no character yet."""


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
    output = io.BytesIO()
    try:
        write_table(results, format, output)
    except (OSError, RuntimeError, ValueError) as error:
        raise failure(error) from error
    return output.getvalue()


def write_table(
    results: ox.QuerySolutions | ox.QueryBoolean,
    format: str,  # noqa: A002 - the field's word
    output: Output,
) -> None:
    """Write the answer of a SELECT or ASK as it comes.

    :param format: a name of `RESULT_FORMATS`.
    :raises OSError, RuntimeError, ValueError: the query fails only now, or the output does.
    """
    form = RESULT_FORMATS[format]
    taking = _Xml(output) if form.engine == ox.QueryResultsFormat.XML else output
    results.serialize(cast("IO[bytes]", taking), format=form.engine)


def _either(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}"
