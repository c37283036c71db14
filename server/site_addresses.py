"""Which address of the application becomes which file of a static site."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

import pyoxigraph as ox

from ..graph.errors import QueryError
from ..graph.namespaces import PREFIXES
from ..graph.questions import Question, question
from .documents import DATASETS, DOCUMENTS
from .downloads import DOWNLOADS
from .negotiation import GRAPHS, RESULTS

__all__ = ["EXTRA", "ORIGIN", "Target", "example", "relative", "target"]

ORIGIN: Final = "http://symposia.invalid"
"""Where the application believes to be while its pages are made (RFC 2606)."""
EXTRA: Final = {
    "/search": "search.html",
    "/sparql": "sparql.html",
    "/compare": "compare.html",
}
"""Pages of the site that are not those of the application."""

_ENDINGS: Final = frozenset(
    {form.suffix for form in (*DOCUMENTS, *RESULTS, *DOWNLOADS)}
    | {"svg", "graphml", "gexf", "gz", "txt"}
)
_GRAPH_ENDINGS: Final = tuple(f".{form.suffix}" for form in GRAPHS if form.name in DATASETS)
_NETWORKS: Final = {"/network": "person", "/organisations/network": "", "/topics/map": "topic"}
_NOWHERE: Final = (
    "/update",
    "/store",
    "/originals",
    "/reconcile",
    "/review",
    "/search/suggest",
)
_LONGEST: Final = 200
"""Bytes of a name in a folder; most file systems have 255."""


@dataclass(frozen=True)
class Target:
    """Where an address leads in the site.

    :param file: the path of the file, `/` between its parts.
    :param address: what the application is asked for; empty for what it does not make.
    :param fragment: the part of the file, quoted, without `#`.
    """

    file: str
    address: str = ""
    fragment: str = ""


def target(address: str) -> Target | None:
    """The file that an address becomes; None for one that needs a server.

    :param address: a path with its query, as in a page of the application.
    """
    parts = urlsplit(address)
    path, fragment = parts.path, parts.fragment
    fields = dict(parse_qsl(parts.query, keep_blank_values=True))
    if path.startswith("/static/"):
        return Target(unquote(path[1:]))
    if path == "/compare":
        return Target(EXTRA[path], "", urlencode(fields, quote_via=quote))
    if path in EXTRA:
        query = fields.get("query") or fields.get("q")
        told = f"{'query' if 'query' in fields else 'q'}={quote(query)}" if query else ""
        return Target(EXTRA[path], "", told)
    special = _resource if path.startswith("/resource.") else _SPECIAL.get(path)
    if special is not None:
        return special(path, fields, fragment)
    if path.startswith("/queries/") and path != "/queries/":
        return _question(path, fields, fragment)
    if path.startswith("/api/"):
        return _answer(path, fields)
    if fields or path.startswith(_NOWHERE):
        return None
    if path.startswith("/.well-known/void"):
        ending = path.removeprefix("/.well-known/void") or ".html"
        return Target(f"void{ending}", f"/.well-known/void{ending}", fragment)
    if path.endswith(_GRAPH_ENDINGS) and not path.startswith("/dump"):
        return None  # the dumps say which graph says what; thing by thing it takes too long
    return Target(_file(path), path, fragment)


def relative(file: str, page: str) -> str:
    """The link from a page to a file, quoted."""
    to, here = file.split("/"), page.split("/")[:-1]
    same = 0
    while same < min(len(to) - 1, len(here)) and to[same] == here[same]:
        same += 1
    link = "/".join([".."] * (len(here) - same) + to[same:])
    quoted = quote(link, safe="/=,@!$'()*+;~")
    return quoted if ":" not in link.partition("/")[0] else f"./{quoted}"


def _file(path: str) -> str:
    """The file of a path without a query."""
    if path.endswith("/"):
        return f"{unquote(path[1:])}index.html"
    parts = [_short(part) for part in unquote(path[1:]).split("/")]
    known = any(parts[-1].endswith(f".{ending}") for ending in _ENDINGS)
    return "/".join(parts) + ("" if known else ".html")


def _short(name: str) -> str:
    """A name that file systems take."""
    if len(name.encode()) <= _LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    return f"{_slug(stem or name)}{dot if stem else ''}{ending if stem else ''}"


def _slug(text: str) -> str:
    """A name for anything: what can be read of it, and what tells it from all others."""
    digest = hashlib.blake2b(text.encode(), digest_size=5).hexdigest()
    words = re.sub(r"[^A-Za-z0-9]+", "-", re.sub(r"^\w+://", "", text)).strip("-")
    return f"{words[-60:].strip('-')}-{digest}"


def _resource(path: str, fields: dict[str, str], fragment: str) -> Target | None:
    ending = path.partition(".")[2] or "html"
    iri = fields.get("iri", "")
    if fields.keys() != {"iri"} or f".{ending}" in _GRAPH_ENDINGS:
        return None
    address = f"/resource.{ending}?{urlencode({'iri': iri})}"
    return Target(f"resource/{_slug(iri)}.{ending}", address, fragment)


def _page(path: str, fields: dict[str, str], fragment: str) -> Target | None:
    """A page of a list."""
    if not fields or fields == {"page": "1"}:
        return Target(_file(path), path, fragment)
    if fields.keys() != {"page"} or not fields["page"].isdecimal():
        return None
    return Target(f"{path[1:]}/page-{fields['page']}.html", f"{path}?page={fields['page']}")


def _missing(path: str, fields: dict[str, str], fragment: str) -> Target | None:
    if not fields:
        return Target("missing.html", path, fragment)
    if fields.keys() != {"conference"}:
        return None
    return Target(f"missing/{_slug(fields['conference'])}.html", f"{path}?{urlencode(fields)}")


def _network(path: str, fields: dict[str, str], fragment: str) -> Target | None:
    """A network of all or of a conference, or the picture of what is around a thing."""
    folder = path[1:]
    around = _NETWORKS[path]
    form, table = fields.pop("format", "html"), fields.pop("table", "")
    ending = f"members.{form}" if table == "members" else form
    if not fields or fields.keys() == {"conference"}:
        name = f"{folder}/{_slug(fields['conference'])}" if fields else folder
        asked = {**fields, **({"format": form} if form != "html" else {})}
        asked |= {"table": table} if table else {}
        query = f"?{urlencode(asked)}" if asked else ""
        return Target(f"{name}.{ending}", path + query, fragment)
    if around and fields.keys() - {"most"} == {around} and form in ("html", "svg"):
        asked = {around: fields[around], "format": "svg", "most": "80"}
        return Target(f"{folder}/{_slug(fields[around])}.svg", f"{path}?{urlencode(asked)}")
    return None


def _why(path: str, fields: dict[str, str], fragment: str) -> Target | None:  # noqa: ARG001
    """Who says what of a thing is asked in the browser."""
    subject = fields.get("subject", "")
    if not subject:
        return None
    inside = f"GRAPH ?graph {{ <{subject}> ?property ?value }}"
    query = f"SELECT ?graph ?property ?value WHERE {{\n  {inside}\n}}"
    return Target(EXTRA["/sparql"], "", f"query={quote(query)}")


_SPECIAL: Final = {
    "/resource": _resource,
    "/people": _page,
    "/papers": _page,
    "/missing": _missing,
    "/why": _why,
    **dict.fromkeys(_NETWORKS, _network),
}


@cache
def _asked(name: str) -> Question | None:
    try:
        return question(name)
    except QueryError:
        return None


def _question(path: str, fields: dict[str, str], fragment: str) -> Target | None:
    """The page of a question; with values it is asked in the browser."""
    asked = _asked(unquote(path.removeprefix("/queries/")))
    if asked is None or not fields:
        return Target(_file(path), path, fragment) if asked else None
    types = {each.name: each.type for each in asked.parameters}
    if fields.keys() - types.keys():
        return None
    try:
        values = " ".join(_term(types[name], value) for name, value in fields.items())
    except ValueError:
        return None
    names = " ".join(f"?{name}" for name in fields)
    lines = [line for line in asked.text.splitlines() if not line.startswith("#+")]
    query = "\n".join(lines).strip() + f"\nVALUES ({names}) {{ ({values}) }}"
    return Target(EXTRA["/sparql"], "", f"query={quote(query)}")


def _term(kind: str, value: str) -> str:
    """A value of a parameter, as it stands in a query.

    :raises ValueError: it is none that can be told without the dataset.
    """
    if kind != "iri":
        datatype = ox.NamedNode(PREFIXES["xsd"] + kind)
        return str(ox.Literal(value, datatype=datatype if kind != "string" else None))
    if not value.startswith(("http://", "https://")):
        raise ValueError(value)
    return str(ox.NamedNode(value))


def example(name: str, base: str) -> tuple[str, Target | None] | None:
    """The values for which the page of a question is made, in words, and their query.

    :param name: of the question.
    """
    asked = _asked(name)
    given = [each for each in asked.parameters if each.required and each.example] if asked else []
    if not given:
        return None
    told = ", ".join(f"{e.name.replace('_', ' ')} {e.example.removeprefix(base)}" for e in given)
    fields = {e.name: urljoin(base, e.example) if e.type == "iri" else e.example for e in given}
    return told, target(f"/queries/{name}?{urlencode(fields)}")


def _answer(path: str, fields: dict[str, str]) -> Target | None:
    """The answer of a question for the values that its page shows."""
    name = unquote(path.removeprefix("/api/"))
    asked = _asked(name)
    if asked is None:
        return None
    offered = GRAPHS if asked.form in ("CONSTRUCT", "DESCRIBE") else RESULTS
    form = fields.pop("format", offered[0].name)
    wanted = {each.name for each in asked.parameters if each.required and each.example}
    shown = next((each for each in offered if each.name == form), None)
    if shown is None or fields.keys() != wanted:
        return None
    query = urlencode({"format": form, **fields})
    return Target(f"api/{name}.{shown.suffix}", f"{path}?{query}")
