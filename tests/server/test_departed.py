"""An IRI, once given out, keeps resolving: to what was one with it, or to what it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from symposia.graph.dataset import NamedGraph
from symposia.graph.gone import gone
from symposia.graph.library import Library
from symposia.graph.namespaces import BASE
from symposia.server.app import create_app

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def data(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of two conferences, the second is gone, and was replaced by a name that it did not have."""
    folder = tmp_path_factory.mktemp("departed")
    library = Library(folder / "data")
    graphs = [
        NamedGraph(f"{BASE}{path.stem}/graph/programme", path, path.stem)
        for path in sorted((root / "tests" / "data" / "conferences").glob("*.ttl"))
    ]
    library.include({"two conferences": graphs})
    text = (
        graphs[1]
        .source.read_text("utf-8")
        .replace("lake-2031/person/b-cole", "lake-2031/person/bo")
    )  # type: ignore[union-attr]
    changed = folder / "lake-2031.ttl"
    changed.write_text(text, "utf-8")
    library.include({"again": [NamedGraph(graphs[1].iri, changed, "lake-2031")]})
    library.remove(["lake-2030"])
    return folder / "data"


@pytest.fixture(scope="module")
def client(data: Path) -> FlaskClient:
    return create_app(data).test_client()


def test_it_leads_to_who_was_one_with_it(client: FlaskClient) -> None:
    """Ben Cole of 2030 was Bo of 2031 by ORCID; both addresses that are gone lead there."""
    reply = client.get("/lake-2030/person/ben-cole", headers=HTML)
    assert (reply.status_code, reply.location) == (303, "/lake-2031/person/bo")
    page = client.get("/lake-2030/person/ben-cole.html", follow_redirects=True)
    assert page.status_code == 200
    assert "B. Cole" in page.text
    data = client.get("/lake-2030/person/ada-berg.ttl")
    assert (data.status_code, data.location) == (303, "/lake-2031/person/ada-holt.ttl")


def test_it_says_what_it_was(client: FlaskClient) -> None:
    for address in ("/lake-2030/person/dan-eames", "/lake-2030/paper/oars.html"):
        reply = client.get(address, headers=HTML)
        assert reply.status_code == 410
        assert "no source speaks of it any more" in reply.text
        assert "until generation 2" in reply.text
    assert "Dan Eames" in client.get("/lake-2030/person/dan-eames").get_json()["detail"]


def test_what_never_was_is_not_found(client: FlaskClient, data: Path) -> None:
    assert client.get("/lake-2030/person/nobody").status_code == 404
    assert gone(data, f"{BASE}lake-2030/person/nobody") is None
    assert gone(data / "nowhere", f"{BASE}lake-2030/person/dan-eames") is None


def test_what_is_there_again_is_there(data: Path, root: Path) -> None:
    path = root / "tests" / "data" / "conferences" / "lake-2030.ttl"
    library = Library(data)
    library.include({"back": [NamedGraph(f"{BASE}lake-2030/graph/programme", path, "lake-2030")]})
    client = create_app(data).test_client()
    reply = client.get("/lake-2030/person/dan-eames", headers=HTML)
    assert (reply.status_code, reply.location) == (303, "/lake-2030/person/dan-eames.html")
