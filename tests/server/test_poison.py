"""Hostile text in every field of a graph changes nothing: all pages, formats and exports."""

from __future__ import annotations

import json
import posixpath
import re
import socket
import threading
import time
from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator
from html import unescape
from http.client import HTTPConnection, HTTPMessage
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, unquote, urlencode, urlsplit

import pyoxigraph as ox
import pytest
from symposia.graph.dataset import NamedGraph
from symposia.graph.generations import Generations
from symposia.graph.store import Store
from symposia.server import site as site_module
from symposia.server.app import create_app
from symposia.server.site import export_site
from symposia.server.site_addresses import target
from symposia.server.site_rewriting import rewrite
from symposia.server.web_server import WebServer

from .browsing import DESKTOP, PHONE, Visit
from .harmless import faults_of, links_of
from .poison import PERSON, TEXTS, load
from .test_site import Links

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CONFERENCE = "/tinyml-2023"
PATH = quote("/" + PERSON.partition("symposia/")[2], safe="/")
FIRST = [
    "/",
    "/ontology",
    "/openapi.json",
    "/robots.txt",
    "/sitemap.xml",
    "/queries/",
    "/papers",
    "/people",
    "/organisations",
    "/systems",
    "/results",
    "/missing",
    "/missing?conference=tinyml-2023",
    "/why?subject=tinyml-2023/paper/fmas",
    f"/compare?{urlencode({'one': PERSON, 'other': 'tinyml-2023/person/jieun-lim'})}",
    "/compare?one=tinyml-2023&other=tinyml-2023",
    "/reconcile",
    "/reconcile/1.0/",
    "/reconcile/propose?type=paper",
    f"/reconcile/preview?{urlencode({'id': PERSON})}",
    "/reconcile/preview?id=javascript:alert(document.domain)//warren",
    "/sparql",
    "/sparql/terms",
    "/.well-known/void",
    "/topic",
    "/health",
    f"/resource?{urlencode({'iri': 'javascript:alert(1)'})}",
    f"/resource?{urlencode({'iri': 'data:text/html,%3Cscript%3Ealert(1)%3C/script%3E'})}",
    *(f"/dump.{suffix}" for suffix in ("nt", "nq", "ttl", "trig", "jelly")),
    *(f"/dump.{suffix}" for suffix in ("bib", "ris", "csl.json", "csv")),
    *(
        f"/{page}?{word}={quote(value)}"
        for page, word in (("search", "q"), ("search/suggest", "q"),
                           ("reconcile/suggest/entity", "prefix"))
        for value in ("script", "alert", "=cmd", "語意網", "مؤتمر", "Donau", "x" * 100, "\u202egnp")
    ),
    *(
        f"/{page}?format={form}"
        for page in ("network", "organisations/network", "topics/map")
        for form in ("html", "json", "graphml", "gexf", "csv", "svg")
    ),
    *(
        f"/{page}{mark}format={form}"
        for page, mark in (("organisations/matrix", "?"), ("topics/years", "?"),
                           ("topics/flow?one=tinyml-2023&other=tinyml-2023", "&"))
        for form in ("html", "csv")
    ),
    f"/network?{urlencode({'person': PERSON})}",
]  # fmt: skip
EXPORTS = ("ics", "frab.json", "frab.xml", "programme.csv", "bib", "ris", "csl.json", "csv")
EXPORTED = (CONFERENCE, f"{CONFERENCE}/session/short-papers", f"{CONFERENCE}/paper/fmas", PATH,
            "/topic/__proto__", f"{CONFERENCE}/talk/keynote")  # fmt: skip
QUERY = "application/sparql-query"
HEADERS = frozenset((
    "accept-patch", "accept-post", "accept-ranges", "repr-digest",
    "access-control-allow-origin", "access-control-expose-headers", "age", "allow",
    "cache-control", "connection", "content-disposition", "content-encoding",
    "content-language", "content-length", "content-location", "content-profile",
    "content-security-policy", "content-type", "date", "etag", "expires", "last-modified",
    "link", "location", "referrer-policy", "retry-after", "server", "transfer-encoding",
    "vary", "www-authenticate", "x-content-type-options", "x-request-id", "server-timing",
))  # fmt: skip
MOST_OF_A_SHAPE = 4
"""How many addresses of one shape are asked for that are not pages of things."""

SECONDS = 300
"""How long the crawl may take on a busy machine."""
STATUSES = (200, 301, 303, 307)


class Reply(NamedTuple):
    """An answer."""

    status: int
    headers: HTTPMessage
    body: bytes


class Site:
    """A server over the poisoned programme."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._line = HTTPConnection(urlsplit(address).netloc, timeout=60)

    def get(self, path: str, accept: str = "text/html,*/*;q=0.5") -> Reply:
        """Ask for an address."""
        self._line.request("GET", path, headers={"Accept": accept})
        answer = self._line.getresponse()
        return Reply(answer.status, answer.headers, answer.read())

    def close(self) -> None:
        """Leave."""
        self._line.close()

    def faults(self, path: str, reply: Reply) -> list[str]:
        """What is wrong with an answer."""
        # What RDF/XML cannot hold is refused.
        good = reply.status in STATUSES or (reply.status == 406 and ".rdf" in path)
        found = [] if good else [f"status {reply.status} {reply.body[:200]!r}"]
        found += [f"header {each}" for each in reply.headers if each.lower() not in HEADERS]
        if reply.body and reply.status not in (301, 303, 304, 307):
            standard = path.startswith(("/sparql?", "/api/"))
            kind = reply.headers.get_content_type()
            found += faults_of(kind, reply.body, standard=standard)
        return found


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The poisoned programme."""
    made = Store.memory()
    for iri, path in load(tmp_path_factory.mktemp("poison")):
        made.load(iri, (q.triple for q in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)))
    return made


@pytest.fixture(scope="module")
def site(store: Store) -> Iterator[Site]:
    """A real server over it."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = WebServer(create_app(store=store), listening, None)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    found = Site(f"http://127.0.0.1:{listening.getsockname()[1]}")
    yield found
    found.close()
    server.should_exit = server.force_exit = True
    thread.join(5)


def test_all_pages_formats_and_exports_stay_whole(site: Site) -> None:
    exports = [f"{each}.{suffix}" for each in EXPORTED for suffix in EXPORTS]
    todo, seen = deque([*FIRST, *exports]), {*FIRST, *exports}
    shapes: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    faults: dict[str, list[str]] = {}
    end = time.monotonic() + SECONDS
    while todo:
        assert time.monotonic() < end, f"{len(seen)} addresses are too many"
        path = todo.popleft()
        reply = site.get(path)
        kinds[reply.headers.get_content_type()] += 1
        absent = path in exports and reply.status == 404  # not everything has all of them
        if not absent and (found := site.faults(path, reply)):
            faults[path] = found
        for link in _links(site, path, reply):
            shape = _shape(link)
            if link not in seen and (shape == "" or shapes[shape] < MOST_OF_A_SHAPE):
                seen.add(link)
                shapes[shape] += 1
                todo.append(link)
    assert faults == {}
    assert len(seen) > 700
    assert len(kinds) > 20, kinds


def _links(site: Site, path: str, reply: Reply) -> Iterator[str]:
    found: Iterable[str] = []
    if where := reply.headers.get("Location"):
        found = [where]
    elif reply.headers.get_content_type() == "text/html":
        found = links_of(reply.body.decode("utf-8"), site.address + path)
    elif path.startswith("/sitemap"):
        found = map(unescape, re.findall("<loc>([^<]*)</loc>", reply.body.decode("utf-8")))
    for each in found:
        parts = urlsplit(each)
        if parts.netloc in ("", urlsplit(site.address).netloc) and parts.scheme in ("", "http"):
            yield quote(parts.path, safe="/%:@!$&'()*+,;=~") + (
                f"?{parts.query}" if parts.query else ""
            )


def _shape(path: str) -> str:
    """What addresses of one kind have in common; empty for the pages of our own things."""
    parts = urlsplit(path)
    if parts.path.endswith(".html") and not parts.query:
        return ""
    names = parts.path.split("/")
    fields = sorted(field.partition("=")[0] for field in parts.query.split("&"))
    form = re.search("format=\\w+", parts.query)
    kind = names[2] if len(names) > 3 else names[1]
    return " ".join([kind, names[-1].partition(".")[2], *fields, form.group() if form else ""])


def posts(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """What may be sent with a text in it."""
    asked = {"q0": {"query": text, "type": text, "properties": [{"pid": text, "v": text}]}}
    yield "/reconcile", {"data": {"queries": json.dumps(asked)}}
    yield "/reconcile", {"data": {"queries": text}}
    asked = {"q0": {"query": text[:500], "limit": 9}}
    yield "/reconcile", {"data": {"queries": json.dumps(asked)}}
    extended = {"ids": [PERSON, text], "properties": [{"id": text}]}
    yield "/reconcile", {"data": {"extend": json.dumps(extended)}}
    yield "/reconcile/1.0/extend", {"json": extended}
    conditions = [{"matchType": "name", "propertyValue": text}]
    yield "/reconcile/1.0/match", {"json": {"queries": [{"conditions": conditions}]}}
    for address in ("/sparql", "/originals/sparql"):
        yield address, {"data": {"query": text}}
        yield address, {"data": {"query": f"SELECT ({ox.Literal(text)} AS ?told) {{}}"}}
        yield address, {"data": f"ASK {{ ?s ?p {ox.Literal(text)} }}", "content_type": QUERY}
    yield "/search", {"data": {"q": text}}
    yield "/update", {"data": {"update": text}}


def test_what_is_sent_comes_back_as_text(store: Store) -> None:
    client = create_app(store=store).test_client()
    accepts = cycle(("text/html", "application/json", "*/*"))
    faults, statuses = {}, Counter[int]()
    for text in TEXTS:
        for address, sent in posts(text):
            answer = client.post(address, headers={"Accept": next(accepts)}, **sent)
            statuses[answer.status_code] += 1
            found = faults_of(answer.mimetype, answer.data, standard=True)
            found += [
                f"header {each}"
                for each in map(str.lower, answer.headers.keys())
                if each not in HEADERS
            ]
            if found or answer.status_code >= 500:
                faults[address, text[:60]] = (answer.status_code, found)
    assert faults == {}
    assert statuses.keys() == {200, 400, 403, 405}


VISITED = [
    "/",
    "/tinyml-2023.html",
    f"{CONFERENCE}/session/short-papers.html",
    f"{CONFERENCE}/paper/fmas.html",
    f"{PATH}.html",
    f"{CONFERENCE}/person/jieun-lim.html",
    "/topic",
    "/papers",
    "/people",
    "/organisations",
    "/results",
    "/network",
    "/topics/map",
    "/search?q=script",
    "/queries/coauthor_pairs",
    "/missing?conference=tinyml-2023",
    "/why?subject=tinyml-2023/paper/fmas",
    "/sparql?query=SELECT+*+%7B%3Fs+%3Chttp://www.w3.org/2000/01/rdf-schema%23label%3E+%3Fo%7D+LIMIT+90",
]


def test_nothing_runs_in_a_browser_and_nothing_is_wider_than_it(
    site: Site, browser: Browser
) -> None:
    for size in (DESKTOP, PHONE):
        visit = Visit(browser, site.address, size)
        dialogs: list[str] = []
        visit.page.on("dialog", lambda dialog, told=dialogs: told.append(dialog.message))
        wide = {}
        for address in VISITED:
            page = visit.go(address)
            wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if wider > 0:
                wide[address] = wider
        visit.context.close()
        assert (visit.faults, dialogs, wide) == ([], [], {})


AS_FILES = [
    f"{CONFERENCE}/organisation/mcgill-university.html",
    f"{CONFERENCE}/talk/keynote.html",
    "/topic/__proto__.html",
    "/systems",
    "/queries/",
    "/organisations/network",
    "/.well-known/void.html",
]


def test_pages_stay_whole_as_files(store: Store) -> None:
    client = create_app(store=store).test_client()
    faults, links = {}, 0
    for path in [*(each for each in VISITED if "q" not in each), *AS_FILES]:
        answer = client.get(path, follow_redirects=True, headers={"Accept": "text/html"})
        assert answer.status_code == 200, path
        made = as_file(answer.text, path)
        links += made.count(b" href=")
        if found := faults_of("text/html", made):
            faults[path] = found
    assert faults == {}
    assert links > 1000


PAGES = (".html", ".svg")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of files of the poisoned programme: its pages and pictures, which are most of it."""
    folder = tmp_path_factory.mktemp("poisoned")
    published = [NamedGraph(iri, path, "test") for iri, path in load(folder)]
    Generations(folder / "data").publish(published)
    add = site_module._add
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            site_module,
            "_add",
            lambda state, found: add(state, [e for e in found if e.file.endswith(PAGES)]),
        )
        export_site(folder / "data", folder / "talks", url="https://example.org/talks/")
    return folder / "talks"


def test_a_whole_site_of_files_is_harmless_and_leads_nowhere_else(files: Path) -> None:
    there = {path.relative_to(files).as_posix() for path in files.rglob("*") if path.is_file()}
    faults: dict[str, list[str]] = {}
    pages = sorted(each for each in there if each.endswith(PAGES) and not each.startswith("static"))
    for number, name in enumerate(pages):
        text = (files / name).read_text("utf-8")
        links = Links(text).links if name != "404.html" else []
        found = [f"dead {each}" for each in links if not leads_to_a_file(each, name, there)]
        if number % 3 == 0 and 'http-equiv="refresh"' not in text:  # of those that are alike
            kind = "text/html" if name.endswith(".html") else "image/svg+xml"
            found += faults_of(kind, served_as(text) if kind == "text/html" else text.encode())
        if found:
            faults[name] = found
    assert faults == {}
    assert len(pages) > 900


def leads_to_a_file(link: str, page: str, there: Collection[str]) -> bool:
    """Whether a link of a page leads out of the site, or to a page of it that is there."""
    parts = urlsplit(link)
    if parts.scheme or not parts.path:
        return not parts.netloc or bool(parts.scheme)
    to = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(parts.path)))
    made = to.endswith(PAGES) or to.startswith("static/")
    return not parts.netloc and not parts.query and (to in there or not made)


def as_file(page: str, path: str) -> bytes:
    """A page as it is in a site of files, but with its policy and its scripts as a server has them.

    Its links are those of the site: an address in it that runs something is a fault there too.
    """
    wanted = target(path)
    assert wanted is not None, path
    done = rewrite(page, wanted.file, "https://example.org/talks/", "default-src 'none'")
    return served_as(done.text)


def served_as(text: str) -> bytes:
    """A page of a site of files, with its policy and its scripts as a server has them."""
    policy = r'<meta http-equiv="Content-Security-Policy" content="default-src[^"<>]*">'
    told, number = re.subn(policy, "", text)
    assert number == 1, text[:500]
    return re.sub(r' src="(?:\.\./|/talks/)*static/', ' src="/static/', told).encode()
