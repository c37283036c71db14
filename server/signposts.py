"""Typed links from a document to what belongs to it (https://signposting.org/FAIR/)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urljoin

from flask import request

from .addresses import absolute, document
from .documents import DOCUMENTS
from .negotiation import HTML, Format
from .profiles import OURS, SCHEMA, Profile

__all__ = ["LINKSET", "Link", "field", "linkset", "of_document", "of_thing"]

LINKSET: Final = Format(
    "linkset", "linkset.json", "application/linkset+json", "Link set", ("linkset",)
)
"""The links of a thing's documents as a document (https://www.rfc-editor.org/rfc/rfc9264)."""

_ABOUT_PAGE: Final = "https://schema.org/AboutPage"
_MOST_AUTHORS: Final = 20
"""Authors that are named in a header; the link set has all."""


class Link(NamedTuple):
    """A link (https://www.rfc-editor.org/rfc/rfc8288).

    :param target: an absolute IRI, or a path on this server.
    :param relation: its type; several with spaces between.
    :param media_type: of what it leads to; empty where that is not told.
    :param profile: IRI of the profile of what it leads to, likewise.
    """

    target: str
    relation: str
    media_type: str = ""
    profile: str = ""


def of_thing(iri: str) -> list[Link]:
    """The links of a thing itself, which answers 303: its documents."""
    return [
        Link(document(iri, HTML), "describedby", HTML.media_type),
        *_data(iri, "describedby"),
        _linkset(iri),
    ]


def of_document(
    iri: str,
    form: Format,
    profile: Profile = OURS,
    *,
    schema_type: str = "",
    authors: Sequence[str] = (),
    licences: Sequence[str] = (),
) -> list[Link]:
    """The links of a document.

    :param iri: of the thing that it is about.
    :param profile: what the document follows.
    :param schema_type: IRI of the class of the thing in schema.org, if it has one.
    :param authors: IRIs of those who made the thing, in order.
    :param licences: IRIs of the licences of what is said.
    """
    page = document(iri, HTML)
    links = [Link(iri, "cite-as"), Link(iri, "describes")]
    if form is HTML:
        links += [Link(absolute(page), "canonical"), Link(_ABOUT_PAGE, "type")]
        links += [Link(schema_type, "type")] if schema_type else []
        links += [Link(author, "author") for author in authors]
        links += _data(iri, "alternate describedby")
    else:
        links += [Link(page, "describes", HTML.media_type), Link(profile.iri, "profile")]
        here = document(iri, form, profile.token)
        others = [Link(page, "alternate", HTML.media_type), *_data(iri, "alternate")]
        links += [link for link in others if link.target != here]
    return [*links, *(Link(each, "license") for each in licences), _linkset(iri)]


def _data(iri: str, relation: str) -> list[Link]:
    """The documents of a thing for programs."""
    forms = [form for form in DOCUMENTS if form is not HTML]
    ours = [Link(document(iri, form), relation, form.media_type) for form in forms]
    jsonld = next(form for form in forms if form.name == "jsonld")
    target = document(iri, jsonld, SCHEMA.token)
    return [*ours, Link(target, relation, jsonld.media_type, SCHEMA.iri)]


def _linkset(iri: str) -> Link:
    return Link(document(iri, LINKSET), "linkset", LINKSET.media_type)


def field(links: Iterable[Link]) -> str:
    """Links as the value of a `Link` header."""
    written = []
    authors = 0
    for link in links:
        authors += link.relation == "author"
        if link.relation == "author" and authors > _MOST_AUTHORS:
            continue
        parts = [f"<{_ascii(link.target)}>", f'rel="{link.relation}"']
        parts += [f'type="{link.media_type}"'] if link.media_type else []
        parts += [f'profile="{link.profile}"'] if link.profile else []
        written.append("; ".join(parts))
    return ", ".join(written)


def linkset(documents: Iterable[tuple[str, Iterable[Link]]]) -> bytes:
    """Links as a link set in JSON.

    :param documents: the address of each document on this server, and its links.
    """
    contexts = []
    for here, links in documents:
        found: dict[str, Any] = {"anchor": absolute(here)}
        for link in links:
            target = {"href": urljoin(request.host_url, _ascii(link.target))}
            if link.media_type:
                target["type"] = link.media_type
            if link.profile:
                target["profile"] = link.profile
            for relation in link.relation.split():
                found.setdefault(relation, []).append(target)
        contexts.append(found)
    return (json.dumps({"linkset": contexts}, ensure_ascii=False, indent=1) + "\n").encode()


def _ascii(iri: str) -> str:
    return quote(iri, safe="/#=,:@!$&'()*+;~%?")
