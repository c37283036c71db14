"""curl: what a person at a terminal sends, and what they see."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest

from ..server.writable import TOKEN, Server
from .programs import (
    ASK,
    BRETT,
    CONSTRUCT,
    NO_PREFIX,
    PREFIX_HINT,
    PROGRAMME,
    SELECT,
    graph_at,
    installed,
    run,
)

GRAPH = "http://example.org/from-curl"
FORM = "application/x-www-form-urlencoded"
MANY = "SELECT ?s WHERE { ?s ?p ?o } LIMIT 500"
AUTHORISATION = ("-H", f"Authorization: Bearer {TOKEN}")


class Reply(NamedTuple):
    """What curl wrote under `-i`."""

    status: int
    headers: dict[str, str]
    body: str


def curl(*arguments: str | Path, folder: Path | None = None) -> str:
    """The standard output of curl, which shows no progress."""
    return run(installed("curl"), "-sS", *arguments, folder=folder).stdout


def replied(*arguments: str | Path, folder: Path | None = None) -> Reply:
    """The answer to `curl -i`."""
    head, _, body = curl("-i", *arguments, folder=folder).partition("\n\n")
    while head.startswith("HTTP/1.1 100 "):
        head, _, body = body.partition("\n\n")
    first, *lines = head.splitlines()
    found = re.fullmatch(r"HTTP/1\.1 (\d{3}) .+", first)
    assert found is not None, first
    pairs = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]
    return Reply(int(found[1]), dict(pairs), body)


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("text/csv", "text/csv; charset=utf-8"),
        (
            "text/tab-separated-values;q=0.9, text/csv;q=0.8",
            "text/tab-separated-values; charset=utf-8",
        ),
        ("application/xml", "application/sparql-results+xml"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
    ],
)
def test_the_header_chooses_the_format(endpoint: str, accept: str, content_type: str) -> None:
    asked = (endpoint, "--data-urlencode", f"query={SELECT}")
    for method in ((), ("-G",)):
        reply = replied("-H", f"Accept: {accept}", *method, *asked)
        assert (reply.status, reply.headers["content-type"]) == (200, content_type)
        assert reply.body.count("/paper/") >= 16


@pytest.mark.parametrize(
    "sent",
    [
        ("-G", "--data-urlencode", f"query={SELECT}"),
        ("--data-urlencode", f"query={SELECT}"),
        ("--data-urlencode", "query@papers.rq"),
        ("-d", "format=json", "--data-urlencode", "query@papers.rq"),
        ("-H", "Content-Type: application/sparql-query", "--data-binary", "@papers.rq"),
        ("-H", "Content-Type: application/sparql-query; charset=UTF-8", "-d", SELECT),
        ("-H", "Content-Type: application/sparql-query", "-H", "Transfer-Encoding: chunked",
         "--data-binary", "@papers.rq"),
        ("--http1.0", "--data-urlencode", "query@papers.rq"),
        ("--compressed", "--data-urlencode", "query@papers.rq"),
    ],
)  # fmt: skip
def test_every_way_to_send_a_query(endpoint: str, tmp_path: Path, sent: tuple[str, ...]) -> None:
    (tmp_path / "papers.rq").write_text(f"# All papers; & + % é\n{SELECT}\n", "utf-8")
    found = json.loads(curl(endpoint, *sent, folder=tmp_path))
    assert len(found["results"]["bindings"]) == 16


def test_a_query_of_a_mebibyte_waits_for_a_word_to_go_on(endpoint: str, tmp_path: Path) -> None:
    """It sends `Expect: 100-continue` with a body above one mebibyte."""
    (tmp_path / "long.rq").write_text("ASK {}".rjust(900_000), "utf-8")
    asked = ("-H", "Expect: 100-continue", "--data-urlencode", "query@long.rq")
    reply = replied(endpoint, *asked, folder=tmp_path)
    assert (reply.status, json.loads(reply.body)["boolean"]) == (200, True)


def test_compression_is_asked_for(endpoint: str) -> None:
    asked = (endpoint, "-H", "Accept: text/csv", "--data-urlencode", f"query={MANY}")
    plain, coded = replied(*asked), replied(*asked, "--compressed")
    assert coded.headers["content-encoding"] in ("gzip", "br")  # a curl may have no brotli
    assert coded.body == plain.body
    assert "content-encoding" not in plain.headers
    sizes = [
        int(curl(*asked, *more, "-o", "/dev/null", "-w", "%{size_download}"))
        for more in ((), ("--compressed",))
    ]
    assert sizes[1] < sizes[0] / 4


def test_head_and_a_second_request_that_gets_nothing_new(endpoint: str) -> None:
    address = f"{endpoint}?query=ASK%7B%7D"
    head = replied("-I", address)
    assert (head.status, head.body) == (200, "")
    assert head.headers["content-length"] == str(len(curl(address)))
    again = replied("-H", f"If-None-Match: {head.headers['etag']}", address)
    assert (again.status, again.body) == (304, "")
    assert again.headers["etag"] == head.headers["etag"]
    assert replied("-H", 'If-None-Match: "another"', address).status == 200


def test_a_file_is_fetched_only_when_it_has_changed(site: str, tmp_path: Path) -> None:
    asked = ("--etag-save", "tag", "--etag-compare", "tag", "-o", "brett.ttl")
    address = f"{site}/tinyml-2023/person/brett-meyer.ttl"
    (tmp_path / "tag").write_text("", "utf-8")
    status = ("-w", "%{http_code}")
    assert curl(*asked, *status, address, folder=tmp_path) == "200"
    first = (tmp_path / "brett.ttl").read_bytes()
    assert curl(*asked, *status, address, folder=tmp_path) == "304"
    assert (tmp_path / "brett.ttl").read_bytes() == first


def test_the_address_of_a_thing_leads_to_its_document(site: str) -> None:
    address = BRETT.replace("https://w3id.org/symposia", site)
    for accept, suffix in (("text/turtle", "ttl"), ("application/ld+json", "jsonld")):
        told = curl(
            "-L", "-H", f"Accept: {accept}", "-o", "/dev/null", address,
            "-w", "%{url_effective} %{content_type} %{num_redirects}",
        )  # fmt: skip
        assert told.startswith(f"{address}.{suffix} {accept}")
        assert told.endswith(" 1")


def test_an_error_shows_what_is_wrong_first(endpoint: str) -> None:
    reply = replied(endpoint, "--data-urlencode", f"query={NO_PREFIX}")
    assert (reply.status, reply.headers["content-type"]) == (400, "application/problem+json")
    assert (
        reply.body
        == f"""\
{{
  "type": "about:blank",
  "title": "Query cannot be run",
  "status": 400,
  "detail": "Wrong at line 2, column 17: the prefix 'foaf:' is not declared.",
  "hint": "{PREFIX_HINT}",
  "line": 2,
  "column": 17,
  "excerpt": "WHERE {{ ?person foaf:name ?name }}\\n                ^",
  "request_id": "{reply.headers["x-request-id"]}"
}}
"""
    )


def test_an_error_as_text_points_at_the_place(endpoint: str) -> None:
    shown = curl(endpoint, "-H", "Accept: text/plain", "--data-urlencode", f"query={NO_PREFIX}")
    assert (
        shown
        == f"""\
400 Query cannot be run
Wrong at line 2, column 17: the prefix 'foaf:' is not declared.
WHERE {{ ?person foaf:name ?name }}
                ^
{PREFIX_HINT}
"""
    )


@pytest.mark.parametrize(
    ("path", "sent", "told"),
    [
        ("/sparql", ("-d", ""),
         ["There is no query in the request.",
          "Send it as ?query=…, as a form, or as the body with type application/sparql-query."]),
        ("/sparql", ("--data-binary", SELECT),  # without its type curl calls it a form
         ["There is no query in the request.",
          "Send it as ?query=…, as a form, or as the body with type application/sparql-query."]),
        ("/sparql", ("-H", "Content-Type: text/plain", "-d", SELECT),
         [f"A POST to /sparql is of type {FORM} or application/sparql-query."]),
        ("/sparql", ("-X", "PUT"),
         ["This address does not answer this method.", "It answers GET, HEAD, OPTIONS, POST."]),
        ("/update", ("-d", "update=CLEAR ALL"),
         ["This server takes queries and no changes.",
          "Whoever runs it can allow them: symposia serve --token-file FILE."]),
        ("/tinyml-2023/person/bret-meyer", (),
         ["Nothing is known of https://w3id.org/symposia/tinyml-2023/person/bret-meyer.",
          "The nearest names are below.",
          "  Brett Meyer  https://w3id.org/symposia/tinyml-2023/person/brett-meyer"]),
    ],
)  # fmt: skip
def test_errors_say_what_to_do(
    site: str, path: str, sent: tuple[str, ...], told: list[str]
) -> None:
    shown = curl(f"{site}{path}", "-H", "Accept: text/plain", *sent)
    assert shown.splitlines()[1 : len(told) + 1] == told


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (("-d", "update=CLEAR ALL"),
         ["Changing the dataset needs the token.", "Send it as Authorization: Bearer TOKEN."]),
        ((*AUTHORISATION, "--data-binary", "CLEAR ALL"),
         ["There is no update in the request.",
          "Send it in a form as update=…, or as the body with type application/sparql-update."]),
        ((*AUTHORISATION, "-d", "update=INSERT DATA { <x:a> <x:b> }"),
         ["Wrong at line 1, column 27: '}' cannot stand here.",
          "INSERT DATA { <x:a> <x:b> }", " " * 26 + "^"]),
    ],
)  # fmt: skip
def test_errors_of_updates_say_what_to_do(
    scratch: Server, sent: tuple[str, ...], told: list[str]
) -> None:
    shown = curl(f"{scratch.address}/update", "-H", "Accept: text/plain", *sent)
    assert shown.splitlines()[1:] == told


@pytest.mark.parametrize(
    "sent",
    [
        ("--data-urlencode", "update@change.ru"),
        ("-H", "Content-Type: application/sparql-update", "--data-binary", "@change.ru"),
        ("-H", "Content-Type: application/sparql-update", "-T", "change.ru", "-X", "POST"),
    ],
)
def test_updates(scratch: Server, tmp_path: Path, sent: tuple[str, ...]) -> None:
    inserted = f'# é\nINSERT DATA {{ GRAPH <{GRAPH}> {{ <x:s> <x:p> "100 % + é & more" }} }}\n'
    (tmp_path / "change.ru").write_text(inserted, "utf-8")
    reply = replied(f"{scratch.address}/update", *AUTHORISATION, *sent, folder=tmp_path)
    assert (reply.status, reply.body) == (204, "")
    found = scratch.rows(f"SELECT ?o {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}")
    store = f"{scratch.address}/store?graph={GRAPH}"
    assert replied("-X", "DELETE", store, *AUTHORISATION).status == 204
    assert replied(store).status == 404
    assert found == [("100 % + é & more",)]


def test_graphs_are_put_read_added_to_and_deleted(scratch: Server, tmp_path: Path) -> None:
    store = f"{scratch.address}/store?graph={GRAPH}"
    turtle = ("-H", "Content-Type: text/turtle")
    (tmp_path / "one.ttl").write_text("<x:a> <x:b> 1 .", "utf-8")
    (tmp_path / "two.nt").write_text("<x:a> <x:b> <x:c> .\n", "utf-8")
    statuses = [
        replied(*asked, *AUTHORISATION, store, folder=tmp_path).status
        for asked in (
            ("-T", "one.ttl", *turtle),
            ("-X", "PUT", "--data-binary", "@one.ttl", *turtle),
            ("--data-binary", "@two.nt", "-H", "Content-Type: application/n-triples"),
        )
    ]
    assert statuses == [201, 204, 204]
    whole = {quad.triple for quad in ox.parse(b"<x:a> <x:b> 1, <x:c> .", ox.RdfFormat.TURTLE)}
    assert graph_at(store) == whole
    assert replied("-I", store).status == 200
    assert replied("-X", "DELETE", *AUTHORISATION, store).status == 204
    assert replied("-X", "DELETE", *AUTHORISATION, store).status == 404


def test_a_form_of_files_becomes_one_graph(scratch: Server, tmp_path: Path) -> None:
    (tmp_path / "one.ttl").write_text("<x:a> <x:b> 1 .", "utf-8")
    (tmp_path / "two.rdf").write_text(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="x:">'
        '<rdf:Description rdf:about="x:a"><x:b rdf:resource="x:c"/></rdf:Description></rdf:RDF>',
        "utf-8",
    )
    files = ("-F", "one=@one.ttl;type=text/turtle", "-F", "two=@two.rdf;type=application/rdf+xml")
    made = replied(*files, *AUTHORISATION, f"{scratch.address}/store", folder=tmp_path)
    assert made.status == 201
    where = made.headers["location"]
    whole = {quad.triple for quad in ox.parse(b"<x:a> <x:b> 1, <x:c> .", ox.RdfFormat.TURTLE)}
    assert graph_at(where) == whole
    assert replied("-X", "DELETE", *AUTHORISATION, where).status == 204


def test_a_form_of_files_whose_type_is_not_told(scratch: Server, tmp_path: Path) -> None:
    """It calls a file whose suffix it does not know application/octet-stream."""
    for name in ("one.ttl", "one.txt"):
        (tmp_path / name).write_text("<x:a> <x:b> 1 .", "utf-8")
    store = f"{scratch.address}/store"
    made = replied("-F", "file=@one.ttl", *AUTHORISATION, store, folder=tmp_path)
    assert (made.status, len(graph_at(made.headers["location"]))) == (201, 1)
    assert replied("-X", "DELETE", *AUTHORISATION, made.headers["location"]).status == 204
    asked = ("-F", "file=@one.txt", *AUTHORISATION, "-H", "Accept: text/plain")
    shown = curl(*asked, store, folder=tmp_path)
    assert shown.startswith(
        "415 Unsupported Media Type\nA graph is of one of the types text/turtle"
    )


def test_a_whole_graph_is_kept_as_a_file(site: str, tmp_path: Path) -> None:
    curl("-G", f"{site}/store", "-d", f"graph={PROGRAMME}", "-o", "programme.ttl", folder=tmp_path)
    found = ox.parse((tmp_path / "programme.ttl").read_bytes(), ox.RdfFormat.TURTLE)
    assert {quad.triple for quad in found} == graph_at(f"{site}/store?graph={PROGRAMME}")


def test_what_the_protocol_makes_of_a_graph_query_and_truth(endpoint: str) -> None:
    """Without a header there is Turtle for a graph and JSON for the rest."""
    assert curl(endpoint, "--data-urlencode", f"query={CONSTRUCT}").startswith("@prefix ")
    assert json.loads(curl(endpoint, "--data-urlencode", f"query={ASK}"))["boolean"] is True
