"""What is wrong with answers made from hostile data, each read by a parser of its format."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree as ET

import html5rdf
import pyoxigraph as ox
import rispy
from icalendar import Calendar
from pybtex.database import parse_string

from .jelly import read_jelly

__all__ = ["faults_of", "links_of"]

ADDRESSES: Final = frozenset(
    ("href", "src", "action", "formaction", "poster", "data", "cite", "background", "ping")
)
ELEMENTS: Final = frozenset(
    ("iframe", "object", "embed", "base", "applet", "frame", "frameset", "math")
)
ISOLATED: Final = frozenset(
    ("bdi", "code", "pre", "textarea", "option", "title", "script", "text", "td", "output")
)
BIDI: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
EVALUATED: Final = re.compile("A(49|#49|\\$49)Z")
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
NUMBER: Final = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?")
SCHEMES: Final = frozenset(("", "http", "https", "mailto"))


def parsed(text: str) -> Any:
    """The elements of a page."""
    return html5rdf.parse(text, namespaceHTMLElements=False)


def links_of(text: str, address: str) -> list[str]:
    """Where a page leads to."""
    found = (element.get(name) for element in parsed(text).iter() for name in ("href", "src"))
    return [urljoin(address, each) for each in found if each]


def faults_of(media_type: str, body: bytes, *, standard: bool = False) -> list[str]:
    """What is wrong with an answer.

    :param media_type: without parameters.
    :param standard: whether the answer is SPARQL's CSV, which keeps values as they are.
    """
    if media_type == "text/csv" and standard:
        return []
    check = CHECKS.get(media_type)
    if check is None:
        return [f"no check for {media_type}"]
    try:
        return [*check(body)]
    except Exception as error:  # noqa: BLE001  whatever a parser raises is the fault
        return [f"not {media_type}: {error!r:.300}"]


def _html(body: bytes) -> Iterator[str]:
    text = body.decode("utf-8")
    yield from _elements(parsed(text), frozenset())


def _attributes(name: str, element: Any) -> Iterator[str]:
    for key, value in element.attrib.items():
        attribute = str(key).rpartition("}")[2].lower()
        if attribute.startswith("on"):
            yield f"<{name} {attribute}>"
        if attribute in ADDRESSES and _scheme(value) not in SCHEMES:
            yield f"<{name} {attribute}={value[:60]!r}>"
        if name == "img" and value == "x":
            yield "<img src=x>"


def _elements(element: Any, within: frozenset[str]) -> Iterator[str]:
    name = element.tag if isinstance(element.tag, str) else "comment"
    name = name.rpartition("}")[2]
    if name in ELEMENTS or (name == "meta" and element.get("http-equiv")):
        yield f"<{name}>"
    if name == "comment" and "script" in (element.text or ""):
        yield f"comment {element.text[:40]!r}"
    if name == "script":
        yield from _script(element)
    yield from _attributes(name, element)
    inside = within | {name}
    if not inside & ISOLATED and "head" not in inside:
        texts = [element.text or "", *(child.tail or "" for child in element)]
        for text in filter(BIDI.search, texts):
            yield f"not isolated in {name}: {text[:40]!r}"
    if EVALUATED.search(element.text or ""):
        yield f"evaluated: {element.text[:60]!r}"
    for child in element:
        yield from _elements(child, inside)


def _script(element: Any) -> Iterator[str]:
    source, kind = element.get("src"), element.get("type", "")
    if source is not None:
        if not re.fullmatch(r"/static/[\w./-]+(\?[\w=.-]*)?", source):
            yield f"<script src={source[:60]!r}>"
    elif kind == "application/ld+json":
        json.loads(element.text)
    elif kind != "application/json":
        yield f"<script>{(element.text or '')[:60]}"
    else:
        json.loads(element.text)


def _scheme(address: str) -> str:
    stripped = re.sub("[\x00-\x20]", "", address)
    return urlsplit(stripped).scheme.lower()


def _xml(body: bytes) -> Iterator[str]:
    ET.fromstring(body)  # noqa: S314  our own answer
    yield from ()


def _svg(body: bytes) -> Iterator[str]:
    yield from _elements(ET.fromstring(body), frozenset({"text"}))  # noqa: S314


def _json(body: bytes) -> Iterator[str]:
    json.loads(body)
    yield from ()


def _csv(body: bytes) -> Iterator[str]:
    rows = [*csv.reader(io.StringIO(body.decode("utf-8"), newline=""), strict=True)]
    if len({len(row) for row in rows}) > 1:
        yield "rows of several lengths"
    for row in rows:
        for cell in row:
            if cell.startswith(FORMULA) and not NUMBER.fullmatch(cell):
                yield f"formula {cell[:40]!r}"


def _calendar(body: bytes) -> Iterator[str]:
    for component in Calendar.from_ical(body).walk():
        if component.name not in ("VCALENDAR", "VEVENT", "VTIMEZONE", "STANDARD", "DAYLIGHT"):
            yield f"component {component.name}"
    for line in body.split(b"\r\n"):
        if len(line) > 75:
            yield f"line of {len(line)} octets"
        if re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line):
            yield f"control character in {line[:60]!r}"


def _bibtex(body: bytes) -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        entries = parse_string(body.decode("utf-8"), "bibtex").entries
    for key, entry in entries.items():
        if "evil" in key or ("note" in entry.fields and entry.fields["note"] == "x"):
            yield f"entry {key} was made by data"
        for name, value in entry.fields.items():
            if re.search(r"(?<!\\)(\\\\)*\\input", value):
                yield f"{key}.{name} runs a command"


def _ris(body: bytes) -> Iterator[str]:
    records = rispy.loads(body.decode("utf-8"))
    for record in records:
        if record["type_of_reference"] == "JOUR":
            yield "a record was made by data"


def _rdf(form: ox.RdfFormat) -> Callable[[bytes], Iterator[str]]:
    def check(body: bytes) -> Iterator[str]:
        if not any(True for _ in ox.parse(body, format=form)):
            yield "says nothing"

    return check


def _jelly(body: bytes) -> Iterator[str]:
    if not read_jelly(body):
        yield "says nothing"


def _gzip(body: bytes) -> Iterator[str]:
    yield from _rdf(ox.RdfFormat.N_QUADS)(gzip.decompress(body))


def _text(body: bytes) -> Iterator[str]:
    body.decode("utf-8")
    yield from ()


CHECKS: Final[dict[str, Callable[[bytes], Iterator[str]]]] = {
    "text/html": _html,
    "application/gzip": _gzip,
    "application/x-jelly-rdf": _jelly,
    "text/plain": _text,
    "text/css": _text,
    "text/javascript": _text,
    "text/tab-separated-values": _text,
    "application/json": _json,
    "application/health+json": _json,
    "application/problem+json": _json,
    "application/linkset+json": _json,
    "application/ld+json": _json,
    "application/sparql-results+json": _json,
    "application/vnd.citationstyles.csl+json": _json,
    "application/xml": _xml,
    "application/sparql-results+xml": _xml,
    "application/graphml+xml": _xml,
    "application/gexf+xml": _xml,
    "image/svg+xml": _svg,
    "text/csv": _csv,
    "text/calendar": _calendar,
    "application/x-bibtex": _bibtex,
    "application/x-research-info-systems": _ris,
    "text/turtle": _rdf(ox.RdfFormat.TURTLE),
    "application/n-triples": _rdf(ox.RdfFormat.N_TRIPLES),
    "application/n-quads": _rdf(ox.RdfFormat.N_QUADS),
    "application/trig": _rdf(ox.RdfFormat.TRIG),
    "application/rdf+xml": _rdf(ox.RdfFormat.RDF_XML),
}
