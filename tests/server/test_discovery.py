"""What programs find a thing by: links, profiles, JSON-LD for search engines, the sitemap."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections import defaultdict
from importlib.resources import files
from typing import Any, cast
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest
import rdflib
from flask.testing import FlaskClient
from rdflib import RDF, SDO
from symposia.graph.dataset import shipped
from symposia.graph.namespaces import BASE, PREFIXES
from symposia.graph.store import Store
from symposia.server import sitemap
from symposia.server.app import create_app
from symposia.server.panels import query_text
from werkzeug.http import parse_options_header

T = "/tinyml-2023"
PAPER = f"{T}/paper/fmas"
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def links(field: str) -> list[tuple[str, dict[str, str]]]:
    """The links of a Link header."""
    found = re.findall(r"<([^>]*)>([^,]*(?:\"[^\"]*\"[^,]*)*)", field)
    return [(target, parse_options_header("x" + rest)[1]) for target, rest in found]


def related(field: str) -> dict[str, list[str]]:
    """The targets of each relation."""
    told: dict[str, list[str]] = {}
    for target, options in links(field):
        for relation in options["rel"].split():
            told.setdefault(relation, []).append(target)
    return told


# Signposting: https://signposting.org/FAIR/


def test_a_landing_page_has_the_signposts(client: FlaskClient) -> None:
    told = related(client.head(f"{PAPER}.html").headers["Link"])
    assert told["cite-as"] == [BASE + PAPER[1:]]
    assert told["type"] == ["https://schema.org/AboutPage", "https://schema.org/ScholarlyArticle"]
    assert [each.rpartition("/")[2] for each in told["author"]] == [
        "zhuoran-xiong",
        "marihan-amein",
        "olivier-therrien",
        "warren-j-gross",
        "brett-meyer",
    ]
    assert told["license"] == [CC0]
    assert told["canonical"] == [f"http://localhost{PAPER}.html"]
    assert told["linkset"] == [f"{PAPER}.linkset.json"]
    for each in ("ttl", "jsonld", "nt", "rdf", "trig", "nq"):
        assert f"{PAPER}.{each}" in told["describedby"]
        assert f"{PAPER}.{each}" in told["alternate"]


def test_every_signpost_of_ours_leads_somewhere(client: FlaskClient) -> None:
    for target, options in links(client.head(f"{PAPER}.html").headers["Link"]):
        if not target.startswith("/"):
            continue
        answer = client.get(target)
        assert answer.status_code == 200, target
        assert answer.mimetype == options["type"]
        if "profile" in options:
            assert answer.headers["Content-Profile"] == f"<{options['profile']}>"


def test_data_lead_back_to_the_page(client: FlaskClient) -> None:
    told = related(client.head(f"{PAPER}.ttl").headers["Link"])
    assert f"{PAPER}.html" in told["describes"]
    assert told["cite-as"] == [BASE + PAPER[1:]]
    assert told["profile"] == ["https://w3id.org/symposia/ontology"]
    assert told["license"] == [CC0]


def test_the_link_set_says_what_the_headers_say(client: FlaskClient) -> None:
    answer = client.get(f"{PAPER}.linkset.json")
    assert answer.mimetype == "application/linkset+json"
    contexts = {each.pop("anchor"): each for each in json.loads(answer.data)["linkset"]}
    for here, told in contexts.items():
        parts = urlsplit(here)
        header = related(client.head(f"{parts.path}?{parts.query}").headers["Link"])
        assert told.keys() == header.keys(), here
        for relation, targets in header.items():
            expected = [f"http://localhost{e}" if e.startswith("/") else e for e in targets]
            assert [each["href"] for each in told[relation]] == expected, (here, relation)
    assert len(contexts) == 9


def test_links_of_a_thing_lead_to_its_documents(client: FlaskClient) -> None:
    answer = client.get(PAPER)
    assert f"{PAPER}.ttl" in related(answer.headers["Link"])["describedby"]
    assert {"Accept", "Accept-Profile"} <= {*answer.vary}


def test_the_licence_of_the_ontology_is_its_own(client: FlaskClient) -> None:
    told = related(client.head("/ontology.html").headers["Link"])
    assert told["license"] == ["https://creativecommons.org/licenses/by/4.0/"]


def test_a_licence_that_is_not_known_is_not_told() -> None:
    store = Store.memory()
    node = ox.NamedNode(f"{BASE}x")
    label = ox.NamedNode(PREFIXES["rdfs"] + "label")
    store.load(f"{BASE}x/graph/programme", [ox.Triple(node, label, ox.Literal("X"))])
    header = create_app(store=store).test_client().head("/x.html").headers["Link"]
    assert "license" not in header


# Profiles: https://www.w3.org/TR/dx-prof-conneg/


@pytest.mark.parametrize(
    ("accept", "profile", "location"),
    [
        ("application/ld+json", "<https://schema.org/>", f"{PAPER}.jsonld?_profile=schema"),
        ("text/turtle", "https://schema.org/", f"{PAPER}.ttl?_profile=schema"),
        ("*/*", "<https://schema.org/>", f"{PAPER}.ttl?_profile=schema"),
        ("text/turtle", "<http://schema.org>;q=0.5, <urn:x>", f"{PAPER}.ttl?_profile=schema"),
        (
            "text/turtle",
            "<https://schema.org/>;q=0.5, <https://w3id.org/symposia/ontology>",
            f"{PAPER}.ttl",
        ),
        ("text/turtle", "<https://schema.org/>;q=0", f"{PAPER}.ttl"),
        ("text/turtle", "<urn:unknown>", f"{PAPER}.ttl"),
        ("text/html", "<https://schema.org/>", f"{PAPER}.html"),
    ],
)
def test_a_profile_is_chosen_by_its_header(
    client: FlaskClient, accept: str, profile: str, location: str
) -> None:
    answer = client.get(PAPER, headers={"Accept": accept, "Accept-Profile": profile})
    assert (answer.status_code, answer.location) == (303, location)


@pytest.mark.parametrize("name", ["schema", "https://schema.org/", "http://schema.org/"])
def test_a_document_follows_the_profile_of_its_address(client: FlaskClient, name: str) -> None:
    answer = client.get(f"{PAPER}.nt", query_string={"_profile": name})
    assert answer.headers["Content-Profile"] == "<https://schema.org/>"
    graph = rdflib.Graph().parse(data=answer.data, format="nt")
    assert (rdflib.URIRef(BASE + PAPER[1:]), RDF.type, SDO.ScholarlyArticle) in graph
    assert {str(each).startswith(str(SDO)) for each in graph.predicates()} == {True, False}
    assert {each for each in graph.predicates() if not str(each).startswith(str(SDO))} == {RDF.type}


def test_a_profile_that_is_not_there_is_refused(client: FlaskClient) -> None:
    for address in (f"{PAPER}.ttl?_profile=x", f"{PAPER}.html?_profile=schema"):
        answer = client.get(address)
        assert answer.status_code == 400
        assert "schema" in answer.get_json()["detail"]


# JSON-LD in pages


def data_of(client: FlaskClient, path: str) -> dict[str, Any]:
    """The JSON-LD of a page."""
    html = client.get(f"{path}.html").text
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    found: dict[str, Any] = json.loads(text)
    assert found["@context"] == "https://schema.org"
    return found


GOOGLE = {
    "Event": ("name", "startDate", "location.name", "location.address.addressLocality"),
    "ScholarlyArticle": ("headline", "name"),
    "Person": ("name",),
    "Organization": ("name",),
    "DefinedTerm": ("name", "inDefinedTermSet"),
}
"""What Google requires of an event, and of an article what it recommends and we always know
(https://developers.google.com/search/docs/appearance/structured-data/event)."""


def value(data: dict[str, Any], path: str) -> object:
    """What a path of properties leads to."""
    found: Any = data
    for each in path.split("."):
        found = (found[0] if isinstance(found, list) else found).get(each, {})
    return found


def of_class(client: FlaskClient, name: str) -> list[str]:
    """The paths of all things of a class."""
    query = f"SELECT DISTINCT ?x {{ ?x a {name} }} ORDER BY ?x"
    prologue = "".join(f"PREFIX {p}: <{n}> " for p, n in PREFIXES.items())
    answer = client.get("/sparql", query_string={"query": prologue + query, "format": "json"})
    rows = answer.get_json()["results"]["bindings"]
    return ["/" + row["x"]["value"].removeprefix(BASE) for row in rows]


@pytest.mark.parametrize(
    ("export", "alone"), [("people", "person"), ("organisations", "organisation")]
)
def test_pages_say_in_schema_org_what_the_export_says(export: str, alone: str) -> None:
    store = Store.memory(shipped())
    query = (files("symposia") / "queries" / "exports" / "schema" / f"{export}.rq").read_text()
    exported: dict[Any, set[Any]] = defaultdict(set)
    for triple in cast("ox.QueryTriples", store.query(query)):
        exported[triple.subject].add(triple)
    found = cast("ox.QueryTriples", store.query(query_text(f"schema/{alone}.rq")))
    paged = {each for each in found if each.subject in exported}
    assert len(exported) > 20
    assert paged == set().union(*exported.values())


@pytest.mark.parametrize(
    ("kind", "schema", "number"),
    [
        ("sym:Conference", "Event", 1),
        ("sym:Session", "Event", 11),
        ("sym:Talk", "Event", 18),
        ("sym:Paper", "ScholarlyArticle", 16),
        ("foaf:Person", "Person", 60),
        ("org:Organization", "Organization", 30),
        ("skos:Concept", "DefinedTerm", 50),
    ],
)
def test_pages_have_what_search_engines_require(
    client: FlaskClient, kind: str, schema: str, number: int
) -> None:
    paths = [path for path in of_class(client, kind) if "#" not in path]
    assert len(paths) >= number
    for path in paths:
        data = data_of(client, path)
        assert data["@id"] == BASE + path[1:]
        assert data["@type"] == schema, path
        assert data["mainEntityOfPage"] == f"http://localhost{path}.html"
        for each in GOOGLE[schema]:
            assert value(data, each), (path, each)
        start = data.get("startDate", "2023-03-27")
        assert re.fullmatch(r"2023-03-27(T\d\d:\d\d:00-07:00)?", start), path


def test_a_paper_is_told_with_its_authors_in_order(client: FlaskClient) -> None:
    data = data_of(client, PAPER)
    assert [author["name"] for author in data["author"]] == [
        "Zhuoran Xiong",
        "Marihan Amein",
        "Olivier Therrien",
        "Warren J. Gross",
        "Brett Meyer",
    ]
    assert {author["@type"] for author in data["author"]} == {"Person"}
    assert "https://arxiv.org/abs/2303.16322" in data["sameAs"]


def test_a_talk_has_the_day_and_the_place_of_its_session(client: FlaskClient) -> None:
    data = data_of(client, f"{T}/talk/fmas")
    assert data["startDate"] == "2023-03-27"
    assert data["location"]["address"]["addressLocality"] == "Burlingame"
    assert data["superEvent"]["startDate"] == "2023-03-27T11:30:00-07:00"
    assert data["performer"]["name"] == "Brett Meyer"


def test_the_data_of_a_page_are_what_its_profile_says(client: FlaskClient) -> None:
    """Everything that the tree says of its thing is a statement of the document."""
    data = data_of(client, PAPER)
    document = client.get(f"{PAPER}.nt?_profile=schema").data
    graph = rdflib.Graph().parse(data=document, format="nt")
    node = rdflib.URIRef(data["@id"])
    told = data.keys() - {"@context", "@id", "@type", "mainEntityOfPage", "headline"}
    assert told == {"name", "description", "about", "author", "identifier", "mentions", "sameAs"}
    for name in told:
        values = data[name] if isinstance(data[name], list) else [data[name]]
        expected = {each["@id"] if isinstance(each, dict) else each for each in values}
        assert {str(each) for each in graph.objects(node, SDO[name])} == expected


def test_hostile_text_cannot_end_the_element() -> None:
    store = Store.memory()
    node = ox.NamedNode(f"{BASE}x/person/1")
    evil = "</script><script>alert(1)</script><!-- \u2028 &amp; <!--<script>"
    triples = [
        ox.Triple(node, ox.NamedNode(PREFIXES[prefix] + name), term)
        for prefix, name, term in (
            ("rdf", "type", ox.NamedNode(PREFIXES["skos"] + "Concept")),
            ("rdfs", "label", ox.Literal(evil)),
            ("skos", "definition", ox.Literal(evil)),
            ("skos", "altLabel", ox.Literal("autre", language="fr")),
        )
    ]
    store.load(f"{BASE}x/graph", triples)
    client = create_app(store=store).test_client()
    data = data_of(client, "/x/person/1")
    assert data["name"] == data["description"] == evil
    assert data["alternateName"] == {"@language": "fr", "@value": "autre"}
    head = client.get("/x/person/1.html").text.partition("</head>")[0]
    (text,) = re.findall(r'<script type="application/ld\+json">([^<>&]*)</script>', head)
    assert json.loads(text) == data
    assert head.count("<script") == head.count("</script>")


def test_pages_tell_networks_of_people_what_they_show(client: FlaskClient) -> None:
    html = client.get(f"{PAPER}.html").text
    told = dict(re.findall(r'<meta property="(og:[a-z_]+)" content="([^"]*)">', html))
    assert told["og:title"].startswith("FMAS: Fast Multi-Objective")
    assert told["og:url"] == f"http://localhost{PAPER}.html"
    assert told["og:type"] == "article"
    assert told["og:description"].startswith("Searches for semantic segmentation")
    assert f'<link rel="canonical" href="http://localhost{PAPER}.html">' in html
    assert f'<link rel="license" href="{CC0}">' in html


# robots.txt and the sitemap


def test_robots_may_read_pages_and_ask_no_questions(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    lines = answer.text.splitlines()
    assert lines[0] == "User-agent: *"
    for each in ("/sparql$", "/sparql?", "/api/", "/originals/sparql", "/dump."):
        assert f"Disallow: {each}" in lines
    assert "Sitemap: http://localhost/sitemap.xml" in lines


def test_the_sitemap_has_every_page_once(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap, "LARGEST", 150)
    index = ET.fromstring(client.get("/sitemap.xml?").data)  # noqa: S314  it is ours
    assert index.tag == f"{SITEMAP}sitemapindex"
    parts = [each.text or "" for each in index.iter(f"{SITEMAP}loc")]
    assert parts[0] == "http://localhost/sitemap/1.xml"
    found = []
    for address in parts:
        answer = client.get(urlsplit(address).path + "?again")
        assert answer.mimetype == "application/xml"
        root = ET.fromstring(answer.data)  # noqa: S314
        part = [each.text or "" for each in root.iter(f"{SITEMAP}loc")]
        assert 0 < len(part) <= 150
        found += part
    assert len(parts) == -(-len(found) // 150) > 1
    assert len(found) == len({*found})
    for path in (f"{PAPER}.html", "/topic/quantization.html", "/papers", "/ontology.html"):
        assert f"http://localhost{path}" in found
    assert not [each for each in found if "/author/" in each]
    for each in found[::20]:
        assert client.get(urlsplit(each).path).status_code == 200, each
    for number in (0, len(parts) + 1):
        assert client.get(f"/sitemap/{number}.xml").status_code == 404
