"""A server that goes away and comes back: said clearly, and nothing has to be restarted."""

from __future__ import annotations

from pathlib import Path

import pytest
from symposia.graph.library import Library
from symposia.graph.remote_generations import RemoteGenerations
from symposia.server.app import create_app

from .servers import MissingError, free_port, oxigraph


def test_a_server_goes_away_and_comes_back(tmp_path: Path) -> None:
    port = free_port()
    try:
        with oxigraph(tmp_path, port) as server:
            generations = RemoteGenerations(server.endpoint(5.0))
            Library(generations).publish()
            client = create_app(generations).test_client()
            assert client.get("/health").status_code == 200
            assert client.get("/").status_code == 200
    except MissingError as error:
        pytest.skip(str(error))
    down = client.get("/health")
    assert (down.status_code, down.json["ready"]) == (503, False)
    assert f"The store at http://127.0.0.1:{port} cannot be reached" in down.json["output"]
    assert client.get("/health/live").status_code == 200
    page = client.get("/", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["Retry-After"]) == (503, "10")
    assert f"The store at http://127.0.0.1:{port} cannot be reached: the connection" in page.text
    query = client.get("/sparql?query=ASK%7B%7D", headers={"Accept": "application/json"})
    assert (query.status_code, query.json["title"]) == (503, "Store cannot be reached")
    assert query.mimetype == "application/problem+json"
    assert query.json["detail"].endswith("cannot be reached: the connection is refused.")
    assert query.headers["Retry-After"] == "10"
    with oxigraph(tmp_path, port):
        assert client.get("/health").json["generation"] == 1
        assert client.get("/people").status_code == 200
