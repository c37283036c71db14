"""Requests that wait while the dataset of a SPARQL server is published anew."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from symposia.graph.dataset import NamedGraph
from symposia.graph.remote_generations import RemoteGenerations
from symposia.server.app import create_app
from symposia.server.lanes import Lanes

from .servers import MissingError, oxigraph

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs socket pairs")

GRAPH = "https://example.org/numbers"
OF_UNION = "SELECT ?n { ?s <x:number> ?n }"
OF_GRAPH = f"SELECT ?n {{ GRAPH <{GRAPH}> {{ ?s <x:number> ?n }} }}"


class Site:
    """The application over a server, to which is published while requests wait."""

    def __init__(self, generations: RemoteGenerations, source: Path, lanes: Lanes | None) -> None:
        self._source = source
        self._generations = generations
        self.publishes: list[int] = []
        """How many are still to come, each time that a request begins."""
        self.publish()
        self.app: Flask = create_app(generations, lanes=lanes, cache=1024 * 1024)
        self.app.before_request(self._between)

    def publish(self) -> None:
        """Publish the number of what is published next."""
        now = self._generations.current()
        self._source.write_text(f"<x:s> <x:number> {now.id + 1 if now else 1} .\n", "utf-8")
        self._generations.publish([NamedGraph(GRAPH, self._source, "numbers")])

    def _between(self) -> None:
        for _ in range(self.publishes.pop(0) if self.publishes else 0):
            self.publish()


@pytest.fixture(scope="module", params=["in process", "worker"])
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("renewal")
    lanes = Lanes(1) if request.param == "worker" else None
    try:
        with oxigraph(folder) as server:
            yield Site(RemoteGenerations(server.endpoint()), folder / "numbers.ttl", lanes)
    except MissingError as error:
        pytest.skip(str(error))
    finally:
        if lanes is not None:
            lanes.close()


@pytest.mark.parametrize(
    ("address", "told"),
    [
        pytest.param(
            f"/sparql?{urlencode({'query': OF_UNION, 'format': 'csv'})}", "n\r\n{}\r\n", id="union"
        ),
        pytest.param(
            f"/sparql?{urlencode({'query': OF_GRAPH, 'format': 'csv'})}", "n\r\n{}\r\n", id="graph"
        ),
        pytest.param(f"/store?graph={quote(GRAPH, '')}", "<x:number> {} ", id="store"),
    ],
)
@pytest.mark.parametrize("publishes", [[1], [2], [2, 2]])
def test_the_answer_is_of_the_generation_that_it_says(
    site: Site, address: str, told: str, publishes: list[int]
) -> None:
    site.publishes = [*publishes]
    answer = site.app.test_client().get(address)
    assert (answer.status_code, site.publishes) == (200, []), answer.text
    number = answer.headers["ETag"].strip('"').partition("-")[0]
    assert told.format(number) in answer.text
    again = site.app.test_client().get(address)
    assert told.format(site._generations.current().id) in again.text


def test_who_meets_publishes_each_time_is_told_to_come_again(site: Site) -> None:
    site.publishes = [2, 2, 2]
    answer = site.app.test_client().get("/sparql", query_string={"query": OF_UNION})
    assert answer.status_code == 503
    assert "published anew" in answer.get_json()["detail"]
