"""No query or update that is let through reaches the network, whatever it is made of."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from symposia.graph.errors import QueryError
from symposia.graph.network import refuse_load, refuse_service
from symposia.graph.tokens import tokens
from symposia.graph.updates import Operation, operations, read_update, refuse_default_graph


class Listener:
    """A port that counts who connects to it."""

    def __init__(self) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.settimeout(0.1)
        self.port = self.server.getsockname()[1]
        self.came = 0
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.listen)

    def listen(self) -> None:
        """Count until told to stop."""
        while not self.stop.is_set():
            try:
                connection, _ = self.server.accept()
            except TimeoutError:
                continue
            self.came += 1
            connection.close()


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    """A listener for all the tests."""
    found = Listener()
    found.thread.start()
    yield found
    found.stop.set()
    found.thread.join()
    found.server.close()


PIECES = [
    "LOAD", "load ", "LoAd", "SERVICE", "service ", "sErViCe", "SILENT", " silent ", "<URL>",
    "<URL#", "<URL>{}", "{?s ?p ?o}", "{", "}", "(", ")", "?a", "?a<?b", "<?b#", "#", "\n", " ",
    ";", ".", ">", "'", '"', "'''", '"""', "\\", "\\u004COAD", "\\u0053ERVICE", "a:x", "a:", ":",
    "PREFIX a:<URL>", "PREFIX a: <URL> ", "BASE <URL>", "SELECT * WHERE {", "INSERT DATA {",
    "DELETE WHERE {", "INSERT {", "CLEAR ALL", "INTO GRAPH <x:g>", "FILTER(", "1", "@en", "^^",
    "GRAPH", "VALUES ?x {<URL>}", "UNION", "OPTIONAL {", "ASK {", "COPY a:load TO a:b", "LOADa:x",
    "SERVICEa:x", "\ufeff", "\xa0", "é", "\x00",
]  # fmt: skip

texts = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
queries = st.tuples(
    st.sampled_from(["SELECT * WHERE {", "ASK{", "PREFIX a:<URL> SELECT*{", ""]), texts,
    st.sampled_from(["}", "", " {?s ?p ?o} }", "<URL>{?s ?p ?o}}"]),
).map("".join)  # fmt: skip
updates = st.tuples(
    st.sampled_from(["", "CLEAR ALL;", "PREFIX a:<URL>", "INSERT DATA {};", "INSERT{}WHERE{"]),
    texts,
    st.sampled_from(["", "}", "<URL>", ";LOAD<URL>", "a:x", "SILENT<URL>INTO GRAPH<x:g>"]),
).map("".join)  # fmt: skip


@settings(max_examples=1500, deadline=None)
@given(queries)
@example("SELECT*{SERVICE<URL>{?s ?p ?o}}")
@example("SELECT * { FILTER(?a<?b#>'''\n) SERVICE <URL> {?s ?p ?o} #'''\n }")
@example("PREFIX a:<URL> SELECT * { FILTER(?a<a:b#>'''\n) SERVICE <URL> {?s ?p ?o} #'''\n }")
def test_no_query_that_is_let_through_reaches_the_network(listener: Listener, text: str) -> None:
    text = text.replace("URL", f"http://127.0.0.1:{listener.port}/")
    before = listener.came
    try:
        refuse_service(text)
        found = ox.Store().query(text)
        if isinstance(found, ox.QuerySolutions | ox.QueryTriples):
            list(found)
    except (QueryError, SyntaxError, ValueError, RuntimeError):
        pass
    assert listener.came == before


@settings(max_examples=1500, deadline=None)
@given(updates)
@example("LOAD<URL>")
@example("PREFIX a:<URL>LOADSILENTa:x")
@example("PREFIX LOAD:<URL> LOAD:x")
@example("DELETE{}WHERE{FILTER(?a<?b#>'''\n)};LOAD<URL>#'''")
@example("CLEAR ALL;#\nLOAD#\n<URL>")
@example("INSERT{}WHERE{SERVICE SILENT<URL>{?s ?p ?o}}")
def test_no_update_that_is_let_through_reaches_the_network(listener: Listener, text: str) -> None:
    text = text.replace("URL", f"http://127.0.0.1:{listener.port}/")
    before = listener.came
    try:
        refuse_load(text)
        refuse_service(text)
        read_update(text).run(ox.Store())
    except QueryError:
        pass
    assert listener.came == before


def test_the_listener_would_notice(listener: Listener) -> None:
    before = listener.came
    for text in ("LOAD SILENT <URL>", "INSERT {} WHERE { SERVICE SILENT <URL> { ?s ?p ?o } }"):
        ox.Store().update(text.replace("URL", f"http://127.0.0.1:{listener.port}/"))
    assert listener.came >= before + 2


def refused(read: Callable[[str], object], text: str) -> QueryError | None:
    """How a text is refused, if it is."""
    try:
        read(text)
    except QueryError as error:
        return error
    return None


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.text(max_size=200), texts))
def test_any_text_is_read_without_a_crash(text: str) -> None:
    for token in tokens(text):
        assert text[token.start : token.start + len(token.text)] == token.text
    for read in (refuse_load, refuse_service, operations, read_update, refuse_default_graph):
        wrong = refused(read, text)
        if wrong is not None:
            line, caret = wrong.excerpt.split("\n")
            assert (wrong.message[-1], len(caret) <= len(line) + 1) == (".", True)


ALLOWED = [
    "INSERT DATA { GRAPH <x:g> { <x:a> <x:LOAD> 'LOAD <x:y>', \"SERVICE\" } } # LOAD <x:y>",
    "PREFIX load: <x:> INSERT DATA { GRAPH load:g { load:a load:b load:c } }",
    "PREFIX load: <x:> CLEAR SILENT GRAPH load:x",
    "INSERT { GRAPH <x:g> { ?load ?service 1 } } WHERE { ?load ?service <rel> }",
]


@pytest.mark.parametrize("text", ALLOWED)
def test_the_words_alone_are_no_operations(text: str) -> None:
    refuse_load(text)
    refuse_service(text)
    read_update(text, "http://example.org/").run(ox.Store())


def test_operations_are_told_apart() -> None:
    text = """PREFIX : <x:> # ;
    INSERT DATA { GRAPH :g { :a :b ';' ; :c 1 } } ; PREFIX b: <x:b>
    WITH :g DELETE { ?s ?p ?o } WHERE { ?s ?p ?o } ; DELETE WHERE { GRAPH :g { ?s :p ?o } };"""
    found: list[Operation] = operations(text)
    assert [operation.words for operation in found] == [
        ["INSERT", "DATA"],
        ["WITH", "DELETE", "WHERE"],
        ["DELETE", "WHERE"],
    ]
    assert [text[each.start : each.end][:8] for each in found] == [
        "INSERT D",
        "WITH :g ",
        "DELETE W",
    ]
    assert [each.is_delete_where for each in found] == [False, False, True]
    assert [text[each.prologue : each.start].strip() for each in found] == [
        "PREFIX : <x:> # ;",
        "PREFIX b: <x:b>",
        "",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { GRAPH <x:g> { <x:a> <x:b> [ <x:c> 1 ; <x:d> ( 1 2 ) ] . } GRAPH <x:h> {} }",
        "DELETE { GRAPH ?g { ?s ?p ?o } } INSERT { GRAPH <x:g> { ?s ?p ?o } } WHERE { ?s ?p ?o }",
        "WITH <x:g> DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
        "DELETE WHERE { GRAPH ?g { ?s ?p ?o } }",
        "CLEAR ALL; DROP NAMED; CLEAR GRAPH <x:g>; COPY DEFAULT TO <x:g>; ADD <x:g> TO GRAPH <x:h>",
        "INSERT {} WHERE { ?s ?p ?o }",
    ],
)
def test_what_names_its_graphs_is_let_through(text: str) -> None:
    refuse_default_graph(text)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <x:a> <x:b> 1 }",
        "INSERT DATA { GRAPH <x:g> {} . <x:a> <x:b> 1 }",
        "DELETE DATA { GRAPH <x:g> { <x:a> <x:b> 1 } <x:a> <x:b> 1 }",
        "INSERT { GRAPH <x:g> { ?s ?p ?o } ?s ?p 1 } WHERE { ?s ?p ?o }",
        "DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "DELETE WHERE { ?s ?p ?o }",
        "CLEAR ALL; CLEAR SILENT DEFAULT",
        "DROP DEFAULT",
        "COPY <x:g> TO DEFAULT",
        "MOVE DEFAULT TO <x:g>",
        "ADD SILENT <x:g> TO DEFAULT",
    ],
)
def test_what_writes_to_the_union_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match="union of the named graphs"):
        refuse_default_graph(text)


SPACE = st.sampled_from([" ", "\n", "\t ", " # SERVICE <x:y> {\n", "\r\n", " # LOAD <x:y>;\r"])
NEAR = st.sampled_from(["", " ", "\n", "#\n"])
CASES = st.tuples(*(st.booleans() for _ in range(7)))
INNOCENT = st.sampled_from(
    [
        "?service ?load ?o .", "<x:SERVICE> <x:LOAD#a> ?o .", "?s service:load load:service .",
        "?s ?p 'SERVICE <x:y> {} LOAD <x:y>' .", '?s ?p """a " \\" SERVICE <x:y> {""" .',
        "FILTER(?a < ?b) .", "FILTER(?s != <x:service>)", "OPTIONAL { ?s load:a ?o }",
        "GRAPH service:g { ?s ?p ?o }", "?s ?p 'a'@service .", "?s ?p '\\u0053ERVICE'^^load:t .",
        "BIND(service:f AS ?fresh)", "{ ?s ?p ?o } UNION { ?service ?p ?o }", "?s service: load: .",
    ]
)  # fmt: skip
PREFIXES = "PREFIX service: <x:s#> PREFIX load: <x:l#> "


def cased(word: str, capitals: tuple[bool, ...]) -> str:
    """A word in any case."""
    return "".join(c.upper() if up else c.lower() for c, up in zip(word, capitals, strict=False))


@settings(deadline=None)
@given(st.lists(INNOCENT, min_size=1, max_size=5, unique=True), SPACE, st.data())
def test_the_engine_and_we_agree_on_what_asks_another_server(
    parts: list[str], space: str, data: st.DataObject
) -> None:
    """Texts that the engine parses are let through, and refused once they hold SERVICE."""
    whole = f"{PREFIXES}SELECT{space}*{space}WHERE {{ {space.join(parts)} }}"
    ox.Store().query(whole)
    refuse_service(whole)
    word = cased("service", data.draw(CASES))
    silent = data.draw(st.sampled_from(["", " SILENT ", "silent", "\nSiLeNt#\n"]))
    target = data.draw(st.sampled_from(["<http://127.0.0.1:9/>", "service:x", "load:", "?s"]))
    before, after, last = (data.draw(NEAR) for _ in range(3))
    clause = f"{before}{word}{silent or after}{after}{target}{last}{{ ?s ?p ?o }}"
    at = data.draw(st.integers(0, len(parts)))
    hidden = space.join([*parts[:at], clause, *parts[at:]])
    text = f"{PREFIXES}SELECT * WHERE {{ {hidden} }}"
    try:
        ox.Store().query(text)
    except SyntaxError:
        return  # the engine does not take it, so nothing asks
    except (RuntimeError, ValueError, OSError):
        pass
    assert refused(refuse_service, text) is not None


@settings(deadline=None)
@given(st.lists(INNOCENT, max_size=3, unique=True), SPACE, st.data())
def test_the_engine_and_we_agree_on_what_reads_a_document(
    parts: list[str], space: str, data: st.DataObject
) -> None:
    """Likewise for LOAD, between operations that are none."""
    where = f"WHERE {{ {space.join(parts)} }}"
    harmless = ["CLEAR SILENT GRAPH load:g", f"INSERT {{}}{space}{where}", f"DELETE {{}} {where}"]
    listed = data.draw(st.lists(st.sampled_from(harmless), min_size=1, max_size=3))
    whole = PREFIXES + f"{space};{space}".join(listed)
    ox.Store().update(whole)
    refuse_load(whole)
    word = cased("load", data.draw(CASES))
    silent = data.draw(st.sampled_from(["", " SILENT ", "silent", "#\nSiLeNt"]))
    target = data.draw(st.sampled_from(["<http://127.0.0.1:9/>", "service:x", "load:"]))
    into = data.draw(st.sampled_from(["", " INTO GRAPH load:g", "INTO GRAPH<x:g>"]))
    at = data.draw(st.integers(0, len(listed)))
    operation = f"{word}{silent or data.draw(NEAR)}{target}{into}"
    text = PREFIXES + f"{space};{space}".join([*listed[:at], operation, *listed[at:]])
    try:
        ox.Store().update(text)
    except SyntaxError:
        return
    except (RuntimeError, ValueError, OSError):
        pass
    assert refused(refuse_load, text) is not None
