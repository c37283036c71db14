"""Requests that wait while the dataset is published anew, and the old one is removed."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from symposia.graph.dataset import NamedGraph
from symposia.graph.generations import Generations
from symposia.server.app import create_app
from symposia.server.clients import ARRIVED
from symposia.server.lanes import Lanes
from symposia.server.limits import Limits
from werkzeug.test import TestResponse

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs socket pairs")

GRAPH = "https://example.org/numbers"
QUERY = urlencode({"query": "SELECT ?n { ?s <x:number> ?n }", "format": "csv"})
FORM = "application/x-www-form-urlencoded"


class Site:
    """A server over a folder that keeps one generation, and publishes while requests wait."""

    def __init__(self, folder: Path, lanes: Lanes) -> None:
        self._source = folder / "numbers.ttl"
        self._generations = Generations(folder / "data", keep=1)
        self.number = 0
        self.publishes = 0
        """How many are still to come, one to each time that a request begins."""
        self.publish()
        self.app: Flask = create_app(folder / "data", lanes=lanes, cache=1024 * 1024)
        self.app.before_request(self._between)
        self.client: FlaskClient = self.app.test_client()

    def publish(self) -> None:
        """Publish the next number, and remove the generation before."""
        self.number += 1
        others = "".join(f"<x:s> <x:other> {n} .\n" for n in range(99))
        self._source.write_text(f"<x:s> <x:number> {self.number} .\n{others}", "utf-8")
        self._generations.publish([NamedGraph(GRAPH, self._source, "numbers")])

    def _between(self) -> None:
        """Comes when a request knows what it reads, and has not asked it yet."""
        if self.publishes:
            self.publishes -= 1
            self.publish()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    lanes = Lanes(1)
    yield Site(tmp_path, lanes)
    lanes.close()


ADDRESS = f"/sparql?{QUERY}"
STORE = f"/store?graph={quote(GRAPH, '')}"


def by_form(client: FlaskClient) -> TestResponse:
    return client.post("/sparql", data=QUERY, content_type=FORM)


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        pytest.param(lambda c: c.get(ADDRESS), "n\r\n{}\r\n", id="query"),
        pytest.param(by_form, "n\r\n{}\r\n", id="form"),
        pytest.param(lambda c: c.get(STORE), "<x:number> {} ;", id="graph"),
    ],
)
@pytest.mark.parametrize("publishes", [1, 2])
def test_who_waits_meanwhile_is_answered_from_what_is_newer(
    site: Site, ask: Callable[[FlaskClient], TestResponse], told: str, publishes: int
) -> None:
    site.publishes = publishes
    answer = ask(site.client)
    assert (answer.status_code, site.publishes) == (200, 0)
    assert told.format(1 + publishes) in answer.text
    if answer.request.method == "GET":
        assert answer.headers["ETag"].startswith(f'"{1 + publishes}-')
        again = site.client.get(answer.request.full_path)
        assert (again.headers["ETag"], again.data) == (answer.headers["ETag"], answer.data)
    site.publish()
    assert told.format(2 + publishes) in ask(site.client).text


def test_so_is_who_asks_for_a_page(site: Site) -> None:
    site.publishes = 1
    answer = site.client.get("/")
    assert (answer.status_code, site.publishes) == (200, 0)
    assert answer.headers["ETag"][1] in "12"  # its worker may have had the first at hand


def test_who_meets_a_publish_each_time_is_told_to_come_again(site: Site) -> None:
    site.publishes = 9
    answer = site.client.get(ADDRESS)
    assert (answer.status_code, site.publishes) == (503, 9 - 3)
    assert answer.headers["Retry-After"] == "1"
    assert "published anew" in answer.get_json()["detail"]


def test_the_time_of_a_query_does_not_begin_anew(site: Site) -> None:
    site.publishes = 1
    query = "SELECT (COUNT(*) AS ?all) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
    begun = time.monotonic()
    come = begun - Limits().timeout + 1.5
    answer = site.client.get(
        "/sparql", query_string={"query": query}, environ_overrides={ARRIVED: come}
    )
    assert (answer.status_code, site.publishes) == (504, 0)
    assert time.monotonic() - begun < Limits().timeout
