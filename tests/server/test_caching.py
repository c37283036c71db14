"""Entity tags, 304, answers from memory and content codings, across publishes of real data."""

from __future__ import annotations

import gzip
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from symposia.graph.dataset import NamedGraph
from symposia.graph.generations import Generations
from symposia.graph.questions import questions
from symposia.graph.volatile import is_volatile
from symposia.server.app import create_app
from symposia.server.caching import Caching
from symposia.server.reads import Read, Target, normal_accept
from symposia.server.serving import Served, Serving
from werkzeug.test import TestResponse

JSON = "application/sparql-results+json"
NAMES = "SELECT ?name { ?s <http://xmlns.com/foaf/0.1/name> ?name } ORDER BY ?name"
MANY = "SELECT * { VALUES ?a { 1 2 3 4 5 6 7 8 9 } VALUES ?b { 1 2 3 4 5 6 7 8 9 } }"


def ask(query: str) -> str:
    return "/sparql?" + urlencode({"query": query})


class Site:
    """A data folder, and an application that serves it with a cache."""

    def __init__(self, folder: Path, cache: int = 1024 * 1024) -> None:
        self.folder = folder
        self.source = folder / "names.ttl"
        if not (folder / "data").exists():
            self.publish("Ada")
        self.app: Flask = create_app(folder / "data", cache=cache)
        self.client: FlaskClient = self.app.test_client()

    def publish(self, *names: str) -> int:
        """Publish a graph of some names."""
        lines = (f'<x:{n}> <http://xmlns.com/foaf/0.1/name> "{n}" .\n' for n in names)
        self.source.write_text("".join(lines), encoding="utf-8")
        graph = NamedGraph("https://example.org/names", self.source, "names")
        return Generations(self.folder / "data").publish([graph]).id

    @property
    def caching(self) -> Caching:
        """What stands in front of the application."""
        found: Caching = self.app.extensions["symposia.caching"]
        return found

    def get(self, path: str = ask(NAMES), **headers: str) -> TestResponse:
        """Ask; header names have `_` for `-`."""
        given = {"Accept": JSON} | {k.replace("_", "-"): v for k, v in headers.items()}
        return self.client.get(path, headers=given, buffered=True)

    def names(self) -> list[str]:
        """The names that it answers with."""
        rows: list[dict[str, Any]] = self.get().get_json()["results"]["bindings"]
        return [row["name"]["value"] for row in rows]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    Site(folder)
    return folder


@pytest.fixture
def site(published: Path, tmp_path: Path) -> Site:
    shutil.copytree(published, tmp_path, dirs_exist_ok=True)
    return Site(tmp_path)


def test_an_answer_is_kept_until_the_next_publish(site: Site) -> None:
    first, again = site.get(), site.get()
    assert (first.status_code, again.data) == (200, first.data)
    assert len(site.caching.cache) == 1
    assert site.names() == ["Ada"]
    site.publish("Ada", "Grace")
    assert site.names() == ["Ada", "Grace"]
    assert len(site.caching.cache) == 1
    assert site.get().headers["ETag"] != first.headers["ETag"]


def test_no_answer_is_stale_after_many_publishes(tmp_path: Path) -> None:
    site = Site(tmp_path)
    for round_ in range(6):
        names = [f"Name{round_:03}", "Zoe"]
        site.publish(*names)
        assert site.names() == names
        assert site.names() == names


def test_the_tag_is_the_same_after_a_restart(site: Site) -> None:
    tag = site.get().headers["ETag"]
    assert re.fullmatch(r'"1-[0-9a-f]{16}-[\w-]{24}"', tag)
    other = create_app(site.folder / "data")
    assert (
        other.test_client().get(ask(NAMES), headers={"Accept": JSON}, buffered=True).headers["ETag"]
        == tag
    )


def test_a_folder_that_was_made_anew_is_not_taken_for_the_old_one(
    site: Site, tmp_path: Path
) -> None:
    tag = site.get().headers["ETag"]
    (tmp_path / "other").mkdir()
    other = Site(tmp_path / "other")
    other.publish("Grace")
    assert other.get(If_None_Match=tag).status_code == 200


@pytest.mark.parametrize(
    ("known", "status"),
    [
        ("{tag}", 304),
        ("W/{tag}", 304),
        ('"a", {tag} , "b"', 304),
        ("*", 304),
        ('"a", "b"', 200),
        ('W/"a"', 200),
        ("nonsense", 200),
        ('"', 200),
        ("", 200),
    ],
)
@pytest.mark.parametrize("warm", [True, False])
def test_if_none_match(site: Site, known: str, status: int, *, warm: bool) -> None:
    tag = site.get().headers["ETag"]
    if not warm:
        site.caching.cache.get("")
    answer = site.get(If_None_Match=known.replace("{tag}", tag))
    assert answer.status_code == status
    assert answer.headers["ETag"] == tag
    assert answer.headers["Cache-Control"] == "no-cache"
    assert {"Accept", "Accept-Encoding"} <= set(answer.vary.as_set(preserve_casing=True))
    assert bool(answer.data) == (status == 200)


def test_a_tag_of_another_generation_or_format_does_not_match(site: Site) -> None:
    tag = site.get().headers["ETag"]
    assert site.get(If_None_Match=tag, Accept="text/csv").status_code == 200
    site.publish("Grace")
    assert site.get(If_None_Match=tag).status_code == 200


def test_any_tag_does_not_match_what_is_not_there(site: Site) -> None:
    assert site.get("/nothing", If_None_Match="*").status_code == 404
    assert site.get(ask("nonsense"), If_None_Match="*").status_code == 400


def test_each_format_is_kept_by_itself(site: Site) -> None:
    accepts = (JSON, "text/csv", "application/sparql-results+xml", "text/html")
    for _ in range(2):
        for accept in accepts:
            answer = site.get(Accept=accept)
            assert answer.mimetype == accept
    tags = {site.get(Accept=accept).headers["ETag"] for accept in accepts}
    assert len(tags) == len(site.caching.cache) == len(accepts)


def test_what_makes_no_difference_shares_an_answer(site: Site) -> None:
    for accept in ("text/csv;q=1,*/*;q=0.1", " Text/CSV; q=1 , */* ;q=0.1"):
        assert site.get(Accept=accept).mimetype == "text/csv"
    assert len(site.caching.cache) == 1


def test_head_has_the_headers_of_get_and_keeps_nothing(site: Site) -> None:
    head = site.client.head(ask(NAMES), headers={"Accept": JSON}, buffered=True)
    assert (head.status_code, head.data, len(site.caching.cache)) == (200, b"", 0)
    get = site.get()
    warm = site.client.head(ask(NAMES), headers={"Accept": JSON}, buffered=True)
    assert head.headers["ETag"] == get.headers["ETag"] == warm.headers["ETag"]
    assert (warm.data, warm.content_length) == (b"", len(get.data))


@pytest.mark.parametrize(
    "path", ["/nothing", ask("nonsense"), ask("SELECT (NOW() AS ?now) {}"), "/health", "/metrics"]
)
def test_errors_and_what_changes_by_itself_are_not_kept(site: Site, path: str) -> None:
    answer = site.get(path)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    assert len(site.caching.cache) == 0


def test_a_token_makes_no_difference_to_what_is_read(site: Site) -> None:
    answer = site.get(Authorization="Bearer of-news-to-all")
    assert answer.status_code == 200
    assert answer.headers["ETag"] == site.get().headers["ETag"]
    assert len(site.caching.cache) == 1


def test_posts_are_not_kept(site: Site) -> None:
    answer = site.client.post(
        "/sparql", data={"query": NAMES}, headers={"Accept": JSON}, buffered=True
    )
    assert answer.status_code == 200
    assert "ETag" not in answer.headers
    assert len(site.caching.cache) == 0


def test_a_cache_of_no_bytes_keeps_nothing_and_tags_all_the_same(tmp_path: Path) -> None:
    site = Site(tmp_path, cache=0)
    tag = site.get().headers["ETag"]
    assert len(site.caching.cache) == 0
    assert site.get(If_None_Match=tag).status_code == 304


def test_an_answer_depends_on_the_address_that_it_is_asked_at(site: Site) -> None:
    query = "CONSTRUCT { <a> <b> <c> } {}"
    for host in ("one.example", "two.example"):
        for _ in range(2):
            assert f"http://{host}/".encode() in site.get(ask(query), Accept="*/*", Host=host).data


# Content codings -------------------------------------------------------------------------------


OPENERS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.decompress, "br": brotli.decompress}


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("br", "br"),
        ("gzip, deflate, br", "br"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("br;q=0, *", "gzip"),
        ("*", "br"),
        ("zip, gzip;q=0.1", "gzip"),
    ],
)
def test_an_answer_is_compressed_for_who_takes_it(site: Site, accepted: str, coding: str) -> None:
    plain = site.get(ask(MANY))
    for _ in range(2):
        coded = site.get(ask(MANY), Accept_Encoding=accepted)
        assert coded.headers["Content-Encoding"] == coding
        assert OPENERS[coding](coded.data) == plain.data
        assert coded.content_length == len(coded.data) < len(plain.data)
        assert coded.headers["ETag"] == f'{plain.headers["ETag"][:-1]}-{coding}"'
    assert len(site.caching.cache) == 2


def test_each_coding_is_kept_apart(site: Site) -> None:
    """What one client takes is never given to another that does not."""
    plain = site.get(ask(MANY)).data
    for coding in ("br", "gzip", "br", "gzip"):
        coded = site.get(ask(MANY), Accept_Encoding=coding)
        assert coded.headers["Content-Encoding"] == coding
        assert OPENERS[coding](coded.data) == plain
        other = {"br": "gzip", "gzip": "br"}[coding]
        tag = coded.headers["ETag"]
        assert site.get(ask(MANY), Accept_Encoding=coding, If_None_Match=tag).status_code == 304
        assert site.get(ask(MANY), Accept_Encoding=other, If_None_Match=tag).status_code == 200
    assert len(site.caching.cache) == 3


@pytest.mark.parametrize(
    ("asked", "headers"),
    [
        ({"method": "POST", "data": {"query": MANY}}, {}),
        ({"method": "GET", "query_string": {"query": MANY}}, {"Cache-Control": "no-store"}),
    ],
)
def test_what_is_never_kept_is_compressed_too(
    site: Site, asked: dict[str, Any], headers: dict[str, str]
) -> None:
    plain = site.client.open("/sparql", **asked, headers=headers)
    coded = site.client.open("/sparql", **asked, headers={**headers, "Accept-Encoding": "gzip"})
    assert coded.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(coded.data) == plain.data
    assert "Content-Encoding" not in plain.headers
    coding = {"Accept-Encoding": "gzip"}
    answer = site.client.post("/sparql", data={"query": "ASK {}"}, headers=coding)
    assert answer.get_json() == {"head": {}, "boolean": True}
    assert len(site.caching.cache) == 0


@pytest.mark.parametrize(
    "coding",
    ["", "identity", "gzip;q=0", "br;q=0", "identity, gzip;q=0.5", "identity, br;q=0.9", "zip"],
)
def test_who_does_not_take_it_gets_it_plain(site: Site, coding: str) -> None:
    site.get(ask(MANY), Accept_Encoding="gzip")
    answer = site.get(ask(MANY), Accept_Encoding=coding)
    assert "Content-Encoding" not in answer.headers
    assert answer.get_json()["head"]


def test_a_small_answer_is_left_as_it_is(site: Site) -> None:
    for _ in range(2):
        assert "Content-Encoding" not in site.get(Accept_Encoding="gzip").headers
    assert len(site.caching.cache) == 1


def test_either_coding_that_is_acceptable_matches(site: Site) -> None:
    plain = site.get(ask(MANY)).headers["ETag"]
    coded = site.get(ask(MANY), Accept_Encoding="gzip").headers["ETag"]
    both = site.get(ask(MANY), Accept_Encoding="gzip", If_None_Match=f"{plain}, {coded}")
    assert (both.status_code, both.headers["ETag"]) == (304, plain)
    refused = site.get(ask(MANY), If_None_Match=coded)
    assert (refused.status_code, refused.headers["ETag"]) == (200, plain)


@pytest.mark.parametrize("coding", ["gzip", "br", "identity, gzip", "nonsense"])
def test_a_body_in_a_content_coding_is_refused(site: Site, coding: str) -> None:
    body = gzip.compress(b"query=" + b" " * 1_000_000)
    answer = site.client.post("/sparql", data=body, headers={"Content-Encoding": coding})
    assert answer.status_code == 415


# Answers that break, and that are many at once --------------------------------------------------


def broken(parts: int) -> Iterator[bytes]:
    for _ in range(parts):
        yield b"x" * 1000
    raise RuntimeError


def test_an_answer_that_broke_is_not_kept(site: Site) -> None:
    def app(environ: dict[str, Any], start: Any) -> Iterator[bytes]:
        read: Read = environ["symposia.read"]
        start("200 OK", [("ETag", read.tag_in("")), ("Content-Type", "text/plain")])
        return broken(3)

    caching = Caching(app, site.app.extensions["symposia"], 1024 * 1024)
    for coding in ("gzip", ""):
        environ = {
            "REQUEST_METHOD": "GET",
            "wsgi.url_scheme": "http",
            "HTTP_HOST": "x",
            "HTTP_ACCEPT_ENCODING": coding,
        }
        answer = caching(environ, lambda *_: lambda _: None)
        with closing(answer), pytest.raises(RuntimeError):  # type: ignore[type-var]
            list(answer)
    assert len(caching.cache) == 0


def test_an_answer_that_its_client_left_is_not_kept(site: Site) -> None:
    closed = []

    class Endless(Iterator[bytes]):
        def __next__(self) -> bytes:
            return b"x"

        def close(self) -> None:
            closed.append(True)

    def app(environ: dict[str, Any], start: Any) -> Iterator[bytes]:
        read: Read = environ["symposia.read"]
        start("200 OK", [("ETag", read.tag_in("")), ("Content-Type", "text/plain")])
        return Endless()

    caching = Caching(app, site.app.extensions["symposia"], 1024 * 1024)
    environ = {"REQUEST_METHOD": "GET", "wsgi.url_scheme": "http", "HTTP_HOST": "x"}
    answer = iter(caching(environ, lambda *_: lambda _: None))
    assert next(answer) == b"x"
    answer.close()  # type: ignore[attr-defined]
    assert (len(caching.cache), closed) == (0, [True])


# Keys -------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(codec="latin-1"), max_size=8)
TARGETS = st.builds(Target, st.sampled_from(["http", "https"]), TEXT, TEXT, TEXT, TEXT)


def read_of(target: Target, accept: str = "") -> str:
    served = Served(None, 1, None, "", version="v")  # type: ignore[arg-type]
    read = Read.of(served, "GET", target, lambda name: {"accept": accept}.get(name, ""))
    return read.tag


@given(one=TARGETS, other=TARGETS, accept=TEXT, accepts=TEXT)
def test_requests_that_differ_have_different_keys(
    one: Target, other: Target, accept: str, accepts: str
) -> None:
    same = one == other and normal_accept(accept) == normal_accept(accepts)
    assert (read_of(one, accept) == read_of(other, accepts)) == same


@pytest.mark.parametrize(
    ("query", "volatile"),
    [
        ("SELECT (NOW() AS ?n) {}", True),
        ("select (now() as ?n) {}", True),
        ("SELECT (RAND() AS ?n) {}", True),
        ("SELECT (UUID() AS ?n) {}", True),
        ("SELECT * { SERVICE <x:> { ?s ?p ?o } }", True),
        ("CONSTRUCT { ?s ?p [] } { ?s ?p ?o }", True),
        ("CONSTRUCT { ?s ?p _:b } { ?s ?p ?o }", True),
        ("CONSTRUCT { ?s ?p (1 2) } { ?s ?p ?o }", True),
        ("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(?o > 1) }", False),
        ("SELECT ?now { ?s <x:now> 'NOW()' } # RAND()", False),
        (r"SELECT (\u004eOW() AS ?n) {}", True),
        ("SELECT * { ?s ex:NOW [] }", False),
        ("", False),
    ],
)
def test_a_query_is_volatile_if_it_asks_for_time_chance_or_others(
    query: str, *, volatile: bool
) -> None:
    assert is_volatile(query) is volatile


def test_no_question_is_volatile() -> None:
    assert [each.name for each in questions() if is_volatile(each.text)] == []


def test_a_store_that_may_change_by_itself_has_no_version() -> None:
    class Elsewhere:
        pass

    serving = Serving(None, "https://example.org/", Elsewhere())  # type: ignore[arg-type]
    assert serving.now().version == ""
