"""The search: what is found by which words, in which order, and what hostile words do."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from symposia.graph.dataset import shipped
from symposia.graph.errors import QueryTimeoutError, StoreError
from symposia.graph.namespaces import BASE
from symposia.graph.store import Store
from symposia.server import facets, search_index, searching
from symposia.server.app import create_app
from symposia.server.folding import fold, spellings
from symposia.server.nearness import Vocabulary
from symposia.server.searching import Asked, Index

HERE = f"{BASE}tinyml-2023"
NAMES = {
    "umlaut": "Jürgen Müller",
    "slashed": "Søren Kierkegård",
    "apostrophe": "Siobhán O’Brien",
    "han": "王伟",
    "hangul": "김민수",
    "cyrillic": "Анна Достоевская",
    "arabic": "محمد علي",
    "initials": "J. R. R. Tolkien",
    "long": "Lena " + "Verylong" * 12_000,
    "markup": "<script>alert(1)</script> \u202eWeird Person",
    "plain": "Ray Young",
    "raymond": "Raymond Youngblood",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jürgen  Müller", "jurgen muller"),
        ("Siobhán O’Brien", "siobhan obrien"),
        ("on-device ML", "on device ml"),
        ("Straße", "strasse"),
        ("王伟", "wang wei"),
        ("Достоевская", "dostoevskaya"),
        ("a" * 50, "a" * 40),
        ("\u0000\uffff —!?", ""),
        ("", ""),
    ],
)
def test_text_is_folded(text: str, expected: str) -> None:
    assert fold(text) == expected
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on-device learning", ["ondevice"]),
        ("MobileNet", ["mobile", "net"]),
        ("Müller", ["mueller"]),
        ("d'Alembert", ["d", "alembert"]),
        ("王伟", ["wangwei"]),
        ("plain words", []),
    ],
)
def test_other_spellings(text: str, expected: list[str]) -> None:
    assert [*spellings(text)] == expected


def test_the_nearest_words() -> None:
    known = Vocabulary(
        ["brett", "meyer", "meyers", "network", "net", "notwork"], [1, 5, 1, 9, 1, 1]
    )
    assert known.nearest("meier") == ["meyer"]
    assert known.nearest("netwrok") == ["network"]
    assert known.nearest("nxtwork") == ["network", "notwork"]  # the more usual one first
    assert known.nearest("network") == ["notwork"]
    assert known.nearest("ne") == []
    assert known.nearest("meiar") == []  # two letters differ in a short word
    assert known.begins("mey")
    assert not known.begins("mei")
    assert known.alike("zzz") == []


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The index of people whose names are not all plain."""
    store = Store.memory()
    lines = []
    for key, name in NAMES.items():
        node = ox.NamedNode(f"{BASE}x/person/{key}")
        lines += [
            ox.Triple(
                node, ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), PERSON
            ),
            ox.Triple(node, LABEL, ox.Literal(name)),
        ]
    store.load(f"{BASE}x/graph", lines)
    path = tmp_path_factory.mktemp("index") / "search.sqlite"
    search_index.make(store, path)
    return Index(path)


PERSON = ox.NamedNode("http://xmlns.com/foaf/0.1/Person")
LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("jurgen muller", ["umlaut"]),
        ("Müller", ["umlaut"]),
        ("mueller", ["umlaut"]),
        ("MULLER, Jurgen", ["umlaut"]),
        ("Soren Kierkegaard", ["slashed"]),
        ("obrien", ["apostrophe"]),
        ("O'Brien", ["apostrophe"]),
        ("王伟", ["han"]),
        ("wang wei", ["han"]),
        ("wangwei", ["han"]),
        ("김", ["hangul"]),
        ("dostoevskaya", ["cyrillic"]),
        ("Достоевская", ["cyrillic"]),
        ("tolkien j", ["initials"]),
        ("tolkeen", ["initials"]),
        ("ray", ["plain", "raymond"]),
        ("ray young", ["plain", "raymond"]),
        ("raymond", ["raymond"]),
        ("weird", ["markup"]),
        ("lena", ["long"]),
    ],
)
def test_names_of_all_kinds_are_found(index: Index, text: str, expected: list[str]) -> None:
    found = index.search(Asked(text))
    assert [hit.iri.rpartition("/")[2] for hit in found.hits if hit.kind == "person"] == expected


SYNTAX = """
"
ray*
ray OR lena
name : "ray"
NEAR(ray lena, 3)
^ray
{name} : ray
-ray
ray) OR (lena
ray AND NOT lena
'; DROP TABLE thing; --
ray\x00
ray + young
*
""".strip().splitlines()


@pytest.mark.parametrize("text", SYNTAX)
def test_syntax_is_words(index: Index, text: str) -> None:
    """What the index has a syntax for is looked for as the words that it is made of."""
    assert index.search(Asked(text)) == index.search(Asked(fold(text)))


def test_names_are_shown_in_part(index: Index) -> None:
    (hit,) = index.search(Asked("lena")).hits
    assert len(hit.name) == 300


def test_the_index_is_only_read(index: Index) -> None:
    with index._database() as database, pytest.raises(sqlite3.OperationalError, match="readonly"):
        database.execute("DELETE FROM thing")
    assert index.search(Asked("ray")).total == 2


def test_a_search_is_stopped(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "_SECONDS", -1.0)
    monkeypatch.setattr(searching, "_STEPS", 1)
    with pytest.raises(QueryTimeoutError, match="stopped"):
        index.search(Asked("ray"))


def test_without_fts5_one_is_told() -> None:
    class Without:
        """A connection to an SQLite that was built without full-text search."""

        def execute(self, _: str) -> list[tuple[str]]:
            return [("THREADSAFE=1",)]

    with pytest.raises(StoreError, match=r"no full-text search \(FTS5\)"):
        search_index.require_fts5(Without())  # type: ignore[arg-type]


def test_a_broken_index_is_told(tmp_path: Path) -> None:
    path = tmp_path / "search.sqlite"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError, match="cannot be read"):
        Index(path)


@pytest.fixture
def ask(client: FlaskClient) -> Callable[..., Any]:
    """Searches in the shipped graphs, as JSON."""

    def ask(text: str, **fields: object) -> Any:
        answer = client.get("/search?" + urlencode({"q": text, "format": "json", **fields}))
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    return ask


@pytest.mark.parametrize(
    ("text", "iri", "kind"),
    [
        ("brett meyer", f"{HERE}/person/brett-meyer", "person"),
        ("Bret Meier", f"{HERE}/person/brett-meyer", "person"),
        ("fmas fast", f"{HERE}/paper/fmas", "paper"),
        ("quantisation", f"{BASE}topic/quantization", "topic"),
        ("DSE", f"{BASE}topic/design-space-exploration", "topic"),
        ("McGill", f"{HERE}/organisation/mcgill-university", "organisation"),
        ("tinyml research symposium 2023", HERE, "conference"),
        ("imagenet", f"{HERE}/dataset/imagenet", "dataset"),
        ("keynote", f"{HERE}/session/keynote", "session"),
        ("gap8", f"{HERE}/hardware/gap8", "hardware"),
        (
            "2304.04125",
            f"{HERE}/paper/training-neural-networks-for-execution-on-approximate",
            "paper",
        ),
    ],
)
def test_the_best_comes_first(ask: Callable[..., Any], text: str, iri: str, kind: str) -> None:
    best = ask(text)["results"][0]
    assert (best["iri"], best["kind"]) == (iri, kind)


def test_a_question_is_found(ask: Callable[..., Any]) -> None:
    best = ask("who has written with", kind="question")["results"][0]
    assert (best["kind"], best["url"]) == ("question", "/queries/coauthors")
    assert "iri" not in best


def test_what_was_meant_is_told(ask: Callable[..., Any]) -> None:
    found = ask("bret meier")
    assert (found["instead"], found["loose"]) == ({"meier": ["meyer"]}, False)
    some = ask("meyer zzzzzz")
    assert (some["instead"], some["loose"]) == ({}, True)
    assert some["results"][0]["name"] == "Brett Meyer"
    none = ask("qqqnetqqq")
    assert (none["total"], none["results"]) == (0, [])
    assert ask("networg")["instead"] == {"networg": ["network"]}


def test_facets_count_what_they_lead_to(ask: Callable[..., Any]) -> None:
    every = ask("network")
    for facet, choices in every["facets"].items():
        assert choices
        for choice in choices[:6]:
            narrowed = ask("network", **{facet: choice["value"]})
            assert narrowed["total"] == choice["count"], (facet, choice)
            chosen = [each for each in narrowed["facets"][facet] if each["chosen"]]
            assert [each["value"] for each in chosen] == [choice["value"]]
            # What it may be narrowed to in its place is as it was.
            assert narrowed["facets"][facet] == [
                {**each, "chosen": each["value"] == choice["value"]} for each in choices
            ]
    both = ask("network", kind="paper", year="2023")
    assert {each["kind"] for each in both["results"]} == {"paper"}
    assert ask("network", conference="https://example.org/none")["total"] == 0


def test_all_of_a_kind_can_be_looked_through(ask: Callable[..., Any]) -> None:
    seen: list[str] = []
    number = last = 1
    while number <= last:
        found = ask("", kind="person", page=number)
        last, number = found["pages"], number + 1
        seen += [each["iri"] for each in found["results"]]
    assert len(seen) == len({*seen}) == found["total"] == 69
    assert ask("")["total"] == 0


def test_completion(client: FlaskClient) -> None:
    found = client.get("/search/suggest?q=training+neural").get_json()
    assert found["query"] == "training neural"
    first = found["suggestions"][0]
    assert (first["kind"], first["word"]) == ("paper", "Paper")
    names = [each["name"] for each in found["suggestions"]]
    assert names.count(first["name"]) == 1  # not once more as a talk
    assert len(names) <= 8
    also = client.get("/search/suggest?q=dse").get_json()["suggestions"][0]
    assert (also["name"], also["known_as"]) == ("design-space exploration", "DSE")
    assert client.get("/search/suggest").get_json() == {"query": "", "suggestions": []}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("q=" + "a" * 200, 200),
        ("q=" + "a" * 201, 400),
        ("q=a&page=0", 400),
        ("q=a&page=51", 400),
        ("q=a&page=%C2%B2", 400),
        ("q=a&topic=" + "a" * 2001, 400),
        ("q=a&format=pdf", 406),
        ("q=%FF", 400),
        ("q=" + "+".join("abcdefghijklmnopqrstuvwxyz"), 200),
        ("q=%00%27%22%3C", 200),
        ("q=a&q=b", 200),
    ],
)
def test_bounds(client: FlaskClient, query: str, status: int) -> None:
    assert client.get(f"/search?{query}").status_code == status


def test_pages_are_html_for_browsers_and_json_for_programs(client: FlaskClient) -> None:
    page = client.get("/search?q=network", headers={"Accept": "text/html"})
    assert (page.mimetype, page.headers["Vary"]) == ("text/html", "Accept, Accept-Encoding")
    assert 'type="application/json"' in page.headers["Link"]
    data = client.get("/search?q=network", headers={"Accept": "application/json"})
    assert data.mimetype == "application/json"
    tag = data.headers["ETag"]
    again = client.get(
        "/search?q=network", headers={"Accept": "application/json", "If-None-Match": tag}
    )
    assert again.status_code == 304
    assert client.get("/search", headers={"Accept": "image/png"}).status_code == 406


def test_nothing_found_says_what_was_searched_and_offers_the_nearest(client: FlaskClient) -> None:
    page = client.get("/search?q=convnotlearn").text
    assert "Nothing found" in page
    assert "for “convnotlearn”" in page
    assert "The nearest words here" in page
    assert "no letter or digit" in client.get("/search?q=%3F%21").text


def test_hostile_text_is_only_text() -> None:
    store = Store.memory()
    node = ox.NamedNode("javascript:alert(1)")
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    name = '<img src=x onerror="alert(1)">{{ 7 * 7 }}</bdi> hostile'
    store.load(
        f"{BASE}x/graph", [ox.Triple(node, kind, PERSON), ox.Triple(node, LABEL, ox.Literal(name))]
    )
    client = create_app(store=store).test_client()
    page = client.get("/search?q=hostile").text
    assert "<img src=x" not in page
    assert "{{ 7 * 7 }}" in page
    assert 'href="javascript:' not in page
    (told,) = client.get("/search/suggest?q=hostile").get_json()["suggestions"]
    assert (told["name"], told["url"]) == (name, "/resource?iri=javascript:alert%281%29")
    shown = client.get("/search?q=%3Cscript%3Ealert(1)%3C/script%3E").text
    assert "<script>alert" not in shown


def test_behind_a_prefix_addresses_have_it(client: FlaskClient) -> None:
    prefixed = {"SCRIPT_NAME": "/data"}
    found = client.get("/search?q=fmas+fast&format=json", environ_overrides=prefixed).get_json()
    assert found["results"][0]["url"] == "/data/tinyml-2023/paper/fmas"
    page = client.get("/search?q=fmas", environ_overrides=prefixed).text
    assert 'action="/data/search"' in page
    assert 'data-suggest="/data/search/suggest"' in page


def test_people_who_are_one_are_found_once(tmp_path: Path) -> None:
    store = Store.memory()
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    one, other = (ox.NamedNode(f"{BASE}{each}/person/ada") for each in ("a", "b"))
    same = ox.NamedNode("http://www.w3.org/ns/prov#alternateOf")
    lines = [ox.Triple(each, kind, PERSON) for each in (one, other)]
    lines += [ox.Triple(one, LABEL, ox.Literal("Ada Lovelace")), ox.Triple(other, same, one)]
    lines += [ox.Triple(other, LABEL, ox.Literal("Augusta Ada King"))]
    store.load(f"{BASE}x/graph", lines)
    search_index.make(store, tmp_path / "search.sqlite")
    index = Index(tmp_path / "search.sqlite")
    for text in ("lovelace", "augusta", "ada"):
        (hit,) = index.search(Asked(text)).hits
        assert (hit.iri, hit.name) == (one.value, "Ada Lovelace")


@pytest.mark.parametrize("seldom", [0, 10, 50])
def test_many_things_are_counted_as_few_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seldom: int
) -> None:
    for module in (search_index, facets):
        monkeypatch.setattr(module, "seldom", lambda _: seldom)
    search_index.make(Store.memory(shipped()), tmp_path / "search.sqlite")
    index = Index(tmp_path / "search.sqlite")
    asked = [
        Asked("a"),
        Asked("network"),
        Asked("n", {"kind": "person"}),
        Asked("", {"year": "2023"}),
    ]
    few = [index.search(each).facets for each in asked]
    monkeypatch.setattr(facets, "_MANY", 0)
    assert [index.search(each).facets for each in asked] == few
