"""Publishing to SPARQL servers: whole or not at all, and repaired where it was cut off."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from SPARQLWrapper import JSON, POST, SPARQLWrapper
from symposia.graph.dataset import NamedGraph
from symposia.graph.errors import ShapeError, StoreError
from symposia.graph.library import Library
from symposia.graph.publishing import LibraryWriter
from symposia.graph.remote import RemoteStore
from symposia.graph.remote_generations import RemoteGenerations
from symposia.graph.remote_manifest import MANIFEST
from symposia.graph.sources import Addition
from symposia.server.app import create_app

from .servers import Server

NAME = "http://example.org/graph"
SAYS = f"SELECT ?o {{ GRAPH <{NAME}> {{ ?s <http://example.org/says> ?o }} }}"


@pytest.fixture(autouse=True)
def quick(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Validation takes most of the time and is the subject of one test here."""
    if "shape" not in request.node.name:
        monkeypatch.setattr("symposia.graph.library._checked", lambda *_: None)


def addition(*words: str, name: str = NAME) -> Addition:
    """A graph that says words, one of them through a blank node."""
    says = rdflib.URIRef("http://example.org/says")
    graph = rdflib.Graph()
    for word in words:
        graph.add((rdflib.URIRef("http://example.org/x"), says, rdflib.Literal(word, "en")))
        graph.add((rdflib.BNode(), says, rdflib.Literal(f'{word} "quoted"\nand é')))
    return Addition(NamedGraph(name, graph, "words"), "a test")


def said(generations: RemoteGenerations) -> set[str]:
    """The words that are published."""
    found: Any = generations.open().query(SAYS)
    return {row["o"].value for row in found if row["o"].language}


def test_add_replace_and_remove(generations: RemoteGenerations) -> None:
    library = Library(generations)
    start = library.publish().generation
    added = library.add([addition("one", "two")])
    assert added.added == (NAME,)
    assert added.generation.id == start.id + 1
    assert said(generations) == {"one", "two"}
    assert generations.open().count() == added.generation.triples - 3  # three stand in two graphs
    replaced = library.add([addition("two", "three")])
    assert (replaced.added, replaced.replaced) == ((), (NAME,))
    assert said(generations) == {"two", "three"}
    assert Library(RemoteGenerations(generations.endpoint)).contents() == library.contents()
    removed = library.remove([NAME])
    assert removed.removed == (NAME,)
    assert said(generations) == set()
    assert removed.generation.digest == start.digest
    again = Library(RemoteGenerations(generations.endpoint)).publish()
    assert again.generation.id == removed.generation.id


def test_queries_under_way_keep_the_union_of_their_generation(
    generations: RemoteGenerations,
) -> None:
    library = Library(generations)
    before = generations.open()
    number = before.count()
    library.add([addition("one")])
    assert before.count() == number
    assert generations.open().count() == number + 2
    library.remove([NAME])


def test_what_breaks_a_shape_is_not_published(generations: RemoteGenerations) -> None:
    bad = rdflib.Graph().parse(
        data="<http://example.org/p> a <https://w3id.org/symposia/ontology#Paper> .",
        format="turtle",
    )
    now = generations.current()
    with pytest.raises(ShapeError, match="would break the shapes"):
        Library(generations).add([Addition(NamedGraph(NAME, bad, "bad"), "a test")])
    assert generations.current() == now


def test_a_publish_that_fails_before_the_switch_changes_nothing(
    generations: RemoteGenerations,
) -> None:
    now = generations.current()
    for broken in ({"graphs": "http://127.0.0.1:9/x"}, {"update": "http://127.0.0.1:9/x"}):
        failing = RemoteGenerations(replace(generations.endpoint, **broken))
        with pytest.raises(StoreError, match="cannot be reached"):
            Library(failing).add([addition("one")])
        assert generations.current() == now
        assert said(generations) == set()
    assert Library(generations).add([addition("one")]).generation.id == now.id + 1
    Library(generations).remove([NAME])


def test_a_switch_that_is_cut_off_is_ended_by_the_next_publish(
    generations: RemoteGenerations, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library(generations)
    start = library.add([addition("old")]).generation
    update = RemoteGenerations._update

    def cut(self: RemoteGenerations, operations: Any) -> None:
        """Do a part of a switch, as a server without transactions could."""
        wanted = list(operations)
        if any(MANIFEST in operation for operation in wanted):
            update(self, wanted[:2])
            raise StoreError("The power is gone.")
        update(self, wanted)

    monkeypatch.setattr(RemoteGenerations, "_update", cut)
    with pytest.raises(StoreError, match="The power is gone"):
        library.add([addition("new")])
    monkeypatch.undo()
    other = RemoteGenerations(generations.endpoint)
    assert other.current().id == start.id
    done = Library(other).publish().generation
    assert done.id == start.id + 1
    assert said(other) == {"new"}
    assert Library(other).remove([NAME]).removed == (NAME,)


def test_updates_are_published(generations: RemoteGenerations) -> None:
    writer = LibraryWriter(Library(generations))
    app = create_app(generations, writer=writer, token=b"a-token")
    header = {"Authorization": "Bearer a-token"}
    insert = f'INSERT DATA {{ GRAPH <{NAME}> {{ <x:s> <http://example.org/says> "hello"@en }} }}'
    with app.test_client() as client:
        assert client.post("/update", data={"update": insert}).status_code == 401
        before = generations.current().id
        assert client.post("/update", data={"update": insert}, headers=header).status_code < 300
        assert generations.current().id == before + 1
        assert said(generations) == {"hello"}
        graph = client.get(
            "/store", query_string={"graph": NAME}, headers={"Accept": "text/turtle"}
        )
        assert "hello" in graph.text
        assert client.delete(f"/store?graph={NAME}", headers=header).status_code < 300
        assert said(generations) == set()


def test_a_server_with_data_of_others_is_shown_as_it_is(generations: RemoteGenerations) -> None:
    everything = RemoteStore(generations.endpoint)
    assert everything.has_graph(MANIFEST)
    assert everything.query("ASK { GRAPH ?g { ?s a <https://w3id.org/symposia/ontology#Paper> } }")


def run(server: Server, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """The command line, over a server."""
    program = str(Path(sys.executable).with_name("symposia"))
    environment = server.environment()
    return subprocess.run([program, *arguments], capture_output=True, env=environment, timeout=120)


def test_the_command_line(server: Server, generations: RemoteGenerations, tmp_path: Path) -> None:
    Library(generations).publish()
    file = tmp_path / "words.ttl"
    file.write_text('<http://example.org/x> <http://example.org/says> "hi"@en .', "utf-8")
    added = run(server, "add", str(file), "--graph", NAME, "--json")
    assert added.returncode == 0, added.stderr
    assert json.loads(added.stdout)["added"] == [NAME]
    asked = run(server, "query", SAYS, "--format", "csv")
    assert asked.stdout.split() == [b"o", b"hi"], asked.stderr
    told = json.loads(run(server, "info", "--json").stdout)
    assert told["store"] == server.endpoint().query
    assert told["generation"] == generations.current().id
    exported = run(server, "export", "--format", "nquads").stdout
    quads = set(ox.parse(exported, format=ox.RdfFormat.N_QUADS))
    assert quads == set(generations.open().quads())
    assert run(server, "remove", NAME).returncode == 0
    assert NAME not in run(server, "list", "--json").stdout.decode()


def test_sparqlwrapper_reads_what_is_published(
    server: Server, generations: RemoteGenerations
) -> None:
    """The dataset can be asked of the server itself, by its union."""
    endpoint = server.endpoint()
    client = SPARQLWrapper(endpoint.query)
    client.setReturnFormat(JSON)
    client.setMethod(POST)
    if server.credentials and server.name == "fuseki":
        client.setCredentials(*server.credentials.split(":"))
    contents = generations.open().contents
    client.addDefaultGraph(contents.union)
    client.setQuery("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    found = client.queryAndConvert()["results"]["bindings"]
    assert int(found[0]["n"]["value"]) == generations.open().count()
