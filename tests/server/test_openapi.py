"""The API: its description, its parameters, its pages, and that it does what it says."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator, validate
from symposia.graph.questions import question, questions
from symposia.server.openapi import document

from .writable import TOKEN, serving

FMAS = "tinyml-2023/paper/fmas"
NAMED = {
    "/store": "/store?default",
    "/store/{name}": "/store/no-such-graph",
    "/resource": f"/resource?iri=https://w3id.org/symposia/{FMAS}",
    "/resource.{suffix}": "/resource.ttl?iri=http://www.w3.org/ns/org%23member",
    "/originals/{digest}": f"/originals/{'0' * 64}",
    "/dumps/{generation}/symposia.nq.gz": "/dumps/0/symposia.nq.gz",
    "/dumps/{generation}/SHA256SUMS": "/dumps/0/SHA256SUMS",
    "/sitemap/{number}.xml": "/sitemap/1.xml",
}
"""Addresses for the paths that have parameters."""
TABLES = [each for each in questions() if each.form == "SELECT"]


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))[1:]


def test_the_description_is_well_formed(client: FlaskClient) -> None:
    answer = client.get("/openapi.json")
    assert answer.mimetype == "application/json"
    described = answer.get_json()
    validate(described, cls=OpenAPIV31SpecValidator)
    assert described["openapi"].startswith("3.1")
    assert described["servers"] == [{"url": "/"}]


def test_changes_are_described_where_they_can_be_made() -> None:
    validate(document(writable=True), cls=OpenAPIV31SpecValidator)
    reads, writes = (
        {(path, method) for path, methods in each["paths"].items() for method in methods}
        for each in (document(), document(writable=True))
    )
    changes = {("/store", method) for method in ("put", "post", "delete")}
    changes |= {("/store/{name}", method) for _, method in changes} | {("/update", "post")}
    assert writes - reads == changes
    paths = document(writable=True)["paths"]
    for path, method in changes:
        operation = paths[path][method]
        assert operation["security"] == [{"token": []}]
        for status in ("401", "403", "412", "413", "415", "503", "504", "507"):
            told = operation["responses"][status]["$ref"].rpartition("/")[2]
            described = document()["components"]["responses"][told]["content"]
            assert "application/problem+json" in described


def test_behind_a_prefix_it_names_the_prefix(client: FlaskClient) -> None:
    answer = client.get("/openapi.json", environ_overrides={"SCRIPT_NAME": "/data"})
    assert answer.get_json()["servers"] == [{"url": "/data"}]


@pytest.mark.parametrize("name", [each.name for each in questions()])
def test_every_question_is_described_with_its_parameters(name: str) -> None:
    asked, operation = question(name), document()["paths"][f"/api/{name}"]["get"]
    assert operation["summary"] == asked.summary
    own = {each["name"]: each for each in operation["parameters"] if "name" in each}
    assert list(own) == [each.name for each in asked.parameters]
    for each in asked.parameters:
        described = own[each.name]
        assert described["required"] == each.required
        assert described["schema"]["type"] == ("integer" if each.type == "integer" else "string")
        assert str(described["schema"].get("default", "")) == (each.default or "")


def test_no_question_has_a_parameter_that_the_api_needs() -> None:
    names = {parameter.name for each in questions() for parameter in each.parameters}
    assert not names & {"limit", "offset", "format"}


def test_every_address_that_is_described_answers(client: FlaskClient) -> None:
    for path, operations in document()["paths"].items():
        if path.startswith("/api/"):
            continue
        answer = client.get(NAMED.get(path, path), buffered=True)
        if path == "/store/{name}":
            assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
            continue
        if path == "/resource":
            assert (answer.status_code, answer.location) == (303, f"/{FMAS}.html")
            continue
        if path == "/originals/{digest}":
            assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
            continue
        assert answer.status_code == 200, path
        content = operations["get"]["responses"]["200"]["content"]
        assert answer.mimetype in content, path


@pytest.mark.parametrize("asked", TABLES, ids=lambda asked: asked.name)
def test_pages_together_are_the_whole_answer(client: FlaskClient, asked: object) -> None:
    name = asked.name  # type: ignore[attr-defined]
    values = {p.name: p.example for p in asked.parameters if p.required}  # type: ignore[attr-defined]
    whole = rows(client.get(f"/api/{name}", query_string={**values, "format": "csv"}).text)
    size = max(1, len(whole) // 3)
    address: str | None = None
    found: list[list[str]] = []
    for _ in range(6):
        given = {} if address else {"query_string": {**values, "format": "csv", "limit": str(size)}}
        answer = client.get(address or f"/api/{name}", **given)  # type: ignore[arg-type]
        assert answer.status_code == 200, answer.text
        found += rows(answer.text)
        links = {
            link.rpartition('rel="')[2][:-1]: link[1 : link.index(">")]
            for link in answer.headers.get("Link", "").split(", ")
            if link
        }
        address = links.get("next")
        if address is None:
            break
    assert found == whole


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_a_page_in_each_format_is_the_start_of_the_answer(client: FlaskClient, form: str) -> None:
    whole = client.get(f"/api/papers?format={form}")
    page = client.get(f"/api/papers?format={form}&limit=10000")
    assert page.content_type == whole.content_type
    if form == "json":
        assert page.get_json() == whole.get_json()
    else:
        assert page.data == whole.data
    assert "Link" not in page.headers
    first = client.get(f"/api/papers?format={form}&limit=2")
    assert len(first.data) < len(whole.data)
    assert 'rel="next"' in first.headers["Link"]


def test_links_lead_back_and_keep_the_values(client: FlaskClient) -> None:
    person = "tinyml-2023/person/brett-meyer"
    answer = client.get(f"/api/coauthors?person={person}&limit=1&offset=1")
    links = answer.headers["Link"]
    assert 'offset=0>; rel="first"' in links
    assert 'offset=0>; rel="prev"' in links
    assert 'offset=2>; rel="next"' in links
    assert "person=tinyml-2023%2Fperson%2Fbrett-meyer" in links


def test_a_link_takes_nothing_out_of_its_place(client: FlaskClient) -> None:
    name = '"; x="\r\nSet-Cookie: a=b>, <javascript:alert(1)>'
    answer = client.get("/api/names_as_found", query_string={"limit": "1", "thing": name})
    assert "Set-Cookie" not in answer.headers
    assert "javascript:" not in answer.headers.get("Link", "")


@pytest.mark.parametrize(
    ("query", "status", "detail"),
    [
        ("limit=0", 400, "from 1 to 10000"),
        ("limit=10001", 400, "from 1 to 10000"),
        ("limit=ten", 400, "whole number"),
        ("limit=1&limit=2", 400, "more than once"),
        ("limit=", 400, "has no value"),
        ("offset=-1", 400, "from 0"),
        ("offset=1e3", 400, "whole number"),
        ("limit=1;DROP%20ALL", 400, "whole number"),
        ("limit=%F0%9D%9F%99", 400, "whole number"),
        ("bogus=1", 400, "no parameter 'bogus'"),
        ("format=zip", 400, "no format 'zip'"),
        ("conference=%FF", 400, "UTF-8"),
        ("conference=nowhere", 404, "nothing here is called 'nowhere'"),
    ],
)
def test_what_is_wrong_is_told(client: FlaskClient, query: str, status: int, detail: str) -> None:
    answer = client.get(f"/api/papers?{query}")
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    problem = answer.get_json()
    assert detail in problem["detail"]
    assert problem["request_id"] == answer.headers["X-Request-Id"]


def test_an_offset_without_a_limit_leaves_rows_out(client: FlaskClient) -> None:
    whole = rows(client.get("/api/papers?format=csv").text)
    assert rows(client.get("/api/papers?format=csv&offset=3").text) == whole[3:]
    assert rows(client.get("/api/papers?format=csv&offset=1000000").text) == []


def schemathesis() -> str | None:
    beside = Path(sys.executable).with_name("schemathesis")
    return str(beside) if beside.exists() else shutil.which("schemathesis")


@pytest.mark.skipif(schemathesis() is None, reason="needs schemathesis")
def test_schemathesis_finds_nothing(live: str, tmp_path: Path) -> None:
    """Requests that fit the description and requests that do not, against a real server.

    SYMPOSIA_EXAMPLES is how many of each operation; without it some operations are tried little.
    """
    examples = os.environ.get("SYMPOSIA_EXAMPLES")
    some = r"^/(api/(coauthors|quotes)$|health)"
    chosen = [] if examples else ["--include-path-regex", some]
    run_schemathesis(live, tmp_path, examples or "5", *chosen)


@pytest.mark.skipif(schemathesis() is None, reason="needs schemathesis")
@pytest.mark.parametrize("token", [TOKEN, None], ids=["token", "no token"])
def test_schemathesis_finds_nothing_in_changes(tmp_path: Path, token: str | None) -> None:
    """Also without the token, where all that changes something is refused."""
    header = ["--header", f"Authorization: Bearer {token}"] if token else []
    with serving(tmp_path / "server", "--scratch") as server:
        examples = os.environ.get("SYMPOSIA_EXAMPLES", "3")
        paths = ("--include-path-regex", "^/(store|update)")
        run_schemathesis(server.address, tmp_path, examples, *paths, *header)


def run_schemathesis(address: str, folder: Path, examples: str, *options: str) -> None:
    """Send requests to a server; fails with what is wrong."""
    command = [
        str(schemathesis()),
        *("--config-file", str(Path(__file__).with_name("schemathesis.toml"))),
        *("run", f"{address}/openapi.json", "--max-examples", examples, "--seed", "1"),
        *("--phases", "examples,coverage,fuzzing", "--generation-database", "none", "--no-color"),
        *("--request-timeout", "20", *options),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=folder, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert "No issues found" in done.stdout or "passed" in done.stdout
