"""JSON-LD whose contexts are at hand: that of schema.org and our own, in place of their names."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from .contexts import context
from .errors import RdfSyntaxError, SourceError
from .namespaces import BASE

__all__ = ["with_contexts"]

_DEEPEST: Final = 200
_BRACKET: Final = re.compile(r'"(?:[^"\\]|\\.)*+"|([\[{])|([\]}])', re.DOTALL)
_SCHEMA: Final = re.compile(r"https?://(?:www\.)?schema\.org(?:/|/docs/jsonldcontext\.jsonld?)?#?")
_OURS: Final = frozenset({BASE + "ontology/context.jsonld", BASE + "context.jsonld"})
_LINKS: Final = (
    "additionalType", "codeRepository", "contentUrl", "discussionUrl", "downloadUrl", "embedUrl",
    "eventAttendanceMode", "eventStatus", "image", "itemListOrder", "license", "logo",
    "mainEntityOfPage", "sameAs", "thumbnailUrl", "url",
)  # fmt: skip
"""Properties of schema.org whose strings are IRIs."""
_SCHEMA_CONTEXT: Final[dict[str, Any]] = {
    "@vocab": "https://schema.org/",
    "schema": "https://schema.org/",
    "id": "@id",
    "type": "@type",
    **{name: {"@id": f"https://schema.org/{name}", "@type": "@id"} for name in _LINKS},
}


def with_contexts(text: str, name: str) -> str:
    """Put the contexts that are known into a document; nothing is fetched.

    The context of schema.org is a small one of our own: all terms are in https://schema.org/, and
    what the original makes links are links.

    :param name: what messages call the source.
    :raises RdfSyntaxError: it is no JSON, with line, column and excerpt.
    :raises SourceError: it is nested too deeply.
    """
    _check(text, name)
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        lines = text.split("\n")
        start = max(0, error.colno - 50)
        raise RdfSyntaxError(
            error.msg,
            source=name,
            line=error.lineno,
            column=error.colno,
            excerpt=lines[error.lineno - 1][start : start + 100],
        ) from error
    changed = _filled(document)
    return text if changed == document else json.dumps(changed, ensure_ascii=False)


def _check(text: str, name: str) -> None:
    """Refuse what would end the process by its depth."""
    depth = 0
    for match in _BRACKET.finditer(text):
        depth += bool(match[1]) - bool(match[2])
        if depth > _DEEPEST:
            raise SourceError(
                f"this JSON is nested more than {_DEEPEST} deep.",
                source=name,
                line=text.count("\n", 0, match.start()) + 1,
            )


def _filled(part: Any) -> Any:
    if isinstance(part, list):
        return [_filled(each) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        key: _context(value) if key == "@context" else _filled(value) for key, value in part.items()
    }


def _context(value: Any) -> Any:
    if isinstance(value, list):
        return [_context(each) for each in value]
    if isinstance(value, str) and _SCHEMA.fullmatch(value):
        return _SCHEMA_CONTEXT
    if isinstance(value, str) and value in _OURS:
        return context()
    return value
