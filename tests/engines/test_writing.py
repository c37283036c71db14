"""Publishing to SPARQL servers: whole or not at all, and repaired where it was cut off."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest
import rdflib
from SPARQLWrapper import JSON, POST, SPARQLWrapper
from symposia.graph.dataset import NamedGraph
from symposia.graph.errors import ReplacedError, StoreError
from symposia.graph.library import Library
from symposia.graph.locations import locate, open_store
from symposia.graph.remote import RemoteStore
from symposia.graph.remote_generations import RemoteGenerations
from symposia.graph.remote_manifest import MANIFEST

from .servers import Server

NAME = "http://example.org/graph"
SAYS = f"SELECT ?o {{ GRAPH <{NAME}> {{ ?s <http://example.org/says> ?o }} }}"

OBJECTS = "SELECT ?o { ?s ?p ?o } ORDER BY STR(?o)"
OF_UNION: tuple[Callable[[Any], object], ...] = (
    lambda store: bool(store.query("ASK { ?s ?p ?o }")),
    lambda store: words(store.query(f"{OBJECTS} LIMIT 1")),
    lambda store: words(store.query("SELECT (COUNT(*) AS ?o) { ?s ?p ?any }")),
    lambda store: len([*store.query("CONSTRUCT WHERE { ?s a ?o }")]),
    lambda store: store.count(),
)
OF_GRAPHS: tuple[Callable[[Any], object], ...] = (
    lambda store: words(store.query(SAYS)),
    lambda store: words(store.query(OBJECTS, None, [NAME])),
    lambda store: words(store.query(SAYS, None, [], [NAME])),
    lambda store: words(store.query(OBJECTS.replace("{", f"FROM <{NAME}> {{", 1))),
    lambda store: len([*store.graph(NAME)]),
    lambda store: store.count(NAME),
)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave validation away, which takes most of the time and is the subject of other tests."""
    monkeypatch.setattr("symposia.graph.library._checked", lambda *_: None)


def saying(*words: str, name: str = NAME) -> dict[str, list[NamedGraph]]:
    """A graph that says words, one of them through a blank node."""
    says = rdflib.URIRef("http://example.org/says")
    graph = rdflib.Graph()
    for word in words:
        graph.add((rdflib.URIRef("http://example.org/x"), says, rdflib.Literal(word, "en")))
        graph.add((rdflib.BNode(), says, rdflib.Literal(f'{word} "quoted"\nand é')))
    return {"a test": [NamedGraph(name, graph, "words")]}


def words(found: Any) -> list[str]:
    """The objects that were found."""
    return sorted(row["o"].value for row in found)


def said(generations: RemoteGenerations) -> set[str]:
    """The words that are published."""
    found: Any = generations.open().query(SAYS)
    return {row["o"].value for row in found if row["o"].language}


def test_add_replace_and_remove(generations: RemoteGenerations) -> None:
    library = Library(generations)
    start = library.publish().generation
    added = library.include(saying("one", "two"))
    assert added.added == (NAME,)
    assert added.generation.id == start.id + 1
    assert said(generations) == {"one", "two"}
    assert generations.open().count() == added.generation.triples - 3  # three stand in two graphs
    replaced = library.include(saying("two", "three"))
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
    library.include(saying("one"))
    assert before.count() == number
    assert generations.open().count() == number + 2
    library.remove([NAME])


def test_what_is_gone_is_not_an_empty_answer(generations: RemoteGenerations) -> None:
    """A query may have waited while its graphs were replaced, and then its union removed."""
    library = Library(generations)
    library.include(saying("old"))
    before = generations.open()
    of_union, of_graphs = ({ask: ask(before) for ask in each} for each in (OF_UNION, OF_GRAPHS))
    assert all([*of_union.values(), *of_graphs.values()])
    library.include(saying("new", "newer"))
    assert {ask: ask(before) for ask in OF_UNION} == of_union
    now = {ask: ask(generations.open()) for ask in OF_GRAPHS}
    assert all(now[ask] not in ([], 0, found) for ask, found in of_graphs.items())
    refused(OF_GRAPHS, before)
    library.remove([NAME])
    refused([*OF_UNION, *OF_GRAPHS], before)


def refused(asks: Iterable[Callable[[Any], object]], before: RemoteStore) -> None:
    """The store and those that processes open at its location answer nothing."""
    for ask in asks:
        for store in (before, open_store(locate(before))):
            with pytest.raises(ReplacedError, match="published anew"):
                ask(store)


def test_a_publish_that_fails_before_the_switch_changes_nothing(
    generations: RemoteGenerations,
) -> None:
    now = generations.current()
    for broken in ({"graphs": "http://127.0.0.1:9/x"}, {"update": "http://127.0.0.1:9/x"}):
        failing = RemoteGenerations(replace(generations.endpoint, **broken))
        with pytest.raises(StoreError, match="cannot be reached"):
            Library(failing).include(saying("one"))
        assert generations.current() == now
        assert said(generations) == set()
    assert Library(generations).include(saying("one")).generation.id == now.id + 1
    Library(generations).remove([NAME])


def test_a_switch_that_is_cut_off_is_ended_by_the_next_publish(
    generations: RemoteGenerations, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library(generations)
    start = library.include(saying("old")).generation
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
        library.include(saying("new"))
    monkeypatch.undo()
    other = RemoteGenerations(generations.endpoint)
    assert other.current().id == start.id
    done = Library(other).publish().generation
    assert done.id == start.id + 1
    assert said(other) == {"new"}
    assert Library(other).remove([NAME]).removed == (NAME,)


def test_a_server_with_data_of_others_is_shown_as_it_is(generations: RemoteGenerations) -> None:
    everything = RemoteStore(generations.endpoint)
    assert everything.has_graph(MANIFEST)
    assert everything.query("ASK { GRAPH ?g { ?s a <https://w3id.org/symposia/ontology#Paper> } }")


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
