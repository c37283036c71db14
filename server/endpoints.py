"""The addresses that do not depend on the questions, as OpenAPI describes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from .description import DUMPS
from .documents import DOCUMENTS
from .negotiation import GRAPHS, NETWORKS, RESULTS, Format
from .paging import LARGEST_LIMIT, LARGEST_OFFSET
from .paper_files import PAPERS

__all__ = ["COMPONENTS", "ENDPOINTS", "contents", "failures"]

_FAILURES: Final = {
    "400": "The request is wrong; the problem says where and what would be right.",
    "401": "The token is missing or wrong.",
    "403": "This server takes no changes.",
    "404": "There is no such thing.",
    "405": "The method is not allowed here.",
    "406": "No format that is accepted.",
    "412": "Something else is there than the request expects; nothing was changed.",
    "413": "The request is too large.",
    "415": "The body is of a type that is not read.",
    "422": "The dataset would break a shape; nothing was changed.",
    "500": "The server failed; it is not known of a change whether it was made.",
    "503": "The server is busy or has nothing to serve.",
    "504": "It took longer than is allowed, and was stopped.",
    "507": "It needs more memory, or its answer is larger, than is allowed.",
}
_LITERAL: Final = {"type": "string"}


def contents(formats: Iterable[Format]) -> dict[str, Any]:
    """The content of an answer, by media type."""
    return {form.media_type: {"schema": _schema(form)} for form in formats}


def failures(*statuses: str) -> dict[str, Any]:
    """References to the answers of these statuses."""
    return {status: {"$ref": f"#/components/responses/{status}"} for status in statuses}


def _schema(form: Format) -> dict[str, Any]:
    if form.media_type == RESULTS[0].media_type:
        return {"$ref": "#/components/schemas/Results"}
    return {} if form.media_type.endswith("+json") else {"type": "string"}


def _query_string(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _format(formats: Iterable[Format]) -> dict[str, Any]:
    names = [form.name for form in formats]
    return _query_string("format", "Format of the answer; else by Accept.", enum=names)


def _failure(status: str, description: str) -> dict[str, Any]:
    content = {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
        "text/plain": {"schema": _LITERAL},
        "text/html": {"schema": _LITERAL},
    }
    made: dict[str, Any] = {"description": description, "content": content}
    if status == "503":
        made["headers"] = {"Retry-After": {"schema": {"type": "integer", "minimum": 0}}}
    if status == "405":
        made["headers"] = {"Allow": {"schema": {"type": "string"}}}
    return made


COMPONENTS: Final[dict[str, Any]] = {
    "parameters": {
        "limit": _query_string(
            "limit", "Rows of a page.", type="integer", minimum=1, maximum=LARGEST_LIMIT
        ),
        "offset": _query_string(
            "offset", "Rows before it.", type="integer", minimum=0, maximum=LARGEST_OFFSET
        ),
        "merged": _query_string(
            "merged",
            "Whether people and organisations that are one have one IRI in the answer.",
            type="boolean",
            default=False,
        ),
        "table": _format(RESULTS),
        "graph": _format(GRAPHS),
    },
    "headers": {
        "Link": {
            "description": "Where the first, previous and next page are (RFC 8288).",
            "schema": {"type": "string"},
        }
    },
    "responses": {status: _failure(status, text) for status, text in _FAILURES.items()},
    "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
    "schemas": {
        "Problem": {
            "description": "Problem details (RFC 9457).",
            "type": "object",
            "required": ["type", "title", "status", "detail"],
            "properties": {
                "type": {"type": "string"},
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "detail": {"type": "string", "description": "what is wrong"},
                "hint": {"type": "string", "description": "what would be right"},
                "line": {"type": "integer", "minimum": 1},
                "column": {"type": "integer", "minimum": 1},
                "excerpt": {"type": "string", "description": "the line and a mark under the place"},
                "request_id": {"type": "string"},
            },
        },
        "Head": {
            "type": "object",
            "properties": {"vars": {"type": "array", "items": {"type": "string"}}},
        },
        "Term": {
            "description": "A term (https://www.w3.org/TR/sparql11-results-json/).",
            "type": "object",
            "required": ["type", "value"],
            "properties": {
                "type": {"enum": ["uri", "literal", "bnode", "triple"]},
                "value": {},
                "xml:lang": {"type": "string"},
                "datatype": {"type": "string"},
            },
        },
        "Results": {
            "description": "A table or a truth value.",
            "type": "object",
            "required": ["head"],
            "properties": {
                "head": {"$ref": "#/components/schemas/Head"},
                "results": {"type": "object"},
                "boolean": {"type": "boolean"},
            },
        },
        "Health": {
            "type": "object",
            "required": ["status", "live"],
            "properties": {
                "status": {"enum": ["pass", "warn", "fail"]},
                "live": {"type": "boolean"},
                "ready": {"type": "boolean"},
                "generation": {"type": ["integer", "null"]},
                "triples": {"type": ["integer", "null"]},
                "published": {"type": ["string", "null"], "format": "date-time"},
                "output": {"type": "string", "description": "what is wrong"},
                "checks": {"type": "object", "description": "the parts that have something wrong"},
            },
        },
    },
}
"""What several operations share."""

_ASKED: Final = ("400", "406", "413", "500", "503", "504", "507")
_DATASET: Final = {
    "default-graph-uri": {"type": "array", "items": _LITERAL},
    "named-graph-uri": {"type": "array", "items": _LITERAL},
}
_ANSWER: Final = {
    "description": "A table, a truth value or a graph; without a query what the endpoint is.",
    "content": contents((*RESULTS, *GRAPHS)),
}
_HEALTH: Final = {"application/health+json": {"schema": {"$ref": "#/components/schemas/Health"}}}


def _get(name: str, tag: str, summary: str, **more: Any) -> dict[str, Any]:
    return {"get": {"operationId": name, "tags": [tag], "summary": summary, **more}}


def _given(description: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"200": {"description": description, "content": content}}


_SPARQL: Final = {
    **_get(
        "askByAddress",
        "SPARQL",
        "Ask a query; without one, describe the endpoint.",
        parameters=[
            _query_string("query", "SPARQL 1.1.", type="string"),
            *(_query_string(name, "", **schema) for name, schema in _DATASET.items()),
        ],
        responses={"200": _ANSWER, **failures(*_ASKED)},
    ),
    "post": {
        "operationId": "askByForm",
        "tags": ["SPARQL"],
        "summary": "Ask a query.",
        "requestBody": {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {
                    "schema": {
                        "type": "object",
                        "required": ["query"],
                        "properties": {"query": _LITERAL, **_DATASET},
                    }
                },
                "application/sparql-query": {"schema": _LITERAL},
            },
        },
        "responses": {"200": _ANSWER, **failures(*_ASKED, "415")},
    },
}

_ORIGINALS: Final = {
    "get": _SPARQL["get"]
    | {
        "operationId": "askOriginalsByAddress",
        "summary": "Ask what foreign sources say, in their own vocabularies.",
    },
    "post": _SPARQL["post"]
    | {
        "operationId": "askOriginalsByForm",
        "summary": "Ask what foreign sources say, in their own vocabularies.",
    },
}

_SOUGHT: Final = _query_string(
    "q", "Words of names and descriptions.", type="string", maxLength=200
)
_FACETS: Final = {
    "kind": "Only things of this kind: person, paper, talk, session, topic, question and others.",
    "conference": "Only what was at the conference of this IRI.",
    "year": "Only what was in this year.",
    "topic": "Only what is about the topic of this IRI.",
}
_OBJECT: Final = {"application/json": {"schema": {"type": "object"}}}
_SEARCH: Final = {
    "/search": _get(
        "search",
        "search",
        "Search everything; words that nothing has are taken for those that were perhaps meant.",
        parameters=[
            _SOUGHT,
            *(_query_string(*each, type="string", maxLength=2000) for each in _FACETS.items()),
            _query_string("page", "Twenty things each.", type="integer", minimum=1, maximum=50),
            _query_string("format", "In the place of Accept.", enum=["html", "json"]),
        ],
        responses={
            **_given("What was found.", {"text/html": {"schema": _LITERAL}, **_OBJECT}),
            **failures("400", "406", "500", "503", "504"),
        },
    ),
    "/search/suggest": _get(
        "suggest",
        "search",
        "The best things for what somebody is typing.",
        parameters=[_SOUGHT],
        responses={**_given("At most eight.", _OBJECT), **failures("400", "500", "503", "504")},
    ),
}

_AT: Final = {
    **_query_string("conference", "IRIs of conferences; all without."),
    "schema": {"type": "array", "items": _LITERAL, "maxItems": 20},
}


def _network(name: str, field: str, summary: str) -> dict[str, Any]:
    """A network, around a member that a parameter names."""
    whole = {"distance": (1, 4), "most": (1, 15_000), "least": (1, 1_000_000)}
    told = {
        "distance": "How many steps away others may be.",
        "most": "How many ties there may be; the strongest come first.",
        "least": "How many works a tie must have.",
    }
    return _get(
        name,
        "networks",
        summary,
        parameters=[
            _AT,
            _query_string(field, "Whom it is around: an IRI or a name.", type="string"),
            _query_string("other", "To whom the shortest chains lead.", type="string"),
            *(
                _query_string(each, told[each], type="integer", minimum=low, maximum=high)
                for each, (low, high) in whole.items()
            ),
            _query_string("table", "Which table is wanted as CSV.", enum=["ties", "members"]),
            _format(NETWORKS),
        ],
        responses={
            **_given("Members, ties, and what is measured of them.", contents(NETWORKS)),
            **failures("400", "406", "500", "503"),
        },
    )


_NETWORKS: Final = {
    "/network": _network("networkOfPeople", "person", "Who writes with whom."),
    "/organisations/network": _network(
        "networkOfOrganisations", "organisation", "Which organisations work together."
    ),
    "/topics/map": _network("networkOfTopics", "topic", "Which topics go together."),
}

ENDPOINTS: Final[dict[str, Any]] = {
    "/sparql": _SPARQL,
    **_SEARCH,
    **_NETWORKS,
    "/originals/sparql": _ORIGINALS,
    "/.well-known/void": _get(
        "describeDataset",
        "dataset",
        "The dataset: its size, classes, properties, links, licence and downloads.",
        responses={
            **_given("VoID and DCAT.", contents(DOCUMENTS)),
            **failures("406", "500", "503"),
        },
    ),
    **{
        f"/dump.{form.suffix}": _get(
            f"dumpAs{form.label}",
            "dataset",
            f"The whole dataset as {form.label}.",
            responses={
                **_given("The dataset.", contents((form,))),
                **failures("500", "503"),
            },
        )
        for form in DUMPS
    },
    **{
        f"/dump.{form.suffix}": _get(
            f"dumpPapersAs{form.suffix.title().replace('.', '')}",
            "dataset",
            f"All papers of the dataset as {form.label}.",
            responses={
                **_given("The papers.", contents((form,))),
                **failures("500", "503"),
            },
        )
        for form in PAPERS
    },
    "/health": _get(
        "tellHealth",
        "server",
        "Whether there is something to serve, and what.",
        responses={
            **_given("It is ready.", _HEALTH),
            "503": {"description": "Nothing can be served.", "content": _HEALTH},
        },
    ),
    "/health/live": _get(
        "tellLife", "server", "Whether it answers at all.", responses=_given("It does.", _HEALTH)
    ),
    "/metrics": _get(
        "tellCounts",
        "server",
        "Counts for Prometheus.",
        responses=_given("Counts.", {"text/plain": {"schema": _LITERAL}}),
    ),
    "/openapi.json": _get(
        "describeApi",
        "server",
        "This description.",
        responses=_given("OpenAPI 3.1.", {"application/json": {"schema": {"type": "object"}}}),
    ),
}
"""The fixed addresses."""
