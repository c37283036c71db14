"""The formats in which a graph can be written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .errors import ExportError

__all__ = ["FORMATS", "Format", "find_format"]


@dataclass(frozen=True, slots=True)
class Format:
    """A concrete syntax of RDF.

    :param name: what it is called on the command line.
    :param label: what people call it.
    :param media_type: its registered media type (https://www.iana.org/assignments/media-types/).
    :param extension: what file names end in, without the dot.
    :param dataset: whether it keeps named graphs apart; the others write their union.
    """

    name: str
    label: str
    media_type: str
    extension: str
    dataset: bool = False


FORMATS: Final[dict[str, Format]] = {
    format_.name: format_
    for format_ in (
        Format("turtle", "Turtle", "text/turtle", "ttl"),
        Format("ntriples", "N-Triples", "application/n-triples", "nt"),
        Format("nquads", "N-Quads", "application/n-quads", "nq", dataset=True),
        Format("trig", "TriG", "application/trig", "trig", dataset=True),
        Format("rdfxml", "RDF/XML", "application/rdf+xml", "rdf"),
        Format("jsonld", "JSON-LD", "application/ld+json", "jsonld"),
    )
}
"""The formats by name, the most readable first."""


def find_format(name: str) -> Format:
    """Return the format of a name, file extension or media type.

    :param name: such as `turtle`, `ttl`, `.ttl` or `text/turtle`; case does not matter.
    :raises ExportError: if no format is called that; the message lists them.
    """
    wanted = name.strip().lower()
    for format_ in FORMATS.values():
        if wanted.lstrip(".") in {format_.name, format_.extension} or wanted == format_.media_type:
            return format_
    raise ExportError(
        f"There is no format called '{name}'.", hint=f"Choose one of: {', '.join(FORMATS)}."
    )
