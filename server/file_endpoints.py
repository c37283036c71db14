"""The addresses of documents and files, as OpenAPI describes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..graph.namespaces import BASE
from .documents import DOCUMENTS
from .downloads import DOWNLOADS
from .endpoints import contents, failures

__all__ = ["FILES"]

_TEXT: Final = {"type": "string"}
_BYTES: Final = {"type": "string", "contentMediaType": "application/octet-stream"}
_LINES: Final = {"text/plain": {"schema": _TEXT}}
_XML: Final = {"application/xml": {"schema": _TEXT}}
_IRI: Final = {
    "name": "iri",
    "in": "query",
    "required": True,
    "description": "Any IRI that the dataset speaks of, whoever named it.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 2000},
    "example": f"{BASE}tinyml-2023/paper/fmas",
}
_THERE: Final = {
    "description": "The document of it that is accepted.",
    "headers": {"Location": {"required": True, "schema": {"type": "string"}}},
}


def _get(name: str, summary: str, **more: Any) -> dict[str, Any]:
    return {"get": {"operationId": name, "tags": ["dataset"], "summary": summary, **more}}


def _in_path(name: str, description: str, **schema: Any) -> dict[str, Any]:
    told = {"name": name, "in": "path", "required": True, "description": description}
    return {**told, "schema": schema}


def _file(description: str, content: Mapping[str, Any], *statuses: str) -> dict[str, Any]:
    answer = {"description": description, "content": dict(content)}
    return {"200": answer, **failures(*statuses, "500", "503")}


_GENERATION: Final = _in_path("generation", "Its number.", type="integer", minimum=0)
_SUFFIXES: Final = [form.suffix for form in (*DOCUMENTS, *DOWNLOADS)]

FILES: Final[dict[str, Any]] = {
    "/resource": _get(
        "find",
        "Lead from an IRI to the document of it that is accepted.",
        parameters=[_IRI],
        responses={"303": _THERE, **failures("400", "404", "406", "500", "503")},
    ),
    "/resource.{suffix}": _get(
        "describe",
        "What is known of an IRI, in a format. An IRI under the base has a document of its own.",
        parameters=[_in_path("suffix", "Of the format.", enum=_SUFFIXES, default="ttl"), _IRI],
        responses={
            **_file("The document.", contents((*DOCUMENTS, *DOWNLOADS)), "400", "404"),
            "301": _THERE,
            "307": _THERE,
        },
    ),
    "/originals/{digest}": _get(
        "fetchOriginal",
        "The bytes of a source as they were read.",
        parameters=[_in_path("digest", "Its SHA-256.", type="string", pattern="^[0-9a-f]{64}$")],
        responses=_file("Its bytes, in its media type.", {"*/*": {"schema": _BYTES}}, "404"),
    ),
    "/dumps/{generation}/symposia.nq.gz": _get(
        "fetchGeneration",
        "The dataset of the generation that is served, which never changes.",
        parameters=[_GENERATION],
        responses=_file(
            "Sorted N-Quads, compressed.", {"application/gzip": {"schema": _BYTES}}, "404"
        ),
    ),
    "/dumps/{generation}/SHA256SUMS": _get(
        "fetchChecksum",
        "The checksum of that, as `sha256sum --check` reads it.",
        parameters=[_GENERATION],
        responses=_file("A line.", _LINES, "404"),
    ),
    "/robots.txt": _get(
        "tellRobots", "Where robots are not to go.", responses=_file("Rules.", _LINES)
    ),
    "/sitemap.xml": _get(
        "listSitemaps", "The parts of the sitemap.", responses=_file("An index.", _XML)
    ),
    "/sitemap/{number}.xml": _get(
        "listPages",
        "The addresses of pages.",
        parameters=[_in_path("number", "Of the part, from 1.", type="integer", minimum=1)],
        responses=_file("A part of the sitemap.", _XML, "404"),
    ),
}
"""What is fetched by its address, besides the document of each thing."""
