"""The lists of all things of a kind come in pages, each thing on one of them, in one order."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from symposia.graph.namespaces import BASE, PREFIXES
from symposia.graph.store import Store
from symposia.server.app import create_app

NUMBER = 230
KINDS = {
    "people": ("person", "foaf:Person"),
    "papers": ("paper", "sym:Paper"),
    "organisations": ("organisation", "org:Organization"),
}


def _name(text: str) -> ox.NamedNode:
    prefix, _, local = text.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A client of a dataset with more things of each kind than a page holds."""
    store = Store.memory()
    triples = [
        triple
        for kind, name in KINDS.values()
        for number in range(NUMBER)
        for thing in [ox.NamedNode(f"{BASE}x/{kind}/n{number}")]
        for triple in (
            ox.Triple(thing, _name("rdf:type"), _name(name)),
            ox.Triple(thing, _name("rdfs:label"), ox.Literal(f"{kind} {number:03}")),
        )
    ]
    # Two people are with the organisation whose name is the last.
    with_it = ox.NamedNode(f"{BASE}x/organisation/n{NUMBER - 1}")
    for number in range(2):
        post = ox.NamedNode(f"{BASE}x/post/{number}")
        person = ox.NamedNode(f"{BASE}x/person/n{number}")
        triples.append(ox.Triple(post, _name("org:organization"), with_it))
        triples.append(ox.Triple(post, _name("org:member"), person))
    store.load(f"{BASE}x/graph/programme", triples)
    return create_app(store=store).test_client()


@pytest.mark.parametrize("name", KINDS)
def test_everything_is_on_one_page_of_its_list(client: FlaskClient, name: str) -> None:
    kind, _ = KINDS[name]
    pages = [client.get(f"/{name}?page={number}").text for number in (1, 2, 3)]
    shown = [re.findall(rf'<a href="/x/{kind}/n(\d+)"', page) for page in pages]
    assert [len(each) for each in shown] == [100, 100, 30]
    assert sorted(int(number) for page in shown for number in page) == [*range(NUMBER)]
    assert all(f">Page {number} of 3<" in page for number, page in enumerate(pages, 1))


def test_organisations_with_most_people_are_first(client: FlaskClient) -> None:
    page = client.get("/organisations").text
    rows = re.findall(r'n(\d+)".*?<td class="number">(\d+)</td>', page)
    assert rows[:2] == [(str(NUMBER - 1), "2"), ("0", "0")]


@pytest.mark.parametrize(("page", "status"), [("4", 200), ("0", 400), ("-1", 400), ("²", 400)])
def test_a_page_that_is_not_there(client: FlaskClient, page: str, status: int) -> None:
    answer = client.get("/organisations", query_string={"page": page})
    assert answer.status_code == status
