"""Names that are looked up in the index of the search: what the store finds, and much quicker."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyoxigraph as ox
import pytest
from symposia.graph.errors import ParameterError, SymposiaError
from symposia.graph.namespaces import BASE, PREFIXES
from symposia.graph.parameters import Parameter, parse
from symposia.graph.store import Store
from symposia.server.app import create_app
from symposia.server.indexed import _SEARCHED, Naming, at_hand
from symposia.server.panels import query_text
from symposia.server.serving import Served

PEOPLE = """
@base <https://w3id.org/symposia/x/> . @prefix : <http://xmlns.com/foaf/0.1/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix prov: <http://www.w3.org/ns/prov#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<person/ada> a :Person ; rdfs:label "Ada Berg" ; skos:altLabel "A. Berg" .
<person/ada-holt> a :Person ; rdfs:label "Ada Holt" ; prov:alternateOf <person/ada> .
<person/jose> a :Person ; rdfs:label "José Núñez"@es .
<person/lee-1> a :Person ; rdfs:label "Kim Lee" . <person/lee-2> a :Person ; :name "Kim  LEE" .
<person/nameless> a :Person . <organisation/lee> a <http://www.w3.org/ns/org#Organization> ;
  rdfs:label "Kim Lee" .
<topic/in> a skos:Concept ; skos:inScheme <topics> ; skos:prefLabel "Tiling" .
<topic/out> a skos:Concept ; skos:inScheme <others> ; skos:prefLabel "Tiling" .
<topics> a skos:ConceptScheme ; rdfs:label "Topics" .
<parts#one> rdfs:label "A part of a document" .
"""
X = f"{BASE}x/"


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store.memory()
    store.load(f"{X}graph", [q.triple for q in ox.parse(PEOPLE, format=ox.RdfFormat.TURTLE)])
    return store


@pytest.fixture(scope="module")
def served(store: Store) -> Served:
    served: Served = create_app(store=store).extensions["symposia"].now()
    return served


def parameter(of_class: str = "foaf:Person", scheme: str = "") -> Parameter:
    prefix, _, name = of_class.partition(":")
    iri = PREFIXES[prefix] + name
    return Parameter("thing", "iri", "a thing", f"{X}person/ada", of_class=iri, scheme=scheme)


def told(look: Callable[[], ox.NamedNode | ox.Literal]) -> str:
    """What is found, or why nothing is."""
    try:
        return str(look())
    except ParameterError as error:
        return f"{error}"


@pytest.mark.parametrize(
    "name",
    [
        "Ada Berg",
        "ada  BERG",
        "a. berg",
        "Ada Holt",  # the index has it under the name of who she is one with
        "jose nunez",
        "José Núñez",
        "kim lee",  # of two people and an organisation
        "x/person/nameless",
        "x/person/jose",
        "Nobody At All",
        "ada",
        "...",
        "ß" * 300,
    ],
)
def test_the_index_finds_what_the_store_finds(store: Store, served: Served, name: str) -> None:
    naming = Naming(served)
    assert naming.called(name, PREFIXES["foaf"] + "Person") is not None
    found = told(lambda: parse(parameter(), name, naming))
    assert found == told(lambda: parse(parameter(), name, store))


@pytest.mark.parametrize(
    ("of_class", "scheme", "name", "iri"),
    [
        ("skos:Concept", f"{X}topics", "tiling", "topic/in"),
        ("org:Organization", "", "kim lee", "organisation/lee"),
        ("skos:ConceptScheme", "", "topics", "topics"),  # which the index has not
    ],
)
def test_classes_and_schemes_are_told_apart(
    served: Served, of_class: str, scheme: str, name: str, iri: str
) -> None:
    found = parse(parameter(of_class, scheme), name, Naming(served))
    assert found == ox.NamedNode(X + iri)


@pytest.mark.parametrize(
    ("name", "nearest"), [("Ada Burg", "Ada Berg"), ("jose", "José Núñez"), ("holt", "Ada Holt")]
)
def test_what_may_be_meant_is_told(served: Served, name: str, nearest: str) -> None:
    with pytest.raises(ParameterError, match="nothing here is called") as caught:
        parse(parameter(), name, Naming(served))
    assert nearest in [label for _, label in caught.value.candidates]


def test_not_all_names_of_a_class_are_read(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    query = Served.query

    def recorded(self: Served, text: str, bindings: dict[str, object]) -> object:
        asked.append(bindings)
        return query(self, text, bindings)  # type: ignore[arg-type]

    monkeypatch.setattr(Served, "query", recorded)
    for name in ("Ada Berg", "kim lee", "nobody"):
        told(lambda name=name: parse(parameter(), name, Naming(served)))  # type: ignore[misc]
    assert asked
    assert all("thing" in bindings for bindings in asked)  # type: ignore[operator]


def test_an_address_that_leads_nowhere_reads_neither_all_names_nor_all_subjects(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(store=store)
    asked: list[str] = []
    ask = Served.ask

    def recorded(self: Served, *queries: tuple[str, object]) -> object:
        asked.extend(text for text, _ in queries)
        return ask(self, *queries)  # type: ignore[arg-type]

    monkeypatch.setattr(Served, "ask", recorded)
    client = app.test_client()
    answer = client.get("/x/person/ada-burg")
    assert answer.status_code == 404
    assert answer.get_json()["nearest"][0] == {"iri": f"{X}person/ada", "label": "Ada Berg"}
    assert client.get("/%00%ff/.html").status_code == 404
    assert client.get("/x/parts").status_code == 303  # what has parts alone is found, too
    assert {*asked} == {query_text("common/mentioned.rq")}


def test_without_an_index_the_store_tells(
    store: Store, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> object:
        raise SymposiaError("There is no index.")

    app = create_app(store=store)
    monkeypatch.setattr("symposia.server.indexed.index_of", none)
    assert at_hand(served) is None
    assert parse(parameter(), "ada berg", Naming(served)) == ox.NamedNode(f"{X}person/ada")
    client = app.test_client()
    assert client.get("/x/parts").status_code == 303
    answer = client.get("/x/person/ada-burg")
    assert (answer.status_code, answer.get_json().get("nearest")) == (404, None)


def test_the_classes_in_the_index_are_known() -> None:
    values = re.search(r"VALUES \?class \{(.*?)\}", query_text("search/things.rq"), re.S)
    assert values is not None
    names = [name.partition(":") for name in values[1].split()]
    assert {PREFIXES[prefix] + local for prefix, _, local in names} == _SEARCHED
