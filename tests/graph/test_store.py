"""The store: SPARQL over named graphs, and errors that say where."""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from symposia.graph.dataset import NamedGraph
from symposia.graph.errors import ExportError, QueryError, StoreError
from symposia.graph.results import RESULT_FORMATS, serialise_results
from symposia.graph.store import QUERY_LIMIT, Store
from symposia.graph.tokens import tokens

A, B = "http://example.org/graph/a", "http://example.org/graph/b"
TURTLE_A = """
@prefix ex: <http://example.org/> .
ex:x ex:name "Ada" ; ex:knows [ ex:name "nobody" ; ex:knows [ ex:age 3 ] ] .
"""
TURTLE_B = """
@prefix ex: <http://example.org/> .
ex:x ex:name "Ada" ; ex:age 36 . ex:y ex:knows ex:x .
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    graphs = []
    for iri, text in ((A, TURTLE_A), (B, TURTLE_B)):
        path = tmp_path / f"{iri[-1]}.ttl"
        path.write_text(text)
        graphs.append(NamedGraph(iri, path, ""))
    return Store.memory(graphs)


def rows(store: Store, text: str, **options: object) -> list[tuple[str | None, ...]]:
    found = store.query(text, **options)  # type: ignore[arg-type]
    assert isinstance(found, ox.QuerySolutions)
    return sorted(tuple(getattr(v, "value", None) for v in row) for row in found)


FROM_B = f"SELECT ?name FROM <{B}> {{ ?x <http://example.org/name> ?name }}"  # noqa: S608
FROM_NAMED_B = FROM_B.replace("FROM", "FROM NAMED")
FROM_A = FROM_B.replace(B, A)
FROM_BOTH = (
    f"PREFIX g: <{A[:-1]}> BASE <{A}> SELECT (COUNT(*) AS ?n) FROM g:a FROM <b> {{ ?x ?p 'Ada' }}"  # noqa: S608
)
NAMES = "SELECT ?name { ?x <http://example.org/name> ?name }"
GRAPHS = "SELECT DISTINCT ?g { GRAPH ?g { ?x <http://example.org/age> ?age } }"


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        pytest.param(NAMES, {}, [("Ada",), ("nobody",)], id="union, each triple once"),
        pytest.param(GRAPHS, {}, [(A,), (B,)], id="named graphs"),
        pytest.param(NAMES, {"default_graphs": [B]}, [("Ada",)], id="default graph given"),
        pytest.param(GRAPHS, {"default_graphs": [B]}, [], id="then no named graph is seen"),
        pytest.param(GRAPHS, {"named_graphs": [B]}, [(B,)], id="named graph given"),
        pytest.param(NAMES, {"named_graphs": [B]}, [], id="then the default graph is empty"),
        pytest.param(NAMES, {"default_graphs": []}, [], id="an empty dataset"),
        pytest.param(
            FROM_B,
            {},
            [("Ada",)],
            id="FROM",
        ),
        pytest.param(
            FROM_BOTH,
            {},
            [("1",)],
            id="two FROM, the triple of both once",
        ),
        pytest.param(
            "SELECT (COUNT(*) AS ?n) { ?x ?p 'Ada' }",
            {"default_graphs": [A, B]},
            [("1",)],
            id="two default graphs given, the triple of both once",
        ),
        pytest.param(
            GRAPHS,
            {"default_graphs": [A, B], "named_graphs": [B]},
            [(B,)],
            id="two default graphs and a named one",
        ),
        pytest.param(
            "SELECT (COUNT(*) AS ?n) { ?x ?p 'Ada' }", {}, [("1",)], id="counted once in the union"
        ),
        pytest.param(
            FROM_NAMED_B,
            {},
            [],
            id="FROM NAMED alone leaves the default graph empty",
        ),
        pytest.param(
            FROM_A,
            {"default_graphs": [B]},
            [("Ada",)],
            id="a dataset given overrides FROM",
        ),
        pytest.param(
            "SELECT ?name { ?from <http://example.org/name> ?name } # FROM <x>",
            {"bindings": {"name": ox.Literal("Ada")}},
            [("Ada",)],
            id="a variable or comment with FROM is no dataset",
        ),
        pytest.param(
            "SELECT ?o { <x> <age> ?o }", {"base": "http://example.org/"}, [("36",)], id="base"
        ),
    ],
)
def test_dataset_of_a_query(
    store: Store, text: str, options: dict[str, object], expected: list[tuple[str, ...]]
) -> None:
    assert rows(store, text, **options) == expected


def test_columns_are_in_the_order_of_the_projection(store: Store) -> None:
    found = store.query("SELECT ?z ?a ?m { ?a ?z ?m }")
    assert isinstance(found, ox.QuerySolutions)
    assert [variable.value for variable in found.variables] == ["z", "a", "m"]


def test_values_are_bound_and_never_spliced(store: Store) -> None:
    hostile = '" } ; DROP ALL #'
    text = "SELECT ?x ?name { ?x <http://example.org/name> ?name }"
    assert rows(store, text, bindings={"name": ox.Literal(hostile)}) == []
    assert len(rows(store, text, bindings={"name": ox.Literal("Ada")})) == 1


def test_a_variable_that_is_bound_must_be_in_the_query(store: Store) -> None:
    with pytest.raises(QueryError, match="variable \\?who"):
        store.query(NAMES, bindings={"who": ox.Literal("Ada")})


def test_graphs_counts_and_triples(store: Store) -> None:
    assert store.graphs() == [A, B]
    assert (store.count(A), store.count(B), store.count()) == (5, 3, 7)
    assert store.count("http://example.org/none") == 0
    assert {triple.predicate.value for triple in store.graph(B)} == {
        "http://example.org/name",
        "http://example.org/age",
        "http://example.org/knows",
    }
    with pytest.raises(QueryError, match="not an IRI"):
        store.count("no iri")


def test_load_replaces_nothing_and_keeps_blank_nodes_apart() -> None:
    store = Store.memory()
    node, name = ox.BlankNode("b"), ox.NamedNode("http://example.org/name")
    for graph in (A, B):
        store.load(graph, [ox.Triple(node, name, ox.Literal("Ada"))])
    subjects = {quad.subject for quad in store.quads()}
    assert len(subjects) == 2
    assert store.graphs() == [A, B]


@pytest.mark.parametrize(
    ("text", "line", "column", "message", "hint"),
    [
        ("", None, None, "empty", "SELECT"),
        (" # only this\n", None, None, "empty", "SELECT"),
        ("SELECT ?x {\n  ?x foaf:name ?y }", 2, 6, "prefix 'foaf:'", "PREFIX foaf: <http://xmlns"),
        ("SELECT ?x { ?x nowhere:name ?y }", 1, 16, "prefix 'nowhere:'", ""),
        ("SELECT ?x { ?x skoss:broader ?y }", 1, 16, "prefix 'skoss:'", "skos:"),
        ("SELEC ?x { ?x ?p ?y }", 1, 1, "'SELEC'", "SELECT"),
        ("SELECT * { ?x ?p ?y FILTR(?x) }", 1, 21, "'FILTR'", "FILTER"),
        ("SELECT * { ?x ?p 'y }", 1, 18, "string that begins here", ""),
        ("SELECT * {\n ?x ?p ?y", 1, 10, "'{' that begins here", ""),
        ("SELECT * { ?x ?p ?y FILTER(?x = 1 }", 1, 35, "'(' of line 1, column 27", ""),
        ("SELECT * { ?x ?p ?y } }", 1, 23, "closes nothing", ""),
        ("SELECT * { ?x ?p }", 1, 19, "missing here or before", ""),
        ("SELECT ?x", 1, 10, "missing here or before", ""),
        ("SELECT * { ?x ?p ?y } LIMIT LIMIT 3", 1, 29, "'LIMIT' cannot stand here", ""),
        ("SELECT * { ?x ?p <rel> }", 1, 18, "relative IRI", "BASE"),
        ("SELECT ?x (COUNT(?y) AS ?n) { ?x ?p ?y }", 1, 1, "neither grouped", "GROUP BY"),
        ("SELECT (?x AS ?x) { ?x ?p ?y }", 1, 1, "already has one", "name of its own"),
        ("INSERT DATA { <x:a> <x:b> <x:c> }", 1, 1, "begins an update", "SELECT"),
        ("PREFIX ex: <x:> DELETE WHERE { ?s ?p ?o }", 1, 17, "begins an update", "SELECT"),
        ("SELECT * { ?ä ?p 'ö', x:y }", 1, 23, "prefix 'x:'", ""),
    ],
)
def test_what_is_wrong_with_a_query(
    store: Store, text: str, line: int | None, column: int | None, message: str, hint: str
) -> None:
    with pytest.raises(QueryError) as caught:
        store.query(text)
    error = caught.value
    assert (error.line, error.column) == (line, column), str(error)
    assert message in error.message
    assert hint in error.hint
    assert "\n" not in error.message


def test_a_query_has_a_greatest_length(store: Store) -> None:
    with pytest.raises(QueryError, match="is the limit"):
        store.query("#" * (QUERY_LIMIT + 1))


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """A server on loopback, and what was asked of it."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.send_error(500)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *args: object) -> None:
            del args

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", asked
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <URL> { ?a ?b ?c } }",
        "SELECT * { service<URL>{ ?a ?b ?c } }",
        "SELECT * { SERVICE SILENT <URL> { ?a ?b ?c } }",
        "SELECT * { SERVICESILENT<URL>{ ?a ?b ?c } }",
        "SELECT * { SERVICE# > \n<URL> { ?a ?b ?c } }",
        "SELECT * { VALUES ?e { <URL> } SERVICE ?e { ?a ?b ?c } }",
        "SELECT * { VALUES ?e { <URL> } SERVICE?e{ ?a ?b ?c } }",
        "PREFIX e: <URL> SELECT * { SERVICE e: { ?a ?b ?c } }",
        "PREFIX e: <URL> SELECT * { SERVICEe:x { ?a ?b ?c } }",
        "PREFIX : <URL> SELECT * { SERVICE:x { ?a ?b ?c } }",
        "PREFIX e: <URL> PREFIX SERVICEe: <x:y> SELECT * { SERVICEe:x { ?a ?b ?c } }",
        "SELECT * { ?s ?p trueSERVICE <URL> { ?a ?b ?c } }",
        "SELECT * { ?s ?p 1SERVICE <URL> { ?a ?b ?c } }",
        "SELECT * { ?s ?p ?o FILTER(?s<?o)SERVICE#>\n<URL> { ?a ?b ?c } }",
        'SELECT * { ?s ?p ?o FILTER(?s<?o#>"""\n)SERVICE <URL> { ?a ?b ?c } # """\n}',
        'SELECT * { ?s ?p ?o FILTER(?s<#>"""\n?o)SERVICE <URL> { ?a ?b ?c } # """\n}',
        "PREFIX e: <x:> SELECT * { ?s ?p ?o FILTER(?s<e:o#>'''\n)SERVICE <URL> { ?a ?b 1 } #'''\n}",
        "BASE <URL> SELECT * { SERVICE <x> { ?a ?b ?c } }",
    ],
)
def test_no_query_asks_another_server(
    store: Store, elsewhere: tuple[str, list[str]], text: str
) -> None:
    address, asked = elsewhere
    with pytest.raises(QueryError, match="SERVICE"):
        list(store.query(text.replace("URL", address)))  # type: ignore[arg-type]
    assert asked == []


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p 'SERVICE <http://example.org/> { }' }",
        "SELECT * { ?service ?p <x:none> } # SERVICE <x> {}",
        "SELECT * { ?s a <http://example.org/Service#x> , <http://example.org/service> }",
        "PREFIX service: <http://example.org/> SELECT * { ?s service:p service:o . service:a ?p 1}",
        "PREFIX service: <http://example.org/> SELECT * { GRAPH service:g { ?s ?p ?o } }",
        "PREFIX ex: <http://example.org/> SELECT * { ?s ex:service ?o }",
    ],
)
def test_the_word_service_alone_is_no_offence(store: Store, text: str) -> None:
    assert rows(store, text) == []


@given(st.text(alphabet="?$<>#'\"\\{}()abS: \n.;-_é@1^", max_size=60))
def test_tokens_account_for_every_character(text: str) -> None:
    end = 0
    for token in tokens(text):
        assert token.start >= end
        skipped = text[end : token.start]
        assert not skipped.strip() or "#" in skipped
        end = token.start + len(token.text)
    assert not text[end:].strip() or "#" in text[end:]


@pytest.mark.parametrize("piece", ["a-", "'", '"""a', "<", "a:", "?", "\\", "(", "x" * 7])
def test_tokens_take_linear_time(piece: str) -> None:
    started = time.process_time()
    assert sum(1 for _ in tokens(piece * 40_000)) > 0
    assert time.process_time() - started < 2


@pytest.mark.parametrize("name", RESULT_FORMATS)
def test_solutions_in_every_format(store: Store, name: str) -> None:
    written = serialise_results(store.query(f"{NAMES} ORDER BY ?name"), name)
    if name in ("json", "xml"):
        read = ox.parse_query_results(written, RESULT_FORMATS[name].engine)
        assert isinstance(read, ox.QuerySolutions)
        assert [row["name"].value for row in read] == ["Ada", "nobody"]
    else:
        expected = {"csv": b"name\r\nAda\r\nnobody\r\n", "tsv": b'?name\n"Ada"\n"nobody"\n'}
        assert written == expected[name]


@pytest.mark.parametrize(("name", "word"), [("csv", b"true"), ("tsv", b"true")])
def test_truth_values_as_text(store: Store, name: str, word: bytes) -> None:
    assert serialise_results(store.query("ASK { ?s ?p ?o }"), name) == word


def test_an_answer_must_fit_its_format(store: Store) -> None:
    with pytest.raises(ExportError, match="graph cannot be written as csv"):
        serialise_results(store.query("CONSTRUCT WHERE { ?s ?p ?o }"), "csv")
    with pytest.raises(ExportError, match="cannot be written as turtle"):
        serialise_results(store.query("ASK { ?s ?p ?o }"), "turtle")
    triples = serialise_results(store.query("DESCRIBE <http://example.org/y>"), "ntriples")
    assert (
        triples == b"<http://example.org/y> <http://example.org/knows> <http://example.org/x> .\n"
    )


def test_a_store_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        Store.open(tmp_path / "none")
    (tmp_path / "CURRENT").write_text("rubbish\n")
    with pytest.raises(StoreError, match="cannot be opened"):
        Store.open(tmp_path)
