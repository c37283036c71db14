"""The API described for programs: OpenAPI, made from the headers of the questions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import Any, Final

from flask import Blueprint, Response, current_app, json, request

from ..graph.parameters import Parameter
from ..graph.questions import Question, questions
from .endpoints import COMPONENTS, ENDPOINTS, contents, failures
from .file_endpoints import FILES
from .negotiation import GRAPHS, RESULTS
from .write_endpoints import GRAPH_STORE, WRITES

__all__ = ["blueprint", "document"]

blueprint = Blueprint("openapi", __name__)

_INTEGER: Final = 10**18 - 1
_LONGEST: Final = 10_000
_TYPES: Final[Mapping[str, dict[str, Any]]] = {
    "iri": {"type": "string"},
    "string": {"type": "string"},
    "integer": {"type": "integer", "minimum": -_INTEGER, "maximum": _INTEGER},
    "decimal": {"type": "string", "pattern": r"^[+-]?([0-9]{1,18}(\.[0-9]{0,18})?|\.[0-9]{1,18})$"},
    "date": {"type": "string", "format": "date"},
}
_TEXT: Final = {"minLength": 1, "maxLength": _LONGEST, "pattern": r"[^\s\u001c-\u001f\u0085]"}
_WORDS: Final = "; an IRI, a path of one, or a name"


@blueprint.route("/openapi.json")
def openapi() -> Response:
    """The description of this server's API."""
    writable = current_app.extensions["symposia"].writer is not None
    described = {**document(writable=writable), "servers": [{"url": request.script_root or "/"}]}
    return Response(json.dumps(described, ensure_ascii=False), content_type="application/json")


@cache
def document(*, writable: bool = False) -> dict[str, Any]:
    """The description (https://spec.openapis.org/oas/v3.1.1.html), without `servers`.

    :param writable: whether the dataset can be changed through this server.
    """
    store = GRAPH_STORE
    if not writable:
        store = {path: {"get": methods["get"]} for path, methods in GRAPH_STORE.items()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Symposia",
            "version": version("symposia"),
            "summary": "Conference programmes as linked open data.",
            "description": "Each question of the library is an address under `/api/`. Any other "
            "question can be asked in SPARQL at `/sparql`.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "tags": [
            *({"name": group} for group in sorted({each.group for each in questions()})),
            {"name": "SPARQL"},
            {"name": "search"},
            {"name": "networks"},
            {"name": "graphs"},
            {"name": "dataset"},
            {"name": "server"},
        ],
        "paths": {f"/api/{each.name}": {"get": _operation(each)} for each in questions()}
        | ENDPOINTS
        | FILES
        | store
        | (WRITES if writable else {}),
        "components": COMPONENTS,
    }


def _operation(asked: Question) -> dict[str, Any]:
    table = asked.form in ("SELECT", "ASK")
    parameters = [_parameter(each) for each in asked.parameters]
    headers: dict[str, Any] = {}
    if asked.identities == "own":
        parameters += [{"$ref": "#/components/parameters/merged"}]
    if asked.form == "SELECT":
        parameters += [{"$ref": "#/components/parameters/limit"}]
        parameters += [{"$ref": "#/components/parameters/offset"}]
        headers = {"Link": {"$ref": "#/components/headers/Link"}}
    parameters += [{"$ref": f"#/components/parameters/{'table' if table else 'graph'}"}]
    offered = contents(RESULTS if table else GRAPHS)
    if asked.form == "SELECT":
        offered[RESULTS[0].media_type] = {"schema": _rows(asked.columns)}
    return {
        "operationId": asked.name,
        "tags": [asked.group],
        "summary": asked.summary,
        "description": asked.question,
        "parameters": parameters,
        "responses": {
            "200": {"description": "The answer.", "headers": headers, "content": offered},
            **failures("400", "404", "406", "500", "503", "504", "507"),
        },
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema = dict(_TYPES[parameter.type])
    if parameter.type in ("iri", "string"):
        schema |= _TEXT
    default = parameter.default
    if default is not None:
        schema["default"] = int(default) if parameter.type == "integer" else default
    example: object = parameter.example
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.description + (_WORDS if parameter.type == "iri" else ""),
        "schema": schema,
        "example": int(parameter.example) if parameter.type == "integer" else example,
    }


def _rows(columns: Mapping[str, str]) -> dict[str, Any]:
    """The schema of a table in JSON, with what each column holds."""
    cells = {
        name: {"$ref": "#/components/schemas/Term", "description": meaning}
        for name, meaning in columns.items()
    }
    row = {"type": "object", "properties": cells, "additionalProperties": False}
    return {
        "type": "object",
        "required": ["head", "results"],
        "properties": {
            "head": {"$ref": "#/components/schemas/Head"},
            "results": {
                "type": "object",
                "required": ["bindings"],
                "properties": {"bindings": {"type": "array", "items": row}},
            },
        },
    }
