"""The errors that a user can meet.

SymposiaError
 +-- SourceError           a source cannot be read: missing, not text, not a programme page
 |    +-- RdfSyntaxError   a file is not the RDF that it says it is
 +-- ShapeError            a graph breaks a shape and was not published
 +-- QueryError            a query cannot be run
 |    +-- UnknownQuestionError  no question has this name
 |    +-- ServiceError     an endpoint that a query asks by SERVICE does not answer
 |    +-- ParameterError   a parameter is missing, unknown or of the wrong type
 |    |    +-- UnknownThingError  nothing has the name that it is given
 |    +-- NotAcceptableError   the answer has no format that the client accepts
 |    +-- LimitError       a query or its answer grows beyond a limit
 |    +-- QueryTimeoutError    a query takes longer than it may
 +-- EvaluationError       a query was stopped by no fault of its own
 |    +-- OverloadedError  there are more queries than can be answered
 |         +-- ReplacedError    what was to be asked is gone, as there is something newer
 +-- PreconditionError     a change expects something else than there is
 +-- StoreError            the data folder or the store cannot be used
 +-- ExportError           a format or vocabulary cannot be written
 +-- LinkageError          a linkage cannot be read, or cannot be run on these records
 +-- DecisionError         a decision about links cannot be read or made, or contradicts another

The command line turns them into an exit status, the server into `application/problem+json`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = [
    "DecisionError",
    "EvaluationError",
    "ExportError",
    "LimitError",
    "LinkageError",
    "NotAcceptableError",
    "OverloadedError",
    "ParameterError",
    "PreconditionError",
    "QueryError",
    "QueryTimeoutError",
    "RdfSyntaxError",
    "ReplacedError",
    "ServiceError",
    "ShapeError",
    "SourceError",
    "StoreError",
    "SymposiaError",
    "UnknownQuestionError",
    "UnknownThingError",
]


class SymposiaError(Exception):
    """Base of all errors that Symposia raises on purpose.

    :param message: what is wrong, in one sentence that names the file, line or node.
    :param hint: what would be right, or what to do next; empty when the message says it.
    """

    exit_status = 1
    http_status = 500
    title = "Error"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()


class SourceError(SymposiaError):
    """A source cannot be read.

    :param source: the file, address or graph that was read.
    :param line: 1-based line at which reading stopped, if there is one.
    :param column: 1-based column in that line, if there is one.
    """

    http_status = 400
    title = "Source cannot be read"

    def __init__(
        self,
        message: str,
        *,
        source: str = "",
        line: int | None = None,
        column: int | None = None,
        hint: str = "",
    ) -> None:
        place = source
        if line is not None:
            place = f"{source or 'line'}{':' if source else ' '}{line}"
            if column is not None:
                place = f"{place}:{column}"
        super().__init__(f"{place}: {message}" if place else message, hint=hint)
        self.source = source
        self.line = line
        self.column = column


class RdfSyntaxError(SourceError):
    """A file is not the RDF that its name or media type says it is.

    :param excerpt: the text around the place at which reading stopped.
    """

    title = "RDF syntax error"

    def __init__(
        self,
        message: str,
        *,
        source: str = "",
        line: int | None = None,
        column: int | None = None,
        excerpt: str = "",
        hint: str = "",
    ) -> None:
        quoted = f"{message}: {excerpt.strip()}" if excerpt.strip() else message
        super().__init__(quoted, source=source, line=line, column=column, hint=hint)
        self.excerpt = excerpt


class ShapeError(SymposiaError):
    """A graph breaks a shape; nothing of it was published.

    :param report: the validation report (`graph.validation.Report`), for whoever shows it.
    """

    http_status = 422
    title = "Graph breaks a shape"

    def __init__(self, message: str, *, hint: str = "", report: Any = None) -> None:
        super().__init__(message, hint=hint)
        self.report = report


class QueryError(SymposiaError):
    """A query cannot be run.

    :param line: 1-based line of the query at which parsing stopped, if there is one.
    :param column: 1-based column in that line, if there is one.
    :param excerpt: that line, and under it a caret at the column.
    """

    exit_status = 2
    http_status = 400
    title = "Query cannot be run"

    def __init__(
        self,
        message: str,
        *,
        line: int | None = None,
        column: int | None = None,
        excerpt: str = "",
        hint: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.line = line
        self.column = column
        self.excerpt = excerpt


class UnknownQuestionError(QueryError):
    """No question has this name.

    :param nearest: the names that look most like it, best first.
    """

    http_status = 404
    title = "Unknown question"

    def __init__(self, name: str, nearest: Sequence[str] = ()) -> None:
        hint = f"Did you mean {', '.join(nearest)}?" if nearest else "List them: symposia query"
        super().__init__(f"There is no question called '{name}'.", hint=hint)
        self.name = name
        self.nearest = tuple(nearest)


class ParameterError(QueryError):
    """A parameter of a question is missing, unknown, ambiguous or of the wrong type.

    :param candidates: the things that the value could mean, as (IRI, label) pairs.
    """

    title = "Wrong parameter"

    def __init__(
        self, message: str, *, hint: str = "", candidates: Sequence[tuple[str, str]] = ()
    ) -> None:
        super().__init__(message, hint=hint)
        self.candidates = tuple(candidates)


class UnknownThingError(ParameterError):
    """Nothing has the name that a parameter is given."""

    http_status = 404
    title = "Nothing of this name"


class NotAcceptableError(QueryError):
    """The answer cannot be written in any format that the client accepts."""

    http_status = 406
    title = "Not acceptable"


class LimitError(QueryError):
    """A query needs more memory, or its answer is larger, than is allowed."""

    exit_status = 1
    http_status = 507
    title = "Limit exceeded"


class QueryTimeoutError(QueryError):
    """A query takes longer than is allowed."""

    exit_status = 1
    http_status = 504
    title = "Timed out"


class EvaluationError(SymposiaError):
    """The evaluation of a query was stopped, and not by a limit."""

    title = "Query was stopped"


class OverloadedError(EvaluationError):
    """There are more queries than can be answered.

    :param retry_after: seconds after which it is worth trying again.
    """

    http_status = 503
    title = "Overloaded"

    def __init__(self, message: str, *, hint: str = "", retry_after: int = 1) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class ReplacedError(OverloadedError):
    """What was to be asked is gone, as the dataset was published anew; it can be asked again."""


class ServiceError(QueryError):
    """An endpoint that a query asks by SERVICE does not answer as it should."""

    exit_status = 1
    http_status = 502
    title = "Other endpoint failed"


class PreconditionError(SymposiaError):
    """A change expects something else than there is (RFC 9110, section 13); nothing was changed."""

    http_status = 412
    title = "Precondition failed"


class StoreError(SymposiaError):
    """The data folder or the store in it cannot be used."""

    http_status = 503
    title = "Store cannot be used"


class UnreachableError(StoreError):
    """The SPARQL server that holds the dataset cannot be reached.

    :param retry_after: seconds after which it is worth trying again.
    """

    title = "Store cannot be reached"

    def __init__(self, message: str, *, hint: str = "", retry_after: int = 10) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class ExportError(SymposiaError):
    """A format or vocabulary cannot be written."""

    exit_status = 2
    http_status = 406
    title = "Export is not possible"


class LinkageError(SymposiaError):
    """A linkage is not declared as it should be, or does not fit the records that it is given."""

    exit_status = 2
    http_status = 400
    title = "Linkage cannot be run"


class DecisionError(SymposiaError):
    """A decision about links cannot be read or made, or contradicts another one."""

    http_status = 409
    title = "Decision cannot be made"
