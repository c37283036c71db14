"""What search engines read first: which pages there are, and where robots are not to go."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape

from flask import Blueprint, Response, abort, g, request, url_for

from . import things
from .addresses import absolute, document
from .negotiation import HTML
from .serving import Served

__all__ = ["blueprint"]

blueprint = Blueprint("sitemap", __name__)

LARGEST: Final = 50_000
"""Addresses that a part of a sitemap may have (https://www.sitemaps.org/protocol.html)."""
_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_LISTS: Final = (
    "/",
    "/papers",
    "/people",
    "/organisations",
    "/systems",
    "/results",
    "/queries/",
)
_QUESTIONS: Final = (
    "/sparql",
    "/update",
    "/store",
    "/search",
    "/network",
    "/compare",
    "/why",
    "/reconcile",
)
_CLOSED: Final = (
    *(f"{path}{end}" for path in _QUESTIONS for end in ("$", "?")),
    "/originals/sparql",
    "/api/",
    "/dump.",
)
"""Where each address is a question, and there is no end of them."""


@blueprint.route("/robots.txt")
def robots() -> Response:
    """Where robots are not to go (https://www.rfc-editor.org/rfc/rfc9309)."""
    root = request.script_root
    lines = ["User-agent: *", f"Allow: {root}/", *(f"Disallow: {root}{each}" for each in _CLOSED)]
    lines.append(f"Sitemap: {url_for('sitemap.index', _external=True)}")
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@blueprint.route("/sitemap.xml")
def index() -> Response:
    """The parts of the sitemap."""
    parts = -(-len(_addresses()) // LARGEST)
    return _xml(
        "sitemapindex",
        "sitemap",
        (url_for("sitemap.part", number=n, _external=True) for n in range(1, parts + 1)),
    )


@blueprint.route("/sitemap/<int:number>.xml")
def part(number: int) -> Response:
    """A part of the sitemap: the addresses of pages."""
    found = _addresses()[LARGEST * (number - 1) : LARGEST * number] if number > 0 else []
    if not found:
        abort(404)
    pages = (f"{request.script_root}{e}" if e in _LISTS else document(e, HTML) for e in found)
    return _xml("urlset", "url", map(absolute, pages))


def _addresses() -> list[str]:
    """The paths of lists, and the IRIs of things."""
    served: Served = g.served
    return [*_LISTS, *things.read(served.file("things"))]


def _xml(whole: str, each: str, addresses: Iterable[str]) -> Response:
    published = g.served.published
    when = f"<lastmod>{published.isoformat()}</lastmod>" if published else ""
    body = "\n".join(f"<{each}><loc>{escape(a)}</loc>{when}</{each}>" for a in addresses)
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{whole} xmlns="{_NAMESPACE}">'
    return Response(f"{head}\n{body}\n</{whole}>\n", content_type="application/xml; charset=utf-8")
