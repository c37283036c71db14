"""Errors as answers: problem details for programs, a page that says what to do for people."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Final

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed

from ..graph.errors import (
    OverloadedError,
    ParameterError,
    QueryError,
    ReplacedError,
    ShapeError,
    SymposiaError,
    UnknownQuestionError,
    UnreachableError,
)
from .authorisation import UnauthorisedError
from .logs import REQUEST
from .negotiation import HTML, Format, choose
from .renewal import REPLACED

__all__ = ["problem", "register"]

PROBLEM: Final = Format(
    "problem", "json", "application/problem+json", "problem details", ("application/json",)
)
TEXT: Final = Format("text", "txt", "text/plain", "text")
_FINDINGS: Final = 100
_LISTED: Final = {
    "nearest": "{label}  {iri}",
    "candidates": "{label}  {iri}",
    "findings": "{focus}  {message}",
}
"""Members that are lists, and what a text says of each of their entries."""
_log = logging.getLogger(__name__)


def problem(status: int, title: str, detail: str, *, hint: str = "", **members: object) -> Response:
    """Answer with an error (https://www.rfc-editor.org/rfc/rfc9457).

    A browser gets a page, who accepts `text/plain` gets text, all others get problem details.

    :param title: the kind of error, in a few words.
    :param detail: what is wrong here, in a sentence.
    :param hint: what to do next.
    :param members: further members of the problem, such as `line` and `column`.
    """
    form = choose(request.headers.get("Accept"), (PROBLEM, TEXT, HTML))
    if form is TEXT:
        answer = Response(
            _text(status, title, detail, hint, members), status, content_type=TEXT.content_type
        )
    elif form is HTML:
        page = render_template(
            "error.html", status=status, title=title, detail=detail, hint=hint, **members
        )
        answer = Response(page, status, content_type=HTML.content_type)
    else:
        body: dict[str, object] = {"type": "about:blank", "title": title, "status": status}
        body["detail"] = detail
        body |= {"hint": hint, **members, "request_id": REQUEST.get()}
        told = {name: value for name, value in body.items() if value not in (None, "", [])}
        # Many clients show it to people as it is: what is wrong comes first, in lines.
        text = json.dumps(told, ensure_ascii=False, indent=2) + "\n"
        answer = Response(text, status, content_type=PROBLEM.media_type)
    answer.vary.add("Accept")
    return answer


def _text(status: int, title: str, detail: str, hint: str, members: Mapping[str, object]) -> str:
    lines: list[object] = [f"{status} {title}", detail, members.get("excerpt"), hint]
    for name, form in _LISTED.items():
        found = members.get(name) or []
        assert isinstance(found, list)  # noqa: S101  so are the members of these names
        lines += [f"  {form.format_map(each)}" for each in found if not isinstance(each, str)]
    return "\n".join(str(line) for line in lines if line) + "\n"


def register(app: Flask) -> None:
    """Let an application answer every error as a problem."""
    app.register_error_handler(SymposiaError, _of_symposia)
    app.register_error_handler(HTTPException, _of_http)


def _of_symposia(error: SymposiaError) -> Response:
    request.environ[REPLACED] = isinstance(error, ReplacedError)
    answer = problem(
        error.http_status, error.title, error.message, hint=error.hint, **_members(error)
    )
    if isinstance(error, UnauthorisedError):
        answer.headers["WWW-Authenticate"] = error.challenge
    if isinstance(error, OverloadedError | UnreachableError):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _members(error: SymposiaError) -> Mapping[str, object]:
    if isinstance(error, UnknownQuestionError):
        return {"nearest": list(error.nearest)}
    if isinstance(error, ParameterError):
        return {"candidates": [{"iri": iri, "label": label} for iri, label in error.candidates]}
    if isinstance(error, ShapeError) and error.report is not None:
        report = error.report if isinstance(error.report, Mapping) else error.report.to_dict()
        findings = [each for each in report["findings"] if each["severity"] == "Violation"]
        return {"violations": report["violations"], "findings": findings[:_FINDINGS]}
    if isinstance(error, QueryError):
        return {"line": error.line, "column": error.column, "excerpt": error.excerpt}
    return {}


def _of_http(error: HTTPException) -> Response:
    status = error.code or 500
    if isinstance(error, InternalServerError) and error.original_exception is not None:
        _log.error("%s %s failed", request.method, request.path, exc_info=error.original_exception)
    own = error.description if error.description != type(error).description else None
    detail = own or _SENTENCES.get(status) or error.description or error.name
    allowed = error.valid_methods if isinstance(error, MethodNotAllowed) else None
    hint = f"It answers {', '.join(sorted(allowed))}." if allowed else ""
    answer = problem(status, error.name, detail, hint=hint)
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            answer.headers[name] = value
    return answer


_SENTENCES: Final = {
    404: "Nothing is served at this address.",
    405: "This address does not answer this method.",
    413: "The request is larger than this server reads.",
    500: "The server failed on this request. The fault is ours and has been logged.",
}
