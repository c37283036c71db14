"""Every IRI of the shipped dataset resolves, every document parses, and no page is broken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

import pyoxigraph as ox
import pytest
import rdflib
from flask import Flask
from flask.testing import FlaskClient
from symposia.graph.dataset import shipped
from symposia.graph.namespaces import BASE, PREFIXES
from symposia.graph.store import Store
from symposia.server.app import create_app
from symposia.server.description import DUMPS
from symposia.server.paper_files import PAPERS

FORMATS = {"ttl": "turtle", "jsonld": "json-ld", "nt": "nt", "rdf": "xml"}
DATASETS = ("trig", "nq", "linkset.json")
MEDIA_TYPES = {
    "html": "text/html",
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
}
PAPER = "/tinyml-2023/paper/fmas"
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta"}


class Page(HTMLParser):
    """A page's links, anchors and scripts; notes tags that are left open or closed twice."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.faults: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag with its links and anchors."""
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        for name, value in attrs:
            if name in ("href", "src", "action") and value is not None:
                self.links.append(value)
            if name == "id" and value is not None:
                self.ids.append(value)
        if tag not in VOID and not (self._open and self._open[-1] == "svg"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Note whether a tag closes what is open."""
        if not self._open or self._open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self._open[-1:]}")
        else:
            self._open.pop()


def iris(graphs: Iterable[str] = ()) -> list[str]:
    """All IRIs under the base that any position of the shipped dataset holds, without fragments."""
    found = set(graphs)
    store = Store.memory(shipped())
    for quad in store.quads():
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            if isinstance(term, ox.NamedNode) and term.value.startswith(BASE):
                found.add(urldefrag(term.value)[0])
    return sorted(found)


def path(iri: str) -> str:
    """The path of an IRI of the base on the server."""
    return "/" + quote(iri.removeprefix(BASE))


@pytest.fixture(scope="module")
def paths() -> list[str]:
    """The paths of all things that the dataset speaks of."""
    found = [path(iri) for iri in iris()]
    assert len(found) > 300
    return found


def test_every_thing_answers_303_to_a_page(client: FlaskClient, paths: list[str]) -> None:
    for each in paths:
        answer = client.get(each, headers={"Accept": "text/html"})
        assert (answer.status_code, answer.location) == (303, f"{each}.html"), each
        assert "Accept" in answer.headers["Vary"]


def test_every_page_is_whole(client: FlaskClient, paths: list[str]) -> None:
    for each in paths:
        answer = client.get(f"{each}.html")
        assert (answer.status_code, answer.mimetype) == (200, "text/html"), each
        page = Page(answer.text)
        assert page.faults == [], each
        assert len(page.ids) == len(set(page.ids)), each
        assert {"main", "nav", "h1", "title"} <= page.tags
        assert not {"style", "onclick", "onload"} & page.attributes


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # by rdflib's JSON-LD reader
@pytest.mark.parametrize("suffix", FORMATS)
def test_every_document_parses_and_speaks_of_its_thing(
    client: FlaskClient, paths: list[str], suffix: str
) -> None:
    for each in paths:
        answer = client.get(f"{each}.{suffix}")
        assert (answer.status_code, answer.mimetype) == (200, MEDIA_TYPES[suffix]), each
        graph = rdflib.Graph().parse(data=answer.data, format=FORMATS[suffix])
        node = rdflib.URIRef(BASE + unquote(each[1:]))
        named = "/graph/" in each
        assert len(graph) > 0, each
        assert named or node in graph.all_nodes() or node in graph.predicates(), each


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
def test_the_formats_of_a_document_say_the_same(client: FlaskClient) -> None:
    found = [
        set(rdflib.Graph().parse(data=client.get(f"{PAPER}.{suffix}").data, format=name))
        for suffix, name in FORMATS.items()
    ]
    assert all(graph == found[0] for graph in found)
    sym = rdflib.Namespace(f"{BASE}ontology#")
    node = rdflib.URIRef(BASE + PAPER[1:])
    graph = rdflib.Graph()
    for triple in found[0]:
        graph.add(triple)
    assert (node, rdflib.RDF.type, sym.Paper) in graph
    assert len(list(graph.subjects(sym.of, node))) > 5
    assert len(list(graph.subjects(sym.presents, node))) == 1


def test_the_name_of_a_graph_gives_the_graph(client: FlaskClient) -> None:
    for graph in shipped():
        lines = client.get(f"{path(graph.iri)}.nt").text.splitlines()
        expected = {str(each) for each in Store.memory([graph]).graph(graph.iri)}
        assert expected <= {line.removesuffix(" .") for line in lines}


def test_no_link_is_dead(client: FlaskClient, paths: list[str]) -> None:
    """Crawl from the home page: each address answers, and has the fragment that is linked to."""
    todo, fragments = ["/"], {}
    seen: dict[str, str] = {"/": ""}
    ids: dict[str, set[str]] = {}
    while todo:
        here = todo.pop()
        html = {"Accept": "text/html"}
        answer = client.get(here, headers=html, follow_redirects=True, buffered=True)
        assert answer.status_code == 200, f"{here}, linked from {seen[here]}"
        if answer.mimetype != "text/html":
            continue
        page = Page(answer.text)
        ids[here] = set(page.ids)
        if answer.history:  # it is the page of its document, too
            seen.setdefault(answer.request.path, here)
            ids[answer.request.path] = ids[here]
        for link in page.links:
            target, fragment = urldefrag(urljoin(f"http://localhost{answer.request.path}", link))
            parts = urlsplit(target)
            assert parts.scheme in ("http", "https"), link
            if parts.netloc != "localhost":
                continue
            if fragment:
                fragments.setdefault((parts.path, unquote(fragment)), here)
            if _is_tested_elsewhere(parts.path, parts.query, paths):
                continue
            address = parts.path + (f"?{parts.query}" if parts.query else "")
            if seen.setdefault(address, here) == here and address not in ids:
                todo.append(address)
    assert {path(each) for each in (f"{BASE}tinyml-2023", f"{BASE}topic")} < set(ids)
    assert len(ids) > 300
    dead = {
        (where, fragment): source
        for (where, fragment), source in fragments.items()
        if where in ids and fragment not in ids[where]
    }
    assert dead == {}


def _is_tested_elsewhere(where: str, query: str, paths: list[str]) -> bool:
    if any(where.endswith(f".{each}") for each in DATASETS) and not where.startswith("/dump."):
        return True
    thing, _, suffix = where.rpartition(".")
    if thing == "/dump":
        assert suffix in {form.suffix for form in (*DUMPS, *PAPERS)}, where
        return True
    if suffix in FORMATS and thing and thing != "/.well-known/void":
        assert thing in paths, where
        return True
    return bool(query) and (where == "/sparql" or "format=json" not in query)


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        ("text/html", "html"),
        ("*/*", "html"),
        ("text/turtle", "ttl"),
        ("text/html;q=0.4, application/rdf+xml;q=0.5", "rdf"),
        ("application/ld+json", "jsonld"),
        ("application/n-triples, */*;q=0.1", "nt"),
    ],
)
def test_a_thing_leads_to_the_document_that_is_accepted(
    client: FlaskClient, accept: str, suffix: str
) -> None:
    for method in ("get", "head"):
        answer = getattr(client, method)(PAPER, headers={"Accept": accept})
        assert (answer.status_code, answer.location) == (303, f"{PAPER}.{suffix}")
        assert answer.data == b""
        assert f'<{PAPER}.ttl>; rel="describedby"; type="text/turtle"' in answer.headers["Link"]


def test_a_thing_in_no_acceptable_format_is_406(client: FlaskClient) -> None:
    answer = client.get(PAPER, headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "text/turtle" in answer.text


def test_documents_link_to_each_other(client: FlaskClient) -> None:
    links = client.head(f"{PAPER}.ttl").headers["Link"]
    assert f'<{BASE}tinyml-2023/paper/fmas>; rel="describes"' in links
    assert f'<{PAPER}.html>; rel="alternate"; type="text/html"' in links
    assert f'<{PAPER}.ttl>; rel="alternate"' not in links


def test_what_is_unknown_is_404_with_the_nearest_names(client: FlaskClient) -> None:
    for address in ("/tinyml-2023/person/bret-meyer", "/tinyml-2023/person/bret-meyer.html"):
        answer = client.get(address, headers={"Accept": "text/html"})
        assert (answer.status_code, answer.mimetype) == (404, "text/html")
        assert 'href="/tinyml-2023/person/brett-meyer"' in answer.text
        problem = client.get(address).get_json()
        assert problem["nearest"][0]["label"] == "Brett Meyer"
    nothing = client.get("/qqqqqq.html", headers={"Accept": "text/html"})
    assert nothing.status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/%00", "/..%2f..%2fetc%2fpasswd", "/<script>", "/a b", "/%ff%fe.html", "/" + "x" * 5000],
)
def test_odd_addresses_are_404(client: FlaskClient, address: str) -> None:
    answer = client.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "<script>" not in answer.text


def test_health(client: FlaskClient) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.get_json()["status"]) == (200, "pass")


def test_security_headers_are_on_every_answer(client: FlaskClient) -> None:
    for address in ("/", PAPER, f"{PAPER}.ttl", "/nothing", "/static/symposia.css", "/sparql"):
        headers = client.get(address, buffered=True).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


def text_of(html: str) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_timetable_has_every_slot_in_order(client: FlaskClient) -> None:
    html = client.get("/").text
    times = re.findall(r'<p class="time"><time datetime="[^"]*T(\d\d:\d\d)', html)
    assert times == [
        "07:30", "09:00", "09:15", "10:00", "11:00", "11:30", "12:10", "13:20", "14:40", "15:00",
        "16:20",
    ]  # fmt: skip
    assert len(re.findall(r'<li[^>]*><span class="title">', html)) == 16 + 2
    words = text_of(html)
    assert "chaired by Arman Roohi" in words
    assert "venue time (UTC−07:00)" in words
    # To scale: 90 minutes are 18 rows of five minutes, and 15 minutes are three.
    assert "#axis-1>:nth-child(1){grid-area:1/2/span 18/span 1}" in html
    assert "#axis-1>:nth-child(2){grid-area:19/2/span 3/span 1}" in html


def test_a_lost_name_says_where_it_was_lost(client: FlaskClient) -> None:
    html = client.get("/tinyml-2023.html").text
    assert html.count("name lost in the source") == 7
    assert re.search(r'name lost in the source \(<a href="[^"]*#line=312,\d+">lines? 313', html)
    assert text_of(html).count("General co-chair") == 2


def test_a_paper_shows_authors_in_order_results_and_links(client: FlaskClient) -> None:
    html = client.get(f"{PAPER}.html").text
    words = text_of(html)
    order = ["Zhuoran Xiong", "Marihan Amein", "Olivier Therrien", "Warren J. Gross", "Brett Meyer"]
    places = [words.index(name) for name in order]
    assert places == sorted(places)
    assert "Brett Meyer (presenter)" in words
    assert 'href="https://arxiv.org/abs/2303.16322"' in html
    assert "arXiv 2303.16322" in words
    assert "0.5 &nbsp; GPU days" in words


def test_numbers_carry_their_relation_and_unit(client: FlaskClient) -> None:
    html = client.get(
        "/tinyml-2023/paper/tinyrce-forward-learning-under-tiny-constraints.html"
    ).text
    assert re.search(
        r'up to <data value="40\.2">40\.2</data>&nbsp;<a class="unit"[^>]*>KiBytes', html
    )


def test_a_paper_without_authors_says_so(client: FlaskClient) -> None:
    for name in ("augvit",):
        words = text_of(client.get(f"/tinyml-2023/paper/{name}.html").text)
        assert "not known; the programme names the presenter only" in words


def test_the_ontology_has_an_anchor_for_each_term(client: FlaskClient) -> None:
    page = Page(client.get("/ontology.html").text)
    terms = {urldefrag(iri)[1] for iri in _terms()}
    assert terms <= set(page.ids)
    assert len(terms) > 50


def _terms() -> list[str]:
    ontology = next(graph for graph in shipped() if graph.iri.endswith("graph/ontology"))
    return sorted(
        {
            triple.subject.value
            for triple in Store.memory([ontology]).graph(ontology.iri)
            if isinstance(triple.subject, ox.NamedNode)
            and triple.subject.value.startswith(f"{BASE}ontology#")
        }
    )


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "\u202eevil\u2066",
    "x" * 100_000,
]


KINDS = {
    "conference": "sym:Conference",
    "session": "sym:Session",
    "talk": "sym:Talk",
    "paper": "sym:Paper",
    "person": "foaf:Person",
    "organisation": "org:Organization",
    "topic": "skos:Concept",
    "system": "sym:System",
    "dataset": "schema:Dataset",
    "result": "sym:Result",
    "odd": "void:Dataset",
}
TEXTS = [
    "dcterms:description",
    "skos:definition",
    "skos:hiddenLabel",
    "skos:altLabel",
    "schema:startDate",
    "schema:endDate",
    "schema:unitText",
    "schema:jobTitle",
    "sym:value",
    "sym:relation",
    "sym:position",
    "sym:condition",
    "prov:value",
]
LINKS = [
    "sym:of",
    "sym:partOf",
    "sym:presents",
    "sym:presenter",
    "sym:author",
    "sym:system",
    "sym:topic",
]
TARGETS = ("javascript:alert(1)", "data:text/html,x", "vbscript:x")


def _name(prefixed: str) -> ox.NamedNode:
    prefix, _, local = prefixed.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


def _poison(evil: str) -> Iterator[ox.Triple]:
    for name, kind in KINDS.items():
        for number, text in enumerate(HOSTILE):
            thing = ox.NamedNode(f"{evil}/{name}/{number}")
            yield ox.Triple(thing, _name("rdf:type"), _name(kind))
            yield ox.Triple(thing, _name("rdfs:label"), ox.Literal(text))
            for each in TEXTS:
                yield ox.Triple(thing, _name(each), ox.Literal(text[:200]))
            for each in (*LINKS, "dcterms:creator"):
                for other in ("session", "paper", "person", "topic"):
                    yield ox.Triple(thing, _name(each), ox.NamedNode(f"{evil}/{other}/{number}"))
            for each in ("schema:sameAs", "schema:url", "sym:unit", "rdfs:seeAlso"):
                for target in TARGETS:
                    yield ox.Triple(thing, _name(each), ox.NamedNode(target))


@pytest.fixture(scope="module")
def poisoned() -> Flask:
    """The application over a graph whose every text is hostile."""
    store = Store.memory([graph for graph in shipped() if "graph/ontology" in graph.iri])
    store.load(f"{BASE}evil/graph", _poison(f"{BASE}evil"))
    return create_app(store=store)


@pytest.mark.parametrize("name", KINDS)
def test_hostile_text_and_links_stay_text(poisoned: Flask, name: str) -> None:
    client = poisoned.test_client()
    for number in range(len(HOSTILE)):
        answer = client.get(f"/evil/{name}/{number}.html")
        assert answer.status_code == 200
        _is_harmless(answer.text)


@pytest.mark.parametrize(
    "address",
    ["/", "/papers", "/people", "/organisations", "/systems", "/results", "/evil/nothing"],
)
def test_hostile_text_stays_text_in_lists(poisoned: Flask, address: str) -> None:
    client = poisoned.test_client()
    _is_harmless(client.get(address, headers={"Accept": "text/html"}).text)


def test_hostile_text_stays_text_in_answers(poisoned: Flask) -> None:
    client = poisoned.test_client()
    for query in ("SELECT * { ?s ?p ?o } LIMIT 900", "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 900"):
        answer = client.get(
            "/sparql", query_string={"query": query}, headers={"Accept": "text/html"}
        )
        assert answer.status_code == 200
        _is_harmless(answer.text)


def _is_harmless(html: str) -> None:
    page = Page(html)
    assert page.faults == []
    for image in re.findall(r"<img\b[^>]*", html):
        assert image.startswith('<img class="ego" src="/network?'), image
    assert "onerror" not in page.attributes
    for script in re.findall(r"<script[^>]*>", html):
        own = re.fullmatch(r'<script(?: type="module")? src="/static/[^"]*"[^>]*>', script)
        assert own or script == '<script type="application/ld+json">'
    assert "49{%" not in html
    for link in page.links:
        assert urlsplit(link).scheme in ("", "http", "https"), link


def test_another_base_moves_everything(client: FlaskClient) -> None:
    base = "https://example.org/data/"
    store = Store.memory()
    thing = ox.NamedNode(f"{base}x/person/ann")
    triples = [
        ox.Triple(thing, _name("rdf:type"), _name("foaf:Person")),
        ox.Triple(thing, _name("rdfs:label"), ox.Literal("Ann")),
    ]
    store.load(f"{base}x/graph/programme", triples)
    other = create_app(base=base, store=store).test_client()
    assert other.get("/x/person/ann").status_code == 303
    page = other.get("/x/person/ann.html").text
    assert f"{base}x/person/ann" in page
    assert 'href="/x/person/ann"' in other.get("/people").text
    assert other.get("/tinyml-2023").status_code == 404
    assert client.get("/x/person/ann").status_code == 404


def test_under_a_prefix_links_keep_it(app: Flask) -> None:
    client = app.test_client()
    environ = {"SCRIPT_NAME": "/data"}
    answer = client.get(PAPER, environ_overrides=environ)
    assert answer.location == f"/data{PAPER}.html"
    page = Page(client.get(f"{PAPER}.html", environ_overrides=environ).text)
    local = [link for link in page.links if link.startswith("/")]
    assert local
    assert all(link.startswith("/data/") for link in local)
