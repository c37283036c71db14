"""The application: what it serves, when, and how it fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import rdflib
from flask.testing import FlaskClient
from symposia.graph.dataset import NamedGraph
from symposia.graph.generations import Generations
from symposia.graph.questions import questions
from symposia.server.app import create_app

BASE = "https://w3id.org/symposia/"


def graph(name: str) -> NamedGraph:
    """A graph about one person."""
    data = rdflib.Graph()
    node = rdflib.URIRef(f"{BASE}x/person/{name.lower()}")
    data.add((node, rdflib.RDF.type, rdflib.FOAF.Person))
    data.add((node, rdflib.RDFS.label, rdflib.Literal(name)))
    return NamedGraph(f"{BASE}x/graph/programme", data, "people")


def test_a_new_generation_is_served_by_the_next_request(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    generations.publish([graph("Ann")])
    client = create_app(tmp_path).test_client()
    assert client.get("/x/person/ann.html").status_code == 200
    assert client.get("/health").get_json()["generation"] == 1
    generations.publish([graph("Bob")])
    assert client.get("/x/person/bob.html").status_code == 200
    assert client.get("/x/person/ann.html").status_code == 404
    health = client.get("/health").get_json()
    assert health["generation"] == 2
    assert health["published"].startswith("20")
    page = client.get("/x/person/bob.html").text
    assert "Generation 2, published" in page


def test_an_empty_data_folder_is_503_with_advice(tmp_path: Path) -> None:
    client = create_app(tmp_path / "none").test_client()
    for address in ("/", "/.well-known/void", "/sparql?query=ASK{}", "/x/person/ann"):
        answer = client.get(address)
        assert answer.status_code == 503
        assert answer.content_type == "application/problem+json"
        assert "symposia add" in answer.get_json()["hint"]
    page = client.get("/", headers={"Accept": "text/html"})
    assert (page.status_code, page.mimetype) == (503, "text/html")
    assert client.get("/static/symposia.css", buffered=True).status_code == 200


def test_importing_the_application_does_nothing() -> None:
    code = "import symposia.server.app, sys; print('pyshacl' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
    assert done.stderr == ""


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_failure_is_logged_and_says_nothing_of_the_inside(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, accept: str
) -> None:
    app = create_app()

    def fail(*_: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setitem(app.view_functions, "lists.home", fail)
    answer = app.test_client().get("/", headers={"Accept": accept})
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "ZeroDivisionError: secret" in caplog.text


def test_every_question_has_a_page_and_answers(client: FlaskClient) -> None:
    assert len(questions()) >= 30
    listing = client.get("/queries/").text
    for each in questions():
        assert f'href="/queries/{each.name}"' in listing
        page = client.get(f"/queries/{each.name}")
        assert page.status_code == 200, each.name
        assert 'role="alert"' not in page.text, each.name
        values = {p.name: p.example for p in each.parameters if p.required}
        answer = client.get(f"/api/{each.name}", query_string=values)
        assert answer.status_code == 200, each.name
        assert answer.content_type == (
            "application/sparql-results+json"
            if each.form in ("SELECT", "ASK")
            else "text/turtle; charset=utf-8"
        )


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/api/coauthors?person=Brett+Meyer", 200, "Marihan Amein"),
        ("/api/coauthors?person=Brett+Meyer&format=csv", 200, "Marihan Amein"),
        ("/api/coauthors?person=Brett+Meyr", 404, "Brett Meyer"),
        ("/api/coauthors", 400, "person"),
        ("/api/coauthors?person=Brett+Meyer&x=1", 400, "no parameter 'x'"),
        ("/api/coauthors?person=Brett+Meyer&format=docx", 400, "docx"),
        ("/api/coautors?person=x", 404, "coauthors"),
        ("/queries/coautors", 404, "coauthors"),
    ],
)
def test_the_api_of_questions(client: FlaskClient, address: str, status: int, words: str) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert words in answer.text


def test_a_wrong_parameter_is_told_on_the_page(client: FlaskClient) -> None:
    answer = client.get("/queries/coauthors?person=Brett+Meyr", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert 'role="alert"' in answer.text
    assert 'value="Brett Meyr"' in answer.text
    assert 'href="/tinyml-2023/person/brett-meyer"' in answer.text
