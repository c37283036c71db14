"""Every IRI of the shipped dataset, and of conferences of others, answers in every format.

The IRI of a part leads to the document that it is in, which is asked for once. By default, each
document is asked for in one format by turns, and those of two shared conferences as far as twenty
seconds go. `SYMPOSIA_CRAWL=shipped` asks for every document of the shipped dataset in every format
(a minute); `all` also for every document of all shared conferences in every format, which for
70,769 things in 429,242 triples took an hour and a half on two processors that others used too.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import islice, product
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from symposia.graph.dataset import NamedGraph
from symposia.graph.namespaces import BASE, PREFIXES
from symposia.graph.store import Store
from symposia.server.app import create_app

from .crawling import FORMATS, Crawler
from .jelly import read_jelly
from .writable import serving

CRAWL = os.environ.get("SYMPOSIA_CRAWL", "")
ALL = CRAWL == "all"
SECONDS = 20
"""How long a crawl of shared conferences goes on by default, from the first request."""
SOME = ("eswc/eswc-2010-complete.rdf", "semantics-2023/out.nt")
LABEL = ox.NamedNode(PREFIXES["rdfs"] + "label")


def test_every_iri_of_the_shipped_dataset_answers_in_every_format(live: str) -> None:
    with closing(Crawler(live, BASE)) as crawler:
        iris = crawler.iris()
        documents = crawler.documents(iris)
        assert len(iris) > 700
        assert sum(not iri.startswith(BASE) for iri in documents) > 200
        asked = [(iri, FORMATS[n % len(FORMATS)]) for n, iri in enumerate(documents)]
        if CRAWL:
            asked = [(iri, suffix) for iri in documents for suffix in FORMATS]
        assert [*crawler.faults(asked)] == []


@pytest.fixture(scope="module")
def conferences(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawler]:
    """A server, in processes of its own, over conferences of others."""
    folder = tmp_path_factory.mktemp("conferences")
    sources = [shared / "conferences" / each for each in SOME]
    if ALL:
        sources = [shared / "conferences"]
    symposia = Path(sys.executable).with_name("symposia")
    command = [symposia, "add", "--lenient", "--data", folder / "data", *sources]
    added = subprocess.run(command, capture_output=True, text=True)
    assert added.returncode == 0, added.stderr
    options = ("--data", str(folder / "data"), "--timeout", "60", "--no-log-requests")
    with (
        serving(folder / "server", *options, token=None) as server,
        closing(Crawler(server.address, BASE)) as crawler,
    ):
        yield crawler


def test_every_iri_of_other_conferences_answers(conferences: Crawler) -> None:
    documents = conferences.documents(conferences.iris())
    assert len(documents) > 5_000
    # Neighbours are of one kind: in this order every part of the crawl has all kinds.
    mixed = [iri for start in range(97) for iri in documents[start::97]]
    turns = [(iri, FORMATS[n % len(FORMATS)]) for n, iri in enumerate(mixed)]
    others = {*product(mixed, FORMATS)}.difference(turns) if ALL else ()
    done, faults = 0, []
    end = time.monotonic() + SECONDS
    for asked, led in ((turns, True), (others, False)):  # by its IRI once, else by its own address
        pairs = iter(asked)
        while (ALL or time.monotonic() < end) and (part := [*islice(pairs, 200)]):
            faults += conferences.faults(part, led=led)
            done += len(part)
    assert faults == []
    assert done >= 200


# IRIs that others have named


def hidden() -> Store:
    """A store in which one graph is no part of the default graph."""
    store = Store.memory()
    ours, theirs = ox.NamedNode(f"{BASE}x/person/ann"), ox.NamedNode("https://other.org/ann#me")
    odd = ox.NamedNode("https://other.org/a b?c=d&e#f".replace(" ", "%20"))
    same = ox.NamedNode(PREFIXES["owl"] + "sameAs")
    person = ox.NamedNode(PREFIXES["foaf"] + "Person")
    kind = ox.NamedNode(PREFIXES["rdf"] + "type")
    store.load(
        f"{BASE}x/graph/programme",
        [
            ox.Triple(ours, LABEL, ox.Literal("Ann")),
            ox.Triple(ours, same, theirs),
            ox.Triple(odd, kind, person),
            ox.Triple(odd, LABEL, ox.Literal("Odd")),
            ox.Triple(ours, ox.NamedNode(PREFIXES["foaf"] + "knows"), odd),
            ox.Triple(ox.NamedNode(f"{BASE}x/parts#one"), LABEL, ox.Literal("One")),
        ],
    )
    node, word = ox.BlankNode("b"), ox.NamedNode("https://other.org/word")
    quads = [
        ox.Quad(theirs, word, ox.Literal("secret"), ox.NamedNode(f"{BASE}x/graph/original")),
        ox.Quad(theirs, word, node, ox.NamedNode(f"{BASE}x/graph/original")),
        ox.Quad(node, word, ox.Literal("inner"), ox.NamedNode(f"{BASE}x/graph/original")),
    ]
    store._engine.bulk_extend(quads)
    return store


@pytest.fixture(scope="module")
def foreign() -> FlaskClient:
    """A client of the application over that store."""
    return create_app(store=hidden()).test_client()


def test_what_others_named_has_a_page_and_documents(foreign: FlaskClient) -> None:
    iri = "https://other.org/a%20b?c=d&e#f"
    answer = foreign.get("/resource", query_string={"iri": iri})
    assert answer.status_code == 303
    assert answer.location == ("/resource.html?iri=https://other.org/a%2520b%3Fc%3Dd%26e%23f")
    page = foreign.get(answer.location).text
    assert "<bdi>Odd</bdi></h1>" in page
    assert f'href="/resource.ttl?iri={quote(iri, safe=":/")}"' in page.replace("&amp;", "&")
    assert f"<{iri}>" in foreign.get(f"/resource.nt?iri={quote(iri, safe='')}").text


def test_links_to_what_is_described_here_lead_here(foreign: FlaskClient) -> None:
    page = foreign.get("/x/person/ann.html").text
    assert 'href="/resource?iri=https://other.org/a%2520b%3Fc%3Dd%26e%23f"' in page


def test_what_an_original_says_tells_which_graph_says_it(foreign: FlaskClient) -> None:
    query = {"iri": "https://other.org/ann#me"}
    page = foreign.get("/resource", query_string=query, follow_redirects=True).text
    assert "Mentioned by" in page  # the default graph leads to it
    word = {"iri": "https://other.org/word"}
    page = foreign.get("/resource", query_string=word, follow_redirects=True).text
    assert "Used as a property" in page
    assert "/x/graph/original" in page
    trig = foreign.get("/resource.trig", query_string=word).text
    assert f"<{BASE}x/graph/original> {{" in trig
    assert '"inner"' in trig


def test_the_parts_of_a_document_are_found_under_its_address(foreign: FlaskClient) -> None:
    assert foreign.get("/x/parts").status_code == 303
    assert f"<{BASE}x/parts#one>" in foreign.get("/x/parts.nt").text
    assert foreign.get("/x/no-parts").status_code == 404


@pytest.mark.parametrize(
    ("iri", "status"),
    [
        ("", 400),
        ("not an iri", 404),
        ("https://other.org/nothing", 404),
        ("javascript:alert(1)", 404),
        ('"><script>alert(1)</script>', 404),
        (f"<{BASE}x/person/ann>", 303),
    ],
)
def test_what_is_asked_for_in_vain_is_told(foreign: FlaskClient, iri: str, status: int) -> None:
    answer = foreign.get("/resource", query_string={"iri": iri}, headers={"Accept": "text/html"})
    assert answer.status_code == status
    assert "<script>alert" not in answer.text
    assert 'href="javascript' not in answer.text


def test_what_is_unknown_has_its_nearest_names(client: FlaskClient) -> None:
    answer = client.get("/resource", query_string={"iri": "https://other.org/bret-meyer"})
    assert answer.status_code == 404
    assert answer.get_json()["nearest"][0]["label"] == "Brett Meyer"


def test_one_document_has_one_address(client: FlaskClient) -> None:
    answer = client.get("/resource.ttl", query_string={"iri": f"{BASE}tinyml-2023/paper/fmas"})
    assert (answer.status_code, answer.location) == (301, "/tinyml-2023/paper/fmas.ttl")
    answer = client.get("/resource", query_string={"iri": f"{BASE}ontology#Paper"})
    assert answer.location == "/ontology.html#Paper"


# Descriptions


def test_a_description_has_its_blank_nodes_and_says_who_said_it() -> None:
    text = """@prefix : <https://other.org/> . @base <https://w3id.org/symposia/x/> .
    <a> :p [ :q [ :r ( 1 [ :s "deep" ] ) ] ] ; :t <b> .
    <b> <http://www.w3.org/2000/01/rdf-schema#label> "B" ; :u [ :v "not of a" ] ."""
    store = Store.memory()
    parsed = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]
    store.load(f"{BASE}x/graph/one", parsed)
    store.load(
        f"{BASE}x/graph/two", [ox.Triple(ox.NamedNode(f"{BASE}x/a"), LABEL, ox.Literal("A"))]
    )
    client = create_app(store=store).test_client()
    found = [*ox.parse(client.get("/x/a.nt").data, format=ox.RdfFormat.N_TRIPLES)]
    assert len(found) == 2 + 1 + 1 + 4 + 1 + 1 + 1
    assert '"deep"' in client.get("/x/a.ttl").text
    assert "not of a" not in client.get("/x/a.ttl").text
    quads = [*ox.parse(client.get("/x/a.nq").data, format=ox.RdfFormat.N_QUADS)]
    graphs = {q.graph_name.value for q in quads if isinstance(q.graph_name, ox.NamedNode)}
    assert graphs == {f"{BASE}x/graph/one", f"{BASE}x/graph/two"}
    two = [q for q in quads if q.graph_name == ox.NamedNode(f"{BASE}x/graph/two")]
    assert [str(q.object) for q in two] == ['"A"']
    assert len(quads) == len(found)


def test_a_document_in_rdf_xml_has_what_xml_can_hold() -> None:
    store = Store.memory()
    node = ox.NamedNode(f"{BASE}x/odd")
    kept = ox.Triple(node, LABEL, ox.Literal("Odd\t\U0001f600", language="en"))
    odd = ox.Literal("a\x18b\x00c")  # a source had it
    store.load(f"{BASE}x/graph/one", [kept, ox.Triple(node, ox.NamedNode("https://o.org/p"), odd)])
    client = create_app(store=store).test_client()
    answer = client.get("/x/odd.rdf")
    assert answer.status_code == 200
    found = {quad.triple for quad in ox.parse(answer.data, format=ox.RdfFormat.RDF_XML)}
    assert kept in found
    assert ox.Literal("a\ufffdb\ufffdc") in {triple.object for triple in found}
    lines = ox.parse(client.get("/x/odd.nt").data, format=ox.RdfFormat.N_TRIPLES)
    assert odd in {quad.object for quad in lines}


def test_a_document_in_jelly_says_what_others_say(client: FlaskClient) -> None:
    led = client.get("/tinyml-2023/paper/fmas", headers={"Accept": "application/x-jelly-rdf"})
    assert (led.status_code, led.location) == (303, "/tinyml-2023/paper/fmas.jelly")
    answer = client.get(led.location)
    assert answer.content_type == "application/x-jelly-rdf"
    lines = client.get("/tinyml-2023/paper/fmas.nt").data
    told = {quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)}
    assert {*read_jelly(answer.data)} == told
    assert len(answer.data) < len(lines)


def test_a_large_graph_is_streamed(tmp_path: Path) -> None:
    path = tmp_path / "large.nt"
    path.write_text("".join(f'<{BASE}x/{n}> <{LABEL.value}> "{n}" .\n' for n in range(20_001)))
    store = Store.memory([NamedGraph(f"{BASE}x/graph/large", path, "large")])
    client = create_app(store=store).test_client()
    answer = client.get("/x/graph/large.nt")
    assert answer.status_code == 307
    streamed = client.get(answer.location)
    assert (streamed.mimetype, streamed.data.count(b"\n")) == ("application/n-triples", 20_001)
    assert len(read_jelly(client.get("/x/graph/large.jelly").data)) == 20_001
    assert re.search("20.001 statements", client.get("/x/graph/large.html").text)
