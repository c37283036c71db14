"""Which format an answer has: media types, their names and suffixes, and the choice by `Accept`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

__all__ = ["GRAPHS", "HTML", "JELLY", "NETWORKS", "RESULTS", "Format", "choose", "named"]


@dataclass(frozen=True, eq=False)
class Format:
    """A format of an answer; there is one object of each.

    :param name: its name in `?format=` and on the command line.
    :param suffix: the ending of a document in this format, without the dot.
    :param media_type: what is sent.
    :param label: how people call it.
    :param aliases: media types and names that ask for it too.
    """

    name: str
    suffix: str
    media_type: str
    label: str
    aliases: tuple[str, ...] = ()

    @property
    def media_types(self) -> tuple[str, ...]:
        """The media types that ask for it, its own first."""
        return (self.media_type, *(alias for alias in self.aliases if "/" in alias))

    @property
    def content_type(self) -> str:
        """The value of `Content-Type`; text carries its charset."""
        text = self.media_type.startswith("text/")
        return f"{self.media_type}; charset=utf-8" if text else self.media_type


HTML: Final = Format("html", "html", "text/html", "HTML", ("application/xhtml+xml",))

RESULTS: Final = (
    Format("json", "json", "application/sparql-results+json", "JSON", ("application/json",)),
    Format("xml", "xml", "application/sparql-results+xml", "XML", ("application/xml", "text/xml")),
    Format("csv", "csv", "text/csv", "CSV"),
    Format("tsv", "tsv", "text/tab-separated-values", "TSV"),
)
"""Formats of SELECT and ASK answers, the default first."""

GRAPHS: Final = (
    Format("turtle", "ttl", "text/turtle", "Turtle", ("application/x-turtle", "ttl")),
    Format(
        "jsonld",
        "jsonld",
        "application/ld+json",
        "JSON-LD",
        ("application/json", "json-ld", "json"),
    ),
    Format("ntriples", "nt", "application/n-triples", "N-Triples", ("text/plain", "nt")),
    Format("rdfxml", "rdf", "application/rdf+xml", "RDF/XML", ("application/xml", "xml", "rdf")),
    Format("trig", "trig", "application/trig", "TriG"),
    Format("nquads", "nq", "application/n-quads", "N-Quads", ("nq",)),
)
"""Formats of CONSTRUCT and DESCRIBE answers, the default first."""

JELLY: Final = Format("jelly", "jelly", "application/x-jelly-rdf", "Jelly")
"""Small and quick to read, of what is not the answer to a query (https://w3id.org/jelly)."""

NETWORKS: Final = (
    HTML,
    Format("json", "json", "application/json", "JSON"),
    Format("graphml", "graphml", "application/graphml+xml", "GraphML"),
    Format("gexf", "gexf", "application/gexf+xml", "GEXF"),
    Format("csv", "csv", "text/csv", "CSV"),
    Format("svg", "svg", "image/svg+xml", "SVG"),
)
"""Formats of networks, the default first."""


_EXACT: Final = 3
_LONGEST: Final = 500


def choose(accept: str | None, offered: Sequence[Format]) -> Format | None:
    """Choose a format by an `Accept` header (https://www.rfc-editor.org/rfc/rfc9110#name-accept).

    The highest q-value wins, of equals the one named most specifically, of those the first
    offered. Parameters of a media range other than `q` are not told apart.

    :param accept: the header's value; without one the first format offered is chosen.
    :return: the format, or None when none is acceptable.
    """
    if accept is None:
        return offered[0] if offered else None
    choice = _choose if len(accept) <= _LONGEST else _choose.__wrapped__
    return choice(accept, tuple(offered))


@lru_cache(maxsize=1024)
def _choose(accept: str, offered: tuple[Format, ...]) -> Format | None:
    ranges = MIMEAccept(
        (value.partition(";")[0].strip().lower(), quality)
        for value, quality in parse_accept_header(accept, MIMEAccept)
    )
    if not ranges:
        return offered[0] if offered else None
    best: tuple[float, int, int] = (0.0, 0, 0)
    chosen = None
    for position, candidate in enumerate(offered):
        for media_type in candidate.media_types:
            quality, specificity = _quality(ranges, media_type)
            rank = (quality, specificity, -position)
            # An alias must be asked for by name: no wildcard speaks of what is never sent.
            meant = media_type == candidate.media_type or specificity == _EXACT
            if meant and quality > 0 and rank > best:
                best, chosen = rank, candidate
    return chosen


def _quality(ranges: Iterable[tuple[str, float]], media_type: str) -> tuple[float, int]:
    """The q-value of the most specific range that a media type lies in, and how specific."""
    kind = media_type.partition("/")[0]
    specificity = {media_type: _EXACT, f"{kind}/*": 2, "*/*": 1}
    return max(
        ((quality, specificity[name]) for name, quality in ranges if name in specificity),
        key=lambda found: (found[1], found[0]),
        default=(0.0, 0),
    )


def named(name: str, offered: Iterable[Format]) -> Format | None:
    """Find a format by its name, suffix, media type or alias; None when there is none."""
    wanted = name.strip().lower()
    for candidate in offered:
        names = (candidate.name, candidate.suffix, candidate.media_type, *candidate.aliases)
        if wanted in names:
            return candidate
    return None
