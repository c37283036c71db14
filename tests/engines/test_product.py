"""One table of product tests, for the embedded engine and for each SPARQL server alike.

What is expected is the same for every engine: the snapshots of the questions, and the answers of
an application over the embedded engine. What an engine cannot do is listed in `test_limits.py`.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
from symposia.graph.export import serialise, translate
from symposia.graph.formats import FORMATS
from symposia.graph.namespaces import BASE
from symposia.graph.questions import questions
from symposia.graph.store import Store
from symposia.graph.translation import VOCABULARIES
from symposia.server.description import DUMPS
from symposia.server.documents import DOCUMENTS
from symposia.server.kinds import KINDS
from symposia.server.negotiation import GRAPHS, RESULTS

from .product import Answer, Product

SNAPSHOTS: Final = Path(__file__).parent.parent / "queries" / "snapshots"
PAPER: Final = "/tinyml-2023/paper/fmas"
NAME: Final = "http://example.org/graph"
TURTLE: Final = '<http://example.org/x> <http://example.org/says> "hi"@en , 10 , true .'

Expected: TypeAlias = Callable[[str, str], Answer]

LISTS: Final = ("/", "/people", "/papers", "/organisations", "/systems", "/results", "/topic")
OTHERS: Final = (
    "/queries/",
    "/queries/committee",
    "/queries/coauthors?person=tinyml-2023/person/brett-meyer",
    "/ontology.html",
    "/sparql",
    "/nothing/here",
    "/tinyml-2023/paper/fma",
    "/api/nothing",
    "/api/coauthors?person=nobody",
    "/openapi.json",
)


@pytest.fixture(scope="module")
def things(reference: Store) -> dict[str, str]:
    """The path of a thing of each kind that the shipped graph has."""
    found: dict[str, str] = {"graph": "/tinyml-2023/graph/programme", "thing": "/tinyml-2023/graph"}
    query = (
        "SELECT (MIN(?thing) AS ?first) {{ ?thing a <{}> FILTER(STRSTARTS(STR(?thing), '{}')) }}"
    )
    for kind in KINDS:
        for of_class in kind.classes:
            rows: Any = reference.query(query.format(of_class, BASE))
            first = next(rows)["first"]
            if first is not None and first.value:
                found.setdefault(of_class, "/" + first.value.removeprefix(BASE))
    return found


def different(product: Product, expected: Expected, requests: Any) -> list[Any]:
    """The requests that are not answered as over the embedded engine."""
    found = []
    for path, accept in requests:
        ours = expected(path, accept)
        theirs = Answer.of(product.get(path, accept))
        assert ours.status < 500, ours
        if ours != theirs:
            found.append((path, accept, ours, theirs))
    return found


def shown(found: list[Any]) -> list[Any]:
    """Differences, short enough to be read."""
    told = []
    for path, accept, ours, theirs in found:
        lines = zip(ours.body.splitlines(), theirs.body.splitlines(), strict=False)
        first = next((pair for pair in lines if pair[0] != pair[1]), None)
        told.append((path, accept, ours[:2], theirs[:2], first))
    return told


def test_pages_of_every_kind(product: Product, expected: Expected, things: dict[str, str]) -> None:
    paths = [*LISTS, *OTHERS, *(f"{path}.html" for path in things.values())]
    assert len(things) > 20
    assert shown(different(product, expected, [(path, "text/html") for path in paths])) == []


def test_content_negotiation_of_every_kind(
    product: Product, expected: Expected, things: dict[str, str]
) -> None:
    accepted = ["text/html", "text/turtle;q=0.9, application/ld+json;q=0.8", "image/png"]
    requests = [(path, accept) for path in things.values() for accept in accepted]
    requests += [(PAPER, each.media_type) for each in DOCUMENTS]
    assert shown(different(product, expected, requests)) == []


def test_documents_of_every_kind(
    product: Product, expected: Expected, things: dict[str, str]
) -> None:
    requests = [(f"{path}.nt", "*/*") for path in things.values()]
    requests += [(f"{PAPER}.{each.suffix}", "*/*") for each in DOCUMENTS]
    assert shown(different(product, expected, requests)) == []


def asked() -> Iterator[tuple[str, str]]:
    """Every question with and without its optional parameters, and its snapshot."""
    for each in questions():
        required = {p.name: p.example for p in each.parameters if p.required}
        everything = {p.name: p.example for p in each.parameters}
        yield f"/api/{each.name}?{urlencode(required)}", f"{each.name}.tsv"
        if everything != required:
            yield f"/api/{each.name}?{urlencode(everything)}", f"{each.name}-example.tsv"


def test_every_question_has_the_answer_of_its_snapshot(product: Product) -> None:
    wrong = []
    for path, name in asked():
        answer = product.get(path, "text/tab-separated-values")
        found = answer.get_data(as_text=True)
        expected = (SNAPSHOTS / name).read_text("utf-8")
        if found != expected:
            lines = difflib.unified_diff(expected.splitlines(), found.splitlines(), n=0)
            wrong.append((path, answer.status_code, [*lines]))
    assert wrong == []


@pytest.mark.parametrize("name", ["people", "papers"])
def test_pages_of_an_answer_are_the_whole(product: Product, name: str) -> None:
    rows: list[str] = []
    path = f"/api/{name}?limit=7&format=tsv"
    while path:
        answer = product.get(path)
        head, *page = answer.get_data(as_text=True).splitlines(keepends=True)
        assert 0 < len(page) <= 7
        rows += page
        onward = re.search(r'<([^>]+)>; rel="next"', answer.headers.get("Link", ""))
        path = onward[1] if onward else ""
    assert head + "".join(rows) == (SNAPSHOTS / f"{name}.tsv").read_text("utf-8")


def test_exports_of_every_format_and_vocabulary(product: Product, reference: Store) -> None:
    store = product.library.store()
    quads = [*store.quads()]
    for name in FORMATS:
        assert serialise(quads, name) == serialise(reference.quads(), name), name
    for vocabulary in VOCABULARIES:
        ours, theirs = (translate(each, vocabulary) for each in (reference, store))
        assert len(ours) > 100
        written = [serialise(each, "ntriples", vocabulary) for each in (ours, theirs)]
        assert written[0] == written[1], vocabulary


def test_dumps_hold_the_whole(product: Product, reference: Store) -> None:
    syntax = {"nquads": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG}
    syntax |= {"ntriples": ox.RdfFormat.N_TRIPLES, "turtle": ox.RdfFormat.TURTLE}
    quads = set(reference.quads())
    for form in (form for form in DUMPS if form.name in syntax):
        found = set(ox.parse(product.get(f"/dump.{form.suffix}").data, format=syntax[form.name]))
        graphs = form.name in ("nquads", "trig")
        assert found == (quads if graphs else {ox.Quad(*quad.triple) for quad in quads}), form.name


def unlabelled(body: str) -> list[str]:
    """The statements of N-Triples without the labels of their blank nodes."""
    return sorted(re.sub(r"_:\w+", "_:", line) for line in body.splitlines())


def test_descriptions_and_their_counts(product: Product, expected: Expected) -> None:
    assert product.dump().status_code == 200
    requests = [("/.well-known/void.html", "*/*")]
    requests += [("/.well-known/void", "text/turtle"), ("/sparql", "text/turtle")]
    assert shown(different(product, expected, requests)) == []
    # Labels of blank nodes follow from what is said, and so from the number of the generation.
    ours = expected("/.well-known/void.nt", "*/*")
    theirs = Answer.of(product.get("/.well-known/void.nt", "*/*"))
    assert ours[:2] == theirs[:2]
    assert unlabelled(ours.body) == unlabelled(theirs.body)


TOPICS: Final = f"{BASE}tinyml-2023/graph/topics"
LABEL: Final = "http://www.w3.org/2000/01/rdf-schema#label"
SELECTS: Final = (
    f"SELECT ?s ?o {{ GRAPH ?g {{ ?s <{LABEL}> ?o }} }} ORDER BY ?s ?o LIMIT 500",
    f"SELECT (COUNT(*) AS ?n) FROM <{TOPICS}> {{ ?s ?p ?o }}",  # noqa: S608 - a constant
    "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
    "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY DESC(?n) ?p",
    "ASK { <x:nobody> ?p ?o }",
    f"ASK {{ <{BASE}tinyml-2023> ?p ?o }}",
)
GRAPH_QUERIES: Final = (
    f"DESCRIBE <{BASE}tinyml-2023/paper/fmas>",
    f"CONSTRUCT {{ ?s <x:named> ?o }} WHERE {{ ?s <{LABEL}> ?o }}",
)
REFUSED: Final = (
    "SELECT * { ?s ?p",
    "SELECT * { ?s foaf:name ?o }",
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "LOAD <http://127.0.0.1:9/>",
)


def test_the_sparql_protocol(product: Product, expected: Expected) -> None:
    def url(query: str, **fields: str) -> str:
        return f"/sparql?{urlencode({'query': query, **fields})}"

    requests = [(url(query), form.media_type) for query in SELECTS for form in RESULTS]
    requests += [(url(query), form.media_type) for query in GRAPH_QUERIES[:1] for form in GRAPHS]
    requests += [(url(query), "application/n-triples") for query in GRAPH_QUERIES]
    requests += [(url(query), "application/json") for query in REFUSED]
    requests += [(url(SELECTS[0]), each) for each in ("text/html", "image/png", "*/*")]
    count, by_name = (
        "SELECT (COUNT(*) AS ?n) {?s ?p ?o}",
        "SELECT (COUNT(*) AS ?n) {GRAPH ?g {?s ?p ?o}}",
    )
    for query in (count, by_name):
        requests += [
            (url(query, **{field: iri}), "text/csv")
            for field in ("default-graph-uri", "named-graph-uri")
            for iri in (TOPICS, "x:nothing", "https://w3id.org/symposia/store/manifest")
        ]
    assert shown(different(product, expected, requests)) == []
    client, right = product.app.test_client(), expected(url(SELECTS[1]), "text/csv").body
    form = client.post("/sparql", data={"query": SELECTS[1], "format": "csv"})
    kind = {"Content-Type": "application/sparql-query", "Accept": "text/csv"}
    direct = client.post("/sparql", data=SELECTS[1], headers=kind)
    assert (form.text, direct.text) == (right, right)


def test_graphs_can_be_fetched(product: Product, expected: Expected, reference: Store) -> None:
    requests = [("/store?graph=x:nothing", "text/turtle"), ("/store?default", "text/csv")]
    names = [quote(iri, safe="") for iri in reference.graphs()]
    requests += [(f"/store?graph={name}", "application/n-triples") for name in names]
    requests += [(f"/store?graph={names[0]}", form.media_type) for form in GRAPHS]
    requests += [("/store?default", "application/n-triples")]
    assert shown(different(product, expected, requests)) == []


def test_tags_are_those_of_the_dataset(product: Product) -> None:
    paths = ["/", f"{PAPER}.ttl", "/api/committee", f"/sparql?{urlencode({'query': SELECTS[0]})}"]
    tags = []
    for path in paths:
        first = product.get(path)
        tags.append(first.headers["ETag"])
        again = product.get(path, **{"If-None-Match": tags[-1]})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tags[-1])
        assert product.get(path, **{"If-None-Match": '"x"'}).data == first.data
    assert len(set(tags)) == len(paths)


# What changes the dataset, and leaves it as it was


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave validation away, which takes most of the time and is the subject of other tests."""
    monkeypatch.setattr("symposia.graph.library._checked", lambda *_: None)


def said(product: Product) -> list[str]:
    """What the graph of these tests says."""
    query = f"SELECT ?o {{ GRAPH <{NAME}> {{ ?s ?p ?o }} }} ORDER BY STR(?o)"
    answer = product.get(f"/sparql?{urlencode({'query': query})}", "text/csv")
    return str(answer.get_data(as_text=True)).splitlines()[1:]


@pytest.mark.usefixtures("quick")
def test_updates(product: Product) -> None:
    insert = f"INSERT DATA {{ GRAPH <{NAME}> {{ {TURTLE} }} }}"
    refused = product.app.test_client().post("/update", data={"update": insert})
    assert (refused.status_code, said(product)) == (401, [])
    kind = "application/sparql-update"
    tag = product.get("/").headers["ETag"]
    assert product.change("POST", "/update", insert, kind).status_code == 204
    assert said(product) == ["10", "hi", "true"]
    assert product.get("/").headers["ETag"] != tag
    modify = (
        'DELETE { GRAPH ?g { ?s ?p 10 } } INSERT { GRAPH ?g { ?s ?p "é" } }'
        f" WHERE {{ GRAPH ?g {{ ?s ?p 10 }} FILTER(?g = <{NAME}>) }}"
    )
    assert product.change("POST", "/update", modify, kind).status_code == 204
    assert said(product) == ["hi", "true", "é"]
    wrong = product.change("POST", "/update", "INSERT DATA { GRAPH <x:g> { <x:s> ", kind)
    assert (wrong.status_code, said(product)) == (400, ["hi", "true", "é"])
    assert product.change("POST", "/update", f"DROP GRAPH <{NAME}>", kind).status_code == 204
    assert said(product) == []


@pytest.mark.usefixtures("quick")
def test_the_graph_store(product: Product) -> None:
    path = f"/store?graph={quote(NAME, safe='')}"
    statuses = [product.change("PUT", path, TURTLE).status_code]
    assert said(product) == ["10", "hi", "true"]
    statuses.append(product.change("POST", path, '<x:s> <x:p> "more" .').status_code)
    assert said(product) == ["10", "hi", "more", "true"]
    statuses.append(product.app.test_client().head(path).status_code)
    statuses.append(product.change("PUT", path, "<x:s> <x:p>").status_code)
    statuses.append(product.app.test_client().delete(path).status_code)
    assert said(product) == ["10", "hi", "more", "true"]
    statuses.append(product.change("DELETE", path).status_code)
    assert (statuses, said(product)) == ([201, 204, 200, 400, 401, 204], [])


def test_what_breaks_a_shape_is_not_published(product: Product) -> None:
    now = product.library.generations.current()
    bad = "<http://example.org/p> a <https://w3id.org/symposia/ontology#Paper> ."
    answer = product.change("PUT", f"/store?graph={quote(NAME, safe='')}", bad)
    assert (answer.status_code, answer.json["violations"]) == (422, 2)
    assert product.library.generations.current() == now


def test_the_command_line(product: Product, reference: Store, tmp_path: Path) -> None:
    file = tmp_path / "words.ttl"
    file.write_text(TURTLE, "utf-8")
    before = json.loads(product.run("list", "--graphs", "--json"))
    assert [each["graph"] for each in before] == reference.graphs()
    assert {each["graph"]: each["triples"] for each in before} == {
        iri: reference.count(iri) for iri in reference.graphs()
    }
    added = json.loads(product.run("add", str(file), "--graph", NAME, "--json"))
    assert (added["added"], added["replaced"]) == ([NAME], [])
    query = f"SELECT ?o {{ GRAPH <{NAME}> {{ ?s ?p ?o }} }} ORDER BY STR(?o)"
    assert product.run("query", query, "--format", "csv").split() == ["o", "10", "hi", "true"]
    assert product.run("query", "committee", "--format", "tsv") == (
        SNAPSHOTS / "committee.tsv"
    ).read_text("utf-8")
    told = json.loads(product.run("info", "--json"))
    assert told["generation"] == product.library.generations.current().id
    assert told["triples"] == sum(each["triples"] for each in before) + 3
    product.run("query", "SELECT * { ?s", status=2)
    product.run("remove", NAME)
    product.run("remove", NAME, status=1)
    assert json.loads(product.run("list", "--graphs", "--json")) == before
    report = json.loads(product.run("validate", "--format", "json"))
    assert report["conforms"] is True
    product.run("export", "--format", "nquads", "--output", str(tmp_path / "all.nq"))
    assert (tmp_path / "all.nq").read_bytes() == serialise(reference.quads(), "nquads")


def test_publishing_what_is_published_changes_nothing(product: Product) -> None:
    now = product.library.generations.current()
    assert product.library.publish().generation == now
