"""The addresses at which the dataset is changed, and its graphs are read, as OpenAPI has them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from .endpoints import contents, failures
from .negotiation import GRAPHS

__all__ = ["GRAPH_STORE", "WRITES"]

_TEXT: Final = {"type": "string"}
_SECURITY: Final[list[dict[str, list[str]]]] = [{"token": []}]
_IRIS: Final = {"type": "array", "items": _TEXT}
_READ: Final = ("400", "404", "406", "500", "503", "504", "507")
_CHANGED: Final = ("400", "401", "403", "412", "413", "415", "422", "500", "503", "504", "507")
_BODY: Final = {"required": True, "content": contents(GRAPHS)}
_GRAPH: Final = {
    "name": "graph",
    "in": "query",
    "description": "IRI of the graph; leave it away where `default` stands.",
    "schema": _TEXT,
}
_DEFAULT: Final = {
    "name": "default",
    "in": "query",
    "description": "The default graph; without a value.",
    "allowEmptyValue": True,
    "schema": {"type": "string", "maxLength": 0},
}
_NAME: Final = {
    "name": "name",
    "in": "path",
    "required": True,
    "description": "What makes the address the IRI of the graph.",
    "schema": {"type": "string", "minLength": 1, "pattern": "^[A-Za-z0-9_-]+$"},
}
_CONDITIONS: Final = (
    {
        "name": "If-Match",
        "in": "header",
        "description": "Change it only if nothing has changed since what has this ETag was read.",
        "schema": {"type": "string", "pattern": r'^(\*|"[!#-~]*")$'},
    },
    {
        "name": "If-None-Match",
        "in": "header",
        "description": "`*` changes it only if it is not there yet.",
        "schema": {"enum": ["*"]},
    },
)


def _done(*statuses: str) -> dict[str, Any]:
    told = {"201": "The graph is new.", "204": "It is done, and will stay."}
    return {status: {"description": told[status]} for status in statuses}


def _operations(name: str, where: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What can be done with a graph, by method.

    :param name: what the names of the operations end in.
    :param where: the parameters that name the graph.
    """
    named = [*where]
    changing = {
        "tags": ["graphs"],
        "parameters": [*named, *_CONDITIONS],
        "security": _SECURITY,
    }
    sending = {
        **changing,
        "requestBody": _BODY,
        "responses": {**_done("201", "204"), **failures(*_CHANGED, "405")},
    }
    return {
        "get": {
            "operationId": f"readGraph{name}",
            "tags": ["graphs"],
            "summary": "A graph.",
            "parameters": [*named, {"$ref": "#/components/parameters/graph"}],
            "responses": {
                "200": {"description": "Its triples.", "content": contents(GRAPHS)},
                **failures(*_READ),
            },
        },
        "put": {
            "operationId": f"putGraph{name}",
            "summary": "Make a graph hold exactly these triples.",
            **sending,
        },
        "post": {
            "operationId": f"addToGraph{name}",
            "summary": "Add triples to a graph.",
            **sending,
        },
        "delete": {
            "operationId": f"deleteGraph{name}",
            "summary": "Remove a graph.",
            **changing,
            "responses": {**_done("204"), **failures(*_CHANGED, "404", "405")},
        },
    }


GRAPH_STORE: Final[dict[str, dict[str, Any]]] = {
    "/store": _operations("", (_GRAPH, _DEFAULT)),
    "/store/{name}": _operations("ByAddress", (_NAME,)),
}
"""Whole graphs (https://www.w3.org/TR/sparql11-http-rdf-update/)."""

WRITES: Final[dict[str, dict[str, Any]]] = {
    "/update": {
        "post": {
            "operationId": "update",
            "tags": ["SPARQL"],
            "summary": "Change the dataset.",
            "security": _SECURITY,
            "requestBody": {
                "required": True,
                "content": {
                    "application/x-www-form-urlencoded": {
                        "schema": {
                            "type": "object",
                            "required": ["update"],
                            "properties": {
                                "update": _TEXT,
                                "using-graph-uri": _IRIS,
                                "using-named-graph-uri": _IRIS,
                            },
                        }
                    },
                    "application/sparql-update": {"schema": _TEXT},
                },
            },
            "responses": {**_done("204"), **failures(*_CHANGED)},
        }
    }
}
"""SPARQL updates (https://www.w3.org/TR/sparql11-protocol/#update-operation)."""
