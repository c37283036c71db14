"""Pages of networks: what they show, the files they give, and what they refuse."""

from __future__ import annotations

import csv
import io
import json
import re
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from symposia.graph.namespaces import PREFIXES
from symposia.graph.store import Store
from symposia.server.app import create_app

PAGES = (
    "/network",
    "/network?person=Brett+Meyer",
    "/network?person=tinyml-2023/person/brett-meyer&distance=2&conference=tinyml-2023",
    "/network?person=Brett+Meyer&other=Marihan+Amein",
    "/network?person=Brett+Meyer&other=Jieun+Lim",
    "/network?least=99",
    "/organisations/network",
    "/topics/map",
    "/topics/map?topic=quantization",
    "/organisations/matrix",
    "/topics/years",
    "/topics/flow",
)
TYPES = {
    "json": "application/json",
    "graphml": "application/graphml+xml",
    "gexf": "application/gexf+xml",
    "csv": "text/csv; charset=utf-8",
    "svg": "image/svg+xml",
}
HTML = {"Accept": "text/html"}


def parsed(text: bytes) -> ElementTree.Element:
    """The root of XML of ours."""
    return ElementTree.fromstring(text)  # noqa: S314


@pytest.mark.parametrize("address", PAGES)
def test_a_page_keeps_to_the_policy(client: FlaskClient, address: str) -> None:
    answer = client.get(address, headers=HTML)
    assert answer.status_code == 200, answer.text
    assert "'unsafe" not in answer.headers["Content-Security-Policy"]
    assert " style=" not in answer.text
    assert not re.search(r"<script(?![^>]*\bsrc=)", answer.text)
    assert " onclick" not in answer.text
    assert answer.text.count("<h1") == 1
    assert (
        client.get(address, headers={**HTML, "If-None-Match": answer.headers["ETag"]}).status_code
        == 304
    )


@pytest.mark.parametrize(("form", "content_type"), TYPES.items())
@pytest.mark.parametrize("page", ["/network", "/organisations/network", "/topics/map"])
def test_a_network_comes_in_every_format(
    client: FlaskClient, page: str, form: str, content_type: str
) -> None:
    answer = client.get(f"{page}?format={form}")
    assert (answer.status_code, answer.content_type) == (200, content_type)
    named = client.get(page, headers={"Accept": content_type.partition(";")[0]})
    assert named.data == answer.data
    if form in ("graphml", "gexf", "svg"):
        parsed(answer.data)


def test_all_formats_and_the_tables_hold_the_same_ties(client: FlaskClient) -> None:
    found = client.get("/network?format=json").get_json()
    labels = [node["label"] for node in found["nodes"]]
    ties = {(labels[edge["one"]], labels[edge["other"]], edge["works"]) for edge in found["edges"]}
    assert len(ties) == 60
    rows = csv.DictReader(io.StringIO(client.get("/network?format=csv").text, newline=""))
    assert {(row["one_label"], row["other_label"], int(row["works"])) for row in rows} == ties
    page = client.get("/network", headers=HTML).text
    table = page.partition('<table class="sort filter ties">')[2].partition("</table>")[0]
    cells = re.findall(r"<bdi>(.*?)</bdi>.*?<bdi>(.*?)</bdi>.*?number\">(\d+)<", table)
    assert {(one, other, int(works)) for one, other, works in cells} == ties
    assert len(re.findall(r"M[\d.]+ [\d.]+L", page)) == 60
    svg = parsed(client.get("/network?format=svg").data)
    paths = svg.findall(".//{http://www.w3.org/2000/svg}g[@class='ties']/*")
    assert sum(each.attrib["d"].count("L") for each in paths) == 60
    assert len(paths) == len({works for _, _, works in ties})
    people = client.get("/network?format=csv&table=members").text.splitlines()
    assert people[0] == "iri,label,works,neighbours,betweenness,closeness,group"
    assert len(people) == 39


def test_a_picture_alone_brings_its_style(client: FlaskClient) -> None:
    answer = client.get("/network?format=svg")
    style = re.search(r"<style>(.*?)</style>", answer.text, re.S)
    assert style
    assert "style-src 'self' 'sha256-" in answer.headers["Content-Security-Policy"]
    assert "@media (prefers-color-scheme: dark)" in style[1]


def test_a_page_says_what_is_left_out(client: FlaskClient) -> None:
    text = client.get("/network?most=10", headers=HTML).text
    assert "50 further pairs are left out" in text
    assert "38 people of 11 papers, 60 pairs" in text
    assert "No chain leads from one to the other." in client.get(PAGES[4], headers=HTML).text
    assert "have a paper together of at least 99" in client.get(PAGES[5], headers=HTML).text


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("distance=5", "'distance' is a whole number from 1 to 4."),
        ("distance=-1", "'distance' is a whole number from 1 to 4."),
        ("most=15001", "'most' is a whole number from 1 to 15,000."),
        ("least=x", "'least' is a whole number from 1 to 1,000,000."),
        ("other=Brett+Meyer", "A chain has two ends"),
        ("person=nobody", "'nobody' is not in this network."),
        ("conference=nowhere", "is no conference of this dataset"),
        ("&".join(f"conference=c{i}" for i in range(21)), "Up to 20 conferences"),
    ],
)
def test_what_is_wrong_is_said_in_page_and_data(client: FlaskClient, query: str, told: str) -> None:
    page = client.get(f"/network?{query}", headers=HTML)
    assert page.status_code == 400
    assert told.replace("'", "&#39;") in page.text
    assert '<form class="choose"' in page.text
    data = client.get(f"/network?{query}&format=json", headers={"Accept": "application/json"})
    assert data.status_code == 400
    assert told in data.get_json()["detail"]


def test_a_name_that_is_not_whole_offers_those_it_could_be(client: FlaskClient) -> None:
    page = client.get("/network?person=meyer", headers=HTML)
    assert page.status_code == 400
    assert (
        "/network?person=https%3A%2F%2Fw3id.org%2Fsymposia%2Ftinyml-2023%2Fperson%2Fbrett-meyer"
        in page.text
    )


def test_formats_that_are_not_there_are_refused(client: FlaskClient) -> None:
    assert client.get("/network?format=pdf").status_code == 400
    assert client.get("/network", headers={"Accept": "image/gif"}).status_code == 406
    assert client.get("/organisations/matrix?format=pdf").status_code == 400


@pytest.mark.parametrize("page", ["/organisations/matrix", "/topics/years", "/topics/flow"])
def test_tables_come_as_csv(client: FlaskClient, page: str) -> None:
    answer = client.get(f"{page}?format=csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert len({len(row) for row in csv.reader(io.StringIO(answer.text, newline=""))}) == 1


POISON = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}\u202e=1+1'


@pytest.fixture(scope="module")
def poisoned() -> FlaskClient:
    """A site whose every name is hostile."""
    base = "https://example.org/"
    head = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    name = json.dumps(POISON)
    text = f"""{head} PREFIX x: <{base}>
    x:c a sym:Conference ; rdfs:label {name} ; schema:startDate "9999-99-99" .
    x:d a sym:Conference ; rdfs:label {name} ; schema:startDate {name} .
    x:c schema:workFeatured x:p . x:d schema:workFeatured x:p .
    x:p a sym:Paper ; rdfs:label {name} ; dcterms:creator x:a, <javascript:alert(1)> ;
      dcterms:subject x:t, <data:text/html,x> .
    x:a rdfs:label {name} ; schema:affiliation x:o .
    <javascript:alert(1)> rdfs:label {name} ; schema:affiliation <javascript:void> .
    x:o rdfs:label {name} . <javascript:void> rdfs:label {name} .
    x:t skos:prefLabel {name} ; skos:broader <data:text/html,x> .
    <data:text/html,x> skos:prefLabel "t" .
    """
    store = Store.memory()
    store.load(f"{base}graph", ox.parse(text, ox.RdfFormat.TURTLE))
    return create_app(base=base, store=store).test_client()


@pytest.mark.parametrize("form", ["html", *TYPES])
@pytest.mark.parametrize(
    "page",
    [
        "/network",
        "/network?person=a",
        "/network?person=a&other=javascript:alert(1)",
        "/network?person=%22%3E%3Cscript%3E&conference=javascript:alert(1)",
        "/network?conference=c&conference=d",
        "/organisations/network",
        "/topics/map",
        "/organisations/matrix",
        "/topics/years",
        "/topics/flow?one=c&other=d",
    ],
)
def test_hostile_names_change_nothing(poisoned: FlaskClient, page: str, form: str) -> None:
    if form not in ("html", "csv") and page.startswith(
        ("/organisations/m", "/topics/y", "/topics/f")
    ):
        form = "csv"
    mark = "&" if "?" in page else "?"
    answer = poisoned.get(f"{page}{mark}format={form}", headers=HTML)
    assert answer.status_code == (400 if "script%3E" in page else 200), answer.text
    if answer.mimetype in ("text/html", "image/svg+xml"):
        assert "<script>" not in answer.text
        assert "<img src=x" not in answer.text
        assert not re.search(r"""(?:href|src)=["']?(?:javascript|data):""", answer.text)
    if answer.mimetype == "text/csv":
        for row in csv.reader(io.StringIO(answer.text, newline="")):
            assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))]
