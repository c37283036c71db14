"""The graph store protocol, over a scratch store and over a published dataset."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyoxigraph as ox
import pytest

from .writable import Server, serving

TURTLE = "text/turtle"
ONE = "<http://example.org/a> <http://example.org/b> [ <http://example.org/c> 1 ] ."
ONTOLOGY = "https://w3id.org/symposia/graph/ontology"


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over an empty store."""
    with serving(tmp_path_factory.mktemp("scratch"), "--scratch") as server:
        yield server


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a published dataset."""
    folder: Path = tmp_path_factory.mktemp("published")
    with serving(folder, "--data", str(folder / "data")) as server:
        yield server


@pytest.fixture(params=["scratch", "published"])
def server(request: pytest.FixtureRequest) -> Server:
    """Each kind of server in turn."""
    found: Server = request.getfixturevalue(request.param)
    return found


def size(server: Server, path: str) -> int:
    """The number of triples that a graph has, by its N-Triples."""
    reply = server.send("GET", path, accept="application/n-triples", token=None)
    assert reply.status == 200
    return len(reply.body.splitlines())


@pytest.mark.parametrize("path", ["/store?graph=http%3A%2F%2Fexample.org%2Fg", "/store/some/graph"])
def test_a_graph_comes_changes_and_goes(server: Server, path: str) -> None:
    assert server.send("GET", path).status == 404
    assert server.send("HEAD", path).status == 404
    assert server.send("PUT", path, ONE, content_type=TURTLE).status == 201
    assert size(server, path) == 2
    assert server.send("PUT", path, ONE, content_type=TURTLE).status == 204
    assert size(server, path) == 2
    assert server.send("POST", path, ONE, content_type=TURTLE).status == 204
    assert size(server, path) == 4  # its blank node is another
    head = server.send("HEAD", path, accept=TURTLE)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-type"] == "text/turtle; charset=utf-8"
    assert server.send("PUT", path, "<a> <b> <c> .", content_type=TURTLE).status == 204
    assert size(server, path) == 1
    assert server.send("DELETE", path).status == 204
    assert server.send("DELETE", path).status == 404
    assert server.send("GET", path).status == 404


def test_a_post_to_the_store_makes_a_graph(server: Server) -> None:
    made = server.send("POST", "/store", ONE, content_type=TURTLE)
    assert made.status == 201
    address = made.headers["location"]
    assert address.startswith(f"{server.address}/store/")
    assert size(server, address.removeprefix(server.address)) == 2
    assert server.rows(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{address}> {{ ?s ?p ?o }} }}") == [
        ("2",)
    ]
    assert server.send("DELETE", address.removeprefix(server.address)).status == 204


def test_files_of_a_form_keep_their_blank_nodes_apart(server: Server) -> None:
    part = (
        'Content-Disposition: form-data; name="f"; filename="f"\r\nContent-Type: {}\r\n\r\n{}\r\n'
    )
    same = "_:x <http://example.org/p> _:x ."
    parts = [part.format(TURTLE, same), part.format("application/n-triples", same)]
    body = "--cut\r\n" + "--cut\r\n".join(parts) + "--cut--\r\n"
    kind = "multipart/form-data; boundary=cut"
    path = "/store?graph=http%3A%2F%2Fexample.org%2Fform"
    assert server.send("POST", path, body, content_type=kind).status == 201
    assert size(server, path) == 2
    assert server.send("DELETE", path).status == 204
    field = "--cut\r\nContent-Disposition: form-data; name=f\r\n\r\n<a:a> <a:b> 1 .\r\n--cut--\r\n"
    assert server.send("POST", path, field, content_type=kind).status == 400
    bad = "--cut\r\n" + part.format(TURTLE, "<a> <b>") + "--cut--\r\n"
    assert server.send("POST", path, bad, content_type=kind).status == 400
    assert server.send("GET", path).status == 404


FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
}


@pytest.mark.parametrize("media_type", FORMATS)
def test_graphs_are_read_and_written_in_each_format(scratch: Server, media_type: str) -> None:
    triple = ox.Triple(
        ox.NamedNode("http://example.org/s"),
        ox.NamedNode("http://example.org/p"),
        ox.Literal("ö\n\"'", language="de"),
    )
    body = ox.serialize([triple], format=FORMATS[media_type])
    path = f"/store/format/{media_type}"
    assert scratch.send("PUT", path, body, content_type=media_type).status == 201
    reply = scratch.send("GET", path, accept=f"{media_type}, */*;q=0.1")
    assert reply.headers["content-type"].partition(";")[0] == media_type
    assert [q.triple for q in ox.parse(reply.body, FORMATS[media_type])] == [triple]


WRONG: list[tuple[str, str, str, dict[str, str], int]] = [
    ("PUT", "/store?graph=relative", "", {"content_type": TURTLE}, 400),
    ("PUT", "/store?graph=x:a&graph=x:b", "", {"content_type": TURTLE}, 400),
    ("PUT", "/store?graph=x:a&default", "", {"content_type": TURTLE}, 400),
    ("PUT", "/store", "", {"content_type": TURTLE}, 400),
    ("GET", "/store", "", {}, 400),
    ("DELETE", "/store", "", {}, 400),
    ("PUT", "/store?graph=x:a", "<a>", {"content_type": TURTLE}, 400),
    ("PUT", "/store?graph=x:a", ONE, {}, 415),
    ("PUT", "/store?graph=x:a", ONE, {"content_type": "text/plain"}, 415),
    ("PUT", "/store?graph=x:a", ONE, {"content_type": "application/sparql-update"}, 415),
    ("PUT", "/store?graph=x:a", ONE, {"content_type": f"{TURTLE}; charset=latin1"}, 415),
    ("PUT", "/store?graph=x:a", ONE, {"content_type": TURTLE, "content_encoding": "gzip"}, 415),
    ("PUT", "/store?graph=x:a", "<a:a> <a:b> <a:c> <a:g> .",
     {"content_type": "application/n-quads"}, 400),
    ("PATCH", "/store?graph=x:a", "", {"content_type": "application/sparql-update"}, 405),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body", "headers", "status"), WRONG)
def test_what_is_wrong_is_refused(
    server: Server, method: str, path: str, body: str, headers: dict[str, str], status: int
) -> None:
    reply = server.send(method, path, body, **headers)
    assert reply.status == status
    assert reply.problem["detail"]
    if status == 405:
        allowed = {"GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"}
        assert {*reply.headers["allow"].split(", ")} == allowed


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_writing_needs_the_token_and_reading_none(server: Server, method: str) -> None:
    for path in ("/store?graph=x:a", "/store?default", "/store/a"):
        reply = server.send(method, path, "", token=None, content_type=TURTLE)
        assert (reply.status, "www-authenticate" in reply.headers) == (401, True)
    assert server.send("GET", "/store?default", token=None).status == 200


def test_a_graph_that_cannot_be_accepted_is_406(server: Server) -> None:
    assert server.send("GET", "/store?default", accept="image/png").status == 406


def test_a_scratch_store_has_a_default_graph_of_its_own(scratch: Server) -> None:
    assert scratch.send("PUT", "/store?default", ONE, content_type=TURTLE).status == 204
    assert scratch.send("PUT", "/store/x", ONE, content_type=TURTLE).status == 201
    assert scratch.rows("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == [("2",)]
    assert size(scratch, "/store?default") == 2
    assert scratch.send("DELETE", "/store?default").status == 204
    assert size(scratch, "/store?default") == 0
    assert scratch.send("DELETE", "/store/x").status == 204


def test_an_empty_graph_is_there_in_a_scratch_store(scratch: Server) -> None:
    assert scratch.send("PUT", "/store/empty", "", content_type=TURTLE).status == 201
    assert size(scratch, "/store/empty") == 0
    assert scratch.send("DELETE", "/store/empty").status == 204


def test_the_default_graph_of_a_dataset_is_the_union_and_not_written(published: Server) -> None:
    assert size(published, "/store?default") > size(published, f"/store?graph={ONTOLOGY}") > 100
    for method in ("PUT", "POST", "DELETE"):
        reply = published.send(method, "/store?default", ONE, content_type=TURTLE)
        assert reply.status == 405
        assert {*reply.headers["allow"].split(", ")} == {"GET", "HEAD", "OPTIONS"}


def test_a_graph_that_breaks_a_shape_is_not_published(published: Server) -> None:
    paper = "<x:p> a <https://w3id.org/symposia/ontology#Paper> ."
    reply = published.send("PUT", "/store/paper", paper, content_type=TURTLE)
    assert (reply.status, len(reply.problem["findings"])) == (422, 2)
    assert published.send("GET", "/store/paper").status == 404


GRAPH = "/store?graph=x:conditional"
BODY = {"content_type": TURTLE}


def test_a_change_that_has_not_seen_another_is_refused(server: Server) -> None:
    """Lost updates (https://www.rfc-editor.org/rfc/rfc9110#name-if-match)."""
    assert server.send("PUT", GRAPH, "<x:a> <x:b> 1 .", **BODY, if_match="*").status == 412
    assert server.send("PUT", GRAPH, "<x:a> <x:b> 1 .", **BODY, if_none_match="*").status == 201
    assert server.send("PUT", GRAPH, "<x:a> <x:b> 2 .", **BODY, if_none_match="*").status == 412
    seen = server.send("GET", GRAPH, accept="application/n-triples")
    tag = seen.headers["etag"]
    assert (seen.body, seen.headers["cache-control"]) == (
        b'<x:a> <x:b> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .\n',
        "no-cache",
    )
    kept = server.send("GET", GRAPH, accept="application/n-triples", if_none_match=tag)
    assert (kept.status, kept.body) == (304, b"")
    both = f'"other", {tag}'
    assert server.send("PUT", GRAPH, "<x:a> <x:b> 3 .", **BODY, if_match=both).status == 204
    for method in ("PUT", "POST", "DELETE"):
        body = None if method == "DELETE" else "<x:a> <x:b> 4 ."
        late = server.send(method, GRAPH, body, **BODY, if_match=tag)
        assert (late.status, late.problem["title"]) == (412, "Precondition failed")
        weak = server.send(method, GRAPH, body, **BODY, if_match=f"W/{tag}")
        assert weak.status == 412
    now = server.send("GET", GRAPH, accept="application/n-triples", if_none_match=tag)
    assert (now.status, b'"3"' in now.body) == (200, True)
    assert server.send("DELETE", GRAPH, if_match=now.headers["etag"]).status == 204
    assert server.send("GET", GRAPH).status == 404


def test_of_two_changes_at_once_that_have_seen_the_same_one_is_made(server: Server) -> None:
    assert server.send("PUT", GRAPH, "<x:a> <x:b> 0 .", **BODY).status == 201
    tag = server.send("GET", GRAPH).headers["etag"]
    with ThreadPoolExecutor(4) as threads:
        replies = threads.map(
            lambda n: server.send("PUT", GRAPH, f"<x:a> <x:b> {n} .", **BODY, if_match=tag),
            range(1, 5),
        )
    assert sorted(reply.status for reply in replies) == [204, 412, 412, 412]
    assert server.send("DELETE", GRAPH).status == 204


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("PUT", GRAPH, {"if_match": "tag"}),
        ("PUT", GRAPH, {"if_match": '"a" "b"'}),
        ("PUT", GRAPH, {"if_none_match": '"a"'}),
        ("PUT", GRAPH, {"if_match": "*", "if_none_match": "*"}),
        ("PUT", f"{GRAPH}&format=turtle", {}),
        ("GET", f"{GRAPH}&other=1", {}),
        ("GET", "/store/x?other=1", {}),
        ("GET", "/store?default=yes", {}),
        ("GET", "/store?default&format=zip", {}),
        ("GET", "/store?default&format=ttl&format=nt", {}),
    ],
)
def test_what_is_meant_must_be_clear(
    scratch: Server, method: str, path: str, headers: dict[str, str]
) -> None:
    body = "<x:a> <x:b> 1 ." if method == "PUT" else None
    assert scratch.send(method, path, body, **BODY, **headers).status == 400
    assert scratch.send("GET", GRAPH).status == 404


def test_an_empty_tag_is_no_tag(scratch: Server) -> None:
    assert scratch.send("PUT", GRAPH, "", **BODY, if_match='""').status == 412
